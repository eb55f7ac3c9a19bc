"""Organisations with an account, and what they may owe

Revision ID: 0015_customer
Revises: 0014_organisation
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_customer"
down_revision = "0014_organisation"
branch_labels = None
depends_on = None
ORE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = "'link', 'transfer', 'cash', 'saved', 'later'"


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("cvr", sa.String(8), nullable=False),
        sa.Column("on_invoice", sa.String(10), nullable=False),
        sa.Column("credit_ore", ORE, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('company', 'public')", name=op.f("ck_customer_kind")),
        sa.CheckConstraint(
            "on_invoice IN ('none', 'asked', 'granted', 'refused')", name=op.f("ck_customer_on_invoice")
        ),
        sa.CheckConstraint("credit_ore >= 0 AND days >= 0", name=op.f("ck_customer_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_index(op.f("ix_customer_cvr"), "customer", ["cvr"])
    op.create_table(
        "customer_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_unit_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_unit")),
        sa.UniqueConstraint("customer_id", "key", name=op.f("uq_customer_unit_customer_id_key")),
    )
    op.create_table(
        "credit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("ore", ORE, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ore > 0", name=op.f("ck_credit_ore")),
        sa.CheckConstraint("days > 0", name=op.f("ck_credit_days")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_credit_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit")),
        sa.UniqueConstraint("order_id", name=op.f("uq_credit_order_id")),
    )
    with op.batch_alter_table("order") as batch:
        batch.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        batch.create_index(op.f("ix_order_customer_id"), ["customer_id"])
        batch.create_foreign_key(op.f("fk_order_customer_id_customer"), "customer", ["customer_id"], ["id"])
    with op.batch_alter_table("invitation") as batch:
        batch.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_invitation_customer_id_customer"), "customer", ["customer_id"], ["id"])
    _members()
    _ways(f"{WAYS}, 'invoice'")


def _members() -> None:
    office = sa.text("role = 'coordinator'")
    op.drop_index("uq_membership_coordinator", "membership")
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        batch.create_index(op.f("ix_membership_customer_id"), ["customer_id"])
        batch.create_foreign_key(op.f("fk_membership_customer_id_customer"), "customer", ["customer_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_membership_person_id_customer_id"), ["person_id", "customer_id"])
        batch.drop_constraint(op.f("ck_membership_enterprise"), type_="check")
        batch.drop_constraint(op.f("ck_membership_role"), type_="check")
        batch.create_check_constraint(
            op.f("ck_membership_enterprise"), "(role = 'supplier') = (enterprise_id IS NOT NULL)"
        )
        batch.create_check_constraint(op.f("ck_membership_customer"), "(role = 'buyer') = (customer_id IS NOT NULL)")
        batch.create_check_constraint(op.f("ck_membership_role"), "role IN ('supplier', 'coordinator', 'buyer')")
    op.create_index(
        "uq_membership_coordinator", "membership", ["person_id"], unique=True,
        sqlite_where=office, postgresql_where=office,
    )  # fmt: skip


def _ways(ways: str) -> None:
    with op.batch_alter_table("pay_way") as batch:
        batch.drop_constraint(op.f("ck_pay_way_way"), type_="check")
        batch.create_check_constraint(op.f("ck_pay_way_way"), f"way IN ({ways})")


def downgrade() -> None:
    _ways(WAYS)
    nowhere = sa.text("enterprise_id IS NULL")
    op.execute("DELETE FROM membership WHERE role = 'buyer'")
    op.drop_index("uq_membership_coordinator", "membership")
    with op.batch_alter_table("membership") as batch:
        for name in ("ck_membership_customer", "ck_membership_enterprise", "ck_membership_role"):
            batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(
            op.f("ck_membership_enterprise"), "(role = 'coordinator') = (enterprise_id IS NULL)"
        )
        batch.create_check_constraint(op.f("ck_membership_role"), "role IN ('supplier', 'coordinator')")
        batch.drop_constraint(op.f("uq_membership_person_id_customer_id"), type_="unique")
        batch.drop_constraint(op.f("fk_membership_customer_id_customer"), type_="foreignkey")
        batch.drop_index(op.f("ix_membership_customer_id"))
        batch.drop_column("customer_id")
    op.create_index(
        "uq_membership_coordinator", "membership", ["person_id"], unique=True,
        sqlite_where=nowhere, postgresql_where=nowhere,
    )  # fmt: skip
    for table in ("invitation", "order"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_customer_id_customer"), type_="foreignkey")
            if table == "order":
                batch.drop_index(op.f("ix_order_customer_id"))
            batch.drop_column("customer_id")
    for table in ("credit", "customer_unit", "customer"):
        op.drop_table(table)
