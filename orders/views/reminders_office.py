"""Reminders in the office: who is past the day of payment, each letter before it is sent, and the button."""

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.lock import lock_order
from orders.queries import find_order_id
from orders.reminders.letters import NAMES, preview
from orders.reminders.models import Reminder
from orders.reminders.overdue import Overdue, find_overdue, last_reminders, overdue
from orders.reminders.send import figures, remind
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import page_of, typed_side
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("reminders_office", __name__)
PATH = "/kontor/penge/rykkere"


@door.get(PATH)
@coordinator_only
def reminders() -> ResponseReturnValue:
    """Every order past its day of payment, with its next reminder; and the last ones that were sent."""
    today = local_day(utc_now())
    rows = sorted(overdue(today), key=lambda one: not one.is_ready(today))
    return render_template(
        "office/reminders/list.html", page=page_of(rows, typed_side(request.args.get("side"))), today=today,
        names=NAMES, sent=last_reminders(), paging=paging(PATH),
    )  # fmt: skip


@door.get(f"{PATH}/<number>")
@coordinator_only
def letter(number: str) -> ResponseReturnValue:
    """The letter as the buyer would get it."""
    return _page(number)


@door.post(f"{PATH}/<number>")
@coordinator_only
def send(number: str) -> ResponseReturnValue:
    """Send it; pressed twice, it is sent once."""
    order_id = find_order_id(number) or abort(404)
    level, seen = (whole_number(request.form.get(name, "")) or 0 for name in ("trin", "set"))
    try:
        with transaction():
            remind(lock_order(order_id), level=level, seen_ore=seen, by=g.person, now=utc_now())
    except Refused as refused:
        return _page(number, 409, refusal=str(refused))
    flash(_("Brevet om ordre %(number)s er på vej.", number=number), "done")
    return see_other(PATH)


def _page(number: str, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    order_id = find_order_id(number) or abort(404)
    today = local_day(utc_now())
    one = find_overdue(order_id, today)
    subject, text = _preview(one) if one is not None and one.level else ("", "")
    return render_template(
        "office/reminders/letter.html", one=one, number=number, today=today, names=NAMES, subject=subject, text=text,
        refusal=refusal,
    ), status  # fmt: skip


def _preview(one: Overdue) -> tuple[str, str]:
    """The letter is written from a reminder that is never kept."""
    return preview(Reminder(**figures(one, by=g.person, now=utc_now())), one.order)
