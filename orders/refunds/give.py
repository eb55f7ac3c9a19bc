"""Take back what was ordered, or give money back: the verbs of a refund. The order is locked by the caller.

Before the parcel has left nothing was sold: what is taken back is cancelled, and less is drawn from the card. After it
the share rows are reversed (or a named bearer is charged), a credit note is issued and the money goes back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from orders.books.rules import is_sold, post_refund
from orders.documents.issue import find_invoice, issue_credit_note
from orders.documents.lines import credit_lines
from orders.models import FREIGHT, Order, OrderLine
from orders.payments.pay import end_payments
from orders.payments.repay import ask_to_repay
from orders.refunds.goods import give_back
from orders.reversals.models import (
    AS_SOLD,
    BY_ALL,
    BY_ENTERPRISE,
    CANCEL,
    COMPONENT,
    GOODS,
    GOODWILL,
    Refund,
    RefundLine,
    RefundShare,
)
from orders.reversals.queries import lines_left
from orders.reversals.taking import LineLeft, NothingLeft, Taken, lessen, spread_money, take_pieces, take_share
from orders.states import CANCELLED, EXPIRED, PLACED
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.mail.post import post_letter
from shop.money import offset_bits, offset_from_bits, split


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


def refund_pieces(
    order: Order,
    picks: Mapping[int, int],
    cause: Cause,
    *,
    by: By,
    now: datetime,
    keep: Collection[int] = (),
    less_ore: int = 0,
) -> Refund:
    """Take back pieces of lines ({line id: pieces}; the freight is a line too). Shares named in `keep` stand.

    `less_ore` (gross) is kept back for what the goods have lost in value. Refuses more than is left, nothing at all, an
    order that is over, and the whole of one that has not left (cancel it instead).
    """
    known = find_refund(cause.key)
    if known is not None:
        return known
    bits, left = offset_bits(f"refund:{cause.key}"), {line.line_id: line for line in lines_left(order.id)}
    wanted = {line_id: pieces for line_id, pieces in picks.items() if pieces}
    if not wanted or not wanted.keys() <= left.keys():
        raise Refused(_("Vælg, hvad der skal refunderes."), field="picks")
    try:
        taken = [
            take_pieces(left[line_id], pieces, offset_from_bits(bits), keep=keep) for line_id, pieces in wanted.items()
        ]
        if less_ore:
            taken = lessen(taken, less_ore, offset_from_bits(bits))
    except NothingLeft:
        raise too_much() from None
    takes = [(left[take.line_id], take) for take in taken]
    check_not_whole(order, list(left.values()), wanted)
    refund = _write(order, GOODS, cause, bits, takes, {}, by, now)
    give_back(order, refund, [(take.line_id, take.quantity, None) for take in taken], now=now, keep=keep)
    return _finish(order, refund, cause, by, now)


def refund_component(order: Order, share_id: int, pieces: int, cause: Cause, *, by: By, now: datetime) -> Refund:
    """Take one enterprise's part out of `pieces` of its line: exactly its own row; nobody else is touched.

    Refuses a share with nothing left, more pieces than are left, and an order that is over.
    """
    known = find_refund(cause.key)
    if known is not None:
        return known
    line = next(
        (line for line in lines_left(order.id) if any(share.share_id == share_id for share in line.shares)), None
    )
    if line is None:
        raise Refused(_("Vælg, hvad der skal refunderes."), field="picks")
    try:
        take = take_share(line, share_id, pieces)
    except NothingLeft:
        raise too_much() from None
    bits = offset_bits(f"refund:{cause.key}")
    refund = _write(order, COMPONENT, cause, bits, [(line, take)], {share_id: pieces}, by, now)
    give_back(order, refund, [(line.line_id, pieces, share_id)], now=now)
    return _finish(order, refund, cause, by, now)


def refund_goodwill(order: Order, gross_ore: int, cause: Cause, *, by: By, now: datetime) -> Refund:
    """Give money without goods: so many øre with VAT, over the lines by what is left of each.

    Refuses nothing, more than is left, and an order that is over.
    """
    known = find_refund(cause.key)
    if known is not None:
        return known
    bits = offset_bits(f"refund:{cause.key}")
    lines = [line for line in lines_left(order.id) if line.gross_ore > 0]
    try:
        takes = spread_money(lines, gross_ore, offset_from_bits(bits))
    except NothingLeft:
        raise too_much() from None
    by_id = {line.line_id: line for line in lines}
    refund = _write(order, GOODWILL, cause, bits, [(by_id[take.line_id], take) for take in takes], {}, by, now)
    return _finish(order, refund, cause, by, now)


def find_refund(key: str) -> Refund | None:
    """The refund of a cause, if it has been made."""
    return db.session.scalar(select(Refund).where(Refund.key == key))


def too_much() -> Refused:
    """What is said when more is asked for than is left."""
    return Refused(_("Så meget er der ikke tilbage at give."), field="amount")


def check_not_whole(order: Order, left: Sequence[LineLeft], picks: Mapping[int, int]) -> None:
    """Refuse to take every piece out of an order that has not left: it is cancelled as a whole."""
    freight = set(
        db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id, OrderLine.kind == FREIGHT))
    )
    stays = any(line.quantity > picks.get(line.line_id, 0) for line in left if line.line_id not in freight)
    if not stays and not is_sold(order.id):
        raise Refused(_("Så er der ikke noget tilbage af ordren. Annullér den hele i stedet."))


def check_open(order: Order, bearer: Bearer, *, sold: bool) -> None:
    """Refuse an order that is over, a bearer who is not named, and anybody bearing what has not been sold."""
    if order.state in (CANCELLED, EXPIRED):
        raise Refused(_("Ordre %(number)s er annulleret. Der er ikke noget at give tilbage.", number=order.number))
    if (bearer.kind == BY_ENTERPRISE) != (bearer.enterprise_id is not None):
        raise Refused(_("Vælg, hvem der bærer det."), field="bearer")
    if not sold and bearer.kind != AS_SOLD:
        raise Refused(
            _("Pakken er ikke sendt endnu, så der er ikke noget, nogen skal bære. Vælg «som solgt»."), field="bearer"
        )


def _write(
    order: Order,
    kind: str,
    cause: Cause,
    bits: int,
    takes: Sequence[tuple[LineLeft, Taken]],
    alone: Mapping[int, int],
    by: By,
    now: datetime,
) -> Refund:
    sold = is_sold(order.id)
    check_open(order, cause.bearer, sold=sold)
    refund = Refund(
        key=cause.key,
        order_id=order.id,
        kind=kind if sold or kind == GOODWILL else CANCEL,
        bearer=cause.bearer.kind,
        bearer_id=cause.bearer.enterprise_id,
        why=cause.why,
        note=cause.note,
        stock_back=cause.stock_back,
        by_name=by.by_name[:200],
        at=now,
        offset_bits=bits,
        net_ore=sum(take.net_ore for _line, take in takes),
        vat_ore=sum(take.vat_ore for _line, take in takes),
        gross_ore=sum(take.gross_ore for _line, take in takes),
        lines=[_refund_line(take, charged(line, take, cause.bearer, bits, alone)) for line, take in takes],
    )
    db.session.add(refund)
    db.session.flush()
    return refund


def _refund_line(take: Taken, shares: list[RefundShare]) -> RefundLine:
    return RefundLine(
        line_id=take.line_id,
        quantity=take.quantity,
        net_ore=take.net_ore,
        vat_ore=take.vat_ore,
        gross_ore=take.gross_ore,
        shares=shares,
    )


def charged(line: LineLeft, take: Taken, bearer: Bearer, bits: int, alone: Mapping[int, int]) -> list[RefundShare]:
    """Who pays for what is taken of a line; the rows sum to its net amount."""
    if bearer.kind == AS_SOLD:
        return [
            RefundShare(
                share_id=share.share_id,
                enterprise_id=share.enterprise_id,
                pieces=alone.get(share.share_id, 0),
                ore=part,
            )
            for share, part in zip(line.shares, take.parts, strict=True)
            if part
        ]
    if bearer.kind == BY_ALL:
        weights: dict[int | None, int] = {}
        for share in line.shares:
            weights[share.enterprise_id] = weights.get(share.enterprise_id, 0) + max(0, share.ore)
        if any(weights.values()):
            parts = split(take.net_ore, list(weights.values()), offset_from_bits(bits))
            return [
                RefundShare(share_id=None, enterprise_id=owner, ore=part)
                for owner, part in zip(weights, parts, strict=True)
                if part
            ]
    return [RefundShare(share_id=None, enterprise_id=bearer.enterprise_id, ore=take.net_ore)] if take.net_ore else []


def _credit(order: Order, refund: Refund, by: By, now: datetime, *, render: bool) -> bool:
    """What has been invoiced is credited; before that there is nothing to credit."""
    invoice = find_invoice(order.id)
    if invoice is None or refund.gross_ore == 0:
        return False
    lines = [line for line in credit_lines(refund) if line.gross_ore]
    issue_credit_note(
        order, about=invoice, lines=lines, refund_id=refund.id, why=refund.why, now=now, by=by, render=render
    )
    return True


def _finish(order: Order, refund: Refund, cause: Cause, by: By, now: datetime) -> Refund:
    if order.state == PLACED:
        end_payments(order, now=now)  # a payment begun is of another amount
    post_refund(refund, now=now)
    is_credited = _credit(order, refund, by, now, render=cause.render)
    ask_to_repay(order.id, f"refund:{refund.id}", refund.gross_ore, now=now)
    record(
        "refunded", "order", order.id, by=by, now=now, why=refund.why,
        refund_id=refund.id, kind=refund.kind, gross_ore=refund.gross_ore,
    )  # fmt: skip
    if not is_credited and not cause.is_told:  # else the credit note tells it
        _tell(order, refund, now)
    return refund


def _tell(order: Order, refund: Refund, now: datetime) -> None:
    post_letter(
        "order_reduced",
        f"order_reduced:{refund.id}",
        to=order.buyer_email,
        language=order.language,
        now=now,
        about="order",
        about_id=order.id,
        order_id=order.id,
        refund_id=refund.id,
    )
