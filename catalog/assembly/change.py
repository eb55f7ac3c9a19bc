"""Assemble a basket: begin it, put items in, take them out, price it, publish it. A door locks the draft first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from catalog.assembly.models import BasketDraft, DraftPart
from catalog.baskets.models import Basket, BasketVersion, Offer
from catalog.baskets.publish import Chosen, Texts, check_steps, make_version, publish
from catalog.items.models import APPROVED, SERVICE, Item
from catalog.items.queries import rates_on
from shop.days import local_day
from shop.db import db, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.journal.words import actor
from shop.slugs import free_slug, slug_of

MOST_PARTS = 60
MOST_PIECES = 99
RESERVED = frozenset({"foreslaa", "fordeling"})  # pages of the assembly itself
TERMS = (
    "name_da", "name_en", "tagline_da", "tagline_en", "text_da", "text_en", "gross_ore", "steps", "policy",
    "pot_percent_bp", "pieces", "box", "open_on", "close_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """An item that is to be in a new basket, and how many of it."""

    item_id: int
    quantity: int
    guaranteed_ore: int = 0


def lock_draft(basket_id: int) -> BasketDraft | None:
    """The draft of a basket, locked; None when nobody is working on its next version."""
    found = db.session.scalar(select(BasketDraft.id).where(BasketDraft.basket_id == basket_id))
    return lock_row(BasketDraft, found) if found is not None else None


def begin_basket(name: str, *, by: By, now: datetime, wishes: Collection[Wish] = (), gross_ore: int = 0) -> BasketDraft:
    """A new basket with nothing sold yet. Refuses a name that makes no address."""
    slug = _free_slug(name)
    position = int(db.session.scalar(select(func.coalesce(func.max(Basket.position), 0))) or 0) + 1
    basket = Basket(slug=slug, state="draft", position=position)
    db.session.add(basket)
    db.session.flush()
    draft = _draft(basket, name, now, by, gross_ore=gross_ore)
    _fill(draft, wishes)
    record("begun", "basket", basket.id, by=by, now=now, slug=slug)
    return draft


def copy_basket(version: BasketVersion, name: str, *, by: By, now: datetime) -> BasketDraft:
    """A new basket with what was in a version sold before, discontinued items too: they stand there marked."""
    draft = begin_basket(name, by=by, now=now, wishes=_wishes_of(version), gross_ore=version.gross_ore)
    _take_over(draft, version, texts=name == version.name_da)
    return draft


def begin_next(basket: Basket, *, by: By, now: datetime) -> BasketDraft:
    """The next version of a basket, with what is in the present one. Refuses when somebody has begun it already."""
    version = basket.next or basket.current
    if version is None or db.session.scalar(select(BasketDraft.id).where(BasketDraft.basket_id == basket.id)):
        raise Refused(_("Den næste version er allerede begyndt."))
    draft = _draft(basket, version.name_da, now, by, gross_ore=version.gross_ore)
    _fill(draft, _wishes_of(version))
    _take_over(draft, version, texts=True)
    record("begun", "basket", basket.id, by=by, now=now, version=version.no + 1)
    return draft


def _draft(basket: Basket, name: str, now: datetime, by: By, *, gross_ore: int) -> BasketDraft:
    draft = BasketDraft(basket_id=basket.id, name_da=name, gross_ore=gross_ore, changed_at=now, changed_by=by.by_name)
    db.session.add(draft)
    db.session.flush()
    return draft


def _fill(draft: BasketDraft, wishes: Collection[Wish]) -> None:
    for position, wish in enumerate(wishes, start=1):
        draft.parts.append(
            DraftPart(
                item_id=wish.item_id, position=position, quantity=wish.quantity, guaranteed_ore=wish.guaranteed_ore
            )
        )
    db.session.flush()


def _wishes_of(version: BasketVersion) -> list[Wish]:
    """What is in a version, an item that stands there twice once."""
    found: dict[int, Wish] = {}
    for one in version.components:
        held = found.get(one.item_id)
        found[one.item_id] = Wish(one.item_id, one.quantity + (held.quantity if held else 0), one.guaranteed_ore)
    return list(found.values())


def _take_over(draft: BasketDraft, version: BasketVersion, *, texts: bool) -> None:
    names = ("steps", "policy", "pot_percent_bp", "tagline_da", "tagline_en", "text_da", "text_en")
    for name in (*names, *(("name_da", "name_en") if texts else ())):
        setattr(draft, name, getattr(version, name))
    draft.copied_from_id = version.id


def _free_slug(name: str) -> str:
    slug = slug_of(name)
    if not slug:
        raise Refused(_("Skriv et navn med bogstaver i."), field="name")
    taken = set(db.session.scalars(select(Basket.slug).where(Basket.slug.startswith(slug))))
    return free_slug(slug, taken | RESERVED)


# --- One change at a time -------------------------------------------------------------------------------------------


def put(draft: BasketDraft, item: Item, quantity: int, *, by: By, now: datetime) -> None:
    """Let so many pieces of an item be in the basket; 0 takes it out.

    Refuses an item that is not approved and was not there before, more than 99 pieces, and a sixty-first item.
    """
    held = next((part for part in draft.parts if part.item_id == item.id), None)
    if not 0 <= quantity <= MOST_PIECES:
        raise Refused(_("Skriv et antal fra 0 til %(most)s.", most=MOST_PIECES), field="antal")
    if held is None and quantity:
        if item.state != APPROVED:
            raise Refused(_("Varen er ikke godkendt til salg."))
        if len(draft.parts) >= MOST_PARTS:
            raise Refused(_("Der kan højst være %(most)s forskellige varer i en kurv.", most=MOST_PARTS))
        last = max((part.position for part in draft.parts), default=0)
        draft.parts.append(DraftPart(item_id=item.id, quantity=quantity, position=last + 1))
    elif held is not None and quantity:
        held.quantity = quantity
    elif held is not None:
        draft.parts.remove(held)
    _changed(draft, by, now)


def shift(draft: BasketDraft, item_id: int, steps: int, *, by: By, now: datetime) -> None:
    """Move an item up (-1) or down (1) in the order it is named and drawn; at the end it stays."""
    parts = list(draft.parts)
    at = next((n for n, part in enumerate(parts) if part.item_id == item_id), None)
    if at is None or not 0 <= at + steps < len(parts):
        return
    parts.insert(at + steps, parts.pop(at))
    for position, part in enumerate(parts, start=1):
        part.position = position
    _changed(draft, by, now)


def guarantee(draft: BasketDraft, item_id: int, ore: int, *, by: By, now: datetime) -> None:
    """Give an item in the basket its guaranteed minimum a piece, øre net."""
    for part in draft.parts:
        if part.item_id == item_id:
            part.guaranteed_ore = ore
            _changed(draft, by, now)


def save_terms(
    draft: BasketDraft, edition: int, values: Mapping[str, Any], *, floor_ore: int | None = None, by: By, now: datetime
) -> None:
    """Write texts, prices, policy and window. Refuses when somebody has changed one of these since `edition` was read.

    `floor_ore` is the floor (net) that no volume price may go below, when it is known.

    What was typed and what stands there now are both shown by the door; nothing is overwritten unseen.
    """
    if edition != draft.terms_edition:
        raise Refused(_("%(name)s har ændret kurven imens. Se forskellen, og gem igen.", name=actor(draft.changed_by)))
    if values["gross_ore"] % 5:
        raise Refused(_("Prisen skal gå op i 5 øre."), field="gross_ore")
    check_steps(values["gross_ore"], values["steps"], floor_ore or 0, rates_on(local_day(now))["S"])
    opens, closes = values["open_on"], values["close_on"]
    if opens and closes and closes < opens:
        raise Refused(_("Kurven kan ikke tages af, før den kommer på."), field="close_on")
    for name in TERMS:
        setattr(draft, name, values[name])
    draft.terms_edition += 1
    _changed(draft, by, now)


def _changed(draft: BasketDraft, by: By, now: datetime) -> None:
    draft.edition += 1
    draft.changed_at, draft.changed_by = now, by.by_name[:200]
    db.session.flush()


# --- The end of a draft ---------------------------------------------------------------------------------------------


def publish_draft(draft: BasketDraft, offers: Mapping[int, Offer], *, by: By, now: datetime) -> BasketVersion:
    """Freeze the draft as the next version, and sell it from its first day on: today, or by itself later.

    `offers` are the accepted offers by item. Refuses an item without one, or that is sold no longer; a price below the
    floor; a window that is over; a name missing in Danish.
    """
    basket = lock_row(Basket, draft.basket_id)
    today = local_day(now)
    if draft.close_on and draft.close_on < today:
        raise Refused(_("Dagen, hvor kurven tages af, er passeret."), field="close_on")
    for part in draft.parts:
        if part.item_id not in offers or part.item.state != APPROVED:
            raise Refused(_("«%(name)s» mangler et accepteret tilbud.", name=_name_of(part)))
    if all(part.item.kind == SERVICE for part in draft.parts):
        raise Refused(_("Der er ingen varer i kurven endnu."))
    chosen = [
        Chosen(offers[part.item_id], part.quantity, _kind_of(part), part.guaranteed_ore)
        for part in sorted(draft.parts, key=lambda part: (part.item.kind == SERVICE, part.position))
    ]
    texts = Texts(**{name: getattr(draft, name) or "" for name in Texts.__dataclass_fields__})
    version = make_version(
        basket, texts, chosen, draft.gross_ore, draft.policy, draft.pot_percent_bp, steps=draft.steps, now=now
    )
    version.open_on, version.close_on = draft.open_on, draft.close_on
    if draft.open_on and draft.open_on > today:
        basket.next_version_id = version.id
        record("scheduled", "basket", basket.id, by=by, now=now, version=version.no, opens=draft.open_on.isoformat())
    else:
        basket.next_version_id = None
        publish(basket, version, by=by, now=now)
    db.session.delete(draft)
    db.session.flush()
    return version


def _kind_of(part: DraftPart) -> str:
    return "service" if part.item.kind == SERVICE else "component"


def _name_of(part: DraftPart) -> str:
    return part.item.current.name_da if part.item.current else part.item.slug


def throw_away(draft: BasketDraft, *, by: By, now: datetime) -> None:
    """Forget a draft. What is sold is not touched; a basket that was never sold stays as an empty name, withdrawn."""
    basket = lock_row(Basket, draft.basket_id)
    if basket.current_version_id is None and basket.next_version_id is None:
        basket.state = "withdrawn"
    record("thrown_away", "basket", basket.id, by=by, now=now)
    db.session.delete(draft)
    db.session.flush()


def unschedule(basket: Basket, *, by: By, now: datetime) -> None:
    """What waits for its first day is not sold after all. A basket that was never sold stays as an empty name.

    Refuses a basket where nothing waits: somebody has been here, or its day has come.
    """
    waiting = basket.next
    if waiting is None:
        raise Refused(_("Der er ikke nogen version, der venter på at komme til salg."))
    basket.next_version_id = None
    if basket.current_version_id is None:
        basket.state = "withdrawn"
    record("unscheduled", "basket", basket.id, by=by, now=now, version=waiting.no)
    db.session.flush()
