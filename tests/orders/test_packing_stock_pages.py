"""The pages of the shelves: the list, one item's shelf with whom it hits, and its forms."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from catalog.items.models import Item
from catalog.supply.models import Lot
from orders.lock import lock_order
from orders.moves import cancel, pack
from orders.packing.suffering import Claim, who_suffers
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from tests.catalog.shelf_world import come, scarce_item, standing
from tests.catalog.shelf_world import counted as counted_in
from tests.orders.office_room import Office, words
from tests.orders.packing_world import paid_order
from tests.tools.statements import counted
from tests.tools.world import place_order

STOCK = "/kontor/lager"


@pytest.fixture
def office(sqlite_example: Flask) -> Office:
    return Office(sqlite_example)


def _slug(item_id: int) -> str:
    return db.session.get_one(Item, item_id).slug


def _key(page: str, start: str) -> str:
    found = re.search(rf'name="{start}-key"[^>]*value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_a_short_count_says_at_once_which_orders_suffer(office: Office) -> None:
    item_id, pieces = scarce_item()
    first, last = place_order(), place_order([("den-groenne-kurv", 2)])
    numbers = first.number, last.number
    on_hand, promised, _short = standing(item_id)
    path = f"{STOCK}/{_slug(item_id)}"
    key = _key(office.get(path), "tal")
    typed: dict[str, Any] = {"tal-key": key, "tal-what": "all", "tal-counted": f"{pieces + 1}", "tal-why": "væk"}
    office.post(f"{path}/tael", **typed)
    page = office.get(path)
    assert "Det går ud over" in words(page)
    table = page.split('id="suffers"')[1].split("</table>")[0]
    assert numbers[1] in table
    assert numbers[0] not in table
    assert f"{2 * pieces - 1}</span>" in table
    assert "privat" in table
    again = {"tal-key": key, "tal-what": "all", "tal-counted": "1", "tal-why": "væk"}
    assert "Det var allerede noteret" in words(office.follow(f"{path}/tael", **again))
    assert standing(item_id) == (pieces + 1, promised, promised - pieces - 1)
    assert on_hand > promised
    assert "Af 1 vare er der lovet mere" in words(office.get(STOCK))


def test_forms_say_what_is_wrong_beside_the_field_and_keep_what_was_typed(office: Office) -> None:
    item_id, _pieces = scarce_item()
    path = f"{STOCK}/{_slug(item_id)}"
    page = office.post(f"{path}/tael", 409, **{"tal-what": "all", "tal-counted": "1", "tal-why": ""})
    assert "Skriv, hvad forskellen skyldes" in words(page)
    assert re.search(r'name="tal-counted"[^>]*value="1"', page)
    page = office.post(f"{path}/afskriv", 422, **{"ud-what": "all", "ud-pieces": "mange", "ud-why": "knust"})
    assert "Skriv et helt tal" in words(page)
    assert 'value="mange"' in page
    page = office.post(f"{path}/modtag", 422, **{"ind-pieces": "4", "ind-best_before": "snart"})
    assert "Skriv en dag" in words(page)
    office.get(f"{STOCK}/findes-ikke", 404)
    office.post(f"{path}/tael", 422, **{"tal-what": "999999999999", "tal-counted": "1"})


def test_food_that_keeps_for_a_time_comes_with_its_date(office: Office) -> None:
    food = next(
        item
        for item in db.session.query(Item).filter_by(supply="stocked", kind="goods")
        if item.current and item.current.is_food and item.current.shelf_days
    )
    slug, item_id = food.slug, food.id
    page = office.post(f"{STOCK}/{slug}/modtag", 422, **{"ind-pieces": "4"})
    assert "skriv datoen, der står på pakken" in words(page)
    day = (local_day(utc_now()) + timedelta(days=300)).isoformat()
    typed: dict[str, Any] = {"ind-pieces": "4", "ind-expected": "6", "ind-best_before": day}
    office.post(f"{STOCK}/{slug}/modtag", **typed)
    page = words(office.get(f"{STOCK}/{slug}"))
    assert day in page
    assert "Ventet: 6 stk." in page
    come(item_id, 1, "x")
    assert "Uden dato" in words(office.get(f"{STOCK}/{slug}"))


def test_a_recall_finds_the_orders_a_lot_is_in(office: Office) -> None:
    item_id, pieces = scarce_item()
    order = paid_order()
    number, order_id = order.number, order.id
    counted_in(item_id, 0, "empty")
    come(item_id, 50, "lot", code="L7")
    lot_id = db.session.query(Lot.id).filter_by(code="L7").scalar()
    path = f"{STOCK}/{_slug(item_id)}/parti/{lot_id}"
    assert "ikke i nogen ordre" in words(office.get(path))
    with transaction():
        pack(lock_order(order_id), by=COMMAND, now=utc_now())
    page = office.get(path).split('id="recalled"')[1]
    assert number in page
    assert f">{pieces}</td>" in page
    with transaction():
        cancel(lock_order(order_id), by=COMMAND, now=utc_now(), why="x")
    assert "ikke i nogen ordre" in words(office.get(path))
    office.get(f"{STOCK}/kaffe-hele-boenner/parti/{lot_id}", 404)


def test_the_shelves_are_searched_and_narrowed(office: Office) -> None:
    page = words(office.get(f"{STOCK}?hos=blindes-arbejde"))
    assert "Blindes Arbejde" in page
    assert "Ingen varer passer" in words(office.get(f"{STOCK}?sog=findesikke"))
    office.get(f"{STOCK}?side=99&sog=%00&hos=%25")


def test_the_pages_ask_few_questions(office: Office) -> None:
    item_id, _pieces = scarce_item()
    for at in range(3):
        place_order()
        come(item_id, 1, f"{at}", code=f"{at}")
    slug = _slug(item_id)
    office.get(STOCK)
    for path, most in ((STOCK, 10), (f"{STOCK}/{slug}", 12)):
        db.session.rollback()
        with counted() as sent:
            office.get(path)
        assert len(sent) <= most, (path, sent)


_CLAIMS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(1, 20)), max_size=12)


@given(_CLAIMS, st.integers(0, 120))
def test_those_packed_last_suffer_and_no_more_than_is_missing(rows: list[tuple[int, int, int]], there: int) -> None:
    start = date(2026, 12, 1)
    claims = [
        Claim(at, str(at), "private", "placed", start + timedelta(days=day), _moment(hour), pieces)
        for at, (day, hour, pieces) in enumerate(rows)
    ]
    found = who_suffers(claims, there)
    promised = sum(claim.pieces for claim in claims)
    assert sum(one.missing for one in found) == max(0, promised - there)
    assert all(0 < one.missing <= one.claim.pieces for one in found)
    hit = {one.claim.order_id for one in found}
    fine = [claim.turn for claim in claims if claim.order_id not in hit]
    assert all(turn < one.claim.turn for turn in fine for one in found)
    assert [one for one in found if one.missing < one.claim.pieces] in ([], found[:1])  # at most one gets a part


def _moment(hour: int) -> datetime:

    return datetime(2026, 11, 1, hour, tzinfo=UTC)
