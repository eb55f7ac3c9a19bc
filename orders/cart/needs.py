"""What an order needs of every limit: the whole cart added up, the same jar in two baskets and alone once."""

from collections.abc import Iterable
from datetime import date

from catalog.baskets.models import Basket
from catalog.items.models import MADE, Item
from catalog.items.queries import capacity_in
from catalog.supply.models import OFFER, STOCK, WEEK
from catalog.supply.reserve import Need
from shop.days import iso_week


def basket_needs(basket: Basket, pieces: int, pack_on: date) -> Iterable[Need]:
    """Each component's item, and the ceiling of the offer it stands on."""
    assert basket.current is not None
    for component in basket.current.components:
        count = component.quantity * pieces
        yield Need(OFFER, component.item_id, str(component.offer_id), count)
        yield item_need(component.item, count, pack_on)


def item_need(item: Item, pieces: int, pack_on: date) -> Need:
    """Pieces on hand, or of the capacity of the ISO week it is packed in."""
    if item.supply == MADE:
        week = iso_week(pack_on)
        return Need(WEEK, item.id, week, pieces, capacity_in(item, week))
    return Need(STOCK, item.id, "", pieces)
