"""The bank account in the office: its files, its lines with what they may be for, and the sure ones all at once."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.bank.columns import NAMES as COLUMN_NAMES
from orders.bank.decode import MOST_BYTES
from orders.bank.forms import columns_form, columns_of
from orders.bank.match import book_exactly
from orders.bank.models import ASIDE, BOOKED, OPEN, OUT, PART, BankDraft, BankFile
from orders.bank.queries import bank_counts, bank_lines, last_files, sure_lines
from orders.bank.take_in import find_draft, keep_draft, layout_of, take_in, take_in_draft
from orders.bank.words import WORDS
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import lazy_gettext, ngettext
from shop.listing import typed_search, typed_side
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.web.limits import takes
from shop.web.templating import paging, see_other

door = Blueprint("bank_office", __name__)
PATH = "/kontor/penge/bank"
MOST_SENT = 4 * MOST_BYTES  # so that a file that is too long is told so, and not only turned away
VIEWS: dict[str, tuple[Any, Sequence[str]]] = {
    "venter": (lazy_gettext("Venter"), (OPEN, PART)),
    "bogfoert": (lazy_gettext("Bogført"), (BOOKED,)),
    "ikke-vores": (lazy_gettext("Ikke vores"), (ASIDE,)),
    "ud": (lazy_gettext("Penge ud"), (OUT,)),
}
SHOWN_ROWS = 6


@door.get(PATH)
@coordinator_only
def lines() -> ResponseReturnValue:
    """The lines of the account: what waits with what it may be for, and what became of the others."""
    return _page()


def _page(status: int = 200, *, refusal: Any = "") -> ResponseReturnValue:
    wanted = request.args.get("vis", "")
    wanted = wanted if wanted in VIEWS else "venter"
    search = typed_search(request.args.get("sog"))
    counts = bank_counts()
    page, standing = bank_lines(
        VIEWS[wanted][1], search, typed_side(request.args.get("side")), today=local_day(utc_now())
    )
    return render_template(
        "office/bank/lines.html", page=page, standing=standing, files=last_files(), refusal=refusal, search=search,
        wanted=wanted, views=[(key, words, sum(counts.get(one, 0) for one in some))
                              for key, (words, some) in VIEWS.items()],
        paging=paging(PATH, vis=wanted, sog=search), **WORDS,
    ), status  # fmt: skip


@door.post(f"{PATH}/indlaes")
@takes(MOST_SENT)
@coordinator_only
def read_file() -> ResponseReturnValue:
    """Take a file in. Unknown columns: somebody is asked once which is which. Refused: why, and nothing is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(422, refusal=_("Vælg først filen fra banken."))
    raw, name, now = sent.read(), sent.filename, utc_now()
    try:
        layout = layout_of(raw)
        with transaction():
            if layout.columns is None:
                return see_other(f"{PATH}/kolonner/{keep_draft(raw, name=name, now=now)}")
            taken = take_in(raw, layout, name=name, by=g.person, now=now)
            _tell(*taken)
    except Refused as refused:
        return _page(422, refusal=refused.sentence)
    return see_other(PATH)


def _tell(file: BankFile, new: int, waiting: int) -> None:
    told = ngettext("%(num)s ny linje.", "%(num)s nye linjer.", new) if new else _("Ingen nye linjer.")
    if file.lines - new:
        told = f"{told} " + ngettext("%(num)s var her i forvejen.", "%(num)s var her i forvejen.", file.lines - new)
    if waiting:
        told = f"{told} " + ngettext(
            "%(num)s er ikke bogført i banken endnu og kommer senere.",
            "%(num)s er ikke bogført i banken endnu og kommer senere.",
            waiting,
        )
    flash(told, "done")


@door.get(f"{PATH}/kolonner/<key>")
@coordinator_only
def columns(key: str) -> ResponseReturnValue:
    """The first lines of a file, and the question which column is which."""
    draft = find_draft(key) or abort(404)
    return _columns_page(draft)


@door.post(f"{PATH}/kolonner/<key>")
@coordinator_only
def name_columns(key: str) -> ResponseReturnValue:
    """Read a file by the columns that were chosen, and remember them. Sent twice: it has been read."""
    draft = find_draft(key)
    if draft is None:
        return see_other(PATH)
    form = columns_form(layout_of(draft.content), request.form)
    try:
        with transaction():
            draft = find_draft(key)
            if draft is not None:
                _tell(*take_in_draft(draft, columns_of(form), by=g.person, now=utc_now()))
    except Refused as refused:
        return _columns_page(find_draft(key) or abort(404), refused.sentence, request.form, 422)
    return see_other(PATH)


def _columns_page(draft: BankDraft, refusal: Any = "", typed: Any = None, status: int = 200) -> ResponseReturnValue:
    layout = layout_of(draft.content)
    return render_template(
        "office/bank/columns.html", draft=draft, layout=layout, form=columns_form(layout, typed), refusal=refusal,
        rows=layout.rows[:SHOWN_ROWS], kinds=COLUMN_NAMES,
    ), status  # fmt: skip


@door.get(f"{PATH}/sikre")
@coordinator_only
def sure() -> ResponseReturnValue:
    """The lines whose order is certain, each with a tick, before they are booked."""
    return render_template("office/bank/sure.html", rows=sure_lines(today=local_day(utc_now())), **WORDS)


@door.post(f"{PATH}/sikre")
@coordinator_only
def book_sure() -> ResponseReturnValue:
    """Book the ticked ones, each by itself: one that has changed meanwhile does not hold up the others."""
    chosen = [pair for text in request.form.getlist("linje")[:500] if (pair := _pair(text))]
    known = {(row.line.id, row.sure.due.order_id): row.sure.reasons
             for row in sure_lines(today=local_day(utc_now())) if row.sure}  # fmt: skip
    booked, changed = 0, 0
    for line_id, order_id in chosen:
        if (line_id, order_id) not in known:
            changed += 1
            continue
        try:
            with transaction():
                book_exactly(line_id, order_id, reasons=known[line_id, order_id], by=g.person, now=utc_now())
            booked += 1
        except Refused:
            changed += 1
    if booked:
        flash(ngettext("%(num)s linje er bogført.", "%(num)s linjer er bogført.", booked), "done")
    if changed:
        flash(
            ngettext(
                "%(num)s linje var bogført eller ændret i mellemtiden og er ikke rørt.",
                "%(num)s linjer var bogført eller ændret i mellemtiden og er ikke rørt.",
                changed,
            ),
            "warn",
        )
    if not chosen:
        flash(_("Ingen linjer var valgt."), "info")
    return see_other(PATH)


def _pair(text: str) -> tuple[int, int] | None:
    first, _colon, second = text.partition(":")
    line, order = whole_number(first, 9), whole_number(second, 9)
    return None if line is None or order is None else (line, order)
