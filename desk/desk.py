"""What every page of the desk shares: the store, the front door's services, the renderer and a few memories."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk.asking import Ask
from desk.clock import Clock
from desk.directory import Directory, plain
from desk.languages import marked as _
from desk.rendering import Renderer
from desk.services import Services
from detectors.model import Entity, State
from detectors.watchlist import Watchlist
from storage import queue
from storage.overview import Named, Overview, inferred_entities, named_entities, overview
from storage.store import Store

Kept = TypeVar("Kept")

_REMEMBERED = timedelta(seconds=60)
_MESSAGES = {
    "bad question": (_("This address asks for something that does not exist"), ""),
    "refused": (_("This cannot be done"), _("Nothing was changed.")),
    "not found": (_("There is no such page"), _("The alert may have been erased, or its number mistyped.")),
    "signed out": (_("You are signed out"), _("Nothing was changed. Sign in, then send it again.")),
    "not allowed": (_("Your role does not allow this"), _("An administrator can change what you may do.")),
    "failed": (
        _("This page could not be made"),
        _("Nothing is lost. The program's log says which part failed."),
    ),
}


class Memory(Generic[Kept]):
    """Something that takes long to count, counted again when it is a minute old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[object, tuple[datetime, Kept]] = {}

    def get(self, key: object, now: datetime, make: Callable[[], Kept]) -> Kept:
        """What is remembered, or made now."""
        with self._lock:
            made_at, kept = self._kept.get(key, (None, None))
            if made_at is None or kept is None or now - made_at >= _REMEMBERED:
                self._kept = {k: v for k, v in self._kept.items() if now - v[0] < _REMEMBERED}
                kept = make()
                self._kept[key] = (now, kept)
            return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingImport:
    """A watchlist that was sent, not yet taken over."""

    name: str
    entities: tuple[Entity, ...]
    by: str
    at: datetime


@dataclass
class Desk:
    """The desk over a store."""

    store: Store
    services: Services
    renderer: Renderer
    version: str
    public_url: str | None
    clock: Clock
    imports: dict[str, PendingImport] = field(default_factory=dict)
    _directory: tuple[Watchlist, Directory] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _overviews: Memory[Overview] = field(default_factory=Memory)
    _named: Memory[list[tuple[Named, str]]] = field(default_factory=Memory)  # with its name as it is looked up
    _counts: Memory[dict[State, int]] = field(default_factory=Memory)

    @property
    def cookie(self) -> str:
        """The session's cookie. Its name makes browsers hold it to this host, where the desk is reached safely."""
        return "__Host-vigifuite" if self.is_public else "vigifuite"

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock the desk goes by."""
        return self.renderer.zone

    @property
    def is_public(self) -> bool:
        return (self.public_url or "").startswith("https:")

    def page(self, ask: Ask, template: str, status: int = 200, /, **values: object) -> Response:
        """A page of the desk."""
        if ask.visitor:
            values["newest"] = queue.newest(self.store)
        return HTMLResponse(self.renderer.page(template, ask, **values), status)

    def message(self, ask: Ask | None, status: int, what: str, why: str = "") -> Response:
        """A page that says why something was not done."""
        title, advice = _MESSAGES[what]
        page = self.renderer.page("message.html", ask, status=status, title=title, advice=advice, why=why)
        return HTMLResponse(page, status)

    def say(self, ask: Ask, message: str, **values: object) -> str:
        """A message of the code in the reader's language."""
        return self.renderer.teller(ask.language).say(message, **values)

    def back(self, to: str) -> Response:
        """After something was done: the page to look at next."""
        return RedirectResponse(to, 303)

    def link_to_login(self, ask: Ask) -> str:
        """The sign-in page, which then leads on to what was asked."""
        asked = f"{ask.path}?{ask.query}" if ask.query else ask.path
        return f"/login?next={quote(asked)}" if asked != "/" else "/login"

    def directory(self) -> Directory:
        """The watched organisations, indexed once for each watchlist."""
        watchlist = self.services.watchlist()
        with self._lock:
            if self._directory is None or self._directory[0] is not watchlist:
                self._directory = (watchlist, Directory(watchlist.entities))
            return self._directory[1]

    def counts(self) -> dict[State, int]:
        """How many alerts stand where; counted again once anything changed."""
        changed = queue.latest_change(self.store)
        return self._counts.get(changed, self.clock(), lambda: queue.counts_by_state(self.store))

    def named_like(self, words: str | None) -> list[Named]:
        """The organisations named or inferred with this id, or with these words in their name; at most a minute old."""
        named = self._named.get("all", self.clock(), self._spelled)
        asked = plain(words or "")
        return [each for each, name in named if asked in name or each.entity_id == words]

    def _spelled(self) -> list[tuple[Named, str]]:
        known = {each.entity_id: each for each in inferred_entities(self.store)}
        known |= {each.entity_id: each for each in named_entities(self.store)}
        return [(each, plain(each.name)) for each in known.values()]

    def overview(self, days: int) -> Overview:
        """All alerts of so many days together; at most a minute old."""
        now = self.clock()
        return self._overviews.get(days, now, lambda: overview(self.store, now - timedelta(days=days)))


def safe_path(path: str) -> str:
    """A path on this desk to go to, whatever was asked: never another site.

    >>> safe_path("/alerts/VF-2026-0001?state=new"), safe_path("//evil.test"), safe_path("https://evil.test/")
    ('/alerts/VF-2026-0001?state=new', '/', '/')
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(letter) < 33 for letter in path):
        return "/"
    return path
