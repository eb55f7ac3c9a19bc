"""E-invoices on their way to their receivers

Revision ID: 0018_einvoice
Revises: 0017_replaced
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_einvoice"
down_revision = "0017_replaced"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "einvoice_dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_einvoice_dispatch_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einvoice_dispatch")),
        sa.UniqueConstraint("document_id", name=op.f("uq_einvoice_dispatch_document_id")),
    )
    op.create_index(op.f("ix_einvoice_dispatch_state"), "einvoice_dispatch", ["state"])


def downgrade() -> None:
    op.drop_table("einvoice_dispatch")
