"""Reads public Telegram channels through their web preview, t.me/s/<channel>, without any account.

The preview is a supplement: channels that sell leaks often have none, and it never shows comments, exact
counts or most media. A channel is known here by its name, in lower case; its number stands in the bookmark.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.client import Client, Page
from crawler.collector import AccessDenied, Bookmark, CollectorError, Skipped, SourceChanged, SourceUnavailable, Taken
from crawler.collectors.reading import Clock, now
from crawler.collectors.telegram_preview_page import UNNUMBERED, Outcome, PreviewPage, Shown, page_of
from crawler.pages.telegram_preview import parse_channel, parse_post, read_plainly
from crawler.sandbox import PageRefusedError, Sandbox
from detectors.model import Deletion, JsonValue

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
MOST_PAGES = 500  # read back at first sight: 10,000 posts
REMEMBERED = 40  # posts whose change is noticed: two pages

Found = Taken | Deletion
Step = PreviewPage | Skipped

INSTEAD: Mapping[Outcome, tuple[type[CollectorError], str]] = {
    # Telegram also says so to who asks too often, of channels full of posts.
    Outcome.NONE: (SourceUnavailable, "t.me says it has no posts; where it has, too much was asked at once"),
    Outcome.CHANNEL: (SourceUnavailable, "t.me shows its front page instead of its posts"),
    Outcome.HIDDEN: (AccessDenied, "a channel without web preview; read it through an account"),
    Outcome.GROUP: (AccessDenied, "a group: it has no web preview; read it through an account"),
    Outcome.INVITATION: (AccessDenied, "for invited accounts only; read it through an account"),
    Outcome.BOT: (SourceChanged, "a bot, no channel; check the name"),
    Outcome.PERSON: (SourceChanged, "a person, no channel; check the name"),
    Outcome.UNKNOWN: (SourceChanged, "nobody has this name, or nobody who shows it: check whether it moved"),
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
    """Reads the preview of one channel: what is new since the bookmark, and what changed on its newest page.

    Yields a `Deletion` for an alerted post that stood on the newest page before and, asked for, is gone.
    """

    channel: str
    client: Client
    sandbox: Sandbox
    base_url: str = "https://t.me"
    first_look_days: int = 7
    alerted: Callable[[str], set[str]] = nothing_alerted  # place → refs of its alerts; called in a thread
    clock: Clock = now

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.channel):
            raise ValueError("a channel's name has 4 to 32 letters, digits and underscores, and begins with a letter")

    @property
    def place(self) -> str:
        return f"telegram:@{self.channel.lower()}"

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Found, Bookmark], None]:
        standing = _Standing.of(bookmark)
        answer = await self._get(f"/s/{self.channel}", standing.validators)
        if answer.status == 304:
            yield None, bookmark
            return
        head = await self._parsed(answer)
        self._expect_posts(head)
        self._expect_same_channel(head, standing)
        missing = standing.missing_on(head)
        since = self.clock() - timedelta(days=self.first_look_days) if standing.ref is None else None
        steps = self._steps_after(standing.ref, head) if standing.ref is not None else self._steps_since(since, head)
        async with aclosing(steps):
            async for step in steps:
                for taken in _taken(step, standing, since):
                    yield taken, standing.bookmark()
                if isinstance(step, PreviewPage) and step.outcome in FAULTS:
                    raise self._fault(step)
        async for gone in self._deletions(missing, standing):
            yield gone, standing.bookmark()
        # Only now: "not modified" must mean a page whose posts were all taken in.
        yield None, standing.bookmark(answer.validators)

    async def _steps_since(self, since: datetime | None, head: PreviewPage) -> AsyncGenerator[Step, None]:
        """The first look: back from the newest page to the moment it begins at, given oldest first."""
        steps: list[Step] = []
        page = head
        while True:
            if page.outcome in FAULTS:
                # What is missing would be missing in the middle: this look is taken again from its start.
                raise self._fault(page)
            steps.append(page)
            if not page.has_older or page.reaches_before(since):
                break
            if len(steps) == MOST_PAGES:
                steps.append(Skipped(where=f"posts before {page.oldest}", why="more than a first look reads"))
                break
            older = await self._page("before", page.oldest)
            if older.outcome is Outcome.NONE:
                steps.append(Skipped(where=f"posts before {page.oldest}", why="t.me says that there are none"))
                break
            self._expect_posts(older)
            if older.shown and older.newest >= page.oldest:
                raise SourceChanged(f"@{self.channel}: its older posts are not behind the link to them")
            page = older
        for step in reversed(steps):
            yield step

    async def _steps_after(self, reached: int, head: PreviewPage) -> AsyncGenerator[Step, None]:
        """The pages behind what was reached; where the newest page leaves no gap to it, that page alone."""
        start = reached
        has_gap = head.has_older and head.oldest > reached + 1
        while has_gap:
            page = await self._page("after", reached)
            self._expect_posts(page)
            if page.shown and page.newest <= reached:
                raise SourceChanged(f"@{self.channel}: its newer posts are not where they should be")
            yield page
            reached = max(reached, page.newest)
            has_gap = page.has_newer and reached < head.newest
        # Pages read since the newest one was asked for know better than it.
        if reached == start or reached < head.newest:
            yield head

    async def _deletions(self, missing: set[int], standing: "_Standing") -> AsyncGenerator[Deletion, None]:
        alerted = await asyncio.to_thread(self.alerted, self.place) if missing else set()
        for number in sorted(missing):
            if str(number) not in alerted:
                standing.forget(number)
                continue
            # The page may be an old copy: a deletion is only said after asking for the post itself.
            answer = await self._get(f"/{self.channel}/{number}?embed=1&mode=tme")
            if await self._state_of(answer) == "gone":
                standing.forget(number)
                yield Deletion(place=self.place, ref=str(number), seen_at=answer.received_at)

    async def _page(self, way: str, number: int) -> PreviewPage:
        return await self._parsed(await self._get(f"/s/{self.channel}?{way}={number}"))

    async def _get(self, path: str, validators: Mapping[str, str] | None = None) -> Page:
        answer = await self.client.get(self.base_url + path, validators=validators or {})
        if answer.status in (404, 410):
            raise SourceChanged(f"@{self.channel}: t.me has no such page; check the name")
        return answer

    async def _parsed(self, answer: Page) -> PreviewPage:
        html = answer.text
        try:
            return page_of(await self.sandbox.run(parse_channel, html), self.channel, answer.received_at)
        except PageRefusedError:
            plain: JsonValue = await asyncio.to_thread(read_plainly, html)
            return page_of(plain, self.channel, answer.received_at)

    async def _state_of(self, answer: Page) -> JsonValue:
        try:
            return await self.sandbox.run(parse_post, answer.text)
        except PageRefusedError:
            return "unclear"

    def _expect_posts(self, page: PreviewPage) -> None:
        if page.outcome in INSTEAD:
            error, why = INSTEAD[page.outcome]
            raise error(f"@{self.channel}: {why}")

    def _expect_same_channel(self, page: PreviewPage, standing: "_Standing") -> None:
        """A name given up may be taken by somebody else, who must not be read under it."""
        if page.channel_id and standing.channel_id and page.channel_id != standing.channel_id:
            raise SourceChanged(f"@{self.channel}: another channel has this name now; check where the first one went")
        standing.channel_id = page.channel_id or standing.channel_id

    def _fault(self, page: PreviewPage) -> SourceChanged:
        return SourceChanged(f"@{self.channel}: {FAULTS[page.outcome]}")


def _taken(step: Step, standing: "_Standing", since: datetime | None) -> Iterator[Taken]:
    """What of a step is new or changed; the standing moves with it."""
    if isinstance(step, Skipped):
        yield step
        return
    for block in step.shown:
        is_too_old = since and block.post.posted_at and block.post.posted_at < since
        if standing.take(block) and not is_too_old:
            # The post first: the bookmark stands behind it already.
            yield block.post
            if block.problem:
                yield Skipped(where=f"post {block.number}", why=block.problem)
    for _ in range(step.unnumbered):
        yield Skipped(where="a post", why=UNNUMBERED)


@dataclass(slots=True)
class _Standing:
    """Where a channel was left: what the bookmark says, as types."""

    ref: int | None = None  # the newest post taken in
    marks: dict[int, str] = field(default_factory=dict)  # of the newest posts
    channel_id: str | None = None
    validators: dict[str, str] = field(default_factory=dict)  # of the newest page

    @classmethod
    def of(cls, bookmark: Bookmark) -> "_Standing":
        ref, channel_id = bookmark.get("ref"), bookmark.get("channel_id")
        marks = _strings(bookmark.get("marks"))
        return cls(
            ref=ref if isinstance(ref, int) else None,
            marks={int(number): mark for number, mark in marks.items() if number.isdecimal()},
            channel_id=channel_id if isinstance(channel_id, str) else None,
            validators=_strings(bookmark.get("validators")),
        )

    def bookmark(self, validators: Mapping[str, str] | None = None) -> Bookmark:
        return {
            "ref": self.ref,
            "marks": {str(number): mark for number, mark in self.marks.items()},
            "channel_id": self.channel_id,
            "validators": dict(validators or {}),
        }

    def take(self, block: Shown) -> bool:
        """Whether the block is new or its content another; it then is known."""
        known = self.marks.get(block.number)
        is_new = self.ref is None or block.number > self.ref
        is_changed = known is not None and block.mark not in ("", known)
        if is_new or block.mark:
            self.marks[block.number] = block.mark
            for number in sorted(self.marks)[:-REMEMBERED]:
                del self.marks[number]
        self.ref = max(self.ref or 0, block.last)
        return is_new or is_changed

    def missing_on(self, page: PreviewPage) -> set[int]:
        """Posts that were there before, where this newest page should show them and does not."""
        shown = frozenset().union(*(block.members for block in page.shown))
        return {number for number in self.marks if number >= page.oldest and number not in shown}

    def forget(self, number: int) -> None:
        self.marks.pop(number, None)


def _strings(value: JsonValue) -> dict[str, str]:
    items = value.items() if isinstance(value, dict) else ()
    return {key: text for key, text in items if isinstance(text, str)}
