"""What a buyer changes of an order, and cancels, by its link: until packing begins, never the price."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.items.models import Item
from catalog.supply.models import WEEK, Supply
from orders.after.change import cancel_by_buyer
from orders.buyers import address_of
from orders.delivery.plan import first_day, pack_day, shop_calendar
from orders.lock import lock_order
from orders.models import LOCAL, Order, OrderSupply
from shop.address import PostalAddress
from shop.days import iso_week, local_day, utc_now
from shop.db import db, transaction
from shop.journal.models import JournalEntry
from shop.journal.record import BUYER
from tests.orders.change_world import (
    ELSEWHERE,
    MADE_BASKET,
    change,
    day_in_another_week,
    letters,
    place_order,
    refusal,
)
from tests.tools.world import pay


def weeks_of(order: Order) -> dict[int, tuple[str, int, int]]:
    """The weeks an order holds: item → week, pieces of the order, taken in all."""
    db.session.rollback()
    rows = db.session.execute(
        select(Supply.item_id, Supply.part, OrderSupply.pieces, Supply.taken)
        .join(OrderSupply, OrderSupply.supply_id == Supply.id)
        .where(OrderSupply.order_id == order.id, Supply.kind == WEEK)
    )
    return {item: (week, pieces, taken) for item, week, pieces, taken in rows}


# --- The recipient ----------------------------------------------------------------------------------------------------


def test_another_recipient_at_the_same_price(example: Flask) -> None:
    order = place_order()
    pay(order)
    before = order.gross_ore
    assert change(order, recipient=ELSEWHERE, phone="66778899") == ["recipient_changed"]
    db.session.refresh(order)
    assert order.recipient["name"] == "Ane Gavesen"
    assert order.recipient["phone"] == "66778899"
    assert order.is_gift, "it names somebody else now, who is to be forgotten"
    assert order.gross_ore == before
    assert letters("order_changed") == 1
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "recipient_changed")).one()
    assert entry.by_name == BUYER.by_name
    assert "Ane" not in str(entry.details)


def test_nothing_new_is_nothing(example: Flask) -> None:
    order = place_order()
    assert change(order) == []
    assert letters("order_changed") == 0


def test_changed_there_and_back_is_two_letters(example: Flask) -> None:
    order = place_order()
    home = address_of(order.recipient)
    change(order, recipient=ELSEWHERE)
    change(order, recipient=home)
    assert letters("order_changed") == 2


def test_who_drives_must_serve_the_new_postcode(example: Flask) -> None:
    order = place_order(delivery=LOCAL)
    pay(order)
    refused = refusal(order, recipient=ELSEWHERE)
    assert refused.field == "to_postcode"
    assert "8000" in str(refused)
    near = PostalAddress("Ane Gavesen", "", "Gemmestræde 91", "", "8000", "Aarhus C")
    assert change(order, recipient=near) == ["recipient_changed"]


def test_a_driver_who_drives_no_more_serves_nobody_new(example: Flask) -> None:
    order = place_order(delivery=LOCAL)
    with transaction():
        db.session.execute(update(Item).where(Item.enterprise_id == order.carrier_id).values(state="withdrawn"))
    near = PostalAddress("Ane Gavesen", "", "Gemmestræde 91", "", "8000", "Aarhus C")
    assert refusal(order, recipient=near).field == "to_postcode"


# --- The day ----------------------------------------------------------------------------------------------------------


def test_another_day_moves_what_is_made_to_order(example: Flask) -> None:
    order = place_order([(MADE_BASKET, 2)])
    pay(order)
    before = weeks_of(order)
    assert before, "the basket must have something made to order"
    later = day_in_another_week(order)
    assert change(order, wanted_on=later) == ["day_changed"]
    db.session.refresh(order)
    assert order.wanted_on == later
    after = weeks_of(order)
    assert {item: pieces for item, (_week, pieces, _taken) in after.items()} == {
        item: pieces for item, (_week, pieces, _taken) in before.items()
    }
    assert {week for week, _pieces, _taken in after.values()} == {iso_week(order.pack_on)}
    assert all(pieces == taken for _week, pieces, taken in after.values())
    old = [week for week, _pieces, _taken in before.values()]
    left = db.session.scalars(select(Supply.taken).where(Supply.kind == WEEK, Supply.part.in_(old))).all()
    assert set(left) == {0}, "the old week is free again"


def test_there_and_back_and_cancelled_leaves_nothing_held(example: Flask) -> None:
    order = place_order([(MADE_BASKET, 1)])
    pay(order)
    first = order.wanted_on
    change(order, wanted_on=day_in_another_week(order))
    change(order, wanted_on=first)
    change(order, wanted_on=day_in_another_week(order))
    with transaction():
        cancel_by_buyer(lock_order(order.id), now=utc_now())
    assert db.session.scalar(select(func.sum(Supply.taken))) == 0


def test_a_full_week_is_refused_and_nothing_moves(example: Flask) -> None:
    order = place_order([(MADE_BASKET, 1)])
    pay(order)
    before, later = weeks_of(order), day_in_another_week(order)
    with transaction():
        item = db.session.get_one(Item, next(iter(before)))
        week = iso_week(pack_day(later, order.delivery, shop_calendar()))
        db.session.add(Supply(kind=WEEK, item_id=item.id, part=week, most=item.weekly_capacity, taken=0))
        db.session.flush()
        row = db.session.scalars(select(Supply).where(Supply.item_id == item.id, Supply.part == week)).one()
        row.taken = row.most
    refused = refusal(order, wanted_on=later)
    assert refused.field == "wanted_on"
    assert "«" in str(refused)
    assert weeks_of(order) == before


@pytest.mark.parametrize("what", ["too soon", "a Sunday", "past the horizon", "yesterday"])
def test_days_that_cannot_be_had(example: Flask, what: str) -> None:
    order = place_order([(MADE_BASKET, 1)], wanted_on=_later())
    today = local_day(utc_now())
    sunday = order.wanted_on + timedelta(days=6 - order.wanted_on.weekday())
    days = {
        "too soon": today,
        "a Sunday": sunday,
        "past the horizon": today + timedelta(days=500),
        "yesterday": today - timedelta(days=1),
    }
    assert refusal(order, wanted_on=days[what]).field == "wanted_on"


def _later() -> date:
    """A day that is far enough off for everything, and in no week's end."""
    day, calendar = local_day(utc_now()) + timedelta(days=21), shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day


def test_a_later_day_needs_no_lead_time_again(example: Flask) -> None:
    """The lead time ran from the order's own day: the day after the wished one can be had, however near it is."""
    order = place_order([(MADE_BASKET, 1)])
    with transaction():
        soon = first_day(0, order.delivery, local_day(utc_now()), shop_calendar())
        db.session.execute(update(Order).where(Order.id == order.id).values(wanted_on=soon))
    db.session.refresh(order)
    later = soon + timedelta(days=1)
    while not shop_calendar().is_open(later):
        later += timedelta(days=1)
    assert change(order, wanted_on=later) == ["day_changed"]
