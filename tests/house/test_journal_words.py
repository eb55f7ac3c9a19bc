"""Every act the code writes in the journal has words where the journal is shown, in Danish and in English."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from catalog.assembly.history import ACTS as ASSEMBLY
from catalog.assortment.words import ACTS as ITEM
from orders.customers.words import ACTS as CUSTOMER
from orders.words import ACTS as ORDER
from shop.config import ROOT
from shop.i18n import speaking

# By subject, what its acts are called on the page that shows its journal.
WORDS: Mapping[str, Mapping[str, Any]] = {
    **ASSEMBLY,
    "order": ORDER,
    "withdrawal": ORDER,
    "customer": CUSTOMER,
    "item": ITEM,
}
# Shown otherwise: a letter's one act is a sentence of its own page, a setting's rows and a bulk move's are their own
# history, a line of the bank account says who booked it, and a packing day when it was printed and by whom.
OTHERWISE = {"letter", "setting", "vat_rate", "bulk_move", "bank_file", "bank_line", "packing_day", "season_key"}
# Shown on no page: who was invited and signed in, what was erased, and what was booked by hand (the postings say it).
UNSHOWN = {
    *("invitation", "person", "posting"),
    *("bank_lines", "documents", "item_photos", "letters", "parcels", "recipients", "reports"),
}
# Acts that are not written out where they are recorded, by the file and the words that stand there.
DYNAMIC: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("orders/documents/issue.py", "ACTS[kind]"): ("invoiced", "credited"),
    ("orders/payments/follow.py", "'payment_' + found.state"): ("payment_declined", "payment_ended", "payment_lapsed"),
    ("orders/einvoicing/send.py", "f'einvoice_{dispatch.state}'"): (
        "einvoice_sent",
        "einvoice_received",
        "einvoice_rejected",
    ),
    ("orders/payments/disputes.py", "f'dispute_{told.state}'"): ("dispute_won", "dispute_lost"),
    ("orders/after/report.py", "f'report_{report.state}'"): ("report_replaced", "report_refunded", "report_declined"),
    ("catalog/stock/change.py", "kind"): ("receipt", "count", "write_off"),
    ("catalog/assortment/judge.py", "{'ask': 'asked', 'decline': 'declined'}[verb]"): ("asked", "declined"),
    ("orders/refunds/discount.py", "ACT"): ("discounted",),
    ("catalog/assembly/windows.py", "NOT_OPENED"): ("not_opened",),
}


def recorded() -> Iterator[tuple[str, str, str]]:
    """Every act that any code records: the file, the subject and the act."""
    for folder in ("shop", "catalog", "orders"):
        for path in sorted(Path(ROOT, folder).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                    yield from _acts(file, *node.args[:2])


def _acts(file: str, act: ast.expr, subject: ast.expr) -> Iterator[tuple[str, str, str]]:
    name = subject.value if isinstance(subject, ast.Constant) else ast.unparse(subject)
    if isinstance(act, ast.Constant):
        yield file, str(name), str(act.value)
        return
    for one in DYNAMIC.get((file, ast.unparse(act)), (f"{ast.unparse(act)} (not in DYNAMIC)",)):
        yield file, str(name), one


def test_every_act_has_words() -> None:
    found = list(recorded())
    assert len(found) > 80  # the search finds what it is meant to find
    skipped = OTHERWISE | UNSHOWN | {"JOB"}  # JOB: a bulk move
    missing = [
        f"{file}: {subject} {act}"
        for file, subject, act in found
        if subject not in skipped and act not in WORDS.get(subject, {})
    ]
    assert missing == []


def test_every_subject_is_known() -> None:
    subjects = {subject for _file, subject, _act in recorded()}
    assert subjects - {"JOB"} <= WORDS.keys() | OTHERWISE | UNSHOWN
    assert subjects | {"bulk_move"} >= OTHERWISE | UNSHOWN


@pytest.mark.parametrize("subject", WORDS)
def test_the_words_are_danish_and_english(sqlite_example: Flask, subject: str) -> None:
    for act, words in WORDS[subject].items():
        said = {}
        for language in ("da", "en"):
            with speaking(language):
                said[language] = str(words)
        assert said["da"], (subject, act)
        assert said["en"] != said["da"], (subject, act)
        assert "_" not in said["da"] + said["en"], (subject, act)
