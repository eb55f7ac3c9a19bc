"""What drawings, colours, states and kinds are called."""

from typing import Any

from catalog.items.models import GOODS, MADE, SERVICE, STOCKED
from shop.i18n import lazy_gettext as _

KINDS: dict[str, Any] = {GOODS: _("En vare"), SERVICE: _("En ydelse")}
SUPPLIES: dict[str, Any] = {STOCKED: _("Vi har den på lager"), MADE: _("Vi laver den, når den er bestilt")}
UNITS: dict[str, Any] = {"": _("vælg"), "g": _("gram"), "ml": _("milliliter"), "stk": _("stk.")}
EXCEPTIONS: dict[str, Any] = {
    "none": _("Ja, som alt andet"),
    "perishable": _("Nej, den bliver hurtigt for gammel"),
    "sealed_hygiene": _("Nej, ikke når forseglingen er brudt"),
    "personalised": _("Nej, den bliver lavet til køberen"),
}
DRAWINGS: dict[str, Any] = {
    "almond-bag": _("Pose mandler"),
    "baklava-box": _("Æske baklava"),
    "bookkeeping": _("Bogføring"),
    "box": _("Æske"),
    "bread-basket": _("Brødkurv"),
    "broom": _("Kost"),
    "candle": _("Lys"),
    "catering": _("Mad til møder"),
    "chocolate-bar": _("Chokolade"),
    "chutney-jar": _("Glas chutney"),
    "cider-bottle": _("Flaske cider"),
    "cleaning": _("Rengøring"),
    "cocoa-tin": _("Dåse kakao"),
    "coffee-bag": _("Pose kaffe"),
    "cookies": _("Småkager"),
    "cream-puffs": _("Flødeboller"),
    "crispbread": _("Knækbrød"),
    "dates-box": _("Æske dadler"),
    "delivery-bike": _("Levering på cykel"),
    "dish-brush": _("Opvaskebørste"),
    "dustpan-set": _("Fejebakke og kost"),
    "gift-box": _("Gaveæske"),
    "granola-jar": _("Glas granola"),
    "greeting-card": _("Kort"),
    "honey-cake": _("Honningkage"),
    "it-help": _("Hjælp til it"),
    "jam-jar": _("Glas syltetøj"),
    "juice-bottle": _("Flaske saft"),
    "mug": _("Krus"),
    "nail-brush": _("Neglebørste"),
    "nut-jar": _("Glas nødder"),
    "oil-bottle": _("Flaske olie"),
    "packing": _("Pakning"),
    "pickle-jar": _("Glas syltede grøntsager"),
    "printing": _("Tryk"),
    "property-service": _("Pedel og have"),
    "room": _("Lokale"),
    "scarf": _("Tørklæde"),
    "shoe-brush": _("Skobørste"),
    "spice-jar": _("Glas krydderi"),
    "sugar-bag": _("Pose sukker"),
    "table-runner": _("Bordløber"),
    "tea-tin": _("Dåse te"),
    "tea-towel": _("Viskestykke"),
    "woven-basket": _("Flettet kurv"),
}
COLOURS: dict[str, Any] = {
    "0": _("krap"),
    "1": _("halm"),
    "2": _("indigo"),
    "3": _("salvie"),
    "4": _("rust"),
    "5": _("himmel"),
    "6": _("mos"),
    "7": _("rosa"),
    "8": _("petroleum"),
    "9": _("abrikos"),
    "10": _("blomme"),
    "11": _("mynte"),
    "12": _("bark"),
    "13": _("lilla"),
    "14": _("skifer"),
    "15": _("sand"),
    "16": _("brombær"),
    "17": _("havre"),
}
ACT: Any = _("ændret")
ACTS: dict[str, Any] = {
    "proposed": _("ny kladde"),
    "saved": _("kladden gemt"),
    "sent": _("sendt til godkendelse"),
    "taken_back": _("trukket tilbage"),
    "approved": _("godkendt"),
    "asked": _("bedt om rettelse"),
    "declined": _("afvist"),
    "withdrawn": _("taget af"),
    "discarded": _("kladden kasseret"),
    "counted": _("antallet på hylden rettet"),
}
