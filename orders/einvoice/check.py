"""Look an e-invoice through before it is frozen: which rules it breaks, and in words what is wrong."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from orders.einvoice.rules import DANISH, LINES, Rule
from orders.einvoice.rules_core import CORE
from orders.einvoice.rules_peppol import PEPPOL
from orders.einvoice.values import CVR, GLN
from orders.einvoice.write import CAC, CBC, Node
from shop.checkdigits import clean_gln
from shop.i18n import LazyString
from shop.i18n import lazy_gettext as _

_NAMES = {"cac": CAC, "cbc": CBC, "re": "http://exslt.org/regular-expressions"}
_SCHEMED = "//*[@schemeID = '{}']"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken, and what is wrong in the reader's words."""

    rule: str
    sentence: LazyString


def check_einvoice(xml: bytes) -> list[Finding]:
    """Every rule that a document breaks, each once; nothing for a good one. Refuses (ValueError) what is no XML."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError("not XML") from error
    broken = [Finding(rule.name, rule.sentence) for rule, keeps in _compiled() if not keeps(root)]
    return [*broken, *_numbers(root), *_bases(root)]


@cache
def _compiled() -> list[tuple[Rule, Callable[[Node], bool]]]:
    return [(rule, _keeps(rule)) for rule in (*CORE, *PEPPOL, *DANISH)]


def _keeps(rule: Rule) -> Callable[[Node], bool]:
    """Whether all the elements a rule is about do as it demands: there is none that does not."""
    breaks = _xpath(f"boolean({rule.about}[not({rule.demands})])")
    return lambda root: not breaks(root)


def _xpath(path: str) -> Any:
    return etree.XPath(path, namespaces=_NAMES)


# --- what an XPath cannot say -----------------------------------------------------------------------------------------


def _is_gln(text: str) -> bool:
    try:
        return clean_gln(text) == text
    except ValueError:
        return False


# The schemes of numbers: the rule, the scheme, how such a number looks, and what to say of another.
_COMMON: tuple[tuple[str, str, Callable[[str], object], LazyString], ...] = (
    (
        "COMMON-R040", GLN, _is_gln,
        _("EAN-nummeret er ikke rigtigt: det har 13 tal, og det sidste er et kontroltal."),
    ),
    ("COMMON-R042", CVR, re.compile("[0-9]{8}").fullmatch, _("Et CVR-nummer har otte tal.")),
    ("COMMON-R052", "0096", re.compile("[0-9]{10}").fullmatch, _("Et P-nummer har ti tal.")),
    ("COMMON-R053", "0198", re.compile("DK[0-9]{8}").fullmatch, _("Et SE-nummer er DK og otte tal.")),
)  # fmt: skip


def _numbers(root: Node) -> Iterator[Finding]:
    """Numbers with check digits, wherever they stand."""
    for name, scheme, good, sentence in _COMMON:
        if not all(good((found.text or "").strip()) for found in _xpath(_SCHEMED.format(scheme))(root)):
            yield Finding(name, sentence)


def _bases(root: Node) -> Iterator[Finding]:
    """BR-S-08 and its like: what is taxed at a rate is the lines and charges of that rate, less its discounts."""
    sums: dict[tuple[str, float], float] = {}
    for line in _xpath(f"/*/{LINES}")(root):
        _add(sums, line, "cac:Item/cac:ClassifiedTaxCategory", "cbc:LineExtensionAmount", 1)
    for one in _xpath("/*/cac:AllowanceCharge")(root):
        sign = 1 if one.findtext("cbc:ChargeIndicator", namespaces=_NAMES) == "true" else -1
        _add(sums, one, "cac:TaxCategory", "cbc:Amount", sign)
    stated: dict[tuple[str, float], float] = {}
    for group in _xpath("/*/cac:TaxTotal/cac:TaxSubtotal")(root):
        _add(stated, group, "cac:TaxCategory", "cbc:TaxableAmount", 1)
    for key in {**sums, **stated}:
        if abs(sums.get(key, 0) - stated.get(key, 0)) >= 1:
            yield Finding(f"BR-{key[0]}-08", _("Momsgrundlaget er ikke summen af linjerne med den sats."))


def _add(sums: dict[tuple[str, float], float], of: Node, category: str, amount: str, sign: int) -> None:
    key = (_word(of, f"{category}/cbc:ID"), _number(_word(of, f"{category}/cbc:Percent")))
    sums[key] = sums.get(key, 0) + sign * _number(_word(of, amount))


def _word(of: Node, path: str) -> str:
    return (of.findtext(path, namespaces=_NAMES) or "").strip()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0
