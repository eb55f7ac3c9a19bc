"""What a buyer changes of an order, and cancels, by its link: until packing begins, never the price."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.items.models import Item
from catalog.supply.models import WEEK, Supply
from orders.after.change import Wish, cancel_by_buyer, change_order
from orders.buyers import address_of
from orders.delivery.plan import first_day, pack_day, shop_calendar
from orders.lock import lock_order
from orders.models import LOCAL, PICKUP, Order, OrderSupply
from orders.moves import pack
from orders.payments.models import Payment
from shop.address import PostalAddress
from shop.days import iso_week, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import BUYER, COMMAND
from shop.mail.models import Letter
from shop.web.limits import limiter
from tests.orders.shopper import Shopper
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay
from tests.tools.world import place_order as place_any

ELSEWHERE = PostalAddress("Ane Gavesen", "", "Gemmestræde 91", "2. th.", "5000", "Odense C")
MADE_BASKET = "det-lange-bord"


def place_order(*things: Any, **more: Any) -> Order:
    """An order with a telephone that can be called, as the checkout sees to."""
    return place_any(*things, **{"recipient_phone": "22334455", **more})


@pytest.fixture
def shopper(sqlite_example: Flask) -> Iterator[Shopper]:
    limiter.reset()
    yield Shopper(sqlite_example)
    limiter.reset()


def wish_of(order: Order, **other: Any) -> Wish:
    """What holds now, with something changed."""
    held = {
        "recipient": address_of(order.recipient),
        "phone": order.recipient["phone"],
        "wanted_on": order.wanted_on,
        "cards": {},
    }
    return Wish(**{**held, **other})


def change(order: Order, **other: Any) -> list[str]:
    """Change it in a transaction of its own; the acts of the journal."""
    with transaction():
        locked = lock_order(order.id)
        return [entry.act for entry in change_order(locked, wish_of(locked, **other), by=BUYER, now=utc_now())]


def refusal(order: Order, **other: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        change(order, **other)
    db.session.rollback()
    return caught.value


def day_in_another_week(order: Order) -> date:
    """A day of delivery a week later or more."""
    day, calendar = order.wanted_on + timedelta(days=7), shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day


def letters(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == kind)) or 0


def weeks_of(order: Order) -> dict[int, tuple[str, int, int]]:
    """The weeks an order holds: item → week, pieces of the order, taken in all."""
    db.session.rollback()
    rows = db.session.execute(
        select(Supply.item_id, Supply.part, OrderSupply.pieces, Supply.taken)
        .join(OrderSupply, OrderSupply.supply_id == Supply.id)
        .where(OrderSupply.order_id == order.id, Supply.kind == WEEK)
    )
    return {item: (week, pieces, taken) for item, week, pieces, taken in rows}


# --- The recipient ----------------------------------------------------------------------------------------------------


def test_another_recipient_at_the_same_price(example: Flask) -> None:
    order = place_order()
    pay(order)
    before = order.gross_ore
    assert change(order, recipient=ELSEWHERE, phone="66778899") == ["recipient_changed"]
    db.session.refresh(order)
    assert order.recipient["name"] == "Ane Gavesen"
    assert order.recipient["phone"] == "66778899"
    assert order.is_gift, "it names somebody else now, who is to be forgotten"
    assert order.gross_ore == before
    assert letters("order_changed") == 1
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "recipient_changed")).one()
    assert entry.by_name == BUYER.by_name
    assert "Ane" not in str(entry.details)


def test_nothing_new_is_nothing(example: Flask) -> None:
    order = place_order()
    assert change(order) == []
    assert letters("order_changed") == 0


def test_changed_there_and_back_is_two_letters(example: Flask) -> None:
    order = place_order()
    home = address_of(order.recipient)
    change(order, recipient=ELSEWHERE)
    change(order, recipient=home)
    assert letters("order_changed") == 2


def test_who_drives_must_serve_the_new_postcode(example: Flask) -> None:
    order = place_order(delivery=LOCAL)
    pay(order)
    refused = refusal(order, recipient=ELSEWHERE)
    assert refused.field == "to_postcode"
    assert "8000" in str(refused)
    near = PostalAddress("Ane Gavesen", "", "Gemmestræde 91", "", "8000", "Aarhus C")
    assert change(order, recipient=near) == ["recipient_changed"]


def test_a_driver_who_drives_no_more_serves_nobody_new(example: Flask) -> None:
    order = place_order(delivery=LOCAL)
    with transaction():
        db.session.execute(update(Item).where(Item.enterprise_id == order.carrier_id).values(state="withdrawn"))
    near = PostalAddress("Ane Gavesen", "", "Gemmestræde 91", "", "8000", "Aarhus C")
    assert refusal(order, recipient=near).field == "to_postcode"


# --- The day ----------------------------------------------------------------------------------------------------------


def test_another_day_moves_what_is_made_to_order(example: Flask) -> None:
    order = place_order([(MADE_BASKET, 2)])
    pay(order)
    before = weeks_of(order)
    assert before, "the basket must have something made to order"
    later = day_in_another_week(order)
    assert change(order, wanted_on=later) == ["day_changed"]
    db.session.refresh(order)
    assert order.wanted_on == later
    after = weeks_of(order)
    assert {item: pieces for item, (_week, pieces, _taken) in after.items()} == {
        item: pieces for item, (_week, pieces, _taken) in before.items()
    }
    assert {week for week, _pieces, _taken in after.values()} == {iso_week(order.pack_on)}
    assert all(pieces == taken for _week, pieces, taken in after.values())
    old = [week for week, _pieces, _taken in before.values()]
    left = db.session.scalars(select(Supply.taken).where(Supply.kind == WEEK, Supply.part.in_(old))).all()
    assert set(left) == {0}, "the old week is free again"


def test_there_and_back_and_cancelled_leaves_nothing_held(example: Flask) -> None:
    order = place_order([(MADE_BASKET, 1)])
    pay(order)
    first = order.wanted_on
    change(order, wanted_on=day_in_another_week(order))
    change(order, wanted_on=first)
    change(order, wanted_on=day_in_another_week(order))
    with transaction():
        cancel_by_buyer(lock_order(order.id), now=utc_now())
    assert db.session.scalar(select(func.sum(Supply.taken))) == 0


def test_a_full_week_is_refused_and_nothing_moves(example: Flask) -> None:
    order = place_order([(MADE_BASKET, 1)])
    pay(order)
    before, later = weeks_of(order), day_in_another_week(order)
    with transaction():
        item = db.session.get_one(Item, next(iter(before)))
        week = iso_week(pack_day(later, order.delivery, shop_calendar()))
        db.session.add(Supply(kind=WEEK, item_id=item.id, part=week, most=item.weekly_capacity, taken=0))
        db.session.flush()
        row = db.session.scalars(select(Supply).where(Supply.item_id == item.id, Supply.part == week)).one()
        row.taken = row.most
    refused = refusal(order, wanted_on=later)
    assert refused.field == "wanted_on"
    assert "«" in str(refused)
    assert weeks_of(order) == before


@pytest.mark.parametrize("what", ["too soon", "a Sunday", "past the horizon", "yesterday"])
def test_days_that_cannot_be_had(example: Flask, what: str) -> None:
    order = place_order([(MADE_BASKET, 1)], wanted_on=_later())
    today = local_day(utc_now())
    sunday = order.wanted_on + timedelta(days=6 - order.wanted_on.weekday())
    days = {
        "too soon": today,
        "a Sunday": sunday,
        "past the horizon": today + timedelta(days=500),
        "yesterday": today - timedelta(days=1),
    }
    assert refusal(order, wanted_on=days[what]).field == "wanted_on"


def _later() -> date:
    """A day that is far enough off for everything, and in no week's end."""
    day, calendar = local_day(utc_now()) + timedelta(days=21), shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day


