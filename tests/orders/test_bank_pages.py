"""The bank account in the office: files, lines, the sure ones all at once, one line, and what an order's page says."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from orders.bank.models import BankBooking, BankDraft, BankFile, BankLine
from orders.books.check import check_books
from orders.lock import lock_order
from orders.payments.models import MoneyIn
from orders.queries import find_order
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Bearer, Cause
from shop.cli import bank
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from tests.orders.bank_world import arrive, bank_file, booking_of, invoice_no, owing, remind_owing, state_of
from tests.orders.office_room import Office, errors, words
from tests.tools.statements import counted
from tests.tools.world import place_order

PATH = "/kontor/penge/bank"
STRANGE = f"Hvornår;Hvad;Hvor meget\n{local_day(utc_now()):%d-%m-%Y};Karla;399,00\n".encode()


def send_file(office: Office, raw: bytes, status: int = 303, name: str = "konto.csv") -> TestResponse:
    """Upload a file as the browser does."""
    office.get(PATH)
    typed: dict[str, Any] = {"file": (io.BytesIO(raw), name)}
    token = office.get("/konto").split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return office._checked(f"{PATH}/indlaes", status, {"csrf_token": token, **typed})


def count(table: type) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


# --- Files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_read_and_says_how_many_are_new(example: Flask) -> None:
    office = Office(example)
    raw = bank_file(("Karla", 100), ("Bent", 200), ("husleje", -300))
    send_file(office, raw)
    assert "3 nye linjer." in words(office.get(PATH))
    send_file(office, raw)
    page = words(office.get(PATH))
    assert "Ingen nye linjer. 3 var her i forvejen." in page
    assert "Venter (2)" in page
    assert "Penge ud (1)" in page
    assert "husleje" in office.get(f"{PATH}?vis=ud")
    assert "Bent" in office.get(f"{PATH}?sog=bent")
    assert "Karla" not in words(office.get(f"{PATH}?sog=bent")).replace("Karla Købersen", "")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Filen er tom."),
        (b"\x00" * 50, "Filen er tom.|Her er et tegn"),
        ("Dato;Tekst;Beløb\n01-01-2026;x;ti\n".encode(), "Linje 2: «ti» er ikke et beløb. Intet er læst ind."),
        (b"PK\x03\x04xlsx", "Det er ikke en CSV-fil."),
        (b"Dato;Tekst;Bel\xf8b\n" + b"01-01-2026;x;1,00\n" * 290_000, "Filen fylder mere end 2 MB."),
    ],
)
def test_a_bad_file_is_answered_beside_its_field(sqlite_example: Flask, raw: bytes, said: str) -> None:
    """The last one is of 5 MB: larger than what any other form may send."""
    office = Office(sqlite_example)
    told = " ".join(errors(send_file(office, raw, 422).text))
    assert any(one in told for one in said.split("|")), told
    assert count(BankFile) == 0


def test_no_file_at_all(sqlite_example: Flask) -> None:
    page = Office(sqlite_example).post(f"{PATH}/indlaes", 422)
    assert "Vælg først filen fra banken." in " ".join(errors(page))


def test_unknown_columns_are_asked_for_and_remembered(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    where = send_file(office, STRANGE, name="<b>fremmed.csv").headers["Location"]
    page = office.get(where)
    assert "Hvor meget" in page
    assert "399,00" in page
    assert "&lt;b&gt;fremmed.csv" in page
    wrong = {"kolonne_0": "day", "kolonne_1": "amount", "kolonne_2": "amount"}
    page = office.post(where, 422, **wrong)
    assert "To kolonner er valgt" in words(page)
    right = {"kolonne_0": "day", "kolonne_1": "text", "kolonne_2": "amount"}
    for _click in range(2):
        page = office.follow(where, **right)
    assert "1 ny linje." in words(page) or "Karla" in page
    assert (count(BankLine), count(BankDraft)) == (1, 0)
    send_file(office, STRANGE)
    assert "Ingen nye linjer." in words(office.get(PATH))
    office.get(f"{PATH}/kolonner/findes-ikke", 404)


# --- Lines -----------------------------------------------------------------------------------------------------------


def test_suggestions_say_why_and_one_click_books(example: Flask) -> None:
    order = owing()
    (line,) = arrive((f"Tak for {invoice_no(order)}", order.gross_ore))
    office = Office(example)
    page = words(office.get(PATH))
    for said in (
        f"Ordre {order.number}",
        "Fakturaens nummer står der",
        "beløbet er det, der mangler",
        "Beløbet passer.",
    ):
        assert said in page
    for _click in range(2):
        page = office.follow(f"{PATH}/{line}/bogfoer", ordre=order.number, ore=str(order.gross_ore))
    assert "Alt er betalt." in words(page)
    assert (count(MoneyIn), state_of(line)) == (1, ("booked", 0))
    assert "betalt" in words(office.get(f"{PATH}?vis=bogfoert"))
    assert "Fra banken" in office.get(f"/kontor/ordrer/{order.number}")
    assert db.session.scalars(select(BankBooking.reasons)).one() == ["invoice", "amount"]
    assert check_books().holds


def test_a_line_that_fits_two_shows_both_and_chooses_neither(sqlite_example: Flask) -> None:
    one, two = owing(), owing()
    (line,) = arrive(("Karla", one.gross_ore))
    office = Office(sqlite_example)
    for path in (PATH, f"{PATH}/{line}"):
        page = words(office.get(path))
        assert f"Bogfør på {one.number}" in page
        assert f"Bogfør på {two.number}" in page
        assert "Flere ordrer kan være ment. Vælg selv." in page
    assert "Ingen sikre linjer" in office.get(f"{PATH}/sikre")


def test_the_sure_ones_are_shown_and_booked_at_once(sqlite_example: Flask) -> None:
    orders = [owing() for _ in range(3)]
    made = arrive(*[(one.number, one.gross_ore) for one in orders], ("hvem", 7))
    office = Office(sqlite_example)
    page = office.get(f"{PATH}/sikre")
    assert page.count("checkbox") == 3
    assert count(MoneyIn) == 0, "looking books nothing"
    chosen = [f"{line}:{one.id}" for line, one in zip(made, orders, strict=False)]
    # One is booked by somebody else meanwhile, and one is no such line.
    office.follow(f"{PATH}/{made[0]}/bogfoer", ordre=orders[0].number, ore=str(orders[0].gross_ore))
    page = office.follow(f"{PATH}/sikre", linje=[*chosen, "999:1", "x", f"{made[3]}:{orders[0].id}"])
    assert "2 linjer er bogført." in words(page)
    assert "3 linjer var bogført eller ændret i mellemtiden" in words(page)
    assert count(MoneyIn) == 3
    assert "Ingen linjer var valgt." in words(office.follow(f"{PATH}/sikre"))
    assert check_books().holds


def test_too_little_and_too_much_are_said_on_the_order(example: Flask) -> None:
    short, over = place_order(), place_order()
    little, much = arrive(("a", short.gross_ore - 1_200), ("b", over.gross_ore + 5_000))
    office = Office(example)
    page = office.follow(f"{PATH}/{little}/fordel", ordre_1=short.number, ore_1=kr(short.gross_ore - 1_200))
    assert "12,00 kr. mangler" in words(page).replace("\xa0", " ")
    assert "mangler 12,00 kr." in words(office.get(f"/kontor/ordrer/{short.number}")).replace("\xa0", " ")
    page = office.follow(f"{PATH}/{much}/fordel", ordre_1=over.number, ore_1=kr(over.gross_ore + 5_000))
    assert "50,00 kr. er for meget" in words(page).replace("\xa0", " ")
    address = f"/kontor/ordrer/{over.number}"
    page = office.get(address)
    assert "50,00 kr. for meget" in words(page).replace("\xa0", " ")
    key = page.split("lad-staa")[1].split('name="bank-key"')[1].split('value="')[1].split('"')[0]
    assert "Skriv, hvad der er aftalt." in office.follow(f"{address}/lad-staa", **{"bank-key": key, "bank-why": " "})
    for _click in range(2):
        page = office.follow(f"{address}/lad-staa", **{"bank-key": key, "bank-why": "trækkes fra næste"})
    assert "50,00 kr. for meget, bliver stående" in words(page).replace("\xa0", " ")
    assert "trækkes fra næste" in page


def kr(ore: int) -> str:
    return f"{ore // 100},{ore % 100:02d}"


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"ordre_4": ""}, 422, "Skriv mindst én ordre og et beløb."),
        ({"ordre_1": "1001"}, 422, "Skriv både ordre og beløb."),
        ({"ore_2": "5"}, 422, "Skriv både ordre og beløb."),
        ({"ordre_1": "9999", "ore_1": "5", "ordre_4": ""}, 422, "Der er ingen ordre med det nummer."),
        ({"ordre_1": "1001", "ore_1": "0"}, 422, "Beløbet skal være mellem"),
        ({"ordre_1": "1001", "ore_1": "-5"}, 422, "Beløbet skal være mellem"),
        ({"ordre_1": "1001", "ore_1": "fem"}, 422, "Skriv et beløb i kroner"),
        ({"ordre_1": "1001", "ore_1": "5", "ordre_2": "1001", "ore_2": "5"}, 422, "Den samme ordre står to gange."),
        ({"ordre_1": "\x00", "ore_1": "\x00", "ordre_4": ""}, 422, "Skriv mindst én ordre og et beløb."),
        ({"ordre_1": "1001", "ore_1": "100,01", "ordre_4": ""}, 409, "Der er kun 100,00"),
    ],
)
def test_what_is_mistyped_is_said_and_kept(
    sqlite_example: Flask, typed: dict[str, str], status: int, said: str
) -> None:
    place_order()
    (line,) = arrive(("x", 10_000))
    page = Office(sqlite_example).post(f"{PATH}/{line}/fordel", status, **{"ordre_4": "kladde", "ore_4": "", **typed})
    assert said in " ".join(errors(page)).replace("\xa0", " ")
    assert all(f'value="{text}"' in page for text in typed.values() if text.isalnum()), "nothing typed is lost"
    assert count(MoneyIn) == 0


def test_divided_over_two_and_undone_on_the_page(example: Flask) -> None:
    one, two = owing(), owing()
    (line,) = arrive((f"{one.number} og {two.number}", one.gross_ore + two.gross_ore))
    office = Office(example)
    page = office.get(f"{PATH}/{line}")
    assert page.count(f'value="{one.number}"') == 2, "both named orders are filled in"
    typed = {"ordre_1": one.number, "ore_1": kr(one.gross_ore), "ordre_2": two.number, "ore_2": kr(two.gross_ore)}
    for _click in range(2):
        office.follow(f"{PATH}/{line}/fordel", **typed)
    assert (count(MoneyIn), state_of(line)) == (2, ("booked", 0))
    number = db.session.scalars(select(BankBooking.id).order_by(BankBooking.id)).first()
    address = f"{PATH}/{line}/fortryd/{number}"
    assert "Skriv noget her." in " ".join(errors(office.post(address, 422, **{f"{number}-why": ""})))
    for _click in range(2):
        page = office.follow(address, **{f"{number}-why": "den var Bents"})
    assert "den var Bents" in page
    assert "Flyttet væk igen: den var Bents" in words(office.get(f"/kontor/ordrer/{one.number}"))
    assert state_of(line) == ("part", one.gross_ore)
    office.post(f"{PATH}/{line}/fortryd/99999", 404)
    assert check_books().holds


def test_aside_with_a_reason_and_back(sqlite_example: Flask) -> None:
    (line,) = arrive(("husleje retur", 10_000))
    office = Office(sqlite_example)
    office.post(f"{PATH}/{line}/side", 422, why=" ")
    for _click in range(2):
        office.follow(f"{PATH}/{line}/side", why="depositum")
    assert "depositum" in office.get(f"{PATH}?vis=ikke-vores")
    page = office.post(f"{PATH}/{line}/bogfoer", 404, ordre="1", ore="1")
    order = place_order()
    page = office.post(f"{PATH}/{line}/bogfoer", 409, ordre=order.number, ore="10000")
    assert "allerede ikke vores" in words(page)
    for _click in range(2):
        office.follow(f"{PATH}/{line}/tilbage")
    assert state_of(line) == ("open", 10_000)


@pytest.mark.parametrize("path", ["999", "0", "2147483647"])
def test_lines_that_are_not_there(sqlite_example: Flask, path: str) -> None:
    office = Office(sqlite_example)
    office.get(f"{PATH}/{path}", 404)
    for word in ("bogfoer", "fordel", "side", "tilbage", "fortryd/1"):
        office.post(f"{PATH}/{path}/{word}", 404, why="x", ordre="1", ore="1")
    office.get(f"{PATH}/{2**31}", 404)


def test_the_front_page_says_that_lines_wait(sqlite_example: Flask) -> None:
    (line,) = arrive(("x", 100))
    office = Office(sqlite_example)
    assert "linje fra banken venter på at blive bogført." in words(office.get("/kontor"))
    office.follow(f"{PATH}/{line}/side", why="x")
    assert "fra banken venter" not in words(office.get("/kontor"))


def test_an_account_with_fees_adds_up_on_the_order(sqlite_example: Flask) -> None:
    order = owing()
    remind_owing(order)
    with transaction():
        refund_goodwill(lock_order(order.id), 1_000, Cause("k", "x", Bearer()), by=COMMAND, now=utc_now())
    (line,) = arrive((order.number, order.gross_ore - 1_000))
    Office(sqlite_example).follow(f"{PATH}/{line}/bogfoer", ordre=order.number, ore=str(order.gross_ore - 1_000))
    found = find_order(order.number)
    assert found is not None
    assert booking_of(line).order_id == order.id
    assert check_books().holds


# --- How much is asked of the database -------------------------------------------------------------------------------


def test_the_pages_ask_as_much_of_many_lines_as_of_few(sqlite_example: Flask) -> None:
    def asked(path: str) -> int:
        with counted() as sent:
            office.get(path)
        return len(sent)

    office = Office(sqlite_example)
    orders = [owing(), owing()]
    arrive(*[(one.number, one.gross_ore) for one in orders])
    paths = (PATH, f"{PATH}/sikre", "/kontor/penge/rykkere")
    few = {path: asked(path) for path in paths}
    orders += [owing() for _ in range(4)]
    arrive(*[(f"igen {one.number}", one.gross_ore + 1) for one in orders])
    many = {path: asked(path) for path in paths}
    assert many == few
    assert few[PATH] <= 32
    assert few["/kontor/penge/rykkere"] <= 32


# --- The command line ------------------------------------------------------------------------------------------------


def run(app: Flask, *words_: str) -> tuple[int, str]:
    app.cli.add_command(bank)
    answer = app.test_cli_runner().invoke(bank, list(words_))
    if isinstance(answer.exception, Exception) and not isinstance(answer.exception, SystemExit):
        return 2, str(answer.exception)
    return answer.exit_code, answer.output


def test_the_command_line(sqlite_example: Flask, tmp_path: Path) -> None:
    order = owing()
    file = tmp_path / "konto.csv"
    file.write_bytes(bank_file((order.number, order.gross_ore), ("husleje", -100)))
    code, said = run(sqlite_example, "import", str(file), "--json")
    told = json.loads(said)
    assert (code, told["lines"], told["new"], len(told["sha256"])) == (0, 2, 2, 64)
    assert run(sqlite_example, "import", str(file))[1].startswith("0 nye af 2 linjer.")
    listed = json.loads(run(sqlite_example, "list", "--json")[1])
    assert [(row["ore"], row["state"], row["orders"]) for row in listed] == [
        (order.gross_ore, "open", []), (-100, "out", []),
    ]  # fmt: skip
    file.write_bytes(STRANGE)
    code, said = run(sqlite_example, "import", str(file))
    assert code == 2
    assert "Hvornår, Hvad, Hvor meget" in said
    code, said = run(sqlite_example, "import", str(tmp_path / "findes-ikke.csv"))
    assert code == 2
    assert "cannot be read" in said
