"""One posting's story: the event, the order, the component and the rule that made it; what came before and after."""

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select

from catalog.items.models import ItemPrice
from orders.books.models import Account, Posting
from orders.books.post import hash_of
from orders.books.words import CODES, account_name
from orders.models import Order, OrderLine, Share
from orders.reversals.models import Refund
from shop.db import db
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.money import format_kr
from shop.numbers import whole_number
from shop.people.models import Enterprise

MOST_RELATED = 50


def find_posting(name: str) -> Posting | None:
    """A posting by its number or its reference."""
    number = whole_number(name, 9)
    if number is not None:
        return db.session.get(Posting, number)
    return db.session.scalar(select(Posting).where(Posting.reference == name))


def story_of(posting: Posting) -> list[str]:
    """The story in lines; no buyer's name is in it."""
    return [*_itself(posting), *_order(posting), *_share(posting), *_refund(posting), *_before_and_after(posting)]


def _name_of(account_id: int) -> str:
    account = db.session.get_one(Account, account_id)
    owner = db.session.get_one(Enterprise, account.enterprise_id).name if account.enterprise_id else None
    return account_name(account.kind, owner)


def _itself(posting: Posting) -> Iterator[str]:
    yield _(
        "Postering %(id)s (%(reference)s), %(code)s, bogført %(day)s",
        id=posting.id, reference=posting.reference, code=CODES[posting.code], day=posting.booked_on.isoformat(),
    )  # fmt: skip
    yield f"  {format_kr(posting.ore)}: {_name_of(posting.debit_id)} ← {_name_of(posting.credit_id)}"
    row = {column.key: getattr(posting, column.key) for column in Posting.__table__.columns}
    yield "  " + (
        _("Uændret: aftrykket passer.") if hash_of(row) == posting.hash else _("ÆNDRET: aftrykket passer ikke.")
    )
    if posting.note:
        yield f"  {posting.note}"


def _order(posting: Posting) -> Iterator[str]:
    if posting.order_id is not None:
        order = db.session.get_one(Order, posting.order_id)
        yield _("Ordre %(number)s, %(amount)s", number=order.number, amount=format_kr(order.gross_ore))
    if posting.line_id is not None:
        line = db.session.get_one(OrderLine, posting.line_id)
        yield "  " + _(
            "Linje %(position)s: %(count)s × %(text)s, %(net)s + moms %(vat)s",
            position=line.position, count=line.quantity, text=localised(line, "text"), net=format_kr(line.net_ore),
            vat=format_kr(line.vat_ore),
        )  # fmt: skip


def _share(posting: Posting) -> Iterator[str]:
    if posting.share_id is None:
        return
    share = db.session.get_one(Share, posting.share_id)
    owner = share.enterprise.name if share.enterprise else _("den fælles pulje")
    yield _("Andel: %(owner)s, %(amount)s", owner=owner, amount=format_kr(share.ore))
    yield "  " + _(
        "Delt efter reglen «%(policy)s», øreafrunding u = %(bits)s / 2^32",
        policy=share.line.policy, bits=share.line.offset_bits,
    )  # fmt: skip
    if share.item_version is not None:
        name = localised(share.item_version, "name")
        yield f"  {share.pieces} × {name}: " + _("aftalt pris %(price)s stykket", price=format_kr(share.basis_ore))
    if share.price_id is not None:
        price = db.session.get_one(ItemPrice, share.price_id)
        yield "  " + _("Prisen gælder fra %(day)s (pris nr. %(id)s)", day=price.valid_from.isoformat(), id=price.id)


def _refund(posting: Posting) -> Iterator[str]:
    if posting.refund_id is None:
        return
    refund = db.session.get_one(Refund, posting.refund_id)
    yield _("Taget tilbage: %(amount)s, fordi: %(why)s", amount=format_kr(refund.gross_ore), why=refund.why or "–")
    yield f"  {refund.key}, {refund.by_name}" + (f": {refund.note}" if refund.note else "")


def _before_and_after(posting: Posting) -> Iterator[str]:
    related = _related(posting)
    if related:
        yield _("Før og efter:")
    for one in related:
        mark = "→" if one.id == posting.id else " "
        yield f" {mark} {one.id}  {one.booked_on.isoformat()}  {CODES[one.code]}  {format_kr(one.ore)}  {one.reference}"


def _related(posting: Posting) -> Sequence[Posting]:
    if posting.order_id is None:
        return []
    query = select(Posting).where(Posting.order_id == posting.order_id)
    if posting.share_id is not None:
        query = query.where(or_(Posting.share_id == posting.share_id, Posting.line_id.is_(None)))
    return db.session.scalars(query.order_by(Posting.id).limit(MOST_RELATED)).all()
