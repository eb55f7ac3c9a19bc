"""What every test works out anew and is the same every time, worked out once a run.

Every test makes a shop of its own: the same few hundred addresses, the same statements, often the very same letters.
Only what hangs on nothing but its input is kept here; it was a third of the time of all tests.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing.rules import Rule

from orders.documents import einvoices, issue, made, press, terms
from orders.einvoice.check import check_einvoice
from orders.einvoice.values import EInvoice
from orders.einvoice.write import write_einvoice
from tests.tools.einvoice_rules import broken_rules

STATEMENTS = 5_000

_builders: dict[tuple[tuple[tuple[bool, str], ...], bool], Callable[..., tuple[str, str]]] = {}
_compile = Rule._compile_builder
_compiled: dict[str, tuple[Dialect, Any]] = {}
_make_engine = SQLAlchemy._make_engine


def remember() -> None:
    """From now on builders of addresses and statements are compiled once, and a page is printed once."""
    Rule._compile_builder = _builder  # type: ignore[method-assign]
    SQLAlchemy._make_engine = _engine  # type: ignore[method-assign]
    for place, name in ((made, "print_pdf"), (made, "print_apart"), (terms, "print_pdf")):
        vars(place)[name] = _pdf
    for place in (issue, einvoices):
        vars(place)["write_einvoice"] = _einvoice


def _builder(self: Rule, append_unknown: bool = True) -> Any:
    """What a rule is compiled to hangs on its parts alone; one with defaults of its own is left to werkzeug."""
    if self.defaults:
        return _compile(self, append_unknown)
    key = (tuple(self._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile(self, append_unknown)
    return _builders[key]


def _engine(*args: Any, **more: Any) -> Engine:
    """An engine of its own, with its own connections, which knows what another has compiled for such a database."""
    engine = _make_engine(*args, **more)
    dialect, statements = _compiled.setdefault(engine.dialect.name, (engine.dialect, LRUCache(STATEMENTS)))
    engine.dialect = engine.pool._dialect = dialect
    engine._compiled_cache = statements
    return engine


def _einvoice(doc: EInvoice) -> bytes:
    """Every e-invoice the shop writes in a test is looked through by the official rules too.

    Not one that our own check finds something wrong with: that is about to be refused.
    """
    xml = write_einvoice(doc)
    if not check_einvoice(xml):
        assert broken_rules(xml) == []
    return xml


def _pdf(html: str, *, archive: bool, enclosed: press.Enclosed | None = None) -> bytes:
    """The PDF of a page: it hangs on the page, what lies in it and the style. Printing apart has its own tests."""
    return _printed(html, archive, enclosed, str(press.STYLE))


@lru_cache(maxsize=300)
def _printed(html: str, archive: bool, enclosed: press.Enclosed | None, _style: str) -> bytes:
    return press.print_pdf(html, archive=archive, enclosed=enclosed)
