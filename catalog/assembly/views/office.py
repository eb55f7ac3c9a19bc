"""The coordinator's assembly: baskets put together item by item, with every figure as it stands, and published."""

from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from catalog.assembly.change import (
    begin_basket,
    begin_next,
    copy_basket,
    guarantee,
    lock_draft,
    publish_draft,
    put,
    save_terms,
    shift,
    throw_away,
    unschedule,
)
from catalog.assembly.desk import Desk, find_draft, floor_with, set_out
from catalog.assembly.desk_words import SHORT, WARNINGS, name_of, says_of, shares_in_words
from catalog.assembly.forms import NewForm, TermsForm, WhyForm, terms_form, terms_of_form
from catalog.assembly.history import basket_history
from catalog.assembly.models import BasketDraft
from catalog.assembly.openings import lost_parts
from catalog.assembly.shelf import assembly_list, copyable, find_basket_id, shelf, versions_of
from catalog.baskets.models import Basket, BasketVersion
from catalog.baskets.picture import picture_of
from catalog.baskets.publish import withdraw
from catalog.baskets.queries_office import find_any_basket
from catalog.baskets.words import POLICIES, STATES
from catalog.items.models import Item
from shop.days import local_day, utc_now
from shop.db import db, lock_row, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.journal.words import actor
from shop.listing import typed_search, typed_side
from shop.money import parse_kr
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.weave import POT, bar_svg
from shop.web.templating import day, paging, see_other

door = Blueprint("assembly_office", __name__)
PATH = "/kontor/kurve"
HIGHEST_ID = 2**31


@door.get(PATH)
@coordinator_only
def baskets() -> ResponseReturnValue:
    """Every basket, those being worked on first; and the form that begins a new one."""
    return _list(_new_form())


@door.post(PATH)
@coordinator_only
def begin() -> ResponseReturnValue:
    """Begin a new basket, empty or as a copy of one that has been sold."""
    form = _new_form(request.form)
    if not form.validate():
        return _list(form, 422)
    try:
        with transaction():
            copied = int(form.begin_with.data or 0)
            version = db.session.get(BasketVersion, copied) if copied else None
            draft = (
                copy_basket(version, form.name.data, by=g.person, now=utc_now())
                if version is not None
                else begin_basket(form.name.data, by=g.person, now=utc_now())
            )
            slug = draft.basket.slug
    except Refused as refused:
        form.name.errors = [str(refused)]
        return _list(form, 409)
    return see_other(f"{PATH}/{slug}")


@door.get(f"{PATH}/<slug>")
@coordinator_only
def basket(slug: str) -> ResponseReturnValue:
    """The desk of a basket that is worked on; else what is sold, and the button to begin the next version."""
    return _desk(slug)


@door.post(f"{PATH}/<slug>/begynd")
@coordinator_only
def begin_version(slug: str) -> ResponseReturnValue:
    """Begin the next version. Somebody else has begun it: then there it is."""
    try:
        with transaction():
            begin_next(_locked(slug), by=g.person, now=utc_now())
    except Refused as refused:
        flash(str(refused), "info")
    return see_other(f"{PATH}/{slug}")


@door.post(f"{PATH}/<slug>/del")
@coordinator_only
def change_part(slug: str) -> ResponseReturnValue:
    """Put an item in, take it out, count it, move it. With script the desk alone is answered."""
    told, status = "", 200
    before = whole_number(request.form.get("edition", "")) or 0
    try:
        with transaction():
            draft = _locked_draft(slug)
            changed_by = draft.changed_by if draft.edition != before else ""
            told = _act(draft)
    except Refused as refused:
        told, status, changed_by = str(refused), 409, ""
    if changed_by and changed_by != g.person.by_name:
        told += " " + _("%(name)s har også ændret kurven; her er den, som den er nu.", name=actor(changed_by))
    if request.headers.get("X-Fragment"):
        return _fragment(slug, told, status)
    flash(told, "done" if status == 200 else "error")
    return see_other(f"{PATH}/{slug}#samling")


