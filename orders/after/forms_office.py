"""What the office types when it answers a report: a new parcel, money back, or no."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form, StringField
from wtforms.widgets import NumberInput

from orders.after.forms import RECIPIENT, RecipientForm, recipient_values
from orders.after.parcels import MOST_PIECES, Good
from orders.checkout.forms import shown, tell
from orders.models import Order
from orders.refunds.bearers import bearer_choices
from shop.forms import ChoiceField, KronerField, Needed, WholeField, line_field, text_field
from shop.i18n import gettext, pick
from shop.i18n import lazy_gettext as _
from shop.numbers import whole_number

MONEY = "money"
LONGEST_ANSWER = 2000
_HINT = _("Køberen får det at læse i brevet.")
_NOTE = _("Læses af den, der bærer det, og af kontoret.")


class DeclineForm(Form):
    """No, and why."""

    why = text_field(_("Hvorfor siger vi nej?"), LONGEST_ANSWER, hint=_HINT)


class RefundForm(Form):
    """How much is given back, for what, and who bears it."""

    what = ChoiceField(_("Hvad giver vi tilbage?"), validators=[Needed()])
    amount = KronerField(_("Beløb med moms"), least=1, needed=False)
    pieces = WholeField(_("Hvor mange kurve eller stk."), least=1, most=MOST_PIECES, needed=False)
    bearer = ChoiceField(_("Hvem bærer det?"), validators=[Needed()])
    said = text_field(_("Hvad skriver vi til køberen?"), LONGEST_ANSWER, hint=_HINT)
    note = line_field(_("Note"), 300, needed=False, hint=_NOTE)

    def validate(self, extra_validators: Any = None) -> bool:
        """Money needs its amount, a part of a line its number of pieces."""
        fine = super().validate(extra_validators)
        asked = self.amount if self.what.data == MONEY else self.pieces
        if fine and asked.data is None:
            asked.errors = [gettext("Skriv, hvor meget.")]
            return False
        return fine


class ReplaceForm(RecipientForm):
    """What is sent anew, to whom, and who bears it. The day is the first one that can be met."""

    wanted_on = None  # type: ignore[assignment]  # how WTForms is told to leave a field out
    bearer = ChoiceField(_("Hvem bærer det?"), validators=[Needed()])
    said = text_field(_("Hvad skriver vi til køberen?"), LONGEST_ANSWER, hint=_HINT)
    note = line_field(_("Note"), 300, needed=False, hint=_NOTE)


def pieces_field(good: Good) -> str:
    """The name of the number field of one kind of goods."""
    return f"stk_{good.share_id}"


def refund_form(order: Order, goods: Sequence[Good], typed: Any = None) -> RefundForm:
    """The form of money back; a good is one enterprise's part of its line."""
    form = RefundForm(typed, prefix="penge-")  # its fields stand beside those of the new parcel
    form.what.offer([(MONEY, gettext("Et beløb")), *((str(good.share_id), name_of(good)) for good in goods)])
    form.bearer.offer(bearer_choices(order))
    return form


def replace_form(order: Order, goods: Sequence[Good], typed: Any, told: Mapping[str, Any]) -> ReplaceForm:
    """The form of a new parcel: a number for each kind of goods."""
    numbers = {
        pieces_field(good): StringField(
            gettext("%(name)s, højst %(most)s", name=name_of(good), most=good.pieces),
            widget=NumberInput(min=0, max=good.pieces),
        )
        for good in goods
    }
    values = recipient_values(order) if typed is None else {}
    form: ReplaceForm = type("ReplaceGoodsForm", (ReplaceForm,), numbers)(typed, data=values)
    form.bearer.offer(bearer_choices(order))
    if typed is not None:
        form.validate()  # the fields of ours
        for name in RECIPIENT:  # read by the one who reads all addresses, and told below
            form[name].errors = []
            form[name].data = shown({name: typed.get(name, "")})[name]
    tell(form, told)
    return form


def read_picks(goods: Sequence[Good], typed: Mapping[str, str]) -> tuple[dict[int, int], dict[str, Any]]:
    """How many of each kind of goods, by share; and what cannot be read, by field."""
    picks: dict[int, int] = {}
    errors: dict[str, Any] = {}
    for good in goods:
        text = typed.get(pieces_field(good), "").strip()
        if text in ("", "0"):
            continue
        pieces = whole_number(text, 5)
        if pieces is None or pieces > good.pieces:
            errors[pieces_field(good)] = _("Skriv et helt tal fra 0 til %(most)s.", most=good.pieces)
        else:
            picks[good.share_id] = pieces
    return picks, errors


def name_of(good: Good) -> str:
    """One kind of goods, and the line it was part of when that has another name."""
    name, line = pick(good.text_da, good.text_en), pick(good.line_da, good.line_en)
    return name if name == line else f"{name} ({line})"
