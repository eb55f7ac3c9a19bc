"""Coffee, tea, jars, bottles and spices."""

from typing import Final

from catalog.drawings.pen import (
    APPLE,
    BEAN,
    BERRIES,
    BERRY,
    DROP,
    GREEN,
    LEAF,
    ORANGE,
    SPRIG,
    STEEL,
    STRAW,
    SUN,
    WOOD,
    YELLOW,
    Draw,
    bag,
    bonnet,
    bottle,
    circle,
    ellipse,
    flat,
    jar,
    label,
    light,
    line,
    path,
    shade,
    tin,
)
from shop.weave import Thread


def _coffee_bag(thread: Thread) -> str:
    return bag("#3f4d45", thread, BEAN) + circle(50, 104, 3.2, STEEL)


def _tea_tin(thread: Thread) -> str:
    return tin("#4f7561", thread, SPRIG)


def _spice_jar(thread: Thread) -> str:
    return (
        path("M32 54Q29 57 29 62V112Q29 119 36 119H64Q71 119 71 112V62Q71 57 68 54Z", "#dce8df")
        + flat("M31.5 64H68.5V112Q68.5 116.5 64 116.5H36Q31.5 116.5 31.5 112Z", ORANGE)
        + label(29, 76, 42, 30, thread, SUN)
        + shade("M62 55Q67 57 67 62V118Q71 117 71 112V62Q71 57 68 54Z")
        + light("M34 62Q36 58 38 62V112H34Z")
        + f'<rect x="30" y="36" width="40" height="19" rx="4" fill="{WOOD}"/>'
        + shade("M60 36H66Q70 36 70 40V51Q70 55 66 55H60Z")
        + line("M36 41H64", STRAW, 2)
    )


def _jam_jar(thread: Thread) -> str:
    return jar("#a3223f", thread, BERRIES) + bonnet(thread)


def _chutney_jar(thread: Thread) -> str:
    bits = "".join(
        circle(x, y, 2.4, fill)
        for x, y, fill in ((30, 64, YELLOW), (48, 62, BERRY), (66, 65, GREEN), (38, 111, GREEN), (60, 111, YELLOW))
    )
    return jar("#cf7a35", thread, APPLE, lid=YELLOW, pieces=bits)


def _pickle_jar(thread: Thread) -> str:
    pickles = "".join(
        ellipse(x, 63, 6, 4.4, "#86a34f") + ellipse(x + 4, 110, 6, 3.6, "#86a34f") for x in (29, 43, 57, 70)
    )
    dill = line("M36 58V66M36 60L32 57M36 62L40 59M62 58V66M62 60L58 57M62 62L66 59", LEAF, 1.4)
    return jar("#c9d79a", thread, SPRIG, lid=GREEN, pieces=pickles + dill)


def _oil_bottle(thread: Thread) -> str:
    return bottle("#c3b34a", thread, DROP, cap="#3c4a3a")


def _juice_bottle(thread: Thread) -> str:
    return bottle("#c14a4f", thread, BERRIES, cap=STEEL)


def _cider_bottle(thread: Thread) -> str:
    wire = path("M38 8Q50-4 62 8V26H38Z", STRAW) + line("M38 26L62 10M62 26L38 10", WOOD, 1.2)
    return bottle("#d9a548", thread, APPLE, cap=STRAW) + wire


DRAWINGS: Final[dict[str, tuple[int, Draw]]] = {
    "coffee-bag": (108, _coffee_bag),
    "tea-tin": (99, _tea_tin),
    "spice-jar": (84, _spice_jar),
    "jam-jar": (99, _jam_jar),
    "chutney-jar": (92, _chutney_jar),
    "pickle-jar": (92, _pickle_jar),
    "oil-bottle": (116, _oil_bottle),
    "juice-bottle": (116, _juice_bottle),
    "cider-bottle": (119, _cider_bottle),
}
