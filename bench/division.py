"""The division of øre: how long one takes, and what the rounding of a hundred thousand orders adds up to."""

import random
import time
from collections import defaultdict
from statistics import median

from bench.report import Result, say
from bench.shops import Shops
from catalog.baskets.policies import FeeEstimate, Part, Terms, divide, floor_of
from shop.money import offset_for, split

ORDERS = 100_000
SUPPLIERS = 12
MOST_ORE = 1_000  # 10 kr.


def speed(_shops: Shops) -> list[Result]:
    """`split` of one line over twelve shares."""
    dice = random.Random(1)
    weights = [dice.randrange(500, 40_000) for _ in range(12)]
    offset = offset_for("line:bench")
    took = []
    for _ in range(31):
        begin = time.perf_counter()
        for total in range(50_000, 51_000):
            split(total, weights, offset)
        took.append((time.perf_counter() - begin) * 1000)
    return [
        Result(
            "`split` of one line over 12 shares",
            "< 20 µs",
            f"{median(took):.1f} µs",
            median(took) < 20,
            "the median of 31 × 1,000 calls",
        )
    ]


def drift(_shops: Shops) -> list[Result]:
    """What each supplier has got beyond its exact part after a hundred thousand random orders."""
    say(f"{ORDERS:,} random orders …")
    dice = random.Random(7)
    baskets = [terms for policy in ("proportional", "guaranteed") for terms in _baskets(policy, dice)]
    beyond: dict[int, int] = defaultdict(int)  # in 10⁻¹² øre: exact sums of fractions would outgrow everything
    for number in range(ORDERS):
        suppliers, terms, net_ore = dice.choice(baskets)
        pieces = dice.choice((1, 1, 1, 2, 3, 10))
        offset = offset_for(f"line:{number:032x}")
        shares = divide(terms, net_ore * pieces, pieces, offset).parts
        minima = [
            part.guaranteed_ore * part.quantity * pieces if terms.policy == "guaranteed" else 0 for part in terms.parts
        ]
        weights = [part.agreed_ore * part.quantity for part in terms.parts]
        over, whole = sum(shares) - sum(minima), sum(weights)
        for supplier, share, least, weight in zip(suppliers, shares, minima, weights, strict=True):
            beyond[supplier] += (share - least) * 10**12 - over * weight * 10**12 // whole
    worst = max(abs(amount) for amount in beyond.values()) / 10**12
    return [
        Result(
            f"Rounding of {ORDERS:,} random orders added up, the supplier furthest from its exact part",
            "≤ 10 kr.",
            f"{worst / 100:.2f} kr.",
            worst <= MOST_ORE,
            f"{len(baskets)} baskets by the two policies that divide, {SUPPLIERS} suppliers, seed 7",
        )
    ]


def _baskets(policy: str, dice: random.Random) -> list[tuple[list[int], Terms, int]]:
    made = []
    for _ in range(10):
        suppliers = sorted(dice.sample(range(SUPPLIERS), dice.randrange(3, 9)))
        prices = [dice.randrange(800, 15_000) for _ in suppliers]
        parts = tuple(Part("component", dice.choice((1, 1, 2)), price, price * 8 // 10) for price in prices)
        fee = FeeEstimate(150, 180, 2_500)
        floor = floor_of(policy, 1_500, parts, fee)
        assert floor is not None
        net_ore = max(floor, sum(part.quantity * part.agreed_ore for part in parts)) + dice.randrange(20_000)
        made.append((suppliers, Terms(policy, 1_500, fee.of_net(net_ore), floor, parts), net_ore))
    return made
