"""Many orders moved at once: chosen on the board, looked at order by order, begun, followed, left and found again."""

import re
from collections.abc import Sequence
from secrets import token_hex

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.bulk import words
from orders.bulk.foresee import MOST, foresee, named_orders, shown_orders
from orders.bulk.forms import looked_at, seen_orders, typed_looked, typed_numbers
from orders.bulk.models import CANCEL
from orders.bulk.queries import Progress, find_progress, last_moves, refused_of
from orders.bulk.work import begin_bulk
from orders.forms import CancelForm, board_filter
from orders.models import Order
from orders.states import NAMES
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import typed_side
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("bulk_office", __name__)
PATH = "/kontor/flere"
MOST_AGAIN = 100  # so many numbers fit into an address
_KEY = re.compile("[0-9a-f]{32}")


@door.get(PATH)
@coordinator_only
def moves() -> ResponseReturnValue:
    """The last bulk moves, those under way among them."""
    page = last_moves(typed_side(request.args.get("side")))
    return render_template("office/bulk/list.html", page=page, words=words, paging=paging(PATH))


@door.get(f"{PATH}/se")
@coordinator_only
def look() -> ResponseReturnValue:
    """What would become of each order that is ticked, or of all that the board's filter shows. Changes nothing."""
    verb = words.WORDS.get(request.args.get("goer", ""))
    if verb is None:
        return _nothing(_("Vælg, hvad der skal ske med ordrerne."))
    orders: Sequence[Order]
    if request.args.get("alle"):
        orders = shown_orders(board_filter(request.args), local_day(utc_now()))
    else:
        orders = named_orders(typed_numbers(request.args))
    if not orders:
        return _nothing(_("Sæt mindst ét kryds ud for en ordre."))
    if len(orders) > MOST:
        return _nothing(
            _("Der kan højst flyttes %(most)s ordrer på én gang. Vælg en dag eller en tilstand.", most=MOST)
        )
    return _preview(verb, orders, CancelForm())


@door.post(PATH)
@coordinator_only
def begin() -> ResponseReturnValue:
    """Begin the move that was looked at. The same form twice is one move."""
    verb = words.WORDS.get(request.form.get("goer", "")) or abort(404)
    orders, seen = seen_orders(typed_looked(request.form.get("ordrer", "")))
    form, key = CancelForm(request.form), request.form.get("key", "")
    if orders and verb == CANCEL and not form.validate():
        return _preview(verb, orders, form, 422)
    if not _KEY.fullmatch(key):
        key = token_hex(16)
    why = (form.why.data or "") if verb == CANCEL else ""
    try:
        with transaction():
            number = begin_bulk(verb, seen, key=key, by=g.person, now=utc_now(), why=why)
    except Refused as refused:
        return _nothing(str(refused), 409)
    return see_other(f"{PATH}/{number}")


@door.get(f"{PATH}/<int(max=2147483647):number>")
@coordinator_only
def follow(number: int) -> ResponseReturnValue:
    """How far a bulk move is; when it is over, who was refused and why. With script the middle alone is answered."""
    progress = find_progress(number) or abort(404)
    if request.headers.get("X-Fragment"):
        return render_template("office/bulk/_progress.html", **_told(progress)), 200, {"X-Fragment": "1"}
    return render_template("office/bulk/progress.html", **_told(progress))


def _told(progress: Progress) -> dict[str, object]:
    refused = refused_of(progress.move.id) if progress.refused else ()
    word = next(word for word, verb in words.WORDS.items() if verb == progress.move.verb)
    return {
        "progress": progress, "move": progress.move, "refused": refused, "words": words, "word": word,
        "again": len(refused) <= MOST_AGAIN, "at": f"{PATH}/{progress.move.id}",
    }  # fmt: skip


def _preview(verb: str, orders: Sequence[Order], form: CancelForm, status: int = 200) -> ResponseReturnValue:
    rows = foresee(orders, verb)
    word = next(word for word, one in words.WORDS.items() if one == verb)
    return render_template(
        "office/bulk/preview.html", verb=verb, word=word, words=words, names=NAMES, form=form, key=token_hex(16),
        fit=[row for row in rows if not row.refused], refused=[row for row in rows if row.refused],
        looked_at=looked_at(rows), needs_why=verb == CANCEL,
    ), status  # fmt: skip


def _nothing(sentence: str, status: int = 422) -> ResponseReturnValue:
    return render_template("office/bulk/nothing.html", sentence=sentence), status
