"""Reads a Telegram channel or group through an account, without joining it.

The truth is its history, read forward from the bookmark, oldest first; each look also compares the newest hundred
posts with what they were. What Telegram pushes, and its log of what happened since the last look, only bring earlier
what history would show, and what history no longer can: the text a post had before it was edited again or deleted.

Numbers of posts are dense, so a number that is missing is asked for by itself: deleted, or not given (yet).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telethon import types

from crawler.account_turns import Urgency
from crawler.accounts import Accounts
from crawler.collector import AccessDenied, Bookmark, CollectorError, Noticed, SourceGone, SourceUnavailable, Taken
from crawler.collectors.reading import Clock, now
from crawler.collectors.telegram_account_comments import comments_of
from crawler.collectors.telegram_account_post import Message, Shown, edited_at, mark_of, post_of, shown_in
from crawler.collectors.telegram_account_standing import Standing, in_runs
from crawler.collectors.telegram_channel import LONG_HOLE, AccountChannel, Page, channel_behind, open_channel
from crawler.collectors.telegram_preview import nothing_alerted
from crawler.source import Source
from detectors.model import Deletion, PlaceKnown

REREAD = 20  # pages looked through for edits after more happened than the log tells
REVISIT = timedelta(hours=1)  # between two looks at alerted posts further back
SLACK = timedelta(minutes=5)  # between Telegram's clock and ours
REVISITED = 1000  # of them, the newest
WIDEST_HOLE = 5000  # numbers looked into; a channel's numbers may leap by more where years of posts were deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramAccountCollector:
    """Reads one channel: what is new since the bookmark, what was edited, which alerted posts are gone."""

    source: Source
    name: str
    accounts: Accounts
    since: datetime  # where a first look begins
    alerted: Callable[[str], set[str]] = nothing_alerted  # place → refs of its alerts; called in a thread
    clock: Clock = now

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        standing = Standing.of(bookmark)
        channel = await open_channel(
            self.accounts, self.source, self.name, standing.channel_id, Urgency.LIVE, timedelta()
        )
        look = _Look(self, channel, standing)
        async with aclosing(look.taken()) as found:
            async for taken in found:
                yield taken, standing.bookmark()
        yield None, standing.bookmark()


@dataclass(slots=True)
class _Look:
    """One look at the channel; the standing moves with it."""

    collector: TelegramAccountCollector
    channel: AccountChannel
    standing: Standing
    told: dict[int, str] = field(default_factory=dict)  # post → its mark, when it was given in this look
    suspects: set[int] = field(default_factory=set)  # posts that may be gone

    async def taken(self) -> AsyncGenerator[Taken, None]:
        standing, channel = self.standing, self.channel
        if standing.channel_id is None:
            standing.channel_id = channel.id
            yield PlaceKnown(name=f"telegram:@{channel.name.lower()}", place=channel.place)
        async for taken in self._pushed():
            yield taken
        async for taken in self._happened():
            yield taken
        async for taken in self._swept_or_waiting():
            yield taken
        async for gone in self._deletions():
            yield gone
        while channel.met:
            yield channel.met.pop()
        for noticed in await self._noticed():
            yield noticed

    async def _swept_or_waiting(self) -> AsyncGenerator[Taken, None]:
        """History; while Telegram wants it left alone, the log of what happened, another method, has to do."""
        try:
            async for taken in self._sweep():
                yield taken
            if self._is_revisit_due():
                async for taken in self._revisit():
                    yield taken
        except SourceUnavailable as rest:
            is_resting = rest.until is not None and not self.channel.account.may_call("GetHistoryRequest")
            if not is_resting or self.standing.pts is None or not self._log_is_open():
                raise
            yield Noticed(what="waiting", text=f"{rest}; its log is read meanwhile")

    # ---------------------------------------------------------------- what Telegram tells

    async def _pushed(self) -> AsyncGenerator[Taken, None]:
        """Posts as they were when they were pushed: some may be gone by now."""
        pushed = self.channel.account.pushed[self.channel.id]
        while pushed:
            async for taken in self._as_told(pushed[0]):
                yield taken
            pushed.popleft()

    async def _as_told(self, message: Message) -> AsyncGenerator[Taken, None]:
        """A message by itself; of an album, the whole as it is now."""
        messages = await self.channel.whole_album(message)
        for shown in shown_in(messages, self.standing.albums):
            async for taken in self._give_unknown(shown):
                yield taken

    async def _give_unknown(self, shown: Shown) -> AsyncGenerator[Taken, None]:
        """A post, unless it is as it was at the last look: counters change all the time."""
        if self.standing.marks.get(shown.ref) != mark_of(shown):
            async for taken in self._give(shown):
                yield taken

    def _log_is_open(self) -> bool:
        return self.channel.account.may_call("GetChannelDifferenceRequest")

    async def _happened(self) -> AsyncGenerator[Taken, None]:
        """What the channel's log says of new, edited and deleted posts since the last look, if it says so much."""
        standing = self.standing
        while standing.pts is not None and self._log_is_open():
            try:
                answer = await self.channel.difference(standing.pts)
            except SourceUnavailable:
                return
            except AccessDenied:
                standing.pts, standing.must_reread = None, True  # it forgets after a while
                return
            if isinstance(answer, types.updates.ChannelDifferenceTooLong):
                # What it leaves out nobody tells: history has what is new, and shows what was edited.
                standing.pts, standing.must_reread = answer.dialog.pts, True
                return
            async for taken in self._changes(answer):
                yield taken
            if answer.final or answer.pts <= standing.pts:
                standing.pts = answer.pts
                return
            standing.pts = answer.pts

    async def _changes(self, answer: Any) -> AsyncGenerator[Taken, None]:
        """Edits, deletions and new posts of one part of the log; an album comes whole, with history."""
        for update in getattr(answer, "other_updates", ()):
            if isinstance(update, types.UpdateEditChannelMessage):
                async for taken in self._as_told(update.message):
                    yield taken
            elif isinstance(update, types.UpdateDeleteChannelMessages):
                self.suspects |= set(update.messages)
        new = [each for each in getattr(answer, "new_messages", ()) if not isinstance(each, types.MessageEmpty)]
        for shown in shown_in([each for each in new if not getattr(each, "grouped_id", None)], {}):
            async for taken in self._give_unknown(shown):
                yield taken

    # ---------------------------------------------------------------- history

    async def _sweep(self) -> AsyncGenerator[Taken, None]:
        """What is new, in order; then what changed among the newest posts."""
        standing, channel = self.standing, self.channel
        head = await channel.newest()
        if standing.pts is None:
            standing.pts = head.pts  # what happens from here on, the log tells
        if standing.ref is None:
            standing.ref = standing.floor = await channel.newest_before(self.collector.since)
            standing.revisited_at = self.collector.clock()
        async for taken in self._fill_gaps():
            yield taken
        while head.is_full and standing.ref + 1 < head.oldest:
            page = await channel.after(standing.ref)
            if not page.messages:
                break
            async for taken in self._take_page(_without_cut_album(page), standing.ref + 1):
                yield taken
        async for taken in self._take_head(head):
            yield taken
        if standing.must_reread and head.is_full:
            async for taken in self._reread(head.oldest):
                yield taken

    async def _take_page(self, page: Page, first: int) -> AsyncGenerator[Taken, None]:
        """The posts of a page of history that begins behind what was taken in."""
        messages = await self._with_missing(page, first)
        for shown in shown_in(messages, self.standing.albums):
            async for taken in self._give(shown):
                yield taken
            self.standing.ref = max(self.standing.ref or 0, shown.last)

    async def _take_head(self, head: Page) -> AsyncGenerator[Taken, None]:
        """The newest posts: what is new of them, what came late, what is another than it was."""
        standing = self.standing
        reached = standing.ref or 0
        first = max(reached + 1, head.oldest if head.is_full else 0)
        messages = await self._with_missing(head, first)
        # An album that is still being published grows behind our back, so all posts are compared, new or not.
        posts = shown_in(await self._without_part_of_album(messages, head, reached), standing.albums)
        for shown in posts:
            mark = mark_of(shown)
            # Edited and edited back within one interval: what was told last counts.
            known = self.told.get(shown.ref, standing.marks.get(shown.ref))
            is_new = shown.last > reached and shown.ref > reached
            if is_new or standing.is_late(shown.ref) or known not in (None, mark):
                async for taken in self._give(shown):
                    yield taken
            async for comment in self._comments(shown):
                yield comment
            standing.ref = max(standing.ref or 0, shown.last)
        marks = {shown.ref: mark_of(shown) for shown in posts}
        begins = min((shown.ref for shown in posts), default=0) if head.is_full else 0
        self.suspects |= {ref for ref in standing.marks if ref >= begins and ref not in marks}
        self.suspects -= marks.keys()
        standing.marks = marks
        standing.albums = {shown.album: shown.ref for shown in posts if shown.album}
        standing.floor = max(standing.floor, begins - 1)

    async def _without_part_of_album(self, messages: list[Message], head: Page, reached: int) -> list[Message]:
        """The messages without an album that may begin before them; where part of it is new, with the whole of it."""
        first = head.messages[0] if head.is_full else None
        album = getattr(first, "grouped_id", None)
        if first is None or not album or first.id > reached:
            return messages
        others = [message for message in messages if getattr(message, "grouped_id", None) != album]
        newest = max(message.id for message in messages if getattr(message, "grouped_id", None) == album)
        return others if newest <= reached else [*others, *await self.channel.whole_album(first)]

    async def _give(self, shown: Shown) -> AsyncGenerator[Taken, None]:
        """A post, unless it was given in this look as it is now."""
        mark = mark_of(shown)
        if self.told.get(shown.ref) == mark:
            return
        self.told[shown.ref] = mark
        post = post_of(shown, self.channel.around(), self.collector.clock())
        if post is not None:
            yield post
        async for comment in self._comments(shown):
            yield comment

    async def _comments(self, shown: Shown) -> AsyncGenerator[Taken, None]:
        if self.collector.source.comments:
            async for comment in comments_of(shown, self.channel, self.standing, self.collector.clock):
                yield comment

    async def _reread(self, oldest: int) -> AsyncGenerator[Taken, None]:
        """Posts behind the newest ones that were edited at any time: some of it may be news to us."""
        for _ in range(REREAD):
            page = await self.channel.between(1, oldest - 1)
            for message in page.messages:
                if edited_at(message):
                    async for taken in self._as_told(message):
                        yield taken
            if not page.is_full:
                return
            oldest = page.oldest

    # ---------------------------------------------------------------- numbers that are missing

    async def _with_missing(self, page: Page, first: int) -> list[Message]:
        """The messages of a page, and those it should have shown from a number on."""
        there = {message.id for message in page.messages}
        begin = max(first, page.newest - WIDEST_HOLE)
        holes = [number for number in range(begin, page.newest) if number not in there]
        return [*page.messages, *await self._asked_again(holes)]

    async def _asked_again(self, holes: list[int]) -> list[Message]:
        """Messages that history left out. What is deleted is empty; what is not answered at all stays missing."""
        if not holes:
            return []
        if len(holes) > LONG_HOLE:
            return await self._history_between(holes)
        page = await self.channel.by_number(holes)
        answered = page.empty | {message.id for message in page.messages}
        self.standing.miss(set(holes) - answered)
        return page.messages

    async def _history_between(self, holes: list[int]) -> list[Message]:
        """A long hole asked for as history: one by one its numbers would take a request for each hundred."""
        found, wanted, last = [], set(holes), holes[-1]
        while True:
            page = await self.channel.between(holes[0], last)
            found += [message for message in page.messages if message.id in wanted]
            if not page.is_full:
                return found
            last = page.oldest - 1

    async def _fill_gaps(self) -> AsyncGenerator[Taken, None]:
        """What was missing at earlier looks, as far as it is given now."""
        if not self.standing.missing:
            return
        page = await self.channel.by_number(self.standing.missing)
        for message in page.messages:
            async for taken in self._as_told(message):
                yield taken
            self.standing.missing.discard(message.id)
        self.standing.missing -= page.empty

    # ---------------------------------------------------------------- what is gone

    async def _deletions(self) -> AsyncGenerator[Taken, None]:
        """Alerted posts that, asked for, are no longer there."""
        if not self.suspects:
            return
        alerted = await asyncio.to_thread(self.collector.alerted, self.channel.place)
        async for gone in self._confirmed(number for number in self.suspects if str(number) in alerted):
            yield gone

    async def _confirmed(self, numbers: Iterable[int]) -> AsyncGenerator[Taken, None]:
        asked = set(numbers)
        if asked:
            page = await self.channel.by_number(asked)
            for number in sorted(page.empty):
                yield Deletion(place=self.channel.place, ref=str(number), seen_at=self.collector.clock())

    def _is_revisit_due(self) -> bool:
        return self.standing.must_reread or self.collector.clock() - self.standing.revisited_at >= REVISIT

    async def _revisit(self) -> AsyncGenerator[Taken, None]:
        """Alerted posts behind the newest ones: edited since, or gone."""
        since, self.standing.revisited_at = self.standing.revisited_at, self.collector.clock()
        alerted = await asyncio.to_thread(self.collector.alerted, self.channel.place)
        numbers = sorted(int(ref) for ref in alerted if ref.isdecimal() and int(ref) not in self.standing.marks)
        page = await self.channel.by_number(numbers[-REVISITED:])
        for message in page.messages:
            changed = edited_at(message)
            if changed and (self.standing.must_reread or changed + SLACK >= since):
                async for taken in self._as_told(message):
                    yield taken
        for number in sorted(page.empty):
            yield Deletion(place=self.channel.place, ref=str(number), seen_at=self.collector.clock())
        self.standing.must_reread = False

    # ---------------------------------------------------------------- what an operator should see

    async def _noticed(self) -> list[Noticed]:
        """Posts that are missing, another name, a name somebody else took."""
        found = []
        if self.standing.missing:
            numbers = in_runs(self.standing.missing)
            found.append(Noticed(what="gap", text=f"@{self.channel.name}: not given by Telegram yet: {numbers}"))
        if self.channel.is_renamed:
            found.append(await self._renamed())
        return found

    async def _renamed(self) -> Noticed:
        """Followed by its number; whether somebody took the old name is asked once."""
        standing, channel = self.standing, self.channel
        now_called = f"now called @{channel.known.username}" if channel.known.username else "has no public name now"
        if standing.former_name != channel.known.username:
            standing.former_name = channel.known.username
            standing.is_taken = await self._is_taken()
        if standing.is_taken:
            text = f"@{channel.name} is another channel's name now; the one watched is {now_called}, followed by number"
            return Noticed(what="taken", text=text)
        return Noticed(what="renamed", text=f"@{channel.name}: {now_called}, followed by its number")

    async def _is_taken(self) -> bool:
        try:
            other = await channel_behind(self.channel.account, self.channel.name, Urgency.BEHIND, timedelta())
        except SourceGone:
            return False
        except CollectorError:
            return self.standing.is_taken
        return int(other.id) != self.channel.id


def _without_cut_album(page: Page) -> Page:
    """A page without the album at its end, which may go on behind it; it is read again from its beginning."""
    album = getattr(page.messages[-1], "grouped_id", None)
    whole = [message for message in page.messages if not album or getattr(message, "grouped_id", None) != album]
    return Page(whole, page.pts) if whole else page
