"""Mine penge: every krone where it stands, every line of it explained, and together exactly the books."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from orders.books.models import BANK, EARNED, PAYABLE, POT, Account, Posting
from orders.books.post import At
from orders.books.rules import post_correction, post_due
from orders.models import Order, Share
from orders.money.amounts import amounts_of, postings_of
from orders.money.queries import (
    CHARGE,
    ENTRY,
    EXPECTED,
    REFUND,
    SHARE,
    Line,
    Selection,
    each_line,
    lines_of_page,
    lines_of_share,
    sum_up,
)
from orders.moves import cancel, expire, lock_order
from orders.payments.capture import capture_order
from orders.refunds.give import Bearer, Cause, refund_component, refund_goodwill, refund_pieces
from orders.reversals.models import BY_ALL, BY_ENTERPRISE, BY_POT
from orders.shares.origin import find_share
from orders.shares.queries import Selection as ShareSelection
from orders.shares.queries import sum_up as sum_up_shares
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import BUYER
from shop.money import format_kr
from shop.people.models import Enterprise, VatStatus
from tests.orders.supplier_world import (
    CARD,
    COORDINATOR,
    FLEXVIRK,
    FOODIES,
    HIDDEN,
    RANGERS,
    SECRETS,
    enterprise,
    seen,
    shares_of,
    statements,
    visit,
)
from tests.tools.world import fulfil, pay, place_order

ALL = Selection()
GREEN = [("den-groenne-kurv", 3)]
ALL_POLICIES = [("den-groenne-kurv", 3), ("det-lange-bord", 2), ("soendagskurven", 1)]


def captured(order: Order) -> None:
    """The worker draws the money of an order that has been sent."""
    with transaction():
        capture_order(lock_order(order.id), now=utc_now())


def sold(baskets: list[tuple[str, int]] = GREEN, *, paid: bool = True, **more: object) -> Order:
    """An order that is sent; with the buyer's money drawn, or not yet."""
    order = place_order(baskets, **more)  # type: ignore[arg-type]
    pay(order)
    fulfil(order)
    if paid:
        captured(order)
    return order


def first_line(order: Order) -> int:
    return min(line.id for line in order.lines if line.kind != "freight")


def take_pieces(order: Order, pieces: int, *, bearer: Bearer | None = None, key: str = "p", note: str = "") -> None:
    with transaction():
        locked = lock_order(order.id)
        cause = Cause(f"{key}:{order.id}", "hemmelig grund", bearer or Bearer(), note=note)
        refund_pieces(locked, {first_line(locked): pieces}, cause, by=BUYER, now=utc_now())


def take_component(order: Order, share_id: int, pieces: int, *, note: str = "") -> None:
    with transaction():
        cause = Cause(f"c:{share_id}", "hemmelig grund", note=note)
        refund_component(lock_order(order.id), share_id, pieces, cause, by=BUYER, now=utc_now())


def give_goodwill(order: Order, ore: int, *, bearer: Bearer | None = None) -> None:
    with transaction():
        cause = Cause(f"g:{order.id}", "hemmelig grund", bearer or Bearer())
        refund_goodwill(lock_order(order.id), ore, cause, by=BUYER, now=utc_now())


def correct(key: str, debit: At, credit: At, ore: int, why: str) -> None:
    with transaction():
        post_correction(key, debit, credit, ore, why=why, by=BUYER, now=utc_now())


def balance(slug: str, kind: str) -> int:
    """An account straight from its postings: credits less debits."""
    account = select(Account.id).where(Account.kind == kind, Account.enterprise_id == enterprise(slug).id)
    account_id = db.session.scalar(account)
    rows = db.session.scalars(select(Posting)).all()
    return sum(row.ore * ((row.credit_id == account_id) - (row.debit_id == account_id)) for row in rows)


def lines(slug: str = "social-foodies", selection: Selection = ALL) -> list[Line]:
    return list(each_line(enterprise(slug).id, selection))


def of_state(slug: str, state: str) -> int:
    return sum(line.ore for line in lines(slug) if line.state == state)


def check_agreement(slug: str) -> None:
    """Lines, sums, amounts, the books and Min andel all say the same, to the øre."""
    mine = enterprise(slug).id
    amounts, sums = amounts_of(mine), sum_up(mine, ALL)
    found = lines(slug)
    for state, amount in ((EXPECTED, amounts.expected_ore), (EARNED, amounts.earned_ore), (PAYABLE, amounts.payable_ore)):
        assert sum(line.ore for line in found if line.state == state) == amount == sums.ore(state), (slug, state)
    assert amounts.earned_ore == balance(slug, EARNED)
    assert amounts.payable_ore == balance(slug, PAYABLE)
    shares = sum_up_shares(mine, ShareSelection())
    assert shares.expected_ore == amounts.expected_ore
    assert shares.earned_ore == sum(
        line.ore for line in found if line.kind in (SHARE, REFUND) and line.state in (EARNED, PAYABLE)
    )
    for line in found:
        if line.kind == SHARE:
            origin = find_share(line.id, mine)
            assert origin is not None
            assert sum(each.ore for each in lines_of_share(mine, origin)) == -origin.taken_ore
            booked = postings_of(mine, line.id)
            left = origin.left_ore if line.state in (EARNED, PAYABLE) else 0
            assert sum(each.earned_ore + each.payable_ore for each in booked) == left