def _act(draft: BasketDraft) -> str:
    item = db.session.get(Item, whole_number(request.form.get("vare", ""), 9) or 0)
    if item is None or item.current is None:
        raise Refused(_("Varen findes ikke."))
    act, now = request.form.get("gor", ""), utc_now()
    held = next((part for part in draft.parts if part.item_id == item.id), None)
    name = localised(item.current, "name")
    if act in ("op", "ned"):
        shift(draft, item.id, -1 if act == "op" else 1, by=g.person, now=now)
        return _("%(name)s er flyttet.", name=name)
    if act == "mindst":
        guarantee(draft, item.id, _typed_kr(request.form.get("mindst", "")), by=g.person, now=now)
        return _("Mindsteprisen for %(name)s er gemt.", name=name)
    pieces = {
        "laeg": (held.quantity if held else 0) + 1,
        "ud": 0,
    }.get(act, whole_number(request.form.get("antal", ""), 4))
    if pieces is None:
        raise Refused(_("Skriv et helt tal."), field="antal")
    put(draft, item, pieces, by=g.person, now=now)
    return (
        _("%(name)s er taget ud.", name=name)
        if not pieces
        else _("%(name)s: %(count)s i kurven.", name=name, count=pieces)
    )


def _typed_kr(text: str) -> int:
    try:
        ore = parse_kr(text)
    except ValueError:
        ore = -1
    if not 0 <= ore <= 10_000_000:
        raise Refused(_("Skriv et beløb i kroner, for eksempel 59,00."), field="mindst")
    return ore


@door.post(f"{PATH}/<slug>/vilkaar")
@coordinator_only
def change_terms(slug: str) -> ResponseReturnValue:
    """Save texts, price and window. Somebody has changed the basket meanwhile: both are shown."""
    draft = find_draft(slug) or abort(404)
    form = terms_form(draft, request.form)
    if not form.validate():
        return _desk(slug, 422, form=form)
    try:
        with transaction():
            values, now = terms_of_form(form), utc_now()
            edition = whole_number(form.edition.data or "") or 0
            locked = _locked_draft(slug)
            today = local_day(now)
            floor = floor_with(set_out(draft, today), values["policy"], values["pot_percent_bp"] or 0, today)
            save_terms(locked, edition, values, floor_ore=floor, by=g.person, now=now)
    except Refused as refused:
        if refused.field:
            form[refused.field].errors = [str(refused)]
            return _desk(slug, 409, form=form)
        return _desk(slug, 409, form=form, clash=str(refused))
    flash(_("Gemt."), "done")
    return see_other(f"{PATH}/{slug}#vilkaar")


@door.post(f"{PATH}/<slug>/udgiv")
@coordinator_only
def publish_basket(slug: str) -> ResponseReturnValue:
    """Freeze the draft and sell it, now or from its first day on. It must be the draft that was looked at."""
    now = utc_now()
    try:
        with transaction():
            locked = _locked_draft(slug)
            if (whole_number(request.form.get("edition", "")) or 0) != locked.edition:
                raise Refused(
                    _("%(name)s har ændret kurven imens. Se den igen, før du udgiver.", name=actor(locked.changed_by))
                )
            draft = find_draft(slug) or abort(404)
            desk = set_out(draft, local_day(now))
            version = publish_draft(draft, desk.accepted, by=g.person, now=now)
            opens = version.open_on if version.published_at is None else None
    except Refused as refused:
        return _desk(slug, 409, refusal=str(refused))
    flash(
        _("Kurven kommer til salg %(day)s af sig selv.", day=day(opens)) if opens else _("Kurven er til salg."), "done"
    )
    return see_other(f"{PATH}/{slug}")


@door.post(f"{PATH}/<slug>/kasser")
@coordinator_only
def drop(slug: str) -> ResponseReturnValue:
    """Throw the draft away; what is sold is not touched."""
    with transaction():
        throw_away(_locked_draft(slug), by=g.person, now=utc_now())
    flash(_("Kladden er kasseret."), "done")
    return see_other(PATH)


@door.post(f"{PATH}/<slug>/saelges-ikke")
@coordinator_only
def keep_back(slug: str) -> ResponseReturnValue:
    """What waits for its first day is not sold after all. Already so: then it is shown as it is."""
    try:
        with transaction():
            unschedule(_locked(slug), by=g.person, now=utc_now())
    except Refused as refused:
        flash(str(refused), "info")
    else:
        flash(_("Den version kommer ikke til salg."), "done")
    return see_other(f"{PATH}/{slug}")


