"""The last step: what the buyer saw and pressed becomes one order with its payment begun."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orders.cart.forms import read_key
from orders.cart.models import Cart
from orders.checkout.answers import details_of, read_answers
from orders.checkout.place import Answers, place
from orders.checkout.placed import remember_placed
from orders.checkout.units import remember_unit
from orders.models import PRIVATE, Order
from orders.payments.credit import ask_for_credit
from orders.payments.later import CHOICES, is_far, promise
from orders.payments.models import INVOICE, LATER, PAY, SAVE
from orders.payments.pay import Opening, start_payment
from orders.terms import terms_no
from shop.days import local_day
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import post
from shop.journal.record import By
from shop.numbers import whole_number

CARD = "card"  # now, with a card
UNPAID_PATIENCE = 5  # minutes at the bank before a letter says that the order waits for its payment


@dataclass(frozen=True, slots=True)
class Sent:
    """What the overview's own form carries: which cart, what it showed, and what the buyer ticked.

    `seen` are the prices a piece that stood on the page, by line id; `shown` is the fingerprint of everything else.
    """

    key: str
    shown: str
    seen_ore: int
    seen: Mapping[int, int]
    terms: bool
    terms_no: str
    age: int
    way: str


def read_sent(form: Mapping[str, str]) -> Sent:
    """Read the form; what no page of ours would send becomes nothing, and is refused for that."""
    seen = {}
    for pair in form.get("seen", "")[:4000].split():
        line, _sep, ore = pair.partition(":")
        seen[whole_number(line) or 0] = whole_number(ore) or 0
    return Sent(
        key=read_key(form.get("key", "")),
        shown=form.get("shown", "")[:64],
        seen_ore=whole_number(form.get("seen_ore", "")) or 0,
        seen=seen,
        terms=bool(form.get("terms")),
        terms_no=form.get("terms_no", "")[:40],
        age=whole_number(form.get("age", "")) or 0,
        way=form.get("way", "")[:10],
    )


def fingerprint(cart: Cart) -> str:
    """What a page showed of a cart besides prices: things, numbers, cards, addresses, delivery and day."""
    lines = [[line.id, line.quantity, line.card_text] for line in cart.lines]
    text = json.dumps([lines, cart.checkout.get("typed")], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def answers_of(cart: Cart) -> Answers | None:
    """What the buyer has answered so far, when it is whole."""
    return read_answers(cart.checkout.get("typed", {}), cart.checkout.get("asked", ())).answers


@dataclass(frozen=True, slots=True)
class Going:
    """Where a buyer goes after ordering: to the bank, or, with nothing to be paid now, to the order's own page."""

    order: Order
    path: str
    opening: Opening | None


def order_and_pay(
    cart: Cart,
    sent: Sent,
    *,
    by: By,
    language: str,
    now: datetime,
    takes_cards: bool = True,
    customer_id: int | None = None,
) -> Going:
    """Place the order of a locked cart as its buyer saw it and start the payment; where the buyer goes now.

    Refuses, besides what `place` refuses: terms not accepted or changed, a cart that was changed elsewhere since, and a
    parcel that leaves late without a way to pay it. An organisation may choose an invoice.
    """
    answers, typed = _checked_answers(cart, sent), cart.checkout.get("typed", {})
    details = details_of(
        replace(answers, customer_id=customer_id),
        age_confirmed=sent.age,
        terms_no=sent.terms_no,
        language=language,
        seen_ore=sent.seen_ore,
    )
    order = place(cart, details, by=by, now=now)
    if order.customer_id is not None:
        remember_unit(order.customer_id, typed, now=now)
    remember_placed(cart, order, now=now)
    way = _way(order, sent, now)
    if way == INVOICE:
        ask_for_credit(order, now=now)
        return Going(order, order_path(order), None)
    if not takes_cards:
        raise Refused(_("Vi kan ikke tage imod kort lige nu. Vælg faktura."), field="way")
    return _begin_payment(order, way, by=by, now=now)


def _checked_answers(cart: Cart, sent: Sent) -> Answers:
    """What was answered, when it is what the page showed and the terms were accepted; prices seen are noted."""
    answers = answers_of(cart)
    if answers is None or fingerprint(cart) != sent.shown:
        raise Refused(
            _("Din bestilling er ændret i et andet vindue. Se den igennem her. Der er ikke trukket penge."),
            field="shown",
        )
    _check_terms(sent)
    for line in cart.lines:
        if sent.seen.get(line.id, line.seen_ore) != line.seen_ore:
            line.seen_ore = sent.seen[line.id]
    return answers


def _begin_payment(order: Order, way: str, *, by: By, now: datetime) -> Going:
    if way:
        promise(order, way, by=by, now=now)
    if way == LATER:
        return Going(order, order_path(order), None)
    patience = timedelta(minutes=UNPAID_PATIENCE)
    post("order_unpaid", f"order_unpaid:{order.id}", now=now, due_at=now + patience, order_id=order.id)
    purpose = SAVE if way else PAY
    return Going(
        order,
        order_path(order),
        start_payment(order, back_url=order_path(order), now=now, purpose=purpose, is_new=True),
    )


def _way(order: Order, sent: Sent, now: datetime) -> str:
    """How an order that leaves later than a reservation lives is paid, or on an invoice; nothing for one paid now."""
    if order.buyer_kind != PRIVATE and sent.way == INVOICE:
        return INVOICE
    if order.buyer_kind != PRIVATE and sent.way not in (CARD, *CHOICES):
        raise Refused(_("Vælg, hvordan I vil betale."), field="way")
    if not is_far(order.pack_on, local_day(now)):
        return ""
    if sent.way not in CHOICES:
        raise Refused(_("Vælg, hvordan du vil betale."), field="way")
    return sent.way


def _check_terms(sent: Sent) -> None:
    if not sent.terms:
        raise Refused(_("Læs handelsbetingelserne, og sæt kryds, hvis du siger ja til dem."), field="terms")
    if sent.terms_no != terms_no():
        raise Refused(_("Handelsbetingelserne er ændret, mens du læste. Se dem igennem igen."), field="terms")


def order_path(order: Order) -> str:
    """The order's page, in the language it was ordered in."""
    return ("/en" if order.language == "en" else "") + f"/ordre/{order.token}"


def note_seen(cart: Cart, sent: Sent) -> None:
    """After a price has changed: keep which prices the buyer has seen, so that the page can say from what to what."""
    for line in cart.lines:
        line.seen_ore = sent.seen.get(line.id, line.seen_ore)
