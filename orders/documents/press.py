"""The printing press: HTML in, a tagged PDF out. It knows nothing of the shop.

`print_pdf` prints in this process, for the worker. `print_apart` prints in a process of its own that ends afterwards:
the press is large and slow to load, and a web worker that has once loaded it would stay large for ever. The same HTML
is always the same bytes.
"""

import atexit
import gc
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

ROOT = Path(__file__).resolve().parent.parent.parent
STYLE = ROOT / "templates" / "documents" / "print.css"
PICTURES = ROOT / "shop" / "static"
PATIENCE_SECONDS = 60
_in_use = threading.Lock()

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_UA = "http://www.aiim.org/pdfua/ns/id/"
_SCHEMA, _PROPERTY = "http://www.aiim.org/pdfa/ns/schema#", "http://www.aiim.org/pdfa/ns/property#"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
# PDF/A asks for these very prefixes.
for _prefix, _space in (("pdfaSchema", _SCHEMA), ("pdfaProperty", _PROPERTY), ("pdfaExtension", _EXTENSION)):
    register_namespace(_prefix, _space)


class NotPrinted(Exception):
    """The press has not made a PDF; the text says what it said."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An XML file that lies in a PDF and says the same as its pages; `day` is when both were made, as 2026-12-01."""

    name: str
    text: str
    day: str


def print_pdf(html: str, *, archive: bool, enclosed: Enclosed | None = None) -> bytes:
    """Print a page. `archive`: PDF/A-3a that also carries the mark of PDF/UA-1; otherwise PDF/UA-1.

    `enclosed` lies in it as its alternative form (ISO 19005-3, annex E: relationship Alternative).
    """
    from weasyprint import HTML
    from weasyprint.logger import LOGGER
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    LOGGER.setLevel(logging.ERROR)  # it would warn of each letter of a name that no font here has
    fetcher = URLFetcher(allowed_protocols=("file", "data"), fail_on_errors=True)
    page = HTML(string=html, base_url=f"{PICTURES.as_uri()}/", url_fetcher=fetcher)
    with _alone():
        try:
            return _print(page, archive=archive, enclosed=enclosed)
        except FatalURLFetchingError as error:  # no Exception, so that it would end the worker
            raise NotPrinted(f"{error} ({error.__cause__})") from error


def _print(page: Any, *, archive: bool, enclosed: Enclosed | None) -> bytes:
    variant = "pdf/a-3a" if archive else "pdf/ua-1"
    document = page.render(stylesheets=[_style(STYLE.stat().st_mtime_ns)], font_config=_fonts(), pdf_variant=variant)
    if archive:
        _mark_accessible(document.metadata)
    if enclosed is not None:
        document.metadata.attachments.append(_attachment(enclosed))
    pdf = document.write_pdf(pdf_variant=variant, finisher=_name_header_cells)
    assert isinstance(pdf, bytes)
    return pdf


def _attachment(enclosed: Enclosed) -> Any:
    from weasyprint import Attachment

    # Its day is given, so that the same document is the same bytes whenever it is printed.
    day = datetime.fromisoformat(enclosed.day).replace(tzinfo=UTC)
    return Attachment(
        string=enclosed.text, name=enclosed.name, description="UBL 2.1", created=day, modified=day,
        relationship="Alternative",
    )  # fmt: skip


@contextmanager
def _alone() -> Iterator[None]:
    """One page at a time, in one thread: Pango's fonts are not made for two, and their lists would be torn apart.

    What a page leaves behind is let go of here too, and not by whatever thread tidies up next, while another prints.
    """
    with _in_use:
        was_on = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            gc.collect(0)  # nothing was tidied meanwhile, so the page's things are all still young
            if was_on:
                gc.enable()


def print_apart(html: str, *, archive: bool, enclosed: Enclosed | None = None) -> bytes:
    """Print in another process. Raises NotPrinted when it fails or takes longer than a minute."""
    command = [sys.executable, "-m", "orders.documents.press"]
    order = json.dumps({"html": html, "archive": archive, "enclosed": asdict(enclosed) if enclosed else None}).encode()
    try:
        done = subprocess.run(
            command, input=order, capture_output=True, cwd=ROOT, timeout=PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotPrinted(type(error).__name__) from error
    if done.returncode != 0:
        raise NotPrinted(done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:500])
    return done.stdout


@cache
def _style(_changed_ns: int) -> Any:
    """The style sheet, read once for each version of it."""
    from weasyprint import CSS

    return CSS(filename=str(STYLE), base_url=f"{PICTURES.as_uri()}/")


@cache
def _fonts() -> Any:
    """The fonts, looked up once: every set of its own costs 0.2 MB that is never given back."""
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(_give_back)
    return FontConfiguration()


def _give_back() -> None:
    """Let go of the fonts while the libraries they are of are still loaded: else the process ends in a crash."""
    _fonts.cache_clear()
    _style.cache_clear()
    gc.collect()


def _mark_accessible(metadata: Any) -> None:
    """Add the mark of PDF/UA-1 to the metadata of a PDF/A, which the press can only mark as one of the two.

    PDF/A asks that a mark of another standard is described (ISO 19005-3, 6.6.2.3).
    """
    generate = metadata.generate_rdf_metadata

    def with_mark(variant: Any, version: Any, conformance: Any) -> bytes:
        rdf = fromstring(generate(variant, version, conformance))  # noqa: S314 - the press's own
        SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": "", f"{{{_UA}}}part": "1"})
        rdf.append(_description_of_mark())
        return bytes(tostring(rdf, encoding="utf-8"))

    metadata.generate_rdf_metadata = with_mark


def _description_of_mark() -> Element:
    resource = {f"{{{_RDF}}}parseType": "Resource"}
    top = Element(f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
    bag = SubElement(SubElement(top, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag")
    schema = SubElement(bag, f"{{{_RDF}}}li", resource)
    for name, text in (("schema", "PDF/UA identification"), ("namespaceURI", _UA), ("prefix", "pdfuaid")):
        SubElement(schema, f"{{{_SCHEMA}}}{name}").text = text
    sequence = SubElement(SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq")
    one = SubElement(sequence, f"{{{_RDF}}}li", resource)
    of_part = (("name", "part"), ("valueType", "Integer"), ("category", "internal"), ("description", "Part of PDF/UA"))
    for name, text in of_part:
        SubElement(one, f"{{{_PROPERTY}}}{name}").text = text
    return top


def _name_header_cells(_document: Any, pdf: Any) -> None:
    """Say of every header cell whether it heads its row or its column; the press only links data cells to them."""
    objects: list[Any] = [item for item in pdf.objects if isinstance(item, dict)]
    elements = {item.reference: item for item in objects if item.get("Type") == "/StructElem"}
    for element in elements.values():
        if element["S"] == "/TH":
            group = elements[elements[element["P"]]["P"]]
            element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def main() -> None:
    """One page from standard input to standard output."""
    order = json.load(sys.stdin)
    enclosed = Enclosed(**order["enclosed"]) if order["enclosed"] else None
    sys.stdout.buffer.write(print_pdf(order["html"], archive=order["archive"], enclosed=enclosed))


if __name__ == "__main__":
    main()
