"""Members of the joint shop: how one comes in, what is said of it, its VAT status by day, and how it leaves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from shop.days import local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.people.models import VAT_STATUSES, Enterprise, VatStatus
from shop.people.queries import find_enterprise
from shop.slugs import free_slug, slug_of

REGISTERED = "registered"
TEXTS = (
    "name", "place", "cvr", "address", "postcode", "city", "email", "phone", "short_da", "short_en", "story_da",
    "story_en",
)  # fmt: skip


def add_enterprise(texts: dict[str, str], status: str, *, by: By, now: datetime) -> Enterprise:
    """Let an enterprise into the shop, with its VAT status from today (domain-denmark §1.8).

    Its address on the web comes from its name and stays; its colour and pattern are the next in the palette. Refuses a
    name or a CVR number that a member has already, and a name of which nothing can stand in an address.
    """
    _check_alone(texts, None)
    wanted = slug_of(texts["name"])
    if not wanted:
        raise Refused(_("Skriv et navn med bogstaver eller tal."), field="name")
    taken = set(db.session.scalars(select(Enterprise.slug).where(Enterprise.slug.startswith(wanted))))
    newest = db.session.scalar(select(func.max(Enterprise.colour)))
    enterprise = Enterprise(
        slug=free_slug(wanted, taken),
        colour=0 if newest is None else newest + 1,
        joined_on=local_day(now),
        **{name: texts.get(name, "") for name in TEXTS},
    )
    db.session.add(enterprise)
    db.session.flush()
    record("added", "enterprise", enterprise.id, by=by, now=now, name=enterprise.name)
    set_vat_status(enterprise, status, local_day(now), by=by, now=now)
    return enterprise


def change_enterprise(enterprise: Enterprise, texts: dict[str, str], *, by: By, now: datetime) -> None:
    """Change what is said of a member. What has been sold and issued keeps what it said then."""
    _check_alone(texts, enterprise.id)
    changed = {name: texts[name] for name in TEXTS if name in texts and texts[name] != getattr(enterprise, name)}
    if not changed:
        return
    before: dict[str, Any] = {name: getattr(enterprise, name) for name in changed if not name.startswith("story")}
    for name, text in changed.items():
        setattr(enterprise, name, text)
    record("changed", "enterprise", enterprise.id, by=by, now=now, before=before, fields=sorted(changed))


def set_vat_status(enterprise: Enterprise, status: str, valid_from: date, *, by: By, now: datetime) -> None:
    """An enterprise's VAT status from a day on, looked up today; the same day again replaces it.

    Refuses a registered one without a CVR number: its VAT number is "DK" and that (momsloven § 47).
    """
    assert status in VAT_STATUSES, status
    if status == REGISTERED and not enterprise.cvr:
        raise Refused(_("En momsregistreret virksomhed har et CVR-nr. Skriv det."), field="cvr")
    vat_no = f"DK{enterprise.cvr}" if status == REGISTERED else ""
    row = next((one for one in enterprise.vat if one.valid_from == valid_from), None)
    if row is None:
        row = VatStatus(valid_from=valid_from)
        enterprise.vat.append(row)
    row.status, row.vat_no, row.checked_on = status, vat_no, local_day(now)
    db.session.flush()
    record("vat status", "enterprise", enterprise.id, by=by, now=now, status=status, valid_from=valid_from.isoformat())


def _check_alone(texts: dict[str, str], own_id: int | None) -> None:
    for field, sentence in (
        ("name", _("Der er allerede en virksomhed, der hedder det.")),
        ("cvr", _("Der er allerede en virksomhed med det CVR-nr.")),
    ):
        other = find_enterprise(**{field: texts[field]}) if texts.get(field) else None
        if other is not None and other.id != own_id:
            raise Refused(sentence, field=field)
