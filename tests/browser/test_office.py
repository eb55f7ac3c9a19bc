"""The coordinator takes an order through the office by keyboard; the partner's share turns from expected to earned."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.aftermath import state_of, wait_for_letter
from tests.browser.hands import Keyboard, Mouse
from tests.browser.journey import buy, ore_in
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop

DRIVER = "skejby-rangers"


def share_of(partner: Visitor, number: str) -> tuple[int, str]:
    """The one share a partner has of an order, in øre, and how it stands."""
    partner.open("/partner")
    row = partner.page.locator("#share-lines tr", has=partner.page.get_by_role("rowheader", name=number))
    cells = row.locator("td")
    return ore_in(cells.nth(5).inner_text())[0], cells.nth(6).inner_text().lower()


def test_an_order_goes_through_the_office(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    buyer = visit(NARROW)
    bought = buy(buyer, Mouse(), delivery="Skejby Rangers bringer den ud")
    partner = visit(NARROW).sign_in(f"{DRIVER}@example.dk")
    expected, standing = share_of(partner, bought.number)
    assert "forventet" in standing
    assert bought.number not in partner.open("/partner/koersel").page.locator("main").inner_text()

    office = visit(WIDE)
    keyboard = Keyboard(office.page)
    office.open("/kontor")
    keyboard.write(office.page.get_by_label("E-mail"), "koordinator@example.dk")
    keyboard.write(office.page.get_by_label("Adgangskode"), "gavekurv-eksempel")
    keyboard.press(office.button("Log ind"))
    keyboard.press(office.page.get_by_role("link", name=bought.number))
    expect(office.page.locator("h1")).to_have_text(f"Ordre {bought.number}")
    for word, state in (("Pakket", "pakket"), ("Sendt", "sendt")):
        keyboard.press(office.button(word))
        expect(office.page.get_by_role("status")).to_contain_text(f"Ordre {bought.number} er nu {state}.")
        assert state_of(shop, bought.number) == {"pakket": "packed", "sendt": "sent"}[state]
        if state == "pakket":
            check_run_list(partner, bought.number)

    earned, standing = share_of(partner, bought.number)
    assert earned == expected
    assert standing.startswith(("optjent", "til udbetaling"))  # whether the worker has drawn the money yet
    wait_for_letter(shop, "order_sent", bought.number)
    buyer.open(bought.path)
    expect(buyer.page.locator("main")).to_contain_text("Din ordre er sendt.")


def check_run_list(partner: Visitor, number: str) -> None:
    """Whoever drives sees who gets the parcel from when it is packed."""
    partner.open("/partner/koersel")
    days = partner.page.locator("main a[href*='dag=']")
    for link in [each.get_attribute("href") or "" for each in days.all()]:
        partner.page.goto(link)
        said = partner.page.locator("main").inner_text()
        if number in said:
            assert "Ane Gavesen" in said
            return
    raise AssertionError(f"order {number} is on no day's list")
