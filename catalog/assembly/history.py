"""What has happened to a basket, an offer or an enterprise: their journals, in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select

from catalog.baskets.models import Offer
from catalog.items.models import ItemVersion
from shop.days import format_day
from shop.db import db
from shop.i18n import gettext as _
from shop.i18n import language, lazy_gettext, localised
from shop.journal.models import JournalEntry
from shop.journal.queries import NEWEST

BASKET_ACTS: dict[str, Any] = {
    "begun": lazy_gettext("begyndte på en ny version"),
    "scheduled": lazy_gettext("gjorde den klar til salg"),
    "unscheduled": lazy_gettext("holdt den tilbage fra salg"),
    "published": lazy_gettext("satte den til salg"),
    "not_opened": lazy_gettext("kunne ikke sætte den til salg"),
    "withdrawn": lazy_gettext("tog den af"),
    "thrown_away": lazy_gettext("kasserede kladden"),
}
OFFER_ACTS: dict[str, Any] = {
    "asked": lazy_gettext("spurgte virksomheden"),
    "accepted": lazy_gettext("sagde ja"),
    "declined": lazy_gettext("sagde nej"),
    "ended": lazy_gettext("sluttede aftalen"),
}
ENTERPRISE_ACTS: dict[str, Any] = {
    "added": lazy_gettext("tog virksomheden ind"),
    "changed": lazy_gettext("rettede det, der står om virksomheden"),
    "vat status": lazy_gettext("satte momsen"),
    "sheet_taken_in": lazy_gettext("læste varer ind fra et regneark"),
    "inbound_issued": lazy_gettext("lavede en liste over, hvad den bringer"),
    "inbound_counted": lazy_gettext("talte op, hvad den bragte"),
    "looked": lazy_gettext("så kørelisten"),
}
ACTS = {"basket": BASKET_ACTS, "offer": OFFER_ACTS, "enterprise": ENTERPRISE_ACTS, "run_list": ENTERPRISE_ACTS}


@dataclass(frozen=True, slots=True)
class Told:
    """One act as it is shown: the row, what was done, and to what of the thing's ("" for the thing itself)."""

    entry: JournalEntry
    act: str
    about: str = ""


def basket_history(basket_id: int) -> list[Told]:
    """The newest acts on a basket and on the offers asked for it: two questions."""
    offers = dict(
        db.session.execute(
            select(Offer.id, ItemVersion)
            .join(ItemVersion, ItemVersion.id == Offer.item_version_id)
            .where(Offer.basket_id == basket_id)
        ).all()
    )
    entries = _newest(_of("basket", [basket_id]), _of("offer", list(offers)))
    return [
        _told(entry, localised(offers[entry.subject_id], "name") if entry.subject == "offer" else "")
        for entry in entries
    ]


def offer_history(offer_id: int) -> list[Told]:
    """The newest acts on an offer."""
    return [_told(entry) for entry in _newest(_of("offer", [offer_id]))]


def enterprise_history(enterprise_id: int) -> list[Told]:
    """The newest acts on an enterprise as such: its sheets, what it brings, and its lists of where to drive."""
    return [_told(entry) for entry in _newest(_of("enterprise", [enterprise_id]), _of("run_list", [enterprise_id]))]


def _of(subject: str, ids: Sequence[int]) -> Any:
    return and_(JournalEntry.subject == subject, JournalEntry.subject_id.in_(ids))


def _newest(*things: Any) -> Sequence[JournalEntry]:
    return db.session.scalars(
        select(JournalEntry).where(or_(*things)).order_by(JournalEntry.at.desc(), JournalEntry.id.desc()).limit(NEWEST)
    ).all()


def _told(entry: JournalEntry, about: str = "") -> Told:
    detail = _detail(entry.details)
    act = str(ACTS[entry.subject].get(entry.act, _("ændret")))
    return Told(entry, f"{act} ({detail})" if detail else act, about)


def _detail(details: dict[str, Any]) -> str:
    """What the row says more closely, of what a person can use: a version, a day, what was missing, how many rows."""
    said = [_("version %(no)s", no=details["version"])] if details.get("version") else []
    days = [details[name] for name in ("opens", "due_on", "day", "valid_from") if details.get(name)]
    said += [format_day(date.fromisoformat(one), language()) for one in days]
    if details.get("items"):
        said.append(_("mangler %(items)s", items=", ".join(details["items"])))
    if details.get("rows"):
        said.append(_("%(count)s rækker", count=details["rows"]))
    return ", ".join(said)
