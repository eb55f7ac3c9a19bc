"""Changing an order on its page: the card, too late, and what is mistyped."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.supply.models import Supply
from orders.after.change import cancel_by_buyer
from orders.lock import lock_order
from orders.models import PICKUP
from orders.moves import pack
from orders.payments.models import Payment
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import BUYER, COMMAND
from tests.orders.change_world import (
    ELSEWHERE,
    MADE_BASKET,
    change,
    day_in_another_week,
    letters,
    place_order,
    refusal,
)
from tests.orders.shopper import Shopper
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay

# --- The card, and when it is too late --------------------------------------------------------------------------------


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
