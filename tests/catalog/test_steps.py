"""Volume steps and gift limits: what a piece costs at how many, what is refused, and what the pages say."""

from datetime import date
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from catalog.baskets.gifts import CHRISTMAS, SMALL, gift_limits
from catalog.baskets.models import Basket
from catalog.baskets.publish import check_steps
from catalog.baskets.steps import STEPS, is_falling, price_at
from orders.books.check import check_books
from orders.cart.draft import draft
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from tests.tools.world import fulfil, make_cart, pay, place_order

FALLING = st.lists(st.integers(1, 100_000), min_size=1, max_size=4, unique=True).map(lambda all_: sorted(all_)[::-1])


@given(FALLING, st.integers(1, 1000))
def test_more_never_costs_more_a_piece(prices: list[int], pieces: int) -> None:
    gross, *lower = prices
    steps = {str(start): ore for start, ore in zip(STEPS, lower, strict=False)}
    assert is_falling(gross, steps)
    assert price_at(gross, steps, pieces + 1) <= price_at(gross, steps, pieces)
    reached = sum(start <= pieces for start in STEPS[: len(lower)])
    assert price_at(gross, steps, pieces) == prices[reached]
    for before, later in pairwise(prices):
        assert not is_falling(later, {"10": before})


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ({"10": 39_902}, "step_10"),
        ({"10": 40_000}, "step_10"),
        ({"10": 39_000, "50": 39_500}, "step_10"),
        ({"10": 39_000, "50": 24_995}, "step_50"),
    ],
)
def test_a_step_off_the_grid_rising_or_below_the_floor(steps: dict[str, int], field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_steps(39_900, steps, 20_000, 2500)
    assert refused.value.field == field


def test_the_pieces_of_a_basket_are_counted_over_the_whole_cart(example: Flask) -> None:
    with transaction():
        cart = make_cart([("kaffepausen", 6)], card_text="Til os")
        other = make_cart([("kaffepausen", 4)], card_text="Til jer")
        cart.lines.append(other.lines.pop())
        db.session.flush()
        drafted = draft(cart, today=local_day(utc_now()))
        assert [line.unit_ore for line in drafted.lines] == [28_900, 28_900]
        assert not drafted.changed  # the price of one is as it was seen
        cart.lines[0].quantity = 5
        assert {line.unit_ore for line in draft(cart, today=local_day(utc_now())).lines} == {29_900}
        db.session.rollback()


def test_a_step_is_what_is_sold_split_and_booked(example: Flask) -> None:
    order = place_order([("kaffepausen", 12)])
    line = order.lines[0]
    assert (line.unit_ore, line.gross_ore) == (28_900, 12 * 28_900)
    assert sum(share.ore for share in line.shares) == line.net_ore
    agreed = {share.enterprise_id: share.ore for share in line.shares if share.enterprise_id}
    single = place_order([("kaffepausen", 1)]).lines[0]
    for share in single.shares:
        if share.enterprise_id and share.kind == "service":
            assert agreed[share.enterprise_id] >= 12 * share.ore  # the pot alone gives the discount
    assert line.shares[-1].ore >= 0
    pay(order)
    fulfil(order)
    assert check_books().holds


def test_no_step_of_the_example_is_below_its_floor(sqlite_example: Flask) -> None:
    found = 0
    for basket in db.session.scalars(select(Basket)):
        version = basket.current
        if version is not None and version.steps:
            check_steps(version.gross_ore, version.steps, version.floor_ore, 2500)
            found += 1
    assert found == 4


def test_the_page_says_every_price_and_the_gift_limit(sqlite_example: Flask) -> None:
    page = sqlite_example.test_client().get("/kurve/kaffepausen").get_data(as_text=True).replace("\xa0", " ")
    for price in ("299,00 kr.", "289,00 kr.", "279,00 kr.", "269,00 kr.", "223,20 kr."):
        assert price in page
    assert "inden for julegavegrænsen 2026 (1.000,00 kr.)" in page
    assert "arbejdsgiver afgør" in page


@pytest.mark.parametrize(
    ("year", "kroner", "kept"),
    [(2024, 900, CHRISTMAS), (2024, 901, SMALL), (2024, 1301, ""), (2026, 1000, CHRISTMAS), (2026, 1400, SMALL),
     (2026, 1401, "")],
)  # fmt: skip
def test_the_limits_by_year(sqlite_example: Flask, year: int, kroner: int, kept: str) -> None:
    limits = gift_limits(year)
    assert limits is not None
    assert limits.label(kroner * 100) == kept


def test_a_year_nobody_knows_is_not_guessed(sqlite_example: Flask) -> None:
    assert gift_limits(2027) is None
    for key, ore in (("limits.gift_small_ore", 1500_00), ("limits.gift_christmas_ore", 1100_00)):
        with transaction():
            change_setting(key, ore, valid_from=date(2027, 1, 1), by=COMMAND, now=utc_now())
    limits = gift_limits(2027)
    assert limits is not None
    assert (limits.small_ore, limits.christmas_ore) == (1500_00, 1100_00)
    assert gift_limits(2028) is None
