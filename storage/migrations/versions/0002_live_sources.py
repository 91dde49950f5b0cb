"""What live sources need: how often a post was seen, since when a source is watched, and the way to it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("views", sa.Text(), nullable=True))
    op.add_column("revision", sa.Column("is_edited", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("source_state", sa.Column("watched_since", sa.Text(), nullable=True))
    op.add_column("source", sa.Column("proxy", sa.Text(), nullable=True))
    op.add_column("source", sa.Column("allow", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("source", "allow")
    op.drop_column("source", "proxy")
    op.drop_column("source_state", "watched_since")
    op.drop_column("revision", "is_edited")
    op.drop_column("revision", "views")
