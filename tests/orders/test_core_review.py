"""Orders under bad input and bad luck: forged forms, buyers and office at once, a bank that is late or never heard."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from catalog.baskets.availability import refresh_steps
from catalog.baskets.models import Basket
from catalog.supply.models import STOCK, Supply, SupplyMove
from catalog.supply.reserve import release
from orders import moves
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, expire, expire_unpaid, pack, send
from orders.payments.gateway import AUTHORISED, ENDED, STARTED
from orders.payments.inbox import pay_late
from orders.payments.models import Payment, SandboxPayment
from orders.payments.pay import find_payment, last_payment, settle
from orders.payments.sandbox import play
from orders.states import CONFIRMED, EXPIRED, PACKED, PLACED
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out
from shop.journal.record import BUYER
from tests.orders.shopper import TYPED, Shopper
from tests.together.crowd import buyers, together
from tests.together.supplies import check_nothing_sold_twice, leave, stocked_parts
from tests.tools.world import pay, place_order

ODD = ("\x00", "a\x00b", "x" * 10_000, "🎁" * 50, "2147483648", "9" * 400, "=1+1", "<b>", "0001-01-01", "9999-12-31")


# --- Forged forms -----------------------------------------------------------------------------------------------------


def test_a_forged_form_is_never_our_fault(example: Flask) -> None:
    buyer, other = Shopper(example), Shopper(example)
    buyer.put()
    buyer.tell()
    for odd in ODD:
        for field in ("basket", "vare", "antal", "kort"):
            other.post("/bestilling/laeg", {"basket": "kaffepausen", "antal": "1", field: odd}, follow=False)
            assert other.status < 500, (field, odd[:20])
        for field in ("key", "shown", "seen", "seen_ore", "terms_no", "age"):
            buyer.get("/kassen/bestil")
            buyer.order(terms=None, **{field: odd})
            assert buyer.status < 500, (field, odd[:20])
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.parametrize("day", ["0001-01-01", "1.1.0001", "1066-10-14", "2031-06-02", "9999-12-31"])
def test_a_day_of_another_age_is_said_to_be_one(sqlite_example: Flask, day: str) -> None:
    buyer = Shopper(sqlite_example)
    buyer.put()
    buyer.get("/kassen")
    buyer.send("/kassen", **{**TYPED, "wanted_on": day})
    assert buyer.status == 422
    buyer.get("/kassen/bestil")
    assert buyer.status == 409
    assert "Vælg en senere dag" in buyer.text or "Vælg en tidligere dag" in buyer.text


# --- Locks ------------------------------------------------------------------------------------------------------------


def _in_transaction(verb: Callable[[], object]) -> Callable[[], bool]:
    def job() -> bool:
        with transaction():
            verb()
        return True

    return job


def _cancel(order_id: int) -> Callable[[], bool]:
    return _in_transaction(lambda: cancel(lock_order(order_id), by=BUYER, now=utc_now(), why="fortrudt"))


def test_cancelling_what_is_packed_locks_like_whoever_buys(postgres_example: Flask) -> None:
    """Shelves that came after the offers they are sold by: both must still be locked in one order."""
    with transaction():
        db.session.execute(delete(SupplyMove))
        db.session.execute(update(Supply).where(Supply.kind == STOCK).values(id=Supply.id + 100_000))
    packed = [place_order([("den-store-kurv", 1)]).id for _ in range(8)]
    for order_id in packed:
        pay(db.session.get_one(Order, order_id))
        with transaction():
            pack(lock_order(order_id), by=BUYER, now=utc_now())
    crowd = buyers(8, [("den-store-kurv", 1)])
    answers = together(postgres_example, [*map(_cancel, packed), *(buyer.press for buyer in crowd)])
    assert not [answer for answer in answers if isinstance(answer, Refused)]


def test_two_who_give_back_different_parts_show_the_basket_again(postgres_example: Flask) -> None:
    """Each sees the other's part as sold out until it has ended; the later one must count what both gave back."""
    first, second = stocked_parts("den-groenne-kurv")[:2]
    items = (first.item_id, second.item_id)
    held = []
    for item_id in items:
        leave(item_id, 50)
        with transaction():
            shelf = db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == item_id)).one()
            shelf.taken += 50
            held.append((item_id, shelf.id))
    with transaction():
        refresh_steps(items)
    shown = select(Basket.shown_step).where(Basket.slug == "den-groenne-kurv")
    assert db.session.scalars(shown).one() == "none"

    def give_back(item_id: int, supply_id: int) -> Callable[[], bool]:
        def verb() -> None:
            release([(supply_id, 50)], reference=f"test:{item_id}", now=utc_now())
            refresh_steps({item_id})

        return _in_transaction(verb)

    together(postgres_example, [give_back(*pair) for pair in held])
    assert db.session.scalars(shown).one() == "many"


# --- The bank ---------------------------------------------------------------------------------------------------------


def _at_bank(order_id: int) -> SandboxPayment:
    payment = last_payment(order_id)
    assert payment is not None
    row = select(SandboxPayment).where(SandboxPayment.foreign_id == payment.foreign_id)
    return db.session.scalars(row.execution_options(populate_existing=True)).one()


