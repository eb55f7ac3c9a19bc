"""How a season's sales and work are shared by the enterprises, beside the key they have agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select

from catalog.assembly.demands import Season
from catalog.assembly.models import SeasonKey
from catalog.items.models import ItemVersion
from orders.composing.models import SeasonFigure
from orders.models import Order, OrderLine, Share
from orders.reversals.models import RefundShare
from orders.shares.queries import COUNTED
from shop.days import day_starts, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.queue import every
from shop.journal.record import By, record
from shop.people.models import Enterprise

SEASON = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Fair:
    """One enterprise's season: kroner (net øre, less what was taken back) and minutes of work, each with its part of
    the whole in per mille; its parts of the agreed key, and what they are of the whole, in per mille."""

    enterprise: Enterprise
    ore: int
    minutes: int
    parts: int
    ore_permille: int
    minutes_permille: int
    agreed_permille: int

    @property
    def is_behind(self) -> bool:
        """Whether it has had less of the kroner than was agreed."""
        return self.ore_permille < self.agreed_permille


def season_before(day: date) -> date:
    """The first day of the season that ends on a day: a year, so that every workshop's busy time counts once."""
    return day - SEASON


def earned_in_season(today: date) -> dict[int, tuple[int, int]]:
    """Net øre and minutes of work by enterprise in the season up to and with today: of orders neither cancelled nor
    unpaid.

    What was worked out this hour of the days before today, and today's own orders; all of them when the worker has
    not come to it yet.
    """
    rows = db.session.scalars(select(SeasonFigure).where(SeasonFigure.until == today)).all()
    found = {row.enterprise_id: (row.ore, row.minutes) for row in rows}
    begun = day_starts(today if rows else season_before(today))
    for owner, (ore, minutes) in _earned(Order.placed_at >= begun).items():
        had = found.get(owner, (0, 0))
        found[owner] = (had[0] + ore, had[1] + minutes)
    return found


def kept_at(today: date) -> datetime | None:
    """When the season's figures up to today were worked out; None when they are worked out at every look."""
    return db.session.scalar(select(func.max(SeasonFigure.at)).where(SeasonFigure.until == today))


@every(3600)
def keep_season() -> None:
    """Work the season out in the worker: a year of shares is too much for a page."""
    keep_figures(now=utc_now())


def keep_figures(*, now: datetime) -> None:
    """Work out the season before today anew. What was kept before goes."""
    today = local_day(now)
    within = (Order.placed_at >= day_starts(season_before(today)), Order.placed_at < day_starts(today))
    earned = _earned(*within)
    rows = [
        {"until": today, "enterprise_id": owner, "ore": ore, "minutes": minutes, "at": now}
        for owner, (ore, minutes) in earned.items()
    ]
    with transaction():
        db.session.execute(delete(SeasonFigure))
        if rows:
            db.session.execute(insert(SeasonFigure), rows)


def _earned(*within: Any) -> dict[int, tuple[int, int]]:
    """By enterprise, of the counted orders that meet the conditions.

    Minutes are what each piece takes by its item's own figure; what was taken back had been made, and counts.
    """
    counted = (*within, Order.state.in_(COUNTED), Share.enterprise_id.is_not(None))
    shares = (
        select(
            Share.enterprise_id,
            func.sum(Share.ore),
            func.coalesce(func.sum(Share.pieces * ItemVersion.work_minutes), 0),
        )
        .join(OrderLine, OrderLine.id == Share.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(ItemVersion, ItemVersion.id == Share.item_version_id)
        .where(*counted)
        .group_by(Share.enterprise_id)
    )
    taken = (
        select(Share.enterprise_id, func.sum(RefundShare.ore))
        .join(RefundShare, RefundShare.share_id == Share.id)
        .join(OrderLine, OrderLine.id == Share.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(*counted)
        .group_by(Share.enterprise_id)
    )
    back = {owner: int(ore) for owner, ore in db.session.execute(taken)}
    return {
        owner: (int(ore) - back.get(owner, 0), int(minutes))
        for owner, ore, minutes in db.session.execute(shares)
        if owner is not None
    }


def key_on(day: date) -> dict[int, int]:
    """The agreed parts by enterprise on a day; who has none is as the others: 1."""
    rows = db.session.execute(
        select(SeasonKey.enterprise_id, SeasonKey.parts)
        .where(SeasonKey.valid_from <= day)
        .order_by(SeasonKey.valid_from, SeasonKey.id)
    )
    return dict(rows.all())


def fairness(today: date) -> list[Fair]:
    """Every member's part of the season, those furthest below what was agreed first."""
    earned, key = earned_in_season(today), key_on(today)
    members = db.session.scalars(
        select(Enterprise)
        .where((Enterprise.left_on.is_(None)) | (Enterprise.left_on > today))
        .order_by(Enterprise.name)
    ).all()
    sums = [earned.get(one.id, (0, 0)) for one in members]
    parts = [key.get(one.id, 1) for one in members]
    ore, minutes, together = sum(pair[0] for pair in sums), sum(pair[1] for pair in sums), sum(parts)
    rows = [
        Fair(one, had[0], had[1], part, _permille(had[0], ore), _permille(had[1], minutes), _permille(part, together))
        for one, had, part in zip(members, sums, parts, strict=True)
    ]
    return sorted(rows, key=lambda row: (row.ore_permille - row.agreed_permille, row.enterprise.name))


def _permille(part: int, whole: int) -> int:
    return (2000 * part + whole) // (2 * whole) if whole > 0 else 0


def season_of(today: date) -> Season:
    """The season as the composer weighs it: øre and agreed parts by the enterprise's address."""
    earned, key = earned_in_season(today), key_on(today)
    slugs = dict(db.session.execute(select(Enterprise.id, Enterprise.slug)).all())
    return Season(
        {slugs[owner]: max(0, had[0]) for owner, had in earned.items()},
        {slugs[owner]: parts for owner, parts in key.items()},
    )


def set_key(parts: Mapping[int, int], valid_from: date, *, by: By, now: datetime) -> None:
    """Agree on a key from a day on. Refuses a day that has passed, and a key in which nobody has a part.

    The same day again replaces what was agreed for it; what held before stays as it was.
    """
    if valid_from < local_day(now):
        raise Refused(_("Vælg i dag eller en senere dag. Det, der har været, bliver stående."), field="valid_from")
    if not any(parts.values()):
        raise Refused(_("Mindst én virksomhed skal have en del."), field="valid_from")
    held = {
        row.enterprise_id: row
        for row in db.session.scalars(select(SeasonKey).where(SeasonKey.valid_from == valid_from).with_for_update())
    }
    for owner, count in parts.items():
        row = held.get(owner)
        if row is None:
            row = SeasonKey(enterprise_id=owner, valid_from=valid_from, parts=count, at=now)
            db.session.add(row)
        row.parts, row.by_name, row.at = count, by.by_name[:200], now
    db.session.flush()
    record("agreed", "season_key", 1, by=by, now=now, valid_from=valid_from.isoformat(), parts=dict(parts))
