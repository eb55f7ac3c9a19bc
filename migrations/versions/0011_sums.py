"""Sums of postings that are kept, the season's figures, and what an order is found by

Revision ID: 0011_sums
Revises: 0010_packing
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_sums"
down_revision = "0010_packing"
branch_labels = None
depends_on = None

ORE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sum_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sum_mark")),
    )
    day, day_key = ("booked_on", "code", "line_kind", "basket_id"), {"autoincrement": False, "nullable": False}
    op.create_table(
        "posting_day",
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("debit_id", sa.Integer(), **day_key),
        sa.Column("credit_id", sa.Integer(), **day_key),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("is_charge", sa.Integer(), **day_key),
        sa.Column("line_kind", sa.String(length=10), nullable=False),
        sa.Column("basket_id", sa.Integer(), **day_key),
        sa.Column("ore", ORE, nullable=False),
        sa.PrimaryKeyConstraint(
            "booked_on", "debit_id", "credit_id", "code", "is_charge", "line_kind", "basket_id",
            name=op.f("pk_posting_day"),
        ),
    )  # fmt: skip
    op.create_table(
        "cost_day",
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("account_kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("line_kind", sa.String(length=10), nullable=False),
        sa.Column("basket_id", sa.Integer(), **day_key),
        sa.Column("ore", ORE, nullable=False),
        sa.PrimaryKeyConstraint(day[0], "account_kind", *day[1:], name=op.f("pk_cost_day")),
    )
    op.create_table(
        "open_balance",
        sa.Column("order_id", sa.Integer(), **day_key),
        sa.Column("ore", ORE, nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_open_balance")),
    )
    op.create_table(
        "season_figure",
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), **day_key),
        sa.Column("ore", ORE, nullable=False),
        sa.Column("minutes", ORE, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_season_figure_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("until", "enterprise_id", name=op.f("pk_season_figure")),
    )
    op.add_column("order", sa.Column("found_by", sa.String(length=500), server_default="", nullable=False))
    op.create_index(op.f("ix_order_found_by"), "order", ["found_by"])
    op.create_index("ix_order_placed_at_facts", "order", ["placed_at", "state", "buyer_kind", "gross_ore", "net_ore"])
    _fill()


def _fill() -> None:
    """What the orders that are there are found by, as `orders.models.found_by` has it."""
    order = sa.table(
        "order", sa.column("id", sa.Integer), sa.column("number"), sa.column("buyer_name"), sa.column("buyer_email"),
        sa.column("recipient", sa.JSON), sa.column("found_by"),
    )  # fmt: skip
    change = sa.update(order).where(order.c.id == sa.bindparam("b_id")).values(found_by=sa.bindparam("b_found"))
    rows = [
        {"b_id": row.id, "b_found": _found_by(row)}
        for row in op.get_bind().execute(
            sa.select(
                order.c.id, order.c.number, order.c.buyer_name, order.c.buyer_email, order.c.recipient
            )
        )
    ]  # fmt: skip
    if rows:
        op.get_bind().execute(change, rows)


def _found_by(row: sa.Row) -> str:
    words = (row.number, row.buyer_name, row.buyer_email, (row.recipient or {}).get("name", ""))
    return " ".join(dict.fromkeys(word for word in words if word)).lower()[:500]


def downgrade() -> None:
    op.drop_index("ix_order_placed_at_facts", table_name="order")
    op.drop_index(op.f("ix_order_found_by"), table_name="order")
    op.drop_column("order", "found_by")
    for table in ("season_figure", "open_balance", "cost_day", "posting_day", "sum_mark"):
        op.drop_table(table)
