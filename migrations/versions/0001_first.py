"""The first tables

Revision ID: 0001_first
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "basket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shown_step", sa.String(length=10), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_basket_state")),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["basket_version.id"],
            name=op.f("fk_basket_current_version_id_basket_version"),
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket")),
        sa.UniqueConstraint("slug", name=op.f("uq_basket_slug")),
    )
    op.create_index(op.f("ix_basket_current_version_id"), "basket", ["current_version_id"], unique=False)
    op.create_index("ix_basket_state_position", "basket", ["state", "position"], unique=False)
    op.create_table(
        "cart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checkout", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("key", name=op.f("uq_cart_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_cart_token_hash")),
    )
    op.create_index(op.f("ix_cart_touched_at"), "cart", ["touched_at"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("cvr", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("short_da", sa.String(length=300), nullable=False),
        sa.Column("short_en", sa.String(length=300), nullable=False),
        sa.Column("story_da", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("slug", name=op.f("uq_enterprise_slug")),
    )
    op.create_table(
        "intention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intention")),
        sa.UniqueConstraint("key", name=op.f("uq_intention_key")),
    )
    op.create_index("ix_intention_open", "intention", ["done_at", "due_at"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("to_address", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
    )
    op.create_index(op.f("ix_letter_state"), "letter", ["state"], unique=False)
    op.create_table(
        "page_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_page_version_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_version")),
    )
    op.create_table(
        "payment_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=10), nullable=False),
        sa.Column("foreign_id", sa.String(length=80), nullable=False),
        sa.Column("payment_foreign_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
        sa.UniqueConstraint("gateway", "foreign_id", name=op.f("uq_payment_event_gateway_foreign_id")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_last_counter", sa.BigInteger(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "sandbox_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("foreign_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("captured_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refunded_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("back_url", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_payment")),
        sa.UniqueConstraint("foreign_id", name=op.f("uq_sandbox_payment_foreign_id")),
    )
    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("key", "valid_from", "no", name=op.f("uq_setting_key_valid_from_no")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_account"), "sign_in_attempt", ["account"], unique=False)
    op.create_table(
        "vat_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=2), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_rate")),
        sa.UniqueConstraint("category", "valid_from", name=op.f("uq_vat_rate_category_valid_from")),
    )
    op.create_table(
        "basket_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("basket_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name_da", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("tagline_da", sa.String(length=300), nullable=False),
        sa.Column("tagline_en", sa.String(length=300), nullable=False),
        sa.Column("text_da", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_category", sa.String(length=2), nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.Column("pot_percent_bp", sa.Integer(), nullable=False),
        sa.Column("fee_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("floor_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprises", sa.Integer(), nullable=False),
        sa.Column("allergens", sa.JSON(), nullable=False),
        sa.Column("has_alcohol", sa.Boolean(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("policy IN ('agreed', 'proportional', 'guaranteed')", name=op.f("ck_basket_version_policy")),
        sa.CheckConstraint("gross_ore / 5 * 5 = gross_ore", name=op.f("ck_basket_version_five_ore")),
        sa.CheckConstraint("net_ore >= floor_ore", name=op.f("ck_basket_version_floor")),
        sa.CheckConstraint(
            "pot_percent_bp >= 0 AND pot_percent_bp <= 10000", name=op.f("ck_basket_version_pot_percent")
        ),
        sa.ForeignKeyConstraint(["basket_id"], ["basket.id"], name=op.f("fk_basket_version_basket_id_basket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_version")),
        sa.UniqueConstraint("basket_id", "no", name=op.f("uq_basket_version_basket_id_no")),
    )
    op.create_index(op.f("ix_basket_version_picture"), "basket_version", ["picture"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.String(length=200), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_invitation_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("supply", sa.String(length=10), nullable=False),
        sa.Column("weekly_capacity", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("sold_alone", sa.Boolean(), nullable=False),
        sa.Column("shown_step", sa.String(length=10), nullable=False),
        sa.Column("served_postcodes", sa.JSON(), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('goods', 'service')", name=op.f("ck_item_kind")),
        sa.CheckConstraint("state IN ('draft', 'approved', 'withdrawn')", name=op.f("ck_item_state")),
        sa.CheckConstraint("supply IN ('stocked', 'made')", name=op.f("ck_item_supply")),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["item_version.id"],
            name=op.f("fk_item_current_version_id_item_version"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_item_enterprise_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("slug", name=op.f("uq_item_slug")),
    )
    op.create_index(op.f("ix_item_enterprise_id"), "item", ["enterprise_id"], unique=False)
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_journal_entry_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    op.create_index(op.f("ix_journal_entry_at"), "journal_entry", ["at"], unique=False)
    op.create_index("ix_journal_entry_subject", "journal_entry", ["subject", "subject_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(role = 'coordinator') = (enterprise_id IS NULL)", name=op.f("ck_membership_enterprise")),
        sa.CheckConstraint("role IN ('supplier', 'coordinator')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_membership_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "person_id", "role", "enterprise_id", name=op.f("uq_membership_person_id_role_enterprise_id")
        ),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_index(
        "uq_membership_coordinator",
        "membership",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("enterprise_id IS NULL"),
        postgresql_where=sa.text("enterprise_id IS NULL"),
    )
    op.create_table(
        "order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("cart_key", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("buyer_kind", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("buyer_email", sa.String(length=255), nullable=False),
        sa.Column("buyer_phone", sa.String(length=20), nullable=False),
        sa.Column("buyer_address", sa.JSON(), nullable=False),
        sa.Column("recipient", sa.JSON(), nullable=False),
        sa.Column("is_gift", sa.Boolean(), nullable=False),
        sa.Column("delivery", sa.String(length=10), nullable=False),
        sa.Column("delivery_place", sa.JSON(), nullable=False),
        sa.Column("carrier_id", sa.Integer(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("pack_on", sa.Date(), nullable=False),
        sa.Column("terms_no", sa.String(length=40), nullable=False),
        sa.Column("age_confirmed", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("gross_ore = net_ore + vat_ore", name=op.f("ck_order_sums")),
        sa.ForeignKeyConstraint(["carrier_id"], ["enterprise.id"], name=op.f("fk_order_carrier_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("cart_key", name=op.f("uq_order_cart_key")),
        sa.UniqueConstraint("number", name=op.f("uq_order_number")),
        sa.UniqueConstraint("token", name=op.f("uq_order_token")),
    )
    op.create_index(op.f("ix_order_buyer_email"), "order", ["buyer_email"], unique=False)
    op.create_index("ix_order_carrier_id_wanted_on", "order", ["carrier_id", "wanted_on"], unique=False)
    op.create_index(op.f("ix_order_pack_on"), "order", ["pack_on"], unique=False)
    op.create_index(op.f("ix_order_placed_at"), "order", ["placed_at"], unique=False)
    op.create_index("ix_order_state_wanted_on", "order", ["state", "wanted_on"], unique=False)
    op.create_table(
        "vat_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("vat_no", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "status IN ('registered', 'below_threshold', 'blind_exemption', 'exempt_activity')",
            name=op.f("ck_vat_status_status"),
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_vat_status_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_status")),
        sa.UniqueConstraint("enterprise_id", "valid_from", name=op.f("uq_vat_status_enterprise_id_valid_from")),
    )
    op.create_table(
        "basket_allergen",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("allergen", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["basket_version.id"], name=op.f("fk_basket_allergen_version_id_basket_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "allergen", name=op.f("pk_basket_allergen")),
    )
    op.create_table(
        "cart_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cart_id", sa.Integer(), nullable=False),
        sa.Column("basket_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("card_text", sa.String(length=400), nullable=False),
        sa.Column("seen_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(basket_id IS NULL) <> (item_id IS NULL)", name=op.f("ck_cart_line_one_thing")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_line_quantity")),
        sa.ForeignKeyConstraint(["basket_id"], ["basket.id"], name=op.f("fk_cart_line_basket_id_basket")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id_cart"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_cart_line_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
    )
    op.create_index(op.f("ix_cart_line_cart_id"), "cart_line", ["cart_id"], unique=False)
    op.create_table(
        "item_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("agreed_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("agreed_ore >= 0 AND gross_ore >= 0", name=op.f("ck_item_price_positive")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_price_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_price")),
        sa.UniqueConstraint("item_id", "valid_from", name=op.f("uq_item_price_item_id_valid_from")),
    )
    op.create_table(
        "item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name_da", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("text_da", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("drawing", sa.String(length=40), nullable=False),
        sa.Column("accent", sa.Integer(), nullable=False),
        sa.Column("vat_category", sa.String(length=2), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("work_minutes", sa.Integer(), nullable=False),
        sa.Column("is_food", sa.Boolean(), nullable=False),
        sa.Column("allergens", sa.JSON(), nullable=False),
        sa.Column("traces", sa.JSON(), nullable=False),
        sa.Column("net_quantity", sa.Integer(), nullable=False),
        sa.Column("net_unit", sa.String(length=10), nullable=False),
        sa.Column("abv_permille", sa.Integer(), nullable=False),
        sa.Column("shelf_days", sa.Integer(), nullable=False),
        sa.Column("min_shelf_days", sa.Integer(), nullable=False),
        sa.Column("withdrawal_exception", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_version_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_id", "no", name=op.f("uq_item_version_item_id_no")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=10), nullable=False),
        sa.Column("foreign_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("captured_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_payment_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("gateway", "foreign_id", name=op.f("uq_payment_gateway_foreign_id")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_key")),
    )
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_index(op.f("ix_payment_state"), "payment", ["state"], unique=False)
    op.create_table(
        "supply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('stock', 'week', 'offer')", name=op.f("ck_supply_kind")),
        sa.CheckConstraint("taken >= 0 AND taken <= most", name=op.f("ck_supply_not_oversold")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_supply_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply")),
        sa.UniqueConstraint("kind", "item_id", "part", name=op.f("uq_supply_kind_item_id_part")),
    )
    op.create_index(op.f("ix_supply_item_id"), "supply", ["item_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("price_id", sa.Integer(), nullable=True),
        sa.Column("price_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("most_pieces", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'declined', 'ended')", name=op.f("ck_offer_state")),
        sa.CheckConstraint("price_ore >= 0", name=op.f("ck_offer_price")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_offer_item_version_id_item_version")
        ),
        sa.ForeignKeyConstraint(["price_id"], ["item_price.id"], name=op.f("fk_offer_price_id_item_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("basket_version_id", sa.Integer(), nullable=True),
        sa.Column("item_version_id", sa.Integer(), nullable=True),
        sa.Column("text_da", sa.String(length=200), nullable=False),
        sa.Column("text_en", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gross_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("net_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_category", sa.String(length=2), nullable=False),
        sa.Column("vat_rate_bp", sa.Integer(), nullable=False),
        sa.Column("card_text", sa.String(length=400), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("offset_bits", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("gross_ore = net_ore + vat_ore", name=op.f("ck_order_line_sums")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.ForeignKeyConstraint(
            ["basket_version_id"], ["basket_version.id"], name=op.f("fk_order_line_basket_version_id_basket_version")
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_order_line_item_version_id_item_version")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("key", name=op.f("uq_order_line_key")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
    )
    op.create_index(op.f("ix_order_line_basket_version_id"), "order_line", ["basket_version_id"], unique=False)
    op.create_table(
        "order_supply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("supply_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_supply_order_id_order")),
        sa.ForeignKeyConstraint(["supply_id"], ["supply.id"], name=op.f("fk_order_supply_supply_id_supply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_supply")),
        sa.UniqueConstraint("order_id", "supply_id", name=op.f("uq_order_supply_order_id_supply_id")),
    )
    op.create_index(op.f("ix_order_supply_supply_id"), "order_supply", ["supply_id"], unique=False)
    op.create_table(
        "supply_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supply_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["supply_id"], ["supply.id"], name=op.f("fk_supply_move_supply_id_supply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_move")),
        sa.UniqueConstraint("reference", name=op.f("uq_supply_move_reference")),
    )
    op.create_index("ix_supply_move_supply_id", "supply_move", ["supply_id"], unique=False)
    op.create_table(
        "basket_component",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("agreed_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guaranteed_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('component', 'service')", name=op.f("ck_basket_component_kind")),
        sa.CheckConstraint(
            "quantity > 0 AND agreed_ore >= 0 AND guaranteed_ore >= 0", name=op.f("ck_basket_component_positive")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_basket_component_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_basket_component_item_id_item")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_basket_component_item_version_id_item_version")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_basket_component_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["basket_version.id"], name=op.f("fk_basket_component_version_id_basket_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_component")),
    )
    op.create_index(op.f("ix_basket_component_enterprise_id"), "basket_component", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_basket_component_item_id"), "basket_component", ["item_id"], unique=False)
    op.create_index(op.f("ix_basket_component_version_id"), "basket_component", ["version_id"], unique=False)
    op.create_table(
        "share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("item_version_id", sa.Integer(), nullable=True),
        sa.Column("component_id", sa.Integer(), nullable=True),
        sa.Column("price_id", sa.Integer(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("basis_ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ore", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(kind = 'pot') = (enterprise_id IS NULL)", name=op.f("ck_share_owner")),
        sa.CheckConstraint("kind = 'pot' OR ore >= 0", name=op.f("ck_share_positive")),
        sa.CheckConstraint("kind IN ('component', 'service', 'delivery', 'pot')", name=op.f("ck_share_kind")),
        sa.ForeignKeyConstraint(
            ["component_id"], ["basket_component.id"], name=op.f("fk_share_component_id_basket_component")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_share_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_share_item_version_id_item_version")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_share_line_id_order_line")),
        sa.ForeignKeyConstraint(["price_id"], ["item_price.id"], name=op.f("fk_share_price_id_item_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("line_id", "position", name=op.f("uq_share_line_id_position")),
    )
    op.create_index(op.f("ix_share_enterprise_id"), "share", ["enterprise_id"], unique=False)

    for table in ("basket", "item"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.create_foreign_key(
                f"fk_{table}_current_version_id_{table}_version", f"{table}_version", ["current_version_id"], ["id"]
            )
    op.execute("INSERT INTO page_version (id, version) VALUES (1, 1)")
    op.execute(
        "INSERT INTO vat_rate (category, rate_bp, valid_from, source)"
        " VALUES ('S', 2500, '1992-01-01', 'momsloven § 33')"
    )


def downgrade() -> None:
    for table in ("item", "basket"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(f"fk_{table}_current_version_id_{table}_version", type_="foreignkey")
    op.drop_index(op.f("ix_share_enterprise_id"), table_name="share")
    op.drop_table("share")
    op.drop_index(op.f("ix_basket_component_version_id"), table_name="basket_component")
    op.drop_index(op.f("ix_basket_component_item_id"), table_name="basket_component")
    op.drop_index(op.f("ix_basket_component_enterprise_id"), table_name="basket_component")
    op.drop_table("basket_component")
    op.drop_index("ix_supply_move_supply_id", table_name="supply_move")
    op.drop_table("supply_move")
    op.drop_index(op.f("ix_order_supply_supply_id"), table_name="order_supply")
    op.drop_table("order_supply")
    op.drop_index(op.f("ix_order_line_basket_version_id"), table_name="order_line")
    op.drop_table("order_line")
    op.drop_table("offer")
    op.drop_index(op.f("ix_supply_item_id"), table_name="supply")
    op.drop_table("supply")
    op.drop_index(op.f("ix_payment_state"), table_name="payment")
    op.drop_index(op.f("ix_payment_order_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_table("item_version")
    op.drop_table("item_price")
    op.drop_index(op.f("ix_cart_line_cart_id"), table_name="cart_line")
    op.drop_table("cart_line")
    op.drop_table("basket_allergen")
    op.drop_table("vat_status")
    op.drop_index("ix_order_state_wanted_on", table_name="order")
    op.drop_index(op.f("ix_order_placed_at"), table_name="order")
    op.drop_index(op.f("ix_order_pack_on"), table_name="order")
    op.drop_index("ix_order_carrier_id_wanted_on", table_name="order")
    op.drop_index(op.f("ix_order_buyer_email"), table_name="order")
    op.drop_table("order")
    op.drop_index(
        "uq_membership_coordinator",
        table_name="membership",
        sqlite_where=sa.text("enterprise_id IS NULL"),
        postgresql_where=sa.text("enterprise_id IS NULL"),
    )
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("ix_journal_entry_subject", table_name="journal_entry")
    op.drop_index(op.f("ix_journal_entry_at"), table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_index(op.f("ix_item_enterprise_id"), table_name="item")
    op.drop_table("item")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_basket_version_picture"), table_name="basket_version")
    op.drop_table("basket_version")
    op.drop_table("vat_rate")
    op.drop_index(op.f("ix_sign_in_attempt_account"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("setting")
    op.drop_table("sandbox_payment")
    op.drop_table("role")
    op.drop_table("person")
    op.drop_table("payment_event")
    op.drop_table("page_version")
    op.drop_index(op.f("ix_letter_state"), table_name="letter")
    op.drop_table("letter")
    op.drop_index("ix_intention_open", table_name="intention")
    op.drop_table("intention")
    op.drop_table("enterprise")
    op.drop_index(op.f("ix_cart_touched_at"), table_name="cart")
    op.drop_table("cart")
    op.drop_index("ix_basket_state_position", table_name="basket")
    op.drop_index(op.f("ix_basket_current_version_id"), table_name="basket")
    op.drop_table("basket")
