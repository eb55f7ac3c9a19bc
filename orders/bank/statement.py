"""The lines of an account, read from the rows of a file: all of them, or none and why."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orders.bank.amounts import read_amount, read_bank_day
from orders.bank.columns import ACCOUNT, AMOUNT, BALANCE, CURRENCY, DAY, IN, OUT, REFERENCE, SENDER, STATUS, TEXT
from orders.bank.decode import Row, unreadable
from shop.i18n import lazy_gettext as _

LONGEST = 300
WAITING = ("venter", "ikke bogført", "reserveret", "afventer", "kommende", "pending", "waiting")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account, in øre. `key` is the same however often the line is met."""

    key: str
    row_no: int
    account: str
    booked_on: date
    ore: int
    balance_ore: int | None
    text: str
    sender: str
    reference: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file said: the booked lines, and how many the bank has not booked yet (they come again)."""

    lines: Sequence[Line]
    waiting: int


def read_statement(rows: Sequence[Row], columns: Sequence[str], *, account: str, today: date) -> Statement:
    """Read every row by its columns. `account` is whose lines they are where no column says so.

    Refuses with the line's number: a day or an amount that cannot be read, a day to come, another currency.
    """
    places = {kind: place for place, kind in enumerate(columns) if kind}
    seen: Counter[tuple[object, ...]] = Counter()
    lines: list[Line] = []
    waiting = 0
    for row in rows:
        cells = {kind: row.cells[place] if place < len(row.cells) else "" for kind, place in places.items()}
        if cells.get(STATUS, "").lower() in WAITING:
            waiting += 1
            continue
        told = _line(row.no, cells, account, today)
        seen[told] += 1
        lines.append(Line(_key(told, seen[told]), row.no, *told))
    return Statement(lines, waiting)


_Told = tuple[str, date, int, int | None, str, str, str]


def _line(no: int, cells: Mapping[str, str], account: str, today: date) -> _Told:
    currency = cells.get(CURRENCY, "").upper()
    if currency not in ("", "DKK", "KR", "KR."):
        raise unreadable(no, _("Beløbet er i %(currency)s. Vi kan kun læse danske kroner.", currency=currency[:20]))
    try:
        booked_on = read_bank_day(cells[DAY])
    except ValueError:
        raise unreadable(no, _("«%(text)s» er ikke en dag.", text=cells[DAY][:40])) from None
    if booked_on > today:
        raise unreadable(no, _("Den dag er ikke kommet endnu. Hent kun det, der er bogført."))
    return (
        cells.get(ACCOUNT, "")[:40] or account,
        booked_on,
        _amount(no, cells),
        _kroner(no, cells[BALANCE]) if cells.get(BALANCE) else None,
        _said(cells, TEXT),
        _said(cells, SENDER),
        _said(cells, REFERENCE),
    )


def _said(cells: Mapping[str, str], kind: str) -> str:
    return unicodedata.normalize("NFC", cells.get(kind, ""))[:LONGEST]


def _amount(no: int, cells: Mapping[str, str]) -> int:
    """The amount; where money in and money out have a column each, the one that is filled, out below zero."""
    if AMOUNT in cells:
        return _kroner(no, cells[AMOUNT])
    came, went = (_kroner(no, cells[kind]) if cells.get(kind) else 0 for kind in (IN, OUT))
    if (came and went) or not (cells.get(IN) or cells.get(OUT)):
        raise unreadable(no, _("Der skal stå et beløb i én af de to kolonner, ind eller ud."))
    return came - abs(went)


def _kroner(no: int, text: str) -> int:
    try:
        return read_amount(text)
    except ValueError:
        raise unreadable(no, _("«%(text)s» er ikke et beløb.", text=text[:40])) from None


def _key(told: _Told, ordinal: int) -> str:
    said = json.dumps([*map(str, told), ordinal], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
