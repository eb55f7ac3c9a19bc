"""Make the PDFs of documents from what was frozen, once; the worker does it, or whoever asks first.

A document whose PDF cannot be made (a template that fails, a full disk) keeps its number and says why; the worker tries
again, and the office sees it among what needs a hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, render_template

from orders.documents import store, words
from orders.documents.einvoices import einvoice_xml, is_einvoice
from orders.documents.issue import hash_of
from orders.documents.models import Document
from orders.documents.press import Enclosed, print_apart, print_pdf
from shop.days import utc_now
from shop.db import db, lock_row, transaction, what_broke
from shop.i18n import force_locale
from shop.jobs.outbox import handles, post
from shop.mail.post import post_letter


class NotMade(Exception):
    """A PDF is not to be had just now; the document's `error` says why."""


class Changed(Exception):
    """What would be printed now is not what was issued."""


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Let everything inside be said in a language, whoever asks for it."""
    before = g.get("letter_language")
    g.letter_language = code
    try:
        with force_locale(code):
            yield
    finally:
        g.letter_language = before


def print_page(
    template: str, language: str, *, archive: bool, apart: bool, enclosed: Enclosed | None = None, **values: Any
) -> bytes:
    """Print a template of `documents/` in a language; `apart`: in a process of its own; `enclosed` lies in the PDF."""
    with in_language(language):
        html = render_template(f"documents/{template}.html", words=words, **values)
    return (print_apart if apart else print_pdf)(html, archive=archive, enclosed=enclosed)


@handles("document")
def make(payload: dict[str, Any]) -> None:
    """The worker's part: make a document's PDF, and post it to the buyer. Made before, it is only posted."""
    document = db.session.get_one(Document, payload["document_id"])
    if document.erased_at is not None:
        return
    pdf_of(document, apart=False)
    with transaction():
        document = db.session.get_one(Document, payload["document_id"])
        post_letter(
            document.kind,
            f"{document.kind}:{document.id}",
            to=document.order.buyer_email,
            language=document.language,
            now=utc_now(),
            about="order",
            about_id=document.order_id,
            document_id=document.id,
        )
        if is_einvoice(document):
            post("einvoice", f"einvoice:{document.id}", now=utc_now(), document_id=document.id)


def pdf_of(document: Document, *, apart: bool) -> bytes:
    """A document's PDF: the kept one, or made now. Raises NotMade, and notes why. Call outside a transaction."""
    assert document.erased_at is None
    kept = store.read(document.file) if document.file else None
    if kept is not None:
        return kept
    number, document_id = document.number, document.id
    try:
        pdf = _print(document, apart=apart)
        name = store.keep(pdf)
        if document.file not in (None, name):
            raise Changed(f"{document.file} is gone, and {name} is another")
    except Exception as error:  # whatever goes wrong is kept with the document, and shown
        db.session.rollback()
        _note(document_id, error=what_broke(error)[:1000])
        raise NotMade(f"{number}: {what_broke(error)[:500]}") from error
    _note(document_id, file=name, error="")
    return pdf


def _print(document: Document, *, apart: bool) -> bytes:
    if hash_of(document.data) != document.data_hash:
        raise Changed("what was frozen has been changed")
    enclosed = None
    if is_einvoice(document):
        xml = einvoice_xml(document).decode()
        enclosed = Enclosed(f"{document.number}.xml", xml, document.issued_on.isoformat())
    return print_page(document.kind, document.language, archive=True, apart=apart, enclosed=enclosed, doc=document.data)


def _note(document_id: int, **values: Any) -> None:
    with transaction():
        document = lock_row(Document, document_id)
        for name, value in values.items():
            if getattr(document, name) != value:
                setattr(document, name, value)