@door.post(f"{PATH}/<slug>/tag-af")
@coordinator_only
def take_off(slug: str) -> ResponseReturnValue:
    """Take a basket off the shelf, with a reason; orders for it are delivered."""
    form = WhyForm(request.form)
    if not form.validate():
        return _desk(slug, 422, why=form)
    with transaction():
        withdraw(_locked(slug), by=g.person, now=utc_now(), why=form.why.data)
    flash(_("Kurven er taget af. Det, der er bestilt, bliver leveret."), "done")
    return see_other(f"{PATH}/{slug}")


# --- Pages ----------------------------------------------------------------------------------------------------------


def _new_form(typed: Any = None) -> NewForm:
    form = NewForm(typed)
    form.begin_with.offer(
        [("", _("En tom kurv"))]
        + [
            (str(one.id), _("En kopi af %(name)s (version %(no)s)", name=localised(one, "name"), no=one.no))
            for one in copyable()
        ]
    )
    return form


def _list(form: NewForm, status: int = 200) -> ResponseReturnValue:
    search, side = typed_search(request.args.get("sog")), typed_side(request.args.get("side"))
    return render_template(
        "office/assembly/list.html", page=assembly_list(search, side), search=search, states=STATES, form=form,
        paging=paging(PATH, sog=search),
    ), status  # fmt: skip


def _desk(
    slug: str, status: int = 200, *, form: TermsForm | None = None, why: WhyForm | None = None, clash: str = "",
    refusal: str = "",
) -> ResponseReturnValue:  # fmt: skip
    draft = find_draft(slug)
    why = why or WhyForm()
    if draft is None:
        found = find_any_basket(slug) or abort(404)
        return render_template(
            "office/assembly/sold.html", basket=found, versions=versions_of(found.id), why=why, states=STATES,
            policies=POLICIES, waits=found.next, lost=lost_parts(found.next) if found.next else [],
            today=local_day(utc_now()), history=basket_history(found.id),
        ), status  # fmt: skip
    search, side = typed_search(request.args.get("sog")), typed_side(request.args.get("side"))
    today = local_day(utc_now())
    return render_template(
        "office/assembly/desk.html", **_values(set_out(draft, today)), form=form or terms_form(draft), why=why,
        clash=clash, refusal=refusal, shelf=shelf(search, side, today), search=search, states=STATES,
        paging=paging(f"{PATH}/{slug}", sog=search), versions=versions_of(draft.basket_id),
        history=basket_history(draft.basket_id),
    ), status  # fmt: skip


def _fragment(slug: str, told: str, status: int) -> ResponseReturnValue:
    draft = find_draft(slug) or abort(404)
    return render_template(
        "office/assembly/_desk.html", **_values(set_out(draft, local_day(utc_now()))), told=told
    ), status, {"X-Fragment": "1"}  # fmt: skip


def _values(desk: Desk) -> dict[str, Any]:
    """What the desk shows beside its own figures: the picture, the ribbon of the division, and the words."""
    drawn = desk.version.components
    return {
        "desk": desk,
        "draft": desk.draft,
        "picture": Markup(picture_of(desk.version)[1]) if drawn else "",  # noqa: S704 - drawn by us
        "bar": Markup(  # noqa: S704 - drawn by us
            bar_svg([one.strip() for one in desk.slices], title=_("Sådan deles prisen"), desc=shares_in_words(desk))
        ) if drawn and desk.version.net_ore > 0 and desk.pot_ore >= 0 else "",
        "short_words": SHORT,
        "warning_words": WARNINGS,
        "pot": POT,
        "name_of": name_of,
        "says": says_of(desk),
    }  # fmt: skip


def _locked(slug: str) -> Basket:
    return lock_row(Basket, _basket_id(slug))


def _locked_draft(slug: str) -> BasketDraft:
    return lock_draft(_basket_id(slug)) or abort(404)


def _basket_id(slug: str) -> int:
    return find_basket_id(slug) or abort(404)
