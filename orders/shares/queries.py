"""What an enterprise reads of its own shares. Nothing here selects a buyer, a recipient, a card or another's share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, cast, distinct, func, select
from sqlalchemy.orm import aliased

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.models import ItemVersion
from orders.books.models import DUE, Posting
from orders.models import BASKET, Order, OrderLine, Share
from orders.reversals.models import RefundShare
from orders.shares.hours import UtcHour, day_of
from orders.states import CANCELLED, CLOSED, CONFIRMED, PACKED, PART_SENT, PLACED, SENT
from shop.days import day_ends, day_starts, local_day
from shop.db import Ore, db
from shop.listing import PAGE_SIZE, contains

AFTER_PAYMENT = (CONFIRMED, PACKED, PART_SENT)  # sold, not yet (all of it) on its way
EARNED = (SENT, CLOSED)
COUNTED = (*AFTER_PAYMENT, *EARNED)
BATCH = 500
SEARCHED = (Order.number, OrderLine.text_da, OrderLine.text_en, ItemVersion.name_da, ItemVersion.name_en)

_TAKEN = select(func.sum(RefundShare.ore)).where(RefundShare.share_id == Share.id).correlate(Share).scalar_subquery()
TAKEN_ORE = cast(func.coalesce(_TAKEN, 0), Ore)  # PostgreSQL's sums are numeric; money here is whole øre
"""What has been taken back of a share, in øre."""
LEFT_ORE = Share.ore - TAKEN_ORE
IS_DUE = select(Posting.id).where(Posting.share_id == Share.id, Posting.code == DUE).correlate(Share).exists()
"""Whether a share has been made payable: the buyer's money has come."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines to show: words to look for, and the first and last day (Europe/Copenhagen) of ordering."""

    words: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def is_everything(self) -> bool:
        return not self.words and self.first is None and self.last is None


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One share as its owner sees it: `text` is what was sold (a basket, an item, a delivery), `item` the own part.

    `ore` is what it was when it was sold, `taken_ore` what has been taken back of it since.
    """

    id: int
    number: str
    placed_at: datetime
    state: str
    kind: str
    line_kind: str
    text_da: str
    text_en: str
    item_da: str
    item_en: str
    pieces: int
    basis_ore: int
    ore: int
    taken_ore: int
    is_due: bool

    @property
    def day(self) -> date:
        return local_day(self.placed_at)

    @property
    def left_ore(self) -> int:
        return self.ore - self.taken_ore

    @property
    def is_taken(self) -> bool:
        """Whether nothing is left of what it was."""
        return 0 < self.ore <= self.taken_ore

    @property
    def is_counted(self) -> bool:
        return self.state in COUNTED

    @property
    def standing(self) -> str:
        """How it stands: expected, earned, payable, taken (all of it), unpaid, cancelled or expired."""
        if not self.is_counted:
            return {PLACED: "unpaid", CANCELLED: "cancelled"}.get(self.state, "expired")
        if self.is_taken:
            return "taken"
        if self.state in AFTER_PAYMENT:
            return "expected"
        return "payable" if self.is_due else "earned"

    @property
    def in_basket(self) -> bool:
        return self.line_kind == BASKET

    @property
    def expected_ore(self) -> int:
        return self.left_ore if self.state in AFTER_PAYMENT else 0

    @property
    def earned_ore(self) -> int:
        """Earned since the parcel left, whether it can be paid out yet or not."""
        return self.left_ore if self.state in EARNED else 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a whole selection, less what was taken back.

    Unpaid, cancelled and expired lines are counted as lines, never as money.
    """

    lines: int
    orders: int
    counted: int
    unpaid: int
    expected_ore: int
    earned_ore: int
    taken_ore: int

    @property
    def ore(self) -> int:
        return self.expected_ore + self.earned_ore

    @property
    def ended(self) -> int:
        return self.lines - self.counted - self.unpaid


@dataclass(frozen=True, slots=True)
class Group:
    """The counted lines of one day, month or basket. `key` is a date (a month's first day) or what was sold."""

    key: date | str
    lines: int
    expected_ore: int
    earned_ore: int
    text_da: str = ""
    text_en: str = ""

    @property
    def ore(self) -> int:
        return self.expected_ore + self.earned_ore


def sum_up(enterprise_id: int, selection: Selection) -> Totals:
    """The sums of everything selected, in one question."""
    row = db.session.execute(
        _mine(
            enterprise_id,
            selection,
            func.count(),
            func.count(distinct(Order.id)),
            _sum_where(Order.state.in_(COUNTED), 1),
            _sum_where(Order.state == PLACED, 1),
            _sum_where(Order.state.in_(AFTER_PAYMENT), LEFT_ORE),
            _sum_where(Order.state.in_(EARNED), LEFT_ORE),
            _sum_where(Order.state.in_(COUNTED), TAKEN_ORE),
        )
    ).one()
    return Totals(*(int(figure) for figure in row))


