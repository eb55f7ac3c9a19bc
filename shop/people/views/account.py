"""One's own account, the door everybody comes in by, the change of role, and invitations."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_security import login_user
from flask_security.proxies import _security
from limits import parse

from shop.days import utc_now
from shop.db import db, transaction
from shop.i18n import gettext as _
from shop.people.attempts import note_failure, too_many_failures
from shop.people.forms import WAIT, PasswordForm, ProfileForm, WelcomeForm
from shop.people.guards import DOORS, choose_membership, signed_in, signed_in_only
from shop.people.invite import accept, accept_as, find_invitation
from shop.people.models import Invitation, Membership, Person
from shop.people.passwords import fits
from shop.people.queries import find_person
from shop.web.limits import limiter
from shop.web.templating import href

door = Blueprint("account", __name__)
# A link's secret cannot be guessed; this keeps a machine from making us hash passwords all day.
TRIES = parse("30/minute")


@door.get("/indgang")
@signed_in_only
def doorway() -> ResponseReturnValue:
    """Everybody comes in here after signing in, and is led to the door of the role chosen last."""
    return _to_door(g.membership)


def _to_door(membership: Membership | None) -> ResponseReturnValue:
    return redirect(href(DOORS[membership.role]) if membership else url_for("account.overview"))


@door.post("/rolle")
@signed_in_only
def change_role() -> ResponseReturnValue:
    """Act in another of one's own roles from now on."""
    wanted = request.form.get("membership", "")
    for membership in g.person.memberships:
        if str(membership.id) == wanted:
            choose_membership(membership)
            return _to_door(membership)
    return abort(404)


@door.route("/konto", methods=["GET", "POST"])
@signed_in_only
def overview() -> ResponseReturnValue:
    """One's own account: name, language of letters, password, second step, recovery codes, roles."""
    form = ProfileForm(request.form if request.method == "POST" else None, obj=g.person)
    if request.method == "POST":
        if form.validate():
            with transaction():
                g.person.name, g.person.language = form.name.data or "", form.language.data
                g.person.notices = form.notices.data
            flash(_("Det er gemt."), "done")
            return redirect(url_for("account.overview"))
        return render_template("people/account.html", form=form), 422
    return render_template("people/account.html", form=form)


@door.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """The page an invitation's link leads to; what it asks for depends on who opens it."""
    invited = find_invitation(token)
    if invited is None:
        abort(404)
    if not invited.is_open(utc_now()):
        return render_template("people/invitation_closed.html", invitation=invited), 410
    here = signed_in()
    if here is not None:
        return _invited_here(invited, here)
    known = find_person(invited.email)
    if request.method == "POST" and not _may_try():
        abort(429)
    return _invited_before(invited, known) if known else _invited_new(invited)


def _may_try() -> bool:
    return not limiter.enabled or limiter.limiter.hit(TRIES, "invitation", get_remote_address())


def _invited_here(invited: Invitation, person: Person) -> ResponseReturnValue:
    """Signed in: as the invited person a button is enough; as another one, signing out comes first."""
    if person.email.lower() != invited.email:
        return render_template("people/invitation_other.html", invitation=invited, person=person), 403
    if request.method == "GET":
        return render_template("people/invitation.html", invitation=invited, form=None, known=True)
    with transaction():
        membership = accept_as(invited, person, now=utc_now())
    choose_membership(membership)
    return _to_door(membership)


def _invited_before(invited: Invitation, person: Person) -> ResponseReturnValue:
    """Not signed in, but the address has an account: its password is asked for, counted like a sign-in."""
    form = PasswordForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        complaint = _check_password(person, form.password.data or "")
        if not complaint:
            with transaction():
                membership = accept_as(invited, person, now=utc_now())
            return _sign_in(person, membership)
        form.password.errors = [complaint]
    page = render_template("people/invitation.html", invitation=invited, form=form, known=True)
    return (page, 422) if form.errors else page


def _check_password(person: Person, password: str) -> str:
    now = utc_now()
    if too_many_failures(person.email, now):
        return str(WAIT)
    if fits(password, person):
        return ""
    with transaction():
        note_failure(person.email, now)
    return str(_("Adgangskoden passer ikke. Har du glemt den, så lav en ny."))


def _invited_new(invited: Invitation) -> ResponseReturnValue:
    form = WelcomeForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        with transaction():
            membership = accept(invited, name=form.name.data or "", password=form.password.data or "", now=utc_now())
        return _sign_in(membership.person, membership)
    page = render_template("people/invitation.html", invitation=invited, form=form, known=False)
    return (page, 422) if request.method == "POST" else page


def _sign_in(person: Person, membership: Membership) -> ResponseReturnValue:
    """Sign in like after a password: the second step is asked for, or set up, when it has to be."""
    door_of_role = href(DOORS[membership.role])
    asked: ResponseReturnValue | None = _security.two_factor_plugins.tf_enter(person, False, "invitation", door_of_role)
    choose_membership(membership)
    if asked is not None:
        return asked
    with transaction():
        login_user(db.session.get_one(Person, person.id), authn_via=["password"])
    return redirect(door_of_role)
