"""What suppliers bring, seen by the office: the days ahead, one list, its next revision, and what has come."""

from datetime import date

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from orders.packing import words
from orders.packing.days import day_of
from orders.packing.inbound import (
    MOST_PIECES,
    Delivery,
    count_in,
    deliveries_from,
    find_delivery,
    find_list,
    hit_by,
    issue_list,
    where_to,
)
from orders.packing.inbound_pdf import inbound_pdf
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.forms import one_line
from shop.i18n import gettext as _
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.people.models import Enterprise
from shop.web.papers import pdf_answer
from shop.web.templating import see_other

door = Blueprint("inbound_office", __name__)
PATH = "/kontor/pakning/levering"


@door.get(PATH)
@coordinator_only
def plan() -> ResponseReturnValue:
    """Every delivery from last week on: who brings how much by when, what has changed, and what has come."""
    return render_template(
        "office/packing/inbound.html", deliveries=deliveries_from(local_day(utc_now())), place_to=where_to(),
        today=local_day(utc_now()), words=words,
    )  # fmt: skip


@door.get(f"{PATH}/<day>/<slug>")
@coordinator_only
def delivery(day: str, slug: str) -> ResponseReturnValue:
    """One supplier's list for one day, line by line against the last one issued, and what has come."""
    return _page(_enterprise(slug), day_of(day))


@door.post(f"{PATH}/<day>/<slug>/udsted")
@coordinator_only
def issue(day: str, slug: str) -> ResponseReturnValue:
    """Issue the next revision. A second click finds nothing new, and says so."""
    enterprise, due_on = _enterprise(slug), day_of(day)
    enterprise_id, name = enterprise.id, enterprise.name
    try:
        with transaction():
            no = issue_list(enterprise_id, due_on, by=g.person, now=utc_now()).revision
    except Refused as refused:
        return _page(_enterprise(slug), due_on, 409, refusal=str(refused))
    flash(_("Liste nr. %(no)s er udstedt. %(name)s får besked.", no=no, name=name), "done")
    return see_other(f"{PATH}/{due_on}/{slug}")


@door.post(f"{PATH}/<day>/<slug>/modtaget")
@coordinator_only
def received(day: str, slug: str) -> ResponseReturnValue:
    """Note how many of each have come. Too few: the page says at once which orders suffer."""
    enterprise, due_on = _enterprise(slug), day_of(day)
    enterprise_id = enterprise.id
    found = find_delivery(enterprise_id, due_on) or abort(404)
    counts, errors = _typed(found)
    if errors:
        return _page(enterprise, due_on, 422, errors=errors, found=found)
    with transaction():
        found = find_delivery(enterprise_id, due_on) or abort(404)
        short = count_in(found, counts, by=g.person, now=utc_now())
    if short:
        flash(_("Noteret. Der er kommet for lidt af noget: se nedenfor, hvem det går ud over."), "warn")
    else:
        flash(_("Noteret."), "done")
    return see_other(f"{PATH}/{due_on}/{slug}")


def _typed(found: Delivery) -> tuple[dict[int, int], dict[int, str]]:
    """The numbers typed, by item (an empty one says nothing), and what cannot be read."""
    counts, errors = {}, {}
    for item_id in found.pieces:
        text = one_line(request.form.get(f"stk_{item_id}", "")[:40])
        pieces = whole_number(text, 7)
        if text and (pieces is None or pieces > MOST_PIECES):
            errors[item_id] = _("Skriv et helt tal.")
        elif pieces is not None:
            counts[item_id] = pieces
    return counts, errors


@door.get(f"{PATH}/<day>/<slug>/<int(max=9999):no>.pdf")
@coordinator_only
def as_pdf(day: str, slug: str, no: int) -> ResponseReturnValue:
    """One issued list on paper."""
    issued = find_list(_enterprise(slug).id, day_of(day), no) or abort(404)
    return pdf_answer(inbound_pdf(issued), f"levering-{slug}-{issued.due_on}-{no}")


def _enterprise(slug: str) -> Enterprise:
    return db.session.scalar(select(Enterprise).where(Enterprise.slug == slug)) or abort(404)


def _page(
    enterprise: Enterprise, due_on: date, status: int = 200, *, refusal: str = "",
    errors: dict[int, str] | None = None, found: Delivery | None = None,
) -> ResponseReturnValue:  # fmt: skip
    found = found or find_delivery(enterprise.id, due_on) or abort(404)
    return render_template(
        "office/packing/delivery.html", found=found, place_to=where_to(), refusal=refusal, errors=errors or {},
        typed=request.form, hit=hit_by(found), words=words,
    ), status  # fmt: skip
