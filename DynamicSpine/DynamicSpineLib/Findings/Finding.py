"""What a case says, as values: sentences in sections, headlines, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One sentence.

    id: its template. section: where it stands. isHeadline: it claims that something differs between positions, or was
    seen by a reader, beyond the noise of the whole case. rank: order among headlines, smallest first. level: the first
    or worst place that it names, a segment, bone or region; empty for none. positions: the position, or the two
    compared, or all that it names. value to upper95: the number that leads, where there is one.
    """

    id: str
    section: str
    text: str
    isHeadline: bool = False
    rank: float = 0.0
    level: str = ""
    side: str = ""
    positions: tuple[str, ...] = ()
    metric: str = ""
    value: float | None = None
    lower95: float | None = None
    upper95: float | None = None
    unit: str = ""
    confirmed: bool = True


@dataclass(frozen=True)
class FindingSection:
    """The findings of one kind under their title."""

    id: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class GridCell:
    """A level in one position for the grid. mark: "met", "undecided", "notAssessable" or empty.

    texts: grade and number as shown. arrow: "narrower", "forward", "backward" or empty, beyond the case-wise limit.
    """

    level: str
    position: str
    texts: tuple[str, ...]
    mark: str = ""
    arrow: str = ""
    confirmed: bool = True


@dataclass(frozen=True)
class CaseFindings:
    """Everything that a case says. keyFindings: at most five, for the first screen.

    familyLimit: SDs that a change must be away from zero, over the `lookedAt` changes looked at; None without draws.
    worstLevel: the segment shown in the strip, or empty. dictation: 80 to 120 words where the case has enough to say.
    """

    sections: tuple[FindingSection, ...]
    keyFindings: tuple[Finding, ...]
    headlines: tuple[Finding, ...]
    dictation: str
    grid: tuple[GridCell, ...]
    worstLevel: str
    numbering: str
    lookedAt: int = 0
    familyLimit: float | None = None

    @property
    def keySentences(self) -> tuple[str, ...]:
        """What the key findings say."""
        return tuple(finding.text for finding in self.keyFindings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All sentences in their order."""
        return tuple(finding for section in self.sections for finding in section.findings)
