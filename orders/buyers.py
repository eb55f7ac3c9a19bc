"""What a buyer's own page and letters read of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.baskets.models import BasketComponent, BasketVersion
from orders.checkout.contents import Exceptions, exceptions_of
from orders.models import FREIGHT, PICKUP, Order, OrderLine, Share
from shop.address import PostalAddress
from shop.days import utc_now
from shop.db import db
from shop.i18n import lazy_gettext as _
from shop.i18n import localised, pick
from shop.settings.read import value

ERASED = _("Navn og adresse er slettet efter leveringen.")


def _whole() -> Select[Order]:
    """An order with lines, shares and what is in them: a few questions, however long it is."""
    version = selectinload(Order.lines).joinedload(OrderLine.basket_version)
    parts = version.selectinload(BasketVersion.components).joinedload(BasketComponent.item_version)
    return select(Order).options(
        selectinload(Order.lines).options(
            joinedload(OrderLine.item_version),
            selectinload(OrderLine.shares).options(joinedload(Share.enterprise), joinedload(Share.item_version)),
        ),
        parts,
    )


def find_order_by_token(token: str) -> Order | None:
    """The order of an unguessable link, with everything its page shows; None once the link is too old (a setting)."""
    return db.session.scalar(_whole().where(Order.token == token[:64], Order.placed_at > oldest_link()))


def find_order_id_by_token(token: str) -> int | None:
    """Which order a link is the link of."""
    return db.session.scalar(select(Order.id).where(Order.token == token[:64], Order.placed_at > oldest_link()))


def oldest_link() -> datetime:
    """Orders placed before this moment have no page any more."""
    return utc_now() - timedelta(days=int(value("times.order_link_days")))


def get_whole_order(order_id: int) -> Order:
    """An order by its id, with everything its letters say. An order that is not there is an assertion."""
    return db.session.scalars(_whole().where(Order.id == order_id)).one()


def address_of(stored: dict[str, Any]) -> PostalAddress:
    """A stored address as a value."""
    names = ("name", "attention", "line1", "line2", "postcode", "city", "country")
    return PostalAddress(**{name: str(stored.get(name, "")) for name in names})


@dataclass(frozen=True, slots=True)
class Delivery:
    """How and where it goes, in the reader's language. `place` are the lines of the address it is handed over at."""

    how: str
    place: Sequence[str]
    is_pickup: bool


def delivery_of(order: Order) -> Delivery:
    """How and where an order goes: the way's own words, and the pick-up place or the recipient's address."""
    freight = next(line for line in order.lines if line.kind == FREIGHT)
    how = localised(freight, "text")
    if order.delivery == PICKUP:
        place = order.delivery_place
        lines = [
            pick(place.get("name_da", ""), place.get("name_en", "")),
            str(place.get("address", "")),
            f"{place.get('postcode', '')} {place.get('city', '')}".strip(),
        ]
        return Delivery(how, [line for line in lines if line], True)
    return Delivery(how, address_of(order.recipient).lines() or [str(ERASED)], False)


def exceptions_in(order: Order) -> Exceptions:
    """What there is no right of withdrawal for in an order."""
    sold = (line.basket_version or line.item_version for line in order.lines)
    return exceptions_of(version for version in sold if version is not None)
