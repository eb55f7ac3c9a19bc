"""Sweet things, baking and gifts."""

from typing import Final

from catalog.drawings.pen import (
    BERRIES,
    BERRY,
    BROWN,
    CHOCOLATE,
    CREAM,
    INK,
    KRAFT,
    NUT,
    ORANGE,
    PAPER,
    STAR,
    STEEL,
    STRAW,
    WHEAT,
    WOOD,
    WOOD_DARK,
    YELLOW,
    Draw,
    bag,
    carton,
    circle,
    cloth,
    ellipse,
    flat,
    jar,
    label,
    light,
    line,
    path,
    shade,
    tin,
    turned,
)
from shop.weave import Thread, heart


def _chocolate_bar(thread: Thread) -> str:
    squares = "".join(
        path(f"M{28 + x * 15} {8 + y * 14}h13v12h-13z", CHOCOLATE) + light(f"M{30 + x * 15} {10 + y * 14}h9l-2 2h-5z")
        for y in range(3)
        for x in range(3)
    )
    foil = path("M22 46L27 38L33 46L39 38L45 46L51 38L57 46L63 38L69 46L75 38L78 46V56H22Z", STEEL)
    return turned(
        4,
        50,
        119,
        path("M26 5H74V60H26Z", BROWN)
        + squares
        + foil
        + path("M20 52H80V118H20Z", thread.ground)
        + label(26, 62, 48, 46, thread, STAR)
        + shade("M70 40L78 46L80 52V118H70Z")
        + light("M22 54H25V116H22Z"),
    )


def _cream_puffs(thread: Thread) -> str:
    puffs = "".join(
        path(f"M{x - 15} 82Q{x - 16} 56 {x} {52}Q{x + 16} 56 {x + 15} 82Z", colour)
        + light(f"M{x - 10} 74Q{x - 9} 62 {x - 2} 58Q{x - 5} 66 {x - 6} 76Z")
        + line(f"M{x - 6} 60l3 3M{x + 1} 58l3 2M{x + 6} 66l2 3", sprinkle, 2)
        for x, colour, sprinkle in ((21, CHOCOLATE, CREAM), (50, BROWN, YELLOW), (79, CHOCOLATE, "#e0a8a0"))
    )
    return (
        puffs
        + path("M4 78H96L92 118H8Z", PAPER)
        + cloth(20, 88, 60, 20, thread)
        + path("M40 86H60V110H40Z", CREAM)
        + f'<g transform="translate(41.5 88) scale(.27)">{heart()}</g>'
        + shade("M80 78H96L92 118H78Z")
        + line("M4 83H96", WOOD_DARK, 1.4)
    )


def _nut_jar(thread: Thread) -> str:
    nuts = "".join(
        ellipse(x, y, 6, 4.6, WOOD)
        for x, y in ((28, 64), (39, 62), (51, 63), (62, 62), (72, 64), (28, 110), (44, 111), (58, 110), (71, 111))
    )
    return jar(STRAW, thread, NUT, lid=WOOD, pieces=nuts)


def _almond_bag(thread: Thread) -> str:
    window = path("M34 98Q50 92 66 98Q68 112 50 113Q32 112 34 98Z", CREAM) + "".join(
        turned(angle, x, 105, ellipse(x, 105, 6, 3.6, BROWN)) for x, angle in ((41, 30), (50, -25), (59, 40))
    )
    return bag("#b5566a", thread, NUT, window=window)


def _cocoa_tin(thread: Thread) -> str:
    pod = path("M-9 4Q-6-8 8-8Q9 3 0 8Q-6 9-9 4Z", ORANGE) + line("M-7 4Q0 0 7-7M-4 7Q3 3 8-3", BROWN, 1)
    return tin(BROWN, thread, pod)


def _sugar_bag(thread: Thread) -> str:
    crystals = path("M-8 3L-3-6L3-2L0 6Z", CREAM) + path("M0 6L3-3L9 0L7 7Z", PAPER)
    return bag("#e9d9b8", thread, crystals)


def _cookies(thread: Thread) -> str:
    stack = "".join(
        f'<g transform="translate({lean} {-12 * step})">'
        + path("M20 112Q20 103 50 103Q80 103 80 112Q80 119 50 119Q20 119 20 112Z", STRAW)
        + shade("M66 104Q80 105 80 112Q78 118 62 118.5Z")
        + "</g>"
        for step, lean in enumerate((0, 3, -2, 2))
    )
    top = ellipse(52, 71, 29, 8, STRAW) + "".join(
        ellipse(x, y, 3, 2, CHOCOLATE) for x, y in ((38, 70), (48, 67), (57, 73), (67, 69), (46, 75))
    )
    ribbon = cloth(44, 74, 12, 45, thread) + path(
        "M50 66Q36 50 32 60Q36 70 50 66Q64 50 70 60Q66 70 50 66Z", thread.ground
    )
    return stack + top + ribbon + circle(50, 66, 3.6, thread.mark)


def _crispbread(thread: Thread) -> str:
    def slab(x: int, fill: str) -> str:
        seeds = "".join(
            flat(f"M{x + dx} {y}l3 1l-1 3l-3-1z", WOOD_DARK)
            for dx, y in ((10, 30), (24, 26), (36, 34), (16, 44), (30, 48))
        )
        return path(f"M{x} 24Q{x + 24} 18 {x + 48} 24V116H{x}Z", fill) + seeds

    return (
        turned(5, 50, 119, slab(34, WOOD))
        + slab(24, STRAW)
        + turned(-4, 50, 119, slab(16, YELLOW))
        + path("M10 62H86V119H10Z", PAPER)
        + label(20, 70, 56, 40, thread, WHEAT)
        + shade("M74 62H86V119H74Z")
        + light("M13 64H17V117H13Z")
    )


