"""The coordinator's letters that need a hand."""

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.journal.queries import entries_of
from shop.listing import typed_search, typed_side
from shop.mail.forms import MendForm
from shop.mail.mend import lock_letter, mend
from shop.mail.models import Letter
from shop.mail.queries import ALL, TROUBLE, can_be_mended, is_personal, letters_in_trouble, office_letters
from shop.mail.show import STATE_NAMES, STATE_TONES, name_of
from shop.people.guards import coordinator_only
from shop.web.lookup import get_or_404
from shop.web.templating import paging, see_other

door = Blueprint("mail_office", __name__)
PATH = "/kontor/breve"


@door.get(PATH)
@coordinator_only
def letters() -> ResponseReturnValue:
    """The letters in trouble, or all of them."""
    now = utc_now()
    which = ALL if request.args.get("vis") == "alle" else TROUBLE
    search = typed_search(request.args.get("sog"))
    page = office_letters(which, search, now, typed_side(request.args.get("side")))
    return render_template(
        "office/mail/letters.html", page=page, which=which, search=search, troubles=letters_in_trouble(now),
        states=STATE_NAMES, tones=STATE_TONES, name_of=name_of,
        paging=paging(PATH, vis="alle" if which == ALL else "", sog=search),
    )  # fmt: skip


@door.get(PATH + "/<int(max=2147483647):number>")
@coordinator_only
def letter(number: int) -> ResponseReturnValue:
    """One letter as it was sent, and the form to send it again."""
    found = get_or_404(Letter, number)
    return _page(found, MendForm(to=found.to_address))


@door.post(PATH + "/<int(max=2147483647):number>")
@coordinator_only
def send_again(number: int) -> ResponseReturnValue:
    """Send a letter again, to the same address or a mended one."""
    found = get_or_404(Letter, number)
    form = MendForm(request.form)
    if not form.validate():
        return _page(found, form, 422)
    try:
        with transaction():
            mend(lock_letter(number), to=form.to.data or "", by=g.person, now=utc_now())
    except Refused as refused:
        form.to.errors = [str(refused)]
        return _page(get_or_404(Letter, number), form, 409)
    flash(_("Brevet er på vej til %(address)s.", address=form.to.data), "done")
    return see_other(f"{PATH}/{number}")


def _page(found: Letter, form: MendForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "office/mail/letter.html", letter=found, form=form, journal=entries_of("letter", found.id),
        personal=is_personal(found), open=can_be_mended(found, utc_now()), states=STATE_NAMES, tones=STATE_TONES,
        name_of=name_of,
    ), status  # fmt: skip
