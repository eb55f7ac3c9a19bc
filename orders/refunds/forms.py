"""What a coordinator types to give a discount, to take something back, or to give money back.

Each form says what it would do (`foresee`) and does it (`give`); both refuse what the verbs refuse.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from wtforms import BooleanField, Form, HiddenField
from wtforms.validators import ValidationError

from orders.models import Order, OrderLine, Share
from orders.refunds.bearers import BEARER_NAMES, bearer_choices, read_bearer
from orders.refunds.discount import give_discount, percent_ore
from orders.refunds.foresee import (
    Outlook,
    foresee_component,
    foresee_discount,
    foresee_goodwill,
    foresee_pieces,
)
from orders.refunds.give import refund_component, refund_goodwill, refund_pieces
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import AS_SOLD
from orders.reversals.taking import LineLeft
from shop.forms import ChoiceField, KronerField, Needed, PercentField, WholeField, text_field
from shop.i18n import gettext, language, localised
from shop.i18n import lazy_gettext as _
from shop.journal.record import By
from shop.money import format_kr

LONGEST = 500
_KEY = re.compile(r"[0-9a-f]{32}")


class MoneyForm(Form):
    """What all of them share. `key` is drawn when the form is first shown: sent twice, it happens once.

    `seen` is the fingerprint of what the person was shown would happen.
    """

    key = HiddenField()
    seen = HiddenField()
    bearer = ChoiceField(_("Hvem bærer det?"), validators=[Needed()])
    why = text_field(_("Hvorfor?"), LONGEST, hint=_("Køberen læser det på kreditnotaen eller i brevet."))
    note = text_field(
        _("Besked til dem, der bærer det"),
        LONGEST,
        needed=False,
        hint=_("De ser den ved deres linje under «Mine penge»."),
    )
    as_sold: ClassVar[Any] = BEARER_NAMES[AS_SOLD]
    order: Order
    left: Sequence[LineLeft]

    @classmethod
    def about(cls, order: Order, left: Sequence[LineLeft], typed: Any, *, sold: bool) -> "MoneyForm":
        """The form of one order, filled with what was typed."""
        form = cls(typed)
        form.order, form.left = order, left
        if not _KEY.fullmatch(form.key.data or ""):
            form.key.data = secrets.token_hex(16)
        form.bearer.offer(form.bearers(sold=sold))
        if not form.bearer.data:
            form.bearer.data = AS_SOLD
        return form

    def bearers(self, *, sold: bool) -> list[tuple[str, Any]]:
        """Who may bear it. What has not left has been nobody's yet: only its own shares fall away."""
        others = [one for one in bearer_choices(self.order) if one[0] != AS_SOLD] if sold else []
        return [(AS_SOLD, self.as_sold), *others]

    @property
    def chosen(self) -> Bearer:
        return read_bearer(str(self.bearer.data))

    @property
    def cause_key(self) -> str:
        return f"office:{self.order.id}:{self.key.data}"

    @property
    def cause(self) -> Cause:
        stock_back = "stock_back" in self and bool(self["stock_back"].data)
        return Cause(self.cause_key, self.why.data or "", self.chosen, self.note.data or "", stock_back)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Everything typed, to be carried through the page that shows what will happen."""
        return [
            (field.name, "1" if isinstance(field, BooleanField) else _typed(field))
            for field in self
            if field.name != "seen" and (not isinstance(field, BooleanField) or field.data)
        ]

    def tell(self, sentence: Any, field: str | None) -> bool:
        """Put a refusal beside the field it belongs to; whether there is one."""
        target = self[field] if field and field in self else None
        if target is None:
            return False
        target.errors = [*target.errors, str(sentence)]
        return True

    def foresee(self, order: Order) -> Outlook:
        raise AssertionError("each form says what it would do")

    def give(self, order: Order, *, by: By, now: datetime) -> None:
        raise AssertionError("each form does it")


class PiecesField(WholeField):
    """So many pieces; left empty it is none."""

    def __init__(self, label: Any = None, **rest: Any) -> None:
        super().__init__(label, needed=False, default=0, **rest)
        self.flags.required = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = self.data or 0


def _typed(field: Any) -> str:
    return str(field.raw_data[0]) if field.raw_data else str(field.data or "")


class DiscountForm(MoneyForm):
    """So many kroner or per cent off what is to be paid."""

    amount = KronerField(_("Rabat i kroner, med moms"), needed=False, least=1)
    percent = PercentField(_("Eller i procent"), needed=False)
    why = text_field(_("Hvorfor?"), LONGEST, hint=_("Det står i journalen."))
    as_sold = _("Som solgt: kurvens egen regel deler den lavere pris")

    def bearers(self, *, sold: bool) -> list[tuple[str, Any]]:
        return super().bearers(sold=True)

    def validate_amount(self, field: KronerField) -> None:
        if field.errors or self.percent.errors:
            return
        if (field.data is None) == (not self.percent.data):
            raise ValidationError(gettext("Skriv rabatten enten i kroner eller i procent."))

    @property
    def gross_ore(self) -> int:
        if self.amount.data is not None:
            return int(self.amount.data)
        return percent_ore(sum(line.gross_ore for line in self.left), int(self.percent.data))

    def foresee(self, order: Order) -> Outlook:
        return foresee_discount(order, self.gross_ore, self.chosen)

    def give(self, order: Order, *, by: By, now: datetime) -> None:
        give_discount(
            order, gross_ore=self.gross_ore, bearer=self.chosen, why=self.why.data or "", key=self.cause_key,
            by=by, now=now,
        )  # fmt: skip


class GoodwillForm(MoneyForm):
    """Money without goods."""

    amount = KronerField(_("Beløb til køberen, med moms"), least=1)

    def foresee(self, order: Order) -> Outlook:
        return foresee_goodwill(order, int(self.amount.data), self.cause)

    def give(self, order: Order, *, by: By, now: datetime) -> None:
        refund_goodwill(order, int(self.amount.data), self.cause, by=by, now=now)


class GoodsForm(MoneyForm):
    """Pieces of the lines, the freight among them. The fields of the lines are made by `goods_form`."""

    stock_back = BooleanField(
        _("Varerne kan sælges igen"),
        description=_("Så kommer de tilbage på lager. Er pakken ikke sendt, sker det selv."),
    )
    fields_of: ClassVar[Mapping[str, int]] = {}

    @property
    def pieces_fields(self) -> list[Any]:
        return [self[name] for name in self.fields_of]

    @property
    def picks(self) -> dict[int, int]:
        return {line_id: int(self[name].data or 0) for name, line_id in self.fields_of.items()}

    def tell(self, sentence: Any, field: str | None) -> bool:
        return super().tell(sentence, next(iter(self.fields_of), None) if field in ("picks", "amount") else field)

    def foresee(self, order: Order) -> Outlook:
        return foresee_pieces(order, self.picks, self.cause)

    def give(self, order: Order, *, by: By, now: datetime) -> None:
        refund_pieces(order, self.picks, self.cause, by=by, now=now)


def goods_form(order: Order, left: Sequence[LineLeft]) -> type[GoodsForm]:
    """The form with a field for every line that has pieces left."""
    remaining = {line.line_id: line for line in left if line.quantity}
    fields: dict[str, Any] = {}
    names: dict[str, int] = {}
    for line in order.lines:
        if line.id in remaining:
            name = f"pieces_{line.position}"
            fields[name], names[name] = _pieces_field(line, remaining[line.id]), line.id
    return type("GoodsFormOfOrder", (GoodsForm,), {**fields, "fields_of": names})


def _pieces_field(line: OrderLine, left: LineLeft) -> PiecesField:
    money = format_kr(left.gross_ore, language())
    hint = gettext("%(pieces)s tilbage, %(money)s i alt med moms.", pieces=left.quantity, money=money)
    return PiecesField(localised(line, "text"), most=left.quantity, description=hint)


class ComponentForm(MoneyForm):
    """One enterprise's part of a line."""

    share = ChoiceField(_("Hvad skal tages ud?"), validators=[Needed()])
    pieces = WholeField(
        _("Af hvor mange?"), least=1, most=100_000, description=_("Så mange kurve eller stykker mangler den.")
    )
    stock_back = BooleanField(
        _("Varen kan sælges igen"),
        description=_("Så kommer den tilbage på lager. Er pakken ikke sendt, sker det selv."),
    )

    @classmethod
    def about(cls, order: Order, left: Sequence[LineLeft], typed: Any, *, sold: bool) -> "MoneyForm":
        form = super().about(order, left, typed, sold=sold)
        form["share"].offer(component_choices(order, left))  # type: ignore[attr-defined]
        return form

    def tell(self, sentence: Any, field: str | None) -> bool:
        return super().tell(sentence, {"picks": "share", "amount": "pieces"}.get(field or "", field))

    def foresee(self, order: Order) -> Outlook:
        return foresee_component(order, int(self.share.data), int(self.pieces.data), self.cause)

    def give(self, order: Order, *, by: By, now: datetime) -> None:
        refund_component(order, int(self.share.data), int(self.pieces.data), self.cause, by=by, now=now)


def component_choices(order: Order, left: Sequence[LineLeft]) -> list[tuple[str, str]]:
    """Every share of an enterprise with something left, in words."""
    remaining = {share.share_id: share for line in left for share in line.shares if share.ore > 0 and share.quantity}
    return [
        (str(share.id), _choice(line, share, remaining[share.id].quantity))
        for line in order.lines
        for share in line.shares
        if share.enterprise and share.id in remaining
    ]


def _choice(line: OrderLine, share: Share, quantity: int) -> str:
    assert share.enterprise is not None
    what = localised(share.item_version, "name") if share.item_version else ""
    words: str = gettext(
        "%(what)s i %(sold)s, fra %(who)s (%(count)s tilbage)",
        what=what, sold=localised(line, "text"), who=share.enterprise.name, count=quantity,
    )  # fmt: skip
    return words
