"""What pages read of e-invoices on their way."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from orders.documents.models import Document
from orders.einvoicing.models import Dispatch
from orders.einvoicing.states import REJECTED, WAITING
from orders.einvoicing.ways import BY_HAND
from shop.db import db
from shop.listing import Paged, paged

HANDS_WAITING = (
    select(func.count(Dispatch.id))
    .where((Dispatch.state == REJECTED) | ((Dispatch.state == WAITING) & (Dispatch.way == BY_HAND)))
    .scalar_subquery()
)
"""How many e-invoices wait for a person: to be brought, or to be looked at since they were rejected."""


def dispatches(state: str, side: int) -> Paged[Dispatch]:
    """A page of e-invoices: what needs a hand first, then the newest; of one state when it is named."""
    query = select(Dispatch).options(joinedload(Dispatch.document).joinedload(Document.order))
    if state:
        query = query.where(Dispatch.state == state)
    urgency = case((Dispatch.state == REJECTED, 0), (Dispatch.state == WAITING, 1), else_=2)
    return paged(query.order_by(urgency, Dispatch.id.desc()), side)


def dispatches_of(order_id: int) -> dict[int, Dispatch]:
    """The e-invoices of an order, by document."""
    rows = db.session.scalars(
        select(Dispatch).join(Document).where(Document.order_id == order_id).options(joinedload(Dispatch.document))
    )
    return {row.document_id: row for row in rows}


def find_dispatch(number: str) -> Dispatch | None:
    """The e-invoice of a document, by the document's number."""
    return db.session.scalar(
        select(Dispatch)
        .join(Document)
        .where(Document.number == number)
        .options(joinedload(Dispatch.document).joinedload(Document.order))
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are in a state."""

    state: str
    count: int


def counted() -> Sequence[Counted]:
    """How many e-invoices there are in each state."""
    rows = db.session.execute(select(Dispatch.state, func.count()).group_by(Dispatch.state)).all()
    return [Counted(state, count) for state, count in rows]
