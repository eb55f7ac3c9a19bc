"""Withdrawals by their verbs, on both databases: what is received, how long, what comes back, and what is refused."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.supply.models import STOCK, Supply
from orders.books.check import check_books
from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import COMPONENT, FREIGHT, Order, OrderLine, Share
from orders.payments.models import Payment
from orders.reversals.models import Refund
from orders.withdrawal.choice import available, choices_of, refund_of
from orders.withdrawal.deadlines import delivered_on, is_in_time, last_day, refund_by, return_by
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.queries import find_withdrawal, waiting_withdrawals
from orders.withdrawal.receive import Statement, lock_withdrawal, match_to_order, receive_for_order, receive_words
from orders.withdrawal.settle import cancel, decline, refund, take_back
from orders.withdrawal.states import CANCELLED, DECLINED, GOODS_BACK, RECEIVED, REFUNDED, REPEATED, WITHDRAWAL
from shop.days import COPENHAGEN, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.queries import entries_of
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.tools.world import fulfil, pay, place_order

GREEN = (("den-groenne-kurv", 2),)
FRESH = (("soendagskurven", 1),)  # with a cake that does not keep


def sent_order(baskets: object = GREEN, **more: object) -> Order:
    order = place_order(baskets, **more)  # type: ignore[arg-type]
    pay(order)
    fulfil(order)
    work()
    return db.session.get_one(Order, order.id)


def work() -> None:
    """What the worker would do now, but for papers and letters about anything else."""
    db.session.rollback()
    soon = utc_now() + timedelta(seconds=5)
    while due := [number for number in due_intentions(soon) if _is_wanted(number)]:
        for number in due:
            assert carry_out(number, now=soon)


def _is_wanted(number: int) -> bool:
    intention = db.session.get_one(Intention, number)
    if intention.kind == "letter":
        return db.session.get_one(Letter, intention.payload["letter_id"]).kind.startswith("withdrawal")
    return intention.kind != "document"


def statement(key: str = "") -> Statement:
    return Statement(key or secrets.token_hex(16), "Karla Købersen", "karla@example.com", "da")


def withdraw(order: Order, picks: Mapping[int, int] | None = None, *, key: str = "", at: datetime | None = None) -> int:
    """What a buyer does with the order's link; everything when nothing is chosen."""
    with transaction():
        chosen = available(get_whole_order(order.id)) if picks is None else picks
        return receive_for_order(lock_order(order.id), statement(key), chosen, now=at or utc_now()).id


def say(order_number: str, email: str = "karla@example.com", *, whole: bool = True, said: str = "") -> int:
    with transaction():
        who = Statement(secrets.token_hex(16), "Karla", email, "da")
        one = receive_words(who, number=order_number, whole=whole, said=said, now=utc_now()).id
    work()
    return one


def act(withdrawal_id: int, verb: object, **more: object) -> None:
    """Let the office do something with a withdrawal, locked as its pages lock it."""
    one = get(withdrawal_id)
    with transaction():
        if one.order_id:
            lock_order(one.order_id)
        verb(lock_withdrawal(withdrawal_id), by=COMMAND, now=utc_now(), **more)  # type: ignore[operator]


def get(withdrawal_id: int) -> Withdrawal:
    db.session.rollback()
    one = find_withdrawal(withdrawal_id)
    assert one is not None
    return one


def goods(order: Order) -> list[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.kind != FREIGHT)
    return list(db.session.scalars(query.order_by(OrderLine.position)))


def name_of(share: Share) -> str:
    return share.item_version.name_da if share.item_version else ""


def refund_row(order: Order) -> Refund:
    return db.session.scalars(select(Refund).where(Refund.order_id == order.id)).one()


def letters(kind: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


# --- The days of the law ---------------------------------------------------------------------------------------------


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("sent", "wanted", "delivered", "last"),
    [
        (date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 25), date(2026, 12, 9)),
        (date(2026, 11, 27), date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 14)),  # late: the carrier's days
        (date(2026, 11, 20), date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 15)),  # wished for later
        (date(2026, 12, 8), date(2026, 12, 10), date(2026, 12, 10), date(2026, 12, 28)),  # Christmas Eve to Monday
    ],
)
def test_the_last_day(sqlite_example: Flask, sent: date, wanted: date, delivered: date, last: date) -> None:
    """One working day under way, fourteen days, and a day on which nobody works is moved to the next."""
    order = sent_order()
    order.sent_at, order.wanted_on = moment(sent, 12), wanted
    assert delivered_on(order) == delivered
    assert last_day(order) == last
    assert is_in_time(order, moment(last, 23, 59))
    assert not is_in_time(order, moment(last + timedelta(days=1), 0, 0))


