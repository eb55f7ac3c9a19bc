"""What a buyer's own page and letters read of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from catalog.baskets.queries import basket_versions
from catalog.items.queries import enterprises, item_versions
from orders.checkout.contents import Exceptions, exceptions_of
from orders.models import FREIGHT, PICKUP, Order, OrderLine, Share
from orders.payments.models import Payment
from shop.address import PostalAddress
from shop.days import utc_now
from shop.db import db
from shop.i18n import lazy_gettext as _
from shop.i18n import localised, pick
from shop.settings.read import value

ERASED = _("Navn og adresse er slettet efter leveringen.")


_WHOLE = select(Order).options(joinedload(Order.lines))
_OF_LINK = (Order.token == bindparam("link"), Order.placed_at > bindparam("oldest"))
_BY_LINK, _BY_ID = _WHOLE.where(*_OF_LINK), _WHOLE.where(Order.id == bindparam("order"))
_SHARES = (
    select(Share)
    .join(OrderLine, OrderLine.id == Share.line_id)
    .where(OrderLine.order_id == bindparam("order"))
    .order_by(Share.line_id, Share.position)
)
_LINK = (
    select(Order.id, Payment.state)
    .outerjoin(Payment, Payment.order_id == Order.id)
    .where(*_OF_LINK)
    .order_by(Payment.id.desc())
    .limit(1)
)


def _found(query: Select[Order], **asked: Any) -> Order | None:
    """An order with lines, shares and what is in them: two questions, however long it is.

    What was sold is frozen, so it is hung on from memory; what is hung on is everybody's and may not be changed.
    """
    order = db.session.scalars(query, asked).unique().one_or_none()
    if order is None:
        return None
    shares = db.session.scalars(_SHARES, {"order": order.id}).all()
    baskets = basket_versions(line.basket_version_id for line in order.lines if line.basket_version_id)
    sold = [*(line.item_version_id for line in order.lines), *(share.item_version_id for share in shares)]
    items = item_versions(item_id for item_id in sold if item_id)
    makers = enterprises(share.enterprise_id for share in shares if share.enterprise_id)
    for line in order.lines:
        set_committed_value(line, "shares", [share for share in shares if share.line_id == line.id])
        set_committed_value(line, "basket_version", baskets.get(line.basket_version_id or 0))
        set_committed_value(line, "item_version", items.get(line.item_version_id or 0))
    for share in shares:
        set_committed_value(share, "item_version", items.get(share.item_version_id or 0))
        set_committed_value(share, "enterprise", makers.get(share.enterprise_id or 0))
    return order


def find_order_by_token(token: str) -> Order | None:
    """The order of an unguessable link, with everything its page shows; None once the link is too old (a setting)."""
    return _found(_BY_LINK, link=token[:64], oldest=oldest_link())


def find_order_id_by_token(token: str) -> int | None:
    """Which order a link is the link of."""
    return db.session.scalar(select(Order.id).where(Order.token == token[:64], Order.placed_at > oldest_link()))


def find_link(token: str) -> tuple[int, str | None] | None:
    """The order that a link is the link of, and the state of its newest payment: one question."""
    found = db.session.execute(_LINK, {"link": token[:64], "oldest": oldest_link()}).one_or_none()
    return (found[0], found[1]) if found else None


def oldest_link() -> datetime:
    """Orders placed before this moment have no page any more."""
    return utc_now() - timedelta(days=int(value("times.order_link_days")))


def get_whole_order(order_id: int) -> Order:
    """An order by its id, with everything its letters say. An order that is not there is an assertion."""
    order = _found(_BY_ID, order=order_id)
    assert order is not None, order_id
    return order


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
