"""Every page and letter is read in both languages: no Danish on an English one, no English on a Danish one.

The shop's front, people and letters; the rooms of partners and office are in test_english_rooms.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from passlib.totp import TOTP  # type: ignore[import-untyped]
from sqlalchemy import select, update

from catalog.supply.models import Supply
from orders.cart.models import CartLine
from orders.models import PICKUP
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.mail.deliver import write_out
from shop.mail.models import Letter
from shop.mail.post import post_letter
from shop.people.example import EXAMPLE_PASSWORD
from shop.people.invite import invite
from shop.people.models import COORDINATOR, SUPPLIER, Enterprise, Person
from shop.web.errors import error_page
from tests.house.reader import LANGUAGES, MAKER, OFFICE, Reader, language_of, orders_in_every_state, work
from tests.house.reading import danish_in, english_in, phrases
from tests.orders.shopper import TYPED
from tests.tools.world import pay, place_order

# --- The shop's front -------------------------------------------------------------------------------------------------


@LANGUAGES
def test_what_anybody_can_open(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    reader.crawl("/", "/fortryd", "/glemt-adgangskode")
    for query in ("?fra=9&til=1", "?fra=x&til=q", "?virksomheder=x&uden=q&alkohol=q&sorter=q&side=99", "?til=1"):
        reader.get(f"/kurve{query}")
    reader.get("/nix")
    reader.get("/kontor")
    reader.done(50)


@LANGUAGES
@pytest.mark.parametrize("code", [400, 405, 409, 413, 429, 500])
def test_pages_of_errors(sqlite_example: Flask, prefix: str, code: int) -> None:
    reader = Reader(sqlite_example, prefix)
    with sqlite_example.test_request_context("/", environ_overrides={"faelleskurven.language": language_of(prefix)}):
        reader.judge(str(code), phrases(error_page(code)[0]))
    reader.done(1)


@LANGUAGES
def test_forms_from_elsewhere_and_from_long_ago(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    typed = {"csrf_token": "x", "number": "1042"}
    reader.post("/ordre/find", typed, origin={"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"})
    assert reader.status == 403
    reader.get("/ordre/find")
    reader.post("/ordre/find", typed)
    assert reader.status in (400, 409, 422)
    reader.done(3)


@LANGUAGES
def test_the_way_to_an_order(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    for path in ("/bestilling", "/kassen", "/kassen/bestil"):
        reader.get(path)
    reader.post("/bestilling/laeg", {"basket": "findes-ikke"})
    reader.put("fredagskurven", quantity="0")
    reader.put("fredagskurven", kort="x" * 500)
    reader.put("fredagskurven")
    reader.put("den-groenne-kurv", quantity="3")
    reader.get("/bestilling")
    number = next(name.partition("-")[2] for name in reader.form("/bestilling") if name.startswith("antal-"))
    reader.send("/bestilling", **{f"antal-{number}": "x", f"kort-{number}": "x" * 500})
    assert reader.status == 422
    reader.get("/kassen")
    first = reader.form("/kassen")["wanted_on"]
    reader.tell(**dict.fromkeys((*TYPED, "wanted_on"), ""), is_gift="1")
    bad = ({"email": "x", "phone": "1", "postcode": "x"}, {"line1": "Prøvevej"}, {"delivery": "x"}, {"name": "x\x00"})
    for wrong in (*bad, {"postcode": "5000", "city": "Odense C", "delivery": "local"}):
        reader.tell(**wrong, wanted_on=first, is_gift=None)
        assert reader.status == 422
    for code in ("3900", "FO-100", "0000", "80000"):
        reader.tell(is_gift="1", to_name="x", to_line1="x" * 90, to_city="x" * 900, to_postcode=code, to_phone="1")
    today = local_day(utc_now())
    for days in (0, 400, 20 - today.weekday()):
        reader.tell(wanted_on=(today + timedelta(days=days)).isoformat(), is_gift=None)
        assert reader.status == 422
    reader.tell(wanted_on=first, is_gift=None)
    reader.send("/kassen/bestil")
    assert reader.status == 422
    reader.order()
    reader.answer_bank("afvis")
    reader.fill(f"{urlsplit(reader.path).path}/betal")
    reader.answer_bank("senere")
    for path in ("/bestilling", "/kassen"):
        reader.get(path)
    reader.done(12)


@LANGUAGES
def test_what_has_changed_meanwhile(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    reader.put("den-groenne-kurv")
    reader.tell()
    with transaction():
        db.session.execute(update(CartLine).values(seen_ore=100))
    reader.get("/bestilling")
    reader.get("/kassen/bestil")
    reader.tell()
    with transaction():
        db.session.execute(update(CartLine).values(seen_ore=100))
    reader.order()
    for left in (3, 0):
        with transaction():
            db.session.execute(update(Supply).values(taken=Supply.most - left, most=Supply.most))
        for path in ("/bestilling", "/kassen", "/kassen/bestil", "/kurve", "/kurve/den-groenne-kurv"):
            reader.get(path)
        reader.put("den-groenne-kurv", quantity="9")
        reader.get("/varer/opvaskeboerste")
        reader.post("/kassen/bestil", {"terms": "1"})
    reader.done(14)


@LANGUAGES
def test_ways_of_delivery_on_the_overview(sqlite_example: Flask, prefix: str) -> None:
    for delivery in ("local", "pickup:hos-flexvirk"):
        reader = Reader(sqlite_example, prefix)
        reader.put("den-store-kurv", quantity="5" if delivery != "local" else "1")
        reader.tell(delivery=delivery)
        reader.order()
        reader.answer_bank("betal")
        reader.done(4)


@LANGUAGES
def test_an_order_in_every_state(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    found = orders_in_every_state(language_of(prefix))
    paths = [f"/ordre/{order.token}" for order in found.values()]
    for path in paths:
        reader.get(path)
    work()
    for path in paths:
        reader.get(path)
    reader.done(5)


@LANGUAGES
def test_finding_an_order(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    reader.get("/ordre/find")
    for number, email in (("", ""), ("x" * 50, "x"), ("1042", "karla@example.com")):
        reader.get("/ordre/find")
        reader.send("/ordre/find", number=number, email=email)
    reader.done(3)


# --- People -----------------------------------------------------------------------------------------------------------


@LANGUAGES
def test_signing_in_and_ones_account(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    reader.get("/log-ind")
    reader.fill("/log-ind")
    reader.fill("/log-ind", email=MAKER, password="forkert")
    reader.get("/glemt-adgangskode")
    reader.fill("/glemt-adgangskode", email="x")
    reader.fill("/glemt-adgangskode", email=MAKER)
    reader.get("/log-ind")
    reader.fill("/log-ind", email=MAKER, password=EXAMPLE_PASSWORD)
    reader.get("/konto")
    reader.fill("/konto", name="", language="x")
    reader.fill("/konto", name="Prøvevej", language=language_of(prefix))
    reader.get("/ny-adgangskode")
    reader.fill("/ny-adgangskode", password="x", new_password="y", new_password_confirm="z")
    reader.get("/noedkoder")
    reader.get("/bekraeft")
    reader.fill("/bekraeft", password="x")
    reader.done(10)


@LANGUAGES
def test_signing_in_with_two_steps(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    for path in ("/log-ind", "/konto", "/totrin/opsaet"):
        reader.get(path)
        reader.fill("/log-ind", email=OFFICE, password=EXAMPLE_PASSWORD)
    reader.get("/totrin/opsaet")
    reader.fill("/totrin/opsaet", setup="authenticator")
    key = re.search(r"<kbd>([^<]+)</kbd>", reader.page)
    assert key
    reader.fill("/totrin", code="000000")
    reader.fill("/totrin", code=str(TOTP(key=re.sub(r"[- ]", "", key[1])).generate().token))
    for path in ("/konto", "/totrin/opsaet", "/noedkoder"):
        reader.get(path)
    reader.get("/noedkoder")
    reader.fill("/noedkoder")
    reader.get("/konto")
    later = Reader(sqlite_example, prefix)
    later.get("/log-ind")
    later.fill("/log-ind", email=OFFICE, password=EXAMPLE_PASSWORD, follow=False)
    later.get("/totrin")
    later.fill("/totrin", code="000000")
    later.get("/totrin/noedkode")
    later.fill("/totrin/noedkode", code="1234")
    later.get("/totrin")
    later.fill("/totrin/hjaelp", help_setup="help")
    reader.done(12)
    later.done(4)


@LANGUAGES
def test_two_roles(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix, "to-roller@example.dk")
    for path in ("/konto", "/partner", "/kontor", "/konto"):
        reader.get(path)
    reader.done(4)


@LANGUAGES
def test_a_link_to_a_new_password(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    reader.get("/glemt-adgangskode")
    reader.fill("/glemt-adgangskode", email=MAKER)
    work()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "reset_instructions")).one()
    path = re.search(r"/glemt-adgangskode/\S+", letter.text)
    assert path
    reader.get(path.group())
    reader.fill(path.group(), password="x", password_confirm="y")
    reader.get("/glemt-adgangskode/nonsense")
    reader.done(3)


@LANGUAGES
def test_invitations(sqlite_example: Flask, prefix: str) -> None:
    maker = db.session.scalars(select(Enterprise).where(Enterprise.slug == "kamoon")).one()
    by = db.session.scalars(select(Person).where(Person.email == OFFICE)).one()
    with transaction():
        found = [
            invite("ny@example.dk", COORDINATOR, None, by=by, now=utc_now()),
            invite("ny@example.dk", SUPPLIER, maker, by=by, now=utc_now()),
            invite(MAKER, SUPPLIER, maker, by=by, now=utc_now()),
        ]
        paths = [invitation.path for invitation in found]
    stranger, member = Reader(sqlite_example, prefix), Reader(sqlite_example, prefix, MAKER)
    for reader in (stranger, member):
        for path in paths:
            reader.get(path)
            reader.fill(path, name="", password="x")
            reader.fill(path, name="Kamoon", password="x")
        reader.done(3)
    office = Reader(sqlite_example, prefix, OFFICE)
    office.get("/kontor/folk")
    for email, place in (("x", "x"), ("x" * 300 + "@example.dk", "coordinator"), (OFFICE, "coordinator")):
        office.fill("/kontor/folk", email=email, place=place, language="da")
        office.get("/kontor/folk")
    for action in re.findall(r'action="([^"]+/(?:igen|tilbage))"', office.page):
        office.fill(action)
    office.get("/kontor/folk")
    for action in re.findall(r'action="([^"]+/fjern)"', office.page)[:3]:
        office.fill(action)
    for path in paths:
        stranger.get(path)
    stranger.done(6)
    office.done(8)


# --- Letters ----------------------------------------------------------------------------------------------------------


@LANGUAGES
def test_letters(sqlite_example: Flask, prefix: str) -> None:
    language = language_of(prefix)
    found = orders_in_every_state(language)
    more: dict[str, Any] = {"card_text": "12345", "delivery": PICKUP, "place": "hos-flexvirk", "language": language}
    found["fetched"] = place_order([("soendagskurven", 1), ("kaffepausen", 1)], **more)
    pay(found["fetched"])
    person = db.session.scalars(select(Person).where(Person.email == OFFICE)).one()
    maker = db.session.scalars(select(Enterprise).where(Enterprise.slug == "kamoon")).one()
    with transaction():
        for kind in ("order_link", "order_unpaid", "order_sent", "order_confirmation"):
            for name, order in found.items():
                post_letter(
                    kind, f"{kind}:{name}", to="x@example.dk", language=language, now=utc_now(), order_id=order.id
                )
        invite("ny@example.dk", COORDINATOR, None, by=person, now=utc_now(), language=language)
        invite("ny@example.dk", SUPPLIER, maker, by=person, now=utc_now(), language=language)
        for kind in ("reset_instructions", "reset_notice", "change_notice", "two_factor_rescue"):
            values: dict[str, Any] = {"path": "/x", "name": "Kamoon", "email": "x@example.dk"}
            post_letter(kind, kind, to="x@example.dk", language=language, now=utc_now(), **values)
    reader = Reader(sqlite_example, prefix)
    for letter in db.session.scalars(select(Letter).order_by(Letter.id)):
        message = write_out(letter)
        attached = [str(name) for name, _content, _kind in message.attachments]
        reader.judge(f"{letter.kind} {letter.id}: text", [message.subject, *message.body.splitlines(), *attached])
        reader.judge(f"{letter.kind} {letter.id}: html", phrases(str(message.alternatives[0][0])))
    kinds = {where.split()[0] for where in reader.read}
    assert kinds >= {"order_confirmation", "order_sent", "order_cancelled", "order_link", "order_unpaid", "invitation"}
    reader.done(30)


# --- The reader itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["Din bestilling er tom.", "Ordre 1001 er nu pakket.", "Pris", "and the løbenummer", "Kamoon og Kaffé Fair"],
)
def test_danish_is_told_from_english(said: str) -> None:
    assert danish_in(["Good day", said], ("Kamoon", "Kaffé Fair"))


@pytest.mark.parametrize("said", ["Your order is empty.", "The parcel has room for 40 characters", "Price"])
def test_english_is_told_from_danish(said: str) -> None:
    assert english_in(["Goddag", said])


def test_names_and_what_is_the_same_are_no_fault() -> None:
    names = ("Kamoon", "øre", "Ærlig & Søn")
    assert danish_in(["E-mail", "Kamoon", "12 øre", "The drawing by Ærlig & Søn"], names) == []
    assert english_in(["E-mail", "IBAN", "Cookies"]) == []
