"""Real paste servers, restarted under the collector's eyes, their pastes deleted between list and text."""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from crawler.client import Client, Page
from crawler.collector import AccessDenied, Bookmark, Skipped, SourceUnavailable
from crawler.collectors.paste import PasteCollector
from crawler.collectors.paste_site import find_site
from crawler.lanes import Lanes
from crawler.pipeline import Outcome, Pass, crawl
from crawler.sandbox import Sandbox
from detectors.model import Post
from storage import alerts, sources
from storage.filters import AlertFilter
from tests.crawler.paste_servers import Bepasty, PasteServer, Pasttle, QuickPaste, running

PASTES = 300
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LEAK = "Vends base patients Quorvane, 491 840 lignes"

# The first run builds the servers.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="session")
def cache(request: pytest.FixtureRequest) -> Path:
    """Where the servers are built, once for all runs and workers."""
    return request.config.cache.mkdir("servers")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox()
    yield made
    await made.aclose()


@pytest.fixture
def client() -> Client:
    return Client(user_agent="vigifuite-test", lanes=Lanes(0), retries=0, allowed=(ip_network("127.0.0.0/8"),))


class Closed(Bepasty):
    permissions = "create,read"


@dataclass
class Meddler:
    """A client during whose reading something happens: behind the list, or before the nth paste."""

    client: Client
    behind_list: Callable[[], None] = lambda: None
    before_paste: Callable[[], None] = lambda: None
    nth: int = 0
    asked: list[str] = field(default_factory=list)

    async def get(self, url: str, **how: object) -> Page:
        self.asked.append(url)
        if len(self.asked) == self.nth:
            self.before_paste()
        page = await self.client.get(url, **how)
        if len(self.asked) == 1:
            self.behind_list()
        return page


@dataclass
class Story:
    """Pastes published, deleted and read while server and collector stop and start."""

    server: PasteServer
    sandbox: Sandbox
    client: Client
    this: Pass
    random: random.Random
    texts: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    taken: list[Post] = field(default_factory=list)

    def publish(self) -> None:
        new = []
        for number in range(len(self.texts), min(PASTES, len(self.texts) + self.random.randint(10, 50))):
            text = f"{LEAK} {number} é\n\tfin" if number % 4 == 0 else f"recette n° {number}\n"
            ref = self.server.post(text, f"note {number}.txt", closed=number % 9 == 5)
            self.texts[ref] = text
            self.closed.append(ref) if number % 9 == 5 else new.append(ref)
        # Not the last: pasttle gives the number of a deleted last paste to the next.
        self.doomed = self.random.choice(new[:-1]) if new[1:] else None

    def bookmark(self) -> Bookmark:
        return sources.bookmark_of(self.this.store, self.this.source)

    async def read(self) -> Outcome:
        """One pass, which may be stopped early, or find the server gone half-way."""
        meddler = Meddler(self.client, behind_list=self.delete_doomed)
        if self.random.random() < 0.15:
            meddler.nth, meddler.before_paste = self.random.randint(2, 12), self.server.stop
        limit = self.random.choice([None, None, self.random.randint(1, 40)])
        collector = PasteCollector(url=self.server.url, client=meddler, sandbox=self.sandbox, since=LONG_AGO, most=40)
        outcome = await crawl(collector, self.bookmark(), replace(self.this, limit=limit, wanted=self.notice))
        assert [] == outcome.skipped
        if self.server.process.poll() is not None:
            assert outcome.failure is None or isinstance(outcome.failure, SourceUnavailable)
            self.server.start()
        else:
            assert outcome.failure is None
        return outcome

    def delete_doomed(self) -> None:
        if self.doomed:
            self.server.delete(self.doomed)
            self.deleted.append(self.doomed)
            self.doomed = None

    def notice(self, post: Post) -> bool:
        self.taken.append(post)
        return True

    async def tell(self) -> None:
        while len(self.texts) < PASTES:
            self.publish()
            if self.random.random() < 0.15:
                self.server.restart()
            await self.read()
        while (outcome := await self.read()).posts or outcome.failure or self.bookmark()["waiting"]:
            pass


