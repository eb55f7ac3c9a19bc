"""Sums per hour in the database, so that days of Copenhagen can be folded from them on either database."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from shop.days import COPENHAGEN


class UtcHour(FunctionElement[str]):
    """The hour of a moment in UTC as text: "2026-11-30 22"."""

    inherit_cache = True
    name = "utc_hour"


@compiles(UtcHour, "sqlite")
def _on_sqlite(element: UtcHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m-%d %H', {compiler.process(element.clauses, **options)})"


@compiles(UtcHour)
def _elsewhere(element: UtcHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


def day_of(hour: str) -> date:
    """The day in Copenhagen, whose clock is whole hours from UTC, of an hour as the database says it."""
    return datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(COPENHAGEN).date()
