"""The worker's part: write a posted letter out from its templates, and send it once."""

import smtplib
from email.utils import formataddr
from typing import Any

from flask import g, render_template
from flask_mailman import EmailMultiAlternatives

from shop.days import utc_now
from shop.db import db, transaction
from shop.i18n import force_locale
from shop.jobs.outbox import handles
from shop.mail.models import BOUNCED, FAILED, SENT, WAITING, Letter
from shop.mail.post import prepared
from shop.mail.transport import hand_over
from shop.settings.read import seller


@handles("letter")
def deliver(payload: dict[str, Any]) -> None:
    """Send one letter. Sent before: nothing. An address the server refuses is *bounced* and not tried again."""
    letter = db.session.get(Letter, payload["letter_id"])
    if letter is None or letter.state not in (WAITING, FAILED):
        return
    message = write_out(letter)
    try:
        hand_over(message, f"{letter.id:06d}-{letter.kind}")
    except smtplib.SMTPRecipientsRefused as refused:
        _close(letter.id, message, BOUNCED, str(refused.recipients))
        return
    except Exception as error:
        _close(letter.id, message, FAILED, f"{type(error).__name__}: {error}")
        raise
    _close(letter.id, message, SENT, "")


def write_out(letter: Letter) -> EmailMultiAlternatives:
    """The finished letter: subject, text, HTML and attachments, in the letter's own language."""
    g.letter_language = letter.language
    try:
        with force_locale(letter.language):
            values = prepared(letter)
            attachments = values.pop("attachments", [])
            folder = f"mail/{letter.kind}"
            subject = " ".join(render_template(f"{folder}/subject.txt", **values).split())
            text = render_template(f"{folder}/body.txt", **values)
            html = render_template(f"{folder}/body.html", subject=subject, **values)
    finally:
        g.pop("letter_language", None)
    from_us = seller()
    sender = formataddr((from_us.name or "Fælleskurven", from_us.email or "noreply@localhost"))
    message = EmailMultiAlternatives(subject, text, sender, [letter.to_address])
    message.attach_alternative(html, "text/html")
    for name, media_type, content in attachments:
        message.attach(name, content, media_type)
    return message


def _close(letter_id: int, message: EmailMultiAlternatives, state: str, error: str) -> None:
    """Keep the letter as it was sent, and how it went."""
    with transaction():
        letter = db.session.get_one(Letter, letter_id)
        letter.state = state
        letter.error = error[:1000]
        letter.subject = message.subject or ""
        letter.text = message.body or ""
        letter.html = next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
        letter.attachments = [str(attached[0]) for attached in message.attachments]
        if state == SENT:
            letter.sent_at = utc_now()
