"""Baskets under assembly, offers asked for, the season's key

Revision ID: 0008_baskets
Revises: 0007_bank
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_baskets"
down_revision = "0007_bank"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "season_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("parts >= 0", name=op.f("ck_season_key_parts")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_season_key_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_key")),
        sa.UniqueConstraint("enterprise_id", "valid_from", name=op.f("uq_season_key_enterprise_id_valid_from")),
    )
    op.create_table(
        "basket_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("basket_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("terms_edition", sa.Integer(), nullable=False),
        sa.Column("name_da", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("tagline_da", sa.String(length=300), nullable=False),
        sa.Column("tagline_en", sa.String(length=300), nullable=False),
        sa.Column("text_da", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.Column("pot_percent_bp", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("box", sa.String(length=4), nullable=False),
        sa.Column("open_on", sa.Date(), nullable=True),
        sa.Column("close_on", sa.Date(), nullable=True),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("policy IN ('agreed', 'proportional', 'guaranteed')", name=op.f("ck_basket_draft_policy")),
        sa.CheckConstraint("gross_ore >= 0 AND pieces > 0", name=op.f("ck_basket_draft_positive")),
        sa.ForeignKeyConstraint(["basket_id"], ["basket.id"], name=op.f("fk_basket_draft_basket_id_basket")),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["basket_version.id"], name=op.f("fk_basket_draft_copied_from_id_basket_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_draft")),
        sa.UniqueConstraint("basket_id", name=op.f("uq_basket_draft_basket_id")),
    )
    op.create_table(
        "basket_draft_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("guaranteed_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("quantity > 0 AND guaranteed_ore >= 0", name=op.f("ck_basket_draft_part_positive")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["basket_draft.id"], name=op.f("fk_basket_draft_part_draft_id_basket_draft")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_basket_draft_part_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_draft_part")),
        sa.UniqueConstraint("draft_id", "item_id", name=op.f("uq_basket_draft_part_draft_id_item_id")),
    )
    with op.batch_alter_table("basket") as batch:
        batch.add_column(sa.Column("next_version_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_basket_next_version_id_basket_version"), "basket_version", ["next_version_id"], ["id"]
        )
    op.add_column("basket_version", sa.Column("open_on", sa.Date(), nullable=True))
    op.add_column("basket_version", sa.Column("close_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_basket_version_close_on"), "basket_version", ["close_on"], unique=False)
    with op.batch_alter_table("offer") as batch:
        batch.add_column(sa.Column("basket_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("quantity", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("asked_by", sa.String(length=200), server_default="", nullable=False))
        batch.add_column(sa.Column("why", sa.String(length=500), server_default="", nullable=False))
        batch.create_foreign_key(op.f("fk_offer_basket_id_basket"), "basket", ["basket_id"], ["id"])
        batch.create_index(op.f("ix_offer_basket_id"), ["basket_id"], unique=False)
        batch.create_index(op.f("ix_offer_item_version_id"), ["item_version_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("offer") as batch:
        batch.drop_index(op.f("ix_offer_item_version_id"))
        batch.drop_index(op.f("ix_offer_basket_id"))
        batch.drop_constraint(op.f("fk_offer_basket_id_basket"), type_="foreignkey")
        for name in ("why", "asked_by", "asked_at", "quantity", "basket_id"):
            batch.drop_column(name)
    op.drop_index(op.f("ix_basket_version_close_on"), table_name="basket_version")
    op.drop_column("basket_version", "close_on")
    op.drop_column("basket_version", "open_on")
    with op.batch_alter_table("basket") as batch:
        batch.drop_constraint(op.f("fk_basket_next_version_id_basket_version"), type_="foreignkey")
        batch.drop_column("next_version_id")
    op.drop_table("basket_draft_part")
    op.drop_table("basket_draft")
    op.drop_table("season_key")
