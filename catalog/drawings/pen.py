"""The pen all drawings share: one stroke, one light from the upper left, few colours, and shapes that come back.

Everything stands on the bottom edge of a box 100 wide and 120 tall. Nothing carries an id, so that many drawings can
lie in one picture.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from shop.weave import Thread, motif

INK: Final = "#22302a"
CREAM: Final = "#fff6e2"
PAPER: Final = "#f1e3c8"
KRAFT: Final = "#cda878"
STRAW: Final = "#dcb870"
WOOD: Final = "#c58f58"
WOOD_DARK: Final = "#94622f"
BROWN: Final = "#6b4228"
CHOCOLATE: Final = "#4d2e22"
BERRY: Final = "#9e1b3c"
GREEN: Final = "#5f8254"
LEAF: Final = "#3f6243"
ORANGE: Final = "#dd8a36"
YELLOW: Final = "#ebc862"
STEEL: Final = "#c3cbc8"
GLASS: Final = "#dce8df"
BLUE: Final = "#7fa0b5"

Draw: TypeAlias = Callable[[Thread], str]


def path(d: str, fill: str) -> str:
    """A shape with the shared ink outline."""
    return f'<path d="{d}" fill="{fill}"/>'


def line(d: str, colour: str = INK, width: float = 1.6) -> str:
    """An open stroke."""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def flat(d: str, fill: str, opacity: str = "1") -> str:
    """A shape without outline: a plane of colour, a shade or a light."""
    return f'<path d="{d}" fill="{fill}" fill-opacity="{opacity}" stroke="none"/>'


def shade(d: str) -> str:
    """The side turned from the light."""
    return flat(d, INK, ".18")


def light(d: str) -> str:
    """The side turned to the light."""
    return flat(d, "#fff", ".42")


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """A round with the shared outline."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def ellipse(x: float, y: float, across: float, up: float, fill: str) -> str:
    """An oval with the shared outline."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across:g}" ry="{up:g}" fill="{fill}"/>'


def turned(degrees: float, x: float, y: float, inner: str) -> str:
    """The same, leaning by some degrees about a point."""
    return f'<g transform="rotate({degrees:g} {x:g} {y:g})">{inner}</g>'


def cloth(x: float, y: float, width: float, height: float, thread: Thread, scale: float = 0.7) -> str:
    """A piece of the member's own thread: ground and pattern, cut to a rectangle."""
    across, tall = width / scale, height / scale
    marks = motif(thread, -int(-across // 12), -int(-tall // 12))
    return (
        f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" viewBox="0 0 {across:.4g} {tall:.4g}"'
        f' stroke="none"><rect width="{across:.4g}" height="{tall:.4g}" fill="{thread.ground}"/>{marks}</svg>'
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="none"/>'
    )


def label(x: float, y: float, width: float, height: float, thread: Thread, mark: str = "") -> str:
    """A paper label with the member's band below and a small `mark` (centred on 0 0) above it."""
    band = min(11.0, height * 0.32)
    middle = f'<g transform="translate({x + width / 2:g} {y + (height - band) / 2:g})">{mark}</g>' if mark else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="1.5" fill="{CREAM}"/>'
        f"{cloth(x, y + height - band, width, band, thread)}{middle}"
    )


def jar(content: str, thread: Thread, mark: str, *, lid: str = STEEL, pieces: str = "") -> str:
    """A glass with a screw lid: what is in it shows above and below the label."""
    body = "M25 47Q19 51 19 60V111Q19 119 27 119H73Q81 119 81 111V60Q81 51 75 47Z"
    return (
        path(body, GLASS)
        + flat("M21.5 60Q50 56 78.5 60V111Q78.5 116.5 73 116.5H27Q21.5 116.5 21.5 111Z", content)
        + pieces
        + label(19, 70, 62, 34, thread, mark)
        + shade("M69 48Q76 51 76 60V118Q81 117 81 111V60Q81 51 75 47Z")
        + light("M25 56Q28 52 31 56V112Q27 113 25 110Z")
        + f'<rect x="22" y="28" width="56" height="19" rx="3.5" fill="{lid}"/>'
        + line("M30 33V43M38 33V43M46 33V43M54 33V43M62 33V43M70 33V43", INK, 0.9)
        + shade("M68 29H75Q78 29 78 32V44Q78 47 75 47H68Z")
    )


def bonnet(thread: Thread) -> str:
    """A cloth cap tied over a jar's lid, of the member's thread."""
    return (
        path(
            "M17 50Q22 44 23 30Q24 22 34 21H66Q76 22 77 30Q78 44 83 50L74 47L66 52L58 47L50 52L42 47L34 52L26 47Z",
            PAPER,
        )
        + cloth(27, 24, 46, 12, thread)
        + line("M22 39Q50 45 78 39", BERRY, 2.4)
        + path("M50 42Q42 35 40 43Q44 48 50 42Q58 35 60 43Q56 48 50 42Z", BERRY)
    )


def bottle(glass: str, thread: Thread, mark: str, *, cap: str = INK) -> str:
    """A tall bottle with a label."""
    body = "M42 22V36Q42 44 35 50Q29 55 29 64V112Q29 119 36 119H64Q71 119 71 112V64Q71 55 65 50Q58 44 58 36V22Z"
    return (
        path(body, glass)
        + light("M33 66Q34 58 39 54V114H35Q33 114 33 110Z")
        + label(29, 68, 42, 36, thread, mark)
        + shade("M61 46Q71 54 71 64V112Q71 119 64 119H62Z")
        + f'<rect x="40" y="5" width="20" height="19" rx="3" fill="{cap}"/>'
        + line("M40 17H60", CREAM, 1)
    )


def tin(colour: str, thread: Thread, mark: str) -> str:
    """A round tin seen a little from above."""
    return (
        path("M22 38V110Q22 119 50 119Q78 119 78 110V38Z", colour)
        + label(22, 58, 56, 40, thread, mark)
        + shade("M66 44H78V110Q78 116 66 118Z")
        + light("M26 48H31V112Q28 112 26 110Z")
        + path("M20 30V42Q20 49 50 49Q80 49 80 42V30Z", colour)
        + shade("M66 38L80 34V42Q80 46 66 48Z")
        + ellipse(50, 30, 30, 9, colour)
        + '<ellipse cx="48" cy="29" rx="22" ry="5.5" fill="#fff" fill-opacity=".3" stroke="none"/>'
    )


def bag(colour: str, thread: Thread, mark: str, *, window: str = "") -> str:
    """A folded paper bag with a clip, fuller below."""
    return (
        path("M26 28L22 60Q20 92 22 114Q22 119 28 119H72Q78 119 78 114Q80 92 78 60L74 28Z", colour)
        + shade("M64 28H74L78 60Q80 92 78 114Q78 119 72 119H66Q70 76 64 28Z")
        + light("M29 34L26 60Q24 90 26 112H31Q29 80 33 34Z")
        + f'<rect x="25" y="12" width="50" height="17" rx="1.5" fill="{colour}"/>'
        + line("M25 23H75", INK, 1)
        + shade("M64 12H75V29H64Z")
        + window
        + label(31, 48, 38, 44, thread, mark)
    )


def carton(colour: str, thread: Thread, mark: str, *, top: int = 60) -> str:
    """A box with its lid, turned a little so that the right side lies in shade; `top` is where the lid begins."""
    return (
        path(f"M8 {top + 16}H68V119H8Z", colour)
        + path(f"M68 {top + 16}L93 {top + 8}V110L68 119Z", colour)
        + shade(f"M68 {top + 16}L93 {top + 8}V110L68 119Z")
        + label(14, top + 26, 48, max(119 - top - 33, 12), thread, mark)
        + path(f"M5 {top + 8}H70V{top + 20}H5Z", colour)
        + path(f"M70 {top + 8}L96 {top}V{top + 11}L70 {top + 20}Z", colour)
        + shade(f"M70 {top + 8}L96 {top}V{top + 11}L70 {top + 20}Z")
        + path(f"M5 {top + 8}L32 {top}H96L70 {top + 8}Z", colour)
        + light(f"M9 {top + 7}L33 {top + 1}H60L40 {top + 7}Z")
    )


# Small marks for labels, centred on 0 0 and about 18 across.
BEAN: Final = f'<ellipse rx="6" ry="8.5" transform="rotate(28)" fill="{BROWN}"/>' + line("M3-6Q-3 0-2 7", PAPER, 1.2)
BERRIES: Final = (
    circle(-4.5, 2.5, 4.5, BERRY) + circle(4.5, 3.5, 4.5, BERRY) + line("M-4-2Q0-9 5-1M0-7Q5-9 7-5", LEAF, 1.6)
)
SPRIG: Final = path("M0 9Q-9 2-3-4Q2 0 0 9Z", GREEN) + path("M0 9Q9 2 5-7Q-1-1 0 9Z", LEAF)
NUT: Final = path("M0-8Q8-3 6 4Q3 9 0 9Q-3 9-6 4Q-8-3 0-8Z", WOOD) + line("M0-6Q-2 2 0 7M3-4Q5 1 3 6", BROWN, 1)
STAR: Final = path("M0-9L2.6-2.8L9-2.4L4 2L5.6 8.5L0 5L-5.6 8.5L-4 2L-9-2.4L-2.6-2.8Z", YELLOW)
APPLE: Final = path("M0-4Q-9-8-9 1Q-8 9 0 8Q8 9 9 1Q9-8 0-4Z", BERRY) + line("M0-4Q0-8 3-10", LEAF, 1.6)
WHEAT: Final = line("M0 9V-8", WOOD_DARK, 1.6) + path(
    "M0 6Q-7 4-6-1Q0 0 0 6Q7 4 6-1Q0 0 0 6ZM0 0Q-7-2-6-7Q0-6 0 0Q7-2 6-7Q0-6 0 0Z", YELLOW
)
SUN: Final = circle(0, 0, 5, YELLOW) + line(
    "M0-9V-7M0 9V7M-9 0H-7M9 0H7M-6-6L-5-5M6-6L5-5M-6 6L-5 5M6 6L5 5", ORANGE, 1.6
)
DROP: Final = path("M0-9Q7 0 6 4Q4 9 0 9Q-4 9-6 4Q-7 0 0-9Z", YELLOW)