def test_before_it_is_sent_it_is_always_in_time(sqlite_example: Flask) -> None:
    order = place_order()
    assert last_day(order) is None
    assert is_in_time(order, utc_now() + timedelta(days=400))


def test_goods_and_money_have_fourteen_days(sqlite_example: Flask) -> None:
    order = sent_order()
    one = get(withdraw(order, at=moment(date(2026, 12, 1), 23, 30)))
    assert return_by(one) == refund_by(one) == date(2026, 12, 15)


# --- Received --------------------------------------------------------------------------------------------------------


def test_everything_comes_back_with_its_delivery(example: Flask) -> None:
    order = sent_order()
    paid = order.gross_ore
    one = get(withdraw(order))
    assert (one.state, one.in_time, one.whole) == (RECEIVED, True, True)
    assert one.deadline_on == last_day(order)
    promised = sum(back.gross_ore for back in refund_of(get_whole_order(order.id), one.picks, key=one.key))
    act(one.id, take_back, stock_back=True)
    act(one.id, refund)
    work()
    given = refund_row(order)
    assert given.gross_ore == promised == paid
    assert get(one.id).refund_id == given.id
    payment = db.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
    assert payment.refunded_ore == paid
    assert check_books().holds
    assert [len(letters(kind)) for kind in ("withdrawal_receipt", "withdrawal_refunded")] == [1, 1]


def test_a_part_of_it_leaves_the_delivery(example: Flask) -> None:
    order = sent_order((("den-groenne-kurv", 2), ("kaffepausen", 1)))
    green, coffee = goods(order)
    price = green.gross_ore // 2
    first = withdraw(order, {green.id: 1})
    assert available(get_whole_order(order.id)) == {green.id: 1, coffee.id: 1}
    assert not get(first).whole
    act(first, refund)
    assert refund_row(order).gross_ore == price


def test_the_last_part_brings_the_delivery(example: Flask) -> None:
    order = sent_order()
    (line,) = goods(order)
    whole = order.gross_ore
    for _piece in range(2):
        act(withdraw(order, {line.id: 1}), refund)
    total = db.session.scalar(select(func.sum(Refund.gross_ore)).where(Refund.order_id == order.id))
    assert total == whole
    assert not available(get_whole_order(order.id))


def test_said_twice_it_is_the_first(example: Flask) -> None:
    order = sent_order()
    first = withdraw(order, at=utc_now() - timedelta(hours=3))
    (line,) = goods(order)
    assert withdraw(order, {line.id: 2}) == first
    assert withdraw(order, {line.id: 1}) == first, "what is withdrawn from already is in the first"
    work()
    assert len(letters("withdrawal_receipt")) == 1


def test_a_button_pressed_twice_is_one(example: Flask) -> None:
    order = sent_order()
    (line,) = goods(order)
    key = secrets.token_hex(16)
    assert withdraw(order, {line.id: 1}, key=key) == withdraw(order, {line.id: 1}, key=key)
    assert get(1).picks == {line.id: 1}


def test_more_than_is_left_is_what_is_left(example: Flask) -> None:
    """An old page says two when one has been withdrawn from since."""
    order = sent_order()
    (line,) = goods(order)
    withdraw(order, {line.id: 1})
    assert get(withdraw(order, {line.id: 2})).picks == {line.id: 1}


def test_too_late_is_received_and_waits_for_a_person(example: Flask) -> None:
    order = sent_order()
    with transaction():
        long_ago = utc_now() - timedelta(days=40)
        locked = lock_order(order.id)
        locked.placed_at = locked.sent_at = long_ago
        locked.wanted_on = local_day(long_ago)
    one = get(withdraw(order))
    assert (one.state, one.in_time) == (RECEIVED, False)
    work()
    assert len(letters("withdrawal_receipt")) == 1
    assert "Fristen for at fortryde er gået." in letters("withdrawal_receipt")[0].text
    assert waiting_withdrawals(utc_now()).count == 1


