"""The analysts: accounts, sessions, decisions to take back, saved filters, sweeps asked for, words to search."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = {
    "user": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_sealed", sa.Text(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.Text(), nullable=True),
    ),
    "invitation": (
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
    ),
    "session": (
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
    ),
    "login_failure": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
    ),
    "saved_filter": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
    ),
    "desk_sweep": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("since", sa.Text(), nullable=True),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
    ),
}
_INDEXES = (
    ("ix_session_user_id", "session", ["user_id"]),
    ("ix_login_failure_account", "login_failure", ["account", "at"]),
    ("ix_login_failure_address", "login_failure", ["address", "at"]),
    ("ix_saved_filter_user_id", "saved_filter", ["user_id"]),
    # The queue is read along these: worst first, then newest, with what filters ask for beside it.
    ("ix_alert_risk", "alert", ["severity", "id", "state", "source"]),
    ("ix_annotation_batch", "annotation", ["batch"]),
)
_ANNOTATION = ("reason", "from_value", "to_value", "batch")


def upgrade() -> None:
    for table, columns in _TABLES.items():
        op.create_table(table, *columns, sqlite_strict=True)
    op.add_column("alert", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("alert", sa.Column("assignee", sa.Text(), nullable=True))
    for column in _ANNOTATION:
        op.add_column("annotation", sa.Column(column, sa.Text(), nullable=True))
    for name, table, on in _INDEXES:
        op.create_index(name, table, on)
    # An index of words without a copy of the text: what was redacted is found, and nothing else is kept.
    op.execute(
        "CREATE VIRTUAL TABLE revision_words USING fts5(words, "
        "content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute(
        "INSERT INTO revision_words(rowid, words) SELECT r.id, coalesce(r.title, '') || ' ' || r.text || ' ' || "
        "coalesce((SELECT group_concat(m.name, ' ') FROM mention m WHERE m.revision_id = r.id), '') || ' ' || "
        "coalesce((SELECT group_concat(i.name, ' ') FROM inferred i WHERE i.revision_id = r.id), '') || ' ' || "
        "coalesce((SELECT group_concat(f.name, ' ') FROM file f WHERE f.revision_id = r.id), '') FROM revision r"
    )


def downgrade() -> None:
    op.execute("DROP TABLE revision_words")
    for name, _, _ in _INDEXES:
        op.drop_index(name)
    for column in _ANNOTATION:
        op.drop_column("annotation", column)
    op.drop_column("alert", "assignee")
    op.drop_column("alert", "version")
    for table in reversed(_TABLES):
        op.drop_table(table)
