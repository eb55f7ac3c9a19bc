"""Post an intention in a business transaction; the worker carries it out afterwards, once or harmlessly twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from shop.db import after_commit, db, insert_once, transaction, what_broke
from shop.jobs.models import Intention

MOST_ATTEMPTS = 12
_handlers: dict[str, Callable[[dict[str, Any]], None]] = {}
_enqueue: list[Callable[[int], None]] = []


def handles(kind: str) -> Callable[[Callable[[dict[str, Any]], None]], Callable[[dict[str, Any]], None]]:
    """Name the function that carries out a kind of intention. It opens its own transactions and may run twice."""

    def register(handler: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        _handlers[kind] = handler
        return handler

    return register


def use_queue(enqueue: Callable[[int], None] | None) -> None:
    """Tell the outbox how to wake the worker; None leaves everything to the sweep."""
    _enqueue[:] = [enqueue] if enqueue else []


def post(kind: str, key: str, *, now: datetime, due_at: datetime | None = None, **payload: Any) -> int | None:
    """Add an intention to the transaction under way, and answer its id; None when it has been posted before."""
    due_at = due_at or now
    intention_id = insert_once(Intention, kind=kind, key=key, payload=payload, posted_at=now, due_at=due_at)
    if intention_id is not None and due_at <= now:
        wake(intention_id)
    return intention_id


def wake(intention_id: int) -> None:
    """Ask the worker to look at an intention once the transaction has been committed."""

    def nudge() -> None:
        for enqueue in _enqueue:
            enqueue(intention_id)

    after_commit(nudge)


def carry_out(intention_id: int, *, now: datetime) -> bool:
    """Carry out one open intention; a failure is kept with its reason and tried again later. True when done."""
    with transaction():
        intention = _lock_free(intention_id)
        if intention is None or intention.done_at is not None or intention.due_at > now:
            return False
        intention.attempts += 1
        # Whoever else is woken for it meanwhile finds it not due: two workers do not do the same thing at once.
        intention.due_at = now + timedelta(seconds=min(60 * 2**intention.attempts, 6 * 3600))
        kind, payload, attempts = intention.kind, dict(intention.payload), intention.attempts
    error = _attempt(kind, payload)
    ended: dict[str, Any] = {"error": error}
    if not error:
        ended["done_at"] = now
    elif attempts >= MOST_ATTEMPTS:
        ended["due_at"] = now + timedelta(days=3650)
    with transaction():
        db.session.execute(update(Intention).where(Intention.id == intention_id).values(ended))
    return not error


def _lock_free(intention_id: int) -> Intention | None:
    """The intention, locked; None when another worker is taking it just now (the queue and the sweep both look)."""
    return db.session.scalar(
        select(Intention)
        .where(Intention.id == intention_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _attempt(kind: str, payload: dict[str, Any]) -> str:
    try:
        _handlers[kind](payload)
    except Exception as error:  # whatever goes wrong in a job is kept and shown, never lost
        db.session.rollback()
        return what_broke(error)[:2000]
    return ""


def due_intentions(now: datetime, *, most: int = 200) -> list[int]:
    """The open intentions whose time has come, oldest first."""
    return list(
        db.session.scalars(
            select(Intention.id)
            .where(Intention.done_at.is_(None), Intention.due_at <= now)
            .order_by(Intention.due_at, Intention.id)
            .limit(most)
        )
    )
