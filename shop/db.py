"""The database: one declarative base, one session, and where a transaction begins and ends.

Rows are written only inside `transaction()`. On SQLite it begins IMMEDIATE (waits up to 10 s for the lock), so a
write can never fail half-way because another writer came first; on PostgreSQL it is an ordinary transaction.
"""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, BigInteger, Date, DateTime, Integer, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 10
TRUSTED_SECONDS = 1.0
_READING = "faelleskurven_reading"
_writing: ContextVar[bool] = ContextVar("writing", default=False)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC; a moment without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Money is 64 bits on PostgreSQL; SQLite's INTEGER always is, and only INTEGER may be a rowid.
Ore = BigInteger().with_variant(Integer(), "sqlite")


_registry = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    ),
    type_annotation_map={
        datetime: UTCDateTime(),
        date: Date(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[Any]: JSON(),
    },
)


class Base(DeclarativeBase):
    """The base of every table; constraints are named so that migrations and error handling can name them.

    `is_shown` marks what the public pages show or what is charged by: see shop.shown.
    """

    registry = _registry
    is_shown: ClassVar[bool] = False


class ShopSession(FlaskSession):
    """A session that reads without a transaction on PostgreSQL, and writes (see `transaction`) in one.

    Each statement sees what is committed, as in a transaction of READ COMMITTED; but there is no BEGIN and no ROLLBACK
    to be sent, and psycopg keeps what it has prepared, which it throws away at every ROLLBACK.
    """

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **_rest: Any) -> Any:
        if bind is not None:
            return bind
        engine = self._db.engine
        # Rows that are fetched in portions come through a cursor of the server's, which lives in a transaction.
        if _writing.get() or (clause is not None and clause.get_execution_options().get("yield_per")):
            return engine
        return vars(engine).get(_READING, engine)


db = SQLAlchemy(model_class=Base, session_options={"class_": ShopSession})
Row = TypeVar("Row", bound=Base)


def prepare_engine(engine: Engine) -> None:
    """Set up a fresh engine: on SQLite write-ahead log, foreign keys and our own BEGIN; else what idled is tried."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    else:
        engine.dialect.use_insertmanyvalues_wo_returning = True  # many rows in one statement, not one after another
        vars(engine)[_READING] = engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(engine, "checkin", _on_checkin)
        event.listen(engine, "checkout", _on_checkout)


def _on_checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()


def _on_checkout(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """A connection that lay idle may be dead (the server was restarted): then another is made, unseen by anybody.

    One that was used a moment ago is trusted: asking every time is a tenth of all the work of a short request.
    """
    idle_since = record.info.get("idle_since")
    if idle_since is None or time.monotonic() - idle_since < TRUSTED_SECONDS:
        return
    try:
        connection.execute("")
        connection.rollback()
    except Exception as error:  # whatever the driver raises: it is not to be used
        raise InvalidatePoolError from error


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # REPLACE must fire delete triggers, or a frozen row could be replaced
        "synchronous = NORMAL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@contextmanager
def writing() -> Iterator[None]:
    """Let transactions begun here be write transactions; for libraries that commit on their own (sign-in)."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def transaction() -> Iterator[None]:
    """One business transaction: returned is committed, raised is rolled back.

    What was read before is read anew inside, so a verb decides on what is true under its locks. Functions given to
    `after_commit` run when it has been committed. Refuses to be nested (an assertion).
    """
    session = db.session
    assert not session.info.get("in_transaction"), "a transaction is opened by the door alone"
    session.rollback()
    session.info["in_transaction"] = True
    session.info["after_commit"] = []
    try:
        with writing():
            session.connection()
            yield
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        hooks = session.info.pop("after_commit", [])
        session.info.pop("in_transaction", None)
    for hook in hooks:
        hook()


def lock_row(model: type[Row], key: int) -> Row:
    """A row as it is now, locked until the transaction ends. A row that is not there is an error of the caller's."""
    return db.session.get_one(model, key, with_for_update=True, populate_existing=True)


@contextmanager
def apart() -> Iterator[Session]:
    """A session for reading in the transaction under way, whose rows are nobody's afterwards."""
    with Session(db.session.connection(), join_transaction_mode="rollback_only") as session:
        yield session


def after_commit(hook: Callable[[], None]) -> None:
    """Run `hook` once the transaction under way has been committed; never when it is rolled back."""
    hooks = db.session.info.get("after_commit")
    assert hooks is not None, "after_commit needs a transaction"
    hooks.append(hook)


def insert_new(table: type[Row], /, **values: Any) -> Row | None:
    """Insert a row unless a UNIQUE column says that it is there; None then.

    One statement, so that it is harmless too when somebody else inserts the same just now: it waits for the other's
    transaction to end. Looking first and inserting afterwards would break one of the two.
    """
    dialect = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(table)
    row: Row | None = db.session.scalars(statement).one_or_none()
    return row


def insert_once(table: type[Base], /, **values: Any) -> int | None:
    """The same, answering the new row's id alone: a third of the work, for what is written at every order."""
    connection = db.session.connection()
    found: int | None = connection.execute(_insert_once(table, connection.dialect.name), values).scalar_one_or_none()
    return found


@cache
def _insert_once(table: type[Base], database: str) -> Any:
    dialect = postgresql if database == "postgresql" else sqlite
    columns = table.__table__
    return dialect.insert(columns).on_conflict_do_nothing().returning(columns.c.id)


def what_broke(error: BaseException) -> str:
    """An error in one line, for people: of a database's only the first line, without the row it was given.

    PostgreSQL repeats the whole row of a violated constraint, names and addresses and all.
    """
    if isinstance(error, DBAPIError):
        return f"{type(error).__name__}: {str(error.orig).partition(chr(10))[0]}"
    return f"{type(error).__name__}: {error}"


def how_it_broke(error: BaseException) -> str:
    """An error with the way to it, for the log; no values of a database's."""
    if isinstance(error, DBAPIError):
        return what_broke(error) + "\n" + "".join(traceback.format_tb(error.__traceback__))
    return "".join(traceback.format_exception(error))
