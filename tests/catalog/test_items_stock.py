"""What there is changes at once; what is promised is never taken back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.assortment.stock import set_capacity, set_stock, weeks_ahead
from catalog.items.models import MADE, STOCKED, Item
from catalog.supply.models import STOCK, WEEK, Supply, SupplyMove
from catalog.supply.reserve import Need, SoldOut, reserve
from orders.cart.needs import item_need
from shop.days import iso_week, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from tests.catalog.items_world import OTHER, enterprise, item, person, visitor

BRUSH, BROOM = "opvaskeboerste", "kost"
OWN = "blindes-arbejde@example.dk"


def _supply(kind: str, slug: str, part: str = "") -> Supply:
    rows = select(Supply).where(Supply.kind == kind, Supply.item_id == item(slug).id, Supply.part == part)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def _reserve(need: Need, reference: str) -> None:
    with transaction():
        reserve([need], reference=reference, now=utc_now())


def _week(weeks: int) -> str:
    return iso_week(local_day(utc_now()) + timedelta(weeks=weeks))


def test_stock_is_set_with_a_move_and_never_below_what_is_promised(example: Flask) -> None:
    _reserve(Need(STOCK, item(BRUSH).id, "", 7), "order:1")
    with transaction():
        set_stock(item(BRUSH), pieces=7, lead_days=3, by=person(OWN), now=utc_now())
    assert (_supply(STOCK, BRUSH).most, item(BRUSH).lead_days) == (7, 3)
    moves = select(SupplyMove).where(SupplyMove.supply_id == _supply(STOCK, BRUSH).id).order_by(SupplyMove.id)
    assert sum(move.pieces for move in db.session.scalars(moves) if move.kind != "reserve") == 7
    with pytest.raises(Refused, match="7 er allerede lovet"), transaction():
        set_stock(item(BRUSH), pieces=6, lead_days=3, by=person(OWN), now=utc_now())
    assert item(BRUSH).shown_step == "none", "what is shown follows"


def test_capacity_reaches_the_weeks_that_have_been_asked_for(example: Flask) -> None:
    broom = item(BROOM)
    _reserve(Need(WEEK, broom.id, _week(2), 5, broom.weekly_capacity), "order:1")
    _reserve(Need(WEEK, broom.id, _week(3), 15, broom.weekly_capacity), "order:2")
    with transaction():
        set_capacity(item(BROOM), weekly=10, closed=[], lead_days=5, by=person(OWN), now=utc_now())
    assert _supply(WEEK, BROOM, _week(2)).most == 10
    assert _supply(WEEK, BROOM, _week(3)).most == 15, "what is promised stays"
    with transaction():
        set_capacity(item(BROOM), weekly=30, closed=[], lead_days=5, by=person(OWN), now=utc_now())
    assert _supply(WEEK, BROOM, _week(3)).most == 30


def test_a_closed_week_promises_nothing_until_it_is_opened_again(example: Flask) -> None:
    day = local_day(utc_now()) + timedelta(weeks=4)
    need = item_need(item(BROOM), 1, day)
    assert need.weekly == item(BROOM).weekly_capacity
    with transaction():
        set_capacity(item(BROOM), weekly=20, closed=[_week(4)], lead_days=5, by=person(OWN), now=utc_now())
    assert item_need(item(BROOM), 1, day).weekly == 0
    with pytest.raises(SoldOut):
        _reserve(need, "order:1")  # of somebody who saw it open a moment ago
    with transaction():
        set_capacity(item(BROOM), weekly=20, closed=[], lead_days=5, by=person(OWN), now=utc_now())
    _reserve(item_need(item(BROOM), 1, day), "order:2")


def test_a_week_with_promises_is_not_closed_and_says_how_many(example: Flask) -> None:
    broom = item(BROOM)
    _reserve(Need(WEEK, broom.id, _week(2), 5, broom.weekly_capacity), "order:1")
    with pytest.raises(Refused, match=rf"uge {int(_week(2)[-2:])}: 5"), transaction():
        set_capacity(item(BROOM), weekly=20, closed=[_week(2), _week(3)], lead_days=5, by=person(OWN), now=utc_now())
    assert item(BROOM).closed_weeks == []
    assert any(week.taken == 5 for week in weeks_ahead(item(BROOM), local_day(utc_now())))


def test_the_page_for_what_lies_on_the_shelf(sqlite_example: Flask) -> None:
    client, path = visitor(sqlite_example, OWN), f"/partner/varer/{item(BRUSH).id}/lager"
    assert client.post_form(path, {"pieces": "25", "lead_days": "2"}).status_code == 303
    assert _supply(STOCK, BRUSH).most == 25
    for wrong in ("", "-1", "mange", "99999999999"):
        answer = client.post_form(path, {"pieces": wrong, "lead_days": "2"})
        assert answer.status_code == 422
        assert 'id="pieces-error"' in answer.text
    _reserve(Need(STOCK, item(BRUSH).id, "", 3), "order:1")
    answer = client.post_form(path, {"pieces": "2", "lead_days": "2"})
    assert answer.status_code == 409
    assert "3 er allerede lovet" in answer.text


def test_the_page_for_what_is_made(sqlite_example: Flask) -> None:
    client, path = visitor(sqlite_example, OWN), f"/partner/varer/{item(BROOM).id}/lager"
    data = {"weekly": "12", "lead_days": "4", "closed": [_week(5), _week(6)]}
    assert client.post_form(path, data).status_code == 303
    assert (item(BROOM).weekly_capacity, item(BROOM).closed_weeks) == (12, sorted([_week(5), _week(6)]))
    assert client.get(path).text.count("checked") == 2
    assert client.get(f"/en{path}").text.count("checked") == 2
    assert client.post_form(path, {**data, "closed": ["2026-W99"]}).status_code == 422
    assert visitor(sqlite_example, OTHER).post_form(path, data, page="/partner/varer/ny").status_code == 404


def test_every_kind_of_item_has_a_page(sqlite_example: Flask) -> None:
    for slug, email in (("blindes-arbejde", OWN), ("kamoon", OTHER)):
        client = visitor(sqlite_example, email)
        rows = db.session.scalars(select(Item).where(Item.enterprise_id == enterprise(slug).id)).all()
        assert {row.supply for row in rows} <= {MADE, STOCKED}
        for row in rows:
            for page in ("ret", "lager"):
                assert client.get(f"/partner/varer/{row.id}/{page}").status_code == 200
