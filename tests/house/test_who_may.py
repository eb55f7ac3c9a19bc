"""Every address visited as every person, against a table of who may. A new address fails until it is here."""

from typing import Any

import pytest
from flask import Flask

from catalog.assembly.change import begin_next
from catalog.baskets.models import Basket
from catalog.items.models import Item
from orders.after.report import report_problem
from orders.bank.take_in import keep_draft
from orders.documents.issue import find_invoice
from orders.documents.made import make
from orders.einvoicing.send import send_out
from orders.lock import lock_order
from orders.models import Share
from orders.payments.models import SandboxPayment
from orders.withdrawal.receive import Statement, receive_words
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from shop.people.models import Enterprise
from tests.orders.bank_world import arrive
from tests.orders.bulk_world import begin as begin_bulk_move
from tests.orders.packing_world import issue_to_maker, lot_of
from tests.orders.paperwork import invoice_of, public_order
from tests.tools.client import PageClient
from tests.tools.world import fulfil, pay, place_order

NOBODY, MAKER, OTHER, OFFICE, BOTH, BUYER = "nobody", "maker", "other", "office", "both", "buyer"
PEOPLE = (NOBODY, MAKER, OTHER, OFFICE, BOTH, BUYER)
EMAILS = {
    MAKER: "blindes-arbejde@example.dk",
    OTHER: "kamoon@example.dk",
    OFFICE: "koordinator@example.dk",
    BOTH: "to-roller@example.dk",
    BUYER: "personale@example.dk",
}
# What a GET answers to each of PEOPLE. `in` is the way to sign in (a redirect).
ALL = (200, 200, 200, 200, 200, 200)
SIGNED_IN = ("in", 200, 200, 200, 200, 200)
BUYERS = ("in", 403, 403, 403, 403, 200)
SUPPLIERS = ("in", 200, 200, 403, 200, 403)
COORDINATORS = ("in", 403, 403, 200, 200, 403)
WAITING = ("in", "in", "in", "in", "in", "in")  # half signed in: nobody here is
NEVER = (404, 404, 404, 404, 404, 404)

