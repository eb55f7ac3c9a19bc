"""Headers on every answer, and the mark of a page that is the same for everyone."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, current_app, make_response, request
from flask.globals import request_ctx

from shop.web.pages import PUBLIC_HEADER
from shop.web.templating import fingerprint

P = ParamSpec("P")
FOR_EVER = "public, max-age=31536000, immutable"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'none'; form-action 'self'{pays_at}; frame-ancestors 'none'; base-uri 'none'"
)


def secure(response: Response) -> Response:
    """Security headers; a page that nobody marked public is never kept by anyone."""
    headers = response.headers
    pays_at = current_app.config["PAYS_AT"]  # a form may lead there: browsers look at what it is redirected to
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY.replace("{pays_at}", pays_at))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint == "static" and response.status_code == 200:
        _keep_static(response)
    headers.setdefault("Cache-Control", "no-store")
    return response


def _keep_static(response: Response) -> None:
    """A static file asked for by its own hash never changes; by none, or by that of a version not here yet, it may."""
    if request.args.get("v") == fingerprint((request.view_args or {})["filename"]):
        response.headers["Cache-Control"] = FOR_EVER
    response.headers[PUBLIC_HEADER] = "1"
    response.direct_passthrough = False


def own(page: Any, status: int | None = None) -> Response:
    """A page that is somebody's own: in no search engine, and kept by nobody (as every page not marked public)."""
    response = make_response(page) if status is None else make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def secret(page: Any, status: int | None = None) -> Response:
    """The same for a page whose address is a secret: it is named to nobody."""
    response = own(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def public_page(view: Callable[P, Any]) -> Callable[P, Response]:
    """Mark a view whose answer is the same for everyone: it may be kept by the page store and by any cache.

    Only a 200 is marked. A view that touched the session is an assertion: its page is somebody's own.
    """

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        # Asked of the context itself: reading `flask.session` would be the very look that is asked about.
        seen = request_ctx._session
        assert seen is None or not seen.accessed, "a public page may not look at the session"
        if response.status_code == 200:
            response.headers[PUBLIC_HEADER] = "1"
            response.headers["Cache-Control"] = "public, max-age=0, s-maxage=60, must-revalidate"
        return response

    return marked


def immutable(view: Callable[P, Any]) -> Callable[P, Response]:
    """Mark a view whose address names its content (a hash): kept for a year, compressed by the page store."""

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        if response.status_code == 200:
            response.headers[PUBLIC_HEADER] = "1"
            response.headers["Cache-Control"] = FOR_EVER
        return response

    return marked
