"""Send e-invoices, and hear what became of them. Nothing is asked of another house inside a transaction.

Only documents that go to a GLN are sent: public bodies must get theirs so (domain-denmark § 3.1). A company gets its
PDF by letter, with the XML in it: nobody has promised that it is in the register of receivers.
"""

import logging
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from orders.documents.einvoices import einvoice_xml, is_einvoice
from orders.documents.made import pdf_of
from orders.documents.models import Document
from orders.einvoicing.models import Dispatch
from orders.einvoicing.states import SENT, WAITING, move
from orders.einvoicing.ways import BY_HAND, Message, TryAgain, TurnedAway, Way, way_in_use
from shop.days import utc_now
from shop.db import db, how_it_broke, insert_once, lock_row, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import handles, post
from shop.jobs.queue import every
from shop.journal.record import CLOCK, By, record

log = logging.getLogger("shop.einvoices")
ASKED_EVERY = 600  # seconds


def the_way() -> Way | None:
    """The way that is set up; None: a person brings it."""
    settings = current_app.config["SETTINGS"]
    return way_in_use(settings.einvoice_url, settings.einvoice_token, settings.einvoice_folder)


def is_sent_so(document: Document) -> bool:
    """Whether a document goes to its receiver as an e-invoice."""
    return is_einvoice(document) and bool(document.data["organisation"].get("gln"))


@handles("einvoice")
def send_out(payload: dict[str, Any]) -> None:
    """The worker's part: bring a document's e-invoice on its way. Sent before, nothing. Fails: tried again.

    The other side knows it by its hash: killed between sending and noting, it is sent again and is one document there.
    """
    document = db.session.get_one(Document, payload["document_id"])
    if document.erased_at is not None or not is_sent_so(document):
        return
    way = the_way()
    dispatch_id = _begin(document.id, way.name if way else BY_HAND)
    if way is None or not _may_send(dispatch_id, way.name):
        return
    message = Message(document.number, document.data_hash, einvoice_xml(document, pdf_of(document, apart=False)))
    db.session.rollback()
    try:
        reference = way.send(message)
    except TurnedAway as away:
        _note(dispatch_id, "reject", why=str(away))
    except TryAgain as error:
        with transaction():
            lock_row(Dispatch, dispatch_id).why = str(error)[:1000]
        raise
    else:
        _note(dispatch_id, "send", reference=reference)


def _begin(document_id: int, way: str) -> int:
    with transaction():
        insert_once(Dispatch, document_id=document_id, way=way, state=WAITING, attempts=0, made_at=utc_now(),
                    reference="", why="")  # fmt: skip
        return db.session.scalars(select(Dispatch.id).where(Dispatch.document_id == document_id)).one()


def _may_send(dispatch_id: int, way: str) -> bool:
    with transaction():
        dispatch = lock_row(Dispatch, dispatch_id)
        if dispatch.state != WAITING:
            return False
        dispatch.attempts += 1
        dispatch.way = way  # it may have been set up since
        return True


def _note(dispatch_id: int, verb: str, *, reference: str = "", why: str = "") -> None:
    """Write down what happened; what a person has written meanwhile stands."""
    with transaction():
        dispatch = lock_row(Dispatch, dispatch_id)
        try:
            bring_on(dispatch, verb, reference=reference, why=why, by=CLOCK, now=utc_now())
        except Refused:
            log.info("e-invoice %s: %s is not for %s", dispatch.document_id, verb, dispatch.state)


def bring_on(dispatch: Dispatch, verb: str, *, reference: str = "", why: str = "", by: By, now: datetime) -> None:
    """Send, receive or reject a locked one: noted with the order's journal. Refuses what does not follow."""
    move(dispatch, verb, now=now)
    dispatch.reference, dispatch.why = reference[:200] or dispatch.reference, why[:1000]
    document = dispatch.document
    record(
        f"einvoice_{dispatch.state}", "order", document.order_id, by=by, now=now, number=document.number,
        **({"why": why[:1000]} if why else {}),
    )  # fmt: skip


def send_again(dispatch: Dispatch, *, by: By, now: datetime) -> None:
    """Bring the same document once more. Refuses one that was received."""
    move(dispatch, "again", now=now)
    dispatch.why = ""
    document = dispatch.document
    record("einvoice_again", "order", document.order_id, by=by, now=now, number=document.number)
    post("einvoice", f"einvoice:{document.id}:{dispatch.attempts}:{now.isoformat()}", now=now, document_id=document.id)


def note_by_hand(dispatch: Dispatch, verb: str, *, said: str, by: By, now: datetime) -> None:
    """A person has sent it, or heard of it. A rejection needs the words of whoever rejected it."""
    if verb == "reject" and not said:
        raise Refused(_("Skriv, hvad de sagde, så den næste kan se det."), field="said")
    is_sending = verb == "send"
    if is_sending:
        dispatch.way = BY_HAND
    bring_on(dispatch, verb, reference=said if is_sending else "", why="" if is_sending else said, by=by, now=now)


@every(ASKED_EVERY)
def ask_for_answers() -> None:
    """Hear of what was sent and not answered. One that fails does not hold up the others."""
    way = the_way()
    if way is None:
        return
    query = select(Dispatch.id, Document.number, Dispatch.reference).join(Document)
    rows = db.session.execute(
        query.where(Dispatch.state == SENT, Dispatch.way == way.name).order_by(Dispatch.id).limit(200)
    ).all()
    db.session.rollback()
    for dispatch_id, number, reference in rows:
        try:
            heard = way.answer(number, reference)
        except (TryAgain, OSError) as error:
            log.warning("e-invoice %s: no answer: %s", number, how_it_broke(error))
            continue
        if heard is not None:
            _note(dispatch_id, "receive" if heard.is_received else "reject", why=heard.said)
