"""Orders the coordinator takes for a buyer, and the money that comes by link, by transfer and in cash."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from catalog.baskets.models import Basket
from catalog.items.models import Item, ItemPrice
from catalog.supply.models import Supply
from orders.after.change import cancel_by_buyer
from orders.books.check import check_books
from orders.books.models import BANK, CASH
from orders.books.post import order_balance
from orders.cart.models import Cart
from orders.delivery.plan import shop_calendar
from orders.lock import lock_order
from orders.models import Order
from orders.moves import expire_unpaid, pack
from orders.payments.models import MoneyIn, Payment, PayWay
from orders.payments.received import note_received
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from shop.settings.models import Setting
from tests.orders.office_room import COORDINATOR, SUPPLIER, Office, errors, words
from tests.orders.shopper import Shopper
from tests.tools.world import fulfil, pay, place_order

PATH = "/kontor/bestil"


def far_day() -> str:
    day, calendar = local_day(utc_now()) + timedelta(days=21), shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day.isoformat()


def typed(**more: str) -> dict[str, str]:
    basket = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    values = {
        f"kurv_{basket.id}": "2", "card": "Hej", "name": "Karla Købersen", "phone": "22 33 44 55",
        "email": "karla@example.dk", "line1": "Prøvevej 7", "line2": "", "postcode": "8000", "city": "Aarhus C",
        "delivery": "parcel", "wanted_on": far_day(), "language": "da", "way": "transfer",
    }  # fmt: skip
    return {**values, **more}


def take(office: Office, **more: str) -> Order:
    """The form, the look over, and the button."""
    page = office.follow(PATH, **typed(**more))
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    office.follow(f"{PATH}/{key}", seen_ore=seen, age="18")
    return the_order()


def the_order() -> Order:
    db.session.rollback()
    return db.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()


def work() -> None:
    soon = utc_now() + timedelta(seconds=5)
    while waiting := due_intentions(soon):
        for number in waiting:
            assert carry_out(number, now=soon), number


def letters() -> dict[str, Letter]:
    work()
    db.session.rollback()
    found = {letter.kind: letter for letter in db.session.scalars(select(Letter))}
    assert all(letter.state == "sent" for letter in found.values())
    return found


# --- Three ways to pay -----------------------------------------------------------------------------------------------


def test_by_transfer_it_waits_until_all_of_it_is_here(example: Flask) -> None:
    office = Office(example)
    order = take(office)
    assert (order.state, order.buyer_name, order.lines[0].card_text) == ("placed", "Karla Købersen", "Hej")
    said = letters()["order_taken"].text
    for words_ in ("0440116243", order.number, "Karla"):
        assert words_ in said
    part = f"{(order.gross_ore - 5000) // 100},{order.gross_ore % 100:02}"
    money = f"/kontor/ordrer/{order.number}/penge"
    today = local_day(utc_now()).isoformat()
    page = office.follow(money, kind="transfer", ore=part, received_on=today, key="a")
    assert "50,00 kr. mangler endnu." in words(page).replace("\xa0", " ")
    assert the_order().state == "placed"
    with pytest.raises(Refused), transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    page = office.follow(money, kind="transfer", ore="50", received_on=today, key="b")
    assert "Hele beløbet er her, og ordren er bekræftet." in words(page)
    assert the_order().state == "confirmed"
    assert "Den er betalt." in letters()["order_confirmation"].text
    assert order_balance(order.id, BANK) == order.gross_ore
    fulfil(order)
    assert "bliver trukket" not in letters()["order_sent"].text
    assert check_books().holds


def test_cash_is_in_the_hand(example: Flask) -> None:
    order = take(Office(example), way="cash", email="")
    assert order.state == "confirmed"
    row = db.session.scalars(select(MoneyIn)).one()
    assert (row.kind, row.ore, row.received_on) == ("cash", order.gross_ore, local_day(utc_now()))
    assert order_balance(order.id, CASH) == order.gross_ore
    assert letters() == {}, "nobody to write to"
    page = words(Office(example).get(f"/kontor/ordrer/{order.number}"))
    assert "Køberen har ingen e-mail og får ingen breve" in page
    fulfil(order)
    assert letters() == {}
    assert check_books().holds


def test_by_link_the_buyer_pays_on_the_order_page(sqlite_example: Flask) -> None:
    order = take(Office(sqlite_example), way="link")
    assert f"/ordre/{order.token}" in letters()["order_taken"].text
    shopper = Shopper(sqlite_example)
    shopper.get(f"/ordre/{order.token}")
    assert "Din ordre er taget imod." in shopper.text
    shopper.send(f"/ordre/{order.token}/betal")
    shopper.answer_bank("betal")
    assert the_order().state == "confirmed"
    shopper.get(f"/ordre/{order.token}")
    assert "beløbet er reserveret" in shopper.text


def test_the_buyers_page_says_how_to_transfer(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    order = take(office)
    shopper = Shopper(sqlite_example)
    shopper.get(f"/ordre/{order.token}")
    for said in ("0040 0440116243", order.number, "Betal med kort i stedet", "Vi holder varerne til og med"):
        assert said in shopper.text
    office.follow(f"/kontor/ordrer/{order.number}/penge", kind="cash", ore="10", received_on=today(), key="a")
    assert "Vi har modtaget 10,00" in shopper.get(f"/ordre/{order.token}").replace("\xa0", " ")


def today() -> str:
    return local_day(utc_now()).isoformat()


def test_it_is_the_shops_own_placing_with_its_own_books(example: Flask) -> None:
    """The same shares as an order of the checkout, by the coordinator's name in the journal."""
    order = take(Office(example))
    for line in order.lines:
        assert sum(share.ore for share in line.shares) == line.net_ore
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "placed")).one()
    assert entry.by_id is not None
    assert COORDINATOR.split("@", maxsplit=1)[0] in entry.by_name.lower() or entry.by_name
    assert db.session.scalar(select(func.sum(Supply.taken))) > 0  # type: ignore[operator]


