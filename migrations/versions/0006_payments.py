"""Payments at a bank outside the house: names, saved cards, repayments, disputes, payouts

Revision ID: 0006_payments
Revises: 0005_withdrawal
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_payments"
down_revision = "0005_withdrawal"
branch_labels = None
depends_on = None


def _check_ways(ways: str) -> None:
    with op.batch_alter_table("pay_way") as batch:
        batch.drop_constraint(op.f("ck_pay_way_way"), type_="check")
        batch.create_check_constraint(op.f("ck_pay_way_way"), f"way IN ({ways})")


def upgrade() -> None:
    op.create_table(
        "gateway_payout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=10), nullable=False),
        sa.Column("foreign_id", sa.String(length=120), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_payout")),
        sa.UniqueConstraint("gateway", "foreign_id", name=op.f("uq_gateway_payout_gateway_foreign_id")),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=10), nullable=False),
        sa.Column("foreign_id", sa.String(length=120), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fee_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("gateway", "foreign_id", name=op.f("uq_dispute_gateway_foreign_id")),
    )
    op.create_index(op.f("ix_dispute_payment_id"), "dispute", ["payment_id"], unique=False)
    op.create_index(op.f("ix_dispute_state"), "dispute", ["state"], unique=False)
    op.create_table(
        "gateway_movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payout_id", sa.Integer(), nullable=False),
        sa.Column("foreign_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fee_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_gateway_movement_payment_id_payment")),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["gateway_payout.id"], name=op.f("fk_gateway_movement_payout_id_gateway_payout")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_movement")),
        sa.UniqueConstraint("payout_id", "foreign_id", name=op.f("uq_gateway_movement_payout_id_foreign_id")),
    )
    op.create_index(op.f("ix_gateway_movement_payment_id"), "gateway_movement", ["payment_id"], unique=False)
    op.create_table(
        "repayment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("foreign_id", sa.String(length=120), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ore > 0", name=op.f("ck_repayment_ore")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_repayment_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment")),
        sa.UniqueConstraint("foreign_id", name=op.f("uq_repayment_foreign_id")),
        sa.UniqueConstraint("key", name=op.f("uq_repayment_key")),
    )
    op.create_index(op.f("ix_repayment_payment_id"), "repayment", ["payment_id"], unique=False)
    op.create_index(op.f("ix_repayment_state"), "repayment", ["state"], unique=False)
    op.add_column("pay_way", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payment", sa.Column("intent_id", sa.String(length=120), nullable=True))
    op.add_column("payment", sa.Column("purpose", sa.String(length=10), server_default="pay", nullable=False))
    op.add_column("payment", sa.Column("url", sa.Text(), server_default="", nullable=False))
    op.add_column("payment", sa.Column("method", sa.String(length=30), server_default="", nullable=False))
    op.add_column("payment", sa.Column("customer", sa.String(length=120), server_default="", nullable=False))
    op.add_column("payment", sa.Column("card", sa.String(length=120), server_default="", nullable=False))
    op.add_column("payment", sa.Column("why", sa.String(length=80), server_default="", nullable=False))
    op.add_column(
        "payment", sa.Column("asked_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
    op.add_column("payment", sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("payment") as batch:
        batch.alter_column("foreign_id", existing_type=sa.String(80), type_=sa.String(120), nullable=True)
        batch.create_check_constraint(op.f("ck_payment_purpose"), "purpose IN ('pay', 'save', 'from_card')")
    op.create_index(op.f("ix_payment_intent_id"), "payment", ["intent_id"], unique=False)
    with op.batch_alter_table("payment_event") as batch:
        batch.alter_column("foreign_id", existing_type=sa.String(80), type_=sa.String(120), existing_nullable=False)
        batch.alter_column(
            "payment_foreign_id", existing_type=sa.String(80), type_=sa.String(120), existing_nullable=False
        )
    _check_ways("'link', 'transfer', 'cash', 'saved', 'later'")
    op.add_column("sandbox_payment", sa.Column("purpose", sa.String(length=10), server_default="pay", nullable=False))
    op.add_column("sandbox_payment", sa.Column("trouble", sa.String(length=10), server_default="", nullable=False))
    op.add_column(
        "sandbox_payment",
        sa.Column(
            "disputed_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
        ),
    )
    op.add_column("sandbox_payment", sa.Column("dispute", sa.String(length=10), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("sandbox_payment", "dispute")
    op.drop_column("sandbox_payment", "disputed_ore")
    op.drop_column("sandbox_payment", "trouble")
    op.drop_column("sandbox_payment", "purpose")
    with op.batch_alter_table("payment_event") as batch:
        batch.alter_column(
            "payment_foreign_id", existing_type=sa.String(120), type_=sa.String(80), existing_nullable=False
        )
        batch.alter_column("foreign_id", existing_type=sa.String(120), type_=sa.String(80), existing_nullable=False)
    op.drop_index(op.f("ix_payment_intent_id"), table_name="payment")
    op.execute("DELETE FROM payment WHERE foreign_id IS NULL")
    op.execute("DELETE FROM pay_way WHERE way IN ('saved', 'later')")
    _check_ways("'link', 'transfer', 'cash'")
    with op.batch_alter_table("payment") as batch:
        batch.drop_constraint(op.f("ck_payment_purpose"), type_="check")
        batch.alter_column("foreign_id", existing_type=sa.String(120), type_=sa.String(80), nullable=False)
    op.drop_column("payment", "lapses_at")
    op.drop_column("payment", "asked_ore")
    op.drop_column("payment", "why")
    op.drop_column("payment", "card")
    op.drop_column("payment", "customer")
    op.drop_column("payment", "method")
    op.drop_column("payment", "url")
    op.drop_column("payment", "purpose")
    op.drop_column("payment", "intent_id")
    op.drop_column("pay_way", "asked_at")
    op.drop_index(op.f("ix_repayment_state"), table_name="repayment")
    op.drop_index(op.f("ix_repayment_payment_id"), table_name="repayment")
    op.drop_table("repayment")
    op.drop_index(op.f("ix_gateway_movement_payment_id"), table_name="gateway_movement")
    op.drop_table("gateway_movement")
    op.drop_index(op.f("ix_dispute_state"), table_name="dispute")
    op.drop_index(op.f("ix_dispute_payment_id"), table_name="dispute")
    op.drop_table("dispute")
    op.drop_table("gateway_payout")
