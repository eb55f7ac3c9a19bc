"""Every module that declares tables, so that migrations and commands see all of them."""

from importlib import import_module

MODULES = (
    "shop.shown",
    "shop.settings.models",
    "shop.people.models",
    "shop.journal.models",
    "shop.jobs.models",
    "shop.mail.models",
    "catalog.items.models",
    "catalog.supply.models",
    "catalog.baskets.models",
    "catalog.assembly.models",
    "catalog.assortment.models",
    "orders.models",
    "orders.cart.models",
    "orders.reversals.models",
    "orders.books.models",
    "orders.payments.models",
    "orders.documents.models",
    "orders.einvoicing.models",
    "orders.withdrawal.models",
    "orders.after.models",
    "orders.bank.models",
    "orders.reminders.models",
    "orders.packing.models",
    "orders.departures.models",
    "orders.ledger.models",
    "orders.composing.models",
    "orders.bulk.models",
)


def load_tables() -> None:
    """Import the modules by name: the ground floor names them, it does not look up into them."""
    for name in MODULES:
        import_module(name)
