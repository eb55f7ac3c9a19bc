"""Who gets what of a basket's net price: the three policies, the floor, and what holds below it. Pure values.

All amounts are net øre. `agreed`: everyone its agreed price, the pot the rest. `proportional`: fixed services, then
the pot's percentage, the rest over the components by agreed price. `guaranteed`: each component's minimum, then
services and the fee estimate, then of the surplus the pot's percentage and the rest over the components, again by
agreed price.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shop.money import divide_half_up, split
from shop.tax import FULL_BP

HIGHEST_ORE = 100_000_000  # a floor above a million kroner is no floor


@dataclass(frozen=True, slots=True)
class Part:
    """One component or service of a basket: pieces in one basket, and its prices a piece."""

    kind: str
    quantity: int
    agreed_ore: int
    guaranteed_ore: int = 0

    @property
    def is_service(self) -> bool:
        return self.kind == "service"


@dataclass(frozen=True, slots=True)
class Terms:
    """How one basket version divides its price."""

    policy: str
    pot_percent_bp: int
    fee_ore: int
    floor_ore: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Division:
    """The shares of the parts, in their order, and the pot's. Only the pot's may be negative."""

    parts: tuple[int, ...]
    pot: int


@dataclass(frozen=True, slots=True)
class FeeEstimate:
    """What taking the payment is expected to cost: a percentage of the gross price and a fixed amount."""

    percent_bp: int
    fixed_ore: int
    vat_rate_bp: int

    def of_net(self, net_ore: int) -> int:
        gross = net_ore + divide_half_up(net_ore * self.vat_rate_bp, FULL_BP)
        return -(-gross * self.percent_bp // FULL_BP) + self.fixed_ore


def divide(terms: Terms, net_ore: int, pieces: int, offset: Fraction) -> Division:
    """Divide the net amount of `pieces` baskets. Exact in sum; reproducible from the same offset.

    Below the floor every enterprise gets what it would get at the floor and the pot takes the rest.
    """
    at = max(net_ore, terms.floor_ore * pieces)
    shares = _divide_parts(terms, at, pieces, offset)
    assert all(share >= 0 for share in shares), "a floor was set too low"
    return Division(tuple(shares), net_ore - sum(shares))


def _divide_parts(terms: Terms, net_ore: int, pieces: int, offset: Fraction) -> list[int]:
    count = [part.quantity * pieces for part in terms.parts]
    agreed = [part.agreed_ore * n for part, n in zip(terms.parts, count, strict=True)]
    if terms.policy == "agreed":
        return agreed
    fixed = [
        amount if part.is_service else part.guaranteed_ore * n if terms.policy == "guaranteed" else 0
        for part, n, amount in zip(terms.parts, count, agreed, strict=True)
    ]
    weights = [0 if part.is_service else amount for part, amount in zip(terms.parts, agreed, strict=True)]
    over = net_ore - sum(fixed)
    if terms.policy == "proportional":
        pot = min(divide_half_up(net_ore * terms.pot_percent_bp, FULL_BP), over)
    else:
        fee = min(over, terms.fee_ore * pieces)
        pot = fee + divide_half_up((over - fee) * terms.pot_percent_bp, FULL_BP)
    if not any(weights):
        return fixed
    return [a + b for a, b in zip(fixed, split(over - pot, weights, offset), strict=True)]


def floor_of(policy: str, pot_percent_bp: int, parts: Sequence[Part], fee: FeeEstimate) -> int | None:
    """The lowest net price of one basket from which on the pot covers the fee estimate; None when there is none.

    There is none for a proportional basket whose pot gets so small a percentage that no price would pay the fee.
    """
    owed = sum(
        part.quantity * (part.guaranteed_ore if policy == "guaranteed" and not part.is_service else part.agreed_ore)
        for part in parts
        if part.is_service or policy != "proportional"
    )

    def pot_of(net_ore: int) -> int:
        return divide_half_up(net_ore * pot_percent_bp, FULL_BP)

    def holds(net_ore: int) -> bool:
        over = net_ore - owed
        if policy != "proportional":
            return over >= fee.of_net(net_ore)
        return over >= pot_of(net_ore) >= fee.of_net(net_ore)

    if policy != "proportional" or fee.percent_bp == 0:
        return _first(holds)
    # The pot's percentage and the fee's are rounded apart, so near the floor a price may hold and the next one not:
    # begin where two øre of rounding cannot matter any more, and go down to the last price that fails.
    slope = pot_percent_bp * FULL_BP - fee.percent_bp * (FULL_BP + fee.vat_rate_bp)
    served = _first(lambda net_ore: net_ore - owed >= pot_of(net_ore))
    if slope <= 0 or served is None:
        return None
    floor = max(served, -(-(fee.fixed_ore + 2) * FULL_BP**2 // slope))
    while floor > 0 and holds(floor - 1):
        floor -= 1
    return floor if floor <= HIGHEST_ORE else None


def _first(holds: Callable[[int], bool]) -> int | None:
    """The lowest price at which something holds that, once it holds, holds at every higher price."""
    if not holds(HIGHEST_ORE):
        return None
    low, high = 0, HIGHEST_ORE
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
