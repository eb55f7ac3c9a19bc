"""Letters about signing in: posted in the transaction under way, written out by the worker.

A letter's values hold the *path* of a link. The address in front of it is the shop's own setting, never the host name
a browser sent: a forged one would lead the reader, and the secret in the link, to somebody else.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask_security import MailUtil
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.outbox import handles, post
from shop.mail.post import post_letter, prepares
from shop.people.models import Person
from shop.people.queries import coordinators
from shop.settings.read import seller
from shop.web.absolute import absolute

RESET_PATH = "/glemt-adgangskode"
RESET_DAYS = 1
SPACING = timedelta(minutes=5)  # asked for again sooner, the letter on its way is the answer
TEXT_KEPT = timedelta(days=30)


@prepares("invitation")
def _invitation(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "link": absolute(values["path"]), "expires_at": datetime.fromisoformat(values["expires_at"])}


@prepares("reset_instructions")
def _reset_instructions(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "link": absolute(values["path"])}


@prepares("reset_notice")
@prepares("change_notice")
@prepares("two_factor_rescue")
def _with_contact(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "link": absolute(RESET_PATH), "contact": seller().email}


def ask_for_reset(email: str, now: datetime) -> None:
    """Let the worker see whether the address has an account, and post its letter; only its fingerprint is kept."""
    name = _fingerprint(email)
    post("reset_request", f"reset_request:{name}:{_slot(now)}", now=now, email=name, asked_at=now.isoformat())


@handles("reset_request")
def answer_reset_request(payload: dict[str, Any]) -> None:
    """Post the letter with a link to choose a new password, if somebody active has the address."""
    with transaction():
        people = db.session.scalars(select(Person).where(Person.active)).all()
        person = next((one for one in people if _fingerprint(one.email) == payload["email"]), None)
        if person is not None:
            token = generate_reset_password_token(person)  # type: ignore[no-untyped-call]
            post_reset_instructions(person, token, datetime.fromisoformat(payload["asked_at"]))


def _fingerprint(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def _slot(now: datetime) -> int:
    return int(now.timestamp() // SPACING.total_seconds())


def post_reset_instructions(person: Person, token: str, now: datetime) -> None:
    """A letter with a link to choose a new password; one in five minutes, until it has been used."""
    _post(
        "reset_instructions",
        f"{person.id}:{person.fs_uniquifier[:16]}:{_slot(now)}",
        person.email,
        person,
        now,
        keep=timedelta(days=RESET_DAYS),
        path=f"{RESET_PATH}/{token}",
    )


def _post(
    kind: str, key: str, to: str, about: Person, now: datetime, *, keep: timedelta = TEXT_KEPT, **values: Any
) -> None:
    post_letter(
        kind,
        f"{kind}:{key}",
        to=to,
        language=about.language,
        now=now,
        about="person",
        about_id=about.id,
        keep_until=(now + keep).date(),
        name=about.by_name,
        **values,
    )


def _notice(kind: str, person: Person, now: datetime) -> None:
    _post(kind, f"{person.id}:{person.fs_uniquifier[:16]}", person.email, person, now)


def _call_for_help(person: Person, now: datetime) -> None:
    """Tell the coordinators that somebody has lost the phone and the recovery codes; once an hour."""
    to = {membership.person.email for membership in coordinators()} - {person.email}
    hour = int(now.timestamp() // 3600)
    for address in sorted(to):
        _post("two_factor_rescue", f"{person.id}:{hour}:{address}", address, person, now, email=person.email)


class Post(MailUtil):
    """What the sign-in library calls to send a letter: into our outbox instead."""

    def send_mail(
        self,
        template: str,
        *_written_out: object,  # subject, sender and texts, which the worker makes from our own templates
        **kwargs: Any,
    ) -> None:
        """Post the letter the library's template name stands for. An unknown one is an assertion."""
        kind, person, now = template.rsplit("/", 1)[-1], kwargs["user"], utc_now()
        if kind == "reset_instructions":
            post_reset_instructions(person, str(kwargs["reset_token"]), now)
        elif kind == "two_factor_rescue":
            _call_for_help(person, now)
        else:
            assert kind in ("reset_notice", "change_notice"), kind
            _notice(kind, person, now)
