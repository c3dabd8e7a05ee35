"""Words that no text of a report, rule or finding may hold (clinical review, section 3)."""

from __future__ import annotations

import re

FORBIDDEN = (
    "stable", "unstable", "instability", "normal", "abnormal", "pathological", "unremarkable", "unchanged", "fixed",
    "fused", "pseudarthrosis", "confirmed", "excluded", "ruled out", "safe", "cleared", "caused by", "explains?",
    "match(?:es)?", "indicates surgery", "should", "recommend(?:s|ed)?", "significant", "no stenosis", "no compression",
    "no change", "diagnos(?:es|ed)", "within noise",
)  # fmt: skip
PATTERN = re.compile(rf"\b({'|'.join(FORBIDDEN)})\b", re.IGNORECASE)

VERDICTS = re.compile(r"\b(positive|negative|worse(?:ned)?|reassuring|unlikely|due to|because of)\b", re.IGNORECASE)
"""Words that a finding may not hold either; a sign of a number may be positive."""


def forbiddenIn(text):
    """The forbidden words of a text, as they stand there."""
    return [match.group(0) for match in PATTERN.finditer(text)]
