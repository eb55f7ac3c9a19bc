"""What a refund takes of a line: always from what is left of the line's own rows, never from today's prices.

Pure values; every amount in øre. Taking everything as it was sold, piece by piece in any order, leaves nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from shop.money import divide_half_up, part_of, split


@dataclass(frozen=True, slots=True)
class ShareLeft:
    """What is left of one share. `enterprise_id` is none for the common pot, whose share alone may be negative.

    `quantity` is how many of the line's pieces still have this share in them.
    """

    share_id: int
    enterprise_id: int | None
    ore: int
    quantity: int


@dataclass(frozen=True, slots=True)
class LineLeft:
    """What is left of one line: pieces, amounts, and its shares in their order."""

    line_id: int
    quantity: int
    net_ore: int
    vat_ore: int
    shares: tuple[ShareLeft, ...]

    @property
    def gross_ore(self) -> int:
        return self.net_ore + self.vat_ore


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken of a line: pieces, amounts, and the part of each of its shares, in their order."""

    line_id: int
    quantity: int
    net_ore: int
    vat_ore: int
    parts: tuple[int, ...]

    @property
    def gross_ore(self) -> int:
        return self.net_ore + self.vat_ore


class NothingLeft(ValueError):
    """More is asked for than is left."""


def take_pieces(line: LineLeft, pieces: int, offset: Fraction, *, keep: Collection[int] = ()) -> Taken:
    """Take `pieces` of the pieces left: gross and VAT by the rule of what is left, the net over the shares left.

    Shares named in `keep` are not reversed, and what they would have given up (with its VAT) is not refunded. Refuses
    (NothingLeft) more pieces than are left.
    """
    if not 1 <= pieces <= line.quantity:
        raise NothingLeft(f"{pieces} of {line.quantity} pieces")
    whole = pieces == line.quantity
    gross = part_of(line.gross_ore, pieces, line.quantity)
    vat = part_of(line.vat_ore, pieces, line.quantity)
    parts = _reverse(line, gross - vat, pieces, offset)
    if keep:
        kept = sum(part for share, part in zip(line.shares, parts, strict=True) if share.share_id in keep)
        parts = [0 if share.share_id in keep else part for share, part in zip(line.shares, parts, strict=True)]
        net = gross - vat - kept
        return Taken(line.line_id, pieces, net, _vat_of(line, net) if kept else vat, tuple(parts))
    assert not whole or gross - vat == line.net_ore, "the last piece takes all"
    return Taken(line.line_id, pieces, gross - vat, vat, tuple(parts))


def lessen(takes: Sequence[Taken], less: int, offset: Fraction) -> list[Taken]:
    """Keep back `less` øre (gross) of what is taken, because the goods have lost in value: their sellers keep it.

    Divided over the lines and over the parts above zero, in proportion. Refuses (NothingLeft) as much as is taken.
    """
    if not 0 < less < sum(take.gross_ore for take in takes):
        raise NothingLeft(f"{less} øre of what is taken")
    return [
        _lessen(take, part, offset)
        for take, part in zip(takes, split(less, [take.gross_ore for take in takes], offset), strict=True)
    ]


def _lessen(take: Taken, less: int, offset: Fraction) -> Taken:
    if not less:
        return take
    vat = divide_half_up(less * take.vat_ore, take.gross_ore)
    weights = [max(0, part) for part in take.parts]
    kept = split(less - vat, weights, offset)
    parts = tuple(part - one for part, one in zip(take.parts, kept, strict=True))
    return replace(take, net_ore=take.net_ore - (less - vat), vat_ore=take.vat_ore - vat, parts=parts)


def _reverse(line: LineLeft, net: int, pieces: int, offset: Fraction) -> list[int]:
    """Divide the net over what is left of the shares; a negative pot takes the rest, and is no weight."""
    left = [share.ore for share in line.shares]
    if min(left, default=0) < 0:
        parts = [part_of(ore, pieces, line.quantity) if ore > 0 else 0 for ore in left]
        pot = left.index(min(left))
        parts[pot] = net - sum(parts)
        return parts
    if not any(left):
        return [net if share.enterprise_id is None else 0 for share in line.shares]
    return split(net, left, offset)


def take_share(line: LineLeft, share_id: int, pieces: int) -> Taken:
    """Take one share's part of `pieces` of the line: exactly its own row, no other is touched.

    Refuses (NothingLeft) a share with nothing left, and more pieces or money than are left.
    """
    share = next(share for share in line.shares if share.share_id == share_id)
    if not 1 <= pieces <= share.quantity:
        raise NothingLeft(f"{pieces} of {share.quantity} pieces")
    net = part_of(share.ore, pieces, share.quantity)
    if not 0 < net <= line.net_ore:
        raise NothingLeft(f"{net} øre of {line.net_ore}")
    parts = tuple(net if share.share_id == share_id else 0 for share in line.shares)
    return Taken(line.line_id, 0, net, _vat_of(line, net), parts)


def take_money(line: LineLeft, gross: int, offset: Fraction) -> Taken:
    """Take money without goods: the net is split over the shares above zero; with none the pot bears it.

    Refuses (NothingLeft) more than is left of the line, or than its shares above zero have.
    """
    if not 0 < gross <= line.gross_ore:
        raise NothingLeft(f"{gross} of {line.gross_ore} øre")
    net = gross - (line.vat_ore if gross == line.gross_ore else divide_half_up(gross * line.vat_ore, line.gross_ore))
    weights = [max(0, share.ore) for share in line.shares]
    if not any(weights):
        parts = [net if share.enterprise_id is None else 0 for share in line.shares]
    elif net <= sum(weights):
        parts = split(net, weights, offset)
    else:
        raise NothingLeft(f"{net} of {sum(weights)} øre")
    return Taken(line.line_id, 0, net, gross - net, tuple(parts))


def _vat_of(line: LineLeft, net: int) -> int:
    return line.vat_ore if net == line.net_ore else divide_half_up(net * line.vat_ore, line.net_ore)


def after(line: LineLeft, taken: Taken, *, as_sold: bool = True) -> LineLeft:
    """What is left of a line when something has been taken; shares keep theirs when somebody else bears it."""
    shares = line.shares
    if as_sold:
        shares = tuple(replace(share, ore=share.ore - part) for share, part in zip(shares, taken.parts, strict=True))
    return LineLeft(
        line.line_id, line.quantity - taken.quantity, line.net_ore - taken.net_ore, line.vat_ore - taken.vat_ore, shares
    )


def spread_money(lines: Sequence[LineLeft], gross: int, offset: Fraction) -> list[Taken]:
    """Take money without goods from several lines, in proportion to what is left of each."""
    whole = sum(line.gross_ore for line in lines)
    if not 0 < gross <= whole:
        raise NothingLeft(f"{gross} of {whole} øre")
    parts = split(gross, [line.gross_ore for line in lines], offset)
    return [take_money(line, part, offset) for line, part in zip(lines, parts, strict=True) if part]


def charge(
    ore: int, owned: Sequence[tuple[int | None, int]], alone: int | None, offset: Fraction
) -> list[tuple[int | None, int]]:
    """Who pays `ore` that is not taken out of the shares: (owner, øre); no owner is the common pot.

    Everybody in `owned` (owner and share) in proportion to what is above zero; with nothing there, `alone` pays it all.
    """
    weights: dict[int | None, int] = {}
    for owner, share in owned:
        weights[owner] = weights.get(owner, 0) + max(0, share)
    if not any(weights.values()):
        return [(alone, ore)]
    return list(zip(weights, split(ore, list(weights.values()), offset), strict=True))
