"""Documents frozen when they are issued, and their gapless numbers

Revision ID: 0003_documents
Revises: 0002_books
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_documents"
down_revision = "0002_books"
branch_labels = None
depends_on = None

# What may happen to a row: its file is made (once) or not (error), or it is erased, which empties data and file.
ERASED = (
    "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.file IS NULL"
    " AND {data_new} = '{{}}' AND NEW.data_hash = OLD.data_hash"
)
KEPT = (
    "NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at AND {data_new} = {data_old}"
    " AND (OLD.file IS NULL OR NEW.file IS NOT DISTINCT FROM OLD.file)"
)
FIXED = (
    "id", "kind", "series", "serial", "number", "order_id", "refund_id", "about_id", "issued_on", "issued_at",
    "language", "net_ore", "vat_ore", "gross_ore", "data_hash",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_number_series")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("gross_ore = net_ore + vat_ore", name=op.f("ck_document_sums")),
        sa.CheckConstraint("serial > 0", name=op.f("ck_document_serial")),
        sa.ForeignKeyConstraint(["about_id"], ["document.id"], name=op.f("fk_document_about_id_document")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_document_order_id_order")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_document_refund_id_refund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_document_refund_id")),
        sa.UniqueConstraint("number", name=op.f("uq_document_number")),
        sa.UniqueConstraint("series", "serial", name=op.f("uq_document_series_serial")),
    )
    op.create_index(op.f("ix_document_about_id"), "document", ["about_id"])
    op.create_index(op.f("ix_document_issued_on"), "document", ["issued_on"])
    op.create_index(op.f("ix_document_order_id"), "document", ["order_id"])
    invoice, trouble = sa.text("kind = 'invoice'"), sa.text("error <> ''")
    op.create_index(
        "uq_document_invoice_of_order", "document", ["order_id"], unique=True,
        sqlite_where=invoice, postgresql_where=invoice,
    )  # fmt: skip
    op.create_index("ix_document_error", "document", ["id"], sqlite_where=trouble, postgresql_where=trouble)
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _changed(data_new: str, data_old: str) -> str:
    fixed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
    erased, kept = (rule.format(data_new=data_new, data_old=data_old) for rule in (ERASED, KEPT))
    return f"{fixed} OR NOT (({erased}) OR ({kept}))"


def _freeze_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_document_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '% is frozen: % refused', TG_TABLE_NAME, TG_OP; END $$"
    )
    changed = _changed("NEW.data::text", "OLD.data::text")
    op.execute(
        "CREATE TRIGGER document_frozen BEFORE UPDATE ON document FOR EACH ROW"
        f" WHEN ({changed}) EXECUTE FUNCTION refuse_document_change()"
    )
    op.execute(
        "CREATE TRIGGER number_series_rises BEFORE UPDATE ON number_series FOR EACH ROW"
        " WHEN (NEW.series <> OLD.series OR NEW.last <= OLD.last) EXECUTE FUNCTION refuse_document_change()"
    )
    for table in ("document", "number_series"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_document_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_document_change()"
        )


def _freeze_on_sqlite() -> None:
    """REPLACE deletes without the delete trigger where a connection has not asked for it: inserting is watched too."""
    there = (
        "EXISTS (SELECT 1 FROM document WHERE id = NEW.id OR number = NEW.number"
        " OR (series = NEW.series AND serial = NEW.serial)"
        " OR (kind = 'invoice' AND NEW.kind = 'invoice' AND order_id = NEW.order_id))"
    )
    changed = _changed("NEW.data", "OLD.data")
    changed = changed.replace("IS NOT DISTINCT FROM", "IS").replace("IS DISTINCT FROM", "IS NOT")  # as old ones say it
    rules = (
        ("document_frozen", "UPDATE ON document", changed),
        ("document_stays", "DELETE ON document", "1"),
        ("document_not_replaced", "INSERT ON document", there),
        ("number_series_rises", "UPDATE ON number_series", "NEW.series <> OLD.series OR NEW.last <= OLD.last"),
        ("number_series_stays", "DELETE ON number_series", "1"),
        (
            "number_series_not_replaced",
            "INSERT ON number_series",
            "EXISTS (SELECT 1 FROM number_series WHERE series = NEW.series)",
        ),
    )
    for name, event, when in rules:
        what = f"{event.split()[-1]} is frozen: {event.split()[0]} refused"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} WHEN {when} BEGIN SELECT RAISE(ABORT, '{what}'); END")


def downgrade() -> None:
    op.drop_table("document")
    op.drop_table("number_series")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_document_change()")
