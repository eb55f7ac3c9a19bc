"""The fixed pages, and what machines ask every site for."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from shop.i18n import lazy_gettext as _
from shop.settings.texts import find_text_page
from shop.web.headers import public_page
from shop.web.templating import static

door = Blueprint("texts", __name__)

# Address, endpoint, setting, and the title while nothing has been written.
PAGES: tuple[tuple[str, str, str, Any], ...] = (
    ("/handelsbetingelser", "terms", "terms.sections", _("Handelsbetingelser")),
    ("/privatliv", "privacy", "terms.privacy", _("Privatliv")),
    ("/cookies", "cookies", "terms.cookies", _("Cookies")),
    ("/tilgaengelighed", "accessibility", "terms.accessibility", _("Tilgængelighed")),
    ("/kontakt", "contact", "terms.contact", _("Kontakt")),
)
ROBOTS = """User-agent: *
Disallow: /bestilling
Disallow: /kassen
Disallow: /ordre
Disallow: /fortryd/kvittering
Disallow: /partner
Disallow: /kontor
Disallow: /en/bestilling
Disallow: /en/kassen
Disallow: /en/ordre
Disallow: /en/fortryd/kvittering
Disallow: /en/partner
Disallow: /en/kontor
"""


@public_page
def text_page(key: str, title: Any) -> str:
    """A page written in the settings, or a sentence saying that nobody has written it yet."""
    return render_template("storefront/shop/text.html", page=find_text_page(key), title=title)


for _path, _endpoint, _key, _title in PAGES:
    door.add_url_rule(_path, _endpoint, text_page, defaults={"key": _key, "title": _title})


@door.get("/robots.txt")
@public_page
def robots() -> Response:
    """What search engines leave alone: what is somebody's own, and the rooms."""
    return Response(ROBOTS, mimetype="text/plain")


@door.get("/favicon.ico")
def favicon() -> BaseResponse:
    """The mark, for browsers that ask for it by its old name."""
    return redirect(static("favicon.svg"), 301)
