"""What a buyer types on the page of the cart: a number and a card text for each line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orders.cart.change import read_card, read_quantity, without_controls
from orders.cart.models import Cart, CartLine
from orders.cart.queries import ShownLine
from shop.errors import Refused

KEPT = 4000  # characters of a text that is too long are shown again up to here


_KEY = re.compile(r"[0-9a-f]{32}")


def read_key(text: str) -> str:
    """A cart's key as its forms carry it; what no form of ours would carry is nothing."""
    return text if _KEY.fullmatch(text) else ""


@dataclass(slots=True)
class TypedLine:
    """One line as it was typed: what could be read of it, and what was wrong, by field."""

    line_id: int
    quantity: str
    card: str
    read_quantity: int = 1
    read_card: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def read_lines(cart: Cart, typed: Mapping[str, str]) -> list[TypedLine]:
    """Every line of the cart that the form says something of. Lines the form does not know stay as they are."""
    return [_read(line, typed) for line in cart.lines if f"antal-{line.id}" in typed]


def _read(line: CartLine, typed: Mapping[str, str]) -> TypedLine:
    quantity = typed[f"antal-{line.id}"]
    card = typed.get(f"kort-{line.id}", line.card_text)
    one = TypedLine(line.id, without_controls(quantity[:40]), without_controls(card[:KEPT]))
    try:
        one.read_quantity = read_quantity(quantity)
    except Refused as refused:
        one.errors["quantity"] = str(refused)
    try:
        one.read_card = read_card(card)
    except Refused as refused:
        one.errors["card"] = str(refused)
    return one


def as_typed(lines: Sequence[ShownLine], typed: Sequence[TypedLine]) -> dict[int, TypedLine]:
    """What stands in the fields of each line: what was typed just now, else what is kept."""
    held = {one.line_id: one for one in typed}
    return {
        shown.line.id: held.get(shown.line.id)
        or TypedLine(shown.line.id, str(shown.line.quantity), shown.line.card_text)
        for shown in lines
    }
