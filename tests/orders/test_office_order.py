"""One order in the office: what it shows, every move and every move refused."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.supply.models import Supply
from orders.models import Order, OrderSupply
from orders.payments.gateway import ENDED
from orders.payments.models import Payment
from orders.states import CANCELLED, CLOSED, CONFIRMED, PACKED, PLACED, SENT
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from shop.money import format_kr
from shop.settings.change import change_setting
from tests.orders.office_room import SUPPLIER, Office, words
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order


def _state(order: Order) -> str:
    return db.session.scalars(select(Order.state).where(Order.id == order.id)).one()


def _taken(order: Order) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        select(Supply.id, Supply.most, Supply.taken)
        .join(OrderSupply, OrderSupply.supply_id == Supply.id)
        .where(OrderSupply.order_id == order.id)
    )
    return {row.id: (row.most, row.taken) for row in rows}


def _acts(order: Order) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(JournalEntry.act, JournalEntry.by_name)
        .where(JournalEntry.subject == "order", JournalEntry.subject_id == order.id)
        .order_by(JournalEntry.id)
    )
    return [(row.act, row.by_name) for row in rows]


def _url(order: Order, word: str = "") -> str:
    return f"/kontor/ordrer/{order.number}" + (f"/{word}" if word else "")


def test_an_order_is_packed_sent_and_closed_each_by_its_button(example: Flask) -> None:
    order = place_order()
    pay(order)
    office = Office(example)
    for word, state in (("pakket", PACKED), ("sendt", SENT), ("afslut", CLOSED)):
        assert f'action="{_url(order, word)}"' in office.get(_url(order))
        assert f"Ordre {order.number} er nu" in office.follow(_url(order, word))
        assert _state(order) == state
    assert [act for act, by in _acts(order) if by == "Eksempel: koordinator"] == [
        "packed",
        "sent",
        "invoiced",
        "closed",
    ]
    page = office.get(_url(order))
    assert "annuller" not in page.lower().replace("annulleret", "")
    assert 'class="button primary"' not in page


def test_a_second_click_changes_nothing_and_says_so(example: Flask) -> None:
    order = place_order()
    pay(order)
    office = Office(example)
    office.post(_url(order, "pakket"))
    before, acts = _taken(order), _acts(order)
    page = office.post(_url(order, "pakket"), 409)
    assert f"ordre {order.number} er pakket" in page
    assert "Intet er ændret." in page
    assert (_state(order), _taken(order), _acts(order)) == (PACKED, before, acts)


@pytest.mark.parametrize("word", ["bekraeft", "pakket", "sendt", "afslut"])
def test_an_unpaid_order_goes_nowhere(example: Flask, word: str) -> None:
    order = place_order()
    office = Office(example)
    page = office.get(_url(order))
    assert "Den er ikke betalt" in page
    assert f'action="{_url(order, word)}"' not in page
    office.post(_url(order, word), 409)
    assert _state(order) == PLACED


def test_an_order_whose_reservation_was_let_go_is_not_packed(example: Flask) -> None:
    order = place_order()
    pay(order)
    with transaction():
        db.session.execute(update(Payment).where(Payment.order_id == order.id).values(state=ENDED))
    office = Office(example)
    assert f'action="{_url(order, "pakket")}"' not in office.get(_url(order))
    page = office.post(_url(order, "pakket"), 409)
    assert f"Ordre {order.number} er ikke betalt endnu" in page
    assert _state(order) == CONFIRMED


def test_an_order_is_confirmed_by_hand_when_its_money_has_come(example: Flask) -> None:
    order = place_order()
    pay(order)
    with transaction():
        db.session.execute(update(Order).where(Order.id == order.id).values(state=PLACED))
    office = Office(example)
    office.post(_url(order, "bekraeft"))
    assert _state(order) == CONFIRMED


def test_cancelling_needs_a_reason_and_gives_the_goods_back(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 2)])
    held = _taken(order)
    pay(order)
    office = Office(example)
    for bad in ("", "   ", "x" * 10_000):
        page = office.post(_url(order, "annuller"), 422, why=bad)
        assert 'id="why-error"' in page
        assert bad.strip() in page
    assert _state(order) == CONFIRMED
    why = "Kurven er <b>væk</b> 🎁\r\nog kommer ikke igen"
    page = office.follow(_url(order, "annuller"), why=why)
    assert "Køberen får besked." in page
    assert "Kurven er &lt;b&gt;væk&lt;/b&gt; 🎁" in page
    assert _state(order) == CANCELLED
    assert {key: taken for key, (_most, taken) in _taken(order).items()} == {
        key: taken - pieces for (key, (_most, taken)), pieces in zip(held.items(), _pieces(order, held), strict=True)
    }
    letter = db.session.scalars(select(Letter).where(Letter.kind == "order_cancelled")).one()
    assert letter.values["why"] == "Kurven er <b>væk</b> 🎁\nog kommer ikke igen"
    office.post(_url(order, "annuller"), 409, why="en gang til")
    assert db.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == "order_cancelled")) == 1


def _pieces(order: Order, held: dict[int, tuple[int, int]]) -> list[int]:
    rows = db.session.execute(select(OrderSupply.supply_id, OrderSupply.pieces).where(OrderSupply.order_id == order.id))
    pieces = {row.supply_id: row.pieces for row in rows}
    return [pieces[key] for key in held]


def test_a_sent_order_cannot_be_cancelled(example: Flask) -> None:
    order = place_order()
    pay(order)
    fulfil(order)
    page = Office(example).post(_url(order, "annuller"), 409, why="for sent")
    assert f"ordre {order.number} er sendt" in page
    assert "for sent</textarea>" not in page  # there is no form any more
    assert _state(order) == SENT


def test_the_page_shows_every_share_to_the_ore(sqlite_example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 3), ("fredagskurven", 1)], delivery="local")
    page = Office(sqlite_example).get(_url(order))
    for line in order.lines:
        start = page.index(f'id="linje-{line.position}"')
        said = words(page[start : page.index("</table>", start)])
        for share in line.shares:
            owner = share.enterprise.name if share.enterprise else "Den fælles pulje"
            assert owner in said
            assert format_kr(share.ore) in said
        assert f"I alt uden moms {format_kr(line.net_ore)}" in said
    assert format_kr(order.vat_ore) in page
    assert "Karla Købersen" in page
    assert "8000 Aarhus C" in page


def test_a_pot_that_pays_is_shown_as_such(sqlite_example: Flask) -> None:
    with transaction():
        change_setting(
            "freight.local_gross_ore", 0, valid_from=local_day(utc_now()), by=COMMAND, now=utc_now(), why="gratis"
        )
    order = place_order(delivery="local")
    pot = order.lines[-1].shares[-1].ore
    assert pot < 0
    page = Office(sqlite_example).get(_url(order))
    assert f'<span class="money minus">{format_kr(pot)}</span>' in page
    assert "Puljen lægger til" in page


@pytest.mark.parametrize("number", ["9999", "findes ikke", "🎁", "x" * 2000, "%00", "<b>"])
def test_an_unknown_number_is_not_found(sqlite_example: Flask, number: str) -> None:
    office = Office(sqlite_example)
    office.get(f"/kontor/ordrer/{number}", 404)
    office.post(f"/kontor/ordrer/{number}/pakket", 404)
    office.post(f"/kontor/ordrer/{number}/annuller", 404, why="x")


def test_a_word_that_is_no_move_is_not_found(sqlite_example: Flask) -> None:
    order = place_order()
    Office(sqlite_example).post(_url(order, "udloeb"), 404)


def test_a_supplier_moves_nothing(sqlite_example: Flask) -> None:
    order = place_order()
    pay(order)
    supplier = Office(sqlite_example, SUPPLIER)
    for word in ("pakket", "sendt", "afslut", "bekraeft"):
        supplier.post(_url(order, word), 403)
    supplier.post(_url(order, "annuller"), 403, why="drilleri")
    assert _state(order) == CONFIRMED


def test_a_form_without_its_token_moves_nothing(sqlite_example: Flask) -> None:
    order = place_order()
    pay(order)
    office = Office(sqlite_example)
    with sqlite_example.app_context():
        assert office.client.post(_url(order, "pakket")).status_code in (400, 403)
    assert _state(order) == CONFIRMED


def test_the_page_asks_as_often_for_many_lines_as_for_few(sqlite_example: Flask) -> None:
    few = place_order()
    many = place_order([("den-groenne-kurv", 1), ("fredagskurven", 1), ("soendagskurven", 1)], [("opvaskeboerste", 2)])
    office = Office(sqlite_example)
    office.get(_url(few))
    with counted() as first:
        office.get(_url(few))
    with counted() as second:
        office.get(_url(many))
    assert len(second) == len(first) <= 22


def test_the_english_page_says_the_same(sqlite_example: Flask) -> None:
    order = place_order()
    page = Office(sqlite_example).get(f"/en{_url(order)}")
    assert f"DKK {order.gross_ore / 100:,.2f}" in page
