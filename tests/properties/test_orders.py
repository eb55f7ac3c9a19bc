"""Whatever a buyer puts in the cart: what is paid is VAT and shares, to the øre, in what the database has kept."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from catalog.example.load import read
from catalog.items.models import Item, VatRate
from catalog.supply.models import Supply
from orders.models import LOCAL, PARCEL, PICKUP, Order
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.tax import vat_in_gross
from tests.tools.world import place_order

pytestmark = pytest.mark.usefixtures("sqlite_example")

BASKETS = [row["slug"] for row in read("baskets")["basket"]]
ITEMS = [row["slug"] for row in read("items")["item"] if row["sold_alone"] and row["stock"]["mode"] == "stocked"]
PICKUP_PLACE = read("seller")["freight"]["pickup"][0]["slug"]
REDUCED_BP = 1_200  # no Danish rate, but a second group


@dataclass(frozen=True)
class Wanted:
    """One item as it is sold in the test: any price, in one of two VAT groups."""

    slug: str
    quantity: int
    gross_ore: int
    category: str


@dataclass(frozen=True)
class Bought:
    baskets: list[tuple[str, int]]
    items: list[Wanted] = field(default_factory=list)
    delivery: str = PARCEL


wanted_items = st.builds(
    Wanted, st.sampled_from(ITEMS), st.integers(1, 4), st.integers(1, 60_000), st.sampled_from(("S", "AA"))
)
carts = st.builds(
    Bought,
    st.lists(st.tuples(st.sampled_from(BASKETS), st.integers(1, 3)), max_size=3, unique_by=lambda pair: pair[0]),
    st.lists(wanted_items, max_size=4, unique_by=lambda wanted: wanted.slug),
    st.sampled_from((PARCEL, PICKUP, LOCAL)),
).filter(lambda bought: bought.baskets or bought.items)


def buy(bought: Bought) -> Order:
    with transaction():
        db.session.execute(update(Supply).values(taken=0))  # the shelves are full again for every buyer
        if db.session.scalar(select(VatRate.id).where(VatRate.category == "AA")) is None:
            db.session.add(VatRate(category="AA", rate_bp=REDUCED_BP, valid_from=utc_now().date()))
        for wanted in bought.items:
            item = db.session.scalars(select(Item).where(Item.slug == wanted.slug)).one()
            assert item.current is not None
            item.current.vat_category = wanted.category
            item.prices[-1].gross_ore = wanted.gross_ore
    place_at = PICKUP_PLACE if bought.delivery == PICKUP else ""
    items = [(wanted.slug, wanted.quantity) for wanted in bought.items]
    try:
        order = place_order(bought.baskets, items, delivery=bought.delivery, place=place_at)
    except Refused as refused:
        assume(refused.field != "delivery")  # heavier than any parcel
        raise
    db.session.expire_all()
    return order


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(carts)
def test_an_order_adds_up_to_the_ore(bought: Bought) -> None:
    order = buy(bought)
    lines = order.lines
    assert [line.kind for line in lines] == ["basket"] * len(bought.baskets) + ["item"] * len(bought.items) + [
        "freight"
    ]
    assert [line.position for line in lines] == list(range(1, len(lines) + 1))
    assert [line.gross_ore for line in lines] == [line.unit_ore * line.quantity for line in lines]
    assert [line.quantity for line in lines[:-1]] == [
        *(quantity for _, quantity in bought.baskets),
        *(wanted.quantity for wanted in bought.items),
    ]
    for amount in ("gross_ore", "net_ore", "vat_ore"):
        assert getattr(order, amount) == sum(getattr(line, amount) for line in lines)
    shares = [share for line in lines for share in line.shares]
    assert order.gross_ore == order.vat_ore + sum(share.ore for share in shares)
    for line in lines:
        assert line.net_ore == line.gross_ore - line.vat_ore == sum(share.ore for share in line.shares)
        assert [share.kind for share in line.shares].count("pot") == 1
    assert all(share.ore >= 0 and share.enterprise_id for share in shares if share.kind != "pot")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(carts)
def test_vat_is_taken_once_of_each_group(bought: Bought) -> None:
    """domain-denmark §1.6: of the group's gross total, rounded half up once; lines carry parts of it."""
    order = buy(bought)
    groups = {(line.vat_category, line.vat_rate_bp) for line in order.lines}
    assert groups <= {("S", 2_500), ("AA", REDUCED_BP)}
    for category, rate_bp in groups:
        members = [line for line in order.lines if line.vat_category == category]
        assert sum(line.vat_ore for line in members) == vat_in_gross(sum(line.gross_ore for line in members), rate_bp)
        for line in members:
            assert abs(line.vat_ore - line.gross_ore * rate_bp / (10_000 + rate_bp)) < 1.5


def test_three_at_49_99_pay_what_the_button_said() -> None:
    """domain-denmark §1.6, the trouble case: 149.97 is 119.98 and 29.99, whatever 25 % of the net would be."""
    order = buy(Bought([], [Wanted(ITEMS[0], 3, 4_999, "S")], PICKUP))
    line, freight = order.lines
    assert freight.gross_ore == 0
    assert (line.gross_ore, line.net_ore, line.vat_ore) == (14_997, 11_998, 2_999)
