"""What two of the example's enterprises would like to change: one waits for the office, one is to be corrected."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from catalog.assortment.contents import contents_of
from catalog.assortment.drafts import save_draft, send
from catalog.assortment.judge import ask
from catalog.assortment.models import Proposal
from catalog.items.models import Item
from shop.days import local_day
from shop.db import db
from shop.journal.record import Named

OFFICE = Named("Eksempel: koordinator")


def load_proposals(*, now: datetime) -> None:
    """Two proposals, through the verbs that suppliers and coordinators use, inside the transaction under way."""
    _propose("kakao", now, agreed_ore=3800, volume_ml=700, text_da="Kakao uden sukker, nu i en større dåse.")
    corrected = _propose("opvaskeboerste", now, volume_ml=300, instructions_da="Skyl den i koldt vand, og hæng den op.")
    ask(corrected, "Skriv også, hvor varmt vandet må være.", edition=corrected.edition, by=OFFICE, now=now)


def _propose(slug: str, now: datetime, **changes: Any) -> Proposal:
    item = db.session.scalars(select(Item).where(Item.slug == slug)).one()
    assert item.current is not None
    by = Named(f"Eksempel: {item.enterprise.name}")
    contents = contents_of(item, item.current, None, today=local_day(now))
    save_draft(item, {**contents, **changes}, edition=0, by=by, now=now)
    return send(item, by=by, now=now)