def test_a_later_day_needs_no_lead_time_again(example: Flask) -> None:
    """The lead time ran from the order's own day: the day after the wished one can be had, however near it is."""
    order = place_order([(MADE_BASKET, 1)])
    with transaction():
        soon = first_day(0, order.delivery, local_day(utc_now()), shop_calendar())
        db.session.execute(update(Order).where(Order.id == order.id).values(wanted_on=soon))
    db.session.refresh(order)
    later = soon + timedelta(days=1)
    while not shop_calendar().is_open(later):
        later += timedelta(days=1)
    assert change(order, wanted_on=later) == ["day_changed"]


# --- The card, and when it is too late -------------------------------------------------------------------------------


def test_another_card_on_the_baskets_alone(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 1)], [("opvaskeboerste", 1)], card_text="Hej")
    basket, item = order.lines[0], order.lines[1]
    assert change(order, cards={basket.id: "Farvel", item.id: "Nej"}) == ["card_changed"]
    db.session.expire_all()
    assert [line.card_text for line in order.lines[:2]] == ["Farvel", ""]


@pytest.mark.parametrize("moment", ["packed", "sent", "cancelled"])
def test_once_it_is_packed_nothing_changes(example: Flask, moment: str) -> None:
    order = place_order()
    pay(order)
    if moment == "sent":
        fulfil(order)
    else:
        with transaction():
            locked = lock_order(order.id)
            if moment == "packed":
                pack(locked, by=COMMAND, now=utc_now())
            else:
                cancel_by_buyer(locked, now=utc_now())
    assert order.number in str(refusal(order, recipient=ELSEWHERE))
    with pytest.raises(Refused), transaction():
        cancel_by_buyer(lock_order(order.id), now=utc_now())
    assert letters("order_changed") == 0


