"""A partner follows its money by keyboard: from what it has, to a line that was refunded, to its postings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from orders.refunds.plan import Bearer
from orders.reversals.models import BY_ENTERPRISE
from shop.app import create_app
from shop.config import read_settings
from shop.db import db
from tests.browser.hands import Keyboard
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.orders.money_world import ALL_POLICIES, sold, take_component, take_pieces
from tests.orders.supplier_world import enterprise, shares_of
from tests.tools.browser import RunningShop

NOTE = "Chokoladen var smeltet."


@contextmanager
def inside(shop: RunningShop) -> Iterator[None]:
    """The program itself, on the data of the running shop."""
    with create_app(read_settings(shop.environment)).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_partner_follows_its_money(visit: Callable[..., Visitor], shop: RunningShop, width: int) -> None:
    with inside(shop):
        order = sold(ALL_POLICIES)
        mine = next(share for share in shares_of("social-foodies") if share.line.order_id == order.id)
        take_component(order, mine.id, 1, note=NOTE)
        number, path = order.number, f"/partner/penge/{mine.id}"
    partner = visit(width).sign_in("social-foodies@example.dk")
    page, keyboard = partner.page, Keyboard(partner.page)
    keyboard.press(page.get_by_role("navigation").get_by_role("link", name="Mine penge"))
    expect(page.locator("h1")).to_have_text("Mine penge")
    assert not partner.look(width)
    keyboard.write(page.get_by_role("searchbox"), number)
    keyboard.go(page.get_by_label("Tilstand"))
    page.keyboard.type("taget")
    keyboard.press(partner.button("Find"))
    expect(page.locator("#money-lines tbody tr")).to_have_count(1)
    expect(page.locator("#money-lines tbody tr")).to_contain_text(f"Koordinatoren skriver: «{NOTE}»")
    keyboard.press(page.locator("#money-lines tbody a"))
    page.wait_for_url(f"**{path}")
    expect(page.locator("#taken tbody tr")).to_contain_text("kun din del er taget tilbage")
    expect(page.locator("#postings tbody tr")).to_have_count(3)
    assert not partner.look(width)


def test_a_debt_is_read_in_words(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    with inside(shop):
        bearer = enterprise("fo-aarhus")
        take_pieces(sold(), 3, bearer=Bearer(BY_ENTERPRISE, bearer.id), note="Aftalt")
    partner = visit(NARROW).sign_in("fo-aarhus@example.dk", "/partner/penge")
    expect(partner.page.locator(".figure")).to_contain_text("I skylder fællesskabet 957,60 kr.; det bliver trukket fra")
    expect(partner.page.locator(".figure")).to_contain_text("−957,60 kr.")
    assert not partner.look()
