"""What is left to the community, and what the state gets: from the postings alone, by month and by basket.

The margin is the pot's share less the payment fees, what was written off, and the refunds that the pot bears alone.
VAT in is expected: of the shares of enterprises registered on the day, at the day's rate, until statements are there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import case, func, or_, select

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.queries import rates_on
from orders.books.models import (
    CANCELLATION,
    CORRECTION,
    DUE,
    FEES,
    GOODWILL,
    OWNED,
    POT,
    REFUND,
    REMINDER,
    REPLACEMENT,
    VAT_OUT,
    WRITTEN_OFF,
    Account,
    Posting,
)
from orders.models import BASKET, OrderLine
from shop.db import db
from shop.money import offset_for, split
from shop.people.models import VatStatus
from shop.tax import vat_on_net

T = TypeVar("T")
CHARGES = (REFUND, GOODWILL, CANCELLATION)
STANDARD = "S"
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


def _moves(first: date, last: date, *key: Any) -> Iterator[_Move]:
    """Every movement of a period summed up by some columns, one of them of the order line if need be.

    Each posting is read once, and told twice: out of its debit, and into its credit.
    """
    charge = case((Posting.code.in_(CHARGES) & Posting.share_id.is_(None), 1), else_=0)
    groups = (*key, Posting.debit_id, Posting.credit_id, Posting.code, charge)
    rows = db.session.execute(
        select(*groups, func.sum(Posting.ore))
        .outerjoin(OrderLine, OrderLine.id == Posting.line_id)
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .where(Posting.booked_on >= first, Posting.booked_on <= last, Posting.code != DUE)
        .group_by(*groups)
    ).all()
    accounts = {row.id: row for row in db.session.execute(select(Account.id, Account.kind, Account.enterprise_id))}
    for *found, debit, credit, code, is_charge, ore in rows:
        for account, sign in ((accounts[debit], -1), (accounts[credit], 1)):
            yield _Move(tuple(found), account.kind, account.enterprise_id, code, bool(is_charge), sign * int(ore))


def months(first: date, last: date) -> list[Month]:
    """Every month of a period that has postings, the newest first: four questions."""
    found: dict[date, Month] = {}
    nets: dict[tuple[date, int, int], int] = {}
    statuses = _statuses()
    for move in _moves(first, last, Posting.booked_on):
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
    for move in _moves(first, last, OrderLine.kind, BasketVersion.basket_id):
        if move.kind in (POT, *OWNED):
            kind, basket_id = move.key
            one = found.setdefault((kind or "", basket_id or 0), Margin())
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
    """Divide each order's fees and what was written off over its lines, by what they cost the buyer."""
    kinds = dict(
        db.session.execute(select(Account.id, Account.kind).where(Account.kind.in_((FEES, WRITTEN_OFF)))).all()
    )
    these = (
        or_(Posting.debit_id.in_(kinds), Posting.credit_id.in_(kinds)),
        Posting.booked_on >= first,
        Posting.booked_on <= last,
    )
    costs = db.session.scalars(select(Posting).where(*these).order_by(Posting.id)).all()
    lines: dict[int, list[tuple[tuple[str, int], int]]] = {}
    rows = db.session.execute(
        select(OrderLine.order_id, OrderLine.kind, BasketVersion.basket_id, OrderLine.gross_ore)
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .where(OrderLine.order_id.in_(select(Posting.order_id).where(*these, Posting.order_id.is_not(None))))
        .order_by(OrderLine.order_id, OrderLine.position)
    )
    for order_id, kind, basket_id, gross in rows:
        lines.setdefault(order_id, []).append(((kind, basket_id or 0), gross))
    for cost in costs:
        members = [pair for pair in lines.get(cost.order_id or 0, []) if pair[1] > 0] or [(("", 0), 1)]
        weights = [gross for _key, gross in members]
        for account, sign in ((cost.debit_id, -1), (cost.credit_id, 1)):
            if account in kinds:
                parts = split(sign * cost.ore, weights, offset_for(f"margin:{cost.reference}"))
                for (key, _gross), part in zip(members, parts, strict=True):
                    found.setdefault(key, Margin()).count(kinds[account], cost.code, part, is_charge=False)
