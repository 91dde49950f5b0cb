"""Paste sites with a public list: what is new on the list is read, oldest first, and nothing else is.

    list ──> new pastes ──> raw text of each ──> Post

No link of a paste is followed, no id guessed, nothing read that a password keeps or that reading may destroy.
"""

import codecs
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from crawler.client import Client, Page
from crawler.collector import (
    AccessDenied,
    Bookmark,
    CollectorError,
    JsonValue,
    Skipped,
    SourceChanged,
    SourceUnavailable,
    Taken,
)
from crawler.collectors.reading import Clock, now
from crawler.pages.paste import ACCESSES, FAMILIES, LONGEST_TITLE, Access, Family, read_list, recognise_family
from crawler.sandbox import PageRefusedError, Sandbox, SandboxError
from detectors.model import Post

FIRST_LOOK = timedelta(days=7)  # how far back a site is read at first sight
MOST_READ = 100  # pastes in one pass; the rest waits for the next
MOST_FAILURES = 5  # passes in which one paste could not be read
ROWS = 200  # asked for at first, where a list lets itself be asked
MOST_ROWS = 10_000

MOST_SEEN = 36_000  # bytes of the bookmark, about
MOST_WAITING = 400  # pastes

NULS = 0.01  # of the bytes: what holds more is no text
USUAL_PORTS = (("http", 80), ("https", 443))
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


@dataclass(frozen=True, slots=True)
class PasteCollector:
    """Reads the new pastes of one site. Takes one whose list does not say what burns by its titles alone."""

    url: str  # of the site or of its list
    client: Client
    sandbox: Sandbox
    family: Family
    clock: Clock = now
    most: int = MOST_READ

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        root = site_root(self.url, self.family)
        pastes, strange = await self._list(root)
        progress = Progress.of(bookmark, first=(self.clock() - FIRST_LOOK).timestamp())
        if strange:
            yield Skipped(where="list", why=f"{strange} rows not understood"), progress.bookmark()
        missed = progress.missed(pastes) if self.family.is_numbered else 0
        queue = progress.queue(pastes)
        # Before the first is read: what waits must not be forgotten when the list moves on meanwhile.
        progress.expect([paste for paste in queue if paste.access == "open"])
        if missed:
            why = f"{missed} pastes came and left it since the last look"
            yield Skipped(where="list", why=why), progress.bookmark()
        elif queue or not bookmark:
            yield None, progress.bookmark()
        reads = 0
        for paste in queue:
            taken: Taken = None
            if paste.access == "open":
                if reads == self.most:
                    continue
                reads += 1
                try:
                    taken = await self._read(root, paste)
                except CollectorError as error:
                    if not progress.gives_up(paste):
                        yield None, progress.bookmark()
                        raise
                    taken = Skipped(where=f"paste {paste.ref}", why=f"given up ({type(error).__name__})")
            elif paste.access == "unsaid" and paste.title:
                taken = self._post(root, paste, "", self.clock())
            progress.has_done(paste)
            yield taken, progress.bookmark()

    async def _list(self, root: str) -> tuple[list[Paste], int]:
        """The pastes listed, oldest first, and the number of rows not understood."""
        limit, place = ROWS, place_of(root)
        while True:
            page = await self.client.get(root + self.family.list_path.format(limit=limit))
            if page.status != 200:
                raise SourceChanged(f"{place}: its list answered {page.status}")
            if urlsplit(page.url).hostname != urlsplit(root).hostname:
                raise SourceChanged(f"{place}: its list moved to another host")
            value = await parsed(self.sandbox, place, read_list, self.family.name, page.text, root, page.url)
            match value:
                case {"rows": list(rows), "shown": int(shown), "strange": int(strange), "total": int() | None as total}:
                    pastes = [self._paste(row, place) for row in rows]
                case _:
                    raise SourceChanged(f"{place}: its list is not as {self.family.name} shows it")
            if total is None or total <= shown:
                return pastes, strange
            # Some lists begin with the oldest: one that was cut would hide just what is new.
            if limit >= min(total, MOST_ROWS):
                raise SourceChanged(f"{place}: its list shows {shown} of {total} pastes")
            limit = min(total + ROWS, MOST_ROWS)

    def _paste(self, row: JsonValue, place: str) -> Paste:
        """A row out of the sandbox, which may have been taken over by the page."""
        match row:
            case [str(ref), str() | None as title, float() | None as posted, str(access)] if access in ACCESSES:
                if self.family.ref.fullmatch(ref) and (posted is None or 0 < posted < 2**33):
                    return Paste(ref=ref, title=title, posted=posted or 0.0, access=ACCESSES[access])
        raise SourceChanged(f"{place}: its list could not be parsed")

    async def _read(self, root: str, paste: Paste) -> Taken:
        asked = root + self.family.raw_path.format(ref=paste.ref)
        page = await self.client.get(asked, cut=True)
        if page.status in (404, 410):
            return None  # deleted since it was listed
        where = f"paste {paste.ref}"
        if urlsplit(page.url)[1:3] != urlsplit(asked)[1:3]:  # host and path; a step up to https is fine
            return Skipped(where=where, why="led elsewhere")
        if (header := self.family.open_header) and page.headers.get(header, "").lower() != "false":
            return None
        text = text_of(page)
        if text is None:
            return Skipped(where=where, why="not a text")
        name = page.headers.get(self.family.name_header or "", "")[:LONGEST_TITLE]
        return self._post(root, replace(paste, title=paste.title or name or None), text, page.received_at)

    def _post(self, root: str, paste: Paste, text: str, seen_at: datetime) -> Post:
        return Post(
            place=place_of(root),
            ref=paste.ref,
            url=root + self.family.page_path.format(ref=paste.ref),
            title=paste.title,
            text=text,
            posted_at=paste.posted_at,
            seen_at=seen_at,
        )


