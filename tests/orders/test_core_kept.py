"""The queue, what is kept and what is erased, the example's orders, and prices."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from catalog.baskets.publish import check_price_alone
from catalog.items.models import MADE, Item, ItemPrice
from catalog.supply.models import WEEK, Supply
from orders.erase import erase_recipients
from orders.example import place_orders
from orders.lock import lock_order
from orders.models import Order
from orders.moves import expire
from shop.address import PostalAddress
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, use_queue
from shop.jobs.queue import init_queue, sweep
from shop.journal.models import JournalEntry
from shop.mail.models import Letter
from shop.settings.read import value
from tests.orders.shopper import Shopper
from tests.tools.client import PageClient
from tests.tools.world import fulfil, pay, place_order

# --- The queue --------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken_queue(sqlite_example: Flask) -> Iterator[Flask]:
    """A shop whose queue breaks down while it is open."""
    queue = init_queue(sqlite_example)
    with closing(sqlite3.connect(queue.storage.filename)) as file:
        file.execute("DROP TABLE task")
    yield sqlite_example
    use_queue(None)


def test_an_order_stands_whatever_happens_to_the_queue(broken_queue: Flask, caplog: pytest.LogCaptureFixture) -> None:
    buyer = Shopper(broken_queue)
    buyer.buy()
    buyer.answer_bank()
    assert "Din ordre er på plads" in buyer.text
    assert "the queue did not take intention" in caplog.text
    assert "karla" not in caplog.text.lower()
    assert sweep(broken_queue) > 0
    assert db.session.scalars(select(Letter.state)).all() == ["sent"]


# --- Kept and erased --------------------------------------------------------------------------------------------------


FRIEND = PostalAddress("Vera Vennesen", "", "Gavevej 3", "", "8000", "Aarhus C")


def _given(*, days_ago: int, is_gift: bool = True, delivery: str = "parcel") -> Order:
    """An order to somebody, delivered so many days ago, with its letters written."""
    order = place_order(card_text="Kære Vera", recipient=FRIEND, is_gift=is_gift, delivery=delivery)
    pay(order)
    fulfil(order)
    for number in db.session.scalars(select(Intention.id).where(Intention.kind == "letter")).all():
        carry_out(number, now=utc_now() + timedelta(seconds=5))
    with transaction():
        then = utc_now() - timedelta(days=days_ago)
        order.sent_at, order.wanted_on = then, local_day(then)
    return order


def _said_of(order: Order) -> str:
    """Every text about an order that is kept anywhere."""
    db.session.rollback()
    letters = db.session.scalars(select(Letter).where(Letter.about == "order", Letter.about_id == order.id)).all()
    assert len(letters) == 2
    texts = [str(order.recipient), *(line.card_text for line in order.lines)]
    return " ".join(texts + [letter.text + letter.html for letter in letters])


def test_who_got_a_gift_is_forgotten_the_set_days_after_delivery(example: Flask) -> None:
    kept = int(value("times.recipient_days"))
    old, fresh = _given(days_ago=kept + 2), _given(days_ago=kept - 2)
    assert "Vera Vennesen" in _said_of(old)
    erase_recipients()
    erase_recipients()
    for word in ("Vera", "Gavevej", "12345678"):
        assert word not in _said_of(old), word
    assert "Vera Vennesen" in _said_of(fresh)
    assert (old.buyer_name, old.buyer_address["line1"]) == ("Karla Købersen", "Prøvevej 7")
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.subject == "recipients")).one()
    assert (entry.act, entry.details) == ("erased", {"count": 1})
    assert {letter.state for letter in db.session.scalars(select(Letter))} == {"sent"}


@pytest.mark.parametrize("delivery", ["parcel", "pickup"])
def test_pages_of_an_order_whose_recipient_is_forgotten_say_so(sqlite_example: Flask, delivery: str) -> None:
    place = {"place": value("freight.pickup")[0]["slug"]} if delivery == "pickup" else {}
    order = place_order(card_text="Kære Vera", recipient=FRIEND, is_gift=True, delivery=delivery, **place)
    with transaction():
        expire(lock_order(order.id), now=utc_now() - timedelta(days=int(value("times.recipient_days")) + 2))
    erase_recipients()
    buyer = Shopper(sqlite_example)
    buyer.get(f"/ordre/{order.token}")
    assert buyer.status == 200
    assert "Navn og adresse er slettet efter leveringen." in buyer.text
    office = sqlite_example.test_client()
    assert isinstance(office, PageClient)
    page = office.sign_in("koordinator@example.dk").get(f"/kontor/ordrer/{order.number}").get_data(as_text=True)
    assert "Navn og adresse er slettet efter leveringen." in page
    assert "Vera" not in page


def test_what_is_still_to_be_delivered_keeps_its_recipient(example: Flask) -> None:
    order = place_order(recipient=FRIEND, is_gift=True)
    pay(order)
    with transaction():
        order.wanted_on = local_day(utc_now()) - timedelta(days=900)
    erase_recipients()
    db.session.rollback()
    assert order.recipient["name"] == "Vera Vennesen"


# --- Example orders ---------------------------------------------------------------------------------------------------


def test_example_orders_fit_into_full_weeks_and_the_past(sqlite_example: Flask) -> None:
    """A week that is full moves the wish to a later one, and nothing happens before it has happened."""
    now = utc_now()
    with transaction():
        db.session.execute(update(Item).where(Item.supply == MADE, Item.kind == "goods").values(weekly_capacity=5))
    place_orders(60, seed=7, now=now, progress=lambda _text: None)
    assert len(db.session.scalars(select(Order)).all()) == 60
    place_orders(60, seed=7, now=now, progress=lambda _text: None)
    assert len(db.session.scalars(select(Order)).all()) == 60
    place_orders(5, seed=8, now=now, progress=lambda _text: None)
    orders = db.session.scalars(select(Order)).all()
    assert len(orders) == 65
    assert max(db.session.scalars(select(JournalEntry.at).where(JournalEntry.subject == "order"))) <= now
    assert any(week.taken == week.most for week in db.session.scalars(select(Supply).where(Supply.kind == WEEK)))
    for order in orders:
        parts = [share.ore for line in order.lines for share in line.shares]
        assert sum(parts) + order.vat_ore == order.gross_ore == sum(line.gross_ore for line in order.lines)
    shelves = db.session.scalars(select(Supply)).all()
    assert all(0 <= shelf.taken <= shelf.most for shelf in shelves)


# --- Prices -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gross_ore", "said"),
    [(14_500, "12"), (0, "over nul"), (14_501, "5 øre"), (-500, "over nul"), (12_500, "under bunden")],
)
def test_an_item_alone_has_a_floor_too(sqlite_example: Flask, gross_ore: int, said: str) -> None:
    """An agreed price of 120 kroner and the fee are not paid by 145 with VAT (116 without)."""
    item = db.session.scalars(select(Item).where(Item.slug == "opvaskeboerste")).one()
    price = ItemPrice(item_id=item.id, valid_from=local_day(utc_now()), agreed_ore=12_000, gross_ore=gross_ore)
    with pytest.raises(Refused, match=said):
        check_price_alone(item, price)
    price.gross_ore = 16_000
    check_price_alone(item, price)


def test_everything_sold_alone_in_the_example_pays_its_enterprise(sqlite_example: Flask) -> None:
    alone = db.session.scalars(select(Item).where(Item.sold_alone, Item.kind == "goods")).all()
    assert alone
    for item in alone:
        check_price_alone(item, item.prices[-1])
