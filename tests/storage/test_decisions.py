"""Decisions: kept, taken back, and never lost when two analysts decide at once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from detectors.model import Post, State, Tlp
from detectors.triage import examine, read
from detectors.watchlist import Watchlist
from storage import decisions
from storage.alerts import Capturing, Step, StoredAlert, find_alert, keep
from storage.decisions import ConflictError, Reason
from storage.errors import StoreError
from storage.sources import Tally
from storage.store import Store, open_store

WRITERS = ("ana", "ben")
TIMES = 1_000


@pytest.fixture
def publish(
    store: Store, watchlist: Watchlist, capturing: Capturing, make_post: Callable[..., Post]
) -> Callable[[str], str]:
    def publish_one(ref: str) -> str:
        post = make_post(ref=ref)
        kept = keep(
            store, post, read(post, examine(post, watchlist)), capturing,
            Step(source="example", bookmark=None, tally=Tally()),
        )  # fmt: skip
        assert kept
        return kept.number

    return publish_one


@pytest.fixture
def number(publish: Callable[[str], str]) -> str:
    return publish("1")


def alert(store: Store, number: str) -> StoredAlert:
    found = find_alert(store, number)
    assert found
    return found


class TestDecide:
    def test_keeps_who_why_and_what_was_before(self, store: Store, number: str):
        """The history is enough to tell it again."""
        decisions.decide(store, number, State.FALSE_POSITIVE, "ana", "a job", reason=Reason.JOB_OFFER)
        [said] = alert(store, number).annotations

        assert (State.NEW, State.FALSE_POSITIVE, "ana", "job offer", "a job") == (
            said.from_state, said.to_state, said.author, said.reason, said.comment
        )  # fmt: skip

    def test_refuses_what_was_decided_upon_an_older_version(self, store: Store, number: str):
        """The second analyst is shown how the alert stands; nothing of the first is overwritten."""
        seen = alert(store, number).version
        decisions.decide(store, number, State.CONFIRMED, "ana", version=seen)
        with pytest.raises(ConflictError) as refused:
            decisions.decide(store, number, State.FALSE_POSITIVE, "ben", version=seen)

        assert State.CONFIRMED == refused.value.alert.state == alert(store, number).state
        assert ["ana"] == [said.author for said in alert(store, number).annotations]

    def test_a_remark_conflicts_with_nothing(self, store: Store, number: str):
        """Saying something moves no version on."""
        before = alert(store, number).version
        decisions.comment_on(store, number, "ana", "looked at it")
        decisions.confirm(store, number, "test:lab-1", "ben")

        assert before == alert(store, number).version

    def test_redacts_what_is_said(self, store: Store, number: str):
        """A patient's number in a comment is covered like any other."""
        decisions.comment_on(store, number, "ana", "NIR 2550699999999 34")

        assert "2550699999999" not in str(alert(store, number).annotations[0].comment)

    def test_an_assigned_alert_is_in_review(self, store: Store, number: str):
        """Taking an alert is one step."""
        decisions.assign(store, number, "ana", "ana")

        assert ("ana", State.IN_REVIEW) == (alert(store, number).assignee, alert(store, number).state)


class TestMany:
    def test_leaves_those_alone_that_others_decided(self, store: Store, publish: Callable[[str], str]):
        """What fits is done, what does not is named."""
        one, two = publish("1"), publish("2")
        seen = {each: alert(store, each).version for each in (one, two)}
        decisions.decide(store, two, State.CONFIRMED, "ben")
        done = decisions.decide_many(store, seen, State.DUPLICATE, "ana", batch="b1")

        assert ((one,), (two,)) == (done.done, done.conflicts)
        assert State.CONFIRMED == alert(store, two).state


