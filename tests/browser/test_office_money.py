"""The coordinator's money moves by keyboard and on a telephone: a discount, one component, goodwill, and the tables."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.journey import buy, field, go_to_bank, ore_in
from tests.browser.visitor import NARROW, WIDE, Visitor

COORDINATOR = "koordinator@example.dk"


def open_form(office: Visitor, hands: Hands, number: str, link: str) -> None:
    """From the order's page to one of its money forms."""
    office.open(f"/kontor/ordrer/{number}")
    hands.press(office.link(link))
    expect(office.page.locator("h1")).to_have_text(link)


def see_and_do(office: Visitor, hands: Hands, button: str) -> None:
    """On to the page that shows what will happen, and its button."""
    hands.press(office.button("Se, hvad der vil ske"))
    expect(office.page.locator("h1")).to_have_text("Det her vil ske")
    assert office.look(office.page.viewport_size["width"]) == []  # type: ignore[index]
    hands.press(office.button(button))


@pytest.mark.parametrize("width", [NARROW])
def test_a_discount_lowers_what_the_buyer_pays(visit: Callable[..., Visitor], width: int) -> None:
    buyer, hands = visit(NARROW), Mouse()
    bought = go_to_bank(buyer, hands)
    office = visit(width).sign_in(COORDINATOR, "/kontor")
    by: Hands = Keyboard(office.page) if width == WIDE else Mouse()
    open_form(office, by, bought.number, "Giv rabat")
    assert office.look(width) == []
    by.write(field(office, "Rabat i kroner, med moms"), "25")
    by.write(field(office, "Eller i procent"), "5")
    by.write(office.page.get_by_label("Hvorfor?"), "Stamkunde")
    by.press(office.button("Se, hvad der vil ske"))
    expect(office.page.get_by_role("alert")).to_contain_text("enten i kroner eller i procent")
    field(office, "Eller i procent").fill("")
    see_and_do(office, by, "Giv 25,00 kr. i rabat")
    expect(office.page.get_by_role("status")).to_contain_text("Rabatten er givet.")
    expect(office.page.locator("main")).to_contain_text("25,00 kr. i rabat")
    assert office.look(width) == []
    buyer.open(bought.path)
    hands.press(buyer.page.locator("main").get_by_role("button", name="Betal").first)
    expect(buyer.page.locator("h1")).to_have_text("Legebanken")
    assert ore_in(buyer.page.locator(".figure-money").inner_text())[0] == bought.paid_ore - 2_500


@pytest.mark.parametrize("width", [WIDE])
def test_a_component_and_goodwill_of_a_sent_order(visit: Callable[..., Visitor], width: int) -> None:
    bought = buy(visit(NARROW), Mouse())
    office = visit(width).sign_in(COORDINATOR, "/kontor")
    for word in ("Pakket", "Sendt"):
        office.open(f"/kontor/ordrer/{bought.number}").follow(office.button(word))
    by: Hands = Keyboard(office.page) if width == WIDE else Mouse()
    open_form(office, by, bought.number, "Refundér eller annullér en del")
    assert office.look(width) == []
    by.press(office.link("Refundér én vare i en kurv"))
    by.write(field(office, "Af hvor mange?"), "1")
    by.write(office.page.get_by_label("Hvorfor?"), "Glasset var revnet")
    office.page.get_by_label("Hvad skal tages ud?").select_option(index=0)
    by.press(office.button("Se, hvad der vil ske"))
    expect(office.page.locator("h1")).to_have_text("Det her vil ske")
    assert office.page.locator("#hvem .money.strong").count() == 1  # its enterprise, and nobody else
    by.press(office.button("Ret det"))
    expect(office.page.get_by_label("Hvorfor?")).to_have_value("Glasset var revnet")
    by.press(office.button("Se, hvad der vil ske"))
    by.press(office.page.locator("main button.primary"))
    expect(office.page.get_by_role("status")).to_contain_text("Det er taget tilbage.")

    open_form(office, by, bought.number, "Giv penge tilbage (kulance)")
    by.write(field(office, "Beløb til køberen, med moms"), "10")
    office.page.get_by_label("Hvem bærer det?").select_option("pot")
    by.write(office.page.get_by_label("Hvorfor?"), "Den kom en dag for sent")
    see_and_do(office, by, "Giv 10,00 kr. tilbage")
    expect(office.page.locator("#refusioner")).to_contain_text("Den kom en dag for sent")
    expect(office.page.locator("#refusioner")).to_contain_text("Glasset var revnet")
    assert office.look(width) == []
    posted = office.page.locator("#pengene").get_by_role("link").filter(has_text="Den fælles pulje")
    by.press(posted)
    expect(office.page.locator("h1")).to_have_text("Posteringer")
    assert office.page.locator("#posteringer tbody tr").count() > 0


@pytest.mark.parametrize(
    "path", ["/kontor/penge", "/kontor/penge/tilgode", "/kontor/posteringer", "/kontor/posteringer/rettelse"]
)
def test_the_money_pages_have_no_faults(visit: Callable[..., Visitor], path: str) -> None:
    office = visit(WIDE).sign_in(COORDINATOR, "/kontor")
    for prefix in ("", "/en"):
        assert office.open(prefix + path).look() == []
