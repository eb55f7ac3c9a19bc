"""What an enterprise does with its proposals: begin, save, send, take back, say something."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from catalog.assortment.contents import Contents, contents_of, write_contents
from catalog.assortment.missing import missing_before_sending
from catalog.assortment.models import APPROVED, SUPPLIER_SIDE, Comment, Photo, Proposal
from catalog.assortment.states import check_move, move
from catalog.items.models import DRAFT, Item, ItemVersion
from catalog.supply.models import Supply
from shop.days import local_day
from shop.db import db, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.people.models import Enterprise
from shop.people.notices import notify_office
from shop.slugs import free_slug, slug_of

OFFICE_PATH = "/kontor/varer"
PARTNER_PATH = "/partner/varer"


class ChangedMeanwhile(Refused):
    """Somebody else has saved the same draft since it was opened; nothing has been written."""

    def __init__(self, edition: int, saved_by: str) -> None:
        super().__init__(
            _("%(name)s har gemt ændringer, mens du skrev. Intet er gemt endnu, og intet er tabt.", name=saved_by)
        )
        self.edition = edition


class NotReady(Refused):
    """The draft cannot be sent yet; `missing` is a sentence for each field."""

    def __init__(self, missing: dict[str, object]) -> None:
        super().__init__(_("Kladden er gemt, men den kan ikke sendes endnu."))
        self.missing = missing


def open_proposal(item_id: int) -> Proposal | None:
    """The proposal under work for an item, if there is one."""
    return db.session.scalar(select(Proposal).where(Proposal.item_id == item_id, Proposal.state != APPROVED))


def start_item(
    enterprise: Enterprise, contents: Contents, *, photo: Photo | None = None, by: By, now: datetime
) -> Proposal:
    """A new item with its first draft; it is seen by its enterprise and the office alone."""
    item = Item(
        slug=_free_slug(contents["name_da"]), enterprise_id=enterprise.id, kind=contents["kind"], state=DRAFT,
        supply=contents["supply"], closed_weeks=[],
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    proposal = _new_proposal(item, contents, photo, by, now)
    record("proposed", "item", item.id, by=by, now=now, version=proposal.version.no)
    return proposal


def save_draft(
    item: Item, contents: Contents, *, edition: int, photo: Photo | None = None, keep_photo: bool = True,
    by: By, now: datetime,
) -> Proposal:  # fmt: skip
    """Save the next version of an item. `edition` is the one that was opened, 0 when there was no draft.

    Refuses one that waits for the office's answer, and one somebody else has saved meanwhile (ChangedMeanwhile).
    """
    lock_row(Item, item.id)
    proposal = open_proposal(item.id)
    if proposal is None:
        if edition:
            raise Refused(_("Kladden er godkendt imens. Åbn varen igen, og ret i den, der nu er til salg."))
        proposal = _new_proposal(item, contents, photo, by, now)
        record("proposed", "item", item.id, by=by, now=now, version=proposal.version.no)
        return proposal
    check_move(proposal, "edit")
    if proposal.edition != edition:
        raise ChangedMeanwhile(proposal.edition, proposal.saved_by)
    changes = _changes(item, contents, proposal, now)
    move(proposal, "edit", by=by, now=now)
    write_contents(contents, item, proposal.version, proposal)
    _set_photo(proposal, photo, keep=keep_photo)
    proposal.edition += 1
    proposal.saved_at, proposal.saved_by = now, by.by_name[:200]
    record("saved", "item", item.id, by=by, now=now, version=proposal.version.no, fields=changes)
    return proposal


def send(item: Item, *, by: By, now: datetime) -> Proposal:
    """Ask the office to approve the draft. Refuses what is not ready, with a sentence for each field (NotReady)."""
    lock_row(Item, item.id)
    proposal = open_proposal(item.id)
    if proposal is None:
        raise Refused(_("Der er ikke noget at sende. Ret noget først."))
    check_move(proposal, "send")
    contents = contents_of(item, proposal.version, proposal, today=local_day(now))
    missing = missing_before_sending(contents, proposal, now=now)
    if missing:
        raise NotReady(missing)
    move(proposal, "send", by=by, now=now)
    record("sent", "item", item.id, by=by, now=now, version=proposal.version.no)
    notify_office(
        f"item_sent:{proposal.id}:{proposal.edition}:{int(now.timestamp())}",
        _("%(who)s har sendt «%(name)s» til godkendelse.", who=item.enterprise.name, name=proposal.version.name_da),
        path=f"{OFFICE_PATH}/{item.id}", now=now,
    )  # fmt: skip
    return proposal


def take_back(item: Item, *, by: By, now: datetime) -> None:
    """Take a proposal back from the office, to go on working on it. Refuses one that has been answered."""
    lock_row(Item, item.id)
    proposal = open_proposal(item.id)
    if proposal is None:
        raise Refused(_("Den er godkendt imens, så der er ikke noget at trække tilbage."))
    move(proposal, "take_back", by=by, now=now)
    record("taken_back", "item", item.id, by=by, now=now, version=proposal.version.no)


def discard(item: Item, *, by: By, now: datetime) -> None:
    """Throw a draft away; what is sold stays, and what was never approved is gone altogether.

    Refuses one that waits for the office, and a new item of which something lies on the shelf.
    """
    lock_row(Item, item.id)
    proposal = open_proposal(item.id)
    if proposal is None:
        raise Refused(_("Der er ingen kladde at kassere."))
    check_move(proposal, "edit")
    is_new = item.current_version_id is None
    if is_new and db.session.scalar(select(Supply.id).where(Supply.item_id == item.id).limit(1)):
        raise Refused(_("Der står noget på lageret for den. Skriv til kontoret, så hjælper vi."))
    version, name = proposal.version, proposal.version.name_da
    if is_new:
        db.session.execute(delete(Comment).where(Comment.item_id == item.id))
    else:
        db.session.execute(update(Comment).where(Comment.version_id == version.id).values(version_id=None))
    for row in (proposal, version, *([item] if is_new else [])):
        db.session.delete(row)
        db.session.flush()
    record("discarded", "item", item.id, by=by, now=now, name=name, is_new=is_new)


def say(item: Item, said: str, *, side: str, by: By, now: datetime) -> Comment:
    """Add to what the two sides say of an item."""
    proposal = open_proposal(item.id)
    version_id = proposal.version_id if proposal else item.current_version_id
    comment = Comment(
        item_id=item.id, version_id=version_id, at=now, by_name=by.by_name[:200], side=side, said=said
    )  # fmt: skip
    db.session.add(comment)
    db.session.flush()
    if side == SUPPLIER_SIDE:
        notify_office(
            f"item_comment:{comment.id}",
            _("%(who)s har skrevet om «%(name)s».", who=item.enterprise.name, name=name_of(item, proposal)),
            path=f"{OFFICE_PATH}/{item.id}", now=now, said=said,
        )  # fmt: skip
    return comment


def name_of(item: Item, proposal: Proposal | None) -> str:
    """What an item is called: by its draft, else as it is sold."""
    version = proposal.version if proposal else item.current
    return version.name_da if version else item.slug


def _new_proposal(item: Item, contents: Contents, photo: Photo | None, by: By, now: datetime) -> Proposal:
    last = db.session.scalar(select(func.max(ItemVersion.no)).where(ItemVersion.item_id == item.id)) or 0
    sold = item.current
    version = ItemVersion(
        item_id=item.id, no=last + 1, made_at=now, vat_category=sold.vat_category if sold else "S",
        facts=dict(sold.facts) if sold else {},
    )  # fmt: skip
    if sold:
        version.photo, version.photo_width, version.photo_height = sold.photo, sold.photo_width, sold.photo_height
    proposal = Proposal(item=item, version=version, edition=1, saved_at=now, saved_by=by.by_name[:200])
    write_contents(contents, item, version, proposal)
    db.session.add(version)
    db.session.flush()
    _set_photo(proposal, photo, keep=True)
    db.session.add(proposal)
    db.session.flush()
    return proposal


def _set_photo(proposal: Proposal, photo: Photo | None, *, keep: bool) -> None:
    """Another photo, or none when it is not kept; the version shows it as soon as the worker has made it."""
    version = proposal.version
    if photo is not None:
        proposal.sent_photo = photo
        version.photo, version.photo_width, version.photo_height = photo.digest, photo.width, photo.height
    elif not keep:
        proposal.sent_photo = None
        version.photo, version.photo_width, version.photo_height = "", 0, 0


def _changes(item: Item, contents: Contents, proposal: Proposal, now: datetime) -> list[str]:
    before = contents_of(item, proposal.version, proposal, today=local_day(now))
    return sorted(name for name, value in contents.items() if before.get(name) != value)


def _free_slug(name: str) -> str:
    """An address made from the name, with a number behind it when it is taken."""
    stem = slug_of(name) or "vare"
    return free_slug(
        stem, set(db.session.scalars(select(Item.slug).where(Item.slug.startswith(stem, autoescape=True))))
    )
