"""The fixed pages, the pages of mishaps, and how texts of the catalogue are read."""

import html5lib
import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from markupsafe import Markup

from catalog.items.facts import content, emphasised, total_content, unit_price
from catalog.items.models import ItemVersion
from shop.settings.texts import cut, fill
from tests.tools.page import check_page

TEXT_PAGES = ("/handelsbetingelser", "/privatliv", "/cookies", "/tilgaengelighed", "/kontakt", "/fortryd")


@pytest.mark.parametrize("path", TEXT_PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_text_page_names_the_seller(client: FlaskClient, path: str, prefix: str) -> None:
    answer = client.get(prefix + path)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    check_page(html, url=prefix + path)
    assert answer.headers["Cache-Control"].startswith("public")
    article = html[html.index("<article") : html.index("</article>")]
    assert "{seller" not in article
    assert len(article) > 500


def test_terms_are_filled_and_linked(client: FlaskClient) -> None:
    html = client.get("/handelsbetingelser").get_data(as_text=True)
    for said in (
        "Eksempelvej 1, 8000 Aarhus C",
        "CVR-nr. 12345674",
        '<a href="mailto:kontakt@example.dk">',
        '<a href="/ordre/find">',
        "Mæglingsteamet for Forbrugerklager",
    ):
        assert said in html
    assert '<a href="/en/ordre/find">' in client.get("/en/handelsbetingelser").get_data(as_text=True)


def test_withdrawal_page_has_the_laws_form(client: FlaskClient) -> None:
    html = client.get("/fortryd").get_data(as_text=True)
    for said in (
        "14 dage",
        "Denne formular udfyldes og returneres kun, hvis fortrydelsesretten gøres gældende",
        "Det ikke relevante udstreges",
        "mailto:kontakt@example.dk",
        "Eksempelvej 1",
    ):
        assert said in html


@pytest.mark.parametrize("path", [*TEXT_PAGES, "/", "/kurve", "/virksomheder"])
def test_an_empty_shop_says_so_honestly(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    check_page(answer.get_data(as_text=True), url=path)
    if path in TEXT_PAGES[:5]:
        assert "Teksten er ikke skrevet endnu" in answer.get_data(as_text=True)


def test_not_found_is_a_page_with_a_way_on(client: FlaskClient) -> None:
    for path in ("/nix", "/en/nix"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
        html = answer.get_data(as_text=True)
        check_page(html, url=path)
        assert f'href="{"/en" if "en" in path else ""}/kurve"' in html


def test_lost_session_loses_nothing_typed(sqlite_example: Flask) -> None:
    typed = [("navn", 'Åse "Ø" <b>'), ("uden", "nuts"), ("uden", "milk"), ("kort", "Kære du\nTillykke 🎁")]
    with sqlite_example.test_request_context("/kassen", method="POST"):
        html = render_template("storefront/shop/send_again.html", typed=typed)
    check_page(html, url="/kassen")
    form = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False).find(".//main//form")
    assert form is not None
    assert form.get("method") == "post"
    fields = [(field.get("name"), field.get("value")) for field in form.iter("input")]
    assert [field for field in fields if field[0] != "csrf_token"] == typed
    assert sum(name == "csrf_token" and bool(text) for name, text in fields) == 1
    assert "Send igen" in html


def test_form_from_elsewhere_is_turned_away_in_words(sqlite_example: Flask) -> None:
    with sqlite_example.test_request_context("/kassen", method="POST"):
        html = render_template("storefront/shop/error.html", code=403)
    check_page(html, url="/kassen")
    assert "der er ikke ændret noget" in html


def test_machines_get_what_they_ask_for(client: FlaskClient) -> None:
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /kassen" in robots.get_data(as_text=True)
    icon = client.get(client.get("/favicon.ico").headers["Location"])
    assert icon.status_code == 200
    assert icon.mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("sukker, **mælk**, salt", "sukker, <strong>mælk</strong>, salt"),
        ("**Nødder** og **soja**", "<strong>Nødder</strong> og <strong>soja</strong>"),
        ("<b>**æg**</b>", "&lt;b&gt;<strong>æg</strong>&lt;/b&gt;"),
        ("**<i>**", "<strong>&lt;i&gt;</strong>"),
        ("et ** alene", "et ** alene"),
        ("**a** og ** b", "<strong>a</strong> og ** b"),
        ("", ""),
    ],
)
def test_marked_allergens_are_strong_and_everything_else_escaped(text: str, html: str) -> None:
    marked = emphasised(text)
    assert isinstance(marked, Markup)
    assert str(marked) == html


def test_contents_are_written_as_on_a_label() -> None:
    assert [content(160, "g"), content(1200, "g"), content(1500, "ml"), content(0, "g"), content(6, "stk.")] == [
        "160 g",
        "1,2 kg",
        "1,5 l",
        "",
        "6 stk.",
    ]
    assert unit_price(4_900, 100, "g") == (49_000, "kg")
    assert unit_price(5_500, 330, "ml") == (16_667, "l")
    assert unit_price(4_900, 0, "") is None


def test_contents_add_up_per_unit(app: Flask) -> None:
    jar = ItemVersion(net_quantity=280, net_unit="g")
    bottle = ItemVersion(net_quantity=750, net_unit="ml")
    brush = ItemVersion(net_quantity=0, net_unit="")
    with app.test_request_context():
        assert total_content([(jar, 2), (bottle, 2), (brush, 1)]) == "560 g og 1,5 l"
        assert total_content([(brush, 1)]) == ""


def test_texts_are_filled_and_cut() -> None:
    names = {"seller_name": "Os", "seller_email": "os@example.dk"}
    assert fill("{seller_name} {ukendt} {0} {", names) == "Os {ukendt} {0} {"
    paragraphs = cut("En linje\nog en til\n\n \nSkriv til os@example.dk. Se (/kontakt).")
    assert paragraphs == (
        ((("En linje", ""),), (("og en til", ""),)),
        (
            (
                ("Skriv til ", ""),
                ("os@example.dk", "mailto:os@example.dk"),
                (". Se (", ""),
                ("/kontakt", "/kontakt"),
                (").", ""),
            ),
        ),
    )
    assert cut("(//ond.example)")[0][0][0][1] != "//ond.example"
