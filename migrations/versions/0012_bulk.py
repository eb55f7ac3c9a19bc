"""Moves of many orders at once

Revision ID: 0012_bulk
Revises: 0011_sums
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_bulk"
down_revision = "0011_sums"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("verb", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verb IN ('confirm', 'pack', 'send', 'close', 'cancel')", name=op.f("ck_bulk_move_verb")),
        sa.CheckConstraint("total > 0", name=op.f("ck_bulk_move_total")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_bulk_move_by_id_person"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_move")),
        sa.UniqueConstraint("key", name=op.f("uq_bulk_move_key")),
    )
    op.create_index("ix_bulk_move_done_at", "bulk_move", ["done_at"], unique=False)
    op.create_table(
        "bulk_move_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_move_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seen_state", sa.String(length=12), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sentence_da", sa.String(length=500), nullable=False),
        sa.Column("sentence_en", sa.String(length=500), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f("ck_bulk_move_item_state")),
        sa.ForeignKeyConstraint(
            ["bulk_move_id"], ["bulk_move.id"], name=op.f("fk_bulk_move_item_bulk_move_id_bulk_move")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_bulk_move_item_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_move_item")),
        sa.UniqueConstraint("bulk_move_id", "order_id", name=op.f("uq_bulk_move_item_bulk_move_id_order_id")),
        sa.UniqueConstraint("bulk_move_id", "position", name=op.f("uq_bulk_move_item_bulk_move_id_position")),
    )


def downgrade() -> None:
    op.drop_table("bulk_move_item")
    op.drop_index("ix_bulk_move_done_at", table_name="bulk_move")
    op.drop_table("bulk_move")
