"""Write the shares of a line at the moment it is sold, by the terms of what was sold."""

from datetime import date

from catalog.baskets.models import BasketVersion
from catalog.baskets.policies import divide
from catalog.baskets.queries import terms_of
from catalog.items.models import Item
from catalog.items.queries import price_on
from orders.delivery.freight import Freight
from orders.models import COMPONENT, DELIVERY, POT, OrderLine, Share
from shop.money import offset_from_bits


def _share(position: int, kind: str, ore: int, **more: int | None) -> Share:
    """Every column is given a value, so that all shares of an order go to the database in one statement."""
    given: dict[str, int | None] = dict.fromkeys(("enterprise_id", "item_version_id", "component_id", "price_id"), None)
    return Share(
        position=position, kind=kind, ore=ore, **{**given, "pieces": 0, "basis_ore": 0, "discount_ore": 0, **more}
    )


def basket_parts(line: OrderLine, version: BasketVersion, net_ore: int) -> list[int]:
    """What each share of a line of baskets would be at a net price, the pot's last: the version's own policy."""
    division = divide(terms_of(version), net_ore, line.quantity, offset_from_bits(line.offset_bits))
    return [*division.parts, division.pot]


def basket_shares(line: OrderLine, version: BasketVersion) -> list[Share]:
    """One share per component and service of the basket, and the pot's. Sums exactly to the line's net amount."""
    *parts, pot = basket_parts(line, version, line.net_ore)
    shares = [
        _share(
            position,
            component.kind,
            ore,
            enterprise_id=component.enterprise_id,
            item_version_id=component.item_version_id,
            component_id=component.id,
            price_id=component.offer.price_id,
            pieces=component.quantity * line.quantity,
            basis_ore=component.agreed_ore,
        )
        for position, (component, ore) in enumerate(zip(version.components, parts, strict=True), start=1)
    ]
    return _with_pot(line, shares, pot)


def item_shares(line: OrderLine, item: Item, on: date) -> list[Share]:
    """A single item: its enterprise gets the agreed price of the day, the pot the rest."""
    price = price_on(item, on)
    share = _share(
        1,
        COMPONENT,
        price.agreed_ore * line.quantity,
        enterprise_id=item.enterprise_id,
        item_version_id=item.current_version_id,
        price_id=price.id,
        pieces=line.quantity,
        basis_ore=price.agreed_ore,
    )
    return _with_pot(line, [share], line.net_ore - share.ore)


def freight_shares(line: OrderLine, way: Freight) -> list[Share]:
    """The rule `carrier_first`: the partner who drives gets its agreed price, the pot the rest, negative if need be."""
    shares = []
    if way.service is not None:
        shares.append(
            _share(
                1,
                DELIVERY,
                way.agreed_ore,
                enterprise_id=way.service.enterprise_id,
                item_version_id=way.service.current_version_id,
                price_id=way.price_id,
                pieces=1,
                basis_ore=way.agreed_ore,
            )
        )
    return _with_pot(line, shares, line.net_ore - sum(share.ore for share in shares))


def _with_pot(line: OrderLine, shares: list[Share], pot: int) -> list[Share]:
    shares.append(_share(len(shares) + 1, POT, pot))
    assert sum(share.ore for share in shares) == line.net_ore, "shares must sum to the line's net amount"
    return shares
