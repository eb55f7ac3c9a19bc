"""How one basket's price divides, as pages and pictures show it. Net øre; the same figures as an order of one."""

from dataclasses import dataclass

from catalog.baskets.models import BasketVersion
from catalog.baskets.policies import divide
from catalog.baskets.queries import terms_of
from shop.money import offset_for
from shop.people.models import Enterprise
from shop.weave import POT, Strip

COMPONENT, SERVICE, POT_KIND = "component", "service", "pot"


@dataclass(frozen=True, slots=True)
class Slice:
    """One owner's part of one basket: an enterprise's goods together, one of its services, or the pot (no enterprise).

    `names_da` and `names_en` are what it is paid for.
    """

    kind: str
    enterprise: Enterprise | None
    names_da: tuple[str, ...]
    names_en: tuple[str, ...]
    ore: int

    @property
    def colour(self) -> int:
        return self.enterprise.colour if self.enterprise else POT

    def strip(self) -> Strip:
        return Strip(self.enterprise.name if self.enterprise else "", self.colour, self.ore, self.kind)


def slices_of(version: BasketVersion) -> list[Slice]:
    """The parts of one basket at its own price, in the order of its components, services after goods, the pot last."""
    division = divide(terms_of(version), version.net_ore, 1, offset_for(f"preview:{version.id}"))
    goods: dict[int, Slice] = {}
    services: list[Slice] = []
    for component, part_ore in zip(version.components, division.parts, strict=True):
        enterprise = component.item.enterprise
        da, en = (component.item_version.name_da,), (component.item_version.name_en,)
        if component.kind == SERVICE:
            services.append(Slice(SERVICE, enterprise, da, en, part_ore))
            continue
        held = goods.get(enterprise.id) or Slice(COMPONENT, enterprise, (), (), 0)
        goods[enterprise.id] = Slice(COMPONENT, enterprise, held.names_da + da, held.names_en + en, held.ore + part_ore)
    return [*goods.values(), *services, Slice(POT_KIND, None, (), (), division.pot)]
