"""The way of a bulk move through the pages, without script: tick, look, begin, follow, leave, find again."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from orders.bulk import foresee
from orders.bulk.models import BulkMove, BulkMoveItem
from orders.models import Order
from shop.db import db
from tests.orders.bulk_world import PACKED, PAID, SENT, UNPAID, begin, next_week, order_in, states
from tests.orders.office_room import Office, words
from tests.tools.client import PageClient
from tests.tools.statements import counted
from tests.tools.world import work

MOST_QUESTIONS = 20


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found[1])


def look(office: Office, goer: str, *orders: Order, status: int = 200) -> str:
    ticked = "".join(f"&ordre={order.number}" for order in orders)
    return office.get(f"/kontor/flere/se?goer={goer}{ticked}", status)


def press(office: Office, page: str, **more: str) -> str:
    """Press the preview's button and open what it leads to."""
    return office.follow("/kontor/flere", **{name: hidden(page, name) for name in ("goer", "key", "ordrer")}, **more)


def test_the_whole_way_without_script(example: Flask) -> None:
    paid, unpaid = [order_in(PAID) for _ in range(3)], order_in(UNPAID)
    office = Office(example)
    board = office.get("/kontor")
    for order in (*paid, unpaid):
        assert f'name="ordre" value="{order.number}"' in " ".join(board.split())
    page = look(office, "pakket", *paid, unpaid)
    said = words(page)
    assert "Notér 4 ordrer som pakket" in said
    assert "Notér 3 ordrer som pakket" in said
    assert "1 ordre kan ikke." in said
    assert f"Det kan ikke gøres nu: ordre {unpaid.number} er afventer betaling." in said
    assert states(paid) == ["confirmed"] * 3
    assert db.session.scalar(select(func.count()).select_from(BulkMove)) == 0

    page = words(press(office, page))
    assert "0 af 4 ordrer har haft deres tur." in page
    assert "Du kan gå fra siden." in page
    board = office.get("/kontor")
    assert "0 af 4 ordrer har haft deres tur." in words(board)
    number = db.session.scalars(select(BulkMove.id)).one()
    assert f'href="/kontor/flere/{number}"' in board

    work()
    page = office.get(f"/kontor/flere/{number}")
    assert "3 ordrer er pakket. 1 kunne ikke." in words(page)
    assert f'href="/kontor/ordrer/{unpaid.number}"' in page
    assert "afventer betaling" in page
    assert "har haft deres tur" not in office.get("/kontor")
    assert "Notér 4 ordrer som pakket færdig 3 1" in words(office.get("/kontor/flere"))
    assert states(paid) == ["packed"] * 3


def test_everything_the_filter_shows(sqlite_example: Flask) -> None:
    """More than a page of the board; the day and the state are the filter's."""
    orders = [order_in(PAID) for _ in range(26)]
    other, packed = order_in(PAID), order_in(PACKED)
    next_week(other)
    office = Office(sqlite_example)
    day = orders[0].pack_on.isoformat()
    board = office.get(f"/kontor?tilstand=confirmed&dag={day}")
    assert "Alle 26, listen viser" in words(board)
    assert (hidden(board, "tilstand"), hidden(board, "dag")) == ("confirmed", day)
    assert 'value="sendt"' not in board  # no confirmed order can be sent
    page = office.get(f"/kontor/flere/se?goer=pakket&alle=1&tilstand=confirmed&dag={day}&ordre={other.number}")
    assert "Notér 26 ordrer som pakket" in words(page)
    assert other.number not in words(page)
    press(office, page)
    work()
    assert states(orders) == ["packed"] * 26
    assert states([other, packed]) == ["confirmed", "packed"]


def test_cancelling_asks_why_and_loses_nothing(sqlite_example: Flask) -> None:
    order = order_in(PAID)
    office = Office(sqlite_example)
    page = look(office, "annuller", order)
    assert "Hvorfor annullerer du?" in page
    typed = {name: hidden(page, name) for name in ("goer", "key", "ordrer")}
    refused = office.post("/kontor/flere", 422, **typed, why=" ")
    assert "Vi mangler lidt" in refused
    assert hidden(refused, "ordrer") == typed["ordrer"]
    page = press(office, refused, why="Udsolgt hos mejeriet")
    assert "Begrundelse: «Udsolgt hos mejeriet»" in words(page)
    work()
    assert states([order]) == ["cancelled"]


def test_what_was_seen_goes_with_the_form(sqlite_example: Flask) -> None:
    """Changed between looking and pressing: it is refused, though nothing was begun yet when it was changed."""
    order = order_in(PAID)
    office = Office(sqlite_example)
    page = look(office, "annuller", order)
    next_week(order)
    press(office, page, why="Udsolgt")
    work()
    assert states([order]) == ["confirmed"]
    item = db.session.scalars(select(BulkMoveItem)).one()
    assert item.state == "refused"
    assert "er ændret, siden du så den" in item.sentence_da


