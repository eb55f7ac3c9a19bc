"""Names as they stand in addresses."""

import re
import unicodedata
from collections.abc import Collection


def slug_of(name: str, longest: int = 60) -> str:
    """A name in small letters a–z, digits and hyphens; empty when nothing of it can stand in an address."""
    plain = name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].rstrip("-")


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """The name wanted, or with the first number that makes it another than those taken."""
    number, slug = 2, wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
