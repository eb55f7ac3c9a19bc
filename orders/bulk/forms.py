"""What a coordinator chooses on the board, and sends from the preview of a bulk move."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orders.bulk.foresee import MOST, Foreseen, named_orders
from orders.bulk.models import VERBS
from orders.bulk.work import Seen
from orders.models import Order
from orders.states import NAMES, ORDER

_SEEN = re.compile(r"(?P<number>\S{1,20}):(?P<state>[a-z]{1,12}):(?P<day>\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Looked:
    """An order as it stood in the preview: its number, state and packing day."""

    number: str
    state: str
    day: date


def moves_from(state: str) -> list[str]:
    """The moves that lead on from a state of the board's filter; all of them from "open" and "all"."""
    return [verb for verb in VERBS if state not in NAMES or ORDER.can(state, verb)]


def typed_numbers(typed: Any) -> list[str]:
    """The order numbers that were ticked."""
    return [one[:20] for one in typed.getlist("ordre")[: MOST + 1] if one.isascii() and one.isprintable()]


def looked_at(rows: Sequence[Foreseen]) -> str:
    """The orders of a preview as its form carries them on."""
    return " ".join(f"{row.order.number}:{row.order.state}:{row.order.pack_on.isoformat()}" for row in rows)


def typed_looked(text: str) -> list[Looked]:
    """The orders of a preview's form; what cannot be read is none of ours, and is left out."""
    found = []
    for word in text.split()[: MOST + 1]:
        seen = _SEEN.fullmatch(word)
        day = _day(seen["day"]) if seen else None
        if seen and day and word.isascii():
            found.append(Looked(seen["number"], seen["state"], day))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def seen_orders(looked: Sequence[Looked]) -> tuple[list[Order], list[Seen]]:
    """The orders themselves, and each as it was seen."""
    orders = named_orders([one.number for one in looked])
    by_number = {one.number: one for one in looked}
    return orders, [Seen(one.id, by_number[one.number].state, by_number[one.number].day) for one in orders]
