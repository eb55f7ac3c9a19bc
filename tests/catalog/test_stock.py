"""Shelves: what comes, is counted and written off; what is short; and lots, which leave the earliest first."""

import contextlib
import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.assortment.stock import set_stock
from catalog.baskets.models import Basket
from catalog.items.models import MADE, Item, ItemVersion
from catalog.supply.models import LotMove, SupplyMove
from catalog.supply.reserve import Need, SoldOut, put_back, release, reserve, take
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, pack
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.catalog.shelf_world import (
    BASKET,
    clear,
    come,
    counted,
    lots,
    scarce_item,
    shelf_of,
    standing,
    written_off,
)
from tests.tools.world import pay, place_order


def _reserve(item_id: int, pieces: int, reference: str) -> None:
    with transaction():
        reserve([Need("stock", item_id, "", pieces)], reference=reference, now=utc_now())


def test_what_is_promised_stays_promised_when_a_count_finds_less(example: Flask) -> None:
    item_id, _pieces = scarce_item()
    clear(item_id)
    come(item_id, 10, "a")
    _reserve(item_id, 8, "x")
    assert counted(item_id, 5, "b").short == 3
    assert standing(item_id) == (5, 8, 3)
    with pytest.raises(SoldOut):
        _reserve(item_id, 1, "y")
    come(item_id, 2, "c")
    assert standing(item_id) == (7, 8, 1)
    with pytest.raises(SoldOut):
        _reserve(item_id, 1, "z")
    come(item_id, 4, "d")
    assert standing(item_id) == (11, 8, 0)
    _reserve(item_id, 3, "w")
    assert standing(item_id) == (11, 11, 0)


def test_what_is_let_go_while_short_makes_good_first(example: Flask) -> None:
    item_id, _pieces = scarce_item()
    clear(item_id)
    come(item_id, 10, "a")
    _reserve(item_id, 8, "x")
    counted(item_id, 5, "b")
    row_id = shelf_of(item_id).id
    with transaction():
        release([(row_id, 2)], reference="x1", now=utc_now())
    assert standing(item_id) == (5, 6, 1)
    with transaction():
        release([(row_id, 4)], reference="x2", now=utc_now())
    assert standing(item_id) == (5, 2, 0)
    _reserve(item_id, 3, "y")


def test_nothing_is_packed_that_does_not_lie_there(example: Flask) -> None:
    item_id, _pieces = scarce_item()
    clear(item_id)
    come(item_id, 10, "a")
    _reserve(item_id, 8, "x")
    counted(item_id, 5, "b")
    row_id = shelf_of(item_id).id
    with transaction():
        take([(row_id, 4)], reference="p1", now=utc_now())
    assert standing(item_id) == (1, 4, 3)
    with pytest.raises(Refused, match="kun 1 stk"), transaction():
        take([(row_id, 2)], reference="p2", now=utc_now())
    assert standing(item_id) == (1, 4, 3)


def test_a_form_sent_twice_happens_once(example: Flask) -> None:
    item_id, _pieces = scarce_item()
    clear(item_id)
    assert not come(item_id, 10, "a").again
    assert come(item_id, 10, "a").again
    assert not written_off(item_id, 2, "b").again
    assert written_off(item_id, 2, "b").again
    assert not counted(item_id, 7, "c").again
    assert counted(item_id, 3, "c").again
    assert standing(item_id) == (7, 0, 0)
    moves = db.session.scalars(select(SupplyMove).where(SupplyMove.reference.in_(("a", "b", "c")))).all()
    assert [(move.kind, move.pieces) for move in moves] == [("receipt", 10), ("write_off", -2), ("count", -1)]


def test_a_difference_is_explained(example: Flask) -> None:
    item_id, _pieces = scarce_item()
    clear(item_id)
    come(item_id, 10, "a")
    with pytest.raises(Refused) as refused:
        counted(item_id, 9, "b", why="")
    assert refused.value.field == "why"
    assert counted(item_id, 10, "c", why="").difference == 0
    with pytest.raises(Refused) as refused:
        written_off(item_id, 11, "d")
    assert refused.value.field == "pieces"


