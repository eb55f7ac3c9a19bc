"""The posting rules, one for each event. Each names its postings after its cause, so that it can happen only once.

sale, freight   a parcel has left      receivable → each enterprise's earned, the pot, VAT out
discount        with the sale          the shares' and the VAT's part of what was let go → receivable
receipt, fee    the buyer has paid     gateway, bank or cash → receivable; fees → gateway
due             all is paid            an enterprise's earned → its payable
refund, goodwill, cancellation         the share rows that are reversed (or who bears it) and VAT out → receivable
repaid          money given back       receivable → gateway, bank or cash
payout          the gateway's transfer gateway → bank
write_off       a small difference     written off → receivable; back again when it is paid after all
replacement     goods sent again       who bears it → each maker's payable, at the agreed price
correction      a person's own         whatever it says, with a reason
undone          a transfer was another's  receivable → bank: the receipt stands, and this answers it
reminder        a fee or interest      receivable → the pot
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from orders.books.models import (
    BANK,
    CANCELLATION,
    CORRECTION,
    DUE,
    EARNED,
    FEE,
    FEES,
    GATEWAY,
    OWNED,
    PAYABLE,
    PAYOUT,
    POT,
    RECEIPT,
    RECEIVABLE,
    REMINDER,
    REPAID,
    REPLACEMENT,
    SALE,
    UNDONE,
    VAT_OUT,
    WRITE_OFF,
    WRITTEN_OFF,
    Account,
    Posting,
)
from orders.books.models import FREIGHT as FREIGHT_CODE
from orders.books.models import GOODWILL as GOODWILL_CODE
from orders.books.models import REFUND as REFUND_CODE
from orders.books.post import At, Draft, account_ids, fees_ore, order_balance, owner_at, share_balances, write
from orders.models import Order, OrderLine, Share
from orders.reversals.models import AS_SOLD, BY_ALL, CANCEL, COMPONENT, GOODS, GOODWILL, Refund, RefundLine, RefundShare
from orders.reversals.taking import charge
from orders.states import PART_SENT
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.money import offset_from_bits
from shop.settings.read import value

REFUND_CODES = {CANCEL: CANCELLATION, GOODS: REFUND_CODE, COMPONENT: REFUND_CODE, GOODWILL: GOODWILL_CODE}


def is_sold(order_id: int) -> bool:
    """Whether an order's sale has been booked: its parcel has left."""
    return (
        db.session.scalar(
            select(Posting.id).where(Posting.order_id == order_id, Posting.code.in_((SALE, FREIGHT_CODE))).limit(1)
        )
        is not None
    )


def post_refund(refund: Refund, *, now: datetime) -> None:
    """Book a refund of what was sold. One of what had not left yet is not booked: it was never sold."""
    if not is_sold(refund.order_id):
        return
    due = _due_shares(refund.order_id)
    code = REFUND_CODES[refund.kind]
    drafts = []
    for line in _lines_of(refund):
        drafts += [_reversed(share, line, code, due) for share in line.shares]
        drafts.append(
            Draft(f"refund_vat:{line.id}", code, At(VAT_OUT), At(RECEIVABLE), line.vat_ore, line.line_id,
                  refund_id=refund.id)
        )  # fmt: skip
    write(drafts, order_id=refund.order_id, now=now)
    post_due(refund.order_id, now=now)  # the buyer may owe nothing more now, without having paid


def _lines_of(refund: Refund) -> Iterable[RefundLine]:
    return db.session.scalars(
        select(RefundLine)
        .where(RefundLine.refund_id == refund.id)
        .order_by(RefundLine.id)
        .options(selectinload(RefundLine.shares))
    )


def _due_shares(order_id: int) -> set[int]:
    """The shares that have been made payable, and may have been paid out since."""
    query = select(Posting.share_id).where(Posting.order_id == order_id, Posting.code == DUE)
    return {share_id for share_id in db.session.scalars(query) if share_id is not None}


