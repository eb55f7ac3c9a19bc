"""A partner's list of lines: its pages, its filters, and the files of it."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from openpyxl import load_workbook

from orders.books.models import CORRECTION, EARNED, PAYABLE, POT
from orders.books.post import At, Draft, write
from orders.money.amounts import amounts_of
from orders.money.forms import months_until
from orders.money.queries import Selection, sum_up
from orders.refunds.plan import Bearer
from orders.reversals.models import BY_ALL
from shop.days import local_day, utc_now
from shop.db import transaction
from tests.orders.money_world import (
    ALL_POLICIES,
    correct,
    lines,
    sold,
    take_pieces,
)
from tests.orders.supplier_money_world import money_page, ore, rows_of
from tests.orders.supplier_world import (
    FOODIES,
    enterprise,
    order_at,
    shares_of,
    visit,
)
from tests.tools.statements import counted
from tests.tools.world import pay, place_order

FORMULA = '=HYPERLINK("http://example.com";"klik")'


def csv_rows(app: Flask, query: str = "", email: str = FOODIES) -> list[dict[str, str]]:
    answer = visit(app, email, f"/partner/penge.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))


def test_pages_of_24_with_sums_over_all_and_no_more_questions(sqlite_example: Flask) -> None:
    order = sold(ALL_POLICIES, delivery="local")
    take_pieces(order, 1)
    take_pieces(order, 1, bearer=Bearer(BY_ALL), key="all")
    correct("k", At(POT), At(EARNED, enterprise("social-foodies").id), 77, "Glemt")
    share = shares_of("social-foodies")[0]
    line = f"/partner/penge/{share.id}"

    def questions(*paths: str) -> list[int]:
        counts = []
        for path in paths:
            with counted() as sent:
                visit(sqlite_example, FOODIES, path)
            counts.append(len(sent))
        return counts

    for _ in range(2):  # the first time fills what the process remembers
        few = questions("/partner/penge", line, "/partner/penge.csv", "/partner/penge.xlsx")
    for _ in range(25):
        pay(place_order())
    assert questions("/partner/penge?side=2", line, "/partner/penge.csv", "/partner/penge.xlsx") == few
    assert few == [14, 12, 10, 10]
    first, second = money_page(sqlite_example), money_page(sqlite_example, query="?side=2")
    count = sum_up(enterprise("social-foodies").id, Selection()).lines
    assert [len(page.tables["money-lines"]) for page in (first, second)] == [24, count - 24]
    assert f"Her er {count} linjer, den nyeste først." in second.text
    assert "/partner/penge?side=2#linjer" in first.links
    for side in ("0", "x", "9" * 30):
        assert rows_of(sqlite_example, query=f"?side={side}")


def test_lines_are_found_by_state_month_and_words(example: Flask) -> None:
    summer = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)  # the last minute of June in Denmark
    for moment in (summer, summer + timedelta(minutes=2)):
        pay(order_at(moment, [("den-groenne-kurv", 1)]), now=moment)
    order = sold()
    take_pieces(order, 1, note="Æsken var knust")
    unpaid = place_order()

    def found(query: str) -> list[str]:
        return [row[2].split(":")[0] for row in rows_of(example, query=query)]

    assert len(found("?tilstand=expected")) == 2
    assert len(found("?tilstand=payable")) == 2
    assert len(found("?tilstand=taken")) == 1
    assert found("?tilstand=earned") == found("?tilstand=ended") == []
    assert found("?tilstand=unpaid") == [f"1 × Mørk chokolade 70 % i Den grønne kurv, ordre {unpaid.number}"]
    assert [len(found(f"?maaned=2026-{month}")) for month in ("06", "07", "08")] == [1, 1, 0]
    assert len(found(f"?q={order.number}")) == 2
    assert len(found("?q=%C3%A6SKEN")) == 1
    assert len(found("?q=grønne&tilstand=taken")) == 1
    assert found("?q=Sort te") == []
    assert (
        "28,00 kr. forventet, 0,00 kr. optjent og 0,00 kr. til udbetaling"
        in money_page(example, query="?maaned=2026-06").text
    )
    assert {row["Ordrenr."] for row in csv_rows(example, f"?q={order.number}")} == {order.number}


def test_a_wrong_choice_is_said_and_chooses_nothing(sqlite_example: Flask) -> None:
    sold()
    for query, words in {
        "maaned=2026-13": "Vælg en fra listen.",
        "maaned=x": "Vælg en fra listen.",
        "tilstand=rig": "Vælg en fra listen.",
        "q=" + 10_000 * "x": "Det er for langt. Brug højst 100 tegn.",
    }.items():
        page = money_page(sqlite_example, query=f"?{query}")
        assert words in page.text
        assert page.tables["money-lines"]
        for ending in ("csv", "xlsx"):
            assert visit(sqlite_example, FOODIES, f"/partner/penge.{ending}?{query}").status_code == 400


def test_months_go_back_from_now_to_the_first() -> None:
    assert months_until(date(2026, 2, 28), date(2025, 12, 31)) == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
    ]
    assert months_until(date(2026, 2, 28), date(2026, 3, 1)) == [date(2026, 2, 1)]


def test_the_files_hold_every_line_to_the_ore(example: Flask) -> None:
    order = sold(ALL_POLICIES)
    take_pieces(order, 1, note=FORMULA)
    take_pieces(order, 1, bearer=Bearer(BY_ALL), key="all", note=FORMULA)
    correct("k", At(POT), At(EARNED, enterprise("social-foodies").id), 77, FORMULA)
    pay(place_order())
    rows, amounts, found = csv_rows(example), amounts_of(enterprise("social-foodies").id), lines()
    assert [ore(row["Beløb"]) for row in rows] == [line.ore for line in found]
    for column, amount in (
        ("Heraf forventet", amounts.expected_ore),
        ("Heraf optjent", amounts.earned_ore),
        ("Heraf til udbetaling", amounts.payable_ore),
    ):
        assert sum(ore(row[column]) for row in rows) == amount
    notes = [row["Koordinatorens bemærkning"] for row in rows]
    assert notes.count("'" + FORMULA) == 3
    today = local_day(utc_now()).isoformat()
    answer = visit(example, FOODIES, "/partner/penge.xlsx")
    assert f"mine-penge-social-foodies-{today}.xlsx" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None
    heading, *cells = list(sheet.iter_rows())
    names = [str(cell.value) for cell in heading]
    amounts_told = [Decimal(str(row[names.index("Beløb")].value)) * 100 for row in cells]
    assert amounts_told == [line.ore for line in found]
    assert {row[names.index("Koordinatorens bemærkning")].data_type for row in cells} <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist())


def test_lines_that_do_not_sum_to_the_account_are_owned_up_to(example: Flask, caplog: pytest.LogCaptureFixture) -> None:
    sold()
    assert "stemmer ikke overens" not in money_page(example).text
    share = shares_of("social-foodies")[0]
    owner = At(PAYABLE, share.enterprise_id)
    with transaction():
        write([Draft("odd:1", CORRECTION, At(POT), owner, 5, share_id=share.id)], order_id=None, now=utc_now())
    assert "Linjerne og din konto stemmer ikke overens." in money_page(example).text
    assert "do not sum to its accounts" in caplog.text
    assert "stemmer ikke overens" not in money_page(example, query="?tilstand=payable").text
