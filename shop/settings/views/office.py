"""The office's page of settings: what holds, since when, by whom and by which law; and a form to change each."""

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.people.guards import coordinator_only
from shop.settings.amend import amend
from shop.settings.definitions import BY_KEY, GROUPS, SECTIONS, TABLE
from shop.settings.forms import ChangeForm, change_form
from shop.settings.needs import everything_missing
from shop.settings.queries import Held, held_setting, overview, reasons_of, rows_of
from shop.settings.show import shown
from shop.web.templating import day, see_other

door = Blueprint("settings_office", __name__)
PATH = "/kontor/indstillinger"


@door.get(PATH)
@coordinator_only
def settings() -> ResponseReturnValue:
    """Every setting by its group, and what is missing before the shop can sell."""
    groups = overview(local_day(utc_now()))
    return render_template(
        "office/settings/overview.html", groups=groups, names=GROUPS, missing=everything_missing(), shown=shown
    )


@door.get(PATH + "/<key>")
@coordinator_only
def setting(key: str) -> ResponseReturnValue:
    """One setting: what it is, what it was, and the form to change it."""
    held = _held(key)
    return _page(held, change_form(held, local_day(utc_now())))


@door.post(PATH + "/<key>")
@coordinator_only
def change(key: str) -> ResponseReturnValue:
    """Let the setting have another value from a day on. More rows asked for: the form again, nothing stored."""
    held = _held(key)
    form = change_form(held, local_day(utc_now()), request.form)
    if "more" in request.form and held.definition.kind in (TABLE, SECTIONS):
        form.add_rows()
        return _page(held, form)
    if not form.validate():
        return _page(held, form, 422)
    chosen = form.valid_from.data
    assert chosen is not None
    try:
        with transaction():
            row = amend(
                key, form.to_store(), valid_from=chosen, source=form.source.data or "", why=form.why.data or "",
                by=g.person, now=utc_now(),
            )  # fmt: skip
            changed = row is not None
    except Refused as refused:
        form.valid_from.errors = [str(refused)]
        return _page(held, form, 409)
    if changed:
        flash(_("«%(name)s» gælder fra %(day)s.", name=held.definition.label, day=day(chosen)), "done")
    else:
        flash(_("«%(name)s» stod der allerede. Intet er ændret.", name=held.definition.label), "info")
    return see_other(f"{PATH}/{key}")


def _held(key: str) -> Held:
    if key not in BY_KEY:
        abort(404)
    return held_setting(key, local_day(utc_now()))


def _page(held: Held, form: ChangeForm, status: int = 200) -> ResponseReturnValue:
    rows = rows_of(held.definition.key)
    return render_template(
        "office/settings/change.html", held=held, form=form, rows=rows, reasons=reasons_of(rows), shown=shown,
        group=GROUPS[held.definition.group],
    ), status  # fmt: skip
