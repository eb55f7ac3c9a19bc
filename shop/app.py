"""Put the house together: one function that makes the shop from its settings."""

import logging
from importlib import import_module

from flask import Flask
from sqlalchemy.engine import make_url

from shop.config import ROOT, Settings, read_settings
from shop.days import is_delivery_day, local_day, utc_now
from shop.db import db, prepare_engine
from shop.i18n import babel, compile_catalogues, language
from shop.jobs.queue import init_queue
from shop.mail.transport import init_mail
from shop.people.security import init_sign_in
from shop.web import errors, health, routing, templating
from shop.web.csrf import init_csrf
from shop.web.headers import secure
from shop.web.language import LanguagePrefix
from shop.web.limits import init_limits
from shop.web.pages import PageStore, version_reader
from shop.web.sessions import Sessions

# Every door of every room, by module; each has one blueprint named `door`.
DOORS = (
    "shop.people.views.account",
    "shop.people.views.office",
    "shop.people.views.enterprises_office",
    "shop.people.views.supplier",
    "shop.settings.views.office",
    "shop.settings.views.storefront",
    "shop.mail.views.office",
    "catalog.items.views.storefront",
    "catalog.items.views.office",
    "catalog.baskets.views.storefront",
    "catalog.baskets.views.office",
    "catalog.assembly.views.office",
    "catalog.assembly.views.offers_office",
    "catalog.assembly.views.supplier",
    "catalog.assortment.views.supplier",
    "catalog.assortment.views.stock_supplier",
    "catalog.assortment.views.sheet_supplier",
    "catalog.assortment.views.office",
    "catalog.assortment.views.storefront",
    "orders.cart.views.storefront",
    "orders.checkout.views.storefront",
    "orders.views.storefront",
    "orders.views.withdrawal_storefront",
    "orders.views.supplier",
    "orders.views.money_supplier",
    "orders.views.office",
    "orders.views.bulk_office",
    "orders.views.parts_office",
    "orders.views.composing_office",
    "orders.views.overview_office",
    "orders.views.after_storefront",
    "orders.views.after_office",
    "orders.views.counter_office",
    "orders.views.customers_office",
    "orders.views.customer",
    "orders.views.account_storefront",
    "orders.views.books_office",
    "orders.views.bank_office",
    "orders.views.bank_line_office",
    "orders.views.reminders_office",
    "orders.views.withdrawal_office",
    "orders.views.refunds_office",
    "orders.views.money_office",
    "orders.views.settle_office",
    "orders.payments.views.storefront",
    "orders.payments.views.webhook",
    "orders.payments.views.office",
    "orders.packing.views.stock_office",
    "orders.packing.views.office",
    "orders.packing.views.checklist_office",
    "orders.packing.views.papers_office",
    "orders.packing.views.tracking_office",
    "orders.packing.views.inbound_office",
    "orders.packing.views.inbound_supplier",
    "orders.documents.views.storefront",
    "orders.documents.views.office",
    "orders.einvoicing.views.office",
)
# Modules that register what the worker can do.
JOBS = (
    "shop.mail.deliver",
    "shop.mail.erase",
    "catalog.assembly.windows",
    "shop.people.notices",
    "catalog.assortment.photos",
    "catalog.assortment.erase",
    "orders.payments.inbox",
    "orders.payments.capture",
    "orders.payments.later",
    "orders.payments.repay",
    "orders.books.nightly",
    "orders.moves",
    "orders.letters",
    "orders.documents.made",
    "orders.documents.letters",
    "orders.einvoicing.send",
    "orders.documents.erase",
    "orders.withdrawal.letters",
    "orders.withdrawal.receive",
    "orders.withdrawal.erase",
    "orders.cart.erase",
    "orders.erase",
    "orders.after.letters",
    "orders.after.erase",
    "orders.counter.letters",
    "orders.bank.erase",
    "orders.reminders.letters",
    "orders.packing.erase",
    "orders.packing.big_prints",
    "orders.bulk.work",
)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the shop. Opens no connection, so that a server may make it once and fork."""
    settings = settings or read_settings()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = Flask("shop", root_path=str(ROOT / "shop"), template_folder=str(ROOT / "templates"))
    app.jinja_environment = templating.Templates
    app.session_interface = Sessions()
    _configure(app, settings)
    routing.install(app)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    compile_catalogues()
    babel.init_app(app, locale_selector=language, default_locale="da", default_domain="messages")
    init_csrf(app)
    init_limits(app)
    init_sign_in(app)
    init_mail(app)
    templating.install(app)
    errors.install(app)
    health.install(app)
    for name in JOBS:
        import_module(name)
    import_module("orders.payments.banks").install(settings)
    for name in DOORS:
        app.register_blueprint(import_module(name).door)
    app.after_request(secure)
    app.wsgi_app = PageStore(  # type: ignore[method-assign]
        LanguagePrefix(app.wsgi_app), version_reader(settings.database_url)
    )
    return app


def served_app() -> Flask:
    """The shop as a web server runs it: what an order has asked for wakes the worker at once."""
    app = create_app()
    init_queue(app)
    is_delivery_day(local_day(utc_now()))  # loads the calendar before the server forks, so that it stands there once
    return app


def _configure(app: Flask, settings: Settings) -> None:
    url = make_url(settings.database_url)
    # What a statement was given is somebody's name and address: it never enters a log line.
    options: dict[str, int] = {"hide_parameters": True}
    if not settings.is_sqlite or url.database not in (None, "", ":memory:"):
        options |= {"pool_size": 8, "max_overflow": 8}
    app.config.update(
        SETTINGS=settings,
        PAYS_AT=f" {settings.pays_at}" if settings.pays_at else "",
        MODE=settings.mode,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=options,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "shop" / "translations"),
        SESSION_COOKIE_NAME="indgang",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=not settings.is_example,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        TEMPLATES_AUTO_RELOAD=False,
    )
