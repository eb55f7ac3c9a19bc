"""Where a company or a public body opens its account."""

from flask import Blueprint, Response, render_template, request

from orders.customers.accounts import open_account
from orders.customers.forms import OpenForm
from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import language
from shop.people.guards import buying_for
from shop.web.headers import own
from shop.web.limits import limiter
from shop.web.templating import see_other

door = Blueprint("account_storefront", __name__)
PATH = "/erhverv/konto"


@door.get(PATH)
def form() -> Response:
    """What an account is good for, and the form. Somebody who has one is led to it."""
    if buying_for():
        return see_other("/kunde")
    return _page(OpenForm())


@door.post(PATH)
@limiter.limit("6 per minute; 30 per hour")
def open_one() -> Response:
    """Make the account and write to its first person."""
    typed = OpenForm(request.form)
    if not typed.validate():
        return _page(typed, 422)
    try:
        with transaction():
            open_account(
                typed.kind.data, typed.name.data or "", typed.cvr.data or "", typed.email.data or "",
                language=language(), now=utc_now(),
            )  # fmt: skip
    except Refused as refused:
        typed.email.errors = [str(refused)]
        return _page(typed, 422)
    return own(render_template("storefront/account/sent.html", email=typed.email.data))


def _page(typed: OpenForm, status: int = 200) -> Response:
    return own(render_template("storefront/account/open.html", form=typed), status)
