"""One measured value with everything that a reader must know to trust or doubt it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OK, NOT_AVAILABLE = "ok", "notAvailable"
STATE, CHANGE, MOTION = "state", "change", "motion"

RowKey = tuple[str, str, str, str, str, str]
"""kind, metric, level, side, position, fromPosition: what tells a row from all others of its reading."""


@dataclass(frozen=True)
class Measurement:
    """A row of measurements.csv (design section 7). Numbers are None where there is no value.

    kind: state (one position), change (position minus fromPosition) or motion (fromPosition to position).
    sd is that of the row's own value; sdc95 = 1.96 sqrt(2) sd for states, 1.96 sd for changes and motions.
    exceedsNoise: None for states. confirmed: False where the value rests on a mark that nobody has accepted.
    """

    case: str
    reader: str
    reading: str
    kind: str
    position: str
    fromPosition: str
    level: str
    side: str
    metric: str
    value: float | None
    unit: str
    sd: float | None = None
    sdc95: float | None = None
    lower95: float | None = None
    upper95: float | None = None
    exceedsNoise: bool | None = None
    status: str = OK
    reasonCode: str = ""
    reason: str = ""
    origin: str = ""
    confirmed: bool = True
    method: str = ""
    sdSource: str = ""
    segmentStatus: str = ""
    numbering: str = ""
    points: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    software: str = ""

    @property
    def key(self) -> RowKey:
        """What tells this row from all others of its reading."""
        return self.kind, self.metric, self.level, self.side, self.position, self.fromPosition

    def withNumbers(self, numbers: Mapping[str, float | bool | None]) -> Measurement:
        """This row with other numbers, given by field. Quicker than `replace`, since every step of a drag makes many
        rows."""
        made = object.__new__(Measurement)
        made.__dict__.update(self.__dict__)
        made.__dict__.update(numbers)
        return made
