"""Telegram accounts and the channels they know, sweeps that can go on, and channels worth watching."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telegram_channel",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("access_hash", sa.Integer(), nullable=False),
        sa.Column("resolved_as", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "channel_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_telegram_channel_username", "telegram_channel", ["username"])
    op.create_table(
        "telegram_name",
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("last_seen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "name"),
        sqlite_strict=True,
    )
    op.create_table(
        "telegram_source",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
        sqlite_strict=True,
    )
    op.create_index("ix_telegram_source_account", "telegram_source", ["account"])
    op.create_table(
        "telegram_account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("parked", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "sweep",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bookmark", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "suggestion",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("target", "via", "why"),
        sqlite_strict=True,
    )
    op.add_column("source", sa.Column("comments", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("source", "comments")
    for table in ("suggestion", "sweep", "telegram_account", "telegram_source", "telegram_name", "telegram_channel"):
        op.drop_table(table)
