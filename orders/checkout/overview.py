"""Everything a buyer sees immediately before pressing the button (forbrugeraftaleloven § 12)."""

from dataclasses import dataclass
from datetime import date

from orders.cart.models import Cart
from orders.cart.queries import CartView, ShownLine, view_cart
from orders.checkout.answers import check_answers
from orders.checkout.contents import Exceptions, exceptions_of, inside
from orders.checkout.place import Answers, tax_draft
from orders.checkout.send import answers_of
from orders.delivery.freight import Freight
from orders.delivery.plan import last_day, pack_day, shop_calendar
from orders.documents.words import organisation_of
from orders.payments.later import is_far


@dataclass(frozen=True, slots=True)
class Overview:
    """The order as it would be placed: lines, delivery, totals in øre, and what cannot be withdrawn from."""

    view: CartView
    answers: Answers
    way: Freight
    gross_ore: int
    vat_ore: int
    age: int
    exceptions: Exceptions
    pack_on: date
    is_far: bool  # it leaves later than what is reserved today would live

    @property
    def seen(self) -> str:
        """The prices a piece that stand on the page, for its own form to carry."""
        return " ".join(f"{shown.line.id}:{shown.base_ore}" for shown in self.view.lines if shown.thing is not None)

    @property
    def organisation(self) -> list[tuple[str, str]]:
        """What the invoice will say of a company or a public body; nothing of a private buyer."""
        buyer = self.answers.organisation
        return organisation_of(buyer.as_json()) if buyer else []

    def inside(self, shown: ShownLine) -> str:
        """What is in a basket of the cart."""
        return inside(shown.thing.current if shown.thing else None)


def find_overview(cart: Cart, today: date, answers: Answers | None = None) -> Overview | None:
    """The overview of a cart; None while something is still to be answered on the page before it.

    `answers` are what was told in another way than by the checkout's own form.
    """
    answers = answers or answers_of(cart)
    if answers is None or not cart.lines:
        return None
    calendar = shop_calendar()
    if not today <= answers.wanted_on <= last_day(today, calendar):
        return None  # a day of another age has no packing day to be looked for
    pack_on = pack_day(answers.wanted_on, answers.delivery, calendar)
    view = view_cart(cart, today=today, pack_on=pack_on)
    way, errors = check_answers(answers, view.drafted, today)
    if way is None or errors:
        return None
    taxed = tax_draft(view.drafted, way, cart.key, today)
    return Overview(
        view=view,
        answers=answers,
        way=way,
        gross_ore=sum(line.gross_ore for line in taxed),
        vat_ore=sum(line.vat_ore for line in taxed),
        age=view.drafted.age,
        exceptions=exceptions_of([one.version for one in view.drafted.lines]),
        pack_on=pack_on,
        is_far=is_far(pack_on, today),
    )
