"""Mine penge and the books: every krone where it stands, and all lines together exactly the accounts."""

from flask import Flask

from orders.books.models import BANK, EARNED, PAYABLE, POT
from orders.books.post import At
from orders.books.rules import post_due
from orders.lock import lock_order
from orders.money.amounts import amounts_of
from orders.money.queries import CHARGE, ENTRY, REFUND, SHARE, sum_up
from orders.moves import cancel, expire
from orders.refunds.plan import Bearer
from orders.reversals.models import BY_ALL, BY_ENTERPRISE, BY_POT
from shop.days import utc_now
from shop.db import transaction
from shop.journal.record import BUYER
from tests.orders.money_world import (
    ALL,
    ALL_POLICIES,
    GREEN,
    captured,
    check_agreement,
    correct,
    everyone,
    give_goodwill,
    lines,
    of_state,
    sold,
    take_component,
    take_pieces,
)
from tests.orders.supplier_world import enterprise, shares_of
from tests.tools.world import fulfil, pay, place_order


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


def test_a_share_taken_back_whole_is_nothing_wherever_it_stands(example: Flask) -> None:
    before, after, later = place_order(GREEN), sold(paid=False), sold()
    pay(before)
    for order in (before, after, later):
        mine = next(share for share in shares_of("social-foodies") if share.line.order_id == order.id)
        take_component(order, mine.id, 3)
    amounts = amounts_of(enterprise("social-foodies").id)
    assert (amounts.expected_ore, amounts.earned_ore, amounts.payable_ore) == (0, 0, 0)
    assert amounts.taken_ore == 3 * 8400
    assert [line.share.standing for line in lines() if line.share] == ["taken"] * 6
    check_agreement("social-foodies")
