"""Tokens in forms, and the three ways a POST may come without one.

`@same_origin_only` marks the POSTs that need no token (they change only the sender's own cart); a form whose session
was lost is shown again with everything that was typed, to be sent once more by the person.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from shop.web.origin import is_same_origin

P = ParamSpec("P")
R = TypeVar("R")
SECRET_FIELDS = frozenset(
    {"csrf_token", "password", "password_confirm", "new_password", "new_password_confirm", "code"}
)
csrf = CSRFProtect()


def same_origin_only(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose POST carries no token and is accepted from our own pages only."""
    view.tokenless = True  # type: ignore[attr-defined]
    return view


def signed_elsewhere(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose POST comes from another machine and is proved in another way (a signature, a secret)."""
    view.foreign = True  # type: ignore[attr-defined]
    return view


def init_csrf(app: Flask) -> None:
    """Check every POST of the app in the one of the three ways its view is marked with."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    app.before_request(_check)
    app.register_error_handler(CSRFError, _ask_again)


def _check() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") or not request.endpoint:
        return
    view = current_app.view_functions[request.endpoint]
    request.max_content_length = getattr(view, "most_sent", request.max_content_length)
    if getattr(view, "foreign", False):
        return
    if getattr(view, "tokenless", False):
        if not is_same_origin(request):
            abort(403)
        return
    csrf.protect()


def _ask_again(_error: Any) -> Response | tuple[str, int]:
    """The token did not fit (the session was lost, or the page lay long): show what was typed, to be sent again.

    Only for a request from our own pages: another site's form is turned away.
    """
    if not is_same_origin(request):
        return make_response(render_template("storefront/shop/error.html", code=403), 403)
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in SECRET_FIELDS]
    return make_response(render_template("storefront/shop/send_again.html", typed=typed), 400)