def everyone() -> Iterator[str]:
    return iter(db.session.scalars(select(Enterprise.slug)).all())


def test_a_share_is_expected_then_earned_then_payable(example: Flask) -> None:
    order = place_order(GREEN)
    mine = enterprise("social-foodies").id
    assert sum_up(mine, ALL).counts == {"unpaid": 1}
    assert amounts_of(mine).expected_ore == 0
    pay(order)
    ore = shares_of("social-foodies")[0].ore
    assert (amounts_of(mine).expected_ore, amounts_of(mine).earned_ore) == (ore, 0)
    fulfil(order)
    assert (amounts_of(mine).expected_ore, amounts_of(mine).earned_ore) == (0, ore)
    assert [line.state for line in lines()] == [EARNED]
    captured(order)
    assert (amounts_of(mine).earned_ore, amounts_of(mine).payable_ore) == (0, ore)
    assert [line.state for line in lines()] == [PAYABLE]
    for slug in everyone():
        check_agreement(slug)


def test_lines_sum_to_the_accounts_through_everything_that_can_happen(example: Flask) -> None:
    """Orders under every policy in every state, refunds of every kind before and after the money came."""
    unsent, unpaid, earned, payable = (
        place_order(ALL_POLICIES, delivery="local"),
        place_order(ALL_POLICIES),
        sold(ALL_POLICIES, paid=False, delivery="local"),
        sold(ALL_POLICIES, delivery="local"),
    )
    pay(unsent)
    gone, late = place_order(GREEN), place_order(GREEN)
    pay(gone)
    for order in (unsent, unpaid, earned, payable, gone):
        take_pieces(order, 1)
        give_goodwill(order, 1_001)
    with transaction():
        cancel(lock_order(gone.id), by=BUYER, now=utc_now(), why="fortrudt")
    with transaction():
        expire(lock_order(late.id), now=utc_now())
    foodies, rangers = enterprise("social-foodies").id, enterprise("skejby-rangers").id
    for order in (earned, payable):
        mine = next(s for s in shares_of("social-foodies") if s.line.order_id == order.id)
        take_component(order, mine.id, 1)
        take_pieces(order, 1, bearer=Bearer(BY_ENTERPRISE, rangers), key="b", note="Tabt på vejen")
    give_back = sold(ALL_POLICIES)
    take_pieces(give_back, 1, bearer=Bearer(BY_ALL), key="all")
    give_goodwill(give_back, 333, bearer=Bearer(BY_POT))
    correct("k1", At(POT), At(EARNED, foodies), 77, "Glemt vare")
    correct("k2", At(EARNED, foodies), At(PAYABLE, foodies), 33, "Flyttet")
    correct("k3", At(PAYABLE, foodies), At(BANK), 500, "Betalt i hånden")
    for slug in everyone():
        check_agreement(slug)
    captured(earned)
    for slug in everyone():
        check_agreement(slug)
    assert {line.kind for line in lines()} == {SHARE, REFUND, CHARGE, ENTRY}
    assert {line.kind for line in lines("skejby-rangers")} >= {SHARE, CHARGE}
    assert amounts_of(foodies).paid_ore == 500
    assert sum(of_state("social-foodies", state) for state in ("unpaid", "ended")) > 0


def test_a_part_payment_makes_payable_only_when_somebody_says_so(example: Flask) -> None:
    order = sold(paid=False)
    with transaction():
        post_due(order.id, now=utc_now())
    assert [line.state for line in lines()] == [EARNED]
    with transaction():
        post_due(order.id, now=utc_now(), anyway=True)
    assert [line.state for line in lines()] == [PAYABLE]
    check_agreement("social-foodies")


def test_the_first_sentence_of_the_issue(example: Flask) -> None:
    """«3 × Opvaskebørste i Den grønne kurv, ordre 1042: aftalt pris 42,00 kr. stykket, …»"""
    order = place_order(GREEN)
    share = shares_of("blindes-arbejde")[-1]
    assert share.item_version is not None
    page = seen(example, "blindes-arbejde@example.dk", f"/partner/penge/{share.id}")
    vat = share.ore * 25 // 100
    expected = (
        f"{share.pieces} × {share.item_version.name_da} i Den grønne kurv, ordre {order.number}: "
        f"aftalt pris {format_kr(share.basis_ore)} stykket, din andel {format_kr(share.ore)} "
        f"(moms ca. {format_kr(vat)}, beregnes af hele afregningen)."
    )
    assert expected in page.text
    rows = seen(example, "blindes-arbejde@example.dk", "/partner/penge").tables["money-lines"]
    assert expected in [row[2] for row in rows]
    english = seen(example, "blindes-arbejde@example.dk", f"/en/partner/penge/{share.id}").text
    assert f"in The green basket, order {order.number}: agreed price DKK " in english
