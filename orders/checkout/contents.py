"""What is in what is sold, and what of it cannot be withdrawn from (forbrugeraftaleloven § 18(2), nos. 3, 4, 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.baskets.models import BasketVersion
from catalog.items.facts import join_words
from catalog.items.models import ItemVersion
from orders.models import COMPONENT
from shop.i18n import localised

PERISHABLE, SEALED, PERSONALISED = "perishable", "sealed_hygiene", "personalised"


@dataclass(slots=True)
class Exceptions:
    """Names of items, in the reader's language: none at all for two kinds, and only unopened for sealed ones."""

    perishable: list[str] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)
    personalised: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.perishable or self.sealed or self.personalised)


def exceptions_of(versions: Iterable[BasketVersion | ItemVersion]) -> Exceptions:
    """The exceptions among what is sold: a basket with one perishable item is excepted for that item alone."""
    found = Exceptions()
    lists = {PERISHABLE: found.perishable, SEALED: found.sealed, PERSONALISED: found.personalised}
    for version in versions:
        for item in _items(version):
            names = lists.get(item.withdrawal_exception)
            name = localised(item, "name")
            if names is not None and name not in names:
                names.append(name)
    return found


def inside(version: BasketVersion | ItemVersion | None) -> str:
    """What is in a basket: its main characteristics, in the reader's language. Nothing for a single item."""
    if not isinstance(version, BasketVersion):
        return ""
    return join_words(
        (f"{part.quantity} × " if part.quantity > 1 else "") + localised(part.item_version, "name")
        for part in version.components
        if part.kind == COMPONENT
    )


def _items(version: BasketVersion | ItemVersion) -> list[ItemVersion]:
    if isinstance(version, BasketVersion):
        return [part.item_version for part in version.components]
    return [version]
