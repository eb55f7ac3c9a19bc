"""Small kitchens for the composer's tests, and the answer found by trying everything."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from random import Random

from catalog.assembly.demands import ENTERPRISES, NEAREST, Candidate, Demands, Frame, Season
from catalog.baskets.policies import FeeEstimate

Counts = tuple[int, ...]
DAY = date(2026, 12, 4)
FEE = FeeEstimate(150, 180, 2500)


def kitchen(dice: Random, items: int) -> list[Candidate]:
    """Some items of a few enterprises; a few have allergens, alcohol, a late day or a short life."""
    return [
        Candidate(
            number,
            f"item-{number}",
            f"enterprise-{dice.randrange(4)}",
            dice.choice((dice.randrange(500, 6000), dice.randrange(5, 60) * 100)),
            dice.choice((0, 5, 10, 19, 20, 400)),
            weight_g=dice.randrange(50, 900),
            units=dice.randrange(0, 6),
            allergens=frozenset(name for name in ("nuts", "milk") if dice.random() < 0.2),
            has_alcohol=dice.random() < 0.1,
            ready_on=date(2026, 12, dice.choice((1, 2, 4, 4, 7))),
            keeps_days=dice.choice((None, None, 0, 1, 5)),
        )
        for number in range(1, items + 1)
    ]


def frame(dice: Random) -> Frame:
    return Frame(dice.choice((0, 2400)), dice.choice((0, 1300)), FEE, dice.choice((10, 1000)))


def season(dice: Random) -> Season:
    if dice.random() < 0.2:
        return Season()
    earned = {f"enterprise-{number}": dice.randrange(0, 900_000) for number in range(4)}
    return Season(earned, {"enterprise-0": 2} if dice.random() < 0.5 else {})


def demands(dice: Random, items: int) -> Demands:
    return Demands(
        dice.randrange(3000, 25_000),
        pieces=dice.choice((1, 5, 10)),
        enterprises=dice.choice((1, 1, 2, 3, 4)),
        without=frozenset(name for name in ("nuts", "milk") if dice.random() < 0.2),
        no_alcohol=dice.random() < 0.3,
        contains=frozenset({f"item-{dice.randrange(1, items + 1)}"}) if dice.random() < 0.3 else frozenset(),
        most_of_one=dice.choice((1, 2, 2)),
        most_weight_g=dice.choice((None, 1500, 3000)),
        most_units=dice.choice((None, 8)),
        deliver_on=dice.choice((None, DAY)),
        days_under_way=dice.choice((0, 1)),
    )


def case(seed: int, items: int = 6) -> tuple[list[Candidate], Demands, Frame, Season]:
    dice = Random(seed)
    return kitchen(dice, items), demands(dice, items), frame(dice), season(dice)


def may_be_in(one: Candidate, asked: Demands) -> bool:
    return not (
        one.allergens & asked.without
        or (asked.no_alcohol and one.has_alcohol)
        or (asked.deliver_on is not None and one.ready_on > asked.deliver_on)
        or (one.keeps_days is not None and one.keeps_days < asked.days_under_way)
        or one.pieces < asked.pieces
    )


def fits(candidates: list[Candidate], counts: Counts, asked: Demands, around: Frame) -> bool:
    """Whether a choice keeps every demand, said once more in other words than the product's."""
    held = [(one, count) for one, count in zip(candidates, counts, strict=True) if count]
    goods = sum(one.ore * count for one, count in held)
    assert asked.net_ore is not None
    return (
        bool(held)
        and asked.pieces <= around.service_pieces
        and goods + around.services_ore + around.pot_of(asked.net_ore) <= asked.net_ore
        and all(may_be_in(one, asked) and count * asked.pieces <= one.pieces for one, count in held)
        and all(count <= asked.most_of_one for _one, count in held)
        and len({one.enterprise for one, _count in held}) >= asked.enterprises
        and {one.slug for one, _count in held} >= asked.contains
        and sum(one.weight_g * count for one, count in held) <= (asked.most_weight_g or 10**9)
        and sum(one.units * count for one, count in held) <= (asked.most_units or 10**9)
    )


def every_choice(candidates: list[Candidate], asked: Demands, around: Frame) -> Iterator[Counts]:
    """All the choices that keep every demand."""
    most = [min(asked.most_of_one, one.pieces // asked.pieces) for one in candidates]
    for counts in product(*(range(each + 1) for each in most)):
        if fits(candidates, counts, asked, around):
            yield counts


def worth(aim: str, candidates: list[Candidate], counts: Counts, asked: Demands, so_far: Season) -> tuple[int, int]:
    """How good a choice is for an aim: what is looked at first, and the øre that decide between equals."""
    held = [(one, count) for one, count in zip(candidates, counts, strict=True) if count]
    goods = sum(one.ore * count for one, count in held)
    if aim == NEAREST:
        return goods, goods
    if aim == ENTERPRISES:
        return len({one.enterprise for one, _count in held}), goods
    there = sorted({one.enterprise for one in candidates if may_be_in(one, asked)})
    behind = so_far.behind(there)
    return sum(behind[one.enterprise] * one.ore * count for one, count in held), goods