def test_cancelling_lets_go_of_goods_and_card(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 2), (MADE_BASKET, 1)])
    pay(order)
    with transaction():
        cancel_by_buyer(lock_order(order.id), now=utc_now())
    assert db.session.scalar(select(func.sum(Supply.taken))) == 0
    assert db.session.scalars(select(Payment.state)).one() == "ended"
    assert letters("order_cancelled") == 1
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "cancelled")).one()
    assert entry.by_name == BUYER.by_name


# --- The pages --------------------------------------------------------------------------------------------------------


def test_the_page_changes_everything_at_once(shopper: Shopper) -> None:
    order = place_order(card_text="Hej")
    pay(order)
    path = f"/ordre/{order.token}"
    shopper.get(path)
    assert f'href="{path}/ret"' in shopper.page
    shopper.get(f"{path}/ret")
    later = day_in_another_week(order)
    typed = {"to_name": "Ane Gavesen", "to_line1": "Gemmestræde 91", "to_postcode": "5000", "to_city": "Odense C"}
    card = {f"card_{order.lines[0].id}": "Tillykke\nmed dagen"}
    shopper.send(f"{path}/ret", **typed, **card, wanted_on=f"{later.day}.{later.month}.{later.year}")
    assert shopper.path == path
    for words in ("Ordren er ændret. Prisen er den samme.", "Ane Gavesen", "Tillykke", "Odense C"):
        assert words in shopper.text
    assert letters("order_changed") == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"to_postcode": "3900"}, "Vi leverer ikke til Grønland."),
        ({"to_postcode": "FO-100"}, "Vi leverer ikke til Færøerne."),
        ({"to_postcode": "80000"}, "Et dansk postnummer har fire tal"),
        ({"to_name": " "}, "Skriv modtagerens navn."),
        ({"to_name": "x" * 5000}, "Det er for langt."),
        ({"to_name": "Ane \u202e Gavesen"}, "usynligt tegn"),
        ({"to_name": "Ane\x00"}, "usynligt tegn"),
        ({"to_line1": ""}, "Skriv modtagerens vej og husnummer."),
        ({"to_line1": "Gemmestræde"}, "Mangler der et husnummer?"),
        ({"to_phone": "123"}, "Skriv et dansk telefonnummer"),
        ({"wanted_on": "i morgen"}, "Vælg en dag"),
        ({"wanted_on": "9999-99-99"}, "Vælg en dag"),
        ({"wanted_on": "1-1-0001"}, "Vælg en senere dag."),
        ({"wanted_on": "2099-12-01"}, "Vælg en tidligere dag."),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(shopper: Shopper, typed: dict[str, str], said: str) -> None:
    order = place_order(card_text="Hej")
    pay(order)
    path = f"/ordre/{order.token}/ret"
    shopper.get(path)
    shopper.send(path, **{"to_city": "Odense C", "to_line2": "2. th.", **typed})
    assert shopper.status in (409, 422)
    assert said in shopper.text
    assert "2. th." in shopper.page, "what was typed is there still"
    db.session.rollback()
    assert order.recipient["city"] == "Aarhus C"


