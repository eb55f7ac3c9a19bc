"""The supplier's page of the colleagues who can sign in for the enterprise, and how to invite one more."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.people.forms import InviteForm
from shop.people.guards import supplier_only
from shop.people.invite import invite, take_back
from shop.people.models import SUPPLIER, Invitation
from shop.people.queries import members_of, open_invitations
from shop.web.lookup import get_or_404

door = Blueprint("people_supplier", __name__, url_prefix="/partner/folk")


def _form() -> InviteForm:
    form = InviteForm(request.form if request.method == "POST" else None, language="da")
    del form.place
    return form


def _page(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    members = members_of(g.enterprise)
    invitations = open_invitations(utc_now(), place=g.enterprise)
    return (
        render_template("people/supplier.html", members=members, invitations=invitations, form=form),
        status,
    )


@door.get("")
@supplier_only
def people() -> ResponseReturnValue:
    """The people of one's own enterprise, and the invitations nobody has answered."""
    return _page(_form())


@door.post("")
@supplier_only
def send_invitation() -> ResponseReturnValue:
    """Invite a colleague to one's own enterprise."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    try:
        with transaction():
            sent = invite(
                form.email.data or "", SUPPLIER, g.enterprise, by=g.person, now=utc_now(), language=form.language.data
            )
    except Refused as refused:
        form.email.errors = [str(refused)]
        return _page(form, 422)
    flash(_("Invitationen er på vej til %(email)s.", email=sent.email), "done")
    return redirect(url_for("people_supplier.people"))


@door.post("/invitation/<int:number>/tilbage")
@supplier_only
def take_invitation_back(number: int) -> ResponseReturnValue:
    """Kill the link of an invitation to one's own enterprise."""
    with transaction():
        take_back(get_or_404(Invitation, number, of=g.enterprise), by=g.person, now=utc_now())
    flash(_("Invitationen er trukket tilbage. Linket virker ikke mere."), "done")
    return redirect(url_for("people_supplier.people"))
