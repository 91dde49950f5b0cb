"""What is known of accounts and channels, sweeps that go on, channels worth a look."""

from datetime import UTC, datetime, timedelta

import pytest

from detectors.model import PlaceKnown
from storage import suggestions, sweeps, telegram
from storage.errors import StoreError
from storage.telegram import AccountStatus, KnownChannel

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


def channel(number: int = 7, name: str | None = "annonces", **more: object) -> KnownChannel:
    given = {"channel_id": number, "access_hash": -(2**62), "resolved_as": "annonces", "username": name, **more}
    return KnownChannel(**given)  # type: ignore[arg-type]


class TestChannels:
    def test_known_by_name_and_by_number(self, store):
        """For the account that was told, and by the name it has now."""
        telegram.remember_channel(store, "first", channel())

        assert channel() == telegram.channel_named(store, "first", "Annonces")
        assert channel() == telegram.channel_numbered(store, "first", 7)
        assert telegram.channel_named(store, "second", "annonces") is None
        assert telegram.channel_numbered(store, "first", 8) is None

    def test_the_history_of_its_names(self, store):
        """Under the old name it is no longer found: somebody else may have it."""
        telegram.remember_channel(store, "first", channel())
        telegram.remember_channel(store, "first", channel(name="annonces_bis"))

        assert telegram.channel_named(store, "first", "annonces") is None
        assert "annonces_bis" == telegram.channel_numbered(store, "first", 7).username
        assert ["annonces_bis", "annonces"] == telegram.names_of(store, 7)


class TestOwnership:
    def test_a_source_has_one_account(self, store):
        """The last word counts."""
        telegram.give_to(store, "src", "first")
        telegram.give_to(store, "src", "second")

        assert "second" == telegram.account_of(store, "src")
        assert ([], ["src"]) == (telegram.sources_of(store, "first"), telegram.sources_of(store, "second"))
        assert telegram.account_of(store, "other") is None

    def test_moved_by_command(self, store):
        """Some, or all that are left."""
        for name in "abc":
            telegram.give_to(store, name, "first")

        assert ["b"] == telegram.move_sources(store, "first", "second", ["b"])
        assert ["a", "c"] == telegram.move_sources(store, "first", "second", [])
        assert ["a", "b", "c"] == telegram.sources_of(store, "second")

    def test_what_it_does_not_read_cannot_be_moved(self, store):
        """And then nothing is."""
        telegram.give_to(store, "a", "first")
        with pytest.raises(StoreError, match="does not read b"):
            telegram.move_sources(store, "first", "second", ["a", "b"])

        assert ["a"] == telegram.sources_of(store, "first")


def test_how_an_account_is(store):
    """With the methods that must rest."""
    status = AccountStatus(name="first", state="waiting", reason="x", at=NOW, parked={"GetHistoryRequest": NOW})
    telegram.record_account(store, status)

    assert status == telegram.account_status(store, "first")
    assert telegram.account_status(store, "second") is None


class TestSweeps:
    def test_go_on_where_they_stopped(self, store):
        """Until they come to their end."""
        sweeps.reach(store, "a", {"ref": 1})
        sweeps.reach(store, "a", {"ref": 2})
        assert {"ref": 2} == sweeps.left_at(store, "a")
        sweeps.finish(store, "a")

        assert sweeps.left_at(store, "a") is None

    def test_others_stay(self, store):
        """Each is its own."""
        sweeps.reach(store, "b", {"ref": 1})
        sweeps.finish(store, "a")

        assert {"ref": 1} == sweeps.left_at(store, "b")


class TestSuggestions:
    def count(self, store, via: str, target: str, why: str, posts: int, matched: int = 0) -> None:
        with store.writing() as session:
            suggestions.count(session, via, {(target, why): posts}, {(target, why): matched})

    def test_ranked(self, store):
        """Successors first, then by what matched, then by how often."""
        self.count(store, "src", "telegram:@often", "link", 9)
        self.count(store, "src", "telegram:@matched", "link", 2, 1)
        self.count(store, "src", "telegram:@next", "successor", 1)
        self.count(store, "src", "telegram:@often", "link", 1)
        found = suggestions.suggestions(store, set())

        assert [("next", 1, 0), ("matched", 2, 1), ("often", 10, 0)] == [(f.name, f.posts, f.matched) for f in found]

    def test_what_is_watched_is_none(self, store):
        """By name, or as a channel an account reads."""
        telegram.remember_channel(store, "first", channel(7))
        self.count(store, "src", "telegram:7", "forward", 3)
        self.count(store, "src", "telegram:@seen", "link", 3)

        assert [] == suggestions.suggestions(store, {"seen"})

    def test_a_name_joins_its_number(self, store):
        """What was counted under both is one."""
        self.count(store, "src", "telegram:@next", "link", 2, 1)
        self.count(store, "src", "telegram:9", "link", 3)
        self.count(store, "src", "telegram:@next", "forward", 1)
        suggestions.join_names(store, PlaceKnown(name="telegram:@next", place="telegram:9"))
        [found] = suggestions.suggestions(store, set())

        assert ("telegram:9", "next", 6, 1) == (found.target, found.name, found.posts, found.matched)
        assert ("forward", "link") == found.why
        assert datetime.now(UTC) - found.last_seen < timedelta(minutes=5)