def test_the_same_form_twice_is_one_move(sqlite_example: Flask) -> None:
    office, order = Office(sqlite_example), order_in(PAID)
    page = look(office, "pakket", order)
    assert press(office, page) == press(office, page)
    assert db.session.scalar(select(func.count()).select_from(BulkMove)) == 1


def test_those_that_were_refused_can_be_tried_again(sqlite_example: Flask) -> None:
    office, order = Office(sqlite_example), order_in(SENT)
    number = begin("pack", [order])
    work()
    page = office.get(f"/kontor/flere/{number}")
    again = re.search(r'href="(/kontor/flere/se[^"]*)"', page)
    assert again is not None
    assert "Ingen af ordrerne kan flyttes." in office.get(html.unescape(again[1]))
    assert "Notér 0" not in words(page)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Vælg, hvad der skal ske med ordrerne."),
        ("goer=vrøvl&ordre=1", "Vælg, hvad der skal ske med ordrerne."),
        ("goer=pakket", "Sæt mindst ét kryds ud for en ordre."),
        ("goer=pakket&ordre=findes-ikke&ordre=%00&ordre=%F0%9F%8E%81", "Sæt mindst ét kryds ud for en ordre."),
        ("goer=pakket&alle=1&tilstand=closed", "Sæt mindst ét kryds ud for en ordre."),
        ("goer=pakket&alle=1&sog=%00%25&dag=pludder", "Sæt mindst ét kryds ud for en ordre."),
    ],
)
def test_nothing_that_can_be_typed_breaks_it(sqlite_example: Flask, query: str, said: str) -> None:
    assert said in Office(sqlite_example).get(f"/kontor/flere/se?{query}", 422)


@pytest.mark.parametrize(
    "typed", ["", "x", "1:confirmed:2026-99-99", "\x00:a:2026-01-01", "🎁:placed:2026-01-01", ":::"]
)
def test_a_form_that_somebody_has_meddled_with(sqlite_example: Flask, typed: str) -> None:
    office = Office(sqlite_example)
    assert "Der er ingen ordrer at flytte." in office.post("/kontor/flere", 409, goer="pakket", ordrer=typed, key="")
    office.post("/kontor/flere", 404, goer="vrøvl", ordrer=typed)


def test_too_many_at_once_are_refused_before_they_are_read(
    sqlite_example: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        order_in(UNPAID)
    monkeypatch.setattr(foresee, "MOST", 1)
    from orders.views import bulk_office

    monkeypatch.setattr(bulk_office, "MOST", 1)
    page = Office(sqlite_example).get("/kontor/flere/se?goer=annuller&alle=1", 422)
    assert "Der kan højst flyttes 1 ordrer på én gang." in page


def test_the_pages_ask_the_same_however_many_orders(sqlite_example: Flask) -> None:
    orders = [order_in(state) for state in (PAID, UNPAID, PACKED)]
    office = Office(sqlite_example)

    def questions(path: str) -> int:
        office.get(path)
        with counted() as asked:
            office.get(path)
        return len(asked)

    few = look_questions = questions("/kontor/flere/se?goer=pakket&alle=1&tilstand=all")
    number = begin("pack", orders)
    work()
    over = questions(f"/kontor/flere/{number}")
    listed = questions("/kontor/flere")
    orders += [order_in(state) for state in (PAID, UNPAID, PAID, PAID, UNPAID, PAID)]
    many = begin("pack", orders, key="many")
    begin("pack", orders, key="under way")
    assert questions("/kontor/flere/se?goer=pakket&alle=1&tilstand=all") <= few
    work()
    assert questions(f"/kontor/flere/{many}") == over
    assert questions("/kontor/flere") == listed
    assert max(look_questions, over, listed) <= MOST_QUESTIONS


def test_the_middle_alone_is_answered_to_the_script(sqlite_example: Flask) -> None:
    number = begin("pack", [order_in(PAID)])
    client = sqlite_example.test_client()
    assert isinstance(client, PageClient)
    client.sign_in("koordinator@example.dk")
    answer = client.get(f"/kontor/flere/{number}", headers={"X-Fragment": "1"})
    assert answer.headers["X-Fragment"] == "1"
    assert "<html" not in answer.text
    assert "<progress" in answer.text
    work()
    assert "data-over" in client.get(f"/kontor/flere/{number}", headers={"X-Fragment": "1"}).text
    assert client.get("/kontor/flere/999").status_code == 404
