"""Tables whose rows are written once: triggers that refuse every change, and what they are called.

Migrations call this, so what it makes may only be added to, never altered: a new way in is a new guard of a new name.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.engine import Connection

# Every frozen table, with the columns that name a row (besides its id).
FROZEN: Mapping[str, Sequence[str]] = {
    "account": (),
    "posting": ("reference",),
    "refund": ("key",),
    "refund_line": (),
    "refund_share": (),
    "bank_file": (),
    "reminder": ("key",),
}

# Guards with rules of their own: a document's file may be made later, a series of numbers may rise, and what a line of
# the bank account says may be emptied.
_RULED = (
    "document_frozen", "document_stays", "number_series_rises", "number_series_stays", "bank_line_frozen",
    "bank_line_stays",
)  # fmt: skip
OTHER_GUARDS: Mapping[str, Sequence[str]] = {
    "postgresql": (*_RULED, "document_not_emptied", "number_series_not_emptied", "bank_line_not_emptied"),
    "sqlite": (*_RULED, "document_not_replaced", "number_series_not_replaced", "bank_line_not_replaced"),
}

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen: rows are added, never changed', TG_TABLE_NAME;
END $$
"""


def freeze(connection: Connection, table: str, names: Sequence[str]) -> None:
    """Guard a table against update, delete, TRUNCATE (PostgreSQL) and REPLACE (SQLite)."""
    statements = _postgres(table) if connection.dialect.name == "postgresql" else _sqlite(table, names)
    for statement in statements:
        connection.execute(text(statement))


def _postgres(table: str) -> list[str]:
    return [
        _POSTGRES_FUNCTION,
        *(
            f"CREATE TRIGGER {table}_frozen_{act} BEFORE {act.upper()} ON {table}"
            f" FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'} EXECUTE FUNCTION refuse_change()"
            for act in ("update", "delete", "truncate")
        ),
    ]


def _sqlite(table: str, names: Sequence[str]) -> list[str]:
    new = f"CREATE TRIGGER {table}_frozen_insert BEFORE INSERT ON {table}"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is frozen: rows are added, never changed'); END"
    same = " OR ".join(f"{name} = NEW.{name}" for name in ("id", *names))
    return [
        f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table} {refuse}",
        f"{new} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}",  # noqa: S608 - our own names
    ]


def thaw(connection: Connection, table: str) -> None:
    """Take the guards away again; for a migration that is undone."""
    on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    for name in guards_of(connection, table):
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))


def guards_of(connection: Connection, table: str) -> list[str]:
    """What the guards of a frozen table are called on this database."""
    third = "truncate" if connection.dialect.name == "postgresql" else "insert"
    return [f"{table}_frozen_{act}" for act in ("update", "delete", third)]


def missing_guards(connection: Connection) -> list[str]:
    """The guards that should be there and are not, or are switched off."""
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    there = set(connection.execute(text(query)).scalars())
    wanted = [name for table in FROZEN for name in guards_of(connection, table)]
    return [name for name in [*wanted, *OTHER_GUARDS[connection.dialect.name]] if name not in there]
