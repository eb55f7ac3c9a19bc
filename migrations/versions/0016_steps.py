"""Volume steps of baskets

Revision ID: 0016_steps
Revises: 0015_customer
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_steps"
down_revision = "0015_customer"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("basket_version", "basket_draft"):
        op.add_column(table, sa.Column("steps", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    for table in ("basket_version", "basket_draft"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("steps")
