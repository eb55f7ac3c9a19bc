"""Making PDFs: by the worker or by whoever asks first, once, posted once; and what happens when it fails."""

import hashlib
import resource
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update

from orders.buyers import get_whole_order
from orders.documents import store
from orders.documents import words as document_words
from orders.documents.erase import erase_documents
from orders.documents.made import Changed, NotMade, make, pdf_of
from orders.documents.models import Document
from orders.erase import erase_recipients
from orders.models import Order
from orders.papers import confirmation_of, delivery_note_of
from orders.trouble import needs_a_hand
from shop.config import ROOT
from shop.days import COPENHAGEN, local_day, utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, due_intentions
from shop.mail.deliver import write_out
from shop.mail.models import Letter
from tests.orders.office_room import Office, words
from tests.orders.paperwork import credited, invoice_of, invoiced, said_in, sent_order


def work() -> list[str]:
    """What the worker would do now; the reasons of what failed."""
    db.session.rollback()
    soon = utc_now() + timedelta(seconds=5)
    tried: set[int] = set()
    while due := [number for number in due_intentions(soon) if number not in tried]:
        for number in due:
            carry_out(number, now=soon)
        tried.update(due)
    return list(db.session.scalars(select(Intention.error).where(Intention.error != "")))


def again() -> list[str]:
    """What the worker would do when it tries again."""
    with transaction():
        db.session.execute(update(Intention).where(Intention.done_at.is_(None)).values(due_at=utc_now()))
    return work()


def letters(kind: str) -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind)))


def broken_folder() -> Path:
    """Something that is no folder lies where documents are to be kept."""
    path = store.path_of("aa.pdf").parent.parent
    path.write_text("no folder")
    return path


# --- The worker -------------------------------------------------------------------------------------------------------


def test_the_worker_makes_the_pdf_and_posts_it_once(example: Flask) -> None:
    order = sent_order()
    assert work() == []
    document = invoice_of(order)
    assert document.file is not None
    path = store.path_of(document.file)
    pdf = path.read_bytes()
    assert document.file == f"{hashlib.sha256(pdf).hexdigest()}.pdf"
    assert path.parent.name == document.file[:2]
    make({"document_id": document.id})
    (letter,) = letters("invoice")
    assert letter.to_address == order.buyer_email
    message = write_out(letter)
    assert message.subject == f"Faktura F-1 for ordre {order.number}"
    assert message.attachments == [("F-1.pdf", pdf, "application/pdf")]
    assert "Du skal ikke gøre noget." in message.body
    assert [part.name for part in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("language", "subject"), [("da", "Kreditnota K-1 for ordre"), ("en", "Credit note K-1 for order")]
)
def test_a_credit_note_is_posted_in_the_buyers_language(sqlite_example: Flask, language: str, subject: str) -> None:
    order = sent_order(language=language)
    credited(order, render=True)
    assert work() == []
    (letter,) = letters("credit_note")
    message = write_out(letter)
    assert message.subject == f"{subject} {order.number}"
    assert message.attachments[0][0] == "K-1.pdf"


def test_whoever_asks_first_has_it_made_and_the_letter_comes_all_the_same(sqlite_example: Flask) -> None:
    order = sent_order()
    shown = sqlite_example.test_client().get(f"/ordre/{order.token}/dokumenter/F-1.pdf")
    assert (shown.status_code, shown.mimetype) == (200, "application/pdf")
    assert letters("invoice") == []
    assert work() == []
    document = invoice_of(order)
    assert shown.data == store.read(str(document.file))
    assert len(letters("invoice")) == 1


def test_a_kept_file_is_never_made_again(sqlite_example: Flask) -> None:
    document = invoiced()
    first = pdf_of(document, apart=False)
    stamp = store.path_of(str(document.file)).stat().st_mtime_ns
    assert pdf_of(document, apart=False) == first
    assert store.path_of(str(document.file)).stat().st_mtime_ns == stamp


# --- Bad luck ---------------------------------------------------------------------------------------------------------


