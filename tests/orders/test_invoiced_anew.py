"""A public body's invoice that must be changed is credited whole, and a new one says what remains (DK-BR-002)."""

import io
import random
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from orders.bank.dues import dues_of
from orders.books.check import check_books
from orders.documents.einvoices import einvoice_xml
from orders.documents.issue import find_invoice
from orders.documents.made import make, pdf_of
from orders.documents.models import CREDIT_NOTE, INVOICE, Document
from orders.lock import lock_order
from orders.models import COMPANY, PUBLIC, Order
from orders.payments.models import TRANSFER
from orders.payments.received import note_received
from orders.refunds.give import refund_component, refund_goodwill, refund_pieces
from orders.refunds.plan import Cause
from orders.reversals.queries import gross_left, lines_left
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from tests.orders.paperwork import MUNICIPALITY, TOWN_HALL, public_order, sent_order
from tests.orders.test_credit import dispatch, let, on_invoice
from tests.orders.test_letters import letter
from tests.tools.client import PageClient


def papers(order: Order) -> list[Document]:
    db.session.rollback()
    return list(db.session.scalars(select(Document).where(Document.order_id == order.id).order_by(Document.id)))


def give(order: Order, ore: int, key: str = "a") -> None:
    with transaction():
        refund_goodwill(lock_order(order.id), ore, Cause(key, "En krukke var knust"), by=COMMAND, now=utc_now())


def check_papers(order: Order) -> None:
    """What stands is what is left; all that went before is credited to the øre, VAT by VAT."""
    left, standing = gross_left(order.id), None
    credited = {one.about_id: one for one in papers(order) if one.kind == CREDIT_NOTE}
    for one in papers(order):
        if one.kind != INVOICE:
            continue
        note = credited.get(one.id)
        if note is None:
            assert standing is None, "two invoices stand"
            standing = one
        else:
            assert (note.net_ore, note.vat_ore, note.gross_ore) == (one.net_ore, one.vat_ore, one.gross_ore)
            assert note.data["groups"] == one.data["groups"]
            assert [line["gross_ore"] for line in note.data["lines"]] == [x["gross_ore"] for x in one.data["lines"]]
    assert (standing.gross_ore if standing else 0) == left
    invoices = [one for one in papers(order) if one.kind == INVOICE]
    for before, after in pairwise(invoices):
        assert after.replaces_id == before.id
        assert after.data["replaces"]["number"] == before.number


def test_a_change_credits_the_whole_and_invoices_the_rest(example: Flask) -> None:
    order = public_order()
    give(order, 50_00)
    first, note, second = papers(order)
    assert [one.kind for one in (first, note, second)] == [INVOICE, CREDIT_NOTE, INVOICE]
    assert note.gross_ore == first.gross_ore
    assert second.gross_ore == first.gross_ore - 50_00
    assert find_invoice(order.id) is not None
    assert find_invoice(order.id).id == second.id  # type: ignore[union-attr]
    check_papers(order)
    xml = einvoice_xml(second).decode()
    assert f"<cbc:ID>{first.number}</cbc:ID>" in xml
    assert "BillingReference" in xml
    words = {one.number: said(one) for one in (note, second)}
    assert f"ophæver hele faktura {first.number}" in words[note.number]
    assert f"Erstatter faktura {first.number}" in words[second.number]
    assert check_books().holds
    give(order, 50_00)  # the same again
    assert len(papers(order)) == 3
    give(order, 25_00, "b")
    assert len(papers(order)) == 5
    check_papers(order)


def said(document: Document) -> str:
    pdf = pdf_of(document, apart=False)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_nothing_left_is_nothing_new(sqlite_example: Flask) -> None:
    order = public_order()
    give(order, order.gross_ore)
    assert [one.kind for one in papers(order)] == [INVOICE, CREDIT_NOTE]
    check_papers(order)
    with pytest.raises(Refused):
        give(order, 1, "more")


def test_a_company_gets_a_partial_credit_note(sqlite_example: Flask) -> None:
    order = sent_order(buyer=TOWN_HALL, buyer_kind=COMPANY, organisation=MUNICIPALITY)
    give(order, 50_00)
    _first, note = papers(order)
    assert note.gross_ore == 50_00
    assert not note.data.get("anew")


