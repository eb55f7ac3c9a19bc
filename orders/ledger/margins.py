"""What is left to the community, and what the state gets: from the postings alone, by month and by basket.

The margin is the pot's share less the payment fees, what was written off, and the refunds that the pot bears alone.
VAT in is expected: of the shares of enterprises registered on the day, until their statements are there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Subquery, case, extract, func, select, union_all

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
        if kind in (POT, *OWNED) and code != CORRECTION:
            self.sold_ore += ore
        if kind == POT:
            if code == CORRECTION:
                self.corrected_ore += ore
            elif is_charge:
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


def _moves(kinds: Iterable[str], first: date, last: date) -> Subquery:
    """Every movement on these kinds of accounts: credits above zero, debits below."""
    sides = [
        select(
            Posting.booked_on, Posting.code, Posting.line_id, Posting.share_id, Posting.order_id, Posting.reference,
            Account.kind, Account.enterprise_id, (sign * Posting.ore).label("ore"),
        )
        .join(Account, Account.id == side)
        .where(Account.kind.in_(tuple(kinds)), Posting.booked_on >= first, Posting.booked_on <= last)
        .where(Posting.code != DUE)
        for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1))
    ]  # fmt: skip
    return union_all(*sides).subquery()


def _is_charge(moves: Subquery) -> Any:
    codes = moves.c.code.in_((REFUND, GOODWILL, CANCELLATION))
    return case((codes & moves.c.share_id.is_(None), 1), else_=0)


def months(first: date, last: date) -> list[Month]:
    """Every month of a period that has postings, the newest first: three questions."""
    moves = _moves((POT, FEES, WRITTEN_OFF, VAT_OUT, *OWNED), first, last)
    year, month, charge = extract("year", moves.c.booked_on), extract("month", moves.c.booked_on), _is_charge(moves)
    rows = db.session.execute(
        select(year, month, moves.c.kind, moves.c.code, charge, func.sum(moves.c.ore)).group_by(
            year, month, moves.c.kind, moves.c.code, charge
        )
    )
    found: dict[date, Month] = {}
    for y, m, kind, code, is_charge, ore in rows:
        day = date(int(y), int(m), 1)
        one = found.setdefault(day, Month(day))
        one.margin.count(kind, code, int(ore), is_charge=bool(is_charge))
        if kind == VAT_OUT:
            one.vat_out_ore += int(ore)
    for day, ore in _vat_in(first, last).items():
        found.setdefault(day, Month(day)).vat_in_ore = ore
    return [found[day] for day in sorted(found, reverse=True)]


def _vat_in(first: date, last: date) -> dict[date, int]:
    """The VAT of the registered enterprises' shares by month: of each day's own status, once for each rate."""
    moves = _moves(OWNED, first, last)
    rows = db.session.execute(
        select(moves.c.booked_on, moves.c.enterprise_id, OrderLine.vat_rate_bp, func.sum(moves.c.ore).label("ore"))
        .outerjoin(OrderLine, OrderLine.id == moves.c.line_id)
        .group_by(moves.c.booked_on, moves.c.enterprise_id, OrderLine.vat_rate_bp)
    ).all()
    statuses = _statuses()
    nets: dict[tuple[date, int, int], int] = {}
    for day, owner, rate_bp, ore in rows:
        if status_on(statuses.get(owner, []), day) == REGISTERED:
            key = (day.replace(day=1), owner, rates_on(day)[STANDARD] if rate_bp is None else rate_bp)
            nets[key] = nets.get(key, 0) + int(ore)
    vat: dict[date, int] = {}
    for (month, _owner, rate_bp), net in nets.items():
        vat[month] = vat.get(month, 0) + vat_on_net(net, rate_bp)
    return vat


def _statuses() -> dict[int, list[tuple[date, str]]]:
    rows = db.session.execute(
        select(VatStatus.enterprise_id, VatStatus.valid_from, VatStatus.status).order_by(VatStatus.valid_from)
    )
    found: dict[int, list[tuple[date, str]]] = {}
    for owner, valid_from, status in rows:
        found.setdefault(owner, []).append((valid_from, status))
    return found


def status_on(statuses: Iterable[tuple[date, str]], day: date) -> str:
    """The status that holds on a day, of dated ones in their order; nothing before the first."""
    found = ""
    for valid_from, status in statuses:
        if valid_from <= day:
            found = status
    return found


def baskets(first: date, last: date) -> list[BasketMargin]:
    """Every basket of a period, the most sold first: each posting by its own line; fees by the lines of their order."""
    moves = _moves((POT, *OWNED), first, last)
    charge = _is_charge(moves)
    key = _key()
    rows = db.session.execute(
        select(*key, moves.c.kind, moves.c.code, charge, func.sum(moves.c.ore))
        .outerjoin(OrderLine, OrderLine.id == moves.c.line_id)
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .group_by(*key, moves.c.kind, moves.c.code, charge)
    )
    found: dict[tuple[str, int], Margin] = {}
    for kind, basket_id, account, code, is_charge, ore in rows:
        one = found.setdefault((kind or "", basket_id or 0), Margin())
        one.count(account, code, int(ore), is_charge=bool(is_charge))
    _add_fees(found, first, last)
    names = _names()
    result = [
        BasketMargin(kind, *names.get(basket_id, ("", "")), margin) for (kind, basket_id), margin in found.items()
    ]
    return sorted(result, key=lambda one: (one.kind != BASKET, -one.margin.sold_ore, one.name_da))


def _key() -> tuple[Any, Any]:
    return OrderLine.kind, BasketVersion.basket_id


def _names() -> dict[int, tuple[str, str]]:
    rows = db.session.execute(
        select(Basket.id, BasketVersion.name_da, BasketVersion.name_en).join(
            BasketVersion, BasketVersion.id == Basket.current_version_id
        )
    )
    return {row.id: (row.name_da, row.name_en) for row in rows}


def _add_fees(found: dict[tuple[str, int], Margin], first: date, last: date) -> None:
    """Divide each order's fees and what was written off over its lines, by what they cost the buyer."""
    moves = _moves((FEES, WRITTEN_OFF), first, last)
    costs = db.session.execute(
        select(moves.c.order_id, moves.c.reference, moves.c.kind, moves.c.code, moves.c.ore)
    ).all()
    lines: dict[int, list[tuple[tuple[str, int], int]]] = {}
    rows = db.session.execute(
        select(OrderLine.order_id, *_key(), OrderLine.gross_ore)
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .where(OrderLine.order_id.in_(select(moves.c.order_id)))
        .order_by(OrderLine.order_id, OrderLine.position)
    )
    for order_id, kind, basket_id, gross in rows:
        lines.setdefault(order_id, []).append(((kind, basket_id or 0), gross))
    for order_id, reference, account, code, ore in costs:
        members = [pair for pair in lines.get(order_id or 0, []) if pair[1] > 0] or [(("", 0), 1)]
        parts = split(int(ore), [gross for _key, gross in members], offset_for(f"margin:{reference}"))
        for (key, _gross), part in zip(members, parts, strict=True):
            found.setdefault(key, Margin()).count(account, code, part, is_charge=False)
