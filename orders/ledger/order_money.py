"""One order's money: where the buyer's krone goes, what was taken back and who bore it, and what has been booked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from orders.books.models import (
    FEE,
    FREIGHT,
    POT,
    RECEIPT,
    REMINDER,
    REPAID,
    SALE,
    UNDONE,
    VAT_OUT,
    WRITE_OFF,
    WRITTEN_OFF,
    Account,
    Posting,
)
from orders.ledger.postings import OF
from orders.ledger.words import BEARERS, REFUNDS
from orders.models import POT as POT_SHARE
from orders.models import Order
from orders.refunds.discount import discounts_of
from orders.reversals.models import Refund, RefundLine
from orders.shares.whole import parts_of, percent_of
from orders.states import CANCELLED, EXPIRED
from shop.db import db
from shop.i18n import gettext as _
from shop.i18n import language
from shop.journal.models import JournalEntry
from shop.money import format_kr
from shop.people.models import Enterprise
from shop.weave import POT as POT_THREAD
from shop.weave import VAT as VAT_THREAD
from shop.weave import Strip, bar_svg


@dataclass(slots=True)
class Piece:
    """One owner's part of an order, in øre: as sold, taken back out of it, charged beside it. `account` is its key."""

    label: str
    what: str
    colour: int
    kind: str
    account: str
    sold_ore: int
    back_ore: int = 0
    charged_ore: int = 0
    percent: str = ""

    @property
    def now_ore(self) -> int:
        return self.sold_ore - self.back_ore - self.charged_ore


