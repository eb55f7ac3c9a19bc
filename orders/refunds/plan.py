"""What a refund would take, and out of whose money: worked out once, to be shown first and to be done afterwards.

Everything that can be refused is refused here. Nothing is written.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from orders.books.rules import is_sold
from orders.models import FREIGHT, Order, OrderLine
from orders.reversals.models import AS_SOLD, BY_ALL, BY_ENTERPRISE, CANCEL, COMPONENT, GOODS, GOODWILL, RefundShare
from orders.reversals.queries import lines_left
from orders.reversals.taking import (
    LineLeft,
    NothingLeft,
    Taken,
    charge,
    lessen,
    spread_money,
    take_pieces,
    take_share,
)
from orders.states import CANCELLED, EXPIRED
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.money import offset_bits, offset_from_bits


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears a refund: as it was sold (each its own share), the pot, one enterprise, or all with a share."""

    kind: str = AS_SOLD
    enterprise_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is taken back. `key` is the cause's own name: the same cause is one refund.

    `note` is read by those who bear it; `stock_back`: the goods are fit to be sold again; `render`: let the worker
    make the credit note's PDF and post it; `is_told`: the buyer is told by a letter of the cause's own.
    """

    key: str
    why: str
    bearer: Bearer = Bearer()
    note: str = ""
    stock_back: bool = False
    render: bool = True
    is_told: bool = False

    @property
    def offset_bits(self) -> int:
        """The u of its divisions, as stored."""
        return offset_bits(f"refund:{self.key}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is taken of which lines. `left` is the order before it; `alone`: the pieces one share is taken out of."""

    kind: str
    left: Sequence[LineLeft]
    takes: Sequence[tuple[LineLeft, Taken]]
    was_sold: bool
    alone: Mapping[int, int] = field(default_factory=dict)

    @property
    def net_ore(self) -> int:
        return sum(take.net_ore for _line, take in self.takes)

    @property
    def vat_ore(self) -> int:
        return sum(take.vat_ore for _line, take in self.takes)

    @property
    def gross_ore(self) -> int:
        return self.net_ore + self.vat_ore


def plan_pieces(
    order: Order, picks: Mapping[int, int], cause: Cause, *, keep: Collection[int] = (), less_ore: int = 0
) -> Plan:
    """Pieces of lines ({line id: pieces}). Refuses what `refund_pieces` refuses."""
    lines = lines_left(order.id)
    left = {line.line_id: line for line in lines}
    wanted = {line_id: pieces for line_id, pieces in picks.items() if pieces}
    if not wanted or not wanted.keys() <= left.keys():
        raise _nothing_chosen()
    offset = offset_from_bits(cause.offset_bits)

    def take() -> list[Taken]:
        taken = [take_pieces(left[line_id], pieces, offset, keep=keep) for line_id, pieces in wanted.items()]
        return lessen(taken, less_ore, offset) if less_ore else taken

    taken = _unless_too_much(take)
    plan = _plan(order, GOODS, lines, taken, cause)
    if not plan.was_sold:
        _check_not_whole(order, lines, wanted)
    return plan


def plan_component(order: Order, share_id: int, pieces: int, cause: Cause) -> Plan:
    """One enterprise's part out of `pieces` of its line. Refuses what `refund_component` refuses."""
    lines = lines_left(order.id)
    line = next((line for line in lines if any(share.share_id == share_id for share in line.shares)), None)
    if line is None:
        raise _nothing_chosen()
    taken = _unless_too_much(lambda: [take_share(line, share_id, pieces)])
    return _plan(order, COMPONENT, lines, taken, cause, alone={share_id: pieces})


def plan_goodwill(order: Order, gross_ore: int, cause: Cause) -> Plan:
    """Money without goods, with VAT. Refuses what `refund_goodwill` refuses."""
    lines = lines_left(order.id)
    some = [line for line in lines if line.gross_ore > 0]
    taken = _unless_too_much(lambda: spread_money(some, gross_ore, offset_from_bits(cause.offset_bits)))
    return _plan(order, GOODWILL, lines, taken, cause)


def _plan(
    order: Order,
    kind: str,
    lines: Sequence[LineLeft],
    taken: Sequence[Taken],
    cause: Cause,
    alone: Mapping[int, int] | None = None,
) -> Plan:
    was_sold = is_sold(order.id)
    _check_open(order, cause.bearer, sold=was_sold)
    left = {line.line_id: line for line in lines}
    takes = [(left[take.line_id], take) for take in taken]
    return Plan(kind if was_sold or kind == GOODWILL else CANCEL, lines, takes, was_sold, alone or {})


def _nothing_chosen() -> Refused:
    return Refused(_("Vælg, hvad der skal refunderes."), field="picks")


def _unless_too_much(take: Callable[[], list[Taken]]) -> list[Taken]:
    try:
        return take()
    except NothingLeft:
        raise Refused(_("Så meget er der ikke tilbage at give."), field="amount") from None


def _check_not_whole(order: Order, left: Sequence[LineLeft], picks: Mapping[int, int]) -> None:
    freight = set(
        db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id, OrderLine.kind == FREIGHT))
    )
    if not any(line.quantity > picks.get(line.line_id, 0) for line in left if line.line_id not in freight):
        raise Refused(_("Så er der ikke noget tilbage af ordren. Annullér den hele i stedet."))


def _check_open(order: Order, bearer: Bearer, *, sold: bool) -> None:
    if order.state in (CANCELLED, EXPIRED):
        raise Refused(_("Ordre %(number)s er annulleret. Der er ikke noget at give tilbage.", number=order.number))
    if (bearer.kind == BY_ENTERPRISE) != (bearer.enterprise_id is not None):
        raise Refused(_("Vælg, hvem der bærer det."), field="bearer")
    if not sold and bearer.kind != AS_SOLD:
        raise Refused(
            _("Pakken er ikke sendt endnu, så der er ikke noget, nogen skal bære. Vælg «som solgt»."), field="bearer"
        )


def charged(plan: Plan, line: LineLeft, take: Taken, cause: Cause) -> list[RefundShare]:
    """Who pays for what is taken of a line; the rows sum to its net amount."""
    if cause.bearer.kind == AS_SOLD:
        return [
            RefundShare(
                share_id=share.share_id,
                enterprise_id=share.enterprise_id,
                pieces=plan.alone.get(share.share_id, 0),
                ore=part,
            )
            for share, part in zip(line.shares, take.parts, strict=True)
            if part
        ]
    shared = cause.bearer.kind == BY_ALL
    owned = [(share.enterprise_id, share.ore) for share in line.shares] if shared else []
    parts = charge(take.net_ore, owned, cause.bearer.enterprise_id, offset_from_bits(cause.offset_bits))
    return [RefundShare(share_id=None, enterprise_id=owner, ore=part) for owner, part in parts if part]
