"""Paste sites with a public list: what is new on the list is read, oldest first, and nothing else is.

    list ──> new pastes ──> raw text of each ──> Post

No link of a paste is followed, no id guessed, nothing read that a password keeps or that reading may destroy.
"""

import asyncio
import codecs
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.client import Client, Page
from crawler.collector import (
    AccessDenied,
    Bookmark,
    CollectorError,
    JsonValue,
    Skipped,
    SourceChanged,
    SourceGone,
    Taken,
)
from crawler.collectors.paste_site import Site, find_site, known_site, parsed
from crawler.collectors.reading import Clock, now
from crawler.pages.paste import ACCESSES, LONGEST_TITLE, Access, read_list
from crawler.sandbox import Sandbox
from detectors.model import Post

MOST_READ = 100  # pastes in one pass; the rest waits for the next
MOST_FAILURES = 5  # passes in which one paste could not be read
ROWS = 200  # asked for at first, where a list lets itself be asked
MOST_ROWS = 10_000

MOST_SEEN = 36_000  # bytes of the bookmark, about
MOST_WAITING = 400  # pastes

NULS = 0.01  # of the bytes: what holds more is no text
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paste:
    """One row of a list, checked."""

    ref: str
    title: str | None = None
    posted: float = 0.0  # seconds since 1970; 0: not known
    access: Access = "open"

    @property
    def age(self) -> tuple[float, int, str]:
        return self.posted, int(self.ref) if self.ref.isdecimal() else 0, self.ref

    @property
    def posted_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.posted, UTC) if self.posted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteCollector:
    """Reads the new pastes of one site, or one paste. Takes one whose list does not say what burns by its title alone.

    The family of the site is found out at first sight and stands in the bookmark from then on.
    """

    url: str  # of the site, of its list, or of one paste
    client: Client
    sandbox: Sandbox
    since: datetime  # where a first look begins
    clock: Clock = now
    most: int = MOST_READ

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        site = known_site(self.url, bookmark.get("family"))
        site = site or await find_site(self.url, self.client, self.sandbox)
        pastes, strange = await self._list(site)
        progress = Progress.of(bookmark, site, first=self.since.timestamp())
        if site.paste:
            yield await self._one(site, pastes), progress.bookmark()
            return
        if strange:
            yield Skipped(where="list", why=f"{strange} rows not understood"), progress.bookmark()
        missed = progress.missed(pastes) if site.family.is_numbered else 0
        queue = progress.queue(pastes)
        # Before the first is read: what waits must not be forgotten when the list moves on meanwhile.
        progress.expect([paste for paste in queue if paste.access == "open"])
        if missed:
            why = f"{missed} pastes came and left it since the last look"
            yield Skipped(where="list", why=why), progress.bookmark()
        elif queue or "floor" not in bookmark:
            yield None, progress.bookmark()
        async with aclosing(self._read_all(site, queue, progress)) as found:
            async for taken in found:
                yield taken, progress.bookmark()

    async def _read_all(self, site: Site, queue: list[Paste], progress: "Progress") -> AsyncGenerator[Taken, None]:
        """The pastes of a queue, as many as one pass reads; the progress moves with them."""
        reads = 0
        for paste in queue:
            taken: Taken = None
            if paste.access == "open":
                if reads == self.most:
                    continue
                reads += 1
                try:
                    taken = await self._read(site, paste)
                except CollectorError as error:
                    if not progress.gives_up(paste):
                        yield None
                        raise
                    taken = Skipped(where=f"paste {paste.ref}", why=f"given up ({type(error).__name__})")
            elif paste.access == "unsaid" and paste.title:
                taken = self._post(site, paste, "", self.clock())
            progress.has_done(paste)
            yield taken

    async def _one(self, site: Site, pastes: list[Paste]) -> Taken:
        """The one paste asked for, unless the list says, or may hide, that reading would destroy it."""
        listed = next((paste for paste in pastes if paste.ref == site.paste), None)
        paste = listed or Paste(ref=site.paste or "")
        if listed and listed.access in ("closed", "later"):
            raise AccessDenied(f"{site.place}: paste {paste.ref} is not for the public, or burns when it is read")
        if site.says_what_burns or (listed and listed.access == "open"):
            if taken := await self._read(site, paste):
                return taken
            raise SourceGone(f"{site.place}: paste {paste.ref} is gone, or not for the public")
        return Skipped(where=f"paste {paste.ref}", why="its site does not say whether reading would destroy it")

    async def _list(self, site: Site) -> tuple[list[Paste], int]:
        """The pastes listed, oldest first, and the number of rows not understood."""
        limit = ROWS
        while True:
            page = await self.client.get(site.root + site.family.list_path.format(limit=limit))
            if page.status != 200:
                raise SourceChanged(f"{site.place}: its list answered {page.status}")
            if urlsplit(page.url).hostname != urlsplit(site.root).hostname:
                raise SourceChanged(f"{site.place}: its list moved to another host")
            value = await parsed(self.sandbox, site.place, read_list, site.family.name, page.text, site.root, page.url)
            match value:
                case {"rows": list(rows), "shown": int(shown), "strange": int(strange), "total": int() | None as total}:
                    pastes = [self._paste(row, site) for row in rows]
                case _:
                    raise SourceChanged(f"{site.place}: its list is not as {site.family.name} shows it")
            if total is None or total <= shown:
                return pastes, strange
            # Some lists begin with the oldest: one that was cut would hide just what is new.
            if limit >= min(total, MOST_ROWS):
                raise SourceChanged(f"{site.place}: its list shows {shown} of {total} pastes")
            limit = min(total + ROWS, MOST_ROWS)

    def _paste(self, row: JsonValue, site: Site) -> Paste:
        """A row out of the sandbox, which may have been taken over by the page."""
        match row:
            case [str(ref), str() | None as title, float() | None as posted, str(access)] if access in ACCESSES:
                if site.family.ref.fullmatch(ref) and (posted is None or 0 < posted < 2**33):
                    return Paste(ref=ref, title=title, posted=posted or 0.0, access=ACCESSES[access])
        raise SourceChanged(f"{site.place}: its list could not be parsed")

    async def _read(self, site: Site, paste: Paste) -> Taken:
        asked = site.root + site.family.raw_path.format(ref=paste.ref)
        page = await self.client.get(asked, cut=True)
        if page.status in (404, 410):
            return None  # deleted since it was listed
        where = f"paste {paste.ref}"
        if urlsplit(page.url)[1:3] != urlsplit(asked)[1:3]:  # host and path; a step up to https is fine
            return Skipped(where=where, why="led elsewhere")
        if (header := site.family.open_header) and page.headers.get(header, "").lower() != "false":
            return None
        text = await asyncio.to_thread(text_of, page)
        if text is None:
            return Skipped(where=where, why="not a text")
        name = page.headers.get(site.family.name_header or "", "")[:LONGEST_TITLE]
        return self._post(site, replace(paste, title=paste.title or name or None), text, page.received_at)

    def _post(self, site: Site, paste: Paste, text: str, seen_at: datetime) -> Post:
        return Post(
            place=site.place,
            ref=paste.ref,
            url=site.root + site.family.page_path.format(ref=paste.ref),
            title=paste.title,
            text=text,
            posted_at=paste.posted_at,
            seen_at=seen_at,
        )


