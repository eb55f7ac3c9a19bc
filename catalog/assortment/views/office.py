"""The office: what suppliers have sent for approval, what is changed in it, and the three answers."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from catalog.assortment.compare import changed, compare
from catalog.assortment.contents import contents_of
from catalog.assortment.drafts import OFFICE_PATH as PATH
from catalog.assortment.drafts import say
from catalog.assortment.forms_words import AnswerForm, OffForm, PlaceForm, WordsForm
from catalog.assortment.judge import approve, ask, decline, place_here
from catalog.assortment.models import DRAFT, OFFICE_SIDE, SENT, Proposal
from catalog.assortment.photos import preview_of
from catalog.assortment.queries import (
    baskets_holding,
    comments_on,
    find_open,
    find_to_judge,
    offers_holding,
    to_judge,
)
from catalog.assortment.states import NAMES, TONES
from catalog.assortment.withdraw import promised_of, withdraw_item
from catalog.assortment.words import ACT, ACTS
from catalog.baskets.queries_office import catalogue_counts
from catalog.items.models import Item
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.journal.queries import entries_of
from shop.listing import typed_side
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("assortment_office", __name__)
RULE = f"{PATH}/<int(max=2147483647):number>"


@door.get(PATH)
@coordinator_only
def proposals() -> ResponseReturnValue:
    """What waits for an answer, the oldest first; then what has been answered and is not back yet."""
    return render_template(
        "office/items/proposals.html", page=to_judge(typed_side(request.args.get("side"))), paging=paging(PATH),
        counts=catalogue_counts(), names=NAMES, tones=TONES,
    )  # fmt: skip


@door.get(RULE)
@coordinator_only
def item(number: int) -> ResponseReturnValue:
    """One item: the version sold and the one proposed side by side, who holds the old one, and what was said."""
    return _page(number)


@door.get(f"{RULE}/foto")
@coordinator_only
def preview(number: int) -> ResponseReturnValue:
    """The photo as it is proposed, or as the item is sold."""
    found, proposal = _find(number), find_open(number)
    version = proposal.version if proposal and proposal.state != DRAFT else found.current
    path = preview_of(version) if version else None
    return send_file(path, mimetype="image/webp", max_age=0) if path else abort(404)


@door.post(f"{RULE}/godkend")
@coordinator_only
def approve_item(number: int) -> ResponseReturnValue:
    """Let the proposed version be the one that is sold."""
    edition = _edition(request.form.get("edition", ""))
    return _judge(number, lambda one: approve(one, edition=edition, by=g.person, now=utc_now()), _("Den er godkendt."))


@door.post(f"{RULE}/<any(ret, afvis):word>")
@coordinator_only
def send_back(number: int, word: str) -> ResponseReturnValue:
    """Ask for a correction, or decline; both with words."""
    form = AnswerForm(request.form)
    if not form.validate():
        return _page(number, 422, form=form)
    verb, done = {
        "ret": (ask, _("Virksomheden er bedt om at rette den.")),
        "afvis": (decline, _("Den er afvist. Virksomheden får grunden.")),
    }[word]
    said, edition = form.said.data, _edition(form.edition.data)
    return _judge(number, lambda one: verb(one, said, edition=edition, by=g.person, now=utc_now()), done, form)


@door.post(f"{RULE}/svar")
@coordinator_only
def answer(number: int) -> ResponseReturnValue:
    """Say something to the enterprise about an item."""
    words = WordsForm(request.form, prefix="ord-")
    if not words.validate():
        return _page(number, 422, words=words)
    with transaction():
        say(_find(number), words.said.data, side=OFFICE_SIDE, by=g.person, now=utc_now())
    flash(_("Virksomheden kan se, hvad du har skrevet."), "done")
    return see_other(f"{PATH}/{number}")


@door.post(f"{RULE}/sted")
@coordinator_only
def place(number: int) -> ResponseReturnValue:
    """Note whether the goods lie where the baskets are packed."""
    form = PlaceForm(request.form)
    with transaction():
        place_here(_find(number), stored_here=form.stored_here.data, by=g.person, now=utc_now())
    flash(_("Det er gemt."), "done")
    return see_other(f"{PATH}/{number}")


@door.post(f"{RULE}/tag-af")
@coordinator_only
def take_off(number: int) -> ResponseReturnValue:
    """Sell it no more; the baskets that hold it are taken off too, and what is ordered is delivered."""
    form = OffForm(request.form, prefix="af-")
    if not form.validate():
        return _page(number, 422, off=form)
    try:
        with transaction():
            _find(number)
            baskets = withdraw_item(number, form.why.data, by=g.person, now=utc_now())
            names = [localised(one.current, "name") for one in baskets if one.current]
            promised = promised_of(number)
    except Refused as refused:
        return _page(number, 409, refusal=str(refused), off=form)
    told = [_("Varen er taget af.")]
    if names:
        told.append(_("Kurvene er taget af med den: %(names)s.", names=", ".join(names)))
    if promised:
        told.append(_("%(count)s stk. er bestilt og skal stadig leveres.", count=promised))
    flash(" ".join(told), "done")
    return see_other(f"{PATH}/{number}")


def _judge(
    number: int, verb: Callable[[Proposal], None], done: str, form: AnswerForm | None = None
) -> ResponseReturnValue:
    """Do it to the proposal that was looked at; answered by another meanwhile: 409, and the page as it is now."""
    proposal_id = whole_number(request.form.get("proposal", ""), 9)
    try:
        with transaction():
            proposal = db.session.get(Proposal, proposal_id) if proposal_id is not None else None
            if proposal is None or proposal.item_id != number:
                abort(404)
            verb(proposal)
    except Refused as refused:
        return _page(number, 409, refusal=str(refused), form=form)
    flash(done, "done")
    return see_other(f"{PATH}/{number}")


def _find(number: int) -> Item:
    return find_to_judge(number) or abort(404)


def _edition(text: str | None) -> int:
    edition = whole_number(text or "", 9)
    return -1 if edition is None else edition


def _page(
    number: int, status: int = 200, *, refusal: str = "", form: AnswerForm | None = None,
    words: WordsForm | None = None, off: OffForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    found = _find(number)
    proposal = find_open(number)
    if proposal is not None and proposal.state == DRAFT:
        proposal = None  # a draft is its enterprise's own until it is sent
    if proposal is None and found.current is None:
        abort(404)
    today = local_day(utc_now())
    old = contents_of(found, found.current, None, today=today) if found.current else None
    lines = compare(old, contents_of(found, proposal.version, proposal, today=today)) if proposal else []
    return render_template(
        "office/items/item.html", item=found, proposal=proposal, lines=lines, changes=changed(lines), refusal=refusal,
        told=compare(None, old) if old and not proposal else [], waits=bool(proposal and proposal.state == SENT),
        form=form or AnswerForm(), words=words or WordsForm(prefix="ord-"),
        off=off or OffForm(prefix="af-"), promised=promised_of(number) if found.current else 0,
        place_form=PlaceForm(stored_here=found.stored_here),
        comments=comments_on(number), offers=offers_holding(number), baskets=baskets_holding(number),
        journal=entries_of("item", number), names=NAMES, tones=TONES,
        acts=ACTS, act=ACT,
    ), status  # fmt: skip
