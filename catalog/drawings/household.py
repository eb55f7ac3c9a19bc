"""Brushes, weaving and textiles."""

from typing import Final

from catalog.drawings.pen import (
    BLUE,
    BROWN,
    CHOCOLATE,
    CREAM,
    INK,
    PAPER,
    STEEL,
    STRAW,
    WOOD,
    WOOD_DARK,
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
from shop.weave import Thread


def _dish_brush(thread: Thread) -> str:
    bristles = "M59 13L85 6Q88 29 86 51L59 46Z"
    return turned(
        -12,
        56,
        119,
        path(bristles, STRAW)
        + line("M60 18L85 13M60 24L86 21M60 30L86 30M60 36L86 38M60 42L86 45", WOOD_DARK, 1)
        + shade("M59 36L86.5 40L86 51L59 46Z")
        + path("M44 54Q40 10 50 8Q60 6 61 16V46Q58 56 57 72V112Q57 119 50.5 119Q44 119 44 112Z", WOOD)
        + light("M47 54Q45 20 50 13Q50 60 49 110H47Z")
        + shade("M55 10Q61 10 61 17V46Q58 56 57 72V112Q57 118 53 118.500Z")
        + cloth(44, 74, 13, 17, thread)
        + circle(50.5, 109, 2.6, INK),
    )


def _broom(thread: Thread) -> str:
    return turned(
        -7,
        50,
        119,
        path("M46 4Q50 0 54 4V58H46Z", WOOD)
        + shade("M51 2Q54 3 54 6V58H51Z")
        + cloth(46, 16, 8, 14, thread)
        + path("M24 82Q16 104 12 118H88Q84 104 76 82Z", STRAW)
        + line("M32 84L24 117M40 84L36 117M48 84L47 117M56 84L58 117M64 84L70 117M71 84L80 117", WOOD_DARK, 1)
        + shade("M62 82H76Q84 104 88 118H70Q68 98 62 82Z")
        + light("M27 84L18 112H26L34 84Z")
        + path("M22 68Q24 54 40 52H60Q76 54 78 68V84H22Z", WOOD)
        + shade("M64 53Q77 56 78 68V84H64Z")
        + light("M26 68Q28 59 40 57H46Q34 60 32 80H26Z")
        + line("M22 77H78", thread.ground, 4.5),
    )


def _nail_brush(thread: Thread) -> str:
    bristles = "".join(f"M{18 + step * 6} 98L{20 + step * 5.6:.3g} 119" for step in range(12))
    return (
        path("M12 96L16 119H84L88 96Z", STRAW)
        + line(bristles, WOOD_DARK, 1)
        + shade("M66 96H88L84 119H66Z")
        + path("M5 88Q5 72 24 72H76Q95 72 95 88V92Q95 98 89 98H11Q5 98 5 92Z", WOOD)
        + path("M26 72Q28 58 50 58Q72 58 74 72Q68 66 50 66Q32 66 26 72Z", BROWN)
        + cloth(38, 77, 24, 14, thread)
        + shade("M72 72H76Q95 72 95 88V92Q95 98 89 98H66Q78 86 72 72Z")
        + light("M10 88Q11 77 24 77H32Q18 80 15 92H10Z")
    )


def _shoe_brush(thread: Thread) -> str:
    return (
        path("M4 92L7 118H69L72 92Z", CHOCOLATE)
        + line("M12 94L13 117M21 94V117M30 94V117M39 94V117M48 94V117M57 94L56 117M65 94L63 117", WOOD, 0.9)
        + path("M2 94Q0 76 20 74Q30 82 40 78Q52 70 64 74Q76 80 74 94Z", WOOD)
        + shade("M56 73Q76 76 74 94H52Q62 86 56 73Z")
        + light("M6 90Q6 79 19 78Q25 83 31 83Q16 84 12 91Z")
        + line("M3 90H73", thread.ground, 3.4)
        + path("M64 98V113Q64 119 81 119Q98 119 98 113V98Z", STEEL)
        + shade("M88 102L98 99V113Q98 117 88 118.500Z")
        + ellipse(81, 97, 17, 6.5, thread.ground)
        + ellipse(81, 96, 10, 3.2, thread.mark)
    )


def _dustpan_set(thread: Thread) -> str:
    return (
        path("M44 22Q50 16 56 22L58 56H42Z", thread.ground)
        + circle(50, 27, 2.8, CREAM)
        + path("M20 58Q50 48 80 58L90 112Q90 118 84 118H16Q10 118 10 112Z", thread.ground)
        + flat("M26 66Q50 58 74 66L81 104H19Z", thread.mark, ".55")
        + shade("M68 55L80 58L90 112Q90 118 84 118H70Q76 84 68 55Z")
        + light("M24 62L30 60L22 112H16Z")
        + turned(
            22,
            66,
            119,
            path("M52 80L48 117H82L78 80Z", STRAW)
            + line("M57 82L55 116M64 82V116M71 82L74 116", WOOD_DARK, 1)
            + path("M50 66Q52 60 60 59Q61 40 60 30Q65 24 70 30Q69 40 70 59Q78 60 80 66V82H50Z", WOOD)
            + shade("M67 27Q70 28 70 31Q69 42 70 59Q78 60 80 66V82H70Q72 60 66 56Z")
            + line("M50 75H80", thread.ground, 3.4),
        )
    )


def _woven_basket(thread: Thread) -> str:
    rows = "".join(
        line(
            f"M{13 + step * 1.6:g} {77 + step * 8}Q50 {86 + step * 8} {87 - step * 1.6:g} {77 + step * 8}", colour, 6.4
        )
        for step, colour in enumerate((STRAW, thread.ground, STRAW, thread.mark, STRAW))
    )
    stakes = "M22 74L28 116M36 78L39 119M50 79V119M64 78L61 119M78 74L72 116"
    return (
        line("M17 70C17 2 83 2 83 70", INK, 8.4)
        + line("M17 70C17 2 83 2 83 70", STRAW, 5.4)
        + ellipse(50, 70, 39, 10, BROWN)
        + path("M10 70Q50 88 90 70L81 114Q50 123 19 114Z", WOOD_DARK)
        + rows
        + line(stakes, WOOD_DARK, 2)
        + shade("M74 76L90 70L81 114Q76 117 66 118Z")
        + line("M10 70Q50 88 90 70", INK, 9)
        + line("M10 70Q50 88 90 70", STRAW, 6)
    )


def _bread_basket(thread: Thread) -> str:
    return (
        path("M24 78Q22 54 42 54Q60 56 58 80Z", WOOD)
        + line("M32 62L40 68M40 58L49 65", CREAM, 2)
        + path("M48 80Q46 58 66 56Q84 58 82 80Z", STRAW)
        + line("M58 64L66 70M66 60L75 67", CREAM, 2)
        + shade("M70 57Q84 60 82 80H70Z")
        + path("M6 82Q30 70 50 76Q70 70 94 82L86 92Q50 100 14 92Z", CREAM)
        + cloth(22, 80, 56, 7, thread, 0.6)
        + path("M8 86Q50 102 92 86L84 114Q50 122 16 114Z", STRAW)
        + line("M11 95Q50 110 89 95M13 104Q50 118 87 104", WOOD_DARK, 1.4)
        + line("M24 92L28 117M38 95L40 119M50 96V120M62 95L60 119M76 92L72 117", WOOD_DARK, 1.4)
        + shade("M74 92L92 86L84 114Q78 117 68 118Z")
    )


def _tea_towel(thread: Thread) -> str:
    return (
        path("M20 36Q20 30 27 30H76Q82 31 82 38V117H20Z", CREAM)
        + line("M50 30Q46 16 52 15Q58 16 54 30", INK, 2.2)
        + cloth(20, 88, 62, 16, thread)
        + line("M20 82H82M20 109H82", thread.ground, 2.2)
        + path("M20 36Q20 30 27 30Q34 31 34 38V119Q26 120 20 117Z", PAPER)
        + shade("M66 30H76Q82 31 82 38V117H66Z")
        + light("M22 40Q23 33 28 33V116H22Z")
    )


def _table_runner(thread: Thread) -> str:
    return (
        path("M46 96H94L97 112Q98 118 92 118H46Z", CREAM)
        + cloth(52, 98, 34, 12, thread)
        + line("M93 114V119M88 115V120M83 115V120", INK, 1.4)
        + path("M14 34V110Q14 119 38 119Q62 119 62 110V34Z", CREAM)
        + cloth(14, 56, 48, 26, thread)
        + line("M14 49Q38 58 62 49M14 90Q38 99 62 90", thread.ground, 2.4)
        + shade("M50 38H62V110Q62 116 50 118Z")
        + light("M18 42H23V113Q19 112 18 110Z")
        + ellipse(38, 34, 24, 9, PAPER)
        + line("M38 34Q34 30 44 31Q52 34 40 38Q26 38 26 33Q28 28 44 28", INK, 1.4)
    )


def _scarf(thread: Thread) -> str:
    return (
        path("M14 50Q14 40 26 39H76Q88 40 88 52V104H14Z", thread.ground)
        + cloth(14, 62, 74, 22, thread, 0.9)
        + shade("M70 39H76Q88 40 88 52V104H70Z")
        + path("M14 50Q16 42 28 42Q40 42 42 52V106H14Z", thread.ground)
        + light("M18 50Q19 45 25 45V104H18Z")
        + line("M18 54H42M18 96H42", thread.mark, 2.6)
        + line("M16 106V118M21 106V119M26 106V118M31 106V119M36 106V118M41 106V119", thread.ground, 3)
        + line("M50 104V112M56 104V113M62 104V112M68 104V113M74 104V112M80 104V113M86 104V112", thread.ground, 3)
    )


def _mug(thread: Thread) -> str:
    return (
        line("M72 66Q96 62 92 82Q88 100 71 100", INK, 10)
        + line("M72 66Q96 62 92 82Q88 100 71 100", CREAM, 6.8)
        + path("M18 48L22 112Q23 119 31 119H65Q73 119 74 112L78 48Z", CREAM)
        + cloth(20.5, 72, 55, 18, thread)
        + shade("M64 50H78L74 112Q73 119 65 119H60Q66 86 64 50Z")
        + light("M24 54H30L33 114H29Q27 114 26 108Z")
        + ellipse(48, 48, 30, 8, PAPER)
        + ellipse(48, 49, 24, 5.4, BROWN)
        + line("M40 34Q34 26 41 20Q47 13 41 6M56 34Q50 26 57 20Q63 13 57 7", STEEL, 3)
    )


def _candle(thread: Thread) -> str:
    return (
        path("M50 6Q60 18 56 26Q50 32 44 26Q41 18 50 6Z", "#f2b84b")
        + flat("M50 17Q54 23 51 27Q48 28 47 24Z", "#fff3c4")
        + line("M50 26V38", INK, 2)
        + path("M32 40Q33 36 50 36Q67 36 68 40V98H32Z", CREAM)
        + path("M32 42Q32 36 50 36Q68 36 68 42Q66 46 64 45Q62 58 58 47Q54 46 48 46Q44 60 40 47Q34 47 32 42Z", PAPER)
        + cloth(32, 66, 36, 14, thread)
        + shade("M58 40L68 40V98H58Z")
        + light("M35 50H39V96H35Z")
        + ellipse(50, 106, 38, 11, BLUE)
        + path("M12 106Q14 119 50 119Q86 119 88 106Q86 114 50 115Q14 114 12 106Z", BLUE)
        + path("M32 98Q50 106 68 98V103Q50 111 32 103Z", CREAM)
    )


DRAWINGS: Final[dict[str, tuple[int, Draw]]] = {
    "dish-brush": (112, _dish_brush),
    "broom": (116, _broom),
    "nail-brush": (61, _nail_brush),
    "shoe-brush": (48, _shoe_brush),
    "dustpan-set": (102, _dustpan_set),
    "woven-basket": (101, _woven_basket),
    "bread-basket": (67, _bread_basket),
    "tea-towel": (105, _tea_towel),
    "table-runner": (94, _table_runner),
    "scarf": (81, _scarf),
    "mug": (86, _mug),
    "candle": (112, _candle),
}
