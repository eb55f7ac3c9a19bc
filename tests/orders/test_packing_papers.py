"""Cards and labels in one order, printed again as a copy; the carrier's file; pick-up lists; and tracking numbers."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, select, update

from orders.lock import lock_order
from orders.models import PICKUP
from orders.packing import big_prints
from orders.packing.big_prints import erase_prints
from orders.packing.carrier import COLUMNS, LONGEST, carrier_rows
from orders.packing.erase import erase_packing
from orders.packing.models import CARDS, LABELS, PrintRun, Tracking
from orders.packing.plan import plan_of
from orders.packing.prints import begin_print, print_data, print_pdf_of
from orders.packing.tracking import BadRows, keep_tracking, read_tracking
from shop.address import PostalAddress
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.models import Intention
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.orders.office_room import Office, words
from tests.orders.packing_world import paid_order
from tests.orders.paperwork import findings
from tests.together.crowd import together
from tests.tools.statements import counted
from tests.tools.world import fulfil, place_order, work

LONG = PostalAddress("Karla", "", "En meget lang vej med et meget langt navn 117B, 2. th", "", "8000", "Aarhus C")


def _print(day: Any, kind: str, key: str, batch: str = "") -> int:
    with transaction():
        return begin_print(day, kind, batch, key=key, by=COMMAND, now=utc_now()).id


def _run(run_id: int) -> PrintRun:
    db.session.rollback()
    return db.session.get_one(PrintRun, run_id)


def _day(example: Flask) -> Any:
    paid_order(2, card_text="Tak\nfor i år")
    day = paid_order(basket="et-lille-tak", card_text="Til Bo").pack_on
    paid_order()
    place_order(card_text="Ikke betalt")
    return day


def test_cards_and_labels_are_in_the_same_order(example: Flask) -> None:
    day = _day(example)
    cards = print_data(_run(_print(day, CARDS, "1" * 32)))["pieces"]
    labels = print_data(_run(_print(day, LABELS, "2" * 32)))["pieces"]
    assert len(labels) == 4
    assert [one["card"] for one in cards] == [one["card"] for one in labels if one["card"]]
    assert sorted(one["card"] for one in cards) == ["Tak\nfor i år", "Tak\nfor i år", "Til Bo"]
    assert [(one["number"], one["no"]) for one in cards] == [
        (one["number"], one["no"]) for one in labels if one["card"]
    ]
    assert all("Karla Købersen" in one["lines"] for one in labels)


def test_a_second_print_is_a_copy_and_the_same_form_is_not(example: Flask) -> None:
    day = _day(example)
    first = _print(day, LABELS, "a" * 32)
    assert _print(day, LABELS, "a" * 32) == first
    second = _print(day, LABELS, "b" * 32)
    assert (_run(first).no, _run(second).no) == (1, 2)
    assert print_data(_run(first))["pieces"] == print_data(_run(second))["pieces"]
    numbers = together(example, [lambda n=n: _run(_print(day, CARDS, f"{n:032x}")).no for n in range(4)])  # type: ignore[misc]
    assert sorted(no for no in numbers if isinstance(no, int)) == [1, 2, 3, 4]
    with pytest.raises(Refused):
        _print(day, CARDS, "c" * 32, batch="findes-ikke")


@pytest.mark.parametrize("kind", [CARDS, LABELS])
def test_the_prints_can_be_read_by_everybody(sqlite_example: Flask, kind: str) -> None:
    day = _day(sqlite_example)
    _print(day, kind, "a" * 32)
    pdf = print_pdf_of(_run(_print(day, kind, "b" * 32)))
    assert findings(pdf) == []


def test_a_large_print_is_made_by_the_worker(sqlite_example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Followed, left and found again; it goes after a day, and can be made once more without being a copy."""
    monkeypatch.setattr(big_prints, "BIG", 2)
    day, office = paid_order(3).pack_on, Office(sqlite_example)
    base = f"/kontor/pakning/{day}"
    page = office.follow(f"{base}/labels", key="f" * 32)
    assert "3 stk. bliver lavet." in words(page)
    at = f"{base}/udskrift/{db.session.scalars(select(PrintRun.id)).one()}"
    assert office.client.get(f"{at}.pdf").headers["Location"].endswith(at)
    assert f'href="{at}.pdf"' in office.get(f"{base}/papirer")
    work()
    assert "Udskriften er klar." in office.get(at)
    fragment = office.client.get(at, headers={"X-Fragment": "1"}).text
    assert "data-over" in fragment
    assert "<html" not in fragment
    pdf = office.client.get(f"{at}.pdf").data
    assert findings(pdf) == []
    assert "being made" not in office.get(f"/en{at}")  # nobody has asked for it in English
    erase_prints()
    assert office.client.get(f"{at}.pdf").data == pdf
    monkeypatch.setattr(big_prints, "KEPT", timedelta(seconds=-1))
    erase_prints()
    assert "Udskriften ligger her ikke mere." in office.get(at)
    db.session.execute(update(Intention).values(key=Intention.key + Intention.id.cast(String)))
    db.session.commit()
    assert "bliver lavet" in office.follow(at)
    work()
    assert office.client.get(f"{at}.pdf").data[:4] == b"%PDF"
    assert db.session.scalars(select(PrintRun.no)).all() == [1]


