"""VAT: rates in basis points (2500 is 25 %), amounts in øre, rounded half up once per group and never per line.

The total of each (category, rate) group is fixed, the VAT of that total is taken, and divided over the group's lines
with `split` (EN 16931 adds up VAT per group and lets the lines' nets sum exactly). Documents state VAT per group alone;
a line's VAT exists so that its net can be shared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shop.money import divide_half_up, offset_for, split

FULL_BP = 10_000
"""100 % in basis points, and the highest rate accepted."""


@dataclass(frozen=True, slots=True)
class GrossLine:
    """A line priced with VAT, in øre (a consumer's). A discount line is negative."""

    gross_ore: int
    category: str
    rate_bp: int


@dataclass(frozen=True, slots=True)
class NetLine:
    """A line priced without VAT, in øre (a company's or a public body's). A discount line is negative."""

    net_ore: int
    category: str
    rate_bp: int


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line with its tax, in øre. Cannot exist unless net + VAT is gross (ValueError)."""

    gross_ore: int
    net_ore: int
    vat_ore: int
    category: str
    rate_bp: int

    def __post_init__(self) -> None:
        if self.net_ore + self.vat_ore != self.gross_ore:
            raise ValueError(f"net {self.net_ore} and VAT {self.vat_ore} do not make gross {self.gross_ore}")


@dataclass(frozen=True, slots=True)
class VatGroup:
    """What a document states for one category and rate, in øre."""

    category: str
    rate_bp: int
    net_ore: int
    vat_ore: int
    gross_ore: int


def vat_in_gross(gross_ore: int, rate_bp: int) -> int:
    """The VAT contained in a gross amount: gross × rate/(100 + rate), half up. Refuses a rate outside 0–100 %."""
    _check_rate(rate_bp)
    return divide_half_up(gross_ore * rate_bp, FULL_BP + rate_bp)


def vat_on_net(net_ore: int, rate_bp: int) -> int:
    """The VAT to add to a net amount: net × rate, half up. Refuses a rate outside 0–100 %."""
    _check_rate(rate_bp)
    return divide_half_up(net_ore * rate_bp, FULL_BP)


def tax_gross_lines(lines: Sequence[GrossLine], key: str) -> list[TaxedLine]:
    """Tax lines whose gross stays exactly as given; answers in the order of the lines.

    `key` names the order for good (its public key): the odd øre of a group fall by the offset of that text.
    """
    amounts = [line.gross_ore for line in lines]
    vats = _vat_of_lines(amounts, [(line.category, line.rate_bp) for line in lines], vat_in_gross, key)
    return [
        TaxedLine(line.gross_ore, line.gross_ore - vat, vat, line.category, line.rate_bp)
        for line, vat in zip(lines, vats, strict=True)
    ]


def tax_net_lines(lines: Sequence[NetLine], key: str) -> list[TaxedLine]:
    """Tax lines whose net stays exactly as given; VAT is taken per group on the sum of the nets, never per line."""
    amounts = [line.net_ore for line in lines]
    vats = _vat_of_lines(amounts, [(line.category, line.rate_bp) for line in lines], vat_on_net, key)
    return [
        TaxedLine(line.net_ore + vat, line.net_ore, vat, line.category, line.rate_bp)
        for line, vat in zip(lines, vats, strict=True)
    ]


def vat_groups(lines: Sequence[TaxedLine]) -> list[VatGroup]:
    """The lines added up per (category, rate), in the order in which the groups first appear."""
    groups: dict[tuple[str, int], list[TaxedLine]] = {}
    for line in lines:
        groups.setdefault((line.category, line.rate_bp), []).append(line)
    return [
        VatGroup(
            category=category,
            rate_bp=rate_bp,
            net_ore=sum(line.net_ore for line in members),
            vat_ore=sum(line.vat_ore for line in members),
            gross_ore=sum(line.gross_ore for line in members),
        )
        for (category, rate_bp), members in groups.items()
    ]


def _check_rate(rate_bp: int) -> None:
    if type(rate_bp) is not int or not 0 <= rate_bp <= FULL_BP:
        raise ValueError(f"a VAT rate is 0 to {FULL_BP} basis points, not {rate_bp!r}")


def _vat_of_lines(
    amounts: Sequence[int], groups: Sequence[tuple[str, int]], vat_of: Callable[[int, int], int], key: str
) -> list[int]:
    """Each line's VAT: the VAT of its group's total, divided over the group's lines."""
    members: dict[tuple[str, int], list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    vats = [0] * len(amounts)
    for (category, rate_bp), places in members.items():
        shares = _divide_group([amounts[place] for place in places], rate_bp, vat_of, f"vat:{key}:{category}:{rate_bp}")
        for place, share in zip(places, shares, strict=True):
            vats[place] = share
    return vats


def _divide_group(amounts: Sequence[int], rate_bp: int, vat_of: Callable[[int, int], int], key: str) -> list[int]:
    """Divide the VAT of a group's total over its lines; exact in sum, whatever the signs.

    Lines of one sign are weights as they are. With both signs (a discount line) a weight could be negative and the
    total near zero, so each line keeps the VAT of its own amount and only the few øre left over are divided.
    """
    sizes = [abs(amount) for amount in amounts]
    vat_of_group = vat_of(sum(amounts), rate_bp)
    if not any(sizes):
        return [0] * len(amounts)
    if min(amounts) >= 0 or max(amounts) <= 0:
        return split(vat_of_group, sizes, offset_for(key))
    own = [vat_of(amount, rate_bp) for amount in amounts]
    left_over = split(vat_of_group - sum(own), sizes, offset_for(key))
    return [vat + more for vat, more in zip(own, left_over, strict=True)]
