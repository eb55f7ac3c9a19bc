"""Sums of postings that are kept, since postings are never changed: what a page adds up is these and the newest ones.

They can be thrown away and made anew at any time; the check of the books compares them with the postings.
"""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Ore


class SumMark(Base):
    """How far the postings have been added up: every posting up to this id, and none after it. One row."""

    __tablename__ = "sum_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int]


class PostingDay(Base):
    """A day's postings (all but `due`) between two accounts, by code and by what was sold; øre. `is_charge`: a refund
    to a named bearer. 0 and "" where there is no basket or no line."""

    __tablename__ = "posting_day"

    booked_on: Mapped[date] = mapped_column(primary_key=True)
    debit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    credit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    is_charge: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    basket_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ore: Mapped[int] = mapped_column(Ore)


class CostDay(Base):
    """A day's fees and write-offs, divided over what was sold: credits less debits of the kind of account, in øre."""

    __tablename__ = "cost_day"

    booked_on: Mapped[date] = mapped_column(primary_key=True)
    account_kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    line_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    basket_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ore: Mapped[int] = mapped_column(Ore)


class OpenBalance(Base):
    """An order whose buyer's account was not even: above zero the buyer owes (øre), and the day of the sale if seen."""

    __tablename__ = "open_balance"

    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ore: Mapped[int] = mapped_column(Ore)
    sold_on: Mapped[date | None]
