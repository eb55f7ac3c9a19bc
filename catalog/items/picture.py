"""Pictures of items as addresses of their own, under the hash of what is seen, so that they can be kept for ever."""

import hashlib
import re
from functools import lru_cache

from catalog.drawings import drawing_svg

PHOTO_WIDTHS = (480, 960, 1600)
_NAME = re.compile(r"([a-z][a-z-]{0,39})-([0-9]{1,3})-([0-9a-f]{12})")


@lru_cache(maxsize=256)
def _drawn(key: str, accent: int) -> tuple[str, str]:
    svg = drawing_svg(key, accent, key)
    return hashlib.sha256(svg.encode()).hexdigest()[:12], svg


def drawing_path(key: str, accent: int) -> str:
    """The address of an item's drawing."""
    return f"/tegning/{key}-{accent}-{_drawn(key, accent)[0]}.svg"


def find_drawing(name: str) -> str | None:
    """The drawing under `<key>-<accent>-<hash>`, when that is what it looks like today."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    digest, svg = _drawn(found[1], int(found[2]))
    return svg if digest == found[3] else None


def photo_widths(width: int) -> list[int]:
    """The widths a photo is kept in, the smallest first: never wider than it was sent."""
    return [*(one for one in PHOTO_WIDTHS if one < width), min(width, PHOTO_WIDTHS[-1])]


def photo_path(digest: str, width: int, ending: str) -> str:
    """The address of a photo in one width: webp, or jpg."""
    return f"/foto/{digest}-{width}.{ending}"
