"""What a buyer may still change of an order, and take back whole: until packing begins, and never its price."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from catalog.baskets.models import BasketVersion
from catalog.items.models import Item, ItemVersion
from catalog.items.queries import capacity_in
from catalog.supply.models import WEEK, Supply
from catalog.supply.reserve import Need, SoldOut, exchange
from orders.checkout.place import check_open_day
from orders.delivery.freight import local_service
from orders.delivery.plan import first_day, shop_calendar
from orders.models import LOCAL, Order, OrderLine, OrderSupply
from orders.moves import cancel
from orders.states import CANCELLED, CONFIRMED, EXPIRED, PLACED
from orders.tell import tell_buyer
from shop.address import PostalAddress
from shop.days import iso_week, local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import localised
from shop.journal.models import JournalEntry
from shop.journal.record import BUYER, By, record

CHANGEABLE = (PLACED, CONFIRMED)


@dataclass(frozen=True, slots=True)
class Wish:
    """How the buyer wants the order: who gets it (phone in eight digits or nothing), the day, the cards by line id."""

    recipient: PostalAddress
    phone: str
    wanted_on: date
    cards: Mapping[int, str]


def may_change(order: Order) -> bool:
    """Whether the buyer may still change or cancel it."""
    return order.state in CHANGEABLE


def check_changeable(order: Order) -> None:
    """Refuses an order that is packed, or over."""
    if order.state in (CANCELLED, EXPIRED):
        raise Refused(_("Ordre %(number)s er annulleret eller udløbet, så den kan ikke ændres.", number=order.number))
    if not may_change(order):
        raise Refused(
            _(
                "Vi har pakket ordre %(number)s, så den kan ikke ændres eller annulleres her længere. Intet er ændret.",
                number=order.number,
            )
        )


def change_order(order: Order, wish: Wish, *, by: By, now: datetime) -> list[JournalEntry]:
    """Change what is wished otherwise of a locked order, and write the buyer one letter of it. Nothing new: nothing.

    Refuses, with the field, an address that its way of delivery does not serve, a day that cannot be had, and a week
    that is full. The price stays whatever is changed.
    """
    check_changeable(order)
    entries = [
        change_recipient(order, wish.recipient, wish.phone, by=by, now=now),
        change_day(order, wish.wanted_on, by=by, now=now),
        change_card(order, wish.cards, by=by, now=now),
    ]
    done = [entry for entry in entries if entry is not None]
    if done:
        db.session.flush()
        tell_buyer(order, "order_changed", done[-1].id, now=now)
    return done


def change_recipient(
    order: Order, recipient: PostalAddress, phone: str, *, by: By, now: datetime
) -> JournalEntry | None:
    """Another person or another address. Refuses a postal code that the partner who drives does not serve."""
    check_changeable(order)
    wished = {**asdict(recipient), "phone": phone}
    if wished == {name: order.recipient.get(name, "") for name in wished}:
        return None
    check_served(order, recipient.postcode)
    order.recipient = wished
    if any(wished[name] != order.buyer_address.get(name) for name in ("name", "line1", "postcode")):
        order.is_gift = True  # from now on it names somebody else, who is forgotten as the recipient of a gift is
    return record("recipient_changed", "order", order.id, by=by, now=now)


def check_served(order: Order, postcode: str) -> None:
    """Refuses a postal code that the order's own way of delivery, at its price, does not go to."""
    if order.delivery != LOCAL:
        return
    service = local_service()
    served = service.served_postcodes if service is not None and service.enterprise_id == order.carrier_id else []
    if postcode not in served:
        raise Refused(
            _("Den, der bringer ud, kører til postnumrene %(served)s. Vælg en adresse der.", served=", ".join(served))
            if served
            else _("Vi kan ikke levere til andre adresser med den levering, du har valgt. Skriv til os."),
            field="to_postcode",
        )


def change_day(order: Order, wanted_on: date, *, by: By, now: datetime) -> JournalEntry | None:
    """Another day. Refuses one too early for what is in it, too far off or closed, and a week that is full.

    A day no earlier than the one it has needs no lead time again. What is made to order moves to its new week.
    """
    check_changeable(order)
    if wanted_on == order.wanted_on:
        return None
    today, calendar = local_day(now), shop_calendar()
    first = min(order.wanted_on, first_day(_lead_days(order), order.delivery, today, calendar))
    first = max(first, first_day(0, order.delivery, today, calendar))
    pack_on = check_open_day(first, order.delivery, wanted_on, today, calendar)
    _move_weeks(order, iso_week(pack_on), now)
    order.wanted_on, order.pack_on = wanted_on, pack_on
    return record("day_changed", "order", order.id, by=by, now=now, wanted_on=wanted_on.isoformat())


def _lead_days(order: Order) -> int:
    in_lines = OrderLine.order_id == order.id
    baskets = select(func.max(BasketVersion.lead_days)).join(OrderLine, OrderLine.basket_version_id == BasketVersion.id)
    versions = select(OrderLine.item_version_id).where(in_lines)
    items = select(func.max(Item.lead_days)).join(ItemVersion, ItemVersion.item_id == Item.id)
    return max(
        int(db.session.scalar(baskets.where(in_lines)) or 0),
        int(db.session.scalar(items.where(ItemVersion.id.in_(versions))) or 0),
    )


def _move_weeks(order: Order, week: str, now: datetime) -> None:
    """Let go of the old week and hold the new one, in the same transaction."""
    rows = db.session.execute(
        select(OrderSupply, Supply, Item)
        .join(Supply, Supply.id == OrderSupply.supply_id)
        .join(Item, Item.id == Supply.item_id)
        .where(OrderSupply.order_id == order.id, Supply.kind == WEEK, Supply.part != week)
    ).all()
    if not rows:
        return
    reference = f"order:{order.cart_key}:{secrets.token_hex(4)}"  # the same week may be left and come back to
    needs = [Need(WEEK, item.id, week, held.pieces, capacity_in(item, week)) for held, _supply, item in rows]
    try:
        moved = exchange(
            [(supply.id, held.pieces) for held, supply, _item in rows], needs, reference=reference, now=now
        )
    except SoldOut as short:
        names = {f"«{localised(item.current, 'name')}»" for _held, _supply, item in rows if item.id in short.item_ids}
        raise Refused(
            _(
                "Der bliver ikke lavet nok af %(names)s i den uge. Vælg en dag i en anden uge.",
                names=", ".join(sorted(names)),
            ),
            field="wanted_on",
        ) from short
    by_item = {row.item_id: row.id for row, _pieces in moved}
    for held, supply, _item in rows:
        held.supply_id = by_item[supply.item_id]


def change_card(order: Order, cards: Mapping[int, str], *, by: By, now: datetime) -> JournalEntry | None:
    """Another text on the cards, by line id. Only baskets have a card; other lines stay as they are."""
    check_changeable(order)
    changed = [line for line in card_lines(order) if cards.get(line.id, line.card_text) != line.card_text]
    for line in changed:
        line.card_text = cards[line.id]
    return record("card_changed", "order", order.id, by=by, now=now, cards=len(changed)) if changed else None


def card_lines(order: Order) -> list[OrderLine]:
    """The lines that have a card."""
    return [line for line in order.lines if line.basket_version_id is not None]


def cancel_by_buyer(order: Order, *, now: datetime) -> None:
    """The buyer takes a locked order back: goods and card are let go, and a letter says so. Refuses a packed one."""
    check_changeable(order)
    cancel(order, by=BUYER, now=now, why="")
