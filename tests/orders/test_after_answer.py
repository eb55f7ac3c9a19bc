"""A report is answered: no, money back, or new goods."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.supply.models import STOCK, Supply
from orders.after.models import Parcel, ParcelSupply
from orders.after.parcels import goods_of
from orders.books.check import check_books
from orders.books.models import Posting
from orders.buyers import get_whole_order
from orders.models import Order, Share
from orders.reversals.models import Refund, RefundShare
from orders.words import COMPLAINT
from shop.db import db, transaction
from tests.orders.office_room import Office, words
from tests.orders.report_world import PLACE, letter, sent_order, tell, the_report
from tests.orders.shopper import Shopper


def test_no_tells_why_and_where_to_complain(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    tell(shopper, order)
    office, number = Office(sqlite_example), the_report().id
    assert "Skriv noget her." in office.post(f"{PLACE}/{number}/nej", 422, why=" ")
    office.follow(f"{PLACE}/{number}/nej", why="Det var helt, da det blev hentet")
    assert the_report().state == "declined"
    answer = letter("report_answered")
    for said in ("Det var helt, da det blev hentet", str(COMPLAINT)):
        assert said in answer.text
        assert said in shopper.get(f"/ordre/{order.token}")
    page = office.post(f"{PLACE}/{number}/nej", 409, why="igen")
    assert "Henvendelsen er allerede besvaret" in page
    assert "Intet venter på dig." in office.get("/kontor")


def refund_typed(**more: str) -> dict[str, str]:
    typed = {"what": "money", "amount": "", "pieces": "", "bearer": "pot", "said": "Undskyld", "note": "Knust"}
    return {f"penge-{name}": text for name, text in {**typed, **more}.items()}


def test_an_amount_back_borne_by_the_pot(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    tell(shopper, order)
    office, number = Office(sqlite_example), the_report().id
    office.follow(f"{PLACE}/{number}/penge", **refund_typed(amount="25,00"))
    report = the_report()
    assert (report.state, report.refund_ore, report.bearer) == ("refunded", 2500, "pot")
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.gross_ore, refund.kind, refund.key) == (2500, "goodwill", f"report:{number}")
    assert "Undskyld" in letter("report_answered").text
    assert "Du får 25,00" in shopper.get(f"/ordre/{order.token}").replace("\xa0", " ")
    assert check_books().holds
    office.post(f"{PLACE}/{number}/penge", 409, **refund_typed(amount="25,00"))
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 1


def test_one_makers_part_back_borne_by_that_maker(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    tell(shopper, order)
    good = goods_of(get_whole_order(order.id))[0]
    maker = good.item.enterprise_id
    office, number = Office(sqlite_example), the_report().id
    typed = refund_typed(what=str(good.share_id), pieces="1", bearer=str(maker))
    office.follow(f"{PLACE}/{number}/penge", **typed)
    report = the_report()
    assert (report.bearer, report.bearer_id) == ("enterprise", maker)
    charged = db.session.scalars(select(RefundShare)).all()
    assert [share.enterprise_id for share in charged] == [maker]
    assert check_books().holds


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": ""}, "Skriv, hvor meget."),
        ({"amount": "mange"}, "Skriv et beløb i kroner"),
        ({"amount": "-5"}, "Beløbet skal være mellem"),
        ({"amount": "0"}, "Beløbet skal være mellem"),
        ({"amount": "99.999,00"}, "Så meget er der ikke tilbage at give."),
        ({"what": "0"}, "Vælg en fra listen."),
        ({"what": "99999999"}, "Vælg en fra listen."),
        ({"amount": "5", "bearer": "9999"}, "Vælg en fra listen."),
        ({"amount": "5", "said": ""}, "Skriv noget her."),
    ],
)
def test_a_mistyped_refund_gives_nothing(
    shopper: Shopper, sqlite_example: Flask, typed: dict[str, str], said: str
) -> None:
    tell(shopper, sent_order())
    number = the_report().id
    office = Office(sqlite_example)
    status = 409 if "99.999" in str(typed) else 422
    page = office.post(f"{PLACE}/{number}/penge", status, **refund_typed(**typed))
    assert said in words(page)
    assert the_report().state == "received"
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 0


RECIPIENT = {
    "to_name": "Karla Købersen", "to_line1": "Prøvevej 7", "to_line2": "", "to_postcode": "8000", "to_city": "Aarhus C",
    "to_phone": "22334455", "bearer": "pot", "said": "Vi sender en ny", "note": "",
}  # fmt: skip


def on_hand(item_id: int) -> tuple[int, int]:
    """Pieces on the shelf and pieces spoken for."""
    db.session.rollback()
    row = db.session.scalars(select(Supply).where(Supply.item_id == item_id, Supply.kind == STOCK)).one()
    return row.most, row.taken


def stocked(order: Order) -> Any:
    return next(good for good in goods_of(get_whole_order(order.id)) if good.item.supply == "stocked")


def test_a_replacement_is_held_packed_and_sent(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    tell(shopper, order)
    good, office, number = stocked(order), Office(sqlite_example), the_report().id
    most, taken = on_hand(good.item.id)
    office.follow(f"{PLACE}/{number}/ny-pakke", **RECIPIENT, **{f"stk_{good.share_id}": "1"})
    assert on_hand(good.item.id) == (most, taken + 1)
    assert the_report().state == "replaced"
    assert "Vi sender en ny" in letter("report_answered").text
    parcel = db.session.scalars(select(Parcel)).one()
    assert (parcel.state, parcel.bearer, parcel.lines[0]["pieces"]) == ("planned", "pot", 1)
    office.follow(f"/kontor/pakker/{parcel.id}/pakket")
    assert on_hand(good.item.id) == (most - 1, taken)
    assert "pakken er pakket" in office.post(f"/kontor/pakker/{parcel.id}/pakket", 409)
    assert on_hand(good.item.id) == (most - 1, taken)
    office.follow(f"/kontor/pakker/{parcel.id}/sendt")
    assert good.text_da in letter("parcel_sent").text
    assert db.session.scalars(select(Posting.ore).where(Posting.code == "replacement")).all() == [
        db.session.get_one(Share, good.share_id).basis_ore
    ]
    assert "Ny pakke" in shopper.get(f"/ordre/{order.token}")
    assert db.session.scalar(select(func.count()).select_from(ParcelSupply)) == 0


def test_a_replacement_given_up_lets_go(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    tell(shopper, order)
    good, office, number = stocked(order), Office(sqlite_example), the_report().id
    before = on_hand(good.item.id)
    office.follow(f"{PLACE}/{number}/ny-pakke", **RECIPIENT, **{f"stk_{good.share_id}": "2"})
    parcel = db.session.scalars(select(Parcel)).one()
    office.follow(f"/kontor/pakker/{parcel.id}/opgivet")
    assert on_hand(good.item.id) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Skriv, hvor mange af mindst én vare der skal sendes."),
        ({"pieces": "x"}, "Skriv et helt tal fra 0 til"),
        ({"pieces": "-1"}, "Skriv et helt tal fra 0 til"),
        ({"pieces": "999"}, "Skriv et helt tal fra 0 til"),
        ({"pieces": "1", "to_postcode": "3900"}, "Vi leverer ikke til Grønland."),
        ({"pieces": "1", "to_name": ""}, "Skriv modtagerens navn."),
        ({"pieces": "1", "said": ""}, "Skriv noget her."),
        ({"pieces": "1", "bearer": "mor"}, "Vælg en fra listen."),
    ],
)
def test_a_mistyped_replacement_sends_nothing(
    shopper: Shopper, sqlite_example: Flask, typed: dict[str, str], said: str
) -> None:
    order = sent_order()
    tell(shopper, order)
    number, good = the_report().id, stocked(order)
    picked = {f"stk_{good.share_id}": typed.get("pieces", "")}
    values = {**RECIPIENT, **{name: text for name, text in typed.items() if name != "pieces"}, **picked}
    page = Office(sqlite_example).post(f"{PLACE}/{number}/ny-pakke", 422 if typed else 409, **values)
    assert said in words(page)
    assert the_report().state == "received"
    assert db.session.scalar(select(func.count()).select_from(Parcel)) == 0


def test_goods_that_are_gone_cannot_be_sent_anew(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    tell(shopper, order)
    number, good = the_report().id, stocked(order)
    with transaction():
        row = db.session.scalars(select(Supply).where(Supply.item_id == good.item.id, Supply.kind == STOCK)).one()
        row.most = row.taken
    values = {**RECIPIENT, f"stk_{good.share_id}": "1"}
    page = Office(sqlite_example).post(f"{PLACE}/{number}/ny-pakke", 409, **values)
    assert "Der er ikke nok tilbage af" in page
    assert the_report().state == "received"
