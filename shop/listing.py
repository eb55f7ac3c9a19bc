"""What every list has: a page of it, read in the database with the whole count, and a search in plain text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from shop.db import db
from shop.numbers import whole_number

T = TypeVar("T")
U = TypeVar("U")
PAGE_SIZE = 24
LONGEST_SEARCH = 100
HIGHEST_SIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list: its rows, which page it is (from 1), and how many rows there are in all."""

    rows: Sequence[T]
    side: int
    total: int
    size: int = PAGE_SIZE

    def told(self, rows: Sequence[U]) -> "Paged[U]":
        """The same page, with more to tell of each row."""
        return Paged(rows, self.side, self.total, self.size)

    @property
    def sides(self) -> int:
        return sides_of(self.total, self.size)

    @property
    def first(self) -> int:
        return (self.side - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.side - 1) * self.size + len(self.rows)


def sides_of(total: int, size: int = PAGE_SIZE) -> int:
    """How many pages so many rows fill; none at all are one empty page."""
    return max(1, -(-total // size))


def paged(query: Select[T], side: int, *, size: int = PAGE_SIZE) -> Paged[T]:
    """One page of the rows of a query: two questions. A page past the last one is the last one."""
    counted = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = int(db.session.scalar(counted) or 0)
    here = min(max(1, side), sides_of(total, size))
    rows = db.session.scalars(query.limit(size).offset((here - 1) * size)).unique().all() if total else []
    return Paged(rows, here, total, size)


def page_of(rows: Sequence[T], side: int) -> Paged[T]:
    """One page of rows that have been read all at once. A page past the last one is the last one."""
    here = min(max(1, side), sides_of(len(rows)))
    return Paged(rows[(here - 1) * PAGE_SIZE : here * PAGE_SIZE], here, len(rows))


def typed_side(text: str | None) -> int:
    """The page number somebody asked for; anything that is none is the first."""
    side = whole_number((text or "").strip(), 7)
    return 1 if side is None else min(max(1, side), HIGHEST_SIDE)


def typed_search(text: str | None) -> str:
    """What is searched for, as plain text: one line, no control characters (PostgreSQL takes no NUL), at most 100."""
    plain = "".join(letter if letter.isprintable() else " " for letter in (text or "")[: 10 * LONGEST_SEARCH])
    return " ".join(plain.split())[:LONGEST_SEARCH]


def contains(text: str, *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether any of the columns holds the text, whatever its capitals.

    SQLite folds only A–Z, so that the usual ways to write Æ, Ø and Å are asked for as well.
    """
    spellings = {text, text.lower(), text.upper(), text.capitalize(), text.title()}
    return or_(*(column.icontains(one, autoescape=True) for column in columns for one in sorted(spellings)))
