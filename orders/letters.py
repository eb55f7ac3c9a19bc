"""Letters about an order: what their templates are filled with, and the link that is sent again."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from orders.books.post import was_paid
from orders.buyers import delivery_of, exceptions_in, get_whole_order, oldest_link
from orders.checkout.contents import inside
from orders.departures.leave import still_here
from orders.departures.models import Departure
from orders.documents.terms import terms_pdf
from orders.models import FREIGHT, Order
from orders.packing.tracking import tracking_of
from orders.papers import confirmation_of
from orders.payments.credit import credit_days, wants_invoice
from orders.payments.gateway import LAPSED
from orders.payments.later import asked_on
from orders.payments.models import LATER, SAVED
from orders.payments.pay import last_payment, still_to_pay
from orders.payments.queries import find_pay_way, is_paid_by_hand, last_day_of
from orders.payments.words import REASONS
from orders.queries import vat_groups_of
from orders.reversals.models import Refund, RefundLine
from orders.states import CLOSED, PLACED, SENT
from orders.tell import tell_buyer
from orders.terms import terms_sections
from shop.days import COPENHAGEN, local_day, utc_now
from shop.db import db, transaction
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.jobs.outbox import handles, post
from shop.mail.post import post_letter, prepares
from shop.settings.read import seller, value
from shop.web.absolute import absolute


@prepares("order_confirmation")
def order_confirmation(values: dict[str, Any]) -> dict[str, Any]:
    """The whole agreement as text, and the terms with the withdrawal form as a PDF (forbrugeraftaleloven § 13)."""
    order = get_whole_order(values["order_id"])
    ordered_on = local_day(order.placed_at)
    way = find_pay_way(order.id)
    return {
        **_basics(order),
        "paid_later": way.way if way is not None and way.way in (SAVED, LATER) else "",
        "asked_on": asked_on(order.pack_on),
        "delivery": delivery_of(order),
        "vat_groups": vat_groups_of(order),
        "exceptions": exceptions_in(order),
        "inside": inside,
        "withdrawal_days": int(value("times.withdrawal_days", on=ordered_on)),
        "withdrawal_link": absolute(f"/ordre/{order.token}/fortryd"),
        "sections": terms_sections(order.terms_no, on=ordered_on),
        "attachments": [
            (_("handelsbetingelser.pdf"), "application/pdf", terms_pdf(order.terms_no, on=ordered_on)),
            (_("ordrebekraeftelse.pdf"), "application/pdf", confirmation_of(order, apart=False)),
        ],
    }


@prepares("order_on_invoice")
def order_on_invoice(values: dict[str, Any]) -> dict[str, Any]:
    """An organisation's order is here; whether it may pay later is for the office to say."""
    order = get_whole_order(values["order_id"])
    way = find_pay_way(order.id)
    assert way is not None
    return {
        **_basics(order), "delivery": delivery_of(order), "vat_groups": vat_groups_of(order), "inside": inside,
        "until": last_day_of(way.until),
    }  # fmt: skip


@prepares("order_not_approved")
def order_not_approved(values: dict[str, Any]) -> dict[str, Any]:
    """Nobody said yes to an invoice before the order was to be packed."""
    return _basics(get_whole_order(values["order_id"]))


@prepares("order_sent")
def order_sent(values: dict[str, Any]) -> dict[str, Any]:
    """It is on its way, with the numbers the carrier knows its parcels by, when they are known already."""
    order = get_whole_order(values["order_id"])
    return {**_basics(order), "delivery": delivery_of(order), "tracking": tracking_of(order.id)}


@prepares("order_part_sent")
def order_part_sent(values: dict[str, Any]) -> dict[str, Any]:
    """A parcel of several is on its way: what is in it, and what is still to come."""
    order = get_whole_order(values["order_id"])
    parcel = db.session.get_one(Departure, values["departure_id"])
    here = still_here(order.id)
    left = [(line, here[line.id].whole - here[line.id].before) for line in order.lines if line.kind != FREIGHT]
    return {
        **_basics(order), "delivery": delivery_of(order), "tracking": tracking_of(order.id), "parcel": parcel,
        "left": [(line, count) for line, count in left if count],
    }  # fmt: skip


@prepares("order_tracking")
def order_tracking(values: dict[str, Any]) -> dict[str, Any]:
    """The numbers came after it had left."""
    order = get_whole_order(values["order_id"])
    return {**_basics(order), "tracking": tracking_of(order.id)}


