"""The coordinator's VAT rates."""

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from catalog.items.forms import RateForm
from catalog.items.rates import CATEGORIES, RATES_PATH, all_rates, set_rate
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.people.guards import coordinator_only
from shop.settings.show import percent
from shop.web.templating import day, see_other

door = Blueprint("items_office", __name__)


@door.get(RATES_PATH)
@coordinator_only
def rates() -> ResponseReturnValue:
    """Every VAT rate with the day it holds from, and the form to add one."""
    return _page(RateForm(category="S"))


@door.post(RATES_PATH)
@coordinator_only
def add_rate() -> ResponseReturnValue:
    """Let a category have a rate from a day on."""
    form = RateForm(request.form)
    if not form.validate():
        return _page(form, 422)
    assert form.valid_from.data is not None
    try:
        with transaction():
            set_rate(
                form.category.data, form.rate_bp.data, valid_from=form.valid_from.data, source=form.source.data,
                by=g.person, now=utc_now(),
            )  # fmt: skip
    except Refused as refused:
        form[refused.field or "valid_from"].errors = [str(refused)]
        return _page(form, 409)
    flash(_("Momssatsen gælder fra %(day)s.", day=day(form.valid_from.data)), "done")
    return see_other(RATES_PATH)


def _page(form: RateForm, status: int = 200) -> ResponseReturnValue:
    today = local_day(utc_now())
    return render_template(
        "office/items/rates.html", form=form, rates=all_rates(), categories=CATEGORIES, today=today, percent=percent,
    ), status  # fmt: skip
