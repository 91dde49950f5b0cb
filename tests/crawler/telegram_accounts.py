"""Accounts of the pretend Telegram, logged in as an operator would, and looks through them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.account_login import Human, log_in
from crawler.account_settings import AccountSettings
from crawler.accounts import Accounts
from crawler.collector import Bookmark, Taken
from crawler.collectors.telegram_account import TelegramAccountCollector
from crawler.source import Source
from detectors.model import Deletion, Post
from storage.store import Store
from tests.telegram_server.serving import Served
from tests.telegram_server.world import CODE

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
API = f'api_id = 1\napi_hash = "{"a" * 32}"\n'


def account_settings(
    served: Served, folder: Path, name: str = "first", phone: str = "33600000001", **more: Any
) -> AccountSettings:
    """Settings of an account whose secrets lie in a file only we can read."""
    secrets = folder / f"{name}.toml"
    secrets.write_text(f'{API}phone = "{phone}"\n')
    secrets.chmod(0o600)
    given = {"server": ("127.0.0.1", served.port), "server_key": served.write_key(folder), "secrets": secrets, **more}
    return AccountSettings(name=name, **given)


def human(*codes: str, password: str = "", shown: list[str] | None = None) -> Human:
    answers: Iterator[str] = iter(codes or (CODE,))
    words: list[str] = [] if shown is None else shown
    return Human(phone=lambda: "33600000001", code=lambda: next(answers), password=lambda: password, show=words.append)


async def enrolled(settings: AccountSettings, store: Store) -> int:
    """The account's number at Telegram, once it is logged in."""
    return await log_in(settings, store, human(), by_qr=False)


@asynccontextmanager
async def accounts_of(store: Store, *settings: AccountSettings, pace: float = 0) -> AsyncIterator[Accounts]:
    """The accounts, disconnected at the end whatever happens."""
    accounts = Accounts(settings, store, pace)
    try:
        yield accounts
    finally:
        await accounts.aclose()


@dataclass
class Reader:
    """Looks at one channel again and again, from where it left off."""

    accounts: Accounts
    name: str = "annonces"
    comments: bool = False
    bookmark: Bookmark = field(default_factory=dict)
    alerted: set[str] = field(default_factory=set)
    since: datetime = LONG_AGO
    clock: Any = None

    @property
    def collector(self) -> TelegramAccountCollector:
        source = Source(
            name=self.name, kind="telegram-account", target=f"@{self.name}", interval=60, comments=self.comments
        )
        more = {"clock": self.clock} if self.clock else {}
        return TelegramAccountCollector(
            source=source,
            name=self.name,
            accounts=self.accounts,
            since=self.since,
            alerted=lambda _place: self.alerted,
            **more,
        )

    async def look(self) -> list[Taken]:
        """What one look gives; every post counts as an alert from then on."""
        found: list[Taken] = []
        async for taken, bookmark in self.collector.collect(self.bookmark):
            self.bookmark = bookmark
            if taken is not None:
                found.append(taken)
        self.alerted |= {taken.ref for taken in found if isinstance(taken, Post)}
        return found

    async def posts(self) -> list[Post]:
        return [taken for taken in await self.look() if isinstance(taken, Post)]

    async def refs(self) -> list[str]:
        return [post.ref for post in await self.posts()]


def deletions(found: list[Taken]) -> list[str]:
    return [taken.ref for taken in found if isinstance(taken, Deletion)]
