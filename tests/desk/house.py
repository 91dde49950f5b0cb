"""An invented house: a real store, and posts that went through triage, seen through the desk."""

import asyncio
import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape

from starlette.applications import Starlette
from starlette.testclient import TestClient

from desk.web import SourceLine, make_app, serve
from detectors.model import Entity, EntityKind, Post
from detectors.triage import examine, read
from detectors.watchlist import Watchlist
from storage.alerts import Capturing, Step, keep
from storage.sources import Health, HealthState, Tally, unknown_status
from storage.store import Store

SEEN_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
POSTED_AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
SALE = "Vends base de 12 000 patients de la Clinique Hespérion, contact @vendeur_invente"

ENTITIES = (
    Entity(
        id="example:clinic-01",
        kind=EntityKind.ESTABLISHMENT,
        name='Clinique Hespérion <b onclick="window.executed=1">',
        aliases=("Clinique Hespérion",),
    ),
    Entity(id="example:vendor-01", kind=EntityKind.VENDOR, name="Médivelle Informatique", aliases=("Médivelle",)),
)


@dataclass
class House:
    """A store that posts are published into, and its desk."""

    store: Store
    watchlist: Watchlist
    capturing: Capturing
    lines: Sequence[SourceLine] = ()

    def publish(self, text: str = SALE, *, source: str = "example", **fields: object) -> str:
        """Keep the reading of a post; the alert's number comes back."""
        known: dict[str, object] = {"place": "telegram:1", "ref": "1", "seen_at": SEEN_AT, "posted_at": POSTED_AT}
        post = Post(text=text, **(known | fields))  # type: ignore[arg-type]
        reading = read(post, examine(post, self.watchlist))
        kept = keep(self.store, post, reading, self.capturing, Step(source=source, bookmark=None, tally=Tally()))
        assert kept is not None
        return kept.number

    def app(self) -> Starlette:
        hosts = ("127.0.0.1", "localhost", "[::1]", "testserver")
        return make_app(self.store, lambda: self.lines, "1.2.3", hosts)

    def client(self) -> TestClient:
        return TestClient(self.app())

    def page(self, path: str = "/") -> str:
        """The HTML of a page that must be there."""
        answer = self.client().get(path)
        assert 200 == answer.status_code
        return answer.text


def words(html: str) -> str:
    """The text of a page, spaces made one."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def line(
    name: str = "example",
    state: HealthState = HealthState.OK,
    *,
    read: timedelta | None = timedelta(minutes=5),
    enabled: bool = True,
    paused: bool = False,
    reason: str = "",
    what_to_do: str = "",
    missed: int = 0,
) -> SourceLine:
    """A source as the front door describes it; `read` is how long ago."""
    read_at = datetime.now(UTC) - read if read is not None else None
    health = Health(state=state, reason=reason)
    status = replace(unknown_status(name), health=health, read_at=read_at, paused=paused)
    return SourceLine(name=name, kind="export", enabled=enabled, what_to_do=what_to_do, missed=missed, status=status)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The application on a real port; its address comes back."""
    port, stop, loop = free_port(), asyncio.Event(), asyncio.new_event_loop()

    async def until_stopped() -> None:
        served = asyncio.create_task(serve(app, "127.0.0.1", port))
        await stop.wait()
        served.cancel()
        await asyncio.gather(served, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(until_stopped(),))
    thread.start()
    try:
        wait_for(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(happened: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something is so; fail if it never is."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    pause = threading.Event()
    while not happened():
        assert datetime.now(UTC) < until, "it never happened"
        pause.wait(0.02)
