"""Orders that leave in several parcels

Revision ID: 0013_departure
Revises: 0012_bulk
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_departure"
down_revision = "0012_bulk"
branch_labels = None
depends_on = None

ORE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "departure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gross_ore", ORE, nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_departure_no")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_departure_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
        sa.UniqueConstraint("order_id", "no", name=op.f("uq_departure_order_id_no")),
    )
    op.create_table(
        "departure_line",
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.CheckConstraint("pieces >= 0 AND pieces <= whole", name=op.f("ck_departure_line_pieces")),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departure.id"], name=op.f("fk_departure_line_departure_id_departure")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_departure_line_line_id_order_line")),
        sa.PrimaryKeyConstraint("departure_id", "line_id", name=op.f("pk_departure_line")),
    )
    op.create_index(op.f("ix_departure_line_line_id"), "departure_line", ["line_id"])
    op.add_column("order", sa.Column("parcels", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("order", "parcels")
    op.drop_index(op.f("ix_departure_line_line_id"), table_name="departure_line")
    op.drop_table("departure_line")
    op.drop_table("departure")
