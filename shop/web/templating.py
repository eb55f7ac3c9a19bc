"""What every template can use: links, static files, money and days in the reader's language."""

import hashlib
from collections import ChainMap
from collections.abc import Callable, KeysView, MutableMapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, has_request_context, make_response, redirect, request
from flask.templating import Environment
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from shop import days, money
from shop.i18n import language, localised, translated, translated_number
from shop.journal.words import actor
from shop.settings.read import seller, value
from shop.shown import remember
from shop.weave import heart_svg, swatch_svg

STATIC = Path(__file__).resolve().parent.parent / "static"


def href(path: str) -> str:
    """A link within the shop in the reader's language: `/kurve` becomes `/en/kurve` on an English page."""
    return ("/en" if language() == "en" else "") + path if path != "/" or language() == "da" else "/en/"


def see_other(address: str) -> Response:
    """Go on to another page (303): one of the shop's own, in the reader's language, or a whole address."""
    return make_response(redirect(address if address.startswith(("https://", "http://")) else href(address), 303))


def paging(path: str, **kept: str) -> Callable[[int], str]:
    """What makes the address of a page of a list, with what it is narrowed to; empty parts are left out."""
    held = {name: text for name, text in kept.items() if text}
    return lambda side: f"{href(path)}?{urlencode({**held, 'side': side})}"


def path_in(code: str) -> str:
    """This page's path in another language, with its query."""
    path = request.path
    if code == "en":
        path = "/en" + path
    query = request.query_string.decode("ascii", "replace")
    return quote(path, safe="/") + (f"?{query}" if query else "")


@cache
def fingerprint(name: str) -> str:
    """The hash of a static file's content, as its address names it."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """The address of a static file with the hash of its content, the same in both languages."""
    if current_app.debug:
        fingerprint.cache_clear()
    return f"/static/{name}?v={fingerprint(name)}"


def kr(ore: int) -> str:
    """Øre as "1.234,50 kr."."""
    return money.format_kr(ore, language())


def amount(ore: int) -> str:
    """Øre as "1.234,50"."""
    return money.format_amount(ore, language())


def day(when: date) -> str:
    """A day in words, with its year when it is another than this."""
    return days.format_day(when, language(), today=days.local_day(days.utc_now()))


def moment(when: datetime) -> str:
    """A moment in Danish time, in words."""
    return days.format_moment(when, language())


@lru_cache(maxsize=8192)
def _as_markup(code: str, text: str) -> Markup:
    return Markup(translated(code, text) % {})  # noqa: S704 - our own texts


@pass_eval_context
def _text(context: EvalContext, text: str, /, **variables: Any) -> str:
    """A text of a template; variables are escaped where the template's are."""
    if not context.autoescape:
        return translated(language(), text) % variables
    return Markup(translated(language(), text)) % variables if variables else _as_markup(language(), text)  # noqa: S704


@pass_eval_context
def _number_text(context: EvalContext, singular: str, plural: str, num: int, /, **variables: Any) -> str:
    found = translated_number(language(), singular, plural, num)
    return (Markup(found) if context.autoescape else found) % {"num": num, **variables}  # noqa: S704 - our own texts


def unchanging(name: str, caller: Callable[[], Markup], *, when: bool = True) -> Markup:
    """A part of a template that says the same to everyone, `call`ed: made once for each language, until a text changes.

    With `when` false it is made here and now, and not kept.
    """
    if not when or current_app.debug:
        return caller()
    return remember(("part", name, language()), lambda _session: caller())


class _Globals(ChainMap[str, Any]):
    """A template's globals. Every import of macros compares their names, and a ChainMap's do so in slow Python."""

    def keys(self) -> KeysView[str]:
        return {name: None for names in self.maps for name in names}.keys()


class Templates(Environment):
    """The templates of the shop."""

    def make_globals(self, given: Any) -> MutableMapping[str, Any]:
        return _Globals(given or {}, self.globals)


def install(app: Flask) -> None:
    """Give the app's templates their filters and globals."""
    app.jinja_env.filters.update(kr=kr, amount=amount, day=day, moment=moment, local=localised, actor=actor)
    app.jinja_env.globals.update(
        href=href,
        static=static,
        local_day=days.local_day,
        heart=lambda size: Markup(heart_svg(size)),  # noqa: S704 - our own drawing
        swatch=lambda colour: Markup(swatch_svg(colour)),  # noqa: S704 - our own drawing
        gettext=_text,
        ngettext=_number_text,
        _=_text,
        unchanging=unchanging,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def page_values() -> dict[str, Any]:
        other = "en" if language() == "da" else "da"
        return {
            "language": language(),
            "other_language": other,
            "other_language_url": path_in(other) if has_request_context() else "/",
            "example_mode": app.config["MODE"] == "example",
            "seller": seller(),
            "setting": value,
        }
