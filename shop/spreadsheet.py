"""Rows out as a spreadsheet: CSV that a Danish Excel opens at a double click, and XLSX. Text is never a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO, Literal

from shop.days import COPENHAGEN

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Kind = Literal["text", "ore", "day", "moment", "int"]
Row = Mapping[str, object]

MOST_ROWS = 1_048_575
"""Rows an XLSX sheet can hold under its heading."""

LONGEST_TEXT = 32_767
"""Characters an XLSX cell can hold."""

_FORMATS = {"ore": "#,##0.00", "day": "dd-mm-yyyy", "moment": "dd-mm-yyyy hh:mm", "int": "0", "text": "@"}
_WIDTHS = {"ore": 14, "day": 12, "moment": 18, "int": 10, "text": 28}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its value in each row, its heading, and what the value is.

    text: str · ore: int, written as kroner with two decimals · day: date · moment: aware datetime, written in
    Copenhagen time · int: int. None is an empty cell in every kind; any other type is refused (ValueError).
    """

    key: str
    heading: str
    kind: Kind = "text"


def write_csv(columns: Sequence[Column], rows: Iterable[Row], out: BinaryIO) -> None:
    """Write the rows as they come: semicolon, UTF-8 with BOM, CRLF, decimal comma, dd-mm-yyyy."""
    out.writelines(csv_pieces(columns, rows))


def csv_pieces(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """The same file row by row, for an answer that is sent while it is read."""
    writer = csv.writer(_Passing(), delimiter=";", lineterminator="\r\n")
    heading: str = writer.writerow([_unarmed(column.heading) for column in columns])
    yield b"\xef\xbb\xbf" + heading.encode()
    for row in rows:
        line: str = writer.writerow([_csv_cell(row[column.key], column.kind) for column in columns])
        yield line.encode()


def write_xlsx(columns: Sequence[Column], rows: Iterable[Row], out: BinaryIO, title: str) -> None:
    """Write the rows to one sheet named `title`. `out` is written only when all rows were good.

    Refuses (ValueError) more than MOST_ROWS rows.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = max(_WIDTHS[column.kind], len(column.heading) + 2)
    headings = [_text_cell(sheet, column.heading) for column in columns]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    try:
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                raise ValueError(f"a sheet holds {MOST_ROWS} rows")
            sheet.append([_xlsx_cell(sheet, row[column.key], column.kind) for column in columns])
    except BaseException:
        # Saving is what closes openpyxl's temporary file and removes it.
        book.save(io.BytesIO())
        raise
    book.save(out)


class _Passing:
    """A file that hands back what is written to it: csv.writer then returns the line."""

    def write(self, line: str) -> str:
        return line


def _plain(value: object, kind: Kind) -> str | int | date | datetime | None:
    """The value, once it is known to be what its column says."""
    match kind, value:
        case _, None:
            return None
        case "text", str():
            # XML cannot hold these, and no reader wants them in CSV either.
            return _NOT_IN_XML.sub("", value)
        case (("ore" | "int"), int()) if not isinstance(value, bool):
            return value
        case "day", date() if not isinstance(value, datetime):
            return value
        case "moment", datetime() if value.utcoffset() is not None:
            # Spreadsheets know no time zones: write what the clock on the wall shows.
            return value.astimezone(COPENHAGEN).replace(tzinfo=None)
    raise ValueError(f"not a value for a column of {kind}: {type(value).__name__}")


def _csv_cell(value: object, kind: Kind) -> str:
    plain = _plain(value, kind)
    match plain:
        case None:
            return ""
        case str():
            return _unarmed(plain)
        case datetime():
            return f"{plain:%d-%m-%Y %H:%M}"
        case date():
            return f"{plain:%d-%m-%Y}"
    if kind == "int":
        return str(plain)
    kroner, rest = divmod(abs(plain), 100)
    return f"{'-' if plain < 0 else ''}{kroner},{rest:02d}"


def _unarmed(text: str) -> str:
    """Text that a spreadsheet would run as a formula, with an apostrophe in front (OWASP, CSV injection).

    Looked for behind blanks too, and among the full-width signs that some readers take for the plain ones.
    """
    clean = _NOT_IN_XML.sub("", text)
    armed = clean.startswith(("\t", "\r", "\n")) or clean.lstrip().startswith(tuple("=+-@＝＋－＠"))
    return f"'{clean}" if armed else clean


def _xlsx_cell(sheet: "WriteOnlyWorksheet", value: object, kind: Kind) -> "Cell":
    from openpyxl.cell.cell import WriteOnlyCell

    plain = _plain(value, kind)
    if isinstance(plain, str):
        return _text_cell(sheet, plain)
    cell = WriteOnlyCell(sheet)
    cell.value = Decimal(plain).scaleb(-2) if kind == "ore" and isinstance(plain, int) else plain
    if plain is not None:
        cell.number_format = _FORMATS[kind]
    return cell


def _text_cell(sheet: "WriteOnlyWorksheet", text: str) -> "Cell":
    from openpyxl.cell.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=_NOT_IN_XML.sub("", text)[:LONGEST_TEXT])
    # openpyxl takes "=…" for a formula and "#N/A" for an error unless it is told otherwise.
    cell.data_type = "s"
    cell.number_format = _FORMATS["text"]
    return cell


def _sheet_title(title: str) -> str:
    """A name Excel accepts: at most 31 characters, none of []:*?/\\ and no apostrophe at the ends."""
    return re.sub(r"[\[\]:*?/\\]", " ", _NOT_IN_XML.sub("", title))[:31].strip(" '") or "Ark1"


# All that XML 1.0 cannot hold: control characters but tab and line ends, surrogates, U+FFFE and U+FFFF.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
