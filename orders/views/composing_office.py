"""The coordinator's composer: baskets proposed to a price, and how the season's sales are shared beside the key."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from catalog.assembly.change import Wish, begin_basket
from catalog.assembly.demands import Demands, Proposal
from catalog.assembly.desk import gross_for
from catalog.assembly.queries import items_to_choose, names_of_items
from catalog.assembly.words import AIMS, sentences
from catalog.items.allergens import in_order
from catalog.items.queries import rates_on
from orders.composing.answer import Answer, answer
from orders.composing.forms import KeyForm, KeyRow, TakeForm, compose_form, read_demands
from orders.composing.season import Fair, fairness, kept_at, season_before, set_key
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.web.templating import see_other

door = Blueprint("composing_office", __name__)
PATH = "/kontor/kurve/foreslaa"
SEASON_PATH = "/kontor/kurve/fordeling"
SECONDS = 5.0


@door.get(PATH)
@coordinator_only
def compose_page() -> ResponseReturnValue:
    """The demands, and when they have been typed three proposals, or which of them clash."""
    return _compose()


@door.post(PATH)
@coordinator_only
def take() -> ResponseReturnValue:
    """Make a proposal a basket under assembly."""
    form = TakeForm(request.form)
    wishes = _wishes(form.varer.data or "")
    if not form.validate() or not wishes:
        wrong = [str(one) for one in form.navn.errors] or [_("Forslaget kan ikke læses. Spørg igen.")]
        return _compose(422, name_error=" ".join(wrong))
    try:
        with transaction():
            known = {item.id for item in items_to_choose()}
            if any(wish.item_id not in known for wish in wishes):
                raise Refused(_("Forslaget kan ikke læses. Spørg igen."))
            draft = begin_basket(
                form.navn.data, by=g.person, now=utc_now(), wishes=wishes, gross_ore=(form.pris.data or 0) // 5 * 5
            )
            slug = draft.basket.slug
    except Refused as refused:
        return _compose(409, name_error=str(refused))
    return see_other(f"/kontor/kurve/{slug}")


def _wishes(text: str) -> list[Wish]:
    """A proposal's items as they stand in its form: "12x2 40x1"; nothing when it is something else."""
    found: dict[int, Wish] = {}
    for pair in text.split()[:60]:
        item, _cross, count = pair.partition("x")
        item_id, pieces = whole_number(item, 9), whole_number(count, 2)
        if not item_id or not pieces:
            return []
        found[item_id] = Wish(item_id, pieces)
    return list(found.values())


def _compose(status: int = 200, name_error: str = "") -> ResponseReturnValue:
    today = local_day(utc_now())
    items = items_to_choose()
    choices = [(item.slug, f"{localised(item.current, 'name')}, {item.enterprise.name}") for item in items]
    form = compose_form(request.args if "pris" in request.args else None, choices, today)
    values: dict[str, Any] = {"found": None, "told": [], "refusal": ""}
    if "pris" in request.args:
        if form.validate():
            values = _found(*read_demands(form, today), today)
        else:
            status = 422
    return render_template(
        "office/composing/compose.html", form=form, aims=AIMS, name_error=name_error, today=today, gross=_gross(today),
        allergens=lambda one: in_order(set(one.allergens)), **values,
    ), status  # fmt: skip


def _found(demands: Demands, delivery: Any, today: date) -> dict[str, Any]:
    try:
        found = answer(demands, delivery, today, seconds=SECONDS)
    except Refused as refused:
        return {"found": None, "told": [], "refusal": str(refused)}
    return {
        "found": found,
        "told": _told(found, demands),
        "refusal": "",
        "delivery": delivery,
        "as_text": _as_text(found),
    }


def _told(found: Answer, demands: Demands) -> list[str]:
    if found.clash is None:
        return []
    return sentences(found.clash, demands, names_of_items(list(demands.contains)), found.offered)


def _as_text(found: Answer) -> Any:
    """What makes a proposal's items the text its form sends: goods, and the services done for a basket like it."""
    services = [
        f"{one.item_id}x{one.quantity}"
        for one in (found.like.version.components if found.like.version else ())
        if one.kind == "service"
    ]

    def text(proposal: Proposal) -> str:
        return " ".join([*(f"{one.id}x{count}" for one, count in proposal.items), *services])

    return text


def _gross(today: date) -> Any:
    """What makes a net price the lowest whole-krone price with VAT that is worth it."""
    rate_bp = rates_on(today)["S"]
    return lambda net_ore: gross_for(net_ore, rate_bp)


# --- The fairness meter ---------------------------------------------------------------------------------------------


@door.get(SEASON_PATH)
@coordinator_only
def season() -> ResponseReturnValue:
    """Each enterprise's part of turnover and work this season, beside its part of the key; and the key's form."""
    today = local_day(utc_now())
    return _season(fairness(today), KeyForm(valid_from=today))


@door.post(SEASON_PATH)
@coordinator_only
def agree() -> ResponseReturnValue:
    """Agree on a key from a day on."""
    rows = fairness(local_day(utc_now()))
    form, parts = KeyForm(request.form), _rows(rows, request.form)
    if not all([form.validate(), *(row.validate() for row in parts.values())]):
        return _season(rows, form, parts, 422)
    assert form.valid_from.data is not None
    try:
        with transaction():
            counts = {owner: int(row.parts.data or 0) for owner, row in parts.items()}
            set_key(counts, form.valid_from.data, by=g.person, now=utc_now())
    except Refused as refused:
        form.valid_from.errors = [str(refused)]
        return _season(rows, form, parts, 409)
    flash(_("Nøglen er gemt."), "done")
    return see_other(SEASON_PATH)


def _rows(rows: list[Fair], typed: Any = None) -> dict[int, KeyRow]:
    return {row.enterprise.id: KeyRow(typed, prefix=f"e{row.enterprise.id}-", parts=row.parts) for row in rows}


def _season(
    rows: list[Fair], form: KeyForm, parts: dict[int, KeyRow] | None = None, status: int = 200
) -> ResponseReturnValue:
    today = local_day(utc_now())
    return render_template(
        "office/composing/season.html", rows=rows, form=form, parts=parts or _rows(rows), first=season_before(today),
        kept_at=kept_at(today),
    ), status  # fmt: skip
