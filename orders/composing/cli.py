"""`faelleskurven compose`: baskets to a price, for the coordinator who assembles them. It changes nothing."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import click
from flask.cli import with_appcontext

from catalog.assembly.clash import Change, Clash
from catalog.assembly.compose import SECONDS
from catalog.assembly.demands import MOST_OF_ONE, Demands, Proposal
from catalog.assembly.queries import (
    Delivery,
    Kept,
    boxes,
    delivery_in,
    first_delivery,
    names_of_items,
    room_of,
)
from catalog.assembly.words import AIMS, sentences
from catalog.items.allergens import ALLERGENS, find_allergen, in_order
from catalog.items.models import ItemVersion
from orders.composing.answer import answer
from orders.documents.made import in_language
from shop.days import format_day, local_day, utc_now
from shop.errors import Refused
from shop.i18n import LANGUAGES, localised
from shop.money import format_amount, format_kr, parse_kr

HIGHEST_ORE = 10_000_000


@click.command("compose")
@click.option("--price", required=True, metavar="KR", help="The most one basket may cost, in kroner without VAT.")
@click.option("--enterprises", default=1, type=click.IntRange(1, 1000), help="Goods from at least so many enterprises.")
@click.option(
    "--without",
    multiple=True,
    metavar="ALLERGEN",
    help=f"An allergen to avoid, again for more: {', '.join(ALLERGENS)}.",
)
@click.option("--no-alcohol", is_flag=True, help="Nothing above 1.2 % alcohol.")
@click.option("--contains", multiple=True, metavar="SLUG", help="An item that must be in it, again for more.")
@click.option("--pieces", default=1, type=click.IntRange(1, 1_000_000), help="How many baskets are wanted.")
@click.option("--week", type=click.IntRange(1, 53), help="The coming ISO week they must be there; else the first day.")
@click.option("--box", metavar="SIZE", help="S, M, L …: what it may weigh, by the shop's steps for parcels.")
@click.option("--most", default=MOST_OF_ONE, type=click.IntRange(1, 100), show_default=True, help="Pieces of one item.")
@click.option(
    "--seconds", default=SECONDS, type=click.FloatRange(0.1, 3600), show_default=True, help="How long it may take."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, amounts in øre.")
@with_appcontext
def compose_command(as_json: bool, seconds: float, **asked: Any) -> None:
    """Propose three different baskets to a price: nearest the price from below, most enterprises, and fairest.

    Each is the best there is for its aim, among the items with an accepted offer and enough left. Packing and the pot
    are reckoned as in the published basket nearest in price. Exit code 1 when the demands clash: then it says which,
    and the smallest change that helps.
    """
    today = local_day(utc_now())
    items = _items(asked["contains"])
    delivery = _delivery(asked["week"], today)
    demands = _demands(asked, delivery)
    found = answer(demands, delivery, today, seconds=seconds)
    if found.clash is not None:
        _tell_clash(found.clash, demands, items, found.offered, as_json=as_json)
    if as_json:
        click.echo(json.dumps({"proposals": [_as_json(one) for one in found.proposals]}, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_table(found.proposals, found.kept, delivery, found.like.version)))


def _demands(asked: Mapping[str, Any], delivery: Delivery) -> Demands:
    return Demands(
        net_ore=_price(asked["price"]),
        pieces=asked["pieces"],
        enterprises=asked["enterprises"],
        without=frozenset(_allergen(word) for words in asked["without"] for word in words.split(",")),
        no_alcohol=asked["no_alcohol"],
        contains=frozenset(asked["contains"]),
        most_of_one=asked["most"],
        most_weight_g=_box(asked["box"]),
        most_units=room_of(asked["contains"]),
        deliver_on=delivery.deliver_on,
        days_under_way=delivery.days_under_way,
    )


def _price(text: str) -> int:
    try:
        ore = parse_kr(text)
    except ValueError:
        ore = 0
    if not 0 < ore <= HIGHEST_ORE:
        raise Refused(
            f"--price {text}: skriv kroner uden moms over 0 og højst {format_kr(HIGHEST_ORE)}, som 400 eller 399,50. · "
            "Write kroner without VAT, as 400 or 399.50."
        )
    return ore


def _allergen(word: str) -> str:
    found = find_allergen(word)
    if found is None:
        raise Refused(
            f"--without {word}: det allergen findes ikke. · There is no such allergen. Vælg · Choose: "
            f"{', '.join(ALLERGENS)}."
        )
    return found


def _box(size: str | None) -> int | None:
    if size is None:
        return None
    known = dict(boxes())
    if size.upper() not in known:
        told = ", ".join(f"{name} ({grams} g)" for name, grams in known.items()) or "–"
        raise Refused(f"--box {size}: den størrelse findes ikke. · There is no such size. Vælg · Choose: {told}.")
    return known[size.upper()]


def _items(slugs: Iterable[str]) -> dict[str, ItemVersion]:
    found = names_of_items(list(slugs))
    for slug in slugs:
        if slug not in found:
            raise Refused(f"--contains {slug}: varen findes ikke. · There is no item {slug}.")
    return found


def _delivery(week: int | None, today: date) -> Delivery:
    if week is None:
        return first_delivery(today)
    year = today.isocalendar().year
    for delivery in (delivery_in(year, week), delivery_in(year + 1, week)):
        if delivery is not None and delivery.deliver_on >= today:
            return delivery
    raise Refused(f"--week {week}: der leveres ikke i den uge. · Nothing is delivered in that week.")


def _as_json(proposal: Proposal) -> dict[str, Any]:
    return {
        "net_ore": proposal.net_ore,
        "aim": proposal.aim,
        "items": [
            {
                "item": one.slug,
                "enterprise": one.enterprise,
                "quantity": count,
                "ore": one.ore,
                "allergens": in_order(set(one.allergens)),
            }
            for one, count in proposal.items
        ],
        "services_ore": proposal.services_ore,
        "pot_ore": proposal.pot_ore,
        "gap": proposal.gap,
    }


def _table(proposals: list[Proposal], kept: dict[int, Kept], delivery: Delivery, like: Any) -> list[str]:
    lines = [f"Levering {format_day(delivery.deliver_on)}."]
    if like is not None:
        lines.append(f"Ydelser og pulje som i «{like.name_da}».")
    for proposal in proposals:
        lines += ["", f"{AIMS[proposal.aim]}: {format_kr(proposal.net_ore)} uden moms"]
        if proposal.gap:
            lines.append(f"  Tiden gik: en bedre kurv kan være {proposal.gap} bedre (øre eller virksomheder).")
        for one, count in proposal.items:
            row = kept[one.id]
            told = ", ".join(in_order(set(one.allergens))) or "–"
            name = f"{localised(row.version, 'name')} ({row.item.enterprise.name})"
            lines.append(f"  {count} × {format_amount(one.ore):>9}  {name:60} {told}")
        lines.append(f"      {format_amount(proposal.services_ore):>9}  Ydelser")
        lines.append(f"      {format_amount(proposal.pot_ore):>9}  Pulje")
        lines.append(f"      {proposal.enterprises} virksomheder, {proposal.weight_g} g")
    return lines


def _tell_clash(
    clash: Clash, demands: Demands, items: Mapping[str, ItemVersion], offered: Collection[str], *, as_json: bool
) -> None:
    """Say why there is nothing to propose, in both languages; exit code 1."""
    if as_json:
        told = {
            "proposals": [],
            "clash": [{"demand": one.kind, "of": one.of} for one in clash.demands],
            "ways": [[_change_as_json(one) for one in way] for way in clash.ways],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    for language in LANGUAGES:
        with in_language(language):
            click.echo(" ".join(sentences(clash, demands, items, offered)), err=True)
    raise click.exceptions.Exit(1)


def _change_as_json(change: Change) -> dict[str, Any]:
    wanted, possible = (
        value.isoformat() if isinstance(value, date) else value for value in (change.wanted, change.possible)
    )
    return {"demand": change.demand.kind, "of": change.demand.of, "wanted": wanted, "possible": possible}