@prepares("order_cancelled")
def order_cancelled(values: dict[str, Any]) -> dict[str, Any]:
    """It is cancelled, and why."""
    order = get_whole_order(values["order_id"])
    return {**_basics(order), "why": str(values.get("why", "")), "was_paid": was_paid(order.id)}


@prepares("order_reduced")
def order_reduced(values: dict[str, Any]) -> dict[str, Any]:
    """What has been taken out of an order before it left, and what becomes of the money."""
    order = get_whole_order(values["order_id"])
    refund = db.session.get_one(Refund, values["refund_id"])
    return {**_basics(order), "refund": refund, "told": _told_back, "repaid": was_paid(order.id)}


def _told_back(line: RefundLine) -> str:
    """What is taken back of a line, in the reader's language."""
    name = str(localised(line.line, "text"))
    only = [share.share for share in line.shares if share.share and share.pieces]
    if only and only[0].item_version:
        return str(_("%(item)s i %(basket)s", item=localised(only[0].item_version, "name"), basket=name))
    return f"{line.quantity} × {name}" if line.quantity else name


@prepares("order_discount")
def order_discount(values: dict[str, Any]) -> dict[str, Any]:
    """A discount has been given: what there is to pay now."""
    order = get_whole_order(values["order_id"])
    return {**_basics(order), "gross_ore": int(values["gross_ore"]), "on_invoice": wants_invoice(order.id)}


@prepares("order_link")
def order_link(values: dict[str, Any]) -> dict[str, Any]:
    """The link somebody has asked for again."""
    return _basics(get_whole_order(values["order_id"]))


@prepares("order_unpaid")
def order_unpaid(values: dict[str, Any]) -> dict[str, Any]:
    """The order is here, its payment is not (e-handelsloven § 12: an order is acknowledged without delay)."""
    order = get_whole_order(values["order_id"])
    until = order.placed_at + timedelta(minutes=int(value("times.unpaid_minutes")))
    return {**_basics(order), "until": until.astimezone(COPENHAGEN).strftime("%H.%M")}


@prepares("pay_link")
def pay_link(values: dict[str, Any]) -> dict[str, Any]:
    """It is time to pay, or the card's money is not there after all: why, and where to pay."""
    order = get_whole_order(values["order_id"])
    last = last_payment(order.id)
    why = REASONS.get(last.why) if last is not None else None
    if last is not None and last.state == LAPSED:
        why = _("Reservationen på dit kort er udløbet.")
    return {**_basics(order), "why": why, "ore": still_to_pay(order), "is_sent": order.state in (SENT, CLOSED)}


@handles("order_unpaid")
def tell_unpaid(payload: dict[str, Any]) -> None:
    """Tell a buyer who has left the bank that the order waits. Paid, cancelled or expired meanwhile: nothing."""
    with transaction():
        order = db.session.get_one(Order, payload["order_id"])
        if order.state != PLACED:
            return
        tell_buyer(order, "order_unpaid", now=utc_now())


def _basics(order: Order) -> dict[str, Any]:
    return {
        "order": order,
        "link": absolute(f"/ordre/{order.token}"),
        "seller": seller(),
        "by_hand": is_paid_by_hand(order.id),
        "credit_days": credit_days(order.id),
    }


def ask_for_link(number: str, email: str, *, language: str, now: datetime) -> None:
    """Let the worker see whether there is such an order, and post its link: the page never knows.

    Only a fingerprint of the address is kept in the intention.
    """
    post(
        "order_link",
        f"order_link:{secrets.token_hex(12)}",
        now=now,
        number=number,
        email=_fingerprint(email),
        language=language,
    )


@handles("order_link")
def send_link(payload: dict[str, Any]) -> None:
    """Post the letter with the link when number and address belong together; at most one an hour for an order."""
    now = utc_now()
    with transaction():
        order = db.session.scalar(
            select(Order).where(
                func.lower(Order.number) == str(payload["number"]).lower(), Order.placed_at > oldest_link()
            )
        )
        if order is None or _fingerprint(order.buyer_email) != payload["email"]:
            return
        post_letter(
            "order_link",
            f"order_link:{order.id}:{int(now.timestamp()) // 3600}",
            to=order.buyer_email,
            language=str(payload["language"]),
            now=now,
            about="order",
            about_id=order.id,
            order_id=order.id,
        )


def _fingerprint(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