# --- Waiting, too much, too little ------------------------------------------------------------------------------------


def test_it_waits_longer_than_an_hour_and_no_longer_than_agreed(example: Flask) -> None:
    order = take(Office(example))
    with time_machine.travel(utc_now() + timedelta(days=7)):
        expire_unpaid()
        assert the_order().state == "placed"
    with time_machine.travel(utc_now() + timedelta(days=9)):
        expire_unpaid()
    assert the_order().state == "expired"
    assert db.session.scalar(select(func.sum(Supply.taken))) == 0
    office = Office(example)
    page = office.follow(
        f"/kontor/ordrer/{order.number}/penge", kind="transfer", ore="100", received_on=today(), key="late"
    )
    assert "100,00 kr. at betale tilbage" in words(page).replace("\xa0", " ")


def test_it_never_waits_past_its_packing_day(sqlite_example: Flask) -> None:
    take(Office(sqlite_example))
    order, pay_way = the_order(), db.session.scalars(select(PayWay)).one()
    assert local_day(pay_way.until) <= order.pack_on + timedelta(days=1)
    with transaction():
        db.session.execute(update(Setting).where(Setting.key == "times.by_hand_days").values(value=60))
        db.session.add(Setting(key="times.by_hand_days", value=60, valid_from=date(2020, 1, 1), **_by()))
    other = take(Office(sqlite_example))
    until = db.session.scalars(select(PayWay.until).where(PayWay.order_id == other.id)).one()
    assert local_day(until - timedelta(seconds=1)) == other.pack_on


def _by() -> dict[str, Any]:
    row = db.session.scalars(select(Setting).limit(1)).one()
    return {
        column.key: getattr(row, column.key)
        for column in Setting.__mapper__.columns
        if column.key not in ("id", "key", "value", "valid_from")
    }


def test_too_much_is_said_and_paid_back(example: Flask) -> None:
    office = Office(example)
    order = take(office, way="cash")
    money = f"/kontor/ordrer/{order.number}/penge"
    page = office.follow(money, kind="transfer", ore="20,00", received_on=today(), key="x")
    assert "Der er 20,00 kr. at betale tilbage." in words(page).replace("\xa0", " ")
    owed = "1 køber har penge til gode, som du må give tilbage."
    assert owed in words(office.get("/kontor"))
    back = {"tilbagebetalt-amount": "20,00", "tilbagebetalt-how": "bank", "tilbagebetalt-key": "z"}
    office.follow(f"/kontor/ordrer/{order.number}/tilgode/tilbagebetalt", **back)
    assert owed not in words(office.get("/kontor"))
    assert "at betale tilbage" not in words(office.get(money))
    assert order_balance(order.id, CASH) == order.gross_ore
    assert order_balance(order.id, BANK) == 0
    assert check_books().holds


