"""Photos of items: what is sent is looked at before anything is decoded, and nothing of the camera's is kept."""

import io
import os
import struct
import time
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image, ImageFile
from sqlalchemy import select

from catalog.assortment.erase import erase_photos
from catalog.assortment.models import READY, REFUSED, WAITING, Photo
from catalog.assortment.photos import MOST_BYTES, NoPicture, pictures_of
from shop.days import utc_now
from shop.db import db
from tests.catalog.items_world import MAKER, OFFICE, OTHER, last_proposal, typed, visitor
from tests.tools.client import PageClient
from tests.tools.world import work

NEW = "/partner/varer/ny"
PLACE = {1: "N", 2: (56.0, 9.0, 30.0)}


def a_picture(form: str = "JPEG", size: tuple[int, int] = (1800, 1200), **more: Any) -> bytes:
    picture = Image.new("RGB", size, "#97303f")
    picture.paste("#e0bb62", (0, 0, size[0] // 2, size[1] // 4))
    if form == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def sent(client: PageClient, content: bytes, name: str = "foto.jpg", path: str = NEW, **changes: Any) -> Any:
    data = {**typed(photo_alt_da="En plade på et bord.", **changes), "photo": (io.BytesIO(content), name)}
    return client.post_form(path, data)


def photos() -> list[Photo]:
    return list(db.session.scalars(select(Photo).order_by(Photo.id)))


def folder(app: Flask) -> Path:
    return Path(app.config["SETTINGS"].data_dir) / "item-photos"


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_becomes_the_same_pictures(form: str) -> None:
    made = pictures_of(a_picture(form))
    assert made.size == (1600, 1067)
    assert sorted(name.split("-")[1] for name in made.files) == [
        "1600.jpg", "1600.webp", "480.jpg", "480.webp", "960.jpg", "960.webp",
    ]  # fmt: skip
    for name, content in made.files.items():
        with Image.open(io.BytesIO(content)) as picture:
            assert str(picture.width) in name
            red, green, blue = picture.convert("RGB").getpixel((picture.width - 5, picture.height - 5))  # type: ignore[misc]
            assert abs(red - 0x97) < 12
            assert abs(green - 0x30) < 12
            assert abs(blue - 0x3F) < 12


def test_it_is_turned_upright_and_what_the_camera_wrote_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Hemmelig Telefon"
    exif.get_ifd(0x8825).update(PLACE)
    made = pictures_of(a_picture(exif=exif, comment=b"Hemmelig Telefon"))
    assert made.size == (1200, 1800)
    for content in made.files.values():
        assert b"Hemmelig" not in content
        assert b"Exif" not in content
        with Image.open(io.BytesIO(content)) as picture:
            assert not picture.getexif()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_bomb(60_000, 60_000), "pixels"),
        (_bomb(9_000, 6_000), "pixels"),
        (_bomb(2_000, 2_000), "picture"),
        (a_picture()[:2000], "picture"),
        (b"\xff\xd8\xff" + b"x" * 5000, "picture"),
        (a_picture(size=(2000, 40)), "small"),
    ],
    ids=["enormous", "too many", "half", "cut off", "fake", "narrow"],
)
def test_what_cannot_be_shown_says_why(content: bytes, why: str) -> None:
    began = time.monotonic()
    with pytest.raises(NoPicture, match=why):
        pictures_of(content)
    assert time.monotonic() - began < 2, "nothing of it is decoded"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "foto.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "foto.jpg"),
        (b"GIF89a" + b"\0" * 50, "foto.gif"),
        (b"\xff\xd8\xff" + b"x" * MOST_BYTES, "foto.jpg"),
        (b"x", "foto.jpg"),
    ],
    ids=["svg", "svg called jpg", "gif", "too large", "a letter"],
)
def test_what_is_no_photo_is_refused_beside_its_field_and_nothing_typed_is_lost(
    sqlite_example: Flask, content: bytes, name: str
) -> None:
    answer = sent(visitor(sqlite_example, MAKER), content, name)
    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.text
    assert "Mørk chokolade med salt" in answer.text
    assert not photos()
    assert not list(folder(sqlite_example).rglob("*.*"))


def test_sixty_megabytes_are_turned_away_with_a_sentence(sqlite_example: Flask) -> None:
    answer = sent(visitor(sqlite_example, MAKER), b"\xff\xd8\xff" + b"x" * 60_000_000)
    assert answer.status_code == 413
    assert "mindre fil" in answer.text


