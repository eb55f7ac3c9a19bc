"""Pictures drawn from the split: the weave, the basket, the bar, the chart and the shop's mark.

Every member has a thread: a colour and a pattern, so that no picture speaks by colour alone. All functions are pure and
deterministic and return SVG text. A strict Content-Security-Policy forbids style attributes, so everything is said with
presentation attributes. Ids carry a prefix made from the content, so that different pictures can stand in one page.
Amounts are øre; only the proportions between them matter here.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

INK: Final = "#22302a"
STRAW: Final = "#d9b674"
STRAW_DARK: Final = "#a97f45"
LINGONBERRY: Final = "#9e1b3c"
CREAM: Final = "#fff8ea"


@dataclass(frozen=True, slots=True)
class Thread:
    """A member's dyed strip: its ground colour, the colour of the marks on it and the name of the pattern."""

    name: str
    ground: str
    mark: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One owner's part of a price, in øre; below zero draws nothing. `colour` is the member's number in `PALETTE`.
    `kind` is component, service, delivery, pot or vat; the last two always use their own thread."""

    label: str
    colour: int
    ore: int
    kind: str


# Each pattern is used by one dark and one light thread only: in greyscale the two are told apart by lightness,
# and threads of like lightness by pattern. The order alternates, so that the first members also differ in hue.
PALETTE: Final[tuple[Thread, ...]] = (
    Thread("madder", "#97303f", "#f3cfa8", "stripe"),
    Thread("straw", "#e0bb62", "#6d4b12", "dot"),
    Thread("indigo", "#2f4c72", "#c9d9e4", "twill"),
    Thread("sage", "#b3c596", "#3e5630", "herringbone"),
    Thread("rust", "#9a4a22", "#f6d19b", "diamond"),
    Thread("sky", "#a9c4d4", "#27506a", "check"),
    Thread("moss", "#3d5a37", "#d5dfa9", "zigzag"),
    Thread("rose", "#e0a8a0", "#7c2b35", "cross"),
    Thread("petrol", "#1d5659", "#a7d8cd", "brick"),
    Thread("apricot", "#e6ad74", "#77390f", "stripe"),
    Thread("plum", "#5c3760", "#e6c6df", "dot"),
    Thread("mint", "#a3cdb9", "#1f5544", "twill"),
    Thread("bark", "#5d4232", "#e5cba2", "herringbone"),
    Thread("lilac", "#c3b1d2", "#53366f", "diamond"),
    Thread("slate", "#47525c", "#d3dde0", "check"),
    Thread("sand", "#d6bb98", "#664424", "zigzag"),
    Thread("blackberry", "#42304f", "#e9b7bd", "cross"),
    Thread("oat", "#dccfb4", "#5f5a3c", "brick"),
    Thread("pot", "#efe2c6", "#b79a63", "plain"),
    Thread("vat", "#c9cbc4", "#767c74", "rule"),
)
POT: Final = len(PALETTE) - 2
VAT: Final = len(PALETTE) - 1
MEMBERS: Final = POT

_UNLIT: Final = {"ground": "#e7e4da", "mark": "#cfcbbf"}
_TILE: Final = 12
_PATTERNS: Final[dict[str, str]] = {
    "stripe": '<path d="M3 0V12M9 0V12" stroke="{c}" stroke-width="2.4"/>',
    "dot": '<path d="M3 3h.01M9 9h.01" stroke="{c}" stroke-width="4.4" stroke-linecap="round"/>',
    "twill": '<path d="M-2 8L8-2M-2 14L14-2M4 14L14 4" stroke="{c}" stroke-width="2"/>',
    "herringbone": '<path d="M0 6L6 0M0 12L6 6M6 3L12 9M6-3L12 3M6 9L12 15" stroke="{c}" stroke-width="1.5"/>',
    "diamond": '<path d="M6 1.5L10.5 6L6 10.5L1.5 6Z" fill="{c}"/>',
    "check": '<path d="M0 0H6V12H12V6H0Z" fill="{c}"/>',
    "zigzag": '<path d="M-1 10L3 3L9 10L13 3" stroke="{c}" stroke-width="2.6" fill="none"/>',
    "cross": '<path d="M6 2V10M2 6H10" stroke="{c}" stroke-width="2.4"/>',
    "brick": '<path d="M0 1H12M0 7H12M3 1V7M9 7V13" stroke="{c}" stroke-width="1.5"/>',
    "plain": "",
    "rule": '<path d="M0 2H12M0 6H12M0 10H12" stroke="{c}" stroke-width="1.1"/>',
}


def thread_of(strip: Strip) -> int:
    """The number in `PALETTE` that draws this strip: the pot's and the VAT's own, else the member's, counted round."""
    return {"pot": POT, "vat": VAT}.get(strip.kind, strip.colour % MEMBERS)


