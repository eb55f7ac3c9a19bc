"""The lines of invoices and credit notes: what is left of an order when it leaves, and what is taken back of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.baskets.models import BasketComponent, BasketVersion
from orders.models import COMPONENT, Order, OrderLine
from orders.reversals.models import GOODWILL, Refund, RefundLine, RefundShare
from orders.reversals.queries import lines_left
from orders.reversals.taking import LineLeft
from shop.db import db
from shop.money import part_of


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What an invoice or a credit note says of one thing, in øre and in both languages; amounts after the discount.

    `discount_ore` is what was taken off, without VAT. `contents` are the things in a basket, in its language.
    """

    text_da: str
    text_en: str
    quantity: int
    net_ore: int
    vat_ore: int
    gross_ore: int
    vat_category: str
    vat_rate_bp: int
    discount_ore: int = 0
    contents: tuple[str, ...] = ()
    kind: str = ""


def frozen_lines(data: dict[str, Any]) -> list[InvoiceLine]:
    """The lines of a document as they were frozen, in its own language."""
    return [
        InvoiceLine(
            one["text"], one["text"], one["quantity"], one["net_ore"], one["vat_ore"], one["gross_ore"],
            one["vat_category"], one["vat_rate_bp"], one["discount_ore"], tuple(one["contents"]), one.get("kind", ""),
        )
        for one in data["lines"]
    ]  # fmt: skip


def order_lines(order: Order) -> list[InvoiceLine]:
    """What is left of an order's lines, freight too; baskets with what is in them. What is wholly gone is left out."""
    return [line for line in _left_lines(order) if line.quantity]


def _left_lines(order: Order) -> list[InvoiceLine]:
    parts = selectinload(BasketVersion.components).joinedload(BasketComponent.item_version)
    rows = db.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.position)
        .options(joinedload(OrderLine.basket_version).options(parts), selectinload(OrderLine.shares))
    )
    left = {line.line_id: line for line in lines_left(order.id)}
    return [_line(line, left[line.id], order.language) for line in rows]


def lines_anew(order: Order) -> list[InvoiceLine]:
    """What is left of an order's lines in money, as another invoice says it.

    Goods that came back and were worth less leave money on a line without pieces: it is said to be for that.
    """
    return [_kept_back(line) if not line.quantity else line for line in _left_lines(order) if line.gross_ore]


def _kept_back(line: InvoiceLine) -> InvoiceLine:
    danish, english = f"Værditab: {line.text_da}", f"Loss of value: {line.text_en or line.text_da}"
    return replace(line, text_da=danish, text_en=english, quantity=1, discount_ore=0, contents=(), kind="")


def _line(line: OrderLine, left: LineLeft, language: str) -> InvoiceLine:
    return InvoiceLine(
        line.text_da,
        line.text_en,
        left.quantity,
        left.net_ore,
        left.vat_ore,
        left.gross_ore,
        line.vat_category,
        line.vat_rate_bp,
        discount_ore=part_of(line.discount_net_ore, left.quantity, line.quantity) if left.quantity else 0,
        contents=contents_left(line, left, language),
        kind=line.kind,
    )


def contents_left(line: OrderLine, left: LineLeft, language: str) -> tuple[str, ...]:
    """The things that are still in a basket of an order, in one language."""
    gone = {share.share_id for share in left.shares if share.quantity == 0}
    components = {share.component_id for share in line.shares if share.id in gone}
    return contents_of(line.basket_version, language, without=components)


def contents_of(
    version: BasketVersion | None, language: str, *, without: Sequence[int | None] | set[int | None] = ()
) -> tuple[str, ...]:
    """The things in a basket, in one language: "2 × Kaffe". Nothing for what is no basket."""
    if version is None:
        return ()
    return tuple(
        (f"{part.quantity} × " if part.quantity > 1 else "")
        + in_words(part.item_version.name_da, part.item_version.name_en, language)
        for part in version.components
        if part.kind == COMPONENT and part.id not in without
    )


def in_words(danish: str, english: str, language: str) -> str:
    """A text in the document's language; Danish where there is no English."""
    return english if language == "en" and english else danish


def credit_lines(refund: Refund) -> list[InvoiceLine]:
    """What is taken back, as a credit note says it: pieces of a line, one thing out of it, or money."""
    rows = db.session.scalars(
        select(RefundLine)
        .where(RefundLine.refund_id == refund.id)
        .order_by(RefundLine.id)
        .options(
            joinedload(RefundLine.line), selectinload(RefundLine.shares).joinedload(RefundShare.share, innerjoin=False)
        )
    )
    return [_credited(row, refund.kind) for row in rows]


def _credited(row: RefundLine, kind: str) -> InvoiceLine:
    danish, english, quantity = row.line.text_da, row.line.text_en, row.quantity or 1
    alone = next((one for one in row.shares if one.pieces and one.share and one.share.item_version), None)
    if alone is not None and alone.share is not None and alone.share.item_version is not None:
        version = alone.share.item_version
        quantity = alone.share.pieces * alone.pieces // row.line.quantity or 1
        danish, english = f"{version.name_da} i {danish}", f"{version.name_en or version.name_da} in {english}"
    elif kind == GOODWILL:
        danish, english = f"Afslag: {danish}", f"Allowance: {english}"
    return InvoiceLine(
        danish,
        english,
        quantity,
        row.net_ore,
        row.vat_ore,
        row.gross_ore,
        row.line.vat_category,
        row.line.vat_rate_bp,
        kind=row.line.kind if row.quantity else "",
    )
