"""Many orders moved at once: each by itself, those that cannot named with why, once however often it is asked for."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from orders.books.check import check_books
from orders.bulk import work as bulk_work
from orders.bulk.foresee import foresee, paid_among
from orders.bulk.models import BulkMove, BulkMoveItem
from orders.bulk.queries import find_progress, under_way
from orders.bulk.work import carry_on
from orders.lock import lock_order
from orders.models import Order
from orders.moves import pack
from orders.payments.models import Payment
from orders.payments.pay import is_paid
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.orders.bulk_world import (
    CANCELLED,
    PACKED,
    PAID,
    SENT,
    UNPAID,
    begin,
    how_it_went,
    leave_goods_for,
    next_week,
    order_in,
    seen,
    states,
)
from tests.tools.world import pay, place_order, work


def bulk_jobs() -> list[int]:
    db.session.rollback()
    return list(
        db.session.scalars(select(Intention.id).where(Intention.kind == "bulk_move", Intention.done_at.is_(None)))
    )


def times(act: str, orders: Sequence[Order]) -> list[int]:
    """How often the journal has an act of each order."""
    db.session.rollback()
    query = (
        select(func.count()).select_from(JournalEntry).where(JournalEntry.act == act, JournalEntry.subject == "order")
    )
    return [int(db.session.scalar(query.where(JournalEntry.subject_id == order.id)) or 0) for order in orders]


def test_thirty_orders_of_which_seven_are_refused(example: Flask) -> None:
    paid = [order_in(PAID) for _ in range(23)]
    wrong = [order_in(state) for state in (UNPAID, UNPAID, UNPAID, PACKED, SENT, CANCELLED, PACKED)]
    orders = [*paid[:10], *wrong, *paid[10:]]
    foreseen = foresee(orders, "pack")
    assert [bool(row.refused) for row in foreseen] == [order in wrong for order in orders]
    number = begin("pack", orders)
    work(timedelta(minutes=5))  # two portions, and the machine may be busy
    went = how_it_went(number)
    assert states(paid) == ["packed"] * 23
    assert all(went[order.id] == ("done", "") for order in paid)
    # What was foreseen is what is said, word for word: it is the same code that refuses.
    assert {order.id: went[order.id] for order in wrong} == {
        row.order.id: ("refused", row.refused) for row in foreseen if row.refused
    }
    assert all(wrong_one.number in went[wrong_one.id][1] for wrong_one in wrong)
    assert states(wrong) == ["placed", "placed", "placed", "packed", "sent", "cancelled", "packed"]
    progress = find_progress(number)
    assert progress is not None
    assert (progress.done, progress.refused, progress.is_over) == (23, 7, True)
    assert progress.move.done_at is not None
    assert under_way() == []
    assert times("packed", paid) == [1] * 23


@pytest.mark.parametrize(
    ("verb", "state", "becomes"),
    [("confirm", PAID, ""), ("pack", PAID, "packed"), ("send", PACKED, "sent"), ("close", SENT, "closed"),
     ("cancel", PAID, "cancelled"), ("cancel", PACKED, "cancelled"), ("cancel", UNPAID, "cancelled")],
)  # fmt: skip
def test_every_move_there_is(example: Flask, verb: str, state: str, becomes: str) -> None:
    orders = [order_in(state), order_in(state)]
    number = begin(verb, orders, why="Udsolgt" if verb == "cancel" else "")
    work()
    if not becomes:  # a paid order is confirmed already, and says so
        assert [one for one, _why in how_it_went(number).values()] == ["refused"] * 2
        return
    assert states(orders) == [becomes] * 2
    if verb == "cancel":
        letters = db.session.scalars(select(Letter.text).where(Letter.kind == "order_cancelled")).all()
        assert len(letters) == 2
        assert all("Udsolgt" in text for text in letters)
    assert check_books().holds


def test_an_order_that_is_changed_between_the_preview_and_the_move_is_refused(example: Flask) -> None:
    packed_meanwhile, moved_meanwhile, same = orders = [order_in(PAID) for _ in range(3)]
    number = begin("cancel", orders, why="Udsolgt")
    with transaction():
        pack(lock_order(packed_meanwhile.id), by=COMMAND, now=utc_now())
    next_week(moved_meanwhile)
    work()
    went = how_it_went(number)
    assert states(orders) == ["packed", "confirmed", "cancelled"]
    for order in (packed_meanwhile, moved_meanwhile):
        assert went[order.id] == ("refused", f"Ordre {order.number} er ændret, siden du så den. Se den igen.")
    assert went[same.id] == ("done", "")


def test_the_reason_is_kept_in_both_languages(sqlite_example: Flask) -> None:
    order = order_in(UNPAID)
    begin("pack", [order])
    work()
    item = db.session.scalars(select(BulkMoveItem)).one()
    assert item.sentence_da == f"Det kan ikke gøres nu: ordre {order.number} er afventer betaling."
    assert "order" in item.sentence_en
    assert "Det kan" not in item.sentence_en


def test_the_shelf_is_divided_in_thought_as_in_truth(example: Flask) -> None:
    """Goods for two baskets, three orders: the preview and the move refuse the same one, with the same words."""
    orders = [order_in(PAID) for _ in range(3)]
    leave_goods_for(orders[0], 2)
    before = db.session.scalar(select(func.sum(JournalEntry.id)))
    foreseen = [row.refused for row in foresee(orders, "pack")]
    db.session.flush()
    assert db.session.scalar(select(func.sum(JournalEntry.id))) == before
    assert foreseen[:2] == ["", ""]
    assert "på lageret" in foreseen[2]
    number = begin("pack", orders)
    work()
    assert states(orders) == ["packed", "packed", "confirmed"]
    assert how_it_went(number)[orders[2].id] == ("refused", foreseen[2])


def test_what_is_paid_is_asked_for_many_as_for_one(example: Flask) -> None:
    orders = [order_in(state) for state in (UNPAID, PAID, PACKED, SENT, CANCELLED, PAID, UNPAID)]
    work()  # the money of what is sent has been drawn
    lapsed, free = orders[5], orders[6]
    with transaction():
        db.session.execute(update(Payment).where(Payment.order_id == lapsed.id).values(state="lapsed"))
    again = place_order()
    pay(again)
    orders.append(again)
    ids = [order.id for order in orders]
    assert paid_among(ids) == {one for one in ids if is_paid(one)}
    assert lapsed.id not in paid_among(ids)
    assert free.id not in paid_among(ids)
    assert len(paid_among(ids)) == 4


def test_it_is_done_in_portions_and_others_have_their_turn(example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_work, "PORTION", 2)
    orders = [order_in(PAID) for _ in range(5)]
    number = begin("pack", orders)
    assert carry_out(bulk_jobs()[0], now=utc_now())
    assert states(orders) == ["packed", "packed", "confirmed", "confirmed", "confirmed"]
    assert [one.asked for one in under_way()] == [2]
    assert len(bulk_jobs()) == 1
    work()
    assert states(orders) == ["packed"] * 5
    progress = find_progress(number)
    assert progress is not None
    assert progress.is_over


def test_cut_off_half_way_it_goes_on_with_the_rest(example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is killed in the middle of the third order: that one is as it was, and nothing is done twice."""
    orders = [order_in(PAID) for _ in range(5)]
    number = begin("send", orders[:0] or orders)
    begun = bulk_jobs()
    number_pack = begin("pack", orders, key="pack")
    real, count = bulk_work._VERBS["pack"], iter(range(1, 99))

    class Killed(BaseException):
        pass

    def killed(order: Order, begun: bulk_work.Begun, now: object) -> None:
        real(order, begun, now)  # type: ignore[arg-type]
        if next(count) == 3:
            raise Killed

    monkeypatch.setattr(bulk_work, "_VERBS", {**bulk_work._VERBS, "pack": killed})
    with pytest.raises(Killed):
        carry_on({"bulk_id": number_pack})
    assert states(orders) == ["packed", "packed", "confirmed", "confirmed", "confirmed"]
    assert [one[0] for one in how_it_went(number_pack).values()].count("waiting") == 3
    monkeypatch.undo()
    assert set(begun) < set(bulk_jobs())
    carry_on({"bulk_id": number_pack})
    carry_on({"bulk_id": number_pack})  # harmless twice
    assert states(orders) == ["packed"] * 5
    assert times("packed", orders) == [1] * 5
    assert number != number_pack


