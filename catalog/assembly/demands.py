"""What a basket is composed of and what is asked of it: plain values, whole øre, grams and days.

Nothing here knows the database or the solver. A proposal is checked against these in plain Python (`breaches`),
whatever the solver said of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from catalog.baskets.policies import FeeEstimate
from shop.money import divide_half_up
from shop.tax import FULL_BP

NEAREST, ENTERPRISES, FAIREST = "nearest", "enterprises", "fairest"
AIMS = (NEAREST, ENTERPRISES, FAIREST)
MOST_OF_ONE = 2
HIGHEST_ORE = 100_000_000
NO_FEE = FeeEstimate(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be in the basket. `ore` is what its enterprise gets for a piece, net.

    `pieces` is how many there are in all: on hand, of the week's capacity, and left of the offer, whichever is least.
    `units` is the room it takes in a box. `ready_on` is the first day it can be with the recipient. `keeps_days` is
    how many days it may be under way and still keep as long as promised; None when it does not go off.
    """

    id: int
    slug: str
    enterprise: str
    ore: int
    pieces: int
    weight_g: int = 0
    units: int = 0
    allergens: frozenset[str] = frozenset()
    has_alcohol: bool = False
    ready_on: date = date.min
    keeps_days: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What every basket costs beside its goods: services a basket, and the pot's part, which at least pays the fee.

    `service_pieces` is how many baskets the services can be done for.
    """

    services_ore: int = 0
    pot_percent_bp: int = 0
    fee: FeeEstimate = NO_FEE
    service_pieces: int = 1_000_000

    def pot_of(self, net_ore: int) -> int:
        """The pot's part of a net price; it never rises by more than the price does."""
        return max(divide_half_up(net_ore * self.pot_percent_bp, FULL_BP), self.fee.of_net(net_ore))

    def room(self, net_ore: int) -> int:
        """What is left for goods; below zero when the price does not even pay the rest."""
        return net_ore - self.services_ore - self.pot_of(net_ore)

    def price_for(self, goods_ore: int) -> int:
        """The lowest net price that has room for so much goods. Refuses (ValueError) when none below a million has."""
        if self.room(HIGHEST_ORE) < goods_ore:
            raise ValueError("no price has room for that")
        low, high = 0, HIGHEST_ORE
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.room(middle) >= goods_ore else (middle + 1, high)
        return low


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of a basket. `net_ore` is the price without VAT it may cost, None any price.

    `contains` are slugs. `most_weight_g` and `most_units` are what its box holds, None any. `deliver_on` is the day it
    must be there, `days_under_way` what passes between packing and that day.
    """

    net_ore: int | None
    pieces: int = 1
    enterprises: int = 1
    without: frozenset[str] = frozenset()
    no_alcohol: bool = False
    contains: frozenset[str] = frozenset()
    most_of_one: int = MOST_OF_ONE
    most_weight_g: int | None = None
    most_units: int | None = None
    deliver_on: date | None = None
    days_under_way: int = 0

    def allows(self, candidate: Candidate) -> bool:
        """Whether the candidate may be in such a basket at all."""
        if self.without & candidate.allergens or (self.no_alcohol and candidate.has_alcohol):
            return False
        if self.deliver_on is not None and candidate.ready_on > self.deliver_on:
            return False
        return candidate.keeps_days is None or candidate.keeps_days >= self.days_under_way

    def most_in_one(self, candidate: Candidate) -> int:
        """How many of the candidate each basket may hold."""
        return min(self.most_of_one, max(0, candidate.pieces) // self.pieces) if self.allows(candidate) else 0


@dataclass(frozen=True, slots=True)
class Season:
    """What each enterprise has had of the season's kroner (øre), and its part of the agreed key.

    An enterprise without a part in the key has 1: where nothing is agreed, all are alike.
    """

    earned_ore: Mapping[str, int] = field(default_factory=dict)
    key: Mapping[str, int] = field(default_factory=dict)

    def behind(self, enterprises: Sequence[str]) -> dict[str, int]:
        """How many per cent each of these is below its agreed share of what all of them have had: 0 to 100.

        Nobody has had anything, or all stand alike: everyone is as far behind (1).
        """
        whole = sum(self.earned_ore.get(name, 0) for name in enterprises)
        keys = {name: self.key.get(name, 1) for name in enterprises}
        together = sum(keys.values())
        found = {
            name: max(0, 100 - divide_half_up(100 * together * self.earned_ore.get(name, 0), whole * keys[name]))
            if whole and keys[name]
            else 0
            for name in enterprises
        }
        return found if any(found.values()) else dict.fromkeys(enterprises, 1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One basket: how many of which, for one aim. `services_ore` and `pot_ore` complete its net price.

    `gap` is 0 when nothing better for the aim exists; when the time was up it is how much better a basket could be at
    most: øre, enterprises, or øre to those furthest behind.
    """

    aim: str
    items: tuple[tuple[Candidate, int], ...]
    services_ore: int
    pot_ore: int
    gap: int = 0

    @property
    def goods_ore(self) -> int:
        return sum(candidate.ore * count for candidate, count in self.items)

    @property
    def net_ore(self) -> int:
        return self.goods_ore + self.services_ore + self.pot_ore

    @property
    def enterprises(self) -> int:
        return len({candidate.enterprise for candidate, _count in self.items})

    @property
    def weight_g(self) -> int:
        return sum(candidate.weight_g * count for candidate, count in self.items)


def breaches(proposal: Proposal, demands: Demands, frame: Frame) -> list[str]:
    """The demands that a proposal does not keep; none, or the solver was wrong."""
    held = [candidate for candidate, _count in proposal.items]
    units = sum(candidate.units * count for candidate, count in proposal.items)
    kept = {
        "something": bool(held) and all(count > 0 for _candidate, count in proposal.items),
        "once": len({candidate.id for candidate in held}) == len(held),
        "price": demands.net_ore is None or proposal.net_ore <= demands.net_ore,
        "pot": proposal.pot_ore >= frame.fee.of_net(proposal.net_ore),
        "services": demands.pieces <= frame.service_pieces and proposal.services_ore == frame.services_ore,
        "most": all(count <= demands.most_in_one(candidate) for candidate, count in proposal.items),
        "enterprises": proposal.enterprises >= demands.enterprises,
        "contains": demands.contains <= {candidate.slug for candidate in held},
        "weight": demands.most_weight_g is None or proposal.weight_g <= demands.most_weight_g,
        "units": demands.most_units is None or units <= demands.most_units,
    }
    return [name for name, holds in kept.items() if not holds]
