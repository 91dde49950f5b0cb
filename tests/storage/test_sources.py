"""Where sources stand, and the sources added by command."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.errors import StoreError
from storage.sources import (
    AddedSource,
    Health,
    HealthState,
    SourceStatus,
    Tally,
    add,
    added,
    advance,
    bookmark_of,
    record_health,
    remove,
    set_paused,
    statuses,
    unknown_status,
)
from storage.store import Store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def move(store: Store, bookmark: dict[str, object], tally: Tally, at: datetime = NOW, name: str = "forum") -> None:
    with store.writing() as session:
        advance(session, name, bookmark, tally, at)  # type: ignore[arg-type]


class TestBookmarkOf:
    def test_at_first_sight(self, store: Store):
        """A source never read has an empty bookmark."""
        assert {} == bookmark_of(store, "forum")

    def test_where_it_was_left(self, store: Store):
        """The bookmark is the last one moved to, whatever is in it."""
        move(store, {"a": 1}, Tally())
        move(store, {"file é": {"offset": 2**53, "done": True}, "list": [1, None, "x"]}, Tally())

        assert {"file é": {"offset": 2**53, "done": True}, "list": [1, None, "x"]} == bookmark_of(store, "forum")

    def test_each_its_own(self, store: Store):
        """Moving one source's bookmark leaves the others where they are."""
        move(store, {"a": 1}, Tally())
        move(store, {"b": 2}, Tally(), name="paste")

        assert [{"a": 1}, {"b": 2}] == [bookmark_of(store, name) for name in ("forum", "paste")]

    def test_takes_no_part_of_the_old(self, store: Store):
        """A bookmark is replaced, not added to."""
        move(store, {"a": 1}, Tally())
        move(store, {}, Tally())

        assert {} == bookmark_of(store, "forum")

    def test_undone_with_its_transaction(self, store: Store):
        """A bookmark moved in a transaction that fails is not moved."""
        move(store, {"a": 1}, Tally())
        with pytest.raises(KeyError), store.writing() as session:
            raise KeyError(advance(session, "forum", {"a": 2}, Tally(posts=9), NOW))

        assert {"a": 1} == bookmark_of(store, "forum")
        assert 0 == statuses(store)["forum"].posts


class TestTallies:
    def test_add_up_over_days(self, store: Store):
        """Counts of one day and of several add up."""
        move(store, {}, Tally(posts=3, alerts=1, skipped=2))
        move(store, {}, Tally(posts=4))
        move(store, {}, Tally(posts=5, alerts=1), NOW + DAY)
        status = statuses(store)["forum"]

        assert (12, 2, 2) == (status.posts, status.alerts, status.skipped)

    def test_by_day_in_utc(self, store: Store):
        """A day is a day of UTC, wherever the clock stands."""
        east = datetime(2026, 11, 23, 1, 0, tzinfo=timezone(timedelta(hours=2)))  # 23:00 the day before in UTC
        move(store, {}, Tally(posts=1), east)
        move(store, {}, Tally(posts=2), NOW)
        with store.reading() as session:
            days = session.connection().exec_driver_sql("SELECT day, posts FROM tally ORDER BY day").all()

        assert [("2026-11-22", 3)] == [tuple(row) for row in days]

    def test_last_post(self, store: Store):
        """The clock of the last post moves only where there was a post."""
        move(store, {}, Tally(posts=1), NOW)
        move(store, {}, Tally(skipped=1), NOW + DAY)

        assert NOW == statuses(store)["forum"].last_post_at


