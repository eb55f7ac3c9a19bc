"""What those who act without an account are called: kept in Danish, shown in the reader's language."""

from shop.i18n import lazy_gettext as _
from shop.journal.record import BANK, BUYER, CLOCK, COMMAND

_ACTORS = {
    BUYER.by_name: _("køber"),
    CLOCK.by_name: _("uret"),
    BANK.by_name: _("banken"),
    COMMAND.by_name: _("kommandolinjen"),
}


def actor(name: str) -> str:
    """The name of whoever acted: a person's as it is, another's in the reader's language."""
    return str(_ACTORS.get(name, name))
