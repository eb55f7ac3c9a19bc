"""Where documents are offered: the order's page, the office, the command line; and to whom."""

import json

from flask import Flask

from orders.documents.models import INVOICE, Document
from orders.documents.store import path_of
from orders.example import place_orders
from shop.cli import documents as documents_group
from shop.days import utc_now
from shop.db import db
from shop.jobs.models import Intention
from shop.jobs.outbox import due_intentions
from tests.orders.office_room import SUPPLIER, Office, words
from tests.orders.paperwork import credited, invoice_of, invoiced, sent_order
from tests.orders.test_documents_made import work
from tests.tools.statements import counted
from tests.tools.world import pay, place_order


def test_the_buyer_finds_the_documents_on_the_order(example: Flask) -> None:
    order = sent_order()
    credited(order)
    buyer = example.test_client()
    page = buyer.get(f"/ordre/{order.token}").text
    for name in ("F-1.pdf", "K-1.pdf", "ordrebekraeftelse.pdf"):
        address = f"/ordre/{order.token}/dokumenter/{name}"
        assert f'href="{address}"' in page
        answer = buyer.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-1.7")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "foelgeseddel" not in page
    assert f"/en/ordre/{order.token}/dokumenter/F-1.pdf" in buyer.get(f"/en/ordre/{order.token}").text


def test_another_orders_document_is_not_there(example: Flask) -> None:
    mine, theirs = sent_order(), sent_order()
    buyer = example.test_client()
    number = invoice_of(theirs).number
    for path in (
        f"/ordre/{mine.token}/dokumenter/{number}.pdf", f"/ordre/findes-ikke/dokumenter/{number}.pdf",
        f"/ordre/{mine.token}/dokumenter/F-99.pdf", f"/ordre/{mine.token}/dokumenter/%00.pdf",
        "/ordre/findes-ikke/dokumenter/ordrebekraeftelse.pdf",
    ):  # fmt: skip
        assert buyer.get(path).status_code == 404, path


def test_an_unpaid_order_has_no_documents(sqlite_example: Flask) -> None:
    order = place_order()
    buyer = sqlite_example.test_client()
    assert "Dokumenter" not in buyer.get(f"/ordre/{order.token}").text
    assert buyer.get(f"/ordre/{order.token}/dokumenter/ordrebekraeftelse.pdf").status_code == 404
    pay(order)
    assert "ordrebekraeftelse.pdf" in buyer.get(f"/ordre/{order.token}").text


def test_the_office_finds_every_document(example: Flask) -> None:
    order = sent_order()
    office = Office(example)
    page = office.get(f"/kontor/ordrer/{order.number}")
    for path in (f"/kontor/ordrer/{order.number}/foelgeseddel.pdf", "/kontor/dokumenter/F-1.pdf"):
        assert f'href="{path}"' in page
        assert office.client.get(path).data.startswith(b"%PDF")
    for _ in range(25):
        invoiced()
    assert "1–24 af 26" in words(office.get("/kontor/dokumenter"))
    assert ">Faktura F-1</a>" in office.get("/kontor/dokumenter?side=2")
    for search in ("F-1", order.number, "karla", "KØBERSEN"):
        assert "F-1" in words(office.get(f"/kontor/dokumenter?sog={search}"))
    for nothing in ("?sog=findes-ikke", "?vis=mangler", "?sog=%00%25&vis=mangler&side=-4"):
        assert "/kontor/dokumenter/F-" not in office.get(f"/kontor/dokumenter{nothing}")
    office.get("/kontor/dokumenter/F-999.pdf", 404)
    office.get("/kontor/ordrer/9/foelgeseddel.pdf", 404)


def test_the_list_asks_no_more_for_more_documents(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    invoiced()
    with counted() as few:
        office.get("/kontor/dokumenter")
    for _ in range(10):
        invoiced()
    with counted() as many:
        office.get("/kontor/dokumenter")
    assert len(many) == len(few) <= 12


def test_a_partner_sees_none_of_it(sqlite_example: Flask) -> None:
    order = sent_order()
    partner = Office(sqlite_example, SUPPLIER)
    for path in ("dokumenter", "dokumenter/F-1.pdf", f"ordrer/{order.number}/foelgeseddel.pdf"):
        partner.get(f"/kontor/{path}", 403)


def test_the_command_line_lists_them(example: Flask) -> None:
    order = sent_order()
    credited(order)
    work()
    run = example.test_cli_runner()
    told = run.invoke(documents_group, ["list", "--json"])
    assert told.exit_code == 0, told.output
    invoice, note = json.loads(told.stdout)
    assert (invoice["number"], invoice["kind"], invoice["issued_on"]) == (
        "F-1", "invoice", invoice_of(order).issued_on.isoformat(),
    )  # fmt: skip
    assert (invoice["net_ore"], invoice["vat_ore"], invoice["gross_ore"]) == (
        order.net_ore,
        order.vat_ore,
        order.gross_ore,
    )
    assert invoice["file"] == str(path_of(str(invoice_of(order).file)))
    assert (note["number"], note["kind"], note["about"], note["file"]) == ("K-1", "credit_note", "F-1", None)
    plain = run.invoke(documents_group, ["list"]).stdout.splitlines()
    assert plain[0].split("\t")[:2] == ["F-1", "invoice"]
    assert "Karla" not in told.stdout


def test_example_orders_have_numbers_and_their_pdfs_wait_to_be_asked_for(sqlite_example: Flask) -> None:
    place_orders(12, seed=1, now=utc_now(), progress=lambda _text: None)
    documents = db.session.query(Document).order_by(Document.id).all()
    invoices = [document for document in documents if document.kind == INVOICE]
    assert [document.serial for document in invoices] == list(range(1, len(invoices) + 1))
    assert [document.issued_on for document in invoices] == sorted(document.issued_on for document in invoices)
    assert len(invoices) >= 6
    assert all(document.file is None for document in documents)
    assert due_intentions(utc_now())  # the letters of confirmation
    assert db.session.query(Intention).filter(Intention.kind == "document").count() == 0
    first = documents[0]
    answer = sqlite_example.test_client().get(f"/ordre/{first.order.token}/dokumenter/{first.number}.pdf")
    assert answer.status_code == 200
