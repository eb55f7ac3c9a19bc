"""Withdrawals: what buyers regret, and what is done about it

Revision ID: 0005_withdrawal
Revises: 0004_after
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_withdrawal"
down_revision = "0004_after"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("typed_number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("goods_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stock_back", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.JSON(), nullable=False),
        sa.Column("reduction_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reduction_why", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("reduction_ore >= 0", name=op.f("ck_withdrawal_reduction")),
        sa.CheckConstraint("reduction_ore = 0 OR reduction_why <> ''", name=op.f("ck_withdrawal_reduction_why")),
        sa.ForeignKeyConstraint(["first_id"], ["withdrawal.id"], name=op.f("fk_withdrawal_first_id_withdrawal")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_withdrawal_order_id_order")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_withdrawal_refund_id_refund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("key", name=op.f("uq_withdrawal_key")),
    )
    op.create_index(op.f("ix_withdrawal_order_id"), "withdrawal", ["order_id"], unique=False)
    op.create_index("ix_withdrawal_state_received_at", "withdrawal", ["state", "received_at"], unique=False)
    op.create_table(
        "withdrawal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("withdrawal_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_withdrawal_line_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_withdrawal_line_line_id_order_line")),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"], ["withdrawal.id"], name=op.f("fk_withdrawal_line_withdrawal_id_withdrawal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_line")),
        sa.UniqueConstraint("withdrawal_id", "line_id", name=op.f("uq_withdrawal_line_withdrawal_id_line_id")),
    )
    op.create_index(op.f("ix_withdrawal_line_line_id"), "withdrawal_line", ["line_id"], unique=False)


def downgrade() -> None:
    op.drop_table("withdrawal_line")
    op.drop_table("withdrawal")
