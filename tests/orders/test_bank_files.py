"""The bank's files: amounts and days however they are written, every bad file in one sentence, every line once."""

import random
import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from orders.bank.amounts import read_amount, read_bank_day
from orders.bank.decode import MOST_BYTES
from orders.bank.erase import erase_bank_lines
from orders.bank.models import BankColumns, BankDraft, BankFile, BankLine, BankLineState
from orders.bank.take_in import find_draft, keep_draft, layout_of, take_in, take_in_draft
from orders.books.check import check_books
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND

DAY = local_day(utc_now()) - timedelta(days=3)
DANISH = f"{DAY:%d-%m-%Y}"
HEAD = "Dato;Tekst;Beløb;Saldo"


def read(raw: bytes | str, name: str = "konto.csv") -> tuple[int, int, int]:
    """Take a file in: how many lines it had, how many were new, how many wait."""
    content = raw.encode() if isinstance(raw, str) else raw
    layout = layout_of(content)
    with transaction():
        file, new, waiting = take_in(content, layout, name=name, by=COMMAND, now=utc_now())
        return file.lines, new, waiting


def lines() -> list[BankLine]:
    db.session.rollback()
    return list(db.session.scalars(select(BankLine).order_by(BankLine.row_no, BankLine.id)))


# --- Amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("1.234,56", 123456), ("-1234.56", -123456), ("1 234,56 kr", 123456), ("1\xa0234,56\u202fkr", 123456),
        ("1\u202f234\u2009567,89", 123456789), ("1,234.56", 123456), ("1234,5", 123450), ("1.234,56-", -123456),
        ("−12,00", -1200), ("+12", 1200), ("kr. 12,00", 1200), ("DKK 1.000.000,00", 100_000_000), ("12.5", 1250),
        ("1.234", 123400), ("0,00", 0), ("-0,01", -1), ("12 DKK", 1200), ("\xa0399,00 ", 39900),
    ],
)  # fmt: skip
def test_amounts_as_banks_write_them(typed: str, ore: int) -> None:
    assert read_amount(typed) == ore


