"""A municipality buys with its EAN number and has its e-invoice; a company with an account buys on an invoice."""

import re
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.browser.aftermath import orders_of, state_of, text_of, wait_for_letter
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.journey import field, put_in_cart
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop
from tests.tools.einvoice_rules import broken_rules

OFFICE = "koordinator@example.dk"
TOWN = {
    "Virksomhed eller institution": "Eksempelskolen",
    "EAN-nummer": "5798009811578",
    "Reference til fakturaen": "HAHA",
    "Jeres ordre- eller rekvisitionsnummer": "REK-778",
    "Kontostreng": "1234567890",
    "Navn": "Hanne Hansen",
    "E-mail": "",  # each test has its own
    "Telefon": "22 33 44 55",
    "Vej og nummer": "Skolevej 1",
    "Postnummer": "8000",
    "By": "Aarhus C",
}


def check(found: list[str]) -> None:
    assert not found, "\n".join(found)


def hands_of(visitor: Visitor, way: str) -> Hands:
    return Keyboard(visitor.page) if way == "keyboard" else Mouse()


def choose_buyer(visitor: Visitor, hands: Hands, name: str) -> None:
    """One of the three kinds: by the arrows when there is no mouse."""
    wanted = visitor.page.get_by_role("radio", name=name)
    if isinstance(hands, Keyboard):
        hands.go(visitor.page.locator("[name=buyer_kind]:checked"))
        while not wanted.is_checked():
            visitor.page.keyboard.press("ArrowDown")
    else:
        wanted.check()


def to_checkout(visitor: Visitor, hands: Hands, basket: str) -> None:
    put_in_cart(visitor, hands, basket)
    hands.press(visitor.button("Gå til kassen"))
    expect(visitor.page.locator("h1")).to_have_text("Hvem, hvor og hvornår?")


def accept(visitor: Visitor, hands: Hands) -> None:
    hands.press(visitor.button("Se hele bestillingen"))
    expect(visitor.page.locator("h1")).to_have_text("Se efter og betal")
    hands.tick(visitor.page.get_by_label("Jeg siger ja til handelsbetingelserne."))


@pytest.mark.parametrize(("way", "width"), [("keyboard", WIDE), ("no script", NARROW)])
def test_a_municipality_orders_with_its_ean_number(
    visit: Callable[..., Visitor], shop: RunningShop, way: str, width: int
) -> None:
    email = f"{way.split(maxsplit=1)[0]}@kommune.example.com"
    buyer = visit(width, script=way != "no script")
    hands = hands_of(buyer, way)
    to_checkout(buyer, hands, "Den grønne kurv")
    choose_buyer(buyer, hands, "Kommune eller anden offentlig")
    for label, text in {**TOWN, "EAN-nummer": "5798009811579", "E-mail": email}.items():
        hands.write(field(buyer, label), text)
    hands.tick(buyer.page.get_by_role("radio", name="Pakke til døren"))
    hands.press(buyer.button("Se hele bestillingen"))
    expect(buyer.page.locator(".error-summary")).to_contain_text("kontroltal")
    assert field(buyer, "Kontostreng").input_value() == "1234567890", "nothing typed is lost"
    field(buyer, "EAN-nummer").fill("")
    hands.write(field(buyer, "EAN-nummer"), TOWN["EAN-nummer"])
    accept(buyer, hands)
    if way == "keyboard":
        check(buyer.look(NARROW, WIDE))
    hands.press(buyer.button("Bestil med betalingspligt"))
    expect(buyer.page.locator("main")).to_contain_text("Vi ser på jeres ordre")
    (number,) = orders_of(shop, email)
    say_yes_and_send(visit(WIDE).sign_in(OFFICE, "/kontor"), number)
    assert state_of(shop, number) == "sent"
    letter = wait_for_letter(shop, "invoice", invoice_number(visit, buyer))
    assert "Betal den senest" in text_of(letter, "plain")
    buyer.page.reload()
    link = buyer.page.get_by_role("link", name=re.compile("^E-faktura"))
    with urlopen(buyer.base_url + str(link.get_attribute("href"))) as answer:
        assert broken_rules(answer.read()) == []
    if way == "keyboard":
        bring_it(visit(NARROW).sign_in(OFFICE, "/kontor"), buyer)


