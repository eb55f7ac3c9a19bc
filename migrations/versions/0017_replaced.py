"""Invoices that stand in for one that was credited whole

Revision ID: 0017_replaced
Revises: 0016_steps
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_replaced"
down_revision = "0016_steps"
branch_labels = None
depends_on = None

FIRST, ANY = sa.text("kind = 'invoice' AND replaces_id IS NULL"), sa.text("kind = 'invoice'")
FIXED = (
    "id", "kind", "series", "serial", "number", "order_id", "refund_id", "about_id", "issued_on", "issued_at",
    "language", "net_ore", "vat_ore", "gross_ore", "data_hash",
)  # fmt: skip


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    _drop_guards(on_postgresql)
    op.drop_index("uq_document_invoice_of_order", "document")
    with op.batch_alter_table("document") as batch:
        batch.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_document_replaces_id_document"), "document", ["replaces_id"], ["id"])
        batch.create_index("uq_document_replaces_id", ["replaces_id"], unique=True)
    op.create_index(
        "uq_document_invoice_of_order", "document", ["order_id"], unique=True,
        sqlite_where=FIRST, postgresql_where=FIRST,
    )  # fmt: skip
    same = (
        "(kind = 'invoice' AND NEW.kind = 'invoice' AND order_id = NEW.order_id"
        " AND replaces_id IS NULL AND NEW.replaces_id IS NULL) OR replaces_id = NEW.replaces_id"
    )
    _guard(on_postgresql, (*FIXED, "replaces_id"), same)


def _drop_guards(on_postgresql: bool) -> None:
    """SQLite makes the table anew, and its guards go with the old one."""
    if on_postgresql:
        op.execute("DROP TRIGGER document_frozen ON document")
        return
    for name in ("frozen", "not_replaced", "stays"):
        op.execute(f"DROP TRIGGER document_{name}")


def _guard(on_postgresql: bool, fixed: tuple[str, ...], same: str) -> None:
    """What the first guards said: a file is made once, an erased row keeps its hash, and nothing else changes."""
    new, old = ("NEW.data::text", "OLD.data::text") if on_postgresql else ("NEW.data", "OLD.data")
    erased = (
        "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.file IS NULL"
        f" AND {new} = '{{}}' AND NEW.data_hash = OLD.data_hash"
    )
    kept = (
        f"NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at AND {new} = {old}"
        " AND (OLD.file IS NULL OR NEW.file IS NOT DISTINCT FROM OLD.file)"
    )
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed)
    changed = f"{changed} OR NOT (({erased}) OR ({kept}))"
    if on_postgresql:
        op.execute(
            "CREATE TRIGGER document_frozen BEFORE UPDATE ON document FOR EACH ROW"
            f" WHEN ({changed}) EXECUTE FUNCTION refuse_document_change()"
        )
        return
    changed = changed.replace("IS NOT DISTINCT FROM", "IS").replace("IS DISTINCT FROM", "IS NOT")  # as old ones say it
    taken = f"id = NEW.id OR number = NEW.number OR (series = NEW.series AND serial = NEW.serial) OR {same}"
    there = f"EXISTS (SELECT 1 FROM document WHERE {taken})"  # noqa: S608 - our own words
    for name, event, when in (
        ("document_frozen", "UPDATE ON document", changed), ("document_stays", "DELETE ON document", "1"),
        ("document_not_replaced", "INSERT ON document", there),
    ):  # fmt: skip
        what = f"document is frozen: {event.split()[0]} refused"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} WHEN {when} BEGIN SELECT RAISE(ABORT, '{what}'); END")


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    _drop_guards(on_postgresql)
    op.drop_index("uq_document_invoice_of_order", "document")
    with op.batch_alter_table("document") as batch:
        batch.drop_index("uq_document_replaces_id")
        batch.drop_constraint(op.f("fk_document_replaces_id_document"), type_="foreignkey")
        batch.drop_column("replaces_id")
    op.create_index(
        "uq_document_invoice_of_order", "document", ["order_id"], unique=True, sqlite_where=ANY, postgresql_where=ANY
    )
    _guard(on_postgresql, FIXED, "(kind = 'invoice' AND NEW.kind = 'invoice' AND order_id = NEW.order_id)")
