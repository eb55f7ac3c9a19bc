"""What an enterprise types about what there is."""

from collections.abc import Sequence

from wtforms import Form

from catalog.assortment.forms import ticks
from catalog.assortment.stock import Week
from shop.forms import WholeField, choices
from shop.i18n import gettext, language, ngettext
from shop.i18n import lazy_gettext as _

MOST_LEAD_DAYS = 250


class StockForm(Form):
    """Pieces on hand, and the lead time."""

    pieces = WholeField(_("Stk. på hylden"), description=_("Alle, også dem der er lovet til ordrer."))
    lead_days = WholeField(_("Arbejdsdage fra bestilling til den er klar"), most=MOST_LEAD_DAYS)


class CapacityForm(Form):
    """Pieces a week, closed weeks, and the lead time."""

    weekly = WholeField(_("Så mange kan I lave om ugen"))
    lead_days = WholeField(_("Arbejdsdage fra bestilling til den er klar"), most=MOST_LEAD_DAYS)
    closed = ticks(_("Uger, hvor I ikke laver noget"))

    def offering(self, weeks: Sequence[Week]) -> "CapacityForm":
        """With a box for each week, which says its days and what is promised in it."""
        self.closed.choices = choices((week.key, _words(week)) for week in weeks)
        return self


def _words(week: Week) -> str:
    if language() == "en":
        days = f"{week.monday:%d/%m}–{week.sunday:%d/%m/%Y}"
    else:
        days = f"{week.monday.day}.{week.monday.month}.–{week.sunday.day}.{week.sunday.month}.{week.sunday.year}"
    words = gettext("Uge %(week)s: %(days)s", week=week.number, days=days)
    if not week.taken:
        return words
    return words + ", " + ngettext("%(num)s er lovet", "%(num)s er lovet", week.taken)
