"""Items and enterprises, as buyers see them, and the drawings of items."""

from flask import Blueprint, Response, abort, render_template

from catalog.baskets.availability import FEW, NONE
from catalog.baskets.queries import baskets_with, makers_in_words
from catalog.items import facts
from catalog.items.allergens import names_of
from catalog.items.models import GOODS, Item
from catalog.items.picture import drawing_path, find_drawing
from catalog.items.queries import find_item, find_member, items_of, price_on, rates_on, services_on_offer
from catalog.supply.calendar import earliest_day
from shop.days import local_day, utc_now
from shop.i18n import gettext as _
from shop.people.models import Enterprise
from shop.people.queries import enterprises
from shop.tax import vat_in_gross
from shop.weave import Strip, weave_svg
from shop.web.headers import immutable, public_page

door = Blueprint("items", __name__)
for _filter in (facts.emphasised, facts.nutrition, facts.alcohol, facts.fact, names_of):
    door.add_app_template_filter(_filter)
for _global in (drawing_path, facts.content, facts.join_words):
    door.add_app_template_global(_global)


def _why_no_withdrawal(exception: str) -> str:
    return str(facts.WITHDRAWAL[exception])


def _step_note(step: str) -> str:
    """What is said of how many are left; nothing while there are many."""
    return str({NONE: _("Udsolgt"), FEW: _("Få tilbage")}.get(step, ""))


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


door.add_app_template_filter(_why_no_withdrawal, "why_no_withdrawal")
door.add_app_template_filter(_paragraphs, "paragraphs")
door.add_app_template_filter(_step_note, "step_note")


@door.get("/varer/<slug>")
@public_page
def item_page(slug: str) -> str:
    """One approved item or service; anything else is not found."""
    item = find_item(slug)
    if item is None or item.current is None:
        abort(404)
    version = item.current
    baskets = baskets_with(item_id=item.id)
    return render_template(
        "storefront/items/item.html",
        item=item,
        version=version,
        enterprise=item.enterprise,
        baskets=baskets,
        makers=makers_in_words(baskets),
        age=facts.age_limit([version]),
        **(_sold_alone(item) if item.sold_alone and item.kind == GOODS else {"gross_ore": None}),
    )


@door.get("/virksomheder")
@public_page
def enterprise_list() -> str:
    """Every member, and the services they offer."""
    return render_template(
        "storefront/items/enterprises.html",
        members=enterprises(),
        services=[item for item in services_on_offer() if item.current and item.enterprise.left_on is None],
    )


@door.get("/virksomheder/<slug>")
@public_page
def enterprise_page(slug: str) -> str:
    """One member that has not left."""
    enterprise = find_member(slug)
    if enterprise is None:
        abort(404)
    today = local_day(utc_now())
    rates = rates_on(today)
    items = [item for item in items_of(enterprise.id) if item.current]
    baskets = baskets_with(enterprise_id=enterprise.id)
    return render_template(
        "storefront/items/enterprise.html",
        enterprise=enterprise,
        cloth=_cloth(enterprise),
        goods=[(item, *_prices(item, rates)) for item in items if item.kind == GOODS],
        services=[item for item in items if item.kind != GOODS],
        baskets=baskets,
        makers=makers_in_words(baskets),
    )


@door.get("/tegning/<name>.svg")
@immutable
@public_page
def drawing(name: str) -> Response:
    """An item's drawing under its hash."""
    svg = find_drawing(name)
    if svg is None:
        abort(404)
    return Response(svg, mimetype="image/svg+xml")


def _sold_alone(item: Item) -> dict[str, object]:
    """The prices of an item that can be bought by itself, the price of a kilo or litre, and the first day."""
    today = local_day(utc_now())
    gross_ore, net_ore = _prices(item, rates_on(today))
    version = item.current
    assert version is not None
    unit = (version.net_quantity, version.net_unit)
    return {
        "gross_ore": gross_ore,
        "net_ore": net_ore,
        "unit_gross": facts.unit_price(gross_ore, *unit),
        "unit_net": facts.unit_price(net_ore, *unit),
        "earliest": earliest_day(item.lead_days, today),
    }


def _prices(item: Item, rates: dict[str, int]) -> tuple[int, int]:
    """Today's price alone, with and without VAT; 0 and 0 for what is only sold in baskets."""
    if not item.sold_alone or item.current is None:
        return 0, 0
    gross_ore = price_on(item, local_day(utc_now())).gross_ore
    return gross_ore, gross_ore - vat_in_gross(gross_ore, rates[item.current.vat_category])


def _cloth(enterprise: Enterprise) -> str:
    """The enterprise's own strip as a piece of cloth."""
    strip = Strip(enterprise.name, enterprise.colour, 1, "component")
    title = _("Farve og mønster: %(name)s", name=enterprise.name)
    return weave_svg([strip], title=title, desc="", width=320, height=96, seed=enterprise.slug)
