"""The office's page of everybody who can sign in: invite, send again, take back, withdraw."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.forms import choices
from shop.i18n import gettext as _
from shop.people.forms import InviteForm
from shop.people.guards import coordinator_only
from shop.people.invite import invite, invite_again, take_back
from shop.people.members import withdraw_membership
from shop.people.models import COORDINATOR, SUPPLIER, Enterprise, Invitation, Membership
from shop.people.queries import all_people, enterprises, open_invitations
from shop.web.lookup import get_or_404

door = Blueprint("people_office", __name__, url_prefix="/kontor/folk")
OFFICE = "kontor"


def _form() -> InviteForm:
    form = InviteForm(request.form if request.method == "POST" else None, language="da")
    members = [(str(enterprise.id), enterprise.name) for enterprise in enterprises()]
    form.place.choices = choices([*members, (OFFICE, _("Kontoret, som koordinator"))])
    return form


def _page(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    people, invitations = all_people(), open_invitations(utc_now())
    return render_template("people/office.html", people=people, invitations=invitations, form=form), status


@door.get("")
@coordinator_only
def people() -> ResponseReturnValue:
    """Everybody, in which role; and the invitations nobody has answered."""
    return _page(_form())


@door.post("")
@coordinator_only
def send_invitation() -> ResponseReturnValue:
    """Invite somebody to the office or to an enterprise."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    try:
        with transaction():
            enterprise = None if form.place.data == OFFICE else get_or_404(Enterprise, int(form.place.data))
            role = SUPPLIER if enterprise else COORDINATOR
            sent = invite(
                form.email.data or "", role, enterprise, by=g.person, now=utc_now(), language=form.language.data
            )
    except Refused as refused:
        form.email.errors = [str(refused)]
        return _page(form, 422)
    flash(_("Invitationen er på vej til %(email)s.", email=sent.email), "done")
    return redirect(url_for("people_office.people"))


@door.post("/invitation/<int:number>/igen")
@coordinator_only
def send_again(number: int) -> ResponseReturnValue:
    """Send an invitation once more, with a new link."""
    with transaction():
        sent = invite_again(get_or_404(Invitation, number), by=g.person, now=utc_now())
    flash(_("Invitationen er på vej til %(email)s igen. Det gamle link virker ikke mere.", email=sent.email), "done")
    return redirect(url_for("people_office.people"))


@door.post("/invitation/<int:number>/tilbage")
@coordinator_only
def take_invitation_back(number: int) -> ResponseReturnValue:
    """Kill an invitation's link."""
    with transaction():
        take_back(get_or_404(Invitation, number), by=g.person, now=utc_now())
    flash(_("Invitationen er trukket tilbage. Linket virker ikke mere."), "done")
    return redirect(url_for("people_office.people"))


@door.post("/rolle/<int:number>/fjern")
@coordinator_only
def withdraw(number: int) -> ResponseReturnValue:
    """Take a role from somebody."""
    with transaction():
        membership = get_or_404(Membership, number)
        name = membership.person.by_name
        withdraw_membership(membership, by=g.person, now=utc_now())
    flash(_("%(name)s har ikke længere adgang i den rolle.", name=name), "done")
    return redirect(url_for("people_office.people"))
