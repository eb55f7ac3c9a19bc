"""What pages read of what came after orders: reports, parcels, and how much of it waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from orders.after.change import may_change
from orders.after.models import Parcel, Report
from orders.after.report import may_report, reports_of
from orders.after.states import BACK, PACKED, PLANNED, RECEIVED
from orders.models import Order
from shop.days import local_day
from shop.db import db
from shop.listing import Paged, paged

MOST_PARCELS = 50
PATIENCE = timedelta(days=14)  # a buyer who has not said where a parcel goes now is called


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many reports wait for an answer, how many parcels are to be packed or sent, and how many lie here."""

    reports: int
    parcels: int
    back: int

    @property
    def any(self) -> bool:
        return bool(self.reports or self.parcels or self.back)


def count_waiting(now: datetime) -> tuple[Any, Any, Any]:
    """What waits for a person, as numbers that another question may ask for in passing (the fields of `Waiting`).

    A parcel that came back counts once its buyer has been silent for long.
    """
    reports = select(func.count()).select_from(Report).where(Report.state == RECEIVED).scalar_subquery()
    today = local_day(now)
    due = select(func.count()).select_from(Parcel)
    parcels = due.where(Parcel.state.in_((PLANNED, PACKED)), Parcel.pack_on <= today).scalar_subquery()
    back = due.where(Parcel.state == BACK, Parcel.back_at < now - PATIENCE).scalar_subquery()
    return reports, parcels, back


@dataclass(frozen=True, slots=True)
class After:
    """What a buyer can do with an order now, and what has come after it."""

    may_change: bool
    may_report: bool
    reports: Sequence[Report] = ()
    parcels: Sequence[Parcel] = ()

    @property
    def is_back(self) -> bool:
        return any(parcel.state == BACK for parcel in self.parcels)


def after_of(order: Order) -> After:
    """What came after an order; nothing is asked of one that has not been sent."""
    if not may_report(order):
        return After(may_change(order), may_report=False)
    return After(False, True, reports_of(order.id), parcels_of(order.id))


def report_list(side: int) -> Paged[Report]:
    """A page of reports: those that wait first, the oldest of them on top; then the answered, newest first."""
    is_open = Report.state == RECEIVED
    return paged(
        select(Report)
        .options(joinedload(Report.order))
        .order_by(
            case((is_open, 0), else_=1),
            case((is_open, Report.reported_at)),
            Report.answered_at.desc(),
            Report.id.desc(),
        ),
        side,
    )


def find_report(report_id: int) -> Report | None:
    """A report with its order."""
    return db.session.scalar(
        select(Report).where(Report.id == report_id).options(joinedload(Report.order), joinedload(Report.enterprise))
    )


def find_report_order(report_id: int) -> int | None:
    """The id of the order a report is about, to be locked before it."""
    return db.session.scalar(select(Report.order_id).where(Report.id == report_id))


def find_parcel_order(parcel_id: int) -> int | None:
    """The id of the order a parcel belongs to, to be locked before it."""
    return db.session.scalar(select(Parcel.order_id).where(Parcel.id == parcel_id))


def parcels_of(order_id: int) -> Sequence[Parcel]:
    """The parcels that follow an order's first, newest first."""
    return db.session.scalars(
        select(Parcel)
        .where(Parcel.order_id == order_id)
        .options(joinedload(Parcel.enterprise))
        .order_by(Parcel.id.desc())
    ).all()


def open_parcels() -> Sequence[Parcel]:
    """The parcels that somebody has to do with, by the day they are packed; those that came back last."""
    return db.session.scalars(
        select(Parcel)
        .where(Parcel.state.in_((PLANNED, PACKED, BACK)))
        .options(joinedload(Parcel.order))
        .order_by(case((Parcel.state == BACK, 1), else_=0), Parcel.pack_on, Parcel.id)
        .limit(MOST_PARCELS)
    ).all()


def parcel_back_of(order_id: int) -> Parcel | None:
    """The parcel of an order that lies here and waits for its buyer, if one does."""
    return db.session.scalar(
        select(Parcel).where(Parcel.order_id == order_id, Parcel.state == BACK).order_by(Parcel.id).limit(1)
    )
