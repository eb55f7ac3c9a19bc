"""What an enterprise reads of its own shares. Nothing here selects a buyer, a recipient, a card or another's share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from catalog.baskets.models import Basket, BasketComponent, BasketVersion
from catalog.items.models import ItemPrice, ItemVersion
from orders.models import BASKET, Order, OrderLine, Share
from orders.states import CANCELLED, CLOSED, CONFIRMED, EXPIRED, PACKED, PLACED, SENT
from shop.days import COPENHAGEN, day_ends, day_starts, local_day
from shop.db import db
from shop.listing import PAGE_SIZE, contains
from shop.money import OFFSET_DENOMINATOR, divide_half_up

AFTER_PAYMENT = (CONFIRMED, PACKED)  # sold, not yet on its way
EARNED = (SENT, CLOSED)
COUNTED = (*AFTER_PAYMENT, *EARNED)
BATCH = 500
SEARCHED = (Order.number, OrderLine.text_da, OrderLine.text_en, ItemVersion.name_da, ItemVersion.name_en)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines to show: words to look for, and the first and last day (Europe/Copenhagen) of ordering."""

    words: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def is_everything(self) -> bool:
        return not self.words and self.first is None and self.last is None


def standing(state: str) -> str:
    """How the shares of an order in this state stand: expected, earned, unpaid, cancelled or expired."""
    if state in EARNED:
        return "earned"
    return {PLACED: "unpaid", CANCELLED: "cancelled", EXPIRED: "expired"}.get(state, "expected")


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One share as its owner sees it: `text` is what was sold (a basket, an item, a delivery), `item` the own part."""

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

    @property
    def day(self) -> date:
        return local_day(self.placed_at)

    @property
    def standing(self) -> str:
        return standing(self.state)

    @property
    def in_basket(self) -> bool:
        return self.line_kind == BASKET

    @property
    def expected_ore(self) -> int:
        return self.ore if self.standing == "expected" else 0

    @property
    def earned_ore(self) -> int:
        return self.ore if self.standing == "earned" else 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a whole selection. Unpaid, cancelled and expired lines are counted as lines, never as money."""

    lines: int
    orders: int
    counted: int
    unpaid: int
    expected_ore: int
    earned_ore: int

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


@dataclass(frozen=True, slots=True)
class ShareOrigin(ShareLine):
    """A share with all that it was worked out from."""

    line_net_ore: int
    mine_ore: int
    policy: str
    offset_bits: int
    basket_no: int | None
    pot_percent_bp: int | None
    guaranteed_ore: int | None
    price_from: date | None

    @property
    def agreed_ore(self) -> int:
        return self.pieces * self.basis_ore

    @property
    def least_ore(self) -> int:
        return self.pieces * (self.guaranteed_ore or 0)

    @property
    def is_divided(self) -> bool:
        """Whether the øre were divided, so that the offset had a say: a component of a basket that shares its price."""
        return self.policy in ("proportional", "guaranteed") and self.kind == "component"

    @property
    def permille(self) -> int:
        """All of the owner's part of the line's net amount, in thousandths; at most all of it."""
        if self.line_net_ore <= 0:
            return 1000
        return min(1000, divide_half_up(self.mine_ore * 1000, self.line_net_ore))

    @property
    def offset_ten_thousandths(self) -> int:
        return self.offset_bits * 10_000 // OFFSET_DENOMINATOR


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
            _sum_where(Order.state.in_(AFTER_PAYMENT), Share.ore),
            _sum_where(Order.state.in_(EARNED), Share.ore),
        )
    ).one()
    return Totals(*(int(figure) for figure in row))


def lines_of_page(enterprise_id: int, selection: Selection, number: int) -> Sequence[ShareLine]:
    """One page of the lines selected (1 is the first), newest order first."""
    query = _lines(enterprise_id, selection).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return [ShareLine(*row) for row in db.session.execute(query)]


def each_line(enterprise_id: int, selection: Selection) -> Iterator[ShareLine]:
    """Every line selected, read in portions while it is written somewhere. Asks when the first one is taken."""
    rows = db.session.execute(_lines(enterprise_id, selection).execution_options(yield_per=BATCH))
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


def find_share(share_id: int, enterprise_id: int) -> ShareOrigin | None:
    """An enterprise's own share with all that it came from; None for one that is another's or not there."""
    own = aliased(Share)
    all_mine = (
        select(func.sum(own.ore))
        .where(own.line_id == Share.line_id, own.enterprise_id == enterprise_id)
        .correlate(Share)
        .scalar_subquery()
    )
    query = (
        _lines(enterprise_id, Selection())
        .add_columns(
            OrderLine.net_ore,
            all_mine,
            OrderLine.policy,
            OrderLine.offset_bits,
            BasketVersion.no,
            BasketVersion.pot_percent_bp,
            BasketComponent.guaranteed_ore,
            ItemPrice.valid_from,
        )
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .outerjoin(BasketComponent, BasketComponent.id == Share.component_id)
        .outerjoin(ItemPrice, ItemPrice.id == Share.price_id)
        .where(Share.id == share_id)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else ShareOrigin(*row)


def _lines(enterprise_id: int, selection: Selection) -> Select[Any]:
    return _mine(
        enterprise_id,
        selection,
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
    ).order_by(Order.placed_at.desc(), Share.id.desc())


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
        _sum_where(Order.state.in_(AFTER_PAYMENT), Share.ore),
        _sum_where(Order.state.in_(EARNED), Share.ore),
    )


class _UtcHour(FunctionElement[str]):
    """The hour of a moment in UTC as text: "2026-11-30 22"."""

    inherit_cache = True
    name = "utc_hour"


@compiles(_UtcHour, "sqlite")
def _on_sqlite(element: _UtcHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m-%d %H', {compiler.process(element.clauses, **options)})"


@compiles(_UtcHour)
def _elsewhere(element: _UtcHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


def _fold(enterprise_id: int, selection: Selection, key_of: Callable[[date], date]) -> list[Group]:
    """Sums per hour from the database, folded into days of Copenhagen, whose clock is whole hours from UTC."""
    hour = _UtcHour(Order.placed_at)
    query = _mine(enterprise_id, selection, hour, *_sums()).where(Order.state.in_(COUNTED)).group_by(hour)
    folded: dict[date, list[int]] = {}
    for text, *figures in db.session.execute(query):
        moment = datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)
        sums = folded.setdefault(key_of(moment.astimezone(COPENHAGEN).date()), [0, 0, 0])
        for place, figure in enumerate(figures):
            sums[place] += int(figure)
    return [
        Group(key, lines, expected, earned) for key, (lines, expected, earned) in sorted(folded.items(), reverse=True)
    ]
