"""Drawings of items as addresses of their own, under the hash of what is drawn, so that they can be kept for ever."""

import hashlib
import re
from functools import lru_cache

from catalog.drawings import drawing_svg

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