def test_a_template_that_fails_burns_no_number_and_the_office_is_told(
    example: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(document_words, "unit_price")  # the template asks for what is not there
    order = sent_order()
    errors = work()
    assert any("unit_price" in error for error in errors)
    document = invoice_of(order)
    assert (document.number, document.file, order.state) == ("F-1", None, "sent")
    assert "unit_price" in document.error
    assert needs_a_hand(utc_now()).documents == 1
    office = Office(example)
    assert "1 dokument kunne ikke laves som PDF." in words(office.get("/kontor"))
    listed = office.get("/kontor/dokumenter?vis=mangler")
    assert "F-1" in listed
    assert "unit_price" in listed
    monkeypatch.undo()
    assert again() == []
    assert invoice_of(order).error == ""
    assert needs_a_hand(utc_now()).documents == 0
    assert len(letters("invoice")) == 1
    assert invoiced().number == "F-2"


def test_no_place_for_the_file_is_told_and_tried_again(example: Flask) -> None:
    order = sent_order()
    in_the_way = broken_folder()
    assert any("FileExistsError" in error or "NotADirectoryError" in error for error in work())
    assert invoice_of(order).file is None
    assert needs_a_hand(utc_now()).documents == 1
    assert example.test_client().get(f"/ordre/{order.token}/dokumenter/F-1.pdf").status_code == 503
    in_the_way.unlink()
    assert again() == []
    assert invoice_of(order).error == ""
    assert len(letters("invoice")) == 1


def test_a_full_disk_leaves_no_half_file(sqlite_example: Flask) -> None:
    """The system refuses to write more than so many bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
        with pytest.raises(OSError, match=r"\[Errno"):
            store.keep(b"x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    name = f"{hashlib.sha256(b'x' * 10_000).hexdigest()}.pdf"
    assert list(store.path_of(name).parent.iterdir()) == []
    assert store.keep(b"x" * 10_000) == name
    assert store.read(name) == b"x" * 10_000


def test_a_lost_or_damaged_file_comes_back_as_it_was(sqlite_example: Flask) -> None:
    document = invoiced()
    first = pdf_of(document, apart=False)
    path = store.path_of(str(document.file))
    path.unlink()
    assert pdf_of(document, apart=False) == first
    path.write_bytes(first[:100])
    assert store.read(str(document.file)) is None
    assert pdf_of(document, apart=False) == first
    assert path.read_bytes() == first


def test_what_would_look_different_now_is_not_shown(
    sqlite_example: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file is gone and the style has changed since: better nothing than another document under the same number."""
    document = invoiced()
    pdf_of(document, apart=False)
    store.path_of(str(document.file)).unlink()
    other = tmp_path / "print.css"
    other.write_text((ROOT / "templates/documents/print.css").read_text() + "h1 { color: red }")
    monkeypatch.setattr("orders.documents.press.STYLE", other)
    with pytest.raises(NotMade):
        pdf_of(document, apart=False)
    assert "another" in invoice_of(document.order).error
    monkeypatch.undo()
    pdf_of(document, apart=False)
    assert invoice_of(document.order).error == ""


def test_data_that_somebody_has_changed_is_not_printed(sqlite_example: Flask) -> None:
    """Whoever can drop a trigger can change a row; the hash still tells."""
    document = invoiced()
    with transaction():
        db.session.execute(text("DROP TRIGGER document_frozen"))
        changed = {**document.data, "gross_ore": 1}
        db.session.execute(update(Document).where(Document.id == document.id).values(data=changed))
    with pytest.raises(NotMade) as refused:
        pdf_of(db.session.get_one(Document, document.id), apart=False)
    assert isinstance(refused.value.__cause__, Changed)


def test_an_erased_document_is_shown_to_nobody(example: Flask) -> None:
    order = sent_order()
    work()
    with transaction():
        values = {"erased_at": utc_now(), "data": {}, "file": None}
        db.session.execute(update(Document).where(Document.order_id == order.id).values(values))
    office, buyer = Office(example), example.test_client()
    assert buyer.get(f"/ordre/{order.token}/dokumenter/F-1.pdf").status_code == 404
    assert "F-1.pdf" not in buyer.get(f"/ordre/{order.token}").text
    office.get("/kontor/dokumenter/F-1.pdf", 404)
    assert "slettet" in words(office.get("/kontor/dokumenter"))
    make({"document_id": invoice_of(order).id})  # a late intention changes nothing


def test_what_a_document_says_is_erased_five_years_after_its_year(example: Flask) -> None:
    with time_machine.travel(datetime(2026, 1, 1, 1, tzinfo=COPENHAGEN), tick=False):
        old, kept = invoiced(), invoiced()
        pdf_of(old, apart=False)
    with time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=COPENHAGEN), tick=False):
        last = invoiced()
    path = store.path_of(str(old.file))
    with time_machine.travel(datetime(2031, 12, 31, 23, tzinfo=COPENHAGEN), tick=False):
        erase_documents()
    assert path.exists()
    assert db.session.get_one(Document, old.id).erased_at is None
    with time_machine.travel(datetime(2032, 1, 1, 1, tzinfo=COPENHAGEN), tick=False):
        fresh = invoiced()
        erase_documents()
    assert not path.exists()
    for document in (old, kept, last):
        row = db.session.get_one(Document, document.id)
        assert (row.data, row.file) == ({}, None)
        assert row.erased_at is not None
        assert row.gross_ore == row.net_ore + row.vat_ore > 0
    assert db.session.get_one(Document, fresh.id).data["buyer"]["name"] == "Karla Købersen"


# --- Papers without a number ------------------------------------------------------------------------------------------


def test_papers_are_kept_and_go_with_the_recipient(example: Flask) -> None:
    order = sent_order(is_gift=True)
    first = confirmation_of(get_whole_order(order.id), apart=False)
    note = delivery_note_of(get_whole_order(order.id), apart=False)
    folder = store.paper_path(order.id, "x").parent
    assert len(list(folder.iterdir())) == 2
    assert confirmation_of(get_whole_order(order.id), apart=False) == first
    assert "Prøvevej 7" in said_in(note)
    long_ago = utc_now() - timedelta(days=200)
    with transaction():
        old = {"wanted_on": local_day(long_ago), "sent_at": long_ago}
        db.session.execute(update(Order).where(Order.id == order.id).values(old))
    erase_recipients()
    assert not folder.exists()
    assert "Navn og adresse er slettet" in said_in(delivery_note_of(get_whole_order(order.id), apart=False))
    assert invoice_of(order).data["buyer"]["line1"] == "Prøvevej 7"  # the books need the buyer
