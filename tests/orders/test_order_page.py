"""A buyer's own order by its link: what it tells in every state, to whom, and how a lost link is sent again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, expire_unpaid
from orders.payments.inbox import ask_about_open, pay_late
from orders.payments.models import Payment
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.orders.shopper import Shopper
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order, work


def letters(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == kind)) or 0


def the_order() -> Order:
    db.session.rollback()
    return db.session.scalars(select(Order)).one()


# --- Who sees it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["findes-ikke", "x" * 5_000, "%00", "1001", "..%2f..", "🎁"])
def test_a_forged_link_is_no_page(shopper: Shopper, token: str) -> None:
    place_order()
    shopper.get(f"/ordre/{token}")
    assert shopper.status == 404
    shopper.post(f"/ordre/{token}/betal", {})
    assert shopper.status == 404


def test_a_link_cut_short_is_no_page(shopper: Shopper) -> None:
    order = place_order()
    shopper.get(f"/ordre/{order.token[:-1]}")
    assert shopper.status == 404
    shopper.get(f"/ordre/{order.token}x")
    assert shopper.status == 404


def test_it_is_kept_by_nobody_and_named_to_nobody(shopper: Shopper) -> None:
    shopper.get(f"/ordre/{place_order().token}")
    assert shopper.headers["Referrer-Policy"] == "no-referrer"
    assert shopper.headers["Cache-Control"] == "no-store"
    assert shopper.headers["X-Robots-Tag"] == "noindex"


# --- What it says ---------------------------------------------------------------------------------------------------


def test_everything_stands_on_it_and_adds_up(shopper: Shopper) -> None:
    order = place_order([("den-groenne-kurv", 3), ("fredagskurven", 1)], [("opvaskeboerste", 2)], card_text="Hej & <b>")
    pay(order)
    shopper.get(f"/ordre/{order.token}")
    for said in (
        f"Ordre {order.number}",
        "bekræftet",
        "3 × Den grønne kurv",
        "2 × Opvaskebørste",
        "Hej & <b>",
        "Hvor går pengene hen?",
        "Den fælles pulje",
        "For arbejdet: Pakning af kurv",
        "Heraf moms, 25 %",
        "Karla Købersen",
    ):
        assert said in shopper.text
    assert 'href="/fortryd"' in shopper.page
    assert 'href="/handelsbetingelser"' in shopper.page
    table = shopper.page.split('class="split-table"')[1].split("</tbody>")[0]
    amounts = [cell.split("</span>")[0].split(">")[-1] for cell in table.split('class="money')[1:]]
    kroner = [text.replace(".", "").replace(",", "").replace("−", "-").removesuffix(" kr").strip() for text in amounts]
    assert sum(int(text.split("\xa0")[0].split(" ")[0]) for text in kroner) == order.gross_ore


def test_states_in_words(shopper: Shopper) -> None:
    order = place_order()
    path = f"/ordre/{order.token}"
    shopper.get(path)
    assert "ikke betalt" in shopper.text
    pay(order)
    shopper.get(path)
    assert "beløbet er reserveret" in shopper.text
    fulfil(order)
    shopper.get(path)
    assert "Beløbet bliver trukket nu." in shopper.text
    work()
    shopper.get(path)
    assert "Beløbet er trukket." in shopper.text
    assert "Betal nu" not in shopper.text


def test_cancelled_and_expired(shopper: Shopper) -> None:
    first, second = place_order(), place_order()
    pay(first)
    with transaction():
        cancel(lock_order(first.id), by=COMMAND, now=utc_now(), why="varen gik i stykker")
        lock_order(second.id).placed_at = utc_now() - timedelta(hours=2)
    expire_unpaid()
    shopper.get(f"/ordre/{first.token}")
    assert "Ordren er annulleret." in shopper.text
    shopper.get(f"/ordre/{second.token}")
    assert "Ordren blev ikke betalt i tide" in shopper.text
    assert "/betal" not in shopper.page
    shopper.post(f"/ordre/{second.token}/betal", {})
    assert shopper.path == f"/ordre/{second.token}"
    assert the_payments(second) == 1


def the_payments(order: Order) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Payment).where(Payment.order_id == order.id)) or 0


# --- Paying ---------------------------------------------------------------------------------------------------------


def test_it_tells_the_truth_without_a_worker(shopper: Shopper) -> None:
    shopper.buy()
    shopper.answer_bank("betal")
    assert "Din ordre er på plads" in shopper.text
    assert the_order().state == "confirmed"
    assert letters("order_confirmation") == 1
    work()
    shopper.get(shopper.path)
    assert letters("order_confirmation") == 1


def test_declined_and_tried_again(shopper: Shopper) -> None:
    shopper.buy()
    first = shopper.path
    shopper.answer_bank("afvis")
    assert "Kortet blev afvist. Din bestilling er gemt, og der er ikke trukket penge. Prøv igen" in shopper.text
    assert the_order().state == "placed"
    shopper.send(shopper.path + "/betal")
    assert shopper.path.startswith("/bank/")
    assert shopper.path != first
    shopper.answer_bank("betal")
    assert "Din ordre er på plads" in shopper.text
    assert the_payments(the_order()) == 2


def test_left_without_paying(shopper: Shopper) -> None:
    shopper.buy()
    bank = shopper.path
    order = the_order()
    assert f'href="/ordre/{order.token}"' in shopper.page
    shopper.get(f"/ordre/{order.token}")
    assert "Din bestilling er gemt, men ikke betalt." in shopper.text
    shopper.send(f"/ordre/{order.token}/betal")
    assert shopper.path == bank
    assert the_payments(order) == 1


def test_paid_later(shopper: Shopper) -> None:
    shopper.buy()
    shopper.answer_bank("senere")
    assert "Vi venter på besked fra banken" in shopper.text
    promise = db.session.scalars(select(Intention).where(Intention.kind == "sandbox_late")).one()
    pay_late(promise.payload)
    shopper.get(shopper.path)
    assert "Din ordre er på plads" in shopper.text
    assert letters("order_confirmation") == 1


def test_paid_now_after_having_said_later(shopper: Shopper) -> None:
    shopper.buy()
    shopper.answer_bank("senere")
    shopper.send(shopper.path + "/betal")
    shopper.answer_bank("betal")
    assert "Din ordre er på plads" in shopper.text
    pay_late(db.session.scalars(select(Intention).where(Intention.kind == "sandbox_late")).one().payload)
    assert the_payments(the_order()) == 1


def test_a_message_that_never_came_is_asked_for(shopper: Shopper) -> None:
    shopper.buy()
    bank = shopper.path
    shopper.post(bank, {**shopper.form(bank), "valg": "betal"}, follow=False)
    with transaction():
        db.session.scalars(select(Payment)).one().started_at = utc_now() - timedelta(minutes=11)
    ask_about_open()
    assert the_order().state == "confirmed"


def test_paying_what_is_paid_shows_the_order(shopper: Shopper) -> None:
    order = place_order()
    pay(order)
    shopper.post(f"/ordre/{order.token}/betal", {})
    assert shopper.path == f"/ordre/{order.token}"
    assert the_payments(order) == 1


def test_another_site_cannot_start_a_payment(shopper: Shopper) -> None:
    order = place_order()
    shopper.post(f"/ordre/{order.token}/betal", {}, origin={"Sec-Fetch-Site": "cross-site"})
    assert shopper.status == 403


# --- The lost link --------------------------------------------------------------------------------------------------


def test_the_link_is_mailed_to_whoever_ordered(shopper: Shopper) -> None:
    order = place_order()
    shopper.get("/ordre/find")
    shopper.send("/ordre/find", number=f" #{order.number} ", email="Karla@Example.com")
    assert "Kig i din mail" in shopper.text
    assert order.token not in shopper.page
    work()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "order_link")).one()
    assert letter.to_address == "karla@example.com"
    assert f"/ordre/{order.token}" in letter.text
    shopper.get("/ordre/find")
    shopper.send("/ordre/find", number=order.number, email="karla@example.com")
    work()
    assert letters("order_link") == 1


def test_the_answer_and_the_work_are_the_same_for_a_stranger(shopper: Shopper) -> None:
    order = place_order()
    answers, asked = [], []
    for number, email in (
        (order.number, "karla@example.com"),
        (order.number, "x@example.com"),
        ("9999", "x@example.com"),
    ):
        shopper.get("/ordre/find")
        form = {**shopper.form("/ordre/find"), "number": number, "email": email}
        with counted() as statements:
            shopper.post("/ordre/find", form)
        answers.append((shopper.status, shopper.text))
        asked.append([text.split("\n")[0] for text in statements])
    assert answers[0] == answers[1] == answers[2]
    assert asked[0] == asked[1] == asked[2]
    work()
    assert letters("order_link") == 1
    kept = [str(row.payload) for row in db.session.scalars(select(Intention).where(Intention.kind == "order_link"))]
    assert not any("@" in text for text in kept)


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "🎁", "<b>1001</b>", "1001; DROP TABLE", "a\x00b"])
def test_odd_numbers_and_addresses(shopper: Shopper, typed: str) -> None:
    shopper.get("/ordre/find")
    shopper.send("/ordre/find", number=typed, email=typed)
    assert shopper.status == 422
    assert 'href="#email"' in shopper.page
    assert "<b>1001" not in shopper.page


def test_guessing_is_slowed_down(shopper: Shopper) -> None:
    shopper.get("/ordre/find")
    form = {**shopper.form("/ordre/find"), "number": "1", "email": "x@example.com"}
    codes = []
    for _attempt in range(8):
        shopper.post("/ordre/find", form)
        codes.append(shopper.status)
    assert codes[:6] == [200] * 6
    assert codes[6:] == [429, 429]
    assert "Vent et øjeblik" in shopper.text


def test_the_page_asks_few_questions_however_long_the_order_is(shopper: Shopper) -> None:
    short, long = place_order(), place_order([("den-groenne-kurv", 1), ("fredagskurven", 1), ("kaffepausen", 2)])
    for order in (short, long):
        pay(order)
    counts = []
    for path in [f"/ordre/{order.token}" for order in (short, long)]:
        shopper.get(path)  # what is in the baskets is remembered from now on
        with counted() as statements:
            shopper.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 5  # one of them: what has been taken back
