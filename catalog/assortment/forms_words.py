"""What the two sides type to each other about an item."""

from wtforms import BooleanField, Form, HiddenField

from shop.forms import text_field
from shop.i18n import lazy_gettext as _

LONGEST = 2000


class WordsForm(Form):
    """A comment."""

    said = text_field(_("Skriv til den anden side"), LONGEST)


class AnswerForm(Form):
    """The office's answer: what is to be corrected, or why not. `edition` is the one that was looked at."""

    edition = HiddenField(default="0")
    said = text_field(_("Hvad skal rettes, eller hvorfor ikke?"), LONGEST, hint=_("Virksomheden får det i et brev."))


class PlaceForm(Form):
    """Where the goods lie."""

    stored_here = BooleanField(_("Varerne ligger, hvor kurvene pakkes"))


class OffForm(Form):
    """Why an item is sold no more."""

    why = text_field(_("Hvorfor tages den af?"), 500)
