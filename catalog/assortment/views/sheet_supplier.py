"""An enterprise's items out as a sheet, and in again: first what it would change, then the yes to it."""

from collections.abc import Iterator

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import FileField, Form

from catalog.assortment.contents import contents_of
from catalog.assortment.drafts import PARTNER_PATH as PATH
from catalog.assortment.queries import all_mine
from catalog.assortment.sheet import columns, row_of
from catalog.assortment.sheet_in import MOST_BYTES, Plan, plan_of
from catalog.assortment.sheet_take import find_sheet, forget_sheet, keep_sheet, take_in
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import lazy_gettext, ngettext
from shop.people.guards import supplier_only
from shop.spreadsheet import Row
from shop.web.limits import takes
from shop.web.sheets import xlsx_answer
from shop.web.templating import see_other

door = Blueprint("assortment_sheet_supplier", __name__)
MOST_SENT = 12_000_000


class SheetForm(Form):
    """The sheet."""

    file = FileField(
        lazy_gettext("Excel-ark"),
        description=lazy_gettext("Jeres eget ark, som I har hentet her. Højst 5 MB og 500 rækker."),
    )


@door.get(f"{PATH}/eksport.xlsx")
@supplier_only
def export() -> ResponseReturnValue:
    """One's own items, a row each, as they are or as they are being changed."""
    return xlsx_answer(_("varer"), columns(), _rows(g.enterprise.id), _("Varer"))


def _rows(enterprise_id: int) -> Iterator[Row]:
    today = local_day(utc_now())
    for item, version, proposal in all_mine(enterprise_id):
        yield row_of(item.id, contents_of(item, version, proposal, today=today))


@door.route(f"{PATH}/indlaes", methods=["GET", "POST"])
@takes(MOST_SENT)
@supplier_only
def read() -> ResponseReturnValue:
    """Take a sheet, and show everything wrong in it, or what it would change; nothing is saved yet."""
    form = SheetForm()
    if request.method == "GET":
        return _page(form)
    sent = request.files.get("file")
    content = sent.stream.read(MOST_BYTES + 1) if sent is not None and sent.filename else b""
    if not content:
        form.file.errors = [_("Vælg et ark.")]
        return _page(form, 422)
    try:
        plan = plan_of(content, g.enterprise.id, today=local_day(utc_now()))
    except Refused as refused:
        form.file.errors = [str(refused)]
        return _page(form, 422)
    if plan.wrong:
        return _page(form, 422, plan=plan)
    return _page(form, plan=plan, key=keep_sheet(content, g.enterprise.id))


@door.post(f"{PATH}/indlaes/gem")
@supplier_only
def take() -> ResponseReturnValue:
    """Save what the sheet says as drafts: all of it, or nothing."""
    form, key = SheetForm(), request.form.get("key", "")
    content = find_sheet(key, g.enterprise.id)
    if content is None:
        form.file.errors = [_("Arket er her ikke mere. Vælg det igen.")]
        return _page(form, 422)
    try:
        with transaction():
            stand = request.form.get("stand", "")
            plan = take_in(content, g.enterprise, stand=stand, by=g.person, now=utc_now())
    except Refused as refused:
        plan = plan_of(content, g.enterprise.id, today=local_day(utc_now()))
        return _page(form, 409, plan=plan, key=key, refusal=str(refused))
    forget_sheet(key, g.enterprise.id)
    flash(ngettext("%(num)s kladde er gemt.", "%(num)s kladder er gemt.", len(plan.rows)), "done")
    return see_other(PATH)


def _page(
    form: SheetForm, status: int = 200, *, plan: Plan | None = None, key: str = "", refusal: str = ""
) -> ResponseReturnValue:
    return render_template("supplier/items/sheet.html", form=form, plan=plan, key=key, refusal=refusal), status