def test_a_question_is_put_once(shopper: Shopper) -> None:
    order = place_order()
    path = f"/ordre/{order.token}/ret"
    shopper.get(path)
    shopper.send(path, to_line1="Gemmestræde")
    assert shopper.status == 422
    asked = shopper.form(path)["asked"]
    shopper.send(path, asked=asked)
    assert shopper.path == f"/ordre/{order.token}"
    assert "Gemmestræde" in shopper.text


def test_a_card_too_long_is_kept_to_be_shortened(shopper: Shopper) -> None:
    order = place_order(card_text="Hej")
    path = f"/ordre/{order.token}/ret"
    shopper.get(path)
    shopper.send(path, **{f"card_{order.lines[0].id}": "å" * 401})
    assert shopper.status == 422
    assert "Der er plads til 400 tegn på kortet, og der står 401." in shopper.text
    assert "å" * 401 in shopper.page


def test_a_pick_up_has_no_address_to_change(shopper: Shopper) -> None:
    order = place_order(delivery=PICKUP, place="hos-flexvirk")
    path = f"/ordre/{order.token}/ret"
    shopper.get(path)
    assert "to_line1" not in shopper.page
    shopper.send(path, to_name="Ane Gavesen")
    assert shopper.path == f"/ordre/{order.token}"
    db.session.rollback()
    assert order.recipient["name"] == "Ane Gavesen"
    assert order.recipient["line1"] == "Prøvevej 7"


def test_too_late_is_said_plainly(shopper: Shopper) -> None:
    order = place_order()
    pay(order)
    path = f"/ordre/{order.token}"
    shopper.get(f"{path}/ret")
    form = shopper.form(f"{path}/ret")
    with transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    shopper.post(f"{path}/ret", {**form, "to_name": "Ane Gavesen"})
    assert shopper.status == 409
    assert f"Vi har pakket ordre {order.number}" in shopper.text
    shopper.post(f"{path}/annuller", {})
    assert shopper.status == 409
    assert f"Vi har pakket ordre {order.number}" in shopper.text
    shopper.get(path)
    assert f"{path}/ret" not in shopper.page


def test_cancel_asks_first_and_says_it_twice(shopper: Shopper) -> None:
    order = place_order()
    pay(order)
    path = f"/ordre/{order.token}/annuller"
    shopper.get(path)
    assert "Ja, annuller ordren" in shopper.text
    db.session.rollback()
    assert order.state == "confirmed"
    shopper.send(path)
    assert "Ordren er annulleret." in shopper.text
    shopper.post(path, {})
    assert shopper.status == 409
    assert letters("order_cancelled") == 1


@pytest.mark.parametrize("what", ["ret", "annuller", "problem", "igen"])
def test_a_forged_link_and_another_site_are_turned_away(shopper: Shopper, what: str) -> None:
    order = place_order()
    for token in ("findes-ikke", "x" * 5000, "%00"):
        shopper.get(f"/ordre/{token}/{what}")
        assert shopper.status == 404
        shopper.post(f"/ordre/{token}/{what}", {})
        assert shopper.status == 404
    shopper.post(f"/ordre/{order.token}/{what}", {}, origin={"Sec-Fetch-Site": "cross-site"})
    assert shopper.status == 403
    shopper.get(f"/ordre/{order.token}/{what}")
    if shopper.status == 200:
        assert shopper.headers["Referrer-Policy"] == "no-referrer"
        assert shopper.headers["Cache-Control"] == "no-store"


def test_the_page_of_changes_asks_few_questions(shopper: Shopper) -> None:
    short, long = place_order(), place_order([("den-groenne-kurv", 1), ("fredagskurven", 1), ("kaffepausen", 2)])
    counts = []
    for order in (short, long):
        path = f"/ordre/{order.token}/ret"
        shopper.get(path)  # what is in the baskets is remembered from now on
        with counted() as statements:
            shopper.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 5
