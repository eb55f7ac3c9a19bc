"""Where Stripe's messages come in: verified, kept once, answered at once. What they mean is looked up by the worker."""

from flask import Blueprint, Response, abort, current_app, request

from orders.payments.inbox import keep_event
from shop.days import utc_now
from shop.db import transaction
from shop.web.csrf import signed_elsewhere

door = Blueprint("webhook", __name__)
MOST_BYTES = 512 * 1024


@door.post("/stripe/webhook")
@signed_elsewhere
def hear() -> Response:
    """200 for every kind of message, known before or not; 400 for one that is not Stripe's, 413 for a huge one."""
    settings = current_app.config["SETTINGS"]
    if not settings.stripe_webhook_secret:
        abort(404)
    from orders.payments.stripe import Forged, read_message

    if request.content_length is None or request.content_length > MOST_BYTES:
        return _said("too large", 413)
    try:
        message = read_message(
            request.get_data(),
            request.headers.get("Stripe-Signature", ""),
            settings.stripe_webhook_secret,
            is_live="_live_" in settings.stripe_key,
        )
    except Forged as error:
        return _said(f"not accepted: {error}", 400)
    with transaction():
        keep_event("stripe", message.foreign_id, message.kind, message.about, now=utc_now(), body={})
    return _said("kept", 200)


def _said(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain")
