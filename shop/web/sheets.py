"""A table as a file to be saved: named, and dated with the day it was taken out."""

from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from flask import Response, send_file, stream_with_context

from shop.days import local_day, utc_now
from shop.spreadsheet import Column, Row, csv_pieces, write_xlsx

IN_MEMORY = 2_000_000  # bytes of a spreadsheet before it goes to a temporary file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_answer(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Response:
    """The rows as CSV, sent while they are read."""
    answer = Response(stream_with_context(csv_pieces(columns, rows)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=_dated(name, "csv"))
    return answer


def xlsx_answer(name: str, columns: Sequence[Column], rows: Iterable[Row], title: str) -> Response:
    """The rows as an Excel sheet named `title`."""
    out = cast("BinaryIO", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed when it has been sent
    write_xlsx(columns, rows, out, title)
    out.seek(0)
    return send_file(out, mimetype=XLSX, as_attachment=True, download_name=_dated(name, "xlsx"), max_age=0)


def _dated(name: str, ending: str) -> str:
    return f"{name}-{local_day(utc_now()).isoformat()}.{ending}"
