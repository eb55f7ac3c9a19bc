"""The example data is content, so this is its proof-reader: sums, references, food facts, both languages, no claims."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from stdnum import iban
from stdnum.dk import cvr

FOLDER = Path(__file__).resolve().parents[2] / "catalog" / "example"

DRAWING_WORDS = (
    "dish-brush broom nail-brush shoe-brush dustpan-set woven-basket bread-basket tea-towel table-runner chocolate-bar "
    "cream-puffs nut-jar almond-bag cocoa-tin coffee-bag tea-tin mug scarf greeting-card sugar-bag oil-bottle cookies "
    "crispbread honey-cake granola-jar baklava-box dates-box spice-jar jam-jar chutney-jar pickle-jar juice-bottle "
    "cider-bottle candle gift-box packing delivery-bike cleaning bookkeeping it-help property-service room catering "
    "printing"
)
DRAWINGS = frozenset(DRAWING_WORDS.split())
VAT_STATUSES = {"registered", "below_threshold", "blind_exemption", "exempt_activity"}
EXCEPTIONS = {"none", "perishable", "sealed_hygiene", "personalised"}
# What an emphasised word must contain to point at an allergen (regulation 1169/2011, annex II): Danish, English.
ALLERGEN_WORDS: dict[str, tuple[str, str]] = {
    "gluten": ("hvede|rug|byg|havre|spelt", "wheat|rye|barley|oats|spelt"),
    "crustaceans": ("rejer|krebs|hummer", "shrimp|crab|lobster"),
    "eggs": ("æg", "egg"),
    "fish": ("fisk|ansjos", "fish|anchov"),
    "peanuts": ("jordnødder", "peanut"),
    "soy": ("soja", "soya|soy"),
    "milk": ("(?:sød|skummet|kærne)?mælk|smør|fløde|valle", "(?:butter)?milk|butter|cream|whey"),
    "nuts": (
        "mandler|(?:hassel|val|cashew|pekan|para|pistacie|macadamia)nødder",
        "almond|hazelnut|walnut|(?:cashew|pecan|brazil|pistachio|macadamia) nut",
    ),
    "celery": ("selleri", "celery"),
    "mustard": ("sennep", "mustard"),
    "sesame": ("sesam", "sesame"),
    "sulphites": ("sulfit", "sulphite"),
    "lupin": ("lupin", "lupin"),
    "molluscs": ("musling|blæksprutte", "mussel|squid"),
}
NUTRIENTS = {"kj", "kcal", "fat", "saturated", "carbohydrate", "sugars", "protein", "salt"}
# No nutrition declaration: coffee, tea, spices, drinks above 1.2 % alcohol (regulation 1169/2011, annex V, art. 16).
NUTRITION_EXEMPT_DRAWINGS = {"coffee-bag", "tea-tin", "spice-jar"}
ORIGIN_REQUIRED_DRAWINGS = {"oil-bottle", "dates-box", "nut-jar"}
TEXTILE_DRAWINGS = {"tea-towel", "table-runner", "scarf"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
UNWANTED = re.compile(
    r"bæredygtig|miljøvenlig|klimavenlig|co2|sustainab|eco-|økologisk|organic|fairtrade|\brsv\b|!",
    re.IGNORECASE,
)
GREEN = re.compile(r"\bgr(?:øn|een)(?!land)", re.IGNORECASE)

Row = dict[str, Any]


def read(name: str) -> Row:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


ENTERPRISES: list[Row] = read("enterprises.toml")["enterprise"]
ITEMS: list[Row] = read("items.toml")["item"]
BASKETS: list[Row] = read("baskets.toml")["basket"]
PAGES: list[Row] = read("pages.toml")["page"]
PEOPLE: list[Row] = read("people.toml")["person"]
SELLER: Row = read("seller.toml")
BY_SLUG: dict[str, Row] = {item["slug"]: item for item in ITEMS}
ENTERPRISE_SLUGS = {enterprise["slug"] for enterprise in ENTERPRISES}
FOODS = [item for item in ITEMS if item.get("food")]


def id_of(row: Row) -> str:
    return str(row.get("slug") or row.get("key"))


def every_text(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in every_text(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in every_text(inner)]
    return []


def languages_missing(row: Row) -> list[str]:
    """The fields that stand in one language only, or stand empty."""
    missing = []
    for field in row:
        if field.endswith(("_da", "_en")):
            stem = field[:-3]
            missing += [name for name in (f"{stem}_da", f"{stem}_en") if not str(row.get(name, "")).strip()]
    return missing


def fee_ore(gross_ore: int) -> int:
    """The fee estimate of a card payment: 1.5 % of the gross price, rounded up, and 1.80 kr."""
    return -(-gross_ore * 15 // 1000) + 180


def allergens_named(text: str, language: int) -> set[str]:
    return {code for code, words in ALLERGEN_WORDS.items() if re.search(rf"\b({words[language]})", text, re.IGNORECASE)}


def goods_ore(basket: Row, field: str) -> int:
    return sum(part["quantity"] * part[field] for part in basket["component"])


def services_ore(basket: Row) -> int:
    return sum(int(part["price_ore"]) for part in basket["service"])


def test_there_is_enough_to_look_at() -> None:
    assert len(ENTERPRISES) == 10
    assert len(ITEMS) >= 44
    assert len(BASKETS) == 8
    assert {item["drawing"] for item in ITEMS} == DRAWINGS
    assert {item["enterprise"] for item in ITEMS} == ENTERPRISE_SLUGS


@pytest.mark.parametrize(
    "rows",
    [ENTERPRISES, ITEMS, BASKETS, SELLER["freight"]["pickup"]],
    ids=["enterprises", "items", "baskets", "pickup"],
)
def test_slugs_are_unique_and_fit_in_an_address(rows: list[Row]) -> None:
    assert len({row["slug"] for row in rows}) == len(rows)
    assert all(SLUG.fullmatch(row["slug"]) for row in rows)


@pytest.mark.parametrize("row", [*ENTERPRISES, *ITEMS, *BASKETS, *PAGES, *SELLER["freight"]["pickup"]], ids=id_of)
def test_everything_stands_in_both_languages(row: Row) -> None:
    assert languages_missing(row) == []
    for section in row.get("section", []):
        assert languages_missing(section) == []


@pytest.mark.parametrize(
    "row", [*ENTERPRISES, *ITEMS, *BASKETS, *PAGES, *PEOPLE], ids=lambda row: str(row.get("email", "")) or id_of(row)
)
def test_no_text_claims_what_only_a_certificate_may(row: Row) -> None:
    assert [text for text in every_text(row) if UNWANTED.search(text)] == []


def test_green_is_a_colour_of_one_basket_and_never_a_praise() -> None:
    rows = [*ENTERPRISES, *ITEMS, *BASKETS, *PAGES]
    green = {id_of(row) for row in rows if any(GREEN.search(t) for t in every_text(row))}
    assert green == {"den-groenne-kurv"}


@pytest.mark.parametrize("enterprise", ENTERPRISES, ids=id_of)
def test_an_enterprise_is_complete_and_plainly_an_example(enterprise: Row) -> None:
    assert {"name", "place", "short_da", "story_da", "seeks_da", "offers_da"} <= set(enterprise)
    assert cvr.is_valid(enterprise["cvr"])
    assert enterprise["cvr"].startswith("99"), "a number nobody can take for a real one"
    assert enterprise["address"].startswith("Eksempelvej ")
    assert enterprise["email"].endswith("@example.dk")
    assert re.fullmatch(r"\d{8}", enterprise["phone"])
    assert re.fullmatch(r"\d{4}", enterprise["postcode"])
    assert enterprise["valid_from"] == "2025-01-01"
    assert "på denne side er eksempler" in enterprise["story_da"]
    assert "on this page are examples" in enterprise["story_en"]
    assert enterprise["seeks_da"].startswith("Eksempel:")
    assert enterprise["offers_en"].startswith("Example:")


@pytest.mark.parametrize("enterprise", ENTERPRISES, ids=id_of)
def test_only_a_registered_enterprise_has_a_vat_number(enterprise: Row) -> None:
    assert enterprise["vat_status"] in VAT_STATUSES
    if enterprise["vat_status"] == "registered":
        assert enterprise["vat_no"] == f"DK{enterprise['cvr']}"
    else:
        assert "vat_no" not in enterprise
        assert "I eksemplet er virksomheden ikke momsregistreret" in enterprise["story_da"]
        assert "In the example the enterprise is not registered for VAT" in enterprise["story_en"]


def test_enterprises_differ_in_colour_number_and_address_and_in_vat_status() -> None:
    for field in ("name", "colour", "cvr", "address", "email", "phone"):
        assert len({enterprise[field] for enterprise in ENTERPRISES}) == len(ENTERPRISES), field
    assert sorted(enterprise["colour"] for enterprise in ENTERPRISES) == list(range(len(ENTERPRISES)))
    assert {enterprise["vat_status"] for enterprise in ENTERPRISES} == VAT_STATUSES


@pytest.mark.parametrize("item", ITEMS, ids=id_of)
def test_an_item_is_complete(item: Row) -> None:
    assert item["enterprise"] in ENTERPRISE_SLUGS
    assert item["kind"] in {"goods", "service"}
    assert item["drawing"] in DRAWINGS
    assert item["accent"] in range(4)
    assert item["vat_category"] == "S"
    assert item["withdrawal_exception"] in EXCEPTIONS
    assert isinstance(item["sold_alone"], bool)
    assert item["lead_days"] >= 1
    assert item["work_minutes"] > 0
    assert (item["weight_g"] > 0) == (item["kind"] == "goods")
    assert len(re.findall(r"[.?]( |$)", item["text_da"])) in {2, 3}, "two or three sentences"
    assert not (item["kind"] == "service" and item["sold_alone"])
    amount = {"stocked": "on_hand", "made": "weekly_capacity"}[item["stock"]["mode"]]
    assert set(item["stock"]) == {"mode", amount}
    assert item["stock"][amount] > 0


@pytest.mark.parametrize("item", ITEMS, ids=id_of)
def test_a_price_leaves_something_for_the_common_pot(item: Row) -> None:
    assert item["price_ore"] > 0
    assert item["gross_ore"] % 100 == 0, "whole kroner"
    assert item["gross_ore"] * 4 // 5 > item["price_ore"]


@pytest.mark.parametrize("item", FOODS, ids=id_of)
def test_food_carries_every_fact_the_law_wants_before_the_purchase(item: Row) -> None:
    assert {"food_name_da", "ingredients_da", "storage_da"} <= set(item)
    assert item["net_quantity"] > 0
    assert item["net_unit"] in {"g", "ml", "stk"}
    assert 0 < item["min_shelf_days"] < item["shelf_days"]
    if item["net_unit"] == "g":
        assert item["net_quantity"] < item["weight_g"], "the packaging weighs something too"
    if item["drawing"] in ORIGIN_REQUIRED_DRAWINGS:
        assert item["origin_da"]
    assert (item["withdrawal_exception"] == "perishable") == (item["shelf_days"] <= 14)
    assert item["withdrawal_exception"] in {"perishable", "sealed_hygiene"}


@pytest.mark.parametrize("item", FOODS, ids=id_of)
def test_allergens_are_emphasised_and_nothing_else_is(item: Row) -> None:
    allergens, traces = item["allergens"], item["traces"]
    assert set(allergens) | set(traces) <= set(ALLERGEN_WORDS)
    assert not set(allergens) & set(traces)
    for language, field in enumerate(("ingredients_da", "ingredients_en")):
        assert item[field].count("**") % 2 == 0
        named = [allergens_named(word, language) for word in re.findall(r"\*\*(.+?)\*\*", item[field])]
        assert all(named), field
        assert set().union(*named) == set(allergens), field
        plain = re.sub(r"\*\*.+?\*\*|cocoa butter", "", item[field])
        assert allergens_named(plain, language) == set(), field


@pytest.mark.parametrize("item", FOODS, ids=id_of)
def test_nutrition_adds_up(item: Row) -> None:
    exempt = item["drawing"] in NUTRITION_EXEMPT_DRAWINGS or item.get("abv", 0) > 1.2
    assert ("nutrition" in item) != exempt
    if exempt:
        return
    facts = item["nutrition"]
    assert set(facts) == NUTRIENTS
    assert 0 <= facts["saturated"] <= facts["fat"]
    assert 0 <= facts["sugars"] <= facts["carbohydrate"]
    assert facts["fat"] + facts["carbohydrate"] + facts["protein"] + facts["salt"] <= 100
    # Conversion factors of regulation 1169/2011, annex XIV; fibre (2 kcal/g) is not declared and makes up the rest.
    known = 9 * facts["fat"] + 4 * (facts["carbohydrate"] + facts["protein"])
    assert known * 0.98 - 1 <= facts["kcal"] <= known * 1.25 + 1
    assert 4.1 <= facts["kj"] / facts["kcal"] <= 4.3


@pytest.mark.parametrize(
    "item", [item for item in ITEMS if item["kind"] == "goods" and not item.get("food")], ids=id_of
)
def test_things_say_what_they_are_made_of(item: Row) -> None:
    assert item["materials_da"]
    if item["drawing"] in TEXTILE_DRAWINGS:
        shares = [int(share) for share in re.findall(r"(\d+) %", item["materials_da"])]
        assert sum(shares) == 100
    assert ("warnings_da" in item) == (item["drawing"] == "candle")
    assert item["withdrawal_exception"] == "none"


def test_shop_has_one_drink_with_alcohol_and_a_few_items_about_to_sell_out() -> None:
    assert [(item["slug"], item["abv"]) for item in ITEMS if "abv" in item] == [("aeblecider", 4.5)]
    assert [item["slug"] for item in ITEMS if item["stock"].get("on_hand", 99) < 10] == ["toerklaede"]


@pytest.mark.parametrize("basket", BASKETS, ids=id_of)
def test_a_basket_gathers_goods_of_at_least_three_enterprises(basket: Row) -> None:
    parts = [part["item"] for part in basket["component"]]
    assert len(set(parts)) == len(parts)
    assert all(BY_SLUG[slug]["kind"] == "goods" for slug in parts)
    assert len({BY_SLUG[slug]["enterprise"] for slug in parts}) >= 3
    assert len([slug for slug in parts if BY_SLUG[slug]["drawing"] in {"woven-basket", "gift-box"}]) == 1
    assert all(part["quantity"] >= 1 for part in basket["component"])
    services = [BY_SLUG[part["item"]] for part in basket["service"]]
    assert [service["drawing"] for service in services].count("packing") == 1
    assert all(service["kind"] == "service" for service in services)


@pytest.mark.parametrize("basket", BASKETS, ids=id_of)
def test_the_money_of_a_basket_reaches(basket: Row) -> None:
    gross = basket["gross_ore"]
    assert 19900 <= gross <= 99900
    assert gross % 100 == 0
    net = gross * 4 // 5
    after_services = net - services_ore(basket)
    assert all(part["price_ore"] <= BY_SLUG[part["item"]]["price_ore"] for part in basket["component"])
    assert all(part["price_ore"] == BY_SLUG[part["item"]]["price_ore"] for part in basket["service"])
    if basket["policy"] == "agreed":
        left = after_services - goods_ore(basket, "price_ore") - fee_ore(gross)
        assert 0.08 <= left / net <= 0.15
    elif basket["policy"] == "proportional":
        pot = -(-net * basket["pot_percent_bp"] // 10_000)
        assert pot > fee_ore(gross)
        assert after_services - pot >= goods_ore(basket, "price_ore")
    else:
        assert basket["policy"] == "guaranteed"
        assert goods_ore(basket, "guaranteed_ore") + fee_ore(gross) <= after_services
        assert all(part["guaranteed_ore"] <= part["price_ore"] for part in basket["component"])


def test_baskets_show_all_three_policies_and_the_filters_have_something_to_find() -> None:
    policies = [basket["policy"] for basket in BASKETS]
    assert policies.count("agreed") > len(BASKETS) / 2
    assert set(policies) == {"agreed", "proportional", "guaranteed"}
    parts = {basket["slug"]: [BY_SLUG[part["item"]] for part in basket["component"]] for basket in BASKETS}
    assert [slug for slug, items in parts.items() if any(item.get("abv") for item in items)] == ["fredagskurven"]
    without_nuts = [
        slug for slug, items in parts.items() if not any("nuts" in item.get("allergens", []) for item in items)
    ]
    assert {"et-lille-tak", "den-groenne-kurv", "rent-bord"} <= set(without_nuts) < set(parts)
    assert sum(not item.get("food") for item in parts["rent-bord"]) > len(parts["rent-bord"]) / 2
    green = {code for item in parts["den-groenne-kurv"] for code in item.get("allergens", [])}
    assert not {"milk", "eggs", "fish"} & green
    used = [item["slug"] for items in parts.values() for item in items]
    assert max(used.count(slug) for slug in used if BY_SLUG[slug]["drawing"] not in {"woven-basket", "gift-box"}) >= 3


def test_a_perishable_part_and_an_age_limit_are_told_on_the_basket() -> None:
    for basket in BASKETS:
        items = [BY_SLUG[part["item"]] for part in basket["component"]]
        if any(item["withdrawal_exception"] == "perishable" for item in items):
            assert "fortrydelsesret" in basket["text_da"]
            assert "right of withdrawal" in basket["text_en"]
        if any(item.get("abv", 0) > 1.2 for item in items):
            assert "16" in basket["text_da"]
            assert "16" in basket["text_en"]


def test_the_seller_can_be_paid_and_every_basket_can_be_sent() -> None:
    seller, freight = SELLER["seller"], SELLER["freight"]
    assert cvr.is_valid(seller["cvr"])
    assert seller["vat_no"] == f"DK{seller['cvr']}"
    assert iban.is_valid(seller["iban"])
    assert seller["iban"].endswith(seller["bank_reg"] + seller["bank_account"])
    steps = [(step["max_g"], step["gross_ore"]) for step in freight["parcel"]]
    assert steps == sorted(steps)
    assert all(gross % 100 == 0 for _, gross in steps)
    weights = [sum(p["quantity"] * BY_SLUG[p["item"]]["weight_g"] for p in b["component"]) for b in BASKETS]
    assert max(weights) * 2 <= steps[-1][0]
    for place in freight["pickup"]:
        home = next(enterprise for enterprise in ENTERPRISES if enterprise["slug"] == place["enterprise"])
        assert (place["address"], place["postcode"], place["city"]) == (home["address"], home["postcode"], home["city"])
        assert place["gross_ore"] == 0
    carrier = BY_SLUG[freight["local"]["item"]]
    assert carrier["enterprise"] == "skejby-rangers"
    assert freight["local"]["gross_ore"] * 4 // 5 > carrier["price_ore"]
    assert all(re.fullmatch(r"8[23]\d\d|8000", postcode) for postcode in carrier["served_postcodes"])


def test_every_enterprise_has_a_sign_in_and_somebody_has_two_roles() -> None:
    emails = [person["email"] for person in PEOPLE]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith("@example.dk") for email in emails)
    assert not any("password" in person for person in PEOPLE)
    partners = {role["enterprise"] for person in PEOPLE for role in person["roles"] if role["role"] == "supplier"}
    assert partners == ENTERPRISE_SLUGS
    assert {f"{slug}@example.dk" for slug in ENTERPRISE_SLUGS} < set(emails)
    both = [person["email"] for person in PEOPLE if len({role["role"] for role in person["roles"]}) == 2]
    assert both == ["to-roller@example.dk"]
    assert {role["role"] for person in PEOPLE for role in person["roles"]} == {"coordinator", "supplier", "buyer"}


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_a_page_is_filled_with_the_same_names_in_both_languages(page: Row) -> None:
    known = {"seller_name", "seller_address", "seller_email", "seller_cvr", "seller_phone"}
    for section in page["section"]:
        danish = set(PLACEHOLDER.findall(section["text_da"]))
        assert danish == set(PLACEHOLDER.findall(section["text_en"]))
        assert danish <= known
        assert section["text_da"].count("\n\n") == section["text_en"].count("\n\n"), "the same paragraphs"


def test_the_terms_hold_what_consumer_law_asks_for() -> None:
    assert [page["key"] for page in PAGES] == ["terms", "privacy", "cookies", "accessibility", "contact"]
    terms = "\n".join(every_text(PAGES[0]))
    for wanted in (
        "{seller_name}", "{seller_address}", "{seller_email}", "{seller_cvr}", "{seller_phone}",
        "14 dage", "Fortryd aftalen her", "(/fortryd)", "senest 30 dage", "2 års reklamationsret",
        "når vi sender gaven", "Mæglingsteamet for Forbrugerklager, Nævnenes Hus, Toldboden 2, 8800 Viborg",
        "naevneneshus.dk", "Denne formular udfyldes og returneres kun", "Det ikke relevante udstreges",
        "right of withdrawal", "Withdraw from contract here", "(/en/fortryd)",
        "Complete and return this form only",
    ):  # fmt: skip
        assert wanted.lower() in terms.lower(), wanted
    everything = "\n".join(every_text(PAGES)).lower()
    assert "ec.europa.eu" not in everything, "the EU's complaint platform closed on 20 July 2025"
    assert not re.search(r"\bodr\b", everything)
