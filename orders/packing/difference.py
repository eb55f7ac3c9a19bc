"""How what is to be brought differs from what was last said: pure values, in words and not in colour alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEW, GONE, MORE, FEWER, SAME = "new", "gone", "more", "fewer", "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One item: how many pieces were said, and how many are wanted now."""

    item_id: int
    before: int
    now: int

    @property
    def kind(self) -> str:
        if self.before == self.now:
            return SAME
        if not self.before or not self.now:
            return NEW if self.now else GONE
        return MORE if self.now > self.before else FEWER

    @property
    def by(self) -> int:
        return self.now - self.before


def difference(before: Mapping[int, int], now: Mapping[int, int]) -> list[Change]:
    """Every item of either list, in the order of the new one and then of what is gone."""
    items = [*now, *(item_id for item_id in before if item_id not in now)]
    changes = [Change(item_id, before.get(item_id, 0), now.get(item_id, 0)) for item_id in items]
    return [change for change in changes if change.before or change.now]


def changed(changes: Sequence[Change]) -> list[Change]:
    """Only what is not the same."""
    return [change for change in changes if change.kind != SAME]
