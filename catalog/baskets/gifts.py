"""Whether a basket is within what an employee may get free of tax (ligningsloven § 16, stk. 3; domain-denmark § 6).

The amounts are what a gift is worth with VAT, in øre, by the year it is given. The employer decides; this is guidance.
"""

from dataclasses import dataclass
from datetime import date

from shop.settings.read import written

CHRISTMAS, SMALL = "christmas", "small"
_SMALL, _CHRISTMAS = "limits.gift_small_ore", "limits.gift_christmas_ore"
# By year: small benefits of all employers together, and a Christmas gift.
_KNOWN = {
    2023: (1_300_00, 900_00),
    2024: (1_300_00, 900_00),
    2025: (1_400_00, 1_000_00),
    2026: (1_400_00, 1_000_00),
}


@dataclass(frozen=True, slots=True)
class GiftLimits:
    """What may be given in a year, in øre."""

    year: int
    small_ore: int
    christmas_ore: int

    def label(self, gross_ore: int) -> str:
        """Which limit a gift of this worth keeps: the Christmas gift's, that of small benefits, or neither ("")."""
        if gross_ore <= self.christmas_ore:
            return CHRISTMAS
        return SMALL if gross_ore <= self.small_ore else ""


def gift_limits(year: int) -> GiftLimits | None:
    """The limits of a year: what the office has written for it, else what is known. None: nobody knows them yet."""
    known = _KNOWN.get(year)
    found = []
    for key, place in ((_SMALL, 0), (_CHRISTMAS, 1)):
        row = written(key, on=date(year, 12, 31))
        # What was written for an earlier year says nothing of one that this table does not know.
        if row is not None and (known is not None or row[0].year == year):
            found.append(int(row[1]))
        elif known is not None:
            found.append(known[place])
        else:
            return None
    return GiftLimits(year, *found)
