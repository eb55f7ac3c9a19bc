"""Where the money of a whole order goes: the stored shares of all its lines, one row for each owner and kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.items.facts import join_words
from orders.models import COMPONENT, DELIVERY, POT, SERVICE, Order, Share
from shop.i18n import gettext as _
from shop.i18n import language, localised
from shop.money import divide_half_up
from shop.weave import POT as POT_THREAD
from shop.weave import VAT as VAT_THREAD
from shop.weave import Strip

_ORDER = {COMPONENT: 0, SERVICE: 1, DELIVERY: 2, POT: 3}


@dataclass(frozen=True, slots=True)
class Part:
    """One owner's part of an order in øre; together they are exactly what was paid. `percent` is of the whole."""

    label: str
    what: str
    colour: int
    kind: str
    ore: int
    percent: str

    def strip(self) -> Strip:
        """The same part as a strip of the weave."""
        return Strip(self.label, self.colour, self.ore, self.kind)


def parts_of(order: Order) -> list[Part]:
    """Goods per enterprise, services, delivery, the pot and the VAT. Sums to the order's gross amount."""
    grouped: dict[tuple[str, int], list[Share]] = {}
    for line in order.lines:
        for share in line.shares:
            grouped.setdefault((share.kind, share.enterprise_id or 0), []).append(share)
    rows = sorted(grouped.values(), key=lambda shares: (_ORDER[shares[0].kind], -sum(share.ore for share in shares)))
    parts = [_part(shares, order.gross_ore) for shares in rows]
    vat = Part(
        _("Moms"), _("Går til staten"), VAT_THREAD, "vat", order.vat_ore, percent_of(order.vat_ore, order.gross_ore)
    )
    assert sum(part.ore for part in parts) + vat.ore == order.gross_ore, "the parts must sum to what is paid"
    return [*parts, vat]


def _part(shares: Sequence[Share], whole_ore: int) -> Part:
    first, ore = shares[0], sum(share.ore for share in shares)
    percent = percent_of(ore, whole_ore)
    if first.enterprise is None:
        return Part(_("Den fælles pulje"), _("Betalingsgebyr og det, vi er fælles om"), POT_THREAD, POT, ore, percent)
    names = dict.fromkeys(localised(share.item_version, "name") for share in shares if share.item_version)
    what = join_words(names)
    if first.kind == SERVICE:
        what = _("For arbejdet: %(what)s", what=what)
    return Part(first.enterprise.name, what, first.enterprise.colour, first.kind, ore, percent)


def percent_of(ore: int, whole_ore: int) -> str:
    """An amount as a percentage of a whole with one decimal, as it is written in the reader's language."""
    tenths = divide_half_up(ore * 1000, whole_ore) if whole_ore > 0 else 0
    sign, (whole, rest) = ("−" if tenths < 0 else ""), divmod(abs(tenths), 10)
    return f"{sign}{whole}.{rest}%" if language() == "en" else f"{sign}{whole},{rest} %"
