"""The margin and the VAT by period, as pages and as files."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from orders.books.check import check_books
from orders.books.models import (
    EARNED,
    FEES,
    PAYABLE,
    POT,
    VAT_OUT,
    WRITTEN_OFF,
)
from orders.books.post import At
from orders.books.rules import post_correction, post_write_off
from orders.ledger.margins import baskets, months
from orders.lock import lock_order
from orders.models import Order
from orders.payments.pay import start_payment
from orders.refunds.discount import give_discount
from orders.refunds.give import refund_component, refund_goodwill
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import BY_POT, Refund
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.money import format_kr
from shop.people.models import VatStatus
from shop.tax import vat_on_net
from tests.orders.office_money_world import TODAY, balance, ore, rows_of, sent_unpaid
from tests.orders.office_room import Office, errors, words
from tests.orders.test_office_refunds import sold
from tests.tools.world import fulfil, pay, place_order

YEAR = (TODAY - timedelta(days=365), TODAY)


def mixed_year() -> list[Order]:
    """Orders with a discount, a fee, refunds that the pot bears and that it does not, and a debt given up."""
    one = sold(baskets=[("den-groenne-kurv", 2), ("fredagskurven", 1)], items=[("opvaskeboerste", 1)])
    with transaction():
        locked = lock_order(one.id)
        refund_component(locked, one.lines[0].shares[0].id, 1, Cause("a", "x"), by=COMMAND, now=utc_now())
        refund_goodwill(locked, 3_333, Cause("b", "x", Bearer(BY_POT)), by=COMMAND, now=utc_now())
    two = place_order([("kaffepausen", 1)], delivery="local")
    with transaction():
        give_discount(
            lock_order(two.id), gross_ore=1_234, bearer=Bearer(BY_POT), why="x", key="k", by=COMMAND, now=utc_now()
        )
        start_payment(lock_order(two.id), back_url="/", now=utc_now())
    pay(two)
    fulfil(two)
    with transaction():
        post_correction("c", At(WRITTEN_OFF), At(POT), 77, why="x", by=COMMAND, now=utc_now())
    office = sent_unpaid()
    with transaction():
        post_write_off(lock_order(office.id), why="gik konkurs", by=COMMAND, now=utc_now())
    return [one, two, office]


def test_the_margin_is_the_books_own_figure_by_month_and_by_basket(example: Flask) -> None:
    mixed_year()
    (month,) = months(*YEAR)
    assert month.margin.margin_ore == balance(POT) + balance(FEES) + balance(WRITTEN_OFF)
    assert month.margin.fees_ore == -balance(FEES) > 0
    assert month.margin.written_off_ore == -balance(WRITTEN_OFF) > 0
    borne = db.session.scalars(select(Refund.net_ore).where(Refund.bearer == BY_POT)).one()
    assert (month.margin.borne_ore, month.margin.corrected_ore) == (borne, 77)
    assert month.vat_out_ore == balance(VAT_OUT)
    by_basket = baskets(*YEAR)
    for name in ("sold_ore", "pot_ore", "fees_ore", "written_off_ore", "borne_ore", "corrected_ore", "margin_ore"):
        assert sum(getattr(one.margin, name) for one in by_basket) == getattr(month.margin, name), name
    assert month.margin.sold_ore == balance(POT) - 77 + balance(EARNED) + balance(PAYABLE)
    green = next(one for one in by_basket if one.name_da.startswith("Den grønne"))
    assert green.margin.fees_ore > 0
    assert check_books().holds


def test_the_pages_and_files_say_the_same(example: Flask) -> None:
    mixed_year()
    office = Office(example)
    page = words(office.get("/kontor/penge"))
    (month,) = months(*YEAR)
    for figure in (month.margin.margin_ore, month.vat_out_ore, month.vat_in_ore, month.vat_due_ore):
        assert format_kr(figure) in page
    (row,) = rows_of(office.get("/kontor/penge/maaneder.csv"))
    assert ore(row["Overskud"]) == month.margin.margin_ore
    assert ore(row["Moms at betale, forventet"]) == month.vat_due_ore
    assert (
        sum(ore(one["Overskud"]) for one in rows_of(office.get("/kontor/penge/kurve.csv"))) == month.margin.margin_ore
    )
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert "Intet er bogført i perioden" in office.get(f"/kontor/penge?fra={tomorrow}&til={tomorrow}")


@pytest.mark.parametrize(
    "query", ["fra=x", "til=i+dag", "fra=2026-12-01&til=2026-01-01", "fra=1899-01-01", "til=9999-12-31"]
)
def test_a_mistyped_period_is_said(sqlite_example: Flask, query: str) -> None:
    page = Office(sqlite_example).get(f"/kontor/penge?{query}")
    assert errors(page)


def test_vat_in_follows_each_days_own_status(example: Flask) -> None:
    """A status that changes in the middle of a month counts from its own day, and no day before it."""
    order = sold()
    registered = set(db.session.scalars(select(VatStatus.enterprise_id).where(VatStatus.status == "registered")))
    shares = [share for line in order.lines for share in line.shares]
    maker = next(share.enterprise_id for share in shares if share.enterprise_id in registered)
    mine = sum(share.ore for share in shares if share.enterprise_id == maker)
    whole = months(*YEAR)[0].vat_in_ore
    with transaction():
        change = VatStatus(enterprise_id=maker, status="below_threshold", valid_from=TODAY + timedelta(days=1))
        change.checked_on = TODAY
        db.session.add(change)
    assert months(*YEAR)[0].vat_in_ore == whole
    with transaction():
        db.session.merge(change).valid_from = TODAY
    assert months(*YEAR)[0].vat_in_ore == whole - vat_on_net(mine, 2_500)


def test_the_worked_settlement(example: Flask) -> None:
    """VAT to pay is 25 % of the margin and of the shares without input VAT (domain-denmark § 2.1), to an øre a line."""
    sold(baskets=[("den-groenne-kurv", 4)])
    (month,) = months(*YEAR)
    registered = {
        row.enterprise_id for row in db.session.scalars(select(VatStatus).where(VatStatus.status == "registered"))
    }
    without = sum(
        share.ore
        for order in db.session.scalars(select(Order))
        for line in order.lines
        for share in line.shares
        if share.enterprise_id and share.enterprise_id not in registered
    )
    assert abs(month.vat_due_ore - vat_on_net(month.margin.pot_ore + without, 2_500)) <= len(registered)
