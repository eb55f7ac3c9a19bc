"""Stripe's page, as plain as can be: a browser's way to do what a customer does."""

from html import escape
from urllib.parse import parse_qs

from tests.standin.params import Thing, Wrong
from tests.standin.world import Card, Impossible, World

CARDS: dict[str, Card] = {
    "declined": "declined", "declined_later": "declined_later", "needs_customer_later": "needs_customer_later",
}  # fmt: skip
WORDS = {
    "da": {
        "pay": "Betal hos stedfortræderen for Stripe", "save": "Gem et kort hos stedfortræderen for Stripe",
        "card": "Betal med kort", "mobilepay": "Betal med MobilePay", "ok": "Gem kortet",
        "declined": "Kortet bliver afvist", "declined_later": "Gem et kort, som banken senere afviser",
        "needs_customer_later": "Gem et kort, hvor banken senere vil have kunden med",
        "leave": "Gå tilbage til butikken", "was_declined": "Kortet blev afvist. Prøv igen.",
        "closed": "Her kan ikke betales mere", "test": "Ingen penge flyttes.",
    },
    "en": {
        "pay": "Pay at the stand-in for Stripe", "save": "Save a card at the stand-in for Stripe",
        "card": "Pay with card", "mobilepay": "Pay with MobilePay", "ok": "Save the card",
        "declined": "The card is declined", "declined_later": "Save a card that the bank declines later",
        "needs_customer_later": "Save a card for which the bank wants the customer later",
        "leave": "Go back to the shop", "was_declined": "The card was declined. Try again.",
        "closed": "Nothing can be paid here any more", "test": "No money is moved.",
    },
}  # fmt: skip
DOCUMENT = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>{title}</title>
<style>body {{ font: 1.125rem/1.5 sans-serif; max-width: 30rem; margin: 2rem auto; padding: 0 1rem }}
button {{ display: block; width: 100%; min-height: 3rem; margin: .75rem 0; font: inherit }}</style></head>
<body><main><h1>{title}</h1>{body}</main></body>
</html>
"""
Shown = tuple[int, bytes, dict[str, str]]


def page(bank: World, method: str, key: str, form: str) -> Shown:
    """Show a session, or do what was pressed and send the browser on."""
    with bank.lock:
        try:
            session = bank.get(key, "checkout.session", "session")
        except Wrong:
            return _shown("en", WORDS["en"]["closed"], "", 404)
        lang = "en" if (session["locale"] or "da").startswith("en") else "da"
        words = WORDS[lang]
        if method != "POST":
            if session["status"] != "open":
                return _shown(lang, words["closed"], "", 410)
            return _shown(lang, *_choices(session, words, ""))
        pressed = parse_qs(form).get("do", [""])[0]
        try:
            return _press(bank, session, pressed, words, lang)
        except Impossible as why:
            return _shown(lang, words["closed"], f"<p>{escape(str(why))}</p>", 409)


def _press(bank: World, session: Thing, pressed: str, words: dict[str, str], lang: str) -> Shown:
    if pressed == "leave":
        goes_to = bank.leave(session)
    else:
        goes_to = bank.pay(session, CARDS.get(pressed, "ok"), "mobilepay" if pressed == "mobilepay" else "card")
    if pressed == "declined":
        return _shown(lang, *_choices(session, words, words["was_declined"]))
    return 303, b"", {"Location": goes_to}


def _choices(session: Thing, words: dict[str, str], message: str) -> tuple[str, str]:
    """The heading, and a button for each thing that a customer may do."""
    if session["mode"] == "setup":
        title, names = words["save"], ["ok", "declined", "declined_later", "needs_customer_later", "leave"]
    else:
        title, names = words["pay"], ["card", "mobilepay", "declined", "leave"]
        names = [name for name in names if name != "mobilepay" or name in session["payment_method_types"]]
    ore = session["amount_total"]
    amount = f"{ore // 100}.{ore % 100:02} {session['currency'].upper()}. " if ore else ""
    alert = f'<p role="alert"><strong>{message}</strong></p>' if message else ""
    buttons = "".join(f'<button name="do" value="{name}">{words[name]}</button>' for name in names)
    action = f"/pay/{escape(session['id'])}"
    return title, f'{alert}<p>{amount}{words["test"]}</p><form method="post" action="{action}">{buttons}</form>'


def _shown(lang: str, title: str, body: str, status: int = 200) -> Shown:
    text = DOCUMENT.format(lang=lang, title=title, body=body)
    return status, text.encode(), {"Content-Type": "text/html; charset=utf-8"}