def say_yes_and_send(office: Visitor, number: str) -> None:
    office.open("/kontor/kunder")
    check(office.look(NARROW, WIDE))
    office.follow(office.link(number))
    check(office.look(NARROW, WIDE))
    office.follow(office.button("Ja, send faktura"))
    office.follow(office.button("Pakket"))
    office.follow(office.button("Sendt"))


def invoice_number(visit: Callable[..., Visitor], buyer: Visitor) -> str:
    """The number of the invoice on the buyer's page."""
    buyer.page.reload()
    return buyer.page.get_by_role("link", name=re.compile("^Faktura ")).inner_text().removeprefix("Faktura ")


def bring_it(office: Visitor, buyer: Visitor) -> None:
    """The office notes that it has sent the e-invoice, and the buyer sees it."""
    hands = Keyboard(office.page)
    number = buyer.page.get_by_role("link", name=re.compile("^Faktura ")).inner_text().removeprefix("Faktura ")
    office.open("/kontor/efakturaer")
    check(office.look(NARROW, WIDE))
    hands.press(office.link(f"Faktura {number}"))
    expect(office.page.locator("main")).to_contain_text("5798009811578")
    check(office.look(NARROW, WIDE))
    hands.write(office.page.get_by_label(re.compile("Kvitteringsnummer")), "KVIT-1")
    hands.press(office.button("Jeg har sendt den"))
    expect(office.page.locator("main")).to_contain_text("KVIT-1")
    buyer.page.reload()
    expect(buyer.page.locator("main")).to_contain_text("sendt som e-faktura")


def test_a_company_with_an_account_orders_and_orders_again(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    buyer = visit(NARROW).sign_in("personale@example.dk", "/kunde")
    check(buyer.look(NARROW, WIDE))
    hands = Keyboard(buyer.page)
    to_checkout(buyer, hands, "Kaffepausen")
    assert field(buyer, "Virksomhed eller institution").input_value() == "Eksempel A/S"
    for label in ("Telefon", "Vej og nummer", "Postnummer", "By"):
        hands.write(field(buyer, label), TOWN[label])
    check(buyer.look(NARROW, WIDE))
    accept(buyer, hands)
    hands.press(buyer.button("Bestil med betalingspligt"))
    expect(buyer.page.locator("main")).to_contain_text("Jeres ordre er på plads")
    buyer.open("/kunde")
    check(buyer.look(NARROW, WIDE))
    hands.press(buyer.page.get_by_role("button", name=re.compile("^Bestil igen")).first)
    expect(buyer.page.locator("h1")).to_have_text("Din bestilling")
    hands.press(buyer.button("Gå til kassen"))
    assert field(buyer, "Vej og nummer").input_value() == TOWN["Vej og nummer"], "the department is remembered"
    check(buyer.tour("/kunde/afdelinger", "/kunde/folk", "/erhverv/konto", widths=(NARROW, WIDE)))


def test_an_account_is_opened_from_the_letter(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    buyer = visit(NARROW)
    hands = Keyboard(buyer.page)
    buyer.open("/erhverv/konto")
    check(buyer.look(NARROW, WIDE))
    hands.write(field(buyer, "Virksomhed eller institution"), "Ny Eksempel A/S")
    hands.write(field(buyer, "CVR-nummer"), "12345678")
    hands.write(field(buyer, "Din e-mail"), "ny@firma.example.com")
    hands.press(buyer.button("Opret konto"))
    expect(buyer.page.locator(".error-summary")).to_contain_text("kontroltallet passer ikke")
    field(buyer, "CVR-nummer").fill("")
    hands.write(field(buyer, "CVR-nummer"), "12345674")
    hands.press(buyer.button("Opret konto"))
    expect(buyer.page.locator("h1")).to_have_text("Se i din mail")
    link = re.search(
        r"/invitation/[\w-]+", text_of(wait_for_letter(shop, "invitation", "", "ny@firma.example.com"), "plain")
    )
    assert link is not None
    buyer.open(link[0])
    hands.write(field(buyer, "Dit navn"), "Nanna Ny")
    hands.write(buyer.page.get_by_label("Adgangskode"), "tre tilfældige ord")
    hands.press(buyer.button("Ja tak, jeg er med"))
    expect(buyer.page.locator("h1")).to_have_text("Ordrer fra Ny Eksempel A/S")
