"""One line of the bank account: which orders it is for, that it is nobody's, and taking either back."""

from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from orders.bank.forms import PARTS, AsideForm, LeaveForm, PartsForm, UndoForm, told_once
from orders.bank.match import book, leave_over, put_aside, take_back, undo
from orders.bank.models import BankBooking
from orders.bank.queries import Read, find_read, standings
from orders.bank.words import WORDS
from orders.lock import lock_order
from orders.queries import find_order_id
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import language
from shop.money import format_kr
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.web.templating import see_other

door = Blueprint("bank_line_office", __name__)
PATH = "/kontor/penge/bank"
ID = "<int(max=2147483647):number>"
PARTS_WORD, ASIDE = "fordel", "side"


@door.get(f"{PATH}/{ID}")
@coordinator_only
def line(number: int) -> ResponseReturnValue:
    """One line, what it may be for, and everything that can be done with it."""
    return _page(number)


@door.post(f"{PATH}/{ID}/bogfoer")
@coordinator_only
def book_suggested(number: int) -> ResponseReturnValue:
    """Book all that is left of a line on the order whose button was pressed; pressed twice it is once."""
    read = find_read(number, today=local_day(utc_now())) or abort(404)
    order_id = find_order_id(request.form.get("ordre", "")[:20]) or abort(404)
    ore = whole_number(request.form.get("ore", "")) or 0
    found = next((one for one in read.found if one.due.order_id == order_id), None)
    try:
        with transaction():
            book(number, {order_id: ore}, reasons=found.reasons if found else (), by=g.person, now=utc_now())
    except Refused as refused:
        return _page(number, 409, refusal=refused.sentence)
    return _done(number, [order_id])


@door.post(f"{PATH}/{ID}/fordel")
@coordinator_only
def book_parts(number: int) -> ResponseReturnValue:
    """Divide a line over the orders typed."""
    find_read(number, today=local_day(utc_now())) or abort(404)
    form = PartsForm(request.form)
    parts = _read_parts(form)
    if parts is None:
        return _page(number, 422, {PARTS_WORD: form})
    try:
        with transaction():
            book(number, parts, by=g.person, now=utc_now())
    except Refused as refused:
        form["ore_1"].errors = [str(refused)]
        return _page(number, 409, {PARTS_WORD: form})
    return _done(number, list(parts))


def _read_parts(form: PartsForm) -> dict[int, int] | None:
    """Øre by order; None when something typed is wrong, which is said beside it."""
    if not form.validate():
        return None
    parts = {}
    for no in range(1, PARTS + 1):
        typed = form[f"ordre_{no}"].data
        if not typed:
            continue
        order_id = find_order_id(typed.upper())
        if order_id is None:
            form[f"ordre_{no}"].errors = [_("Der er ingen ordre med det nummer.")]
            return None
        parts[order_id] = int(form[f"ore_{no}"].data)
    return parts


def _done(number: int, order_ids: list[int]) -> ResponseReturnValue:
    """How the orders stand now, said aloud, and back to the account."""
    dues = [standing.due for standing in standings(set(order_ids)).values()]
    for due in dues:
        over, missing = format_kr(due.over_ore, language()), format_kr(due.missing_ore, language())
        if due.over_ore:
            flash(_("Bogført på ordre %(number)s. %(over)s er for meget.", number=due.number, over=over), "warn")
        elif due.missing_ore:
            flash(_("Bogført på ordre %(number)s. %(left)s mangler.", number=due.number, left=missing), "warn")
        else:
            flash(_("Bogført på ordre %(number)s. Alt er betalt.", number=due.number), "done")
    return see_other(f"{PATH}/{number}" if any(due.left_ore for due in dues) else PATH)


@door.post(f"{PATH}/{ID}/<any(side, tilbage):word>")
@coordinator_only
def set_aside(number: int, word: str) -> ResponseReturnValue:
    """It is no buyer's money, and why; or it may be after all."""
    find_read(number, today=local_day(utc_now())) or abort(404)
    form = AsideForm(request.form)
    if word == ASIDE and not form.validate():
        return _page(number, 422, {ASIDE: form})
    try:
        with transaction():
            if word == ASIDE:
                put_aside(number, why=form.why.data or "", by=g.person, now=utc_now())
            else:
                take_back(number, by=g.person, now=utc_now())
    except Refused as refused:
        return _page(number, 409, refusal=refused.sentence)
    flash(_("Lagt til side.") if word == ASIDE else _("Linjen venter igen."), "done")
    return see_other(PATH if word == ASIDE else f"{PATH}/{number}")


@door.post(f"{PATH}/{ID}/fortryd/<int(max=2147483647):booking_id>")
@coordinator_only
def undo_booking(number: int, booking_id: int) -> ResponseReturnValue:
    """It was not for that order: the books answer it, and the line waits again."""
    booking = db.session.get(BankBooking, booking_id)
    if booking is None or booking.line_id != number:
        abort(404)
    form = UndoForm(request.form, prefix=f"{booking_id}-")
    if not form.validate():
        return _page(number, 422, {str(booking_id): form})
    try:
        with transaction():
            undo(booking_id, why=form.why.data or "", by=g.person, now=utc_now())
    except Refused as refused:
        return _page(number, 409, refusal=refused.sentence)
    flash(_("Det er flyttet væk fra ordren igen. Linjen venter."), "done")
    return see_other(f"{PATH}/{number}")


@door.post("/kontor/ordrer/<number>/lad-staa")
@coordinator_only
def leave(number: str) -> ResponseReturnValue:
    """What was paid too much stays with the order, and why."""
    order_id = find_order_id(number) or abort(404)
    form = LeaveForm(request.form, prefix="bank-")
    if form.validate():
        try:
            with transaction():
                order = lock_order(order_id)
                leave_over(order, f"{order_id}:{form.key.data}", why=form.why.data or "", by=g.person, now=utc_now())
            flash(_("Det bliver stående på ordren."), "done")
        except Refused as refused:
            flash(str(refused), "error")
    else:
        flash(_("Skriv, hvad der er aftalt."), "error")
    return see_other(f"/kontor/ordrer/{number}#bank")


def _page(
    number: int, status: int = 200, forms: dict[str, Form] | None = None, *, refusal: Any = ""
) -> ResponseReturnValue:
    read = find_read(number, today=local_day(utc_now())) or abort(404)
    forms = {PARTS_WORD: _prefilled(read), ASIDE: AsideForm(), **(forms or {})}
    told_once(forms[PARTS_WORD])
    active = [booking for booking in read.bookings if booking.undone_at is None]
    for booking in active:
        forms.setdefault(str(booking.id), UndoForm(prefix=f"{booking.id}-"))
    return render_template(
        "office/bank/line.html", read=read, forms=forms, refusal=refusal, parts=range(1, PARTS + 1),
        standing=standings({booking.order_id for booking in active}),
        shown=[one for one in forms.values() if one.errors], **WORDS,
    ), status  # fmt: skip


def _prefilled(read: Read) -> PartsForm:
    """The orders that the line names, as far as its money goes."""
    named = [one for one in read.found if one.is_named and one.due.missing_ore][:PARTS]
    values: dict[str, Any] = {}
    left = read.state.left_ore
    for no, one in enumerate(named, start=1):
        ore = min(left, one.due.missing_ore)
        if ore:
            values |= {f"ordre_{no}": one.due.number, f"ore_{no}": ore}
        left -= ore
    return PartsForm(data=values)