def test_what_is_made_to_order_has_no_shelf(example: Flask) -> None:
    made = db.session.scalars(select(Item).where(Item.supply == MADE, Item.kind == "goods")).first()
    assert made is not None
    with pytest.raises(Refused):
        come(made.id, 1, "a")


def test_lots_are_counted_apart(example: Flask) -> None:
    item_id, _pieces = scarce_item()
    clear(item_id)
    soon, late = date(2031, 1, 1), date(2031, 6, 1)
    come(item_id, 5, "a", code="L1", best_before=soon)
    come(item_id, 4, "b", best_before=late)
    come(item_id, 3, "c")
    with pytest.raises(Refused) as refused:
        come(item_id, 1, "d", code="L1", best_before=late)
    assert refused.value.field == "best_before"
    first = db.session.scalars(select(LotMove.lot_id).order_by(LotMove.id)).first()
    with pytest.raises(Refused):
        counted(item_id, 1, "e", what="all")  # of what? There are lots.
    counted(item_id, 4, "f", what=str(first))
    counted(item_id, 2, "g", what="undated")
    assert lots(item_id) == {"L1": 4, "2031-06-01": 4}
    assert standing(item_id)[0] == 10
    written_off(item_id, 4, "h", what=str(first))
    with pytest.raises(Refused):
        counted(item_id, 1, "i", what=str(first))
    assert standing(item_id)[0] == 6


def _order_of(item_id: int, keeps_days: int, baskets: int = 1) -> Order:
    with transaction():
        item = db.session.get_one(Item, item_id)
        db.session.get_one(ItemVersion, item.current_version_id).min_shelf_days = keeps_days
    come(item_id, 1000, f"room:{item_id}")
    order = place_order([(BASKET, baskets)])
    pay(order)
    counted(item_id, 0, f"empty:{item_id}", what="all")
    return order


def _pack(order: Order, in_hand: dict[int, list[int]] | None = None) -> None:
    with transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now(), in_hand=in_hand)


def test_the_earliest_leave_first_and_too_old_ones_stay(example: Flask) -> None:
    item_id, pieces = scarce_item()
    order = _order_of(item_id, keeps_days=30, baskets=3)
    day = order.wanted_on
    come(item_id, 50, "old", code="OLD", best_before=day + timedelta(days=29))
    come(item_id, 50, "late", code="LATE", best_before=day + timedelta(days=90))
    come(item_id, 2 * pieces, "fit", code="FIT", best_before=day + timedelta(days=30))
    _pack(order)
    assert lots(item_id) == {"OLD": 50, "LATE": 50 - pieces, "FIT": 0}
    whose = db.session.scalars(select(LotMove.whose).where(LotMove.pieces < 0, LotMove.whose != "")).all()
    assert set(whose) == {order.number}  # a recall finds them


def test_too_short_a_life_is_refused_in_words(example: Flask) -> None:
    item_id, pieces = scarce_item()
    order = _order_of(item_id, keeps_days=30)
    come(item_id, pieces, "old", code="OLD", best_before=order.wanted_on + timedelta(days=29))
    with pytest.raises(Refused, match="holde sig længe nok"):
        _pack(order)
    assert lots(item_id) == {"OLD": pieces}
    come(item_id, pieces, "fit", code="FIT", best_before=order.wanted_on + timedelta(days=30))
    _pack(order)
    assert lots(item_id) == {"OLD": pieces, "FIT": 0}


def test_what_somebody_has_in_hand_goes_first(example: Flask) -> None:
    item_id, pieces = scarce_item()
    order = _order_of(item_id, keeps_days=0)
    come(item_id, 50, "a", code="A", best_before=order.wanted_on + timedelta(days=50))
    come(item_id, 50, "b", code="B", best_before=order.wanted_on + timedelta(days=60))
    later = db.session.scalars(select(LotMove.lot_id).order_by(LotMove.id.desc())).first()
    assert later is not None
    _pack(order, {item_id: [later]})
    assert lots(item_id) == {"A": 50, "B": 50 - pieces}


