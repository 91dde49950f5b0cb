"""Telegram accounts: each one session, one owner, one connection, one queue; each source read by one of them.

A lost connection is dialled again with growing rests, a method Telegram wants left alone rests until its time, and a
lost account says so and stays lost until a human logs in: nothing moves to another account by itself.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from telethon import TelegramClient, events, types

from crawler.account_client import answered, introduced, lock_name, new_client, session_path
from crawler.account_faults import BROKEN, FLOODS, collector_error
from crawler.account_gate import RequestRefusedError
from crawler.account_session import SessionFileError
from crawler.account_settings import AccountSettings, SecretsError
from crawler.account_turns import Turns, Urgency, turns_of
from crawler.collector import (
    AccessDenied,
    AccountBusy,
    AccountFrozen,
    CollectorError,
    SessionRevoked,
    SourceUnavailable,
)
from crawler.source import Source
from storage import telegram
from storage.errors import SourceBusyError
from storage.store import Store
from storage.telegram import AccountStatus

log = structlog.get_logger()

CLOSE_SECONDS = 5.0  # a stop of the program waits no longer for Telegram
TRIES = 4  # of one request, over broken connections
FIRST_REST = 0.25  # seconds before a dial after a failure; doubles
LONGEST_REST = 60.0
SHORT_REST = 5.0  # worth waiting for within one look
LOST_AGAIN = timedelta(hours=1)  # between two looks whether a lost account is back
MOST_PUSHED = 200  # posts of one channel, told of and not yet taken in

PUSHED = (
    types.UpdateNewChannelMessage,
    types.UpdateEditChannelMessage,
    types.UpdateDeleteChannelMessages,
    types.UpdateChannelTooLong,
)


class Account:
    """One account of this process; connects at its first request."""

    def __init__(self, settings: AccountSettings, store: Store, pace: float, hint: Callable[[str], None]) -> None:
        self.name = settings.name
        self.settings = settings
        self.is_live = False  # keeps its connection for what Telegram pushes
        # Channel → messages, new and edited.
        self.pushed: dict[int, deque[Any]] = defaultdict(lambda: deque(maxlen=MOST_PUSHED))
        self.watched: dict[int, str] = {}  # channel → the source that reads it
        self.met: set[tuple[int, str]] = set()  # channels and their names, as told once already
        self._store, self._pace, self._hint = store, pace, hint
        self._turns: dict[str, Turns] = {}
        self._dialling = asyncio.Lock()
        self._client: TelegramClient | None = None
        self._held: ExitStack | None = None  # the lock that makes us the account's one owner
        self._failures = 0
        self._dial_at = 0.0
        self._lost: tuple[CollectorError, datetime, float | None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        # What an earlier run of the program was told to leave alone is left alone still.
        known = telegram.account_status(store, self.name)
        for method, until in (known.parked if known else {}).items():
            self._turns_at(method).parked_until = until

    # ---------------------------------------------------------------- asking

    async def ask(
        self, request: Any, about: str, *, urgency: Urgency = Urgency.LIVE, patience: timedelta = timedelta()
    ) -> Any:
        """The answer to a request, in its turn. Raises `CollectorError` only.

        A method that must rest longer than our patience is not waited for: `SourceUnavailable` says until when.
        """
        method, tries = type(request).__name__, 0
        turns = self._turns_at(method)
        while True:
            await self._rest(turns, method, patience)
            await turns.turn(urgency)
            if turns.rests_until():
                continue  # somebody before us was told to leave it alone
            client = await self._connected()
            try:
                return await answered(client, request)
            except RequestRefusedError:
                raise  # a fault of ours
            except FLOODS as flood:
                turns.park(flood.seconds)
                await self._record("waiting", f"{method} must rest")
            except BROKEN as error:
                tries += 1
                await self._hang_up(client)
                if tries >= TRIES:
                    raise collector_error(error, self.name, about) from None
            except Exception as error:
                raise await self._meaning(error, about) from None

    async def _rest(self, turns: Turns, method: str, patience: timedelta) -> None:
        until = turns.rests_until()
        if until is None:
            return
        wait = until - datetime.now(UTC)
        if wait > patience:
            raise SourceUnavailable(
                f"account {self.name}: Telegram wants {method} left alone until {until:%Y-%m-%d %H:%M:%S} UTC",
                until=until,
            )
        await asyncio.sleep(wait.total_seconds())

    async def _meaning(self, error: Exception, about: str) -> CollectorError:
        found = collector_error(error, self.name, about)
        if isinstance(found, AccountFrozen | SessionRevoked):
            await self._lose(found)
        return found

    def may_call(self, method: str) -> bool:
        """Whether the method need not rest."""
        return self._turns_at(method).rests_until() is None

    def _turns_at(self, method: str) -> Turns:
        if method not in self._turns:
            self._turns[method] = turns_of(method, self._pace)
        return self._turns[method]

    # ---------------------------------------------------------------- the connection

    async def _connected(self) -> TelegramClient:
        async with self._dialling:
            if self._client is not None and self._client.is_connected():
                return self._client
            self._expect_not_lost()
            rest = self._dial_at - time.monotonic()
            if rest > SHORT_REST:
                until = datetime.now(UTC) + timedelta(seconds=rest)
                raise SourceUnavailable(f"account {self.name}: Telegram cannot be reached", until=until)
            if rest > 0:
                await asyncio.sleep(rest)
            self._client = await self._dial()
            return self._client

    async def _dial(self) -> TelegramClient:
        """A connected client whose session is good."""
        client: TelegramClient | None = None
        is_good = False
        try:
            self._hold()
            client = new_client(self.settings, self._store.folder)
            await introduced(client)
            is_good = True
        except (SecretsError, SessionFileError) as error:
            raise AccessDenied(str(error)) from None
        except CollectorError:
            raise
        except Exception as error:
            self._failures += 1
            self._dial_at = time.monotonic() + min(FIRST_REST * 2**self._failures, LONGEST_REST)
            raise await self._meaning(error, f"account {self.name}") from None
        finally:
            if client is not None and not is_good:
                await client.disconnect()
        was_lost = self._failures > 0 or self._dial_at > 0
        self._failures, self._dial_at, self._lost = 0, 0.0, None
        client.add_event_handler(self._take_push, events.Raw(list(PUSHED)))
        await self._record("ok", "")
        if self.is_live:
            self._keeper = asyncio.create_task(self._keep(client))
            if was_lost:
                self._hint_all()
        return client

    def _hold(self) -> None:
        """Takes the lock that makes us the account's one owner, unless we have it."""
        if not session_path(self._store.folder, self.name).exists():
            raise SessionRevoked(f"account {self.name} is not logged in: run `vigifuite telegram login {self.name}`")
        if self._held is None:
            held = ExitStack()
            try:
                held.enter_context(self._store.holding(lock_name(self.name)))
            except SourceBusyError as busy:
                raise AccountBusy(f"Telegram {busy}: stop that first, or use another account") from None
            self._held = held

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.close()

    async def _keep(self, client: TelegramClient) -> None:
        """Dials again when the connection is lost: pushed posts must not wait for the next look."""
        with contextlib.suppress(Exception):
            await client.disconnected
        log.warning("telegram_disconnected", account=self.name)
        self._dial_at = max(self._dial_at, time.monotonic() + FIRST_REST)
        while True:
            try:
                await self._connected()
                return
            except (AccountBusy, AccountFrozen, SessionRevoked, AccessDenied):
                return  # the next look says so
            except CollectorError:
                await asyncio.sleep(max(self._dial_at - time.monotonic(), FIRST_REST))

    async def _hang_up(self, broken: TelegramClient | None = None) -> None:
        """End the connection; where one is named as broken, only if nobody dialled another meanwhile."""
        if broken is not None and broken is not self._client:
            return
        client, self._client = self._client, None
        if client is not None:
            # Never left to the end of the event loop: Python 3.11 hangs there when updates are pending.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await client.disconnect()
            self._dial_at = max(self._dial_at, time.monotonic() + FIRST_REST)

    async def _lose(self, why: CollectorError) -> None:
        """The account is lost: let go of it, so that a human can log in again meanwhile."""
        self._lost = (why, datetime.now(UTC), self._session_time())
        state = "frozen" if isinstance(why, AccountFrozen) else "revoked"
        log.error("telegram_account_lost", account=self.name, state=state)
        await self._record(state, str(why))
        keeper, self._keeper = self._keeper, None
        if keeper and keeper is not asyncio.current_task():
            keeper.cancel()
        await self._hang_up()
        self._let_go()

    def _expect_not_lost(self) -> None:
        if self._lost is None:
            return
        why, since, session = self._lost
        if session == self._session_time() and datetime.now(UTC) - since < LOST_AGAIN:
            raise type(why)(str(why))

    def _session_time(self) -> float | None:
        path = session_path(self._store.folder, self.name)
        return path.stat().st_mtime if path.exists() else None

    async def _record(self, state: str, reason: str) -> None:
        parked = {method: until for method, turns in self._turns.items() if (until := turns.rests_until())}
        status = AccountStatus(name=self.name, state=state, reason=reason, at=datetime.now(UTC), parked=parked)
        await asyncio.to_thread(telegram.record_account, self._store, status)

    async def aclose(self) -> None:
        """Disconnect, and let go of the account."""
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        for turns in self._turns.values():
            await turns.aclose()
        await self._hang_up()
        self._let_go()

    # ---------------------------------------------------------------- what Telegram pushes

    async def _take_push(self, update: Any) -> None:
        """A hint that there is something to read; what was pushed may be edited or gone by then, so it is kept."""
        message = getattr(update, "message", None)
        channel_id = getattr(update, "channel_id", None) or getattr(
            getattr(message, "peer_id", None), "channel_id", None
        )
        if channel_id not in self.watched:
            return
        if message is not None:
            self.pushed[channel_id].append(message)
        self._hint(self.watched[channel_id])

    def _hint_all(self) -> None:
        """What was published while nobody listened is not told: everything is looked at."""
        for source in self.watched.values():
            self._hint(source)


