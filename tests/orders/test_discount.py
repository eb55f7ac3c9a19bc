"""A discount: the buyer pays less, exactly the one who bears it gets less, and every row still adds up."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from catalog.baskets.models import Basket, BasketVersion
from catalog.baskets.policies import divide
from catalog.baskets.queries import terms_of
from catalog.items.models import VatRate
from catalog.supply.models import Supply
from orders.books.check import check_books
from orders.books.models import POT as POT_ACCOUNT
from orders.books.models import RECEIVABLE, VAT_OUT
from orders.books.post import order_balance
from orders.lock import lock_order
from orders.models import Order, OrderLine, Share
from orders.payments.capture import capture_order
from orders.payments.gateway import ENDED
from orders.payments.models import Payment
from orders.payments.pay import last_payment, start_payment
from orders.refunds.discount import discounts_of, give_discount, percent_ore, plan_discount
from orders.refunds.give import refund_component, refund_pieces
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import BY_ALL, BY_ENTERPRISE, BY_POT
from orders.states import CONFIRMED, PLACED
from orders.terms import terms_no
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from shop.money import format_kr, offset_from_bits
from shop.people.models import Enterprise
from shop.tax import vat_in_gross
from tests.orders.test_letters import letter
from tests.tools.world import fulfil, pay, place_order

POT = Bearer(BY_POT)
ALL = Bearer(BY_ALL)


def discount(order: Order, gross_ore: int, bearer: Bearer = POT, *, key: str = "k") -> None:
    with transaction():
        give_discount(
            lock_order(order.id),
            gross_ore=gross_ore,
            bearer=bearer,
            why="stamkunde",
            key=key,
            by=COMMAND,
            now=utc_now(),
        )
    db.session.expire_all()


def enterprise(slug: str) -> Bearer:
    return Bearer(BY_ENTERPRISE, db.session.scalars(select(Enterprise.id).where(Enterprise.slug == slug)).one())


def shares(order: Order) -> list[Share]:
    query = select(Share).join(OrderLine).where(OrderLine.order_id == order.id)
    return list(db.session.scalars(query.order_by(OrderLine.position, Share.position)))


def owned(order: Order) -> dict[int | None, int]:
    found: dict[int | None, int] = {}
    for share in shares(order):
        found[share.enterprise_id] = found.get(share.enterprise_id, 0) + share.ore
    return found


def adds_up(order: Order, was: dict[int, tuple[int, int, int]], gross_ore: int) -> None:
    """Whatever the discount: lines, shares and totals are whole, and what was let go is what is missing."""
    assert order.gross_ore == sum(was[line.id][0] for line in order.lines) - gross_ore
    for name in ("gross_ore", "net_ore", "vat_ore"):
        assert getattr(order, name) == sum(getattr(line, name) for line in order.lines)
    for line in order.lines:
        gross, net, vat = was[line.id]
        assert line.net_ore + line.discount_net_ore == net
        assert line.vat_ore + line.discount_vat_ore == vat
        assert 0 <= line.gross_ore <= gross
        assert line.net_ore >= 0
        assert line.vat_ore >= 0
        assert sum(share.ore for share in line.shares) == line.net_ore
        assert sum(share.discount_ore for share in line.shares) == line.discount_net_ore
        assert all(share.ore >= 0 for share in line.shares if share.enterprise_id)
    for group in {(line.vat_category, line.vat_rate_bp) for line in order.lines}:
        members = [line for line in order.lines if (line.vat_category, line.vat_rate_bp) == group]
        assert sum(line.vat_ore for line in members) == vat_in_gross(sum(line.gross_ore for line in members), group[1])


def amounts(order: Order) -> dict[int, tuple[int, int, int]]:
    return {line.id: (line.gross_ore, line.net_ore, line.vat_ore) for line in order.lines}


BASKETS = ("den-groenne-kurv", "fredagskurven", "kaffepausen", "soendagskurven")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(BASKETS), st.integers(1, 2)), min_size=1, max_size=2, unique_by=lambda one: one[0]
    ),
    st.lists(
        st.tuples(st.integers(1, 10_000), st.sampled_from(("as_sold", "pot", "shared", "enterprise"))), max_size=3
    ),
)
def test_every_discount_adds_up_to_the_ore(
    sqlite_example: Flask, baskets: list[tuple[str, int]], given: list[tuple[int, str]]
) -> None:
    with transaction():
        db.session.execute(update(Supply).values(taken=0))
    order = place_order(baskets)
    for number, (part, kind) in enumerate(given):
        if order.state != PLACED:
            break
        gross = max(1, order.gross_ore * part // 10_000)
        bearer = Bearer(kind, shares(order)[0].enterprise_id if kind == "enterprise" else None)
        before, was = owned(order), amounts(order)
        old = {line.id: (line.discount_net_ore, line.discount_vat_ore) for line in order.lines}
        try:
            discount(order, gross, bearer, key=f"k{number}")
        except Refused:
            assert kind == "enterprise"
            continue
        was = {
            line.id: (was[line.id][0], was[line.id][1] + old[line.id][0], was[line.id][2] + old[line.id][1])
            for line in order.lines
        }
        adds_up(order, was, gross)
        after = owned(order)
        lost = {owner: before[owner] - after[owner] for owner in before if before[owner] != after[owner]}
        if kind == "pot":
            assert set(lost) <= {None}
        if kind == "enterprise":
            assert set(lost) <= {bearer.enterprise_id}
        if kind == "shared":
            assert min(lost.values(), default=0) >= -len(order.lines)  # an øre of VAT may fall the other way


@pytest.mark.parametrize("gross_ore", [1, 2, 3, 4, 5, 99, 12_345])
def test_the_pot_bears_it_and_nobody_else_notices(example: Flask, gross_ore: int) -> None:
    order = place_order([("den-groenne-kurv", 2), ("fredagskurven", 1)])
    before, was = owned(order), amounts(order)
    discount(order, gross_ore)
    adds_up(order, was, gross_ore)
    assert {owner: ore for owner, ore in owned(order).items() if owner} == {o: ore for o, ore in before.items() if o}


def test_an_enterprise_bears_it_alone_and_never_more_than_it_has(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 2), ("fredagskurven", 1)])
    maker = shares(order)[0].enterprise_id
    before, was = owned(order), amounts(order)
    bearer = Bearer(BY_ENTERPRISE, maker)
    with pytest.raises(Refused) as refused:
        discount(order, before[maker] * 5 // 4 + 5, bearer)
    assert refused.value.field == "bearer"
    assert amounts(order) == was
    discount(order, 1_000, bearer)
    adds_up(order, was, 1_000)
    after = owned(order)
    assert before[maker] - after[maker] == 800
    assert {owner: ore for owner, ore in after.items() if owner != maker} == {
        owner: ore for owner, ore in before.items() if owner != maker
    }


def one_of_each_policy() -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(BasketVersion.policy, Basket.slug).join(Basket, Basket.current_version_id == BasketVersion.id)
    )
    return [(slug, 1) for slug in {row.policy: row.slug for row in rows}.values()]


def test_as_sold_divides_a_basket_anew_and_holds_the_floor(example: Flask) -> None:
    """By each basket's own policy; below its floor the enterprises keep what they have at it, and the pot pays."""
    order = place_order(one_of_each_policy())
    assert {line.policy for line in order.lines} >= {"agreed", "proportional", "guaranteed"}
    was, before = amounts(order), {share.id: share.ore for share in shares(order)}
    discount(order, 100, Bearer())
    adds_up(order, was, 100)
    lowered = set()
    for line in order.lines:
        version = line.basket_version
        if version is not None:
            at_floor = divide(
                terms_of(version), max(line.net_ore, version.floor_ore), 1, offset_from_bits(line.offset_bits)
            )
            assert tuple(share.ore for share in line.shares[:-1]) == at_floor.parts
        if any(share.ore != before[share.id] for share in line.shares if share.enterprise_id):
            lowered.add(line.policy)
    assert lowered == {"proportional", "guaranteed"}
    discount(order, order.gross_ore - 100, Bearer(), key="k2")
    for line in order.lines:
        version = line.basket_version
        if version is not None:
            floor = divide(terms_of(version), version.floor_ore, 1, offset_from_bits(line.offset_bits))
            assert tuple(share.ore for share in line.shares[:-1]) == floor.parts
            assert line.shares[-1].ore < 0


