"""Refusals: what a verb answers when a person asks for something that may not happen."""

from typing import Any


class Refused(Exception):
    """A request that is understood and refused: rolled back, answered 409 with a sentence for the person.

    `sentence` may be lazily translated. `field` names the form field it belongs to, when there is one.
    """

    def __init__(self, sentence: Any, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class ConfigError(Exception):
    """The shop cannot start as it is set up; the text is one sentence for the one who starts it."""
