"""Shelves that can be short, lots, and the packing room

Revision ID: 0010_packing
Revises: 0009_items
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_packing"
down_revision = "0009_items"
branch_labels = None
depends_on = None

SHORT = "short = 0 OR (short > 0 AND short <= most AND taken = most)"
NEW_MOVE_COLUMNS = (("why", 300), ("lot", 40), ("by_name", 200))


def upgrade() -> None:
    # Said in SQL, since a column and its check come together on SQLite only so; its table is pointed at by others and
    # cannot be made anew.
    op.execute(
        f"ALTER TABLE supply ADD COLUMN short INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_supply_short CHECK ({SHORT})"
    )
    for name, length in NEW_MOVE_COLUMNS:
        op.add_column("supply_move", sa.Column(name, sa.String(length), server_default="", nullable=False))
    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("best_before", sa.Date(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pieces >= 0", name=op.f("ck_lot_pieces")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_lot_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("item_id", "code", name=op.f("uq_lot_item_id_code")),
    )
    op.create_table(
        "lot_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("whose", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_move_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_move")),
        sa.UniqueConstraint("reference", name=op.f("uq_lot_move_reference")),
    )
    op.create_index(op.f("ix_lot_move_lot_id"), "lot_move", ["lot_id"], unique=False)

    _create_inbound()
    _create_work()
    _create_prints()


def _create_inbound() -> None:
    op.create_table(
        "inbound_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_inbound_list_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_list")),
        sa.UniqueConstraint(
            "enterprise_id", "due_on", "revision", name=op.f("uq_inbound_list_enterprise_id_due_on_revision")
        ),
    )
    op.create_index("ix_inbound_list_due_on", "inbound_list", ["due_on"], unique=False)
    op.create_table(
        "inbound_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pieces >= 0", name=op.f("ck_inbound_count_pieces")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_inbound_count_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_count")),
        sa.UniqueConstraint("item_id", "due_on", name=op.f("uq_inbound_count_item_id_due_on")),
    )
    op.create_index("ix_inbound_count_due_on", "inbound_count", ["due_on"], unique=False)


def _create_work() -> None:
    op.create_table(
        "packing_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("tablet", sa.String(length=32), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_packing_work_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_work")),
        sa.UniqueConstraint("order_id", name=op.f("uq_packing_work_order_id")),
    )
    op.create_table(
        "packing_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_packing_step_lot_id_lot")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_packing_step_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_step")),
        sa.UniqueConstraint("order_id", "step", name=op.f("uq_packing_step_order_id_step")),
    )
    op.create_table(
        "packing_minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("batch", sa.String(length=200), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes > 0 AND parcels > 0", name=op.f("ck_packing_minutes_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_minutes")),
        sa.UniqueConstraint("key", name=op.f("uq_packing_minutes_key")),
    )
    op.create_index(op.f("ix_packing_minutes_day"), "packing_minutes", ["day"], unique=False)


def _create_prints() -> None:
    op.create_table(
        "print_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("orders", sa.JSON(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('cards', 'labels')", name=op.f("ck_print_run_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
        sa.UniqueConstraint("day", "kind", "no", name=op.f("uq_print_run_day_kind_no")),
        sa.UniqueConstraint("key", name=op.f("uq_print_run_key")),
    )
    op.create_table(
        "tracking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_tracking_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_tracking_order_id_number")),
    )


def downgrade() -> None:
    op.drop_table("tracking")
    op.drop_table("print_run")
    op.drop_index(op.f("ix_packing_minutes_day"), table_name="packing_minutes")
    op.drop_table("packing_minutes")
    op.drop_table("packing_step")
    op.drop_table("packing_work")
    op.drop_index("ix_inbound_count_due_on", table_name="inbound_count")
    op.drop_table("inbound_count")
    op.drop_index("ix_inbound_list_due_on", table_name="inbound_list")
    op.drop_table("inbound_list")
    op.drop_index(op.f("ix_lot_move_lot_id"), table_name="lot_move")
    op.drop_table("lot_move")
    op.drop_table("lot")
    for name, _length in reversed(NEW_MOVE_COLUMNS):
        op.drop_column("supply_move", name)
    # What was promised and is not there is forgotten; nothing more can be promised all the same.
    op.drop_column("supply", "short")
