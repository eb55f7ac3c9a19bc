"""Items out as a sheet and in again: nothing is lost, everything wrong is told at once, nothing is half done."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from catalog.assortment.emphasis import emphasise, marked_allergens
from catalog.assortment.forms import ItemForm
from catalog.assortment.models import DRAFT, Proposal
from catalog.assortment.sheet import as_typed, columns, row_of
from catalog.assortment.sheet_in import plan_of
from catalog.items.allergens import ALLERGENS
from shop.days import local_day, utc_now
from shop.db import db
from shop.i18n import speaking
from shop.spreadsheet import write_xlsx
from tests.catalog.items_world import MAKER, OTHER, contents, enterprise, last_proposal, typed, visitor
from tests.tools.client import PageClient

EXPORT, READ, TAKE = "/partner/varer/eksport.xlsx", "/partner/varer/indlaes", "/partner/varer/indlaes/gem"


def sheet_of(client: PageClient) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(client.get(EXPORT).data))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def packed(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    sheet = book.create_sheet("Varer", 0)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(client: PageClient, content: bytes) -> Any:
    return client.post_form(READ, {"file": (io.BytesIO(content), "varer.xlsx")})


def hidden(answer: Any) -> dict[str, str]:
    return {name: answer.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("key", "stand")}


def count() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Proposal)) or 0)


def test_an_exported_sheet_changes_nothing(sqlite_example: Flask) -> None:
    client = visitor(sqlite_example, MAKER)
    for path in (READ, f"/en{READ}"):
        answer = client.post_form(path, {"file": (io.BytesIO(client.get(EXPORT).data), "v.xlsx")})
        assert answer.status_code == 200, answer.text
        assert 'name="stand"' not in answer.text
    english = client.get(f"/en{EXPORT}").data
    assert 'name="stand"' not in read(client, english).text, "the English sheet says the same"


def test_changed_and_new_rows_become_drafts_after_a_yes(sqlite_example: Flask) -> None:
    client = visitor(sqlite_example, MAKER)
    rows = sheet_of(client)
    heading = rows[0]
    rows[1][heading.index("Jeres pris uden moms")] = 33.5
    new: list[Any] = [None] * len(heading)
    for title, value in (
        ("Navn på dansk", "Ny karamel"),
        ("Det er en fødevare", "ja"),
        ("Vægt, gram", 80),
        ("Indeholder", "mælk; Nuts"),
    ):
        new[heading.index(title)] = value
    answer = read(client, packed([*rows, new]))
    assert answer.status_code == 200, answer.text
    assert "33,50" in answer.text
    assert "Ny karamel" in answer.text
    assert count() == 0, "nothing before the yes"
    token = hidden(answer)
    assert client.post_form(TAKE, token, page=READ).status_code == 303
    assert count() == 2
    assert (last_proposal().state, last_proposal().version.allergens) == (DRAFT, ["milk", "nuts"])
    changed = db.session.scalars(select(Proposal).where(Proposal.item_id == rows[1][0])).one()
    assert changed.agreed_ore == 3350
    assert client.post_form(TAKE, token, page=READ).status_code == 422, "the sheet has been taken in"


def test_everything_wrong_is_told_by_row_and_column_and_nothing_is_done(sqlite_example: Flask) -> None:
    client = visitor(sqlite_example, MAKER)
    rows = sheet_of(client)
    heading = rows[0]
    rows[1][heading.index("Jeres pris uden moms")] = "meget"
    rows[1][heading.index("Indeholder")] = "Mælk, sten"
    rows[2][heading.index("Vægt, gram")] = "=1+1"
    rows[2][heading.index("Navn på dansk")] = None
    rows[3][heading.index("Vare eller ydelse")] = "En ydelse"
    rows[4][0] = rows[3][0]
    answer = read(client, packed(rows))
    assert answer.status_code == 422
    wrong = answer.text.split('id="galt"')[1]
    for row, column in (
        (2, "Jeres pris uden moms"), (2, "Indeholder"), (3, "Vægt, gram"), (3, "Navn på dansk"),
        (4, "Vare eller ydelse"), (5, "Nummer"),
    ):  # fmt: skip
        cells = f'<td class="number">{row}</td>'
        assert any(column in part[:200] for part in wrong.split(cells)[1:]), (row, column)
    assert "formel" in wrong
    assert count() == 0


def test_anothers_sheet_is_refused(sqlite_example: Flask) -> None:
    theirs = visitor(sqlite_example, OTHER).get(EXPORT).data
    client = visitor(sqlite_example, MAKER)
    answer = read(client, theirs)
    assert answer.status_code == 422
    assert "ikke en af jeres varer" in answer.text
    mine = sheet_of(client)
    mine[1][mine[0].index("Navn på dansk")] = "Et andet navn"
    token = hidden(read(client, packed(mine)))
    stolen = visitor(sqlite_example, OTHER).post_form(TAKE, token, page=READ)
    assert stolen.status_code == 422, "what one enterprise has sent is not there for another"


def test_changed_meanwhile_the_plan_is_shown_again(sqlite_example: Flask) -> None:
    client = visitor(sqlite_example, MAKER)
    rows = sheet_of(client)
    rows[1][rows[0].index("Navn på dansk")] = "Et andet navn"
    token = hidden(read(client, packed(rows)))
    path = f"/partner/varer/{rows[1][0]}/ret"
    saved = client.post_form(path, typed(kind=None, supply=None))
    assert saved.status_code == 303
    answer = client.post_form(TAKE, token, page=READ)
    assert answer.status_code == 409
    assert last_proposal().version.name_da == "Mørk chokolade med salt"
    assert client.post_form(TAKE, hidden(answer), page=READ).status_code == 303
    assert last_proposal().version.name_da == "Et andet navn"


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
        packing.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"Navn;Pris\r\nx;1\r\n", b"PK\x03\x04" + b"x" * 100, packed([["Navn på dansk"]]), packed([["Hvad"], ["x"]]),
        packed([["Navn på dansk", "Navn på dansk"], ["x", "y"]]), packed([["Nummer"], [1]]),
        packed([["Navn på dansk"], *[["x"]] * 501]), b"x" * 5_000_001, _bomb(),
    ],
    ids=["csv", "cut off", "empty", "unknown", "twice", "no names", "too long", "too large", "bomb"],
)  # fmt: skip
def test_what_is_no_such_sheet_is_refused_beside_its_field(sqlite_example: Flask, content: bytes) -> None:
    answer = read(visitor(sqlite_example, MAKER), content)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


LINES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=40).map(
    lambda text: " ".join(text.split())
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "text_da": LINES, "ingredients_da": LINES, "maker": LINES, "food_name_en": LINES,
        "name_da": LINES.filter(bool),
        "allergens": st.lists(st.sampled_from(list(ALLERGENS)), unique=True),
        "agreed_ore": st.integers(0, 1_000_000).map(lambda ore: f"{ore // 100},{ore % 100:02d}"),
        "fat": st.integers(0, 10_000).map(lambda number: f"{number // 100},{number % 100:02d}"),
        "abv_permille": st.integers(0, 999).map(lambda number: f"{number // 10},{number % 10}"),
        "price_from": st.dates(date(1950, 1, 1), date(2050, 1, 1)).map(lambda day: f"{day.day}.{day.month}.{day.year}"),
        "weight_g": st.integers(0, 100_000).map(str), "kind": st.sampled_from(["goods", "service"]),
        "sold_alone": st.sampled_from(["y", None]), "net_unit": st.sampled_from(["", "g", "ml", "stk"]),
    },
)  # fmt: skip


def test_whatever_is_said_of_an_item_comes_back_from_a_sheet(sqlite_example: Flask) -> None:
    maker = enterprise("social-foodies").id

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(changes=CHANGES, code=st.sampled_from(["da", "en"]))
    def comes_back(changes: dict[str, Any], code: str) -> None:
        said = contents(**changes)
        again = ItemForm(MultiDict([(name, one) for name, some in as_typed(said).items() for one in some]))
        assert again.validate(), again.errors
        in_order = {"allergens": [one for one in ALLERGENS if one in said["allergens"]]}
        assert {**again.contents({}), **in_order} == {**said, **in_order}
        out = io.BytesIO()
        with speaking(code):
            row = row_of(0, said)
            row["id"] = None
            write_xlsx(columns(), [row], out, "x")
        plan = plan_of(out.getvalue(), maker, today=local_day(utc_now()))
        assert not plan.wrong, plan.wrong
        assert plan.rows[0].contents == {**said, **in_order}

    comes_back()


@given(st.text(st.sampled_from("abehvdmlkæøå* ,-()\n"), max_size=80))
def test_marking_allergens_takes_nothing_away_and_twice_is_once(text: str) -> None:
    marked = emphasise(text)
    assert marked.replace("*", "") == text.replace("*", "")
    if "*" not in text:
        assert emphasise(marked) == marked
        assert marked.count("**") % 2 == 0


@pytest.mark.parametrize(
    ("text", "marked", "codes"),
    [
        ("hvedemel, sukker, æg", "**hvedemel**, sukker, **æg**", ["gluten", "eggs"]),
        ("Skummetmælkspulver og SMØR", "**Skummetmælkspulver** og **SMØR**", ["milk"]),
        ("boghvede, kokosmælk, muskatnød, kakaosmør", "boghvede, kokosmælk, muskatnød, kakaosmør", []),
        ("frugt, vægt, kost, brugt olie", "frugt, vægt, kost, brugt olie", []),
        ("**hasselnødder** 12 %, sojalecithin", "**hasselnødder** 12 %, **sojalecithin**", ["soy", "nuts"]),
        ("rugmel, bygmalt, sesamfrø", "**rugmel**, **bygmalt**, **sesamfrø**", ["gluten", "sesame"]),
    ],
)  # fmt: skip
def test_known_allergens_are_found(text: str, marked: str, codes: list[str]) -> None:
    assert emphasise(text) == marked
    assert marked_allergens(marked) == codes


def test_allergens_are_marked_on_the_page_without_saving(sqlite_example: Flask) -> None:
    client = visitor(sqlite_example, MAKER)
    answer = client.post_form("/partner/varer/ny", typed(ingredients_da="hvedemel, sukker", do="fremhaev"))
    assert answer.status_code == 200
    assert "**hvedemel**, sukker" in answer.text
    assert count() == 0
