"""What rooms further up tell the settings page, which cannot look up into them: what is missing, what can be chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shop.settings.definitions import BY_KEY, Definition
from shop.settings.read import missing_settings


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the shop cannot sell without, and the path of the page where it is given."""

    label: Any
    path: str


_needs: list[Callable[[], list[Missing]]] = []
_choices: dict[str, Callable[[], Sequence[tuple[str, str]]]] = {}


def also_needed(ask: Callable[[], list[Missing]]) -> Callable[[], list[Missing]]:
    """Name a function that tells what else must be there before the shop can sell."""
    if ask not in _needs:
        _needs.append(ask)
    return ask


def offers_choices(
    key: str,
) -> Callable[[Callable[[], Sequence[tuple[str, str]]]], Callable[[], Sequence[tuple[str, str]]]]:
    """Name the function that lists what a setting can be: pairs of the value and its name."""
    assert key in BY_KEY, key

    def register(ask: Callable[[], Sequence[tuple[str, str]]]) -> Callable[[], Sequence[tuple[str, str]]]:
        _choices[key] = ask
        return ask

    return register


def everything_missing() -> list[Missing]:
    """What must be given before the shop can sell: settings first, then what other rooms need."""
    own = [Missing(BY_KEY[key].label, f"/kontor/indstillinger/{key}") for key in missing_settings()]
    return own + [one for ask in _needs for one in ask()]


def choices_of(definition: Definition) -> list[tuple[str, Any]]:
    """What a setting can be: its own list, or the list another room gives (with nothing as its first)."""
    if definition.choices:
        return list(definition.choices)
    ask = _choices.get(definition.key)
    return [("", "–"), *(ask() if ask else ())]