def lines_of_page(enterprise_id: int, selection: Selection, number: int) -> Sequence[ShareLine]:
    """One page of the lines selected (1 is the first), newest order first."""
    page = _newest_first(_mine(enterprise_id, selection, Share.id)).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    query = share_lines(enterprise_id).where(Share.id.in_(select(page.subquery().c.id)))
    return [ShareLine(*row) for row in db.session.execute(query)]


def each_line(enterprise_id: int, selection: Selection) -> Iterator[ShareLine]:
    """Every line selected, read in portions while it is written somewhere. Asks when the first one is taken."""
    rows = db.session.execute(share_lines(enterprise_id, selection).execution_options(yield_per=BATCH))
    for row in rows:
        yield ShareLine(*row)


def sums_by_day(enterprise_id: int, selection: Selection) -> list[Group]:
    """The days of the selection that have counted lines, newest first."""
    return _fold(enterprise_id, selection, lambda day: day)


def sums_by_month(enterprise_id: int, selection: Selection) -> list[Group]:
    """The months of the selection that have counted lines, newest first."""
    return _fold(enterprise_id, selection, lambda day: day.replace(day=1))


def sums_by_basket(enterprise_id: int, selection: Selection) -> list[Group]:
    """What was sold, the most earned first: each basket over all its versions, items sold alone, and deliveries."""
    version, current = aliased(BasketVersion), aliased(BasketVersion)
    query = (
        _mine(
            enterprise_id,
            selection,
            OrderLine.kind,
            version.basket_id,
            func.max(func.coalesce(current.name_da, OrderLine.text_da)),
            func.max(func.coalesce(current.name_en, OrderLine.text_en)),
            *_sums(),
        )
        .outerjoin(version, version.id == OrderLine.basket_version_id)
        .outerjoin(Basket, Basket.id == version.basket_id)
        .outerjoin(current, current.id == Basket.current_version_id)
        .where(Order.state.in_(COUNTED))
        .group_by(OrderLine.kind, version.basket_id)
    )
    groups = [
        Group(kind, int(lines), int(expected), int(earned), text_da, text_en)
        for kind, _basket_id, text_da, text_en, lines, expected, earned in db.session.execute(query)
    ]
    return sorted(groups, key=lambda group: (-group.ore, group.text_da))


def share_lines(enterprise_id: int, selection: Selection | None = None) -> Select[Any]:
    """The columns of a ShareLine, for the enterprise's shares, newest order first."""
    query = _mine(
        enterprise_id,
        selection or Selection(),
        Share.id,
        Order.number,
        Order.placed_at,
        Order.state,
        Share.kind,
        OrderLine.kind,
        OrderLine.text_da,
        OrderLine.text_en,
        func.coalesce(ItemVersion.name_da, OrderLine.text_da),
        func.coalesce(ItemVersion.name_en, OrderLine.text_en),
        Share.pieces,
        Share.basis_ore,
        Share.ore,
        TAKEN_ORE,
        IS_DUE,
    )
    return _newest_first(query)


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(Order.placed_at.desc(), Share.id.desc())


def _mine(enterprise_id: int, selection: Selection, *columns: Any) -> Select[Any]:
    """The one place where shares are chosen: only those of the enterprise, whatever else is asked for."""
    query = (
        select(*columns)
        .select_from(Share)
        .join(OrderLine, OrderLine.id == Share.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(ItemVersion, ItemVersion.id == Share.item_version_id)
        .where(Share.enterprise_id == enterprise_id)
    )
    if selection.first is not None:
        query = query.where(Order.placed_at >= day_starts(selection.first))
    if selection.last is not None:
        query = query.where(Order.placed_at < day_ends(selection.last))
    if selection.words:
        query = query.where(contains(selection.words, *SEARCHED))
    return query


def _sum_where(condition: ColumnElement[bool], of: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, of), else_=0)), 0)


def _sums() -> tuple[ColumnElement[int], ...]:
    return (
        func.count(),
        _sum_where(Order.state.in_(AFTER_PAYMENT), LEFT_ORE),
        _sum_where(Order.state.in_(EARNED), LEFT_ORE),
    )


def _fold(enterprise_id: int, selection: Selection, key_of: Callable[[date], date]) -> list[Group]:
    """Sums per hour from the database, folded into days of Copenhagen, whose clock is whole hours from UTC."""
    hour = UtcHour(Order.placed_at)
    query = _mine(enterprise_id, selection, hour, *_sums()).where(Order.state.in_(COUNTED)).group_by(hour)
    folded: dict[date, list[int]] = {}
    for text, *figures in db.session.execute(query):
        sums = folded.setdefault(key_of(day_of(text)), [0, 0, 0])
        for place, figure in enumerate(figures):
            sums[place] += int(figure)
    return [
        Group(key, lines, expected, earned) for key, (lines, expected, earned) in sorted(folded.items(), reverse=True)
    ]
