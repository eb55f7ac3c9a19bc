"""Links that work outside the shop's own pages, such as in letters; no request is needed to make one."""

from flask import current_app

from shop.settings.definitions import BY_KEY
from shop.settings.needs import Missing, also_needed
from shop.settings.read import value
from shop.web.templating import href


def absolute(path: str) -> str:
    """The whole address of a path in the reader's language: the shop's own setting, or where this machine serves it.

    Never the host name that a browser sent: a forged one would lead the reader, and a secret in the link, elsewhere.
    """
    settings = current_app.config["SETTINGS"]
    shop = str(value("seller.url")).rstrip("/") or f"http://{settings.host}:{settings.port}"
    return shop + href(path)


@also_needed
def own_address() -> list[Missing]:
    """A real shop's letters need its address; the example's links lead to this machine."""
    if current_app.config["SETTINGS"].is_example or value("seller.url"):
        return []
    return [Missing(BY_KEY["seller.url"].label, "/kontor/indstillinger/seller.url")]
