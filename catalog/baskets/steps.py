"""Volume steps: from so many pieces of a basket in one order, each costs less. Prices with VAT, in øre."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

STEPS = (10, 50, 200)
"""From how many pieces there may be a lower price."""


def price_at(gross_ore: int, steps: Mapping[str, Any], pieces: int) -> int:
    """What one piece costs when so many are bought."""
    reached = [int(start) for start in steps if int(start) <= pieces]
    return int(steps[str(max(reached))]) if reached else gross_ore


def in_order(steps: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The steps as (from so many pieces, price), the smallest first."""
    return sorted((int(start), int(ore)) for start, ore in steps.items())


def is_falling(gross_ore: int, steps: Mapping[str, Any]) -> bool:
    """Whether every step costs less than the one before it, and a price is more than nothing."""
    prices = [gross_ore, *(ore for _start, ore in in_order(steps))]
    return all(later < before for before, later in pairwise(prices)) and prices[-1] > 0
