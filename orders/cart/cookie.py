"""The two cookies of a cart: its secret, which no script can read, and the number in it, which pages show."""

from flask import Response, current_app, request

from shop.settings.read import value

TOKEN, COUNT = "bestilling", "bestilling_antal"
_DAY = 86400


def cart_token() -> str:
    """The secret that this browser sent; empty without one."""
    return request.cookies.get(TOKEN, "")[:200]


def keep_token(response: Response, token: str) -> None:
    """Let the browser keep the secret of its new cart."""
    response.set_cookie(
        TOKEN, token, max_age=_days() * _DAY, path="/", httponly=True, samesite="Lax", secure=_is_secure()
    )


def show_count(response: Response, pieces: int) -> None:
    """Tell the pages how many pieces are in the cart."""
    response.set_cookie(COUNT, str(pieces), max_age=_days() * _DAY, path="/", samesite="Lax", secure=_is_secure())


def _days() -> int:
    return int(value("times.cart_days"))


def _is_secure() -> bool:
    return not current_app.config["SETTINGS"].is_example
