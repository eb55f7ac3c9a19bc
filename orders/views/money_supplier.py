"""The partners' room: my money, each line of it back to the rule and the price, and the same as a spreadsheet."""

import logging
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask.typing import ResponseValue

from orders.money.amounts import Amounts, amounts_of, postings_of
from orders.money.export import columns, file_name, rows
from orders.money.forms import MoneyForm, months_until
from orders.money.queries import MONEY, Selection, Sums, each_line, lines_of_page, lines_of_share, sum_up
from orders.money.vat import vat_days
from orders.money.words import bearer_words, code_names, head, sentence, share_sentence, state_names
from orders.shares.origin import find_share
from orders.supplier_room import words
from shop.days import local_day, utc_now
from shop.i18n import gettext as _
from shop.listing import sides_of, typed_side
from shop.people.guards import supplier_only
from shop.spreadsheet import Row
from shop.web.sheets import csv_answer, xlsx_answer

log = logging.getLogger("shop.orders")
door = Blueprint("orders_supplier_money", __name__)


@door.get("/partner/penge")
@supplier_only
def my_money() -> ResponseValue:
    """What I have, where it stands, and every line it comes from."""
    form, today = _form(), local_day(utc_now())
    selection = form.read()
    sums = sum_up(g.enterprise.id, selection)
    pages = sides_of(sums.lines)
    page = min(typed_side(request.args.get("side")), pages)
    vat = vat_days(g.enterprise.id)
    address, amounts = _address(selection), amounts_of(g.enterprise.id)
    return render_template(
        "supplier/money/my_money.html",
        form=form,
        selection=selection,
        amounts=amounts,
        sums=sums,
        agrees=not selection.is_everything or _agrees(amounts, sums),
        lines=lines_of_page(g.enterprise.id, selection, page),
        page=page,
        pages=pages,
        address=address,
        page_address=lambda number: address(side=number, anchor="linjer"),
        is_registered=vat.is_registered(today),
        sentence=lambda line: sentence(line, vat, today),
        **_words(),
    )


@door.get("/partner/penge/<int:share_id>")
@supplier_only
def one_line(share_id: int) -> ResponseValue:
    """One share: the rule, the price, what was taken back, its postings. Another's is not there."""
    share = find_share(share_id, g.enterprise.id) if share_id < 2**31 else None
    if share is None:
        abort(404)
    today, vat = local_day(utc_now()), vat_days(g.enterprise.id)
    return render_template(
        "supplier/money/one_line.html",
        share=share,
        told=share_sentence(share, vat, today),
        taken=lines_of_share(g.enterprise.id, share),
        postings=postings_of(g.enterprise.id, share_id),
        sentence=lambda line: sentence(line, vat, today),
        **_words(),
    )


@door.get("/partner/penge.csv")
@supplier_only
def as_csv() -> ResponseValue:
    """The lines selected as CSV, sent while they are read."""
    return csv_answer(file_name(g.enterprise.slug), columns(), _rows_or_400())


@door.get("/partner/penge.xlsx")
@supplier_only
def as_xlsx() -> ResponseValue:
    """The lines selected as an Excel sheet."""
    return xlsx_answer(file_name(g.enterprise.slug), columns(), _rows_or_400(), _("Mine penge"))


def _agrees(amounts: Amounts, sums: Sums) -> bool:
    """Whether all lines together are what the accounts say; when they are not, that is ours to mend."""
    said = (amounts.expected_ore, amounts.earned_ore, amounts.payable_ore)
    agrees = said == tuple(sums.ore(state) for state in MONEY)
    if not agrees:
        log.error("the lines of enterprise %s do not sum to its accounts", g.enterprise.id)
    return agrees


def _form() -> MoneyForm:
    return MoneyForm(request.args, months_until(local_day(utc_now()), g.enterprise.joined_on))


def _rows_or_400() -> Iterator[Row]:
    """The rows of a download; a wrong selection is refused, because a file says nothing of what was left out."""
    form = _form()
    selection = form.read()
    if form.errors:
        abort(400)
    lines = each_line(g.enterprise.id, selection)
    return rows(lines, vat_days(g.enterprise.id), local_day(utc_now()))


def _words() -> dict[str, Any]:
    return {
        **words(),
        "line_states": state_names(),
        "codes": code_names(),
        "bearer_words": bearer_words,
        "head": head,
    }


def _address(selection: Selection) -> Any:
    """Makes addresses that keep the selection, whatever else they change."""
    month = f"{selection.month:%Y-%m}" if selection.month else None
    kept = {"q": selection.words, "maaned": month, "tilstand": selection.state}

    def address(endpoint: str = "my_money", anchor: str | None = None, **changed: Any) -> str:
        values = {name: value or None for name, value in {**kept, **changed}.items()}
        return url_for(f"orders_supplier_money.{endpoint}", _anchor=anchor, **values)

    return address
