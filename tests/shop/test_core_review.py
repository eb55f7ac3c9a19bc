"""The ground floor under bad input and bad luck: addresses, the outbox, the log, what is kept and what is erased."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from shop.config import read_settings
from shop.days import local_day, utc_now
from shop.db import db, how_it_broke, insert_new, transaction, what_broke
from shop.errors import ConfigError, Refused
from shop.jobs import outbox
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, handles, post
from shop.journal.models import JournalEntry
from shop.journal.record import Named, record
from shop.mail.erase import erase_letters
from shop.mail.models import Letter
from shop.mail.post import post_letter
from shop.people.models import Person
from shop.settings.checks import checked
from shop.web.templating import fingerprint
from tests.together.crowd import together
from tests.tools.client import PageClient
from tests.tools.command import command
from tests.tools.statements import counted

EMAILS = ("koordinator@example.dk", "skejby-rangers@example.dk")


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "a\r\nb", "9" * 5_000, "99999999999", "-1", "²"])
def test_an_address_nobody_could_have_made_is_no_page(example: Flask, odd: str) -> None:
    """No database sees it: PostgreSQL takes no NUL, and nobody makes us read a number of five thousand digits."""
    for email in EMAILS:
        visitor = example.test_client()
        assert isinstance(visitor, PageClient)
        visitor.sign_in(email)
        for rule in example.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or len(rule.arguments) != 1:
                continue
            start, _, rest = rule.rule.partition("<")
            answer = visitor.get(start + quote(odd) + rest.partition(">")[2])
            assert answer.status_code in (302, 403, 404), rule.rule


def test_what_is_typed_in_a_field_of_its_own_kind_is_shown_without_what_no_page_holds(client: PageClient) -> None:
    client.sign_in("koordinator@example.dk")
    page = client.get("/kontor/katalog/kurve/den-groenne-kurv?pris=12%00%0c3").get_data(as_text=True)
    assert 'value="12 3"' in page


@pytest.fixture
def carried() -> Iterator[list[int]]:
    """A kind of intention that only counts how often it was carried out."""
    done: list[int] = []

    def note(_payload: dict[str, Any]) -> None:
        done.append(1)

    handles("test_count")(note)
    yield done
    del outbox._handlers["test_count"]


def _in_transaction(verb: Callable[[], object]) -> Callable[[], bool]:
    def job() -> bool:
        with transaction():
            return verb() is not None

    return job


def test_the_same_promise_made_at_once_is_one_and_breaks_nobody(example: Flask, carried: list[int]) -> None:
    now = utc_now()
    answers = together(example, [_in_transaction(lambda: post("test_count", "once", now=now))] * 8)
    assert answers.count(True) == 1
    assert db.session.scalar(select(func.count()).select_from(Intention)) == 1


def test_the_same_letter_posted_at_once_is_one(example: Flask) -> None:
    now = utc_now()

    def letter() -> int | None:
        return post_letter("reset_notice", "one", to="a@example.dk", language="da", now=now, name="A")

    answers = together(example, [_in_transaction(letter)] * 8)
    assert answers.count(True) == 1
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 1
    assert db.session.scalar(select(func.count()).select_from(Intention)) == 1


def test_what_was_promised_before_leaves_the_transaction_sound(example: Flask, carried: list[int]) -> None:
    with transaction():
        assert post("test_count", "one", now=utc_now()) is not None
    with transaction():
        assert post("test_count", "one", now=utc_now()) is None
        assert post("test_count", "two", now=utc_now()) is not None
    assert db.session.scalar(select(func.count()).select_from(Intention)) == 2


def test_a_worker_leaves_alone_what_another_is_taking(postgres_example: Flask, carried: list[int]) -> None:
    """The queue's thread and the sweep look at the same rows: neither waits, and neither does it again."""
    now = utc_now()
    with transaction():
        number = post("test_count", "once", now=now)
        assert number is not None
    answers: list[bool] = []

    def other() -> None:
        with postgres_example.app_context():
            answers.append(carry_out(number, now=now))
            db.session.remove()

    with transaction():
        db.session.execute(select(Intention.id).where(Intention.id == number).with_for_update()).all()
        thread = threading.Thread(target=other, daemon=True)
        thread.start()
        thread.join(30)
        assert answers == [False]
    assert carry_out(number, now=now)
    assert carried == [1]


def test_a_log_line_holds_nobodys_name_or_address(example: Flask) -> None:
    with pytest.raises(IntegrityError) as caught, transaction():
        db.session.execute(
            text(
                "INSERT INTO person (email, name, language, active, fs_uniquifier)"
                " VALUES (:email, :name, 'da', true, 'x')"
            ),
            {"email": "koordinator@example.dk", "name": "Hemmelig Navnesen"},
        )
    for said in (how_it_broke(caught.value), what_broke(caught.value)):
        assert "IntegrityError" in said
        assert "person" in said
        assert "koordinator@" not in said
        assert "Navnesen" not in said


def test_a_name_longer_than_the_journal_is_cut_not_refused(example: Flask) -> None:
    """Somebody invited is named by the address, which may be longer than any name."""
    with transaction():
        entry = record("joined", "person", 1, by=Named("x" * 254), now=utc_now())
        db.session.flush()
        assert len(entry.by_name) == 200


