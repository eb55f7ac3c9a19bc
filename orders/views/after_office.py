"""What buyers report, answered by the coordinator; and the parcels that follow the first."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from orders.after.forms import kept_asked, read_recipient
from orders.after.forms_office import (
    MONEY,
    DeclineForm,
    read_picks,
    refund_form,
    replace_form,
)
from orders.after.models import Parcel
from orders.after.parcels import (
    Plan,
    come_back,
    drop_parcel,
    goods_of,
    lock_parcel,
    note_back,
    pack_parcel,
    plan_replacement,
    send_parcel,
)
from orders.after.photos import photo_path
from orders.after.queries import (
    find_parcel_order,
    find_report,
    find_report_order,
    open_parcels,
    parcels_of,
    report_list,
)
from orders.after.report import decline, lock_report, refund, say_replaced
from orders.after.states import (
    KIND_NAMES,
    PARCEL,
    PARCEL_KINDS,
    PARCEL_NAMES,
    PARCEL_TONES,
    RECEIVED,
    REPORT_NAMES,
    REPORT_TONES,
)
from orders.buyers import get_whole_order
from orders.checkout.answers import Reading
from orders.lock import lock_order
from orders.models import PICKUP
from orders.queries import find_order_id
from orders.refunds.bearers import BEARER_NAMES, read_bearer
from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import typed_side
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("after_office", __name__)
PATH = "/kontor/henvendelser"
ID = "<int(max=2147483647):number>"
# The word in the address, the move, and the verb that makes it.
MOVES: dict[str, tuple[str, Callable[[Parcel, datetime], None]]] = {
    "pakket": ("pack", lambda parcel, now: pack_parcel(parcel, by=g.person, now=now)),
    "sendt": ("send", lambda parcel, now: send_parcel(parcel, by=g.person, now=now)),
    "retur": ("come_back", lambda parcel, now: come_back(parcel, by=g.person, now=now)),
    "opgivet": ("drop", lambda parcel, now: drop_parcel(parcel, why="", by=g.person, now=now)),
}
NAMES: dict[str, Any] = {
    "kinds": KIND_NAMES, "report_names": REPORT_NAMES, "report_tones": REPORT_TONES, "parcel_names": PARCEL_NAMES,
    "parcel_tones": PARCEL_TONES, "parcel_kinds": PARCEL_KINDS, "parcel_moves": MOVES, "parcel_machine": PARCEL,
    "bearer_names": BEARER_NAMES,
}  # fmt: skip


@door.get(PATH)
@coordinator_only
def reports() -> ResponseReturnValue:
    """Everything reported, what waits first, and the parcels somebody has to do with."""
    return _list_page()


def _list_page(refusal: str = "", status: int = 200) -> ResponseReturnValue:
    return render_template(
        "office/after/reports.html", page=report_list(typed_side(request.args.get("side"))), parcels=open_parcels(),
        paging=paging(PATH), refusal=refusal, **NAMES,
    ), status  # fmt: skip


@door.get(f"{PATH}/{ID}")
@coordinator_only
def report(number: int) -> ResponseReturnValue:
    """One report: what was said and shown, and the three answers."""
    return _page(number)


def _page(
    number: int, status: int = 200, refusal: str = "", asked: list[str] | None = None, **forms: Any
) -> ResponseReturnValue:
    found = find_report(number)
    if found is None:
        abort(404)
    order = get_whole_order(found.order_id)
    goods = goods_of(order)
    shown = {
        "replacing": forms.get("replacing") or replace_form(order, goods, None, {}),
        "refunding": forms.get("refunding") or refund_form(order, goods),
        "declining": forms.get("declining") or DeclineForm(),
    }
    has_photo = photo_path(found.photo, _photos()) is not None
    return render_template(
        "office/after/report.html", report=found, order=order, goods=goods, has_photo=has_photo, refusal=refusal,
        parcels=[one for one in parcels_of(order.id) if one.report_id == found.id], is_open=found.state == RECEIVED,
        asked=asked or [], is_pickup=order.delivery == PICKUP, wrong=next(iter(forms.values()), None), **shown, **NAMES,
    ), status  # fmt: skip


@door.get(f"{PATH}/{ID}/foto")
@coordinator_only
def photo(number: int) -> ResponseReturnValue:
    """The photo, as it was written anew."""
    found = find_report(number)
    path = photo_path(found.photo, _photos()) if found is not None else None
    if path is None:
        abort(404)
    return Response(path.read_bytes(), mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


def _photos() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir / "photos"
    return folder


@door.post(f"{PATH}/{ID}/nej")
@coordinator_only
def say_no(number: int) -> ResponseReturnValue:
    """No, with a reason."""
    order_id, form = _order_of(number), DeclineForm(request.form)
    if not form.validate():
        return _page(number, 422, declining=form)
    try:
        with transaction():
            lock_order(order_id)
            decline(lock_report(number), why=form.why.data or "", by=g.person, now=utc_now())
    except Refused as refused:
        return _page(number, 409, str(refused))
    return _answered(number)


@door.post(f"{PATH}/{ID}/penge")
@coordinator_only
def give_money(number: int) -> ResponseReturnValue:
    """Money back: an amount, or one enterprise's part."""
    order_id = _order_of(number)
    order = get_whole_order(order_id)
    form = refund_form(order, goods_of(order), request.form)
    if not form.validate():
        return _page(number, 422, refunding=form)
    is_money = form.what.data == MONEY
    try:
        with transaction():
            lock_order(order_id)
            refund(
                lock_report(number),
                gross_ore=form.amount.data if is_money else 0,
                share_id=0 if is_money else int(form.what.data),
                pieces=0 if is_money else form.pieces.data,
                said=form.said.data,
                note=form.note.data or "",
                bearer=read_bearer(form.bearer.data),
                by=g.person,
                now=utc_now(),
            )
    except Refused as refused:
        if refused.field == "amount":
            form["amount" if is_money else "pieces"].errors = [str(refused)]
            return _page(number, 409, refunding=form)
        return _page(number, 409, str(refused), refunding=form)
    return _answered(number)


