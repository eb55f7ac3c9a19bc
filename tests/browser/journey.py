"""The way of a stranger through the shop: from the front page to the confirmation, a gift to another address."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Locator, expect

from shop.days import is_delivery_day
from tests.browser.hands import Hands
from tests.browser.visitor import Visitor

BASKET, PARCEL = "Det lange bord", "Pakke til døren"
CARD = "Kære Ane\nTillykke med dagen. Vi ses til en lang frokost."
BUYER = {
    "Navn": "Karla Købersen",
    "E-mail": "karla@example.com",
    "Telefon": "22 33 44 55",
    "Vej og nummer": "Prøvevej 7",
    "Postnummer": "5000",
    "By": "Odense C",
}
RECIPIENT = {
    "Modtagerens navn": "Ane Gavesen",
    "Modtagerens vej og nummer": "Gemmestræde 91",
    "Modtagerens etage, dør, c/o": "2. th.",
    "Modtagerens postnummer": "8000",
    "Modtagerens by": "Aarhus C",
    "Modtagerens telefon": "66 77 88 99",
}
_KR = re.compile(r"([\d.]+),(\d\d) kr\.")


def ore_in(text: str) -> list[int]:
    """The amounts in a text, in øre: "1.234,50 kr." is 123450. Signs are read by nobody here."""
    return [int(kroner.replace(".", "")) * 100 + int(ore) for kroner, ore in _KR.findall(text.replace("\xa0", " "))]


@dataclass(frozen=True, slots=True)
class Bought:
    """What the buyer has seen of an order: its number, what was paid at the bank, when it comes, where its page is."""

    number: str
    paid_ore: int
    wanted_on: date
    path: str


def field(visitor: Visitor, label: str) -> Locator:
    """A field by its whole label, with or without the word that it may be left empty."""
    return visitor.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(valgfrit\))?$"))


def put_in_cart(visitor: Visitor, hands: Hands, basket: str = BASKET) -> None:
    """From the front page to the list, to a basket, and into the bestilling."""
    visitor.open("/")
    hands.press(visitor.link("Vælg en kurv"))
    expect(visitor.page.locator("h1")).to_have_text("Kurve")
    hands.press(visitor.link(basket))
    expect(visitor.page.locator("h1")).to_have_text(basket)
    hands.press(visitor.button("Læg i bestillingen"))
    expect(visitor.page.locator("h1")).to_have_text("Din bestilling")


def write_card(visitor: Visitor, hands: Hands, text: str = CARD) -> None:
    """A greeting on the card, and on to the checkout."""
    hands.press(visitor.page.locator("summary", has_text="Hilsen på kortet"))
    hands.write(field(visitor, "Hvad skal der stå på kortet?"), text)
    hands.press(visitor.button("Gå til kassen"))
    expect(visitor.page.locator("h1")).to_have_text("Hvem, hvor og hvornår?")


def fill_in(visitor: Visitor, hands: Hands, delivery: str = PARCEL, *, late: bool = False) -> date:
    """Everything the checkout asks, a gift to another address among it, on the day proposed or the last there is."""
    for label, text in BUYER.items():
        hands.write(field(visitor, label), text)
    hands.tick(visitor.page.get_by_label("Det er en gave"))
    for label, text in RECIPIENT.items():
        hands.write(field(visitor, label), text)
    hands.tick(visitor.page.get_by_role("radio", name=delivery))
    day = field(visitor, "Hvilken dag")
    wanted_on = date.fromisoformat((day.get_attribute("max") or "") if late else day.input_value())
    if delivery != PARCEL and not late:  # what is not on its way overnight can come the day before
        wanted_on = next(one for back in range(1, 9) if is_delivery_day(one := wanted_on - timedelta(days=back)))
    hands.write_day(day, wanted_on)
    return wanted_on


def look_over(visitor: Visitor, hands: Hands) -> None:
    """On to the overview, and a tick for the terms."""
    hands.press(visitor.button("Se hele bestillingen"))
    expect(visitor.page.locator("h1")).to_have_text("Se efter og betal")
    hands.tick(visitor.page.get_by_label("Jeg siger ja til handelsbetingelserne."))


def order(visitor: Visitor, hands: Hands) -> int:
    """Press the button with the duty to pay; the amount that the bank asks for."""
    hands.press(visitor.button("Bestil og betal"))
    expect(visitor.page.locator("h1")).to_have_text("Legebanken")
    return ore_in(visitor.page.locator(".figure-money").inner_text())[0]


def go_to_bank(visitor: Visitor, hands: Hands, basket: str = BASKET, delivery: str = PARCEL) -> Bought:
    """The whole way to the bank, with nothing paid yet; `path` is the order's page."""
    put_in_cart(visitor, hands, basket)
    write_card(visitor, hands)
    wanted_on = fill_in(visitor, hands, delivery)
    look_over(visitor, hands)
    ore = order(visitor, hands)
    number = visitor.page.locator(".figure-label").inner_text().removeprefix("Ordre ")
    back = visitor.page.get_by_role("link", name="Gå tilbage uden at betale").get_attribute("href") or ""
    return Bought(number, ore, wanted_on, back)


def buy(visitor: Visitor, hands: Hands, basket: str = BASKET, delivery: str = PARCEL) -> Bought:
    """The whole way, paid."""
    bought = go_to_bank(visitor, hands, basket, delivery)
    hands.press(visitor.button("Betal"))
    expect(visitor.page.locator("h1")).to_have_text(f"Ordre {bought.number}")
    return bought
