"""Something was wrong with what came: reported with a photo, answered by the office, sent again."""

import io
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from catalog.supply.models import STOCK, Supply
from orders.after.erase import erase_parcel_recipients, erase_reports, sweep_photos
from orders.after.models import Parcel, ParcelSupply, Report
from orders.after.parcels import goods_of
from orders.after.photos import keep_photo
from orders.books.check import check_books
from orders.books.models import Posting
from orders.buyers import get_whole_order
from orders.models import Order, Share
from orders.reversals.models import Refund, RefundShare
from orders.words import COMPLAINT
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.outbox import carry_out, due_intentions
from shop.mail.models import Letter
from shop.web.limits import limiter
from tests.orders.office_room import SUPPLIER, Office, words
from tests.orders.shopper import SAME_ORIGIN, Shopper
from tests.tools.world import fulfil, pay, place_order

PLACE = "/kontor/henvendelser"


@pytest.fixture
def shopper(sqlite_example: Flask) -> Iterator[Shopper]:
    limiter.reset()
    yield Shopper(sqlite_example)
    limiter.reset()


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


def sent_order(**more: Any) -> Order:
    order = place_order([("den-groenne-kurv", 2)], recipient_phone="22334455", **more)
    pay(order)
    fulfil(order)
    work()
    return order


def work() -> None:
    """What the worker would do now."""
    soon = utc_now() + timedelta(seconds=5)
    while waiting := due_intentions(soon):
        for number in waiting:
            assert carry_out(number, now=soon), number


def tell(shopper: Shopper, order: Order, photo: bytes | None = None, name: str = "a.jpg", **more: str) -> str:
    """Send the form of a report, with a photo perhaps."""
    path = f"/ordre/{order.token}/problem"
    shopper.get(path)
    values: dict[str, Any] = {**shopper.form(path), "kind": "damaged", "said": "Glasset er knust", **more}
    if photo is not None:
        values["photo"] = (io.BytesIO(photo), name)
    answer = shopper.client.post(path, data=values, headers=SAME_ORIGIN, content_type="multipart/form-data")
    shopper._took(answer, path)
    return shopper.follow()


def the_report() -> Report:
    db.session.rollback()
    return db.session.scalars(select(Report)).one()


def letter(kind: str) -> Letter:
    work()
    db.session.rollback()
    found = db.session.scalars(select(Letter).where(Letter.kind == kind)).one()
    assert found.state == "sent", found.error
    return found


def photos(app: Flask) -> list[Path]:
    return sorted((app.config["SETTINGS"].data_dir / "photos").glob("*"))


# --- Reporting --------------------------------------------------------------------------------------------------------


def test_a_report_with_a_photo_reaches_the_office(shopper: Shopper, sqlite_example: Flask) -> None:
    order = sent_order()
    tell(shopper, order, picture())
    assert "Tak. Vi har fået din besked" in shopper.text
    assert "Glasset er knust" in shopper.text
    report = the_report()
    assert (report.kind, report.state) == ("damaged", "received")
    assert [path.stem for path in photos(sqlite_example)] == [report.photo]
    receipt = letter("report_received")
    assert "Glasset er knust" in receipt.text
    office = Office(sqlite_example)
    assert "1 henvendelse venter på svar." in words(office.get("/kontor"))
    assert order.number in office.get(PLACE)
    page = office.get(f"{PLACE}/{report.id}")
    assert "Glasset er knust" in page
    with sqlite_example.app_context():
        answer = office.client.get(f"{PLACE}/{report.id}/foto")
        assert answer.mimetype == "image/jpeg"
        assert Image.open(io.BytesIO(answer.data)).size == (300, 200)


def test_a_photo_is_shown_to_the_office_alone(shopper: Shopper, sqlite_example: Flask) -> None:
    tell(shopper, sent_order(), picture())
    number = the_report().id
    Office(sqlite_example, SUPPLIER).get(f"{PLACE}/{number}/foto", 403)
    shopper.get(f"{PLACE}/{number}/foto")
    assert shopper.status == 302
    assert photos(sqlite_example)[0].stem not in shopper.get(f"/ordre/{get_whole_order(the_report().order_id).token}")


