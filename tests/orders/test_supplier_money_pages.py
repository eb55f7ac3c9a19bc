"""The pages and files of Mine penge: what they say, to whom, and what they never say."""

import csv
import io
import zipfile
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from orders.books.models import BANK, PAYABLE
from orders.books.post import At
from orders.lock import lock_order
from orders.models import Share
from orders.money.amounts import amounts_of
from orders.money.vat import VatDays
from orders.moves import cancel
from orders.payments.pay import start_payment
from orders.refunds.discount import give_discount
from orders.refunds.plan import Bearer
from orders.reversals.models import BY_ALL, BY_ENTERPRISE
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import BUYER
from shop.money import format_kr
from shop.people.models import VatStatus
from tests.orders.money_world import (
    ALL_POLICIES,
    GREEN,
    WHY,
    captured,
    check_agreement,
    correct,
    give_goodwill,
    sold,
    take_component,
    take_pieces,
)
from tests.orders.supplier_money_world import money_page, rows_of
from tests.orders.supplier_world import (
    CARD,
    COORDINATOR,
    FOODIES,
    HIDDEN,
    RANGERS,
    SECRETS,
    enterprise,
    seen,
    shares_of,
    visit,
)
from tests.tools.world import fulfil, pay, place_order

BLIND = "blindes-arbejde@example.dk"


def test_the_sentence_of_a_line(example: Flask) -> None:
    order = place_order(GREEN)
    said = (
        f"3 × Mørk chokolade 70 % i Den grønne kurv, ordre {order.number}: aftalt pris 28,00 kr. stykket, "
        "din andel 84,00 kr. (moms ca. 21,00 kr., beregnes af hele afregningen)."
    )
    assert rows_of(example)[0][2] == said
    share = shares_of("social-foodies")[0]
    assert said in seen(example, FOODIES, f"/partner/penge/{share.id}").text
    english = seen(example, FOODIES, f"/en/partner/penge/{share.id}").text
    assert share.item_version is not None
    assert (
        f"3 × {share.item_version.name_en} in The green basket, order {order.number}: agreed price DKK 28.00 each"
        in english
    )
    assert "your share DKK 84.00 (VAT about DKK 21.00, worked out on the whole statement)." in english


def test_a_discount_is_told_and_booked(example: Flask) -> None:
    order, mine = place_order(GREEN), enterprise("social-foodies")
    with transaction():
        locked, bearer = lock_order(order.id), Bearer(BY_ENTERPRISE, mine.id)
        give_discount(locked, gross_ore=2_500, bearer=bearer, why=WHY, key="k", by=BUYER, now=utc_now())
        start_payment(locked, back_url="/", now=utc_now())
    pay(order)
    fulfil(order)
    captured(order)
    (share,) = shares_of("social-foodies")
    assert (share.ore, share.discount_ore) == (6_400, 2_000)
    assert "aftalt pris 28,00 kr. stykket, rabat 20,00 kr. trukket fra, din andel 64,00 kr." in rows_of(example)[0][2]
    page = seen(example, FOODIES, f"/partner/penge/{share.id}")
    assert "En rabat på ordren er trukket fra: 20,00 kr. af din andel." in page.text
    assert [row[1:3] for row in page.tables["postings"]] == [
        ["Pakken er sendt: andelen er optjent", "84,00 kr."],
        ["Rabat, der er trukket fra", "−20,00 kr."],
        ["Køberens penge er kommet: til udbetaling", "−64,00 kr."],
    ]
    check_agreement("social-foodies")


def test_vat_is_told_only_to_the_registered_and_by_the_day_it_is_sent(example: Flask) -> None:
    sold()
    mine = shares_of("blindes-arbejde")[0]
    for path in ("/partner/penge", f"/partner/penge/{mine.id}"):
        assert "moms ca." not in seen(example, BLIND, path).text
    assert "Du er ikke momsregistreret" in money_page(example, BLIND).text
    today = local_day(utc_now())
    with transaction():
        for slug, status in (("blindes-arbejde", "registered"), ("social-foodies", "below_threshold")):
            db.session.add(
                VatStatus(
                    enterprise_id=enterprise(slug).id,
                    status=status,
                    valid_from=today + timedelta(days=1),
                    checked_on=today,
                )
            )
    assert "moms ca." not in money_page(example, BLIND).text
    assert "moms ca. 21,00 kr." in rows_of(example)[0][2]


def test_vat_by_the_day() -> None:
    days = VatDays(
        [
            (date(2026, 1, 1), "below_threshold"),
            (date(2026, 3, 16), "registered"),
            (date(2026, 9, 1), "exempt_activity"),
        ],
        [(date(2020, 1, 1), "S", 2500), (date(2026, 7, 1), "S", 2400)],
    )
    found = [days.on_net(101, "S", date(2026, month, day)) for month, day in ((3, 15), (3, 16), (7, 1), (9, 1))]
    assert found == [None, 25, 24, None]
    assert days.on_net(101, "S", date(2019, 1, 1)) is None
    assert days.on_net(101, "Z", date(2026, 4, 1)) is None
    assert VatDays([], []).on_net(101, "S", date(2026, 4, 1)) is None


