"""Accounts through what befalls them: waits, bans, ended sessions, lost connections, other owners, proxies."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from telethon import functions

from crawler.accounts import Account, Accounts
from crawler.collector import AccessDenied, AccountBusy, AccountFrozen, SessionRevoked, SourceUnavailable
from crawler.source import Source
from detectors.model import Post
from storage import telegram as kept
from tests.crawler import hostile_server
from tests.crawler.telegram_accounts import Reader, account_settings, accounts_of, enrolled
from tests.telegram_server.mtproxy import mtproxy
from tests.telegram_server.world import Drop, RpcError, flood

STATE = functions.updates.GetStateRequest


def source(name: str = "annonces", **more: object) -> Source:
    return Source(name=name, kind="telegram-account", target=f"@{name}", interval=60, **more)  # type: ignore[arg-type]


async def account_in(accounts: Accounts, name: str = "annonces") -> Account:
    return await accounts.account_for(source(name))


async def until(is_there: Callable[[], object]) -> None:
    """Wait until something is so, at most half a minute."""
    ends = time.monotonic() + 30
    while not is_there() and time.monotonic() < ends:  # noqa: ASYNC110 (it happens in another thread)
        await asyncio.sleep(0.02)
    assert is_there()


class TestFlood:
    @pytest.mark.parametrize("error", [flood(5), flood(600), flood(64_800), RpcError(420, "FLOOD_PREMIUM_WAIT_600")])
    async def test_a_wait_parks_the_method_until_its_time(self, settings, store, telegram, channel, error):
        """Said until when, at once and again; the method is not called meanwhile, by anybody."""
        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        seconds = int(error.message.rpartition("_")[2])
        async with accounts_of(store, settings) as accounts:
            telegram.faults["GetHistoryRequest"].append(error)
            for _ in range(2):
                with pytest.raises(SourceUnavailable, match="GetHistoryRequest left alone") as raised:
                    await Reader(accounts).look()
                wait = raised.value.until - datetime.now(UTC)
                assert timedelta(seconds=seconds - 5) < wait <= timedelta(seconds=seconds)
            status = kept.account_status(store, "first")

        assert 1 == telegram.requests.count("GetHistoryRequest")
        assert ("waiting", ["GetHistoryRequest"]) == (status.state, list(status.parked))

    async def test_a_wait_outlasts_the_program(self, settings, store, telegram, channel):
        """Started again and again it does not ask either, whatever else it asked in between."""
        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        telegram.faults["GetHistoryRequest"].append(flood(600))
        for _ in range(3):
            async with accounts_of(store, settings) as accounts:
                await (await account_in(accounts)).ask(STATE(), "x")
                with pytest.raises(SourceUnavailable, match="left alone"):
                    await Reader(accounts).look()

        assert 1 == telegram.requests.count("GetHistoryRequest")

    async def test_other_methods_go_on(self, settings, store, telegram):
        """Nobody waits who asks for something else, and no worker is held."""
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            account = await account_in(accounts)
            telegram.faults["ResolveUsernameRequest"].append(flood(64_800))
            with pytest.raises(SourceUnavailable):
                await account.ask(functions.contacts.ResolveUsernameRequest("annonces"), "x")

            assert await account.ask(STATE(), "x")

    async def test_no_other_channel_is_delayed(self, settings, store, telegram):
        """While history rests, what is new in every channel comes by its log; afterwards history makes it sure."""
        channels = [telegram.channel(f"annonces_{number}") for number in range(4)]
        for channel in channels:
            telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            readers = [Reader(accounts, name=channel.username) for channel in channels]
            for reader in readers:
                await reader.look()
            telegram.faults["GetHistoryRequest"].append(flood(64_800))
            for channel in channels:
                telegram.post(channel, "du nouveau")
            found = [await reader.look() for reader in readers]
            reached = [reader.bookmark["ref"] for reader in readers]

        assert [["2"]] * 4 == [[taken.ref for taken in taken_in if isinstance(taken, Post)] for taken_in in found]
        assert ["waiting"] * 4 == [taken_in[-1].what for taken_in in found]
        assert [1] * 4 == reached  # history has not shown it yet

    async def test_a_short_wait_within_our_patience_is_waited_for(self, settings, store, telegram):
        """A sweep has time."""
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            account = await account_in(accounts)
            telegram.faults["ResolveUsernameRequest"].append(flood(1))
            telegram.channel("annonces")
            asked = functions.contacts.ResolveUsernameRequest("annonces")

            assert await account.ask(asked, "x", patience=timedelta(minutes=1))
        assert 2 == telegram.requests.count("ResolveUsernameRequest")


class TestLost:
    @pytest.mark.parametrize(
        ("error", "kind", "state"),
        [
            (RpcError(401, "USER_DEACTIVATED_BAN"), AccountFrozen, "frozen"),
            (RpcError(401, "USER_DEACTIVATED"), AccountFrozen, "frozen"),
            (RpcError(420, "FROZEN_METHOD_INVALID"), AccountFrozen, "frozen"),
            (RpcError(401, "SESSION_REVOKED"), SessionRevoked, "revoked"),
            (RpcError(401, "AUTH_KEY_UNREGISTERED"), SessionRevoked, "revoked"),
            (RpcError(406, "AUTH_KEY_DUPLICATED"), SessionRevoked, "revoked"),
        ],
    )
    async def test_each_its_own_state(self, settings, store, telegram, channel, error, kind, state):
        """Said at every look; after the first nobody is asked any more, and the account can be logged in anew."""
        telegram.post(channel, "bonjour")
        user = await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            reader = Reader(accounts)
            await reader.look()
            telegram.lost[user] = error
            for _ in range(3):
                with pytest.raises(kind, match="first"):
                    await reader.look()
            asked = len(telegram.requests)
            with pytest.raises(kind):
                await reader.look()
            assert asked == len(telegram.requests)
            assert state == kept.account_status(store, "first").state
            telegram.lost.clear()
            with store.holding("account first"):  # it let go
                pass
            (store.folder / "accounts" / "first.session").touch()  # somebody logged in
            telegram.post(channel, "du nouveau")

            assert ["2"] == await reader.refs()

    async def test_a_key_the_server_forgot(self, settings, store, served):
        """Told like an ended session, and not dialled again and again."""
        await enrolled(settings, store)
        served.keys.agreed.clear()
        async with accounts_of(store, settings) as accounts:
            with pytest.raises(SessionRevoked):
                await Reader(accounts).look()

    async def test_another_account_goes_on(self, store, telegram, served, tmp_path):
        """What one account lost nobody else takes over by itself, and nobody else is held up."""
        for name in ("annonces", "autres"):
            telegram.post(telegram.channel(name), "bonjour")
        first = account_settings(served, tmp_path, sources=("annonces",))
        second = account_settings(served, tmp_path, "second", "33600000002")
        user = await enrolled(first, store)
        await enrolled(second, store)
        async with accounts_of(store, first, second) as accounts:
            mine, others = Reader(accounts), Reader(accounts, name="autres")
            await mine.look()
            telegram.lost[user] = RpcError(401, "USER_DEACTIVATED_BAN")
            with pytest.raises(AccountFrozen):
                await mine.look()
            assert ["1"] == await others.refs()
            assert ("first", "second") == (kept.account_of(store, "annonces"), kept.account_of(store, "autres"))

            kept.move_sources(store, "first", "second", ["annonces"])
            telegram.post(telegram.named("annonces"), "du nouveau")

            assert ["2"] == await mine.refs()

    async def test_never_logged_in(self, settings, store, telegram):
        """Says what to run, and dials nobody."""
        async with accounts_of(store, settings) as accounts:
            with pytest.raises(SessionRevoked, match="vigifuite telegram login first"):
                await Reader(accounts).look()

        assert [] == telegram.requests

    async def test_secrets_that_are_no_longer_there(self, settings, store):
        """One line, no secret in it."""
        await enrolled(settings, store)
        settings.secrets.unlink()
        async with accounts_of(store, settings) as accounts:
            with pytest.raises(AccessDenied, match=r"first\.toml cannot be read"):
                await Reader(accounts).look()


class TestConnection:
    async def test_what_a_lost_connection_swallowed_is_asked_again(self, settings, store, telegram, channel):
        """A line that goes dead before the answer costs nothing but time."""
        for number in range(250):
            telegram.post(channel, f"annonce {number}")
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            telegram.faults["GetHistoryRequest"].extend([Drop(), Drop()])

            assert [str(number) for number in range(1, 251)] == await Reader(accounts).refs()

    async def test_a_server_that_hangs_up_on_everybody(self, settings, store, telegram):
        """Dialled a few times with growing rests, then said; Telethon by itself dials without rest."""
        await enrolled(settings, store)
        telegram.on_request = lambda _name, _request: Drop()
        before = len(telegram.requests)
        async with accounts_of(store, settings) as accounts:
            for _ in range(3):
                with pytest.raises(SourceUnavailable, match="cannot be reached"):
                    await Reader(accounts).look()

        assert len(telegram.requests) - before < 20

    async def test_trouble_while_dialling(self, settings, store, telegram):
        """Internal trouble, a flood: said for what it is, and dialled with growing rests too."""
        await enrolled(settings, store)
        telegram.faults["GetUsersRequest"].extend([RpcError(500, "INTERNAL")] * 3 + [flood(600)] * 2)
        async with accounts_of(store, settings) as accounts:
            account = await account_in(accounts)
            for _ in range(3):
                with pytest.raises(SourceUnavailable):
                    await account.ask(STATE(), "x")
            assert account._failures >= 2

    async def test_many_at_once_dial_once(self, settings, store, telegram):
        """Fifty looks that start together share one connection."""
        for number in range(50):
            telegram.post(telegram.channel(f"annonces_{number}"), "bonjour")
        await enrolled(settings, store)
        dialled = telegram.requests.count("GetConfigRequest")
        async with accounts_of(store, settings) as accounts:
            readers = [Reader(accounts, name=f"annonces_{number}") for number in range(50)]
            found = await asyncio.gather(*(reader.refs() for reader in readers))

        assert [["1"]] * 50 == found
        assert dialled + 1 == telegram.requests.count("GetConfigRequest")

    async def test_internal_trouble_of_the_server(self, settings, store, telegram):
        """Tried again by Telethon, then said by its number."""
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            account = await account_in(accounts)
            telegram.on_request = lambda name, _: RpcError(500, "RPC_CALL_FAIL") if name == "GetStateRequest" else None
            with pytest.raises(SourceUnavailable, match="internal trouble"):
                await account.ask(STATE(), "x")


class TestPush:
    async def test_a_push_is_a_hint_for_members(self, settings, store, telegram, channel):
        """Only of channels somebody reads; what was pushed is kept for the look."""
        telegram.post(channel, "bonjour")
        other = telegram.channel("autres")
        user = await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            hints: list[str] = []
            accounts.is_live, accounts.on_hint = True, hints.append
            await Reader(accounts).look()
            channel.members.add(user)
            other.members.add(user)
            telegram.post(other, "personne ne me lit")
            telegram.post(channel, "du nouveau")
            await until(lambda: hints)

        assert {"annonces"} == set(hints)

    async def test_a_lost_connection_hints_at_everything(self, settings, store, telegram, served, channel):
        """It is dialled again by itself, and what was published meanwhile is looked for."""
        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            hints: list[str] = []
            accounts.is_live, accounts.on_hint = True, hints.append
            await Reader(accounts).look()
            served.hang_up()
            await until(lambda: hints)

        assert ["annonces"] == hints

    async def test_edited_and_deleted_before_anybody_looked(self, settings, store, telegram, channel):
        """Each content that was pushed is taken in, though history shows none of them any more."""
        telegram.post(channel, "bonjour")
        channel.members.add(await enrolled(settings, store))
        async with accounts_of(store, settings) as accounts:
            hints: list[str] = []
            accounts.on_hint = hints.append
            reader = Reader(accounts)
            await reader.look()
            telegram.post(channel, "vends")
            telegram.edit(channel, 2, "vendu")
            telegram.delete(channel, 2)
            await until(lambda: len(hints) == 3)
            posts = await reader.posts()

        assert ["vends", "vendu"] == [post.text for post in posts]


class TestOwner:
    async def test_one_owner_at_a_time(self, settings, store, telegram, channel):
        """Another process that reads through the account is named; once it is gone we may."""
        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        script = (
            "import sys, pathlib; from storage.store import open_store; s = open_store(pathlib.Path(sys.argv[1]))\n"
            "with s.holding('account first'): print('held', flush=True); sys.stdin.read()"
        )
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", script, str(store.folder)]
        with subprocess.Popen(  # noqa: ASYNC220
            command, stdin=pipe, stdout=pipe, text=True
        ) as holder:
            assert "held\n" == holder.stdout.readline()
            async with accounts_of(store, settings) as accounts:
                with pytest.raises(AccountBusy, match=f"account first is held by process {holder.pid}"):
                    await Reader(accounts).look()
                holder.communicate("")

                assert ["1"] == await Reader(accounts).refs()

    async def test_lets_go_at_the_end(self, settings, store, telegram, channel):
        """And while it works it holds on."""
        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            await Reader(accounts).look()
            async with accounts_of(store, settings) as others:
                with pytest.raises(AccountBusy):
                    await Reader(others).look()
        async with accounts_of(store, settings) as accounts:
            assert ["1"] == await Reader(accounts).refs()

    async def test_a_source_stays_with_its_account(self, settings, store, served, tmp_path):
        """Whatever the rules say later; a source that names its account is read by that one."""
        second = account_settings(served, tmp_path, "second", sources=("*",))
        async with accounts_of(store, settings, second) as accounts:
            assert "first" == (await accounts.account_for(source())).name
        async with accounts_of(store, second, settings) as accounts:
            assert "first" == (await accounts.account_for(source())).name
            assert "second" == (await accounts.account_for(source("autres"))).name
            assert "first" == (await accounts.account_for(source("dits", account="first"))).name

    async def test_nobody_reads_it(self, store):
        """Says what to configure."""
        async with accounts_of(store) as accounts:
            with pytest.raises(AccessDenied, match="no account reads it"):
                await accounts.account_for(source())


class TestProxy:
    async def test_through_socks(self, store, telegram, served, channel, tmp_path):
        """The server is only ever dialled by the proxy."""
        telegram.post(channel, "bonjour")
        async with hostile_server.socks(served.port) as proxy:
            settings = account_settings(served, tmp_path, proxy=proxy.url)
            await enrolled(settings, store)
            async with accounts_of(store, settings) as accounts:
                assert ["1"] == await Reader(accounts).refs()

        assert 2 <= len(proxy.goals)
        assert {served.port} == {port for _, _, port in proxy.goals}

    async def test_through_an_mtproto_proxy(self, store, telegram, served, channel, tmp_path):
        """Obfuscated with its secret, which the proxy tells from any other."""
        telegram.post(channel, "bonjour")
        async with mtproxy(served.port) as proxy:
            settings = account_settings(served, tmp_path, proxy=proxy.url)
            await enrolled(settings, store)
            async with accounts_of(store, settings) as accounts:
                assert ["1"] == await Reader(accounts).refs()

        assert 2 == proxy.clients

    async def test_a_dead_proxy_is_not_gone_around(self, settings, store, telegram, served, channel, tmp_path):
        """Nobody is dialled directly."""
        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        asked = len(telegram.requests)
        proxied = account_settings(served, tmp_path, proxy="socks5://127.0.0.1:9")
        async with accounts_of(store, proxied) as accounts:
            with pytest.raises(SourceUnavailable, match="cannot be reached"):
                await Reader(accounts).look()

        assert asked == len(telegram.requests)


def test_an_interrupted_program_ends(settings, store, telegram, channel):
    """Cancelled amid pushed updates with a connection open: Python 3.11 hangs there unless it was closed first."""
    telegram.post(channel, "bonjour")

    async def main() -> None:
        channel.members.add(await enrolled(settings, store))
        async with accounts_of(store, settings) as accounts:
            accounts.is_live = True
            await Reader(accounts).look()
            for number in range(50):
                telegram.post(channel, f"annonce {number}")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())