def test_sent_twice_it_is_one_report(shopper: Shopper) -> None:
    order = sent_order()
    path = f"/ordre/{order.token}/problem"
    shopper.get(path)
    form = {**shopper.form(path), "kind": "missing", "said": "Kaffen mangler"}
    shopper.post(path, form)
    shopper.post(path, form)
    assert the_report().kind == "missing"
    work()
    assert db.session.scalar(select(func.count()).where(Letter.kind == "report_received")) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"said": ""}, "Skriv kort, hvad der er sket."),
        ({"said": " \n\t "}, "Skriv kort, hvad der er sket."),
        ({"said": "x" * 2001}, "Der er plads til 2000 tegn, og der står 2001."),
        ({"said": "\x00"}, "Skriv kort, hvad der er sket."),
        ({"kind": ""}, "Vælg, hvad der er galt."),
        ({"kind": "eksploderet"}, "Vælg, hvad der er galt."),
    ],
)
def test_mistyped_reports_keep_words_and_photo(
    shopper: Shopper, sqlite_example: Flask, typed: dict[str, str], said: str
) -> None:
    order = sent_order()
    tell(shopper, order, picture(), **typed)
    assert shopper.status == 422
    assert said in shopper.text
    kept = photos(sqlite_example)[0].stem
    assert shopper.form(f"/ordre/{order.token}/problem")["kept"] == kept
    shopper.send(f"/ordre/{order.token}/problem", kind="damaged", said="Nu står det her")
    assert the_report().photo == kept


def test_any_text_comes_through_whole(shopper: Shopper, sqlite_example: Flask) -> None:
    said = "Æøå <b>fed</b> 🎁 %s 7*7\nto linjer"
    tell(shopper, sent_order(), said=said)
    assert the_report().said == said
    assert said.split("\n", maxsplit=1)[0] in letter("report_received").text
    assert "<b>fed" not in Office(sqlite_example).get(f"{PLACE}/{the_report().id}")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.jpg", "Det er ikke et billede"),
        (b"GIF89a<script>alert(1)</script>", "a.jpg", "Det er ikke et billede"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "Det er ikke et billede"),
        (picture()[:200], "halvt.jpg", "Det er ikke et billede"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100, "IMG_1.HEIC", "HEIC-billeder kan vi ikke vise"),
        (b"\xff" * 10_000_001, "stor.jpg", "Billedet fylder mere end 10 MB."),
        (picture("PNG", (6000, 5000)), "mange.png", "Billedet har for mange punkter."),
    ],
    ids=["empty", "html", "svg", "half", "heic", "too large", "too many pixels"],
)
def test_what_is_no_picture_is_told_and_the_words_stay(shopper: Shopper, content: bytes, name: str, said: str) -> None:
    order = sent_order()
    tell(shopper, order, content, name)
    assert shopper.status == 422
    assert said in shopper.text
    assert "Glasset er knust" in shopper.page
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_far_too_much_is_told_too(shopper: Shopper) -> None:
    tell(shopper, sent_order(), b"\xff" * 31_000_000)
    assert shopper.status == 413
    assert "Billedet fylder mere end 10 MB." in shopper.text


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_written_anew_upright_and_without_its_metadata(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x8825] = {1: "N", 2: (56.0, 9.0, 0.0)}  # where it was taken
    name = keep_photo(picture(kind, (3000, 1000), exif=exif), tmp_path)
    with Image.open(tmp_path / f"{name}.jpg") as kept:
        assert kept.format == "JPEG"
        assert dict(kept.getexif()) == {}
        assert kept.height > kept.width
        assert max(kept.size) <= 2000


def test_a_see_through_photo_gets_a_white_ground(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    name = keep_photo(out.getvalue(), tmp_path)
    with Image.open(tmp_path / f"{name}.jpg") as kept:
        assert min(kept.getpixel((5, 5))) > 250  # type: ignore[arg-type]


def test_a_forged_name_of_a_photo_is_nothing(shopper: Shopper) -> None:
    tell(shopper, sent_order(), kept="../../secret-key")
    assert the_report().photo == ""


def test_nothing_can_be_reported_before_it_is_sent(shopper: Shopper) -> None:
    order = place_order()
    pay(order)
    path = f"/ordre/{order.token}/problem"
    shopper.get(path)
    assert "Ordren er ikke sendt endnu." in shopper.text
    shopper.post(path, {"kind": "lost", "said": "Hvor er den?", "key": "x"})
    assert shopper.status == 409
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_five_open_reports_are_enough(shopper: Shopper) -> None:
    order = sent_order()
    for number in range(6):
        tell(shopper, order, said=f"Nummer {number}")
    assert shopper.status == 409
    assert "Vi har allerede flere henvendelser" in shopper.text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Report)) == 5


# --- Answering --------------------------------------------------------------------------------------------------------


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
