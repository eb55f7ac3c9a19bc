"""Take an item out of the shop for good, or until a new version of it is approved."""

from datetime import datetime

from sqlalchemy import func, select

from catalog.baskets.models import PUBLISHED, Basket, BasketComponent
from catalog.baskets.publish import withdraw
from catalog.items.models import APPROVED, WITHDRAWN, Item
from catalog.supply.models import OFFER, Supply
from shop.db import db, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.people.notices import notify_enterprise
from shop.shown import move_page_version


def withdraw_item(item_id: int, why: str, *, by: By, now: datetime) -> list[Basket]:
    """Sell it no more, alone or in baskets: every published basket that holds it is taken off the shelf too.

    What is ordered stays ordered and is delivered. Refuses an item that is not sold. Returns the baskets taken off.
    """
    item = lock_row(Item, item_id)
    if item.state != APPROVED or item.current is None:
        raise Refused(_("Varen er ikke til salg."))
    item.state = WITHDRAWN
    holding = select(BasketComponent.version_id).where(BasketComponent.item_id == item.id)
    ids = db.session.scalars(
        select(Basket.id).where(Basket.state == PUBLISHED, Basket.current_version_id.in_(holding)).order_by(Basket.id)
    ).all()
    baskets = [lock_row(Basket, basket_id) for basket_id in ids]
    for basket in baskets:
        withdraw(basket, by=by, now=now, why=why)
    entry = record("withdrawn", "item", item.id, by=by, now=now, why=why, baskets=[one.slug for one in baskets])
    db.session.flush()
    notify_enterprise(
        item.enterprise_id, f"item_withdrawn:{entry.id}",
        _("«%(name)s» er taget af. Det, der er bestilt, skal stadig leveres.", name=item.current.name_da),
        path="/partner/varer", now=now, said=why,
    )  # fmt: skip
    move_page_version()
    return baskets


def promised_of(item_id: int) -> int:
    """The pieces of an item that are promised to somebody and have not left: on a shelf, or of a week's capacity."""
    pieces = select(func.sum(Supply.taken)).where(Supply.item_id == item_id, Supply.kind != OFFER)
    return int(db.session.scalar(pieces) or 0)
