"""Drawings of everything the shop sells, drawn by us: the same light, the same stroke, few colours.

`accent` is the maker's number in `shop.weave.PALETTE`: labels, ribbons and painted bands take the member's own thread,
so that a basket's goods and its weave speak of the same people.
"""

from functools import cache
from html import escape
from typing import Final

from catalog.drawings import household, pantry, services, sweets
from catalog.drawings.pen import INK, Draw
from shop.weave import MEMBERS, PALETTE

__all__ = ["FALLBACK", "KEYS", "drawing", "drawing_svg"]

FALLBACK: Final = "box"
_DRAWINGS: Final[dict[str, tuple[int, Draw]]] = {
    **household.DRAWINGS,
    **sweets.DRAWINGS,
    **pantry.DRAWINGS,
    **services.DRAWINGS,
}
KEYS: Final = tuple(sorted(_DRAWINGS))


@cache
def drawing(key: str, accent: int = 0) -> str:
    """The fragment `<g>` in a box 100 wide and 120 tall, standing on its bottom edge; an unknown key is a parcel.
    `data-height` tells how tall the thing is, so that a basket can put low things in front."""
    height, draw = _DRAWINGS.get(key, _DRAWINGS[FALLBACK])
    return (
        f'<g data-height="{height}" stroke="{INK}" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round">'
        f"{draw(PALETTE[accent % MEMBERS])}</g>"
    )


def drawing_svg(key: str, accent: int = 0, title: str = "") -> str:
    """A complete picture for pages; without a title it is decoration and hidden from screen readers."""
    spoken = ' role="img"' if title else ' aria-hidden="true" focusable="false"'
    name = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 104 126" width="208" height="252"{spoken}>{name}'
        f'<ellipse cx="52" cy="119" rx="46" ry="4" fill="{INK}" fill-opacity=".16"/>{drawing(key, accent)}</svg>'
    )
