"""A channel's history read once through an account, for an operator: since a date, or what holds a word.

It takes its turns behind every live look, waits out what Telegram wants left alone, and can be gone on with: its
bookmark says how far it came, and how far there is to go.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from telethon import functions

from crawler.account_turns import Urgency
from crawler.accounts import Accounts
from crawler.collector import Bookmark, Noticed, SourceGone, Taken
from crawler.collectors.reading import Clock, now
from crawler.collectors.telegram_account_post import Message, post_of, shown_in
from crawler.collectors.telegram_account_standing import in_runs
from crawler.collectors.telegram_channel import LONG_HOLE, MOST, NOBODY, AccountChannel, Page, open_channel
from crawler.source import Source
from detectors.model import PlaceKnown

PATIENCE = timedelta(minutes=15)  # a rest longer than that ends the sweep; it goes on when started again


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSweepCollector:
    """Reads a channel from a moment to another, oldest first."""

    source: Source
    name: str
    accounts: Accounts
    since: datetime | None
    until: datetime | None = None
    search: str = ""
    clock: Clock = now

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        channel = await open_channel(self.accounts, self.source, self.name, None, Urgency.SWEEP, PATIENCE)
        yield PlaceKnown(name=f"telegram:@{self.name.lower()}", place=channel.place), bookmark
        reached = await self._begin(channel, bookmark)
        missing: set[int] = set()
        async with aclosing(self._messages(channel, reached, missing)) as pages:
            async for page in pages:
                for shown in shown_in(page.messages, {}):
                    reached = reached.at(shown.last, shown.messages[-1])
                    yield post_of(shown, channel.around(), self.clock()), reached.bookmark()
        while channel.met:
            yield channel.met.pop(), reached.bookmark()
        if missing:
            text = f"@{self.name}: not given by Telegram: {in_runs(missing)}"
            yield Noticed(what="gap", text=text), reached.bookmark()

    async def _begin(self, channel: AccountChannel, bookmark: Bookmark) -> "Reached":
        newest = (await channel.newest()).newest
        known = Reached.of(bookmark)
        if known is not None:
            return replace(known, newest=newest)
        first = await channel.newest_before(self.since) if self.since else 0
        return Reached(first=first, ref=first, newest=newest)

    async def _messages(
        self, channel: AccountChannel, reached: "Reached", missing: set[int]
    ) -> AsyncGenerator[Page, None]:
        """Page after page, as far as was published when the sweep began, or until its last moment."""
        ref = reached.ref
        while ref < reached.newest:
            page = await (self._found(channel, ref) if self.search else channel.after(ref))
            if not page.messages:
                return
            page = _whole_albums(page)
            if not self.search:
                page = await _with_missing(channel, page, ref + 1, missing)
            ref = page.newest
            yield page
            if self.until and page.messages[-1].date >= self.until:
                return

    async def _found(self, channel: AccountChannel, ref: int) -> Page:
        """The next messages in which the server finds the words."""
        request = functions.messages.SearchRequest(
            peer=channel.peer,
            q=self.search,
            filter=NOBODY,
            min_date=self.since,
            max_date=self.until,
            offset_id=ref + 1,
            add_offset=-MOST,
            limit=MOST,
            max_id=0,
            min_id=0,
            hash=0,
        )
        page = await channel.page(await channel.ask(request))
        return replace(page, messages=[message for message in page.messages if message.id > ref])


def _whole_albums(page: Page) -> Page:
    """A page without the album it may cut at its end."""
    album = getattr(page.messages[-1], "grouped_id", None) if page.is_full else None
    whole = [message for message in page.messages if not album or getattr(message, "grouped_id", None) != album]
    return replace(page, messages=whole) if whole else page


async def _with_missing(channel: AccountChannel, page: Page, first: int, missing: set[int]) -> Page:
    """A page with what history left out of it; what is not given at all is noted as missing."""
    there = {message.id for message in page.messages}
    holes = [number for number in range(max(first, page.newest - 5 * LONG_HOLE), page.newest) if number not in there]
    if not holes or len(holes) > LONG_HOLE:
        return page
    asked = await channel.by_number(holes)
    missing |= set(holes) - asked.empty - {message.id for message in asked.messages}
    return replace(page, messages=sorted([*page.messages, *asked.messages], key=lambda message: int(message.id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a sweep came, between its first number and the newest there was when it began."""

    first: int
    ref: int
    newest: int
    moment: datetime | None = None  # when the post reached was published

    @classmethod
    def of(cls, bookmark: Bookmark) -> "Reached | None":
        first, ref, newest = (bookmark.get(key) for key in ("first", "ref", "newest"))
        if not (isinstance(first, int) and isinstance(ref, int) and isinstance(newest, int)):
            return None
        at = bookmark.get("moment")
        return cls(
            first=first, ref=ref, newest=newest, moment=datetime.fromisoformat(at) if isinstance(at, str) else None
        )

    def at(self, ref: int, message: Message) -> "Reached":
        return replace(self, ref=max(ref, self.ref), moment=message.date)

    def bookmark(self) -> Bookmark:
        at = self.moment.astimezone(UTC).isoformat() if self.moment else None
        return {"first": self.first, "ref": self.ref, "newest": self.newest, "moment": at}


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramAccountPostCollector:
    """Reads one post through an account; of an album, the whole."""

    source: Source
    name: str
    number: int
    accounts: Accounts
    clock: Clock = now

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        channel = await open_channel(self.accounts, self.source, self.name, None, Urgency.SWEEP, PATIENCE)
        yield PlaceKnown(name=f"telegram:@{self.name.lower()}", place=channel.place), bookmark
        page = await channel.by_number([self.number])
        if not page.messages:
            raise SourceGone(f"@{self.name}: it has no post {self.number} any more")
        messages: list[Any] = await channel.whole_album(page.messages[0])
        for shown in shown_in(messages, {}):
            yield post_of(shown, channel.around(), self.clock()), bookmark