def swatch_svg(colour: int) -> str:
    """A small sample of a thread for legends and tables. Without ids, because it stands many times in a page."""
    thread = PALETTE[colour if colour in (POT, VAT) else colour % MEMBERS]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="swatch" viewBox="0 0 24 24" width="24" height="24"'
        f' aria-hidden="true" focusable="false"><rect width="24" height="24" fill="{thread.ground}"/>'
        f"{motif(thread, 2, 2)}"
        f'<rect x=".75" y=".75" width="22.5" height="22.5" fill="none" stroke="{INK}" stroke-width="1.5"/></svg>'
    )


def motif(thread: Thread, columns: int, rows: int) -> str:
    """The thread's marks repeated over `columns` × `rows` tiles of 12, drawn out, so that no id is needed."""
    mark = _PATTERNS[thread.pattern].format(c=thread.mark)
    if not mark:
        return ""
    return "".join(
        f'<g transform="translate({x * _TILE} {y * _TILE})">{mark}</g>' if x or y else mark
        for y in range(rows)
        for x in range(columns)
    )


def weave_svg(
    strips: Sequence[Strip], *, title: str, desc: str, width: int, height: int, seed: str, lit: int | None = None
) -> str:
    """A woven cloth: each strip's breadth in both directions is its part of the whole. `seed` decides the order.
    When a thread is `lit`, the others are grey."""
    prefix = _prefix("weave", strips, title, width, height, seed, lit)
    cloth = _cloth(_mirrored(_drawable(strips), seed), width, height, prefix)
    return f"{_head(prefix, title, desc, width, height)}{_defs(strips, prefix, lit=lit)}{cloth}</svg>"


def share_weave(
    strips: Sequence[Strip], lit: int, *, title: str, desc: str, width: int = 320, height: int = 200, seed: str = ""
) -> str:
    """The same weave where only the strip at index `lit` keeps its colour; the others are grey, still patterned."""
    mine = thread_of(strips[lit])
    return weave_svg(strips, title=title, desc=desc, width=width, height=height, seed=seed, lit=mine)


def bar_svg(strips: Sequence[Strip], *, title: str, desc: str, width: int = 640, height: int = 56) -> str:
    """The bar *Hvor går pengene hen?*: one ribbon, cut in proportion to the øre, in the order given."""
    prefix = _prefix("bar", strips, title, width, height)
    body, x = [], 0.0
    for colour, breadth in _breadths(_drawable(strips), width):
        body.append(
            f'<rect x="{_n(x)}" width="{_n(breadth)}" height="{height}" fill="url(#{prefix}{colour})"'
            f' stroke="{CREAM}" stroke-width="2"/>'
        )
        x += breadth
    fold = f'<path d="M0 {height - 3}H{width}" stroke="{INK}" stroke-opacity=".2" stroke-width="6"/>'
    head = _head(prefix, title, desc, width, height).replace(f' width="{width}" height="{height}"', ' width="100%"', 1)
    return f"{head}{_defs(strips, prefix)}{''.join(body)}{fold}</svg>"