def test_a_company_is_received_and_waits_for_a_person(example: Flask) -> None:
    order = place_order(GREEN)
    pay(order)
    with transaction():
        db.session.execute(update(Order).where(Order.id == order.id).values(buyer_kind="company"))
    one = get(withdraw(order))
    assert one.state == RECEIVED, "nothing is cancelled by itself"
    work()
    assert "Dem giver loven ingen fortrydelsesret" in letters("withdrawal_receipt")[0].text
    assert waiting_withdrawals(utc_now()).count == 1


def test_somebody_elses_key_shows_nothing(example: Flask) -> None:
    mine, yours = sent_order(), sent_order()
    key = secrets.token_hex(16)
    withdraw(yours, key=key)
    with pytest.raises(Refused):
        withdraw(mine, key=key)


# --- Before it is sent -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paid", [False, True])
def test_unsent_it_is_cancelled_at_once(example: Flask, paid: bool) -> None:
    order = place_order(GREEN)
    held = db.session.scalar(select(func.sum(Supply.taken)))
    if paid:
        pay(order)
    one = get(withdraw(order))
    assert one.state == CANCELLED
    assert db.session.get_one(Order, order.id).state == "cancelled"
    left = db.session.scalar(select(func.sum(Supply.taken)))
    assert held is not None
    assert left is not None
    assert left < held, "what was reserved is free"
    states = set(db.session.scalars(select(Payment.state).where(Payment.order_id == order.id)))
    assert states == {"ended"}
    assert say_again(order) == REPEATED


def say_again(order: Order) -> str:
    return get(say(order.number)).state


