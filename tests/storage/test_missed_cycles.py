"""Looks a source should have had and did not have: told from the clocks that stand in the store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.coverage import ALARM_AFTER, missed_cycles
from storage.sources import (
    Health,
    HealthState,
    SourceStatus,
    Tally,
    advance,
    begin_watching,
    record_health,
    set_paused,
    statuses,
    unknown_status,
    until_of,
)
from storage.store import Store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
MINUTE = 60  # seconds


def seconds_ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def watched(**fields: object) -> SourceStatus:
    """A source the lookout has looked at for long."""
    return replace(unknown_status("forum"), **{"watched_since": LONG_AGO, **fields})  # type: ignore[arg-type]


class TestMissedCycles:
    @pytest.mark.parametrize(
        ("silence", "missed"),
        [
            (0, 0),
            (MINUTE, 0),
            (MINUTE + 29, 0),
            (MINUTE + 30, 1),
            (2 * MINUTE + 29, 1),
            (2 * MINUTE + 30, 2),
            (100 * MINUTE + 30, 100),
        ],
    )
    def test_grows_with_the_silence(self, silence: int, missed: int):
        """A look every minute may take half a minute; then each further minute is a look missed."""
        assert missed == missed_cycles(watched(read_at=seconds_ago(silence)), MINUTE, NOW)

    @pytest.mark.parametrize(
        ("interval", "grace"),
        [(1, 15), (10, 15), (30, 15), (31, 15.5), (MINUTE, 30), (240, 120), (3600, 120), (86_400, 120)],
    )
    def test_grace(self, interval: int, grace: float):
        """Half an interval, but never under fifteen seconds, which a slow site takes, nor over two minutes."""
        alarm = interval * ALARM_AFTER + grace

        assert ALARM_AFTER - 1 == missed_cycles(watched(read_at=seconds_ago(alarm - 0.001)), interval, NOW)
        assert ALARM_AFTER == missed_cycles(watched(read_at=seconds_ago(alarm)), interval, NOW)

    def test_posts_are_a_sign_of_life(self):
        """A first look that takes an hour misses nothing while it gives posts."""
        reading = watched(watched_since=seconds_ago(3600), last_post_at=seconds_ago(5))

        assert 0 == missed_cycles(reading, MINUTE, NOW)

    def test_an_attempt_is_none(self):
        """What was tried and failed was not read."""
        failed = watched(
            read_at=seconds_ago(3600), attempted_at=NOW, health=Health(state=HealthState.UNREACHABLE, reason="x")
        )

        assert 59 == missed_cycles(failed, MINUTE, NOW)

    def test_begun_lately(self):
        """After a pause of the whole program nothing is missed: counting begins with its start."""
        assert 0 == missed_cycles(watched(watched_since=NOW, read_at=LONG_AGO), MINUTE, NOW)
        assert 2 == missed_cycles(watched(watched_since=seconds_ago(150), read_at=LONG_AGO), MINUTE, NOW)

    def test_never_read(self):
        """A source that was never read since it is watched is missed like any other."""
        assert 2 == missed_cycles(watched(watched_since=seconds_ago(150)), MINUTE, NOW)

    def test_what_nobody_watches(self):
        """Paused, or not yet begun: it misses nothing."""
        assert 0 == missed_cycles(watched(read_at=LONG_AGO, paused=True), MINUTE, NOW)
        assert 0 == missed_cycles(watched(read_at=LONG_AGO, watched_since=None), MINUTE, NOW)

    def test_a_clock_set_back(self):
        """A moment in the future is no negative number of looks."""
        assert 0 == missed_cycles(watched(read_at=NOW + timedelta(days=1)), MINUTE, NOW)


class TestBeginWatching:
    def test_is_written_down(self, store: Store):
        """Of the sources named and of no other; of one already known nothing else changes."""
        with store.writing() as session:
            advance(session, "forum", {"at": 1}, Tally(posts=3), LONG_AGO)
        record_health(store, "other", Health(state=HealthState.OK), LONG_AGO)
        before = statuses(store)
        begin_watching(store, ["forum", "paste"], NOW)

        after = statuses(store)
        assert {"forum": NOW, "paste": NOW, "other": None} == {
            name: status.watched_since for name, status in after.items()
        }
        assert replace(before["forum"], watched_since=NOW) == after["forum"]
        assert replace(unknown_status("paste"), watched_since=NOW) == after["paste"]

    def test_again(self, store: Store):
        """The latest time counts."""
        begin_watching(store, ["forum"], LONG_AGO)
        begin_watching(store, ["forum"], NOW)

        assert NOW == statuses(store)["forum"].watched_since

    def test_ends_what_was_missed(self, store: Store):
        """A source that was silent for a month is not missed at the program's next start, nor when it is resumed."""
        begin_watching(store, ["forum"], LONG_AGO)
        set_paused(store, "forum", paused=True)
        set_paused(store, "forum", paused=False)
        silent = missed_cycles(statuses(store)["forum"], MINUTE, NOW)
        begin_watching(store, ["forum"], NOW)

        assert silent > ALARM_AFTER
        assert 0 == missed_cycles(statuses(store)["forum"], MINUTE, NOW)


class TestUntilOf:
    def test_never_asked(self, store: Store):
        """A source nobody looked at may be asked."""
        assert until_of(store, "forum") is None

    def test_what_the_site_said(self, store: Store):
        """Until the moment the site named, to the microsecond and with its zone."""
        until = NOW + timedelta(hours=1, microseconds=7)
        record_health(store, "forum", Health(state=HealthState.WAITING, reason="answered 429", until=until), NOW)

        assert until == until_of(store, "forum")
        assert until_of(store, "other") is None

    @pytest.mark.parametrize("state", [HealthState.OK, HealthState.UNREACHABLE])
    def test_the_next_look_ends_it(self, store: Store, state: HealthState):
        """Whatever comes of it: an old wish is no wish."""
        until = NOW + timedelta(hours=1)
        record_health(store, "forum", Health(state=HealthState.WAITING, until=until), NOW)
        record_health(store, "forum", Health(state=state), NOW)

        assert until_of(store, "forum") is None