def test_a_small_print_is_there_at_once(sqlite_example: Flask) -> None:
    day, office = paid_order().pack_on, Office(sqlite_example)
    run_id = _print(day, LABELS, "a" * 32)
    assert office.client.get(f"/kontor/pakning/{day}/udskrift/{run_id}").headers["Location"].endswith(f"{run_id}.pdf")
    assert office.client.get(f"/kontor/pakning/{day}/udskrift/{run_id}.pdf").data[:4] == b"%PDF"


def test_the_carriers_file(example: Flask) -> None:
    first = paid_order(2, recipient=LONG)
    day, number = first.pack_on, first.number
    paid_order(delivery=PICKUP, place="hos-flexvirk")
    (row,) = carrier_rows(plan_of(day))
    assert row.cut == [LONG.line1]
    assert row.values["Address1"] == LONG.line1[:LONGEST]
    assert (row.values["Reference"], row.values["Parcels"], row.values["Mobile"]) == (number, 2, "12345678")


def test_the_files_of_a_day_are_fetched(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    day = paid_order(recipient=LONG, card_text="Hej").pack_on
    fetched = paid_order(delivery=PICKUP, place="hos-flexvirk")
    base = f"/kontor/pakning/{day}"
    page = words(office.get(f"{base}/papirer"))
    assert "Disse er kortet af" in page
    assert "Ikke skrevet ud endnu" in page
    answer = office.client.get(f"{base}/fragt.csv")
    assert answer.data.startswith(b"\xef\xbb\xbfReference;Carrier;")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert list(rows[0]) == [column.key for column in COLUMNS]
    assert "Købersen" not in rows[0]["Name"]
    latin = office.client.get(f"{base}/fragt.csv?tegn=latin1").data
    assert latin.decode("iso-8859-1").startswith("Reference;")
    assert db.session.query(JournalEntry).filter_by(act="carrier_file").count() == 2
    printed = office.client.get("/konto").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    typed = {"csrf_token": printed, "key": "f" * 32}
    where = [office.client.post(f"{base}/kort", data=typed).headers["Location"] for _twice in range(2)]
    assert where[0] == where[1]
    assert office.client.get(where[0]).data[:4] == b"%PDF"
    assert "sidst" in words(office.get(f"{base}/papirer"))
    office.post(f"{base}/kort", 409, type="findes-ikke")
    page = words(office.get(f"/kontor/pakning/{fetched.pack_on}/afhentning/hos-flexvirk"))
    assert "Karla Købersen" in page
    assert fetched.number in page
    office.get(f"{base}/afhentning/ukendt", 404)
    db.session.rollback()
    with counted() as sent:
        office.get(f"{base}/papirer")
    assert len(sent) <= 16


# --- Tracking ---------------------------------------------------------------------------------------------------------


def _sheet(*rows: tuple[str, str], heads: str = "Ordrenummer;Track & Trace") -> bytes:
    return "\r\n".join([heads, *(";".join(row) for row in rows)]).encode("cp1252")


def _keep(raw: bytes) -> int:
    found = read_tracking(raw)
    with transaction():
        return keep_tracking(found, by=COMMAND, now=utc_now())


def _letters(kind: str) -> list[Letter]:
    db.session.rollback()
    return db.session.query(Letter).filter_by(kind=kind).all()


def test_tracking_is_kept_once_and_told_once(example: Flask) -> None:
    sent, packed = paid_order(2), paid_order()
    fulfil(sent)
    raw = _sheet((sent.number, "00370700001"), (f"{sent.number}-2", "00370700002"), (packed.number, "00370700003"))
    assert _keep(raw) == 3
    assert _keep(raw) == 0
    assert len(_letters("order_tracking")) == 1
    packed_id = packed.id
    fulfil(packed)
    work()
    (told,) = _letters("order_tracking")
    assert "00370700002" in told.text
    texts = {letter.about_id: letter.text for letter in _letters("order_sent")}
    assert "00370700003" in texts[packed_id]


def test_the_same_file_read_by_four_at_once_is_kept_once(example: Flask) -> None:
    sent = paid_order()
    fulfil(sent)
    raw = _sheet((sent.number, "00370700001"))
    assert sorted(n for n in together(example, [lambda: _keep(raw)] * 4) if isinstance(n, int)) == [0, 0, 0, 1]
    assert len(_letters("order_tracking")) == 1


def test_every_fault_is_told_by_its_row_and_nothing_is_kept(example: Flask) -> None:
    fine, other = paid_order(), paid_order()
    fetched = paid_order(delivery=PICKUP, place="hos-flexvirk")
    unpaid = place_order()
    raw = _sheet(
        (fine.number, "12345678"), ("9999", "12345679"), ("", "12345680"), (other.number, ""), (other.number, "x"),
        (other.number, "12345678"), (fetched.number, "12345681"), (unpaid.number, "12345682"), ("=1+1", "<b>"),
    )  # fmt: skip
    with pytest.raises(BadRows) as bad:
        _keep(raw)
    said = {no: str(text) for no, text in bad.value.errors}
    assert list(said) == [3, 4, 5, 6, 7, 8, 9, 10]
    for no, text in ((3, "9999"), (4, "mangler ordre"), (5, "mangler pakke"), (6, "ligner ikke"), (7, "anden ordre")):
        assert text in said[no]
    assert "sendt med pakke" in said[8]
    assert db.session.query(Tracking).count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x89PNG....",
        b"a;b\n1;2\n",
        _sheet(heads="Reference;Navn"),
        b"\xff" * 30,
        b"Reference;Pakkenummer\n\x00;1\n",
    ],
)
def test_what_is_no_such_file_is_refused(example: Flask, raw: bytes) -> None:
    with pytest.raises(Refused):
        _keep(raw)


