"""Fixtures of the whole test run: a shop on SQLite and on PostgreSQL, empty or with the example data.

Each test gets a database of its own, copied from one that was migrated (and filled) once per worker.
"""

import gc
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import stripe
from flask import Flask
from flask_migrate import Migrate, upgrade
from jinja2 import FileSystemBytecodeCache

from catalog.example.load import load_catalogue
from shop.app import create_app
from shop.config import ROOT, Settings, read_settings
from shop.days import utc_now
from shop.db import db, transaction
from shop.people.example import load_people
from tests.standin import Standin
from tests.tools.client import PageClient
from tests.tools.postgres import TemporaryPostgres
from tests.tools.remember import remember
from tests.tools.stripe_shop import StripeShop

DATABASES = ("sqlite", "postgresql")
# Every test's shop is garbage afterwards; what has been imported never is, and is not looked at.
gc.set_threshold(100_000, 5, 5)
remember()


def settings_for(url: str, data_dir: Path, **more: str) -> Settings:
    """The settings of a test's shop; nothing of this machine's environment gets in."""
    return read_settings({"DATABASE_URL": url, "DATA_DIR": str(data_dir), "SECRET_KEY": "test", **more})


def _prepare(url: str, folder: Path, *, example: bool) -> None:
    app = create_app(settings_for(url, folder))
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        if example:
            with transaction():
                load_catalogue(now=utc_now())
                load_people(now=utc_now())
        db.session.remove()
        db.engine.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins early, so that no worker ends alone: the browser's tests, then the crowds'."""
    early = {"browser": 0, "together": 1}
    items.sort(key=lambda item: early.get(item.path.relative_to(ROOT / "tests").parts[0], 2))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> TemporaryPostgres:
    """The test run's one PostgreSQL server."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    owner = os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()
    return TemporaryPostgres.shared(shared, owner=owner)


class Originals:
    """The migrated databases that tests get copies of, made when first asked for."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self.folder = folder
        self.request = request
        self.made: dict[tuple[str, bool], str] = {}
        self.tag = uuid.uuid4().hex[:8]

    def copy(self, kind: str, *, example: bool, folder: Path) -> str:
        """The URL of a fresh copy."""
        original = self.made.get((kind, example))
        if original is None:
            original = self.made[kind, example] = self._make(kind, example=example)
        if kind == "sqlite":
            target = folder / "shop.sqlite"
            shutil.copy(original, target)
            return f"sqlite:///{target}"
        server: TemporaryPostgres = self.request.getfixturevalue("postgres")
        name = f"t_{uuid.uuid4().hex[:12]}"
        server.create_database(name, template=original)
        return server.url(name)

    def _make(self, kind: str, *, example: bool) -> str:
        name = f"original_{self.tag}_{'example' if example else 'empty'}"
        if kind == "sqlite":
            path = self.folder / f"{name}.sqlite"
            _prepare(f"sqlite:///{path}", self.folder, example=example)
            return str(path)
        server: TemporaryPostgres = self.request.getfixturevalue("postgres")
        server.create_database(name)
        _prepare(server.url(name), self.folder, example=example)
        return name


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Originals:
    return Originals(tmp_path_factory.mktemp("originals"), request)


def _shop(
    kind: str, originals: Originals, folder: Path, request: pytest.FixtureRequest, *, example: bool, **more: str
) -> Iterator[Flask]:
    server = request.getfixturevalue("postgres") if kind == "postgresql" else None
    url = originals.copy(kind, example=example, folder=folder)
    app = create_app(settings_for(url, folder, **more))
    app.testing = True
    app.test_client_class = PageClient
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(originals.folder))  # templates are compiled once
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if server is not None:
        server.drop_database(url.rsplit("/", 1)[1].split("?")[0])


@pytest.fixture(params=DATABASES)
def app(originals: Originals, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An empty, migrated shop, once on each database."""
    yield from _shop(request.param, originals, tmp_path, request, example=False)


@pytest.fixture(params=DATABASES)
def example(originals: Originals, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A shop with the example data, once on each database."""
    yield from _shop(request.param, originals, tmp_path, request, example=True)


@pytest.fixture
def sqlite_example(originals: Originals, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The example shop on SQLite alone, for tests where the database makes no difference (pages, browsers)."""
    yield from _shop("sqlite", originals, tmp_path, request, example=True)


@pytest.fixture
def postgres_example(originals: Originals, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The example shop on PostgreSQL alone."""
    yield from _shop("postgresql", originals, tmp_path, request, example=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library of Stripe need not wait half a second before it asks again."""
    monkeypatch.setattr(stripe.HTTPClient, "_sleep_time_seconds", lambda *_args, **_more: 0.01)


@pytest.fixture
def make_stripe_shop(
    impatient: None, originals: Originals, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[str], AbstractContextManager[StripeShop]]:
    """Makes example shops with Stripe as their bank, on a database of a kind; one at a time, for there is one bank."""

    @contextmanager
    def make(kind: str) -> Iterator[StripeShop]:
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        with Standin() as bank:
            keys = {"STRIPE_SECRET_KEY": bank.key, "STRIPE_WEBHOOK_SECRET": bank.secret, "STRIPE_API_BASE": bank.base}
            with contextmanager(_shop)(kind, originals, folder, request, example=True, **keys) as app:
                yield StripeShop(app, bank)

    return make


@pytest.fixture(params=DATABASES)
def stripe_shop(
    make_stripe_shop: Callable[[str], AbstractContextManager[StripeShop]], request: pytest.FixtureRequest
) -> Iterator[StripeShop]:
    """The example shop with Stripe as its bank, once on each database."""
    with make_stripe_shop(request.param) as shop:
        yield shop


@pytest.fixture
def client(sqlite_example: Flask) -> PageClient:
    """A visitor of the example shop on SQLite."""
    visitor = sqlite_example.test_client()
    assert isinstance(visitor, PageClient)
    return visitor
