"""The PDFs of documents: what they say, in both languages, and that a screen reader can go through them."""

import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from orders.buyers import get_whole_order
from orders.documents import press, store
from orders.documents.issue import issue_invoice
from orders.documents.lines import order_lines
from orders.documents.made import pdf_of
from orders.documents.press import NotPrinted, print_apart, print_pdf
from orders.documents.terms import terms_pdf
from orders.lock import lock_order
from orders.papers import confirmation_of, delivery_note_of
from orders.payments.pay import start_payment
from orders.refunds.discount import give_discount
from orders.refunds.give import refund_pieces
from orders.refunds.plan import Bearer, Cause
from orders.terms import terms_no
from shop.config import ROOT
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.journal.record import COMMAND
from tests.house.reading import danish_in, english_in, names_of_the_shop
from tests.orders.paperwork import Tagged, credited, findings, invoice_of, invoiced, said_in, sent_order
from tests.tools.world import pay, place_order

KINDS = ("invoice", "long", "credit_note", "confirmation", "delivery_note", "terms")
ARCHIVED = ("invoice", "long", "credit_note")


def printed(kind: str, language: str = "da") -> bytes:
    """A PDF of each kind."""
    if kind == "terms":
        return terms_pdf(terms_no(), on=local_day(utc_now()))
    if kind == "long":
        return pdf_of(invoiced(60, language=language), apart=False)
    order = sent_order(language=language, is_gift=True, card_text="Kort <b>&</b>")
    if kind == "invoice":
        return pdf_of(invoice_of(order), apart=False)
    if kind == "credit_note":
        return pdf_of(credited(order), apart=False)
    return {"confirmation": confirmation_of, "delivery_note": delivery_note_of}[kind](
        get_whole_order(order.id), apart=False
    )


