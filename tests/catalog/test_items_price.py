"""A price is a new row from a day on; what stands is never changed, and what is made keeps its version."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.assortment.contents import contents_of
from catalog.assortment.drafts import NotReady, save_draft, send
from catalog.assortment.judge import approve
from catalog.baskets.models import BasketComponent, Offer
from catalog.items.queries import price_on
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.catalog.items_world import item

BRUSH = "opvaskeboerste"


def _change(**changes: Any) -> None:
    """Propose a change of the brush, and approve it."""
    now = utc_now()
    with transaction():
        mine = item(BRUSH)
        assert mine.current is not None
        said = contents_of(mine, mine.current, None, today=local_day(now))
        save_draft(mine, {**said, "volume_ml": 300, **changes}, edition=0, by=COMMAND, now=now)
        proposal = send(mine, by=COMMAND, now=now)
        approve(proposal, edition=proposal.edition, by=COMMAND, now=now)


def _frozen() -> list[tuple[int, int]]:
    """The versions that offers and baskets hold of the brush."""
    number = item(BRUSH).id
    parts = select(BasketComponent.item_version_id, BasketComponent.agreed_ore).where(BasketComponent.item_id == number)
    offers = select(Offer.item_version_id, Offer.price_ore).where(Offer.item_version.has(item_id=number))
    return sorted((row[0], row[1]) for query in (parts, offers) for row in db.session.execute(query))


def test_a_new_price_from_a_day_on_leaves_what_stands(example: Flask) -> None:
    today, held = local_day(utc_now()), _frozen()
    before = [(price.valid_from, price.agreed_ore, price.gross_ore) for price in item(BRUSH).prices]
    day = today + timedelta(days=40)
    _change(agreed_ore=3300, gross_ore=6500, price_from=day)
    now = item(BRUSH)
    assert [(price.valid_from, price.agreed_ore, price.gross_ore) for price in now.prices] == [
        *before,
        (day, 3300, 6500),
    ]
    assert price_on(now, day - timedelta(days=1)).agreed_ore == 3200
    assert price_on(now, day).agreed_ore == 3300
    assert held
    assert _frozen() == held, "baskets and offers keep the version and price they were made with"


def test_a_change_of_words_adds_no_price(example: Flask) -> None:
    count = len(item(BRUSH).prices)
    _change(text_da="En børste.")
    assert len(item(BRUSH).prices) == count


def test_a_second_price_on_the_same_day_is_refused_in_words(example: Flask) -> None:
    _change(agreed_ore=3300)
    with pytest.raises(Refused, match="begynder allerede en pris"):
        _change(agreed_ore=3400)
    assert item(BRUSH).prices[-1].agreed_ore == 3300


def test_a_price_alone_that_does_not_pay_its_maker_is_told_before_it_is_sent(example: Flask) -> None:
    with pytest.raises(NotReady) as told:
        _change(agreed_ore=5900, gross_ore=5900)
    assert "under bunden" in str(told.value.missing["gross_ore"])
    with pytest.raises(NotReady) as odd:
        _change(gross_ore=5901)
    assert "5 øre" in str(odd.value.missing["gross_ore"])
