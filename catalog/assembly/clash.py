"""Why nothing fits: which demands clash, and the smallest change that helps. Data; the doors make sentences of it.

The clash is a smallest set: leave any one of its demands out, and the others can be met (beside all that is not in
it). The changes are tried one demand at a time; only when none helps alone are two changed together, then three. Each
is the smallest: the next nearer value has been shown to be impossible.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from time import monotonic

from catalog.assembly.compose import SECONDS, Kitchen, laid_out
from catalog.assembly.demands import Candidate, Demands, Frame
from catalog.assembly.program import Aim, OutOfTime, Program, best, reached

PRICE, PIECES, ENTERPRISES, MOST_OF_ONE, WEIGHT, UNITS = "price", "pieces", "enterprises", "most", "weight", "units"
DAY, WAY, ALCOHOL, WITHOUT, CONTAINS = "day", "way", "alcohol", "without", "contains"
NEVER = date.max
ENOUGH_OF_ONE = 100


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """One demand by its kind; `of` is the allergen or the item it is about."""

    kind: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One demand as it was wanted and as it is possible: øre, pieces, grams or a day. None: not at all."""

    demand: Demand
    wanted: int | date | None
    possible: int | date | None


@dataclass(frozen=True, slots=True)
class Clash:
    """The demands that cannot all be met, and what would help: each of `ways` is enough, all its changes together.

    Without demands there is nothing to choose among at all.
    """

    demands: tuple[Demand, ...]
    ways: tuple[tuple[Change, ...], ...]


def find_clash(
    candidates: Iterable[Candidate], demands: Demands, frame: Frame, *, seconds: float = SECONDS
) -> Clash | None:
    """What clashes; None when a basket is possible after all. OutOfTime when the time was up."""
    search = _Search(tuple(candidates), frame, monotonic() + seconds)
    if search.holds(demands):
        return None
    every = demands_of(demands)
    if not search.holds(_without(demands, every)):
        return Clash((), ())
    needed = list(every)
    for demand in every:
        rest = [one for one in needed if one != demand]
        if not search.holds(_only(demands, every, rest)):
            needed = rest
    for size in range(1, len(every) + 1):
        # What helps must loosen something in this clash; when it does so alone, nothing outside it has to be tried.
        groups = combinations(needed if size == 1 else every, size)
        ways = [group for group in groups if set(group) & set(needed) and search.holds(_without(demands, group))]
        if ways:
            return Clash(tuple(needed), tuple(search.smallest(demands, group) for group in ways))
    raise AssertionError("leaving all of them out was possible")


def demands_of(demands: Demands) -> list[Demand]:
    """The demands that are made, one by one. What is hardest to move comes first, and is first left out of a clash."""
    found = [Demand(MOST_OF_ONE)]
    found += [Demand(WAY)] if demands.days_under_way else []
    found += [Demand(WEIGHT)] if demands.most_weight_g is not None else []
    found += [Demand(UNITS)] if demands.most_units is not None else []
    found += [Demand(DAY)] if demands.deliver_on is not None else []
    found += [Demand(PRICE)] if demands.net_ore is not None else []
    found += [Demand(PIECES)] if demands.pieces > 1 else []
    found += [Demand(ENTERPRISES)] if demands.enterprises > 1 else []
    found += [Demand(ALCOHOL)] if demands.no_alcohol else []
    found += [Demand(WITHOUT, name) for name in sorted(demands.without)]
    found += [Demand(CONTAINS, slug) for slug in sorted(demands.contains)]
    return found


def changed(demands: Demands, changes: Iterable[Change]) -> Demands:
    """The demands with the changes made."""
    for change in changes:
        demands = _with(demands, change.demand, change.possible)
    return demands


_FIELDS = {
    PRICE: "net_ore", PIECES: "pieces", ENTERPRISES: "enterprises", MOST_OF_ONE: "most_of_one",
    WEIGHT: "most_weight_g", UNITS: "most_units", DAY: "deliver_on", WAY: "days_under_way",
}  # fmt: skip
_LOOSEST = {PIECES: 1, ENTERPRISES: 1, MOST_OF_ONE: ENOUGH_OF_ONE, WAY: 0}


