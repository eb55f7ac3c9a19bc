"""The law's withdrawal function, walked through: by keyboard and without JavaScript, on a phone and on a desk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.browser.aftermath import rows
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop

WAYS = pytest.mark.parametrize(("way", "width"), [("keyboard", NARROW), ("no script", WIDE)])
WAYS_TOO = pytest.mark.parametrize(("way", "width"), [("keyboard", WIDE), ("no script", NARROW)])
_taken = count()


def delivered_order(shop: RunningShop) -> tuple[str, str, str]:
    """A private order of the example, sent two days ago, that no other test uses: number, token and e-mail."""
    sent = datetime.now(UTC) - timedelta(days=2)
    with rows(shop) as connection:
        found = connection.execute(
            """SELECT id, number, token, buyer_email FROM "order"
               WHERE buyer_kind = 'private' AND state IN ('sent', 'closed') AND id NOT IN (SELECT order_id FROM refund)
                 AND id IN (SELECT order_id FROM order_line WHERE kind = 'basket') ORDER BY id LIMIT 1 OFFSET ?""",
            (next(_taken),),
        ).fetchone()
        connection.execute(
            'UPDATE "order" SET sent_at = ?, wanted_on = ? WHERE id = ?',
            (sent.strftime("%Y-%m-%d %H:%M:%S"), sent.date().isoformat(), found[0]),
        )
    return str(found[1]), str(found[2]), str(found[3])


def hands_of(visitor: Visitor, way: str) -> Hands:
    return Keyboard(visitor.page) if way == "keyboard" else Mouse()


def check_one_button(visitor: Visitor) -> None:
    """Step two has one button that acts, and it is labelled with the law's words alone."""
    primary = visitor.page.locator("main button.primary")
    expect(primary).to_have_count(1)
    expect(primary).to_have_text("Bekræft fortrydelse")


def check_receipt(visitor: Visitor, number: str) -> None:
    """The page says what was said, with date and time."""
    expect(visitor.page.locator("h1")).to_have_text("Vi har modtaget din fortrydelse")
    said = visitor.page.locator("main").inner_text().replace("\xa0", " ")
    assert re.search(r"Modtaget \d+\. \w+ \d{4} kl\. \d\d\.\d\d", said), said
    assert number in said


@WAYS
def test_by_the_orders_link(visit: Callable[..., Visitor], shop: RunningShop, way: str, width: int) -> None:
    number, token, _email = delivered_order(shop)
    visitor = visit(width, script=way != "no script")
    hands = hands_of(visitor, way)
    visitor.open(f"/ordre/{token}")
    hands.press(visitor.link("Fortryd aftalen her"))
    expect(visitor.page.locator("h1")).to_have_text("Fortryd aftalen her")
    name = visitor.page.get_by_label("Dit navn")
    assert name.input_value(), "the buyer is filled in"
    name.fill("")
    hands.press(visitor.button("Videre"))
    expect(visitor.page.locator(".error-summary")).to_contain_text("Dit navn: Skriv noget her.")
    hands.write(visitor.page.get_by_label("Dit navn"), "Karla Købersen")
    hands.press(visitor.button("Videre"))
    expect(visitor.page.locator("h1")).to_have_text("Er det rigtigt?")
    check_one_button(visitor)
    hands.press(visitor.button("Gå tilbage og ret"))
    assert visitor.page.get_by_label("Dit navn").input_value() == "Karla Købersen"
    hands.press(visitor.button("Videre"))
    hands.press(visitor.button("Bekræft fortrydelse"))
    check_receipt(visitor, number)
    visitor.open(f"/ordre/{token}/fortryd")
    expect(visitor.page.locator("main")).to_contain_text("Der er ikke mere at fortryde på den her ordre.")
    expect(visitor.link("Se kvitteringen")).to_be_visible()


