"""One's own lines as a spreadsheet: the same øre, amounts as numbers, and text that is never a formula."""

import csv
import io
import zipfile
from datetime import datetime

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update

from catalog.items.models import Item, ItemVersion
from orders.lock import lock_order
from orders.moves import cancel
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import BUYER
from tests.orders.supplier_world import CARD, FOODIES, HIDDEN, SECRETS, shares_of, visit
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order

FORMULA = '=HYPERLINK("http://example.com";"klik")'


def rows_of_csv(app: Flask, query: str = "") -> list[dict[str, str]]:
    answer = visit(app, FOODIES, f"/partner/andele.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))


def ore(amount: str) -> int:
    kroner, rest = amount.split(",")
    return int(kroner) * 100 + int(rest)


def rename(slug: str, name: str) -> None:
    version = select(Item.current_version_id).where(Item.slug == slug).scalar_subquery()
    with transaction():
        db.session.execute(update(ItemVersion).where(ItemVersion.id == version).values(name_da=name))


def test_csv_has_every_line_to_the_ore(example: Flask) -> None:
    sent, expected, ended = (place_order([("det-lange-bord", 3)]) for _ in range(3))
    for order in (sent, expected, ended):
        pay(order)
    fulfil(sent)
    with transaction():
        cancel(lock_order(ended.id), by=BUYER, now=utc_now(), why="fortrudt")
    rows = rows_of_csv(example)
    stored = shares_of("social-foodies")
    assert [ore(row["Min andel"]) for row in rows] == [share.ore for share in stored]
    assert [row["Tilstand"] for row in rows] == ["annulleret", "forventet", "optjent"]
    assert [ore(row["Heraf forventet"]) for row in rows] == [0, stored[1].ore, 0]
    assert [ore(row["Heraf optjent"]) for row in rows] == [0, 0, stored[2].ore]
    assert {row["Dag"] for row in rows} == {f"{local_day(utc_now()):%d-%m-%Y}"}


def test_files_are_named_by_enterprise_and_day_and_hold_the_selection(example: Flask) -> None:
    place_order([("den-groenne-kurv", 1)])
    chosen = place_order([("fredagskurven", 1)])
    today = local_day(utc_now()).isoformat()
    for ending in ("csv", "xlsx"):
        answer = visit(example, FOODIES, f"/partner/andele.{ending}?q={chosen.number}")
        assert f"min-andel-social-foodies-{today}.{ending}" in answer.headers["Content-Disposition"]
    assert {row["Ordrenr."] for row in rows_of_csv(example, f"?q={chosen.number}")} == {chosen.number}
    assert len(rows_of_csv(example, "?til=1.1.2025")) == 0


def test_a_name_is_never_a_formula(example: Flask) -> None:
    rename("moerk-chokolade", FORMULA)
    place_order([("den-groenne-kurv", 2)])
    assert rows_of_csv(example)[0]["Min vare"] == "'" + FORMULA
    body = visit(example, FOODIES, "/partner/andele.xlsx").get_data()
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    heading, row = list(sheet.iter_rows())
    cells = {str(name.value): cell for name, cell in zip(heading, row, strict=True)}
    assert cells["Min vare"].value == FORMULA
    assert cells["Min vare"].data_type == "s"
    assert (cells["Min andel"].value, cells["Aftalt pris pr. stk."].value) == (56, 28)
    assert cells["Min andel"].number_format == "#,##0.00"
    assert isinstance(cells["Dag"].value, datetime)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist())


def test_nothing_of_the_buyer_is_in_a_file(example: Flask) -> None:
    pay(place_order([("den-groenne-kurv", 2)], card_text=CARD, **SECRETS))
    with zipfile.ZipFile(io.BytesIO(visit(example, FOODIES, "/partner/andele.xlsx").get_data())) as parts:
        whole = b"".join(parts.read(name) for name in parts.namelist())
    whole += visit(example, FOODIES, "/partner/andele.csv").get_data()
    assert not [hidden for hidden in HIDDEN if hidden.encode() in whole]


def test_a_file_takes_as_many_questions_however_long_it_is(sqlite_example: Flask) -> None:
    place_order()
    with counted() as few:
        rows_of_csv(sqlite_example)
    for _ in range(5):
        place_order()
    with counted() as many:
        assert len(rows_of_csv(sqlite_example)) == 6
    assert len(many) == len(few) <= 10
