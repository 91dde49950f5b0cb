"""An invented house: a real store, and posts that went through triage, seen through the desk."""

import asyncio
import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape

from starlette.applications import Starlette
from starlette.testclient import TestClient

from desk.clock import now
from desk.services import Look, ServiceError, Services, SourceLine
from desk.signing_in import hash_password
from desk.web import make_app, serve
from detectors.model import Entity, EntityKind, Post
from detectors.redaction import redact_string
from detectors.triage import examine, read
from detectors.watchlist import Watchlist
from storage import accounts, desk_sweeps, sessions
from storage.accounts import Role, User
from storage.alerts import Capturing, Step, keep
from storage.desk_sweeps import NewSweep
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


PASSWORD = "quatre girafes en velours"
# Hashed once: it takes a twentieth of a second, by design.
HASHED = hash_password(PASSWORD)
HOSTS = ("127.0.0.1", "localhost", "[::1]", "testserver")


@dataclass
class Sweeps:
    """Sweeps that are begun and go nowhere."""

    store: Store
    cancelled: list[int] = field(default_factory=list)

    def start(self, asked: NewSweep) -> int:
        return desk_sweeps.add(self.store, asked)

    def cancel(self, number: int) -> None:
        self.cancelled.append(number)


@dataclass
class House:
    """A store that posts are published into, and its desk; whoever is named like a role gets an account with it."""

    store: Store
    watchlist: Watchlist
    capturing: Capturing
    lines: Sequence[SourceLine] = ()
    now: Callable[[], datetime] = now

    def __post_init__(self) -> None:
        self.sweeps = Sweeps(self.store)
        self.secrets: dict[str, str] = {}

    def add_user(self, name: str, role: Role) -> User:
        """An account; its second factor's key is remembered."""
        token = accounts.invite(self.store, role, "house", datetime.now(UTC))
        self.secrets[name] = accounts.totp_secret_of(self.store, token)
        return accounts.accept(self.store, token, name, HASHED, 0, datetime.now(UTC))

    def token(self, name: str = "lead") -> str:
        """The cookie of somebody signed in."""
        user = accounts.find_user(self.store, name) or self.add_user(name, Role[name.upper()])
        return sessions.begin(self.store, user, "127.0.0.1", self.now())

    def look_at(self, target: str) -> Look:
        if "wrong" in target:
            raise ServiceError(f"{target} is nothing that can be read")
        state = HealthState.OK
        return Look(
            kind="export", target=redact_string(target), posts=3, skipped=0, newest=POSTED_AT, state=state, error=None
        )

    def services(self) -> Services:
        return Services(
            sources=lambda: self.lines,
            watchlist=lambda: self.watchlist,
            look_at=self.look_at,
            add_source=lambda target, name, _interval: name or target,
            remove_source=lambda _name: None,
            start_sweep=self.sweeps.start,
            cancel_sweep=self.sweeps.cancel,
        )

    def publish(self, text: str = SALE, *, source: str = "example", **fields: object) -> str:
        """Keep the reading of a post; the alert's number comes back."""
        known: dict[str, object] = {"place": "telegram:1", "ref": "1", "seen_at": SEEN_AT, "posted_at": POSTED_AT}
        post = Post(text=text, **(known | fields))  # type: ignore[arg-type]
        reading = read(post, examine(post, self.watchlist))
        kept = keep(self.store, post, reading, self.capturing, Step(source=source, bookmark=None, tally=Tally()))
        assert kept is not None
        return kept.number

    def app(self, **settings: object) -> Starlette:
        return make_app(self.store, self.services(), "1.2.3", HOSTS, clock=self.now, **settings)  # type: ignore[arg-type]

    def client(self, name: str | None = "lead", language: str = "en") -> TestClient:
        """Somebody's browser: his pages, and forms sent from them."""
        headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
        made = TestClient(self.app(), headers=headers)
        if name:
            made.cookies.set("vigifuite", self.token(name))
        return made

    def page(self, path: str = "/", name: str = "lead", language: str = "en") -> str:
        """The HTML of a page that must be there."""
        answer = self.client(name, language).get(path)
        assert 200 == answer.status_code, answer.text
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