def chart_svg(points: Sequence[tuple[str, int]], *, title: str, desc: str, colour: int = 0) -> str:
    """A bar chart of øre per day or month in the member's own thread. Text takes the page's colour (`currentColor`);
    the page shows the same figures as a table, so labels are thinned when there are many points."""
    width, height, left, base = 560, 250, 64, 212
    prefix = _prefix("chart", points, title, colour)
    top = _round_up(max([ore for _, ore in points] + [1]))
    slot = (width - left - 8) / max(len(points), 1)
    every = -(-len(points) // 12) or 1
    body = [_grid_line(left, width, base - 180 * part // 2, top * part // 2) for part in (0, 1, 2)]
    for index, (label, ore) in enumerate(points):
        x, tall = left + slot * index, max(ore, 0) * 180 / top
        if tall:
            body.append(
                f'<rect x="{_n(x + slot * 0.16)}" y="{_n(base - tall)}" width="{_n(slot * 0.68)}" height="{_n(tall)}"'
                f' fill="url(#{prefix}{colour % MEMBERS})" stroke="currentColor" stroke-width="1.5"/>'
            )
        if index % every == 0:
            body.append(_text(x + slot / 2, base + 24, "middle", label))
    defs = f"<defs>{_pattern_def(colour % MEMBERS, PALETTE[colour % MEMBERS], prefix)}</defs>"
    return f"{_head(prefix, title, desc, width, height)}{defs}{''.join(body)}</svg>"


def heart_svg(size: int) -> str:
    """The shop's mark: the woven heart of two strips that every Danish child makes in December. Decorative."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="{size}" height="{size}"'
        f' aria-hidden="true" focusable="false">{heart()}</svg>'
    )


def heart() -> str:
    """The woven heart as a fragment in a 64 × 64 box, without ids."""
    squares = "".join(f"M{x * 10} {y * 10}h10v10h-10z" for y in range(3) for x in range(3) if (x + y) % 2 == 0)
    red, edge = f'fill="{LINGONBERRY}"', f'stroke="{LINGONBERRY}" stroke-width="2.2" stroke-linejoin="round"'
    return (
        '<g transform="translate(32 15.6) rotate(45)">'
        f'<path d="M0 0H30V30H0V30A15 15 0 0 1 0 0Z" fill="{CREAM}" {edge}/>'
        f'<path d="M0 0A15 15 0 0 1 30 0Z" {red} {edge}/>'
        f'<path d="M0 0H30V30H0Z" fill="{CREAM}"/><path d="{squares}" {red}/>'
        f'<path d="M30 0V30H0" fill="none" {edge}/></g>'
    )


def basket_svg(strips: Sequence[Strip], drawings: Sequence[str], *, title: str, desc: str) -> str:
    """A basket's picture, 800 × 600: the body woven from the strips (each band's height is its part), the goods above.

    `drawings` are 1 to 12 fragments in a 100 × 120 box; a fragment may tell its own height as `data-height`.
    Tall goods stand behind, low ones in front, whatever their order."""
    prefix = _prefix("basket", strips, drawings, title)
    clip = f'<clipPath id="{prefix}c"><path d="{_BODY}"/></clipPath>'
    return (
        f"{_head(prefix, title, desc, 800, 600)}{_defs(strips, prefix, clip)}"
        '<g transform="translate(-24 -28) scale(1.06)">'
        f'<ellipse cx="404" cy="566" rx="262" ry="20" fill="{INK}" fill-opacity=".16"/>{_handle()}'
        f'<ellipse cx="400" cy="340" rx="282" ry="46" fill="#5b4128"/>{_TISSUE}{_goods(drawings[:12])}'
        f"{_body(_breadths(_drawable(strips), 226), prefix)}{_tag()}</g></svg>"
    )


_BODY: Final = "M118 340Q400 434 682 340L634 540Q400 592 166 540Z"
_TISSUE: Final = (
    f'<path d="M128 346L150 300L186 322L214 272L256 318L296 262L338 314L384 268L428 316L474 262L516 316L560 270L596 320'
    f'L632 296L672 346Q400 440 128 346Z" fill="{CREAM}" stroke="{INK}" stroke-width="3" stroke-linejoin="round"/>'
    f'<path d="M214 272L232 350M296 262L312 366M384 268L392 370M474 262L468 370M560 270L548 360" stroke="{STRAW}"/>'
)
_ARCH: Final = "M136 344C130 -42 670 -42 664 344"


def _handle() -> str:
    return (
        f'<g fill="none"><path d="{_ARCH}" stroke="{INK}" stroke-width="25"/>'
        f'<path d="{_ARCH}" stroke="{STRAW_DARK}" stroke-width="20"/>'
        f'<path d="{_ARCH}" stroke="{STRAW}" stroke-width="20" stroke-dasharray="15 5"/>'
        f'<path d="{_ARCH}" stroke="{CREAM}" stroke-opacity=".4" stroke-width="5" stroke-dasharray="11 9"/></g>'
    )


def _body(bands: Sequence[tuple[int, float]], prefix: str) -> str:
    """The front of the basket: rows of weft in the members' threads over and under natural stakes, and the rim."""
    rows = [
        _row(358 + y + tall / 2, tall, f"url(#{prefix}{colour})", odd=index % 2 == 1)
        for index, (y, colour, tall) in enumerate(_placed(bands, 13))
    ]
    rim = "M116 344Q400 438 684 344"
    return (
        f'<g clip-path="url(#{prefix}c)" fill="none"><path d="{_BODY}" fill="{STRAW_DARK}"/>{"".join(rows)}'
        '<path d="M118 340Q150 460 166 560L236 590Q196 470 186 350Z" fill="#fff" fill-opacity=".13"/>'
        '<path d="M682 340Q650 460 634 560L524 590Q586 470 596 350Z" fill="#22302a" fill-opacity=".2"/></g>'
        f'<path d="{_BODY}" fill="none" stroke="{INK}" stroke-width="3.5" stroke-linejoin="round"/>'
        f'<g fill="none" stroke-linecap="round"><path d="{rim}" stroke="{INK}" stroke-width="29"/>'
        f'<path d="{rim}" stroke="{STRAW_DARK}" stroke-width="23"/></g><g fill="none">'
        f'<path d="{rim}" stroke="{STRAW}" stroke-width="21" stroke-dasharray="17 5"/>'
        f'<path d="{rim}" stroke="{CREAM}" stroke-opacity=".45" stroke-width="5" stroke-dasharray="12 10"/></g>'
    )


def _row(y: float, tall: float, paint: str, *, odd: bool) -> str:
    """One row of weft, sagging with the basket and narrowing downwards; the stakes go over it at every other place."""
    inset = (y - 340) * 0.24
    sag = 92 - (y - 340) * 0.16
    d = f"M{_n(112 + inset)} {_n(y - 10)}Q400 {_n(y - 10 + sag)} {_n(688 - inset)} {_n(y - 10)}"
    shift = 18 if odd else 0
    path = f'<path d="{d}" pathLength="360" stroke'
    return (
        f'{path}="{paint}" stroke-width="{_n(tall)}"/>'
        f'{path}="{INK}" stroke-opacity=".3" stroke-width="{_n(tall)}" stroke-dasharray="10 26"'
        f' stroke-dashoffset="{shift + 2}"/>'
        f'{path}="{STRAW}" stroke-width="{_n(tall)}" stroke-dasharray="6 30" stroke-dashoffset="{shift}"/>'
    )


def _goods(drawings: Sequence[str]) -> str:
    """The goods in one or two ranks, tall ones behind, each a little turned, so that all of them can be seen."""
    ranked = sorted(drawings, key=_height_of, reverse=True)
    behind = len(ranked) // 2 if len(ranked) > 3 else 0
    scale = {1: 2.6, 2: 2.5, 3: 2.35, 4: 2.15, 5: 2.1}.get(len(ranked), 1.9)
    return _rank(ranked[:behind], scale, 346, 400) + _rank(ranked[behind:], scale, 392, 470)


def _rank(goods: Sequence[str], scale: float, ground: int, breadth: int) -> str:
    middle_out = list(goods[1::2])[::-1] + list(goods[0::2])
    step = breadth / max(len(goods), 1)
    placed = []
    for index, drawing in enumerate(middle_out):
        x = 400 - breadth / 2 + step * (index + 0.5)
        lean = (index - (len(goods) - 1) / 2) * 14 / max(len(goods), 1)
        low = max(0.0, 100 - _height_of(drawing)) * 0.4 * scale
        y = ground + 26 - abs(x - 400) * 0.1 - low
        placed.append(
            f'<g transform="translate({_n(x)} {_n(y)}) rotate({_n(lean)}) scale({_n(scale)})'
            f' translate(-50 -120)">{drawing}</g>'
        )
    order = sorted(range(len(placed)), key=lambda index: abs(index - (len(placed) - 1) / 2))
    return "".join(placed[index] for index in order)


def _height_of(drawing: str) -> int:
    found = re.search(r'data-height="(\d+)"', drawing[:80])
    return int(found[1]) if found else 110


def _tag() -> str:
    return (
        f'<path d="M586 372Q600 400 590 424" fill="none" stroke="{INK}" stroke-width="3"/>'
        f'<g transform="translate(542 418) rotate(-7)" stroke="{INK}" stroke-width="3" stroke-linejoin="round">'
        f'<path d="M18 0H72L90 18V92H0V18Z" fill="{CREAM}"/><circle cx="45" cy="14" r="5" fill="{STRAW_DARK}"/></g>'
        f'<g transform="translate(554 438) rotate(-7)">{heart()}</g>'
    )


def _cloth(strips: Sequence[tuple[int, float]], width: int, height: int, prefix: str) -> str:
    """Plain weave: every other crossing shows the warp. Dashes as long as the rows are tall do the over and under."""
    weft, warp = _placed(_breadths(strips, height), 22), _placed(_breadths(strips, width), 22)
    dashes = " ".join(_n(tall) for _, _, tall in weft)
    rows = "".join(
        f'<rect y="{_n(y)}" width="{width}" height="{_n(tall)}" fill="url(#{prefix}{colour})"/>'
        for y, colour, tall in weft
    )
    seams = "".join(f"M0 {_n(y)}H{width}" for y, _, _ in weft)
    over = []
    for lead, columns in (("", warp[0::2]), ("0 ", warp[1::2])):
        drawn = "".join(
            f'<path d="M{_n(x + w / 2)} 0V{height}" stroke="url(#{prefix}{colour})" stroke-width="{_n(w)}"/>'
            for x, colour, w in columns
        )
        edges = "".join(f"M{_n(x)} 0V{height}M{_n(x + w)} 0V{height}" for x, _, w in columns)
        edge = f'<path d="{edges}" stroke="{INK}" stroke-opacity=".38"/>'
        over.append(f'<g stroke-dasharray="{lead}{dashes}">{drawn}{edge}</g>')
    return (
        f'<rect width="{width}" height="{height}" fill="{STRAW}"/><g fill="none" stroke-width="1.6">{"".join(rows)}'
        f'<path d="{seams}" stroke="{INK}" stroke-opacity=".38"/>{"".join(over)}</g>'
    )


def _drawable(strips: Sequence[Strip]) -> list[tuple[int, float]]:
    """Thread and weight of every strip above zero; without any, plain straw (the pot's)."""
    return [(thread_of(strip), float(strip.ore)) for strip in strips if strip.ore > 0] or [(POT, 1.0)]


def _breadths(strips: Sequence[tuple[int, float]], length: int) -> list[tuple[int, float]]:
    """The same strips in units of the picture: together exactly `length`."""
    total = sum(part for _, part in strips)
    return [(colour, part * length / total) for colour, part in strips]


def _mirrored(strips: Sequence[tuple[int, float]], seed: str) -> list[tuple[int, float]]:
    """The order of this cloth, there and back as in a tartan: every strip stands twice, half as broad."""
    order = sorted(range(len(strips)), key=lambda index: hashlib.sha256(f"{seed}:{index}".encode()).digest())
    half = [(strips[index][0], strips[index][1] / 2) for index in order]
    return half + half[::-1]


def _placed(strips: Sequence[tuple[int, float]], about: float) -> list[tuple[float, int, float]]:
    """Each strip cut into equal splints of roughly `about`: where it begins, its thread, its breadth."""
    placed, at = [], 0.0
    for colour, part in strips:
        count = max(1, round(part / about))
        for _ in range(count):
            placed.append((at, colour, part / count))
            at += part / count
    return placed


def _head(prefix: str, title: str, desc: str, width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-labelledby="{prefix}t" aria-describedby="{prefix}d">'
        f'<title id="{prefix}t">{escape(title)}</title><desc id="{prefix}d">{escape(desc)}</desc>'
    )


def _defs(strips: Sequence[Strip], prefix: str, more: str = "", lit: int | None = None) -> str:
    threads = sorted({colour for colour, _ in _drawable(strips)})
    patterns = (
        _pattern_def(number, PALETTE[number] if lit in (None, number) else replace(PALETTE[number], **_UNLIT), prefix)
        for number in threads
    )
    return f"<defs>{''.join(patterns)}{more}</defs>"


def _pattern_def(number: int, thread: Thread, prefix: str) -> str:
    return (
        f'<pattern id="{prefix}{number}" width="{_TILE}" height="{_TILE}" patternUnits="userSpaceOnUse">'
        f'<rect width="{_TILE}" height="{_TILE}" fill="{thread.ground}"/>{motif(thread, 1, 1)}</pattern>'
    )


def _grid_line(left: int, right: int, y: int, ore: int) -> str:
    line = f'<path d="M{left} {y}H{right}" stroke="currentColor" stroke-opacity="{1 if ore == 0 else 0.25}"/>'
    return line + _text(left - 8, y + 5, "end", f"{ore // 100:,}".replace(",", "."))


def _text(x: float, y: float, anchor: str, words: str) -> str:
    place = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="currentColor" font-size="15"'
    return f"<text {place}>{escape(words)}</text>"


def _round_up(ore: int) -> int:
    """The top of the chart: 2, 4, 6 or 10 times a power of ten kroner, so that half of it is a round figure too."""
    step = 100
    while ore > 10 * step:
        step *= 10
    return next(factor * step for factor in (2, 4, 6, 10) if ore <= factor * step)


def _prefix(*parts: object) -> str:
    return "w" + hashlib.sha256(repr(parts).encode()).hexdigest()[:8]


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