@pytest.mark.parametrize(
    "typed",
    ["", "-", "1,234", "1.23.4", "12 34,56", "--1", "1,2,3", "abc", "1e5", "١٢", "1.234,567", "0.123", "1kr2", "1 2345",
     "kr", "9" * 20, "9" * 60, "1.234.56", "\x00", "1\x002"],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_is_no_amount(typed: str) -> None:
    with pytest.raises(ValueError, match=r"amount"):
        read_amount(typed)


def written(ore: int, style: int) -> str:
    """An amount as some bank writes it."""
    kroner, rest = divmod(abs(ore), 100)
    grouped = f"{kroner:,}"
    sign = "-" if ore < 0 else ""
    return [
        f"{sign}{grouped.replace(',', '.')},{rest:02d}",
        f"{sign}{kroner}.{rest:02d}",
        f"{sign}{grouped}.{rest:02d}",
        f"{sign}{grouped.replace(',', chr(0xA0))},{rest:02d} kr.",
        f"{grouped.replace(',', ' ')},{rest:02d}{sign}",
        f"DKK {sign}{kroner},{rest:02d}" if not sign else f"{sign}{kroner},{rest:02d} DKK",
    ][style]


@given(st.integers(-(10**12), 10**12), st.integers(0, 5))
def test_every_amount_is_read_as_it_was_written(ore: int, style: int) -> None:
    assert read_amount(written(ore, style)) == ore


@given(st.text(alphabet="0123456789.,- kr+−\xa0", max_size=20))
def test_an_amount_is_read_whole_or_not_at_all(typed: str) -> None:
    try:
        ore = read_amount(typed)
    except ValueError:
        return
    digits = "".join(letter for letter in typed if letter.isdigit())
    assert digits.lstrip("0") in {str(abs(ore) // 10**cut).lstrip("0") for cut in range(3)} | {""}


@pytest.mark.parametrize(
    "typed",
    ["1-12-2026", "01.12.2026", "01/12/26", "2026-12-01", "20261201", "2026-12-01T10:00:00", "01-12-2026 10.15",
     "01. 12. 2026", "2026.12.01"],
)  # fmt: skip
def test_days_as_banks_write_them(typed: str) -> None:
    assert read_bank_day(typed) == date(2026, 12, 1)


@pytest.mark.parametrize("typed", ["", "31-02-2026", "12", "1-13-2026", "i går", "0001-01-01", "1-12-1999", "\x00"])
def test_days_that_are_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|year"):
        read_bank_day(typed)


# --- Files that are read ---------------------------------------------------------------------------------------------

ROWS = [
    (f"{DAY:%d-%m-%Y}", "Overførsel Åse Ærø", "1.234,56", "10.000,00"),
    (f"{DAY:%d-%m-%Y}", "Husleje", "-4.000,00", "6.000,00"),
]


def csv_text(separator: str, *, header: bool = True) -> str:
    quoted = [HEAD.split(";"), *ROWS] if header else [*ROWS]
    return "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in quoted) + "\r\n"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_and_separator(sqlite_example: Flask, separator: str, encoding: str) -> None:
    assert read(csv_text(separator).encode(encoding)) == (2, 2, 0)
    first, second = lines()
    assert (first.booked_on, first.ore, first.balance_ore, first.text) == (DAY, 123456, 1000000, "Overførsel Åse Ærø")
    assert (second.ore, second.text) == (-400000, "Husleje")
    states = db.session.execute(select(BankLineState.state, BankLineState.left_ore).order_by(BankLineState.line_id))
    assert {tuple(row) for row in states} == {("open", 123456), ("out", 0)}


@pytest.mark.parametrize(
    "head",
    [
        "Bogført dato;Beskrivelse;Beløb i DKK;Saldo;Afsender;Meddelelse",
        "Bogføringsdato;Tekst;Beløb;Bogført saldo;Navn;Reference",
        "Dato;Posteringstekst;Beløb (DKK);Balance;Indbetaler;Besked til modtager",
        "DATO;TEKST;BELØB;SALDO;AFSENDER;FIK",
        "sep=;\nKonto 0040 0440116243;;;;;\nDato;Tekst;Beløb;Saldo;Navn;Besked",
    ],
)
def test_headers_of_banks_are_known(sqlite_example: Flask, head: str) -> None:
    assert read(f'{head}\n{DANISH};"Overførsel; to";399,00;1.000,00;Karla Købersen;Tak\n;;;;;\n') == (1, 1, 0)
    (line,) = lines()
    assert (line.text, line.ore, line.sender, line.reference) == ("Overførsel; to", 39900, "Karla Købersen", "Tak")


def test_money_in_and_out_in_columns_of_their_own(sqlite_example: Flask) -> None:
    assert read(f"Dato;Tekst;Ind;Ud\n{DANISH};a;100,00;\n{DANISH};b;;-50,00\n{DANISH};c;;25,00\n") == (3, 3, 0)
    assert [line.ore for line in lines()] == [10000, -5000, -2500]


def test_what_the_bank_has_not_booked_comes_later(sqlite_example: Flask) -> None:
    head = "Dato;Tekst;Beløb;Saldo;Status"
    assert read(f"{head}\n{DANISH};a;1,00;1,00;Udført\n01-01-2099;b;2,00;;Venter\n") == (1, 1, 1)


def test_a_million_kroner(sqlite_example: Flask) -> None:
    read(f"{HEAD}\n{DANISH};Stor;1.000.000,00;1.234.567.890,12\n")
    assert [(line.ore, line.balance_ore) for line in lines()] == [(100_000_000, 123_456_789_012)]


# --- Files that are refused ------------------------------------------------------------------------------------------


GOOD = f"{DANISH};god;1,00;1,00"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Filen er tom."),
        (b"\n \r\n", "Filen er tom."),
        (HEAD.encode(), "Der er ingen bogførte linjer i filen."),
        (f"{HEAD}\n{GOOD}\n{DANISH};x;ti kroner;1,00".encode(), "Linje 3: «ti kroner» er ikke et beløb."),
        (f"{HEAD}\n{GOOD}\n\n31-02-2026;x;1,00;1,00".encode(), "Linje 4: «31-02-2026» er ikke en dag."),
        (f"{HEAD}\n{GOOD}\n{DANISH};x".encode(), "Linje 3: «» er ikke et beløb."),
        (f"{HEAD}\n{GOOD}\n{DANISH};x;1,234;1,00".encode(), "Linje 3: «1,234» er ikke et beløb."),
        (f"{HEAD}\n{GOOD}\n{DANISH};x;1,00;masser".encode(), "Linje 3: «masser» er ikke et beløb."),
        (f"{HEAD}\n{GOOD}\n01-01-2099;x;1,00;1,00".encode(), "Linje 3: Den dag er ikke kommet endnu."),
        (f"{HEAD}\n{GOOD}\n{DANISH};x\x00y;1,00;1,00".encode(), "Linje 3: Her er et tegn, der ikke hører til"),
        (f'{HEAD}\n{GOOD}\n{DANISH};"x;1,00;1,00'.encode(), "Linje 3: Anførselstegnene går ikke op."),
        (f"{HEAD};Valuta\n{GOOD};DKK\n{DANISH};x;1,00;1,00;EUR".encode(), "Linje 3: Beløbet er i EUR."),
        (f"{HEAD}\n{DANISH};bl\ufffdt;1,00;1,00".encode(), "Linje 2: Æ, ø og å er gået i stykker."),
        (f"{HEAD}\n{DANISH};blåt;1,00;1,00".encode().decode("latin-1").encode(), "Æ, ø og å er gået i stykker."),
        (f"{HEAD}\n{DANISH};".encode("cp1252") + b"\x81;1,00;1,00", "Linje 2: Filens tegn kan ikke læses."),
        (b"PK\x03\x04" + bytes(200), "Det er ikke en CSV-fil."),
        (b"%PDF-1.7 ...", "Det er ikke en CSV-fil."),
        (b"\xff\xfe" + b"\x00\xd8" * 9, "Filens tegn kan ikke læses."),
        (f"{HEAD}\n".encode() + f"{GOOD}\n".encode() * 200_000, "Filen fylder mere end 2 MB."),
        (b"a;b\n" * 20_001, "Filen har flere end 20.000 linjer."),
    ],
)
def test_a_bad_file_is_refused_whole_in_one_sentence(sqlite_example: Flask, raw: bytes, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(raw)
    assert said in str(refused.value)
    assert refused.value.field == "file"
    assert lines() == []
    assert db.session.scalar(select(func.count()).select_from(BankFile)) == 0


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet=';,\t"\n0123456789.-aå', max_size=300).map(str.encode))
def test_no_file_breaks_the_reader(sqlite_example: Flask, raw: bytes) -> None:
    try:
        layout = layout_of(raw)
    except Refused:
        return
    if layout.columns is not None:
        with pytest.raises(Refused), transaction():
            take_in(raw, layout, name="x", by=COMMAND, now=utc_now())
            raise Refused("rolled back")


