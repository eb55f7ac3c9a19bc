"""Every page and letter is read in both languages: no Danish on an English one, no English on a Danish one."""

import re
from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from orders.models import PICKUP, Order
from orders.moves import cancel, expire_unpaid, lock_order
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.record import COMMAND
from shop.mail.deliver import write_out
from shop.mail.models import FAILED, Letter
from shop.mail.post import post_letter
from shop.people.example import EXAMPLE_PASSWORD
from shop.people.invite import invite
from shop.people.models import COORDINATOR, SUPPLIER, Enterprise, Person
from shop.settings.definitions import DEFINITIONS
from shop.web.limits import limiter
from tests.house.reading import danish_in, english_in, names_of_the_shop, phrases
from tests.orders.shopper import TYPED, Shopper
from tests.tools.client import PageClient
from tests.tools.world import fulfil, pay, place_order

OFFICE, MAKER, DRIVER = "koordinator@example.dk", "blindes-arbejde@example.dk", "skejby-rangers@example.dk"
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MOST_ALIKE = 16  # of pages that differ only in their last part or their query, so many are read


class Unchecked(PageClient):
    """A visitor whose pages are only read here; other tests check them as pages."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = Context().run(super(PageClient, self).open, *args, **{**kwargs, "buffered": True})
        db.session.rollback()
        return response


class Reader(Shopper):
    """A browser in one language that reads everything it is shown."""

    def __init__(self, app: Flask, prefix: str, email: str = "") -> None:
        app.test_client_class = Unchecked
        super().__init__(app)
        self.prefix = prefix
        self.names = names_of_the_shop()
        self.read: list[str] = []
        self.faults: dict[str, list[str]] = {}
        if email:
            assert isinstance(self.client, PageClient)
            self.client.sign_in(email)

    def at(self, path: str) -> str:
        """An address in the reader's language."""
        return path if path.startswith(self.prefix + "/") else self.prefix + path

    def get(self, path: str) -> str:
        return super().get(self.at(path))

    def post(
        self, path: str, data: dict[str, str], *, follow: bool = True, origin: dict[str, str] | None = None
    ) -> str:
        return super().post(self.at(path), data, follow=follow, origin=origin)

    def form(self, action: str) -> dict[str, str]:
        return super().form(self.at(action))

    def fill(self, path: str, **typed: str) -> str:
        """Send what is typed with the token of the page seen last."""
        found = TOKEN.search(self.page)
        return self.post(path, {**({"csrf_token": found[1]} if found else {}), **typed})

    def crawl(self, *starts: str) -> None:
        """Open these addresses and every one that they lead to, in the same language."""
        waiting, seen, alike = [self.at(start) for start in starts], set[str](), dict[str, int]()
        while waiting:
            path = waiting.pop(0)
            kind = path.rpartition("?")[0] or path.rpartition("/")[0]
            alike[kind] = alike.get(kind, 0) + 1
            if path in seen or alike[kind] > MOST_ALIKE:
                continue
            seen.add(path)
            self.get(path)
            if self.status == 200:
                waiting += [link for link in self._links() if link not in seen]

    def _links(self) -> Iterator[str]:
        other = "/en/" if not self.prefix else None
        for link in LINK.findall(self.page):
            path = link.replace("&amp;", "&")
            if path.startswith("?"):
                path = urlsplit(self.path).path + path
            inside = path.startswith(self.prefix + "/") and not (other and path.startswith(other)) and path != "/en/"
            if inside and not re.search(r"/(static|log-ud|metrics)|\.(csv|xlsx|svg|pdf)\b|[?&]moms=", path):
                yield path

    def _took(self, answer: Any, path: str) -> str:
        page = super()._took(answer, path)
        if answer.mimetype == "text/html" and not 300 <= self.status < 400:
            self.judge(f"{path} ({self.status})", phrases(page))
        return page

    def judge(self, where: str, said: list[str]) -> None:
        """Remember what is in the wrong language."""
        self.read.append(where)
        if wrong := danish_in(said, self.names) if self.prefix else english_in(said):
            self.faults.setdefault(where, []).extend(wrong)

    def done(self, least: int) -> None:
        """Nothing was in the wrong language, on at least so many pages."""
        assert not self.faults, "\n".join(f"{where}: {wrong}" for where, wrong in self.faults.items())
        assert len(self.read) >= least, self.read


@pytest.fixture(params=["/en", ""], ids=["english", "danish"])
def prefix(request: pytest.FixtureRequest) -> Iterator[str]:
    """The beginning of every address in one of the languages."""
    limiter.reset()
    yield str(request.param)
    limiter.reset()


def work() -> None:
    """What the worker would do now."""
    db.session.rollback()
    soon = utc_now() + timedelta(seconds=5)
    for number in due_intentions(soon):
        carry_out(number, now=soon)


