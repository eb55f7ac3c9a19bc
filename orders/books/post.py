"""Write postings: the accounts they need, the hash of each, and never the same one twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, select

from orders.books.models import POT, RECEIPT, REMINDER, REPAID, UNDONE, Account, Posting
from shop.days import local_day
from shop.db import db, insert_new


@dataclass(frozen=True, slots=True)
class At:
    """An account by its kind and, where each enterprise has one, whose it is."""

    kind: str
    enterprise_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A posting about to be written. A negative amount goes the other way, nothing at all is left out."""

    reference: str
    code: str
    debit: At
    credit: At
    ore: int
    line_id: int | None = None
    share_id: int | None = None
    refund_id: int | None = None
    note: str = ""

    def forward(self) -> "Draft":
        if self.ore >= 0:
            return self
        return replace(self, debit=self.credit, credit=self.debit, ore=-self.ore)


def owner_at(enterprise_id: int | None, kind: str) -> At:
    """Where a share stands: the pot's own account, or a kind of account of its enterprise."""
    return At(POT) if enterprise_id is None else At(kind, enterprise_id)


def write(drafts: Sequence[Draft], *, order_id: int | None, now: datetime) -> int:
    """Write what is not written yet, in one statement; how many that were. The order must be locked by the caller.

    What has been booked before (the same reference) is left out; if two write it at once, the UNIQUE column stops one.
    """
    wanted = [draft.forward() for draft in drafts if draft.ore]
    known = _known([draft.reference for draft in wanted])
    new = [draft for draft in wanted if draft.reference not in known]
    if not new:
        return 0
    ids = account_ids({at for draft in new for at in (draft.debit, draft.credit)})
    rows = [_row(draft, ids, order_id, now) for draft in new]
    db.session.execute(insert(Posting).execution_options(render_nulls=True), rows)
    return len(rows)


def _known(references: Sequence[str]) -> set[str]:
    if not references:
        return set()
    return set(db.session.scalars(select(Posting.reference).where(Posting.reference.in_(references))))


def _row(draft: Draft, ids: Mapping[At, int], order_id: int | None, now: datetime) -> dict[str, Any]:
    row = {
        "reference": draft.reference,
        "code": draft.code,
        "debit_id": ids[draft.debit],
        "credit_id": ids[draft.credit],
        "ore": draft.ore,
        "at": now,
        "booked_on": local_day(now),
        "order_id": order_id,
        "line_id": draft.line_id,
        "share_id": draft.share_id,
        "refund_id": draft.refund_id,
        "note": draft.note,
    }
    return {**row, "hash": hash_of(row)}


FIELDS = (
    "reference", "code", "debit_id", "credit_id", "ore", "at", "booked_on", "order_id", "line_id", "share_id",
    "refund_id", "note",
)  # fmt: skip


def hash_of(row: Mapping[str, Any]) -> str:
    """The SHA-256 of a posting's own fields, in their order, as text with a line for each."""
    return sha256("\n".join(_plain(row[name]) for name in FIELDS).encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def account_ids(wanted: set[At]) -> dict[At, int]:
    """The ids of accounts; one that is not there yet is opened."""
    rows = db.session.execute(
        select(Account.id, Account.kind, Account.enterprise_id).where(Account.kind.in_({at.kind for at in wanted}))
    )
    ids = {At(row.kind, row.enterprise_id): row.id for row in rows}
    for at in sorted(wanted - ids.keys(), key=lambda at: (at.kind, at.enterprise_id or 0)):
        ids[at] = _opened(at)
    return ids


def _opened(at: At) -> int:
    made = insert_new(Account, kind=at.kind, enterprise_id=at.enterprise_id)
    if made is not None:
        return made.id
    return db.session.scalars(
        select(Account.id).where(Account.kind == at.kind, Account.enterprise_id.is_not_distinct_from(at.enterprise_id))
    ).one()


def order_balance(order_id: int, kind: str) -> int:
    """What stands on one kind of account for an order, in øre: debits less credits."""
    account = select(Account.id).where(Account.kind == kind).scalar_subquery()
    debit = select(func.coalesce(func.sum(Posting.ore), 0)).where(
        Posting.order_id == order_id, Posting.debit_id.in_(account)
    )
    credit = select(func.coalesce(func.sum(Posting.ore), 0)).where(
        Posting.order_id == order_id, Posting.credit_id.in_(account)
    )
    found = db.session.execute(select(debit.scalar_subquery(), credit.scalar_subquery())).one()
    return int(found[0]) - int(found[1])


# What a buyer has paid towards an order: what came, less what went back, was another's, or went to a reminder's fee.
RECEIVED = {RECEIPT: 1, REPAID: -1, UNDONE: -1, REMINDER: -1}


def received_ore(order_id: int) -> int:
    """What a buyer has paid towards the order and has not got back, in øre. Fees of reminders are paid first."""
    sums = _sums(order_id)
    return sum(sign * sums.get(code, 0) for code, sign in RECEIVED.items())


def handed_over_ore(order_id: int) -> tuple[int, int]:
    """What a buyer has handed over, reminders' fees included, and the fees: two sums in one question, in øre."""
    sums = _sums(order_id)
    fees = sums.get(REMINDER, 0)
    return sum(sign * sums.get(code, 0) for code, sign in RECEIVED.items()) + fees, fees


def fees_ore(order_id: int) -> int:
    """What reminders of an order have cost its buyer: fees and interest, in øre."""
    return _sums(order_id).get(REMINDER, 0)


def _sums(order_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(Posting.code, func.sum(Posting.ore))
        .where(Posting.order_id == order_id, Posting.code.in_(RECEIVED))
        .group_by(Posting.code)
    )
    return {code: int(ore) for code, ore in rows}


def was_paid(order_id: int) -> bool:
    """Whether money has come in for an order, whatever became of it; what was another's does not count."""
    sums = _sums(order_id)
    return sums.get(RECEIPT, 0) > sums.get(UNDONE, 0)


def share_balances(order_id: int, kind: str) -> dict[int, int]:
    """What each share of an order has standing on a kind of its enterprise's account, in øre: credits less debits."""
    found: dict[int, int] = {}
    for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1)):
        rows = db.session.execute(
            select(Posting.share_id, func.sum(Posting.ore).label("ore"))
            .join(Account, Account.id == side)
            .where(Posting.order_id == order_id, Posting.share_id.is_not(None), Account.kind == kind)
            .group_by(Posting.share_id)
        )
        for row in rows:
            if row.share_id is not None:
                found[row.share_id] = found.get(row.share_id, 0) + sign * int(row.ore)
    return found