def test_a_database_that_is_silent_refuses_nobody(sqlite_example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    order = order_in(PAID)
    number = begin("pack", [order])

    def silent(*_args: object) -> None:
        raise OperationalError("x", None, Exception("database is locked"))

    monkeypatch.setattr(bulk_work, "_VERBS", {"pack": silent})
    job = bulk_jobs()[0]
    assert not carry_out(job, now=utc_now())
    assert how_it_went(number)[order.id] == ("waiting", "")
    monkeypatch.undo()
    intention = db.session.get_one(Intention, job)
    assert job in due_intentions(intention.due_at)
    assert carry_out(job, now=intention.due_at)
    assert states([order]) == ["packed"]


def test_our_own_mistake_with_one_order_does_not_hold_up_the_others(
    sqlite_example: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = orders = [order_in(PAID), order_in(PAID)]
    number = begin("pack", orders)
    real = bulk_work._VERBS["pack"]

    def breaks(order: Order, begun: bulk_work.Begun, now: object) -> None:
        assert order.id != broken.id
        real(order, begun, now)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk_work, "_VERBS", {"pack": breaks})
    work()
    went = how_it_went(number)
    assert went[broken.id] == ("refused", "Det gik galt hos os, og ordren er ikke rørt. Prøv den for sig.")
    assert went[other.id] == ("done", "")


def test_the_same_form_twice_is_one_bulk_move(example: Flask) -> None:
    orders = [order_in(PAID)]
    assert begin("pack", orders) == begin("pack", orders)
    assert db.session.scalar(select(func.count()).select_from(BulkMove)) == 1
    assert db.session.scalar(select(func.count()).select_from(BulkMoveItem)) == 1


def test_nothing_chosen_is_refused(sqlite_example: Flask) -> None:
    with pytest.raises(Refused):
        begin("pack", [])
    assert db.session.scalar(select(func.count()).select_from(BulkMove)) == 0


def test_who_began_it_stands_in_each_orders_journal(sqlite_example: Flask) -> None:
    order = order_in(PAID)
    begin("pack", [order])
    work()
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "packed")).one()
    assert (entry.subject_id, entry.by_name) == (order.id, COMMAND.by_name)
    assert seen([order])[0].state == "packed"
