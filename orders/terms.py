"""The terms of sale as they were shown: named by their hash, found again by it, filled with the seller's identity."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from shop.db import db
from shop.i18n import pick
from shop.settings.models import Setting
from shop.settings.read import Seller, seller, value

KEY = "terms.sections"


@dataclass(frozen=True, slots=True)
class Section:
    """One section in the reader's language; a paragraph is a list of lines."""

    heading: str
    paragraphs: Sequence[Sequence[str]]


def terms_no() -> str:
    """The number of the terms that hold today: the first 12 hex digits of the SHA-256 of their text."""
    return _number(value(KEY))


def _number(text: Any) -> str:
    return hashlib.sha256(json.dumps(text, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def terms_title(number: str = "") -> str:
    """What the terms are called, in the reader's language."""
    text = _text(number)
    return pick(text["title_da"], text["title_en"]) if isinstance(text, dict) else ""


def terms_sections(number: str = "", *, on: date | None = None) -> list[Section]:
    """The terms of a number (today's when none is given, or when it is not known), with the seller as of a day."""
    text, by = _text(number), seller(on=on)
    rows = text.get("sections", []) if isinstance(text, dict) else text
    return [_section(row, by) for row in rows]


def _text(number: str) -> Any:
    held = value(KEY)
    if number and number != _number(held):
        for row in db.session.scalars(select(Setting).where(Setting.key == KEY).order_by(Setting.id.desc())):
            if _number(row.value) == number:
                return row.value
    return held


def _section(row: dict[str, str], by: Seller) -> Section:
    text = fill(pick(row["text_da"], row["text_en"]), by).strip()
    paragraphs = [part.strip().splitlines() for part in text.split("\n\n") if part.strip()]
    return Section(pick(row["heading_da"], row["heading_en"]), paragraphs)


def fill(text: str, by: Seller) -> str:
    """A text of a fixed page with the seller's identity in it; the address is the whole one on one line."""
    values = {
        "seller_name": by.name,
        "seller_address": f"{by.address}, {by.postcode} {by.city}",
        "seller_email": by.email,
        "seller_cvr": by.cvr,
        "seller_phone": by.phone,
    }
    for name, filled in values.items():
        text = text.replace("{" + name + "}", filled)
    return text
