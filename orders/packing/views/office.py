"""The coordinator's packing days: which there are, and one day's plan."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from orders.packing import words
from orders.packing.days import day_of
from orders.packing.forms import minutes_form
from orders.packing.plan import goods_of_day, minutes_of, pack_days, plan_of
from orders.packing.work import note_minutes
from orders.states import CONFIRMED, NAMES, PACKED, PLACED
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.i18n import gettext as _
from shop.listing import page_of, typed_search, typed_side
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("packing_office", __name__)
PATH = "/kontor/pakning"
TONES = {PLACED: "wait", CONFIRMED: "go", PACKED: "done", "sent": "done"}


@door.get(PATH)
@coordinator_only
def days() -> ResponseReturnValue:
    """The days that have something to pack or send."""
    today = local_day(utc_now())
    return render_template(
        "office/packing/days.html", days=pack_days(today), today=today, states=(PLACED, CONFIRMED, PACKED), names=NAMES
    )


@door.get(f"{PATH}/<day>")
@coordinator_only
def plan(day: str) -> ResponseReturnValue:
    """A day's plan: by basket type, by way, what cannot be packed and why, the goods it takes, and the orders."""
    return _page(day_of(day))


@door.post(f"{PATH}/<day>/minutter")
@coordinator_only
def minutes(day: str) -> ResponseReturnValue:
    """Note how long a batch took, all hands together."""
    on = day_of(day)
    form = minutes_form([one.name for one in plan_of(on).batches], request.form)
    if not form.validate():
        return _page(on, 422, minutes=form)
    with transaction():
        is_new = note_minutes(
            on, str(form.batch.data), form.parcels.data, form.minutes.data, key=form.name, now=utc_now()
        )
    flash(_("Noteret.") if is_new else _("Det var allerede noteret. Der er ikke sket noget nu."), "done")
    return see_other(f"{PATH}/{on}")


def _page(day: date, status: int = 200, **forms: Any) -> ResponseReturnValue:
    found = plan_of(day)
    batch = typed_search(request.args.get("type"))
    shown = [one for one in found.orders if not batch or one.batch == batch]
    return render_template(
        "office/packing/plan.html", plan=found, words=words, names=NAMES, tones=TONES, goods=goods_of_day(day),
        page=page_of(shown, typed_side(request.args.get("side"))), batch=batch,
        paging=paging(f"{PATH}/{day}", type=batch), noted=minutes_of(day), today=local_day(utc_now()),
        minutes=forms.get("minutes") or minutes_form([one.name for one in found.batches]),
    ), status  # fmt: skip
