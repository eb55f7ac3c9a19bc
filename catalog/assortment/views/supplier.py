"""The partners' room: my items, and the one page on which an item is made, changed and sent for approval."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from catalog.assortment.compare import compare
from catalog.assortment.contents import Contents, contents_of
from catalog.assortment.drafts import PARTNER_PATH as PATH
from catalog.assortment.drafts import ChangedMeanwhile, NotReady, discard, save_draft, say, send, start_item, take_back
from catalog.assortment.emphasis import emphasise
from catalog.assortment.forms import ItemForm
from catalog.assortment.forms_words import WordsForm
from catalog.assortment.models import ASKED, DECLINED, SENT, SUPPLIER_SIDE, WAITING, Photo, Proposal
from catalog.assortment.photos import MOST_BYTES, WHY, find_photo, keep_raw, preview_of
from catalog.assortment.queries import comments_on, find_open, find_own, my_items
from catalog.assortment.states import NAMES, TONES
from catalog.assortment.words import COLOURS
from catalog.items.models import DRAFT, Item
from catalog.items.queries import rates_on
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import typed_side
from shop.numbers import whole_number
from shop.people.guards import supplier_only
from shop.tax import vat_in_gross, vat_on_net
from shop.web.limits import takes
from shop.web.templating import paging, see_other

door = Blueprint("assortment_supplier", __name__)
MOST_SENT = 30_000_000  # more than any photo that is kept, so that one too large is told of with everything typed kept
SEND, EMPHASISE = "send", "fremhaev"
FIXED = ("kind", "supply")


@door.get(PATH)
@supplier_only
def items() -> ResponseReturnValue:
    """One's own items: state, price, what is there, and what waits for whom."""
    today = local_day(utc_now())
    page = my_items(g.enterprise.id, today, typed_side(request.args.get("side")))
    return render_template("supplier/items/list.html", page=page, paging=paging(PATH), names=NAMES, tones=TONES)


@door.route(f"{PATH}/ny", methods=["GET", "POST"])
@takes(MOST_SENT)
@supplier_only
def new_item() -> ResponseReturnValue:
    """A new item: saved as a draft, or sent at once."""
    if request.method == "GET":
        return _page(ItemForm(accent=g.enterprise.colour % len(COLOURS)), None)
    form = ItemForm(request.form)
    photo = _keep_photo(form)
    if request.form.get("do") == EMPHASISE:
        return _emphasised(form, None)
    if not _is_right(form):
        return _page(form, None, 422)
    with transaction():
        sent = _find_photo(photo)
        proposal = start_item(g.enterprise, form.contents({}), photo=sent, by=g.person, now=utc_now())
        item_id = proposal.item_id
    return _sent_or_saved(item_id)


@door.route(f"{PATH}/<int(max=2147483647):number>/ret", methods=["GET", "POST"])
@takes(MOST_SENT)
@supplier_only
def item(number: int) -> ResponseReturnValue:
    """An item as it is or as its next version is being made: save it, or send it for approval."""
    found = _own(number)
    if request.method == "GET":
        proposal = find_open(number)
        form = ItemForm.showing(_contents(found, proposal), edition=proposal.edition if proposal else 0)
        return _page(form, found)
    form = _form_for(found)
    photo = _keep_photo(form)
    if request.form.get("do") == EMPHASISE:
        return _emphasised(form, _own(number))
    if not _is_right(form):
        return _page(form, _own(number), 422)
    try:
        with transaction():
            mine = _own(number)
            save_draft(
                mine, form.contents(_settled(mine)), edition=_edition(form), photo=_find_photo(photo),
                keep_photo=not form.remove_photo.data, by=g.person, now=utc_now(),
            )  # fmt: skip
    except ChangedMeanwhile as changed:
        form.edition.data = str(changed.edition)
        return _page(form, _own(number), 409, refusal=str(changed), beside=True)
    except Refused as refused:
        return _page(form, _own(number), 409, refusal=str(refused))
    return _sent_or_saved(number)


def _keep_photo(form: ItemForm) -> int:
    """The number of the photo sent now, else of the one kept before; 0 when there is none. What is wrong is noted.

    It is kept before anything else is looked at, so that it need not be sent again when the words are to be mended.
    """
    kept = whole_number(form.kept_photo.data or "", 9) or 0
    number = kept if _find_photo(kept) else 0
    sent = request.files.get("photo")
    if sent is not None and sent.filename:
        try:
            with transaction():
                number = keep_raw(sent.stream.read(MOST_BYTES + 1), g.enterprise.id, now=utc_now()).id
        except Refused as refused:
            form.photo.wrong = str(refused)
        except OSError:
            form.photo.wrong = _("Vi kan ikke gemme billedet lige nu. Prøv igen om lidt, eller gem uden.")
    form.kept_photo.data = str(number or "")
    return number


def _find_photo(number: int) -> Photo | None:
    return find_photo(number, g.enterprise.id) if number else None


def _is_right(form: ItemForm) -> bool:
    """Whether everything typed can be read, and the photo kept."""
    right = form.validate()
    if form.photo.wrong:
        form.photo.errors = [form.photo.wrong]
    return right and not form.photo.wrong


@door.get(f"{PATH}/<int(max=2147483647):number>/foto")
@supplier_only
def preview(number: int) -> ResponseReturnValue:
    """The photo of one's own item as its draft has it, or as it is sold."""
    mine, proposal = _own(number), find_open(number)
    version = proposal.version if proposal else mine.current
    path = preview_of(version) if version else None
    return send_file(path, mimetype="image/webp", max_age=0) if path else abort(404)


