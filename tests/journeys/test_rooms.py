"""A day in the rooms: orders come in, the coordinator packs and sends, partners watch their shares become money."""

import csv
import io

from flask import Flask

from orders.queries_cli import order_as_json
from shop.money import format_kr
from tests.journeys.walker import Walker
from tests.tools.world import pay, place_order

OFFICE, CHOCOLATE, FOREIGN = "koordinator@example.dk", "social-foodies@example.dk", "blindes-arbejde@example.dk"


def signed_in(app: Flask, email: str) -> Walker:
    """Through the sign-in page; one room leads straight to it."""
    return Walker(app).open("/log-ind").fill("E-mail", email).fill("Adgangskode", "gavekurv-eksempel").press("Log ind")


def shares_of(number: str, slug: str) -> list[int]:
    order = order_as_json(number)
    assert order is not None
    return [share["ore"] for line in order["lines"] for share in line["shares"] if share["enterprise"] == slug]


def kr(ore: int) -> str:
    return format_kr(ore, "da").replace("\xa0", " ")


def test_from_paid_to_earned(sqlite_example: Flask) -> None:
    paid = place_order([("et-lille-tak", 2)], card_text="Tak for hjælpen")
    pay(paid)
    unpaid = place_order([("et-lille-tak", 1)])
    partner = signed_in(sqlite_example, CHOCOLATE)
    assert partner.url == "/partner"
    mine = shares_of(paid.number, "social-foodies")
    rows = [row for row in partner.rows("share-lines") if row[0] == paid.number]
    assert sorted(row[6] for row in rows) == sorted(kr(ore) for ore in mine)
    assert "Tak for hjælpen" not in partner.html

    office = signed_in(sqlite_example, OFFICE)
    assert office.url == "/kontor"
    office.open(f"/kontor/ordrer/{unpaid.number}")
    assert "Pakket" not in buttons(office), "what is not paid is not packed"
    office.open(f"/kontor/ordrer/{paid.number}").press("Pakket").press("Sendt")
    assert f"Ordre {paid.number} er nu sendt." in office.text

    partner.open("/partner")
    assert f"{kr(sum(mine))} er optjent" in partner.text
    assert "1 linje afventer betaling" in partner.text
    told = csv.reader(io.StringIO(partner.client.get("/partner/andele.csv").get_data(as_text=True)), delimiter=";")
    assert sum(paid.number in row for row in told) == len(mine)
    stranger = signed_in(sqlite_example, FOREIGN).open("/partner")
    assert paid.number not in stranger.text


def buttons(walker: Walker) -> list[str]:
    return ["".join(button.itertext()).strip() for button in walker.page.all("button")]


def test_a_cancelled_order_counts_for_nobody(sqlite_example: Flask) -> None:
    order = place_order([("et-lille-tak", 1)])
    pay(order)
    office = signed_in(sqlite_example, OFFICE).open(f"/kontor/ordrer/{order.number}")
    office.press(f"Annuller ordre {order.number}", 422)
    office.fill("Hvorfor", "Køberen har fortrudt").press(f"Annuller ordre {order.number}")
    assert f"Ordre {order.number} er annulleret. Køberen får besked." in office.text
    partner = signed_in(sqlite_example, CHOCOLATE)
    assert "1 linje er annulleret eller udløbet og tæller ikke med." in partner.text
    buyer = Walker(sqlite_example).open(f"/ordre/{order.token}")
    assert "Ordren er annulleret." in buyer.text
