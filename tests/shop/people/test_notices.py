"""People are told at once, or once a day; never twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shop.db import db, transaction
from shop.i18n import lazy_gettext as _
from shop.mail.deliver import write_out
from shop.mail.models import Letter
from shop.people.models import DAILY, Enterprise, Notice, Person
from shop.people.notices import notify_enterprise, notify_office, send_digests

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
NEXT_SEVEN = datetime(2026, 11, 25, 6, 1, tzinfo=UTC)
TEXT = _("Intet er ændret.")


def _person(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def _letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind.in_(("notice", "notices"))).order_by(Letter.id)))


def _tell(key: str, now: datetime = NOON) -> None:
    maker = db.session.scalars(select(Enterprise).where(Enterprise.slug == "blindes-arbejde")).one()
    with transaction():
        notify_enterprise(maker.id, key, TEXT, path="/partner", now=now, said="Skriv vægten på.\nTak.")


def test_at_once_in_the_readers_language_and_only_once(example: Flask) -> None:
    with transaction():
        _person("blindes-arbejde@example.dk").language = "en"
    _tell("a")
    _tell("a")
    (letter, *others) = _letters()
    assert letter.to_address == "blindes-arbejde@example.dk"
    assert {other.to_address for other in others}.isdisjoint({letter.to_address})
    message = write_out(letter)
    assert "Nothing" in message.subject
    assert "Skriv vægten på.\nTak." in message.body
    assert "/partner" in message.body
    assert "Skriv vægten på.<br>Tak." in "".join(str(message.alternatives[0][0]).split("\n")).replace("  ", "")


def test_one_letter_each_morning_for_who_wants_it_so(example: Flask) -> None:
    with transaction():
        for person in db.session.scalars(select(Person)):
            person.notices = DAILY
    _tell("a")
    _tell("a")
    _tell("b")
    with transaction():
        notify_office("c", TEXT, path="/kontor", now=NOON)
    assert not _letters()
    with time_machine.travel(NEXT_SEVEN - timedelta(minutes=5)):
        send_digests()
    assert not _letters(), "not before seven"
    with time_machine.travel(NEXT_SEVEN):
        send_digests()
        mine = [letter for letter in _letters() if letter.to_address == "blindes-arbejde@example.dk"]
        assert [len(letter.values["lines"]) for letter in mine] == [2]
        assert any(letter.to_address == "koordinator@example.dk" for letter in _letters())
        assert write_out(mine[0]).subject == "Dagens 2 beskeder fra Fælleskurven"
        sent = len(_letters())
        _tell("d", NEXT_SEVEN)
        send_digests()
        assert len(_letters()) == sent, "one a day"
    with time_machine.travel(NEXT_SEVEN + timedelta(days=1)):
        send_digests()
    assert len(_letters()) == sent + len({n.person_id for n in db.session.scalars(select(Notice)) if n.key == "d"})
    with time_machine.travel(NEXT_SEVEN + timedelta(days=40)):
        send_digests()
    assert not db.session.scalars(select(Notice)).all()


@pytest.mark.parametrize("choice", ["now", "daily"])
def test_the_choice_is_made_on_the_account(sqlite_example: Flask, choice: str) -> None:
    client = sqlite_example.test_client()
    client.sign_in("kamoon@example.dk")  # type: ignore[attr-defined]
    data = {"name": "K", "language": "da", "notices": choice}
    assert client.post_form("/konto", data).status_code == 302  # type: ignore[attr-defined]
    assert _person("kamoon@example.dk").notices == choice
