"""What the page of components shows: an invented basket, drawn in every way the shop draws a split."""

from typing import Any

from markupsafe import Markup

from catalog.baskets.split import SplitRow
from catalog.drawings import KEYS, drawing, drawing_svg
from orders.shares.whole import percent_of
from shop.i18n import gettext as _
from shop.weave import MEMBERS, PALETTE, POT, VAT, Strip, bar_svg, basket_svg, chart_svg, weave_svg

_PARTS = ((0, 6200), (1, 9000), (3, 5200), (5, 4000), (6, 1800))
_POT_ORE, _VAT_ORE = 3920, 7530
_MONTHS = (120, 80, 30, 60, 200, 90, 70, 0, 110, 160, 410, 880)
_GOODS = ("dish-brush", "coffee-bag", "jam-jar", "chocolate-bar")


def style_parts() -> dict[str, Any]:
    """The values of the page of components: colours, drawings, and one example of every picture."""
    strips = [
        *(Strip(_member(colour), colour, ore, "component") for colour, ore in _PARTS),
        Strip(_("Den fælles pulje"), POT, _POT_ORE, "pot"),
        Strip(_("Moms"), VAT, _VAT_ORE, "vat"),
    ]
    total = sum(strip.ore for strip in strips)
    title, words = _("Et eksempel"), _("Et opdigtet beløb delt mellem fem virksomheder, puljen og momsen.")
    goods = [drawing(key, number) for number, key in enumerate(_GOODS) if key in KEYS]
    months = [(str(number), ore * 100) for number, ore in enumerate(_MONTHS, start=1)]
    return {
        "palette": PALETTE,
        "members": MEMBERS,
        "drawing_keys": KEYS,
        "drawing_picture": _drawing,
        "example_bar": _safe(bar_svg(strips, title=title, desc=words)),
        "example_rows": [
            SplitRow(strip.label, strip.colour, strip.ore, percent_of(strip.ore, total), "") for strip in strips
        ],
        "example_total_ore": total,
        "example_chart": _safe(chart_svg(months, title=title, desc=_("Tolv opdigtede måneder."), colour=1)),
        "example_weave": _safe(weave_svg(strips, title=title, desc=words, width=360, height=270, seed="stil")),
        "example_basket": _safe(basket_svg(strips, goods, title=title, desc=words)),
    }


def _member(number: int) -> str:
    return str(_("Virksomhed %(number)s", number=number + 1))


def _drawing(key: str, accent: int) -> Markup:
    return _safe(drawing_svg(key, accent))


def _safe(picture: str) -> Markup:
    return Markup(picture)  # noqa: S704 - drawn by ourselves, with its texts escaped
