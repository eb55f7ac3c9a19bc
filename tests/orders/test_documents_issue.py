"""Issuing documents: what is frozen, the numbers, and that nothing frozen ever changes."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from orders.documents.issue import issue_invoice, take_number
from orders.documents.lines import InvoiceLine, order_lines
from orders.documents.models import CREDIT_NOTE, Document, NumberSeries
from orders.documents.words import unit_price
from orders.lock import lock_order
from orders.moves import pack, send
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Cause
from shop.days import COPENHAGEN, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.models import Intention
from shop.journal.record import BUYER, COMMAND
from shop.settings.change import change_setting
from tests.orders.paperwork import credited, invoice_of, invoiced, sent_order
from tests.tools.world import fulfil, pay, place_order

LINE = InvoiceLine("Kurv", "Basket", 3, 11998, 2999, 14997, "S", 2500)


# --- What it says -----------------------------------------------------------------------------------------------------


def test_sending_issues_the_invoice_with_everything_the_law_asks_for(example: Flask) -> None:
    order = sent_order()
    document = invoice_of(order)
    data = document.data
    assert (document.number, document.kind, document.series, document.serial) == ("F-1", "invoice", "F-", 1)
    assert (document.net_ore, document.vat_ore, document.gross_ore) == (order.net_ore, order.vat_ore, order.gross_ore)
    assert document.issued_on == local_day(document.issued_at)
    assert data["number"] == "F-1"
    assert data["issued_on"] == document.issued_on.isoformat()
    assert data["delivered_on"] == order.wanted_on.isoformat()
    assert (data["seller"]["cvr"], data["seller"]["vat_no"]) == ("12345674", "DK12345674")
    assert (data["seller"]["name"], data["seller"]["address"]) == ("Fælleskurven – eksempel", "Eksempelvej 1")
    assert (data["buyer"]["name"], data["buyer"]["line1"], data["buyer"]["city"]) == (
        "Karla Købersen", "Prøvevej 7", "Aarhus C",
    )  # fmt: skip
    lines = data["lines"]
    assert [(line["text"], line["quantity"]) for line in lines] == [
        ("Kaffepausen", 2), ("Den grønne kurv", 1), ("Opvaskebørste", 3), ("Fragt, pakke", 1),
    ]  # fmt: skip
    assert "Kaffe, hele bønner" in lines[0]["contents"]
    assert sum(line["net_ore"] for line in lines) == order.net_ore
    assert [(group["rate_bp"], group["net_ore"], group["vat_ore"]) for group in data["groups"]] == [
        (2500, order.net_ore, order.vat_ore)
    ]
    assert lines[0]["unit_parts"] == 23920 * 100  # 299,00 with VAT


def test_an_english_order_has_an_english_invoice(sqlite_example: Flask) -> None:
    document = invoice_of(sent_order(language="en"))
    assert document.language == "en"
    assert [line["text"] for line in document.data["lines"]][:2] == ["The coffee break", "The green basket"]
    assert "Coffee, whole beans" in document.data["lines"][0]["contents"]


def test_who_gets_the_gift_is_not_on_the_invoice(sqlite_example: Flask) -> None:
    order = place_order(is_gift=True, card_text="Hemmeligt kort")
    with transaction():
        order = lock_order(order.id)
        order.recipient = {**order.recipient, "name": "Rikke Recipient", "line1": "Hemmelig Vej 9"}
    pay(order)
    fulfil(order)
    said = json.dumps(invoice_of(order).data, ensure_ascii=False)
    assert "Rikke" not in said
    assert "Hemmelig" not in said


def test_the_invoice_keeps_the_seller_of_its_day(sqlite_example: Flask) -> None:
    first = sent_order()
    with transaction():
        change_setting(
            "seller.name", "Et andet navn", valid_from=local_day(utc_now()), source="", by=COMMAND, now=utc_now()
        )
    second = sent_order()
    assert invoice_of(first).data["seller"]["name"] == "Fælleskurven – eksempel"
    assert invoice_of(second).data["seller"]["name"] == "Et andet navn"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (LINE, "39,992"),  # 49,99 with VAT: not whole øre without
        (replace(LINE, quantity=1, net_ore=31920, vat_ore=7980, gross_ore=39900), "319,20"),
        (replace(LINE, quantity=2, net_ore=47840, vat_ore=11960, gross_ore=59800, discount_ore=2000), "249,20"),
        (
            replace(LINE, quantity=3, net_ore=10000, vat_ore=0, gross_ore=10000, vat_category="E", vat_rate_bp=0),
            "33,3333",
        ),
        (replace(LINE, quantity=1, net_ore=0, vat_ore=0, gross_ore=0), "0,00"),
    ],
)
def test_the_price_a_piece_without_vat(sqlite_example: Flask, line: InvoiceLine, shown: str) -> None:
    order = place_order()
    with transaction():
        document = issue_invoice(order, now=utc_now(), lines=[line])
    assert unit_price(document.data["lines"][0]["unit_parts"]) == shown


@time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=COPENHAGEN), tick=False)
def test_the_day_is_copenhagens(sqlite_example: Flask) -> None:
    assert invoiced().issued_on == date(2026, 12, 31)
    with time_machine.travel(datetime(2027, 1, 1, 0, 30, tzinfo=COPENHAGEN), tick=False):
        assert invoiced().issued_on == date(2027, 1, 1)


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_numbers_follow_each_other_and_one_rolled_back_is_used_again(example: Flask) -> None:
    assert [invoiced().number for _ in range(3)] == ["F-1", "F-2", "F-3"]
    order = place_order()
    with pytest.raises(ZeroDivisionError), transaction():
        assert issue_invoice(order, now=utc_now()).number == "F-4"
        raise ZeroDivisionError
    assert invoiced().number == "F-4"


def test_an_order_has_one_invoice(example: Flask) -> None:
    order = sent_order()
    with transaction():
        again = issue_invoice(lock_order(order.id), now=utc_now())
    assert again.id == invoice_of(order).id
    assert db.session.scalar(select(func.count()).select_from(Document)) == 1
    second = _copied(number="'F-9'", serial="9")
    assert _refused(f"INSERT INTO document ({COLUMNS}) SELECT {second} FROM document", says="")


def test_credit_notes_have_a_series_of_their_own_and_name_the_invoice(example: Flask) -> None:
    invoiced()
    order = sent_order()
    note = credited(order)
    assert (note.number, note.about_id) == ("K-1", invoice_of(order).id)
    assert note.data["of"] == {"number": "F-2", "issued_on": note.issued_on.isoformat()}
    assert note.data["why"] == "Fortrydelse"
    assert note.gross_ore == order.gross_ore


def test_no_more_is_credited_than_was_invoiced(example: Flask) -> None:
    order = sent_order()
    lines = order_lines(order)
    credited(order, lines[:2])
    with pytest.raises(Refused):
        credited(order, lines[1:])
    assert credited(order, lines[2:]).number == "K-2"


def test_a_refund_is_credited_once(example: Flask) -> None:
    order = sent_order()
    for _ in range(2):
        with transaction():
            refund_goodwill(lock_order(order.id), 1_000, Cause("k", "prøve"), by=COMMAND, now=utc_now())
    note = db.session.scalars(select(Document).where(Document.kind == CREDIT_NOTE)).one()
    assert (note.gross_ore, note.about_id) == (1_000, invoice_of(order).id)
    assert all(line["text"].startswith("Afslag: ") for line in note.data["lines"])


def test_a_new_prefix_begins_a_series_and_two_kinds_with_one_prefix_share_it(sqlite_example: Flask) -> None:
    invoiced()
    with transaction():
        for key in ("numbers.invoice_prefix", "numbers.credit_prefix"):
            change_setting(key, "2027-", valid_from=local_day(utc_now()), source="", by=COMMAND, now=utc_now())
    order = sent_order()
    assert [invoice_of(order).number, credited(order).number, invoiced().number] == ["2027-1", "2027-2", "2027-3"]


def test_the_intention_to_print_is_posted_unless_somebody_says_no(sqlite_example: Flask) -> None:
    order = sent_order()
    keys = list(db.session.scalars(select(Intention.key).where(Intention.kind == "document")))
    assert keys == [f"document:{invoice_of(order).id}"]
    invoiced()
    quiet = place_order()
    pay(quiet)
    with transaction():
        pack(lock_order(quiet.id), by=BUYER, now=utc_now())
    with transaction():
        send(lock_order(quiet.id), by=BUYER, now=utc_now(), render=False)
    assert invoice_of(quiet).number == "F-3"
    assert list(db.session.scalars(select(Intention.key).where(Intention.kind == "document"))) == keys


# --- Frozen -----------------------------------------------------------------------------------------------------------

NAMES = [column.name for column in Document.__table__.columns if column.name != "id"]
COLUMNS = ", ".join(NAMES)


def _copied(**changed: str) -> str:
    return ", ".join(changed.get(name, name) for name in NAMES)


CHANGES = {
    "kind": "'credit_note'", "series": "'X'", "serial": "99", "number": "'X-99'", "order_id": "order_id + 1",
    "refund_id": "1", "about_id": "id", "replaces_id": "id",
    "issued_on": "'2020-01-01'", "issued_at": "'2020-01-01 00:00:00'",
    "language": "'en'", "net_ore": "net_ore + 1, gross_ore = gross_ore + 1",
    "vat_ore": "vat_ore + 1, gross_ore = gross_ore + 1", "gross_ore": "gross_ore + 1", "data": "'{}'",
    "data_hash": "'0'", "erased_at": "'2020-01-01 00:00:00'", "id": "id + 1",
}  # fmt: skip


def _refused(statement: str, says: str = "is frozen") -> bool:
    said = None
    try:
        with transaction():
            db.session.execute(text(statement))
    except DBAPIError as error:
        said = str(error.orig)
    assert said is None or says in said
    return said is not None


def test_nothing_of_a_document_can_be_changed(example: Flask) -> None:
    place_order()
    invoiced()
    assert set(CHANGES) | {"file", "error"} == {*NAMES, "id"}
    let_through = [name for name, value in CHANGES.items() if not _refused(f"UPDATE document SET {name} = {value}")]
    assert let_through == []
    assert _refused("DELETE FROM document")
    if db.engine.dialect.name == "postgresql":
        assert _refused("TRUNCATE document", says="einvoice_dispatch")  # which points at it
        assert _refused("TRUNCATE document CASCADE")
    assert invoice_of(db.session.scalars(select(Document)).one().order).number == "F-1"


def test_its_file_is_made_once_and_goes_only_when_it_is_erased(example: Flask) -> None:
    invoiced()
    assert not _refused("UPDATE document SET error = 'full'")
    assert not _refused("UPDATE document SET file = 'a.pdf', error = ''")
    assert _refused("UPDATE document SET file = 'b.pdf'")
    assert _refused("UPDATE document SET file = NULL")
    erase = "UPDATE document SET erased_at = '2032-01-01 00:00:00', "
    assert _refused(erase + "file = NULL")
    assert _refused(erase + "data = '{}'")
    assert _refused(erase + "data = '{}', file = NULL, number = 'F-2'")
    assert not _refused(erase + "data = '{}', file = NULL")
    assert _refused("UPDATE document SET erased_at = NULL")
    assert _refused("UPDATE document SET file = 'a.pdf', data = '{\"x\": 1}'")
    assert _refused("DELETE FROM document")


def test_a_number_is_never_given_back(example: Flask) -> None:
    invoiced()
    for statement in (
        "UPDATE number_series SET last = 0",
        "UPDATE number_series SET last = last",
        "DELETE FROM number_series",
    ):
        assert _refused(statement), statement
    if db.engine.dialect.name == "postgresql":
        assert _refused("TRUNCATE number_series")


def test_a_stranger_on_sqlite_cannot_replace_a_document(sqlite_example: Flask) -> None:
    """A connection that has not asked for recursive triggers deletes in a REPLACE without the delete trigger."""
    first = invoiced()
    db.session.rollback()
    path = str(db.engine.url.database)
    assert Path(path).exists()
    english = _copied(language="'en'")
    replaced = [
        f"INSERT OR REPLACE INTO document (id, {COLUMNS}) SELECT id, {english} FROM document",
        f"INSERT OR REPLACE INTO document ({COLUMNS}) SELECT {english} FROM document",
        "INSERT OR REPLACE INTO number_series (series, last) VALUES ('F-', 0)",
    ]
    with closing(sqlite3.connect(path)) as stranger:
        for statement in replaced:
            with pytest.raises(sqlite3.IntegrityError):
                stranger.execute(statement)
            stranger.rollback()
    assert db.session.get_one(Document, first.id).gross_ore == first.gross_ore


def test_series_know_only_their_own_numbers(example: Flask) -> None:
    with transaction():
        taken: list[Any] = [take_number(name) for name in ("A-", "A-", "B-", "A-")]
    assert taken == [1, 2, 1, 3]
    rows = db.session.execute(select(NumberSeries.series, NumberSeries.last).order_by(NumberSeries.series)).all()
    assert [tuple(row) for row in rows] == [("A-", 3), ("B-", 1)]
