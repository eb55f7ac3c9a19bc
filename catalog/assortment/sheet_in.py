"""Read a sheet of items: everything wrong in it by row and column at once, and what it would change.

Nothing is written here. The file is refused unread when it is too large, also when it is unpacked; a formula is
refused as what it is, and never worked out. Numbers of another enterprise's items are not there.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from catalog.assortment.compare import Line, changed, compare
from catalog.assortment.contents import NAMES, Contents, contents_of
from catalog.assortment.forms import ItemForm
from catalog.assortment.models import Proposal
from catalog.assortment.queries import all_mine
from catalog.assortment.sheet import NUMBER, NotUnderstood, as_typed, names_by_heading, text_of, typed_as
from catalog.assortment.states import PROPOSAL
from catalog.items.models import DRAFT, Item
from shop.errors import Refused
from shop.forms import one_line
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.numbers import whole_number

MOST_BYTES = 5_000_000
MOST_UNPACKED = 60_000_000
MOST_PARTS = 200
MOST_ROWS = 500
MOST_COLUMNS = 120
SETTLED = ("kind", "supply")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in one cell; the row as the sheet counts it, and the column's heading (empty: the whole row)."""

    row: int
    column: str
    sentence: str


@dataclass(slots=True)
class Planned:
    """One row and what it would do: a new item, or the next version of an own one."""

    row: int
    item: Item | None
    proposal: Proposal | None
    contents: Contents
    lines: list[Line]

    @property
    def edition(self) -> int:
        return self.proposal.edition if self.proposal else 0


@dataclass(slots=True)
class Plan:
    """What a sheet would change, row by row, and everything wrong in it. Rows that change nothing are left out.

    `stand` names what the items were like when it was made.
    """

    rows: list[Planned] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    same: int = 0
    stand: str = ""


def plan_of(content: bytes, enterprise_id: int, *, today: date) -> Plan:
    """What a sheet would do to an enterprise's items. Refuses a file that is no sheet, or too large, or empty."""
    heading, rows = _rows_of(content)
    names = _names(heading)
    plan = Plan()
    held = {item.id: (item, proposal) for item, _version, proposal in all_mine(enterprise_id)}
    seen: set[int] = set()
    for number, cells in rows:
        values = {name: cells[place] for place, name in names.items()}
        if any(one is not None and text_of(one[0]).strip() for one in values.values()):
            _plan_row(plan, number, values, heading, names, held, seen, today)
    if not plan.rows and not plan.wrong and not plan.same:
        raise Refused(_("Der er ingen rækker i arket."), field="file")
    plan.stand = _stand(plan)
    return plan


def _plan_row(
    plan: Plan, number: int, values: dict[str, Any], heading: Sequence[str], names: dict[int, str],
    held: dict[int, tuple[Item, Proposal | None]], seen: set[int], today: date,
) -> None:  # fmt: skip
    titles = {name: heading[place] for place, name in names.items()}
    wrong: list[Wrong] = []
    item, proposal = None, None
    told = text_of(values[NUMBER][0]).strip() if NUMBER in values else ""
    if told:
        found = held.get(whole_number(told, 9) or 0)
        if found is None:
            plan.wrong.append(Wrong(number, titles[NUMBER], gettext("Det nummer er ikke en af jeres varer.")))
            return
        item, proposal = found
        if item.id in seen:
            wrong.append(Wrong(number, titles[NUMBER], gettext("Det nummer står i arket to gange.")))
        seen.add(item.id)
    base = _base(item, proposal, today)
    typed = as_typed(base) if base is not None else {}
    typed |= dict(_typed(number, values, titles, wrong))
    form = ItemForm(MultiDict([(name, one) for name, some in typed.items() for one in some]))
    if not form.validate():
        mistaken = {one.column for one in wrong}
        wrong += [
            Wrong(number, titles.get(name, str(form[name].label.text)), str(errors[0]))
            for name in NAMES
            if (errors := form[name].errors) and titles.get(name) not in mistaken
        ]
    if not wrong:
        planned = _planned(number, item, proposal, form.contents({}), base)
        wrong = list(_not_now(planned, base, titles))
        if not wrong and planned.lines:
            plan.rows.append(planned)
        elif not wrong:
            plan.same += 1
    plan.wrong += wrong


