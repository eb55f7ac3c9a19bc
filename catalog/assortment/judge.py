"""What the office answers to a proposal: approve, ask for a correction, decline.

Approving makes the version the one that is sold. Baskets and offers keep the version they were made with; a price is a
new row from a day on, never a change of one that stands.
"""

from datetime import date, datetime

from sqlalchemy import select

from catalog.assortment.contents import contents_of
from catalog.assortment.drafts import PARTNER_PATH
from catalog.assortment.missing import missing_before_sending
from catalog.assortment.models import OFFICE_SIDE, READY, Comment, Proposal
from catalog.assortment.states import check_move, move
from catalog.baskets.availability import refresh_steps
from catalog.items.models import APPROVED, DRAFT, STOCKED, Item, ItemPrice
from catalog.items.queries import find_price
from catalog.supply.models import STOCK, Supply
from shop.days import local_day
from shop.db import db, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.people.notices import notify_enterprise
from shop.shown import move_page_version


def approve(proposal: Proposal, *, edition: int, by: By, now: datetime) -> None:
    """Let the proposed version be the one that is sold, at its price from its day on.

    Refuses one that is not waiting (a second coordinator, or taken back), one saved since it was looked at, one whose
    photo is not ready, one that is incomplete by today's rules, and a price on a day that has one.
    """
    item = _lock(proposal, edition, "approve")
    today = local_day(now)
    _check(item, proposal, now)
    price = _new_price(item, proposal, today)
    version = proposal.version
    move(proposal, "approve", by=by, now=now)
    version.frozen_at = version.frozen_at or now
    is_new = item.state == DRAFT
    item.current, item.state, item.sold_alone = version, APPROVED, proposal.sold_alone
    if price is not None:
        item.prices.append(price)
    _make_shelf(item)
    record(
        "approved", "item", item.id, by=by, now=now, version=version.no, is_new=is_new,
        price_from=price.valid_from.isoformat() if price else None,
    )  # fmt: skip
    move_page_version()
    _answer(proposal, _("«%(name)s» er godkendt.", name=version.name_da), now)


def ask(proposal: Proposal, said: str, *, edition: int, by: By, now: datetime) -> None:
    """Send it back with what is to be corrected."""
    _lock(proposal, edition, "ask")
    _send_back(
        proposal, "ask", said, _("«%(name)s» skal rettes, før den kan godkendes.", name=_name(proposal)), by, now
    )


def decline(proposal: Proposal, said: str, *, edition: int, by: By, now: datetime) -> None:
    """Say no, and why."""
    _lock(proposal, edition, "decline")
    _send_back(proposal, "decline", said, _("«%(name)s» er ikke godkendt.", name=_name(proposal)), by, now)


def place_here(item: Item, *, stored_here: bool, by: By, now: datetime) -> None:
    """Note whether the goods lie where the baskets are packed, so that nobody has to bring them."""
    lock_row(Item, item.id)
    if item.stored_here == stored_here:
        return
    item.stored_here = stored_here
    record("changed", "item", item.id, by=by, now=now, stored_here=stored_here)


def _lock(proposal: Proposal, edition: int, verb: str) -> Item:
    item = lock_row(Item, proposal.item_id)
    lock_row(Proposal, proposal.id)
    check_move(proposal, verb)
    if proposal.edition != edition:
        raise Refused(_("%(name)s har rettet i den, siden du åbnede den. Se den igen først.", name=proposal.saved_by))
    return item


def _check(item: Item, proposal: Proposal, now: datetime) -> None:
    photo = proposal.sent_photo
    if photo is not None and photo.state != READY:
        raise Refused(_("Billedet er ikke klar endnu, eller det kunne ikke bruges. Vent lidt, eller bed om et andet."))
    contents = contents_of(item, proposal.version, proposal, today=local_day(now))
    missing = missing_before_sending(contents, proposal, now=now)
    if missing:
        raise Refused(
            _("Den kan ikke godkendes, som den er: %(why)s Bed om en rettelse.", why=str(next(iter(missing.values()))))
        )


def _new_price(item: Item, proposal: Proposal, today: date) -> ItemPrice | None:
    """The price row the approval adds; None when the price stays. What is new for sale has its price at once."""
    held = find_price(item, today)
    assert proposal.agreed_ore is not None
    gross_ore = proposal.gross_ore if proposal.sold_alone else None
    gross_ore = (held.gross_ore if held else 0) if gross_ore is None else gross_ore
    if held and (held.agreed_ore, held.gross_ore) == (proposal.agreed_ore, gross_ore):
        return None
    at_once = held is None or (proposal.sold_alone and not item.sold_alone)
    day = today if at_once else max(today, proposal.price_from or today)
    if any(price.valid_from == day for price in item.prices):
        raise Refused(_("Der begynder allerede en pris den %(day)s. Bed om en anden dag.", day=f"{day:%d.%m.%Y}"))
    return ItemPrice(item_id=item.id, valid_from=day, agreed_ore=proposal.agreed_ore, gross_ore=gross_ore)


def _make_shelf(item: Item) -> None:
    """What is on hand has a row from the beginning, so that nothing counts as without limit."""
    if item.supply != STOCKED:
        return
    shelf = select(Supply.id).where(Supply.kind == STOCK, Supply.item_id == item.id)
    if db.session.scalar(shelf) is None:
        db.session.add(Supply(kind=STOCK, item_id=item.id, part="", most=0, taken=0))
        db.session.flush()
    refresh_steps([item.id])


def _send_back(proposal: Proposal, verb: str, said: str, text: object, by: By, now: datetime) -> None:
    move(proposal, verb, by=by, now=now)
    db.session.add(
        Comment(
            item_id=proposal.item_id,
            version_id=proposal.version_id,
            at=now,
            by_name=by.by_name[:200],
            side=OFFICE_SIDE,
            said=said,
        )
    )
    record({"ask": "asked", "decline": "declined"}[verb], "item", proposal.item_id, by=by, now=now, why=said[:1000])
    _answer(proposal, text, now, said)


def _answer(proposal: Proposal, text: object, now: datetime, said: str = "") -> None:
    key = f"item_answered:{proposal.id}:{proposal.edition}:{proposal.state}:{int(now.timestamp())}"
    path = f"{PARTNER_PATH}/{proposal.item_id}/ret"
    notify_enterprise(proposal.item.enterprise_id, key, text, path=path, now=now, said=said)


def _name(proposal: Proposal) -> str:
    return proposal.version.name_da
