"""What is left to the community, and what the state gets: from the postings alone, by month and by basket.

The margin is the pot's share less the payment fees, what was written off, and the refunds that the pot bears alone.
VAT in is expected: of the shares of enterprises registered on the day, at the day's rate, until statements are there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Date, Select, case, func, literal, null, select, union_all

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.queries import rate_days, rates_on
from orders.books.models import (
    CORRECTION,
    DUE,
    FEES,
    OWNED,
    POT,
    REMINDER,
    REPLACEMENT,
    VAT_OUT,
    WRITTEN_OFF,
    Account,
    Posting,
)
from orders.ledger.costs import cost_accounts, costs_among, divided
from orders.ledger.models import CostDay, PostingDay
from orders.ledger.sums import after_mark, basket_id, is_charge, line_kind, without_index
from orders.models import BASKET, OrderLine
from shop.days import firsts_between
from shop.db import db
from shop.people.models import VatStatus
from shop.tax import vat_on_net

T = TypeVar("T")
STANDARD = "S"
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)  # every month of a period is asked for by name
REGISTERED = "registered"


@dataclass(slots=True)
class Margin:
    """The community's part of one month or one basket, in øre. `borne`: refunds charged to the pot alone."""

    sold_ore: int = 0
    pot_ore: int = 0
    fees_ore: int = 0
    written_off_ore: int = 0
    borne_ore: int = 0
    corrected_ore: int = 0

    @property
    def margin_ore(self) -> int:
        return self.pot_ore + self.corrected_ore - self.fees_ore - self.written_off_ore - self.borne_ore

    def add(self, more: "Margin") -> None:
        self.sold_ore += more.sold_ore
        self.pot_ore += more.pot_ore
        self.fees_ore += more.fees_ore
        self.written_off_ore += more.written_off_ore
        self.borne_ore += more.borne_ore
        self.corrected_ore += more.corrected_ore

    def count(self, kind: str, code: str, ore: int, *, is_charge: bool) -> None:
        """Add one sum of movements: credits less debits of an account of this kind."""
        if kind in (POT, *OWNED) and code not in (CORRECTION, REPLACEMENT, REMINDER):
            self.sold_ore += ore
        if kind == POT:
            if code == CORRECTION:
                self.corrected_ore += ore
            elif is_charge or code == REPLACEMENT:
                self.borne_ore -= ore
            else:
                self.pot_ore += ore
        elif kind == FEES:
            self.fees_ore -= ore
        elif kind == WRITTEN_OFF:
            self.written_off_ore -= ore


@dataclass(slots=True)
class Month:
    """One month: its margin, and VAT out, VAT in as expected, and what is to be paid."""

    first: date
    margin: Margin = field(default_factory=Margin)
    vat_out_ore: int = 0
    vat_in_ore: int = 0

    @property
    def vat_due_ore(self) -> int:
        return self.vat_out_ore - self.vat_in_ore


@dataclass(slots=True)
class BasketMargin:
    """One basket (or what is sold alone, or freight) over a period; no line: what belongs to no line at all."""

    kind: str
    name_da: str
    name_en: str
    margin: Margin = field(default_factory=Margin)


@dataclass(frozen=True, slots=True)
class _Move:
    """What came to one account (below zero: went out of it), summed up under a key. `is_charge`: to a named bearer."""

    key: tuple[Any, ...]
    kind: str
    owner: int | None
    code: str
    is_charge: bool
    ore: int


def _moves(first: date, last: date, *key: str, spans: Sequence[date] = ()) -> Iterator[_Move]:
    """Every movement of a period summed up by "line_kind", "basket_id" or the span of days it falls in.

    Each posting is read once, kept sums and what came after them in one question, and told twice: out of its debit,
    and into its credit.
    """
    kept = {"line_kind": PostingDay.line_kind, "basket_id": PostingDay.basket_id, "span": _span(PostingDay, spans)}
    new = {"line_kind": line_kind, "basket_id": basket_id, "span": _span(Posting, spans)}
    rows = db.session.execute(
        union_all(
            _summed(PostingDay, [kept[name] for name in key], PostingDay.is_charge, first, last),
            _summed(Posting, [new[name] for name in key], is_charge, first, last)
            .outerjoin(OrderLine, OrderLine.id == Posting.line_id)
            .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
            .where(after_mark(), Posting.code != DUE),
        )
    ).all()
    accounts = {row.id: row for row in db.session.execute(select(Account.id, Account.kind, Account.enterprise_id))}
    for *found, debit, credit, code, charged, ore in rows:
        for account, sign in ((accounts[debit], -1), (accounts[credit], 1)):
            yield _Move(tuple(found), account.kind, account.enterprise_id, code, bool(charged), sign * int(ore))


