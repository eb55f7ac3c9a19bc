"""What pages and verbs read of people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from shop.db import db
from shop.people.models import COORDINATOR, Customer, Enterprise, Invitation, Membership, Person, Place, is_at


def find_person(email: str) -> Person | None:
    """The person with this e-mail address, however it is capitalised."""
    return db.session.scalar(select(Person).where(func.lower(Person.email) == email.strip().lower()))


def all_people() -> Sequence[Person]:
    """Everybody who can sign in, by name."""
    return db.session.scalars(select(Person).order_by(func.lower(Person.name), Person.email)).all()


def members_of(place: Place) -> Sequence[Membership]:
    """The memberships of one enterprise or customer, the oldest first."""
    return db.session.scalars(select(Membership).where(is_at(Membership, place)).order_by(Membership.id)).all()


def coordinators() -> Sequence[Membership]:
    """The memberships of the coordinators, the oldest first."""
    return db.session.scalars(select(Membership).where(Membership.role == COORDINATOR).order_by(Membership.id)).all()


def find_membership(person: Person, role: str, place: Place | None) -> Membership | None:
    """The person's membership in this role, at this place when it is a supplier's or a buyer's."""
    wanted = (place.id if isinstance(place, Enterprise) else None, place.id if isinstance(place, Customer) else None)
    for membership in person.memberships:
        if membership.role == role and (membership.enterprise_id, membership.customer_id) == wanted:
            return membership
    return None


def open_invitations(now: datetime, *, place: Place | None = None) -> Sequence[Invitation]:
    """Invitations nobody has accepted and that still hold, the newest first; of one place or of all."""
    question = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.expires_at > now)
    if place is not None:
        question = question.where(is_at(Invitation, place))
    return db.session.scalars(question.order_by(Invitation.id.desc())).all()


def enterprises() -> Sequence[Enterprise]:
    """The enterprises that have not left, by name."""
    return db.session.scalars(select(Enterprise).where(Enterprise.left_on.is_(None)).order_by(Enterprise.name)).all()


def find_enterprise(*, name: str = "", cvr: str = "") -> Enterprise | None:
    """The enterprise with this name (whatever its capitals) or CVR number, the first if there are several."""
    query = select(Enterprise).where(func.lower(Enterprise.name) == name.lower() if name else Enterprise.cvr == cvr)
    return db.session.scalars(query.order_by(Enterprise.id).limit(1)).first()
