"""A basket's picture: the body woven from how its price divides, its goods above. Served under its hash.

The hash names what the picture is drawn from, not the text of the drawing, so that a version keeps its address when
the drawings are made better.
"""

import hashlib
import json

from catalog.baskets.models import BasketComponent, BasketVersion
from catalog.baskets.shares import COMPONENT, slices_of
from catalog.drawings import drawing
from shop.weave import basket_svg

MOST_DRAWN = 12
CONTAINERS = frozenset({"woven-basket", "gift-box"})  # what the goods lie in is drawn as the basket itself


def picture_of(version: BasketVersion) -> tuple[str, str]:
    """The hash and the SVG of a version's picture. The version must have its id and its components with their items."""
    strips = [part.strip() for part in slices_of(version)]
    drawn = drawn_in(version)
    title = version.name_da
    source = [title, [[s.label, s.colour, s.ore, s.kind] for s in strips], drawn]
    digest = hashlib.sha256(json.dumps(source, ensure_ascii=False).encode()).hexdigest()[:32]
    names = ", ".join(part.item_version.name_da for part in version.components if part.kind == COMPONENT)
    svg = basket_svg(strips, [drawing(key, accent) for key, accent in drawn], title=title, desc=names)
    return digest, svg


def drawn_in(version: BasketVersion) -> list[tuple[str, int]]:
    """The drawings of a version's goods (key, accent), every piece of them, the kinds in turn when they are many."""
    goods = [part for part in version.components if part.kind == COMPONENT]
    inside = [part for part in goods if part.item_version.drawing not in CONTAINERS] or goods
    most = max((part.quantity for part in inside), default=0)
    return [_drawing_of(part) for turn in range(most) for part in inside if part.quantity > turn][:MOST_DRAWN]


def _drawing_of(part: BasketComponent) -> tuple[str, int]:
    return part.item_version.drawing, part.item_version.accent