@dataclass(frozen=True, slots=True)
class Told:
    """One refund as the office reads it: what, why, and from whom how much was taken."""

    refund: Refund
    kind: str
    bearer: str
    owners: Sequence[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """All of it. `pieces` sum to what is left of the order, with VAT; `booked`: øre by code, where there is any."""

    pieces: Sequence[Piece]
    refunds: Sequence[Told]
    booked: dict[str, int]
    gross_ore: int
    bar: str
    discounts: Sequence[tuple[JournalEntry, str]]

    @property
    def is_sold(self) -> bool:
        return SALE in self.booked or FREIGHT in self.booked

    @property
    def back_ore(self) -> int:
        return sum(told.refund.gross_ore for told in self.refunds)

    @property
    def now_ore(self) -> int:
        return self.gross_ore - self.back_ore

    @property
    def received_ore(self) -> int:
        return self.booked.get(RECEIPT, 0) - self.booked.get(REPAID, 0) - self.booked.get(UNDONE, 0)

    @property
    def reminders_ore(self) -> int:
        """What reminders have cost: fees and interest."""
        return self.booked.get(REMINDER, 0)

    @property
    def fee_ore(self) -> int:
        return self.booked.get(FEE, 0)

    @property
    def written_off_ore(self) -> int:
        return self.booked.get(WRITE_OFF, 0)

    @property
    def rest_ore(self) -> int:
        """What the buyer still owes; below zero the shop owes the buyer."""
        return self.now_ore + self.reminders_ore - self.received_ore - self.written_off_ore


def money_of(order: Order) -> OrderMoney:
    """The money of an order whose lines and shares are loaded: six questions."""
    refunds = db.session.scalars(
        select(Refund)
        .where(Refund.order_id == order.id)
        .order_by(Refund.id)
        .options(selectinload(Refund.lines).selectinload(RefundLine.shares))
    ).all()
    booked = _booked(order.id)
    owners = _owners(order, refunds)
    pieces = _pieces(order, refunds, owners)
    over = order.state in (CANCELLED, EXPIRED)
    return OrderMoney(
        pieces,
        [_told(refund, owners) for refund in refunds],
        booked,
        0 if over else order.gross_ore,
        _bar(order, pieces),
        [(entry, _bearer(entry, owners)) for entry in discounts_of(order.id)],
    )


def _booked(order_id: int) -> dict[str, int]:
    """What has been booked of each code; what was written off is less what was paid after all."""
    account = select(Account.id).where(Account.kind == WRITTEN_OFF).scalar_subquery()
    ore = func.sum(case((Posting.credit_id == account, -Posting.ore), else_=Posting.ore))
    rows = db.session.execute(
        select(Posting.code, ore.label("ore")).where(Posting.order_id == order_id).group_by(Posting.code)
    )
    return {row.code: int(row.ore) for row in rows}


def _bearer(entry: JournalEntry, owners: dict[int, Enterprise]) -> str:
    owner = owners.get(entry.details.get("bearer_id") or 0)
    return owner.name if owner else str(BEARERS.get(entry.details.get("bearer", ""), ""))


def _owners(order: Order, refunds: Sequence[Refund]) -> dict[int, Enterprise]:
    found = {share.enterprise.id: share.enterprise for line in order.lines for share in line.shares if share.enterprise}
    charged = {share.enterprise_id for refund in refunds for line in refund.lines for share in line.shares}
    others = {owner for owner in charged if owner is not None} - found.keys()
    if others:
        found |= {row.id: row for row in db.session.scalars(select(Enterprise).where(Enterprise.id.in_(others)))}
    return found


def _pieces(order: Order, refunds: Sequence[Refund], owners: dict[int, Enterprise]) -> list[Piece]:
    """The rows of the split (goods, services, delivery, the pot, the VAT), each less what was taken of it."""
    kinds = {share.id: (share.kind, share.enterprise_id or 0) for line in order.lines for share in line.shares}
    keys = list(dict.fromkeys(kinds.values()))
    found: dict[tuple[str, int], Piece] = {}
    for part in parts_of(order):
        if part.kind == "vat":
            key = ("vat", 0)
        elif part.kind == POT_SHARE:
            key = (POT_SHARE, 0)
        else:
            key = next(key for key in keys if key[0] == part.kind and owners[key[1]].name == part.label)
        found[key] = Piece(
            part.label, part.what, part.colour, part.kind, _account(*key), part.ore, percent=part.percent
        )
    for refund in refunds:
        found["vat", 0].back_ore += refund.vat_ore
        for share in (share for line in refund.lines for share in line.shares):
            if share.share_id is not None:
                found[kinds[share.share_id]].back_ore += share.ore
            else:
                _charged(found, share.enterprise_id, owners).charged_ore += share.ore
    return list(found.values())


def _charged(found: dict[tuple[str, int], Piece], owner: int | None, owners: dict[int, Enterprise]) -> Piece:
    """The row a named bearer's charge stands in: the owner's first, or one of its own."""
    for (kind, enterprise_id), piece in found.items():
        if (owner is None and kind == POT_SHARE) or (owner is not None and enterprise_id == owner):
            return piece
    assert owner is not None
    row = owners[owner]
    piece = Piece(row.name, "", row.colour, "component", _account("component", owner), 0, percent=percent_of(0, 1))
    return found.setdefault(("component", owner), piece)


def _account(kind: str, owner: int) -> str:
    return {"vat": VAT_OUT, POT_SHARE: POT}.get(kind) or f"{OF}-{owner}"


def _bar(order: Order, pieces: Sequence[Piece]) -> str:
    strips = [Strip(piece.label, piece.colour, piece.now_ore, piece.kind) for piece in pieces]
    words = ", ".join(f"{piece.label} {format_kr(piece.now_ore, language())}" for piece in pieces)
    return bar_svg(strips, title=_("Hvor pengene for ordre %(number)s går hen", number=order.number), desc=words)


def _told(refund: Refund, owners: dict[int, Enterprise]) -> Told:
    sums: dict[int | None, int] = {}
    for share in (share for line in refund.lines for share in line.shares):
        sums[share.enterprise_id] = sums.get(share.enterprise_id, 0) + share.ore
    rows: list[tuple[str, int, int]] = [
        (owners[owner].name, owners[owner].colour, ore)
        for owner, ore in sorted(sums.items(), key=lambda pair: -pair[1])
        if owner is not None
    ]
    if None in sums:
        rows.append((str(_("Den fælles pulje")), POT_THREAD, sums[None]))
    rows.append((str(_("Moms")), VAT_THREAD, refund.vat_ore))
    return Told(refund, str(REFUNDS[refund.kind]), str(BEARERS[refund.bearer]), rows)