def _planned(
    number: int, item: Item | None, proposal: Proposal | None, contents: Contents, base: Contents | None
) -> Planned:  # fmt: skip
    return Planned(number, item, proposal, contents, changed(compare(base, contents)))


def _base(item: Item | None, proposal: Proposal | None, today: date) -> Contents | None:
    version = proposal.version if proposal else item.current if item else None
    return contents_of(item, version, proposal, today=today) if item and version else None


def _typed(
    number: int, values: dict[str, Any], titles: dict[str, str], wrong: list[Wrong]
) -> Iterator[tuple[str, list[str]]]:
    """What a form would be sent for each cell of a row; what cannot be is noted."""
    for name, (value, is_formula) in ((name, one or (None, False)) for name, one in values.items()):
        if name == NUMBER:
            continue
        if is_formula:
            wrong.append(Wrong(number, titles[name], gettext("Her står en formel. Skriv det, den skal give.")))
            continue
        try:
            yield name, typed_as(name, text_of(value))
        except NotUnderstood as unknown:
            wrong.append(Wrong(number, titles[name], str(unknown)))


def _not_now(planned: Planned, base: Contents | None, titles: dict[str, str]) -> Iterator[Wrong]:
    """What may not be changed just now: one that waits for the office, and what an approval has settled."""
    if planned.item is None or base is None:
        return
    if planned.proposal and planned.lines and not PROPOSAL.can(planned.proposal.state, "edit"):
        yield Wrong(planned.row, "", gettext("Den venter på kontorets svar. Træk den tilbage først."))
    if planned.item.state != DRAFT:
        for name in SETTLED:
            if planned.contents[name] != base[name]:
                yield Wrong(planned.row, titles[name], gettext("Det kan ikke ændres, når varen har været godkendt."))


def _names(heading: Sequence[str]) -> dict[int, str]:
    """The field of each column by its place. Refuses headings unknown or there twice, and a sheet without names."""
    known = names_by_heading()
    names: dict[int, str] = {}
    unknown = []
    for place, title in enumerate(heading):
        if not title:
            continue
        name = known.get(" ".join(title.lower().split()))
        if name is None or name in names.values():
            unknown.append(f"«{title[:60]}»")
        else:
            names[place] = name
    if unknown:
        raise Refused(
            _(
                "De her overskrifter kender vi ikke, eller de står der to gange: %(names)s.",
                names=", ".join(unknown[:10]),
            ),
            field="file",
        )
    if "name_da" not in names.values():
        raise Refused(_("Arket mangler kolonnen «Navn på dansk». Hent jeres eget ark, og ret i det."), field="file")
    return names


def _rows_of(content: bytes) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """The heading and the rows under it, with their numbers; each cell as (value, whether it is a formula)."""
    from openpyxl import load_workbook

    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = list(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS))
        table = [[(cell.value, cell.data_type == "f") for cell in row] for row in rows]
        book.close()
    except Refused:
        raise
    except Exception as error:  # whatever the library raises at a file that is no sheet, or half of one
        raise Refused(_("Det er ikke et Excel-ark, vi kan læse. Gem det som .xlsx."), field="file") from error
    if not table:
        raise Refused(_("Der er ingen rækker i arket."), field="file")
    if len(table) > MOST_ROWS + 1:
        raise Refused(_("Der er flere end %(most)s rækker i arket. Del det i flere.", most=MOST_ROWS), field="file")
    heading = [one_line(text_of(value)) for value, _formula in table[0]]
    width = len(heading)
    body = [(number, [*row, *[None] * width][:width]) for number, row in enumerate(table[1:], start=2)]
    return heading, body


def _check_size(content: bytes) -> None:
    """Refuses what is too large, packed or unpacked, before any of it is unpacked."""
    if len(content) > MOST_BYTES:
        raise Refused(_("Arket fylder mere end 5 MB."), field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused(_("Det er ikke et Excel-ark, vi kan læse. Gem det som .xlsx."), field="file") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(_("Arket er for stort, når det pakkes ud."), field="file")


def _stand(plan: Plan) -> str:
    """What the items of a plan are like now, in a few letters: changed by anybody, it is another."""
    said = [f"{one.item.id if one.item else ''}:{one.edition}" for one in plan.rows]
    return hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]
