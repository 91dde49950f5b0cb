"""Accounts, links that work once, sessions that end, and failures that slow the next try down."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import accounts, sessions
from storage.accounts import Role
from storage.errors import StoreError
from storage.store import Store, open_store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def person(store: Store, name: str = "ana", role: Role = Role.ANALYST) -> accounts.User:
    token = accounts.invite(store, role, "test", NOW)
    return accounts.accept(store, token, name, "hash", 0, NOW)


class TestInvitations:
    def test_the_first_link_is_an_administrators(self, store: Store):
        """It makes the one account everything begins with; then no such link is given any more."""
        token = accounts.invite_first(store, NOW)
        assert token
        first = accounts.accept(store, token, "ana", "hash", 0, NOW)

        assert Role.ADMIN == first.role
        assert accounts.invite_first(store, NOW) is None

    def test_other_first_links_are_void_then(self, store: Store):
        """`init` and `run` each print one."""
        one, two = accounts.invite_first(store, NOW), accounts.invite_first(store, NOW)
        assert one
        assert two
        accounts.accept(store, one, "ana", "hash", 0, NOW)

        assert accounts.invitation(store, two, NOW) is None

    def test_works_once_and_for_two_days(self, store: Store):
        """A link found later opens nothing."""
        used, late = accounts.invite(store, Role.READER, "ana", NOW), accounts.invite(store, Role.READER, "ana", NOW)
        accounts.accept(store, used, "ben", "hash", 0, NOW)

        for token in (used, late, "guessed"):
            with pytest.raises(StoreError, match="does not hold"):
                accounts.accept(store, token, "eve", "hash", 0, NOW + 49 * HOUR)

    def test_sets_an_account_anew(self, store: Store):
        """Another password and second factor; whoever was signed in is out."""
        ana = person(store)
        before, cookie = accounts.totp_secret(store, ana), sessions.begin(store, ana, "1", NOW)
        token = accounts.invite(store, Role.READER, "admin", NOW, user="ana")
        after = accounts.accept(store, token, "", "other", 0, NOW)

        assert (ana.id, Role.ANALYST, "other") == (after.id, after.role, after.password_hash)
        assert before != accounts.totp_secret(store, after)
        assert sessions.visitor_of(store, cookie, NOW) is None

    def test_a_name_stands_once(self, store: Store):
        """Two people are two names."""
        person(store)
        with pytest.raises(StoreError, match="exists"):
            person(store)

    def test_keeps_no_token_and_no_open_second_factor(self, store: Store):
        """Who steals the database alone signs in nowhere."""
        ana = person(store)
        token, secret = sessions.begin(store, ana, "1", NOW), accounts.totp_secret(store, ana)
        invited = accounts.invite(store, Role.READER, "ana", NOW)
        kept = b"".join(path.read_bytes() for path in store.folder.glob("vigifuite.db*"))

        assert [] == [each for each in (token, secret, invited) if each.encode() in kept]


class TestRoles:
    def test_the_last_administrator_stays(self, store: Store):
        """Nobody locks everybody out."""
        person(store, "ana", Role.ADMIN)
        with pytest.raises(StoreError, match="last administrator"):
            accounts.disable(store, "ana", NOW)
        with pytest.raises(StoreError, match="last administrator"):
            accounts.set_role(store, "ana", Role.LEAD)
        person(store, "ben", Role.ADMIN)
        accounts.disable(store, "ana", NOW)

        assert [("ana", True), ("ben", False)] == [
            (each.name, bool(each.disabled_at)) for each in accounts.users(store)
        ]


class TestSessions:
    @pytest.mark.parametrize(
        ("visits", "holds"),
        [
            ([14 * MINUTE], True),
            ([15 * MINUTE], False),
            ([minutes * MINUTE for minutes in range(10, 480, 10)], True),
            ([minutes * MINUTE for minutes in range(10, 490, 10)], False),
        ],
    )
    def test_end_when_idle_and_when_old(self, store: Store, visits: list[timedelta], holds: bool):
        """A quarter of an hour without a visit, or eight hours in any case."""
        token = sessions.begin(store, person(store), "1", NOW)
        for after in visits[:-1]:
            assert sessions.visitor_of(store, token, NOW + after)

        assert holds == (sessions.visitor_of(store, token, NOW + visits[-1]) is not None)

    def test_are_kept_over_a_restart(self, store: Store):
        """The store has them, not the process."""
        token = sessions.begin(store, person(store), "1", NOW)
        again = open_store(store.folder)

        assert sessions.visitor_of(again, token, NOW)
        again.close()

    def test_end_with_the_account(self, store: Store):
        """Who is disabled is out at once."""
        person(store, "admin", Role.ADMIN)
        token = sessions.begin(store, person(store), "1", NOW)
        accounts.disable(store, "ana", NOW)

        assert sessions.visitor_of(store, token, NOW) is None

    def test_are_ended_by_their_owner_only(self, store: Store):
        """Another account's sessions are none of mine."""
        ana, ben = person(store), person(store, "ben")
        token = sessions.begin(store, ana, "1", NOW)
        digest = accounts.token_sha256(token)
        sessions.end(store, digest, ben.id)
        assert sessions.visitor_of(store, token, NOW)
        sessions.end(store, digest, ana.id)

        assert sessions.visitor_of(store, token, NOW) is None


class TestFailures:
    def test_five_are_free_then_each_takes_longer(self, store: Store):
        """Never for good: nobody locks somebody else out."""
        waits = []
        for failures in range(12):
            waits.append(sessions.wait_before(store, "ana", f"10.0.0.{failures}", NOW))
            sessions.note_failure(store, "ana", f"10.0.0.{failures}", NOW)

        assert [timedelta()] * 5 == waits[:5]
        assert sorted(waits[5:]) == waits[5:]
        assert 15 * MINUTE >= max(waits) > 5 * MINUTE
        assert timedelta() == sessions.wait_before(store, "ana", "10.0.0.1", NOW + 16 * MINUTE)

    def test_twenty_are_free_from_one_address(self, store: Store):
        """Whatever names are tried."""
        for failures in range(20):
            assert timedelta() == sessions.wait_before(store, f"name-{failures}", "10.0.0.9", NOW)
            sessions.note_failure(store, f"name-{failures}", "10.0.0.9", NOW)

        assert timedelta() < sessions.wait_before(store, "another", "10.0.0.9", NOW)

    def test_are_remembered_over_a_restart(self, store: Store):
        """A restart is no way around."""
        for _ in range(6):
            sessions.note_failure(store, "ana", "1", NOW)
        again = open_store(store.folder)

        assert sessions.wait_before(again, "ana", "2", NOW) > timedelta()
        again.close()

    def test_keep_no_name(self, store: Store):
        """It may have been a password."""
        sessions.note_failure(store, "hunter2-in-the-wrong-field", "1", NOW)
        kept = b"".join(path.read_bytes() for path in store.folder.glob("vigifuite.db*"))

        assert b"hunter2" not in kept
