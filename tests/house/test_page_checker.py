"""The page checker: a sound page passes, and every rule refuses what it is there to refuse."""

import pytest

from tests.tools.page import RULES, check_page, parse

SOUND = """<!doctype html>
<html lang="da">
<head><meta charset="utf-8"><title>Kurve · Fælleskurven</title>
<link rel="stylesheet" href="/static/shop.css"><link rel="canonical" href="https://kurv.example/kurve">
<script src="/static/shop.js" defer></script><script type="application/ld+json">{"name": null}</script></head>
<body>
<!-- en bemærkning -->
<a href="#indhold">Til indholdet</a>
<main id="indhold">
<h1>Kurve</h1>
<svg role="img" viewBox="0 0 9 9"><title>Vævet billede</title>
<defs><path id="bånd" d="M0 0"/></defs><use href="#bånd"/></svg>
<svg aria-hidden="true"><path d="M0 0"/></svg>
<img src="/billeder/1.png" alt="">
<h2>Find</h2>
<form action="/kurve" role="search">
<label for="pris">Pris</label> <input id="pris" name="pris" aria-describedby="pris-hjælp">
<span id="pris-hjælp">kr.</span>
<label>Sortering <select name="sort"><option>Navn</option></select></label>
<textarea aria-label="Hilsen" name="hilsen">{{ 7 }} None</textarea>
<fieldset><legend>Uden</legend><label><input type="checkbox" name="uden" value="nødder"> nødder</label></fieldset>
<button><svg role="img"><title>Søg</title></svg></button>
</form>
<form method="post" action="/bestilling">
<input type="hidden" name="csrf_token" value="abc"><button>Læg i bestilling</button></form>
<form method="post" action="/sprog" data-tokenless><input type="submit" value="English"></form>
<table><caption>Priser</caption><thead><tr><th scope="col">Kurv</th><th scope="col">Pris</th></tr></thead>
<tbody><tr><th scope="row">Lille</th><td>199 kr.</td></tr></tbody></table>
<ul><li><a href="/kurve/lille"><img src="/billeder/2.png" alt="Lille kurv"></a></li></ul>
<details><summary><h3>Allergener</h3></summary><p>Ingen.</p></details>
</main>
</body>
</html>
"""


def page(body: str) -> str:
    """A page that is sound but for `body`."""
    return SOUND.replace("</main>", f"{body}</main>")


def test_a_sound_page_passes_as_text_and_as_bytes() -> None:
    check_page(SOUND, url="/kurve")
    check_page(SOUND.encode(), url="/kurve")
    check_page(SOUND.replace('lang="da"', 'lang="en"'), url="/en/kurve")


CHANGED = [
    ("parses", "<!doctype html>\n", "", "DOCTYPE"),
    ("parses", "</select>", "", "select"),
    ("has_head", 'lang="da"', "", "lang"),
    ("has_head", 'lang="da"', 'lang="sv"', "'sv'"),
    ("has_head", "Kurve · Fælleskurven", " ", "<title>"),
    ("has_head", '<main id="indhold">', '<div id="indhold">', "0 <main>"),
    ("has_headings", "<h1>Kurve</h1>", "<p>Kurve</p>", "0 <h1>"),
    ("has_headings", "<h2>Find</h2>", "<h2> </h2>", "<h2>"),
    ("refers_to_what_exists", 'id="indhold"', "", "#indhold"),
]


@pytest.mark.parametrize(("rule", "sound", "faulty", "said"), CHANGED)
def test_a_changed_page_is_refused(rule: str, sound: str, faulty: str, said: str) -> None:
    assert sound in SOUND
    refuses(SOUND.replace(sound, faulty), rule, said)


