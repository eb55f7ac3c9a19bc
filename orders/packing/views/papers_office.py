"""A packing day on paper and in files: cards, labels, the carrier's file, and who fetches where."""

import re
from datetime import date
from secrets import token_hex

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.packing.big_prints import ask_for_print, find_printed, is_being_made, is_big, is_printed
from orders.packing.carrier import COLUMNS, LONGEST, carrier_rows, fetchers, pickup_places
from orders.packing.days import day_of
from orders.packing.models import CARDS, LABELS, PrintRun
from orders.packing.plan import plan_of
from orders.packing.prints import (
    begin_print,
    find_print,
    pieces_of,
    print_pdf_of,
    printable,
    prints_of,
    wanted_pieces,
)
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.forms import one_line
from shop.i18n import lazy_gettext as _
from shop.journal.record import record
from shop.people.guards import coordinator_only
from shop.spreadsheet import csv_pieces
from shop.web.papers import pdf_answer
from shop.web.templating import see_other

door = Blueprint("papers_office", __name__)
PATH = "/kontor/pakning/<day>"
WORDS = {"kort": CARDS, "labels": LABELS}
NAMES = {CARDS: _("Kort"), LABELS: _("Labels")}
_KEY = re.compile("[0-9a-f]{32}")


@door.get(f"{PATH}/papirer")
@coordinator_only
def papers(day: str) -> ResponseReturnValue:
    """What there is to print and to send, when it was printed last and by whom."""
    return _page(day_of(day))


@door.post(f"{PATH}/<any(kort, labels):word>")
@coordinator_only
def print_them(day: str, word: str) -> ResponseReturnValue:
    """A new print of the day's cards or labels. The same form twice is the same print."""
    on, key = day_of(day), request.form.get("key", "")
    if not _KEY.fullmatch(key):
        key = token_hex(16)
    batch = one_line(request.form.get("type", "")[:40])
    try:
        with transaction():
            run = begin_print(on, WORDS[word], batch, key=key, by=g.person, now=utc_now())
            run_id, waits = run.id, is_big(run)
            if waits:
                ask_for_print(run, now=utc_now())
    except Refused as refused:
        return _page(on, 409, refusal=str(refused))
    return see_other(f"/kontor/pakning/{on}/udskrift/{run_id}{'' if waits else '.pdf'}")


@door.get(f"{PATH}/udskrift/<int(max=2147483647):number>")
@coordinator_only
def printing(day: str, number: int) -> ResponseReturnValue:
    """Whether a large print lies ready; with script the middle alone is answered. A small one is there at once."""
    run = _run(day, number)
    if not is_big(run):
        return see_other(f"/kontor/pakning/{run.day}/udskrift/{number}.pdf")
    told = {
        "run": run, "day": run.day, "names": NAMES, "at": f"/kontor/pakning/{run.day}/udskrift/{number}",
        "is_being_made": is_being_made(run), "is_printed": is_printed(run),
    }  # fmt: skip
    if request.headers.get("X-Fragment"):
        return render_template("office/packing/_printing.html", **told), 200, {"X-Fragment": "1"}
    return render_template("office/packing/printing.html", **told)


@door.post(f"{PATH}/udskrift/<int(max=2147483647):number>")
@coordinator_only
def print_again(day: str, number: int) -> ResponseReturnValue:
    """Let the worker make a large print once more: the same print, not a copy."""
    run_id = _run(day, number).id
    with transaction():
        ask_for_print(db.session.get_one(PrintRun, run_id), now=utc_now())
    return see_other(f"/kontor/pakning/{day_of(day)}/udskrift/{number}")


@door.get(f"{PATH}/udskrift/<int(max=2147483647):number>.pdf")
@coordinator_only
def printed(day: str, number: int) -> ResponseReturnValue:
    """The PDF of a print. A large one that does not lie ready leads to the page that says so."""
    run = _run(day, number)
    pdf = find_printed(run) if is_big(run) else print_pdf_of(run)
    if pdf is None:
        return see_other(f"/kontor/pakning/{run.day}/udskrift/{number}")
    return pdf_answer(pdf, f"{run.kind}-{run.day}-{run.no}")


def _run(day: str, number: int) -> PrintRun:
    run = find_print(number)
    if run is None or run.day != day_of(day):
        abort(404)
    return run


@door.get(f"{PATH}/fragt.csv")
@coordinator_only
def carrier_file(day: str) -> ResponseReturnValue:
    """The carrier's file: semicolons, UTF-8 with its mark, or ISO-8859-1 on request. That it was fetched is noted."""
    on = day_of(day)
    rows = carrier_rows(plan_of(on))
    body = b"".join(csv_pieces(COLUMNS, [row.values for row in rows]))
    if request.args.get("tegn") == "latin1":
        body = body.decode("utf-8-sig").encode("iso-8859-1", "replace")
    with transaction():
        record("carrier_file", "packing_day", on.toordinal(), by=g.person, now=utc_now(), orders=len(rows))
    answer = Response(body, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"fragt-{on}.csv")
    return answer


@door.get(f"{PATH}/afhentning/<slug>")
@coordinator_only
def pickup(day: str, slug: str) -> ResponseReturnValue:
    """Who fetches at one place that day, to be ticked off on paper."""
    on = day_of(day)
    plan = plan_of(on)
    place = next((place for name, place, _count in pickup_places(plan) if name == slug), None) or abort(404)
    return render_template("office/packing/pickup.html", day=on, place_of=place, rows=fetchers(plan, slug))


def _page(day: date, status: int = 200, *, refusal: str = "") -> ResponseReturnValue:
    plan = plan_of(day)
    pieces = pieces_of(printable(plan))
    return render_template(
        "office/packing/papers.html", day=day, refusal=refusal, batches=plan.batches, names=NAMES,
        kinds=[(word, kind, len(wanted_pieces(pieces, kind))) for word, kind in WORDS.items()], last=prints_of(day),
        rows=carrier_rows(plan), longest=LONGEST, places=pickup_places(plan), key=token_hex,
    ), status  # fmt: skip
