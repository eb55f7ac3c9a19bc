"""Shelves that can be short, lots, and the packing room

Revision ID: 0009_packing
Revises: 0008_items
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_packing"
down_revision = "0008_items"
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


def downgrade() -> None:
    op.drop_index(op.f("ix_lot_move_lot_id"), table_name="lot_move")
    op.drop_table("lot_move")
    op.drop_table("lot")
    for name, _length in reversed(NEW_MOVE_COLUMNS):
        op.drop_column("supply_move", name)
    # What was promised and is not there is forgotten; nothing more can be promised all the same.
    op.drop_column("supply", "short")
