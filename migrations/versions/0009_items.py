"""Items as suppliers propose them: proposals, photos, comments, notices

Revision ID: 0009_items
Revises: 0008_baskets
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_items"
down_revision = "0008_baskets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'refused')", name=op.f("ck_item_photo_state")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_item_photo_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_photo")),
    )
    op.create_index(op.f("ix_item_photo_digest"), "item_photo", ["digest"], unique=False)
    op.create_index(op.f("ix_item_photo_enterprise_id"), "item_photo", ["enterprise_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_da", sa.String(length=500), nullable=False),
        sa.Column("text_en", sa.String(length=500), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notice_person_id_key")),
    )
    op.create_index(op.f("ix_notice_sent_at"), "notice", ["sent_at"], unique=False)
    op.create_table(
        "item_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_comment_item_id_item")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_version.id"], name=op.f("fk_item_comment_version_id_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_comment")),
    )
    op.create_index(op.f("ix_item_comment_item_id"), "item_comment", ["item_id"], unique=False)
    op.create_table(
        "item_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("agreed_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sold_alone", sa.Boolean(), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_from", sa.Date(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'asked', 'declined', 'approved')", name=op.f("ck_item_proposal_state")
        ),
        sa.CheckConstraint("agreed_ore >= 0 AND gross_ore >= 0", name=op.f("ck_item_proposal_positive")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_proposal_item_id_item")),
        sa.ForeignKeyConstraint(["photo_id"], ["item_photo.id"], name=op.f("fk_item_proposal_photo_id_item_photo")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_version.id"], name=op.f("fk_item_proposal_version_id_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_proposal")),
        sa.UniqueConstraint("version_id", name=op.f("uq_item_proposal_version_id")),
    )
    op.create_index(op.f("ix_item_proposal_item_id"), "item_proposal", ["item_id"], unique=False)
    op.create_index("ix_item_proposal_state", "item_proposal", ["state"], unique=False)
    op.create_index(
        "uq_item_proposal_open",
        "item_proposal",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("state != 'approved'"),
        postgresql_where=sa.text("state != 'approved'"),
    )
    op.add_column("item", sa.Column("closed_weeks", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("item", sa.Column("stored_here", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("item_version", sa.Column("volume_ml", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "item_version", sa.Column("is_packaging", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("item_version", sa.Column("photo", sa.String(length=64), server_default="", nullable=False))
    op.add_column("item_version", sa.Column("photo_width", sa.Integer(), server_default="0", nullable=False))
    op.add_column("item_version", sa.Column("photo_height", sa.Integer(), server_default="0", nullable=False))
    op.add_column("item_version", sa.Column("photo_alt_da", sa.String(length=300), server_default="", nullable=False))
    op.add_column("item_version", sa.Column("photo_alt_en", sa.String(length=300), server_default="", nullable=False))
    op.create_index(op.f("ix_item_version_photo"), "item_version", ["photo"], unique=False)
    op.add_column("person", sa.Column("notices", sa.String(length=10), server_default="now", nullable=False))


def downgrade() -> None:
    op.drop_column("person", "notices")
    op.drop_index(op.f("ix_item_version_photo"), table_name="item_version")
    op.drop_column("item_version", "photo_alt_en")
    op.drop_column("item_version", "photo_alt_da")
    op.drop_column("item_version", "photo_height")
    op.drop_column("item_version", "photo_width")
    op.drop_column("item_version", "photo")
    op.drop_column("item_version", "is_packaging")
    op.drop_column("item_version", "volume_ml")
    op.drop_column("item", "stored_here")
    op.drop_column("item", "closed_weeks")
    op.drop_index(
        "uq_item_proposal_open",
        table_name="item_proposal",
        sqlite_where=sa.text("state != 'approved'"),
        postgresql_where=sa.text("state != 'approved'"),
    )
    op.drop_index("ix_item_proposal_state", table_name="item_proposal")
    op.drop_index(op.f("ix_item_proposal_item_id"), table_name="item_proposal")
    op.drop_table("item_proposal")
    op.drop_index(op.f("ix_item_comment_item_id"), table_name="item_comment")
    op.drop_table("item_comment")
    op.drop_index(op.f("ix_notice_sent_at"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_item_photo_enterprise_id"), table_name="item_photo")
    op.drop_index(op.f("ix_item_photo_digest"), table_name="item_photo")
    op.drop_table("item_photo")
