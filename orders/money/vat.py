"""What VAT an enterprise may expect on its shares: only while it is VAT-registered, at the rate of the day.

The VAT of a settlement is worked out on its total; an amount for one line is only about right (domain-denmark §1.6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catalog.items.models import VatRate
from shop.db import db
from shop.people.models import VatStatus
from shop.tax import vat_on_net

REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class VatDays:
    """An enterprise's dated VAT statuses and the dated rates of the categories (basis points), oldest first."""

    statuses: Sequence[tuple[date, str]]
    rates: Sequence[tuple[date, str, int]]

    def is_registered(self, day: date) -> bool:
        """Whether the enterprise is VAT-registered on a day (momsloven § 47); nobody is before the first row."""
        valid = [status for since, status in self.statuses if since <= day]
        return bool(valid) and valid[-1] == REGISTERED

    def on_net(self, ore: int, category: str, day: date) -> int | None:
        """About the VAT on a net amount in øre on a day; None when there is none to come."""
        valid = [rate_bp for since, of, rate_bp in self.rates if of == category and since <= day]
        if not self.is_registered(day) or not valid:
            return None
        return vat_on_net(ore, valid[-1]) or None


def vat_days(enterprise_id: int) -> VatDays:
    """What is known of an enterprise's VAT: two small questions."""
    statuses = db.session.execute(
        select(VatStatus.valid_from, VatStatus.status)
        .where(VatStatus.enterprise_id == enterprise_id)
        .order_by(VatStatus.valid_from)
    )
    rates = db.session.execute(
        select(VatRate.valid_from, VatRate.category, VatRate.rate_bp).order_by(VatRate.valid_from)
    )
    return VatDays([(row[0], row[1]) for row in statuses], [(row[0], row[1], row[2]) for row in rates])
