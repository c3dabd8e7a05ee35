"""The registry of metrics: what each is called, what it needs, and the function that computes it.

A metric is a pure function whose argument names say what it needs. Adding one is writing the function under
`@metric(...)` in a file listed in `METRIC_MODULES`; tables, reports, help and exports follow from here.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Compute = Callable[..., Array]

SEGMENT, SIDED_SEGMENT, VERTEBRA, REGION, CRANIOCERVICAL = (
    "segment", "sidedSegment", "vertebra", "region", "craniocervical",
)  # fmt: skip
STATE_KIND, MOTION_KIND = "state", "motion"

METRIC_MODULES = (
    "Angles", "Slip", "Disc", "Canal", "CanalRatios", "Axial", "Foramen", "Regional",
    "Craniocervical", "CraniocervicalLines", "Motion", "Motion3D",
)  # fmt: skip
"""Files of this folder that hold metric functions, in the order of the tables."""


@dataclass(frozen=True)
class MetricDefinition:
    """Everything known of one metric.

    scope: segment, sidedSegment (left and right), vertebra, region or craniocervical. kind: state or motion.
    places: which levels or segments it is defined at (see Metrics/Places.py). inputs: names of the function's
    arguments. worst: "smallest" or "largest" where positions and levels may be ranked by it, else empty
    (eitherWay: the largest counts in either direction, as of a slip).
    minimum: smallest possible value, or None. needs: extra conditions ("gravity", "recumbent", "nativeSegment").
    evidence: tag of the definition's source, V read, V2 second-hand, M from memory, D derived.
    """

    id: str
    title: str
    unit: str
    scope: str
    kind: str
    places: str
    section: str
    source: str
    evidence: str
    definition: str
    sign: str
    method: str
    inputs: tuple[str, ...]
    compute: Compute
    worst: str = ""
    eitherWay: bool = False
    minimum: float | None = None
    needs: tuple[str, ...] = ()
    code: str = ""

    def __hash__(self) -> int:
        return hash((self.kind, self.id))


_REGISTERED: dict[tuple[str, str], MetricDefinition] = {}


def metric(
    id: str, *, title: str, unit: str, scope: str, places: str, section: str, source: str, evidence: str = "D",
    sign: str = "", method: str = "", kind: str = STATE_KIND, worst: str = "", eitherWay: bool = False,
    minimum: float | None = None, needs: tuple[str, ...] = (), code: str = "",
) -> Callable[[Compute], Compute]:  # fmt: skip
    """Register the decorated function as a metric; its docstring is the definition that users read."""

    def register(compute: Compute) -> Compute:
        _REGISTERED[kind, id] = MetricDefinition(
            id=id, title=title, unit=unit, scope=scope, kind=kind, places=places, section=section, source=source,
            evidence=evidence, definition=inspect.getdoc(compute) or "", sign=sign, method=method or id,
            inputs=tuple(inspect.signature(compute).parameters), compute=compute, worst=worst,
            eitherWay=eitherWay, minimum=minimum, needs=needs, code=code,
        )  # fmt: skip
        return compute

    return register


@cache
def allMetrics() -> tuple[MetricDefinition, ...]:
    """Every metric in the order of the tables; one id may be a state and a motion (occiputC2)."""
    for name in METRIC_MODULES:
        importlib.import_module(f"DynamicSpineLib.Metrics.{name}")
    return tuple(_REGISTERED.values())


@cache
def metricsOf(kind: str, scope: str) -> tuple[MetricDefinition, ...]:
    """The metrics of one kind and scope."""
    return tuple(item for item in allMetrics() if item.kind == kind and item.scope == scope)


@cache
def metricsByKey() -> Mapping[tuple[str, str], MetricDefinition]:
    """Every metric by kind and id, in the order of the tables."""
    return MappingProxyType({(item.kind, item.id): item for item in allMetrics()})
