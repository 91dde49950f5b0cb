"""The alert JSON of the contract."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from detectors.model import JsonValue, Post, Severity, State
from storage.alerts import Kept, find_alert
from storage.decisions import confirm, decide
from storage.public_form import alert_json
from storage.store import Store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
NUMBER = "VF-2026-0001"

FINDINGS = {"id", "alert", "severity", "score", "language", "entities", "claim", "personal_data", "reasons"}
ALERT = {
    "alert_id", "state", "place", "ref", "url", "source", "author", "forwarded_from", "files", "posted_at", "seen_at",
    "decided_at", "text", "revisions", "deleted_at", "sample", "resembles", "evidence", "tlp", "annotations",
}  # fmt: skip
Keeping = Callable[..., Kept | None]


def form(store: Store) -> dict[str, JsonValue]:
    alert = find_alert(store, NUMBER)
    assert alert is not None
    return alert_json(alert)


TOLD = ("author", "kind", "from", "to", "entity", "comment")


class TestAlertJson:
    def test_keys(self, store: Store, keep_post: Keeping, leak: Post):
        """Every key of the contract is there."""
        keep_post(leak)

        assert set() == (FINDINGS | ALERT) - form(store).keys()

    @pytest.mark.parametrize("bare", [False, True])
    def test_serialisable(
        self, store: Store, keep_post: Keeping, make_post: Callable[..., Post], leak: Post, bare: bool
    ):
        """It is JSON as it is, and the same when read again."""
        keep_post(make_post(posted_at=None) if bare else leak)
        decide(store, NUMBER, State.CLOSED, "alice", "known")

        written = json.dumps(form(store), allow_nan=False)
        assert form(store) == json.loads(written)

    def test_no_secret(self, store: Store, keep_post: Keeping, leak: Post, secrets: tuple[str, ...]):
        """No value of a personal datum is in it."""
        keep_post(leak)
        written = json.dumps(form(store), ensure_ascii=False)

        assert [] == [secret for secret in secrets if secret in written]

    def test_values(self, store: Store, keep_post: Keeping, leak: Post):
        """What is known of the post stands under the names of the contract; addresses are defanged."""
        keep_post(leak, source="forum")
        found = form(store)
        expected = {
            "id": "7",
            "alert_id": NUMBER,
            "alert": True,
            "state": "new",
            "place": "telegram:1",
            "ref": "7",
            "source": "forum",
            "url": "hxxps://forum[.]test/t/7",
            "author": "█████████████@courriel.test",
            "author_id": "user1559703822",
            "forwarded_from": {"name": "████████████████@courriel.test", "place": "telegram:2", "ref": "3"},
            "reply_to": "6",
            "topic": "Annonces",
            "posted_at": "2026-11-22T07:00:00+00:00",
            "seen_at": "2026-11-22T07:00:00+00:00",
            "decided_at": None,
            "deleted_at": None,
            "tlp": "TLP:AMBER",
            "annotations": [],
        }

        assert expected == {key: found[key] for key in expected}

    def test_evidence(self, store: Store, keep_post: Keeping, leak: Post):
        """The evidence is that of the latest revision; each revision has its own."""
        keep_post(leak)
        keep_post(replace(leak, text="Vends base patients Quorvane, encore"))
        found = form(store)
        alert = find_alert(store, NUMBER)
        assert alert is not None

        expected = [{"sealed_sha256": each.sealed_sha256, "line": each.log_line} for each in alert.revisions]
        assert expected == [each["evidence"] for each in found["revisions"]]  # type: ignore[union-attr,index,call-overload]
        assert expected[-1] == found["evidence"]
        assert [1, 2] == [each["revision"] for each in found["revisions"]]  # type: ignore[union-attr,index,call-overload]

    def test_latest_text_worst_severity(self, store: Store, keep_post: Keeping, make_post: Callable[..., Post]):
        """Text and findings are the latest; the severity is the alert's, also where the latest alone is none."""
        keep_post(make_post(), severity=Severity.HIGH, score=0.8)
        keep_post(make_post("Vends base patients Quorvane, encore"), severity=None, score=0.0)
        found = form(store)

        assert ("Vends base patients Quorvane, encore", True, "high", 0.8) == (
            found["text"], found["alert"], found["severity"], found["score"]
        )  # fmt: skip
        assert ["high", None] == [each["severity"] for each in found["revisions"]]  # type: ignore[union-attr,index,call-overload]

    def test_annotations(self, store: Store, keep_post: Keeping, leak: Post):
        """What analysts said is there in order, with the states it led from and to."""
        keep_post(leak)
        decide(store, NUMBER, State.IN_REVIEW, "alice")
        confirm(store, NUMBER, "test:lab-1", "bob", "they rang")
        said = form(store)["annotations"]

        assert isinstance(said, list)
        first, second = ({key: value for key, value in each.items() if key in TOLD} for each in said)  # type: ignore[union-attr]
        assert {
            "author": "alice", "kind": "state", "from": "new", "to": "in review", "entity": None, "comment": None
        } == first  # fmt: skip
        assert {
            "author": "bob", "kind": "confirm", "from": None, "to": None, "entity": "test:lab-1", "comment": "they rang"
        } == second  # fmt: skip