def test_what_cannot_be_cancelled_is_received_all_the_same(example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever refuses it, half of it done already: nothing is cancelled, and the statement stands."""

    def half_done(one: Withdrawal, **_more: object) -> None:
        one.answer = "half done"
        db.session.flush()
        raise Refused("Lageret er lukket.")

    order = place_order(GREEN)
    pay(order)
    monkeypatch.setattr("orders.withdrawal.receive.cancel", half_done)
    one = get(withdraw(order))
    assert (one.state, one.answer) == (RECEIVED, "")
    assert db.session.get_one(Order, order.id).state == "confirmed"
    assert waiting_withdrawals(utc_now()).count == 1
    entries = entries_of("withdrawal", one.id)
    assert [entry.why for entry in entries if entry.act == "withdrawal_waits"] == ["Lageret er lukket."]


@pytest.mark.parametrize("paid", [False, True])
def test_a_part_unsent_is_taken_out(example: Flask, paid: bool) -> None:
    order = place_order((("den-groenne-kurv", 2), ("kaffepausen", 1)))
    if paid:
        pay(order)
    green, coffee = goods(order)
    one = get(withdraw(order, {coffee.id: 1}))
    assert one.state == CANCELLED
    assert db.session.get_one(Order, order.id).state in ("placed", "confirmed")
    assert refund_row(order).kind == "cancel"
    assert available(get_whole_order(order.id)) == {green.id: 2}
    assert get(withdraw(order)).state == CANCELLED
    assert db.session.get_one(Order, order.id).state == "cancelled"


def test_nothing_is_excepted_before_it_is_sent(example: Flask) -> None:
    order = place_order(FRESH)
    assert [choice.never for choice in choices_of(get_whole_order(order.id))] == [()]


def test_a_packed_part_waits_for_whoever_unpacks_it(example: Flask) -> None:
    order = place_order(GREEN)
    pay(order)
    from orders.moves import pack

    with transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    (line,) = goods(order)
    one = withdraw(order, {line.id: 1})
    assert get(one).state == RECEIVED
    assert waiting_withdrawals(utc_now()).count == 1
    with pytest.raises(Refused):
        act(one, refund)
    act(one, cancel)
    assert get(one).state == CANCELLED
    assert refund_row(order).kind == "cancel"


# --- Exceptions ------------------------------------------------------------------------------------------------------


def test_what_does_not_keep_is_not_paid_back(example: Flask) -> None:
    order = sent_order(FRESH)
    (choice,) = choices_of(get_whole_order(order.id))
    assert choice.never == ("Honningkage",)
    one = get(withdraw(order))
    promised = sum(back.gross_ore for back in refund_of(get_whole_order(order.id), one.picks, key=one.key))
    act(one.id, refund)
    given = refund_row(order)
    cake = next(share for share in goods(order)[0].shares if name_of(share) == "Honningkage")
    assert given.gross_ore == promised
    assert order.net_ore - given.net_ore == cake.ore
    reversed_ids = {share.share_id for line in given.lines for share in line.shares}
    assert cake.id not in reversed_ids
    work()
    assert "Honningkage" in letters("withdrawal_refunded")[0].text
    assert check_books().holds


def test_fresh_goods_alone_cannot_be_chosen(example: Flask) -> None:
    order = sent_order((), items=(("honningkage", 1), ("opvaskeboerste", 1)))
    cake, brush = choices_of(get_whole_order(order.id))
    assert (cake.is_excepted, cake.left, brush.left) == (True, 0, 1)
    one = get(withdraw(order, {cake.line.id: 1, brush.line.id: 1}))
    assert one.picks == {brush.line.id: 1}
    act(one.id, refund)
    assert refund_row(order).gross_ore == brush.line.gross_ore, "the cake was delivered, so its delivery stands"


def test_a_broken_seal_is_judged_when_the_goods_come(example: Flask) -> None:
    order = sent_order(FRESH)
    one = get(withdraw(order))
    sealed = next(
        share for share in goods(order)[0].shares
        if share.item_version and share.item_version.withdrawal_exception == "sealed_hygiene"
    )  # fmt: skip
    stock = {row.item_id: row.most for row in db.session.scalars(select(Supply).where(Supply.kind == STOCK))}
    act(one.id, take_back, stock_back=True, opened=[sealed.id])
    act(one.id, refund)
    given = refund_row(order)
    back = {share.share_id for line in given.lines for share in line.shares}
    kept = [share for share in goods(order)[0].shares if share.id not in back]
    assert {name_of(share) for share in kept} == {"Honningkage", name_of(sealed)}
    now = {row.item_id: row.most for row in db.session.scalars(select(Supply).where(Supply.kind == STOCK))}
    kept_items = {share.item_version.item_id for share in kept if share.item_version}
    assert all(now[item] == stock[item] for item in kept_items if item in stock), "what is kept is not put on the shelf"
    assert check_books().holds


def test_only_sealed_goods_of_the_withdrawal_can_be_opened(example: Flask) -> None:
    order = sent_order(FRESH)
    other = sent_order(FRESH)
    strange = db.session.scalars(
        select(Share.id).join(OrderLine).where(OrderLine.order_id == other.id, Share.kind == COMPONENT)
    ).first()
    with pytest.raises(Refused):
        act(withdraw(order), take_back, stock_back=True, opened=[strange])


def test_lost_value_is_kept_back_with_its_reason(example: Flask) -> None:
    order = sent_order((("den-groenne-kurv", 1), ("kaffepausen", 1)))
    one = withdraw(order)
    for reduction, why in ((order.gross_ore + 1, "brugt"), (5_001, "")):
        with pytest.raises(Refused):
            act(one, take_back, stock_back=False, reduction_ore=reduction, reduction_why=why)
    act(one, take_back, stock_back=False, reduction_ore=5_001, reduction_why="Børsten er brugt.")
    act(one, refund)
    work()
    given = refund_row(order)
    assert given.gross_ore == order.gross_ore - 5_001
    for line in given.lines:
        assert sum(share.ore for share in line.shares) == line.net_ore
        assert abs(line.vat_ore * 4 - line.net_ore) <= 4
    assert "Børsten er brugt." in letters("withdrawal_refunded")[0].text
    assert check_books().holds


# --- The office ------------------------------------------------------------------------------------------------------


def test_every_move_not_in_the_table_is_refused(example: Flask) -> None:
    order = sent_order()
    one = withdraw(order)
    act(one, take_back, stock_back=False)
    assert get(one).state == GOODS_BACK
    with pytest.raises(Refused):
        act(one, take_back, stock_back=False)
    with pytest.raises(Refused):
        act(one, cancel)
    act(one, refund)
    for verb, more in ((refund, {}), (decline, {"why": "nej"}), (cancel, {})):
        with pytest.raises(Refused):
            act(one, verb, **more)
    assert WITHDRAWAL.is_final(get(one).state)
    assert get(one).state == REFUNDED


def test_a_no_has_its_reason_and_where_to_complain(example: Flask) -> None:
    order = sent_order()
    one = withdraw(order)
    act(one, decline, why="Kurven var fortæret.")
    work()
    assert get(one).state == DECLINED
    text = letters("withdrawal_declined")[0].text
    assert "Kurven var fortæret." in text
    assert "Mæglingsteamet for Forbrugerklager, Nævnenes Hus, Toldboden 2, 8800 Viborg" in text
    assert available(get_whole_order(order.id)), "after a no it can be said again"


def test_what_went_back_another_way_meanwhile_is_refused(example: Flask) -> None:
    from orders.refunds.give import refund_pieces
    from orders.refunds.plan import Cause

    order = sent_order()
    (line,) = goods(order)
    one = withdraw(order)
    with transaction():
        refund_pieces(lock_order(order.id), {line.id: 1}, Cause("test", "x"), by=COMMAND, now=utc_now())
    with pytest.raises(Refused):
        act(one, refund)
    assert get(one).state == RECEIVED


# --- In words --------------------------------------------------------------------------------------------------------


def test_words_are_matched_by_number_and_address(example: Flask) -> None:
    order = sent_order()
    one = get(say(f" #{order.number}".strip(), "KARLA@example.com"))
    assert one.order_id == order.id
    assert one.picks == {goods(order)[0].id: 2}
    assert one.in_time


def test_a_part_in_words_is_chosen_by_the_office(example: Flask) -> None:
    order = sent_order()
    (line,) = goods(order)
    one = say(order.number, whole=False, said="den ene kurv")
    assert get(one).picks == {}
    assert waiting_withdrawals(utc_now()).count == 1
    with pytest.raises(Refused):
        act(one, refund)
    for picks in ({}, {line.id: 0}, {line.id: 3}, {999_999: 1}):
        with pytest.raises(Refused):
            match(one, order, picks)
    match(one, order, {line.id: 1})
    act(one, refund)
    assert refund_row(order).gross_ore == line.gross_ore // 2


def match(withdrawal_id: int, order: Order, picks: Mapping[int, int]) -> None:
    with transaction():
        locked = lock_order(order.id)
        match_to_order(lock_withdrawal(withdrawal_id), locked, picks, by=COMMAND, now=utc_now())


@pytest.mark.parametrize(("number", "email"), [("9999", "karla@example.com"), ("", "fremmed@example.com")])
def test_an_unknown_order_is_received_and_stands_on_the_board(example: Flask, number: str, email: str) -> None:
    order = sent_order()
    one = get(say(number or order.number, email))
    assert (one.state, one.order_id, one.picks) == (RECEIVED, None, {})
    assert len(letters("withdrawal_receipt")) == 1
    waiting = waiting_withdrawals(utc_now())
    assert (waiting.count, waiting.unmatched) == (1, 1)
    match(one.id, order, {goods(order)[0].id: 2})
    act(one.id, refund)
    assert get(one.id).state == REFUNDED


def test_the_same_words_twice_are_one(example: Flask) -> None:
    order = sent_order()
    first, second = say(order.number), say(order.number)
    assert get(second).state == REPEATED
    assert get(second).first_id == first
    unknown = [say("9999", said="alt"), say("9999", said="alt")]
    assert [get(one).state for one in unknown] == [RECEIVED, REPEATED]
    receipts = letters("withdrawal_receipt")
    assert len(receipts) == 4, "every statement gets its receipt"
    assert "Vi havde allerede modtaget det samme" in receipts[1].text


def test_words_never_cancel_by_themselves(example: Flask) -> None:
    """Whoever knows a number and an address is not therefore the buyer; nothing that cannot be undone happens."""
    order = place_order(GREEN)
    pay(order)
    one = say(order.number)
    assert db.session.get_one(Order, order.id).state == "confirmed"
    assert waiting_withdrawals(utc_now()).count == 1
    act(one, cancel)
    assert db.session.get_one(Order, order.id).state == "cancelled"


def test_nobodys_letter_box_is_filled(example: Flask) -> None:
    for number in range(23):
        say(f"{number}", "offer@example.com")
    assert len(letters("withdrawal_receipt")) == 20
    assert db.session.scalar(select(func.count()).select_from(Withdrawal)) == 23


def test_the_worker_may_come_twice(example: Flask) -> None:
    from orders.withdrawal.receive import match_words

    order = sent_order()
    one = say(order.number)
    match_words({"withdrawal_id": one})
    work()
    assert len(letters("withdrawal_receipt")) == 1
    assert get(one).picks == {goods(order)[0].id: 2}


def test_local_day_is_copenhagens(sqlite_example: Flask) -> None:
    """Half an hour past midnight here is the evening before in UTC."""
    order = sent_order()
    last = last_day(order)
    assert last is not None
    after = moment(last + timedelta(days=1), 0, 30)
    assert local_day(after) == last + timedelta(days=1)
    assert get(withdraw(order, at=after)).in_time is False
