"""Paying at a bank outside the house, and paying later: with a saved card, by link, when the bank does not answer."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import journey
from tests.browser.aftermath import letters, state_of
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.visitor import NARROW, WIDE, Visitor, open_window
from tests.standin import Standin
from tests.tools.browser import RunningShop


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningShop, Standin]]:
    """A shop whose bank is the stand-in, told of everything by its webhook."""
    with Standin() as bank:
        keys = {"STRIPE_SECRET_KEY": bank.key, "STRIPE_WEBHOOK_SECRET": bank.secret, "STRIPE_API_BASE": bank.base}
        with RunningShop(tmp_path_factory.mktemp("stripe") / "data", keys) as running:
            bank.webhook = f"{running.url}/stripe/webhook"
            yield running, bank


@pytest.fixture
def buyer(stripe: tuple[RunningShop, Standin], browser: Browser) -> Iterator[Visitor]:
    visitor = open_window(browser, stripe[0].url, NARROW)
    visitor.base_url = "http://127.0.0.1:"  # the bank is another server, on this machine too
    yield visitor
    visitor.page.context.close()
    assert not visitor.faults, "\n".join(visitor.faults)


def to_the_button(visitor: Visitor, hands: Hands, *, late: bool = False) -> None:
    journey.put_in_cart(visitor, hands)
    journey.write_card(visitor, hands)
    journey.fill_in(visitor, hands, late=late)
    journey.look_over(visitor, hands)


def test_a_basket_is_bought_at_stripe_by_keyboard(stripe: tuple[RunningShop, Standin], buyer: Visitor) -> None:
    shop, bank = stripe
    hands = Keyboard(buyer.page)
    to_the_button(buyer, hands)
    hands.press(buyer.button("Bestil og betal"))
    expect(buyer.page.locator("h1")).to_have_text("Betal hos stedfortræderen for Stripe")
    buyer.page.get_by_role("button", name="Kortet bliver afvist").click()
    expect(buyer.page.get_by_role("alert")).to_be_visible()
    buyer.page.get_by_role("button", name="Betal med MobilePay").click()
    expect(buyer.page.locator("h1")).to_contain_text("Ordre")
    expect(buyer.page.get_by_text("Din ordre er på plads")).to_be_visible()
    number = buyer.h1.removeprefix("Ordre ")
    assert state_of(shop, number) == "confirmed"
    assert set(bank.deliver()) == {200}
    assert bank.unkeyed == 0
    assert buyer.look(NARROW) == []


def test_the_bank_is_down_and_comes_back(stripe: tuple[RunningShop, Standin], buyer: Visitor) -> None:
    _shop, bank = stripe
    to_the_button(buyer, Mouse())
    bank.down = True
    buyer.follow(buyer.button("Bestil og betal"))
    expect(buyer.page.get_by_text("Vi venter på banken")).to_be_visible()
    assert buyer.look(NARROW) == []
    bank.down = False
    buyer.follow(buyer.button("Betal nu"))
    expect(buyer.page.locator("h1")).to_have_text("Betal hos stedfortræderen for Stripe")
    buyer.page.get_by_role("button", name="Betal med kort").click()
    expect(buyer.page.get_by_text("Din ordre er på plads")).to_be_visible()


@pytest.mark.parametrize(("width", "way"), [(NARROW, "mouse"), (WIDE, "keyboard")])
def test_a_gift_for_later_with_a_saved_card(
    visit: Callable[..., Visitor], shop: RunningShop, way: str, width: int
) -> None:
    visitor = visit(width)
    hands: Hands = Keyboard(visitor.page) if way == "keyboard" else Mouse()
    to_the_button(visitor, hands, late=True)
    hands.press(visitor.button("Bestil og betal"))  # nothing chosen yet: the browser itself asks, or the page does
    expect(visitor.page.locator("h1")).to_have_text("Se efter og betal")
    assert visitor.look(width) == []
    hands.tick(visitor.page.get_by_role("radio", name="Gem mit kort"))
    terms = visitor.page.get_by_label("Jeg siger ja til handelsbetingelserne.")
    if not terms.is_checked():
        hands.tick(terms)
    hands.press(visitor.button("Bestil og betal"))
    expect(visitor.page.locator("h1")).to_have_text("Legebanken")
    assert visitor.look(width) == []
    hands.press(visitor.button("Gem kortet"))
    expect(visitor.page.get_by_text("dit kort er gemt")).to_be_visible()
    assert visitor.look(width) == []
    assert state_of(shop, visitor.h1.removeprefix("Ordre ")) == "confirmed"


def test_a_gift_for_later_by_link(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    visitor = visit(NARROW)
    to_the_button(visitor, Mouse(), late=True)
    visitor.page.get_by_role("radio", name="Send mig et link").check()
    visitor.follow(visitor.button("Bestil og betal"))
    expect(visitor.page.get_by_text("Du får en mail med et link")).to_be_visible()
    number = visitor.h1.removeprefix("Ordre ")
    assert state_of(shop, number) == "confirmed"
    assert letters(shop, "pay_link", number) == []
