"""Photos of items: kept as they were sent, and made into pictures by the worker.

The request only looks at the first bytes and the size. The worker refuses too many pixels before it decodes anything,
turns the picture upright, leaves out all that the camera wrote (where, when, with what), and writes WebP and JPEG in
three widths under the hash of what is seen. The raw file is then deleted; nobody is ever shown it.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import select

from catalog.assortment.drafts import PARTNER_PATH
from catalog.assortment.models import READY, REFUSED, WAITING, Photo, Proposal
from catalog.items.models import ItemVersion
from catalog.items.picture import PHOTO_WIDTHS, photo_widths
from shop.days import utc_now
from shop.db import db, lock_row, transaction
from shop.errors import Refused
from shop.files import write_whole
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import handles, post
from shop.people.notices import notify_enterprise

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 12_000_000
MOST_PIXELS = 50_000_000  # as they are read: a telephone takes 48 million, a small file may claim far more
LEAST_SIDE = 300
TALLEST = 2400
ENDINGS = ("webp", "jpg")
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
WHY: dict[str, Any] = {
    "picture": _("Det er ikke et billede, vi kan læse. Vælg et som JPEG, PNG, WebP eller HEIC."),
    "pixels": _("Billedet har for mange punkter. Gør det mindre."),
    "small": _("Billedet er for lille. Det skal mindst være 300 punkter på hver led."),
}
_PICTURES = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|....ftyp(hei[cxms]|hev[cx]|mif1|msf1)", re.DOTALL
)  # fmt: skip
_NAME = re.compile(r"([0-9a-f]{64})-([0-9]{1,4})")


class NoPicture(ValueError):
    """What was sent cannot be made into pictures; the text is a key of WHY."""


def keep_raw(content: bytes, enterprise_id: int, *, now: datetime) -> Photo:
    """Keep what was sent until the worker has looked at it. Refuses what is too large, and what is no picture at all.

    The same photo sent twice is one.
    """
    if len(content) > MOST_BYTES:
        raise Refused(_("Billedet fylder mere end 12 MB. Vælg et mindre."), field="photo")
    if not _PICTURES.match(content[:16]):
        raise Refused(WHY["picture"], field="photo")
    raw = hashlib.sha256(content).hexdigest()
    before = db.session.scalar(
        select(Photo)
        .where(Photo.enterprise_id == enterprise_id, Photo.raw == raw, Photo.state != REFUSED)
        .order_by(Photo.id.desc())
        .limit(1)
    )
    if before is not None:
        return before
    write_whole(raw_path(enterprise_id, raw), content)
    photo = Photo(enterprise_id=enterprise_id, raw=raw, made_at=now)
    db.session.add(photo)
    db.session.flush()
    post("item_photo", f"item_photo:{photo.id}", now=now, photo_id=photo.id)
    return photo


@handles("item_photo")
def make_pictures(payload: dict[str, Any]) -> None:
    """Make the pictures of a photo, once; a photo that is none says why, and its enterprise is told."""
    photo = db.session.get(Photo, payload["photo_id"])
    if photo is None or photo.state != WAITING:
        return
    path, why, made = raw_path(photo.enterprise_id, photo.raw), "", None
    try:
        made = pictures_of(path.read_bytes())
    except FileNotFoundError:
        why = "picture"
    except NoPicture as refused:
        why = str(refused)
    if made is not None:
        for name, content in made.files.items():
            write_whole(_folder() / name[:2] / name, content)
    with transaction():
        _settle(lock_row(Photo, payload["photo_id"]), made, why)
    path.unlink(missing_ok=True)


class Pictures:
    """The pictures of a photo: the hash they are served by, the size of the largest, and the files by name."""

    def __init__(self, digest: str, size: tuple[int, int], files: dict[str, bytes]) -> None:
        self.digest, self.size, self.files = digest, size, files


def pictures_of(content: bytes) -> Pictures:
    """Read a photo and write it anew in every width. Refuses (NoPicture) what cannot be read, and what is too large."""
    from PIL import Image
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    try:
        with _whole_pictures_only(), Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPicture("pixels")
            upright = _upright(opened)
    except NoPicture:
        raise
    except Image.DecompressionBombError as error:
        raise NoPicture("pixels") from error
    except Exception as error:  # whatever a decoder raises at a file that is no picture, or half of one
        raise NoPicture("picture") from error
    if min(upright.size) < LEAST_SIDE:
        raise NoPicture("small")
    upright.thumbnail((PHOTO_WIDTHS[-1], TALLEST))
    return _written(upright)


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Half a picture is none. WeasyPrint, in the same worker, lets Pillow fill up what is missing with grey."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _upright(opened: "Picture") -> "Picture":
    """The picture as it is looked at, on white, in the colours of every screen, and nothing besides."""
    from PIL import Image, ImageOps

    profile = opened.info.get("icc_profile")
    opened.draft("RGB", (2 * PHOTO_WIDTHS[-1], 2 * PHOTO_WIDTHS[-1]))  # a JPEG is read no larger than it is needed
    turned = ImageOps.exif_transpose(opened)
    if turned.mode in ("P", "LA", "RGBA", "PA"):
        turned = turned.convert("RGBA")
        flat = Image.new("RGB", turned.size, "white")
        flat.paste(turned, mask=turned.getchannel("A"))
        return flat
    return _in_srgb(turned.convert("RGB"), profile)


def _in_srgb(picture: "Picture", profile: bytes | None) -> "Picture":
    """A telephone's wide colours as every screen shows them; what names no colours we know stays as it is."""
    from PIL import Image, ImageCms

    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    if not profile:
        return plain
    try:
        wide = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(plain, wide, ImageCms.createProfile("sRGB")) or plain
    except ImageCms.PyCMSError:
        return plain


