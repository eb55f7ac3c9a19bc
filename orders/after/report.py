"""A buyer reports that something is wrong, and the office answers: a new parcel, money back, or no."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from orders.after.models import KINDS, Report
from orders.after.states import RECEIVED, check_report, move_report
from orders.models import Order
from orders.refunds.give import refund_component, refund_goodwill
from orders.refunds.plan import Bearer, Cause
from orders.states import CLOSED, SENT
from orders.tell import tell_buyer
from shop.db import db, insert_new, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import BUYER, By, record

MOST_OPEN = 5


def may_report(order: Order) -> bool:
    """Whether it has been sent: before that there is nothing that can have come wrong."""
    return order.state in (SENT, CLOSED)


def report_problem(order: Order, *, kind: str, said: str, photo: str, key: str, now: datetime) -> Report | None:
    """Keep a report on a locked order and write the buyer that it is here. None when it has come before (its key).

    Refuses an order that has not been sent, and more than five reports that wait for an answer.
    """
    assert kind in KINDS, kind
    if not may_report(order):
        raise Refused(_("Ordre %(number)s er ikke sendt endnu.", number=order.number))
    if count_open(order.id) >= MOST_OPEN:
        raise Refused(_("Vi har allerede flere henvendelser om ordren, som vi er ved at svare på. Skriv til os."))
    report = insert_new(
        Report,
        key=f"{order.id}:{key}",
        order_id=order.id,
        kind=kind,
        said=said,
        photo=photo,
        state=RECEIVED,
        reported_at=now,
        answered_by="",
        answer="",
        refund_ore=0,
        bearer="",
    )
    if report is None:
        return None
    record("reported", "order", order.id, by=BUYER, now=now, report_id=report.id, kind=kind)
    tell_buyer(order, "report_received", report.id, now=now, report_id=report.id)
    return report


def count_open(order_id: int) -> int:
    """How many reports of an order wait for an answer."""
    query = select(func.count()).select_from(Report).where(Report.order_id == order_id, Report.state == RECEIVED)
    return int(db.session.scalar(query) or 0)


def lock_report(report_id: int) -> Report:
    """The report, locked; its order is locked before it."""
    return lock_row(Report, report_id)


def decline(report: Report, *, why: str, by: By, now: datetime) -> None:
    """Say no, with the reason; the letter tells where to complain (lov om forbrugerklager § 4)."""
    check_report(report, "decline")
    _answer(report, "decline", why, by, now)


def say_replaced(report: Report, *, said: str, bearer: Bearer, by: By, now: datetime) -> None:
    """A new parcel has been planned: tell the buyer. Who bears it is noted."""
    _bears(report, bearer)
    _answer(report, "replace", said, by, now)


def refund(
    report: Report,
    *,
    gross_ore: int = 0,
    share_id: int = 0,
    pieces: int = 0,
    said: str,
    note: str,
    bearer: Bearer,
    by: By,
    now: datetime,
) -> None:
    """Give money back: so many øre with VAT, or one enterprise's part of so many pieces. The order is locked.

    Refuses what a refund refuses.
    """
    check_report(report, "refund")
    cause = Cause(f"report:{report.id}", said, bearer, note)
    if share_id:
        made = refund_component(report.order, share_id, pieces, cause, by=by, now=now)
    else:
        made = refund_goodwill(report.order, gross_ore, cause, by=by, now=now)
    _bears(report, bearer)
    report.refund_ore = made.gross_ore
    _answer(report, "refund", said, by, now)


def _bears(report: Report, bearer: Bearer) -> None:
    report.bearer, report.bearer_id = bearer.kind, bearer.enterprise_id


def _answer(report: Report, verb: str, text: str, by: By, now: datetime) -> None:
    report.answer, report.answered_by = text, by.by_name[:200]
    move_report(report, verb, now=now)
    record(f"report_{report.state}", "order", report.order_id, by=by, now=now, why=text[:1000], report_id=report.id)
    tell_buyer(report.order, "report_answered", report.id, now=now, report_id=report.id)


def reports_of(order_id: int) -> Sequence[Report]:
    """Everything reported about an order, newest first."""
    return db.session.scalars(select(Report).where(Report.order_id == order_id).order_by(Report.id.desc())).all()
