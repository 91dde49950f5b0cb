"""Reads public Telegram channels through their web preview, t.me/s/<channel>, without any account.

The preview is a supplement: channels that sell leaks often have none, and it never shows comments, exact
counts or most media. A channel's place is its number as soon as a page tells it, and its name until then.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.client import Client, Page
from crawler.collector import (
    AccessDenied,
    Bookmark,
    CollectorError,
    Skipped,
    SourceChanged,
    SourceGone,
    SourceTaken,
    SourceUnavailable,
    Taken,
)
from crawler.collectors.reading import Clock, now
from crawler.collectors.telegram_preview_page import UNNUMBERED, Outcome, PreviewPage, page_of, place_of
from crawler.collectors.telegram_standing import Standing
from crawler.pages.telegram_preview import parse_channel, parse_post, read_plainly
from crawler.sandbox import PageRefusedError, Sandbox
from detectors.model import Deletion, JsonValue, PlaceKnown, Post

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
PAGE = 20  # posts, about
REVISIT = timedelta(hours=1)  # between two looks at the recent posts behind the newest page

INSTEAD: Mapping[Outcome, tuple[type[CollectorError], str]] = {
    # Telegram also says so to who asks too often, of channels full of posts.
    Outcome.NONE: (SourceUnavailable, "t.me says it has no posts; where it has, too much was asked at once"),
    Outcome.CHANNEL: (SourceUnavailable, "t.me shows its front page instead of its posts"),
    Outcome.HIDDEN: (AccessDenied, "a channel without web preview; read it through an account"),
    Outcome.GROUP: (AccessDenied, "a group: it has no web preview; read it through an account"),
    Outcome.INVITATION: (AccessDenied, "for invited accounts only; read it through an account"),
    Outcome.BOT: (SourceChanged, "a bot, no channel; check the name"),
    Outcome.PERSON: (SourceChanged, "a person, no channel; check the name"),
    Outcome.UNKNOWN: (SourceGone, "nobody has this name, or nobody who shows it: check whether it moved"),
    Outcome.CHANGED: (SourceChanged, "its page is not as this version knows it"),
}
FAULTS: Mapping[Outcome, str] = {
    Outcome.CUT: "its page ends in the middle; what came whole was taken in",
    Outcome.ODD: "most posts on its page are not as this version knows them; their words were taken as they stand",
}


def nothing_alerted(_place: str) -> set[str]:
    """No post of the place is an alert."""
    return set()


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramPreviewCollector:
    """Reads the preview of one channel: what is new since the bookmark, and what changed of its recent posts.

    Yields a `Deletion` for an alerted post that stood among the recent ones before and, asked for, is gone.
    """

    channel: str
    client: Client
    sandbox: Sandbox
    since: datetime | None  # where a first look begins; None: with the first post
    base_url: str = "https://t.me"
    alerted: Callable[[str], set[str]] = nothing_alerted  # place → refs of its alerts; called in a thread
    clock: Clock = now

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.channel):
            raise ValueError("a channel's name has 4 to 32 letters, digits and underscores, and begins with a letter")

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        standing = Standing.of(bookmark)
        is_revisit = self.clock() - standing.revisited_at >= REVISIT
        answer = await self._get(f"/s/{self.channel}", {} if is_revisit else standing.validators)
        if answer.status == 304:
            yield None, bookmark
            return
        head = await self._parsed(answer, standing)
        self._expect_posts(head)
        async with aclosing(self._look(head, standing, is_revisit)) as found:
            async for taken in found:
                yield taken, standing.bookmark()
        # Only now: "not modified" must mean a page whose posts were all taken in.
        yield None, standing.bookmark(answer.validators)

    async def post(self, number: int) -> Post:
        """The one post of this number. Raises `CollectorError`."""
        page = await self._page("before", number + 1, Standing())
        self._expect_posts(page)
        shown = next((block for block in page.shown if number in block.members), None)
        if shown is None:
            raise SourceGone(f"@{self.channel}: its post {number} is not shown")
        return shown.post

    # ---------------------------------------------------------------- one look

    async def _look(self, head: PreviewPage, standing: Standing, is_revisit: bool) -> AsyncGenerator[Taken, None]:
        """What is new, what changed and what is gone, in this order; the standing moves with it."""
        if known := self._known_by_number(head, standing):
            yield known
        missing = standing.missing_on(head)
        if standing.ref is None:
            is_revisit, standing.revisited_at = False, self.clock()
            async for skipped in self._find_start(head, standing):
                yield skipped
        async for page in self._new_pages(standing.ref or 0, head, standing):
            for taken in _taken(page, standing):
                yield taken
            if page.outcome in FAULTS:
                raise self._fault(page)
        if is_revisit:
            async for taken in self._revisit(head, standing, missing):
                yield taken
        async for gone in self._deletions(missing, standing):
            yield gone

    async def _revisit(self, head: PreviewPage, standing: Standing, missing: set[int]) -> AsyncGenerator[Taken, None]:
        """What changed of the recent posts behind the newest page; those no longer there join the missing."""
        async for page in self._recent_pages(head, standing):
            missing |= standing.missing_on(page)
            for taken in _taken(page, standing):
                yield taken
        standing.revisited_at = self.clock()

    # ---------------------------------------------------------------- which pages

    async def _find_start(self, head: PreviewPage, standing: Standing) -> AsyncGenerator[Skipped, None]:
        """Makes the standing of a first look: right before the first post since its beginning.

        Numbers rise with time, so the place is found by halving, first near the newest post. From there a first
        look is read forward like any other: in order, a page in memory, resumed where a crash left it.
        """
        too_old = head.newest_before(self.since)
        low, high, leap = 0, head.oldest, 0
        while too_old is None and head.has_older and high - low > 1:
            middle = max(high - 1 - leap, (low + high) // 2)
            page = await self._page("before", middle + 1, standing)
            if page.outcome is Outcome.NONE:
                if middle == head.oldest - 1:
                    yield Skipped(where=f"posts before {head.oldest}", why="t.me says that there are none")
                    break
                # So the channel begins behind it: only its first page can bear that out.
                page = await self._page("after", middle, standing)
                if page.has_older:
                    raise SourceUnavailable(f"@{self.channel}: {INSTEAD[Outcome.NONE][1]}")
                middle = page.newest
            self._expect_posts(page)
            if page.outcome in FAULTS:
                raise self._fault(page)
            if page.newest > middle:
                raise SourceChanged(f"@{self.channel}: its older posts are not behind the link to them")
            if page.newest_before(self.since) == page.newest:
                low = middle
            elif (too_old := page.newest_before(self.since)) is None:
                high, leap = page.oldest, 2 * leap + PAGE
                if not page.has_older:
                    break
        standing.ref = high - 1 if too_old is None else too_old

    async def _new_pages(
        self, reached: int, head: PreviewPage, standing: Standing
    ) -> AsyncGenerator[PreviewPage, None]:
        """The pages behind what was reached; where the newest page leaves no gap to it, that page alone."""
        start = reached
        has_gap = head.has_older and head.oldest > reached + 1
        while has_gap:
            page = await self._page("after", reached, standing)
            self._expect_posts(page)
            if page.shown and page.newest <= reached:
                raise SourceChanged(f"@{self.channel}: its newer posts are not where they should be")
            yield page
            reached = max(reached, page.newest)
            has_gap = page.has_newer and reached < head.newest
        # Pages read since the newest one was asked for know better than it.
        if reached == start or reached < head.newest:
            yield head

    async def _recent_pages(self, head: PreviewPage, standing: Standing) -> AsyncGenerator[PreviewPage, None]:
        """The pages before the newest one, as far back as posts are remembered."""
        page = head
        while page.has_older and standing.oldest < page.oldest:
            older = await self._page("before", page.oldest, standing)
            if older.outcome is not Outcome.POSTS or older.newest >= page.oldest:
                # What is new was taken in; the old is looked at again another time.
                return
            yield older
            page = older

    async def _deletions(self, missing: set[int], standing: Standing) -> AsyncGenerator[Deletion, None]:
        place = place_of(self.channel, standing.channel_id)
        alerted = await asyncio.to_thread(self.alerted, place) if missing else set()
        for number in sorted(missing):
            if str(number) not in alerted:
                standing.forget(number)
                continue
            # The page may be an old copy: a deletion is only said after asking for the post itself.
            answer = await self._get(f"/{self.channel}/{number}?embed=1&mode=tme")
            if await self._state_of(answer) == "gone":
                standing.forget(number)
                yield Deletion(place=place, ref=str(number), seen_at=answer.received_at)

    # ---------------------------------------------------------------- one page

    async def _page(self, way: str, number: int, standing: Standing) -> PreviewPage:
        return await self._parsed(await self._get(f"/s/{self.channel}?{way}={number}"), standing)

    async def _get(self, path: str, validators: Mapping[str, str] | None = None) -> Page:
        answer = await self.client.get(self.base_url + path, validators=validators or {})
        if answer.status in (404, 410):
            raise SourceGone(f"@{self.channel}: t.me has no such page; check the name")
        return answer

    async def _parsed(self, answer: Page, standing: Standing) -> PreviewPage:
        html = answer.text
        try:
            said = await self.sandbox.run(parse_channel, html)
            return page_of(said, self.channel, standing.channel_id, answer.received_at)
        except PageRefusedError:
            plain: JsonValue = await asyncio.to_thread(read_plainly, html)
            return page_of(plain, self.channel, standing.channel_id, answer.received_at)

    async def _state_of(self, answer: Page) -> JsonValue:
        try:
            return await self.sandbox.run(parse_post, answer.text)
        except PageRefusedError:
            return "unclear"

    def _expect_posts(self, page: PreviewPage) -> None:
        if page.outcome in INSTEAD:
            error, why = INSTEAD[page.outcome]
            raise error(f"@{self.channel}: {why}")

    def _known_by_number(self, page: PreviewPage, standing: Standing) -> PlaceKnown | None:
        """Takes the channel's number; a name given up may be taken by another, who must not be read under it."""
        known, told = standing.channel_id, page.channel_id
        if known and told and known != told:
            raise SourceTaken(f"@{self.channel}: another channel has this name now; check where the first one went")
        standing.channel_id = told or known
        if told and not known:
            return PlaceKnown(name=place_of(self.channel, None), place=place_of(self.channel, told))
        return None

    def _fault(self, page: PreviewPage) -> SourceChanged:
        return SourceChanged(f"@{self.channel}: {FAULTS[page.outcome]}")


def _taken(page: PreviewPage, standing: Standing) -> Iterator[Taken]:
    """What of a page is new or changed; the standing moves with it."""
    for block in page.shown:
        if standing.take(block):
            # The post first: the bookmark stands behind it already.
            yield block.post
            if block.problem:
                yield Skipped(where=f"post {block.number}", why=block.problem)
    for _ in range(page.unnumbered):
        yield Skipped(where="a post", why=UNNUMBERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramPostCollector:
    """Reads one post of a channel."""

    preview: TelegramPreviewCollector
    number: int

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        yield await self.preview.post(self.number), bookmark
