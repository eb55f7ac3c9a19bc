"""Issue invoices and credit notes: everything they say is frozen together with their number, in one transaction.

Momsbekendtgørelsen § 58 says what stands on them and that their numbers have no gaps. All amounts in øre.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from orders.documents.lines import InvoiceLine, in_words, order_lines
from orders.documents.models import CREDIT_NOTE, INVOICE, Document, NumberSeries
from orders.einvoice.check import check_einvoice
from orders.einvoice.from_document import einvoice_of
from orders.einvoice.write import write_einvoice
from orders.models import PRIVATE, Order
from shop.checkdigits import fik_line
from shop.days import local_day
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import post
from shop.journal.record import CLOCK, By, record
from shop.money import divide_half_up
from shop.settings.read import seller, value
from shop.tax import FULL_BP, TaxedLine, vat_groups

PREFIXES = {INVOICE: "numbers.invoice_prefix", CREDIT_NOTE: "numbers.credit_prefix"}
ACTS = {INVOICE: "invoiced", CREDIT_NOTE: "credited"}
BANK = ("bank_reg", "bank_account", "iban")
ORE_PARTS = 100  # a price a piece is kept in hundredths of an øre: without VAT it need not be whole


def issue_invoice(
    order: Order,
    *,
    now: datetime,
    lines: Sequence[InvoiceLine] | None = None,
    due_on: date | None = None,
    by: By = CLOCK,
    render: bool = True,
) -> Document:
    """Freeze the invoice of a locked order; issued before, it is that one. The worker makes its PDF, if `render`.

    `lines` are what is left of the order's own (None: all of them). `due_on`: to be paid by bank until then; None: it
    is drawn from the payment that was begun with the order.
    """
    issued = find_invoice(order.id)
    if issued is not None:
        return issued
    own = lines if lines is not None else order_lines(order)
    more = {"due_on": due_on.isoformat() if due_on else None, "delivered_on": order.wanted_on.isoformat()}
    creditor = str(value("seller.fik_creditor", on=local_day(now)))
    if due_on and creditor:
        more["fik"] = fik_line(order.id, creditor)
    return _freeze(INVOICE, order, own, more, now=now, by=by, render=render)


def issue_invoice_anew(
    order: Order,
    *,
    replaces: Document,
    lines: Sequence[InvoiceLine],
    paid_ore: int,
    due_on: date | None,
    now: datetime,
    by: By = CLOCK,
    render: bool = True,
) -> Document:
    """Freeze the invoice that stands in for one that has been credited whole, of what remains (DK-BR-002).

    `paid_ore` is what its buyer has paid already. An invoice is replaced once: the database sees to it.
    """
    assert (replaces.kind, replaces.order_id) == (INVOICE, order.id)
    more = {
        "due_on": due_on.isoformat() if due_on else None,
        "delivered_on": replaces.data["delivered_on"],
        "replaces": _named(replaces),
        **({"paid_ore": min(paid_ore, sum(line.gross_ore for line in lines))} if due_on and paid_ore > 0 else {}),
    }
    if due_on and replaces.data.get("fik"):
        more["fik"] = replaces.data["fik"]
    return _freeze(INVOICE, order, lines, more, now=now, by=by, render=render, replaces=replaces)


def issue_credit_note(
    order: Order,
    *,
    about: Document,
    lines: Sequence[InvoiceLine],
    refund_id: int | None,
    why: str,
    now: datetime,
    by: By = CLOCK,
    render: bool = True,
    anew: bool = False,
) -> Document:
    """Freeze a credit note about an invoice of a locked order (momsbekendtgørelsen § 58(2): it names the invoice).

    Refuses to credit more than is left of the invoice. The same refund is credited once. `anew`: another invoice
    follows, of what remains.
    """
    assert (about.kind, about.order_id) == (INVOICE, order.id)
    assert all(line.gross_ore >= 0 for line in lines)
    if refund_id is not None and (issued := _find_credit_note(refund_id)) is not None:
        return issued
    credited = db.session.scalar(
        select(func.coalesce(func.sum(Document.gross_ore), 0)).where(Document.about_id == about.id)
    )
    if int(credited or 0) + sum(line.gross_ore for line in lines) > about.gross_ore:
        raise Refused(_("Der er ikke så meget tilbage af faktura %(number)s.", number=about.number))
    is_owed = bool(about.data.get("due_on"))
    more = {"why": why, "of": _named(about), **({"owed": True} if is_owed else {}), **({"anew": True} if anew else {})}
    return _freeze(
        CREDIT_NOTE, order, lines, more,
        now=now, by=by, render=render, about=about, refund_id=refund_id,
    )  # fmt: skip


def _named(invoice: Document) -> dict[str, str]:
    return {"number": invoice.number, "issued_on": invoice.issued_on.isoformat()}


def find_invoice(order_id: int) -> Document | None:
    """The invoice of an order that stands, when one has been issued: the last of those that replaced each other."""
    query = select(Document).where(Document.order_id == order_id, Document.kind == INVOICE)
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))


def _find_credit_note(refund_id: int) -> Document | None:
    return db.session.scalar(select(Document).where(Document.refund_id == refund_id, Document.kind == CREDIT_NOTE))


def _freeze(
    kind: str,
    order: Order,
    lines: Sequence[InvoiceLine],
    more: dict[str, Any],
    *,
    now: datetime,
    by: By,
    render: bool,
    about: Document | None = None,
    refund_id: int | None = None,
    replaces: Document | None = None,
) -> Document:
    assert lines, "a document says something"
    on = local_day(now)
    prefix = str(value(PREFIXES[kind], on=on))
    data = _snapshot(kind, order, lines, on, more)
    if order.buyer_kind != PRIVATE:
        _check_einvoice(data)
    # Last of all, so that whoever waits for the next number waits as short as can be.
    serial = take_number(prefix)
    data["number"] = f"{prefix}{serial}"
    document = Document(
        kind=kind, series=prefix, serial=serial, number=data["number"], order_id=order.id, refund_id=refund_id,
        about_id=about.id if about else None, replaces_id=replaces.id if replaces else None,
        issued_on=on, issued_at=now, language=order.language,
        net_ore=data["net_ore"], vat_ore=data["vat_ore"], gross_ore=data["gross_ore"], data=data,
        data_hash=hash_of(data),
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    record(ACTS[kind], "order", order.id, by=by, now=now, number=document.number, gross_ore=document.gross_ore)
    if render:
        post("document", f"document:{document.id}", now=now, document_id=document.id)
    return document


def _check_einvoice(data: dict[str, Any]) -> None:
    """Refuses, in words, what an organisation's own system would send back: before the number is taken."""
    found = check_einvoice(write_einvoice(einvoice_of({**data, "number": "0"})))
    if found:
        said = " ".join(dict.fromkeys(str(one.sentence) for one in found))
        raise Refused(
            _("Papiret kan ikke sendes som e-faktura: %(said)s (%(rules)s)",
              said=said, rules=", ".join(one.rule for one in found))
        )  # fmt: skip


