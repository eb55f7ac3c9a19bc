"""A basket is packed with the picture checklist: by mouse on one tablet, by keyboard and scanner on another."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.aftermath import rows, state_of
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.journey import buy
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop

OFFICE = "koordinator@example.dk"
MOST_STEPS = 60


def packing_path(shop: RunningShop, number: str) -> str:
    with rows(shop) as database:
        (day,) = database.execute('SELECT pack_on FROM "order" WHERE number = ?', (number,)).fetchone()
    return f"/kontor/pakning/{day}/ordre/{number}"


def pack_on(packer: Visitor, hands: Hands, number: str) -> int:
    """Press the big button until the order is packed; how many steps that took."""
    for done in range(1, MOST_STEPS):
        last = packer.button("Færdig")
        is_last = last.count() == 1
        with packer.page.expect_navigation():
            hands.press(last if is_last else packer.button("Lagt i"))
        if is_last:
            expect(packer.page.locator("h1")).to_have_text(f"Flot. Ordre {number} er pakket")
            return done
    raise AssertionError(f"{number} is not packed after {MOST_STEPS} steps")


def test_by_mouse_on_a_tablet_and_taken_over_from_another(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    number = buy(visit(NARROW), Mouse()).number
    path = packing_path(shop, number)
    first, second = visit(WIDE).sign_in(OFFICE, "/kontor"), visit(NARROW).sign_in(OFFICE, "/kontor")
    first.open(path)
    assert first.look() == []
    first.follow(first.button("Begynd"))
    assert first.look() == []
    assert "kr." not in first.page.locator("main").inner_text()
    first.follow(first.button("Lagt i"))
    second.open(path)
    expect(second.page.locator("main")).to_contain_text("er i gang med den på en anden tablet")
    second.follow(second.button("Overtag"))
    first.follow(first.button("Lagt i"))
    expect(first.page.locator("main")).to_contain_text("er i gang med den på en anden tablet")
    first.faults.clear()  # the answer to the first tablet is a refusal, which the console repeats
    assert pack_on(second, Mouse(), number) > 1
    assert second.look() == []
    assert state_of(shop, number) == "packed"


def test_by_keyboard_and_scanner(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    number = buy(visit(NARROW), Mouse()).number
    packer = visit(WIDE).sign_in(OFFICE, "/kontor")
    keyboard = Keyboard(packer.page)
    packer.open(packing_path(shop, number))
    with packer.page.expect_navigation():
        packer.page.keyboard.press("Enter")  # the focus stands on the big button
    expect(packer.page.locator(".pack-head")).to_contain_text("1 af ")
    with packer.page.expect_navigation():
        packer.page.keyboard.press("ArrowRight")
    expect(packer.page.locator(".pack-head")).to_contain_text("2 af ")
    with packer.page.expect_navigation():
        packer.page.keyboard.press("ArrowLeft")
    with packer.page.expect_navigation():
        packer.page.keyboard.type("nonsens\n")  # as a scanner types: into its field, and Enter
    expect(packer.page.get_by_role("alert")).to_contain_text("Vi kender ikke koden")
    packer.faults.clear()
    expect(packer.page.locator("#kode")).to_be_focused()
    packer.page.locator("#kode").fill("")
    with packer.page.expect_navigation():
        packer.page.keyboard.press("Enter")
    with packer.page.expect_navigation():
        packer.page.keyboard.press("Space")
    expect(packer.page.locator(".pack-head")).to_contain_text("3 af ")
    assert "Lagt i" in packer.page.locator("main").aria_snapshot()
    pack_on(packer, keyboard, number)
    assert state_of(shop, number) == "packed"


def test_without_a_script(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    number = buy(visit(NARROW), Mouse()).number
    packer = visit(WIDE, script=False).sign_in(OFFICE, "/kontor")
    packer.open(packing_path(shop, number))
    packer.follow(packer.button("Begynd"))
    assert not packer.page.get_by_text("Læs op").is_visible()
    pack_on(packer, Mouse(), number)
