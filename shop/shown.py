"""The version of everything the public pages show, and what a process may keep in memory as long as it stands still.

Whatever a session writes in a table marked `is_shown` moves the version, in the same transaction and as its last
statement; `move_page_version` does it by hand. So a price, a text, a setting or a VAT rate read once may be used again
by every request that has read the same version, in this process or another: the version is read anew in every
transaction, on its own connection, before anything that is kept is used.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from psycopg.pq import ExecStatus
from sqlalchemy import CheckConstraint, event, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from shop.db import Base, apart, db

MOST_KEPT = 150  # of each kind: a basket with everything in it is some 50 kB, in each of the two workers
_QUESTION = "SELECT version FROM page_version"
_MISSING: Any = object()
_keeping = threading.Lock()
_READ, _CHANGED = "page_version_read", "page_version_moves"
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class PageVersion(Base):
    """One row. It moves when something *shown* changes; stored pages of another version are not served."""

    __tablename__ = "page_version"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


def move_page_version() -> None:
    """Call in the transaction that changes something shown and is not seen by the session: it moves at its end."""
    _note_change(db.session())


# --- Kept in memory ---------------------------------------------------------------------------------------------------


class _Memory:
    """What one process keeps of one database: everything belongs to one version, and goes when another is read."""

    def __init__(self) -> None:
        self.kept: tuple[int, dict[str, dict[Hashable, Any]]] = (-1, {})

    def at(self, version: int) -> dict[str, dict[Hashable, Any]]:
        """What is kept of a version. Two threads may be at different ones: neither is ever given the other's."""
        kept = self.kept
        if kept[0] != version:
            kept = self.kept = (version, {})
        return kept[1]


_memories: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()


def remember(key: Hashable, load: Callable[[Session], T]) -> T:
    """What `load` reads, kept until something shown changes. Everybody gets the same object: nobody may change it.

    `load` reads with the session it is given, everything that will be asked for. A transaction that has changed
    something shown itself reads anew every time.
    """
    kept = _kept()
    if kept is None:
        return load(db.session())
    singles = kept.setdefault("", {})
    found = singles.get(key, _MISSING)
    if found is _MISSING:
        with apart() as session:
            found = load(session)
        _keep(singles, key, found)
    return found  # type: ignore[no-any-return]


def remember_each(kind: str, ids: Iterable[K], load: Callable[[Session, list[K]], dict[K, T]]) -> dict[K, T]:
    """The same for things of a kind by id: one `load` for all that are not kept. What is not there is left out."""
    wanted, kept = dict.fromkeys(ids), _kept()
    if kept is None:
        return load(db.session(), list(wanted)) if wanted else {}
    held = kept.setdefault(kind, {})
    found = {one: held.get(one, _MISSING) for one in wanted}
    missing = [one for one in wanted if found[one] is _MISSING]
    if missing:
        with apart() as session:
            loaded = load(session, missing)
        for one in missing:
            found[one] = loaded.get(one)
            _keep(held, one, found[one])
    return {one: thing for one, thing in found.items() if thing is not None}


def _kept() -> dict[str, dict[Hashable, Any]] | None:
    """What is kept for the version of the transaction under way; None when that transaction moves it."""
    session = db.session()
    under_way = session.get_transaction() or session.begin()
    if session.info.get(_CHANGED) is under_way:
        return None
    read: tuple[Any, dict[str, dict[Hashable, Any]]] | None = session.info.get(_READ)
    if read is None or read[0] is not under_way:
        memory = _memories.setdefault(db.engine, _Memory())
        read = session.info[_READ] = (under_way, memory.at(_version(session)))
    return read[1]


def _version(session: Session) -> int:
    """The version as the transaction under way sees it, asked of its own connection's driver.

    On PostgreSQL through libpq itself: SQLAlchemy takes five times as long for one number, and it is asked every time.
    """
    connection = session.connection().connection
    driver: Any = connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        row = driver.execute(_QUESTION).fetchone()
        return row[0] if row else 0
    answer = driver.pgconn.exec_(_QUESTION.encode())
    if answer.status != ExecStatus.TUPLES_OK:
        return session.execute(text(_QUESTION)).scalar_one_or_none() or 0  # raises what is the matter
    return int(answer.get_value(0, 0)) if answer.ntuples else 0


def _keep(kept: dict[Hashable, Any], key: Hashable, found: Any) -> None:
    with _keeping:
        if len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = found


# --- The version moves with what is shown -----------------------------------------------------------------------------


def _note_change(session: Session) -> None:
    session.info[_CHANGED] = session.get_transaction() or session.begin()


def _after_flush(session: Session, _context: Any) -> None:
    if (
        any(row.is_shown for row in session.new)
        or any(row.is_shown for row in session.deleted)
        or any(row.is_shown and session.is_modified(row) for row in session.dirty)
    ):
        _note_change(session)


def _on_execute(state: ORMExecuteState) -> None:
    writes = state.is_update or state.is_insert or state.is_delete
    if writes and state.bind_mapper is not None and state.bind_mapper.class_.is_shown:
        _note_change(state.session)


def _before_commit(session: Session) -> None:
    """As late as can be, so that whoever changes something shown holds this one row for as short as can be."""
    if session.in_nested_transaction():
        return
    session.flush()
    changed = session.info.pop(_CHANGED, None)
    if changed is not None and changed is session.get_transaction():
        session.connection().execute(update(PageVersion).values(version=PageVersion.version + 1))


event.listen(db.session, "after_flush", _after_flush)
event.listen(db.session, "do_orm_execute", _on_execute)
event.listen(db.session, "before_commit", _before_commit)
