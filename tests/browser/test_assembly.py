"""A coordinator assembles a basket, an enterprise says yes, and it is in the shop: by mouse, and by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.visitor import NARROW, WIDE, Visitor

# What nobody has been asked for yet: the name, what to search for, and what it costs.
BROOM, PAN = ("Kost med langt skaft", "Kost", "145,00 kr."), ("Fejebakke og håndkost", "Fejebakke", "110,00 kr.")
Goods = tuple[str, str, str]


@pytest.mark.parametrize(("way", "width", "goods"), [("mouse", WIDE, BROOM), ("keyboard", NARROW, PAN)])
def test_from_an_empty_basket_to_the_shop(visit: Callable[..., Visitor], way: str, width: int, goods: Goods) -> None:
    office = visit(width).sign_in("koordinator@example.dk", "/kontor/kurve")
    hands: Hands = Keyboard(office.page) if way == "keyboard" else Mouse()
    page, name, item = office.page, f"Vinterkurven {way}", goods[0]
    hands.write(page.get_by_label("Kurvens navn"), name)
    hands.press(office.button("Begynd en kurv"))
    page.wait_for_url("**/kurve/vinterkurven-*")
    told = page.locator(".desk-told")
    hands.write(page.get_by_label("Søg efter en vare eller en virksomhed"), goods[1])
    hands.press(office.button("Søg"))
    if way == "mouse":
        page.locator(".shelf-item", has_text=item).drag_to(page.locator("[data-drop]"))
    else:
        hands.press(office.button(f"Læg i {item}"))
    expect(told).to_contain_text(f"{item}: 1 i kurven.")
    hands.write(page.get_by_label("Pris med moms, kr."), "399")
    hands.press(page.locator("#vilkaar ~ form").get_by_role("button", name="Gem"))
    expect(page.locator(".desk-price")).to_have_text("399,00 kr.")
    assert not (office.look(width) if way == "mouse" else [])
    office.open(office.path)
    hands.press(office.button(f"Op {item}"))
    expect(told).to_contain_text("er flyttet")
    hands.press(office.link("Spørg virksomhederne"))  # on from where one was: the desk is new, the focus is not lost
    page.wait_for_url("**/spoerg")
    hands.press(office.button("Send spørgsmålene"))
    expect(page.locator("main")).to_contain_text("venter på svar")
    _say_yes(visit(width), way, width, goods)
    office.open(office.path)
    expect(page.locator("main")).not_to_contain_text("Ikke alle virksomheder har sagt ja endnu.")
    hands.press(office.button("Sæt til salg"))
    expect(page.locator("#indhold")).to_contain_text("Kurven er til salg.")
    office.open(f"/kurve/vinterkurven-{way}")
    assert office.h1 == name
    expect(page.locator("main")).to_contain_text(item)


def _say_yes(maker: Visitor, way: str, width: int, goods: Goods) -> None:
    """The enterprise reads what it is asked for, with its share, and says yes."""
    hands: Hands = Keyboard(maker.page) if way == "keyboard" else Mouse()
    maker.sign_in("blindes-arbejde@example.dk", "/partner/tilbud")
    hands.press(maker.page.locator("main").get_by_role("link", name=goods[0]).first)
    expect(maker.page.locator("main")).to_contain_text(f"{goods[2]} uden moms")
    assert not (maker.look(width) if way == "mouse" else [])
    hands.press(maker.button("Ja, vi er med"))
    expect(maker.page.locator("#indhold")).to_contain_text("Aftalen er indgået.")


def test_the_rest_of_the_rooms_can_be_read_by_everyone(visit: Callable[..., Visitor]) -> None:
    office = visit(WIDE).sign_in("koordinator@example.dk", "/kontor/kurve")
    found = office.tour(
        "/kontor/kurve", "/kontor/kurve/foreslaa?pris=400&antal=50&virksomheder=4&flest=1&uge=&pakke=",
        "/kontor/kurve/fordeling", "/kontor/kurve/den-groenne-kurv", "/kontor/salg", "/kontor/soeg?sog=a",
        widths=(NARROW, WIDE),
    )  # fmt: skip
    assert not found, "\n".join(found)
