import re
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import weave
from shop.weave import MEMBERS, PALETTE, POT, VAT, Strip

STATIC = Path(__file__).resolve().parents[2] / "shop" / "static"
SVG = "{http://www.w3.org/2000/svg}"
STRIPS = (
    Strip("Blindes Arbejde", 0, 12000, "component"),
    Strip("Social Foodies", 1, 9000, "component"),
    Strip("FlexVirk", 6, 3000, "service"),
    Strip("Den fælles pulje", 0, 7920, "pot"),
    Strip("Moms", 0, 7980, "vat"),
)
GOOD = '<g data-height="110"><path d="M20 10H80V120H20Z"/></g>'


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


# --- Threads ----------------------------------------------------------------------------------------------------------


def test_there_are_threads_for_sixteen_members_the_pot_and_the_vat() -> None:
    assert MEMBERS >= 16
    assert (POT, VAT, len(PALETTE)) == (MEMBERS, MEMBERS + 1, MEMBERS + 2)
    assert len({thread.name for thread in PALETTE}) == len(PALETTE)


def test_no_two_threads_are_the_same_pair_of_colour_and_pattern() -> None:
    assert len({(thread.ground, thread.pattern) for thread in PALETTE}) == len(PALETTE)
    assert len({thread.ground for thread in PALETTE}) == len(PALETTE)


@pytest.mark.parametrize(("one", "other"), list(combinations(PALETTE, 2)), ids=lambda thread: thread.name)
def test_any_two_threads_are_told_apart_without_colour(one: weave.Thread, other: weave.Thread) -> None:
    if contrast(one.ground, other.ground) < 2.2:
        assert one.pattern != other.pattern


@pytest.mark.parametrize("thread", PALETTE, ids=lambda thread: thread.name)
def test_a_threads_marks_stand_out_from_its_ground(thread: weave.Thread) -> None:
    least = 1.8 if thread.pattern in {"plain", "rule"} else 3
    assert contrast(thread.ground, thread.mark) >= least


def test_the_pot_and_the_vat_have_their_own_threads_whatever_their_number() -> None:
    assert weave.thread_of(Strip("", 3, 1, "pot")) == POT
    assert weave.thread_of(Strip("", 3, 1, "vat")) == VAT
    assert weave.thread_of(Strip("", 3, 1, "delivery")) == 3
    assert weave.thread_of(Strip("", MEMBERS + 2, 1, "component")) == 2


# --- Every picture ----------------------------------------------------------------------------------------------------


def picture(kind: str, strips: tuple[Strip, ...] = STRIPS, title: str = "Kurven") -> str:
    words = {"title": title, "desc": "Sådan deles prisen"}
    if kind == "weave":
        return weave.weave_svg(strips, width=320, height=200, seed="a", **words)  # type: ignore[arg-type]
    if kind == "share":
        return weave.share_weave(strips, 1, **words)  # type: ignore[arg-type]
    if kind == "bar":
        return weave.bar_svg(strips, **words)  # type: ignore[arg-type]
    if kind == "basket":
        return weave.basket_svg(strips, [GOOD] * 5, **words)
    return weave.chart_svg([("jan", 12000), ("feb", 0), ("mar", 4000)], **words)  # type: ignore[arg-type]


