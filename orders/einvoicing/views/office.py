"""The office's e-invoices: how far each is, the sheet to type it in from, and what a person notes of it."""

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.documents.words import NAMES as DOCUMENT_NAMES
from orders.einvoicing.forms import NoteForm
from orders.einvoicing.models import Dispatch
from orders.einvoicing.queries import counted, dispatches, find_dispatch
from orders.einvoicing.send import note_by_hand, send_again, the_way
from orders.einvoicing.sheet import sheet_of
from orders.einvoicing.states import DISPATCH, NAMES, TONES, WAITING
from orders.einvoicing.words import WAYS
from shop.days import utc_now
from shop.db import lock_row, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import typed_side
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("einvoicing_office", __name__)
PATH = "/kontor/efakturaer"
# The word in the address, and the verb.
VERBS = {"sendt": "send", "modtaget": "receive", "afvist": "reject", "igen": "again"}


@door.get(PATH)
@coordinator_only
def all_of_them() -> ResponseReturnValue:
    """E-invoices on their way: what needs a hand first."""
    state = request.args.get("tilstand", "")
    state = state if state in NAMES else ""
    return render_template(
        "office/einvoicing/list.html", page=dispatches(state, typed_side(request.args.get("side"))), state=state,
        counts=counted(), names=NAMES, tones=TONES, ways=WAYS, document_names=DOCUMENT_NAMES,
        paging=paging(PATH, tilstand=state),
    )  # fmt: skip


@door.get(f"{PATH}/<number>")
@coordinator_only
def one(number: str) -> ResponseReturnValue:
    """One e-invoice: how far it is, and its fields in the order a form asks for them."""
    return _page(find_dispatch(number) or abort(404), NoteForm())


@door.post(f"{PATH}/<number>/<any(sendt, modtaget, afvist, igen):word>")
@coordinator_only
def note(number: str, word: str) -> ResponseReturnValue:
    """Note that it was sent, received or rejected, or bring it once more. Refused: the page says why."""
    found, form = find_dispatch(number) or abort(404), NoteForm(request.form)
    if not form.validate():
        return _page(found, form, 422)
    try:
        with transaction():
            locked = lock_row(Dispatch, found.id)
            if VERBS[word] == "again":
                send_again(locked, by=g.person, now=utc_now())
            else:
                note_by_hand(locked, VERBS[word], said=form.said.data or "", by=g.person, now=utc_now())
    except Refused as refused:
        form.said.errors = [str(refused)]
        return _page(find_dispatch(number) or abort(404), form, 409)
    flash(_("Det er noteret."), "done")
    return see_other(f"{PATH}/{number}")


def _page(found: Dispatch, form: NoteForm, status: int = 200) -> ResponseReturnValue:
    verbs = {word: verb for word, verb in VERBS.items() if DISPATCH.can(found.state, verb)}
    if found.state == WAITING and the_way() is None:
        del verbs["igen"]  # nothing would bring it but the person who asks
    return render_template(
        "office/einvoicing/one.html", dispatch=found, document=found.document, form=form, verbs=verbs,
        sheet=sheet_of(found.document) if found.document.erased_at is None else [], names=NAMES, tones=TONES,
        ways=WAYS, document_names=DOCUMENT_NAMES,
    ), status  # fmt: skip
