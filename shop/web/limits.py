"""How often one address may ask for what is costly or could be guessed at."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=[])


def init_limits(app: Flask) -> None:
    """Count in memory, per process; what must be counted over all processes is counted in the database."""
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", False)
    limiter.init_app(app)
