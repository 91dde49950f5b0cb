"""Privacy by type: what kind of text each column takes."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import String, insert, text
from sqlalchemy.exc import StatementError

from detectors.model import RedactedText
from storage.schema import (
    AlertRow,
    AnnotationRow,
    ClaimDetailRow,
    ClaimRow,
    FileRow,
    Json,
    LinkRow,
    LogRow,
    MentionRow,
    Redacted,
    RevisionRow,
    SourceRow,
    Table,
    UtcTime,
    YearRow,
)
from storage.store import Store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)

# Text columns that hold our own words: ids, codes, sha256, words of lists, what an operator or a watchlist wrote.
# Place, ref and what points to another post are ids of the place; collectors see that they are nobody's.
# Whoever adds a text column declares here that nothing foreign can come into it, or makes it `Foreign`.
OWN_WORDS = {
    "alert": {"number", "place", "ref", "source", "state", "tlp", "assignee"},
    "revision": {"fingerprint", "forward_place", "forward_ref", "reply_to", "language", "reasons", "personal_data",
                 "sealed_sha256", "sample"},  # names of columns in a sample are redacted by type
    "mention": {"entity_id", "name", "kind", "part", "candidates", "roles"},
    "inferred": {"entity_id", "name", "kind", "basis", "candidates"},  # sites' codes are no part of a basis
    "finding": {"kind", "label", "part", "reason"},
    "claim": {"act", "period_first", "period_last", "fields", "formats"},
    "price": {"currency"},
    "trait": {"trait"},
    "resemblance": {"why"},
    "sketch": {"made_of"},
    "quantity": {"unit"},
    "claim_detail": {"kind"},
    "file": set(),
    "link": set(),
    "annotation": {"author", "kind", "from_state", "to_state", "entity_id", "reason", "from_value", "to_value",
                   "batch"},
    "log": {"body", "sha256"},
    "alert_year": set(),
    "source": {"name", "kind", "target", "proxy", "allow"},
    "source_state": {"name", "bookmark", "state", "reason"},
    "tally": {"source", "day"},
    "register": {"name"},
    "watched": {"register", "id", "kind", "name", "city", "postcode", "department", "parent", "contact", "source",
                "ambiguous", "rest"},
    "suppression": {"entity_id", "source", "author"},
    # Names of public channels, of the form Telegram gives them; nobody's words.
    "telegram_channel": {"account", "resolved_as", "username"},
    "telegram_name": {"name"},
    "telegram_source": {"source", "account"},
    "telegram_account": {"name", "state", "reason", "parked"},
    "sweep": {"name", "bookmark"},
    "suggestion": {"target", "via", "why"},
    "change": {"kind"},
    "notice": {"acknowledged_by"},
    "notice_alert": set(),
    # What is sent is made of our words and the watchlist's names alone.
    "outbox": {"kind", "recipient", "key", "message_id", "body", "state", "reason"},
    "user": {"name", "role", "language", "password_hash", "totp_sealed"},
    "invitation": {"sha256", "role", "made_by"},
    "session": {"sha256", "address"},
    "login_failure": {"account", "address"},
    "saved_filter": set(),
    "desk_sweep": {"asked_by", "state", "reason"},
}  # fmt: skip
FOREIGN = {
    "revision": {"text", "url", "title", "author", "author_id", "forward_name", "topic", "views"},
    "mention": {"surface", "disguise"},
    "claim": {"actor"},
    "claim_detail": {"value"},
    "file": {"name", "mime", "file_id"},
    "link": {"url"},
    "annotation": {"comment"},
    "suppression": {"phrase", "reason"},
    "saved_filter": {"name", "query"},
    "desk_sweep": {"target", "words"},
}


def text_columns(table: str) -> dict[str, Any]:
    """The columns of a table that end as text in the database, times aside."""
    columns = Table.metadata.tables[table].columns
    return {
        column.name: column.type
        for column in columns
        if isinstance(getattr(column.type, "impl_instance", column.type), String)
        and not isinstance(column.type, UtcTime)
    }


class TestPrivacyByType:
    @pytest.mark.parametrize("table", sorted(Table.metadata.tables))
    def test_every_text_column_is_declared(self, table: str):
        """A text column is redacted, or stands in the list of those that hold our own words."""
        redacted = {name for name, kind in text_columns(table).items() if isinstance(kind, Redacted)}

        assert FOREIGN.get(table, set()) == redacted
        assert OWN_WORDS[table] == text_columns(table).keys() - redacted

    def test_text_columns_are_seen(self):
        """The walk sees plain, redacted and JSON text: an undeclared column of any kind would show."""
        kinds = {type(kind).__name__ for table in Table.metadata.tables for kind in text_columns(table).values()}

        assert {"Text", "Redacted", "Json"} == kinds

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (RevisionRow, "text"),
            (RevisionRow, "url"),
            (RevisionRow, "title"),
            (RevisionRow, "author"),
            (RevisionRow, "author_id"),
            (RevisionRow, "forward_name"),
            (RevisionRow, "topic"),
            (MentionRow, "surface"),
            (MentionRow, "disguise"),
            (ClaimDetailRow, "value"),
            (FileRow, "name"),
            (FileRow, "mime"),
            (FileRow, "file_id"),
            (LinkRow, "url"),
            (AnnotationRow, "comment"),
        ],
    )
    @pytest.mark.parametrize("raw", ["plain", b"bytes", 7])
    def test_plain_text_is_refused(self, store: Store, row: type[Table], column: str, raw: object):
        """Anything but redacted text is a TypeError before any SQL runs, and the error does not say the value."""
        with pytest.raises(StatementError) as refused, store.writing() as session:
            session.execute(insert(row), {column: raw})

        assert isinstance(refused.value.orig, TypeError)
        assert "this column takes RedactedText only" == str(refused.value.orig)
        assert "plain" not in str(refused.value)

    def test_subclass_is_refused(self):
        """What merely calls itself redacted text is not."""

        class Cheat(RedactedText):
            pass

        with pytest.raises(TypeError, match="RedactedText only"):
            Redacted().process_bind_param(Cheat("raw"), None)  # type: ignore[arg-type]


class TestUtcTime:
    @pytest.mark.parametrize(
        ("moment", "written"),
        [
            (NOW, "2026-11-22T07:00:00.000000Z"),
            (NOW.replace(microsecond=7), "2026-11-22T07:00:00.000007Z"),
            (datetime(2026, 11, 22, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2026-11-21T23:30:00.000000Z"),
            (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
            (datetime(999, 12, 31, tzinfo=UTC), "0999-12-31T00:00:00.000000Z"),
            (datetime.max.replace(tzinfo=UTC), "9999-12-31T23:59:59.999999Z"),
        ],
    )
    def test_there_and_back(self, moment: datetime, written: str):
        """A moment is written in UTC with four digits of year, and is the same when read."""
        assert written == UtcTime().process_bind_param(moment, None)  # type: ignore[arg-type]
        assert moment == UtcTime().process_result_value(written, None)  # type: ignore[arg-type]

    def test_sorts_as_text(self):
        """The order of the texts is the order of the moments, from the first year to the last."""
        moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (1, 99, 999, 1970, 2026, 9999)]
        written = [UtcTime().process_bind_param(moment, None) or "" for moment in moments]  # type: ignore[arg-type]

        assert written == sorted(written)

    def test_without_zone(self, store: Store):
        """A time without a zone is refused."""
        row = {"name": "s", "kind": "k", "target": "t", "interval": 1, "added_at": NOW.replace(tzinfo=None)}

        with pytest.raises(StatementError, match="a time without a zone is no moment"), store.writing() as session:
            session.execute(insert(SourceRow), row)

    def test_nothing(self):
        """No time stays none."""
        assert UtcTime().process_bind_param(None, None) is None  # type: ignore[arg-type]
        assert UtcTime().process_result_value(None, None) is None  # type: ignore[arg-type]


class TestJson:
    @pytest.mark.parametrize("document", [[], {}, ["é", "a\u2028b"], {"a": {"b": [1, 2.5, None, True]}}])
    def test_there_and_back(self, document: Any):
        """A document is the same when read."""
        written = Json().process_bind_param(document, None)  # type: ignore[arg-type]

        assert document == Json().process_result_value(written, None)  # type: ignore[arg-type]
        assert document == json.loads(written or "")


class TestNumber:
    @pytest.mark.parametrize(
        ("given", "kept"), [(0, 0), (2**63 - 1, 2**63 - 1), (2**63, 2**63 - 1), (10**30, 2**63 - 1)]
    )
    def test_too_big(self, store: Store, given: int, kept: int):
        """A size nobody can have is kept as the biggest number instead of stopping the alert."""
        with store.writing() as session:
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
            session.execute(insert(FileRow), {"revision_id": 1, "name": RedactedText("a.csv"), "size": given})
            found = session.scalar(text("SELECT size FROM file"))
            session.rollback()

        assert kept == found


class TestFlag:
    @pytest.mark.parametrize(("given", "kept"), [(True, 1), (False, 0)])
    def test_there_and_back(self, store: Store, given: bool, kept: int):
        """Yes and no are 1 and 0 in the database, and yes and no again when read."""
        with store.writing() as session:
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
            session.add(ClaimRow(id=1, revision_id=1, act="sale", password_given=given))
            session.flush()
            found = session.scalar(text("SELECT password_given FROM claim"))
            session.expire_all()
            again = session.get_one(ClaimRow, 1).password_given
            session.rollback()

        assert kept == found
        assert given is again


class TestAlertRow:
    def test_one_per_ref(self, store: Store):
        """The database itself refuses a second alert of one place and ref, and says no value."""
        fields = {"place": "p-secret", "ref": "r-secret", "source": "s", "state": "new", "tlp": "TLP:AMBER"}
        rows = [AlertRow(number=n, severity=1, score=0.5, seen_at=NOW, **fields) for n in ("VF-1", "VF-2")]

        with pytest.raises(Exception, match=r"UNIQUE constraint failed: alert\.place, alert\.ref") as refused:  # noqa: SIM117
            with store.writing() as session:
                session.add_all(rows)

        assert "secret" not in str(refused.value)


class TestOrder:
    def test_log_line_is_needed(self, store: Store):
        """A revision without a line in the log cannot be kept."""
        with pytest.raises(Exception, match="FOREIGN KEY constraint failed"), store.writing() as session:  # noqa: PT012
            session.add(YearRow(year=2026, last=1))
            session.add(LogRow(line=1, body="{}", sha256=""))
            session.flush()
            session.execute(text(
                "INSERT INTO alert (id, number, place, ref, source, state, tlp, severity, score, seen_at)"
                " VALUES (1, 'VF', 'p', 'r', 's', 'new', 't', 1, 0.5, 'now')"
            ))  # fmt: skip
            session.execute(text(
                "INSERT INTO revision (alert_id, ordinal, fingerprint, seen_at, text, is_forward, score, reasons,"
                " personal_data, log_line, sealed_sha256) VALUES (1, 1, '', 'now', '', 0, 0.5, '[]', '{}', 2, '')"
            ))  # fmt: skip