# --- Each line once --------------------------------------------------------------------------------------------------


def test_the_same_file_twice_and_files_that_overlap(example: Flask) -> None:
    rows = [f"{DAY - timedelta(days=n):%d-%m-%Y};linje {n};{n + 1},00;{100 + n},00" for n in range(30)]
    assert read("\n".join([HEAD, *rows[:20]])) == (20, 20, 0)
    assert read("\n".join([HEAD, *rows[:20]]), "igen.csv") == (20, 0, 0)
    assert read("\n".join([HEAD, *rows[10:]])) == (20, 10, 0)
    assert len(lines()) == 30
    assert db.session.scalar(select(func.count()).select_from(BankFile)) == 3
    assert check_books().holds


def test_equal_lines_are_counted_and_other_formats_are_the_same(sqlite_example: Flask) -> None:
    """Two equal payments on a day are two, in every file again; the amount is the same however it is written."""
    two = f"Dato;Tekst;Beløb\n{DANISH};gebyr;-10,00\n{DANISH};gebyr;-10,00\n"
    assert read(two) == (2, 2, 0)
    assert read(two.replace(";", "\t").replace("-10,00", "-10.00")) == (2, 0, 0)
    assert read(f"{two}{DAY:%Y-%m-%d};gebyr;-10,00\n") == (3, 1, 0)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.integers(-300, 300)), min_size=1, max_size=12),
       st.integers(0, 12), st.integers(0, 2**32))  # fmt: skip
def test_reading_again_adds_nothing(
    sqlite_example: Flask, rows: list[tuple[int, str, int]], cut: int, seed: int
) -> None:
    """Any file, then any part of it, then all of it in another order: as many lines as the file has."""
    mark = uuid.uuid4().hex  # each example has lines of its own
    made = [f"{DAY - timedelta(days=n):%d-%m-%Y};{mark} {words};{written(ore, abs(ore) % 5)}" for n, words, ore in rows]
    before = len(lines())
    for some in (made, made[:cut], random.Random(seed).sample(made, len(made))):
        if some:
            read("\n".join(["Dato;Tekst;Beløb", *some]).replace("−", "-"))
    assert len(lines()) - before == len(rows)


