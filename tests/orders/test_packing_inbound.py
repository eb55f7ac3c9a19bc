"""What suppliers bring: worked out from the orders, issued in revisions, its differences in words, and received."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from catalog.items.models import Item
from orders.lock import lock_order
from orders.models import Share
from orders.moves import cancel
from orders.packing.difference import FEWER, GONE, MORE, NEW, SAME, changed, difference
from orders.packing.inbound import count_in, find_delivery, missing_for
from orders.packing.models import InboundList
from orders.refunds.give import refund_pieces
from orders.refunds.plan import Bearer, Cause
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.orders.office_room import Office, words
from tests.orders.packing_world import BASKET, MAKER, brought, due_of, enterprise_id, issue, paid_order
from tests.together.crowd import together
from tests.tools.statements import counted
from tests.tools.world import fulfil, place_order

_LISTS = st.dictionaries(st.integers(1, 8), st.integers(1, 9))


@given(_LISTS, _LISTS)
def test_the_difference_leads_from_one_list_to_the_other(before: dict[int, int], now: dict[int, int]) -> None:
    changes = difference(before, now)
    assert {one.item_id: one.now for one in changes if one.now} == now
    assert {one.item_id: one.before for one in changes if one.before} == before
    assert sum(one.by for one in changes) == sum(now.values()) - sum(before.values())
    for one in changes:
        was, will = before.get(one.item_id, 0), now.get(one.item_id, 0)
        kind = SAME if was == will else NEW if not was else GONE if not will else MORE if will > was else FEWER
        assert one.kind == kind
    assert bool(changed(changes)) == (before != now)
    assert not changed(difference(now, now))


def _sold(order_id: int) -> dict[int, int]:
    """By item what an order holds of the maker's goods, as it was sold."""
    shares = db.session.query(Share).filter(Share.line.has(order_id=order_id), Share.kind == "component")
    maker = enterprise_id()
    return {s.item_version.item_id: s.pieces for s in shares if s.item_version and s.enterprise_id == maker}


def test_the_list_follows_the_orders(example: Flask) -> None:
    first = paid_order(2)
    due_on, sold = due_of(first), _sold(first.id)
    assert sold
    assert brought(due_on) == sold
    unpaid = place_order([(BASKET, 3)])
    assert brought(due_on) == sold  # it waits for its payment
    waiting = find_delivery(enterprise_id(), due_on)
    assert waiting is not None
    assert sum(waiting.waiting.values()) == sum(_sold(unpaid.id).values())
    fulfil(first)
    assert brought(due_on) == sold  # what has been packed was brought: nothing is struck off the list


def test_revisions_and_nothing_issued_twice(example: Flask) -> None:
    order = paid_order()
    due_on = due_of(order)
    assert issue(due_on).revision == 1
    with pytest.raises(Refused):
        issue(due_on)
    more = paid_order(2)
    found = find_delivery(enterprise_id(), due_on)
    assert found is not None
    assert [(one.kind, one.by) for one in found.changed] == [(MORE, n) for n in _sold(more.id).values()]
    assert issue(due_on).revision == 2
    more_id, order_id = more.id, order.id
    with transaction():
        cancel(lock_order(more_id), by=COMMAND, now=utc_now(), why="x")
        cancel(lock_order(order_id), by=COMMAND, now=utc_now(), why="x")
    found = find_delivery(enterprise_id(), due_on)
    assert found is not None
    assert {one.kind for one in found.changed} == {GONE}


def test_four_who_issue_at_once_issue_one(example: Flask) -> None:
    due_on = due_of(paid_order())
    answers = together(example, [lambda: issue(due_on).revision] * 4)
    assert [one for one in answers if not isinstance(one, Refused)] == [1]
    assert issued_lists() == 1


def issued_lists() -> int:
    db.session.rollback()
    return db.session.query(InboundList).count()


