"""Take a bank's file in: every line once, all of the file or nothing of it."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from orders.bank.columns import NAMES, Layout, complaint, lay_out
from orders.bank.decode import read_rows, tidy
from orders.bank.models import OPEN, OUT, BankColumns, BankDraft, BankFile, BankLine, BankLineState
from orders.bank.statement import Line, read_statement
from shop.days import local_day
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.settings.read import value

AT_ONCE = 500
DRAFT_LIVES = timedelta(days=1)


def layout_of(raw: bytes) -> Layout:
    """How a file is laid out; its columns also as a person has once said it of such headers."""
    layout = lay_out(read_rows(raw))
    said = db.session.scalar(select(BankColumns.columns).where(BankColumns.headers_key == layout.key))
    return Layout(layout.headers, layout.width, said, layout.rows) if said is not None else layout


def take_in(raw: bytes, layout: Layout, *, name: str, by: By, now: datetime) -> tuple[BankFile, int, int]:
    """Keep the lines of a file that are not there yet: the file's row, how many were new, how many the bank waits with.

    Refuses with the line's number what cannot be read; nothing is kept then.
    """
    assert layout.columns is not None
    account = f"{value('seller.bank_reg')} {value('seller.bank_account')}".strip()
    statement = read_statement(layout.rows, layout.columns, account=account, today=local_day(now))
    if not statement.lines:
        raise Refused(_("Der er ingen bogførte linjer i filen."), field="file")
    days = [line.booked_on for line in statement.lines]
    file = BankFile(
        sha256=hashlib.sha256(raw).hexdigest(), name=tidy(name)[:200], account=statement.lines[0].account,
        lines=len(statement.lines), first_on=min(days), last_on=max(days), at=now, by_name=by.by_name[:200],
    )  # fmt: skip
    db.session.add(file)
    db.session.flush()
    new = _keep(statement.lines, file.id)
    record("bank_read", "bank_file", file.id, by=by, now=now, lines=file.lines, new=new)
    return file, new, statement.waiting


def _keep(lines: Sequence[Line], file_id: int) -> int:
    """Write the lines that are not there; in the order of their keys, so that two who read at once do not block."""
    connection = db.session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    add = dialect.insert(BankLine).on_conflict_do_nothing().returning(BankLine.id, BankLine.ore)
    new = 0
    ordered = sorted(lines, key=lambda line: line.key)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        # Looked for first, since SQLite's guard takes a key that is there for a row about to be replaced.
        known = set(db.session.scalars(select(BankLine.key).where(BankLine.key.in_([line.key for line in some]))))
        rows = [_values(line, file_id) for line in some if line.key not in known]
        if not rows:
            continue
        written = connection.execute(add, rows).all()
        if written:
            connection.execute(insert(BankLineState), [_first_state(row.id, row.ore) for row in written])
        new += len(written)
    return new


def _values(line: Line, file_id: int) -> dict[str, Any]:
    names = ("key", "row_no", "account", "booked_on", "ore", "balance_ore", "text", "sender", "reference")
    return {"file_id": file_id, **{name: getattr(line, name) for name in names}}


def _first_state(line_id: int, ore: int) -> dict[str, Any]:
    return {
        "line_id": line_id, "state": OPEN if ore > 0 else OUT, "left_ore": max(0, ore), "why": "", "by_name": "",
        "at": None,
    }  # fmt: skip


# --- Files whose columns somebody must name --------------------------------------------------------------------------


def keep_draft(raw: bytes, *, name: str, now: datetime) -> str:
    """Keep a file while somebody says which column is which; the key it is asked for by."""
    draft = BankDraft(key=secrets.token_hex(16), name=tidy(name)[:200], content=raw, at=now)
    db.session.add(draft)
    db.session.flush()
    return draft.key


def find_draft(key: str) -> BankDraft | None:
    """A file that waits; None when it has been read, or nobody came back to it."""
    return db.session.scalar(select(BankDraft).where(BankDraft.key == key))


def drop_drafts(before: datetime) -> None:
    """Forget the files nobody came back to."""
    db.session.execute(delete(BankDraft).where(BankDraft.at < before))


def take_in_draft(draft: BankDraft, columns: Iterable[str], *, by: By, now: datetime) -> tuple[BankFile, int, int]:
    """Read a file that waited by the columns a person has named, and remember them for the next with these headers.

    Refuses columns without a day or an amount, one meaning given twice, and lines that cannot be read with them.
    """
    raw, name = draft.content, draft.name
    layout = layout_of(raw)
    said = [kind if kind in NAMES else "" for kind in columns][: layout.width]
    if wrong := complaint(said):
        twice = wrong in said
        raise Refused(
            _("To kolonner er valgt som «%(kind)s». Vælg én.", kind=NAMES[wrong]) if twice
            else _("Vælg, hvilken kolonne der er «%(kind)s».", kind=NAMES[wrong]),
            field="columns",
        )  # fmt: skip
    chosen = Layout(layout.headers, layout.width, said, layout.rows)
    taken = take_in(raw, chosen, name=name, by=by, now=now)
    db.session.execute(delete(BankColumns).where(BankColumns.headers_key == layout.key))
    insert_new(
        BankColumns, headers_key=layout.key, headers=list(layout.headers), columns=said, by_name=by.by_name[:200],
        at=now,
    )  # fmt: skip
    db.session.execute(delete(BankDraft).where(BankDraft.id == draft.id))
    return taken