def test_every_state_has_its_amount_and_its_words(example: Flask) -> None:
    for order in (place_order(), *(place_order() for _ in range(1))):
        pay(order)
    sold(paid=False)
    sold(ALL_POLICIES)
    amounts = amounts_of(enterprise("social-foodies").id)
    page = money_page(example)
    assert [row[:2] for row in page.tables["amounts"]] == [
        ["Forventet", format_kr(amounts.expected_ore)],
        ["Optjent", format_kr(amounts.earned_ore)],
        ["Til udbetaling", format_kr(amounts.payable_ore)],
        ["Taget tilbage", "0,00 kr."],
    ]
    assert min(amounts.expected_ore, amounts.earned_ore, amounts.payable_ore) > 0
    assert all(row[2] for row in page.tables["amounts"])
    correct("paid", At(PAYABLE, enterprise("social-foodies").id), At(BANK), 4000, "Betalt i hånden")
    rows = money_page(example).tables["amounts"]
    assert rows[2][:2] == ["Til udbetaling", format_kr(amounts.payable_ore - 4000)]
    assert rows[3] == ["Udbetalt", "40,00 kr.", "Sendt til din bank."]
    assert rows_of(example)[0][:4:3] == ["Bank", "−40,00 kr."]


def test_a_debt_is_said_in_words_and_carried_forward(example: Flask) -> None:
    order = sold()
    rangers = enterprise("skejby-rangers").id
    take_pieces(order, 1, bearer=Bearer(BY_ENTERPRISE, rangers), note="Kassen blev tabt på trappen.")
    page = money_page(example, RANGERS)
    owed = -amounts_of(rangers).payable_ore
    assert owed > 0
    assert f"I skylder fællesskabet {format_kr(owed)}; det bliver trukket fra næste gang." in page.text
    (row,) = page.tables["money-lines"]
    assert row[0] == f"Ordre {order.number}"
    assert row[2].startswith(
        f"Den grønne kurv, ordre {order.number}: en refusion, som du bærer alene, {format_kr(owed)}"
    )
    assert "Du bærer det hele. De andre beholder deres andel." in row[2]
    assert "Koordinatoren skriver: «Kassen blev tabt på trappen.»" in row[2]
    assert row[3:] == [f"−{format_kr(owed)}", "opkrævet, trukket fra det, der er til udbetaling"]
    assert f"You owe the community DKK {owed // 100}" in seen(example, RANGERS, "/en/partner/penge").text
    sold(delivery="local")
    assert amounts_of(rangers).payable_ore == 3900 - owed
    assert "taget tilbage" not in rows_of(example, FOODIES)[-1][4]  # who does not bear it, does not see it


def test_each_refund_says_how_who_and_the_note_and_never_why(example: Flask) -> None:
    order = sold()
    mine = shares_of("social-foodies")[0]
    take_component(order, mine.id, 1, note="Chokoladen var smeltet.")
    take_pieces(order, 1)
    give_goodwill(order, 1_000)
    cancelled = place_order(GREEN)
    pay(cancelled)
    take_pieces(cancelled, 1)
    shared = sold()
    take_pieces(shared, 1, bearer=Bearer(BY_ALL), key="all")
    told = {row[2]: row[4] for row in rows_of(example) if "tilbage" in row[4] or "opkrævet" in row[4]}
    for words, bearer, state in (
        ("kun din del er taget tilbage, 28,00 kr. af din andel", "Ingen andre er berørt.", "til udbetaling"),
        ("taget tilbage, 18,67 kr. af din andel", "som den blev solgt.", "til udbetaling"),
        ("køberen fik penge tilbage uden varer", "som den blev solgt.", "til udbetaling"),
        ("annulleret, før pakken blev sendt, 28,00 kr. af din andel", "som den blev solgt.", "forventet"),
        ("din del af en refusion, som alle med en andel bærer", "er fælles om det.", "til udbetaling"),
    ):
        found = [text for text in told if words in text and bearer in text]
        assert found, (words, list(told))
        assert any(told[text].endswith(f"trukket fra det, der er {state}") for text in found)
    page = seen(example, FOODIES, f"/partner/penge/{mine.id}")
    assert len(page.tables["taken"]) == 3
    assert "Koordinatoren skriver: «Chokoladen var smeltet.»" in page.tables["taken"][0][1]
    for path in ("/partner/penge", f"/partner/penge/{mine.id}", "/partner", f"/partner/andele/{mine.id}"):
        assert WHY.split()[0] not in seen(example, FOODIES, path).text


