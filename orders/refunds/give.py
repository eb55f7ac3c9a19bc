"""Take back what was ordered, or give money back: the verbs of a refund. The order is locked by the caller.

Before the parcel has left nothing was sold: what is taken back is cancelled, and less is drawn from the card. After it
the share rows are reversed (or a named bearer is charged), a credit note is issued and the money goes back.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from orders.books.post import received_ore
from orders.books.rules import post_refund
from orders.documents.issue import find_invoice, issue_credit_note, issue_invoice_anew
from orders.documents.lines import credit_lines, frozen_lines, lines_anew
from orders.documents.models import Document
from orders.models import PUBLIC, Order
from orders.payments.credit import due_day
from orders.payments.pay import end_payments
from orders.payments.repay import ask_to_repay
from orders.refunds.goods import give_back
from orders.refunds.plan import Cause, Plan, charged, plan_component, plan_goodwill, plan_pieces
from orders.reversals.models import Refund, RefundLine, RefundShare
from orders.reversals.taking import Taken
from orders.states import PLACED
from orders.tell import tell_buyer
from shop.days import local_day
from shop.db import db
from shop.journal.record import By, record


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
    plan = plan_pieces(order, picks, cause, keep=keep, less_ore=less_ore)
    refund = _write(order, plan, cause, by, now)
    give_back(order, refund, [(take.line_id, take.quantity, None) for _line, take in plan.takes], now=now, keep=keep)
    return _finish(order, refund, cause, by, now)


def refund_component(order: Order, share_id: int, pieces: int, cause: Cause, *, by: By, now: datetime) -> Refund:
    """Take one enterprise's part out of `pieces` of its line: exactly its own row; nobody else is touched.

    Refuses a share with nothing left, more pieces than are left, and an order that is over.
    """
    known = find_refund(cause.key)
    if known is not None:
        return known
    plan = plan_component(order, share_id, pieces, cause)
    refund = _write(order, plan, cause, by, now)
    give_back(order, refund, [(plan.takes[0][1].line_id, pieces, share_id)], now=now)
    return _finish(order, refund, cause, by, now)


def refund_goodwill(order: Order, gross_ore: int, cause: Cause, *, by: By, now: datetime) -> Refund:
    """Give money without goods: so many øre with VAT, over the lines by what is left of each.

    Refuses nothing, more than is left, and an order that is over.
    """
    known = find_refund(cause.key)
    if known is not None:
        return known
    refund = _write(order, plan_goodwill(order, gross_ore, cause), cause, by, now)
    return _finish(order, refund, cause, by, now)


def find_refund(key: str) -> Refund | None:
    """The refund of a cause, if it has been made."""
    return db.session.scalar(select(Refund).where(Refund.key == key))


def _write(order: Order, plan: Plan, cause: Cause, by: By, now: datetime) -> Refund:
    refund = Refund(
        key=cause.key,
        order_id=order.id,
        kind=plan.kind,
        bearer=cause.bearer.kind,
        bearer_id=cause.bearer.enterprise_id,
        why=cause.why,
        note=cause.note,
        stock_back=cause.stock_back,
        by_name=by.by_name[:200],
        at=now,
        offset_bits=cause.offset_bits,
        net_ore=plan.net_ore,
        vat_ore=plan.vat_ore,
        gross_ore=plan.gross_ore,
        lines=[_refund_line(take, charged(plan, line, take, cause)) for line, take in plan.takes],
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


def _credit(order: Order, refund: Refund, by: By, now: datetime, *, render: bool) -> bool:
    """What has been invoiced is credited; before that there is nothing to credit."""
    invoice = find_invoice(order.id)
    if invoice is None or refund.gross_ore == 0:
        return False
    if order.buyer_kind == PUBLIC:
        _invoice_anew(order, invoice, refund, by, now, render=render)
        return True
    lines = [line for line in credit_lines(refund) if line.gross_ore]
    issue_credit_note(
        order, about=invoice, lines=lines, refund_id=refund.id, why=refund.why, now=now, by=by, render=render
    )
    return True


def _invoice_anew(order: Order, invoice: Document, refund: Refund, by: By, now: datetime, *, render: bool) -> None:
    """A public body's invoice is never credited in part: the whole of it, and a new one of what remains (DK-BR-002)."""
    left = lines_anew(order)
    issue_credit_note(
        order, about=invoice, lines=frozen_lines(invoice.data), refund_id=refund.id, why=refund.why, now=now, by=by,
        render=render, anew=bool(left),
    )  # fmt: skip
    if left:
        issue_invoice_anew(
            order, replaces=invoice, lines=left, paid_ore=received_ore(order.id),
            due_on=due_day(order.id, local_day(now)), now=now, by=by, render=render,
        )  # fmt: skip


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
        tell_buyer(order, "order_reduced", refund.id, now=now, refund_id=refund.id)
    return refund
