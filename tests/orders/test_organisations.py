"""A company and a public body buy as guests: what they type, what their invoice says, and its e-invoice."""

import io
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from orders.documents.einvoices import einvoice_xml
from orders.documents.issue import issue_invoice
from orders.documents.made import pdf_of
from orders.documents.models import CREDIT_NOTE, Document
from orders.lock import lock_order
from orders.models import COMPANY, PRIVATE, PUBLIC, Order
from orders.moves import pack, send
from orders.organisation import Organisation
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Cause
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from tests.orders.paperwork import MUNICIPALITY, TOWN_HALL, invoice_of, public_order, sent_order
from tests.orders.shopper import TYPED, Shopper
from tests.orders.test_letters import html_of, letter
from tests.tools.client import PageClient
from tests.tools.einvoice_rules import broken_rules
from tests.tools.world import pay, place_order

COMPANY_TYPED = {**TYPED, "buyer_kind": "company", "org_name": "Firma A/S", "cvr": "DK 12 34 56 74"}
PUBLIC_TYPED = {
    **TYPED, "buyer_kind": "public", "org_name": "Eksempel Kommune", "gln": "5798009811578", "reference": "HAHA",
    "requisition": "REK-778", "account_string": "1234567890",
}  # fmt: skip


def _bought() -> Order:
    return db.session.scalars(select(Order)).one()


