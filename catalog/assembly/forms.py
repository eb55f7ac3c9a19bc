"""What is typed when a basket is assembled, and when an enterprise is asked for its goods."""

from datetime import date
from typing import Any

from wtforms import BooleanField, Form, StringField
from wtforms.widgets import HiddenInput

from catalog.assembly.models import BasketDraft
from catalog.assembly.queries import boxes
from catalog.baskets.steps import STEPS
from catalog.baskets.words import POLICIES
from shop.forms import ChoiceField, DayField, KronerField, PercentField, WholeField, line_field, text_field
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _


class NewForm(Form):
    """A new basket: its name, and what it begins with."""

    name = line_field(_("Kurvens navn"), 200, hint=_("For eksempel «Julekurven 2027». Adressen laves af navnet."))
    begin_with = ChoiceField(_("Begynd med"))


class TermsForm(Form):
    """Texts, price, policy, window. `edition` is the draft as the reader saw it."""

    edition = StringField(widget=HiddenInput())
    name_da = line_field(_("Navn"), 200)
    gross_ore = KronerField(_("Pris med moms, kr."), most=10_000_000, description=_("Skal gå op i 5 øre."))
    step_10 = KronerField(_("Pris ved 10 stk."), needed=False, most=10_000_000)
    step_50 = KronerField(_("Pris ved 50 stk."), needed=False, most=10_000_000)
    step_200 = KronerField(_("Pris ved 200 stk."), needed=False, most=10_000_000)
    policy = ChoiceField(_("Prisen deles efter"), POLICIES.items())
    pot_percent_bp = PercentField(
        _("Puljens procent"), description=_("Bruges ikke, når alle får deres aftalte pris: så får puljen resten.")
    )
    pieces = WholeField(_("Så mange kurve regner vi med"), least=1, most=100_000)
    box = ChoiceField(_("Pakkes i"))
    open_on = DayField(_("Til salg fra"), needed=False, description=_("Tom: med det samme. For eksempel 1.11.2027."))
    close_on = DayField(_("Tages af efter"), needed=False, description=_("Tom: ingen slutdag."))
    tagline_da = line_field(_("Kort linje"), 300, needed=False)
    text_da = text_field(_("Tekst"), 5000, needed=False)
    name_en = line_field(_("Navn på engelsk"), 200, needed=False, hint=_("Tom: det danske vises."))
    tagline_en = line_field(_("Kort linje på engelsk"), 300, needed=False)
    text_en = text_field(_("Tekst på engelsk"), 5000, needed=False)

    def offer_boxes(self) -> None:
        """The sizes a parcel comes in today."""
        sizes = [
            (name, gettext("%(size)s, højst %(kg)s kg", size=name, kg=f"{grams / 1000:g}")) for name, grams in boxes()
        ]
        self.box.offer([("", gettext("Ikke valgt")), *sizes])


def terms_form(draft: BasketDraft, typed: Any = None) -> TermsForm:
    """The form filled with the draft, or with what was typed."""
    steps: dict[str, Any] = {_step(start): draft.steps.get(str(start)) for start in STEPS}
    form = TermsForm(typed, obj=draft, **steps)
    form.offer_boxes()
    return form


def terms_of_form(form: TermsForm) -> dict[str, Any]:
    """What was typed, by the draft's own names: the volume prices in one."""
    steps = {str(start): form[_step(start)].data for start in STEPS if form[_step(start)].data}
    apart = {"edition", *(_step(start) for start in STEPS)}
    return {**{field.name: field.data for field in form if field.name not in apart}, "steps": steps}


def _step(start: int) -> str:
    return f"step_{start}"


class PeriodForm(Form):
    """The days that everything asked for at once holds for."""

    from_on = DayField(_("Fra"), description=_("For eksempel 1.11.2027."))
    until_on = DayField(_("Til og med"), description=_("For eksempel 31.12.2027."))


class AskRow(Form):
    """What one enterprise is asked for. The price is net, a piece."""

    chosen = BooleanField(_("Spørg"))
    price_ore = KronerField(_("Pris uden moms pr. stk., kr."))
    most_pieces = WholeField(_("Højst så mange stykker"), least=1, most=1_000_000)
    lead_days = WholeField(_("Arbejdsdage fra bestilling til pakning"), least=0, most=120)


class WhyForm(Form):
    """Why something is withdrawn, declined or ended."""

    why = text_field(_("Hvorfor"), 500)


class DeclineForm(Form):
    """A no, and what would do."""

    why = text_field(
        _("Hvorfor ikke, og hvad kunne lade sig gøre?"),
        500,
        hint=_("For eksempel: Vi kan lave 80, ikke 200. Eller: fra uge 46."),
    )


def season_of(today: date) -> tuple[date, date]:
    """The period an offer is asked for when nobody has said another: from today to the end of the year, or the next."""
    year = today.year if today.month < 11 else today.year + 1
    return today, date(year, 12, 31)
