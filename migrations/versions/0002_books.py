"""The books, and what has been taken back

Revision ID: 0002_books
Revises: 0001_first
"""

import sqlalchemy as sa
from alembic import op

from shop.frozen import freeze, thaw

revision = "0002_books"
down_revision = "0001_first"
branch_labels = None
depends_on = None
FROZEN = {"account": (), "posting": ("reference",), "refund": ("key",), "refund_line": (), "refund_share": ()}


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('earned', 'payable')) = (enterprise_id IS NOT NULL)", name=op.f("ck_account_owner")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_account_enterprise_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("kind", "enterprise_id", name=op.f("uq_account_kind_enterprise_id")),
    )
    op.create_index(
        "uq_account_kind_shared",
        "account",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("enterprise_id IS NULL"),
        postgresql_where=sa.text("enterprise_id IS NULL"),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("bearer", sa.String(length=12), nullable=False),
        sa.Column("bearer_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("stock_back", sa.Boolean(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offset_bits", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(bearer = 'enterprise') = (bearer_id IS NOT NULL)", name=op.f("ck_refund_bearer_id")),
        sa.CheckConstraint("bearer IN ('as_sold', 'pot', 'enterprise', 'shared')", name=op.f("ck_refund_bearer")),
        sa.CheckConstraint("kind IN ('cancel', 'goods', 'component', 'goodwill')", name=op.f("ck_refund_kind")),
        sa.CheckConstraint("gross_ore = net_ore + vat_ore", name=op.f("ck_refund_sums")),
        sa.ForeignKeyConstraint(["bearer_id"], ["enterprise.id"], name=op.f("fk_refund_bearer_id_enterprise")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_refund_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
    )
    op.create_index(op.f("ix_refund_at"), "refund", ["at"], unique=False)
    op.create_index(op.f("ix_refund_order_id"), "refund", ["order_id"], unique=False)
    op.create_table(
        "refund_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("gross_ore = net_ore + vat_ore", name=op.f("ck_refund_line_sums")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_refund_line_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_refund_line_line_id_order_line")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_line_refund_id_refund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_line")),
        sa.UniqueConstraint("refund_id", "line_id", name=op.f("uq_refund_line_refund_id_line_id")),
    )
    op.create_index(op.f("ix_refund_line_line_id"), "refund_line", ["line_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("debit_id", sa.Integer(), nullable=False),
        sa.Column("credit_id", sa.Integer(), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_posting_two_accounts")),
        sa.CheckConstraint("ore > 0", name=op.f("ck_posting_ore")),
        sa.ForeignKeyConstraint(["credit_id"], ["account.id"], name=op.f("fk_posting_credit_id_account")),
        sa.ForeignKeyConstraint(["debit_id"], ["account.id"], name=op.f("fk_posting_debit_id_account")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_posting_line_id_order_line")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_posting_order_id_order")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_posting_refund_id_refund")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_posting_share_id_share")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("reference", name=op.f("uq_posting_reference")),
    )
    op.create_index("ix_posting_credit_id_booked_on", "posting", ["credit_id", "booked_on"], unique=False)
    op.create_index("ix_posting_debit_id_booked_on", "posting", ["debit_id", "booked_on"], unique=False)
    op.create_index(op.f("ix_posting_order_id"), "posting", ["order_id"], unique=False)
    op.create_index(op.f("ix_posting_refund_id"), "posting", ["refund_id"], unique=False)
    op.create_index(op.f("ix_posting_share_id"), "posting", ["share_id"], unique=False)
    op.create_table(
        "refund_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("refund_line_id", sa.Integer(), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_refund_share_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["refund_line_id"], ["refund_line.id"], name=op.f("fk_refund_share_refund_line_id_refund_line")
        ),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_refund_share_share_id_share")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_share")),
        sa.UniqueConstraint("refund_line_id", "share_id", name=op.f("uq_refund_share_refund_line_id_share_id")),
    )
    op.create_index(op.f("ix_refund_share_enterprise_id"), "refund_share", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_refund_share_share_id"), "refund_share", ["share_id"], unique=False)
    op.add_column(
        "order_line",
        sa.Column(
            "discount_net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
        ),
    )
    op.add_column(
        "order_line",
        sa.Column(
            "discount_vat_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
        ),
    )
    op.add_column(
        "payment",
        sa.Column(
            "refunded_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
        ),
    )
    op.add_column(
        "payment",
        sa.Column("fee_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False),
    )
    op.add_column("sandbox_payment", sa.Column("refunds", sa.JSON(), server_default="{}", nullable=False))
    op.add_column(
        "share",
        sa.Column(
            "discount_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
        ),
    )

    op.create_table(
        "books_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_check")),
    )
    op.create_index(op.f("ix_books_check_at"), "books_check", ["at"], unique=False)
    for table, names in FROZEN.items():
        freeze(op.get_bind(), table, names)


def downgrade() -> None:
    for table in FROZEN:
        thaw(op.get_bind(), table)
    op.drop_index(op.f("ix_books_check_at"), table_name="books_check")
    op.drop_table("books_check")
    op.drop_column("share", "discount_ore")
    op.drop_column("sandbox_payment", "refunds")
    op.drop_column("payment", "fee_ore")
    op.drop_column("payment", "refunded_ore")
    op.drop_column("order_line", "discount_vat_ore")
    op.drop_column("order_line", "discount_net_ore")
    op.drop_index(op.f("ix_refund_share_share_id"), table_name="refund_share")
    op.drop_index(op.f("ix_refund_share_enterprise_id"), table_name="refund_share")
    op.drop_table("refund_share")
    op.drop_index(op.f("ix_posting_share_id"), table_name="posting")
    op.drop_index(op.f("ix_posting_refund_id"), table_name="posting")
    op.drop_index(op.f("ix_posting_order_id"), table_name="posting")
    op.drop_index("ix_posting_debit_id_booked_on", table_name="posting")
    op.drop_index("ix_posting_credit_id_booked_on", table_name="posting")
    op.drop_table("posting")
    op.drop_index(op.f("ix_refund_line_line_id"), table_name="refund_line")
    op.drop_table("refund_line")
    op.drop_index(op.f("ix_refund_order_id"), table_name="refund")
    op.drop_index(op.f("ix_refund_at"), table_name="refund")
    op.drop_table("refund")
    op.drop_index(
        "uq_account_kind_shared",
        table_name="account",
        sqlite_where=sa.text("enterprise_id IS NULL"),
        postgresql_where=sa.text("enterprise_id IS NULL"),
    )
    op.drop_table("account")
