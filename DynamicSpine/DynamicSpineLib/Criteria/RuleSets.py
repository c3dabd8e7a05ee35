"""Rule sets as values: published limits with where, when and for whom they hold (Data/Criteria, docs/Criteria.md)."""

from __future__ import annotations

from dataclasses import dataclass

LIMIT_OPERATORS = ("<", "<=", ">", ">=")
MR = "mr"


@dataclass(frozen=True)
class Condition:
    """One comparison: a value against a limit, or a reader's grade that has gone up.

    of: "value", "size" (without its sign) or "percent" (a change in percent of the first position's value).
    at: "from" or "to" where a change rule's limit is on the value at that end of the pair, not on the change.
    atLeastSdc: the limit is `value` or the smallest detectable change, whichever is larger.
    grades: schemes, the first that both positions have; stepsUp and leastRank: how far up, and at least how high.
    """

    metric: str = ""
    method: str = ""
    operator: str = ""
    value: float = 0.0
    unit: str = ""
    of: str = "value"
    at: str = ""
    atLeastSdc: bool = False
    grades: tuple[str, ...] = ()
    stepsUp: int = 1
    leastRank: int = 0

    @property
    def isGrade(self) -> bool:
        """True where a reader's grade is compared."""
        return bool(self.grades)


@dataclass(frozen=True)
class Clause:
    """Conditions that must all hold; one fulfilled clause meets its rule."""

    id: str
    text: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Gate:
    """What must be so before a rule may be judged; percent and deg are its figures, where it has any."""

    gate: str
    percent: float = 0.0
    deg: float = 0.0


@dataclass(frozen=True)
class HealthyShare:
    """Percent of healthy people who meet a rule, from a published mean and SD in one modality.

    levels and bend: where it holds, empty for everywhere.
    """

    levels: tuple[str, ...]
    mean: float
    sd: float
    unit: str
    percent: float
    population: str
    modality: str
    evidence: str
    source: str
    bend: str = ""


@dataclass(frozen=True)
class End:
    """One end of a pair: the routine series, or positions of some bends and postures (empty: any)."""

    routine: bool = False
    bend: tuple[str, ...] = ()
    posture: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule of a set; the fields are those of Data/Criteria/ruleSet.schema.json.

    kind: state, change, motion, range (largest minus smallest over the positions) or grade.
    bend, posture: positions in which a state rule may be judged, empty for all that are not bent to a side.
    item, basis, points: for sets that count points.
    """

    id: str
    title: str
    kind: str
    clauses: tuple[Clause, ...]
    levels: tuple[str, ...]
    direction: str
    appliesWhen: tuple[Gate, ...]
    sourceModality: tuple[str, ...]
    allowedModality: tuple[str, ...]
    population: str
    healthyShares: tuple[HealthyShare, ...]
    evidence: str
    source: str
    bend: tuple[str, ...] = ()
    posture: tuple[str, ...] = ()
    fromEnd: End | None = None
    toEnd: End | None = None
    item: str = ""
    basis: str = ""
    points: int = 0
    healthyShareNote: str = ""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that the rule compares, without repeats."""
        named = (item.metric for clause in self.clauses for item in clause.conditions if item.metric)
        return tuple(dict.fromkeys(named))

    def healthyShare(self, place: str, bend: str) -> HealthyShare | None:
        """The share that holds at a place in a bend, or None where none is known."""
        fitting = (
            share for share in self.healthyShares
            if (not share.levels or place in share.levels) and (not share.bend or share.bend == bend)
        )  # fmt: skip
        return next(fitting, None)


@dataclass(frozen=True)
class RuleSet:
    """A named set of rules. on: judged without being asked for; isOwn: a user's own, not one that ships."""

    id: str
    title: str
    version: str
    region: str
    on: bool
    scope: str
    clinicalItemsNotAssessed: tuple[str, ...]
    source: str
    rules: tuple[Rule, ...]
    formatVersion: int = 1
    pointsPossible: int = 0
    isOwn: bool = False