class TestUndo:
    def test_puts_back_what_was(self, store: Store, publish: Callable[[str], str]):
        """State, assignee and label; the history keeps both steps."""
        one = publish("1")
        decisions.assign(store, one, "ana", "ana", batch="b1")
        decisions.label(store, one, Tlp.RED, "ana", batch="b2")
        decisions.undo(store, "b2", "ana")
        done = decisions.undo(store, "b1", "ana")
        now = alert(store, one)

        assert (one,) == done.done
        assert (None, State.NEW, Tlp.AMBER) == (now.assignee, now.state, now.tlp)
        assert ["assign", "state", "tlp", "undo", "undo", "undo"] == [said.kind for said in now.annotations]

    def test_stops_where_somebody_built_on_it(self, store: Store, number: str):
        """A later decision of somebody else stands."""
        decisions.decide(store, number, State.FALSE_POSITIVE, "ana", batch="b1")
        decisions.decide(store, number, State.CONFIRMED, "ben")
        done = decisions.undo(store, "b1", "ana")

        assert ((), (number,)) == (done.done, done.conflicts)
        assert State.CONFIRMED == alert(store, number).state

    def test_takes_back_once_and_only_ones_own(self, store: Store, number: str):
        """Nobody takes back what somebody else decided, or the same twice."""
        decisions.decide(store, number, State.CLOSED, "ana", batch="b1")

        assert () == decisions.undo(store, "b1", "ben").done
        assert (number,) == decisions.undo(store, "b1", "ana").done
        assert () == decisions.undo(store, "b1", "ana").done

    def test_a_decision_before_is_dated_as_it_was(self, store: Store, number: str):
        """Taking back a second decision does not make the first one younger."""
        decisions.decide(store, number, State.CONFIRMED, "ana")
        decided_at = alert(store, number).decided_at
        decisions.decide(store, number, State.CLOSED, "ana", batch="b1")
        decisions.undo(store, "b1", "ana")

        back = alert(store, number).decided_at
        assert back is not None
        assert decided_at is not None
        assert abs((back - decided_at).total_seconds()) < 1


class TestTwoAtOnce:
    @pytest.mark.timeout(300)
    def test_no_decision_is_lost(self, store: Store, publish: Callable[[str], str]):
        """A thousand times two analysts look at one alert and both decide: one is told, looks again and decides."""
        numbers = [publish(str(ref)) for ref in range(50)]
        both_looked = threading.Barrier(len(WRITERS), timeout=120)
        conflicts: list[str] = []

        def decide_again_and_again(who: str) -> None:
            own = open_store(store.folder)
            for turn in range(TIMES):
                number = numbers[turn % len(numbers)]
                state = State.CONFIRMED if turn % 2 else State.FALSE_POSITIVE
                seen = alert_version(own, number)
                both_looked.wait()
                try:
                    decisions.decide(own, number, state, who, f"{who} {turn}", version=seen)
                except ConflictError as conflict:
                    conflicts.append(who)
                    seen = conflict.alert.version
                    decisions.decide(own, number, state, who, f"{who} {turn}", version=seen)
                both_looked.wait()
            own.close()

        threads = [threading.Thread(target=decide_again_and_again, args=(who,)) for who in WRITERS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = [alert(store, number) for number in numbers]
        said = [str(each.comment) for found in after for each in found.annotations]

        assert sorted(f"{who} {turn}" for who in WRITERS for turn in range(TIMES)) == sorted(said)
        assert len(WRITERS) * TIMES == sum(found.version for found in after)
        assert TIMES == len(conflicts)
        for found in after:
            steps = [(each.from_state, each.to_state) for each in found.annotations]
            assert all(before[1] == following[0] for before, following in pairwise(steps))


def alert_version(store: Store, number: str) -> int:
    from sqlalchemy import select

    from storage.schema import AlertRow

    with store.reading() as session:
        return session.scalars(select(AlertRow.version).where(AlertRow.number == number)).one()


class TestWhatIsNotThere:
    def test_an_unknown_alert_is_said(self, store: Store):
        """One line, for a command as for a page."""
        with pytest.raises(StoreError, match="no alert VF-2026-0009"):
            decisions.decide(store, "VF-2026-0009", State.CLOSED, "ana", version=0)

    def test_nothing_is_said_of_a_moment_to_come(self, store: Store, number: str):
        """Decisions are dated by the clock."""
        decisions.decide(store, number, State.CLOSED, "ana")

        assert alert(store, number).annotations[0].at <= datetime.now(UTC)