@pytest.mark.parametrize("typed", [COMPANY_TYPED, PUBLIC_TYPED])
def test_an_organisation_buys_as_a_guest(ready: Shopper, typed: dict[str, str]) -> None:
    ready.tell(**typed)
    assert ready.path == "/kassen/bestil"
    assert typed["org_name"] in ready.page
    assert "att" in ready.page.lower() or "Karla Købersen" in ready.page
    assert "Fortryder du?" not in ready.page
    ready.order()
    order = _bought()
    assert (order.buyer_kind, order.buyer_name) == (typed["buyer_kind"], typed["org_name"])
    assert order.buyer_address["attention"] == "Karla Købersen"
    kept = Organisation(**order.organisation)
    assert kept.cvr == ("12345674" if typed is COMPANY_TYPED else "")
    assert kept.gln == typed.get("gln", "")
    assert kept.account_string == typed.get("account_string", "")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({**COMPANY_TYPED, "cvr": "12345678"}, "cvr", "kontroltallet passer ikke"),
        ({**COMPANY_TYPED, "cvr": ""}, "cvr", "Skriv CVR-nummeret"),
        ({**COMPANY_TYPED, "org_name": " "}, "org_name", "institutionens navn"),
        ({**PUBLIC_TYPED, "gln": "5798009811579"}, "gln", "kontroltal"),
        ({**PUBLIC_TYPED, "gln": "579800981157"}, "gln", "13 tal"),
        ({**PUBLIC_TYPED, "gln": ""}, "gln", "Skriv EAN-nummeret"),
        ({**PUBLIC_TYPED, "reference": ""}, "reference", "Skriv den reference"),
        ({**PUBLIC_TYPED, "requisition": "a\u0007"}, "requisition", "usynligt tegn"),
        ({**PUBLIC_TYPED, "cvr": "1"}, "cvr", "kontroltallet passer ikke"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(ready: Shopper, typed: dict[str, str], field: str, said: str) -> None:
    page = ready.tell(**typed)
    assert ready.status == 422
    assert said in page
    assert f'href="#{field}"' in page
    assert 'value="Karla Købersen"' in page  # nothing typed is lost


def test_a_private_buyer_is_asked_for_no_number(ready: Shopper) -> None:
    ready.tell(cvr="wrong", buyer_kind="nonsense")
    assert ready.path == "/kassen/bestil"
    ready.order()
    order = _bought()
    assert (order.buyer_kind, order.organisation) == (PRIVATE, {})


def test_the_invoice_of_a_public_body_is_an_e_invoice(example: Flask) -> None:
    document = invoice_of(public_order())
    xml = einvoice_xml(document)
    assert broken_rules(xml) == []
    said = xml.decode()
    for text in ("5798009811578", "HAHA", "REK-778", "1234567890", "Hanne Hansen", ">48<", document.number):
        assert text in said
    assert f">{document.gross_ore / 100:.2f}</cbc:PrepaidAmount>" in said
    assert ">0.00</cbc:PayableAmount>" in said
    assert ">FC</cbc:AllowanceChargeReasonCode>" in said  # the freight
    pdf = pdf_of(document, apart=False)
    read = PdfReader(io.BytesIO(pdf))
    assert read.attachments[f"{document.number}.xml"] == [xml]
    catalogue: Any = read.trailer["/Root"]
    assert catalogue["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for text in ("5798009811578", "HAHA", "REK-778", "1234567890"):
        assert text in words
    sent = einvoice_xml(document, pdf)
    assert broken_rules(sent) == []
    assert b"EmbeddedDocumentBinaryObject" in sent
    assert b"EmbeddedDocumentBinaryObject" not in xml


def test_a_discount_and_a_credit_note_are_e_invoices_too(example: Flask) -> None:
    order = sent_order(buyer=TOWN_HALL, buyer_kind=COMPANY, organisation=MUNICIPALITY, language="en")
    with transaction():
        cause = Cause(key="k", why="Buler")
        refund_goodwill(lock_order(order.id), 5000, cause, by=COMMAND, now=utc_now())
    note = db.session.scalars(select(Document).where(Document.kind == CREDIT_NOTE)).one()
    xml = einvoice_xml(note)
    assert broken_rules(xml) == []
    assert f"<cbc:ID>{invoice_of(order).number}</cbc:ID>" in xml.decode()
    assert b">50.00</cbc:PayableAmount>" in xml


def test_what_their_system_would_send_back_is_refused_before_it_has_a_number(example: Flask) -> None:
    order = place_order(
        [("kaffepausen", 1)], buyer=TOWN_HALL, buyer_kind=COMPANY, organisation=Organisation("Firma A/S")
    )
    pay(order)
    with transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    with pytest.raises(Refused, match="Køberens EAN- eller CVR-nummer mangler"), transaction():
        send(lock_order(order.id), by=COMMAND, now=utc_now())
    assert db.session.scalar(select(Document)) is None


def test_a_seller_without_an_account_is_told_so(example: Flask) -> None:
    with transaction():
        for name in ("seller.bank_reg", "seller.bank_account", "seller.iban", "seller.fik_creditor"):
            change_setting(name, "", valid_from=local_day(utc_now()), by=COMMAND, now=utc_now())
    order = place_order([("kaffepausen", 1)], buyer=TOWN_HALL, buyer_kind=PUBLIC, organisation=MUNICIPALITY)
    with pytest.raises(Refused, match="BR-61"), transaction():
        issue_invoice(lock_order(order.id), now=utc_now(), due_on=order.wanted_on)


def test_the_xml_is_had_by_its_people_alone(example: Flask, client: PageClient) -> None:
    order = public_order()
    number = invoice_of(order).number
    page = client.get(f"/ordre/{order.token}").get_data(as_text=True)
    assert f"/ordre/{order.token}/dokumenter/{number}.xml" in page
    answer = client.get(f"/ordre/{order.token}/dokumenter/{number}.xml")
    assert answer.mimetype == "application/xml"
    assert broken_rules(answer.data) == []
    assert client.get(f"/ordre/{'x' * 32}/dokumenter/{number}.xml").status_code == 404
    private = sent_order()
    own = invoice_of(private).number
    assert client.get(f"/ordre/{private.token}/dokumenter/{own}.xml").status_code == 404
    assert client.get(f"/ordre/{private.token}/dokumenter/{number}.xml").status_code == 404


def test_no_right_is_promised_that_the_law_does_not_give(example: Flask, client: PageClient) -> None:
    order = public_order()
    pages = [client.get(f"/ordre/{order.token}").get_data(as_text=True)]
    message = letter("order_confirmation")
    pages += [str(message.body), html_of(message)]
    for page in pages:
        assert "ingen fortrydelsesret efter loven" in page
        # The terms, which lie in the letter, say it of consumers.
        for promise in ("Du kan fortryde inden", "Du kan fortryde til og med", "dages fortrydelsesret fra"):
            assert promise not in page
    pdf = client.get(f"/ordre/{order.token}/dokumenter/ordrebekraeftelse.pdf").data
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "ingen fortrydelsesret efter loven" in words
    assert "Du kan fortryde" not in words
