"""Every line an enterprise's money comes from: its shares, what was taken back of them, and what else was booked.

The lines of a kind of account sum exactly to its balance. Nothing here selects a buyer, a recipient or another
enterprise's figure. All amounts are net øre.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from catalog.items.models import ItemVersion
from orders.books.models import DISCOUNT, DUE, EARNED, FREIGHT, PAYABLE, SALE, Account, Posting
from orders.models import Order, OrderLine, Share
from orders.reversals.models import Refund, RefundLine, RefundShare
from orders.shares.origin import ShareOrigin, origins_of
from orders.shares.queries import AFTER_PAYMENT, COUNTED, SEARCHED
from orders.states import PART_SENT, PLACED
from shop.days import day_starts, local_day
from shop.db import Ore, db
from shop.listing import PAGE_SIZE, contains

# What a line is: a share as it was sold, a part of it taken back, a refund that was charged to this enterprise, and
# whatever else was booked on its accounts (corrections; money paid out).
SHARE, REFUND, CHARGE, ENTRY = "share", "refund", "charge", "entry"
# How it stands. The accounts' kinds are two of them; an unpaid and an ended line are no money.
EXPECTED, UNPAID, ENDED = "expected", "unpaid", "ended"
MONEY = (EXPECTED, EARNED, PAYABLE)
TAKEN = "taken"
BATCH = 500
NEVER = false()
IS_BOOKED = select(Posting.id).where(Posting.refund_id == Refund.id).correlate(Refund).exists()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines to show: words, the first day of a month (Europe/Copenhagen), and how they stand (or TAKEN)."""

    words: str = ""
    month: date | None = None
    state: str = ""

    @property
    def is_everything(self) -> bool:
        return not self.words and self.month is None and not self.state


