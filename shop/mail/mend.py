"""Mend the address of a letter that did not arrive, and send it again."""

from datetime import datetime

from sqlalchemy import func, or_, select, update

from shop.db import db, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.models import Intention
from shop.jobs.outbox import post
from shop.journal.record import By, record
from shop.mail.models import SENT, WAITING, Letter
from shop.mail.queries import can_be_mended, is_personal


def lock_letter(letter_id: int) -> Letter:
    """The letter, locked."""
    return lock_row(Letter, letter_id)


def mend(letter: Letter, *, to: str, by: By, now: datetime) -> None:
    """Send a locked letter again, to the same address or a mended one (checked by the form).

    Refuses one that has arrived or is under way (a second click), and another address for a letter whose link lets
    its reader in: whoever mends it could send it to himself.
    """
    if letter.state == SENT:
        raise Refused(_("Brevet er sendt. Det bliver ikke sendt to gange."))
    if not can_be_mended(letter, now):
        raise Refused(_("Brevet er allerede på vej til %(address)s. Vent et øjeblik.", address=letter.to_address))
    if to != letter.to_address and is_personal(letter):
        raise Refused(
            _("Brevet rummer et personligt link og kan ikke sendes til en anden. Lav en ny invitation i stedet."),
            field="to",
        )
    before = letter.to_address
    letter.to_address, letter.state, letter.error, letter.posted_at = to, WAITING, "", now
    times = _give_up_older(letter, now)
    post("letter", f"letter:{letter.id}:{times}", now=now, letter_id=letter.id)
    record("mended", "letter", letter.id, by=by, now=now, before=before, after=to)


def _give_up_older(letter: Letter, now: datetime) -> int:
    """Close the letter's open intentions, so that it is not sent twice; how many it has had."""
    own = or_(Intention.key == f"letter:{letter.id}", Intention.key.like(f"letter:{letter.id}:%"))
    db.session.execute(update(Intention).where(own, Intention.done_at.is_(None)).values(done_at=now))
    return int(db.session.scalar(select(func.count()).select_from(Intention).where(own)) or 0)
