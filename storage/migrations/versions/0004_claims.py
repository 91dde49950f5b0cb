"""What is claimed in full, extracts shown, and what alerts can be recognised by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("sample", sa.Text(), nullable=True))
    op.add_column("claim", sa.Column("actor", sa.Text(), nullable=True))
    op.add_column("claim", sa.Column("period_first", sa.Text(), nullable=True))
    op.add_column("claim", sa.Column("period_last", sa.Text(), nullable=True))
    op.add_column("claim", sa.Column("fields", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("claim", sa.Column("formats", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.REAL(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_price_claim_id", "price", ["claim_id"])
    op.create_table(
        "trait",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("trait", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trait", "value", "alert_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_trait_alert_id", "trait", ["alert_id"])
    op.create_table(
        "resemblance",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["alert.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert_id", "other_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_resemblance_other_id", "resemblance", ["other_id"])


def downgrade() -> None:
    for table in ("resemblance", "trait", "price"):
        op.drop_table(table)
    for column in ("formats", "fields", "period_last", "period_first", "actor"):
        op.drop_column("claim", column)
    op.drop_column("revision", "sample")
