"""Do the books balance? Every rule is checked against the database; a difference is a sentence a treasurer can read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from orders.books.models import BooksCheck, Posting
from orders.books.post import FIELDS, hash_of
from orders.books.questions import COMMON, COUNTED, QUESTIONS
from shop.db import db
from shop.frozen import missing_guards
from shop.money import format_kr

MOST_TOLD = 20
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule of the books by its name, and what breaks it (the first twenty), each in one line."""

    rule: str
    broken: Sequence[str]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole check: of how many postings, and what each rule found."""

    postings: int
    findings: Sequence[Finding]

    @property
    def holds(self) -> bool:
        return not any(finding.broken for finding in self.findings)


def check_books() -> Report:
    """Ask every rule, all of the same moment. Nothing is changed; memory stays flat however many postings there are."""
    with _one_moment() as connection:
        findings = [
            Finding(rule, _ask(connection, question, str if rule in COUNTED else format_kr))
            for rule, question in QUESTIONS.items()
        ]
        postings, wrong = _hashes(connection)
        findings.append(Finding("hashes_are_right", wrong))
        findings.append(Finding("guards_are_there", missing_guards(connection)))
    return Report(postings, findings)


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever is sold meanwhile."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
            # Whole tables are compared; a plan made for a few rows would take hours.
            connection.execute(text("SET LOCAL enable_nestloop = off"))
            connection.execute(text("SET LOCAL work_mem = '64MB'"))
            # By that plan the cost looks enormous, and compiling it would take longer than all the rest.
            connection.execute(text("SET LOCAL jit = off"))
        yield connection


def _ask(connection: Connection, question: str, told: Callable[[int], str]) -> list[str]:
    rows = connection.execute(text(f"{COMMON} {question}")).fetchmany(MOST_TOLD)
    return [f"{row.what}: {told(int(row.wanted))} ≠ {told(int(row.found))}" for row in rows]


def _hashes(connection: Connection) -> tuple[int, list[str]]:
    """Work every posting's hash out again; how many there are, and which are wrong."""
    count = 0
    wrong: list[str] = []
    columns = [getattr(Posting, name) for name in FIELDS]
    query = select(Posting.id, Posting.hash, *columns).order_by(Posting.id)
    for row in connection.execute(query, execution_options={"yield_per": CHUNK}).mappings():
        count += 1
        if hash_of(dict(row)) != row["hash"] and len(wrong) < MOST_TOLD:
            wrong.append(str(row["reference"]))
    return count, wrong


def keep_check(report: Report, *, seconds: float, now: datetime) -> BooksCheck:
    """Keep what a check has found."""
    row = BooksCheck(
        at=now,
        seconds=round(seconds),
        postings=report.postings,
        holds=report.holds,
        findings={finding.rule: list(finding.broken) for finding in report.findings},
    )
    db.session.add(row)
    return row


def last_checks(most: int = 10) -> Sequence[BooksCheck]:
    """The newest checks first."""
    return db.session.scalars(select(BooksCheck).order_by(BooksCheck.at.desc(), BooksCheck.id.desc()).limit(most)).all()
