"""The addresses' builders, compiled once a run: every test makes a shop of its own, with the same few hundred rules."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing.rules import Rule

_kept: dict[tuple[tuple[tuple[bool, str], ...], bool], Callable[..., tuple[str, str]]] = {}
_compile = Rule._compile_builder


def _remembered(self: Rule, append_unknown: bool = True) -> Any:
    """What a rule is compiled to hangs on its parts alone; one with defaults of its own is left to werkzeug."""
    if self.defaults:
        return _compile(self, append_unknown)
    key = (tuple(self._trace), append_unknown)
    if key not in _kept:
        _kept[key] = _compile(self, append_unknown)
    return _kept[key]


def remember_builders() -> None:
    """From now on each is compiled once. It was a twelfth of the time of all tests."""
    Rule._compile_builder = _remembered  # type: ignore[method-assign]
