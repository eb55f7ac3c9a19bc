"""The office's money: margin and VAT by month and basket, what is owed either way, and the postings themselves."""

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.books.rules import post_correction
from orders.books.words import CODES
from orders.ledger import export
from orders.ledger.forms import CorrectionForm, PeriodForm, PostingsForm, at_of
from orders.ledger.margins import Margin, baskets, months
from orders.ledger.postings import each_posting, postings_page
from orders.ledger.receivables import AGES, open_balances
from orders.lock import lock_order
from orders.queries import find_order_id
from orders.shares.pictures import month_words
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import page_of, typed_side
from shop.people.guards import coordinator_only
from shop.web.sheets import csv_answer
from shop.web.templating import paging, see_other

door = Blueprint("money_office", __name__)
PATH, OWED, POSTINGS = "/kontor/penge", "/kontor/penge/tilgode", "/kontor/posteringer"


@door.get(PATH)
@coordinator_only
def margin() -> ResponseReturnValue:
    """What is left to the community, and the VAT, by month and by basket."""
    form = PeriodForm(request.args)
    first, last = form.period(local_day(utc_now()))
    by_month, by_basket = months(first, last), baskets(first, last)
    whole = Margin()
    for one in by_month:
        whole.add(one.margin)
    return render_template(
        "office/money/margin.html", form=form, first=first, last=last, months=by_month, baskets=by_basket, whole=whole,
        vat_out=sum(one.vat_out_ore for one in by_month), vat_in=sum(one.vat_in_ore for one in by_month),
        basket_name=export.basket_name, month_words=month_words,
        period=urlencode({"fra": first.isoformat(), "til": last.isoformat()}),
    )  # fmt: skip


@door.get(f"{PATH}/<any(maaneder, kurve):table>.csv")
@coordinator_only
def margin_csv(table: str) -> ResponseReturnValue:
    """The months or the baskets as CSV."""
    form = PeriodForm(request.args)
    first, last = form.period(local_day(utc_now()))
    if form.errors:
        abort(400)  # a file says nothing of what was left out
    if table == "kurve":
        return csv_answer(table, export.basket_columns(), export.basket_rows(baskets(first, last)))
    return csv_answer(table, export.month_columns(), export.month_rows(months(first, last)))


@door.get(OWED)
@coordinator_only
def owed() -> ResponseReturnValue:
    """What buyers owe, by age, and what is owed to them."""
    balances = open_balances(local_day(utc_now()))
    page = page_of(balances.receivables, typed_side(request.args.get("side")))
    return render_template(
        "office/money/owed.html", page=page, balances=balances, ages=_ages(),
        paging=paging(OWED),
    )  # fmt: skip


@door.get(f"{OWED}/<any(debitorer, kreditorer):table>.csv")
@coordinator_only
def owed_csv(table: str) -> ResponseReturnValue:
    """What buyers owe, or what is owed to them, as CSV."""
    balances = open_balances(local_day(utc_now()))
    if table == "debitorer":
        return csv_answer(table, export.receivable_columns(), export.receivable_rows(balances.receivables, _ages()))
    return csv_answer(table, export.owed_columns(), export.owed_rows(balances.owed))


@door.get(POSTINGS)
@coordinator_only
def postings() -> ResponseReturnValue:
    """The postings, newest first, narrowed to an order, an account, a code or a period."""
    form = PostingsForm.read(request.args)
    held = _held()
    return render_template(
        "office/money/postings.html", form=form, wanted=form.wanted, codes=CODES, paging=paging(POSTINGS, **held),
        page=postings_page(form.wanted, typed_side(request.args.get("side"))), query=urlencode(held),
    )  # fmt: skip


@door.get(f"{POSTINGS}.csv")
@coordinator_only
def postings_csv() -> ResponseReturnValue:
    """The postings chosen as CSV, sent while they are read."""
    form = PostingsForm.read(request.args)
    if form.errors:
        abort(400)
    return csv_answer("posteringer", export.posting_columns(), each_posting(form.wanted))


@door.get(f"{POSTINGS}/rettelse")
@coordinator_only
def correction() -> ResponseReturnValue:
    """The form of a posting that answers a mistake."""
    return _correction(CorrectionForm())


@door.post(f"{POSTINGS}/rettelse")
@coordinator_only
def post() -> ResponseReturnValue:
    """Post a correction; the same form sent twice is one."""
    form = CorrectionForm(request.form)
    if not form.validate():
        return _correction(form, 422)
    number = form.ordre.data or ""
    order_id = find_order_id(number)
    if number and order_id is None:
        form.ordre.errors = [str(_("Der er ingen ordre med det nummer."))]
        return _correction(form, 422)
    try:
        with transaction():
            if order_id is not None:
                lock_order(order_id)
            post_correction(
                str(form.key.data), at_of(form.debit.data), at_of(form.credit.data), int(form.amount.data),
                why=form.why.data or "", by=g.person, now=utc_now(), order_id=order_id,
            )  # fmt: skip
    except Refused as refused:
        return _correction(form, 409, str(refused))
    flash(_("Rettelsen er bogført."), "done")
    return see_other(f"{POSTINGS}?kode=correction")


def _correction(form: CorrectionForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    return render_template("office/money/correction.html", form=form, refusal=refusal), status


def _ages() -> list[str]:
    """What the age groups are called."""
    firsts = [0, *(last + 1 for last in AGES)]
    closed = [_("%(first)s–%(last)s dage", first=first, last=last) for first, last in zip(firsts, AGES, strict=False)]
    return [*map(str, closed), str(_("Over %(days)s dage", days=AGES[-1]))]


def _held() -> dict[str, str]:
    """The address as it is narrowed now."""
    names = ("ordre", "konto", "kode", "fra", "til", "refusion")
    return {name: text[:100] for name in names if (text := request.args.get(name, ""))}
