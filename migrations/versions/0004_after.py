"""What comes after an order: reports, parcels at no charge, money by hand

Revision ID: 0004_after
Revises: 0003_documents
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_after"
down_revision = "0003_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "money_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('transfer', 'cash')", name=op.f("ck_money_in_kind")),
        sa.CheckConstraint("ore > 0", name=op.f("ck_money_in_ore")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_money_in_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_in")),
        sa.UniqueConstraint("key", name=op.f("uq_money_in_key")),
    )
    op.create_index(op.f("ix_money_in_order_id"), "money_in", ["order_id"], unique=False)
    op.create_table(
        "pay_way",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way IN ('link', 'transfer', 'cash')", name=op.f("ck_pay_way_way")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_pay_way_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_way")),
        sa.UniqueConstraint("order_id", name=op.f("uq_pay_way_order_id")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("refund_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bearer", sa.String(length=12), nullable=False),
        sa.Column("bearer_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(bearer = 'enterprise') = (bearer_id IS NOT NULL)", name=op.f("ck_report_bearer_id")),
        sa.CheckConstraint("bearer IN ('', 'as_sold', 'pot', 'enterprise', 'shared')", name=op.f("ck_report_bearer")),
        sa.CheckConstraint("kind IN ('damaged', 'missing', 'wrong', 'lost')", name=op.f("ck_report_kind")),
        sa.ForeignKeyConstraint(["bearer_id"], ["enterprise.id"], name=op.f("fk_report_bearer_id_enterprise")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_report_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("key", name=op.f("uq_report_key")),
    )
    op.create_index(op.f("ix_report_order_id"), "report", ["order_id"], unique=False)
    op.create_index("ix_report_state_reported_at", "report", ["state", "reported_at"], unique=False)
    op.create_table(
        "parcel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.JSON(), nullable=False),
        sa.Column("delivery", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("pack_on", sa.Date(), nullable=True),
        sa.Column("bearer", sa.String(length=12), nullable=False),
        sa.Column("bearer_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(bearer = 'enterprise') = (bearer_id IS NOT NULL)", name=op.f("ck_parcel_bearer_id")),
        sa.CheckConstraint("bearer IN ('as_sold', 'pot', 'enterprise', 'shared')", name=op.f("ck_parcel_bearer")),
        sa.CheckConstraint("kind IN ('replacement', 'again')", name=op.f("ck_parcel_kind")),
        sa.ForeignKeyConstraint(["bearer_id"], ["enterprise.id"], name=op.f("fk_parcel_bearer_id_enterprise")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_parcel_order_id_order")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_parcel_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("key", name=op.f("uq_parcel_key")),
    )
    op.create_index(op.f("ix_parcel_order_id"), "parcel", ["order_id"], unique=False)
    op.create_index(op.f("ix_parcel_report_id"), "parcel", ["report_id"], unique=False)
    op.create_index("ix_parcel_state_pack_on", "parcel", ["state", "pack_on"], unique=False)
    op.create_table(
        "parcel_supply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("supply_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_supply_parcel_id_parcel")),
        sa.ForeignKeyConstraint(["supply_id"], ["supply.id"], name=op.f("fk_parcel_supply_supply_id_supply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_supply")),
        sa.UniqueConstraint("parcel_id", "supply_id", name=op.f("uq_parcel_supply_parcel_id_supply_id")),
    )
    op.create_index(op.f("ix_parcel_supply_supply_id"), "parcel_supply", ["supply_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_parcel_supply_supply_id"), table_name="parcel_supply")
    op.drop_table("parcel_supply")
    op.drop_index("ix_parcel_state_pack_on", table_name="parcel")
    op.drop_index(op.f("ix_parcel_report_id"), table_name="parcel")
    op.drop_index(op.f("ix_parcel_order_id"), table_name="parcel")
    op.drop_table("parcel")
    op.drop_index("ix_report_state_reported_at", table_name="report")
    op.drop_index(op.f("ix_report_order_id"), table_name="report")
    op.drop_table("report")
    op.drop_table("pay_way")
    op.drop_index(op.f("ix_money_in_order_id"), table_name="money_in")
    op.drop_table("money_in")