def take_number(series: str) -> int:
    """The next number of a series. Its row stays locked until the transaction ends: rolled back, it is not used up.

    Documents with the same prefix share one series, so a number never means two of them.
    """
    taken = _take(series)
    if taken is None:
        insert_new(NumberSeries, series=series, last=0)
        taken = _take(series)
    assert taken is not None
    return taken


def _take(series: str) -> int | None:
    return db.session.scalar(
        update(NumberSeries)
        .where(NumberSeries.series == series)
        .values(last=NumberSeries.last + 1)
        .returning(NumberSeries.last)
        .execution_options(synchronize_session=False)
    )


def hash_of(data: dict[str, Any]) -> str:
    """The hash of what a document says, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _snapshot(kind: str, order: Order, lines: Sequence[InvoiceLine], on: date, more: dict[str, Any]) -> dict[str, Any]:
    """Everything the pages say, as plain JSON. Who receives the parcel is nobody's business here."""
    taxed = [
        TaxedLine(line.gross_ore, line.net_ore, line.vat_ore, line.vat_category, line.vat_rate_bp) for line in lines
    ]
    return {
        "kind": kind,
        "language": order.language,
        "issued_on": on.isoformat(),
        "order_number": order.number,
        "ordered_on": local_day(order.placed_at).isoformat(),
        "seller": {**asdict(seller(on=on)), **{name: str(value(f"seller.{name}", on=on)) for name in BANK}},
        "buyer": {**{name: str(text or "") for name, text in order.buyer_address.items()}, "name": order.buyer_name},
        **_organisation(order),
        "lines": [_line(line, order) for line in lines],
        "groups": [asdict(group) for group in vat_groups(taxed)],
        "net_ore": sum(line.net_ore for line in lines),
        "vat_ore": sum(line.vat_ore for line in lines),
        "gross_ore": sum(line.gross_ore for line in lines),
        **more,
    }


def _organisation(order: Order) -> dict[str, Any]:
    """What only the paper of a company or a public body says; nothing of a private buyer's is changed by it."""
    if order.buyer_kind == PRIVATE:
        return {}
    contact = {
        "contact": str(order.buyer_address.get("attention") or ""),
        "phone": order.buyer_phone,
        "email": order.buyer_email,
    }
    return {"organisation": {"kind": order.buyer_kind, **order.organisation, **contact}}


def _line(line: InvoiceLine, order: Order) -> dict[str, Any]:
    return {
        "text": in_words(line.text_da, line.text_en, order.language),
        "contents": list(line.contents),
        "quantity": line.quantity,
        "unit_parts": _unit_parts(line, priced_with_vat=order.buyer_kind == PRIVATE),
        "discount_ore": line.discount_ore,
        "net_ore": line.net_ore,
        "vat_ore": line.vat_ore,
        "gross_ore": line.gross_ore,
        "vat_category": line.vat_category,
        "vat_rate_bp": line.vat_rate_bp,
        **({} if order.buyer_kind == PRIVATE else {"kind": line.kind}),
    }


def _unit_parts(line: InvoiceLine, *, priced_with_vat: bool) -> int:
    """The price a piece without VAT and before the discount, in hundredths of an øre.

    Of what is priced with VAT it follows from that price: the line's own net may hold an odd øre of its VAT group.
    """
    if priced_with_vat and not line.discount_ore:
        return divide_half_up(line.gross_ore * FULL_BP * ORE_PARTS, (FULL_BP + line.vat_rate_bp) * line.quantity)
    return divide_half_up((line.net_ore + line.discount_ore) * ORE_PARTS, line.quantity)
