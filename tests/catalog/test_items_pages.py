"""A partner makes an item, sends it, talks with the office about it; the office approves, asks, declines."""

from flask import Flask
from sqlalchemy import select

from catalog.assortment.models import ASKED, DECLINED, DRAFT, SENT
from catalog.example.proposals import load_proposals
from catalog.items.models import APPROVED, Item
from shop.days import utc_now
from shop.db import db, transaction
from tests.catalog.items_world import MAKER, OFFICE, OTHER, as_typed, enterprise, item, last_proposal, typed, visitor
from tests.tools.client import PageClient
from tests.tools.statements import counted

NEW = "/partner/varer/ny"


def _made(app: Flask, **changes: object) -> tuple[PageClient, str]:
    """A new item as its maker has saved it, and its address."""
    maker = visitor(app, MAKER)
    answer = maker.post_form(NEW, typed(**changes))
    assert answer.status_code == 303, answer.text
    return maker, answer.headers["Location"]


def _token() -> dict[str, str]:
    proposal = last_proposal()
    return {"proposal": str(proposal.id), "edition": str(proposal.edition)}


def test_from_the_first_word_to_the_shelf(sqlite_example: Flask) -> None:
    maker, path = _made(sqlite_example, do="send")
    proposal = last_proposal()
    assert (proposal.state, proposal.item.state, proposal.item.slug) == (SENT, DRAFT, "moerk-chokolade-med-salt")
    assert "Kontoret ser på den" in maker.get(path).text
    assert maker.get("/varer/moerk-chokolade-med-salt").status_code == 404
    office = visitor(sqlite_example, OFFICE)
    assert "Mørk chokolade med salt" in office.get("/kontor/varer").text
    page = f"/kontor/varer/{proposal.item_id}"
    assert "Den er ny" in office.get(page).text
    assert office.post_form(f"{page}/godkend", _token(), page=page).status_code == 303
    sold = item("moerk-chokolade-med-salt")
    assert (sold.state, sold.sold_alone, sold.prices[0].agreed_ore, sold.prices[0].gross_ore) == (
        APPROVED, True, 2800, 5500,
    )  # fmt: skip
    assert sold.current is not None
    assert sold.current.frozen_at is not None
    shown = visitor(sqlite_example, OTHER).get("/varer/moerk-chokolade-med-salt").text
    assert "<strong>mælkepulver</strong>" in shown
    assert "55,00" in shown
    assert "til salg" in maker.get("/partner/varer").text


def test_a_draft_may_be_incomplete_and_says_what_is_missing_when_sent(sqlite_example: Flask) -> None:
    maker, path = _made(sqlite_example, text_da="", storage_da="", kj="", allergens=None, agreed_ore="")
    answer = maker.post_form(
        path, typed(text_da="", storage_da="", kj="", allergens=None, agreed_ore="", do="send", edition="1")
    )
    assert answer.status_code == 422
    assert last_proposal().state == DRAFT
    for name in ("text_da", "storage_da", "kj", "allergens", "agreed_ore"):
        assert f'id="{name}-error"' in answer.text, name
    assert "Kladden er gemt" in answer.text


def test_what_is_mistyped_is_told_and_nothing_typed_is_lost(sqlite_example: Flask) -> None:
    maker = visitor(sqlite_example, MAKER)
    answer = maker.post_form(NEW, typed(agreed_ore="mange penge", fat="1000", shelf_days="snart", net_unit="tønder"))
    assert answer.status_code == 422
    for name in ("agreed_ore", "fat", "shelf_days", "net_unit"):
        assert f'id="{name}-error"' in answer.text, name
    assert "mange penge" in answer.text
    assert "Mørk chokolade med salt" in answer.text


def test_the_second_of_two_sees_what_the_first_did(sqlite_example: Flask) -> None:
    maker, path = _made(sqlite_example)
    assert maker.post_form(path, typed(edition="1", text_da="Den første skrev det her.")).status_code == 303
    answer = maker.post_form(path, typed(edition="1", text_da="Den anden skrev noget andet."))
    assert answer.status_code == 409
    assert "Den første skrev det her." in answer.text
    assert answer.text.count("Den anden skrev noget andet.") >= 2, "beside the first's, and in its field"
    assert last_proposal().version.text_da == "Den første skrev det her."
    assert maker.post_form(path, typed(edition="2", text_da="Begge dele.")).status_code == 303
    assert last_proposal().version.text_da == "Begge dele."