def orders_in_every_state(language: str) -> dict[str, Order]:
    """One order each: just placed, paid, sent, cancelled and expired."""
    found = {name: place_order(language=language) for name in ("expired", "placed", "paid", "cancelled")}
    found["sent"] = place_order([("fredagskurven", 2)], [("opvaskeboerste", 1)], language=language, is_gift=True)
    for name in ("paid", "cancelled", "sent"):
        pay(found[name])
    fulfil(found["sent"])
    with transaction():
        cancel(lock_order(found["cancelled"].id), by=COMMAND, now=utc_now(), why="12345")
        lock_order(found["expired"].id).placed_at = utc_now() - timedelta(hours=2)
    expire_unpaid()
    return found


def language_of(prefix: str) -> str:
    return "en" if prefix else "da"


# --- The shop's front -------------------------------------------------------------------------------------------------


def test_what_anybody_can_open(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    reader.crawl("/", "/fortryd", "/glemt-adgangskode")
    for query in ("?fra=9&til=1", "?fra=x&til=q", "?antal=x&uden=q&alkohol=q&orden=q&side=99", "?til=1"):
        reader.get(f"/kurve{query}")
    reader.get("/nix")
    reader.get("/kontor")
    reader.done(50)


def test_forms_from_elsewhere_and_from_long_ago(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    typed = {"csrf_token": "x", "number": "1042"}
    reader.post("/ordre/find", typed, origin={"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"})
    assert reader.status == 403
    reader.get("/ordre/find")
    reader.post("/ordre/find", typed)
    assert reader.status in (400, 409, 422)
    reader.done(3)


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
    for wrong in ({"email": "x", "phone": "1", "postcode": "x"}, {"line1": "Prøvevej"}, {"delivery": "x"}):
        reader.tell(**wrong)
        assert reader.status == 422
    for code in ("3900", "FO-100", "0000", "80000"):
        reader.tell(is_gift="1", to_name="x", to_line1="x" * 90, to_city="x" * 900, to_postcode=code, to_phone="1")
    today = local_day(utc_now())
    for days in (0, 400, 20 - today.weekday()):
        reader.tell(wanted_on=(today + timedelta(days=days)).isoformat())
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


def test_ways_of_delivery_on_the_overview(sqlite_example: Flask, prefix: str) -> None:
    for delivery in ("local", "pickup:hos-flexvirk"):
        reader = Reader(sqlite_example, prefix)
        reader.put("den-store-kurv", quantity="5" if delivery != "local" else "1")
        reader.tell(delivery=delivery)
        reader.order()
        reader.answer_bank("betal")
        reader.done(4)


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


def test_finding_an_order(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    reader.get("/ordre/find")
    for number, email in (("", ""), ("x" * 50, "x"), ("1042", "karla@example.com")):
        reader.get("/ordre/find")
        reader.send("/ordre/find", number=number, email=email)
    reader.done(3)


# --- People -----------------------------------------------------------------------------------------------------------


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
    reader.get("/totrin/opsaet")
    reader.fill("/totrin/opsaet", setup="authenticator")
    reader.fill("/totrin", code="000000")
    reader.get("/bekraeft")
    reader.fill("/bekraeft", password="x")
    reader.done(10)


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
        reader.done(3)


# --- The partners' room -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [MAKER, DRIVER])
def test_the_partners_room(sqlite_example: Flask, prefix: str, person: str) -> None:
    orders_in_every_state(language_of(prefix))
    reader = Reader(sqlite_example, prefix, person)
    reader.get("/partner")
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


def test_the_office(sqlite_example: Flask, prefix: str) -> None:
    orders_in_every_state(language_of(prefix))
    work()
    with transaction():
        letter = db.session.scalars(select(Letter).order_by(Letter.id)).first()
        assert letter
        letter.state = FAILED
    reader = Reader(sqlite_example, prefix, OFFICE)
    reader.crawl("/kontor", "/kontor/stil", f"/kontor/breve/{letter.id}")
    reader.get("/kontor/folk")
    reader.fill("/kontor/folk", email="x", place="x")
    reader.fill("/kontor/folk", email=MAKER, place="kontoret")
    reader.get(f"/kontor/breve/{letter.id}")
    for to in ("x", "ny@example.dk"):
        reader.fill(f"/kontor/breve/{letter.id}", to=to)
    reader.get("/kontor/katalog/kurve/den-groenne-kurv?pris=1")
    reader.done(100)


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


def test_forms_of_the_settings(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix, OFFICE)
    day = local_day(utc_now()).strftime("%d.%m.%Y")
    odd = {f"value-0-{name}": "x" for name in ("up_to_g", "gross_ore", "name_da", "postcode", "heading_da")}
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


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_letters(sqlite_example: Flask, prefix: str) -> None:
    language = language_of(prefix)
    found = orders_in_every_state(language)
    place_order([("soendagskurven", 1)], card_text="12345", delivery=PICKUP, place="hos-flexvirk", language=language)
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
