"""A place known by its name until its lasting id is known: its alerts move there, and none stands twice unsaid."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from detectors.model import PlaceKnown, Post, State
from storage.alerts import Kept, StoredAlert, alerted_refs, find_alert, join_places
from storage.decisions import decide
from storage.evidence import verify
from storage.store import Store

NAMED, NUMBERED = "telegram:@fuites_brumalis", "telegram:1900000001"
KNOWN = PlaceKnown(name=NAMED, place=NUMBERED)

Keep = Callable[..., str]


@pytest.fixture
def keep(keep_post: Callable[..., Kept | None], make_post: Callable[..., Post]) -> Keep:
    """Keep a leak at a place; the alert's number comes back."""

    def keep_it(place: str, ref: str, **fields: object) -> str:
        kept = keep_post(make_post(place=place, ref=ref, **fields))
        assert kept is not None
        return kept.number

    return keep_it


def found(store: Store, number: str) -> StoredAlert:
    alert = find_alert(store, number)
    assert alert is not None
    return alert


def rows(sql: Callable[..., list[tuple[Any, ...]]]) -> list[list[tuple[Any, ...]]]:
    """All that is kept of alerts."""
    return [sql(f"SELECT * FROM {table} ORDER BY id") for table in ("alert", "revision", "annotation")]  # noqa: S608


class TestJoinPlaces:
    def test_moves_the_alerts(self, store: Store, keep: Keep):
        """What was kept under the name stands under the id, as it was."""
        numbers = [keep(NAMED, ref) for ref in ("7", "8")]
        before = [found(store, number) for number in numbers]
        join_places(store, KNOWN)

        assert (set(), {"7", "8"}) == (alerted_refs(store, NAMED), alerted_refs(store, NUMBERED))
        for alert in before:
            moved = found(store, alert.number)
            assert replace(alert, place=NUMBERED, revisions=moved.revisions) == moved
            assert [revision.log_line for revision in alert.revisions] == [
                revision.log_line for revision in moved.revisions
            ]

    def test_leaves_other_places(self, store: Store, keep: Keep):
        """A place whose name begins alike is another."""
        others = [keep(place, "7") for place in ("telegram:@fuites_brumalis2", "telegram:@FUITES_BRUMALIS", "x.test")]
        keep(NUMBERED, "9")
        before = [found(store, number) for number in others]
        join_places(store, KNOWN)

        assert before == [found(store, number) for number in others]
        assert {"9"} == alerted_refs(store, NUMBERED)

    def test_the_same_post_twice(self, store: Store, keep: Keep):
        """Of two alerts on one post, that under the name is a duplicate of the other, and says of which."""
        first, second = keep(NAMED, "7"), keep(NUMBERED, "7")
        alone = keep(NAMED, "8")
        join_places(store, KNOWN)

        double = found(store, first)
        assert (State.DUPLICATE, NAMED) == (double.state, double.place)
        assert double.decided_at is not None
        [said] = double.annotations
        assert ("vigifuite", "state", State.NEW, State.DUPLICATE) == (
            said.author,
            said.kind,
            said.from_state,
            said.to_state,
        )
        assert f"the same post as {second}: {NAMED} is {NUMBERED}" == said.comment
        assert (State.NEW, NUMBERED, ()) == (
            (kept := found(store, second)).state,
            kept.place,
            kept.annotations,
        )
        assert NUMBERED == found(store, alone).place

    def test_a_decision_is_not_lost(self, store: Store, keep: Keep):
        """What an analyst had said of the duplicate stays readable."""
        first = keep(NAMED, "7")
        keep(NUMBERED, "7")
        decide(store, first, State.CONFIRMED, "ana", "called the vendor")
        join_places(store, KNOWN)

        assert [("ana", State.CONFIRMED), ("vigifuite", State.DUPLICATE)] == [
            (each.author, each.to_state) for each in found(store, first).annotations
        ]

    def test_again_changes_nothing(self, store: Store, keep: Keep, sql: Callable[..., list[tuple[Any, ...]]]):
        """However often a channel tells its number."""
        for place in (NAMED, NUMBERED):
            keep(place, "7")
        keep(NAMED, "8")
        join_places(store, KNOWN)
        once = rows(sql)
        for _ in range(3):
            join_places(store, KNOWN)

        assert once == rows(sql)

    def test_nothing_to_join(self, store: Store):
        """A channel without alerts is known better all the same."""
        join_places(store, KNOWN)

        assert (set(), set()) == (alerted_refs(store, NAMED), alerted_refs(store, NUMBERED))

    def test_a_post_read_again_under_its_id(
        self, store: Store, keep: Keep, keep_post: Callable[..., Kept | None], make_post: Callable[..., Post]
    ):
        """Is the post that was kept under the name: known where it is the same, a revision where it is not."""
        number = keep(NAMED, "7")
        join_places(store, KNOWN)
        same = keep_post(make_post(place=NUMBERED, ref="7"))
        other = keep_post(make_post("Vends base patients Quorvane, prix baissé", place=NUMBERED, ref="7"))

        assert same is None
        assert other is not None
        assert (number, False) == (other.number, other.is_new)
        assert 2 == len(found(store, number).revisions)

    def test_the_evidence_stands(self, store: Store, keep: Keep):
        """No line of the log and no sealed file is touched."""
        keep(NAMED, "7")
        keep(NUMBERED, "7")
        with store.reading() as session:
            before = verify(session, store.captures)
        join_places(store, KNOWN)
        with store.reading() as session:
            after = verify(session, store.captures)

        assert () == after.faults
        assert before == after
