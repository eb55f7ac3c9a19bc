"""The partners' room: my share of every order, the same as a spreadsheet, and the run list of whoever drives."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask.typing import ResponseValue
from markupsafe import Markup

from orders.delivery.runlist import days_to_drive, look
from orders.shares.export import columns, file_name, rows
from orders.shares.forms import DayForm, SelectionForm
from orders.shares.origin import find_share
from orders.shares.pictures import (
    BY_BASKET,
    BY_DAY,
    BY_MONTH,
    group_words,
    lit_weave,
    month_words,
    spread_chart,
)
from orders.shares.queries import (
    Group,
    Selection,
    each_line,
    lines_of_page,
    sum_up,
    sums_by_basket,
    sums_by_day,
    sums_by_month,
)
from orders.supplier_room import drives, words
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.i18n import gettext as _
from shop.listing import sides_of, typed_side
from shop.people.guards import supplier_only
from shop.spreadsheet import Row
from shop.web.sheets import csv_answer, xlsx_answer

door = Blueprint("orders_supplier", __name__)
door.add_app_template_global(drives)

SPREADS = {BY_DAY: sums_by_day, BY_MONTH: sums_by_month, BY_BASKET: sums_by_basket}
MOST_GROUPS = 31


@door.get("/partner")
@supplier_only
def my_share() -> ResponseValue:
    """One large figure, every line with my items, and the sums per day, month or basket."""
    form = SelectionForm(request.args)
    selection = form.read()
    today = local_day(utc_now())
    totals = sum_up(g.enterprise.id, selection)
    pages = sides_of(totals.lines)
    page = min(typed_side(request.args.get("side")), pages)
    address = _address(selection)
    return render_template(
        "supplier/orders/my_share.html",
        form=form,
        selection=selection,
        month_words=month_words(today),
        month=sum_up(g.enterprise.id, _month_of(today)),
        totals=totals,
        lines=lines_of_page(g.enterprise.id, selection, page),
        page=page,
        pages=pages,
        address=address,
        page_address=lambda number: address(side=number, anchor="linjer"),
        spread=_spread(selection),
        **words(),
    )


@door.get("/partner/andele/<int:share_id>")
@supplier_only
def one_share(share_id: int) -> ResponseValue:
    """How one share came about. Another enterprise's is not there."""
    share = find_share(share_id, g.enterprise.id) if share_id < 2**31 else None
    if share is None:
        abort(404)
    weave = Markup(lit_weave(share, g.enterprise.name, g.enterprise.colour))  # noqa: S704 - drawn by us
    return render_template("supplier/orders/one_share.html", share=share, weave=weave, **words())


@door.get("/partner/andele.csv")
@supplier_only
def as_csv() -> ResponseValue:
    """The lines selected as CSV, sent while they are read."""
    return csv_answer(file_name(g.enterprise.slug), columns(), _rows_or_400())


@door.get("/partner/andele.xlsx")
@supplier_only
def as_xlsx() -> ResponseValue:
    """The lines selected as an Excel sheet."""
    return xlsx_answer(file_name(g.enterprise.slug), columns(), _rows_or_400(), _("Min andel"))


@door.get("/partner/koersel")
@supplier_only
def run_list() -> ResponseValue:
    """Where to drive on a day; only for the enterprise that drives, and each look is journalled."""
    enterprise_id = g.enterprise.id
    if not drives():
        abort(404)
    form = DayForm(request.args)
    now = utc_now()
    day = form.read(local_day(now))
    with transaction():
        stops = look(enterprise_id, day, by=g.person, now=now)
    return render_template(
        "supplier/orders/run_list.html",
        form=form,
        day=day,
        stops=stops,
        parcels=sum(stop.parcels for stop in stops),
        coming=days_to_drive(enterprise_id, local_day(now)),
        **words(),
    )


def _rows_or_400() -> Iterator[Row]:
    """The rows of a download; a mistyped selection is refused, because a file says nothing of what was left out."""
    form = SelectionForm(request.args)
    selection = form.read()
    if form.errors:
        abort(400)
    return rows(each_line(g.enterprise.id, selection))


def _address(selection: Selection) -> Any:
    """Makes addresses that keep the selection and the grouping, whatever else they change."""
    kept = {"q": selection.words, "fra": selection.first, "til": selection.last, "efter": request.args.get("efter")}

    def address(endpoint: str = "my_share", anchor: str | None = None, **changed: Any) -> str:
        values = {name: value or None for name, value in {**kept, **changed}.items()}
        if endpoint != "my_share":
            del values["efter"]
        return url_for(f"orders_supplier.{endpoint}", _anchor=anchor, **values)

    return address


def _spread(selection: Selection) -> dict[str, Any]:
    """The sums per day, month or basket: as many as one can read, the rest in one row, and the chart of those shown."""
    by = request.args.get("efter", "")
    by = by if by in SPREADS else BY_MONTH
    groups = SPREADS[by](g.enterprise.id, selection)
    shown, rest = groups[:MOST_GROUPS], groups[MOST_GROUPS:]
    chart = spread_chart(by, shown, g.enterprise.colour) if shown else ""
    return {
        "by": by,
        "groups": [(group_words(by, group), group) for group in shown],
        "rest": Group("", sum(group.lines for group in rest), *_ore(rest)) if rest else None,
        "all": Group("", sum(group.lines for group in groups), *_ore(groups)),
        "chart": Markup(chart),  # noqa: S704 - drawn by us, its texts are escaped
    }


def _ore(groups: Sequence[Group]) -> tuple[int, int]:
    return sum(group.expected_ore for group in groups), sum(group.earned_ore for group in groups)


def _month_of(day: date) -> Selection:
    first = day.replace(day=1)
    return Selection(first=first, last=(first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
