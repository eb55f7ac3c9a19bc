"""Prints that take longer than anybody should wait: the worker makes them, and they lie ready for a day."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from orders.documents.made import in_language
from orders.packing.models import PrintRun
from orders.packing.prints import print_pdf_of
from shop.db import db
from shop.files import write_whole
from shop.i18n import language
from shop.jobs.models import Intention
from shop.jobs.outbox import handles, post
from shop.jobs.queue import every

JOB = "print_run"
BIG = 100  # pieces: a hundred cards take a second
KEPT = timedelta(days=1)  # they name recipients; printed anew they say what has not been erased since
SIX_HOURS = 6 * 3600


def is_big(run: PrintRun) -> bool:
    """Whether the worker makes it."""
    return run.pieces > BIG


def ask_for_print(run: PrintRun, *, now: datetime) -> None:
    """Let the worker make a print in the reader's language. Asked twice within a minute, it is asked once."""
    post(JOB, f"{_asked(run)}{now:%Y-%m-%dT%H:%M}", now=now, run_id=run.id, language=language())


def is_being_made(run: PrintRun) -> bool:
    """Whether the worker has been asked for it and has not made it yet."""
    asked = select(Intention.id).where(
        Intention.kind == JOB, Intention.done_at.is_(None), Intention.key.startswith(_asked(run), autoescape=True)
    )
    return db.session.scalar(asked.limit(1)) is not None


def _asked(run: PrintRun) -> str:
    return f"{JOB}:{run.id}:{language()}:"


def find_printed(run: PrintRun) -> bytes | None:
    """The print in the reader's language, when it lies ready."""
    try:
        return _path(run.id, language()).read_bytes()
    except FileNotFoundError:
        return None


def is_printed(run: PrintRun) -> bool:
    """Whether it lies ready in the reader's language."""
    return _path(run.id, language()).is_file()


@handles(JOB)
def make_print(payload: dict[str, Any]) -> None:
    """The worker's part. Made twice, it is the same print."""
    run = db.session.get_one(PrintRun, payload["run_id"])
    with in_language(payload["language"]):
        write_whole(_path(run.id, language()), print_pdf_of(run, apart=False))


@every(SIX_HOURS)
def erase_prints() -> None:
    """They name recipients, and have been printed long ago."""
    before = time.time() - KEPT.total_seconds()
    for path in _folder().glob("*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _path(run_id: int, code: str) -> Path:
    return _folder() / f"{run_id}-{code}.pdf"


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].data_dir) / "prints"
