"""Several orders moved at once in a browser: ticked, looked at, begun, and followed to the end by itself."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.aftermath import state_of
from tests.browser.hands import Keyboard, Mouse
from tests.browser.journey import buy
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop


def test_by_keyboard_with_one_that_cannot(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    bought = buy(visit(NARROW), Mouse())
    office = visit(WIDE).sign_in("koordinator@example.dk", "/kontor").open("/kontor?tilstand=all")
    hands, page, rows = Keyboard(office.page), office.page, office.page.locator("#orders tbody tr")
    hands.tick(page.get_by_label(f"Vælg ordre {bought.number}"))
    hands.tick(rows.filter(has_text="afsluttet").first.get_by_role("checkbox"))
    page.get_by_label("Hvad skal der ske?").select_option(label="Pakket")
    hands.press(office.button("Se, hvad der sker"))
    page.wait_for_url("**/kontor/flere/se?**")
    expect(page.locator("main")).to_contain_text("1 ordre kan ikke.")
    assert not office.look(NARROW, WIDE)
    hands.press(office.button("Notér 1 ordre som pakket"))
    page.wait_for_url("**/kontor/flere/*")
    # The page is not opened again: the script fetches its middle until it is over.
    expect(page.locator("[data-over]")).to_contain_text("1 ordre er pakket. 1 kunne ikke.")
    assert not office.look(NARROW, WIDE)
    assert state_of(shop, bought.number) == "packed"


def test_without_script_the_link_shows_how_far_it_is(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    bought = buy(visit(NARROW), Mouse())
    office = visit(NARROW, script=False).sign_in("koordinator@example.dk", "/kontor").open("/kontor?tilstand=confirmed")
    office.page.get_by_label(f"Vælg ordre {bought.number}").check()
    office.follow(office.button("Se, hvad der sker"))
    office.follow(office.button("Notér 1 ordre som pakket"))
    over = office.page.locator("[data-over]")
    for _ in range(60):
        if over.count():
            break
        office.page.wait_for_timeout(250)
        office.follow(office.link("Se, hvor langt det er"))
    expect(over).to_contain_text("1 ordre er pakket.")
    assert state_of(shop, bought.number) == "packed"