def test_what_is_taken_back_before_packing_is_not_brought(example: Flask) -> None:
    order = paid_order(3)
    due_on, sold, order_id = due_of(order), _sold(order.id), order.id
    line_id = order.lines[0].id
    with transaction():
        refund_pieces(lock_order(order_id), {line_id: 1}, Cause("k", "x", Bearer()), by=COMMAND, now=utc_now())
    assert brought(due_on) == {item: pieces // 3 * 2 for item, pieces in sold.items()}


def test_goods_that_lie_where_they_are_packed_are_not_brought(example: Flask) -> None:
    order = paid_order()
    due_on = due_of(order)
    stocked = [item_id for item_id in brought(due_on) if db.session.get_one(Item, item_id).supply == "stocked"]
    assert stocked
    with transaction():
        for item_id in stocked:
            db.session.get_one(Item, item_id).stored_here = True
    assert not set(stocked) & set(brought(due_on))


def test_too_few_at_reception_say_who_suffers(example: Flask) -> None:
    first, last = paid_order(), paid_order()
    due_on, day = due_of(first), first.pack_on
    first_id, last_id = first.id, last.id
    item_id, pieces = next(iter(brought(due_on).items()))
    with transaction():
        found = find_delivery(enterprise_id(), due_on)
        assert found is not None
        assert count_in(found, {item_id: pieces - 1}, by=COMMAND, now=utc_now()) == [item_id]
    assert list(missing_for(day)) == [last_id]
    assert first_id not in missing_for(day)
    with transaction():
        found = find_delivery(enterprise_id(), due_on)
        assert found is not None
        assert count_in(found, {item_id: pieces}, by=COMMAND, now=utc_now()) == []
    assert missing_for(day) == {}


def test_the_pages_say_it_in_words(sqlite_example: Flask) -> None:
    office, maker = Office(sqlite_example), Office(sqlite_example, "blindes-arbejde@example.dk")
    order = paid_order()
    due_on = due_of(order)
    base = f"/kontor/pakning/levering/{due_on}/{MAKER}"
    assert "Foreløbigt" in words(maker.get("/partner/levering"))
    assert "ikke udstedt" in words(office.get("/kontor/pakning/levering"))
    assert "Liste nr. 1 er udstedt" in words(office.follow(f"{base}/udsted"))
    office.post(f"{base}/udsted", 409)
    more = _sold(paid_order(2).id)
    page = words(maker.get(f"/partner/levering/{due_on}"))
    for pieces in more.values():
        assert f"+{pieces}" in page
        assert f"{pieces} flere end på den seneste liste" in page
    assert "ændret siden nr. 1" in words(office.get("/kontor/pakning/levering"))
    for text in ("Karla", "Prøvevej"):
        assert text not in page
    assert maker.client.get(f"/partner/levering/{due_on}/1.pdf").data[:4] == b"%PDF"
    item_id = next(iter(more))
    page = office.post(f"{base}/modtaget", 422, **{f"stk_{item_id}": "mange"})
    assert "Skriv et helt tal" in words(page)
    assert 'value="mange"' in page
    page = words(office.follow(f"{base}/modtaget", **{f"stk_{item_id}": "0"}))
    assert "det går ud over" in page
    assert order.number in page
    maker.get("/partner/levering/2026-13-45", 404)
    maker.get("/partner/levering/2030-01-01", 404)


def test_the_pages_ask_few_questions(sqlite_example: Flask) -> None:
    office, maker = Office(sqlite_example), Office(sqlite_example, "blindes-arbejde@example.dk")
    due_on = due_of(paid_order())
    issue(due_on)
    paid_order(2)
    for room, path, most in (
        (office, "/kontor/pakning/levering", 14),
        (office, f"/kontor/pakning/levering/{due_on}/{MAKER}", 15),
        (maker, "/partner/levering", 16),
    ):
        room.get(path)
        db.session.rollback()
        with counted() as sent:
            room.get(path)
        assert len(sent) <= most, (path, len(sent))