@WAYS_TOO
def test_in_words(visit: Callable[..., Visitor], shop: RunningShop, way: str, width: int) -> None:
    number, _token, email = delivered_order(shop)
    visitor = visit(width, script=way != "no script")
    hands = hands_of(visitor, way)
    visitor.open("/")
    hands.press(visitor.page.get_by_role("contentinfo").get_by_role("link", name="Fortryd aftalen her"))
    expect(visitor.page.locator("h1")).to_have_text("Fortryd aftalen her")
    hands.write(visitor.page.get_by_label("Ordrenummer"), number)
    hands.write(visitor.page.get_by_label("Dit navn"), "Karla Købersen")
    hands.write(visitor.page.get_by_label("E-mail til kvitteringen"), email)
    hands.press(visitor.button("Videre"))
    expect(visitor.page.locator("h1")).to_have_text("Er det rigtigt?")
    check_one_button(visitor)
    hands.press(visitor.button("Bekræft fortrydelse"))
    check_receipt(visitor, number)


def test_two_hurried_clicks_are_one(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    for script in (True, False):
        number, token, _email = delivered_order(shop)
        visitor = visit(NARROW, script=script)
        visitor.open(f"/ordre/{token}/fortryd")
        visitor.follow(visitor.button("Videre"))
        visitor.button("Bekræft fortrydelse").dblclick()
        expect(visitor.page.locator("h1")).to_have_text("Vi har modtaget din fortrydelse")
        with rows(shop) as connection:
            query = "SELECT count(*) FROM withdrawal WHERE typed_number = ?"
            assert connection.execute(query, (number,)).fetchone()[0] == 1


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["da", "en"])
def test_every_step_can_be_read(visit: Callable[..., Visitor], shop: RunningShop, prefix: str) -> None:
    """No findings of axe's, and nothing to scroll sideways for, on any step, with errors and without."""
    _number, token, _email = delivered_order(shop)
    visitor = visit()
    page = visitor.page
    found = []
    for path in ("/fortryd", f"/ordre/{token}/fortryd"):
        visitor.open(prefix + path)
        found += visitor.look()
        page.locator("[name=name]").fill("")
        visitor.follow(page.locator("main button.primary"))
        assert page.locator(".error-summary").count()
        found += visitor.look()
        page.locator("[name=name]").fill("Karla Købersen")
        page.locator("[name=email]").fill("karla@example.com")
        if page.locator("[name=number]").count():
            page.locator("[name=number]").fill("ved ikke")
        for _step in range(2):
            visitor.follow(page.locator("main button.primary"))
            found += visitor.look()
    found += visitor.open(f"{prefix}/ordre/{token}/fortryd").look()
    assert not found, "\n".join(found)


def test_the_office_answers_by_keyboard(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    number, token, _email = delivered_order(shop)
    buyer = visit(NARROW)
    buyer.open(f"/ordre/{token}/fortryd")
    buyer.follow(buyer.button("Videre"))
    buyer.follow(buyer.button("Bekræft fortrydelse"))
    with rows(shop) as connection:  # eleven days later it is the office's turn
        early = (datetime.now(UTC) - timedelta(days=12)).strftime("%Y-%m-%d %H:%M:%S")
        connection.execute("UPDATE withdrawal SET received_at = ? WHERE typed_number = ?", (early, number))
    office = visit(WIDE)
    office.sign_in("koordinator@example.dk", "/kontor")
    keyboard = Keyboard(office.page)
    keyboard.press(office.link("Se fortrydelserne"))
    expect(office.page.locator("h1")).to_have_text("Fortrydelser")
    found = office.look(NARROW, WIDE)
    keyboard.press(office.page.locator("#fortrydelser tr", has_text=number).get_by_role("link"))
    expect(office.page.locator("h1")).to_have_text(f"Fortrydelse, {number}")
    found += office.look(NARROW, WIDE)
    keyboard.tick(office.page.get_by_label("Varerne kan sælges igen"))
    keyboard.press(office.button("Notér varerne"))
    expect(office.page.get_by_role("status")).to_contain_text("Varerne er noteret")
    found += office.look(NARROW, WIDE)
    keyboard.press(office.page.locator("main button", has_text=re.compile("^Betal .* tilbage$")))
    expect(office.page.get_by_role("status")).to_contain_text("Betalt tilbage.")
    found += office.look(NARROW, WIDE)
    buyer.open(f"/ordre/{token}/fortryd")
    expect(buyer.page.locator("main")).to_contain_text("betalt tilbage")
    assert not found, "\n".join(found)