def test_the_letters_say_which_is_which(sqlite_example: Flask) -> None:
    order = public_order()
    give(order, 50_00)
    assert f"ophævet faktura {papers(order)[0].number}" in write(papers(order)[1])
    assert f"erstatter faktura {papers(order)[0].number}" in write(papers(order)[2])


def write(document: Document) -> str:
    make({"document_id": document.id})
    return str(letter(document.kind).body)


def test_what_is_paid_already_is_said_and_what_is_late_is_of_the_new(example: Flask) -> None:
    for key, text in (("seller.bank_reg", "1234"), ("seller.bank_account", "0001234567")):
        with transaction():
            change_setting(key, text, valid_from=local_day(utc_now()), by=COMMAND, now=utc_now())
    order = dispatch(let(on_invoice(PUBLIC), 30))
    received(order, 100_00)
    give(order, 10_00)
    first, _note, second = papers(order)
    assert second.data["paid_ore"] == 100_00
    assert second.data["due_on"] >= first.data["due_on"]
    assert "PrepaidAmount" in einvoice_xml(second).decode()
    assert "I har betalt 100,00 kr." in said(second).replace("\xa0", " ")
    due = dues_of([order.id])[order.id]
    assert set(due.invoices) == {first.number, second.number}  # a transfer may name either
    received(order, order.gross_ore - 110_00, "rest")
    assert not dues_of([order.id])[order.id].is_open
    assert check_books().holds


def received(order: Order, ore: int, key: str = "x") -> None:
    with transaction():
        note_received(
            lock_order(order.id), kind=TRANSFER, ore=ore, received_on=local_day(utc_now()), key=key, by=COMMAND,
            now=utc_now(),
        )  # fmt: skip


def test_the_database_lets_an_invoice_be_replaced_once(example: Flask) -> None:
    order = public_order()
    give(order, 50_00)
    first, _note, second = papers(order)
    for replaces in (None, first.id):
        copy: dict[str, Any] = {
            name: getattr(second, name)
            for name in ("kind", "series", "order_id", "issued_on", "issued_at", "language", "net_ore", "vat_ore",
                         "gross_ore", "data", "data_hash", "error")
        }  # fmt: skip
        with pytest.raises(DBAPIError), transaction():
            db.session.add(Document(**copy, serial=9000, number=f"X{replaces}", replaces_id=replaces))
            db.session.flush()
    with pytest.raises(DBAPIError), transaction():
        db.session.get_one(Document, second.id).replaces_id = None
        db.session.flush()


def test_the_pages_show_every_paper(sqlite_example: Flask) -> None:
    order = public_order()
    give(order, 50_00)
    office = sqlite_example.test_client()
    assert isinstance(office, PageClient)
    office.sign_in("koordinator@example.dk")
    for page in (
        office.get(f"/kontor/ordrer/{order.number}"),
        sqlite_example.test_client().get(f"/ordre/{order.token}"),
    ):
        text = page.get_data(as_text=True)
        assert all(one.number in text for one in papers(order))


@given(st.randoms(use_true_random=False), st.integers(2, 5))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_taken_back_in_whatever_order(sqlite_example: Flask, dice: random.Random, steps: int) -> None:
    order = public_order()
    for step in range(steps):
        try:
            with transaction():
                take_something(lock_order(order.id), dice, f"{order.id}:{step}")
        except Refused:
            continue
        check_papers(order)
    assert check_books().holds


def take_something(order: Order, dice: random.Random, key: str) -> None:
    cause = Cause(key, "?", render=False)
    left = [line for line in lines_left(order.id) if line.quantity]
    line = dice.choice(left)
    what = dice.randrange(3)
    if what == 0:
        pieces = {line.line_id: dice.randint(1, line.quantity)}
        less = dice.choice((0, 0, dice.randint(1, 30_00)))  # came back worth less
        refund_pieces(order, pieces, cause, by=COMMAND, now=utc_now(), less_ore=less)
    elif what == 1:
        share = dice.choice([one for one in line.shares if one.enterprise_id] or list(line.shares))
        refund_component(order, share.share_id, 1, cause, by=COMMAND, now=utc_now())
    else:
        refund_goodwill(order, dice.randint(1, gross_left(order.id)), cause, by=COMMAND, now=utc_now())
