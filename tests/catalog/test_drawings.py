import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from catalog.drawings import FALLBACK, KEYS, drawing, drawing_svg
from shop.weave import MEMBERS

REQUIRED = [
    "dish-brush",
    "broom",
    "nail-brush",
    "shoe-brush",
    "dustpan-set",
    "woven-basket",
    "bread-basket",
    "tea-towel",
    "table-runner",
    "chocolate-bar",
    "cream-puffs",
    "nut-jar",
    "almond-bag",
    "cocoa-tin",
    "coffee-bag",
    "tea-tin",
    "mug",
    "scarf",
    "greeting-card",
    "sugar-bag",
    "oil-bottle",
    "cookies",
    "crispbread",
    "honey-cake",
    "granola-jar",
    "baklava-box",
    "dates-box",
    "spice-jar",
    "jam-jar",
    "chutney-jar",
    "pickle-jar",
    "juice-bottle",
    "cider-bottle",
    "candle",
    "gift-box",
    "packing",
    "delivery-bike",
    "cleaning",
    "bookkeeping",
    "it-help",
    "property-service",
    "room",
    "catering",
    "printing",
    "box",
]


def test_every_kind_of_item_has_a_drawing() -> None:
    assert set(KEYS) == set(REQUIRED)
    assert list(KEYS) == sorted(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_drawing_is_sound_stands_on_the_ground_and_tells_its_height(key: str) -> None:
    root = ET.fromstring(drawing(key, 3))
    assert root.tag == "g"
    assert 40 <= int(root.attrib["data-height"]) <= 120
    assert len(drawing(key, 3)) < 6000
    for element in root.iter():
        assert not {"id", "style", "class"} & element.attrib.keys(), "many drawings lie in one picture"
        assert not any(name.startswith("on") for name in element.attrib)
    numbers = [float(number) for number in re.findall(r"(?<![#\w.])-?\d*\.?\d+", drawing(key))]
    assert max(numbers) <= 190, "nothing is drawn far outside the box"


@pytest.mark.parametrize("key", KEYS)
def test_every_drawing_wears_its_makers_thread(key: str) -> None:
    drawn = [drawing(key, number) for number in range(MEMBERS)]
    assert len(set(drawn)) == MEMBERS
    assert drawing(key, MEMBERS) == drawn[0], "numbers are counted round"


def test_no_two_drawings_are_alike() -> None:
    assert all(one != other for one, other in pairwise(sorted(drawing(key) for key in KEYS)))


def test_an_unknown_key_is_a_parcel() -> None:
    assert drawing("nobody-drew-this", 2) == drawing(FALLBACK, 2)


def test_a_complete_picture_says_its_name_or_is_hidden() -> None:
    named = ET.fromstring(drawing_svg("jam-jar", 1, 'Jordbær & "ribs" <syltetøj>'))
    assert named.attrib["role"] == "img"
    assert named[0].text == 'Jordbær & "ribs" <syltetøj>'
    decoration = ET.fromstring(drawing_svg("jam-jar", 1))
    assert decoration.attrib["aria-hidden"] == "true"
    assert "role" not in decoration.attrib
