"""People who sign in, the enterprises and the buying organisations they work for, and in which role."""

from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_security import RoleMixin, UserMixin
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Base, Ore

SUPPLIER = "supplier"
COORDINATOR = "coordinator"
BUYER = "buyer"
NONE, ASKED, GRANTED, REFUSED = "none", "asked", "granted", "refused"  # what an organisation may do on an invoice
AT_ONCE, DAILY = "now", "daily"  # when somebody is told what has happened
VAT_STATUSES = ("registered", "below_threshold", "blind_exemption", "exempt_activity")


class Enterprise(Base):
    """A member of the joint shop. `colour` is its place in the palette of colours and patterns."""

    __tablename__ = "enterprise"
    is_shown = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(100), default="")
    colour: Mapped[int]
    cvr: Mapped[str] = mapped_column(String(8), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(4), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    short_da: Mapped[str] = mapped_column(String(300), default="")
    short_en: Mapped[str] = mapped_column(String(300), default="")
    story_da: Mapped[str] = mapped_column(Text, default="")
    story_en: Mapped[str] = mapped_column(Text, default="")
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    vat: Mapped[list["VatStatus"]] = relationship(back_populates="enterprise", order_by="VatStatus.valid_from")


class VatStatus(Base):
    """An enterprise's VAT status from a day on (domain-denmark §1.8). A change never touches old documents."""

    __tablename__ = "vat_status"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "valid_from"),
        CheckConstraint(f"status IN {VAT_STATUSES}", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    status: Mapped[str] = mapped_column(String(20))
    vat_no: Mapped[str] = mapped_column(String(20), default="")
    valid_from: Mapped[date]
    checked_on: Mapped[date]
    enterprise: Mapped[Enterprise] = relationship(back_populates="vat")


class Customer(Base):
    """A company or a public body that has an account. `on_invoice` says whether it may buy on an invoice.

    `credit_ore` is what it may owe at a time (with VAT), `days` how long after an invoice. Who they are and what their
    invoices must say is remembered by unit.
    """

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("kind IN ('company', 'public')", name="kind"),
        CheckConstraint(f"on_invoice IN {(NONE, ASKED, GRANTED, REFUSED)}", name="on_invoice"),
        CheckConstraint("credit_ore >= 0 AND days >= 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    cvr: Mapped[str] = mapped_column(String(8), default="", index=True)
    on_invoice: Mapped[str] = mapped_column(String(10), default=NONE)
    credit_ore: Mapped[int] = mapped_column(Ore, default=0)
    days: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    units: Mapped[list["CustomerUnit"]] = relationship(order_by="CustomerUnit.used_at.desc()")


class CustomerUnit(Base):
    """A department of an organisation as it last filled in the checkout: EAN number, reference, address.

    `typed` are the checkout's own fields; `key` says which of them are the same department.
    """

    __tablename__ = "customer_unit"
    __table_args__ = (UniqueConstraint("customer_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    key: Mapped[str] = mapped_column(String(64))
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    used_at: Mapped[datetime]


class Role(Base, RoleMixin):
    """Required by the sign-in library; what a person may do follows from memberships instead."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class Person(Base, UserMixin):
    """Somebody who can sign in."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="da")
    notices: Mapped[str] = mapped_column(String(10), default=AT_ONCE, server_default=AT_ONCE)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    # The time step of the last code used: a code that somebody looked at over a shoulder is worth nothing.
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)
    # The library takes a used code out of the list in place, and a plain JSON column would not notice.
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", lazy="selectin", order_by="Membership.id", passive_deletes=True
    )

    @property
    def has_second_factor(self) -> bool:
        return bool(self.tf_totp_secret and self.tf_primary_method)

    @property
    def must_have_second_factor(self) -> bool:
        """Coordinators see every buyer's name and every supplier's money: in production a password is not enough."""
        in_production = current_app.config["MODE"] == "production"
        return in_production and any(membership.role == COORDINATOR for membership in self.memberships)

    def check_tf_required(
        self,
        tf_setup_methods: list[tuple[str, str]],
        tf_fresh: bool,  # the library's: no device is trusted for a while here
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Asked by the sign-in library after the password: whether a code is to be asked for (or set up) as well."""
        return self.must_have_second_factor or bool(tf_setup_methods), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Asked by the sign-in library on the set-up page: whether the second step cannot be switched off."""
        return self.must_have_second_factor

    @property
    def by_id(self) -> int:
        return self.id

    @property
    def by_name(self) -> str:
        return self.name or self.email


Place = Enterprise | Customer
_OFFICE = text("role = 'coordinator'")


def is_at(table: type["Membership"] | type["Invitation"], place: Place | None) -> ColumnElement[bool]:
    """Of a role or an invitation: whether it is of this place; None is the office."""
    if isinstance(place, Customer):
        return table.customer_id == place.id
    return and_(table.customer_id.is_(None), table.enterprise_id == (place.id if place else None))


class Membership(Base):
    """A person's role: coordinator of the shop (no place), supplier for one enterprise, or buyer for one customer."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "enterprise_id"),
        UniqueConstraint("person_id", "customer_id"),
        CheckConstraint("(role = 'supplier') = (enterprise_id IS NOT NULL)", name="enterprise"),
        CheckConstraint("(role = 'buyer') = (customer_id IS NOT NULL)", name="customer"),
        CheckConstraint(f"role IN {(SUPPLIER, COORDINATOR, BUYER)}", name="role"),
        # A NULL enterprise is never equal to another, so the constraint above lets two coordinator rows through.
        Index("uq_membership_coordinator", "person_id", unique=True, sqlite_where=_OFFICE, postgresql_where=_OFFICE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    since: Mapped[datetime]
    person: Mapped[Person] = relationship(back_populates="memberships")
    enterprise: Mapped[Enterprise | None] = relationship(lazy="joined")
    customer: Mapped[Customer | None] = relationship(lazy="joined")

    @property
    def place(self) -> "Place | None":
        """Where the role is held; nowhere is the office."""
        return self.enterprise or self.customer


class Notice(Base):
    """Something a person who wants one letter a day is told in the next one. The same `key` twice is once."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    text_da: Mapped[str] = mapped_column(String(500))
    text_en: Mapped[str] = mapped_column(String(500))
    said: Mapped[str] = mapped_column(Text, default="")  # somebody's own words, in no language of ours
    path: Mapped[str] = mapped_column(String(300))
    sent_at: Mapped[datetime | None] = mapped_column(index=True)


class Invitation(Base):
    """A letter that lets somebody in: the link's token is kept only as its SHA-256."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(20))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[str] = mapped_column(String(200))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    enterprise: Mapped[Enterprise | None] = relationship(lazy="joined")
    customer: Mapped[Customer | None] = relationship(lazy="joined")

    #: The path of the link, known only to the one who has just written the invitation; never stored here.
    path = ""

    @property
    def place(self) -> "Place | None":
        """Where the role will be held; nowhere is the office."""
        return self.enterprise or self.customer

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and now < self.expires_at


class SignInAttempt(Base):
    """A failed sign-in, counted per account over all processes."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256 of the lower-cased address typed
    at: Mapped[datetime]
