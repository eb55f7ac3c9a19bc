"""What a buyer does with an order by its link: change it, cancel it, report that something is wrong, choose again.

No token is asked for on these pages: the link is the secret, and a page that is named to nobody has no referrer for a
token to be checked against. They are accepted from our own pages only.
"""

import secrets
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from orders.after.change import cancel_by_buyer, change_order, may_change
from orders.after.forms import (
    change_form,
    kept_asked,
    read_recipient,
    read_report,
    read_wanted,
    read_wish,
    recipient_form,
    report_form,
)
from orders.after.models import LOST, Parcel
from orders.after.parcels import choose_again, lock_parcel
from orders.after.photos import MOST_BYTES, keep_photo, photo_path
from orders.after.queries import parcel_back_of
from orders.after.report import may_report, report_problem
from orders.buyers import delivery_of, find_order_by_token
from orders.checkout.answers import Reading
from orders.delivery.freight import local_service
from orders.delivery.plan import first_day, last_open_day, shop_calendar
from orders.lock import lock_order
from orders.models import LOCAL, PICKUP, Order
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.journal.record import BUYER
from shop.web.csrf import same_origin_only
from shop.web.headers import secret
from shop.web.limits import limiter
from shop.web.templating import see_other

door = Blueprint("after", __name__)
ORDER = "/ordre/<token>"
MOST_SENT = 30_000_000  # more than any photo that is kept, so that one too large is told of with everything typed kept


@door.get(f"{ORDER}/ret")
def show_change(token: str) -> Response:
    """The page of changes; when it is too late it says so."""
    return _change_page(_order(token), Reading())


@door.post(f"{ORDER}/ret")
@same_origin_only
def change(token: str) -> Response:
    """Change who gets it, the day and the cards, all or nothing; the price stays."""
    found, typed, asked = _order(token), dict(request.form.items()), kept_asked(request.form.getlist("asked"))
    wish, reading = read_wish(found, typed, asked)
    if wish is None:
        return _change_page(found, reading, typed, 422)
    try:
        with transaction():
            done = change_order(lock_order(found.id), wish, by=BUYER, now=utc_now())
            changed = bool(done)
    except Refused as refused:
        return _change_page(_order(token), Reading(errors={refused.field or "": refused.sentence}), typed, 409)
    flash(
        _("Ordren er ændret. Prisen er den samme.") if changed else _("Der var ikke noget at ændre."),
        "done" if changed else "info",
    )
    return _to(token)


def _change_page(order: Order, reading: Reading, typed: dict[str, str] | None = None, status: int = 200) -> Response:
    today, calendar = local_day(utc_now()), shop_calendar()
    service = local_service() if order.delivery == LOCAL else None
    return secret(
        render_template(
            "storefront/after/change.html",
            order=order,
            form=change_form(order, typed, reading.told),
            asked=reading.asked,
            asks_only=bool(reading.questions) and not reading.errors,
            may_change=may_change(order),
            is_pickup=order.delivery == PICKUP,
            served=service.served_postcodes if service else (),
            first=min(order.wanted_on, first_day(0, order.delivery, today, calendar)),
            last=last_open_day(today, calendar),
        ),
        status,
    )


@door.get(f"{ORDER}/annuller")
def show_cancel(token: str) -> Response:
    """Is that really meant?"""
    return _cancel_page(_order(token))


@door.post(f"{ORDER}/annuller")
@same_origin_only
def cancel(token: str) -> Response:
    """Cancel it: goods and reservation are let go. Pressed twice, the second says how it stands."""
    try:
        with transaction():
            cancel_by_buyer(lock_order(_order(token).id), now=utc_now())
    except Refused as refused:
        return _cancel_page(_order(token), str(refused), 409)
    return _to(token)


def _cancel_page(order: Order, refusal: str = "", status: int = 200) -> Response:
    return secret(
        render_template("storefront/after/cancel.html", order=order, may_change=may_change(order), refusal=refusal),
        status,
    )


@door.get(f"{ORDER}/problem")
def show_problem(token: str) -> Response:
    """Where one tells that something is wrong with what came."""
    order = _order(token)
    return _problem_page(order, {"kind": LOST} if request.args.get("hvad") == "vaek" else {}, {})


