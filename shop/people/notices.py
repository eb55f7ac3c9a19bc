"""Tell people what has happened in their room: at once in a letter of its own, or in one letter each morning.

Each person chooses (`Person.notices`). A notice is a sentence, perhaps somebody's own words, and where to look.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from shop.days import COPENHAGEN, local_day, utc_now
from shop.db import db, insert_once, transaction
from shop.i18n import speaking
from shop.jobs.queue import every
from shop.mail.post import post_letter, prepares
from shop.people.models import COORDINATOR, DAILY, Membership, Notice, Person
from shop.web.absolute import absolute

DIGEST_AT = time(7)
TEN_MINUTES = 600
KEPT = timedelta(days=30)


def notify_enterprise(enterprise_id: int, key: str, text: Any, *, path: str, now: datetime, said: str = "") -> None:
    """Tell everybody who signs in for an enterprise. `text` is lazily translated; the same `key` twice is once."""
    _notify(Membership.enterprise_id == enterprise_id, key, text, path, now, said)


def notify_customer(customer_id: int, key: str, text: Any, *, path: str, now: datetime) -> None:
    """Tell everybody who buys for an organisation."""
    _notify(Membership.customer_id == customer_id, key, text, path, now, "")


def notify_office(key: str, text: Any, *, path: str, now: datetime, said: str = "") -> None:
    """Tell every coordinator."""
    _notify(Membership.role == COORDINATOR, key, text, path, now, said)


def _notify(whom: Any, key: str, text: Any, path: str, now: datetime, said: str) -> None:
    people = select(Person).where(Person.active, Person.memberships.any(whom)).order_by(Person.id)
    texts = {}
    for code in ("da", "en"):
        with speaking(code):
            texts[code] = str(text)[:500]
    for person in db.session.scalars(people):
        if person.notices == DAILY:
            insert_once(
                Notice, person_id=person.id, key=key, at=now, text_da=texts["da"], text_en=texts["en"], said=said,
                path=path, sent_at=None,
            )  # fmt: skip
        else:
            _post("notice", f"notice:{person.id}:{key}", person, [_line(texts[person.language], said, path)], now)


def _line(text: str, said: str, path: str) -> dict[str, str]:
    return {"text": text, "said": said, "path": path}


def _post(kind: str, key: str, person: Person, lines: Sequence[dict[str, str]], now: datetime) -> int | None:
    return post_letter(
        kind, key, to=person.email, language=person.language, now=now, about="notice", about_id=person.id,
        keep_until=(now + KEPT).date(), name=person.by_name, lines=lines,
    )  # fmt: skip


@prepares("notice")
@prepares("notices")
def _with_links(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "lines": [{**line, "link": absolute(line["path"])} for line in values["lines"]]}


@every(TEN_MINUTES)
def send_digests() -> None:
    """From seven in the morning: one letter to each person for whom something waits; at most one a day."""
    now = utc_now()
    if now.astimezone(COPENHAGEN).time() < DIGEST_AT:
        return
    for person_id in db.session.scalars(select(Notice.person_id).where(Notice.sent_at.is_(None)).distinct()).all():
        with transaction():
            send_digest(db.session.get_one(Person, person_id), now)
    with transaction():
        db.session.execute(delete(Notice).where(Notice.sent_at < now - KEPT))


def send_digest(person: Person, now: datetime) -> None:
    """Post the day's letter. One posted today already: what came since waits until tomorrow."""
    waiting = db.session.scalars(
        select(Notice).where(Notice.person_id == person.id, Notice.sent_at.is_(None)).order_by(Notice.id)
    ).all()
    if _post("notices", f"notices:{person.id}:{local_day(now).isoformat()}", person, _lines(waiting, person), now):
        ids = [notice.id for notice in waiting]
        db.session.execute(update(Notice).where(Notice.id.in_(ids)).values(sent_at=now))


def _lines(notices: Iterable[Notice], person: Person) -> list[dict[str, str]]:
    english = person.language == "en"
    return [_line(one.text_en if english else one.text_da, one.said, one.path) for one in notices]
