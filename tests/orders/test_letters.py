"""Letters about an order: everything the law asks for is in the confirmation itself, and the terms are attached."""

import io
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from orders.documents.terms import terms_pdf
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel
from orders.terms import terms_no, terms_sections
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.mail.deliver import write_out
from shop.mail.models import Letter
from shop.settings.change import change_setting
from shop.web.absolute import absolute
from tests.tools.world import fulfil, pay, place_order


def letter(kind: str) -> Any:
    """The newest letter of a kind, written out."""
    found = db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id.desc())).first()
    assert found is not None
    return write_out(found)


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


def confirmed(**more: Any) -> Order:
    order = place_order(
        [("kaffepausen", 2), ("soendagskurven", 1)], card_text="Tillykke & <b>hej</b>", terms_no=terms_no(), **more
    )
    pay(order)
    return order


def test_the_confirmation_holds_the_whole_agreement(sqlite_example: Flask) -> None:
    order = confirmed()
    message = letter("order_confirmation")
    assert message.subject == f"Ordre {order.number} er på plads"
    assert message.to == ["karla@example.com"]
    said = (
        "2 × Kaffepausen (299,00 kr. stykket): 598,00 kr.",
        "Med Flettet kurv, lille, Kaffe, hele bønner",
        "Fragt, pakke",
        "I alt med moms: 1.",
        "Heraf moms, 25 %:",
        "Prøvevej 7",
        "8000 Aarhus C",
        "Fælleskurven – eksempel",
        "CVR-nr. 12345674",
        "DK12345674",
        "kontakt@example.dk",
        "Eksempelvej 1, 8000 Aarhus C",
        "inden 14 dage",
        "Ingen fortrydelsesret, fordi det ikke kan holde sig: Honningkage.",
        "Kan kun fortrydes, så længe forseglingen er hel:",
        f"Fortryd aftalen her: http://127.0.0.1:8000/ordre/{order.token}/fortryd",
        "Standardfortrydelsesformular",
        "Denne formular udfyldes og returneres kun, hvis fortrydelsesretten gøres gældende",
        "Mæglingsteamet for Forbrugerklager, Nævnenes Hus, Toldboden 2, 8800 Viborg",
        "2 års reklamationsret",
        f"http://127.0.0.1:8000/ordre/{order.token}",
        "Tillykke & <b>hej</b>",
    )
    for text in said:
        assert text in message.body, text
    assert "{seller" not in message.body + html_of(message)
    page = html_of(message)
    assert "<b>hej</b>" not in page
    assert "Tillykke &amp; &lt;b&gt;hej&lt;/b&gt;" in page
    for text in (
        "Mæglingsteamet for Forbrugerklager",
        "Standardfortrydelsesformular",
        "598,00 kr.",
        "CVR-nr. 12345674",
    ):
        assert text in page
    assert "src=" not in page


def test_the_terms_are_attached_as_a_pdf_for_everybody(sqlite_example: Flask) -> None:
    confirmed()
    name, content, kind = letter("order_confirmation").attachments[0]
    assert (name, kind) == ("handelsbetingelser.pdf", "application/pdf")
    pdf = PdfReader(io.BytesIO(content))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for said in ("Handelsbetingelser", "Fortrydelsesret i 14 dage", "Standardfortrydelsesformular", "Toldboden 2"):
        assert said in text
    catalogue: Any = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "da"
    assert "pdfuaid" in catalogue["/Metadata"].get_object().get_data().decode()
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Handelsbetingelser"


def test_the_pdf_is_made_once_for_each_text(sqlite_example: Flask) -> None:
    today = local_day(utc_now())
    first = terms_pdf(terms_no(), on=today)
    kept = list((sqlite_example.config["SETTINGS"].data_dir / "terms").iterdir())
    assert len(kept) == 1
    kept[0].write_bytes(b"kept")
    assert terms_pdf(terms_no(), on=today) == b"kept"
    assert first.startswith(b"%PDF")


def test_the_terms_are_those_that_were_accepted(sqlite_example: Flask) -> None:
    number = terms_no()
    confirmed()
    section = {"heading_da": "Nyt", "heading_en": "New", "text_da": "Alt er nyt.", "text_en": "All is new."}
    with transaction():
        change_setting(
            "terms.sections",
            {"title_da": "Nye", "title_en": "New", "sections": [section]},
            valid_from=local_day(utc_now()),
            by=COMMAND,
            now=utc_now(),
        )
    assert terms_no() != number
    assert [part.heading for part in terms_sections()] == ["Nyt"]
    assert len(terms_sections(number)) > 5
    message = letter("order_confirmation")
    assert "Alt er nyt." not in message.body
    assert "Standardfortrydelsesformular" in message.body


def test_in_english(sqlite_example: Flask) -> None:
    order = confirmed(language="en")
    message = letter("order_confirmation")
    assert "The coffee break" in message.body
    assert "Model withdrawal form" in message.body
    assert f"http://127.0.0.1:8000/en/ordre/{order.token}" in message.body
    assert "DKK 598.00" in message.body
    pdf = PdfReader(io.BytesIO(message.attachments[0][1]))
    assert "Model withdrawal form" in " ".join(page.extract_text() for page in pdf.pages)


def test_pick_up_says_where_and_who(sqlite_example: Flask) -> None:
    confirmed(delivery="pickup", place="hos-flexvirk")
    body = letter("order_confirmation").body
    assert "Hent hos FlexVirk" in body
    assert "Eksempelvej 8" in body
    assert "Modtager: Karla Købersen" in body


def test_sent_and_cancelled(sqlite_example: Flask) -> None:
    order = confirmed()
    fulfil(order)
    message = letter("order_sent")
    assert message.subject == f"Ordre {order.number} er på vej"
    assert "Din ordre er sendt og er fremme" in message.body
    assert f"/ordre/{order.token}" in html_of(message)
    other = confirmed()
    with transaction():
        cancel(lock_order(other.id), by=COMMAND, now=utc_now(), why="<b>Kaffen</b> kom ikke.")
    message = letter("order_cancelled")
    assert "Grunden er: <b>Kaffen</b> kom ikke." in message.body
    assert "&lt;b&gt;Kaffen&lt;/b&gt;" in html_of(message)
    assert "Der er ikke trukket penge." in message.body


@pytest.mark.parametrize("address", ["https://kurv.example.dk", "https://kurv.example.dk/"])
def test_links_begin_with_the_shops_own_address(sqlite_example: Flask, address: str) -> None:
    with transaction():
        change_setting("seller.url", address, valid_from=local_day(utc_now()), by=COMMAND, now=utc_now())
    assert absolute("/ordre/x") == "https://kurv.example.dk/ordre/x"
    with sqlite_example.test_request_context("/", headers={"Host": "evil.example"}):
        assert absolute("/ordre/x") == "https://kurv.example.dk/ordre/x"
