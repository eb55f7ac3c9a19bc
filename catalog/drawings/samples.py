# ruff: noqa: S704 – the markup is our own drawing
"""One example of every picture, for the page that shows what the shop is built from. Invented figures, no database."""

from typing import Any, Final

from markupsafe import Markup

from catalog.drawings import KEYS, drawing, drawing_svg
from shop.weave import MEMBERS, PALETTE, POT, VAT, Strip, bar_svg, basket_svg, chart_svg, weave_svg

# The worked example of the split: 399.00 with VAT is 319.20 net, divided over five owners.
_OWNERS: Final = (
    Strip("0", 0, 12000, "component"),
    Strip("1", 1, 9000, "component"),
    Strip("2", 2, 4000, "component"),
    Strip("6", 6, 3000, "service"),
    Strip("pot", POT, 3920, "pot"),
    Strip("vat", VAT, 7980, "vat"),
)
_TITLE: Final = "Eksempel"
_GOODS: Final = ("coffee-bag", "jam-jar", "dish-brush", "cookies", "cider-bottle", "baklava-box")
_MONTHS: Final = (884000, 121000, 79000, 31000, 64000, 205000, 93000, 70000, 0, 113000, 158000, 407500)


def style_samples() -> dict[str, Any]:
    """Everything the style page shows beside its texts. Amounts in øre."""
    total = sum(strip.ore for strip in _OWNERS)
    goods = [drawing(key, number) for number, key in enumerate(_GOODS)]
    return {
        "palette": PALETTE,
        "members": MEMBERS,
        "drawing_keys": KEYS,
        "drawing_picture": lambda key, accent: Markup(drawing_svg(key, accent)),
        "example_basket": Markup(basket_svg(_OWNERS, goods, title=_TITLE, desc=_TITLE)),
        "example_weave": Markup(weave_svg(_OWNERS, width=480, height=300, seed="style", title=_TITLE, desc=_TITLE)),
        "example_bar": Markup(bar_svg(_OWNERS, title=_TITLE, desc=_TITLE)),
        "example_chart": Markup(
            chart_svg([(f"{n}", ore) for n, ore in enumerate(_MONTHS, 1)], title=_TITLE, desc=_TITLE)
        ),
        "example_total_ore": total,
        "example_rows": [
            {
                "label": strip.label,
                "colour": strip.colour,
                "ore": strip.ore,
                "percent": f"{strip.ore * 100 // total} %",
                "what": strip.kind,
            }
            for strip in _OWNERS
        ],
    }