KINDS = ("weave", "share", "bar", "basket", "chart")


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_says_in_words_what_it_shows_and_has_nothing_the_page_forbids(kind: str) -> None:
    root = ET.fromstring(picture(kind, title='<Tak> & "hav det godt"'))
    title, desc = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", '<Tak> & "hav det godt"')
    assert (desc.tag, desc.text) == (f"{SVG}desc", "Sådan deles prisen")
    assert root.attrib["role"] == "img"
    assert (root.attrib["aria-labelledby"], root.attrib["aria-describedby"]) == (title.attrib["id"], desc.attrib["id"])
    for element in root.iter():
        assert element.tag not in {f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image"}
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_the_same_every_time_and_refers_only_to_itself(kind: str) -> None:
    drawn = picture(kind)
    assert drawn == picture(kind)
    assert len(drawn) < 16_000
    ids = re.findall(r'\bid="([^"]+)"', drawn)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= set(ids)


def test_different_pictures_stand_in_one_page_without_a_clash_of_ids() -> None:
    drawn = [picture(kind) for kind in KINDS] + [picture("bar", STRIPS[:2]), picture("basket", STRIPS[:3])]
    ids = [name for one in drawn for name in re.findall(r'\bid="([^"]+)"', one)]
    assert len(ids) == len(set(ids))


def test_another_split_is_another_picture() -> None:
    other = (*STRIPS[:1], Strip("Social Foodies", 1, 9001, "component"), *STRIPS[2:])
    assert all(picture(kind) != picture(kind, other) for kind in ("weave", "share", "bar", "basket"))


def test_a_swatch_and_the_heart_stand_many_times_in_a_page() -> None:
    for drawn in [*(weave.swatch_svg(number) for number in range(len(PALETTE))), weave.heart_svg(32)]:
        assert " id=" not in drawn
        assert ET.fromstring(drawn).attrib["aria-hidden"] == "true"
    assert weave.swatch_svg(MEMBERS + 5) == weave.swatch_svg(5)
    assert len({weave.swatch_svg(number) for number in range(len(PALETTE))}) == len(PALETTE)


# --- Proportions ------------------------------------------------------------------------------------------------------


def bar_breadths(strips: tuple[Strip, ...]) -> list[float]:
    root = ET.fromstring(weave.bar_svg(strips, title="t", desc="d"))
    return [float(rect.attrib["width"]) for rect in root.findall(f"{SVG}rect")]


@given(st.lists(st.integers(min_value=-5000, max_value=2_000_000), min_size=1, max_size=14))
def test_the_bar_is_cut_in_proportion_to_the_oere(amounts: list[int]) -> None:
    strips = tuple(Strip(f"{number}", number, ore, "component") for number, ore in enumerate(amounts))
    above = [ore for ore in amounts if ore > 0] or [1]
    breadths = bar_breadths(strips)
    assert len(breadths) == len(above)
    for ore, breadth in zip(above, breadths, strict=True):
        assert breadth == pytest.approx(640 * ore / sum(above), abs=0.01)


@given(st.lists(st.integers(min_value=1, max_value=500_000), min_size=1, max_size=12))
def test_the_cloth_gives_each_thread_its_part_of_the_breadth(amounts: list[int]) -> None:
    strips = [Strip(f"{number}", number, ore, "component") for number, ore in enumerate(amounts)]
    root = ET.fromstring(weave.weave_svg(strips, title="t", desc="d", width=400, height=300, seed="s"))
    paints = [path for path in root.iter(f"{SVG}path") if path.attrib.get("stroke", "").startswith("url(")]
    for strip in strips:
        mine = [p for p in paints if p.attrib["stroke"].endswith(f"{root[0].attrib['id'][:-1]}{strip.colour})")]
        breadth = sum(float(path.attrib["stroke-width"]) for path in mine)
        assert breadth == pytest.approx(400 * strip.ore / sum(amounts), abs=0.05 * len(paints))


def test_nobody_has_a_part_of_nothing() -> None:
    for strips in ((), (Strip("Puljen", 0, -500, "pot"),), (Strip("Ingen", 4, 0, "component"),)):
        assert bar_breadths(strips) == [640]
        assert f'fill="{PALETTE[POT].ground}"' in weave.bar_svg(strips, title="t", desc="d")


def test_my_strip_is_lit_and_the_others_are_grey_with_their_pattern() -> None:
    lit = weave.share_weave(STRIPS, 1, title="t", desc="d")
    assert PALETTE[1].ground in lit
    assert PALETTE[0].ground not in lit
    assert PALETTE[0].mark not in lit
    assert lit.count("<pattern") == len(STRIPS)


def test_the_seed_decides_the_order_of_the_cloth() -> None:
    drawn = {weave.weave_svg(STRIPS, title="t", desc="d", width=200, height=100, seed=f"{n}") for n in range(5)}
    assert len(drawn) == 5


# --- The basket and the chart -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(13))
def test_a_basket_holds_up_to_twelve_goods_in_the_same_frame(count: int) -> None:
    root = ET.fromstring(weave.basket_svg(STRIPS, [GOOD] * count, title="t", desc="d"))
    assert root.attrib["viewBox"] == "0 0 800 600"
    assert sum("data-height" in element.attrib for element in root.iter()) == count


def test_a_basket_draws_twelve_goods_of_thirteen() -> None:
    assert weave.basket_svg(STRIPS, [GOOD] * 13, title="t", desc="d").count("data-height") == 12


def test_low_goods_stand_before_tall_ones() -> None:
    low = '<g data-height="50" fill="#abcdef"></g>'
    drawn = weave.basket_svg(STRIPS, [low, low, GOOD, GOOD], title="t", desc="d")
    assert drawn.rindex("M20 10H80") < drawn.index("#abcdef")


def test_a_baskets_goods_are_part_of_what_its_ids_are_made_of() -> None:
    other = GOOD.replace("H80", "H81")
    one, two = (weave.basket_svg(STRIPS, [good], title="t", desc="d") for good in (GOOD, other))
    assert re.findall(r'\bid="([^"]+)"', one) != re.findall(r'\bid="([^"]+)"', two)


@pytest.mark.parametrize(
    ("highest", "top"), [(0, "2"), (150, "2"), (39900, "400"), (60001, "1.000"), (884000, "10.000")]
)
def test_the_charts_scale_ends_at_a_round_figure(highest: int, top: str) -> None:
    root = ET.fromstring(weave.chart_svg([("nov", highest)], title="t", desc="d"))
    scale = [text.text for text in root.iter(f"{SVG}text") if text.attrib["text-anchor"] == "end"]
    assert scale[-1] == top


def test_the_charts_bars_are_as_tall_as_the_amounts() -> None:
    root = ET.fromstring(weave.chart_svg([("1", 20000), ("2", 5000), ("3", 0), ("4", -100)], title="t", desc="d"))
    tall = [float(rect.attrib["height"]) for rect in root.findall(f"{SVG}rect")]
    assert tall == [180, 45]


def test_a_month_of_days_has_labels_that_fit() -> None:
    root = ET.fromstring(weave.chart_svg([(f"{day}", day) for day in range(1, 32)], title="t", desc="d"))
    assert sum(text.attrib["text-anchor"] == "middle" for text in root.iter(f"{SVG}text")) <= 12


def test_a_chart_of_nothing_is_an_empty_scale() -> None:
    assert "<rect" not in weave.chart_svg([], title="t", desc="d").split("</defs>")[1]


# --- Files drawn by the same hand -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["heart.svg", "favicon.svg"])
def test_the_mark_on_disk_is_the_mark_in_the_pages(name: str) -> None:
    assert (STATIC / name).read_text(encoding="utf-8").strip() == weave.heart_svg(64)


def test_the_band_under_the_header_has_every_members_thread() -> None:
    strips = [Strip(thread.name, number, 1, "component") for number, thread in enumerate(PALETTE[:MEMBERS])]
    band = weave.bar_svg(strips, title="", desc="", width=432, height=12)
    assert (STATIC / "band.svg").read_text(encoding="utf-8").strip() == band


# --- The colours of the pages -----------------------------------------------------------------------------------------

SHEET = (STATIC / "css" / "site.css").read_text(encoding="utf-8")
BLOCKS = re.findall(r":root \{(.*?)\}", SHEET, re.S)
LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", BLOCKS[0]))
DARK = LIGHT | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", BLOCKS[1]))
GROUNDS = ("paper", "card", "linen")
TEXTS = ("ink", "soft", "link", "error-ink")
SAID = ("good", "warn", "bad", "info")


@pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable_and_edges_are_seen_in_both_modes(mode: dict[str, str]) -> None:
    for ground in GROUNDS:
        for text in TEXTS:
            assert contrast(mode[text], mode[ground]) >= 4.5, (text, ground)
        for edge in ("edge", "focus", "lingonberry"):
            assert contrast(mode[edge], mode[ground]) >= 3, (edge, ground)
    for ground in SAID:
        assert contrast(mode["ink"], mode[ground]) >= 4.5, ground
    for button in ("lingonberry", "lingonberry-deep"):
        assert contrast(mode["on-lingonberry"], mode[button]) >= 4.5, button


def test_dark_mode_changes_every_colour() -> None:
    assert len(LIGHT) >= 15
    assert {name for name in LIGHT if LIGHT[name] == DARK[name]} == set()


def test_rules_use_the_tokens_and_name_no_colours_of_their_own() -> None:
    for name in ("site.css", "rooms.css"):
        rules = re.sub(r":root \{.*?\}|/\*.*?\*/", "", (STATIC / "css" / name).read_text(encoding="utf-8"), flags=re.S)
        assert re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8}\b|rgba?\()", rules) == []


def test_the_styles_are_small_and_load_nothing_from_elsewhere() -> None:
    sheets = list((STATIC / "css").glob("*.css"))
    assert (STATIC / "css" / "site.css").stat().st_size < 30_000
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text
        assert all(address.startswith("../") for address in re.findall(r'url\("?([^")]+)', text))