def _make_old(order_id: int) -> None:
    with transaction():
        db.session.get_one(Order, order_id).placed_at = utc_now() - timedelta(hours=3)


def test_an_order_paid_at_the_bank_does_not_expire_unheard(example: Flask) -> None:
    """The bank's message never came: it is asked before what the order holds is let go."""
    order_id = place_order().id
    with transaction():
        play(_at_bank(order_id), "pay")
    _make_old(order_id)
    expire_unpaid()
    assert db.session.get_one(Order, order_id).state == CONFIRMED
    check_nothing_sold_twice()


def test_one_order_that_cannot_expire_holds_up_no_other(example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = place_order().id, place_order().id
    _make_old(first)
    _make_old(second)

    def broken(order: Order, *, now: object) -> None:
        if order.id == first:
            raise RuntimeError("broken on purpose")
        expire(order, now=utc_now())

    monkeypatch.setattr(moves, "expire", broken)
    expire_unpaid()
    db.session.rollback()
    assert db.session.get_one(Order, first).state == PLACED
    assert db.session.get_one(Order, second).state == EXPIRED


def heard(foreign_id: str) -> None:
    """The shop asks the bank, and tells it what follows."""
    payment_id = find_payment("sandbox", foreign_id)
    assert payment_id is not None
    settle(payment_id, now=utc_now())
    for intention_id in db.session.scalars(select(Intention.id).where(Intention.kind == "end_payment")).all():
        carry_out(intention_id, now=utc_now())


def _pays_late(foreign_id: str) -> Callable[[], bool]:
    def job() -> bool:
        pay_late({"foreign_id": foreign_id})
        return True

    return job


def _expire(order_id: int) -> Callable[[], bool]:
    return _in_transaction(lambda: expire(lock_order(order_id), now=utc_now()))


def test_a_late_payment_and_the_end_of_the_order_never_leave_money_reserved(example: Flask) -> None:
    for _ in range(4):
        order_id = place_order().id
        foreign_id = _at_bank(order_id).foreign_id
        together(example, [_pays_late(foreign_id), _expire(order_id)])
        heard(foreign_id)
        db.session.rollback()
        assert db.session.get_one(Order, order_id).state == EXPIRED
        assert _at_bank(order_id).state == ENDED
    check_nothing_sold_twice()


def test_money_reserved_after_the_shop_gave_up_is_let_go(example: Flask) -> None:
    """The customer was quicker than our word to the bank: the payment is over here, and reserved there."""
    order_id = place_order().id
    with transaction():
        expire(lock_order(order_id), now=utc_now())
    with transaction():
        _at_bank(order_id).state = AUTHORISED
    heard(_at_bank(order_id).foreign_id)
    db.session.rollback()
    assert _at_bank(order_id).state == ENDED
    assert db.session.get_one(Order, order_id).state == EXPIRED


def test_what_is_no_longer_reserved_is_not_sent(example: Flask) -> None:
    """Between packing and sending the reservation ran out: nothing leaves the house that nobody pays for."""
    order = place_order()
    pay(order)
    with transaction():
        pack(lock_order(order.id), by=BUYER, now=utc_now())
    with transaction():
        _at_bank(order.id).state = ENDED
    heard(_at_bank(order.id).foreign_id)
    with pytest.raises(Refused, match="ikke betalt"), transaction():
        send(lock_order(order.id), by=BUYER, now=utc_now())
    assert db.session.get_one(Order, order.id).state == PACKED


@pytest.fixture
def declined(example: Flask) -> tuple[Shopper, dict[str, str]]:
    """A buyer whose card was declined, with the form of the checkout still open in another window."""
    buyer = Shopper(example)
    buyer.put()
    buyer.tell()
    form = {**buyer.form("/kassen/bestil"), "terms": "1"}
    buyer.order()
    buyer.answer_bank("afvis")
    return buyer, form


def test_after_a_decline_eight_clicks_start_one_new_payment(
    example: Flask, declined: tuple[Shopper, dict[str, str]]
) -> None:
    _, form = declined
    browsers = [Shopper(example) for _ in range(8)]
    for browser in browsers:
        browser.client.set_cookie("indgang", _cookie(declined[0]))

    def click(browser: Shopper) -> Callable[[], int]:
        def job() -> int:
            browser.post("/kassen/bestil", form, follow=False)
            return browser.status

        return job

    assert together(example, [click(browser) for browser in browsers]) == [303] * 8
    states = db.session.scalars(select(Payment.state).order_by(Payment.id)).all()
    assert list(states) == ["declined", STARTED]


def _cookie(buyer: Shopper) -> str:
    held = buyer.client.get_cookie("indgang")
    assert held is not None
    return held.value


def test_a_shop_without_a_bank_starts_no_payment(sqlite_example: Flask) -> None:
    order = place_order()
    settings = sqlite_example.config["SETTINGS"]
    sqlite_example.config["SETTINGS"] = dataclasses.replace(settings, payments="invoice-only")
    with transaction():
        _at_bank(order.id).state = ENDED
    buyer = Shopper(sqlite_example)
    buyer.post(f"/ordre/{order.token}/betal", {}, follow=False)
    assert buyer.status == 303
    assert buyer.headers["Location"] == f"/ordre/{order.token}"
    assert len(db.session.scalars(select(Payment)).all()) == 1
