"""The fourteen allergens (regulation (EU) 1169/2011, annex II), by code, in the law's order."""

from typing import Any

from shop.i18n import lazy_gettext as _

ALLERGENS: dict[str, Any] = {
    "gluten": _("Gluten"),
    "crustaceans": _("Krebsdyr"),
    "eggs": _("Æg"),
    "fish": _("Fisk"),
    "peanuts": _("Jordnødder"),
    "soy": _("Soja"),
    "milk": _("Mælk"),
    "nuts": _("Nødder"),
    "celery": _("Selleri"),
    "mustard": _("Sennep"),
    "sesame": _("Sesam"),
    "sulphites": _("Sulfitter"),
    "lupin": _("Lupin"),
    "molluscs": _("Bløddyr"),
}


def in_order(codes: set[str]) -> list[str]:
    """The allergens among `codes`, in the law's order; a code it does not know is left out."""
    return [code for code in ALLERGENS if code in codes]


def names_of(codes: list[str]) -> list[str]:
    """What the allergens are called in the reader's language."""
    return [str(ALLERGENS[code]) for code in codes if code in ALLERGENS]


# What people call them in English beside the codes, and in short.
_OTHER_WORDS = {
    "wheat": "gluten", "crustacean": "crustaceans", "shellfish": "crustaceans", "egg": "eggs", "peanut": "peanuts",
    "soya": "soy", "soybeans": "soy", "dairy": "milk", "lactose": "milk", "nut": "nuts", "tree nuts": "nuts",
    "almonds": "nuts", "hazelnuts": "nuts", "sulfites": "sulphites", "sulphite": "sulphites", "mollusc": "molluscs",
    "mollusks": "molluscs",
}  # fmt: skip


def find_allergen(word: str) -> str | None:
    """The code of an allergen by its code, an English word for it, or its name in the reader's language."""
    word = " ".join(word.lower().split())
    names = {str(name).lower(): code for code, name in ALLERGENS.items()}
    return word if word in ALLERGENS else _OTHER_WORDS.get(word, names.get(word))
