"""What may stand in an address: everything else is no page, asked for before any database is."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter


class Words(UnicodeConverter):
    """A piece of text between two slashes, without control characters (PostgreSQL takes no NUL)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


class Number(IntegerConverter):
    """A number of at most nine digits: it fits every column, and nobody makes us read a thousand of them."""

    regex = r"\d{1,9}"


def install(app: Flask) -> None:
    """Let every `<name>` and `<int:name>` of an address be read so. Before any door is put in."""
    app.url_map.converters.update({"default": Words, "string": Words, "int": Number})
