"""Who may enter which door. A guarded view finds `g.person`, `g.membership` and, for a supplier, `g.enterprise`,
for a buyer `g.customer`.

What belongs to another enterprise is not forbidden but not there: views answer 404 (shop.web.lookup).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import quote, urlencode

from flask import abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from shop.i18n import gettext as _
from shop.people.models import BUYER, COORDINATOR, SUPPLIER, Customer, Invitation, Membership, Person

P = ParamSpec("P")
R = TypeVar("R")
ACTIVE = "membership"  # the session's key for the role chosen last
DOORS = {COORDINATOR: "/kontor", SUPPLIER: "/partner", BUYER: "/kunde"}


def signed_in() -> Person | None:
    """Whoever is signed in. Looks at the session: not for public pages."""
    person = current_user._get_current_object()
    return person if isinstance(person, Person) else None


def sign_in_first() -> ResponseReturnValue:
    """Lead to the sign-in page, and back here afterwards."""
    here = quote(request.script_root + request.path, safe="/")
    query = request.query_string.decode("ascii", "ignore")
    if request.method not in ("GET", "HEAD"):
        return redirect(url_for("security.login"))
    return redirect(url_for("security.login") + "?" + urlencode({"next": here + (f"?{query}" if query else "")}))


def active_membership(person: Person, role: str | None = None) -> Membership | None:
    """The membership a person acts in: the one chosen last if it has the role asked for, else the first that has."""
    fitting = [membership for membership in person.memberships if role in (None, membership.role)]
    chosen = session.get(ACTIVE)
    for membership in fitting:
        if membership.id == chosen:
            return membership
    return min(fitting, key=lambda membership: (membership.role, membership.id), default=None)


def choose_membership(membership: Membership) -> None:
    """Act in this membership from now on."""
    session[ACTIVE] = membership.id


@dataclass(frozen=True, slots=True)
class Buying:
    """Somebody who is signed in and buys for an organisation."""

    person: Person
    customer: Customer


def buying_for() -> Buying | None:
    """The organisation that whoever is signed in buys for; None for everybody else. Not for public pages."""
    person = signed_in()
    membership = active_membership(person, BUYER) if person else None
    return Buying(person, membership.customer) if person and membership and membership.customer else None


def signed_in_only(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Let everybody in who is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        person = signed_in()
        if person is None:
            return sign_in_first()
        g.person = person
        g.membership = active_membership(person)
        return view(*args, **kwargs)

    return guarded


def supplier_only(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Let people of an enterprise in: `g.enterprise` is the one they act for. Others: 403; not signed in: sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        turned_away = _enter(SUPPLIER)
        return view(*args, **kwargs) if turned_away is None else turned_away

    return guarded


def coordinator_only(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Let coordinators in; in production only with a second step, which they are led to set up. Others: 403."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        turned_away = _enter(COORDINATOR)
        return view(*args, **kwargs) if turned_away is None else turned_away

    return guarded


def buyer_only(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Let people of a customer in: `g.customer` is the one they act for. Others: 403; not signed in: sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        turned_away = _enter(BUYER)
        return view(*args, **kwargs) if turned_away is None else turned_away

    return guarded


def _enter(role: str) -> ResponseReturnValue | None:
    person = signed_in()
    if person is None:
        return sign_in_first()
    membership = active_membership(person, role)
    if membership is None:
        abort(403)
    if role == COORDINATOR and person.must_have_second_factor and not person.has_second_factor:
        return redirect(url_for("security.two_factor_setup"))
    g.person, g.membership, g.enterprise = person, membership, membership.enterprise
    g.customer = membership.customer
    return None


def role_name(membership: Membership | Invitation | None) -> str:
    """What a role is called: the enterprise's name, the office, or one's own account when there is no role."""
    if not membership:
        return str(_("Din konto"))
    return membership.place.name if membership.place else str(_("Kontoret"))


@dataclass(frozen=True, slots=True)
class Room:
    """What the frame of a room shows: who is here, in which role, and which others there are to change to."""

    person: Person
    active: Membership | None
    memberships: list[Membership]


def room_context() -> Room | None:
    """For templates: None when nobody is signed in. Looks at the session: not for public pages."""
    person = signed_in()
    if person is None:
        return None
    active: Membership | None = g.get("membership") or active_membership(person)
    g.membership = active
    return Room(person, active, list(person.memberships))
