"""How often one address may ask for what is costly or could be guessed at."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

P = ParamSpec("P")
R = TypeVar("R")
limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=[])


def init_limits(app: Flask) -> None:
    """Count in memory, per process; what must be counted over all processes is counted in the database."""
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", False)
    limiter.init_app(app)


def takes(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view that is sent a file: so many bytes are read before its token is looked for, and no more."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.most_sent = most  # type: ignore[attr-defined]
        return view

    return mark
