"""Find the allergens in a list of ingredients, to be emphasised **so** (regulation (EU) 1169/2011 art. 21).

Only a suggestion: whoever makes the food knows what is in it. Words that merely look like one are left alone.
"""

import re

from catalog.items.allergens import in_order

# Parts of Danish words, by allergen; a whole word that has one of them is taken.
_PARTS = {
    "gluten": ("hvede", "spelt", "khorasan", "rug", "byg", "havre", "gluten", "durum", "semulje"),
    "crustaceans": ("reje", "krabbe", "hummer", "krebs"),
    "eggs": ("æg",),
    "fish": ("fisk", "ansjos", "torsk", "laks", "tun", "sild"),
    "peanuts": ("jordnød", "peanut"),
    "soy": ("soja",),
    "milk": ("mælk", "fløde", "smør", "valle", "laktose", "kasein", "yoghurt", "ost"),
    "nuts": (
        "mandel", "mandler", "hasselnød", "valnød", "cashew", "pekan", "paranød", "pistacie", "macadamia", "nødde",
        "nødder",
    ),
    "celery": ("selleri",),
    "mustard": ("sennep",),
    "sesame": ("sesam", "tahin"),
    "sulphites": ("sulfit", "svovldioxid"),
    "lupin": ("lupin",),
    "molluscs": ("blæksprutte", "musling", "østers", "snegl"),
}  # fmt: skip
_LOOK_ALIKES = re.compile(
    r"boghvede\w*|kokosmælk\w*|kokosnød\w*|muskatnød\w*|kakaosmør\w*|sheasmør\w*|kokossmør\w*|tunge\w*"
)
# What is found only at the beginning of a word: elsewhere it is a part of quite other words (frugt, kost, vægt).
_AT_START = frozenset(("rug", "byg", "æg", "tun", "ost", "laks", "sild", "spelt", "reje", "snegl"))
_STARRED = re.compile(r"(\*\*.*?\*\*)", re.DOTALL)
_WORD = re.compile(r"[\w-]+")


def allergens_in(word: str) -> list[str]:
    """The allergens a word speaks of, as codes in the law's order."""
    low = word.lower()
    if _LOOK_ALIKES.fullmatch(low):
        return []
    return in_order({code for code, parts in _PARTS.items() if any(_has(low, part) for part in parts)})


def _has(word: str, part: str) -> bool:
    return any(piece.startswith(part) for piece in word.split("-")) if part in _AT_START else part in word


def emphasise(text: str) -> str:
    """The text with every known allergen marked **so**; what is marked already stays as it is."""
    pieces = _STARRED.split(text)
    return "".join(
        piece if odd % 2 else _WORD.sub(lambda found: _marked(found[0]), piece) for odd, piece in enumerate(pieces)
    )


def _marked(word: str) -> str:
    return f"**{word}**" if allergens_in(word) else word


def marked_allergens(text: str) -> list[str]:
    """The allergens among the words that are marked, as codes in the law's order."""
    marked = " ".join(piece for piece in _STARRED.findall(text))
    return in_order({code for word in _WORD.findall(marked) for code in allergens_in(word)})
