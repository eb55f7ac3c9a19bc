"""The database server of the tests: its databases, and that it never outlives its owner."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.tools.postgres import PostgresMissing, TemporaryPostgres, _program


def value_of(url: str, query: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_databases_are_made_copied_and_dropped() -> None:
    server = TemporaryPostgres.start()
    try:
        url = server.create_database("først")
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE TABLE kurv AS SELECT 'Æble' AS navn")
        copy = server.create_database("kopi", template="først")
        assert value_of(copy, "SELECT navn FROM kurv") == "Æble"
        with psycopg.connect(copy.replace("+psycopg", "")):
            server.drop_database("kopi")
        server.drop_database("kopi")
        names = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate"
        assert value_of(server.url(), names) == "først postgres"
    finally:
        server.stop()
    assert not Path(server.folder).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url().replace("+psycopg", ""))
    server.stop()


def test_one_server_is_shared_and_ends_with_its_owner(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as owner:
        first = TemporaryPostgres.shared(tmp_path, owner=owner.pid)
        assert TemporaryPostgres.shared(tmp_path, owner=owner.pid) == first
        assert value_of(first.url(), "SELECT 1") == 1
        owner.kill()
    until = time.monotonic() + 20
    while Path(first.folder).exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(first.folder).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first.url().replace("+psycopg", ""))


def test_stopping_the_shared_server_is_harmless_without_one(tmp_path: Path) -> None:
    TemporaryPostgres.stop_shared(tmp_path)
    server = TemporaryPostgres.shared(tmp_path, owner=os.getpid())
    TemporaryPostgres.stop_shared(tmp_path)
    assert not Path(server.folder).exists()
    TemporaryPostgres.stop_shared(tmp_path)


def test_a_missing_program_is_named() -> None:
    with pytest.raises(PostgresMissing, match="no-such-program"):
        _program("no-such-program")