# --- For whoever hears it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_pdfua_finds_nothing(sqlite_example: Flask, kind: str) -> None:
    assert findings(printed(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_structure_can_be_gone_through(sqlite_example: Flask, kind: str) -> None:
    pdf = Tagged(printed(kind, "en"))
    assert pdf.catalogue["/Lang"] == ("da" if kind == "terms" else "en")
    assert pdf.catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [found["/S"] for found in pdf.elements() if found["/S"] == "/H1"] == ["/H1"]
    empty = [found["/S"] for found in pdf.elements() if str(found["/S"]).startswith("/H") and not found.get("/K")]
    assert empty == []
    figures = pdf.elements("/Figure")
    assert [str(found.get("/Alt", "")) for found in figures] == (
        [f"Woven from order {_number(pdf)}"] if kind == "confirmation" else []
    )
    for table in pdf.elements("/Table"):
        heads = pdf.within(table, "/TH")
        assert heads
        assert {str(head["/A"]["/Scope"]) for head in heads} <= {"/Row", "/Column"}
        names = {bytes(head["/ID"].original_bytes) for head in heads}
        for cell in pdf.within(table, "/TD"):
            linked = {bytes(name.original_bytes) for name in cell["/A"]["/Headers"]}
            assert linked
            assert linked <= names


def _number(pdf: Tagged) -> str:
    title: Any = pdf.reader.metadata
    return str(title.title).rsplit(maxsplit=1)[1]


@pytest.mark.parametrize("kind", ["invoice", "confirmation", "terms"])
def test_each_says_in_one_description_which_standards_it_keeps(sqlite_example: Flask, kind: str) -> None:
    pdf = Tagged(printed(kind))
    assert pdf.metadata.count("<rdf:RDF") == 1
    assert 'pdfuaid:part="1"' in pdf.metadata
    assert ('pdfaid:part="3"' in pdf.metadata and 'pdfaid:conformance="A"' in pdf.metadata) == (kind in ARCHIVED)
    # PDF/A knows the mark of PDF/UA only when it is described, with these very prefixes.
    assert ("<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in pdf.metadata) == (kind in ARCHIVED)
    assert ("/OutputIntents" in pdf.catalogue) == (kind in ARCHIVED)


# --- What it says -----------------------------------------------------------------------------------------------------


def test_an_invoice_says_all_that_the_law_asks_for(sqlite_example: Flask) -> None:
    order = sent_order()
    said = said_in(pdf_of(invoice_of(order), apart=False))
    for words in (
        "Faktura F-1", "Fakturadato", "Leveringsdato", f"Ordre {order.number}", "Karla Købersen", "Prøvevej 7",
        "8000 Aarhus C", "Fælleskurven – eksempel", "CVR-nr. 12345674", "momsnr. DK12345674", "kontakt@example.dk",
        "Kaffepausen", "239,20", "25 %", "478,40", "598,00", "I alt uden moms", "25 % moms af", "I alt med moms",
        "Alle beløb er i danske kroner", "Du skal ikke gøre noget",
    ):  # fmt: skip
        assert words in said, words
    assert "Betales senest" not in said


def test_an_invoice_to_be_paid_by_bank_says_where_and_when(sqlite_example: Flask) -> None:
    order = place_order()
    with transaction():
        document = issue_invoice(order, now=utc_now(), due_on=local_day(utc_now()))
    said = said_in(pdf_of(document, apart=False))
    for words in ("Betales senest", "Skriv F-1 i overførslen", "0040 0440116243", "DK5000400440116243"):
        assert words in said, words


def test_what_is_exempt_stands_apart_with_its_own_sum(sqlite_example: Flask) -> None:
    """Momsbekendtgørelsen § 58(3); and a discount has a column of its own."""
    order = place_order([("kaffepausen", 1), ("den-groenne-kurv", 1)])
    first, second, freight = order_lines(order)
    exempt = replace(first, vat_category="E", vat_rate_bp=0, net_ore=29900, vat_ore=0)
    with transaction():
        document = issue_invoice(
            order, now=utc_now(), lines=[exempt, replace(second, discount_ore=8000), freight], render=False
        )
    said = said_in(pdf_of(document, apart=False))
    for words in ("I alt uden moms, fritaget", "I alt med 25 % moms", "Fritaget for moms: 299,00 kr.", "fri", "−80,00"):
        assert words in said, words


def test_a_credit_note_names_its_invoice_and_the_reason(sqlite_example: Flask) -> None:
    said = said_in(printed("credit_note"))
    for words in (
        "Kreditnota K-1",
        "Vedrører faktura F-1",
        "Den nedsætter faktura F-1 af",
        "Fortrydelse",
        "Du får tilbage",
    ):
        assert words in said, words


def test_a_delivery_note_has_no_prices_and_keeps_the_card_to_itself(sqlite_example: Flask) -> None:
    said = said_in(printed("delivery_note"))
    for words in ("Følgeseddel", "Karla Købersen", "Med kort", "Kaffepausen", "Pakken er en gave", "90 dage"):
        assert words in said, words
    assert "kr." not in said
    assert "<b>" not in said
    assert "Fragt" not in said.partition("Det ligger der i pakken")[2]


def test_a_confirmation_is_the_order_as_it_was_sold(sqlite_example: Flask) -> None:
    said = said_in(printed("confirmation"))
    for words in (
        "Ordrebekræftelse", "Kaffepausen", "299,00", "598,00", "På kortet står der:", "<b>&</b>", "I alt med moms",
        "inden 14 dage", "Fragt, pakke",
    ):  # fmt: skip
        assert words in said, words


def test_a_parcel_holds_what_is_left_and_a_confirmation_what_was_sold_with_its_discount(sqlite_example: Flask) -> None:
    order = place_order([("kaffepausen", 3)], [("opvaskeboerste", 1)])
    first, brush = order.lines[0].id, order.lines[1].id
    cause = Cause("k", "Vi har udsolgt")
    with transaction():
        give_discount(
            lock_order(order.id), gross_ore=4_000, bearer=Bearer(), why="stamkunde", key="k", by=COMMAND, now=utc_now()
        )
        start_payment(lock_order(order.id), back_url="/", now=utc_now())  # what was begun was of another amount
    pay(order)
    with transaction():
        refund_pieces(lock_order(order.id), {first: 2, brush: 1}, cause, by=COMMAND, now=utc_now())
    note = said_in(delivery_note_of(get_whole_order(order.id), apart=False))
    assert "Opvaskebørste" not in note
    assert "– 1" in note.partition("Kaffepausen")[2]
    said = said_in(confirmation_of(get_whole_order(order.id), apart=False))
    assert "Opvaskebørste" in said
    assert "rabat " in said


def test_sixty_lines_run_over_pages_with_the_head_on_each(sqlite_example: Flask) -> None:
    pdf = Tagged(printed("long"))
    pages = [page.extract_text() for page in pdf.reader.pages]
    assert len(pages) > 2
    assert all("Med moms" in page for page in pages)
    assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages, start=1))
    rows = [row for table in pdf.elements("/Table") for row in pdf.within(table, "/TR")]
    assert len(rows) >= 60 + len(pages)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "terms"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_each_is_in_the_language_of_its_order(sqlite_example: Flask, kind: str, language: str) -> None:
    names = (
        *names_of_the_shop(),
        "Karla Købersen",
        "Prøvevej 7",
        "Fælleskurven – eksempel",
        "Fortrydelse",
        "Kaffepausen",
    )
    said = [words.strip() for words in Tagged(printed(kind, language)).reader.pages[0].extract_text().splitlines()]
    wrong = danish_in(said, names) if language == "en" else english_in(said)
    assert wrong == []


# --- The same is the same ---------------------------------------------------------------------------------------------


def test_the_same_data_is_the_same_bytes_in_every_process(sqlite_example: Flask) -> None:
    document = invoiced()
    first = pdf_of(document, apart=False)
    store.path_of(str(document.file)).unlink()
    assert pdf_of(document, apart=True) == first


def test_the_press_fetches_nothing_from_elsewhere(sqlite_example: Flask) -> None:
    with pytest.raises(NotPrinted, match="disallowed protocol"):
        print_pdf('<html lang="da"><title>x</title><img alt="x" src="http://127.0.0.1:9/x.png">', archive=False)


def test_what_the_press_complains_of_comes_back_from_its_process() -> None:
    with pytest.raises(NotPrinted, match="disallowed protocol"):
        print_apart('<html lang="da"><title>x</title><img alt="x" src="http://127.0.0.1:9/x.png">', archive=False)


def test_the_press_prints_one_page_at_a_time() -> None:
    """Pango's fonts are not made for two threads: the worker's queue and its sweep may both want to print."""
    page = '<html lang="da"><title>x</title><p>x'
    printed: list[bytes] = []
    printer = threading.Thread(target=lambda: printed.append(print_pdf(page, archive=False)))
    with press._alone():
        printer.start()
        printer.join(0.5)
        assert printer.is_alive()
    printer.join(30)
    assert printed == [print_pdf(page, archive=False)]


def test_a_shop_that_has_printed_ends_without_a_crash() -> None:
    code = """if True:
        from shop.app import create_app
        from orders.documents.press import print_pdf
        app = create_app()
        print_pdf('<html lang="da"><title>x</title><p>x', archive=True)
    """
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_whoever_only_shows_pages_never_loads_the_press(sqlite_example: Flask) -> None:
    """It would stay in the memory of a web worker for ever."""
    code = "import sys; from shop.app import create_app; create_app(); sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_name_of_any_letters_is_printed(sqlite_example: Flask) -> None:
    order = place_order()
    with transaction():
        order = lock_order(order.id)
        order.buyer_name = "Åse <script>alert(1)</script> & Zoë"
        order.buyer_address = {**order.buyer_address, "line1": "李雷 🎁 \u202eמה"}  # no font here has all of it
        document = issue_invoice(order, now=utc_now())
    pdf = pdf_of(document, apart=False)
    assert findings(pdf) == []
    assert len(Tagged(pdf).reader.pages) == 1
