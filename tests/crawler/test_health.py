"""The health of a source after a look: in one word how it is, never taking "could not look" for "nothing new"."""

from datetime import timedelta

import pytest

from crawler.collector import (
    AccessDenied,
    AccountBusy,
    AccountFrozen,
    CollectorError,
    Noticed,
    SessionRevoked,
    Skipped,
    SourceChanged,
    SourceGone,
    SourcePrivate,
    SourceTaken,
    SourceUnavailable,
)
from crawler.job import WHAT_TO_DO, health_of
from crawler.pipeline import Outcome
from storage.sources import Health, HealthState
from tests.conftest import NOW


class TestHealthOf:
    @pytest.mark.parametrize(
        ("error", "state"),
        [
            (SourceUnavailable, HealthState.UNREACHABLE),
            (SourceChanged, HealthState.CHANGED),
            (SourceGone, HealthState.GONE),
            (SourceTaken, HealthState.TAKEN),
            (SourcePrivate, HealthState.PRIVATE),
            (AccessDenied, HealthState.REFUSED),
            (AccountBusy, HealthState.BUSY),
            (AccountFrozen, HealthState.FROZEN),
            (SessionRevoked, HealthState.REVOKED),
        ],
    )
    def test_every_error(self, error: type[CollectorError], state: HealthState):
        """Each has a state of its own, keeps its words, and says what to do; posts that came first change nothing."""
        assert Health(state=state, reason="paste.test: it broke") == health_of(
            Outcome(posts=3, failure=error("paste.test: it broke"))
        )
        assert WHAT_TO_DO[state]

    @pytest.mark.parametrize(
        ("noticed", "state"),
        [
            (["renamed"], HealthState.RENAMED),
            (["renamed", "gap"], HealthState.GAP),
            (["waiting", "renamed"], HealthState.WAITING),
            (["gap", "taken"], HealthState.TAKEN),
        ],
    )
    def test_noticed(self, noticed: list[str], state: HealthState):
        """Read all the same, and the gravest is its state; all of it is said."""
        found = health_of(Outcome(posts=3, noticed=[Noticed(what=what, text=f"it is {what}") for what in noticed]))

        assert (state, True) == (found.state, found.was_read)
        assert all(f"it is {what}" in found.reason for what in noticed)

    def test_no_error_is_forgotten(self):
        """An error of the contract that nobody gave a state would be a fault of the program."""
        states = {health_of(Outcome(failure=error("x"))).state for error in CollectorError.__subclasses__()}

        assert len(CollectorError.__subclasses__()) == len(states)

    def test_asked_to_wait(self):
        """A site that said when it may be asked again waits until then; that is no failure."""
        until = NOW + timedelta(hours=1)

        assert Health(state=HealthState.WAITING, reason="paste.test: answered 429", until=until) == health_of(
            Outcome(failure=SourceUnavailable("paste.test: answered 429", until=until))
        )

    def test_posts(self):
        """What gave posts is well."""
        assert Health(state=HealthState.OK) == health_of(Outcome(posts=1))

    def test_nothing_new(self):
        """What gave none is quiet, and known to have been read."""
        assert Health(state=HealthState.QUIET) == health_of(Outcome())

    @pytest.mark.parametrize(("posts", "state"), [(0, HealthState.QUIET), (5, HealthState.OK)])
    def test_skipped(self, posts: int, state: HealthState):
        """Items that could not be read are counted in the reason, and not told."""
        skipped = [Skipped(where=f"line {number}", why="not JSON") for number in range(3)]

        assert Health(state=state, reason="3 items could not be read") == health_of(
            Outcome(posts=posts, skipped=skipped)
        )
