"""The bank account, and reminders

Revision ID: 0007_bank
Revises: 0006_payments
"""

import sqlalchemy as sa
from alembic import op

from shop.frozen import freeze, thaw

revision = "0007_bank"
down_revision = "0006_payments"
branch_labels = None
depends_on = None

FROZEN = {"bank_file": (), "reminder": ("key",)}
# A line of the account may only be emptied of what it says; everything else stays as it came.
KEPT = ("id", "key", "file_id", "row_no", "account", "booked_on", "ore", "balance_ore")
SAID = ("text", "sender", "reference")


def upgrade() -> None:
    op.create_table(
        "bank_columns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("headers_key", sa.String(length=64), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_columns")),
        sa.UniqueConstraint("headers_key", name=op.f("uq_bank_columns_headers_key")),
    )
    op.create_table(
        "bank_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_draft_key")),
    )
    op.create_index(op.f("ix_bank_draft_at"), "bank_draft", ["at"], unique=False)
    op.create_table(
        "bank_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
    )
    op.create_index(op.f("ix_bank_file_at"), "bank_file", ["at"], unique=False)
    op.create_index(op.f("ix_bank_file_sha256"), "bank_file", ["sha256"], unique=False)
    op.create_table(
        "bank_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("balance_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("sender", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["bank_file.id"], name=op.f("fk_bank_line_file_id_bank_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_line_key")),
    )
    op.create_index("ix_bank_line_booked_on_id", "bank_line", ["booked_on", "id"], unique=False)
    op.create_index(op.f("ix_bank_line_file_id"), "bank_line", ["file_id"], unique=False)
    op.create_table(
        "bank_left",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ore > 0", name=op.f("ck_bank_left_ore")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_bank_left_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_left")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_left_key")),
    )
    op.create_index(op.f("ix_bank_left_order_id"), "bank_left", ["order_id"], unique=False)
    op.create_table(
        "bank_line_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("left_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'booked') <= (left_ore = 0)", name=op.f("ck_bank_line_state_booked")),
        sa.CheckConstraint(
            "state IN ('open', 'part', 'booked', 'aside', 'out')", name=op.f("ck_bank_line_state_state")
        ),
        sa.CheckConstraint("left_ore >= 0", name=op.f("ck_bank_line_state_left_ore")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_line_state_line_id_bank_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line_state")),
        sa.UniqueConstraint("line_id", name=op.f("uq_bank_line_state_line_id")),
    )
    op.create_index("ix_bank_line_state_state", "bank_line_state", ["state"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("invoice", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("owed_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fee_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interest_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level > 1 OR fee_ore + interest_ore = 0", name=op.f("ck_reminder_friendly")),
        sa.CheckConstraint("level IN (1, 2, 3)", name=op.f("ck_reminder_level")),
        sa.CheckConstraint("owed_ore > 0 AND fee_ore >= 0 AND interest_ore >= 0", name=op.f("ck_reminder_amounts")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_reminder_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("key", name=op.f("uq_reminder_key")),
    )
    op.create_index(op.f("ix_reminder_order_id"), "reminder", ["order_id"], unique=False)
    op.create_table(
        "bank_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("money_in_id", sa.Integer(), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=False),
        sa.Column("undone_why", sa.String(length=500), nullable=False),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_why = '')", name=op.f("ck_bank_booking_undone")),
        sa.CheckConstraint("ore > 0", name=op.f("ck_bank_booking_ore")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_booking_line_id_bank_line")),
        sa.ForeignKeyConstraint(["money_in_id"], ["money_in.id"], name=op.f("fk_bank_booking_money_in_id_money_in")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_bank_booking_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_booking")),
        sa.UniqueConstraint("money_in_id", name=op.f("uq_bank_booking_money_in_id")),
    )
    op.create_index(op.f("ix_bank_booking_line_id"), "bank_booking", ["line_id"], unique=False)
    op.create_index(op.f("ix_bank_booking_order_id"), "bank_booking", ["order_id"], unique=False)

    for table, names in FROZEN.items():
        freeze(op.get_bind(), table, names)
    _freeze_lines(op.get_bind().dialect.name)


def _freeze_lines(database: str) -> None:
    differs = "IS DISTINCT FROM" if database == "postgresql" else "IS NOT"
    changed = " OR ".join(
        [f"NEW.{name} {differs} OLD.{name}" for name in KEPT]
        + [f"(NEW.{name} {differs} OLD.{name} AND NEW.{name} <> '')" for name in SAID]
    )
    if database == "postgresql":
        then, each = "EXECUTE FUNCTION refuse_change()", "FOR EACH ROW"
        op.execute(f"CREATE TRIGGER bank_line_frozen BEFORE UPDATE ON bank_line {each} WHEN ({changed}) {then}")
        op.execute(f"CREATE TRIGGER bank_line_stays BEFORE DELETE ON bank_line {each} {then}")
        op.execute(f"CREATE TRIGGER bank_line_not_emptied BEFORE TRUNCATE ON bank_line FOR EACH STATEMENT {then}")
        return
    there = "EXISTS (SELECT 1 FROM bank_line WHERE id = NEW.id OR key = NEW.key)"
    for name, event, when in (
        ("bank_line_frozen", "UPDATE", changed),
        ("bank_line_stays", "DELETE", "1"),
        ("bank_line_not_replaced", "INSERT", there),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON bank_line WHEN {when}"
            " BEGIN SELECT RAISE(ABORT, 'bank_line is frozen: rows are added, never changed'); END"
        )


def downgrade() -> None:
    for table in FROZEN:
        thaw(op.get_bind(), table)
    op.drop_index(op.f("ix_bank_booking_order_id"), table_name="bank_booking")
    op.drop_index(op.f("ix_bank_booking_line_id"), table_name="bank_booking")
    op.drop_table("bank_booking")
    op.drop_index(op.f("ix_reminder_order_id"), table_name="reminder")
    op.drop_table("reminder")
    op.drop_index("ix_bank_line_state_state", table_name="bank_line_state")
    op.drop_table("bank_line_state")
    op.drop_index(op.f("ix_bank_left_order_id"), table_name="bank_left")
    op.drop_table("bank_left")
    op.drop_index(op.f("ix_bank_line_file_id"), table_name="bank_line")
    op.drop_index("ix_bank_line_booked_on_id", table_name="bank_line")
    op.drop_table("bank_line")
    op.drop_index(op.f("ix_bank_file_sha256"), table_name="bank_file")
    op.drop_index(op.f("ix_bank_file_at"), table_name="bank_file")
    op.drop_table("bank_file")
    op.drop_index(op.f("ix_bank_draft_at"), table_name="bank_draft")
    op.drop_table("bank_draft")
    op.drop_table("bank_columns")
