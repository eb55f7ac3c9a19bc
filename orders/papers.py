"""An order's papers without a number: its confirmation, and the delivery note that lies in the parcel.

Both are printed once from what is known of the order, and kept until its recipient is forgotten.
"""

from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from orders.buyers import address_of, delivery_of, exceptions_in
from orders.documents import store
from orders.documents.issue import hash_of
from orders.documents.lines import contents_left, contents_of
from orders.documents.made import in_language, print_page
from orders.documents.words import CONFIRMATION, DELIVERY_NOTE
from orders.models import FREIGHT, PICKUP, PRIVATE, Order
from orders.payments.credit import credit_days
from orders.queries import vat_groups_of
from orders.reversals.queries import lines_left
from orders.shares.whole import parts_of
from shop.days import local_day
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.settings.read import seller, value
from shop.weave import weave_svg

SEAL = 120


def confirmation_of(order: Order, *, apart: bool) -> bytes:
    """The confirmation of an order, read whole, as it was sold (forbrugeraftaleloven § 13)."""
    with in_language(order.language):
        data, seal = _confirmation(order), _seal(order)
    return _kept(order, data, apart=apart, seal=seal)


def delivery_note_of(order: Order, *, apart: bool) -> bytes:
    """What lies in the parcel of an order, read whole: no prices, and not the words of the card."""
    with in_language(order.language):
        data = _delivery_note(order)
    return _kept(order, data, apart=apart)


def _kept(order: Order, data: dict[str, Any], *, apart: bool, **more: Any) -> bytes:
    name = f"{data['kind']}-{hash_of(data)[:32]}"
    path = store.paper_path(order.id, name)
    if path.exists():
        return path.read_bytes()
    pdf = print_page(data["kind"], order.language, archive=False, apart=apart, doc=data, **more)
    store.keep_paper(order.id, name, pdf)
    return pdf


def _common(kind: str, order: Order) -> dict[str, Any]:
    ordered_on = local_day(order.placed_at)
    delivery = delivery_of(order)
    return {
        "kind": kind,
        "language": order.language,
        "issued_on": ordered_on.isoformat(),
        "ordered_on": ordered_on.isoformat(),
        "order_number": order.number,
        "wanted_on": order.wanted_on.isoformat(),
        "how": delivery.how,
        "place": list(delivery.place),
        "is_pickup": delivery.is_pickup,
        "seller": asdict(seller(on=ordered_on)),
    }


def _confirmation(order: Order) -> dict[str, Any]:
    exceptions = exceptions_in(order)
    # Only a consumer has the right of withdrawal (forbrugeraftaleloven § 2).
    days = int(value("times.withdrawal_days", on=local_day(order.placed_at)))
    return {
        **_common(CONFIRMATION, order),
        "buyer": {**order.buyer_address, "name": order.buyer_name},
        "lines": [
            {
                "text": localised(line, "text"),
                "contents": list(contents_of(line.basket_version, order.language)),
                "quantity": line.quantity,
                "unit_ore": line.unit_ore,
                "discount_ore": line.discount_net_ore + line.discount_vat_ore,
                "gross_ore": line.gross_ore,
                "card_text": line.card_text,
            }
            for line in order.lines
        ],
        "groups": [asdict(group) for group in vat_groups_of(order)],
        "net_ore": order.net_ore,
        "vat_ore": order.vat_ore,
        "gross_ore": order.gross_ore,
        "credit_days": credit_days(order.id) if order.buyer_kind != PRIVATE else 0,
        "withdrawal_days": days if order.buyer_kind == PRIVATE else 0,
        **asdict(exceptions),
    }


def _delivery_note(order: Order) -> dict[str, Any]:
    """What has been taken back before it was packed is not in the parcel."""
    recipient = address_of(order.recipient)
    left = {line.line_id: line for line in lines_left(order.id)}
    packed = [line for line in order.lines if line.kind != FREIGHT and left[line.id].quantity]
    return {
        **_common(DELIVERY_NOTE, order),
        "pack_on": order.pack_on.isoformat(),
        "recipient": [recipient.name] if order.delivery == PICKUP else recipient.lines(),
        "is_gift": order.is_gift,
        "recipient_days": int(value("times.recipient_days")),
        "lines": [
            {
                "text": localised(line, "text"),
                "contents": list(contents_left(line, left[line.id], order.language)),
                "quantity": left[line.id].quantity,
                "has_card": bool(line.card_text),
            }
            for line in packed
        ],
    }


def _seal(order: Order) -> Markup:
    """The order's own weave, as on its page: woven of whoever earns by it."""
    strips = [part.strip() for part in parts_of(order)]
    title = _("Vævet af ordre %(number)s", number=order.number)
    drawn = weave_svg(strips, title=title, desc="", width=SEAL, height=SEAL, seed=order.number)
    return Markup(drawn)  # noqa: S704 - our own drawing
