"""What people do for one another: packing, delivery, cleaning, books, rooms."""

from typing import Final

from catalog.drawings.pen import (
    BLUE,
    BROWN,
    CREAM,
    GREEN,
    INK,
    KRAFT,
    LEAF,
    ORANGE,
    PAPER,
    STEEL,
    STRAW,
    WOOD,
    WOOD_DARK,
    YELLOW,
    Draw,
    circle,
    cloth,
    ellipse,
    flat,
    light,
    line,
    path,
    shade,
    turned,
)
from shop.weave import Thread, heart


def _packing(thread: Thread) -> str:
    """An open box with shredded paper, and a roll of the member's tape."""
    return (
        path("M16 62L4 48L34 44L42 58Z", KRAFT)
        + path("M84 62L97 48L66 44L58 58Z", KRAFT)
        + shade("M84 62L97 48L66 44L58 58Z")
        + line("M22 62Q28 40 36 58Q40 36 48 58Q54 34 60 58Q66 42 70 58Q76 44 80 62", STRAW, 4)
        + path("M14 60H86V119H14Z", KRAFT)
        + shade("M68 60H86V119H68Z")
        + cloth(44, 60, 12, 59, thread)
        + f'<g transform="translate(20 80) scale(.3)">{heart()}</g>'
    )


def _delivery_bike(thread: Thread) -> str:
    """A Danish cargo bicycle with its box in front."""
    wheels = "".join(
        circle(x, 100, r, "none")
        + line(f"M{x - r} 100H{x + r}M{x} {100 - r}V{100 + r}", STEEL, 1)
        + circle(x, 100, 2.4, INK)
        for x, r in ((20, 17), (78, 17))
    )
    return (
        wheels
        + line("M20 100L36 66H62L46 100H20M36 66L46 100M34 58L37 68", INK, 5.4)
        + line("M20 100L36 66H62L46 100H20M36 66L46 100M34 58L37 68", thread.ground, 2.8)
        + path("M26 54H42L40 60H29Z", BROWN)
        + line("M62 66L58 44H50", INK, 3)
        + path("M56 62H98L93 94H62Z", WOOD)
        + cloth(66, 70, 24, 14, thread)
        + shade("M84 62H98L93 94H84Z")
        + path("M66 62V46H78V62ZM80 62Q80 50 88 50Q94 52 93 62Z", PAPER)
        + line("M72 46V62", thread.ground, 3)
    )


def _cleaning(thread: Thread) -> str:
    """A bucket with soap suds, a cloth over its edge and a scrubbing brush."""
    suds = "".join(
        circle(x, y, r, CREAM)
        for x, y, r in ((30, 60, 9), (44, 54, 11), (60, 57, 10), (72, 61, 8), (52, 40, 5), (64, 34, 3.4))
    )
    return (
        line("M16 64Q50 4 84 64", INK, 2.6)
        + suds
        + path("M13 64H87L79 114Q78 119 72 119H28Q22 119 21 114Z", BLUE)
        + shade("M68 64H87L79 114Q78 119 72 119H62Z")
        + light("M20 68H27L33 115H29Z")
        + path("M42 62H70L68 98L61 93L55 99L48 93L43 97Z", PAPER)
        + cloth(44, 70, 23, 16, thread)
        + line("M11 64H89", INK, 5)
        + line("M12 64H88", STEEL, 2.4)
    )


def _bookkeeping(thread: Thread) -> str:
    """Two binders and a pencil."""

    def binder(x: int, fill: str) -> str:
        return (
            path(f"M{x} 26H{x + 28}V119H{x}Z", fill)
            + f'<rect x="{x + 6}" y="36" width="16" height="30" rx="1.5" fill="{CREAM}"/>'
            + line(f"M{x + 9} 44H{x + 19}M{x + 9} 50H{x + 19}M{x + 9} 56H{x + 15}", INK, 1.4)
            + circle(x + 14, 100, 5, CREAM)
            + shade(f"M{x + 20} 26H{x + 28}V119H{x + 20}Z")
        )

    pencil = (
        path("M80 42L86 30L92 42V116H80Z", YELLOW)
        + path("M80 42L86 30L92 42Z", PAPER)
        + flat("M84 34L86 30L88 34Z", INK)
    )
    return binder(8, thread.ground) + cloth(8, 74, 28, 14, thread) + binder(38, LEAF) + turned(3, 86, 119, pencil)


