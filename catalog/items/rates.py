"""VAT rates: dated rows, each with the law it comes from. What has been sold keeps the rate it was sold by."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from catalog.items.models import APPROVED, SERVICE, Item, ItemVersion, VatRate
from catalog.items.queries import rates_on
from shop.days import local_day, utc_now
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import localised
from shop.journal.record import By, record
from shop.settings.needs import Missing, also_needed, offers_choices
from shop.shown import PageVersion, move_page_version

CATEGORIES = {
    "S": _("almindelig moms"),
    "Z": _("nulsats"),
    "E": _("fritaget"),
}
RATES_PATH = "/kontor/indstillinger/moms"


def all_rates() -> Sequence[VatRate]:
    """Every rate there is or has been, newest first within its category."""
    return db.session.scalars(select(VatRate).order_by(VatRate.category, VatRate.valid_from.desc())).all()


def set_rate(category: str, rate_bp: int, *, valid_from: date, source: str, by: By, now: datetime) -> VatRate:
    """Let a category have a rate from a day on.

    Refuses a day that has passed unless the category has no rate yet, a day that has a rate already, and a rate above
    0 for what is free of VAT.
    """
    assert category in CATEGORIES, category
    db.session.execute(select(PageVersion.id).with_for_update()).all()
    held = db.session.scalars(select(VatRate.valid_from).where(VatRate.category == category)).all()
    if category != "S" and rate_bp:
        raise Refused(_("Nulsats og fritaget er altid 0 %."), field="rate_bp")
    if held and valid_from < local_day(now):
        raise Refused(_("Vælg i dag eller en senere dag. Det, der har været, bliver stående."), field="valid_from")
    if valid_from in held:
        raise Refused(_("Der gælder allerede en sats fra den dag. Vælg en anden dag."), field="valid_from")
    rate = VatRate(category=category, rate_bp=rate_bp, valid_from=valid_from, source=source)
    db.session.add(rate)
    db.session.flush()
    record("changed", "vat_rate", rate.id, by=by, now=now, category=category, rate_bp=rate_bp)
    move_page_version()
    return rate


@also_needed
def _missing_rate() -> list[Missing]:
    return [] if "S" in rates_on(local_day(utc_now())) else [Missing(_("Momssats"), RATES_PATH)]


@offers_choices("freight.local_item")
def _drivers() -> list[tuple[str, str]]:
    """The services that drive to postal codes of their own."""
    rows = db.session.execute(
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(Item.kind == SERVICE, Item.state == APPROVED)
        .order_by(Item.slug)
    )
    return [(item.slug, localised(version, "name")) for item, version in rows if item.served_postcodes]
