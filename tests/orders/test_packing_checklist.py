"""The day's plan, and the picture checklist: one thing a step, one tablet at a time, packed once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from catalog.items.models import ItemVersion
from catalog.supply.models import Lot
from orders.lock import lock_order
from orders.models import PICKUP, Order
from orders.packing.models import PackingMinutes, PackingStep, PackingWork
from orders.packing.plan import SHORT, UNPAID, goods_of_day, plan_of
from orders.packing.steps import MOST_APART, Checklist, checklist_of
from orders.packing.work import Busy, begin, tick, untick
from orders.refunds.give import refund_component
from orders.refunds.plan import Bearer, Cause
from orders.states import PACKED
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND, Named
from tests.catalog.shelf_world import come, counted, lots
from tests.orders.office_room import Office, words
from tests.orders.packing_world import paid_order
from tests.together.crowd import together
from tests.tools.statements import counted as asked
from tests.tools.world import place_order

ONE, TWO = Named("Anna"), Named("Bo")


def _begin(order_id: int, tablet: str = "t1", *, over: bool = False, by: Any = ONE) -> None:
    with transaction():
        begin(lock_order(order_id), tablet, by=by, now=utc_now(), take_over=over)


def _tick(order_id: int, key: str, tablet: str = "t1", code: str = "") -> bool:
    with transaction():
        return tick(lock_order(order_id), key, tablet, code=code, by=ONE, now=utc_now())


def _list(order_id: int) -> Checklist:
    db.session.rollback()
    return checklist_of(order_id)


def _state(order_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Order, order_id).state


def test_every_piece_is_a_step_and_the_last_tick_packs(example: Flask) -> None:
    order = paid_order(2, card_text="Tak for i år")
    order_id = order.id
    sold = {s.item_version_id: s.pieces for line in order.lines for s in line.shares if s.kind == "component"}
    _begin(order_id)
    found = _list(order_id)
    things = [step for step in found.steps if step.version is not None]
    for version_id, pieces in sold.items():
        assert sum(step.count for step in things if step.version and step.version.id == version_id) == pieces
    assert [step.kind for step in found.steps].count("card") == 2
    assert found.steps[-1].kind == "close"
    assert len({step.key for step in found.steps}) == len(found.steps)
    for step in found.steps[:-1]:
        assert not _tick(order_id, step.key)
        assert not _tick(order_id, step.key)  # twice is once
    assert _state(order_id) == "confirmed"
    assert _tick(order_id, found.steps[-1].key)
    assert _state(order_id) == PACKED
    assert db.session.query(PackingWork).count() == 0  # whose minutes they were is not kept
    with pytest.raises(Refused):
        _tick(order_id, found.steps[-1].key)


def test_many_baskets_stand_in_a_row(example: Flask) -> None:
    order = paid_order(MOST_APART + 1, delivery=PICKUP, place="hos-flexvirk")
    found = _list(order.id)
    components = [s for line in order.lines for s in line.shares if s.kind == "component"]
    assert len(found.steps) == len(components) + 1
    assert {step.count for step in found.steps[:-1]} == {share.pieces for share in components}


def test_what_was_taken_out_is_no_step(example: Flask) -> None:
    order = paid_order(2)
    order_id = order.id
    share = next(s for s in order.lines[0].shares if s.kind == "component")
    share_id, version_id = share.id, share.item_version_id
    with transaction():
        refund_component(lock_order(order_id), share_id, 1, Cause("k", "x", Bearer()), by=COMMAND, now=utc_now())
    things = [step for step in _list(order_id).steps if step.version and step.version.id == version_id]
    assert [step.basket_no for step in things] == [1]


def test_a_second_tablet_is_told_and_can_take_over(example: Flask) -> None:
    order_id = paid_order().id
    first, second = _list(order_id).steps[:2]
    _begin(order_id)
    _begin(order_id)  # the same one goes on
    _tick(order_id, first.key)
    with pytest.raises(Busy, match="Anna"):
        _begin(order_id, "t2", by=TWO)
    with pytest.raises(Busy, match="Anna"):
        _tick(order_id, second.key, "t2")
    _begin(order_id, "t2", over=True, by=TWO)
    assert _list(order_id).done == 1
    with pytest.raises(Busy, match="Bo"):
        _tick(order_id, second.key, "t1")
    _tick(order_id, second.key, "t2")
    with transaction():
        untick(lock_order(order_id), second.key, "t2", now=utc_now())
    assert _list(order_id).done == 1


def test_two_tablets_at_once_pack_once(example: Flask) -> None:
    order_id = paid_order().id
    _begin(order_id)
    keys = [step.key for step in _list(order_id).steps]
    for key in keys[:-1]:
        _tick(order_id, key)
    answers = together(example, [lambda: _tick(order_id, keys[-1])] * 4)
    assert sum(answer is True for answer in answers) == 1
    assert all(isinstance(answer, Refused) for answer in answers if answer is not True)
    assert _state(order_id) == PACKED
    db.session.rollback()
    assert db.session.query(PackingStep).filter_by(order_id=order_id).count() == len(keys)


def test_the_wrong_lot_is_refused_in_words(example: Flask) -> None:
    order = paid_order()
    order_id, day = order.id, order.wanted_on
    steps = [s for s in _list(order_id).steps if s.version and s.version.item.supply == "stocked"]
    step, other = steps[0], steps[1]
    assert step.version is not None
    assert other.version is not None
    item_id, name, slug = step.version.item_id, step.version.name_da, step.version.item.slug
    with transaction():
        db.session.get_one(ItemVersion, step.version.id).min_shelf_days = 30
    counted(item_id, 0, "empty")
    come(item_id, 9, "old", code="OLD", best_before=day + timedelta(days=29))
    come(item_id, 9, "late", code="LATE", best_before=day + timedelta(days=90))
    come(item_id, 9, "fit", code="FIT", best_before=day + timedelta(days=40))
    come(other.version.item_id, 9, "other", code="OTHER")
    _begin(order_id)
    for code, said in (
        ("OLD", "for gammel"), ("LATE", "Tag først"), ("OTHER", "noget andet"), ("nonsense", "kender ikke"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said) as refused:
            _tick(order_id, step.key, code=code)
        assert refused.value.field == "code"
        assert name in str(refused.value) or code in ("OLD", "LATE")
    assert _list(order_id).done == 0
    _tick(order_id, step.key, code="fit")  # in small letters, as a scanner may send it
    for one in _list(order_id).steps:
        if not one.done:
            _tick(order_id, one.key, code=slug if one.version and one.version.item_id == item_id else "")
    assert _state(order_id) == PACKED
    assert lots(item_id) == {"OLD": 9, "LATE": 9, "FIT": 9 - step.count}
    assert db.session.query(Lot).filter_by(code="OTHER").one().pieces == 9 - other.count


def test_what_stands_in_the_way_is_said(example: Flask) -> None:
    fine, late = paid_order(), paid_order()
    unpaid = place_order()
    day = fine.pack_on
    item_id = next(s for s in _list(fine.id).steps if s.version and s.version.item.supply == "stocked").version.item_id  # type: ignore[union-attr]
    fine_no, late_no, unpaid_no = fine.number, late.number, unpaid.number
    plan = plan_of(day)
    assert {one.number: one.why for one in plan.orders} == {fine_no: "", late_no: "", unpaid_no: UNPAID}
    per = next(one.pieces for one in goods_of_day(day) if one.item.id == item_id) // 2
    counted(item_id, per, "short")
    assert {one.number: one.why for one in plan_of(day).orders}[late_no] == SHORT
    assert plan_of(day).all.next is not None


def test_the_plan_is_by_basket_and_by_way(example: Flask) -> None:
    paid_order(2)
    day = paid_order(basket="et-lille-tak").pack_on
    pick_up = paid_order(delivery=PICKUP, place="hos-flexvirk")
    found = plan_of(day)
    assert sum(one.parcels for one in found.batches) == sum(one.parcels for one in found.orders)
    assert len(found.batches) == 2
    assert pick_up.number
    assert [one.turn for one in found.orders] == sorted(one.turn for one in found.orders)


# --- Pages ------------------------------------------------------------------------------------------------------------


def _walk(office: Office, base: str, step: str) -> str:
    return office.follow(f"{base}/kryds", trin=step)


def test_a_packer_is_led_through_without_a_price_or_a_script(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    order = paid_order(card_text="Til dig")
    base = f"/kontor/pakning/{order.pack_on}/ordre/{order.number}"
    assert "Begynd" in words(office.get(base))
    page = office.follow(f"{base}/begynd")
    for no in range(1, 40):
        assert f"{no} af " in words(page)
        assert "kr." not in words(page.split("<main")[1].split("</main>")[0])
        step = re.search(r'action="[^"]*kryds"(?:.|\n)*?name="trin"\s+value="([^"]+)"', page)
        assert step is not None
        page = _walk(office, base, step[1])
        if "er pakket" in words(page):
            office.post(f"{base}/kryds", 409, trin=step[1])
            break
    assert "Flot" in words(page)
    assert _state(order.id) == PACKED
    office.get(base.replace(str(order.pack_on), "2030-01-01"), 404)


def test_the_other_tablet_sees_who_is_at_it(sqlite_example: Flask) -> None:
    first, second = Office(sqlite_example), Office(sqlite_example)
    order = paid_order()
    base = f"/kontor/pakning/{order.pack_on}/ordre/{order.number}"
    first.follow(f"{base}/begynd")
    page = words(second.get(base))
    assert "er i gang med den på en anden tablet" in page
    second.post(f"{base}/begynd", 409)
    assert "1 af " in words(second.follow(f"{base}/begynd", overtag="1"))
    step = _list(order.id).steps[0].key
    assert "er i gang med den på en anden tablet" in words(first.post(f"{base}/kryds", 409, trin=step))
    page = second.post(f"{base}/kryds", 409, trin=step, kode="<b>")
    assert "Vi kender ikke koden" in words(page)
    assert 'value="&lt;b&gt;"' in page
    second.post(f"{base}/kryds", 409, trin="findes-ikke")


def test_minutes_are_the_batchs_and_nobodys(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    day = paid_order().pack_on
    name = plan_of(day).batches[0].name
    typed: dict[str, Any] = {"tid-key": "a" * 32, "tid-batch": name, "tid-parcels": "4", "tid-minutes": "50"}
    page = words(office.follow(f"/kontor/pakning/{day}/minutter", **typed))
    assert "4 pakker på 50 minutter" in page
    assert "allerede noteret" in words(office.follow(f"/kontor/pakning/{day}/minutter", **typed))
    assert db.session.query(PackingMinutes).count() == 1
    entry = db.session.query(JournalEntry).filter_by(act="packing_minutes").one()
    assert (entry.by_id, entry.by_name) == (None, "pakkebordet")
    assert not any("by" in column.name or "person" in column.name for column in PackingMinutes.__table__.columns)
    office.post(f"/kontor/pakning/{day}/minutter", 422, **{**typed, "tid-minutes": "0"})


def test_the_pages_ask_few_questions(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    orders = [paid_order(), paid_order(2), paid_order(basket="et-lille-tak")]
    day, number = orders[0].pack_on, orders[0].number
    base = f"/kontor/pakning/{day}/ordre/{number}"
    office.follow(f"{base}/begynd")
    for path, most in (("/kontor/pakning", 6), (f"/kontor/pakning/{day}", 20), (base, 16)):
        office.get(path)
        db.session.rollback()
        with asked() as sent:
            office.get(path)
        assert len(sent) <= most, "\n".join([path, *sent])
