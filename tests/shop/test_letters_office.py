"""Letters in the office: those that did not arrive are mended and sent again, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.mail.models import BOUNCED, FAILED, SENT, WAITING, Letter
from shop.people.invite import invite
from shop.people.models import COORDINATOR
from tests.orders.office_room import SUPPLIER, Office, words
from tests.tools.world import pay, place_order


def _letter(state: str = FAILED) -> Letter:
    """The confirmation of a paid order, as it stands after an attempt to send it."""
    pay(place_order())
    with transaction():
        letter = db.session.scalars(select(Letter).where(Letter.kind == "order_confirmation")).one()
        letter.state, letter.error = state, "SMTPRecipientsRefused: <b>no such user</b>"
        letter.subject, letter.text, letter.attachments = "Tak <for> alt", "Hej 🎁 <script>", ["vilkår.pdf"]
    return letter


def _work() -> None:
    for intention_id in due_intentions(utc_now()):
        carry_out(intention_id, now=utc_now())


def _open_intentions(letter: Letter) -> list[str]:
    return list(
        db.session.scalars(
            select(Intention.key)
            .where(Intention.kind == "letter", Intention.done_at.is_(None), Intention.key.like(f"letter:{letter.id}%"))
            .order_by(Intention.id)
        )
    )


@pytest.mark.parametrize("state", [FAILED, BOUNCED])
def test_a_letter_in_trouble_is_listed_mended_and_sent(example: Flask, state: str) -> None:
    letter = _letter(state)
    office = Office(example)
    page = office.get("/kontor/breve")
    assert f'href="/kontor/breve/{letter.id}"' in page
    assert "&lt;b&gt;no such user&lt;/b&gt;" in page
    shown = office.get(f"/kontor/breve/{letter.id}")
    assert "Hej 🎁 &lt;script&gt;" in shown
    assert "vilkår.pdf" in shown
    assert "Brevet er på vej til karla@example.org." in words(
        office.follow(f"/kontor/breve/{letter.id}", to=" karla@EXAMPLE.org ")
    )
    letter = db.session.get_one(Letter, letter.id)
    assert (letter.state, letter.to_address, letter.error) == (WAITING, "karla@example.org", "")
    assert _open_intentions(letter) == [f"letter:{letter.id}:1"]
    _work()
    db.session.expire_all()
    assert db.session.get_one(Letter, letter.id).state == SENT
    assert "Breve, der fejler" in office.get("/kontor/breve")
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "mended")).one()
    assert entry.details == {"before": "karla@example.com", "after": "karla@example.org"}
    assert entry.by_name == "Eksempel: koordinator"
    assert "fra karla@example.com til karla@example.org" in words(office.get(f"/kontor/breve/{letter.id}"))


def test_a_second_click_sends_no_second_letter(example: Flask) -> None:
    letter = _letter()
    office = Office(example)
    office.post(f"/kontor/breve/{letter.id}", to="karla@example.org")
    page = office.post(f"/kontor/breve/{letter.id}", 409, to="karla@example.org")
    assert "Brevet er allerede på vej til karla@example.org" in page
    assert len(_open_intentions(letter)) == 1
    _work()
    office.post(f"/kontor/breve/{letter.id}", 409, to="karla@example.org")
    assert _open_intentions(letter) == []


def test_a_letter_can_be_mended_again_when_the_second_address_is_wrong_too(example: Flask) -> None:
    letter = _letter()
    office = Office(example)
    office.post(f"/kontor/breve/{letter.id}", to="karla@example.org")
    with transaction():
        db.session.execute(update(Letter).values(state=BOUNCED))
    office.post(f"/kontor/breve/{letter.id}", to="karla@example.net")
    assert _open_intentions(letter) == [f"letter:{letter.id}:2"]


def test_a_letter_that_waits_too_long_is_listed(example: Flask) -> None:
    letter = _letter(WAITING)
    office = Office(example)
    assert f'href="/kontor/breve/{letter.id}"' not in office.get("/kontor/breve")
    with transaction():
        db.session.execute(update(Letter).values(posted_at=utc_now() - timedelta(minutes=11)))
    assert f'href="/kontor/breve/{letter.id}"' in office.get("/kontor/breve")
    office.post(f"/kontor/breve/{letter.id}", to="karla@example.com")
    assert f'href="/kontor/breve/{letter.id}"' in office.get("/kontor/breve?vis=alle")


@pytest.mark.parametrize(
    "typed", ["", "   ", "karla", "karla@", "<b>@example.dk", "🎁@", "a" * 10_000, "a@b\r\nBcc: c@d.dk"]
)
def test_an_address_that_is_none_is_refused_and_kept(sqlite_example: Flask, typed: str) -> None:
    letter = _letter()
    page = Office(sqlite_example).post(f"/kontor/breve/{letter.id}", 422, to=typed)
    assert 'id="to-error"' in page
    assert db.session.get_one(Letter, letter.id).state == FAILED


def test_a_letter_that_lets_somebody_in_is_neither_shown_nor_sent_to_another(example: Flask) -> None:
    with transaction():
        invitation = invite("ny@example.dk", COORDINATOR, None, by=COMMAND, now=utc_now())
        path = invitation.path
    _work()
    with transaction():
        db.session.execute(update(Letter).values(state=BOUNCED))
    letter = db.session.scalars(select(Letter).where(Letter.kind == "invitation")).one()
    assert path in letter.text
    office = Office(example)
    assert path not in office.get(f"/kontor/breve/{letter.id}")
    page = office.post(f"/kontor/breve/{letter.id}", 409, to="mig@example.dk")
    assert "Brevet rummer et personligt link" in page
    assert db.session.get_one(Letter, letter.id).to_address == "ny@example.dk"
    office.post(f"/kontor/breve/{letter.id}", to="ny@example.dk")


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "x", "-1"])
def test_an_unknown_letter_is_not_found(sqlite_example: Flask, number: str) -> None:
    Office(sqlite_example).get(f"/kontor/breve/{number}", 404)


def test_an_unknown_letter_is_not_sent(sqlite_example: Flask) -> None:
    Office(sqlite_example).post("/kontor/breve/999999", 404, to="a@example.dk")


def test_a_supplier_reads_and_mends_no_letters(sqlite_example: Flask) -> None:
    letter = _letter()
    supplier = Office(sqlite_example, SUPPLIER)
    supplier.get("/kontor/breve", 403)
    supplier.get(f"/kontor/breve/{letter.id}", 403)
    supplier.post(f"/kontor/breve/{letter.id}", 403, to="a@example.dk")
    assert db.session.get_one(Letter, letter.id).to_address == "karla@example.com"


def test_letters_are_searched_and_paged(sqlite_example: Flask) -> None:
    now = utc_now()
    with transaction():
        for number in range(30):
            db.session.add(
                Letter(
                    key=f"k{number}", kind="order_sent", language="da", to_address=f"p{number}@example.dk", values={},
                    attachments=[], state=FAILED, posted_at=now, keep_until=now.date(), subject=f"Brev {number}",
                )
            )  # fmt: skip
    office = Office(sqlite_example)
    assert "1–24 af 30" in office.get("/kontor/breve")
    assert "25–30 af 30" in office.get("/kontor/breve?side=2")
    assert "1–1 af 1" in office.get("/kontor/breve?sog=P17%40example")