def _written(picture: "Picture") -> Pictures:
    from PIL import Image

    made: dict[tuple[int, str], bytes] = {}
    for width in photo_widths(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        sized = picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
        sized.info = {}
        for ending, form, quality in (("webp", "WEBP", 80), ("jpg", "JPEG", 82)):
            out = io.BytesIO()
            sized.save(out, form, quality=quality)
            made[width, ending] = out.getvalue()
    digest = hashlib.sha256(made[picture.width, "webp"]).hexdigest()
    files = {f"{digest}-{width}.{ending}": content for (width, ending), content in made.items()}
    return Pictures(digest, picture.size, files)


def _settle(photo: Photo, made: Pictures | None, why: str) -> None:
    """Note how it went, and let the drafts that wait for the photo show it."""
    now = utc_now()
    waiting = db.session.scalars(select(Proposal).where(Proposal.photo_id == photo.id)).all()
    if made is None:
        photo.state, photo.why = REFUSED, why
        for proposal in waiting:
            notify_enterprise(
                photo.enterprise_id, f"photo_refused:{photo.id}",
                _("Billedet af «%(name)s» kunne ikke bruges.", name=proposal.version.name_da),
                path=f"{PARTNER_PATH}/{proposal.item_id}/ret", now=now, said="",
            )  # fmt: skip
        return
    photo.state, photo.digest = READY, made.digest
    photo.width, photo.height = made.size
    for proposal in waiting:
        version = proposal.version
        version.photo, version.photo_width, version.photo_height = photo.digest, photo.width, photo.height


def find_photo(photo_id: int, enterprise_id: int) -> Photo | None:
    """A photo its own enterprise has sent; another's is not there."""
    return db.session.scalar(select(Photo).where(Photo.id == photo_id, Photo.enterprise_id == enterprise_id))


def picture_file(name: str, ending: str) -> tuple[str, Path] | None:
    """The hash and the file of a picture `<hash>-<width>`; None when there is none, or it is no name of ours."""
    found = _NAME.fullmatch(name)
    if found is None or ending not in ENDINGS:
        return None
    path = _folder() / name[:2] / f"{name}.{ending}"
    return (found[1], path) if path.is_file() else None


def preview_of(version: ItemVersion) -> Path | None:
    """A version's photo in a middle width; None when it has none."""
    if not version.photo:
        return None
    width = photo_widths(version.photo_width)[:2][-1]
    found = picture_file(f"{version.photo}-{width}", "webp")
    return found[1] if found else None


def raw_path(enterprise_id: int, raw: str) -> Path:
    """Where a photo lies as it was sent, until it has been read."""
    return _folder() / "raw" / f"{enterprise_id}-{raw}"


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].data_dir) / "item-photos"
