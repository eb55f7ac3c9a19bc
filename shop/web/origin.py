"""Same origin or not: what a form without a token is accepted on."""

from urllib.parse import urlsplit

from flask import Request


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that this request came from one of our own pages (Sec-Fetch-Site, else Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host
