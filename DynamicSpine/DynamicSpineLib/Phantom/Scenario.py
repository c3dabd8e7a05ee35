"""Scenarios of the phantom: one JSON file each, resolved with its region's data to numbers per position and segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from types import MappingProxyType
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.ExtraLevel import withExtraLevel

_FOLDER = "Phantom"
_SCENARIO_ENDING = ".scenario.json"
_LABELS = ("posture", "bend", "load", "title", "angleReachedDeg")


@dataclass(frozen=True)
class SegmentState:
    """A segment's pose and soft tissue in one position: everything that its landmarks follow from.

    discAngleDeg: lordosis positive; flexionDeg: flexion since the region's neutral, contained in it. slipMm: lower back
    corner of the upper body before (+) the upper back corner of the lower one, along the lower one's endplate.
    heightMm: height of the middle of the upper bone's lower endplate over the lower bone's upper endplate.
    lateralBendDeg: right positive; axialRotationDeg, lateralMm: left positive. numbers: lengths by the names in the
    region's data (bulgeMm, flavumMm, csfVentral, ...), position and scenario applied; sided ones have both sides.
    """

    segment: str
    discAngleDeg: float
    flexionDeg: float
    slipMm: float
    heightMm: float
    lateralBendDeg: float
    axialRotationDeg: float
    lateralMm: float
    numbers: Mapping[str, float]

    def sided(self, name: str) -> dict[str, float]:
        """A number of both sides: L and R."""
        return {side: self.numbers[f"{name}_{side}"] for side in ("L", "R")}


@dataclass(frozen=True)
class PositionState:
    """One region in one position, resolved. base: slopeDeg, yawDeg, tiltDeg and offset_RAS of the base level.

    bodySections: soft tissue opposite the bodies, by level. craniocervical: pbc2Mm, tonsilMm, brainstem lengths.
    """

    region: str
    positionId: str
    posture: str
    bend: str
    load: str
    title: str
    angleReachedDeg: float | None
    base: Mapping[str, Any]
    segments: Mapping[str, SegmentState]
    bodySections: Mapping[str, Mapping[str, float]]
    craniocervical: Mapping[str, float]


@dataclass(frozen=True)
class PhantomScenario:
    """A scenario: its data as read (`data`), and the regions it poses."""

    id: str
    title: str
    regions: tuple[str, ...]
    positionIds: tuple[str, ...]
    markedIn: str
    data: Mapping[str, Any]

    @property
    def hasTruth(self) -> bool:
        """False where a position is mirrored or labelled off, or marks are missing: then marks and spine differ.

        Where marks are missing, what is left of a body stands for all of it.
        """
        entries = [self.data, *self.data["positions"].values()]
        return all(map(self.isTrueIn, self.positionIds)) and not any(entry.get("missingMarks") for entry in entries)

    def isTrueIn(self, positionId: str) -> bool:
        """True where the marks of a position are those of the spine itself."""
        entry = self._entry(positionId)
        return not entry.get("mirrored") and not entry.get("labelledOff")

    def regionData(self, region: str) -> Mapping[str, Any]:
        """The region's data with this scenario's extra level, where it has one there."""
        data, copy = regionData(region), self.data.get("copyLevel")
        return withExtraLevel(data, copy) if copy and copy["like"] in data["shapes"] else data

    def shapes(self, region: str) -> dict[str, dict[str, Any]]:
        """The region's bone shapes with this scenario's changes."""
        changes = self.data.get("shapes", {})
        return {
            level: _merged(entry, changes.get(level, {}))
            for level, entry in self.regionData(region)["shapes"].items()
        }

    def state(self, region: str, positionId: str) -> PositionState:
        """The region's pose and soft tissue in one of the scenario's positions.

        A position that is the same as another one has its pose, under its own name, posture, bend and load.
        Raises InputError for a position that the scenario does not have.
        """
        same = str(self._entry(positionId).get("sameAs", ""))
        state = _resolve(self, region, positionId)
        if not same:
            return state
        if self._entry(same).get("sameAs"):
            raise InputError(f"the phantom scenario '{self.id}' names '{same}' as a series of its own, which it is not")
        other = _resolve(self, region, same)
        labels = {name: getattr(state, name) for name in _LABELS}
        return replace(other, positionId=positionId, **labels)

    def _entry(self, positionId: str) -> Mapping[str, Any]:
        if positionId not in self.positionIds:
            known = ", ".join(self.positionIds)
            raise InputError(f"the phantom scenario '{self.id}' has no position '{positionId}'; it has {known}")
        entry: Mapping[str, Any] = self.data["positions"][positionId]
        return entry


def scenarioIds() -> tuple[str, ...]:
    """The ids of every scenario in Data/Phantom, sorted: one per file."""
    folder = resources.files("DynamicSpineLib").joinpath("Data").joinpath(_FOLDER)
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name[: -len(_SCENARIO_ENDING)] for name in names if name.endswith(_SCENARIO_ENDING)))


def loadScenario(scenarioId: str) -> PhantomScenario:
    """The scenario of that id. Raises InputError naming the known ones."""
    if scenarioId not in scenarioIds():
        raise InputError(f"unknown phantom scenario '{scenarioId}'; there are {', '.join(scenarioIds())}")
    data = packageData(_FOLDER, scenarioId + _SCENARIO_ENDING)
    return PhantomScenario(
        id=data["id"],
        title=data["title"],
        regions=tuple(data["regions"]),
        positionIds=tuple(data["positions"]),
        markedIn=data["markedIn"],
        data=MappingProxyType(data),
    )


def regionData(region: str) -> Mapping[str, Any]:
    """The shapes, segments and positions of a region ("cervical" or "lumbar")."""
    data: Mapping[str, Any] = packageData(_FOLDER, f"{region}.region.json")
    return data


def _merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the entries of `change`, nested mappings merged alike."""
    result = dict(base)
    for key, value in change.items():
        nested = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = _merged(result[key], value) if nested else value
    return result