@dataclass(frozen=True, slots=True)
class Taking:
    """A refund as one who bears it reads it; never why (the buyer's affair), only the coordinator's note to them."""

    kind: str
    bearer: str
    note: str
    number: str
    text_da: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A posting that belongs to no share and to no refund. `other` is the kind of the account on its other side."""

    code: str
    other: str
    note: str
    reference: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the enterprise's money: `ore` is what it adds (or takes, below zero) where it stands."""

    kind: str
    id: int
    at: datetime
    state: str
    ore: int
    share: ShareOrigin | None = None
    taking: Taking | None = None
    entry: Entry | None = None

    @property
    def day(self) -> date:
        return local_day(self.at)

    @property
    def reference(self) -> str:
        """The posting of a line that is no share's; a share's own page lists its postings."""
        if self.entry is not None:
            return self.entry.reference
        return f"refund:{self.id}" if self.kind == CHARGE else ""

    @property
    def number(self) -> str:
        """The order it belongs to; empty when there is none."""
        of = self.share or self.taking or self.entry
        return (of.number if of else None) or ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many lines a selection has, and what they come to by how they stand."""

    counts: dict[str, int] = field(default_factory=dict)
    ores: dict[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    @property
    def left_out(self) -> int:
        """Lines that are no money: not paid for yet, cancelled or expired."""
        return self.counts.get(UNPAID, 0) + self.counts.get(ENDED, 0)

    def ore(self, state: str) -> int:
        return self.ores.get(state, 0)


def sum_up(enterprise_id: int, selection: Selection) -> Sums:
    """Lines and amounts of everything selected, in one question."""
    chosen = _keys(enterprise_id, selection)
    rows = db.session.execute(
        select(chosen.c.state, func.count(), func.sum(chosen.c.ore)).group_by(chosen.c.state)
    ).all()
    return Sums({state: count for state, count, _ore in rows}, {state: int(ore) for state, _count, ore in rows})


def lines_of_page(enterprise_id: int, selection: Selection, number: int) -> Sequence[Line]:
    """One page of the lines selected (1 is the first), the newest first; four questions at most."""
    query = _newest_first(_keys(enterprise_id, selection)).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return list(_filled(enterprise_id, db.session.execute(query).all()))


def each_line(enterprise_id: int, selection: Selection) -> Iterator[Line]:
    """Every line selected, read in portions while it is written somewhere. Asks when the first one is taken."""
    keys = db.session.execute(_newest_first(_keys(enterprise_id, selection))).all()
    for start in range(0, len(keys), BATCH):
        yield from _filled(enterprise_id, keys[start : start + BATCH])


def lines_of_share(enterprise_id: int, share: ShareOrigin) -> Sequence[Line]:
    """What has been taken back of one share, oldest first."""
    query = _refund_keys(enterprise_id).where(RefundShare.share_id == share.id).order_by(RefundShare.id)
    return list(_filled(enterprise_id, db.session.execute(query).all()))


def _newest_first(chosen: Subquery) -> Select[Any]:
    return select(chosen).order_by(chosen.c.at.desc(), chosen.c.kind, chosen.c.id.desc(), chosen.c.state)


def _keys(enterprise_id: int, selection: Selection) -> Subquery:
    """The lines selected: what each is, its row, when, how it stands, what it adds, and the share it is of."""
    parts = [
        _narrowed(query, selection, at, *also)
        for query, at, also in (
            *((each, Order.placed_at, ()) for each in _share_keys(enterprise_id)),
            (_refund_keys(enterprise_id), Refund.at, (Refund.note,)),
            *((each, Posting.at, (Posting.note,)) for each in _entry_keys(enterprise_id)),
        )
    ]
    lines = union_all(*parts).subquery()
    if not selection.state:
        return lines
    condition = lines.c.kind.in_((REFUND, CHARGE)) if selection.state == TAKEN else lines.c.state == selection.state
    return select(lines).where(condition).subquery()


def _narrowed(query: Select[Any], selection: Selection, at: Any, *also: Any) -> Select[Any]:
    if selection.month is not None:
        following = (selection.month + timedelta(days=31)).replace(day=1)
        query = query.where(at >= day_starts(selection.month), at < day_starts(following))
    if selection.words:
        query = query.where(contains(selection.words, *SEARCHED, *also))
    return query


def _standing(share_id: Any, taken_back: ColumnElement[bool] = NEVER) -> ColumnElement[str]:
    """How a share stands: by its order until the parcel has left, then by whether it has been made payable.

    `taken_back`: it is a refund that has been booked, which of an order that leaves in parts is off what is earned.
    """
    due = select(Posting.id).where(Posting.share_id == share_id, Posting.code == DUE)
    return case(
        (Order.state == PLACED, UNPAID),
        (and_(Order.state == PART_SENT, taken_back), EARNED),
        (Order.state.in_(AFTER_PAYMENT), EXPECTED),
        (Order.state.not_in(COUNTED), ENDED),
        (due.correlate(Share, RefundShare).exists(), PAYABLE),
        else_=EARNED,
    )


def _share_keys(enterprise_id: int) -> Iterator[Select[Any]]:
    """Each share once; one of which some parcels have left is two lines: what they have earned, and the rest."""
    booked = _booked_in_parts(enterprise_id)
    rest = Share.ore - func.coalesce(booked.c.ore, 0)
    yield _of_shares(enterprise_id, _standing(Share.id), Share.ore).where(Order.state != PART_SENT)
    yield (
        _of_shares(enterprise_id, literal(EARNED), cast(booked.c.ore, Ore))
        .join(booked, booked.c.share_id == Share.id)
        .where(Order.state == PART_SENT, booked.c.ore != 0)
    )
    yield (
        _of_shares(enterprise_id, literal(EXPECTED), cast(rest, Ore))
        .outerjoin(booked, booked.c.share_id == Share.id)
        .where(Order.state == PART_SENT, rest != 0)
    )


def _of_shares(enterprise_id: int, state: Any, ore: Any) -> Select[Any]:
    columns: tuple[Any, ...] = (
        literal(SHARE).label("kind"),
        Share.id.label("id"),
        Order.placed_at.label("at"),
        state.label("state"),
        ore.label("ore"),
        Share.id.label("share_id"),
    )
    return (
        select(*columns)
        .select_from(Share)
        .join(OrderLine, OrderLine.id == Share.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(ItemVersion, ItemVersion.id == Share.item_version_id)
        .where(Share.enterprise_id == enterprise_id)
    )


def _booked_in_parts(enterprise_id: int) -> Subquery:
    """What parcels have earned of the shares of orders that have not all left; refunds are lines of their own."""
    parted = aliased(Order)
    ore = case((Account.id == Posting.credit_id, Posting.ore), else_=-Posting.ore)
    return (
        select(Posting.share_id, func.sum(ore).label("ore"))
        .join(parted, parted.id == Posting.order_id)
        .join(Account, Account.id.in_((Posting.credit_id, Posting.debit_id)))
        .where(
            parted.state == PART_SENT, Posting.code.in_((SALE, FREIGHT, DISCOUNT)),
            Account.kind == EARNED, Account.enterprise_id == enterprise_id,
        )
        .group_by(Posting.share_id)
        .subquery()
    )  # fmt: skip


def _refund_keys(enterprise_id: int) -> Select[Any]:
    """What was taken back of a share stands where the share stands; a charge is owed at once."""
    is_charge = RefundShare.share_id.is_(None)
    return (
        select(
            case((is_charge, CHARGE), else_=REFUND).label("kind"),
            RefundShare.id,
            Refund.at,
            case((is_charge, PAYABLE), else_=_standing(RefundShare.share_id, IS_BOOKED)).label("state"),
            (-RefundShare.ore).label("ore"),
            RefundShare.share_id,
        )
        .join(RefundLine, RefundLine.id == RefundShare.refund_line_id)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .join(OrderLine, OrderLine.id == RefundLine.line_id)
        .join(Order, Order.id == Refund.order_id)
        .outerjoin(Share, Share.id == RefundShare.share_id)
        .outerjoin(ItemVersion, ItemVersion.id == Share.item_version_id)
        .where(RefundShare.enterprise_id == enterprise_id)
    )


def _entry_keys(enterprise_id: int) -> Iterable[Select[Any]]:
    """Everything else on the enterprise's accounts, once for each side of a posting that is theirs."""
    for own, ore in ((Posting.credit_id, Posting.ore), (Posting.debit_id, -Posting.ore)):
        columns: tuple[Any, ...] = (
            literal(ENTRY).label("kind"),
            Posting.id,
            Posting.at,
            Account.kind.label("state"),
            ore.label("ore"),
            cast(null(), Integer).label("share_id"),
        )
        yield (
            select(*columns)
            .join(Account, Account.id == own)
            .outerjoin(Order, Order.id == Posting.order_id)
            .outerjoin(OrderLine, OrderLine.id == Posting.line_id)
            .outerjoin(ItemVersion, ItemVersion.id == OrderLine.item_version_id)
            .where(Account.enterprise_id == enterprise_id, Posting.share_id.is_(None), Posting.refund_id.is_(None))
        )


