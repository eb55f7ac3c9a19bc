"""What goes wrong at the till: a card refused, a window closed, the back button, a lost session, an old link."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.aftermath import letters, orders_of, rows, state_of, wait_for_letter
from tests.browser.hands import Mouse
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop

HANDS = Mouse()


def test_decline_leave_and_pay_late(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    late = visit(WIDE)
    promised = journey.go_to_bank(late, HANDS)
    late.button("Betal senere").click()
    expect(late.page.locator("main")).to_contain_text("Du har valgt at betale senere.")
    assert state_of(shop, promised.number) == "placed"
    make_due(shop)  # the worker finds it on its next round; meanwhile another buyer has trouble

    visitor = visit(NARROW)
    bought = journey.go_to_bank(visitor, HANDS)
    visitor.link("Gå tilbage uden at betale").click()
    expect(visitor.page.locator("main")).to_contain_text("Din bestilling er gemt, men ikke betalt.")
    visitor.button("Betal nu").click()
    visitor.button("Afvis").click()
    expect(visitor.page.locator("main")).to_contain_text(
        "Kortet blev afvist. Din bestilling er gemt, og der er ikke trukket penge."
    )
    assert state_of(shop, bought.number) == "placed"
    assert not letters(shop, "order_confirmation", bought.number)
    visitor.button("Prøv igen").click()
    expect(visitor.page.locator("h1")).to_have_text("Legebanken")
    visitor.button("Betal").click()
    expect(visitor.page.locator("main")).to_contain_text("Din ordre er på plads")
    wait_for_letter(shop, "order_confirmation", bought.number)

    wait_for_letter(shop, "order_confirmation", promised.number)
    late.open(promised.path)
    expect(late.page.locator("main")).to_contain_text("Din ordre er på plads")
    assert state_of(shop, promised.number) == "confirmed"


def make_due(shop: RunningShop) -> None:
    """Let the minute that a late payment takes be over."""
    past = (datetime.now(UTC) - timedelta(seconds=5)).replace(tzinfo=None)
    with rows(shop) as connection:
        changed = connection.execute(
            "UPDATE intention SET due_at = ? WHERE kind = 'sandbox_late' AND done_at IS NULL", (past.isoformat(" "),)
        )
        assert changed.rowcount == 1


def test_back_after_paying_buys_nothing_twice(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    visitor = visit(NARROW)
    journey.put_in_cart(visitor, HANDS, "Kaffepausen")
    journey.write_card(visitor, HANDS)
    journey.fill_in(visitor, HANDS)
    journey.field(visitor, "E-mail").fill("tilbage@example.com")
    journey.look_over(visitor, HANDS)
    journey.order(visitor, HANDS)
    visitor.button("Betal").click()
    expect(visitor.page.locator("main")).to_contain_text("Din ordre er på plads")
    paid = visitor.h1
    visitor.page.go_back()
    if visitor.button("Betal").count():  # the bank's page as the browser remembers it
        visitor.follow(visitor.button("Betal"))
        assert visitor.h1 == paid
        visitor.page.go_back()
    visitor.page.go_back()
    expect(visitor.page.locator("h1")).to_have_text("Kassen")
    visitor.follow(visitor.link("Se ordren"))
    assert visitor.h1 == paid
    assert orders_of(shop, "tilbage@example.com") == [paid.removeprefix("Ordre ")]


def test_a_lost_session_loses_nothing_typed(visit: Callable[..., Visitor]) -> None:
    visitor = visit(NARROW)
    journey.put_in_cart(visitor, HANDS, "Kaffepausen")
    journey.write_card(visitor, HANDS)
    wanted_on = journey.fill_in(visitor, HANDS)
    kept = [cookie for cookie in visitor.page.context.cookies() if cookie["name"] == "bestilling"]
    assert len(kept) == 1
    visitor.page.context.clear_cookies()
    visitor.page.context.add_cookies([{**kept[0]}])  # type: ignore[typeddict-item]
    visitor.button("Se hele bestillingen").click()
    expect(visitor.page.locator("h1")).to_have_text("Tryk én gang til")
    visitor.button("Send igen").click()
    expect(visitor.page.locator("h1")).to_have_text("Se efter og betal")
    visitor.open("/kassen")
    for label, text in {**journey.BUYER, **journey.RECIPIENT}.items():
        expect(journey.field(visitor, label)).to_have_value(text)
    expect(journey.field(visitor, "Hvilken dag")).to_have_value(wanted_on.isoformat())
    expect(visitor.page.get_by_role("radio", name="Pakke til døren")).to_be_checked()


def test_an_order_goes_even_when_every_cookie_is_lost(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    """The overview's form knows its cart by itself."""
    visitor = visit(WIDE)
    journey.put_in_cart(visitor, HANDS, "Kaffepausen")
    journey.write_card(visitor, HANDS)
    journey.fill_in(visitor, HANDS)
    journey.field(visitor, "E-mail").fill("uden-cookies@example.com")
    journey.look_over(visitor, HANDS)
    visitor.page.context.clear_cookies()
    visitor.button("Bestil og betal").click()
    visitor.button("Send igen").click()
    expect(visitor.page.locator("h1")).to_have_text("Legebanken")
    assert len(orders_of(shop, "uden-cookies@example.com")) == 1


def test_old_and_forged_links_show_nothing(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    with rows(shop) as connection:
        (token,) = connection.execute('SELECT token FROM "order" ORDER BY id LIMIT 1').fetchone()
    visitor = visit(NARROW)
    visitor.open(f"/ordre/{token}")
    for forged in (f"/ordre/{token[:-1]}", f"/ordre/{token[::-1]}", f"/en/ordre/{token}x", "/ordre/1", "/bank/sb_1"):
        visitor.open(forged, status=404)
        assert "kr." not in visitor.page.locator("main").inner_text()
    expect(visitor.link("Til forsiden")).to_be_visible()