def _checkKnown(scenario: PhantomScenario, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raises InputError for the first name that the region's data do not have."""
    listed = sorted(known)
    for name in names:
        if name not in listed:
            raise InputError(
                f"the phantom scenario '{scenario.id}' names an unknown {what} '{name}': {', '.join(listed)}"
            )


def _resolve(scenario: PhantomScenario, region: str, positionId: str) -> PositionState:
    data, change = scenario.regionData(region), scenario.data["positions"][positionId]
    poseId = change.get("poses", {}).get(region, positionId)
    _checkKnown(scenario, f"{region} pose", [poseId], data["positions"])
    pose = data["positions"][poseId]
    named = {**scenario.data.get("segments", {}), **change.get("segments", {})}
    still, ownSections = scenario.data.get("motionless", ()), change.get("sections", {})
    regions = [scenario.regionData(item) for item in scenario.regions]
    _checkKnown(scenario, "segment", [*named, *still], (name for item in regions for name in item["segments"]))
    _checkKnown(scenario, "level", ownSections, (name for item in regions for name in item["shapes"]))
    everywhere, here = scenario.data.get("segments", {}), change.get("segments", {})
    segments = {
        name: _segmentState(
            name, _merged(entry, everywhere.get(name, {})), {} if name in still else pose, here.get(name, {})
        )
        for name, entry in data["segments"].items()
    }
    sections = {
        level: MappingProxyType({**_scaled(entry["section"], pose), **ownSections.get(level, {})})
        for level, entry in scenario.shapes(region).items()
        if "section" in entry
    }
    base = _merged(_merged(data["base"], pose["base"]), change.get("base", {}).get(region, {}))
    return PositionState(
        region=region,
        positionId=positionId,
        posture=change.get("posture", pose["posture"]),
        bend=change.get("bend", pose["bend"]),
        load=change.get("load", pose.get("load", "none")),
        title=change.get("title", pose.get("title", "")),
        angleReachedDeg=change.get("angleReachedDeg", pose.get("angleReachedDeg")),
        base=MappingProxyType(base),
        segments=MappingProxyType(segments),
        bodySections=MappingProxyType(sections),
        craniocervical=MappingProxyType(_merged(pose.get("craniocervical", {}), change.get("craniocervical", {}))),
    )


def _scaled(entry: Mapping[str, Any], pose: Mapping[str, Any]) -> dict[str, float]:
    """An entry's lengths with the position's factors and additions applied, unless it says that it does not follow."""
    follows = entry.get("followsPosition", True)
    factors, additions = (pose.get("factors", {}), pose.get("addMm", {})) if follows else ({}, {})
    return {
        name: value * factors.get(name, 1.0) + additions.get(name, 0.0)
        for name, value in entry.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _bothSides(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Sided lengths, given once or as {"L", "R"}, written out as name_L and name_R; other entries as they are."""
    result: dict[str, Any] = {}
    for name, value in entry.items():
        if name in _SIDED:
            sides = value if isinstance(value, Mapping) else {"L": value, "R": value}
            result.update({f"{name}_{side}": number for side, number in sides.items()})
        else:
            result[name] = value
    return result


_SIDED = frozenset(
    {
        "facetGapMm",
        "recessMm",
        "lateralFlavumMm",
        "foramenWidthMiddle",
        "foramenWidthSuperior",
    }
)


def _segmentState(
    name: str, entry: Mapping[str, Any], pose: Mapping[str, Any], change: Mapping[str, Any]
) -> SegmentState:
    """The region's data with the scenario's, then the position's factors, then the scenario's own for this position.

    The last stand as they are: that is how a scenario states a slip or a width exactly.
    """
    sidedPose = {key: _sidedKeys(pose.get(key, {})) for key in ("factors", "addMm")}
    numbers = {**_scaled(_bothSides(entry), sidedPose), **_numbersOf(_bothSides(change))}

    def stated(key: str) -> float:
        return float(change.get(key, pose.get(key, {}).get(name, entry.get(key, 0.0))))

    flexion = change.get("flexionDeg", pose.get("flexionDeg", {}).get(name, 0.0))
    height = change.get("discHeightMm", numbers.get("discHeightMm", 0.0) * pose.get("discHeightFactor", 1.0))
    return SegmentState(
        segment=name,
        discAngleDeg=change.get("discAngleDeg", entry["discAngleDeg"]) - flexion,
        flexionDeg=flexion,
        slipMm=stated("slipMm"),
        heightMm=height,
        lateralBendDeg=stated("lateralBendDeg"),
        axialRotationDeg=stated("axialRotationDeg"),
        lateralMm=stated("lateralMm"),
        numbers=MappingProxyType(numbers),
    )


def _sidedKeys(entry: Mapping[str, float]) -> dict[str, float]:
    return {str(key): float(value) for key, value in _bothSides(entry).items()}


def _numbersOf(entry: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in entry.items() if isinstance(value, int | float)}
