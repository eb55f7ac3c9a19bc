"""The terms of sale with the withdrawal form, as a PDF that a screen reader can read (PDF/UA-1)."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

from flask import current_app, render_template

from orders.documents.press import print_pdf
from orders.terms import terms_sections, terms_title
from shop.i18n import language
from shop.settings.read import seller


def terms_pdf(number: str, *, on: date) -> bytes:
    """The PDF of the terms of a number, with the seller as of a day, in the reader's language.

    Made once for each text and kept in the data folder: it holds nothing personal.
    """
    sections, by = terms_sections(number, on=on), seller(on=on)
    text = json.dumps([[asdict(section) for section in sections], asdict(by)], ensure_ascii=False, sort_keys=True)
    folder = Path(current_app.config["SETTINGS"].data_dir) / "terms"
    kept = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}-{language()}.pdf"
    if kept.exists():
        return kept.read_bytes()
    html = render_template(
        "documents/terms.html", sections=sections, title=terms_title(number), by=by, on=on, language=language()
    )
    pdf = print_pdf(html, archive=False)
    folder.mkdir(parents=True, exist_ok=True)
    scratch = kept.with_suffix(f".{hashlib.sha256(pdf).hexdigest()[:8]}.part")
    scratch.write_bytes(pdf)
    scratch.replace(kept)
    return pdf
