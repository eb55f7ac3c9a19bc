"""Everything about a withdrawal is read in both languages: two steps, the receipt, the letters, the office's pages."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from orders.models import Order
from orders.withdrawal.models import Withdrawal
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.mail.deliver import write_out
from shop.mail.models import Letter
from tests.house.reader import LANGUAGES, OFFICE, Reader, language_of, work
from tests.house.reading import phrases
from tests.tools.world import fulfil, pay, place_order

FRESH = [("soendagskurven", 2), ("den-groenne-kurv", 1)]
TYPED = {"number": "9999", "scope": "del", "said": "12345", "name": "Karla", "email": "karla@example.com"}


def _sent(language: str, baskets: list[tuple[str, int]], items: list[tuple[str, int]] | None = None) -> Order:
    order = place_order(baskets, items or (), language=language)
    pay(order)
    fulfil(order)
    return order


def _both_steps(reader: Reader, path: str, **typed: str) -> int:
    reader.get(path)
    reader.send(path, **typed)
    reader.send(path)
    db.session.rollback()
    return int(db.session.scalars(select(Withdrawal.id).order_by(Withdrawal.id.desc())).first() or 0)


@LANGUAGES
def test_withdrawing(sqlite_example: Flask, prefix: str) -> None:
    language = language_of(prefix)
    reader = Reader(sqlite_example, prefix)
    reader.get("/fortryd")
    reader.send("/fortryd")
    reader.send("/fortryd", **{**TYPED, "email": "x", "said": ""})
    reader.send("/fortryd", **{**TYPED, "name": "x" * 900, "said": "x" * 9000})
    _both_steps(reader, "/fortryd", **TYPED)
    _both_steps(reader, "/fortryd", **TYPED)
    sent = _sent(language, FRESH, [("honningkage", 1)])
    path = f"/ordre/{sent.token}/fortryd"
    reader.get(path)
    picks = [name for name in reader.form(reader.at(path)) if name.startswith("antal_")]
    reader.send(path, **dict.fromkeys(picks, "x"))
    reader.send(path, **{picks[0]: "0"}, **dict.fromkeys(picks[1:]))
    _both_steps(reader, path, **{picks[0]: "1"})
    reader.get(path)
    _both_steps(reader, path)
    reader.get(path)
    for baskets in ([("den-groenne-kurv", 1)], FRESH):
        unsent = place_order(baskets, language=language)
        path = f"/ordre/{unsent.token}/fortryd"
        reader.get(path)
        one = [name for name in reader.form(reader.at(path)) if name.startswith("antal_")][:1]
        _both_steps(reader, path, **({one[0]: "1"} if baskets == FRESH else {}))
        reader.get(path)
    late, bought = _sent(language, FRESH), _sent(language, FRESH)
    with transaction():
        ago = utc_now() - timedelta(days=50)
        db.session.execute(
            update(Order).where(Order.id == late.id).values(placed_at=ago, sent_at=ago, wanted_on=local_day(ago))
        )
        db.session.execute(update(Order).where(Order.id == bought.id).values(buyer_kind="company"))
    for order in (late, bought):
        _both_steps(reader, f"/ordre/{order.token}/fortryd")
    _read_letters(reader)
    reader.done(40)


@LANGUAGES
def test_what_the_office_does_with_a_withdrawal(sqlite_example: Flask, prefix: str) -> None:
    language = language_of(prefix)
    buyer, office = Reader(sqlite_example, prefix), Reader(sqlite_example, prefix, OFFICE)
    for path in ("", "?vis=aabne", "?vis=alle", "?vis=alle&sog=zzz"):
        office.get(f"/kontor/fortrydelser{path}")
    unknown = _both_steps(buyer, "/fortryd", **TYPED)
    orders = [_sent(language, FRESH) for _order in range(3)]
    known = [_both_steps(buyer, f"/ordre/{order.token}/fortryd") for order in orders]
    work()
    with transaction():
        db.session.execute(update(Withdrawal).where(Withdrawal.id == known[2]).values(in_time=False))
    for path in ("/kontor", "/kontor/fortrydelser", "/kontor/fortrydelser?vis=alle"):
        office.get(path)
    at = f"/kontor/fortrydelser/{unknown}"
    office.get(f"{at}?ordre={orders[0].number}")
    for wanted in ("9999", orders[0].number):
        office.fill(f"{at}/find", number=wanted)
    for number in known:
        at = f"/kontor/fortrydelser/{number}"
        office.get(at)
        for amount, why in (("x", ""), ("5", ""), ("99999", "1")):
            office.fill(f"{at}/varer", reduction_ore=amount, reduction_why=why)
        office.fill(f"{at}/annuller")
        office.fill(f"{at}/afvis", why="")
    office.fill(f"/kontor/fortrydelser/{known[0]}/varer", reduction_ore="5", reduction_why="12345", stock_back="1")
    office.fill(f"/kontor/fortrydelser/{known[0]}/betal")
    office.fill(f"/kontor/fortrydelser/{known[0]}/betal")
    office.fill(f"/kontor/fortrydelser/{known[1]}/betal")
    office.fill(f"/kontor/fortrydelser/{known[2]}/afvis", why="12345")
    for order, number in zip(orders, known, strict=True):
        office.get(f"/kontor/fortrydelser/{number}")
        office.get(f"/kontor/ordrer/{order.number}")
        buyer.get(f"/ordre/{order.token}/fortryd")
    for key in db.session.scalars(select(Withdrawal.key)).all():
        buyer.get(f"/fortryd/kvittering/{key}")
    _read_letters(office)
    buyer.done(15)
    office.done(35)


def _read_letters(reader: Reader) -> None:
    """Every letter about a withdrawal, as it is sent."""
    work()
    letters = db.session.scalars(select(Letter).where(Letter.kind.startswith("withdrawal")).order_by(Letter.id)).all()
    assert letters
    for letter in letters:
        message = write_out(letter)
        reader.judge(f"{letter.kind} {letter.id}: text", [message.subject, *message.body.splitlines()])
        reader.judge(f"{letter.kind} {letter.id}: html", phrases(str(message.alternatives[0][0])))