def _reversed(share: RefundShare, line: RefundLine, code: str, due: Collection[int]) -> Draft:
    """Out of where the share stands: earned, or payable once the buyer has paid. A named bearer owes at once."""
    is_due = share.share_id is None or share.share_id in due
    owner = owner_at(share.enterprise_id, PAYABLE if is_due else EARNED)
    return Draft(
        f"refund:{share.id}", code, owner, At(RECEIVABLE), share.ore, line.line_id, share.share_id, line.refund_id,
    )  # fmt: skip


def post_receipt(order_id: int, cause: str, ore: int, *, into: str = GATEWAY, now: datetime) -> None:
    """The buyer's money has come. `cause` is the payment's own key."""
    write([Draft(f"receipt:{cause}", RECEIPT, At(into), At(RECEIVABLE), ore)], order_id=order_id, now=now)
    post_due(order_id, now=now)


def post_undone(order_id: int, cause: str, ore: int, *, out_of: str, now: datetime) -> None:
    """What was booked as the buyer's money was another's; `cause` as the receipt had it. The receipt itself stands.

    Shares that became payable by it stay payable: a supplier is not asked back for what the office got wrong. The pot
    bears it until the buyer pays.
    """
    write([Draft(f"undone:{cause}", UNDONE, At(RECEIVABLE), At(out_of), ore)], order_id=order_id, now=now)


def post_reminder(order_id: int, cause: str, ore: int, *, now: datetime) -> None:
    """A reminder's fee, or interest: the buyer owes it to the pot. No VAT: it is no payment for goods."""
    write([Draft(f"reminder:{cause}", REMINDER, At(RECEIVABLE), At(POT), ore)], order_id=order_id, now=now)


def post_fee(order_id: int | None, cause: str, ore: int, *, now: datetime) -> None:
    """What the gateway kept for itself: of a payment, or, without an order, of the whole."""
    write([Draft(f"fee:{cause}", FEE, At(FEES), At(GATEWAY), ore)], order_id=order_id, now=now)


def post_payout(payout_id: int, ore: int, *, now: datetime) -> None:
    """The gateway has sent what it held to the shop's bank account."""
    write([Draft(f"payout:{payout_id}", PAYOUT, At(BANK), At(GATEWAY), ore)], order_id=None, now=now)


def post_repaid(order_id: int, cause: str, ore: int, *, out_of: str = GATEWAY, now: datetime) -> None:
    """Money has been given back to the buyer."""
    write([Draft(f"repaid:{cause}", REPAID, At(RECEIVABLE), At(out_of), ore)], order_id=order_id, now=now)


def post_due(order_id: int, *, now: datetime, anyway: bool = False) -> None:
    """Make an order's earned shares payable once the buyer owes nothing more; a small difference is written off.

    Payable follows the invoice, which is issued when the last parcel has left: before that nothing is.
    Nobody waits for a reminder's fee: that is the pot's. `anyway`: a coordinator has said so, though the buyer has paid
    a part only.
    """
    if not is_sold(order_id) or db.session.get_one(Order, order_id).state == PART_SENT:
        return
    owed = _settle_difference(order_id, now)
    if owed > 0 and not anyway and owed > fees_ore(order_id):
        return
    owners = _owners(order_id)
    drafts = [
        Draft(f"due:{share_id}", DUE, At(EARNED, owners[share_id][0]), At(PAYABLE, owners[share_id][0]), ore,
              owners[share_id][1], share_id)
        for share_id, ore in share_balances(order_id, EARNED).items()
        if ore > 0
    ]  # fmt: skip
    write(drafts, order_id=order_id, now=now)


def _settle_difference(order_id: int, now: datetime) -> int:
    """Write off a small debt, and take back what was written off and is paid or taken back after all; what is owed."""
    owed = order_balance(order_id, RECEIVABLE)
    if 0 < owed <= int(value("limits.difference_ore")):
        _write_off(order_id, owed, now)
    elif owed < 0:
        _write_off(order_id, -min(-owed, max(0, order_balance(order_id, WRITTEN_OFF))), now)
    return order_balance(order_id, RECEIVABLE)


