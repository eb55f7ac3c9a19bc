"""Passwords: made, compared and judged in one way, the sign-in library's."""

import secrets

from flask_security import hash_password, verify_password
from flask_security.proxies import _security

from shop.people.models import Person

SHORTEST = 10


def new_uniquifier() -> str:
    """What a person's sessions are tied to: another one signs the person out everywhere."""
    return secrets.token_hex(32)


def weakness(password: str) -> str | None:
    """Why a password will not do, as a sentence for the person; None when it will."""
    complaints, _normal = _security.password_util.validate(password, False, user=None)
    return str(complaints[0]) if complaints else None


def hashed(password: str) -> str:
    """The password as it is stored: argon2id over a keyed hash."""
    return hash_password(_security.password_util.normalize(password))


def fits(password: str, person: Person) -> bool:
    """Whether this is the person's password; a person without one has none that fits, and it takes as long."""
    normal = _security.password_util.normalize(password)
    if not person.password:
        hash_password(normal)
        return False
    return verify_password(normal, person.password)
