"""Photos of what went wrong: read as a picture, whatever the file calls itself, and written anew without its metadata.

What is kept is a JPEG of at most 2,000 pixels under the SHA-256 of its bytes. Where it was taken, when and with what
(EXIF) is not carried over. Nothing of the sent file itself is ever kept or shown.
"""

import hashlib
import io
import re
from pathlib import Path

from shop.errors import Refused
from shop.i18n import lazy_gettext as _

MOST_BYTES = 10_000_000
MOST_PIXELS = 25_000_000  # as they are read; a small file may claim far more than memory holds
LONGEST_SIDE = 2000
FORMATS = ("JPEG", "PNG", "WEBP")
_HEIC = re.compile(rb"....ftyp(hei[cxms]|mif1|msf1|hev[cx])", re.DOTALL)
_NAME = re.compile(r"[0-9a-f]{64}")


def keep_photo(content: bytes, folder: Path) -> str:
    """Keep a photo and return its name. Refuses what is too large, and what is no picture that can be shown."""
    if len(content) > MOST_BYTES:
        raise Refused(_("Billedet fylder mere end 10 MB. Vælg et mindre."), field="photo")
    if _HEIC.match(content[:16]):
        raise Refused(_("HEIC-billeder kan vi ikke vise. Gem det som JPEG, eller tag et skærmbillede."), field="photo")
    picture = _as_jpeg(content)
    name = hashlib.sha256(picture).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jpg"
    if not path.exists():
        scratch = folder / f"{name}.{id(picture)}.part"
        scratch.write_bytes(picture)
        scratch.replace(path)
    else:
        path.touch()  # it is new again, so that it is not swept away as left over
    return name


def photo_path(name: str, folder: Path) -> Path | None:
    """The file of a kept photo; None when there is none, or when it is no name of ours."""
    if not _NAME.fullmatch(name):
        return None
    path = folder / f"{name}.jpg"
    return path if path.is_file() else None


def _as_jpeg(content: bytes) -> bytes:
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read no larger than it is needed
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused(_("Billedet har for mange punkter. Gør det mindre."), field="photo")
            opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
            flat = Image.new("RGB", upright.size, "white")
            flat.paste(upright, mask=upright.getchannel("A"))
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=85)
    except Refused:
        raise
    except Exception as error:  # whatever a decoder raises at a file that is no picture, or half of one
        raise Refused(
            _("Det er ikke et billede, vi kan vise. Vælg et som JPEG, PNG eller WebP."), field="photo"
        ) from error
    return out.getvalue()