def test_cancelled_by_its_buyer_the_money_waits_to_be_paid_back(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    order = take(office, way="cash")
    with transaction():
        cancel_by_buyer(lock_order(order.id), now=utc_now())
    shopper = Shopper(sqlite_example)
    assert "Vi betaler dine" in shopper.get(f"/ordre/{order.token}")
    assert "1 køber har penge til gode" in words(office.get("/kontor"))
    assert "Pengene kommer tilbage" in letters()["order_cancelled"].text


def test_the_same_form_twice_is_noted_once(example: Flask) -> None:
    office = Office(example)
    order = take(office)
    for _click in range(2):
        office.follow(f"/kontor/ordrer/{order.number}/penge", kind="cash", ore="10", received_on=today(), key="same")
    assert db.session.scalar(select(func.sum(MoneyIn.ore))) == 1000
    assert order_balance(order.id, CASH) == 1000


def test_an_order_of_the_checkout_can_be_paid_by_transfer_too(example: Flask) -> None:
    order = place_order()
    with transaction():
        locked = lock_order(order.id)
        now = utc_now()
        note_received(
            locked, kind="transfer", ore=locked.gross_ore, received_on=local_day(now), key="t", by=COMMAND, now=now
        )
    assert the_order().state == "confirmed"
    assert db.session.scalars(select(Payment.state)).one() == "ended", "the payment begun at the bank is let go"


def test_a_few_oere_short_is_enough_and_written_off(example: Flask) -> None:
    order = place_order()
    with transaction():
        locked, now = lock_order(order.id), utc_now()
        note_received(
            locked,
            kind="transfer",
            ore=locked.gross_ore - 100,
            received_on=local_day(now),
            key="t",
            by=COMMAND,
            now=now,
        )
    assert the_order().state == "confirmed"
    fulfil(order)
    assert check_books().holds


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ore": ""}, "Skriv noget her."),
        ({"ore": "0"}, "Beløbet skal være mellem"),
        ({"ore": "-5"}, "Beløbet skal være mellem"),
        ({"ore": "ti kroner"}, "Skriv et beløb i kroner"),
        ({"ore": "99999999999999"}, "Skriv et beløb i kroner"),
        ({"received_on": "2099-01-01"}, "Den dag er ikke kommet endnu."),
        ({"received_on": "i går"}, "Skriv en dag"),
        ({"kind": "guld"}, "Vælg en fra listen."),
        ({"note": "x" * 201}, "Det er for langt."),
    ],
)
def test_mistyped_money_is_not_noted(sqlite_example: Flask, wrong: dict[str, str], said: str) -> None:
    order = place_order()
    values = {"kind": "cash", "ore": "10", "received_on": today(), "key": "k", "note": "", **wrong}
    status = 409 if "2099" in str(wrong) else 422
    page = Office(sqlite_example).post(f"/kontor/ordrer/{order.number}/penge", status, **values)
    assert said in words(page)
    assert db.session.scalar(select(func.count()).select_from(MoneyIn)) == 0


# --- What cannot be taken ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": ""}, "Skriv et dansk telefonnummer"),
        ({"name": " "}, "Skriv køberens navn."),
        ({"email": "karla"}, "Den e-mail kan vi ikke skrive til."),
        ({"postcode": "3900"}, "Vi leverer ikke til Grønland."),
        ({"line1": ""}, "Skriv vej og husnummer."),
        ({"delivery": "drone"}, "Vælg, hvordan den skal frem."),
        ({"wanted_on": "2001-01-01"}, "Så hurtigt kan vi ikke nå det."),
        ({"wanted_on": "snart"}, "Vælg en dag"),
        ({"way": "bytte"}, "Vælg, hvordan der betales."),
        ({"language": "klingon"}, "Vælg et sprog."),
        ({"card": "å" * 401}, "Der er plads til 400 tegn på kortet, og der står 401."),
        ({"is_gift": "1", "to_name": ""}, "Skriv modtagerens navn."),
    ],
)
def test_what_is_mistyped_is_told_and_kept(sqlite_example: Flask, wrong: dict[str, str], said: str) -> None:
    page = Office(sqlite_example).post(PATH, 422, **typed(**wrong, city="Aarhus Ø"))
    assert said in " ".join(errors(page))
    assert "Aarhus Ø" in page
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.parametrize("quantity", ["", "0", "-1", "x", "2,5", "99999999999", "\x00"])
def test_quantities_that_are_none(sqlite_example: Flask, quantity: str) -> None:
    basket = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    page = Office(sqlite_example).post(PATH, 422, **typed(**{f"kurv_{basket.id}": quantity}))
    assert "Skriv, hvor mange af mindst én" in page or "Skriv et helt tal fra 1 til" in page