def test_the_office_asks_for_a_correction_and_declines(sqlite_example: Flask) -> None:
    maker, path = _made(sqlite_example, do="send")
    page = f"/kontor/varer/{last_proposal().item_id}"
    office = visitor(sqlite_example, OFFICE)
    assert office.post_form(f"{page}/ret", {**_token(), "said": " "}, page=page).status_code == 422
    assert office.post_form(f"{page}/ret", {**_token(), "said": "Skriv vægten."}, page=page).status_code == 303
    assert last_proposal().state == ASKED
    assert "Skriv vægten." in maker.get(path).text
    assert maker.post_form(f"{path[:-4]}/svar", {"said": "Det gør vi."}, page=path).status_code == 303
    assert "Det gør vi." in office.get(page).text
    edition = str(last_proposal().edition)
    assert maker.post_form(path, typed(edition=edition, do="send")).status_code == 303
    assert office.post_form(f"{page}/afvis", {**_token(), "said": "Nej."}, page=page).status_code == 303
    assert last_proposal().state == DECLINED
    edition = str(last_proposal().edition)
    assert maker.post_form(path, typed(edition=edition)).status_code == 303
    assert last_proposal().state == DRAFT


def test_a_second_coordinator_is_told(sqlite_example: Flask) -> None:
    _made(sqlite_example, do="send")
    page = f"/kontor/varer/{last_proposal().item_id}"
    office = visitor(sqlite_example, OFFICE)
    token = _token()
    assert office.post_form(f"{page}/godkend", token, page=page).status_code == 303
    again = office.post_form(f"{page}/godkend", token, page=page)
    assert again.status_code == 409
    assert "er godkendt" in again.text


def test_taken_back_while_the_office_looks(sqlite_example: Flask) -> None:
    maker, path = _made(sqlite_example, do="send")
    proposal = last_proposal()
    page, token = f"/kontor/varer/{proposal.item_id}", {"proposal": str(proposal.id), "edition": str(proposal.edition)}
    office = visitor(sqlite_example, OFFICE)
    assert maker.post_form(f"{path[:-4]}/traek-tilbage", page=path).status_code == 303
    assert maker.post_form(path, typed(edition="1", do="send")).status_code == 303
    answer = office.post_form(f"{page}/godkend", token, page=page)
    assert answer.status_code == 409
    assert "har rettet i den" in answer.text


def test_what_is_on_sale_stays_until_the_change_is_approved(sqlite_example: Flask) -> None:
    maker = visitor(sqlite_example, MAKER)
    sold = next(one for one in _of_maker() if one.sold_alone)
    path, before = f"/partner/varer/{sold.id}/ret", sold.current_version_id
    assert sold.current is not None
    allergens = [*sold.current.allergens, "celery"]
    new = {**as_typed(sold), "volume_ml": "400", "agreed_ore": "1,00", "allergens": allergens, "do": "send"}
    answer = maker.post_form(path, {name: value for name, value in new.items() if name != "no_allergens"})
    assert answer.status_code == 303, answer.text
    assert item(sold.slug).current_version_id == before
    office = visitor(sqlite_example, OFFICE)
    page = f"/kontor/varer/{sold.id}"
    seen = office.get(page).text
    assert "Nyt: Selleri." in seen
    assert "%)" in seen
    assert "Hvem har den gamle?" in seen
    assert office.post_form(f"{page}/godkend", _token(), page=page).status_code == 303
    now = item(sold.slug)
    assert now.current_version_id != before
    assert now.prices[-1].agreed_ore == 100


def _of_maker() -> list[Item]:
    query = select(Item).where(Item.enterprise_id == enterprise("social-foodies").id).order_by(Item.id)
    return list(db.session.scalars(query))


def test_anothers_item_is_not_there(sqlite_example: Flask) -> None:
    _maker, path = _made(sqlite_example)
    stem = path[:-4]
    other = visitor(sqlite_example, OTHER)
    assert other.get(path).status_code == 404
    assert other.get(f"{stem}/lager").status_code == 404
    for way in ("ret", "lager", "traek-tilbage", "svar"):
        answer = other.post_form(f"{stem}/{way}", typed(said="x", pieces="1", lead_days="1"), page=NEW)
        assert answer.status_code == 404, way


def test_the_pages_ask_a_set_number_of_questions(sqlite_example: Flask) -> None:
    maker, path = _made(sqlite_example, do="send")
    office = visitor(sqlite_example, OFFICE)
    pages = [
        (maker, "/partner/varer"),
        (maker, path),
        (office, "/kontor/varer"),
        (office, f"/kontor/varer/{last_proposal().item_id}"),
    ]
    asked = []
    for client, address in pages:
        with counted() as statements:
            assert client.get(address).status_code == 200
        asked.append(len(statements))
    assert asked == [10, 8, 5, 9]


def test_the_example_has_something_to_judge(sqlite_example: Flask) -> None:
    with transaction():
        load_proposals(now=utc_now())
    seen = visitor(sqlite_example, OFFICE).get("/kontor/varer").text
    assert "venter på godkendelse" in seen
    assert "skal rettes" in seen
    assert "vare venter på at blive godkendt." in visitor(sqlite_example, OFFICE).get("/kontor").text
