"""A parcel that comes back, and what is forgotten in time."""

import io
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from catalog.supply.models import Supply
from orders.after.erase import erase_parcel_recipients, erase_reports, sweep_photos
from orders.after.models import Parcel
from orders.after.photos import keep_photo
from shop.days import utc_now
from shop.db import db
from shop.errors import Refused
from tests.orders.office_room import Office, words
from tests.orders.report_world import PLACE, letter, photos, picture, sent_order, tell, the_report
from tests.orders.shopper import Shopper
from tests.tools.world import pay, place_order

# --- A parcel that comes back -----------------------------------------------------------------------------------------


def test_a_parcel_that_came_back_is_sent_where_its_buyer_says(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    office = Office(sqlite_example)
    shelf = db.session.scalar(select(func.sum(Supply.most)))
    office.follow(f"/kontor/ordrer/{order.number}/retur")
    office.follow(f"/kontor/ordrer/{order.number}/retur")
    path = f"/ordre/{order.token}"
    assert f"{path}/igen" in letter("parcel_back").text
    shopper.get(path)
    assert "Pakken kom ikke frem" in shopper.text
    shopper.get(f"{path}/igen")
    day = re.search(r'min="([0-9-]{10})"', shopper.page)
    assert day is not None
    shopper.send(f"{path}/igen", to_line1="Ny Vej 2", wanted_on=day[1])
    assert "Vi pakker den igen" in shopper.text
    parcel = db.session.scalars(select(Parcel)).one()
    assert (parcel.state, parcel.kind, parcel.recipient["line1"]) == ("planned", "again", "Ny Vej 2")
    for word in ("pakket", "sendt", "retur"):
        office.follow(f"/kontor/pakker/{parcel.id}/{word}")
    assert db.session.scalar(select(func.sum(Supply.most))) == shelf, "what is in the parcel was taken long ago"
    shopper.get(f"{path}/igen")
    shopper.send(f"{path}/igen", wanted_on=day[1])
    for word in ("pakket", "sendt"):
        office.follow(f"/kontor/pakker/{parcel.id}/{word}")
    shopper.get(f"{path}/igen")
    assert shopper.status == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"wanted_on": ""}, "Vælg en dag"),
        ({"wanted_on": "2001-01-01"}, "Så hurtigt kan vi ikke nå det."),
        ({"to_postcode": "100"}, "Vi leverer ikke til Færøerne."),
        ({"to_city": ""}, "Skriv modtagerens by."),
    ],
)
def test_a_mistyped_new_place_is_told(
    shopper: Shopper, sqlite_example: Flask, typed: dict[str, str], said: str
) -> None:
    order = sent_order()
    Office(sqlite_example).follow(f"/kontor/ordrer/{order.number}/retur")
    path = f"/ordre/{order.token}/igen"
    shopper.get(path)
    shopper.send(path, **{"wanted_on": "2001-01-01", **typed})
    assert said in shopper.text
    db.session.rollback()
    assert db.session.scalars(select(Parcel)).one().state == "back"


def test_what_was_never_sent_cannot_come_back(sqlite_example: Flask) -> None:
    order = place_order()
    pay(order)
    page = Office(sqlite_example).post(f"/kontor/ordrer/{order.number}/retur", 409)
    assert "er ikke sendt endnu" in page


def test_a_silent_buyer_stands_on_the_board_after_two_weeks(sqlite_example: Flask) -> None:
    order = sent_order()
    office = Office(sqlite_example)
    office.follow(f"/kontor/ordrer/{order.number}/retur")
    assert "kommet tilbage, og køberen har ikke svaret" not in words(office.get("/kontor"))
    with time_machine.travel(utc_now() + timedelta(days=15)):
        assert "1 pakke er kommet tilbage, og køberen har ikke svaret" in words(Office(sqlite_example).get("/kontor"))


# --- Forgetting -------------------------------------------------------------------------------------------------------


def test_reports_and_photos_are_forgotten_in_time(shopper: Shopper, sqlite_example: Flask) -> None:
    tell(shopper, sent_order(), picture())
    for path in photos(sqlite_example):
        os.utime(path, (0, 0))
    erase_reports()
    assert the_report().said == "Glasset er knust"
    assert len(photos(sqlite_example)) == 1
    with time_machine.travel(utc_now() + timedelta(days=1096)):
        erase_reports()
    report = the_report()
    assert (report.said, report.photo, report.kind) == ("", "", "damaged")
    assert not photos(sqlite_example)
    page = Office(sqlite_example).get(f"{PLACE}/{report.id}")
    assert "Teksten og billedet er slettet" in page


def test_a_photo_nobody_sent_on_is_swept_away_after_a_day(sqlite_example: Flask) -> None:
    folder = sqlite_example.config["SETTINGS"].data_dir / "photos"
    name = keep_photo(picture(), folder)
    sweep_photos()
    assert [path.stem for path in photos(sqlite_example)] == [name]
    os.utime(folder / f"{name}.jpg", (0, 0))
    sweep_photos()
    assert not photos(sqlite_example)


def test_who_got_a_new_parcel_is_forgotten_too(example: Flask) -> None:
    order = sent_order()
    office = Office(example)
    office.follow(f"/kontor/ordrer/{order.number}/retur")
    number = db.session.scalars(select(Parcel.id)).one()
    office.follow(f"/kontor/pakker/{number}/opgivet")
    erase_parcel_recipients()
    assert db.session.get_one(Parcel, number).recipient["name"]
    with time_machine.travel(utc_now() + timedelta(days=91)):
        erase_parcel_recipients()
    db.session.rollback()
    assert db.session.get_one(Parcel, number).recipient == {}
    assert office.get(PLACE)


def test_a_bomb_of_a_picture_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(Refused):
        keep_photo(bomb.getvalue(), tmp_path)
