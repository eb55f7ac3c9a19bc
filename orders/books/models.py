"""The books: accounts, and postings that are never changed and never deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Ore

# What the buyers owe, and where their money is.
RECEIVABLE, GATEWAY, BANK, CASH = "receivable", "gateway", "bank", "cash"
# What belongs to the enterprises (one account each): sent but not paid for, and to be paid out; and what is the pot's.
EARNED, PAYABLE, POT = "earned", "payable", "pot"
VAT_OUT, FEES, WRITTEN_OFF = "vat_out", "fees", "written_off"
KINDS = (RECEIVABLE, GATEWAY, BANK, CASH, EARNED, PAYABLE, POT, VAT_OUT, FEES, WRITTEN_OFF)
OWNED = (EARNED, PAYABLE)

SALE, FREIGHT, DISCOUNT, RECEIPT, FEE = "sale", "freight", "discount", "receipt", "fee"
REFUND, GOODWILL, CANCELLATION, REPAID = "refund", "goodwill", "cancellation", "repaid"
DUE, WRITE_OFF, REPLACEMENT, CORRECTION = "due", "write_off", "replacement", "correction"
PAYOUT, UNDONE, REMINDER = "payout", "undone", "reminder"
CODES = (
    SALE, FREIGHT, DISCOUNT, RECEIPT, FEE, REFUND, GOODWILL, CANCELLATION, REPAID, DUE, WRITE_OFF, REPLACEMENT,
    CORRECTION, PAYOUT, UNDONE, REMINDER,
)  # fmt: skip


class Account(Base):
    """An account; those of the enterprises are one for each of them."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("kind", "enterprise_id"),
        Index(
            "uq_account_kind_shared", "kind", unique=True,
            sqlite_where=text("enterprise_id IS NULL"), postgresql_where=text("enterprise_id IS NULL"),
        ),
        CheckConstraint("(kind IN ('earned', 'payable')) = (enterprise_id IS NOT NULL)", name="owner"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))


class Posting(Base):
    """So many øre from one account to another. `reference` is its cause's own name: nothing can be booked twice.

    `at` is the moment in UTC, `booked_on` its day in Copenhagen; `hash` is the SHA-256 of the row's own fields.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("ore > 0", name="ore"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        Index("ix_posting_debit_id_booked_on", "debit_id", "booked_on"),
        Index("ix_posting_credit_id_booked_on", "credit_id", "booked_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    code: Mapped[str] = mapped_column(String(12))
    debit_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    credit_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ore: Mapped[int] = mapped_column(Ore)
    at: Mapped[datetime]
    booked_on: Mapped[date]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    share_id: Mapped[int | None] = mapped_column(ForeignKey("share.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    hash: Mapped[str] = mapped_column(String(64))


class BooksCheck(Base):
    """One check of the books: what it found, kept so that a page can show it and a payout can ask for it."""

    __tablename__ = "books_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    seconds: Mapped[int]
    postings: Mapped[int]
    holds: Mapped[bool]
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what breaks each rule, by the rule's name
