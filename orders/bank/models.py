"""The shop's bank account as the bank tells it: files, their lines, what became of each, and which orders they paid."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from orders.payments.models import MoneyIn
from shop.db import Base, Ore

OPEN, PART, BOOKED, ASIDE, OUT = STATES = "open", "part", "booked", "aside", "out"


class BankFile(Base):
    """A file from the bank that was read. The file is not kept: its SHA-256 is. Rows are added, never changed."""

    __tablename__ = "bank_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    account: Mapped[str] = mapped_column(String(40))
    lines: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(index=True)
    by_name: Mapped[str] = mapped_column(String(200))


class BankLine(Base):
    """One line of the account as it came, in øre (below zero: money out). Triggers let nothing change and no row go.

    `key` is the SHA-256 of account, day, texts, amount and balance, and which of several equal lines it is: the same
    line in two files is one row. Who sent it and what was written is emptied when the books need it no longer.
    """

    __tablename__ = "bank_line"
    __table_args__ = (Index("ix_bank_line_booked_on_id", "booked_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("bank_file.id"), index=True)
    row_no: Mapped[int]
    account: Mapped[str] = mapped_column(String(40))
    booked_on: Mapped[date]
    ore: Mapped[int] = mapped_column(Ore)
    balance_ore: Mapped[int | None] = mapped_column(Ore)
    text: Mapped[str] = mapped_column(String(300))
    sender: Mapped[str] = mapped_column(String(300))
    reference: Mapped[str] = mapped_column(String(300))


class BankLineState(Base):
    """What has become of a line: the only thing about it that changes. `state` is moved by `orders.bank.states`.

    `left_ore` is what has not been booked on an order; `why` says why a line is not ours to match.
    """

    __tablename__ = "bank_line_state"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("left_ore >= 0", name="left_ore"),
        CheckConstraint("(state = 'booked') <= (left_ore = 0)", name="booked"),
        Index("ix_bank_line_state_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    left_ore: Mapped[int] = mapped_column(Ore)
    why: Mapped[str] = mapped_column(String(500), default="")
    by_name: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime | None]
    line: Mapped[BankLine] = relationship()


class BankBooking(Base):
    """So much of a line belongs to an order: a person has said so. The books hold it by its `money_in`.

    One that was wrong stays and says when it was undone, by whom and why; the books hold a posting for that too.
    """

    __tablename__ = "bank_booking"
    __table_args__ = (
        CheckConstraint("ore > 0", name="ore"),
        CheckConstraint("(undone_at IS NULL) = (undone_why = '')", name="undone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    money_in_id: Mapped[int] = mapped_column(ForeignKey("money_in.id"), unique=True)
    ore: Mapped[int] = mapped_column(Ore)
    reasons: Mapped[list[str]]
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(200), default="")
    undone_why: Mapped[str] = mapped_column(String(500), default="")
    line: Mapped[BankLine] = relationship()
    order: Mapped[Order] = relationship()
    money_in: Mapped[MoneyIn] = relationship()


class BankLeft(Base):
    """So much that an order's buyer has paid too much stays with the order: a person has said so, and why."""

    __tablename__ = "bank_left"
    __table_args__ = (CheckConstraint("ore > 0", name="ore"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    ore: Mapped[int] = mapped_column(Ore)
    why: Mapped[str] = mapped_column(String(500))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class BankColumns(Base):
    """Which column is which, as a person has said it, for files with these headers (or this many columns and none)."""

    __tablename__ = "bank_columns"

    id: Mapped[int] = mapped_column(primary_key=True)
    headers_key: Mapped[str] = mapped_column(String(64), unique=True)
    headers: Mapped[list[str]]
    columns: Mapped[list[str]]  # what each column is, in their order; "" is none of ours
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class BankDraft(Base):
    """A file that waits for somebody to say which column is which; gone when it has been read, or after a day."""

    __tablename__ = "bank_draft"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(index=True)