@door.post(f"{PATH}/{ID}/ny-pakke")
@coordinator_only
def send_anew(number: int) -> ResponseReturnValue:
    """A new parcel at no charge."""
    order_id, typed = _order_of(number), request.form
    order = get_whole_order(order_id)
    goods, reading = goods_of(order), Reading()
    recipient, phone = read_recipient(order, typed.to_dict(), reading, kept_asked(typed.getlist("asked")))
    picks, errors = read_picks(goods, typed.to_dict())
    form = replace_form(order, goods, typed, {**reading.told, **errors})
    if form.errors or recipient is None:
        return _page(number, 422, asked=reading.asked, replacing=form)
    try:
        with transaction():
            _replace(order_id, number, picks, recipient, phone, form)
    except Refused as refused:
        again = replace_form(get_whole_order(order_id), goods, MultiDict(typed), {"": refused.sentence})
        return _page(number, 409, asked=reading.asked, replacing=again)
    return _answered(number)


def _replace(order_id: int, number: int, picks: dict[int, int], recipient: Any, phone: str, form: Any) -> None:
    now, bearer = utc_now(), read_bearer(form.bearer.data)
    order, answered = lock_order(order_id), lock_report(number)
    plan = Plan(recipient, phone, bearer, f"report:{number}", form.note.data or "", answered)
    plan_replacement(order, picks, plan, by=g.person, now=now)
    say_replaced(answered, said=form.said.data, bearer=bearer, by=g.person, now=now)


def _order_of(number: int) -> int:
    order_id = find_report_order(number)
    if order_id is None:
        abort(404)
    return order_id


def _answered(number: int) -> ResponseReturnValue:
    flash(_("Henvendelsen er besvaret. Køberen får et brev."), "done")
    return see_other(f"{PATH}/{number}")


@door.post("/kontor/ordrer/<number>/retur")
@coordinator_only
def parcel_came_back(number: str) -> ResponseReturnValue:
    """An order's parcel came back: its buyer is asked where it goes now."""
    order_id = find_order_id(number)
    if order_id is None:
        abort(404)
    try:
        with transaction():
            note_back(lock_order(order_id), by=g.person, now=utc_now())
    except Refused as refused:
        return _list_page(str(refused), 409)
    flash(_("Køberen får et brev og vælger, hvor pakken nu skal hen."), "done")
    return see_other(f"/kontor/ordrer/{number}")


@door.post(f"/kontor/pakker/{ID}/<any(pakket, sendt, retur, opgivet):word>")
@coordinator_only
def move_one(number: int, word: str) -> ResponseReturnValue:
    """Pack, send or give up a parcel, or note that it came back. A second click says why not."""
    order_id = find_parcel_order(number)
    if order_id is None:
        abort(404)
    try:
        with transaction():
            lock_order(order_id)
            parcel = lock_parcel(number)
            MOVES[word][1](parcel, utc_now())
            state = parcel.state
    except Refused as refused:
        return _list_page(str(refused), 409)
    flash(_("Pakken er nu %(state)s.", state=PARCEL_NAMES[state]), "done")
    return see_other(f"{PATH}#pakker")
