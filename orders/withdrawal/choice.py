"""What can be withdrawn from of an order, what of it is excepted, and what comes back for it. Amounts in øre, gross."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from catalog.items.models import ItemVersion
from orders.checkout.contents import PERISHABLE, PERSONALISED, SEALED
from orders.models import COMPONENT, FREIGHT, Order, OrderLine, Share
from orders.reversals.queries import lines_left
from orders.reversals.taking import take_pieces
from orders.states import CANCELLED, CONFIRMED, EXPIRED, PACKED, PLACED
from orders.withdrawal.queries import pieces_under_way
from shop.i18n import localised
from shop.money import offset_for

UNSENT = (PLACED, CONFIRMED, PACKED)
NEVER = (PERISHABLE, PERSONALISED)  # forbrugeraftaleloven § 18, stk. 2, nos. 3 and 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of goods. `left` pieces can still be withdrawn from; `never` and `sealed` name what is excepted in it.

    `is_excepted`: it is sold alone and has no right of withdrawal at all.
    """

    line: OrderLine
    left: int
    never: tuple[str, ...]
    sealed: tuple[str, ...]
    is_excepted: bool

    @property
    def name(self) -> str:
        return localised(self.line, "text")


def choices_of(order: Order) -> list[Choice]:
    """Every line of goods of an order, with the pieces that are neither taken back nor withdrawn from already.

    Nothing is excepted before it is sent: then it is only cancelled.
    """
    held = pieces_under_way(order.id)
    left = {one.line_id: one.quantity for one in lines_left(order.id)}
    is_over = order.state in (CANCELLED, EXPIRED)
    return [
        _choice(line, 0 if is_over else max(0, left[line.id] - held.get(line.id, 0)), order.state not in UNSENT)
        for line in order.lines
        if line.kind != FREIGHT
    ]


def _choice(line: OrderLine, left: int, is_sent: bool) -> Choice:
    never = _names(line, NEVER) if is_sent else ()
    sealed = _names(line, (SEALED,)) if is_sent else ()
    is_excepted = bool(never) and line.item_version is not None
    return Choice(line, 0 if is_excepted else left, never, sealed, is_excepted)


def _names(line: OrderLine, kinds: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(localised(version, "name") for _share, version in _goods(line, kinds)))


def _goods(line: OrderLine, kinds: Collection[str]) -> list[tuple[Share, ItemVersion]]:
    """The shares of a line that are goods with one of these exceptions."""
    return [
        (share, share.item_version)
        for share in line.shares
        if share.kind == COMPONENT and share.item_version and share.item_version.withdrawal_exception in kinds
    ]


def available(order: Order) -> dict[int, int]:
    """The pieces that can be withdrawn from, by line id; lines with none are left out."""
    return {choice.line.id: choice.left for choice in choices_of(order) if choice.left}


def sealed_shares(order: Order, picks: Mapping[int, int]) -> list[Share]:
    """The shares of sealed goods among what is withdrawn from: whether they were opened is seen when they come back."""
    return [share for line in order.lines if line.id in picks for share, _version in _goods(line, (SEALED,))]


def kept_shares(order: Order, opened: Collection[int] = ()) -> set[int]:
    """The shares that are not paid back: goods without the right, and sealed goods that came back opened.

    Of what is sold alone nothing is paid back then, the pot's part neither.
    """
    if order.state in UNSENT:
        return set()
    kept = {share.id for line in order.lines for share, _version in _goods(line, NEVER)} | set(opened)
    for line in order.lines:
        if line.item_version is not None and any(share.id in kept for share in line.shares):
            kept |= {share.id for share in line.shares}
    return kept


def with_freight(order: Order, picks: Mapping[int, int], left: Mapping[int, int]) -> dict[int, int]:
    """The picks, and the delivery with them when nothing else of the order is left (§ 22: all payments)."""
    goods = {line.id for line in order.lines if line.kind != FREIGHT}
    if any(left.get(line_id, 0) != picks.get(line_id, 0) for line_id in goods):
        return dict(picks)
    freight = [line.id for line in order.lines if line.kind == FREIGHT and line.gross_ore > 0 and left.get(line.id)]
    return {**picks, **dict.fromkeys(freight, 1)}


@dataclass(frozen=True, slots=True)
class Back:
    """What comes back: so many øre for so many pieces of a line."""

    line: OrderLine
    quantity: int
    gross_ore: int


def refund_of(order: Order, picks: Mapping[int, int], *, key: str, opened: Collection[int] = ()) -> Sequence[Back]:
    """What would come back for some pieces now, line by line, the delivery last: exactly what the refund will be.

    Pieces of other withdrawals under way are counted as gone already.
    """
    held, lines = pieces_under_way(order.id, but=key), {line.id: line for line in order.lines}
    found = lines_left(order.id)
    left = {one.line_id: one.quantity - held.get(one.line_id, 0) for one in found}
    taken, keep = with_freight(order, picks, left), kept_shares(order, opened)
    offset = offset_for(f"refund:{refund_key(key)}")
    backs = []
    for one in found:
        pieces = min(taken.get(one.line_id, 0), one.quantity)
        if pieces:
            gross = take_pieces(one, pieces, offset, keep=keep).gross_ore
            backs.append(Back(lines[one.line_id], pieces, gross))
    return backs


def refund_key(key: str) -> str:
    """The fixed text under which a withdrawal is paid back, however often it is asked for."""
    return f"withdrawal:{key}"
