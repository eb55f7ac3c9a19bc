"""The coordinator asks enterprises for their goods: all of a basket at once, each with its own price and ceiling."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from catalog.assembly.desk import Desk, DeskPart, find_draft, set_out
from catalog.assembly.desk_words import name_of
from catalog.assembly.forms import AskRow, PeriodForm, WhyForm, season_of
from catalog.assembly.history import offer_history
from catalog.assembly.notices import tell_asked, tell_ended
from catalog.assembly.offered import TONES, find_any_offer
from catalog.baskets.models import Basket, Offer
from catalog.baskets.offers import ACCEPTED, NAMES, PROPOSED, Terms, ask, end_offer
from catalog.items.models import Item
from shop.days import local_day, utc_now
from shop.db import db, lock_row, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import ngettext
from shop.people.guards import coordinator_only
from shop.web.lookup import get_or_404
from shop.web.templating import see_other

door = Blueprint("offers_office", __name__)
PATH, OFFERS = "/kontor/kurve", "/kontor/tilbud"


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of the page: a part without an accepted offer, and what is to be asked of its enterprise."""

    part: DeskPart
    form: AskRow


@door.get(f"{PATH}/<slug>/spoerg")
@coordinator_only
def offers(slug: str) -> ResponseReturnValue:
    """Everything in the basket that nobody has been asked for, filled in with the agreed price and the pieces meant."""
    desk = _desk(slug)
    begins, ends = season_of(local_day(utc_now()))
    period = PeriodForm(from_on=desk.draft.open_on or begins, until_on=desk.draft.close_on or ends)
    return _page(desk, period, _rows(desk))


@door.post(f"{PATH}/<slug>/spoerg")
@coordinator_only
def send(slug: str) -> ResponseReturnValue:
    """Ask for the rows that are ticked: all of them, or none when something cannot be read."""
    desk = _desk(slug)
    period, rows = PeriodForm(request.form), _rows(desk, request.form)
    chosen = [row for row in rows if row.form.chosen.data]
    if not all([period.validate(), *(row.form.validate() for row in chosen)]):
        return _page(desk, period, rows, 422)
    if not chosen:
        return _page(desk, period, rows, 422, refusal=_("Sæt mindst ét kryds."))
    assert period.from_on.data is not None
    assert period.until_on.data is not None
    try:
        with transaction():
            _ask_all(desk.draft.basket_id, chosen, period.from_on.data, period.until_on.data)
    except Refused as refused:
        if refused.field == "until_on":
            period.until_on.errors = [str(refused)]
            return _page(desk, period, rows, 409)
        return _page(desk, period, rows, 409, refusal=str(refused))
    flash(
        ngettext("%(num)s virksomhed er spurgt.", "%(num)s virksomheder er spurgt.", len({
            row.part.item.enterprise_id for row in chosen
        })),
        "done",
    )  # fmt: skip
    return see_other(f"{PATH}/{slug}")


def _ask_all(basket_id: int, chosen: list[Asked], from_on: date, until_on: date) -> None:
    now = utc_now()
    basket = db.session.get_one(Basket, basket_id)
    for row in chosen:
        form = row.form
        item = db.session.get_one(Item, row.part.item.id)
        terms = Terms(form.price_ore.data, form.most_pieces.data, from_on, until_on, form.lead_days.data)
        offer = ask(item, terms, basket=basket, quantity=row.part.part.quantity, by=g.person, now=now)
        tell_asked(offer, item, now=now)


@door.get(f"{OFFERS}/<int(max=2147483647):number>")
@coordinator_only
def offer(number: int) -> ResponseReturnValue:
    """One offer: what was asked for and answered, everything that has happened to it, and the form that ends it."""
    return _offer(number, WhyForm())


@door.post(f"{OFFERS}/<int(max=2147483647):number>/slut")
@coordinator_only
def end(number: int) -> ResponseReturnValue:
    """Take a question back, or end an agreement, with a reason that the enterprise reads."""
    form = WhyForm(request.form)
    if not form.validate():
        return _offer(number, form, 422)
    get_or_404(Offer, number)
    try:
        with transaction():
            found, now = lock_row(Offer, number), utc_now()
            end_offer(found, form.why.data, by=g.person, now=now)
            tell_ended(found, now=now)
    except Refused as refused:
        return _offer(number, form, 409, str(refused))
    flash(_("Aftalen er slut. Det, der er solgt, bliver leveret."), "done")
    return see_other(f"{OFFERS}/{number}")


def _offer(number: int, form: WhyForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    found = find_any_offer(number) or abort(404)
    basket = db.session.get(Basket, found.basket_id) if found.basket_id else None
    return render_template(
        "office/assembly/offer.html", offer=found, basket=basket, form=form, refusal=refusal, names=NAMES, tones=TONES,
        can_end=found.state in (PROPOSED, ACCEPTED), history=offer_history(number),
    ), status  # fmt: skip


def _desk(slug: str) -> Desk:
    draft = find_draft(slug) or abort(404)
    return set_out(draft, local_day(utc_now()))


def _rows(desk: Desk, typed: Any = None) -> list[Asked]:
    return [
        Asked(
            part,
            AskRow(
                typed, prefix=f"vare{part.item.id}-", chosen=True, price_ore=part.price_ore,
                most_pieces=desk.draft.pieces * part.part.quantity, lead_days=part.item.lead_days,
            ),
        )
        for part in desk.parts
        if part.offer is None and not part.is_gone and (part.asked is None or part.asked.state == "declined")
    ]  # fmt: skip


def _page(
    desk: Desk, period: PeriodForm, rows: list[Asked], status: int = 200, refusal: str = ""
) -> ResponseReturnValue:
    return render_template(
        "office/assembly/ask.html", desk=desk, draft=desk.draft, period=period, rows=rows, refusal=refusal,
        name_of=name_of,
    ), status  # fmt: skip