def _sent_or_saved(number: int) -> ResponseReturnValue:
    """What was typed is saved; where it was to be sent too, it is sent now, or told what is missing."""
    address = f"{PATH}/{number}/ret"
    if request.form.get("do") != SEND:
        flash(_("Kladden er gemt. Send den til godkendelse, når den er færdig."), "done")
        return see_other(address)
    try:
        with transaction():
            send(_own(number), by=g.person, now=utc_now())
    except NotReady as refused:
        mine, proposal = _own(number), find_open(number)
        assert proposal is not None
        form = ItemForm.showing(_contents(mine, proposal), edition=proposal.edition)
        for name, sentence in refused.missing.items():
            form[name].errors = [str(sentence)]
        return _page(form, mine, 422, refusal=str(refused))
    flash(_("Den er sendt til kontoret. I får besked, når den er set på."), "done")
    return see_other(address)


@door.post(f"{PATH}/<int(max=2147483647):number>/traek-tilbage")
@supplier_only
def take_item_back(number: int) -> ResponseReturnValue:
    """Take a proposal back from the office, to go on working on it."""
    return _do(number, lambda mine: take_back(mine, by=g.person, now=utc_now()), _("Den er trukket tilbage."))


@door.post(f"{PATH}/<int(max=2147483647):number>/kasser")
@supplier_only
def throw_away(number: int) -> ResponseReturnValue:
    """Throw the draft away; what is sold stays as it is."""
    try:
        with transaction():
            discard(_own(number), by=g.person, now=utc_now())
    except Refused as refused:
        mine = _own(number)
        return _page(_shown(mine), mine, 409, refusal=str(refused))
    flash(_("Kladden er kasseret."), "done")
    return see_other(PATH)


@door.post(f"{PATH}/<int(max=2147483647):number>/svar")
@supplier_only
def answer(number: int) -> ResponseReturnValue:
    """Say something to the office about an item."""
    found, words = _own(number), WordsForm(request.form)
    if not words.validate():
        return _page(_shown(found), found, 422, words=words)
    said = words.said.data
    return _do(
        number,
        lambda mine: say(mine, said, side=SUPPLIER_SIDE, by=g.person, now=utc_now()),
        _("Kontoret kan se, hvad I har skrevet."),
    )


def _do(number: int, verb: Callable[[Item], object], done: str) -> ResponseReturnValue:
    try:
        with transaction():
            verb(_own(number))
    except Refused as refused:
        mine = _own(number)
        return _page(_shown(mine), mine, 409, refusal=str(refused))
    flash(done, "done")
    return see_other(f"{PATH}/{number}/ret")


def _own(number: int) -> Item:
    return find_own(number, g.enterprise.id) or abort(404)


def _contents(found: Item, proposal: Proposal | None) -> Contents:
    version = proposal.version if proposal else found.current
    assert version is not None
    return contents_of(found, version, proposal, today=local_day(utc_now()))


def _shown(found: Item) -> ItemForm:
    proposal = find_open(found.id)
    return ItemForm.showing(_contents(found, proposal), edition=proposal.edition if proposal else 0)


def _settled(found: Item) -> dict[str, Any]:
    """What cannot be changed once an item has been approved."""
    return {} if found.state == DRAFT else {name: getattr(found, name) for name in FIXED}


def _form_for(found: Item) -> ItemForm:
    form = ItemForm(request.form)
    for name in _settled(found):
        del form[name]
    return form


def _edition(form: ItemForm) -> int:
    edition = whole_number(form.edition.data or "", 9)
    return -1 if edition is None else edition


def _emphasised(form: ItemForm, found: Item | None) -> ResponseReturnValue:
    """The same form with the allergens among the ingredients marked; nothing is saved."""
    form.ingredients_da.data = emphasise(form.ingredients_da.data or "")
    flash(_("Vi har sat stjerner om det, der ligner allergener. Se efter, om det passer."), "info")
    return _page(form, found)


def _rate_bp() -> int:
    return rates_on(local_day(utc_now())).get("S", 0)


def _photo_state(proposal: Proposal | None) -> dict[str, Any]:
    """Whether the photo sent last is still being made, and why it could not be used."""
    sent = proposal.sent_photo if proposal else None
    return {"waits": sent is not None and sent.state == WAITING, "why": WHY.get(sent.why) if sent else None}


def _other_prices(form: ItemForm, rate_bp: int) -> dict[str, int]:
    """The price to the shop with VAT, and the price alone without; what is not typed is not there."""
    agreed, gross = form.agreed_ore.data, form.gross_ore.data
    prices = {}
    if agreed is not None:
        prices["agreed_ore"] = agreed + vat_on_net(agreed, rate_bp)
    if gross is not None:
        prices["gross_ore"] = gross - vat_in_gross(gross, rate_bp)
    return prices


def _page(
    form: ItemForm, found: Item | None, status: int = 200, *, refusal: str = "", beside: bool = False,
    words: WordsForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    proposal = find_open(found.id) if found else None
    settled = _settled(found) if found else {}
    for name in settled:
        if name in form:
            del form[name]
    now = _contents(found, proposal) if found and (beside or (proposal and proposal.state == SENT)) else None
    return render_template(
        "supplier/items/item.html", form=form, item=found, proposal=proposal, refusal=refusal, settled=settled,
        beside=compare(now, form.contents(settled)) if now and beside else None, told=compare(None, now) if now else [],
        comments=comments_on(found.id) if found else [], words=words or WordsForm(), names=NAMES, tones=TONES,
        states={"sent": SENT, "asked": ASKED, "declined": DECLINED}, rate_bp=_rate_bp(),
        photo=_photo_state(proposal), other_prices=_other_prices(form, _rate_bp()),
    ), status  # fmt: skip
