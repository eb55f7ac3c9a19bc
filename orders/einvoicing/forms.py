"""What a person notes of an e-invoice."""

from wtforms import Form

from shop.forms import line_field
from shop.i18n import lazy_gettext as _


class NoteForm(Form):
    """The other side's number of it when it is sent, or what they said."""

    said = line_field(_("Kvitteringsnummer, eller hvad de skrev"), 200, needed=False)