def test_tracking_is_read_and_seen(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    order = paid_order()
    number, token = order.number, order.token
    fulfil(order)

    def send(raw: bytes, status: int = 303) -> str:
        page = office.client.get("/konto").text
        secret = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        data = {"csrf_token": secret, "file": (io.BytesIO(raw), "x.csv")}
        answer = office.client.post("/kontor/pakning/pakkenumre", data=data)
        assert answer.status_code == status
        return answer.text

    assert "Der er ingen ordre 9" in words(send(_sheet(("9", "12345678"), (number, "12345678")), 422))
    send(_sheet((number, "12345678")))
    assert "1 nyt pakkenummer" in words(office.get("/kontor/pakning/pakkenumre"))
    send(_sheet((number, "12345678")))
    assert "Ingen nye pakkenumre" in words(office.get("/kontor/pakning/pakkenumre"))
    assert "12345678" in words(office.get(f"/kontor/ordrer/{number}"))
    assert "12345678" in words(office.get(f"/ordre/{token}"))
    office.post("/kontor/pakning/pakkenumre", 422)


def test_tracking_goes_with_the_recipient(example: Flask) -> None:
    order = paid_order()
    fulfil(order)
    _keep(_sheet((order.number, "12345678")))
    erase_packing()
    assert db.session.query(Tracking).count() == 1
    with transaction():
        lock_order(order.id).recipient = {}
    erase_packing()
    assert db.session.query(Tracking).count() == 0
