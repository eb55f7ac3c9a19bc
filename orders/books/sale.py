"""The sale of an order, booked as its parcels leave: the shares become earned, and the VAT is due.

An order may leave in several parcels. Each takes its pieces of what is not booked yet by the rule of refunds read
forwards (design § 3.3), and the last takes the rest, so that all of them come to what is left of the order's own rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from orders.books.models import (
    CANCELLATION,
    DISCOUNT,
    EARNED,
    GOODWILL,
    OWNED,
    POT,
    RECEIVABLE,
    REFUND,
    SALE,
    VAT_OUT,
    Account,
    Posting,
)
from orders.books.models import FREIGHT as FREIGHT_CODE
from orders.books.post import At, Draft, owner_at, write
from orders.models import FREIGHT, Order, OrderLine
from orders.reversals.queries import lines_left
from orders.reversals.taking import LineLeft, take_pieces
from shop.db import db
from shop.money import offset_for, part_of

_OF_SALE = (SALE, FREIGHT_CODE, DISCOUNT, REFUND, GOODWILL, CANCELLATION)
_MINE = (*OWNED, POT)


@dataclass(frozen=True, slots=True)
class Leaving:
    """How much of one line has left before, leaves now and is to leave in all, in pieces."""

    before: int
    now: int
    whole: int


@dataclass(slots=True)
class _Booked:
    """What is booked of an order's shares and of its lines' VAT, less what has been taken back of it; in øre."""

    shares: dict[int, int] = field(default_factory=dict)
    vat: dict[int, int] = field(default_factory=dict)


def post_sale(order: Order, *, now: datetime, leaving: Mapping[int, Leaving] | None = None) -> int:
    """Book all that is left of an order as it leaves, or its last parcel does; what it comes to, øre with VAT.

    `leaving`: the pieces of each line, when parcels have left before.
    """
    booked = _booked(order.id) if leaving else _Booked()
    lines = _lines(order.id)
    drafts: list[Draft] = []
    for left in lines_left(order.id):
        line = lines[left.line_id]
        gone = leaving[line.id] if leaving else Leaving(0, left.quantity, left.quantity)
        rest = _unbooked(left, booked)
        drafts += _drafts(line, rest, tuple(share.ore for share in rest.shares), rest.vat_ore, gone, "")
    write(drafts, order_id=order.id, now=now)
    return _worth(drafts)


def post_part(order: Order, *, no: int, now: datetime, leaving: Mapping[int, Leaving]) -> int:
    """Book one parcel that is not the last; what it comes to, øre with VAT. Lines without pieces in it are not touched.

    The offset of the division is drawn from the line's key and the parcel's number.
    """
    booked, lines = _booked(order.id), _lines(order.id)
    drafts: list[Draft] = []
    for left in lines_left(order.id):
        line, gone = lines[left.line_id], leaving[left.line_id]
        if not gone.now:
            continue
        rest = replace(_unbooked(left, booked), quantity=gone.whole - gone.before)
        taken = take_pieces(rest, gone.now, offset_for(f"departure:{line.key}:{no}"))
        drafts += _drafts(line, rest, taken.parts, taken.vat_ore, gone, f":{no}")
    write(drafts, order_id=order.id, now=now)
    return _worth(drafts)


def _lines(order_id: int) -> dict[int, OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order_id).options(selectinload(OrderLine.shares))
    return {line.id: line for line in db.session.scalars(query)}


def _unbooked(left: LineLeft, booked: _Booked) -> LineLeft:
    """What of a line's rows no parcel has booked yet."""
    shares = tuple(replace(share, ore=share.ore - booked.shares.get(share.share_id, 0)) for share in left.shares)
    return replace(
        left,
        net_ore=sum(share.ore for share in shares),
        vat_ore=left.vat_ore - booked.vat.get(left.line_id, 0),
        shares=shares,
    )


def _booked(order_id: int) -> _Booked:
    """From the postings themselves, refunds of what had left taken off."""
    kinds = dict(db.session.execute(select(Account.id, Account.kind)).all())
    found = _Booked()
    rows = db.session.execute(
        select(Posting.debit_id, Posting.credit_id, Posting.ore, Posting.share_id, Posting.line_id).where(
            Posting.order_id == order_id, Posting.code.in_(_OF_SALE)
        )
    )
    for debit, credit, ore, share_id, line_id in rows:
        for account, sign in ((credit, ore), (debit, -ore)):
            if share_id is not None and kinds[account] in _MINE:
                found.shares[share_id] = found.shares.get(share_id, 0) + sign
            elif line_id is not None and kinds[account] == VAT_OUT:
                found.vat[line_id] = found.vat.get(line_id, 0) + sign
    return found


def _drafts(
    line: OrderLine, left: LineLeft, parts: Sequence[int], vat_ore: int, gone: Leaving, mark: str
) -> Iterator[Draft]:  # fmt: skip
    """The postings of a line in a parcel: the price before a discount is the sale, the discount stands beside it."""
    code = FREIGHT_CODE if line.kind == FREIGHT else SALE
    let_go = {share.id: share.discount_ore for share in line.shares}
    for share, part in zip(left.shares, parts, strict=True):
        owner, discount = owner_at(share.enterprise_id, EARNED), _of(let_go[share.share_id], line, gone)
        name = f"{share.share_id}{mark}"
        yield Draft(f"sale:{name}", code, At(RECEIVABLE), owner, part + discount, line.id, share.share_id)
        yield Draft(f"discount:{name}", DISCOUNT, owner, At(RECEIVABLE), discount, line.id, share.share_id)
    discount, name = _of(line.discount_vat_ore, line, gone), f"{line.id}{mark}"
    yield Draft(f"sale_vat:{name}", code, At(RECEIVABLE), At(VAT_OUT), vat_ore + discount, line.id)
    yield Draft(f"discount_vat:{name}", DISCOUNT, At(VAT_OUT), At(RECEIVABLE), discount, line.id)


def _of(discount: int, line: OrderLine, gone: Leaving) -> int:
    """The part of a discount that belongs to the pieces of a parcel; the last has what the earlier ones left."""
    if not discount:
        return 0
    until, before = (
        part_of(discount, pieces, line.quantity) if pieces else 0 for pieces in (gone.before + gone.now, gone.before)
    )
    return until - before


def _worth(drafts: Sequence[Draft]) -> int:
    return sum(draft.ore if draft.debit == At(RECEIVABLE) else -draft.ore for draft in drafts)
