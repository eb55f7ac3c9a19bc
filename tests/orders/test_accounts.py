"""An organisation's account from the form to the repeated order, in pages; and the office's side of it."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from orders.models import Order
from orders.payments.models import Credit
from orders.states import CONFIRMED, PLACED
from shop.db import db
from shop.mail.models import Letter
from shop.people.models import ASKED, BUYER, GRANTED, REFUSED, Customer, CustomerUnit, Membership
from tests.orders.shopper import TYPED, Shopper
from tests.orders.test_letters import letter
from tests.orders.test_organisations import COMPANY_TYPED, PUBLIC_TYPED
from tests.tools.client import PageClient
from tests.tools.statements import counted

OPEN = {"kind": "company", "name": "Firma A/S", "cvr": "DK 12345674", "email": "ny@example.dk"}
FIRM, TOWN, OFFICE = "personale@example.dk", "indkoeb@example.dk", "koordinator@example.dk"


def client(app: Flask, email: str = "") -> PageClient:
    made = app.test_client()
    assert isinstance(made, PageClient)
    return made.sign_in(email) if email else made


def open_one(browser: PageClient, **more: str) -> tuple[int, str]:
    answer = browser.post_form("/erhverv/konto", {**OPEN, **more})
    return answer.status_code, answer.get_data(as_text=True)


def newest() -> Order:
    db.session.rollback()
    return db.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()


def test_an_account_is_opened_by_whoever_reads_the_letter(sqlite_example: Flask) -> None:
    browser = client(sqlite_example)
    status, page = open_one(browser)
    assert (status, "ny@example.dk" in page) == (200, True)
    found = re.search(r"/invitation/[\w-]+", letter("invitation").body)
    assert found is not None
    assert "bestille kurve for Firma A/S" in letter("invitation").body
    answer = browser.post_form(found[0], {"name": "Nanna Ny", "password": "tre tilfældige ord"})
    assert answer.headers["Location"].endswith("/kunde")
    assert "Ordrer fra Firma A/S" in browser.get("/kunde").get_data(as_text=True)
    buyers = select(Membership).where(Membership.role == BUYER)
    member = db.session.scalars(buyers.order_by(Membership.id.desc())).first()
    assert member is not None
    assert member.customer is not None
    assert (member.customer.cvr, member.customer.credit_ore) == ("12345674", 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cvr": "12345678"}, "kontroltallet passer ikke"),
        ({"cvr": ""}, "Skriv CVR-nummeret"),
        ({"name": " "}, "Skriv noget her"),
        ({"email": "nej"}, "ligner ikke en e-mailadresse"),
        ({"email": ""}, "Skriv din e-mail"),
        ({"kind": "private"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(sqlite_example: Flask, wrong: dict[str, str], said: str) -> None:
    before = db.session.query(Customer).count()
    status, page = open_one(client(sqlite_example), **wrong)
    assert status == 422
    assert said in page
    if "name" not in wrong:
        assert 'value="Firma A/S"' in page
    assert db.session.query(Customer).count() == before


def test_a_public_body_may_leave_its_cvr_out(sqlite_example: Flask) -> None:
    assert open_one(client(sqlite_example), kind="public", cvr="")[0] == 200


def test_asking_granting_and_refusing(sqlite_example: Flask) -> None:
    buyer, office = client(sqlite_example, TOWN), client(sqlite_example, OFFICE)
    number = db.session.scalars(select(Customer.id).where(Customer.name == "Eksempel Kommune")).one()
    for _ in range(2):
        buyer.post_form("/kunde/faktura", page="/kunde")
    assert db.session.get_one(Customer, number).on_invoice == ASKED
    assert "vil gerne købe på faktura" in office.get("/kontor").get_data(as_text=True)
    path = f"/kontor/kunder/{number}"
    for typed, said in (
        ({"credit_ore": "0", "days": "30"}, "Beløbet skal være mellem"),
        ({"credit_ore": "50.000,00", "days": "31"}, "fra 1 til 30 dage"),
        ({"credit_ore": "x", "days": "30"}, "Skriv et beløb"),
    ):
        answer = office.post_form(f"{path}/ja", typed, page=path)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    office.post_form(f"{path}/ja", {"credit_ore": "50.000,00", "days": "30"}, page=path)
    db.session.rollback()
    granted = db.session.get_one(Customer, number)
    assert (granted.on_invoice, granted.credit_ore, granted.days) == (GRANTED, 50_000_00, 30)
    assert "betale 30 dage efter" in letter("notice").body
    page = buyer.get("/kunde").get_data(as_text=True)
    assert "50.000,00 kr." in page.replace("\xa0", " ")
    office.post_form(f"{path}/nej", page=path)
    db.session.rollback()
    assert db.session.get_one(Customer, number).on_invoice == REFUSED
    journal = office.get(path).get_data(as_text=True)
    for act in ("bedt om at købe på faktura", "må købe på faktura", "må ikke købe på faktura"):
        assert act in journal


def test_the_checkout_knows_the_account_and_its_departments(ready: Shopper, sqlite_example: Flask) -> None:
    sign(ready, FIRM)
    ready.get("/kassen")
    form = ready.form("/kassen")
    assert (form["buyer_kind"], form["org_name"], form["cvr"]) == ("company", "Eksempel A/S", "12345674")
    assert form["email"] == FIRM
    ready.send("/kassen", **{**TYPED, "reference": "Salg", "requisition": "PO-1"})
    ready.order()
    order = newest()
    assert order.state == CONFIRMED  # within what the account may owe
    assert order.customer_id is not None
    assert db.session.query(Credit).count() == 1
    ready.put()
    ready.get("/kassen")
    form = ready.form("/kassen")
    assert (form["reference"], form["line1"], form["requisition"]) == ("Salg", "Prøvevej 7", "")
    ready.send("/kassen", reference="Lager", line1="Havnen 1")
    ready.order()
    assert db.session.query(CustomerUnit).count() == 2
    ready.put()
    page = ready.get("/kassen")
    assert "Eksempel A/S, Salg" in page
    salg = next(unit for unit in db.session.query(CustomerUnit) if unit.typed["reference"] == "Salg")
    ready.get(f"/kassen?enhed={salg.id}")
    assert ready.form("/kassen")["line1"] == "Prøvevej 7"
    assert "Havnen 1" in ready.get("/kunde/afdelinger")


def sign(shopper: Shopper, email: str) -> None:
    assert isinstance(shopper.client, PageClient)
    shopper.client.sign_in(email)


def test_a_guest_waits_for_the_office_and_may_pay_by_card_meanwhile(ready: Shopper, sqlite_example: Flask) -> None:
    ready.tell(**PUBLIC_TYPED)
    assert "Bestil med betalingspligt" in ready.page
    page = ready.order()
    order = newest()
    assert (order.state, order.customer_id) == (PLACED, None)
    assert "Vi ser på jeres ordre" in page
    assert "Betal med kort i stedet" in page
    office = client(sqlite_example, OFFICE)
    assert order.number in office.get("/kontor/kunder").get_data(as_text=True)
    path = f"/kontor/ordrer/{order.number}"
    assert "Ja, send faktura" in office.get(path).get_data(as_text=True)
    office.post_form(f"{path}/faktura", {"days": "99"}, page=path)
    assert newest().state == PLACED
    office.post_form(f"{path}/faktura", {"days": "30"}, page=path)
    assert newest().state == CONFIRMED
    assert "30 dage, sagt ja til" in office.get(path).get_data(as_text=True)
    assert "senest 30 dage efter" in ready.get(f"/ordre/{order.token}")


def test_an_organisation_still_pays_by_card(ready: Shopper) -> None:
    ready.tell(**COMPANY_TYPED)
    ready.order(way="card")
    assert ready.path.startswith("/bank/")
    assert "Vælg, hvordan I vil betale" in again(ready)


def again(shopper: Shopper) -> str:
    shopper.put()
    shopper.tell(**COMPANY_TYPED)
    return shopper.order(way="nonsense")


def test_without_a_bank_organisations_still_order(ready: Shopper, sqlite_example: Flask) -> None:
    sqlite_example.config["SETTINGS"] = without_bank(sqlite_example)
    assert "betaling på nettet" in ready.tell()
    ready.tell(**COMPANY_TYPED)
    assert 'value="card"' not in ready.page
    ready.order()
    assert newest().buyer_kind == "company"
    ready.put()
    ready.tell(**COMPANY_TYPED)
    ready.order(way="card")
    assert ready.status == 409


def without_bank(app: Flask) -> object:
    return replace(app.config["SETTINGS"], payments="invoice-only")


def test_the_same_again(ready: Shopper, sqlite_example: Flask) -> None:
    sign(ready, FIRM)
    ready.tell(reference="Salg")
    ready.order()
    order = newest()
    ready.get("/kunde")
    page = ready.send(f"/kunde/ordrer/{order.number}/igen")
    assert ready.path == "/bestilling"
    assert "Kaffepausen" in page
    town = client(sqlite_example, TOWN)
    assert town.post_form(f"/kunde/ordrer/{order.number}/igen", page="/kunde").status_code == 404


def test_colleagues_are_invited_and_only_by_their_own(sqlite_example: Flask) -> None:
    firm, town = client(sqlite_example, FIRM), client(sqlite_example, TOWN)
    assert firm.post_form("/kunde/folk", {"email": "nej", "language": "da"}).status_code == 422
    firm.post_form("/kunde/folk", {"email": "kollega@example.dk", "language": "en"})
    sent = db.session.scalars(select(Letter).where(Letter.kind == "invitation")).one()
    assert (sent.to_address, sent.language) == ("kollega@example.dk", "en")
    page = firm.get("/kunde/folk").get_data(as_text=True)
    found = re.search(r"/kunde/folk/invitation/\d+/tilbage", page)
    assert found is not None
    assert "kollega@example.dk" not in town.get("/kunde/folk").get_data(as_text=True)
    assert town.post_form(found[0], page="/kunde/folk").status_code == 404
    assert firm.post_form(found[0], page="/kunde/folk").status_code == 303


def test_prices_without_vat_are_the_custom_of_an_account(sqlite_example: Flask) -> None:
    firm = client(sqlite_example, FIRM)
    assert "moms=uden" in str(firm.get("/kunde").headers.getlist("Set-Cookie"))
    assert "moms=" not in str(firm.get("/kunde").headers.getlist("Set-Cookie"))  # chosen once, or by the person


def test_pages_ask_a_bounded_number_of_questions(sqlite_example: Flask) -> None:
    office, firm = client(sqlite_example, OFFICE), client(sqlite_example, FIRM)
    for browser, path, most in ((office, "/kontor/kunder", 8), (office, "/kontor/kunder/1", 14), (firm, "/kunde", 10)):
        browser.get(path)
        with counted() as statements:
            assert browser.get(path).status_code == 200
        assert len(statements) <= most, "\n".join(map(str, statements))