def test_a_row_that_is_there_is_not_made_again(example: Flask) -> None:
    with transaction():
        held = db.session.scalars(select(Person).limit(1)).one()
        assert insert_new(Person, email=held.email, fs_uniquifier="another") is None


# --- Started badly ----------------------------------------------------------------------------------------------------


def test_the_shop_answers_this_machine_alone_unless_told_otherwise(tmp_path: Path) -> None:
    assert read_settings({"DATA_DIR": str(tmp_path)}).host == "127.0.0.1"
    assert read_settings({"HOST": "0.0.0.0", "DATA_DIR": str(tmp_path)}).host == "0.0.0.0"


@pytest.mark.parametrize("port", ["0", "65536", "²", "٣٣٣٣", "9" * 5_000, "-1", "80.5"])
def test_a_port_is_a_number_that_is_one(port: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="PORT"):
        read_settings({"PORT": port, "DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize("without", ["SECRET_KEY", "DATABASE_URL", "MAIL_URL", "PAYMENTS"])
def test_a_real_shop_starts_with_everything_or_not_at_all(without: str, tmp_path: Path) -> None:
    real = {"SECRET_KEY": "x", "DATABASE_URL": "postgresql://h/x", "MAIL_URL": "smtp://h", "PAYMENTS": "invoice-only"}
    del real[without]
    for env in (real, {**real, without: ""}):
        with pytest.raises(ConfigError, match=without):
            read_settings({"MODE": "production", "DATA_DIR": str(tmp_path), **env})


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "Run «faelleskurven db upgrade» first."),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "The database cannot be used"),
        ({"QUEUE_URL": "postgresql://127.0.0.1:1/x"}, "The queue cannot be used"),
        ({"DATA_DIR": "/dev/null/x"}, "cannot be written to"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(env: dict[str, str], said: str, tmp_path: Path) -> None:
    ended = command(tmp_path, "order", "list", **env)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_an_empty_shop_begins_with_a_link_that_leads_to_it(tmp_path: Path) -> None:
    refused = command(tmp_path, "init", "--email", "first@example.dk", "--url", "kurv")
    assert refused.returncode == 2
    ended = command(tmp_path, "init", "--email", "first@example.dk", "--url", "https://kurv.example.dk")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("https://kurv.example.dk/invitation/")
    written = command(tmp_path, "order", "list", "--json", "--output", str(tmp_path / "none" / "x.json"))
    assert written.returncode == 2
    assert "--output" in written.stderr
    assert command(tmp_path, "order", "list", "--json", "--output", str(tmp_path / "x.json")).returncode == 0
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("prefix", ["1", "A1", "-2", "2026"])
def test_what_stands_before_a_number_cannot_be_taken_for_a_part_of_it(app: Flask, prefix: str) -> None:
    """1 before 1042 would be the number of another order, and placing it would fail."""
    with pytest.raises(Refused, match="bogstav eller en bindestreg"):
        checked("prefix", prefix)
    assert checked("prefix", prefix + "-") == prefix + "-"


def test_asking_for_a_password_letter_does_the_same_for_every_address(client: PageClient) -> None:
    """How long the page takes says nothing either: the worker alone looks whether there is such an account."""
    asked = []
    for email in ("koordinator@example.dk", "ingen@example.dk"):
        client.get("/glemt-adgangskode")
        with counted() as statements:
            client.post_form("/glemt-adgangskode", {"email": email})
        asked.append([statement for statement in statements if "page_version" not in statement])
    assert asked[0] == asked[1]
    assert not any("FROM person" in statement for statement in asked[0])
    kinds = db.session.scalars(select(Intention.kind)).all()
    assert list(kinds) == ["reset_request"] * 2
    assert "@" not in str(db.session.scalars(select(Intention.payload)).all())


def test_only_a_files_own_hash_keeps_it_for_ever(client: PageClient) -> None:
    """While a new version is brought in, an old server must not have its file kept under the new one's address."""
    own = client.get(f"/static/css/site.css?v={fingerprint('css/site.css')}")
    other = client.get("/static/css/site.css?v=0123456789ab")
    assert own.status_code == other.status_code == 200
    assert "immutable" in own.headers["Cache-Control"]
    assert "immutable" not in other.headers["Cache-Control"]


# --- Kept and erased --------------------------------------------------------------------------------------------------


def test_a_letter_goes_on_the_day_it_says(app: Flask) -> None:
    now = utc_now()
    today = local_day(now)
    with transaction():
        for key, until in (("old", today - timedelta(days=1)), ("today", today), ("later", today + timedelta(days=9))):
            post_letter("reset_notice", key, to=f"{key}@example.dk", language="da", now=now, keep_until=until, name="A")
    erase_letters()
    erase_letters()
    assert set(db.session.scalars(select(Letter.key))) == {"today", "later"}
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.subject == "letters")).one()
    assert (entry.act, entry.by_name, entry.details) == ("erased", "uret", {"count": 1})
    db.session.rollback()
    waiting = list(
        db.session.scalars(select(Intention.id).where(Intention.key.like("letter:%")).order_by(Intention.id))
    )
    assert carry_out(waiting[0], now=utc_now()), "what is to be sent and is gone is nothing to do, not a failure"
