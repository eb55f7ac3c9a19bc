"""What the command line does with people. Each runs in an application context, within a transaction of its caller."""

from datetime import datetime

from flask_security.recoverable import generate_reset_password_token

from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import COMMAND, record
from shop.people import members
from shop.people.attempts import forget_failures
from shop.people.invite import invite
from shop.people.letters import post_reset_instructions
from shop.people.models import COORDINATOR, Invitation, Membership, Person, Place
from shop.people.passwords import new_uniquifier
from shop.people.queries import find_person


def make_person(email: str, name: str, password: str, now: datetime) -> Person:
    """Make somebody who can sign in at once. Refuses an address that is taken or is none."""
    return members.add_person(email, name, password, by=COMMAND, now=now)


def add_membership(person: Person, role: str, place: Place | None, now: datetime) -> Membership:
    """Give a person a role: "coordinator" (no place), "supplier" or "buyer" of one. Had before: the one there is."""
    return members.add_membership(person, role, place, by=COMMAND, now=now)


def reset_person(email: str, now: datetime) -> Person:
    """Let somebody in again who has lost everything: password, phone and recovery codes.

    The old password, the second step and every session end now, failed attempts are forgotten, and a letter with a
    link to choose a new password (valid for a day) is posted. Refuses an address nobody has.
    """
    person = find_person(email)
    if person is None:
        raise Refused(_("Der er ingen bruger med den e-mailadresse."), field="email")
    person.password = None
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    person.fs_uniquifier = new_uniquifier()
    forget_failures(person.email)
    post_reset_instructions(person, generate_reset_password_token(person), now)  # type: ignore[no-untyped-call]
    record("reset", "person", person.id, by=COMMAND, now=now)
    return person


def first_coordinator(email: str, now: datetime) -> Invitation:
    """Invite the first coordinator of an empty shop. `path` of the answer is the link's path, to be printed."""
    return invite(email, COORDINATOR, None, by=COMMAND, now=now)
