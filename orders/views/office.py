"""The coordinator's orders: the board, one order, and its moves."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders import moves, words
from orders.after.queries import after_of
from orders.after.states import KIND_NAMES, PARCEL_KINDS, PARCEL_NAMES, PARCEL_TONES, REPORT_NAMES, REPORT_TONES
from orders.bank.forms import LeaveForm
from orders.bank.queries import find_order_bank
from orders.bulk import words as bulk_words
from orders.bulk.forms import moves_from
from orders.customers.forms import DaysForm
from orders.departures.leave import departures_of
from orders.documents.queries import documents_of
from orders.documents.words import NAMES as DOCUMENT_NAMES
from orders.documents.words import organisation_of
from orders.einvoicing.queries import dispatches_of
from orders.einvoicing.states import NAMES as DISPATCH_NAMES
from orders.einvoicing.states import TONES as DISPATCH_TONES
from orders.forms import OPEN_STATE, CancelForm, board_filter
from orders.ledger.order_money import money_of
from orders.lock import lock_order
from orders.models import FREIGHT, PARCEL, PRIVATE, Order
from orders.packing.tracking import tracking_of
from orders.payments.credit import usual_days
from orders.payments.gateway import AUTHORISED, CAPTURED, DECLINED, ENDED, LAPSED, SAVED, STARTED
from orders.payments.gateway import NAMES as PAYMENT_NAMES
from orders.payments.later import asked_on
from orders.payments.models import INVOICE
from orders.payments.pay import covers
from orders.payments.queries import by_hand, hand_of
from orders.payments.story import Story, story_of
from orders.payments.words import DISPUTE_REASONS, DISPUTES, METHODS, REASONS, REPAYMENTS
from orders.queries import (
    UNSENT,
    BoardFilter,
    board_days,
    carrier_of,
    find_order,
    find_order_id,
    office_board,
    state_counts,
    vat_groups_of,
)
from orders.reminders.letters import NAMES as REMINDER_NAMES
from orders.reminders.overdue import reminders_of
from orders.states import CANCELLED, EXPIRED, NAMES, ORDER, PLACED
from orders.style import style_parts
from orders.trouble import needs_a_hand
from orders.withdrawal.queries import withdrawals_of
from orders.withdrawal.states import NAMES as WITHDRAWAL_NAMES
from orders.words import STATE_TONES
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.journal.queries import entries_of
from shop.listing import typed_side
from shop.mail import show as letter_show
from shop.mail.queries import letters_about
from shop.people.guards import coordinator_only
from shop.people.models import Customer
from shop.settings.show import percent
from shop.web.lookup import get_or_404
from shop.web.templating import href, see_other

door = Blueprint("orders_office", __name__)
PATH = "/kontor"
PAYMENT_TONES = {
    STARTED: "wait", SAVED: "go", AUTHORISED: "go", CAPTURED: "done", DECLINED: "stop", LAPSED: "stop", ENDED: "stop",
}  # fmt: skip
AFTER_NAMES: dict[str, Any] = {
    "kinds": KIND_NAMES, "reports": REPORT_NAMES, "report_tones": REPORT_TONES, "parcels": PARCEL_NAMES,
    "parcel_tones": PARCEL_TONES, "parcel_kinds": PARCEL_KINDS,
}  # fmt: skip
Verb = Callable[[Order, datetime], None]
# The word in the address, the move, and the verb that makes it.
MOVES: dict[str, tuple[str, Verb]] = {
    "bekraeft": ("confirm", lambda order, now: moves.confirm(order, by=g.person, now=now)),
    "pakket": ("pack", lambda order, now: moves.pack(order, by=g.person, now=now)),
    "sendt": ("send", lambda order, now: moves.send(order, by=g.person, now=now)),
    "afslut": ("close", lambda order, now: moves.close(order, by=g.person, now=now)),
}


@door.get(PATH)
@coordinator_only
def board() -> ResponseReturnValue:
    """The front page: what needs a hand today, the days to pack, and the orders."""
    now = utc_now()
    today = local_day(now)
    wanted = board_filter(request.args)
    held = _held_filter(wanted)
    address = _board_address(held)
    return render_template(
        "office/orders/board.html", page=office_board(wanted, today, typed_side(request.args.get("side"))),
        wanted=wanted, counts=state_counts(), days=board_days(today), hands=needs_a_hand(now), today=today,
        names=NAMES, tones=STATE_TONES, unsent=UNSENT, words=words, address=address,
        paging=lambda number: address(side=number), bulk_words=bulk_words,
        bulk_moves=moves_from(wanted.state), filter=held,
    )  # fmt: skip


def _held_filter(wanted: BoardFilter) -> dict[str, str]:
    """How the board is narrowed now, as its address says it."""
    held = {
        "tilstand": "" if wanted.state == OPEN_STATE else wanted.state,
        "dag": "forsinket" if wanted.overdue else wanted.day.isoformat() if wanted.day else "",
        "efter": "levering" if wanted.by_wanted else "",
        "sog": wanted.search,
    }
    return {name: value for name, value in held.items() if value}


def _board_address(held: dict[str, str]) -> Callable[..., str]:
    """Makes the board's address as it is narrowed now, with something changed."""

    def address(**changed: Any) -> str:
        query = {**held, **{name: _plain(value) for name, value in changed.items()}}
        query = {name: value for name, value in query.items() if value}
        return href(PATH) + (f"?{urlencode(query)}" if query else "")

    return address


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@door.get(f"{PATH}/ordrer/<number>")
@coordinator_only
def order(number: str) -> ResponseReturnValue:
    """One order: who, what, where to, the split of every line, money, letters and journal."""
    return _page(number, CancelForm())