def _summed(of: Any, key: Sequence[Any], charged: Any, first: date, last: date) -> Select[Any]:
    groups = (*key, of.debit_id, of.credit_id, of.code, charged)
    within = of.booked_on.between(first, last)
    if of is Posting:
        within = without_index(within)
    return select(*groups, func.sum(of.ore)).select_from(of).where(within).group_by(*groups)


def _span(of: Any, starts: Sequence[date]) -> Any:
    """The last of the days that is not after the posting's own, all of them in their order."""
    return case(*((of.booked_on >= day, literal(day, Date)) for day in reversed(starts))) if starts else None


def months(first: date, last: date) -> list[Month]:
    """Every month of a period that has postings, the newest first: four questions."""
    found: dict[date, Month] = {}
    nets: dict[tuple[date, int, int], int] = {}
    statuses, rates = _statuses(), rate_days()
    first, last = max(first, EARLIEST), min(last, LATEST)
    changes = {day for dated in statuses.values() for day, _status in dated} | set(rates)
    starts = sorted({first, *firsts_between(first, last), *(day for day in changes if first <= day <= last)})
    for move in _moves(first, last, "span", spans=starts):
        (day,) = move.key
        one = found.setdefault(day.replace(day=1), Month(day.replace(day=1)))
        one.margin.count(move.kind, move.code, move.ore, is_charge=move.is_charge)
        if move.kind == VAT_OUT:
            one.vat_out_ore += move.ore
        elif move.owner is not None and holds_on(statuses.get(move.owner, []), day) == REGISTERED:
            key = (one.first, move.owner, rates_on(day)[STANDARD])
            nets[key] = nets.get(key, 0) + move.ore
    for (month, _owner, rate_bp), net in nets.items():
        found[month].vat_in_ore += vat_on_net(net, rate_bp)
    return [found[day] for day in sorted(found, reverse=True)]


def _statuses() -> dict[int, list[tuple[date, str]]]:
    rows = db.session.execute(
        select(VatStatus.enterprise_id, VatStatus.valid_from, VatStatus.status).order_by(VatStatus.valid_from)
    )
    found: dict[int, list[tuple[date, str]]] = {}
    for owner, valid_from, status in rows:
        found.setdefault(owner, []).append((valid_from, status))
    return found


def holds_on(dated: Iterable[tuple[date, T]], day: date) -> T | None:
    """What holds on a day, of dated values in their order; nothing before the first."""
    found = None
    for valid_from, value in dated:
        if valid_from <= day:
            found = value
    return found


def baskets(first: date, last: date) -> list[BasketMargin]:
    """Every basket of a period, the most sold first: each posting by its own line; fees by the lines of their order."""
    found: dict[tuple[str, int], Margin] = {}
    for move in _moves(first, last, "line_kind", "basket_id"):
        if move.kind in (POT, *OWNED):
            kind, basket = move.key
            one = found.setdefault((kind, basket), Margin())
            one.count(move.kind, move.code, move.ore, is_charge=move.is_charge)
    _add_fees(found, first, last)
    names = _names()
    result = [
        BasketMargin(kind, *names.get(basket_id, ("", "")), margin) for (kind, basket_id), margin in found.items()
    ]
    return sorted(result, key=lambda one: (one.kind != BASKET, -one.margin.sold_ore, one.name_da))


def _names() -> dict[int, tuple[str, str]]:
    rows = db.session.execute(
        select(Basket.id, BasketVersion.name_da, BasketVersion.name_en).join(
            BasketVersion, BasketVersion.id == Basket.current_version_id
        )
    )
    return {row.id: (row.name_da, row.name_en) for row in rows}


def _add_fees(found: dict[tuple[str, int], Margin], first: date, last: date) -> None:
    """Each order's fees and what was written off, divided over its lines: kept sums and what came after them."""
    accounts = cost_accounts()
    these = (after_mark(), without_index(Posting.booked_on.between(first, last)))
    kept = select(
        CostDay.booked_on, CostDay.code, null(), null(), CostDay.ore, null(), CostDay.account_kind, CostDay.line_kind,
        CostDay.basket_id,
    ).where(CostDay.booked_on >= first, CostDay.booked_on <= last)  # fmt: skip
    new = costs_among(accounts, *these).add_columns(literal(""), literal(0))
    rows = db.session.execute(union_all(new, kept)).all()
    for _day, code, _debit, _credit, ore, _order, kind, line, basket in (row for row in rows if row.debit_id is None):
        found.setdefault((line, basket), Margin()).count(kind, code, ore, is_charge=False)
    orders = select(Posting.order_id).where(*these, Posting.order_id.is_not(None))
    for cost in divided([row for row in rows if row.debit_id is not None], accounts, orders):
        margin = found.setdefault((cost.line_kind, cost.basket_id), Margin())
        margin.count(cost.account_kind, cost.code, cost.ore, is_charge=False)