def test_the_whole_order_as_a_gift_is_confirmed_without_a_payment(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 1)])
    before = owned(order)
    discount(order, order.gross_ore)
    assert (order.gross_ore, order.net_ore, order.vat_ore) == (0, 0, 0)
    assert order.state == CONFIRMED
    assert [payment.state for payment in db.session.scalars(select(Payment))] == [ENDED]
    assert db.session.scalars(select(Letter.kind)).all() == ["order_confirmation"]
    with pytest.raises(Refused), transaction():
        start_payment(lock_order(order.id), back_url="/", now=utc_now())
    fulfil(order)
    capture_order(order.id, now=utc_now())
    assert order_balance(order.id, RECEIVABLE) == 0
    assert order_balance(order.id, VAT_OUT) == 0
    assert order_balance(order.id, POT_ACCOUNT) == sum(ore for owner, ore in before.items() if owner)


def test_a_payment_begun_is_ended_and_the_next_asks_for_less(example: Flask) -> None:
    order = place_order()
    first = last_payment(order.id)
    assert first is not None
    old = first.foreign_id
    discount(order, 4_000)
    with transaction():
        start_payment(lock_order(order.id), back_url="/", now=utc_now())
    last = last_payment(order.id)
    assert last is not None
    assert (last.foreign_id != old, last.ore) == (True, order.gross_ore)
    pay(order)
    fulfil(order)
    capture_order(order.id, now=utc_now())
    assert order_balance(order.id, RECEIVABLE) == 0
    assert order_balance(order.id, VAT_OUT) == -order.vat_ore