def test_one_line_back_to_its_rule_its_price_and_its_postings(example: Flask) -> None:
    order = sold(ALL_POLICIES)
    for share in (*shares_of("social-foodies"), *shares_of("oens-madhus")):
        assert share.enterprise is not None
        page = seen(example, f"{share.enterprise.slug}@example.dk", f"/partner/penge/{share.id}")
        assert f"aftalt pris {format_kr(share.basis_ore)} stykket" in page.text or "mindst" in page.text
        assert "Prisen gælder fra1. januar 2025" in page.text  # a term and its text
        assert "udgave 1" in page.text
        assert "sagde ja til" in page.text
        divided = share.line.policy in ("proportional", "guaranteed")
        assert ("afgør linjens eget tal" in page.text) == divided
        assert ("Garanteret mindst" in page.text) == (share.line.policy == "guaranteed")
        sale, due = page.tables["postings"]
        assert sale[1:] == ["Pakken er sendt: andelen er optjent", format_kr(share.ore), "0,00 kr.", f"sale:{share.id}"]
        assert due[1] == "Køberens penge er kommet: til udbetaling"
        assert due[2:] == [f"−{format_kr(share.ore)}", format_kr(share.ore), f"due:{share.id}"]
        assert order.number in page.text


def test_a_line_that_is_not_booked_says_so(example: Flask) -> None:
    order = place_order()
    share = shares_of("social-foodies")[0]
    path = f"/partner/penge/{share.id}"
    page = seen(example, FOODIES, path)
    assert "Køberen har ikke betalt endnu" in page.text
    assert "Andelen bogføres, når pakken bliver sendt." in page.text
    assert "postings" not in page.tables
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")
    page = seen(example, FOODIES, path)
    assert "Ordren blev ikke til noget" in page.text
    assert "for pakken blev aldrig sendt" in page.text


def test_anothers_line_is_not_there(example: Flask) -> None:
    sold(delivery="local")
    mine = shares_of("social-foodies")[0]
    pot = db.session.scalars(select(Share.id).where(Share.kind == "pot")).first()
    assert visit(example, FOODIES, f"/partner/penge/{mine.id}").status_code == 200
    assert visit(example, RANGERS, f"/partner/penge/{mine.id}").status_code == 404
    for number in (pot, 0, 999_999, 2**31, 10**30):
        assert visit(example, FOODIES, f"/partner/penge/{number}").status_code == 404
    assert visit(example, COORDINATOR, "/partner/penge").status_code == 403


def test_nobody_learns_of_the_buyer_or_of_anothers_money(example: Flask) -> None:
    order = sold(ALL_POLICIES, delivery="local", card_text=CARD, **{**SECRETS, "recipient": SECRETS["buyer"]})
    take_pieces(order, 1, bearer=Bearer(BY_ENTERPRISE, enterprise("skejby-rangers").id), note="Tabt")
    take_pieces(order, 1, key="sold")
    mine, others = shares_of("social-foodies")[0], [share for slug in ("blindes-arbejde",) for share in shares_of(slug)]
    said = ""
    for path in ("/partner/penge", f"/partner/penge/{mine.id}", "/partner/penge.csv"):
        said += visit(example, FOODIES, path).get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(visit(example, FOODIES, "/partner/penge.xlsx").get_data())) as parts:
        said += b"".join(parts.read(name) for name in parts.namelist()).decode("utf-8", "replace")
    assert not [hidden for hidden in (*HIDDEN, "Tabt", "Opvaskebørste") if hidden in said]
    assert others
    assert not [share for share in others if f"sale:{share.id}<" in said or f'/partner/penge/{share.id}"' in said]


def test_my_share_says_what_was_taken_back_and_counts_what_is_left(example: Flask) -> None:
    order, other = sold(), place_order(GREEN)
    pay(other)
    mine = shares_of("social-foodies")
    take_component(order, mine[1].id, 1)
    take_component(other, mine[0].id, 3)
    page = seen(example, FOODIES, "/partner")
    expected, earned = page.tables["share-lines"]
    assert expected[6:] == ["0,00 kr.", "taget tilbage, ordren er bekræftet, 84,00 kr. af 84,00 kr. er taget tilbage"]
    assert earned[6:] == ["56,00 kr.", "til udbetaling, ordren er sendt, 28,00 kr. af 84,00 kr. er taget tilbage"]
    assert "Tilsammen 56,00 kr. uden moms: 56,00 kr. optjent og 0,00 kr. forventet." in page.text
    assert "112,00 kr. er taget tilbage og er trukket fra." in page.text
    assert page.tables["share-spread"][-1][1] == "56,00 kr."
    one = seen(example, FOODIES, f"/partner/andele/{mine[1].id}").text
    assert "28,00 kr. af 84,00 kr. er taget tilbage." in one
    rows = list(
        csv.DictReader(
            io.StringIO(visit(example, FOODIES, "/partner/andele.csv").get_data().decode("utf-8-sig")), delimiter=";"
        )
    )
    assert [(row["Min andel"], row["Heraf taget tilbage"], row["Tilstand"]) for row in rows] == [
        ("84,00", "84,00", "taget tilbage"),
        ("84,00", "28,00", "til udbetaling"),
    ]
    assert [(row["Heraf forventet"], row["Heraf optjent"]) for row in rows] == [("0,00", "0,00"), ("0,00", "56,00")]


def test_an_enterprise_without_orders_is_told_what_will_come(sqlite_example: Flask) -> None:
    page = money_page(sqlite_example)
    assert "Ingen linjer endnu" in page.text
    assert "Der er ikke noget at udbetale lige nu." in page.text
