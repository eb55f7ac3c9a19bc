"""Buyers at the same moment, on both databases: nothing is sold twice, nobody waits for ever, one click, one order."""

import random
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from catalog.baskets.models import Basket
from catalog.items.models import MADE, Item
from catalog.supply.models import WEEK, Supply
from catalog.supply.reserve import Need, reserve
from orders.lock import lock_order
from orders.moves import cancel
from orders.payments.models import Payment
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER
from tests.together.crowd import Buyer, buy_together, buyers, orders_placed, together
from tests.together.supplies import check_nothing_sold_twice, leave, leave_baskets, left_of, stocked_parts

BASKET = "den-groenne-kurv"


def test_fifty_buyers_and_the_last_ten_baskets(example: Flask) -> None:
    item_id = leave_baskets(BASKET, 10)
    answers = buy_together(example, buyers(50))
    bought = [answer for answer in answers if isinstance(answer, int)]
    assert len(set(bought)) == len(bought) == 10
    assert answers.count("sold_out") == 40
    assert orders_placed() == 10
    assert left_of(item_id) == 0
    check_nothing_sold_twice()
    assert db.session.scalars(select(Basket.shown_step).where(Basket.slug == BASKET)).one() == "none"


def test_a_jar_in_two_baskets_and_alone_is_counted_once(example: Flask) -> None:
    first, second = "et-lille-tak", "kaffepausen"
    pieces = {part.item_id: part.quantity for part in stocked_parts(first)}
    shared = next(part for part in stocked_parts(second) if part.item_id in pieces)
    in_first, in_second, item_id = pieces[shared.item_id], shared.quantity, shared.item_id
    jar = shared.item.slug
    with transaction():
        db.session.get_one(Item, item_id).sold_alone = True
    in_all = in_first + in_second + 1
    leave(item_id, in_all * 3)
    crowd = buyers(8, [(first, 1), (second, 1)], [(jar, 1)])
    answers = together(example, [buyer.press for buyer in crowd])
    assert sum(not isinstance(answer, Refused) for answer in answers) == 3
    assert left_of(item_id) == 0
    check_nothing_sold_twice()


def test_whoever_wants_it_for_what_nothing_is_sold_twice(example: Flask) -> None:
    part = stocked_parts("et-lille-tak")[0]
    item_id, quantity, slug = part.item_id, part.quantity, part.item.slug
    with transaction():
        db.session.get_one(Item, item_id).sold_alone = True
    leave(item_id, quantity * 3 + 2)
    crowd = [*buyers(6, [("et-lille-tak", 1)]), *buyers(6, [], [(slug, 1)]), *buyers(4, [], [(slug, 3)])]
    answers = together(example, [buyer.press for buyer in crowd])
    assert any(isinstance(answer, Refused) for answer in answers)
    assert left_of(item_id) < 3  # whoever wanted one piece got it while there was one
    check_nothing_sold_twice()


def test_eight_clicks_are_one_order(example: Flask) -> None:
    (buyer,) = buyers(1)
    answers = together(example, [buyer.press] * 8)
    assert len(set(answers)) == 1
    assert orders_placed() == 1
    assert len(db.session.scalars(select(Payment)).all()) == 1
    check_nothing_sold_twice()


def test_a_cart_without_its_key_is_ordered_once_too(example: Flask) -> None:
    """Whoever does not ask for the cart's order first finds the cart empty, and has ordered nothing."""
    (buyer,) = buyers(1)
    blind = Buyer(buyer.cart_id, "another key", buyer.details)
    answers = together(example, [blind.press] * 8)
    assert sum(not isinstance(answer, Refused) for answer in answers) == 1
    assert orders_placed() == 1
    check_nothing_sold_twice()


def test_the_same_things_in_another_order_wait_for_nobody_for_ever(example: Flask) -> None:
    slugs = ["et-lille-tak", "den-groenne-kurv", "den-store-kurv"]
    forwards = buyers(8, [(slug, 1) for slug in slugs])
    backwards = buyers(8, [(slug, 1) for slug in reversed(slugs)])
    crowd = [buyer for pair in zip(forwards, backwards, strict=True) for buyer in pair]
    answers = together(example, [buyer.press for buyer in crowd])
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    assert orders_placed() == 16
    check_nothing_sold_twice()


def test_a_week_nobody_has_asked_for_is_made_by_all_at_once(example: Flask) -> None:
    made = db.session.scalars(
        select(Item.slug).where(Item.supply == MADE, Item.sold_alone, Item.kind == "goods").order_by(Item.id)
    ).all()
    assert len(made) > 1, "the example has things made to order"
    forwards = buyers(8, [], [(slug, 1) for slug in made])
    backwards = buyers(8, [], [(slug, 1) for slug in reversed(made)])
    crowd = [buyer for pair in zip(forwards, backwards, strict=True) for buyer in pair]
    assert db.session.scalars(select(Supply.id).where(Supply.kind == WEEK)).all() == []
    answers = together(example, [buyer.press for buyer in crowd])
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    weeks = db.session.scalars(select(Supply).where(Supply.kind == WEEK)).all()
    assert {week.taken for week in weeks} == {16}
    assert len(weeks) == len(made)
    check_nothing_sold_twice()


def test_ordering_and_cancelling_at_once_loses_no_piece(example: Flask) -> None:
    item_id = leave_baskets(BASKET, 12)
    earlier = together(example, [buyer.press for buyer in buyers(10)])

    def undo(order_id: int | Refused) -> Callable[[], int]:
        def job() -> int:
            assert isinstance(order_id, int)
            with transaction():
                cancel(lock_order(order_id), by=BUYER, now=utc_now(), why="fortrudt")
            return order_id

        return job

    jobs = [buyer.press for buyer in buyers(10)]
    answers = together(example, [*jobs, *map(undo, earlier)])
    bought = sum(isinstance(answer, int) for answer in answers[:10])
    assert all(isinstance(answer, int) for answer in answers[10:])
    assert bought >= 2
    assert left_of(item_id) == (12 - bought) * stocked_parts(BASKET)[0].quantity
    check_nothing_sold_twice()


def test_whoever_makes_the_weeks_in_whatever_order_all_get_them(example: Flask) -> None:
    item_id = db.session.scalars(select(Item.id).where(Item.supply == MADE).order_by(Item.id).limit(1)).one()
    weeks = [f"2031-W{week:02}" for week in range(1, 53)]

    def wants(number: int) -> Callable[[], int]:
        order = random.Random(number).sample(weeks, len(weeks))

        def job() -> int:
            with transaction():
                needs = [Need(WEEK, item_id, week, 1, weekly=100) for week in order]
                return len(reserve(needs, reference=f"test:{number}", now=utc_now()))

        return job

    answers = together(example, [wants(number) for number in range(8)])
    assert answers == [52] * 8
    taken = db.session.scalars(select(Supply.taken).where(Supply.part.in_(weeks))).all()
    assert list(taken) == [8] * 52