def _filled(enterprise_id: int, keys: Sequence[Any]) -> Iterator[Line]:
    """The lines of these keys with what is to be said of them."""
    ids: dict[str, set[int]] = {kind: {row.id for row in keys if row.kind == kind} for kind in (CHARGE, REFUND, ENTRY)}
    shares = origins_of({row.share_id for row in keys if row.share_id is not None}, enterprise_id)
    takings = _takings(ids[CHARGE] | ids[REFUND])
    entries = _entries(ids[ENTRY], enterprise_id)
    for row in keys:
        yield Line(
            row.kind,
            row.id,
            row.at,
            row.state,
            int(row.ore),
            share=shares[row.share_id] if row.share_id is not None else None,
            taking=takings[row.id] if row.kind in (CHARGE, REFUND) else None,
            entry=entries[row.id] if row.kind == ENTRY else None,
        )


def _takings(ids: set[int]) -> dict[int, Taking]:
    if not ids:
        return {}
    query = (
        select(
            RefundShare.id,
            Refund.kind,
            Refund.bearer,
            Refund.note,
            Order.number,
            OrderLine.text_da,
            OrderLine.text_en,
        )
        .join(RefundLine, RefundLine.id == RefundShare.refund_line_id)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .join(OrderLine, OrderLine.id == RefundLine.line_id)
        .join(Order, Order.id == Refund.order_id)
        .where(RefundShare.id.in_(ids))
    )
    return {row[0]: Taking(*row[1:]) for row in db.session.execute(query)}


def _entries(ids: set[int], enterprise_id: int) -> dict[int, Entry]:
    if not ids:
        return {}
    debit, credit = aliased(Account), aliased(Account)
    other = case((credit.enterprise_id == enterprise_id, debit.kind), else_=credit.kind)
    query = (
        select(Posting.id, Posting.code, other, Posting.note, Posting.reference, Order.number)
        .join(debit, debit.id == Posting.debit_id)
        .join(credit, credit.id == Posting.credit_id)
        .outerjoin(Order, Order.id == Posting.order_id)
        .where(Posting.id.in_(ids))
    )
    return {row[0]: Entry(*row[1:]) for row in db.session.execute(query)}