def _honey_cake(thread: Thread) -> str:
    """The Danish honningkagehjerte: a gingerbread heart with a glossy picture."""
    d = "M50 118Q6 84 8 54Q10 32 30 32Q44 33 50 46Q56 33 70 32Q90 32 92 54Q94 84 50 118Z"
    return (
        path(d, "#7a4a2a")
        + line("M50 110Q13 82 15 55Q17 39 31 39Q44 41 50 56Q56 41 69 39Q83 39 85 55Q87 82 50 110Z", CREAM, 2.6)
        + shade("M70 32Q90 32 92 54Q94 84 50 118Q80 84 70 32Z")
        + f'<rect x="33" y="60" width="34" height="26" rx="12" fill="{CREAM}"/>'
        + cloth(37, 66, 26, 14, thread)
        + line("M42 33Q40 14 50 12Q60 14 58 33", BERRY, 2.4)
    )


def _granola_jar(thread: Thread) -> str:
    fruits = (BERRY, CREAM, BROWN)
    bits = "".join(
        circle(28 + step * 9, y + (step % 2) * 3, 2.6, fruits[(step + y) % 3]) for y in (61, 109) for step in range(6)
    )
    return jar("#d3a25c", thread, WHEAT, lid=KRAFT, pieces=bits)


def _baklava_box(thread: Thread) -> str:
    pieces = "".join(
        path(f"M{x} 84L{x + 12} 74L{x + 24} 84L{x + 12} 92Z", YELLOW)
        + path(f"M{x} 84L{x + 12} 92V100L{x} 92Z", WOOD)
        + path(f"M{x + 24} 84L{x + 12} 92V100L{x + 24} 92Z", WOOD_DARK)
        + flat(f"M{x + 10} 82l4-2l2 3l-4 2z", "#6f8f3f")
        for x in (4, 26, 48, 70)
    )
    return (
        path("M6 82L18 46H82L94 82Z", thread.ground)
        + path("M16 76L24 52H76L84 76Z", CREAM)
        + cloth(32, 57, 36, 14, thread)
        + path("M4 80H96V90H4Z", PAPER)
        + pieces
        + path("M4 94H96L93 119H7Z", thread.ground)
        + line("M5 99H95", thread.mark, 2.4)
        + shade("M78 94H96L93 119H76Z")
    )


def _dates_box(thread: Thread) -> str:
    dates = "".join(
        turned(-12, x, 80, ellipse(x, 80, 8, 12, CHOCOLATE) + light(f"M{x - 4} 76q0-5 3-6v10z"))
        for x in (16, 32, 48, 64, 80)
    )
    return (
        path("M4 84L12 68H90L96 84Z", PAPER)
        + dates
        + path("M3 84H97L93 119H7Z", STRAW)
        + label(22, 91, 56, 22, thread)
        + shade("M82 84H97L93 119H80Z")
        + line("M3 88H97", WOOD_DARK, 1.2)
    )


def _gift_box(thread: Thread) -> str:
    return (
        path("M14 62H86V119H14Z", "#e8d3a8")
        + shade("M70 62H86V119H70Z")
        + path("M8 46H92V64H8Z", "#e8d3a8")
        + shade("M72 46H92V64H72Z")
        + cloth(42, 46, 16, 73, thread)
        + path("M50 45Q28 18 19 28Q14 40 50 45Z", thread.ground)
        + path("M50 45Q72 18 81 28Q86 40 50 45Z", thread.ground)
        + shade("M50 45Q76 26 81 28Q86 40 50 45Z")
        + line("M50 45L36 60M50 45L65 59", thread.ground, 5)
        + circle(50, 44, 5, thread.mark)
    )


def _greeting_card(thread: Thread) -> str:
    return (
        turned(7, 50, 119, path("M24 30H86V112H24Z", KRAFT) + line("M24 30L55 66L86 30", INK, 1.4))
        + path("M14 28H74V117H14Z", CREAM)
        + f'<g transform="translate(21 36) scale(.72)">{heart()}</g>'
        + cloth(14, 104, 60, 13, thread)
        + line("M26 90H62M32 97H56", INK, 1.4)
        + shade("M66 28H74V117H66Z")
    )


def _box(thread: Thread) -> str:
    """What stands in for an item that has no drawing of its own: a parcel with the member's ribbon."""
    return carton(KRAFT, thread, BERRIES, top=44) + line("M38 45V65", thread.ground, 5)


DRAWINGS: Final[dict[str, tuple[int, Draw]]] = {
    "chocolate-bar": (115, _chocolate_bar),
    "cream-puffs": (67, _cream_puffs),
    "nut-jar": (92, _nut_jar),
    "almond-bag": (108, _almond_bag),
    "cocoa-tin": (99, _cocoa_tin),
    "sugar-bag": (108, _sugar_bag),
    "cookies": (68, _cookies),
    "crispbread": (100, _crispbread),
    "honey-cake": (107, _honey_cake),
    "granola-jar": (92, _granola_jar),
    "baklava-box": (74, _baklava_box),
    "dates-box": (53, _dates_box),
    "gift-box": (93, _gift_box),
    "greeting-card": (92, _greeting_card),
    "box": (76, _box),
}
