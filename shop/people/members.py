"""Who has which role: people are made, and memberships given and withdrawn."""

from datetime import datetime

import email_validator
from sqlalchemy import func, select

from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.people.models import BUYER, COORDINATOR, SUPPLIER, Customer, Enterprise, Membership, Person, Place
from shop.people.passwords import hashed, new_uniquifier
from shop.people.queries import find_membership, find_person


def tidy_email(typed: str) -> str:
    """The address as it is stored: in small letters. Refuses what is no e-mail address."""
    try:
        valid = email_validator.validate_email(typed.strip(), check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise Refused(_("Det ligner ikke en e-mailadresse."), field="email") from error
    return valid.normalized.lower()


def add_person(email: str, name: str, password: str | None, *, by: By, now: datetime) -> Person:
    """Make somebody who can sign in; without a password only after a password letter. Refuses a taken address."""
    address = tidy_email(email)
    if find_person(address) is not None:
        raise Refused(_("Der er allerede en bruger med den e-mailadresse."), field="email")
    person = Person(
        email=address,
        name=name.strip(),
        password=hashed(password) if password else None,
        active=True,
        language="da",
        fs_uniquifier=new_uniquifier(),
    )
    db.session.add(person)
    db.session.flush()
    record("added", "person", person.id, by=by, now=now, email=address)
    return person


def fits(role: str, place: Place | None) -> bool:
    """Whether a role can be held there: a supplier's at an enterprise, a buyer's at a customer."""
    return {SUPPLIER: isinstance(place, Enterprise), BUYER: isinstance(place, Customer)}.get(role, place is None)


def add_membership(person: Person, role: str, place: Place | None, *, by: By, now: datetime) -> Membership:
    """Give a person a role: coordinator (no place), supplier or buyer of one. Had before: the one there is."""
    assert fits(role, place), "a supplier has an enterprise, a buyer a customer, a coordinator none"
    before = find_membership(person, role, place)
    if before is not None:
        return before
    enterprise = place if isinstance(place, Enterprise) else None
    customer = place if isinstance(place, Customer) else None
    membership = Membership(person=person, role=role, enterprise=enterprise, customer=customer, since=now)
    db.session.add(membership)
    db.session.flush()
    record("joined", "person", person.id, by=by, now=now, role=role, enterprise=_slug(place))
    return membership


def withdraw_membership(membership: Membership, *, by: By, now: datetime) -> None:
    """Take a role away; it holds from the next page on. Refuses the last coordinator: the shop would be locked."""
    if membership.role == COORDINATOR and _coordinators() == 1:
        raise Refused(_("Der skal være mindst én koordinator. Invitér en anden først."))
    person = membership.person
    record("left", "person", person.id, by=by, now=now, role=membership.role, enterprise=_slug(membership.place))
    person.memberships.remove(membership)
    db.session.delete(membership)
    db.session.flush()


def _slug(place: Place | None) -> str | None:
    return place.slug if isinstance(place, Enterprise) else place.name if place else None


def _coordinators() -> int:
    """How many coordinators there are, counted under a lock: two may withdraw each other at the same moment."""
    db.session.execute(select(Membership.id).where(Membership.role == COORDINATOR).with_for_update())
    count = db.session.scalar(select(func.count()).select_from(Membership).where(Membership.role == COORDINATOR))
    return int(count or 0)