def _with(demands: Demands, demand: Demand, value: int | date | None) -> Demands:
    if demand.kind == ALCOHOL:
        return replace(demands, no_alcohol=False)
    if demand.kind == WITHOUT:
        return replace(demands, without=demands.without - {demand.of})
    if demand.kind == CONTAINS:
        return replace(demands, contains=demands.contains - {demand.of})
    return replace(demands, **{_FIELDS[demand.kind]: value})  # type: ignore[arg-type]  # the field's own kind


def _without(demands: Demands, left_out: Iterable[Demand]) -> Demands:
    for demand in left_out:
        demands = _with(demands, demand, _LOOSEST.get(demand.kind))
    return demands


def _only(demands: Demands, every: Sequence[Demand], kept: Sequence[Demand]) -> Demands:
    return _without(demands, [demand for demand in every if demand not in kept])


class _Search:
    """Asks the solver whether demands can be met, until a moment."""

    def __init__(self, candidates: tuple[Candidate, ...], frame: Frame, until: float) -> None:
        self.candidates, self.frame, self.until = candidates, frame, until

    def holds(self, demands: Demands) -> bool:
        """Whether there is a basket at all."""
        kitchen = laid_out(self.candidates, demands, self.frame)
        return kitchen is not None and self._most(kitchen.program, Aim((0,) * len(kitchen.candidates))) is not None

    def smallest(self, demands: Demands, group: Sequence[Demand]) -> tuple[Change, ...]:
        """The demands of a group moved no further than they must be, each in its turn."""
        loose, changes = _without(demands, group), []
        for demand in group:
            wanted, possible = value_of(demands, demand), self._nearest(loose, demands, demand)
            loose = _with(loose, demand, possible)
            changes.append(Change(demand, wanted, possible))
        return tuple(changes)

    def _nearest(self, loose: Demands, demands: Demands, demand: Demand) -> int | date | None:
        """The value nearest to the one wanted with which the loose demands can be met."""
        kind = demand.kind
        if kind in (ALCOHOL, WITHOUT, CONTAINS):
            return None
        if kind == DAY:
            days = sorted({one.ready_on for one in self.candidates if one.ready_on > (demands.deliver_on or NEVER)})
            return days[self._first(loose, demand, days)]
        if kind == PIECES:
            fewer = range(demands.pieces - 1, 0, -1)
            return fewer[self._first(loose, demand, fewer)]
        if kind == MOST_OF_ONE:
            more = range(demands.most_of_one + 1, ENOUGH_OF_ONE + 1)
            return more[self._first(loose, demand, more)]
        if kind == WAY:
            shorter = range(demands.days_under_way - 1, -1, -1)
            return shorter[self._first(loose, demand, shorter)]
        return self._extreme(loose, kind)

    def _first(self, loose: Demands, demand: Demand, values: Sequence[int] | Sequence[date]) -> int:
        """The place of the first value that can be met; those after it can be too, the last one surely."""
        low, high = 0, len(values) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.holds(_with(loose, demand, values[middle])) else (middle + 1, high)
        return low

    def _extreme(self, loose: Demands, kind: str) -> int:
        kitchen = laid_out(self.candidates, loose, self.frame)
        assert kitchen is not None, "it was possible a moment ago"
        if kind == ENTERPRISES:
            return self._reach(kitchen, Aim((0,) * len(kitchen.candidates), 1))
        slots = kitchen.program.slots
        if kind == PRICE:
            return self.frame.price_for(-self._reach(kitchen, Aim(tuple(-slot.ore for slot in slots))))
        each = [slot.weight_g if kind == WEIGHT else slot.units for slot in slots]
        return -self._reach(kitchen, Aim(tuple(-one for one in each)))

    def _reach(self, kitchen: Kitchen, aim: Aim) -> int:
        counts = self._most(kitchen.program, aim)
        assert counts is not None, "it was possible a moment ago"
        return reached(aim, kitchen.program.slots, counts)

    def _most(self, program: Program, aim: Aim) -> tuple[int, ...] | None:
        left = self.until - monotonic()
        if left <= 0:
            raise OutOfTime
        answer = best(program, aim, left)
        if answer and answer.gap:
            raise OutOfTime
        return answer.counts if answer else None


def value_of(demands: Demands, demand: Demand) -> int | date | None:
    """What was asked for of a demand that is a number or a day; None of the others."""
    if demand.kind in _FIELDS:
        value: int | date | None = getattr(demands, _FIELDS[demand.kind])
        return value
    return None
