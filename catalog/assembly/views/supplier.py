"""The partners' offers: what one is asked for, one's own share foreseen, and a yes or a no."""

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from catalog.assembly.forms import DeclineForm
from catalog.assembly.notices import tell_answered
from catalog.assembly.offered import Foreseen, find_offer, foresee, offers_of
from catalog.baskets.models import Basket, Offer
from catalog.baskets.offers import NAMES, PROPOSED, accept_offer, decline
from shop.days import local_day, utc_now
from shop.db import db, lock_row, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import typed_side
from shop.people.guards import supplier_only
from shop.web.templating import paging, see_other

door = Blueprint("offers_supplier", __name__)
PATH = "/partner/tilbud"


@door.get(PATH)
@supplier_only
def offers() -> ResponseReturnValue:
    """What waits for an answer first, then what has been agreed."""
    page = offers_of(g.enterprise.id, typed_side(request.args.get("side")))
    return render_template(
        "supplier/offers/list.html", page=page, names=NAMES, today=local_day(utc_now()), paging=paging(PATH)
    )


@door.get(f"{PATH}/<int(max=2147483647):number>")
@supplier_only
def offer(number: int) -> ResponseReturnValue:
    """One offer. Another enterprise's is not there."""
    return _page(number, DeclineForm())


@door.post(f"{PATH}/<int(max=2147483647):number>/ja")
@supplier_only
def accept(number: int) -> ResponseReturnValue:
    """Say yes."""
    _own(number)
    try:
        with transaction():
            now, found = utc_now(), lock_row(Offer, number)
            accept_offer(found, by=g.person, now=now)
            tell_answered(found, _office_path(found), now=now)
    except Refused as refused:
        return _page(number, DeclineForm(), 409, str(refused))
    flash(_("Tak. Aftalen er indgået."), "done")
    return see_other(f"{PATH}/{number}")


@door.post(f"{PATH}/<int(max=2147483647):number>/nej")
@supplier_only
def say_no(number: int) -> ResponseReturnValue:
    """Say no, and what would do."""
    _own(number)
    form = DeclineForm(request.form)
    if not form.validate():
        return _page(number, form, 422)
    try:
        with transaction():
            now, found = utc_now(), lock_row(Offer, number)
            decline(found, form.why.data, by=g.person, now=now)
            tell_answered(found, _office_path(found), now=now)
    except Refused as refused:
        return _page(number, form, 409, str(refused))
    flash(_("Tak for svaret. Kontoret har fået det."), "done")
    return see_other(f"{PATH}/{number}")


def _own(number: int) -> Offer:
    return find_offer(number, g.enterprise.id) or abort(404)


def _office_path(found: Offer) -> str:
    basket = db.session.get(Basket, found.basket_id) if found.basket_id else None
    return f"/kontor/kurve/{basket.slug}" if basket else "/kontor/kurve"


def _page(number: int, form: DeclineForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    found = _own(number)
    foreseen: Foreseen | None = foresee(found, local_day(utc_now()))
    return render_template(
        "supplier/offers/offer.html", offer=found, foreseen=foreseen, form=form, names=NAMES, refusal=refusal,
        can_answer=found.state == PROPOSED,
    ), status  # fmt: skip
