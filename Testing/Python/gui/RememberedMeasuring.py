"""Measuring a case once for all tests that open the same one."""

from __future__ import annotations

_MOST = 12


class RememberedMeasuring:
    """Stands in for `measureSteps`: what it gave for the same case, draws and rules before, it gives again."""

    def __init__(self, measureSteps) -> None:
        self._measureSteps, self._known = measureSteps, []

    def __call__(self, session, draws, criteria=()):
        session.settle()
        asked = (session.case, draws, tuple(criteria))
        for known, given in self._known:
            if known[1:] == asked[1:] and known[0] == asked[0] and not session.fault:
                return given
        given = yield from self._measureSteps(session, draws, criteria=criteria)
        self._known = [*self._known[-_MOST:], (asked, given)]
        return given
