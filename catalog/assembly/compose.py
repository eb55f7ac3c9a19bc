"""Three different baskets for the same demands, each the best there is for its aim.

1. nearest the price, from below;
2. most enterprises, and of those the one nearest the price;
3. fairest: most øre to those furthest below their agreed share of the season (each øre counts by how many per cent its
   enterprise is behind), and of those the one nearest the price.

Different is another set of items. The second is the best of those that are not the first, the third of those that are
neither. The same demands always get the same answer, but where the time was up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from catalog.assembly.demands import (
    AIMS,
    ENTERPRISES,
    FAIREST,
    NEAREST,
    Candidate,
    Demands,
    Frame,
    Proposal,
    Season,
    breaches,
)
from catalog.assembly.program import Aim, Answer, OutOfTime, Program, Slot, best, reached

SECONDS = 10.0
LEAST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Kitchen:
    """The candidates that may be in the basket, in the order of the program's slots."""

    candidates: tuple[Candidate, ...]
    program: Program


def laid_out(candidates: Iterable[Candidate], demands: Demands, frame: Frame) -> Kitchen | None:
    """The program of these demands; None when it is plain without solving that nothing fits."""
    if demands.pieces > frame.service_pieces:
        return None
    may = sorted((one for one in candidates if demands.most_in_one(one) > 0), key=lambda one: one.id)
    if not demands.contains <= {one.slug for one in may}:
        return None
    numbers = {name: number for number, name in enumerate(sorted({one.enterprise for one in may}))}
    slots = tuple(
        Slot(
            one.ore, demands.most_in_one(one), numbers[one.enterprise], one.weight_g, one.units,
            one.slug in demands.contains,
        )
        for one in may
    )  # fmt: skip
    program = Program(
        slots,
        room=None if demands.net_ore is None else frame.room(demands.net_ore),
        enterprises=max(1, demands.enterprises),
        most_weight_g=demands.most_weight_g,
        most_units=demands.most_units,
    )
    return Kitchen(tuple(may), program)


def compose(
    candidates: Iterable[Candidate],
    demands: Demands,
    frame: Frame,
    season: Season,
    *,
    seconds: float = SECONDS,
    aims: Sequence[str] = AIMS,
) -> list[Proposal]:
    """Up to three proposals, in the order of the aims; fewer when there are not so many different baskets.

    None at all: the demands clash (see `catalog.assembly.clash`). `seconds` is for all of them; OutOfTime when they
    are up before the first is found.
    """
    assert demands.net_ore is not None, "a basket is composed to a price"
    kitchen = laid_out(candidates, demands, frame)
    if kitchen is None or not kitchen.candidates:
        return []
    behind = season.behind(sorted({one.enterprise for one in kitchen.candidates}))
    program = kitchen.program.tightened()
    until = monotonic() + seconds
    found: list[Proposal] = []
    for number, aim in enumerate(aims):
        share = (until - monotonic()) / (len(aims) - number)
        try:
            answer = _solve(program, _steps(aim, kitchen, behind), max(LEAST_SECONDS, share))
        except OutOfTime:
            if not found:
                raise
            break
        if answer is None:
            break
        proposal = _proposal(aim, kitchen, answer, demands, frame)
        found.append(proposal)
        taken = frozenset(slot for slot, count in enumerate(answer.counts) if count)
        program = replace(program, not_again=(*program.not_again, taken))
    return found


def _steps(aim: str, kitchen: Kitchen, behind: dict[str, int]) -> tuple[Aim, ...]:
    price = kitchen.program.price()
    if aim == NEAREST:
        return (price,)
    if aim == ENTERPRISES:
        return Aim((0,) * len(kitchen.candidates), 1), price
    assert aim == FAIREST, aim
    return Aim(tuple(behind[one.enterprise] * one.ore for one in kitchen.candidates)), price


def _solve(program: Program, steps: Sequence[Aim], seconds: float) -> Answer | None:
    """The best for the first aim; of those, the best for the next. The gap is the first aim's that is not closed."""
    until = monotonic() + seconds
    answer: Answer | None = None
    for step in steps:
        try:
            better = best(program, step, max(LEAST_SECONDS, until - monotonic()))
        except OutOfTime:
            if answer is None:
                raise
            return answer
        if better is None:  # there is nothing; or, by the solver's floats, nothing as good as was found
            return answer
        gap = answer.gap if answer and answer.gap else better.gap
        answer = Answer(better.counts, gap)
        program = replace(program, at_least=(*program.at_least, (step, reached(step, program.slots, answer.counts))))
    return answer


def _proposal(aim: str, kitchen: Kitchen, answer: Answer, demands: Demands, frame: Frame) -> Proposal:
    """The answer in whole pieces and øre, checked again without the solver."""
    items = tuple((one, count) for one, count in zip(kitchen.candidates, answer.counts, strict=True) if count)
    assert demands.net_ore is not None
    proposal = Proposal(aim, items, frame.services_ore, frame.pot_of(demands.net_ore), answer.gap)
    broken = breaches(proposal, demands, frame)
    assert not broken, f"the solver's basket breaks {broken}"
    return proposal
