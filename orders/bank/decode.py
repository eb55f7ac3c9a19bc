"""A bank's file as rows of cells: its characters, its separator, its quotes. Refused in one sentence with the line."""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shop.errors import Refused
from shop.i18n import lazy_gettext as _

MOST_BYTES = 2_000_000
MOST_LINES = 20_000
SEPARATORS = (";", "\t", ",")
_OTHER_FILES = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"<?xml")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BROKEN = re.compile("Ã[¦¸¥†˜…]|Ã\u0098|Ã\u0085|Ã\u0086|\ufffd")
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row that says something, and the number of its line in the file (the first is 1)."""

    no: int
    cells: Sequence[str]


def unreadable(no: int, what: Any) -> Refused:
    """A file that is refused because of one of its lines."""
    return Refused(_("Linje %(no)s: %(what)s Intet er læst ind.", no=no, what=what), field="file")


def read_rows(raw: bytes) -> list[Row]:
    """The rows of a file. Refuses what is no CSV file, is too long, or has characters nobody can read."""
    if not raw.strip():
        raise Refused(_("Filen er tom."), field="file")
    if len(raw) > MOST_BYTES:
        raise Refused(_("Filen fylder mere end 2 MB. Hent en kortere periode i banken."), field="file")
    text = _decoded(raw)
    if "\0" in text:
        raise unreadable(text.count("\n", 0, text.index("\0")) + 1, _("Her er et tegn, der ikke hører til i en tekst."))
    if broken := _BROKEN.search(text):
        no = text.count("\n", 0, broken.start()) + 1
        raise unreadable(no, _("Æ, ø og å er gået i stykker. Hent filen i banken igen, og åbn den ikke i et regneark."))
    rows = _cells(text, _separator(text))
    if len(rows) > MOST_LINES:
        raise Refused(_("Filen har flere end 20.000 linjer. Hent en kortere periode i banken."), field="file")
    if not rows:
        raise Refused(_("Filen er tom."), field="file")
    return rows


def _decoded(raw: bytes) -> str:
    """UTF-8 or UTF-16 where the file says so or holds nothing else; then what Danish Windows writes."""
    if raw.startswith(_OTHER_FILES):
        raise Refused(_("Det er ikke en CSV-fil. Vælg CSV eller kommasepareret, når du henter i banken."), field="file")
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], name)
    half = len(raw) // 2
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if raw[start::2].count(0) > half * 0.6:
            return _strictly(raw, name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(raw, "cp1252")


def _strictly(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError as wrong:
        no = raw.count(b"\n", 0, wrong.start) + 1
        raise unreadable(no, _("Filens tegn kan ikke læses. Gem den som UTF-8 eller Windows-1252.")) from None


def _separator(text: str) -> str:
    """The separator that makes the most of the first lines: most of them with the same number of cells, more than 1."""
    sample = [line for line in text.splitlines()[: 3 * _LOOKED_AT] if line.strip()][:_LOOKED_AT]

    def worth(separator: str) -> tuple[int, int]:
        counts = [len(cells) for cells in _quietly(sample, separator)]
        usual = max(set(counts), key=lambda count: (counts.count(count) if count > 1 else 0, count), default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(SEPARATORS, key=worth)


def _quietly(lines: Sequence[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return [line.split(separator) for line in lines]


def _cells(text: str, separator: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    while True:
        no = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise unreadable(no, _("Anførselstegnene går ikke op.")) from None
        if cells is None:
            return rows
        cells = [tidy(cell) for cell in cells]
        if any(cells) and not (len(rows) == 0 and re.fullmatch(r"sep=.?", "".join(cells))):
            rows.append(Row(no, cells))


def tidy(text: str) -> str:
    """A cell on one line, without what cannot be printed."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