GET: dict[str, tuple[Any, ...]] = {
    "/": ALL,
    "/bank/<foreign_id>": ALL,
    "/bekraeft": ("in", 200, 200, 200, 200, 200),
    "/bestilling": ALL,
    "/bestilling/laeg": ("on", "on", "on", "on", "on", "on"),
    "/cookies": ALL,
    "/erhverv/konto": (200, 200, 200, 200, 200, "on"),
    "/favicon.ico": (301, 301, 301, 301, 301, 301),
    "/fortryd": ALL,
    "/foto/<name>.<any(webp, jpg):ending>": NEVER,
    "/fortryd/kvittering/<key>": ALL,
    "/glemt-adgangskode": ALL,
    "/glemt-adgangskode/<token>": ("on", "on", "on", "on", "on", "on"),
    "/handelsbetingelser": ALL,
    "/healthz": ALL,
    "/indgang": ("in", "on", "on", "on", "on", "on"),
    "/invitation/<token>": NEVER,
    "/kassen": ALL,
    "/kassen/bestil": ALL,
    "/kontakt": ALL,
    "/konto": SIGNED_IN,
    "/kontor": COORDINATORS,
    "/kontor/bestil": COORDINATORS,
    "/kontor/bestil/<key>": ("in", 403, 403, 404, 404, 403),
    "/kontor/boeger": COORDINATORS,
    "/kontor/breve": COORDINATORS,
    "/kontor/breve/<int(max=2147483647):number>": ("in", 403, 403, 200, 200, 403),
    "/kontor/dokumenter": COORDINATORS,
    "/kontor/dokumenter/<number>.pdf": COORDINATORS,
    "/kontor/dokumenter/<number>.xml": COORDINATORS,
    "/kontor/flere": COORDINATORS,
    "/kontor/flere/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/flere/se": COORDINATORS,
    "/kontor/folk": COORDINATORS,
    "/kontor/fortrydelser": COORDINATORS,
    "/kontor/fortrydelser/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/henvendelser": COORDINATORS,
    "/kontor/henvendelser/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/henvendelser/<int(max=2147483647):number>/foto": ("in", 403, 403, 404, 404, 403),
    "/kontor/indstillinger": COORDINATORS,
    "/kontor/indstillinger/<key>": COORDINATORS,
    "/kontor/indstillinger/moms": COORDINATORS,
    "/kontor/katalog": COORDINATORS,
    "/kontor/katalog/kurve/<slug>": ("in", 403, 403, 404, 404, 403),
    "/kontor/katalog/kurve/<slug> (published)": COORDINATORS,
    "/kontor/katalog/varer": COORDINATORS,
    "/kontor/katalog/virksomheder": COORDINATORS,
    "/kontor/katalog/virksomheder/<slug>": COORDINATORS,
    "/kontor/katalog/virksomheder/<slug>/ret": COORDINATORS,
    "/kontor/katalog/virksomheder/ny": COORDINATORS,
    "/kontor/efakturaer": COORDINATORS,
    "/kontor/efakturaer/<number>": COORDINATORS,
    "/kontor/kunder": COORDINATORS,
    "/kontor/kunder/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/kurve": COORDINATORS,
    "/kontor/kurve/<slug>": COORDINATORS,
    "/kontor/kurve/<slug>/spoerg": COORDINATORS,
    "/kontor/kurve/fordeling": COORDINATORS,
    "/kontor/kurve/foreslaa": COORDINATORS,
    "/kontor/lager": COORDINATORS,
    "/kontor/lager/<slug>": COORDINATORS,
    "/kontor/lager/<slug>/parti/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/ordrer/<number>": COORDINATORS,
    "/kontor/ordrer/<number>/foelgeseddel.pdf": COORDINATORS,
    "/kontor/ordrer/<number>/<any(rabat, refunder, vare, kulance):need>": COORDINATORS,
    "/kontor/ordrer/<number>/send-en-del": COORDINATORS,
    "/kontor/ordrer/<number>/tilgode": COORDINATORS,
    "/kontor/pakning": COORDINATORS,
    "/kontor/pakning/<day>": COORDINATORS,
    "/kontor/pakning/<day>/ordre/<number>": COORDINATORS,
    "/kontor/pakning/<day>/afhentning/<slug>": ("in", 403, 403, 404, 404, 403),
    "/kontor/pakning/<day>/fragt.csv": COORDINATORS,
    "/kontor/pakning/<day>/papirer": COORDINATORS,
    "/kontor/pakning/<day>/udskrift/<int(max=2147483647):number>": ("in", 403, 403, 404, 404, 403),
    "/kontor/pakning/<day>/udskrift/<int(max=2147483647):number>.pdf": ("in", 403, 403, 404, 404, 403),
    "/kontor/pakning/pakkenumre": COORDINATORS,
    "/kontor/pakning/levering": COORDINATORS,
    "/kontor/pakning/levering/<day>/<slug>": COORDINATORS,
    "/kontor/pakning/levering/<day>/<slug>/<int(max=9999):no>.pdf": COORDINATORS,
    "/kontor/penge": COORDINATORS,
    "/kontor/penge/<any(maaneder, kurve):table>.csv": COORDINATORS,
    "/kontor/penge/kortindloeser": COORDINATORS,
    "/kontor/penge/bank": COORDINATORS,
    "/kontor/penge/bank/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/penge/bank/kolonner/<key>": COORDINATORS,
    "/kontor/penge/bank/sikre": COORDINATORS,
    "/kontor/penge/rykkere": COORDINATORS,
    "/kontor/penge/rykkere/<number>": COORDINATORS,
    "/kontor/penge/tilgode": COORDINATORS,
    "/kontor/penge/tilgode/<any(debitorer, kreditorer):table>.csv": COORDINATORS,
    "/kontor/posteringer": COORDINATORS,
    "/kontor/posteringer.csv": COORDINATORS,
    "/kontor/posteringer/rettelse": COORDINATORS,
    "/kontor/ordrer/<number>/penge": COORDINATORS,
    "/kontor/salg": COORDINATORS,
    "/kontor/soeg": COORDINATORS,
    "/kontor/stil": COORDINATORS,
    "/kontor/tilbud/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/varer": COORDINATORS,
    "/kontor/varer/<int(max=2147483647):number>": COORDINATORS,
    "/kontor/varer/<int(max=2147483647):number>/foto": ("in", 403, 403, 404, 404, 403),
    "/kunde": BUYERS,
    "/kunde/afdelinger": BUYERS,
    "/kunde/folk": BUYERS,
    "/kurve": ALL,
    "/kurve/<slug>": ALL,
    "/log-ind": (200, "on", "on", "on", "on", "on"),
    "/metrics": ALL,
    "/noedkoder": SIGNED_IN,
    "/ny-adgangskode": SIGNED_IN,
    "/ordre/<token>": ALL,
    "/ordre/<token>/dokumenter/<number>.pdf": ALL,
    "/ordre/<token>/dokumenter/<number>.xml": ALL,
    "/ordre/<token>/dokumenter/ordrebekraeftelse.pdf": ALL,
    "/ordre/<token>/fortryd": ALL,
    "/ordre/<token>/annuller": ALL,
    "/ordre/<token>/igen": ("on", "on", "on", "on", "on", "on"),
    "/ordre/<token>/problem": ALL,
    "/ordre/<token>/ret": ALL,
    "/ordre/find": ALL,
    "/partner": SUPPLIERS,
    "/partner/andele.csv": SUPPLIERS,
    "/partner/andele.xlsx": SUPPLIERS,
    "/partner/andele/<int:share_id>": ("in", 200, 404, 403, 404, 403),
    "/partner/folk": SUPPLIERS,
    "/partner/koersel": ("in", 404, 404, 403, 404, 403),
    "/partner/levering": SUPPLIERS,
    "/partner/levering/<day>": ("in", 200, 404, 403, 200, 403),
    "/partner/levering/<day>/<int(max=9999):no>.pdf": ("in", 200, 404, 403, 404, 403),
    "/partner/penge": SUPPLIERS,
    "/partner/tilbud": SUPPLIERS,
    "/partner/tilbud/<int(max=2147483647):number>": ("in", 200, 404, 403, 404, 403),
    "/partner/penge.csv": SUPPLIERS,
    "/partner/penge.xlsx": SUPPLIERS,
    "/partner/penge/<int:share_id>": ("in", 200, 404, 403, 404, 403),
    "/partner/varer": SUPPLIERS,
    "/partner/varer/<int(max=2147483647):number>/foto": ("in", 404, 404, 403, 404, 403),
    "/partner/varer/<int(max=2147483647):number>/lager": ("in", 200, 404, 403, 404, 403),
    "/partner/varer/<int(max=2147483647):number>/ret": ("in", 200, 404, 403, 404, 403),
    "/partner/varer/eksport.xlsx": SUPPLIERS,
    "/partner/varer/indlaes": SUPPLIERS,
    "/partner/varer/ny": SUPPLIERS,
    "/privatliv": ALL,
    "/readyz": ALL,
    "/robots.txt": ALL,
    "/static/<path:filename>": ALL,
    "/tegning/<name>.svg": NEVER,
    "/tilgaengelighed": ALL,
    "/totrin": WAITING,
    "/totrin/hjaelp": ("in", "on", "on", "on", "on", "on"),
    "/totrin/noedkode": ("in", "on", "on", "on", "on", "on"),
    "/totrin/opsaet": SIGNED_IN,
    "/totrin/valg": WAITING,
    "/vaev/<digest>.svg": ALL,
    "/varer/<slug>": ALL,
    "/virksomheder": ALL,
    "/virksomheder/<slug>": ALL,
}
# What a POST without a token answers to everybody: it changes nothing.
TOKENLESS = {"/bestilling", "/bestilling/laeg", "/fortryd", "/ordre/<token>/fortryd"}


