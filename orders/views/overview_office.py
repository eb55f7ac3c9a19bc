"""The coordinator's overview: what was sold, as plots with their tables, and one search over everything."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from orders.overview.forms import PeriodForm
from orders.overview.sales import MOST_DAYS, Sales, sales_between
from orders.overview.search import MOST, search
from orders.states import NAMES
from orders.words import BUYER_KINDS
from shop.days import local_day, utc_now
from shop.i18n import gettext as _
from shop.i18n import language
from shop.listing import typed_search
from shop.money import format_kr
from shop.people.guards import coordinator_only
from shop.weave import chart_svg
from shop.web.templating import day

door = Blueprint("overview_office", __name__)
USUAL_DAYS = 30


@door.get("/kontor/salg")
@coordinator_only
def sales() -> ResponseReturnValue:
    """Sales by day, basket and kind of buyer: of the last thirty days, or of the period that is typed."""
    today = local_day(utc_now())
    form = PeriodForm(request.args if request.args else None)
    typed = bool(request.args) and form.validate()
    first, last = _period(form.fra.data if typed else None, form.til.data if typed else None, today)
    found = sales_between(first, last)
    return render_template(
        "office/overview/sales.html", form=form, sales=found, chart=_chart(found), kinds=BUYER_KINDS,
    ), 422 if request.args and not typed else 200  # fmt: skip


def _period(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """What is meant when one end, or neither, is said: never more than a year."""
    if first is not None and last is None:
        last = min(max(first, today), first + timedelta(days=MOST_DAYS - 1))
    last = last or today
    return first or last - timedelta(days=USUAL_DAYS - 1), last


def _chart(found: Sales) -> Markup:
    """The plot of the days; it says its highest in words, and the table below has every figure."""
    if not found.gross_ore:
        return Markup("")
    best_day, best = max(found.days, key=lambda pair: pair[1].gross_ore)
    desc = _(
        "Den højeste søjle, %(amount)s, er %(what)s. Tabellen under billedet har alle tallene.",
        what=day(best_day), amount=format_kr(best.gross_ore, language()),
    )  # fmt: skip
    points = [(f"{one.day}/{one.month}", sold.gross_ore) for one, sold in found.days]
    return Markup(chart_svg(points, title=_("Salg pr. dag, med moms"), desc=desc))  # noqa: S704 - drawn by us


@door.get("/kontor/soeg")
@coordinator_only
def find() -> ResponseReturnValue:
    """Orders, documents, baskets, items and enterprises that have the text."""
    text = typed_search(request.args.get("sog"))
    return render_template(
        "office/overview/search.html", search=text, found=search(text) if text else None, most=MOST, names=NAMES
    )