def test_a_transfer_needs_the_shops_account(sqlite_example: Flask) -> None:
    with transaction():
        db.session.execute(update(Setting).where(Setting.key == "seller.bank_account").values(value=""))
    page = Office(sqlite_example).post(PATH, 422, **typed())
    assert "Skriv først butikkens bankkonto i indstillingerne." in page


def test_a_pick_up_needs_no_address(sqlite_example: Flask) -> None:
    nothing = dict.fromkeys(("line1", "postcode", "city", "email"), "")
    order = take(Office(sqlite_example), delivery="pickup:hos-flexvirk", way="cash", **nothing)
    assert (order.recipient["name"], order.recipient["line1"], order.delivery) == ("Karla Købersen", "", "pickup")
    Shopper(sqlite_example).get(f"/ordre/{order.token}")


def test_a_gift_needs_no_address_of_the_buyer(sqlite_example: Flask) -> None:
    nothing = dict.fromkeys(("line1", "postcode", "city"), "")
    gift = {"is_gift": "1", "to_name": "Ane Gavesen", "to_line1": "Gemmestræde 91", "to_postcode": "5000"}
    order = take(Office(sqlite_example), **nothing, **gift, to_city="Odense C")
    assert (order.recipient["name"], order.buyer_address["city"]) == ("Ane Gavesen", "")


def test_pressed_twice_it_is_one_order(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    page = office.follow(PATH, **typed())
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    for _click in range(2):
        assert the_order_number(office, key, seen) in office.get("/kontor")
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1
    assert office.client.get(f"{PATH}/{key}").status_code == 303


def the_order_number(office: Office, key: str, seen: str) -> str:
    office.follow(f"{PATH}/{key}", seen_ore=seen)
    return the_order().number


def test_a_price_that_changes_is_told_before_it_is_ordered(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    item = db.session.scalars(select(Item).where(Item.slug == "opvaskeboerste")).one()
    basket = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    page = office.follow(PATH, **typed(**{f"kurv_{basket.id}": "", f"vare_{item.id}": "1"}))
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    with transaction():
        db.session.execute(
            update(ItemPrice).where(ItemPrice.item_id == item.id).values(gross_ore=ItemPrice.gross_ore + 500)
        )
    page = office.post(f"{PATH}/{key}", 409, seen_ore="1")
    assert "En pris er ændret." in page
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    office.follow(f"{PATH}/{key}", seen_ore=seen)
    assert the_order().gross_ore == int(seen)


def test_sold_out_meanwhile_is_told_by_name(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    page = office.follow(PATH, **typed())
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    with transaction():
        db.session.execute(update(Supply).values(taken=Supply.most))
    assert "«Den grønne kurv»" in office.post(f"{PATH}/{key}", 409, seen_ore=seen)
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


def test_alcohol_asks_for_the_age(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    basket = db.session.scalars(select(Basket).where(Basket.slug == "fredagskurven")).one()
    green = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    page = office.follow(PATH, **typed(**{f"kurv_{green.id}": "", f"kurv_{basket.id}": "1"}))
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    assert "Jeg har spurgt" in page
    assert "Der er alkohol" in office.post(f"{PATH}/{key}", 409, seen_ore=seen)
    office.follow(f"{PATH}/{key}", seen_ore=seen, age="18")
    assert the_order().age_confirmed > 0


def test_a_buyers_own_cart_is_never_taken_over(sqlite_example: Flask) -> None:
    shopper = Shopper(sqlite_example)
    shopper.put("kaffepausen")
    key = db.session.scalars(select(Cart.key)).one()
    office = Office(sqlite_example)
    office.get(f"{PATH}/{key}", 404)
    office.post(f"{PATH}/{key}", 404, seen_ore="1")
    office.follow(PATH, **typed(kladde=key))
    assert db.session.scalar(select(func.count()).select_from(Cart)) == 2


def test_the_counter_is_for_coordinators_alone(sqlite_example: Flask) -> None:
    order = place_order()
    pay(order)
    for path in (PATH, f"{PATH}/{'a' * 32}", f"/kontor/ordrer/{order.number}/penge"):
        Office(sqlite_example, SUPPLIER).get(path, 403)
