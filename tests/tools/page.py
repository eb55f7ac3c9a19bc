"""The page checker: what every HTML page of the shop must be, whatever it shows.

Nesting and attributes are judged by an HTML5 parser that repairs nothing silently; names, labels and references by what
a screen reader needs (WCAG 2.2); the rest by the shop's own rules: no inline script or style, nothing from third
parties, and no trace of the program in the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TypeAlias
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as PARSE_ERRORS

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"

LANGUAGES = ("da", "en")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LABELLED = ("input", "select", "textarea", "meter", "progress", "output")
NEEDS_NO_LABEL = ("hidden", "submit", "button", "reset", "image")
INTERACTIVE = ("a", "button", "input", "select", "textarea", "label", "summary", "iframe")
BLOCKS = re.compile(
    r"address|article|aside|blockquote|details|dialog|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|main|nav|ol|p|pre"
    r"|section|table|ul"
)
HOLDS_PHRASES = re.compile(
    r"abbr|b|bdi|button|cite|code|em|h[1-6]|i|kbd|label|legend|mark|p|pre|q|s|samp|small|span|strong|sub|summary|sup|time|u"
    r"|var"
)
CHILDREN = {
    "ul": {"li", "script", "template"},
    "ol": {"li", "script", "template"},
    "dl": {"dt", "dd", "div", "script", "template"},
    "select": {"option", "optgroup", "hr"},
    "tr": {"th", "td"},
}
ID_LISTS = ("for", "headers", "aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "aria-details",
            "aria-errormessage", "aria-flowto", "aria-activedescendant", "form", "list", "popovertarget")  # fmt: skip
UNSEEN = ("script", "style", "template")
LOADS = ("script", "img", "iframe", "source", "video", "audio", "embed", "track")
LEFTOVERS = re.compile(
    r"\{\{|\}\}|\{%|%\}|%\(\w+\)[sd]|\b(None|Undefined|undefined|NaN)\b| object at 0x|<bound method|Markup\("
)


@dataclass(frozen=True)
class Page:
    """One parsed page."""

    root: Element
    path: str
    parse_faults: list[str] = field(default_factory=list)

    @cached_property
    def elements(self) -> list[Element]:
        return [element for element in self.root.iter() if not callable(element.tag)]  # a comment's tag is a function

    @cached_property
    def parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self.root.iter() for child in parent}

    @cached_property
    def by_id(self) -> dict[str, Element]:
        return {element.attrib["id"]: element for element in self.elements if "id" in element.attrib}

    def all(self, *names: str) -> Iterator[Element]:
        """The HTML elements of these names, in order."""
        return (element for element in self.elements if name_of(element) in names)

    def above(self, element: Element) -> Iterator[Element]:
        """Its ancestors, nearest first."""
        while (parent := self.parents.get(element)) is not None:
            yield parent
            element = parent

    def is_hidden(self, element: Element) -> bool:
        """Whether a screen reader is told to pass it over."""
        around = (element, *self.above(element))
        return any(each.get("aria-hidden") == "true" or "hidden" in each.attrib for each in around)

    def label(self, element: Element) -> str:
        """The accessible name that the page itself gives the element; empty if it gives none."""
        named_by = [self.by_id[name] for name in element.get("aria-labelledby", "").split() if name in self.by_id]
        texts = [spoken(each) for each in named_by] or [element.get("aria-label", "")]
        return " ".join(texts).strip()


Rule: TypeAlias = Callable[[Page], Iterable[str]]


_TEXT_OR_SECRET = re.compile(rb">[^<]*<|(?=[\w.-]*\d)[\w.-]{24,}")
_DIGIT = re.compile(rb"\d")
_sound: set[bytes] = set()


def _likeness(html: bytes, url: str) -> bytes:
    """What is the same for pages that no rule tells apart: the figures in texts, and secrets, do not count."""

    def plain(found: re.Match[bytes]) -> bytes:
        text = found[0]
        return _DIGIT.sub(b"0", text) if text[:1] == b">" else b"secret"

    return sha256(_TEXT_OR_SECRET.sub(plain, urlsplit(url).path.encode() + html)).digest()


def check_page(html: str | bytes, *, url: str) -> None:
    """Refuse (AssertionError naming every fault) a page that is not as every page must be; `url` is where it was.

    Looking takes a fifth of the time of all tests, so a page like one that was found sound is not looked at again.
    """
    likeness = _likeness(html if isinstance(html, bytes) else html.encode(), url)
    if likeness in _sound:
        return
    page = parse(html, url)
    faults = [fault for rule in RULES for fault in rule(page)]
    assert not faults, f"{url} is not a sound page:\n" + "\n".join(f"  - {fault}" for fault in faults)
    _sound.add(likeness)


def parse(html: str | bytes, url: str) -> Page:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=True)
    root = parser.parse(html, transport_encoding="utf-8") if isinstance(html, bytes) else parser.parse(html)
    faults = [f"line {line}: {PARSE_ERRORS[code] % said}" for (line, _), code, said in parser.errors]
    return Page(root, urlsplit(url).path, faults)


def name_of(element: Element) -> str:
    """The name of an HTML element; of any other (SVG's), nothing."""
    return element.tag.removeprefix(HTML) if element.tag.startswith(HTML) else ""


def spoken(element: Element) -> str:
    """What a screen reader says for an element: its text, and the words of its pictures."""
    if element.get("aria-hidden") == "true" or name_of(element) in UNSEEN:
        return ""
    own = element.get("aria-label") or element.get("alt") or ""
    parts = [own] if own else [element.text or "", *(spoken(child) + (child.tail or "") for child in element)]
    return " ".join("".join(parts).split())


def show(element: Element) -> str:
    """The opening tag, as far as it helps to find the element."""
    kept = ("id", "name", "type", "class", "for", "href", "action")
    attributes = "".join(f' {name}="{element.attrib[name]}"' for name in kept if name in element.attrib)
    return f"<{element.tag.rpartition('}')[2]}{attributes[:120]}>"


# --- The rules --------------------------------------------------------------------------------------------------------


def parses(page: Page) -> Iterable[str]:
    return page.parse_faults


def nests(page: Page) -> Iterator[str]:
    for element in page.elements:
        name = name_of(element)
        above = [name_of(each) for each in page.above(element)]
        parent = above[0] if above else ""
        if parent in CHILDREN and name not in CHILDREN[parent]:
            yield f"{show(element)} cannot stand in <{parent}>"
        around = [each for each in above if HOLDS_PHRASES.fullmatch(each)]
        is_summary_heading = parent == "summary" and name in HEADINGS
        if BLOCKS.fullmatch(name) and around and not is_summary_heading:
            yield f"{show(element)} cannot stand within <{around[0]}>"
        if name == "label" and "label" in above:
            yield f"{show(element)} stands within another <label>"
        elif name in INTERACTIVE and (outer := {"a", "button"}.intersection(above)):
            yield f"{show(element)} stands within <{min(outer)}>"


def has_head(page: Page) -> Iterator[str]:
    if page.root.get("lang") not in LANGUAGES:
        yield f"<html lang> is {page.root.get('lang')!r}, not one of {', '.join(LANGUAGES)}"
    head = next(page.all("head"))
    titles = [title for title in page.all("title") if page.parents[title] is head]
    if len(titles) != 1 or not (titles[0].text or "").strip():
        yield "there is not one <title> with text"
    if (count := len(list(page.all("main")))) != 1:
        yield f"there are {count} <main>, not one"


def has_headings(page: Page) -> Iterator[str]:
    headings = list(page.all(*HEADINGS))
    if (count := sum(name_of(heading) == "h1" for heading in headings)) != 1:
        yield f"there are {count} <h1>, not one"
    before = 1
    for heading in headings:
        level = int(name_of(heading)[1])
        if level > before + 1:
            yield f"{show(heading)} «{spoken(heading)}» follows a heading of level {before}"
        if not spoken(heading):
            yield f"{show(heading)} is empty"
        before = level


def has_unique_ids(page: Page) -> Iterator[str]:
    seen: set[str] = set()
    for element in page.elements:
        name = element.get("id")
        if name is None:
            continue
        if not name or name.split() != [name]:
            yield f"id {name!r} of {show(element)} is empty or has a space"
        if name in seen:
            yield f"id {name!r} is used twice"
        seen.add(name)


def labels_inputs(page: Page) -> Iterator[str]:
    labelled_by = {label.get("for"): spoken(label) for label in page.all("label") if "for" in label.attrib}
    for element in page.all(*LABELLED):
        if element.get("type", "").lower() in NEEDS_NO_LABEL or name_of(element) == "output":
            continue
        wraps = [spoken(each) for each in page.above(element) if name_of(each) == "label"]
        if not (page.label(element) or labelled_by.get(element.get("id", "")) or any(wraps)):
            yield f"{show(element)} has no label"
    for element in page.all("fieldset"):
        first = next(iter(element), None)
        if first is None or name_of(first) != "legend" or not spoken(first):
            yield f"{show(element)} does not begin with a <legend>"


def refers_to_what_exists(page: Page) -> Iterator[str]:
    for element in page.elements:
        for attribute in ID_LISTS:
            for name in element.get(attribute, "").split():
                if name not in page.by_id:
                    yield f'{show(element)}: {attribute}="{name}" refers to nothing'
        href = element.get("href", element.get("{http://www.w3.org/1999/xlink}href", ""))
        parts = urlsplit(href)
        within = not parts.netloc and parts.path in ("", page.path) and (not parts.query or parts.path == "")
        if parts.fragment and within and parts.fragment not in page.by_id:
            yield f"{show(element)} refers to #{parts.fragment}, which is nowhere"
    for label in page.all("label"):
        target = page.by_id.get(label.get("for", ""))
        if target is not None and name_of(target) not in (*LABELLED, "button"):
            yield f"{show(label)} labels {show(target)}, which takes no label"


def describes_pictures(page: Page) -> Iterator[str]:
    for image in page.all("img"):
        if "alt" not in image.attrib:
            yield f'<img src="{image.get("src")}"> has no alt'
    for image in page.elements:
        is_part = any(each.tag == f"{SVG}svg" for each in page.above(image))
        if image.tag != f"{SVG}svg" or is_part or page.is_hidden(image):
            continue
        title = image.find(f"{SVG}title")
        if image.get("role") != "img" or title is None or not (title.text or "").strip():
            yield f"{show(image)} is neither aria-hidden nor role=img with a <title>"


def heads_tables(page: Page) -> Iterator[str]:
    for table in page.all("table"):
        caption = table.find(f"{HTML}caption")
        if caption is None or not spoken(caption):
            yield f"{show(table)} has no caption"
        if table.find(f".//{HTML}th") is None:
            yield f"{show(table)} has no <th>"
    for cell in page.all("th"):
        if cell.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
            yield f"{show(cell)} «{spoken(cell)}» has no scope"


def names_buttons_and_links(page: Page) -> Iterator[str]:
    for element in page.all("button", "a", "summary", "iframe"):
        title = element.get("title", "") if name_of(element) == "iframe" else ""
        if not (page.label(element) or spoken(element) or title):
            yield f"{show(element)} has no text"
    for element in page.all("input"):
        kind = element.get("type", "").lower()
        if kind in ("submit", "button", "reset") and not (element.get("value") or page.label(element)):
            yield f"{show(element)} has no text"
        if kind == "image" and not element.get("alt"):
            yield f"{show(element)} has no alt"
    for link in page.all("a"):
        if link.get("href", "x").strip() in ("", "#"):
            yield f"{show(link)} «{spoken(link)}» leads nowhere"


def has_nothing_inline(page: Page) -> Iterator[str]:
    for element in page.elements:
        for attribute, value in element.attrib.items():
            if attribute == "style" or re.fullmatch(r"on[a-z]+", attribute):
                yield f"{show(element)} has {attribute}="
            if attribute in ("href", "src", "action", "formaction") and value.strip().lower().startswith("javascript:"):
                yield f"{show(element)}: {attribute} is a script"
        kind = element.get("type", "").lower()
        if name_of(element) == "script" and "src" not in element.attrib and not kind.endswith("json"):
            yield "there is an inline <script>"
        if element.tag in (f"{HTML}style", f"{SVG}style", f"{SVG}script"):
            yield f"there is an inline {show(element)}"


def loads_nothing_foreign(page: Page) -> Iterator[str]:
    for element in page.elements:
        name = name_of(element)
        rel = element.get("rel", "").split()
        loaded = [element.get("src", "") if name in LOADS else ""]
        loaded += [part.strip().split(" ")[0] for part in element.get("srcset", "").split(",")]
        if name == "link" and not {"canonical", "alternate"}.intersection(rel):
            loaded.append(element.get("href", ""))
        for source in loaded:
            if urlsplit(source).netloc:
                yield f"{show(element)} loads {source} from elsewhere"


def says_nothing_of_the_program(page: Page) -> Iterator[str]:
    spoken_attributes = ("alt", "title", "aria-label", "placeholder", "href", "src", "action", "content", "datetime")
    for element in page.elements:
        name = name_of(element)
        if name in UNSEEN:
            texts = []
        elif name == "textarea":  # what a person typed comes back as it was
            texts = ["None"] if (element.text or "").strip() == "None" else []
        else:
            texts = [element.text or "", *(child.tail or "" for child in element)]
        texts += [element.get(attribute, "") for attribute in spoken_attributes]
        texts += ["None"] if element.get("value") == "None" else []
        for text in texts:
            if found := LEFTOVERS.search(text):
                yield f"{show(element)} says {found[0]!r} in {' '.join(text.split())[:80]!r}"


def sends_forms_safely(page: Page) -> Iterator[str]:
    for element in page.elements:
        for attribute in ("method", "formmethod"):
            if element.get(attribute, "get").lower() not in ("get", "post", "dialog"):
                yield f"{show(element)}: there is no method {element.get(attribute)!r}"
    for form in page.all("form"):
        tokens = [each for each in form.iter(f"{HTML}input") if each.get("name") == "csrf_token"]
        method = form.get("method", "get").lower()
        if method == "post" and "data-tokenless" not in form.attrib and not any(each.get("value") for each in tokens):
            yield f"{show(form)} has no csrf_token"
        if method == "get" and tokens:
            yield f"{show(form)} puts its csrf_token into the address"


RULES: tuple[Rule, ...] = (
    parses,
    nests,
    has_head,
    has_headings,
    has_unique_ids,
    labels_inputs,
    refers_to_what_exists,
    describes_pictures,
    heads_tables,
    names_buttons_and_links,
    has_nothing_inline,
    loads_nothing_foreign,
    says_nothing_of_the_program,
    sends_forms_safely,
)
