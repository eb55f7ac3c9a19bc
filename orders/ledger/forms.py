"""What a coordinator types to find postings, to choose a period, and to settle what is open."""

import re
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from wtforms import Form, HiddenField, SearchField
from wtforms.validators import ValidationError

from orders.books.models import BANK, CASH, OWNED
from orders.books.post import At
from orders.books.words import ACCOUNTS, CODES
from orders.ledger.postings import OF, Wanted, account_choices
from shop.forms import ChoiceField, DayField, KronerField, Needed, at_most, line_field, one_line, text_field
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _

LONGEST = 200
_ACCOUNT = re.compile(rf"(?:{'|'.join(ACCOUNTS)}|(?:{'|'.join(OWNED)}|{OF})-[0-9]{{1,9}})")
_KEY = re.compile(r"[0-9a-f]{32}")


class PeriodForm(Form):
    """The first and last day; what is mistyped is said and does not count."""

    fra = DayField(_("Fra og med"), needed=False)
    til = DayField(_("Til og med"), needed=False)

    def validate_til(self, field: DayField) -> None:
        if self.fra.data and field.data and field.data < self.fra.data:
            raise ValidationError(gettext("Perioden slutter, før den begynder. Byt om på de to dage."))

    def period(self, today: date) -> tuple[date, date]:
        """The days that were typed rightly; else the twelve months up to today."""
        self.validate()
        last = self.til.data if self.til.data and not self.til.errors else today
        year_ago = (last.replace(day=1) - timedelta(days=330)).replace(day=1)
        first = self.fra.data if self.fra.data and not (self.fra.errors or self.til.errors) else year_ago
        if not self.errors:
            self.fra.data, self.til.data = first, last
        return first, last


class PostingsForm(PeriodForm):
    """Which postings to show."""

    ordre = SearchField(_("Ordrenummer"), filters=[one_line], validators=[at_most(20)])
    konto = ChoiceField(_("Konto"))
    kode = ChoiceField(_("Hvad"), [("", _("Alt")), *CODES.items()])
    refusion = HiddenField()

    @classmethod
    def read(cls, typed: Any) -> "PostingsForm":
        """The form, with a list of the accounts there may be. What is not in a list chooses nothing."""
        form = cls(typed)
        names = account_choices()
        chosen = str(form.konto.data or "")
        if chosen.startswith(f"{OF}-") and _ACCOUNT.fullmatch(chosen):
            names = [(chosen, _both(names, chosen)), *names]
        form.konto.offer([("", gettext("Alle")), *names])
        form.konto.data, form.kode.data = chosen, form.kode.data or ""
        form.validate()
        return form

    @property
    def wanted(self) -> Wanted:
        """What was chosen rightly; a field with an error counts as empty."""
        refund = re.fullmatch(r"[0-9]{1,9}", self.refusion.data or "")
        return Wanted(
            order="" if self.ordre.errors else self.ordre.data or "",
            account="" if self.konto.errors else self.konto.data or "",
            code="" if self.kode.errors else self.kode.data or "",
            first=None if self.fra.errors or self.til.errors else self.fra.data,
            last=None if self.til.errors else self.til.data,
            refund_id=int(refund[0]) if refund else None,
        )


def _both(names: Iterable[tuple[str, str]], key: str) -> str:
    """What both accounts of an enterprise are called together."""
    owner = key.partition("-")[2]
    found = next((name for one, name in names if one.partition("-")[2] == owner), "")
    return gettext("%(who)s, begge konti", who=found.partition(": ")[2]) if found else key


class OnceForm(Form):
    """A form that carries a key of its own, so that sent twice it happens once."""

    key = HiddenField()

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        if not _KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_hex(16)


class WhyForm(Form):
    """A decision that only needs its reason."""

    why = text_field(_("Hvorfor?"), 500, hint=_("Det står i journalen."))


class RepaidForm(OnceForm):
    """Money that a person has given back."""

    amount = KronerField(_("Hvor meget er givet tilbage?"), least=1)
    how = ChoiceField(
        _("Hvordan?"), [(BANK, _("Overført fra banken")), (CASH, _("Kontant fra kassen"))], validators=[Needed()]
    )


class CorrectionForm(OnceForm):
    """A posting that answers a mistake."""

    debit = ChoiceField(_("Fra konto (debet)"), validators=[Needed()])
    credit = ChoiceField(_("Til konto (kredit)"), validators=[Needed()])
    amount = KronerField(_("Beløb"), least=1, most=1_000_000_000)
    ordre = line_field(_("Ordrenummer"), 20, needed=False, hint=_("Hvis rettelsen hører til en ordre."))
    why = text_field(_("Hvorfor rettes der?"), LONGEST, hint=_("Det står på posteringen og kan ikke ændres."))

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        names = [("", gettext("Vælg en konto")), *account_choices()]
        self.debit.offer(names)
        self.credit.offer(names)

    def validate_credit(self, field: ChoiceField) -> None:
        if field.data and field.data == self.debit.data:
            raise ValidationError(gettext("Vælg en anden konto end den første."))


def at_of(key: str) -> At:
    """The account of a key: "pot", "earned-3"."""
    kind, _dash, owner = key.partition("-")
    return At(kind, int(owner) if owner else None)