# --- Columns nobody knows --------------------------------------------------------------------------------------------

STRANGE = f"Hvornår;Hvad;Hvor meget\n{DANISH};Karla;399,00\n{DANISH};Bent;1,00\n"


def waiting(raw: str) -> BankDraft:
    layout = layout_of(raw.encode())
    assert layout.columns is None
    with transaction():
        key = keep_draft(raw.encode(), name="x.csv", now=utc_now())
    found = find_draft(key)
    assert found is not None
    return found


def test_unknown_columns_are_asked_for_once(sqlite_example: Flask) -> None:
    draft = waiting(STRANGE)
    with transaction():
        file, new, _waiting = take_in_draft(draft, ["day", "text", "amount"], by=COMMAND, now=utc_now())
        assert (file.lines, new) == (2, 2)
    assert db.session.scalar(select(func.count()).select_from(BankDraft)) == 0, "the file is not kept"
    assert db.session.scalars(select(BankColumns.headers)).one() == ["Hvornår", "Hvad", "Hvor meget"]
    assert read(STRANGE + f"{DANISH};Ny;2,00\n") == (3, 1, 0), "and remembered"


def test_a_file_without_headers_is_asked_for_too(sqlite_example: Flask) -> None:
    draft = waiting(csv_text(";", header=False))
    with transaction():
        take_in_draft(draft, ["day", "text", "amount", "balance"], by=COMMAND, now=utc_now())
    assert len(lines()) == 2
    assert read(csv_text(",", header=False)) == (2, 0, 0)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["", "text", "amount"], "Vælg, hvilken kolonne der er «dag»."),
        (["day", "text", ""], "Vælg, hvilken kolonne der er «beløb"),
        (["day", "amount", "amount"], "To kolonner er valgt som «beløb"),
        (["text", "day", "amount"], "Linje 2: «Karla» er ikke en dag."),
        (["nonsense", "<script>", "\x00"], "Vælg, hvilken kolonne der er «dag»."),
    ],
)
def test_columns_chosen_wrongly(sqlite_example: Flask, columns: list[str], said: str) -> None:
    draft = waiting(STRANGE)
    with pytest.raises(Refused) as refused, transaction():
        take_in_draft(draft, columns, by=COMMAND, now=utc_now())
    assert said in str(refused.value)
    assert lines() == []
    assert db.session.scalar(select(func.count()).select_from(BankDraft)) == 1, "it can be tried again"


# --- Kept as they came -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bank_line SET ore = ore + 1",
        "UPDATE bank_line SET text = 'andet'",
        "UPDATE bank_line SET booked_on = '2020-01-01'",
        "DELETE FROM bank_line",
    ],
)
def test_a_line_is_never_changed(example: Flask, statement: str) -> None:
    read(csv_text(";"))
    with transaction():
        db.session.execute(text("DELETE FROM bank_line_state"))
    with pytest.raises(DBAPIError, match="frozen"), transaction():
        db.session.execute(text(statement))
    assert len(lines()) == 2


def test_what_it_says_is_emptied_when_the_books_need_it_no_longer(example: Flask) -> None:
    old, new = date(DAY.year - 6, 12, 31), date(DAY.year - 5, 1, 1)
    read(f"{HEAD}\n{old:%d-%m-%Y};Karla;1,00;1,00\n{new:%d-%m-%Y};Bent;2,00;3,00\n")
    with transaction():
        keep_draft(b"x", name="glemt", now=utc_now() - timedelta(days=2))
    erase_bank_lines()
    assert [(line.text, line.ore) for line in lines()] == [("", 100), ("Bent", 200)]
    assert db.session.scalar(select(func.count()).select_from(BankDraft)) == 0
    assert check_books().holds


def test_a_long_file_is_read_within_a_second_of_the_lock(sqlite_example: Flask) -> None:
    """SQLite has one writer: 20,000 lines must not hold up a buyer for long."""
    rows = "\n".join(f"{DANISH};Overførsel {n};{n},00" for n in range(1, 20_000))
    raw = f"Dato;Tekst;Beløb\n{rows}\n".encode()
    assert len(raw) < MOST_BYTES
    layout = layout_of(raw)
    began = utc_now()
    with transaction():
        _file, new, _waiting = take_in(raw, layout, name="x", by=COMMAND, now=began)
    assert new == 19_999
    assert (utc_now() - began).total_seconds() < 3