def test_a_cancelled_parcel_goes_back_to_its_lots(example: Flask) -> None:
    item_id, pieces = scarce_item()
    order = _order_of(item_id, keeps_days=0)
    come(item_id, 50, "a", code="A", best_before=order.wanted_on + timedelta(days=50))
    _pack(order)
    assert lots(item_id) == {"A": 50 - pieces}
    with transaction():
        cancel(lock_order(order.id), by=COMMAND, now=utc_now(), why="fortrudt")
    assert lots(item_id) == {"A": 50}
    on_hand, _promised, short = standing(item_id)
    assert (on_hand, short) == (50, 0)


def test_the_page_step_follows_the_shelf(example: Flask) -> None:
    item_id, pieces = scarce_item()

    def step() -> str:
        db.session.rollback()
        return db.session.scalars(select(Basket.shown_step).where(Basket.slug == BASKET)).one()

    clear(item_id)
    come(item_id, pieces * 100, "a")
    assert step() == "many"
    counted(item_id, pieces * 3, "b")
    assert step() == "few"
    written_off(item_id, pieces * 3, "c")
    assert step() == "none"


def test_whatever_is_done_the_shelf_adds_up(example: Flask) -> None:
    """Two hundred acts in any order; after each the lots fit on the shelf, and short is what is promised beyond it."""
    item_id, _pieces = scarce_item()
    clear(item_id)
    dice, held = random.Random(7), 0
    row_id = shelf_of(item_id).id

    def act(no: int) -> int:
        pieces = dice.randint(1, 6)
        match dice.choice(("come", "lot", "count", "write off", "reserve", "release", "take", "return")):
            case "come":
                come(item_id, pieces, f"{no}")
            case "lot":
                come(item_id, pieces, f"{no}", code=f"L{no % 4}")
            case "count":
                counted(item_id, pieces, f"{no}", what="undated")
            case "write off":
                written_off(item_id, pieces, f"{no}", what="undated")
            case "reserve":
                _reserve(item_id, pieces, f"{no}")
                return pieces
            case "release":
                _in_one(lambda: release([(row_id, min(pieces, held))], reference=f"{no}", now=utc_now()))
                return -min(pieces, held)
            case "take":
                _in_one(lambda: take([(row_id, min(pieces, held))], reference=f"{no}", now=utc_now()))
                return -min(pieces, held)
            case _:
                _in_one(lambda: put_back([(row_id, pieces)], reference=f"{no}", now=utc_now()))
        return 0

    for no in range(200):
        with contextlib.suppress(Refused):
            held += act(no)
        on_hand, promised, short = standing(item_id)
        assert promised == held
        assert short == max(0, promised - on_hand)
        assert 0 <= sum(lots(item_id).values()) <= on_hand


def _in_one(verb: Callable[[], None]) -> None:
    with transaction():
        verb()


def test_a_supplier_who_says_how_many_there_are_makes_good_what_was_missing(example: Flask) -> None:
    item_id, _pieces = scarce_item()
    clear(item_id)
    come(item_id, 10, "a")
    _reserve(item_id, 8, "x")
    counted(item_id, 5, "b")
    come(item_id, 2, "c", code="L")

    def say(pieces: int) -> None:
        with transaction():
            set_stock(db.session.get_one(Item, item_id), pieces=pieces, lead_days=1, by=COMMAND, now=utc_now())

    say(9)
    assert standing(item_id) == (9, 8, 0)
    with transaction():
        release([(shelf_of(item_id).id, 8)], reference="y", now=utc_now())
    with pytest.raises(Refused, match="med dato"):
        say(1)
    say(2)
    assert standing(item_id) == (2, 0, 0)
