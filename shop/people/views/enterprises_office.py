"""The office's pages of a member: let one in, change what is said of it, and how it stands with VAT."""

from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.people.enterprises import TEXTS, add_enterprise, change_enterprise, set_vat_status
from shop.people.forms_enterprise import EnterpriseForm, NewEnterpriseForm, VatStatusForm
from shop.people.guards import coordinator_only
from shop.people.invite import invite
from shop.people.models import SUPPLIER, Enterprise
from shop.people.queries import members_of
from shop.people.words import VAT_STATUSES
from shop.web.templating import see_other

PATH = "/kontor/katalog/virksomheder"
door = Blueprint("enterprises_office", __name__, url_prefix=PATH)


def _get(slug: str) -> Enterprise:
    return db.session.scalars(select(Enterprise).where(Enterprise.slug == slug)).one_or_none() or abort(404)


@door.get("/ny")
@coordinator_only
def new() -> ResponseReturnValue:
    """An empty form."""
    return render_template("people/new_enterprise.html", form=NewEnterpriseForm())


@door.post("/ny")
@coordinator_only
def add() -> ResponseReturnValue:
    """Let an enterprise in, and invite its first person."""
    form = NewEnterpriseForm(request.form)
    if not form.validate():
        return render_template("people/new_enterprise.html", form=form), 422
    try:
        with transaction():
            made = add_enterprise(form.texts, form.status.data, by=g.person, now=utc_now())
            slug = made.slug
            if form.invited.data:
                invite(form.invited.data, SUPPLIER, made, by=g.person, now=utc_now())
    except Refused as refused:
        form["invited" if refused.field == "email" else refused.field or "name"].errors = [str(refused)]
        return render_template("people/new_enterprise.html", form=form), 409
    flash(_("%(name)s er med.", name=form.name.data), "done")
    if form.invited.data:
        flash(_("Invitationen er på vej til %(email)s.", email=form.invited.data), "done")
    return see_other(f"{PATH}/{slug}")


@door.get("/<slug>/ret")
@coordinator_only
def edit(slug: str) -> ResponseReturnValue:
    """What is known of a member, who signs in for it, and its VAT statuses."""
    return _page(_get(slug))


def _page(
    found: Enterprise, form: EnterpriseForm | None = None, vat: VatStatusForm | None = None, status: int = 200
) -> ResponseReturnValue:
    today = local_day(utc_now())
    return render_template(
        "people/enterprise.html", enterprise=found, path=f"{PATH}/{found.slug}", members=members_of(found),
        form=form or EnterpriseForm(data={name: getattr(found, name) for name in TEXTS}),
        vat=vat or VatStatusForm(data={"valid_from": today, "status": _now(found)}),
        statuses=VAT_STATUSES,
    ), status  # fmt: skip


def _now(found: Enterprise) -> Any:
    held = [one.status for one in found.vat if one.valid_from <= local_day(utc_now())]
    return held[-1] if held else None


@door.post("/<slug>/ret")
@coordinator_only
def change(slug: str) -> ResponseReturnValue:
    """Change what is said of a member."""
    form = EnterpriseForm(request.form)
    if not form.validate():
        return _page(_get(slug), form, status=422)
    try:
        with transaction():
            change_enterprise(_get(slug), form.texts, by=g.person, now=utc_now())
    except Refused as refused:
        form[refused.field or "name"].errors = [str(refused)]
        return _page(_get(slug), form, status=409)
    flash(_("Det er gemt."), "done")
    return see_other(f"{PATH}/{slug}")


@door.post("/<slug>/moms")
@coordinator_only
def change_vat(slug: str) -> ResponseReturnValue:
    """How a member stands with VAT from a day on."""
    form = VatStatusForm(request.form)
    if not form.validate():
        return _page(_get(slug), vat=form, status=422)
    assert form.valid_from.data is not None
    try:
        with transaction():
            set_vat_status(_get(slug), form.status.data, form.valid_from.data, by=g.person, now=utc_now())
    except Refused as refused:
        form.status.errors = [str(refused)]
        return _page(_get(slug), vat=form, status=409)
    flash(_("Momsen er gemt."), "done")
    return see_other(f"{PATH}/{slug}/ret")