@door.post(f"{ORDER}/problem")
@limiter.limit("20 per hour")
@same_origin_only
def report(token: str) -> Response:
    """Keep what is told and shown; a photo that is right is kept too when the words are not."""
    request.max_content_length = MOST_SENT
    found = _order(token)
    try:
        typed = dict(request.form.items())
    except RequestEntityTooLarge:
        return _problem_page(found, {}, {"photo": _("Billedet fylder mere end 10 MB. Vælg et mindre.")}, status=413)
    kind, said, errors = read_report(typed)
    photo = _photo(typed.get("kept", ""), errors)
    if errors:
        return _problem_page(found, typed, errors, photo, 422)
    try:
        with transaction():
            key = typed.get("key", "")[:40]
            report_problem(lock_order(found.id), kind=kind, said=said, photo=photo, key=key, now=utc_now())
    except Refused as refused:
        return _problem_page(_order(token), typed, {"": refused.sentence}, photo, 409)
    flash(_("Tak. Vi har fået din besked og skriver til dig, så snart vi har set på den."), "done")
    return _to(token)


def _photo(kept: str, errors: dict[str, Any]) -> str:
    """The name of the photo sent now, else of the one kept before; what is wrong with it goes into `errors`."""
    held = kept if photo_path(kept, _photos()) else ""
    sent = request.files.get("photo")
    if sent is None or not sent.filename:
        return held
    try:
        return keep_photo(sent.stream.read(MOST_BYTES + 1), _photos())
    except Refused as refused:
        errors["photo"] = refused.sentence
    except OSError:
        errors["photo"] = _("Vi kan ikke gemme billedet lige nu. Prøv igen, eller send beskeden uden.")
    return held


def _photos() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir / "photos"
    return folder


def _problem_page(
    order: Order, typed: dict[str, str], errors: dict[str, Any], photo: str = "", status: int = 200
) -> Response:
    return secret(
        render_template(
            "storefront/after/problem.html",
            order=order,
            form=report_form(typed, errors),
            may_report=may_report(order),
            photo=photo,
            key=typed.get("key", "")[:40] or secrets.token_hex(8),
        ),
        status,
    )


@door.get(f"{ORDER}/igen")
def show_again(token: str) -> Response:
    """A parcel came back: where does it go now? When none lies here, the order's page says how things stand."""
    order = _order(token)
    parcel = parcel_back_of(order.id)
    return _again_page(order, parcel, Reading()) if parcel is not None else _to(token)


@door.post(f"{ORDER}/igen")
@same_origin_only
def again(token: str) -> Response:
    """Keep where and when it goes now."""
    order, typed = _order(token), dict(request.form.items())
    parcel = parcel_back_of(order.id)
    if parcel is None:
        return _to(token)
    reading = Reading()
    recipient, phone = read_recipient(order, typed, reading, kept_asked(request.form.getlist("asked")))
    day = read_wanted(typed, reading)
    if reading.told or recipient is None or day is None:
        return _again_page(order, parcel, reading, typed, 422)
    parcel_id = parcel.id
    try:
        with transaction():
            lock_order(order.id)
            choose_again(lock_parcel(parcel_id), recipient, phone, day, by=BUYER, now=utc_now())
    except Refused as refused:
        told = Reading(errors={refused.field or "": refused.sentence})
        return _again_page(_order(token), parcel, told, typed, 409)
    flash(_("Tak. Vi pakker den igen og skriver, når den er sendt. Det koster ikke noget."), "done")
    return _to(token)


def _again_page(
    order: Order, parcel: Parcel, reading: Reading, typed: dict[str, str] | None = None, status: int = 200
) -> Response:
    today, calendar = local_day(utc_now()), shop_calendar()
    return secret(
        render_template(
            "storefront/after/again.html",
            order=order,
            form=recipient_form(order, typed, reading.told),
            asked=reading.asked,
            asks_only=bool(reading.questions) and not reading.errors,
            is_pickup=order.delivery == PICKUP,
            delivery=delivery_of(order),
            first=first_day(1, parcel.delivery, today, calendar),
            last=last_open_day(today, calendar),
        ),
        status,
    )


def _order(token: str) -> Order:
    """The order of a link with everything on it; a forged one is no page at all."""
    order = find_order_by_token(token)
    if order is None:
        abort(404)
    return order


def _to(token: str) -> Response:
    return see_other(f"/ordre/{token}")
