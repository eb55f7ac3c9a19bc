"""What a person types at a shelf: what has come, what was counted, what is written off."""

import re
import secrets
from typing import Any

from wtforms import Form, HiddenField

from catalog.items.models import Item
from catalog.stock.change import ALL, MOST_PIECES, UNDATED
from catalog.stock.queries import ShelfParts
from shop.forms import ChoiceField, DayField, Needed, WholeField, line_field
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.web.templating import day

_KEY = re.compile("[0-9a-f]{32}")


class KeyedForm(Form):
    """A form with a key of its own, drawn when it is first shown: sent twice, it happens once."""

    key = HiddenField()

    @property
    def name(self) -> str:
        """The key as moves and journal know it."""
        return f"form:{self.key.data}"


def keyed(form: KeyedForm) -> Any:
    """The form, with a key of its own unless it came with one."""
    if not _KEY.fullmatch(form.key.data or ""):
        form.key.data = secrets.token_hex(16)
    return form


class ReceiptForm(KeyedForm):
    """Goods have come."""

    pieces = WholeField(_("Hvor mange er kommet?"), least=1, most=MOST_PIECES)
    expected = WholeField(
        _("Hvor mange ventede vi?"), most=MOST_PIECES, needed=False, description=_("Så bliver en forskel noteret.")
    )
    best_before = DayField(
        _("Bedst før"), needed=False, description=_("Som den står på pakken, for eksempel 1.12.2026.")
    )
    code = line_field(_("Partiets kode (lot)"), 40, needed=False, hint=_("Uden kode bruges datoen."))


class CountForm(KeyedForm):
    """A count of a part of the shelf."""

    what = ChoiceField(_("Hvad har du talt?"), validators=[Needed()])
    counted = WholeField(_("Hvor mange ligger der?"), most=MOST_PIECES)
    why = line_field(
        _("Hvad skyldes forskellen?"), 300, needed=False, hint=_("Skal skrives, når tallet er et andet end lagerets.")
    )


class WriteOffForm(KeyedForm):
    """Pieces that cannot be sold."""

    what = ChoiceField(_("Hvad er det?"), validators=[Needed()])
    pieces = WholeField(_("Hvor mange?"), least=1, most=MOST_PIECES)
    why = line_field(_("Hvorfor?"), 300, hint=_("For eksempel gået i stykker, for gammelt, smagsprøver."))


def receipt_form(item: Item, typed: Any = None) -> ReceiptForm:
    """The form of goods that have come. Food that keeps for a time must have its date."""
    form: ReceiptForm = keyed(ReceiptForm(typed, prefix="ind-"))
    form.best_before.flags.required = needs_date(item)
    return form


def needs_date(item: Item) -> bool:
    """Whether goods of an item come with a day they are best before."""
    return bool(item.current and item.current.is_food and item.current.shelf_days)


def check_receipt(form: ReceiptForm, item: Item) -> bool:
    """Whether everything is there; the date too where there must be one."""
    fine = form.validate()
    if needs_date(item) and form.best_before.data is None and not form.best_before.errors:
        form.best_before.errors = [gettext("Det er mad: skriv datoen, der står på pakken.")]
        return False
    return fine


def part_choices(parts: ShelfParts) -> list[tuple[str, str]]:
    """What lies on a shelf, to choose from: its lots, and what has no date."""
    if not parts.lots:
        return [(ALL, gettext("Det hele (%(count)s stk.)", count=parts.undated))]
    lots = [
        (
            str(lot.id),
            gettext("Bedst før %(day)s, parti %(code)s (%(count)s stk.)", day=day(lot.best_before), code=lot.code,
                    count=lot.pieces)
            if lot.best_before
            else gettext("Parti %(code)s (%(count)s stk.)", code=lot.code, count=lot.pieces),
        )
        for lot in parts.lots
    ]  # fmt: skip
    return [*lots, (UNDATED, gettext("Uden dato (%(count)s stk.)", count=parts.undated))]


def count_form(parts: ShelfParts, typed: Any = None) -> CountForm:
    """The form of a count."""
    form: CountForm = keyed(CountForm(typed, prefix="tal-"))
    form.what.offer(part_choices(parts))
    return form


def write_off_form(parts: ShelfParts, typed: Any = None) -> WriteOffForm:
    """The form of what is written off."""
    form: WriteOffForm = keyed(WriteOffForm(typed, prefix="ud-"))
    form.what.offer(part_choices(parts))
    return form