@dataclass(slots=True)
class Progress:
    """What a bookmark says: which pastes are done with, which wait; a paste is its id and its time."""

    floor: float  # what was posted until then is done with, unless it waits
    seen: dict[str, float]  # ref → posted
    waiting: dict[str, float]  # ref → posted
    failures: dict[str, float]  # ref → passes in which it could not be read

    @classmethod
    def of(cls, bookmark: Bookmark, first: float) -> "Progress":
        floor = bookmark.get("floor")
        known = (_numbers(bookmark.get(key)) for key in ("seen", "waiting", "failures"))
        return cls(floor if isinstance(floor, int | float) else first, *known)

    def bookmark(self) -> Bookmark:
        kept = {"seen": self.seen, "waiting": self.waiting, "failures": self.failures}
        return {"floor": self.floor, **{name: {**numbers} for name, numbers in kept.items()}}

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


async def recognise_site(url: str, client: Client, sandbox: Sandbox) -> Family:
    """The family of the paste site whose front page or list lies at a URL."""
    page = await client.get(url, cut=True)
    place = urlsplit(url).hostname or ""
    name = await parsed(sandbox, place, recognise_family, page.text)
    if isinstance(name, str) and name in FAMILIES:
        return FAMILIES[name]
    denied: AccessDenied | None = None
    for family in FAMILIES.values():
        root = site_root(url, family)
        try:
            page = await client.get(root + family.list_path.format(limit=1))
            found = await parsed(sandbox, place, read_list, family.name, page.text, root, page.url)
        except AccessDenied as error:
            denied = error
        except SourceChanged:
            continue
        else:
            if page.status == 200 and found is not None:
                return family
    raise denied or SourceChanged(f"{place}: not a paste site of a kind we know")


async def parsed(sandbox: Sandbox, place: str, parser: Callable[..., JsonValue], *arguments: JsonValue) -> JsonValue:
    """What a parser makes of a page, with our own errors."""
    try:
        return await sandbox.run(parser, *arguments)
    except PageRefusedError as error:
        raise SourceChanged(f"{place}: its list could not be parsed: {error}") from None
    except SandboxError as error:
        raise SourceUnavailable(f"{place}: {error}") from None


def site_root(url: str, family: Family) -> str:
    """The address of a site, given that or its list, with a slash at its end and without a usual port.

    >>> site_root("https://Paste.test:8443/bin/recent?page=2", FAMILIES["pasttle"])
    'https://paste.test:8443/bin/'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SourceChanged("the address of this source is no URL") from None
    path = parts.path.rstrip("/")
    for known in (family.list_path.split("?")[0], *family.other_lists):
        path = path.removesuffix(f"/{known}")
    name = f"[{host}]" if ":" in host else host
    shown = f":{port}" if port and (parts.scheme, port) not in USUAL_PORTS else ""
    return f"{parts.scheme}://{name}{shown}{path}/"


def place_of(root: str) -> str:
    """Where its pastes were published: host, port if it is an unusual one, and folder if it is not the whole host."""
    return root.partition("://")[2].rstrip("/")


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