@dataclass(slots=True)
class Progress:
    """What a bookmark says: which pastes are done with, which wait; a paste is its id and its time."""

    family: str  # of the site
    floor: float  # what was posted until then is done with, unless it waits
    seen: dict[str, float]  # ref → posted
    waiting: dict[str, float]  # ref → posted
    failures: dict[str, float]  # ref → passes in which it could not be read

    @classmethod
    def of(cls, bookmark: Bookmark, site: Site, first: float) -> "Progress":
        floor = bookmark.get("floor")
        known = (_numbers(bookmark.get(key)) for key in ("seen", "waiting", "failures"))
        return cls(site.family.name, floor if isinstance(floor, int | float) else first, *known)

    def bookmark(self) -> Bookmark:
        kept = {"seen": self.seen, "waiting": self.waiting, "failures": self.failures}
        return {"family": self.family, "floor": self.floor, **{name: {**numbers} for name, numbers in kept.items()}}

    def missed(self, pastes: list[Paste]) -> int:
        """How many numbers lie between those known and those listed."""
        known = [int(ref) for ref in (*self.seen, *self.waiting)]
        return max(0, min(int(paste.ref) for paste in pastes) - max(known) - 1) if known and pastes else 0

    def queue(self, pastes: list[Paste]) -> list[Paste]:
        """What is to be done, oldest first; what failed before comes last, so that it holds nothing up."""
        listed = {paste.ref for paste in pastes}
        new = [paste for paste in pastes if paste.access != "later" and not self._is_done(paste)]
        left = [Paste(ref=ref, posted=posted) for ref, posted in self.waiting.items() if ref not in listed]
        return sorted([*new, *left], key=lambda paste: (paste.ref in self.failures, paste.age))

    def expect(self, pastes: list[Paste]) -> None:
        """Remember them until they are done; of too many the oldest, as the others are likelier still listed."""
        kept = sorted(pastes, key=lambda paste: paste.age)[:MOST_WAITING]
        self.waiting = {paste.ref: paste.posted for paste in kept}
        self.failures = {ref: number for ref, number in self.failures.items() if ref in self.waiting}

    def has_done(self, paste: Paste) -> None:
        self.waiting.pop(paste.ref, None)
        self.failures.pop(paste.ref, None)
        self.seen[paste.ref] = paste.posted
        if sum(len(ref) + 24 for ref in self.seen) > MOST_SEEN:
            for ref in sorted(self.seen, key=self.seen.__getitem__)[: len(self.seen) // 4]:
                self.floor = max(self.floor, self.seen.pop(ref))

    def gives_up(self, paste: Paste) -> bool:
        """Count a failure; True when it was the last."""
        self.failures[paste.ref] = self.failures.get(paste.ref, 0) + 1
        return self.failures[paste.ref] >= MOST_FAILURES

    def _is_done(self, paste: Paste) -> bool:
        if paste.ref in self.waiting:
            return False
        # A site set up anew gives its numbers a second time: same id, other time, other paste.
        if paste.ref in self.seen and self.seen[paste.ref] == paste.posted:
            return True
        return 0 < paste.posted <= self.floor


def text_of(page: Page) -> str | None:
    """The text of a paste with LF alone; None when it is none. What a site says of its type is a guess."""
    if page.body.startswith(UTF_16):
        return page.body.decode("utf-16", "replace").replace("\r\n", "\n")
    if page.body.count(0) > NULS * len(page.body):
        return None
    try:
        # A cut may fall within a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(page.body, final=not page.was_cut)
    except UnicodeDecodeError:
        declared = "charset=" in page.headers.get("content-type", "").lower()
        text = page.text if declared else page.body.decode("cp1252", "replace")
    return text.replace("\r\n", "\n")


def _numbers(value: JsonValue) -> dict[str, float]:
    found = value.items() if isinstance(value, dict) else ()
    return {ref: number for ref, number in found if isinstance(number, int | float)}
