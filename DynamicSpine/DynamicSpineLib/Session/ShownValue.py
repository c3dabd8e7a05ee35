"""One value as the panel shows it: its row, in the report's words, and whether its noise is that of the marks as they
are."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import OK, STATE, Measurement, RowKey
from DynamicSpineLib.Reports.Cells import missingText
from DynamicSpineLib.Wording.Words import intervalWords, valueWords, verdictWords


@dataclass(frozen=True)
class ShownValue:
    """A value of the marks as they now are.

    row: as in measurements.csv; where `stale`, its SD is that of an earlier state of the marks, or not known yet, and
    the interval stands about the new value with it. draws: how many draws the SD comes from, None where it has none.
    """

    row: Measurement
    stale: bool = False
    draws: int | None = None

    @property
    def key(self) -> RowKey:
        """What tells this value from all others."""
        return self.row.key

    @property
    def value(self) -> float | None:
        """The number, or None."""
        return self.row.value

    @property
    def isThere(self) -> bool:
        """True where there is a value."""
        return self.row.status == OK and self.row.value is not None

    @property
    def text(self) -> str:
        """The value with its unit and direction, as the report prints it; empty without one."""
        return valueWords(self.row)

    @property
    def interval(self) -> str:
        """The 95 % interval in words, as the report prints it; empty where it is not known."""
        return intervalWords(self.row)

    @property
    def verdict(self) -> str:
        """That a difference is too imprecise to tell, or its noise not known; empty before its noise is drawn."""
        if not self.isThere or (self.stale and self.row.sd is None):
            return ""
        return verdictWords(self.row)

    @property
    def isRealChange(self) -> bool:
        """True for a change or motion beyond its noise."""
        return self.isThere and self.row.kind != STATE and self.row.exceedsNoise is True

    @property
    def missing(self) -> str:
        """Why there is no value, in a few words; empty where there is one."""
        return "" if self.isThere else missingText(self.row)

    @property
    def reason(self) -> str:
        """Why there is no value, in a sentence; empty where there is one."""
        return "" if self.isThere else self.row.reason

    @property
    def provisional(self) -> bool:
        """True where it rests on marks that nobody has accepted."""
        return self.isThere and not self.row.confirmed
