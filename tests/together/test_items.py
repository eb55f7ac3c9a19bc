"""Many at once on one item: one answer counts, one draft is begun, and nothing is promised in a week that closes."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from catalog.assortment.contents import contents_of
from catalog.assortment.drafts import save_draft, send, start_item
from catalog.assortment.judge import approve, ask
from catalog.assortment.models import APPROVED, ASKED, Proposal
from catalog.assortment.stock import set_capacity, set_stock
from catalog.items.models import Item, ItemPrice, ItemVersion
from catalog.supply.models import STOCK, WEEK, Supply
from catalog.supply.reserve import Need, reserve
from shop.days import iso_week, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.catalog.items_world import contents, enterprise, item
from tests.together.crowd import together

CROWD = 8


def test_one_of_many_answers_counts(example: Flask) -> None:
    with transaction():
        number = start_item(enterprise("social-foodies"), contents(), by=COMMAND, now=utc_now()).id
        send(db.session.get_one(Proposal, number).item, by=COMMAND, now=utc_now())

    def answer(verb: str) -> Callable[[], None]:
        def give() -> None:
            with transaction():
                proposal = db.session.get_one(Proposal, number)
                if verb == "approve":
                    approve(proposal, edition=1, by=COMMAND, now=utc_now())
                else:
                    ask(proposal, "?", edition=1, by=COMMAND, now=utc_now())

        return give

    answers = together(example, [answer(("approve", "ask")[turn % 2]) for turn in range(CROWD)])
    assert sum(not isinstance(one, Refused) for one in answers) == 1
    proposal = db.session.get_one(Proposal, number)
    prices = db.session.scalar(select(func.count()).select_from(ItemPrice).where(ItemPrice.item_id == proposal.item_id))
    assert (proposal.state, prices) in ((APPROVED, 1), (ASKED, 0))


def test_many_begin_the_same_draft_and_the_others_are_told(example: Flask) -> None:
    slug = "opvaskeboerste"

    def save(text: str) -> Callable[[], None]:
        def write() -> None:
            with transaction():
                mine = item(slug)
                assert mine.current is not None
                now = contents_of(mine, mine.current, None, today=local_day(utc_now()))
                save_draft(mine, {**now, "text_da": text}, edition=0, by=COMMAND, now=utc_now())

        return write

    answers = together(example, [save(f"Tekst {turn}") for turn in range(CROWD)])
    assert sum(not isinstance(one, Refused) for one in answers) == 1
    versions = select(func.count()).select_from(ItemVersion).where(ItemVersion.item_id == item(slug).id)
    assert db.session.scalar(versions) == 2


def test_a_week_that_closes_while_it_is_bought_promises_nothing_or_stays_open(example: Flask) -> None:
    broom, week = item("kost"), iso_week(local_day(utc_now()) + timedelta(weeks=3))
    need = Need(WEEK, broom.id, week, 1, broom.weekly_capacity)

    def buy(turn: int) -> Callable[[], None]:
        def take() -> None:
            with transaction():
                reserve([need], reference=f"order:{turn}", now=utc_now())

        return take

    def close() -> None:
        with transaction():
            set_capacity(item("kost"), weekly=20, closed=[week], lead_days=5, by=COMMAND, now=utc_now())

    jobs = [close, *(buy(turn) for turn in range(CROWD - 1))]
    closed, *bought = together(example, jobs)
    row = db.session.scalars(select(Supply).where(Supply.kind == WEEK, Supply.item_id == broom.id)).one()
    assert row.taken == sum(not isinstance(one, Refused) for one in bought)
    if isinstance(closed, Refused):
        assert row.taken
        assert item("kost").closed_weeks == []
    else:
        assert (row.taken, row.most) == (0, 0)


def test_a_shelf_that_is_counted_down_while_it_is_bought_is_never_oversold(example: Flask) -> None:
    slug = "opvaskeboerste"
    number = db.session.scalars(select(Item.id).where(Item.slug == slug)).one()

    def buy(turn: int) -> Callable[[], None]:
        def take() -> None:
            with transaction():
                reserve([Need(STOCK, number, "", 2)], reference=f"order:{turn}", now=utc_now())

        return take

    def count() -> None:
        with transaction():
            set_stock(item(slug), pieces=5, lead_days=1, by=COMMAND, now=utc_now())

    counted, *bought = together(example, [count, *(buy(turn) for turn in range(CROWD - 1))])
    row = db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == number)).one()
    assert row.taken == 2 * sum(not isinstance(one, Refused) for one in bought)
    assert row.taken <= row.most
    assert isinstance(counted, Refused) == (row.most != 5)