ADDED = [
    ("parses", "<p><div>x</div></p>", "</p>|p"),
    ("parses", "<b><i>x</b></i>", "b"),
    ("parses", '<p class="a" class="b">x</p>', "attribute"),
    ("parses", "<p>&nosuch;</p>", "entity"),
    ("parses", "<form><form></form></form>", "form"),
    ("parses", "<table><tr><div>x</div></tr></table>", "div"),
    ("nests", "<ul><div>x</div></ul>", "cannot stand in <ul>"),
    ("nests", "<dl><p>x</p></dl>", "cannot stand in <dl>"),
    ("nests", "<span><div>x</div></span>", "within <span>"),
    ("nests", "<button><p>x</p></button>", "within <button>"),
    ("nests", '<button><a href="/x">x</a></button>', "within <button>"),
    ("nests", '<a href="/x">x <input aria-label="y"></a>', "within <a>"),
    ("nests", "<label>x <span><label>y</label></span></label>", "another <label>"),
    ("has_headings", "<h1>To</h1>", "2 <h1>"),
    ("has_headings", "<h2>To</h2><h4>Fire</h4>", "level 2"),
    ("has_unique_ids", '<p id="pris">x</p>', "'pris' is used twice"),
    ("has_unique_ids", '<p id="">x</p>', "is empty"),
    ("has_unique_ids", '<p id="a b">x</p>', "has a space"),
    ("labels_inputs", '<input name="x" placeholder="Navn">', "no label"),
    ("labels_inputs", '<select name="x"><option>y</option></select>', "no label"),
    ("labels_inputs", '<textarea name="x"></textarea>', "no label"),
    ("labels_inputs", '<label for="navn"> </label><input id="navn">', "no label"),
    ("labels_inputs", '<label><input name="x"></label>', "no label"),
    ("labels_inputs", '<fieldset><label>x <input type="radio"></label></fieldset>', "<legend>"),
    ("refers_to_what_exists", '<label for="borte">x</label>', "for="),
    ("refers_to_what_exists", '<label for="indhold">x</label>', "takes no label"),
    ("refers_to_what_exists", '<p aria-describedby="pris borte">x</p>', "aria-describedby"),
    ("refers_to_what_exists", '<p aria-labelledby="borte">x</p>', "aria-labelledby"),
    ("refers_to_what_exists", '<button aria-controls="borte">x</button>', "aria-controls"),
    ("refers_to_what_exists", '<a href="#borte">x</a>', "#borte"),
    ("refers_to_what_exists", '<a href="/kurve#borte">x</a>', "#borte"),
    ("refers_to_what_exists", '<svg aria-hidden="true"><use href="#borte"/></svg>', "#borte"),
    ("describes_pictures", '<img src="/x.png">', "no alt"),
    ("describes_pictures", "<svg><title>x</title></svg>", "role=img"),
    ("describes_pictures", '<svg role="img"><path d="M0 0"/></svg>', "<title>"),
    ("heads_tables", '<table><tr><th scope="col">x</th></tr></table>', "caption"),
    ("heads_tables", "<table><caption>x</caption><tr><th>y</th></tr></table>", "scope"),
    ("heads_tables", "<table><caption>x</caption><tr><td>y</td></tr></table>", "no <th>"),
    ("names_buttons_and_links", "<button></button>", "no text"),
    ("names_buttons_and_links", '<button><svg aria-hidden="true"></svg></button>', "no text"),
    ("names_buttons_and_links", '<input type="submit">', "no text"),
    ("names_buttons_and_links", '<input type="image" src="/x.png">', "no alt"),
    ("names_buttons_and_links", '<a href="/x"><img src="/x.png" alt=""></a>', "no text"),
    ("names_buttons_and_links", '<a href="#">x</a>', "leads nowhere"),
    ("names_buttons_and_links", '<a href="">x</a>', "leads nowhere"),
    ("has_nothing_inline", '<p style="color: red">x</p>', "style="),
    ("has_nothing_inline", '<p onclick="x()">x</p>', "onclick="),
    ("has_nothing_inline", "<script>x()</script>", "inline <script>"),
    ("has_nothing_inline", "<style>p {}</style>", "inline <style>"),
    ("has_nothing_inline", '<a href=" JavaScript:x()">x</a>', "is a script"),
    ("loads_nothing_foreign", '<script src="https://cdn.example/x.js"></script>', "cdn.example"),
    ("loads_nothing_foreign", '<img alt="" src="//cdn.example/x.png">', "cdn.example"),
    ("loads_nothing_foreign", '<img alt="" src="/x.png" srcset="/x.png 1x, https://cdn.example/2 2x">', "cdn.example"),
    ("loads_nothing_foreign", '<link rel="stylesheet" href="https://cdn.example/x.css">', "cdn.example"),
    ("says_nothing_of_the_program", "<p>{{ navn }}</p>", "{{"),
    ("says_nothing_of_the_program", "<p>Hej %(navn)s</p>", "%(navn)s"),
    ("says_nothing_of_the_program", "<p>Pris: None</p>", "None"),
    ("says_nothing_of_the_program", "<p><b>x</b> Undefined</p>", "Undefined"),
    ("says_nothing_of_the_program", '<input aria-label="x" value="None">', "None"),
    ("says_nothing_of_the_program", '<textarea aria-label="x">None</textarea>', "None"),
    ("says_nothing_of_the_program", '<a href="/kurve/None">x</a>', "None"),
    ("says_nothing_of_the_program", "<p>&lt;Kurv object at 0x7f&gt;</p>", "object at 0x"),
    ("sends_forms_safely", '<form method="put"><button>x</button></form>', "'put'"),
    ("sends_forms_safely", '<form method="post"><button>x</button></form>', "csrf_token"),
    (
        "sends_forms_safely",
        '<form method="post"><input type="hidden" name="csrf_token"></form>',
        "no csrf",
    ),
    (
        "sends_forms_safely",
        '<form><input type="hidden" name="csrf_token" value="x"></form>',
        "address",
    ),
]


@pytest.mark.parametrize(("rule", "body", "said"), ADDED)
def test_an_addition_is_refused(rule: str, body: str, said: str) -> None:
    refuses(page(body), rule, said)


def test_every_rule_has_a_sample() -> None:
    sampled = {case[0] for case in CHANGED} | {case[0] for case in ADDED}
    assert sampled == {rule.__name__ for rule in RULES}


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(AssertionError) as refused:
        check_page(page('<img src="/x.png"><a href="#">x</a>'), url="/kurve")
    assert "/kurve is not a sound page" in str(refused.value)
    assert "no alt" in str(refused.value)
    assert "leads nowhere" in str(refused.value)


def refuses(html: str, rule: str, said: str) -> None:
    """That page is refused, in such words, by that rule among others."""
    with pytest.raises(AssertionError) as refused:
        check_page(html, url="/kurve")
    named = next(each for each in RULES if each.__name__ == rule)
    faults = "\n".join(named(parse(html, "/kurve")))
    assert any(words in faults for words in said.split("|"))
    assert faults.splitlines()[0] in str(refused.value)