def test_the_same_key_is_one_discount(example: Flask) -> None:
    order = place_order()
    whole = order.gross_ore
    discount(order, 1_000)
    discount(order, 1_000)
    assert order.gross_ore == whole - 1_000
    discount(order, 1_000, key="other")
    assert order.gross_ore == whole - 2_000
    told = [(entry.why, entry.details["gross_ore"], entry.details["bearer"]) for entry in discounts_of(order.id)]
    assert told == [("stamkunde", 1_000, "pot")] * 2
    letters = select(func.count()).select_from(Letter).where(Letter.kind == "order_discount")
    assert db.session.scalar(letters) == 2


@pytest.mark.parametrize("gross_ore", [0, -1, -5_000, 10**12])
def test_nothing_and_too_much_are_refused(example: Flask, gross_ore: int) -> None:
    order = place_order()
    was = amounts(order)
    with pytest.raises(Refused) as refused:
        discount(order, gross_ore)
    assert refused.value.field == "amount"
    assert amounts(order) == was


def test_a_confirmed_order_gets_no_discount(example: Flask) -> None:
    order = place_order()
    pay(order)
    with pytest.raises(Refused, match="er bekræftet"):
        discount(order, 100)


def test_after_a_cancellation_the_rest_is_lowered_but_not_divided_anew(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 3)])
    line = order.lines[0]
    share = line.shares[0]
    with transaction():
        locked = lock_order(order.id)
        refund_pieces(locked, {line.id: 1}, Cause("a", "x"), by=COMMAND, now=utc_now())
        refund_component(locked, share.id, 1, Cause("b", "x"), by=COMMAND, now=utc_now())
    with pytest.raises(Refused) as refused:
        discount(order, 500, Bearer())
    assert refused.value.field == "bearer"
    was = order.gross_ore
    discount(order, 500, ALL)
    assert order.gross_ore == was - 500
    with transaction():
        plan = plan_discount(lock_order(order.id), 500, POT)
    left = plan.whole_ore
    discount(order, left, POT, key="all of it")
    assert order.state == CONFIRMED
    fulfil(order)
    assert order_balance(order.id, RECEIVABLE) == 0
    assert order_balance(order.id, VAT_OUT) == 0


@given(st.integers(1, 10**9), st.integers(1, 10_000))
def test_per_cent_is_whole_5_ore_and_never_too_much(whole: int, percent_bp: int) -> None:
    ore = percent_ore(whole, percent_bp)
    assert 0 <= ore <= whole
    assert ore == whole or ore % 5 == 0
    assert abs(ore - whole * percent_bp / 10_000) <= 2.5
    assert percent_ore(whole, 10_000) == whole


def test_the_rate_of_the_sale_holds_when_the_law_changes_afterwards(example: Flask) -> None:
    """A discount given, and a parcel sent, under a new rate: the order keeps the one it was sold at."""
    order = place_order()
    was = amounts(order)
    with transaction():
        db.session.add(VatRate(category="S", rate_bp=3_000, valid_from=local_day(utc_now()), source="prøve"))
    discount(order, 5_000)
    adds_up(order, was, 5_000)
    assert order.vat_ore == vat_in_gross(order.gross_ore, 2_500)
    with transaction():
        start_payment(lock_order(order.id), back_url="/", now=utc_now())
    pay(order)
    fulfil(order)
    assert order_balance(order.id, VAT_OUT) == -order.vat_ore
    assert check_books().holds


def test_the_buyer_is_told_what_there_is_to_pay_now(sqlite_example: Flask) -> None:
    for language, saying in (("da", "Nu koster den"), ("en", "It now costs")):
        order = place_order(terms_no=terms_no(), language=language)
        discount(order, 2_500)
        message = letter("order_discount")
        assert order.number in message.subject
        for text in (saying, format_kr(2_500, language), format_kr(order.gross_ore, language), f"/ordre/{order.token}"):
            assert text in message.body.replace("\xa0", " "), text
        discount(order, order.gross_ore, key="the rest")
        message = letter("order_confirmation")
        assert ("Der er ikke noget at betale." if language == "da" else "There is nothing to pay.") in message.body
        assert "reserve" not in message.body.split("\n\n")[1]
