"""What a withdrawal does not pay back, and what the office decides."""

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.supply.models import STOCK, Supply
from orders.books.check import check_books
from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import COMPONENT, OrderLine, Share
from orders.withdrawal.choice import available, choices_of, refund_of
from orders.withdrawal.settle import cancel, decline, refund, take_back
from orders.withdrawal.states import DECLINED, GOODS_BACK, RECEIVED, REFUNDED, WITHDRAWAL
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.orders.withdrawal_world import FRESH, act, get, goods, letters, refund_row, sent_order, withdraw, work


def name_of(share: Share) -> str:
    return share.item_version.name_da if share.item_version else ""


# --- Exceptions -------------------------------------------------------------------------------------------------------


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


# --- The office -------------------------------------------------------------------------------------------------------


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
