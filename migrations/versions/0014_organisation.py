"""What the invoice of an organisation says of it

Revision ID: 0014_organisation
Revises: 0013_departure
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_organisation"
down_revision = "0013_departure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order", sa.Column("organisation", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("order") as batch:
        batch.drop_column("organisation")
