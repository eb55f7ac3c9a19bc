"""Invitations: a letter with a link lets somebody in, in one role, once, within fourteen days.

Only the token's SHA-256 is kept with the invitation. The letter itself holds the link until its text is erased, on
the day the link dies.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from shop.db import db
from shop.errors import Refused
from shop.i18n import LANGUAGES
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, Named, record
from shop.mail.models import Letter
from shop.mail.post import post_letter
from shop.people.members import add_membership, add_person, fits, tidy_email
from shop.people.models import Customer, Enterprise, Invitation, Membership, Person, Place, is_at
from shop.people.queries import find_membership, find_person

VALID = timedelta(days=14)
INVITATION_PATH = "/invitation/"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(email: str, role: str, place: Place | None, *, by: By, now: datetime, language: str = "da") -> Invitation:
    """Post a letter that lets its reader in. An older open invitation to the same is replaced.

    Refuses an address that is none, and a person who has the role already. `path` of the returned invitation is the
    link's path; it is known here only.
    """
    assert fits(role, place), "a supplier has an enterprise, a buyer a customer, a coordinator none"
    assert language in LANGUAGES, language
    address = tidy_email(email)
    person = find_person(address)
    if person is not None and find_membership(person, role, place) is not None:
        raise Refused(_("Den person er allerede med her."), field="email")
    _close_others(address, role, place, now)
    invitation = Invitation(
        email=address,
        role=role,
        enterprise=place if isinstance(place, Enterprise) else None,
        customer=place if isinstance(place, Customer) else None,
        invited_by=by.by_name[:200],
        invited_at=now,
        token_hash="",
        expires_at=now + VALID,
    )
    _send(invitation, language, now)
    record("invited", "invitation", invitation.id, by=by, now=now, role=role)
    return invitation


def invite_again(invitation: Invitation, *, by: By, now: datetime) -> Invitation:
    """Send the letter once more with a new link; the old link is dead. Refuses one that has been accepted."""
    if invitation.accepted_at is not None:
        raise Refused(_("Invitationen er allerede taget imod."))
    language = db.session.scalar(
        select(Letter.language).where(Letter.about == "invitation", Letter.about_id == invitation.id).limit(1)
    )
    invitation.invited_at, invitation.expires_at = now, now + VALID
    _send(invitation, language or "da", now)
    record("invited again", "invitation", invitation.id, by=by, now=now)
    return invitation


def take_back(invitation: Invitation, *, by: By, now: datetime) -> None:
    """Kill the link of an invitation. Refuses one that has been accepted: withdraw the membership instead."""
    if invitation.accepted_at is not None:
        raise Refused(_("Invitationen er allerede taget imod."))
    invitation.expires_at = now
    record("taken back", "invitation", invitation.id, by=by, now=now)


def find_invitation(token: str) -> Invitation | None:
    """The invitation a link's token belongs to, open or not."""
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == _hash(token)))


def accept(invitation: Invitation, *, name: str, password: str, now: datetime) -> Membership:
    """Let in somebody who is new: makes the person with name and password, and gives the role.

    Refuses an invitation that does not hold any more, and an address that has got a person meanwhile.
    """
    invitation = _lock_open(invitation, now)
    person = add_person(invitation.email, name, password, by=Named(invitation.email), now=now)
    return _join(invitation, person, now)


def accept_as(invitation: Invitation, person: Person, *, now: datetime) -> Membership:
    """Give the role to somebody who can sign in already. Refuses another person than the invited one."""
    invitation = _lock_open(invitation, now)
    if person.email.lower() != invitation.email:
        raise Refused(_("Invitationen er til en anden e-mailadresse."))
    return _join(invitation, person, now)


def _join(invitation: Invitation, person: Person, now: datetime) -> Membership:
    invitation.accepted_at = now
    return add_membership(person, invitation.role, invitation.place, by=person, now=now)


def _lock_open(invitation: Invitation, now: datetime) -> Invitation:
    """The invitation as it is under its lock: the same link pressed twice lets in once."""
    locked = db.session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation.id)
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    ).one()
    if not locked.is_open(now):
        raise Refused(_("Invitationen gælder ikke længere. Bed om en ny."))
    return locked


def _send(invitation: Invitation, language: str, now: datetime) -> None:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(token)
    invitation.path = INVITATION_PATH + token
    db.session.add(invitation)
    db.session.flush()
    post_letter(
        "invitation",
        f"invitation:{invitation.token_hash}",
        to=invitation.email,
        language=language,
        now=now,
        about="invitation",
        about_id=invitation.id,
        keep_until=invitation.expires_at.date(),
        path=invitation.path,
        invited_by=invitation.invited_by,
        enterprise=invitation.place.name if invitation.place else "",
        role=invitation.role,
        expires_at=invitation.expires_at.isoformat(),
    )


def _close_others(address: str, role: str, place: Place | None, now: datetime) -> None:
    same = select(Invitation).where(
        func.lower(Invitation.email) == address,
        Invitation.role == role,
        is_at(Invitation, place),
        Invitation.accepted_at.is_(None),
        Invitation.expires_at > now,
    )
    for older in db.session.scalars(same):
        older.expires_at = now
