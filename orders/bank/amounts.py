"""Amounts and days as banks write them: read whole, or refused with ValueError."""

import re
from datetime import date

from shop.money import LARGEST_ORE

_SIGNS = {"-": -1, "−": -1, "–": -1, "+": 1}
_CURRENCY = re.compile(r"^(?:dkk|kr\.?) ?|(?<=[0-9.,+−–-]) ?(?:dkk|kr\.?)$", re.IGNORECASE)
_AMOUNT = re.compile(
    r"""
      (?P<danish>[1-9][0-9]{0,2}(?P<sep>[.\ ])[0-9]{3}(?:(?P=sep)[0-9]{3})*|[0-9]+) (?:,(?P<comma>[0-9]{1,2}))?
    | (?P<english>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+) \.(?P<point>[0-9]{1,2})
    """,
    re.VERBOSE,
)
LONGEST = 40


def read_amount(text: str) -> int:
    """An amount in øre: "1.234,56", "-1234.56", "1 234,56 kr", "1,234.56", "1234,5", "1.234,56-", "+12".

    A point or a blank before each three digits groups them; one or two digits after a comma or a point
    are øre. Refuses (ValueError) everything else ("1,234" may be either), and more than ±LARGEST_ORE.
    """
    if len(text) > LONGEST:
        raise ValueError("too long for an amount")
    plain = " ".join(text.split())  # every kind of blank, hard and narrow ones too
    plain = _CURRENCY.sub("", plain, count=1).strip()
    sign, digits = _signed(plain)
    found = _AMOUNT.fullmatch(digits)
    if found is None:
        raise ValueError("not an amount")
    kroner = re.sub(r"[^0-9]", "", found["danish"] or found["english"])
    ore = (found["comma"] or found["point"] or "").ljust(2, "0")
    amount = int(kroner) * 100 + int(ore)
    if amount > LARGEST_ORE:
        raise ValueError("amount too large")
    return sign * amount


def _signed(text: str) -> tuple[int, str]:
    """One sign at most, in front or behind."""
    if text[:1] in _SIGNS and text:
        return _SIGNS[text[0]], text[1:].strip()
    if text[-1:] in _SIGNS and text:
        return _SIGNS[text[-1]], text[:-1].strip()
    return 1, text


_DANISH = re.compile(r"([0-9]{1,2})[-./ ]{1,2}([0-9]{1,2})[-./ ]{1,2}([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})[-./]?([0-9]{2})[-./]?([0-9]{2})")
_CLOCK = re.compile(r"(?:T| |  )(?:kl\. ?)?[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?(?:Z|[+-][0-9:]{5})?$")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_bank_day(text: str) -> date:
    """The day a bank writes: 1-12-2026, 01.12.26, 2026-12-01, 20261201, with or without a clock behind it."""
    plain = " ".join(text.split())
    plain = _CLOCK.sub("", plain)
    if found := _ISO.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DANISH.fullmatch(plain):
        day, month, year = (int(part) for part in found.groups())
        year += 2000 if len(found[3]) == 2 else 0
    else:
        raise ValueError("not a day")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("not a year of ours")
    return date(year, month, day)
