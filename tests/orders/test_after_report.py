"""Something was wrong with what came: reported with a photo, answered by the office, sent again."""

import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from orders.after.models import Report
from orders.after.photos import keep_photo
from orders.buyers import get_whole_order
from shop.db import db
from shop.mail.models import Letter
from tests.orders.office_room import SUPPLIER, Office, words
from tests.orders.report_world import PLACE, letter, photos, picture, sent_order, tell, the_report
from tests.orders.shopper import Shopper
from tests.tools.world import pay, place_order, work

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