class TestRecordHealth:
    @pytest.mark.parametrize("state", HealthState)
    def test_kept(self, store: Store, state: HealthState):
        """State, reason and until are kept as given; the attempt has its clock."""
        health = Health(state=state, reason="why", until=NOW + DAY)
        record_health(store, "forum", health, NOW)
        status = statuses(store)["forum"]

        assert (health, NOW) == (status.health, status.attempted_at)

    def test_only_a_reading_is_a_reading(self, store: Store):
        """ "Could not look" never moves the clock of the last reading; "nothing new" does."""
        read = {}
        for state in HealthState:
            record_health(store, state.value, Health(state=state), NOW)
            read[state] = statuses(store)[state.value].read_at

        # Under another name, or with posts still missing, it is being read.
        looked = {HealthState.OK, HealthState.QUIET, HealthState.RENAMED, HealthState.GAP}
        assert looked == {state for state, at in read.items() if at == NOW}
        assert {None} == {at for state, at in read.items() if state not in looked}

    def test_read_though_its_state_is_a_fault(self, store: Store):
        """A channel whose name was taken is followed by its number: the clock of the last reading moves."""
        record_health(store, "forum", Health(state=HealthState.TAKEN, is_read=True), NOW)

        assert NOW == statuses(store)["forum"].read_at

    def test_failure_keeps_the_last_reading(self, store: Store):
        """After a failure one still sees when it was last read."""
        record_health(store, "forum", Health(state=HealthState.OK), NOW)
        record_health(store, "forum", Health(state=HealthState.GONE), NOW + DAY)
        status = statuses(store)["forum"]

        assert (NOW, NOW + DAY) == (status.read_at, status.attempted_at)

    def test_recovers(self, store: Store):
        """A good reading takes the old reason and delay away."""
        record_health(store, "forum", Health(state=HealthState.REFUSED, reason="403", until=NOW + DAY), NOW)
        record_health(store, "forum", Health(state=HealthState.OK), NOW + DAY)

        assert Health(state=HealthState.OK) == statuses(store)["forum"].health

    def test_leaves_bookmark_and_pause(self, store: Store):
        """Health touches neither where a source was left nor whether it is paused."""
        move(store, {"a": 1}, Tally())
        set_paused(store, "forum", True)
        record_health(store, "forum", Health(state=HealthState.OK), NOW)

        assert {"a": 1} == bookmark_of(store, "forum")
        assert statuses(store)["forum"].paused


class TestSetPaused:
    def test_there_and_back(self, store: Store):
        """Paused and resumed, by name, also before the first reading."""
        seen = []
        for paused in (True, True, False):
            set_paused(store, "forum", paused)
            seen.append(statuses(store)["forum"].paused)

        assert [True, True, False] == seen


class TestStatuses:
    def test_none(self, store: Store):
        """A new store knows no source."""
        assert {} == statuses(store)

    def test_never_read(self, store: Store):
        """A source only paused so far is waiting, like one nobody has looked at."""
        set_paused(store, "forum", False)

        assert {"forum": unknown_status("forum")} == statuses(store)

    def test_whole(self, store: Store):
        """Everything known of a source is in its status."""
        move(store, {"a": 1}, Tally(posts=5, alerts=2, skipped=1), NOW)
        record_health(store, "forum", Health(state=HealthState.OK, reason="1 items could not be read"), NOW + DAY)

        expected = SourceStatus(
            name="forum",
            health=Health(state=HealthState.OK, reason="1 items could not be read"),
            attempted_at=NOW + DAY,
            read_at=NOW + DAY,
            last_post_at=NOW,
            watched_since=None,
            paused=False,
            posts=5,
            alerts=2,
            skipped=1,
        )
        assert {"forum": expected} == statuses(store)


class TestAdded:
    FORUM = AddedSource(name="forum", kind="jsonl", target="/srv/posts.jsonl", interval=300)
    CHANNEL = AddedSource(
        name="channel",
        kind="paste",
        target="http://paste.test/",
        interval=60,
        proxy="socks5://127.0.0.1:9050",
        allow=("192.168.7.0/24",),
    )

    def test_by_name(self, store: Store):
        """What was added is listed by name, as it was given."""
        add(store, self.FORUM)
        add(store, self.CHANNEL)

        assert [self.CHANNEL, self.FORUM] == added(store)

    def test_taken(self, store: Store):
        """A name that is taken is refused in one line, and the first one stays."""
        add(store, self.FORUM)
        other = AddedSource(name="forum", kind="export", target="/elsewhere", interval=1)

        expected = "^a source named forum exists: choose another name or remove it first$"
        with pytest.raises(StoreError, match=expected):
            add(store, other)
        assert [self.FORUM] == added(store)

    def test_remove(self, store: Store):
        """A removed source is forgotten with its bookmark and health; the others stay."""
        add(store, self.FORUM)
        add(store, self.CHANNEL)
        move(store, {"a": 1}, Tally(posts=1))
        move(store, {"b": 1}, Tally(posts=1), name="channel")

        assert remove(store, "forum")
        assert [self.CHANNEL] == added(store)
        assert ({}, {"b": 1}) == (bookmark_of(store, "forum"), bookmark_of(store, "channel"))
        assert {"channel"} == statuses(store).keys()

    def test_remove_unknown(self, store: Store):
        """What was not added cannot be removed, and a declared source keeps where it stands."""
        move(store, {"a": 1}, Tally())

        assert not remove(store, "forum")
        assert {"a": 1} == bookmark_of(store, "forum")

    def test_again(self, store: Store):
        """A removed name can be added again, and starts at the beginning."""
        add(store, self.FORUM)
        move(store, {"a": 1}, Tally())
        remove(store, "forum")
        add(store, self.FORUM)

        assert [self.FORUM] == added(store)
        assert {} == bookmark_of(store, "forum")