def test_from_the_telephone_to_the_shop(sqlite_example: Flask) -> None:
    maker = visitor(sqlite_example, MAKER)
    path = sent(maker, a_picture("HEIF"), "IMG_0001.HEIC", do="send").headers["Location"]
    stem = path.removesuffix("/ret")
    proposal = last_proposal()
    page = f"/kontor/varer/{proposal.item_id}"
    office = visitor(sqlite_example, OFFICE)
    token = {"proposal": str(proposal.id), "edition": "1"}
    early = office.post_form(f"{page}/godkend", token, page=page)
    assert early.status_code == 409, "not before the photo is ready"
    assert [photo.state for photo in photos()] == [WAITING]
    work()
    assert [photo.state for photo in photos()] == [READY]
    assert not list((folder(sqlite_example) / "raw").iterdir())
    version = last_proposal().version
    public = f"/foto/{version.photo}-960.webp"
    assert maker.get(public).status_code == 404, "nobody sees it before it is approved"
    assert maker.get(f"{stem}/foto").mimetype == "image/webp"
    assert office.get(f"{page}/foto").status_code == 200
    assert visitor(sqlite_example, OTHER).get(f"{stem}/foto").status_code == 404
    assert office.post_form(f"{page}/godkend", token, page=page).status_code == 303
    shown = sqlite_example.test_client().get(public)
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    text = sqlite_example.test_client().get("/varer/moerk-chokolade-med-salt").text
    assert f"{public} 960w" in text
    assert 'alt="En plade på et bord."' in text
    for wrong in (
        f"{version.photo}-961.webp",
        f"{'0' * 64}-960.webp",
        "../../shop.sqlite.jpg",
        f"{version.photo}-0960.jpg",
    ):
        assert sqlite_example.test_client().get(f"/foto/{wrong}").status_code == 404, wrong


def test_a_photo_that_is_none_is_told_beside_its_field(sqlite_example: Flask) -> None:
    maker = visitor(sqlite_example, MAKER)
    path = sent(maker, _bomb(60_000, 60_000), "foto.png").headers["Location"]
    work()
    assert [photo.state for photo in photos()] == [REFUSED]
    assert "for mange punkter" in maker.get(path).text
    refused = maker.post_form(path, typed(edition="1", do="send"))
    assert refused.status_code == 422
    assert 'id="photo-error"' in refused.text
    assert maker.post_form(path, typed(edition="2", remove_photo="y", do="send")).status_code == 303


def test_alt_text_is_asked_for_and_a_photo_survives_what_is_mistyped(sqlite_example: Flask) -> None:
    maker = visitor(sqlite_example, MAKER)
    data = {**typed(agreed_ore="?"), "photo": (io.BytesIO(a_picture()), "foto.jpg")}
    answer = maker.post_form(NEW, data)
    assert answer.status_code == 422
    kept = str(photos()[0].id)
    assert f'value="{kept}"' in answer.text
    told = maker.post_form(NEW, typed(kept_photo=kept, do="send"))
    assert told.status_code == 422
    assert 'id="photo_alt_da-error"' in told.text
    assert last_proposal().photo_id == int(kept)
    other = visitor(sqlite_example, OTHER)
    assert other.post_form(NEW, typed(kept_photo=kept)).status_code == 303
    assert last_proposal().photo_id is None, "another's photo is not there"


def test_what_nobody_uses_is_swept_away(sqlite_example: Flask) -> None:
    maker = visitor(sqlite_example, MAKER)
    sent(maker, a_picture(), agreed_ore="?")
    sent(maker, a_picture(size=(900, 700)))
    work()
    files = len(list(folder(sqlite_example).glob("*/*")))
    erase_photos()
    assert len(list(folder(sqlite_example).glob("*/*"))) == files
    for path in folder(sqlite_example).glob("*/*"):
        os.utime(path, (1, 1))
    with time_machine.travel(utc_now() + timedelta(days=3)):
        erase_photos()
    left = {path.name for path in folder(sqlite_example).glob("*/*")}
    assert [photo.width for photo in photos()] == [900]
    assert left == {f"{photos()[0].digest}-{width}.{ending}" for width in (480, 900) for ending in ("webp", "jpg")}


def test_half_a_photo_is_none_also_when_documents_are_printed_by_the_same_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(NoPicture, match="picture"):
        pictures_of(a_picture()[:2000])
    assert ImageFile.LOAD_TRUNCATED_IMAGES
