"""The rooms of partners and office are read in both languages, as the shop's front is in test_english_pages."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from catalog.baskets.models import Basket
from orders.lock import lock_order
from orders.models import Order
from orders.payments.models import Payment
from orders.refunds.discount import give_discount
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Bearer, Cause
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.journal.record import COMMAND
from shop.mail.models import FAILED, Letter
from shop.settings.definitions import DEFINITIONS
from shop.settings.models import Setting
from tests.house.reader import DRIVER, LANGUAGES, MAKER, OFFICE, Reader, language_of, orders_in_every_state, work
from tests.tools.world import fulfil, pay, place_order

# --- The partners' room -----------------------------------------------------------------------------------------------


@LANGUAGES
@pytest.mark.parametrize("person", [MAKER, DRIVER])
def test_the_partners_room(sqlite_example: Flask, prefix: str, person: str) -> None:
    orders_in_every_state(language_of(prefix))
    reader = Reader(sqlite_example, prefix, person)
    reader.get("/partner")
    all_of_them = [(slug, 1) for slug in db.session.scalars(select(Basket.slug).order_by(Basket.slug))]
    for baskets in (all_of_them[:4], all_of_them[4:]):
        pay(place_order(baskets))
    driven = place_order([("kaffepausen", 1)], [("opvaskeboerste", 3)], delivery="local")
    pay(driven)
    fulfil(driven)
    reader.crawl("/partner", "/partner/folk")
    for query in ("?q=zzz", "?fra=x", "?fra=2026-12-01&til=2026-01-01", "?side=99", "?pr=maaned", "?pr=kurv"):
        reader.get(f"/partner{query}")
    if person == DRIVER:
        for path in ("", f"?dag={driven.wanted_on.isoformat()}", "?dag=x"):
            reader.get(f"/partner/koersel{path}")
    reader.get("/partner/folk")
    reader.fill("/partner/folk", email="x")
    reader.fill("/partner/folk", email="ny@example.dk", language=language_of(prefix))
    reader.done(10)


# --- The office -------------------------------------------------------------------------------------------------------


@LANGUAGES
def test_an_office_with_nothing_to_do(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix, OFFICE)
    for path in ("", "/breve", "/breve?vis=alle", "/folk", "?tilstand=alle&sog=zzz", "?dag=x&efter=q&side=99"):
        reader.get(f"/kontor{path}")
    for path in (
        "/breve?vis=alle&sog=zzz",
        "/katalog?sog=zzz",
        "/katalog/varer?sog=zzz",
        "/katalog/virksomheder?sog=zzz",
    ):
        reader.get(f"/kontor{path}")
    reader.done(10)


@LANGUAGES
def test_an_office_where_much_is_wrong(sqlite_example: Flask, prefix: str) -> None:
    orders_in_every_state(language_of(prefix))
    now = utc_now()
    with transaction():
        db.session.execute(update(Letter).values(state=FAILED, error="12345"))
        db.session.execute(update(Payment).values(authorised_at=now - timedelta(days=90)))
        db.session.execute(update(Order).values(pack_on=local_day(now) - timedelta(days=3)))
        for kind in ("capture", "payment_event", "sandbox_late", "x"):
            db.session.add(Intention(kind=kind, key=kind, posted_at=now, due_at=now, attempts=9, error="12345"))
        db.session.execute(delete(Setting).where(Setting.key.in_(("seller.name", "seller.cvr"))))
    reader = Reader(sqlite_example, prefix, OFFICE)
    for path in ("", "/breve", "/indstillinger", "/indstillinger/seller.cvr"):
        reader.get(f"/kontor{path}")
    reader.done(4)


@LANGUAGES
def test_the_office(sqlite_example: Flask, prefix: str) -> None:
    orders_in_every_state(language_of(prefix))
    work()
    with transaction():
        letter = db.session.scalars(select(Letter).order_by(Letter.id)).first()
        assert letter
        letter.state = FAILED
    reader = Reader(sqlite_example, prefix, OFFICE)
    reader.crawl("/kontor", "/kontor/stil", f"/kontor/breve/{letter.id}")
    reader.get(f"/kontor/breve/{letter.id}")
    for to in ("x", "ny@example.dk"):
        reader.fill(f"/kontor/breve/{letter.id}", to=to)
    reader.get("/kontor/katalog/kurve/den-groenne-kurv?pris=1")
    reader.done(100)


@LANGUAGES
def test_what_the_office_does_with_an_order(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix, OFFICE)
    order, other = (place_order(language=language_of(prefix)) for _ in range(2))
    for at in (f"/kontor/ordrer/{order.number}", f"/kontor/ordrer/{other.number}"):
        reader.get(at)
        reader.fill(f"{at}/pakket")
    pay(order)
    pay(other)
    for word in ("pakket", "pakket", "sendt", "afslut"):
        reader.get(f"/kontor/ordrer/{order.number}")
        reader.fill(f"/kontor/ordrer/{order.number}/{word}")
    reader.get(f"/kontor/ordrer/{order.number}")
    for why in ("", "x" * 9000, "12345"):
        reader.get(f"/kontor/ordrer/{other.number}")
        reader.fill(f"/kontor/ordrer/{other.number}/annuller", why=why)
    reader.done(6)


@LANGUAGES
def test_what_the_office_does_with_money(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix, OFFICE)
    placed, paid, sent = (place_order(language=language_of(prefix)) for _ in range(3))
    for order in (paid, sent):
        pay(order)
    fulfil(sent)
    typed: Any = {"why": "12", "bearer": "as_sold", "pieces": "1", "pieces_1": "1"}
    for order in (placed, paid, sent):
        at = f"/kontor/ordrer/{order.number}"
        share = order.lines[0].shares[0].id
        for need in ("rabat", "refunder", "vare", "kulance"):
            reader.get(f"{at}/{need}")
            for amount in ("", "x", "1", "999999"):
                reader.fill(f"{at}/{need}", trin="vis", amount=amount, share=str(share), **typed)
            reader.fill(f"{at}/{need}", trin="goer", seen="x", amount="1", share=str(share), **typed)
        reader.get(f"{at}/tilgode")
        given: Any = {"frigiv-why": "12", "afskriv-why": "", "tilbagebetalt-amount": "1", "tilbagebetalt-how": "bank"}
        for word in ("frigiv", "afskriv", "tilbagebetalt"):
            reader.fill(f"{at}/tilgode/{word}", **given)
    with transaction():
        refund_goodwill(lock_order(sent.id), 500, Cause("a", "12", note="12"), by=COMMAND, now=utc_now())
        give_discount(
            lock_order(placed.id), gross_ore=5, bearer=Bearer("pot"), why="12", key="k", by=COMMAND, now=utc_now()
        )
    for order in (placed, sent):
        reader.get(f"/kontor/ordrer/{order.number}")
    for path in (
        "penge",
        "penge?fra=x",
        "penge/tilgode",
        "posteringer",
        "posteringer?konto=virksomhed-1",
        "posteringer?ordre=x",
    ):
        reader.get(f"/kontor/{path}")
    reader.get("/kontor/posteringer/rettelse")
    for debit in ("", "pot", "bank"):
        reader.fill("/kontor/posteringer/rettelse", debit=debit, credit="pot", amount="1", why="12", ordre="")
    reader.done(60)


@LANGUAGES
def test_forms_of_the_settings(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix, OFFICE)
    day = local_day(utc_now()).strftime("%d.%m.%Y")
    odd: dict[str, Any] = {
        f"value-0-{name}": "x" for name in ("up_to_g", "gross_ore", "name_da", "postcode", "heading_da")
    }
    for definition in DEFINITIONS:
        path = f"/kontor/indstillinger/{definition.key}"
        reader.get(path)
        for value in ("", "x{x}" * 300):
            reader.fill(path, value=value, valid_from="x" if value else day, **odd)
        reader.fill(path, value="7", valid_from=day)
    reader.get("/kontor/indstillinger/moms")
    for rate, since in (("x", "x"), ("12", "1.1.2090"), ("0", "1.1.2090"), ("13", "1.1.2090")):
        reader.fill("/kontor/indstillinger/moms", category="S", rate_bp=rate, valid_from=since, source="12")
    reader.get("/kontor/indstillinger")
    reader.done(len(DEFINITIONS) + 3)
