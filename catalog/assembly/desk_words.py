"""What the desk of a basket says: what is missing before it can be sold, what deserves a look, and who gets what."""

from typing import Any

from catalog.assembly.desk import Desk
from shop.i18n import gettext, localised
from shop.i18n import lazy_gettext as _
from shop.money import format_kr

SHORT: dict[str, Any] = {
    "name": _("Kurven mangler et navn."),
    "goods": _("Der er ingen varer i kurven endnu."),
    "gone": _("En vare er udgået. Tag den ud, eller sæt en anden i stedet."),
    "offer": _("Ikke alle virksomheder har sagt ja endnu."),
    "no_floor": _("Med den procent kan puljen aldrig dække gebyret. Sæt procenten op."),
    "price": _("Kurven mangler en pris."),
    "floor": _("Prisen er under bunden: alle kan ikke få det, de er lovet."),
}
WARNINGS: dict[str, Any] = {
    "box": _("Varerne vejer mere, end æsken må."),
    "room": _("Varerne fylder mere, end der er plads til i kurven eller æsken."),
    "pieces": _("Der er ikke varer eller aftaler til så mange kurve, som vi regner med."),
    "period": _("En aftale slutter, før kurven tages af."),
    "english": _("Den engelske tekst mangler. Engelske læsere ser den danske."),
    "unnamed_weight": _("En vare har ingen vægt, så kurvens vægt er for lav."),
}


def shares_in_words(desk: Desk) -> str:
    """Who gets what of one basket, as a sentence for whoever hears the ribbon instead of seeing it."""
    return ", ".join(
        f"{one.enterprise.name if one.enterprise else gettext('Den fælles pulje')} {format_kr(one.ore)}"
        for one in desk.slices
    )


def says_of(desk: Desk) -> str:
    """The desk in one sentence, read aloud after each change."""
    if not desk.goods:
        return gettext("Kurven er tom.")
    if not desk.version.gross_ore:
        return gettext("%(count)s varer, ingen pris endnu.", count=len(desk.goods))
    return gettext(
        "%(count)s varer, %(price)s med moms, puljen får %(pot)s", count=len(desk.goods),
        price=format_kr(desk.version.gross_ore), pot=format_kr(desk.pot_ore),
    )  # fmt: skip


def name_of(item: Any) -> str:
    """What an item is called, in the reader's language; its address when it has no version."""
    return localised(item.current, "name") if item.current else str(item.slug)