def _write_off(order_id: int, ore: int, now: datetime) -> None:
    """So much less to be paid (below zero: more). The order is locked: its postings of this kind can be counted."""
    query = select(func.count()).select_from(Posting).where(Posting.order_id == order_id, Posting.code == WRITE_OFF)
    reference = f"write_off:{order_id}:{db.session.scalar(query)}"
    write([Draft(reference, WRITE_OFF, At(WRITTEN_OFF), At(RECEIVABLE), ore)], order_id=order_id, now=now)


def _owners(order_id: int) -> dict[int, tuple[int | None, int]]:
    rows = db.session.execute(
        select(Share.id, Share.enterprise_id, Share.line_id)
        .join(OrderLine, OrderLine.id == Share.line_id)
        .where(OrderLine.order_id == order_id)
    )
    return {row.id: (row.enterprise_id, row.line_id) for row in rows}


def post_write_off(order: Order, *, why: str, by: By, now: datetime) -> int:
    """Give up what a buyer still owes: the pot's loss, in øre. Refuses an order on which nothing is owed."""
    owed = order_balance(order.id, RECEIVABLE)
    if owed <= 0:
        raise Refused(_("Der er ikke noget til gode på ordre %(number)s.", number=order.number))
    _write_off(order.id, owed, now)
    record("written_off", "order", order.id, by=by, now=now, why=why, ore=owed)
    post_due(order.id, now=now)
    return owed


def post_replacement(
    parcel_id: int, order_id: int, pieces: Mapping[int, int], bearer: str, bearer_id: int | None, *, now: datetime
) -> None:
    """Goods sent again at no charge: each maker is owed its agreed price anew, and whoever bears it pays that.

    `pieces` by share id. As sold: every maker bears its own, and nothing is booked.
    """
    shares = db.session.scalars(
        select(Share).where(Share.id.in_(pieces)).order_by(Share.id).options(selectinload(Share.line))
    ).all()
    drafts: list[Draft] = []
    for share in shares if bearer != AS_SOLD else ():
        ore, maker = share.basis_ore * pieces[share.id], At(PAYABLE, share.enterprise_id)
        owned = [(one.enterprise_id, one.ore) for one in share.line.shares] if bearer == BY_ALL else []
        for owner, part in charge(ore, owned, bearer_id, offset_from_bits(share.line.offset_bits)):
            debit = At(POT) if owner is None else At(PAYABLE, owner)
            if debit != maker:
                reference = f"replacement:{parcel_id}:{share.id}:{owner or 'pot'}"
                drafts.append(Draft(reference, REPLACEMENT, debit, maker, part, share.line_id))
    write(drafts, order_id=order_id, now=now)


def post_correction(
    key: str, debit: At, credit: At, ore: int, *, why: str, by: By, now: datetime, order_id: int | None = None
) -> None:
    """Answer a mistake with a posting; the same key is one.

    Refuses nothing to move, the same account twice, and an empty reason.
    """
    if ore <= 0 or debit == credit:
        raise Refused(_("En rettelse flytter et beløb fra én konto til en anden."))
    if not why.strip():
        raise Refused(_("Skriv, hvorfor der rettes."), field="why")
    if any((at.kind in OWNED) != (at.enterprise_id is not None) for at in (debit, credit)):
        raise Refused(_("Vælg, hvilken virksomheds konto det er."), field="enterprise")
    # Two clicks at once would both find nothing written: the second waits here for the first. Others' postings on the
    # account need not wait (key_share): of two corrections that go opposite ways, each would wait for the other.
    account_ids({debit, credit})
    db.session.execute(select(Account.id).where(Account.kind == debit.kind).with_for_update(key_share=True)).all()
    draft = Draft(f"correction:{key}", CORRECTION, debit, credit, ore, note=why.strip()[:200])
    if write([draft], order_id=order_id, now=now):
        record("corrected", "posting", 0, by=by, now=now, why=why, ore=ore)