@pytest.fixture
def addresses(sqlite_example: Flask) -> dict[str, str]:
    """An address for every rule, of things that are there."""
    order = place_order([("den-groenne-kurv", 1)])
    pay(order)
    fulfil(order)
    invoice = find_invoice(order.id)
    assert invoice is not None
    theirs = public_order()
    e_number = invoice_of(theirs).number
    make({"document_id": invoice_of(theirs).id})
    send_out({"document_id": invoice_of(theirs).id})
    report_id = _report()
    basket = db.session.query(Basket).filter_by(slug="den-groenne-kurv").one()
    assert basket.current is not None
    mine = db.session.query(Share).join(Enterprise).filter(Enterprise.slug == "blindes-arbejde")
    share = mine.order_by(Share.id).first()
    assert share is not None
    bank = db.session.query(SandboxPayment).order_by(SandboxPayment.id).first()
    assert bank is not None
    with transaction():
        letter = db.session.query(Letter).order_by(Letter.id).first()
        assert letter is not None
        letter.state = "failed"
        letter_id = letter.id
        regret = receive_words(
            Statement("0" * 32, "Karla", "karla@example.com", "da"), number="1001", whole=True, said="", now=utc_now()
        )
        regret_id, regret_key = regret.id, regret.key
        draft_key = keep_draft(b"Hvad;Hvor meget\nx;1,00\n", name="x.csv", now=utc_now())
    brush = db.session.query(Item.id).filter_by(slug="opvaskeboerste").scalar()
    (line_id,) = arrive(("x", 100))
    with transaction():
        assembled = begin_next(basket, by=COMMAND, now=utc_now()).basket.slug
    due_on = issue_to_maker()
    lot_id = lot_of("opvaskeboerste")
    brings = f"/kontor/pakning/levering/{due_on}/blindes-arbejde"
    values = {
        "/bank/<foreign_id>": f"/bank/{bank.foreign_id}",
        "/glemt-adgangskode/<token>": "/glemt-adgangskode/nonsense",
        "/invitation/<token>": "/invitation/nonsense",
        "/kontor/breve/<int(max=2147483647):number>": f"/kontor/breve/{letter_id}",
        "/fortryd/kvittering/<key>": f"/fortryd/kvittering/{regret_key}",
        "/kontor/fortrydelser/<int(max=2147483647):number>": f"/kontor/fortrydelser/{regret_id}",
        "/kontor/indstillinger/<key>": "/kontor/indstillinger/seller.name",
        "/kontor/katalog/virksomheder/<slug>/ret": "/kontor/katalog/virksomheder/blindes-arbejde/ret",
        "/kontor/katalog/kurve/<slug>": "/kontor/katalog/kurve/findes-ikke",
        "/kontor/katalog/kurve/<slug> (published)": "/kontor/katalog/kurve/den-groenne-kurv",
        "/kontor/flere/<int(max=2147483647):number>": f"/kontor/flere/{begin_bulk_move('close', [order])}",
        "/kontor/flere/se": f"/kontor/flere/se?goer=afslut&ordre={order.number}",
        "/kontor/katalog/virksomheder/<slug>": "/kontor/katalog/virksomheder/blindes-arbejde",
        "/kontor/tilbud/<int(max=2147483647):number>": f"/kontor/tilbud/{basket.current.components[0].offer_id}",
        "/kontor/dokumenter/<number>.pdf": f"/kontor/dokumenter/{invoice.number}.pdf",
        "/kontor/dokumenter/<number>.xml": f"/kontor/dokumenter/{e_number}.xml",
        "/ordre/<token>/dokumenter/<number>.xml": f"/ordre/{theirs.token}/dokumenter/{e_number}.xml",
        "/kontor/efakturaer/<number>": f"/kontor/efakturaer/{e_number}",
        "/kontor/lager/<slug>": "/kontor/lager/opvaskeboerste",
        "/kontor/lager/<slug>/parti/<int(max=2147483647):number>": f"/kontor/lager/opvaskeboerste/parti/{lot_id}",
        "/kontor/ordrer/<number>": f"/kontor/ordrer/{order.number}",
        "/kontor/ordrer/<number>/foelgeseddel.pdf": f"/kontor/ordrer/{order.number}/foelgeseddel.pdf",
        "/kontor/ordrer/<number>/<any(rabat, refunder, vare, kulance):need>": f"/kontor/ordrer/{order.number}/kulance",
        "/kontor/ordrer/<number>/send-en-del": f"/kontor/ordrer/{order.number}/send-en-del",
        "/kontor/ordrer/<number>/tilgode": f"/kontor/ordrer/{order.number}/tilgode",
        "/kontor/penge/<any(maaneder, kurve):table>.csv": "/kontor/penge/kurve.csv",
        "/kontor/penge/bank/<int(max=2147483647):number>": f"/kontor/penge/bank/{line_id}",
        "/kontor/penge/bank/kolonner/<key>": f"/kontor/penge/bank/kolonner/{draft_key}",
        "/kontor/penge/rykkere/<number>": f"/kontor/penge/rykkere/{order.number}",
        "/kontor/penge/tilgode/<any(debitorer, kreditorer):table>.csv": "/kontor/penge/tilgode/debitorer.csv",
        "/kontor/kurve/<slug>": f"/kontor/kurve/{assembled}",
        "/kontor/kurve/<slug>/spoerg": f"/kontor/kurve/{assembled}/spoerg",
        "/partner/tilbud/<int(max=2147483647):number>": f"/partner/tilbud/{basket.current.components[0].offer_id}",
        "/kontor/pakning/<day>": f"/kontor/pakning/{order.pack_on}",
        "/kontor/pakning/<day>/ordre/<number>": f"/kontor/pakning/{order.pack_on}/ordre/{order.number}",
        "/kontor/pakning/<day>/afhentning/<slug>": f"/kontor/pakning/{order.pack_on}/afhentning/ukendt",
        "/kontor/pakning/<day>/fragt.csv": f"/kontor/pakning/{order.pack_on}/fragt.csv",
        "/kontor/pakning/<day>/papirer": f"/kontor/pakning/{order.pack_on}/papirer",
        "/kontor/pakning/levering/<day>/<slug>": brings,
        "/kontor/pakning/levering/<day>/<slug>/<int(max=9999):no>.pdf": f"{brings}/1.pdf",
        "/partner/levering/<day>": f"/partner/levering/{due_on}",
        "/partner/levering/<day>/<int(max=9999):no>.pdf": f"/partner/levering/{due_on}/1.pdf",
        "/kontor/kunder/<int(max=2147483647):number>": "/kontor/kunder/1",
        "/kurve/<slug>": "/kurve/den-groenne-kurv",
        "/ordre/<token>": f"/ordre/{order.token}",
        "/ordre/<token>/dokumenter/<number>.pdf": f"/ordre/{order.token}/dokumenter/{invoice.number}.pdf",
        "/ordre/<token>/dokumenter/ordrebekraeftelse.pdf": f"/ordre/{order.token}/dokumenter/ordrebekraeftelse.pdf",
        "/ordre/<token>/fortryd": f"/ordre/{order.token}/fortryd",
        "/kontor/bestil/<key>": "/kontor/bestil/nonsense",
        "/kontor/henvendelser/<int(max=2147483647):number>": f"/kontor/henvendelser/{report_id}",
        "/kontor/henvendelser/<int(max=2147483647):number>/foto": f"/kontor/henvendelser/{report_id}/foto",
        "/kontor/ordrer/<number>/penge": f"/kontor/ordrer/{order.number}/penge",
        **{f"/ordre/<token>/{what}": f"/ordre/{order.token}/{what}" for what in ("annuller", "igen", "problem", "ret")},
        "/partner/andele/<int:share_id>": f"/partner/andele/{share.id}",
        "/partner/penge/<int:share_id>": f"/partner/penge/{share.id}",
        "/foto/<name>.<any(webp, jpg):ending>": f"/foto/{'0' * 64}-480.webp",
        "/kontor/varer/<int(max=2147483647):number>/foto": f"/kontor/varer/{brush}/foto",
        "/partner/varer/<int(max=2147483647):number>/foto": f"/partner/varer/{brush}/foto",
        "/kontor/varer/<int(max=2147483647):number>": f"/kontor/varer/{brush}",
        "/partner/varer/<int(max=2147483647):number>/lager": f"/partner/varer/{brush}/lager",
        "/partner/varer/<int(max=2147483647):number>/ret": f"/partner/varer/{brush}/ret",
        "/static/<path:filename>": "/static/css/site.css",
        "/tegning/<name>.svg": "/tegning/nonsense.svg",
        "/vaev/<digest>.svg": f"/vaev/{basket.current.picture}.svg",
        "/varer/<slug>": "/varer/opvaskeboerste",
        "/virksomheder/<slug>": "/virksomheder/blindes-arbejde",
    }
    packed = f"/kontor/pakning/{order.pack_on}"
    values["/kontor/pakning/<day>/udskrift/<int(max=2147483647):number>.pdf"] = f"{packed}/udskrift/1.pdf"
    values["/kontor/pakning/<day>/udskrift/<int(max=2147483647):number>"] = f"{packed}/udskrift/1"
    return {rule: values.get(rule, rule) for rule in GET}


