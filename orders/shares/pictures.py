"""An enterprise's own figures as pictures, each with a text that says the same."""

from collections.abc import Sequence
from datetime import date, timedelta

from orders.shares.origin import ShareOrigin
from orders.shares.queries import Group
from shop.days import month_name
from shop.i18n import gettext as _
from shop.i18n import language, localised
from shop.money import format_kr
from shop.weave import Strip, chart_svg, share_weave

BY_DAY, BY_MONTH, BY_BASKET = "dag", "maaned", "kurv"
MOST_POINTS = 92


def group_words(by: str, group: Group) -> str:
    """What a day, a month or a basket is called in a table."""
    if isinstance(group.key, date):
        return date_words(group.key) if by == BY_DAY else month_words(group.key)
    return {"item": _("Solgt enkeltvis"), "freight": _("Levering")}.get(group.key) or localised(group, "text")


def spread_chart(by: str, groups: Sequence[Group], colour: int) -> str:
    """The sums of a table as bars. Days and months go from left to right; baskets are numbered as in the table."""
    best = max(groups, key=lambda group: group.ore)
    titles = {
        BY_DAY: _("Din andel pr. dag"),
        BY_MONTH: _("Din andel pr. måned"),
        BY_BASKET: _("Din andel pr. kurv"),
    }
    desc = _(
        "Den højeste søjle, %(amount)s, er %(what)s. Tabellen under billedet har alle tallene.",
        what=group_words(by, best),
        amount=format_kr(best.ore, language()),
    )
    return chart_svg(_points(by, groups), title=titles[by], desc=desc, colour=colour)


def _points(by: str, groups: Sequence[Group]) -> list[tuple[str, int]]:
    """Days and months with the empty ones between them, unless that gives more bars than can be seen."""
    if by == BY_BASKET:
        return [(str(place), group.ore) for place, group in enumerate(groups, start=1)]
    sums = {group.key: group.ore for group in groups if isinstance(group.key, date)}
    at, last = min(sums), max(sums)
    days = [at]
    while at < last and len(days) <= MOST_POINTS:
        at = at + timedelta(days=1) if by == BY_DAY else (at + timedelta(days=31)).replace(day=1)
        days.append(at)
    if len(days) > MOST_POINTS:
        days = sorted(sums)
    return [(f"{day.day}/{day.month}" if by == BY_DAY else f"{day.month}/{day:%y}", sums.get(day, 0)) for day in days]


def lit_weave(share: ShareOrigin, name: str, colour: int) -> str:
    """The line's cloth with the owner's strips lit. All others are one grey strip: their figures are their own."""
    strips = [
        Strip(name, colour, share.mine_ore, "component"),
        Strip("", 0, share.line_net_ore - share.mine_ore, "pot"),
    ]
    return share_weave(
        strips, 0, title=_("Din del er farvet, resten er grå"), desc=_("Et stykke vævet stof."), seed=str(share.id)
    )


def month_words(day: date) -> str:
    """The month of a day: "december 2026"."""
    return f"{month_name(day.month, language())} {day.year}"


def date_words(day: date) -> str:
    """A day in a table: "1. december 2026"."""
    month = month_name(day.month, language())
    return f"{day.day}. {month} {day.year}" if language() == "da" else f"{day.day} {month} {day.year}"