class Accounts:
    """The accounts of this process, and which source each reads."""

    def __init__(self, settings: Sequence[AccountSettings], store: Store, pace: float) -> None:
        self.settings = tuple(settings)
        self.store = store
        self.is_live = False
        self.on_hint: Callable[[str], None] = lambda _source: None  # told the source that has something new
        self._pace = pace
        self._accounts: dict[str, Account] = {}

    def rule_for(self, source: str) -> AccountSettings | None:
        """The first account whose patterns fit a source's name."""
        return next((account for account in self.settings if account.reads(source)), None)

    def reads(self, source: str) -> bool:
        """Whether a source of this name would be read by an account."""
        return self.rule_for(source) is not None

    def given(self, source: Source) -> str | None:
        """The account a source was given to; a rule changed since does not take it away again."""
        if source.account:
            return source.account
        given = telegram.account_of(self.store, source.name)
        rule = self.rule_for(source.name)
        return given or (rule.name if rule else None)

    async def account_for(self, source: Source) -> Account:
        """The account that reads a source; it keeps it until an operator's command moves it."""
        name = await asyncio.to_thread(self._assigned, source)
        if name not in self._accounts:
            settings = next((each for each in self.settings if each.name == name), None)
            if settings is None:
                what = f"account {name}, which read it, is no longer configured" if name else "no account reads it"
                raise AccessDenied(f"{source.name}: {what}: see [[crawler.accounts]], or `vigifuite telegram move`")
            account = await asyncio.to_thread(Account, settings, self.store, self._pace, self._hinted)
            account.is_live = self.is_live
            self._accounts.setdefault(name or "", account)
        return self._accounts[name or ""]

    def _assigned(self, source: Source) -> str | None:
        name = self.given(source)
        is_configured = ":" not in source.name  # a sweep of a target of its own is remembered nowhere
        if name and is_configured and not source.account and telegram.account_of(self.store, source.name) is None:
            telegram.give_to(self.store, source.name, name)
        return name

    def _hinted(self, source: str) -> None:
        self.on_hint(source)

    async def aclose(self) -> None:
        """Disconnect every account."""
        for account in self._accounts.values():
            await account.aclose()
