"""Spreadsheets: read back what was written, and no text becomes a formula."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from shop.spreadsheet import Column, Kind, Row, csv_pieces, write_csv, write_xlsx

COLUMNS = [
    Column("number", "Ordre", "text"),
    Column("share", "Min andel (kr.)", "ore"),
    Column("on", "Dag", "day"),
    Column("at", "Bestilt", "moment"),
    Column("count", "Antal", "int"),
]
ROW = {
    "number": "F-1001",
    "share": 123450,
    "on": date(2026, 12, 1),
    "at": datetime(2026, 12, 1, 13, 5, tzinfo=UTC),
    "count": 3,
}
EMPTY = dict.fromkeys(ROW)
ARMED = [
    "=1+1",
    "+45 22345678",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\tx",
    "\rx",
    "\nx",
    " =1",
    "＝1+1",
    '=HYPERLINK("http://x";"y")',
]
UNARMED = ["a=b", "1-2", 'Sæbe; "lavendel"', "to\nlinjer", "🎁 gave", "−5", "'=1"]


def as_csv(columns: list[Column], rows: Iterable[Row]) -> bytes:
    out = io.BytesIO()
    write_csv(columns, rows, out)
    return out.getvalue()


def as_xlsx(columns: list[Column], rows: Iterable[Row], title: str = "Min andel") -> bytes:
    out = io.BytesIO()
    write_xlsx(columns, rows, out, title)
    return out.getvalue()


def cell_read_back(kind: Kind, value: object) -> str:
    text = as_csv([Column("x", "X", kind)], [{"x": value}]).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1][0]


def test_csv_as_a_danish_excel_reads_it() -> None:
    assert as_csv(COLUMNS, [ROW, EMPTY]) == (
        b"\xef\xbb\xbf"
        b"Ordre;Min andel (kr.);Dag;Bestilt;Antal\r\n"
        b"F-1001;1234,50;01-12-2026;01-12-2026 14:05;3\r\n"
        b";;;;\r\n"
    )


def test_a_csv_without_rows_has_its_heading() -> None:
    assert as_csv([Column("name", "Navn på vare")], []) == "\ufeffNavn på vare\r\n".encode()


@pytest.mark.parametrize(
    ("ore", "written"), [(0, "0,00"), (5, "0,05"), (-5, "-0,05"), (-123450, "-1234,50"), (10**12, "10000000000,00")]
)
def test_numbers_of_our_own_are_not_disarmed(ore: int, written: str) -> None:
    assert as_csv([Column("x", "X", "ore")], [{"x": ore}]).splitlines()[1].decode() == written


@pytest.mark.parametrize("text", ARMED)
def test_text_that_would_be_a_formula_gets_an_apostrophe_in_csv(text: str) -> None:
    assert cell_read_back("text", text) == f"'{text}"


@pytest.mark.parametrize("text", UNARMED)
def test_other_text_is_left_alone_in_csv(text: str) -> None:
    assert cell_read_back("text", text) == text


def test_a_heading_is_no_formula_either() -> None:
    assert as_csv([Column("x", "=1+1")], []) == b"\xef\xbb\xbf'=1+1\r\n"


def test_rows_are_written_as_they_come() -> None:
    taken = []

    def rows() -> Iterator[Row]:
        for number in range(3):
            taken.append(number)
            yield {"x": number}

    pieces = csv_pieces([Column("x", "X", "int")], rows())
    next(pieces)
    assert taken == []
    assert next(pieces) == b"0\r\n"
    assert taken == [0]


def test_xlsx_read_back() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(COLUMNS, [ROW, EMPTY])))["Min andel"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        "F-1001",
        1234.5,
        datetime(2026, 12, 1),  # noqa: DTZ001 - a spreadsheet knows no time zones
        datetime(2026, 12, 1, 14, 5),  # noqa: DTZ001
        3,
    ]
    assert [cell.number_format for cell in sheet[2]] == ["@", "#,##0.00", "dd-mm-yyyy", "dd-mm-yyyy hh:mm", "0"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"


def test_ore_are_exact_in_xlsx() -> None:
    content = as_xlsx([Column("x", "X", "ore")], [{"x": 999999999999}, {"x": -1}])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert f"<v>{Decimal('9999999999.99')}</v>" in sheet
    assert "<v>-0.01</v>" in sheet


@pytest.mark.parametrize("text", [*ARMED, *UNARMED, "#N/A", "1234", "TRUE"])
def test_text_is_text_in_xlsx(text: str) -> None:
    content = as_xlsx([Column("x", text)], [{"x": text}])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    for place in ("A1", "A2"):
        cell = sheet[place]
        assert cell.data_type == "s"
        assert cell.value.replace("\r\n", "\n").replace("\r", "\n") == text.replace("\r", "\n")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def test_what_xml_cannot_hold_is_left_out_of_both() -> None:
    rows = [{"x": "sæ\x00b\x0be\ud800\uffff"}]
    assert as_csv([Column("x", "X")], rows).decode("utf-8-sig") == "X\r\nsæbe\r\n"
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([Column("x", "X")], rows))).active
    assert sheet is not None
    assert sheet["A2"].value == "sæbe"


def test_a_formula_does_not_hide_behind_a_character_that_is_left_out() -> None:
    assert cell_read_back("text", "\x00=1+1") == "'=1+1"


def test_a_very_long_text_is_cut_to_what_a_cell_holds() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([Column("x", "X")], [{"x": "a" * 40_000}]))).active
    assert sheet is not None
    assert len(sheet["A2"].value) == 32_767


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Ordrer 2026/27: [alle]*?", "Ordrer 2026 27   alle"),
        ("", "Ark1"),
        ("'x'", "x"),
        ("å" * 40, "å" * 31),
        ("///", "Ark1"),
    ],
)
def test_any_title_becomes_one_that_excel_accepts(title: str, name: str) -> None:
    assert openpyxl.load_workbook(io.BytesIO(as_xlsx(COLUMNS, [], title))).sheetnames == [name]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("ore", 1.5),
        ("ore", "5"),
        ("ore", True),
        ("int", False),
        ("int", Decimal(1)),
        ("day", datetime(2026, 12, 1, tzinfo=UTC)),
        ("day", "2026-12-01"),
        ("moment", date(2026, 12, 1)),
        ("moment", datetime(2026, 12, 1)),  # noqa: DTZ001 - the point of the test
    ],
)
def test_a_value_of_another_kind_is_refused(kind: Kind, value: object) -> None:
    for write in (as_csv, as_xlsx):
        with pytest.raises(ValueError, match=f"column of {kind}"):
            write([Column("x", "X", kind)], [{"x": value}])


def test_nothing_is_left_of_an_xlsx_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out = io.BytesIO()
    with pytest.raises(ValueError, match="column of int"):
        write_xlsx([Column("x", "X", "int")], [{"x": 1}, {"x": "2"}], out, "Ark")
    assert out.getvalue() == b""
    assert list(tmp_path.iterdir()) == []


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.spreadsheet.MOST_ROWS", 2)
    column = Column("x", "X", "int")
    assert as_xlsx([column], [{"x": 1}] * 2)
    with pytest.raises(ValueError, match="2 rows"):
        as_xlsx([column], [{"x": 1}] * 3)
