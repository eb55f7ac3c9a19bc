"""`faelleskurven books check` and `books trace`: what they print, and what their exit codes say."""

import json
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from orders.books.models import EARNED, SALE, BooksCheck, Posting
from orders.books.questions import QUESTIONS
from orders.books.words import ACCOUNTS, CODES, RULES
from shop.cli import books
from shop.db import db
from shop.money import format_kr
from tests.orders.money_world import sold, take_pieces
from tests.tools.command import command


def postings() -> list[Posting]:
    return list(db.session.scalars(select(Posting).order_by(Posting.id)))


def a_share() -> Posting:
    """What an enterprise has earned by an order."""
    return next(one for one in postings() if one.code == SALE and one.share_id is not None)


def test_the_check_says_of_every_rule_that_it_holds_and_is_kept(example: Flask) -> None:
    sold()
    told = example.test_cli_runner().invoke(books, ["check"])
    assert told.exit_code == 0, told.output
    first, *rules, last = told.stdout.splitlines()
    assert first == f"{len(postings())} posteringer er kontrolleret."
    assert rules == [f"ok  {words}" for words in RULES.values()]
    assert last == "Bøgerne stemmer."
    kept = db.session.scalars(select(BooksCheck)).one()
    assert (kept.holds, kept.postings) == (True, len(postings()))


def test_the_check_as_json_names_every_rule(example: Flask) -> None:
    sold()
    told = example.test_cli_runner().invoke(books, ["check", "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert (found["holds"], found["postings"]) == (True, len(postings()))
    assert found["findings"] == {rule: [] for rule in (*QUESTIONS, "hashes_are_right", "guards_are_there")}
    assert set(found["findings"]) == set(RULES)


def test_a_posting_is_told_back_to_the_rule_that_made_it(example: Flask) -> None:
    order = sold()
    run, wanted = example.test_cli_runner(), a_share()
    share = next(share for line in order.lines for share in line.shares if share.id == wanted.share_id)
    assert share.enterprise is not None
    told = run.invoke(books, ["trace", wanted.reference])
    assert told.exit_code == 0, told.output
    assert told.stdout == run.invoke(books, ["trace", str(wanted.id)]).stdout
    for words in (
        f"Postering {wanted.id} ({wanted.reference}), {CODES[SALE]}, bogført {wanted.booked_on.isoformat()}",
        f"{ACCOUNTS[EARNED]}: {share.enterprise.name}",
        "Uændret: aftrykket passer.",
        f"Ordre {order.number}, {format_kr(order.gross_ore)}",
        f"Andel: {share.enterprise.name}, {format_kr(share.ore)}",
        f"u = {share.line.offset_bits} / 2^32",
        f"aftalt pris {format_kr(share.basis_ore)} stykket",
        f" → {wanted.id}  ",
    ):
        assert words in told.stdout


def test_every_posting_has_its_story_and_none_names_the_buyer(example: Flask) -> None:
    order = sold()
    take_pieces(order, 1, note="Låget var løst.")
    run = example.test_cli_runner()
    stories = {one.id: run.invoke(books, ["trace", str(one.id)]) for one in postings()}
    assert all(told.exit_code == 0 for told in stories.values())
    taken = [stories[one.id].stdout for one in postings() if one.refund_id is not None]
    assert taken
    assert all("Taget tilbage: " in story and "Låget var løst." in story for story in taken)
    assert not [number for number, told in stories.items() if "Karla" in told.stdout]


@pytest.mark.parametrize("name", ["0", "999999999", "9" * 400, "²", "sale:findes-ikke", ""])
def test_a_posting_that_is_not_there_is_said_so(example: Flask, name: str) -> None:
    sold()
    told = example.test_cli_runner().invoke(books, ["trace", name])
    assert told.exit_code == 1
    assert told.stdout == ""
    assert f"Postering {name} findes ikke. · There is no posting {name}." in told.stderr


@pytest.fixture
def copy(sqlite_example: Flask, tmp_path: Path) -> Path:
    """A copy of the database of a shop that has sold something."""
    sold()
    path = tmp_path / "copy.sqlite"
    with sqlite3.connect(path) as target:
        db.session.connection().connection.driver_connection.backup(target)  # type: ignore[union-attr]
    db.session.rollback()
    return path


def tampered(path: Path, statement: str) -> None:
    """Do something behind the guards of a database, and put the guards back as if nothing had been done."""
    with sqlite3.connect(path) as connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'posting'"
        ).fetchall()
        assert guards
        for name, _sql in guards:
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount == 1
        for _name, sql in guards:
            connection.execute(sql)


def test_a_tampered_copy_is_found(copy: Path, tmp_path: Path) -> None:
    one = a_share()
    url = f"sqlite:///{copy}"
    whole = command(tmp_path, "books", "check", DATABASE_URL=url)
    assert (whole.returncode, whole.stderr) == (0, "")
    tampered(copy, f"UPDATE posting SET ore = ore + 100 WHERE id = {one.id}")
    told = command(tmp_path, "books", "check", DATABASE_URL=url)
    assert told.returncode == 1
    assert told.stdout.endswith("Bøgerne stemmer ikke.\n")
    assert f"!!  {RULES['hashes_are_right']}\n      {one.reference}\n" in told.stdout
    assert f"!!  {RULES['share_is_booked_at_what_is_left']}\n" in told.stdout
    assert f"ok  {RULES['guards_are_there']}\n" in told.stdout
    as_json = command(tmp_path, "books", "check", "--json", DATABASE_URL=url)
    assert as_json.returncode == 1
    found = json.loads(as_json.stdout)
    assert found["holds"] is False
    assert found["findings"]["hashes_are_right"] == [one.reference]
    story = command(tmp_path, "books", "trace", one.reference, DATABASE_URL=url)
    assert story.returncode == 0
    assert "ÆNDRET: aftrykket passer ikke." in story.stdout


def test_a_note_written_over_is_found_by_its_hash_alone(copy: Path, tmp_path: Path) -> None:
    one = a_share()
    tampered(copy, f"UPDATE posting SET note = 'intet at se' WHERE id = {one.id}")
    told = command(tmp_path, "books", "check", "--json", DATABASE_URL=f"sqlite:///{copy}")
    assert told.returncode == 1
    broken = {rule: found for rule, found in json.loads(told.stdout)["findings"].items() if found}
    assert broken == {"hashes_are_right": [one.reference]}
