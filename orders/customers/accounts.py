"""Accounts of companies and public bodies: opened by themselves, let buy on an invoice by the office."""

from datetime import datetime

from orders.payments.credit import most_days
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, Named, record
from shop.people.invite import invite
from shop.people.models import ASKED, BUYER, GRANTED, REFUSED, Customer, Invitation
from shop.people.notices import notify_customer, notify_office

MOST_CREDIT = 1_000_000_00
"""The largest sum an account may owe at a time, in øre."""


def open_account(kind: str, name: str, cvr: str, email: str, *, language: str, now: datetime) -> Invitation:
    """Make an account and write to its first person, who becomes a buyer by following the letter's link.

    Whoever owns the address decides: nothing is known of it here that the page could give away.
    """
    customer = Customer(kind=kind, name=name, cvr=cvr, made_at=now)
    db.session.add(customer)
    db.session.flush()
    record("opened", "customer", customer.id, by=Named(email), now=now, name=name)
    return invite(email, BUYER, customer, by=Named(name), now=now, language=language)


def ask_for_invoices(customer: Customer, *, by: By, now: datetime) -> None:
    """Ask the office to let a locked account buy on an invoice. Asked or granted before: nothing."""
    if customer.on_invoice in (ASKED, GRANTED):
        return
    customer.on_invoice = ASKED
    record("invoices_asked", "customer", customer.id, by=by, now=now)
    notify_office(
        f"invoices:{customer.id}:{now.isoformat()}",
        _("%(name)s vil gerne købe på faktura.", name=customer.name),
        path=f"/kontor/kunder/{customer.id}", now=now,
    )  # fmt: skip


def grant_invoices(customer: Customer, credit_ore: int, days: int, *, by: By, now: datetime) -> None:
    """Let a locked account owe so much at a time, with VAT, so many days after an invoice; its people are told.

    Refuses nothing, more than the shop lends, and a time longer than the law or the shop lets.
    """
    if not 0 < credit_ore <= MOST_CREDIT:
        raise Refused(_("Skriv et beløb over 0 kr. og højst 1.000.000 kr."), field="credit_ore")
    most = most_days(customer.kind)
    if not 1 <= days <= most:
        raise Refused(_("Skriv et helt tal fra 1 til %(most)s dage.", most=most), field="days")
    customer.on_invoice, customer.credit_ore, customer.days = GRANTED, credit_ore, days
    record("invoices_granted", "customer", customer.id, by=by, now=now, credit_ore=credit_ore, days=days)
    notify_customer(
        customer.id, f"invoices:{customer.id}:{now.isoformat()}",
        _("I kan nu købe på faktura og betale %(days)s dage efter.", days=days), path="/kunde", now=now,
    )  # fmt: skip


def refuse_invoices(customer: Customer, *, by: By, now: datetime) -> None:
    """Say no, or no longer. Orders already let through stay as they are."""
    customer.on_invoice, customer.credit_ore = REFUSED, 0
    record("invoices_refused", "customer", customer.id, by=by, now=now)
    notify_customer(
        customer.id, f"invoices:{customer.id}:{now.isoformat()}",
        _("Vi kan ikke lade jer købe på faktura lige nu. I kan stadig betale med kort."),
        path="/kunde", now=now,
    )  # fmt: skip