def _report() -> int:
    """A report on an order that has been sent."""
    sent = place_order()
    pay(sent)
    fulfil(sent)
    with transaction():
        report = report_problem(lock_order(sent.id), kind="lost", said="?", photo="", key="1", now=utc_now())
        assert report is not None
        return report.id


def _answer(client: PageClient, path: str) -> Any:
    response = client.get(path)
    if response.status_code in (302, 303):
        return "in" if "/log-ind" in response.headers["Location"] else "on"
    return response.status_code


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("person", PEOPLE)
def test_everyone_sees_what_is_theirs(
    sqlite_example: Flask, addresses: dict[str, str], person: str, language: str
) -> None:
    """Danish and English, so that every page is also checked as a page in both."""
    wrong = []
    for rule, path in addresses.items():
        client = sqlite_example.test_client()
        assert isinstance(client, PageClient)
        if person != NOBODY:
            client.sign_in(EMAILS[person])
        expected = GET[rule][PEOPLE.index(person)]
        got = _answer(client, language + path if not path.startswith("/static") else path)
        if got != expected:
            wrong.append(f"{path}: {got}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_every_address_is_in_the_table(sqlite_example: Flask) -> None:
    rules = {str(rule) for rule in sqlite_example.url_map.iter_rules() if rule.methods and "GET" in rule.methods}
    assert rules == {rule for rule in GET if "(" not in rule.split(">")[-1]}


def test_no_post_is_accepted_without_a_token(sqlite_example: Flask) -> None:
    """Another site's form (no token, another origin) is turned away everywhere."""
    let_in = []
    for rule in sqlite_example.url_map.iter_rules():
        if not rule.methods or "POST" not in rule.methods:
            continue
        path = str(rule)
        for name in rule.arguments:
            path = path.replace(next(part for part in path.split("<") if name in part).split(">")[0], "1")
        path = (
            path.replace("<", "")
            .replace(">", "")
            .replace("ordrer/1/1", "ordrer/1/pakket")
            .replace("pakker/1/1", "pakker/1/pakket")
        )
        client = sqlite_example.test_client()
        assert isinstance(client, PageClient)
        client.sign_in(EMAILS[OFFICE])
        response = client.post(path, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"})
        if response.status_code not in (403, 404):
            let_in.append(f"{path}: {response.status_code}")
    assert not let_in, "\n".join(let_in)
