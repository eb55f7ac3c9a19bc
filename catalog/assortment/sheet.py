"""An enterprise's items as rows of a sheet: what each column is called, and each value as it is typed.

The sheet's columns are the form's fields under the form's own labels, so that both ask for the same and refuse the
same. Headings and words of choices are understood in both languages.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField

from catalog.assortment.contents import NAMES, Contents
from catalog.assortment.forms import ItemForm, said
from shop.forms import ChoiceField, DayField, KronerField, WholeField
from shop.i18n import LANGUAGES, speaking
from shop.i18n import gettext as _
from shop.spreadsheet import Column, Kind

NUMBER = "id"
YES, NO = ("ja", "yes", "x", "1", "sand", "true"), ("", "nej", "no", "0", "falsk", "false")


class NotUnderstood(ValueError):
    """What stands in a cell is none of what may stand there; the text says so."""


def number_heading() -> str:
    """What the column of numbers is called; empty in it is a new item."""
    return _("Nummer")


def columns() -> list[Column]:
    """The number, and every field of the form, in the reader's language."""
    form = ItemForm()
    return [
        Column(NUMBER, number_heading(), "int"),
        *(Column(name, str(form[name].label.text), _kind(form[name])) for name in NAMES),
    ]


def _kind(field: Any) -> Kind:
    if isinstance(field, KronerField):
        return "ore"
    if isinstance(field, DayField):
        return "day"
    return "int" if isinstance(field, WholeField) else "text"


def row_of(item_id: int, contents: Contents) -> dict[str, object]:
    """One item as a row: amounts, days and whole numbers as such, everything else in words."""
    form = ItemForm.showing(contents)
    row: dict[str, object] = {NUMBER: item_id}
    for name in NAMES:
        plain = _kind(form[name]) != "text"
        row[name] = form[name].data if plain else said(form, name)
    return row


def names_by_heading() -> dict[str, str]:
    """The field each heading stands for, in small letters and either language."""
    found = {}
    for code in LANGUAGES:
        with speaking(code):
            found[_plain(number_heading())] = NUMBER
            found.update({_plain(column.heading): column.key for column in columns()})
    return found


def text_of(value: object) -> str:
    """A cell's value as it would be typed."""
    match value:
        case None:
            return ""
        case bool():
            return YES[0] if value else NO[1]
        case float():
            return f"{value:.10g}".replace(".", ",")
        case datetime() | date():
            return f"{value.day}.{value.month}.{value.year}"
    return str(value)


def typed_as(name: str, text: str) -> list[str]:
    """What a form is sent for a cell's text. Refuses (NotUnderstood) words that are none of the field's."""
    field = ItemForm()[name]
    if isinstance(field, BooleanField):
        return _yes_or_no(text)
    if isinstance(field, SelectMultipleField):
        return [_chosen(name, one) for one in text.replace(";", ",").split(",") if one.strip()]
    if isinstance(field, (RadioField, ChoiceField)):
        return [_chosen(name, text) if text.strip() else str(field.default)]
    return [text]


def _yes_or_no(text: str) -> list[str]:
    word = _plain(text)
    if word in NO:
        return []
    if word not in YES:
        raise NotUnderstood(_("Skriv ja eller nej."))
    return ["y"]


def _chosen(name: str, text: str) -> str:
    found = _words_of(name).get(_plain(text))
    if found is None:
        first = next(iter(_words_of(name)))
        raise NotUnderstood(
            _("«%(text)s» kender vi ikke. Skriv for eksempel «%(first)s».", text=text.strip(), first=first)
        )
    return found


@cache
def _words_of(name: str) -> dict[str, str]:
    """The value each word of a choice stands for, in both languages, and the value itself."""
    found: dict[str, str] = {}
    for code in LANGUAGES:
        with speaking(code):
            field: Any = ItemForm()[name]
            for value, label, *_rest in field.iter_choices():
                found[_plain(str(label))] = str(value)
                found[_plain(str(value))] = str(value)
    return found


def as_typed(contents: Contents) -> dict[str, list[str]]:
    """What a form would be sent to say the same again."""
    return dict(_each_typed(contents))


def _each_typed(contents: Contents) -> Iterator[tuple[str, list[str]]]:
    form = ItemForm.showing(contents)
    for name in NAMES:
        field, value = form[name], contents[name]
        if isinstance(field, BooleanField):
            yield name, ["y"] if value else []
        elif isinstance(field, SelectMultipleField):
            yield name, list(value)
        elif isinstance(field, (RadioField, ChoiceField)):
            yield name, [str(value)]
        else:
            yield name, [said(form, name)]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
