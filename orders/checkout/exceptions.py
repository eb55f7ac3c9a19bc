"""What there is no right of withdrawal for, item by item (forbrugeraftaleloven § 18(2), nos. 3, 4 and 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.baskets.models import BasketVersion
from catalog.items.models import ItemVersion
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


def _items(version: BasketVersion | ItemVersion) -> list[ItemVersion]:
    if isinstance(version, BasketVersion):
        return [part.item_version for part in version.components]
    return [version]
