"""Add the postings up once and keep the sums, so that the money's pages answer as fast after ten years as on day one.

What is added up is an hour old, so that no transaction under way can still put a posting before the mark. Pages add
what came after it (`after_mark`) in the same question, so their figures are those of all postings, to the øre.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from catalog.baskets.models import BasketVersion
from orders.books.models import CANCELLATION, DUE, FREIGHT, GOODWILL, RECEIVABLE, REFUND, SALE, Account, Posting
from orders.ledger.costs import cost_accounts, costs_among, divided
from orders.ledger.models import CostDay, OpenBalance, PostingDay, SumMark
from orders.models import OrderLine
from shop.days import utc_now
from shop.db import Base, db, transaction
from shop.jobs.queue import every

SETTLED = timedelta(hours=1)
CHUNK = 20_000
EVERY_SECONDS = 600
CHARGES = (REFUND, GOODWILL, CANCELLATION)

is_charge = case((Posting.code.in_(CHARGES) & Posting.share_id.is_(None), 1), else_=0)
line_kind = func.coalesce(OrderLine.kind, "")
basket_id = func.coalesce(BasketVersion.basket_id, 0)


def after_mark() -> Any:
    """The condition of the postings that are in no kept sum."""
    mark: ScalarSelect[Any] = select(func.coalesce(func.max(SumMark.posting_id), 0)).scalar_subquery()
    return Posting.id > mark


def without_index(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, said so that no index is chosen for it: the few postings after the mark are found by their ids."""
    return case((condition, 1), else_=0) == 1


@every(EVERY_SECONDS)
def keep_sums() -> None:
    """Add up what has come since the last time."""
    roll_up(now=utc_now())


def roll_up(*, now: datetime) -> int:
    """Add up every posting older than an hour, in portions that hold the database for a moment each; how many."""
    count = 0
    while True:
        with transaction():
            added = _portion(now - SETTLED)
        if not added:
            return count
        count += added


def begin_anew() -> None:
    """Throw the sums away; the next `roll_up` makes them of all postings."""
    for table in (PostingDay, CostDay, OpenBalance, SumMark):
        db.session.execute(delete(table))


def _portion(before: datetime) -> int:
    """The next postings, at most so many; 0 when there are none left."""
    mark = db.session.scalars(select(SumMark).with_for_update()).one_or_none()
    if mark is None:
        mark = SumMark(id=1, posting_id=0)
        db.session.add(mark)
        db.session.flush()
    newest = select(Posting.id).where(Posting.at < before).order_by(Posting.id.desc()).limit(1).scalar_subquery()
    ids = select(Posting.id).where(Posting.id > mark.posting_id, Posting.id <= newest).order_by(Posting.id).limit(CHUNK)
    last, count = db.session.execute(select(func.max(ids.subquery().c.id), func.count())).one()
    if not count:
        return 0
    these = (Posting.id > mark.posting_id, Posting.id <= last)
    _add(PostingDay, _postings(*these))
    _add_costs(*these)
    _add(OpenBalance, _receivable(*these))
    db.session.execute(delete(OpenBalance).where(OpenBalance.ore == 0))
    mark.posting_id = last
    return int(count)


def _postings(*these: Any) -> Any:
    key = (Posting.booked_on, Posting.debit_id, Posting.credit_id, Posting.code, is_charge, line_kind, basket_id)
    return (
        select(*key, func.sum(Posting.ore))
        .outerjoin(OrderLine, OrderLine.id == Posting.line_id)
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .where(*these, Posting.code != DUE)
        .group_by(*key)
    )


def _receivable(*these: Any) -> Any:
    """What came to the buyers' account and went from it, by order."""
    account = db.session.scalar(select(Account.id).where(Account.kind == RECEIVABLE)) or 0
    ore, sold_on, mine = receivable_columns(account)
    query = select(Posting.order_id, func.sum(ore), func.min(sold_on))
    return query.where(*these, mine, Posting.order_id.is_not(None)).group_by(Posting.order_id)


def receivable_columns(account: Any) -> tuple[Any, Any, Any]:
    """A posting's øre as the buyers' account has it, the day of the sale if it is one, and whether it is theirs."""
    mine = without_index((Posting.debit_id == account) | (Posting.credit_id == account))
    ore = case((Posting.debit_id == account, Posting.ore), else_=-Posting.ore)
    return ore, case((Posting.code.in_((SALE, FREIGHT)), Posting.booked_on)), mine


def _add(table: type[Base], query: Any) -> None:
    """Insert sums, or add them to those that are there."""
    columns = table.__table__.columns
    is_postgres = db.session.connection().dialect.name == "postgresql"
    statement: Any = (postgresql if is_postgres else sqlite).insert(table)
    statement = statement.from_select([column.name for column in columns], query)
    changed = {"ore": columns["ore"] + statement.excluded.ore}
    if "sold_on" in columns:
        changed["sold_on"] = func.coalesce(columns["sold_on"], statement.excluded.sold_on)
    keys = [column for column in columns if column.primary_key]
    db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def _add_costs(*these: Any) -> None:
    """Fees and write-offs are divided in Python, as money always is: sums of a day are read, added to and put back."""
    accounts = cost_accounts()
    found = db.session.execute(costs_among(accounts, *these)).all()
    orders = select(Posting.order_id).where(*these, Posting.order_id.is_not(None))
    sums: Counter[tuple[Any, ...]] = Counter()
    for cost in divided(found, accounts, orders):
        sums[cost.booked_on, cost.account_kind, cost.code, cost.line_kind, cost.basket_id] += cost.ore
    if not sums:
        return
    days = {key[0] for key in sums}
    key = [column for column in CostDay.__table__.columns if column.primary_key]
    mine = CostDay.booked_on.between(min(days), max(days))
    for *held, ore in db.session.execute(select(*key, CostDay.ore).where(mine)):
        sums[tuple(held)] += ore
    db.session.execute(delete(CostDay).where(mine))
    names = [column.name for column in key]
    db.session.execute(insert(CostDay), [dict(zip(names, key, strict=True), ore=ore) for key, ore in sums.items()])