@pytest.mark.parametrize("kind", [Pasttle, Bepasty, QuickPaste])
async def test_each_public_paste_is_taken_in_once(kind, cache, tmp_path, sandbox, client, store, watchlist, capturing):
    """Whatever is restarted or deleted meanwhile; what is closed stays unread and as it was."""
    this = Pass(source="pastes", watchlist=watchlist, store=store, capturing=capturing)
    (folder := tmp_path / "server").mkdir()
    with running(kind, cache, folder) as server:
        story = Story(server, sandbox, client, this, random.Random(4711))  # noqa: S311
        await story.tell()
        read = set(server.read_so_far())
        # The list of quick-paste does not say which paste burns: there titles are all that can be taken in.
        told = server.name != "quick-paste"
        expected = set(story.texts) - {*story.deleted} - ({*story.closed} if told else set())
        taken = sorted(post.ref for post in story.taken if told or post.ref not in story.deleted)

        assert sorted(expected) == taken
        assert len(story.closed) > 20
        assert len(story.deleted) > 5
        assert not read & set(story.closed)
        assert told or not read
        assert {story.texts[ref] for ref in story.closed} == {server.open_closed(ref) for ref in story.closed}
        for post in story.taken:
            assert (story.texts[post.ref] if told else "") == post.text
            assert f"127.0.0.1:{server.port}" == post.place
            assert post.title.startswith("note ")
            assert abs(post.posted_at - datetime.now(UTC)) < timedelta(minutes=15)
            assert () == post.files
        kept = {alert.ref for alert in alerts.list_alerts(store, AlertFilter())}
        assert {post.ref for post in story.taken if post.text.startswith(LEAK)} == kept
        assert (
            200
            == server.client.get(next(post.url for post in story.taken if post.ref not in story.deleted)).status_code
        )


class TestBepasty:
    async def test_a_site_that_closed_its_list_is_denied(self, cache, tmp_path, sandbox, client):
        """Without the permission to list, the source says so."""
        (folder := tmp_path / "server").mkdir()
        with running(Closed, cache, folder) as server:
            collector = PasteCollector(url=server.url, client=client, sandbox=sandbox, since=LONG_AGO)
            with pytest.raises(AccessDenied):
                _ = [item async for item in collector.collect({})]
            with pytest.raises(AccessDenied):
                await find_site(server.url + "+list", client, sandbox)

    async def test_whatever_its_type_a_paste_is_read_as_text(self, cache, tmp_path, sandbox, client):
        """Up to the cap, in its own bytes; a program is skipped."""
        (folder := tmp_path / "server").mkdir()
        contents = {
            "windows.csv": "nom;ville\r\nÉlodie;Nîmes\r\n".encode("cp1252"),
            "utf-16.csv": "nom;ville\r\n".encode("utf-16"),
            "bare.txt": "\ufeff\xa0<b>\U0001f600</b> \x07 &amp;\n ".encode(),
            "huge.txt": "é\n".encode() * 2_000_000,
            "program.bin": bytes(range(256)) * 20 + bytes(500),
        }
        with running(Bepasty, cache, folder) as server:
            refs = {server.post_bytes(content, name): name for name, content in contents.items()}
            assert "bepasty" == (await find_site(server.url, client, sandbox)).family.name
            assert "bepasty" == (await find_site(server.url + "+list", client, sandbox)).family.name
            collector = PasteCollector(url=server.url + "+list", client=client, sandbox=sandbox, since=LONG_AGO)
            found = [taken async for taken, _ in collector.collect({}) if taken]

        texts = {post.title: post.text for post in found if isinstance(post, Post)}
        huge = texts.pop("huge.txt")
        assert {
            "windows.csv": "nom;ville\nÉlodie;Nîmes\n",
            "utf-16.csv": "nom;ville\n",
            "bare.txt": contents["bare.txt"].decode(),
        } == texts
        assert 5 * 1024**2 - 3 < len(huge.encode()) <= 5 * 1024**2
        assert ["program.bin"] == [refs[taken.where.split()[1]] for taken in found if isinstance(taken, Skipped)]
