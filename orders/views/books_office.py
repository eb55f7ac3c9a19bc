"""Do the books balance? The last checks, in words, and the button that asks again."""

import secrets

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from orders.books.check import last_checks
from orders.books.words import RULES
from shop.days import utc_now
from shop.db import transaction
from shop.i18n import gettext as _
from shop.jobs.outbox import post
from shop.people.guards import coordinator_only
from shop.web.templating import see_other

door = Blueprint("books_office", __name__)
PATH = "/kontor/boeger"


@door.get(PATH)
@coordinator_only
def books() -> ResponseReturnValue:
    """The newest check, rule by rule, and the ones before it."""
    return render_template("office/books/check.html", checks=last_checks(), rules=RULES)


@door.post(PATH)
@coordinator_only
def check_now() -> ResponseReturnValue:
    """Ask the worker to check the books now."""
    with transaction():
        post("books_check", f"books_check:{secrets.token_hex(8)}", now=utc_now())
    flash(_("Bøgerne bliver kontrolleret nu. Se siden igen om lidt."), "done")
    return see_other(PATH)
