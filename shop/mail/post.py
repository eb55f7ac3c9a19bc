"""Post a letter: a row written in the business transaction. The worker writes it out and sends it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from shop.db import insert_once
from shop.jobs.outbox import post
from shop.mail.models import WAITING, Letter

KEPT_DAYS = 5 * 366
_preparers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def prepares(
    kind: str,
) -> Callable[[Callable[[dict[str, Any]], dict[str, Any]]], Callable[[dict[str, Any]], dict[str, Any]]]:
    """Name the function that makes a kind of letter's template values from what was posted.

    The value `attachments`, if given, is a list of (file name, media type, bytes).
    """

    def register(preparer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
        _preparers[kind] = preparer
        return preparer

    return register


def prepared(letter: Letter) -> dict[str, Any]:
    """The values a letter's templates are filled with."""
    preparer = _preparers.get(letter.kind)
    return preparer(dict(letter.values)) if preparer else dict(letter.values)


def post_letter(
    kind: str,
    key: str,
    *,
    to: str,
    language: str,
    now: datetime,
    about: str = "",
    about_id: int | None = None,
    keep_until: date | None = None,
    **values: Any,
) -> int | None:
    """Add a letter to the transaction under way (templates/mail/<kind>/), and answer its id; None when it was before.

    A buyer without an e-mail address (an order taken by telephone) gets no letters: None too.
    Values are plain JSON: ids and texts, no rows. `keep_until` is the day its text is erased (five years at most).
    """
    if not to:
        return None
    letter_id = insert_once(
        Letter,
        key=key,
        kind=kind,
        language=language,
        to_address=to,
        values=values,
        attachments=[],
        about=about,
        about_id=about_id,
        state=WAITING,
        posted_at=now,
        keep_until=keep_until or (now + timedelta(days=KEPT_DAYS)).date(),
    )
    if letter_id is not None:
        post("letter", f"letter:{letter_id}", now=now, letter_id=letter_id)
    return letter_id
