"""Orders the coordinator takes for a buyer, and the money that comes by link, by transfer and in cash."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from catalog.supply.models import Supply
from orders.after.change import cancel_by_buyer
from orders.books.check import check_books
from orders.books.models import BANK, CASH
from orders.books.post import order_balance
from orders.lock import lock_order
from orders.moves import expire_unpaid, pack
from orders.payments.models import MoneyIn, Payment, PayWay
from orders.payments.received import note_received
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.settings.models import Setting
from tests.orders.counter_world import letters, take, the_order
from tests.orders.office_room import COORDINATOR, Office, words
from tests.orders.shopper import Shopper
from tests.tools.world import fulfil, place_order

# --- Three ways to pay ------------------------------------------------------------------------------------------------


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


def test_a_school_on_an_invoice_is_confirmed_by_whoever_takes_it_down(example: Flask) -> None:
    order = take(
        Office(example), way="invoice", buyer_kind="public", org_name="Eksempelskolen", gln="5798009811578",
        reference="HAHA", requisition="REK-1",
    )  # fmt: skip
    assert (order.state, order.buyer_kind, order.buyer_name) == ("confirmed", "public", "Eksempelskolen")
    assert order.buyer_address["attention"] == "Karla Købersen"
    assert order.organisation["gln"] == "5798009811578"
    page = words(Office(example).get(f"/kontor/ordrer/{order.number}"))
    assert "På faktura: 30 dage" in page
    assert "faktura" in words(Office(example).get(f"/kontor/ordrer/{order.number}/penge"))


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
