"""What a process keeps in memory: never older than what another process has committed, and never in the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from catalog.baskets.models import Basket, BasketVersion
from catalog.baskets.queries import find_basket_for_sale
from shop.app import create_app
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from shop.settings.read import value
from shop.shown import PageVersion
from tests.conftest import settings_for
from tests.orders.shopper import Shopper
from tests.tools.statements import counted


@pytest.fixture
def other(example: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The same shop as another process has it: an app, an engine and a memory of its own."""
    app = create_app(settings_for(example.config["SQLALCHEMY_DATABASE_URI"], tmp_path))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


def _version() -> int:
    return db.session.scalars(select(PageVersion.version)).one()


def _set(key: str, to: object) -> None:
    change_setting(key, to, valid_from=local_day(utc_now()), by=COMMAND, now=utc_now())


def _price(slug: str, gross_ore: int) -> None:
    version = select(Basket.current_version_id).where(Basket.slug == slug).scalar_subquery()
    db.session.execute(update(BasketVersion).where(BasketVersion.id == version).values(gross_ore=gross_ore))


def test_what_is_kept_is_asked_for_once(example: Flask) -> None:
    assert find_basket_for_sale("kaffepausen") is not None
    assert value("limits.quantity")
    db.session.rollback()
    with counted() as asked:
        assert find_basket_for_sale("kaffepausen") is not None
        assert value("limits.quantity")
    assert asked == []


def test_another_process_has_a_changed_setting_at_its_next_request(other: Flask, example: Flask) -> None:
    buyer = Shopper(other)
    buyer.put(quantity="7")
    assert buyer.status == 200
    with transaction():
        _set("limits.quantity", 5)
    buyer.put("fredagskurven", quantity="7")
    assert "fra 1 til 5" in buyer.text


def test_another_process_charges_no_price_that_has_been_changed(other: Flask, example: Flask) -> None:
    buyer = Shopper(other)
    buyer.put()
    buyer.tell()
    with transaction():
        _price("kaffepausen", 99_900)
    buyer.order()
    assert buyer.status == 409
    assert "En pris er ændret, siden du så den." in buyer.text
    assert "999,00" in buyer.text


def test_another_process_sells_nothing_that_has_been_withdrawn(other: Flask, example: Flask) -> None:
    buyer = Shopper(other)
    buyer.put()
    buyer.tell()
    with transaction():
        db.session.scalars(select(Basket).where(Basket.slug == "kaffepausen")).one().state = "withdrawn"
    buyer.order()
    assert buyer.status == 409
    assert "er ikke til salg længere" in buyer.text


def test_a_transaction_sees_its_own_change_and_takes_it_back(example: Flask) -> None:
    before, shown = value("limits.quantity"), _version()
    with pytest.raises(ZeroDivisionError), transaction():
        _set("limits.quantity", before + 1)
        assert value("limits.quantity") == before + 1
        raise ZeroDivisionError
    assert value("limits.quantity") == before
    assert _version() == shown


def test_a_transaction_moves_the_version_once_and_only_for_what_is_shown(example: Flask) -> None:
    db.session.rollback()
    shown = _version()
    with transaction():
        _price("kaffepausen", 99_900)
        _price("fredagskurven", 99_900)
    assert _version() == shown + 1
    Shopper(example).buy()
    db.session.rollback()
    assert _version() == shown + 1