def _it_help(thread: Thread) -> str:
    """A laptop with the woven heart on its screen, a cup beside it."""
    return (
        path("M18 40Q18 35 23 35H79Q84 35 84 40V98H18Z", INK)
        + path("M23 41H79V93H23Z", PAPER)
        + cloth(23, 78, 56, 15, thread)
        + f'<g transform="translate(38 44) scale(.44)">{heart()}</g>'
        + shade("M64 41H79V93H70Z")
        + path("M6 98H94L98 112Q98 118 92 118H8Q2 118 2 112Z", STEEL)
        + path("M40 100H60L62 106H38Z", CREAM)
        + shade("M74 98H94L98 112Q98 118 92 118H78Z")
    )


def _property_service(thread: Thread) -> str:
    """A wheelbarrow with a small tree and a rake."""
    return (
        turned(
            9,
            70,
            119,
            line("M72 8V90", INK, 5)
            + line("M72 8V90", WOOD, 2.6)
            + line("M60 10H84M60 10V20M68 10V20M76 10V20M84 10V20", INK, 2.4),
        )
        + circle(34, 38, 18, GREEN)
        + circle(48, 30, 14, LEAF)
        + circle(26, 28, 11, GREEN)
        + line("M36 48V74", BROWN, 5)
        + line("M58 92L96 70", INK, 4.4)
        + path("M8 66H80L66 98H26Z", thread.ground)
        + line("M14 74H77", thread.mark, 3)
        + shade("M62 66H80L66 98H54Z")
        + line("M60 98L68 118", INK, 3.4)
        + circle(24, 104, 14, INK)
        + circle(24, 104, 7, STEEL)
    )


def _room(thread: Thread) -> str:
    """A chair and a table by a window."""
    return (
        path("M12 10H62V64H12Z", "#bcd3dc")
        + line("M37 10V64M12 36H62", CREAM, 3)
        + light("M15 34L30 13H35L17 40Z")
        + path("M64 12Q72 40 62 66H74V12Z", thread.ground)
        + path("M6 78H66V86H6Z", WOOD)
        + line("M14 86V118M58 86V118", WOOD_DARK, 4)
        + path("M30 78Q30 66 36 66Q42 66 42 78Z", CREAM)
        + path("M74 56Q84 52 94 56V88H72Z", WOOD)
        + cloth(76, 62, 14, 18, thread)
        + path("M68 88H96V96H68Z", WOOD)
        + line("M72 96V118M92 96V118", WOOD_DARK, 4)
        + shade("M88 56L94 56V96H86Z")
    )


def _catering(thread: Thread) -> str:
    """A platter with small dishes under a cloche half lifted."""
    return (
        path("M14 84Q14 42 50 42Q86 42 86 84Z", STEEL)
        + light("M22 78Q24 54 42 48Q32 60 31 80Z")
        + shade("M62 44Q86 50 86 84H68Q74 62 62 44Z")
        + circle(50, 37, 5.4, thread.ground)
        + ellipse(50, 87, 46, 8, CREAM)
        + "".join(
            circle(x, 84, 5, fill) for x, fill in ((26, ORANGE), (38, GREEN), (50, YELLOW), (62, ORANGE), (74, GREEN))
        )
        + path("M6 96H94V119H6Z", CREAM)
        + cloth(6, 102, 88, 11, thread)
        + line("M4 95H96", INK, 3)
        + shade("M78 96H94V119H78Z")
    )


def _printing(thread: Thread) -> str:
    """A stack of printed cards and folders, tied."""
    sheets = "".join(
        path(
            f"M{12 + (step % 2) * 3} {112 - step * 6}H{84 + (step % 2) * 3}V{118 - step * 6}H{12 + (step % 2) * 3}Z",
            CREAM,
        )
        for step in range(5)
    )
    return (
        sheets
        + turned(
            -6,
            50,
            84,
            path("M20 22H80V86H20Z", CREAM)
            + cloth(20, 22, 60, 20, thread)
            + f'<g transform="translate(37 45) scale(.4)">{heart()}</g>'
            + line("M32 76H68M38 81H62", INK, 1.4)
            + shade("M72 22H80V86H72Z"),
        )
        + shade("M72 88H84V118H72Z")
    )


DRAWINGS: Final[dict[str, tuple[int, Draw]]] = {
    "packing": (84, _packing),
    "delivery-bike": (76, _delivery_bike),
    "cleaning": (90, _cleaning),
    "bookkeeping": (93, _bookkeeping),
    "it-help": (85, _it_help),
    "property-service": (108, _property_service),
    "room": (110, _room),
    "catering": (88, _catering),
    "printing": (100, _printing),
}