@door.post(f"{PATH}/ordrer/<number>/<any(bekraeft, pakket, sendt, afslut):word>")
@coordinator_only
def move(number: str, word: str) -> ResponseReturnValue:
    """Confirm, pack, send or close an order. Refused (a second click, not paid): the order's page says why."""
    verb = MOVES[word][1]
    order_id = find_order_id(number) or abort(404)
    try:
        with transaction():
            moved = lock_order(order_id)
            verb(moved, utc_now())
            state = moved.state
    except Refused as refused:
        return _page(number, CancelForm(), 409, refusal=str(refused))
    flash(_("Ordre %(number)s er nu %(state)s.", number=number, state=NAMES[state]), "done")
    return see_other(f"{PATH}/ordrer/{number}")


@door.post(f"{PATH}/ordrer/<number>/annuller")
@coordinator_only
def cancel(number: str) -> ResponseReturnValue:
    """Cancel an order that has not been sent, with a reason."""
    order_id = find_order_id(number) or abort(404)
    form = CancelForm(request.form)
    if not form.validate():
        return _page(number, form, 422)
    try:
        with transaction():
            moves.cancel(lock_order(order_id), by=g.person, now=utc_now(), why=form.why.data or "")
    except Refused as refused:
        return _page(number, form, 409, refusal=str(refused))
    flash(_("Ordre %(number)s er annulleret. Køberen får besked.", number=number), "done")
    return see_other(f"{PATH}/ordrer/{number}")


def _page(number: str, form: CancelForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    found = find_order(number) or abort(404)
    story = story_of(found.id)
    payments = story.payments
    money = by_hand(found)
    paid = bool(story.credit) or money.is_enough or any(covers(payment, found.state) for payment in payments)
    allowed = [
        word for word, (verb, _move) in MOVES.items()
        if ORDER.can(found.state, verb) and (paid or verb not in ("confirm", "pack"))
    ]  # fmt: skip
    return render_template(
        "office/orders/order.html", order=found, form=form, refusal=refusal, payments=payments, paid=paid,
        credit_form=_credit_form(found, story),
        customer=get_or_404(Customer, found.customer_id) if found.customer_id else None,
        allowed=allowed, may_cancel=ORDER.can(found.state, "cancel"), unsent=UNSENT, carrier=carrier_of(found),
        account=money_of(found), may_refund=found.state not in (CANCELLED, EXPIRED),
        groups=vat_groups_of(found), letters=letters_about("order", found.id),
        journal=entries_of("order", found.id), names=NAMES, tones=STATE_TONES, payment_names=PAYMENT_NAMES,
        payment_tones=PAYMENT_TONES, story=story, methods=METHODS, reasons=REASONS, dispute_names=DISPUTES,
        dispute_reasons=DISPUTE_REASONS,
        repayment_names=REPAYMENTS, asked_on=asked_on(found.pack_on),
        tracking=tracking_of(found.id) if found.packed_at and found.delivery == PARCEL else (),
        documents=documents_of(found.id), document_names=DOCUMENT_NAMES,
        dispatches=dispatches_of(found.id) if found.buyer_kind != PRIVATE else {}, dispatch_names=DISPATCH_NAMES,
        dispatch_tones=DISPATCH_TONES,
        organisation=organisation_of(found.organisation),
        letter_show=letter_show, words=words, percent=percent,
        withdrawals=withdrawals_of(found.id), withdrawal_names=WITHDRAWAL_NAMES,
        after=after_of(found), after_names=AFTER_NAMES, hand=hand_of(found, story.way, money),
        bank=find_order_bank(found.id),
        bank_form=LeaveForm(prefix="bank-"), order_names=NAMES, reminders=reminders_of(found.id),
        reminder_names=REMINDER_NAMES, departures=departures_of(found.id) if found.parcels else (),
        may_part=ORDER.can(found.state, "send_part") and _pieces(found) > 1,
    ), status  # fmt: skip


def _credit_form(found: Order, story: Story) -> DaysForm | None:
    """How long the buyer may wait with the money, while that waits for an answer."""
    if found.state != PLACED or story.way is None or story.way.way != INVOICE:
        return None
    return DaysForm(data={"days": usual_days(found.buyer_kind)})


def _pieces(found: Order) -> int:
    return sum(line.quantity for line in found.lines if line.kind != FREIGHT)


@door.get(f"{PATH}/stil")
@coordinator_only
def style() -> ResponseReturnValue:
    """The components the shop is built from, on one page."""
    return render_template(
        "office/shop/style.html", **style_parts(), style_page=lambda number: href(f"{PATH}/stil?side={number}")
    )
