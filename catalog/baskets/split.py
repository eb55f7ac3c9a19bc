"""*Hvor går pengene hen?*: how the price of one basket divides, as a ribbon and as a table that says the same."""

from dataclasses import dataclass

from catalog.baskets.models import BasketVersion
from catalog.baskets.shares import POT_KIND, SERVICE, Slice, slices_of
from catalog.items.facts import join_words
from shop.i18n import gettext as _
from shop.i18n import language, pick
from shop.money import divide_half_up, format_kr
from shop.weave import VAT, Strip, bar_svg


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One line of the table: who, for what, how much. `percent` is of the whole, rounded."""

    label: str
    colour: int
    ore: int
    percent: str
    what: str


@dataclass(frozen=True, slots=True)
class PriceSplit:
    """The ribbon (SVG) and the rows, together exactly the gross price."""

    bar: str
    rows: tuple[SplitRow, ...]
    total_ore: int


def split_of(version: BasketVersion) -> PriceSplit:
    """How the price of one basket divides: every enterprise, every service, the pot, and the VAT."""
    slices = slices_of(version)
    vat_ore = version.gross_ore - version.net_ore
    rows = [_row(part, version.gross_ore) for part in slices]
    rows.append(SplitRow(_("Moms"), VAT, vat_ore, _percent(vat_ore, version.gross_ore), _("Går til staten")))
    strips = [part.strip() for part in slices] + [Strip("", VAT, vat_ore, "vat")]
    words = join_words(f"{row.label} {format_kr(row.ore, language())}" for row in rows)
    name = pick(version.name_da, version.name_en)
    bar = bar_svg(strips, title=_("Sådan deles prisen på %(name)s", name=name), desc=words)
    return PriceSplit(bar, tuple(rows), version.gross_ore)


def _row(part: Slice, gross_ore: int) -> SplitRow:
    percent = _percent(part.ore, gross_ore)
    if part.kind == POT_KIND or part.enterprise is None:
        what = _("Betalingsgebyr og det, vi er fælles om")
        return SplitRow(_("Den fælles pulje"), part.colour, part.ore, percent, what)
    names = part.names_en if language() == "en" else part.names_da
    what = join_words(names)
    return SplitRow(
        part.enterprise.name,
        part.colour,
        part.ore,
        percent,
        _("For arbejdet: %(what)s", what=what) if part.kind == SERVICE else what,
    )


def _percent(ore: int, of_ore: int) -> str:
    percent = divide_half_up(100 * ore, of_ore) if of_ore else 0
    return f"{percent}\N{NO-BREAK SPACE}%" if language() == "da" else f"{percent}%"
