"""The databases that the measurements share: made when first asked for, gone with the run."""

import shutil
import tempfile
from pathlib import Path

import psycopg
from flask import Flask

from bench.catalogue import check_like_publish, fill
from bench.report import say
from bench.servers import run_command
from shop.app import create_app
from shop.config import read_settings
from shop.days import utc_now
from tests.tools.postgres import TemporaryPostgres

SMALL, LARGE = 1_000, 20_000
ITEMS_PER_BASKET = 5


class Shops:
    """One PostgreSQL, and on it shops with catalogues of different sizes. Ends with `close`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="faelleskurven-bench-"))
        self.postgres = TemporaryPostgres.start()
        self.made: dict[int, str] = {}

    def close(self) -> None:
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def data_dir(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(exist_ok=True)
        return path

    def url(self, baskets: int = SMALL) -> str:
        """A shop with so many baskets and five times the items; with 0, the example's own catalogue."""
        if baskets not in self.made:
            self.made[baskets] = self._make(baskets)
        return self.made[baskets]

    def app(self, baskets: int = SMALL) -> Flask:
        """The same shop in this process."""
        return self.app_of(self.url(baskets))

    def app_of(self, url: str, folder: str = "own") -> Flask:
        """The shop of a database in this process, with a data folder of a name."""
        return create_app(
            read_settings({"DATABASE_URL": url, "DATA_DIR": str(self.data_dir(folder)), "SECRET_KEY": "bench"})
        )

    def example(self, name: str) -> str:
        """A shop of one's own with the example data, to be bought empty."""
        url = self.postgres.create_database(name)
        run_command(url, self.data_dir("own"), "db", "upgrade")
        run_command(url, self.data_dir("own"), "demo")
        return url

    def _make(self, baskets: int) -> str:
        say(f"Making a shop with {baskets or 'the example’s'} baskets …")
        url = self.example(f"shop_{baskets}")
        if baskets:
            app = self.app_of(url)
            with app.app_context():
                now = utc_now()
                fill(baskets=baskets, items=baskets * ITEMS_PER_BASKET, now=now)
                check_like_publish([f"kurv-{number}" for number in (0, 1, 2, 3, baskets // 2)], now=now)
                app.extensions["sqlalchemy"].engine.dispose()
        return url

    def version(self) -> str:
        """What the database calls itself."""
        with psycopg.connect(self.postgres.url().replace("+psycopg", "")) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return f"PostgreSQL {row[0].split()[0] if row else ''}"
