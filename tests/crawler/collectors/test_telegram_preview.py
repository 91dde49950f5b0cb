"""A channel read through its web preview: every post once, in order, whatever happens on the way."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from crawler.client import Client
from crawler.collector import (
    AccessDenied,
    CollectorError,
    Skipped,
    SourceChanged,
    SourceGone,
    SourceTaken,
    SourceUnavailable,
)
from crawler.collectors.telegram_preview import TelegramPostCollector, TelegramPreviewCollector
from crawler.collectors.telegram_standing import REMEMBERED
from crawler.lanes import Lanes
from crawler.pipeline import Pass, crawl
from crawler.sandbox import Sandbox
from detectors.model import Deletion, PlaceKnown, Post
from storage import alerts, sources
from tests.conftest import NOW
from tests.crawler.preview_server import NAME, NO_POSTS, InventedChannel, serving, time_of

PLACE = "telegram:1900000001"
PAGES = Path(__file__).parents[2] / "data" / "telegram_preview"
Step = tuple[object, dict]


def page(name: str) -> str:
    return (PAGES / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox()
    yield made
    await made.aclose()


@pytest.fixture
def channel() -> Iterator[InventedChannel]:
    """A channel of fifty posts."""
    return InventedChannel.of(50)


@pytest.fixture
def collector(channel: InventedChannel, sandbox: Sandbox) -> Iterator[TelegramPreviewCollector]:
    with serving(channel) as address:
        yield collector_of(channel, sandbox, address)


def collector_of(channel: InventedChannel, sandbox: Sandbox, address: str, **others) -> TelegramPreviewCollector:
    client = Client(user_agent="Vigifuite test", lanes=Lanes(0), allowed=(ip_network("127.0.0.0/8"),), retries=0)
    now = time_of(channel.newest) + timedelta(minutes=1)
    return TelegramPreviewCollector(
        channel=NAME,
        client=client,
        sandbox=sandbox,
        base_url=address,
        **{"clock": lambda: now, "since": now - timedelta(days=7), **others},
    )


async def steps(
    collector: TelegramPreviewCollector, bookmark: dict | None = None, most: int | None = None
) -> list[Step]:
    """What is yielded, each with its bookmark as it comes back from the store."""
    found: list[Step] = []
    async with aclosing(collector.collect(bookmark or {})) as items:
        async for taken, behind in items:
            found.append((taken, json.loads(json.dumps(behind))))
            if most and len(found) == most:
                break
    return found


async def until_it_fails(collector: TelegramPreviewCollector, bookmark: dict) -> tuple[list[Step], Exception | None]:
    """What is yielded before a look fails, and how it fails."""
    found: list[Step] = []
    try:
        async for taken, behind in collector.collect(bookmark):
            found.append((taken, behind))
    except CollectorError as failure:
        return found, failure
    return found, None


def numbers(found: list[Step]) -> list[int]:
    return [int(taken.ref) for taken, _ in found if isinstance(taken, Post)]


class TestFirstLook:
    async def test_last_week_oldest_first(self, sandbox: Sandbox):
        """At first sight the last seven days are read, oldest first."""
        channel = InventedChannel.of(6000, holes=7)
        with serving(channel) as address:
            found = await steps(
                collector_of(channel, sandbox, address, since=time_of(channel.newest) - timedelta(days=1))
            )

        since = time_of(channel.newest) - timedelta(days=1)
        assert [number for number in sorted(channel.posts) if time_of(number) >= since] == numbers(found)

    async def test_nothing_recent(self, collector, channel):
        """A channel that has been silent gives nothing, and is not asked for older posts again."""
        late = collector_of(channel, collector.sandbox, collector.base_url, since=NOW + timedelta(days=53))
        (_, bookmark) = (await steps(late))[-1]
        channel.publish()

        assert 50 == bookmark["ref"]
        assert [51] == numbers(await steps(late, bookmark))

    async def test_small_channel(self, collector):
        """A channel younger than a week is read from its beginning."""
        assert list(range(1, 51)) == numbers(await steps(collector))

    async def test_says_what_it_left_out(self, collector, channel):
        """Where older posts are announced and not shown, the look says so and begins with what there is."""
        channel.instead[2] = f'<html><section class="tgme_channel_history">{NO_POSTS}</section></html>'
        found = await steps(collector)

        assert Skipped(where="posts before 31", why="t.me says that there are none") == found[1][0]
        assert list(range(31, 51)) == numbers(found)

    async def test_a_fault_on_the_way_back(self, collector, channel):
        """Were a page missing in the middle, posts would be: nothing is given, the look is taken again."""
        channel.instead[2] = channel.page(before=31)[:5000]
        with pytest.raises(SourceChanged):
            await steps(collector)

        assert list(range(1, 51)) == numbers(await steps(collector))

    @pytest.mark.parametrize("days", [0.1, 1, 3, 6.9, 30])
    async def test_where_it_begins(self, sandbox: Sandbox, days: float):
        """Wherever the first look begins and however thin the channel is there: nothing lost, few pages asked."""
        channel = InventedChannel.of(5000)
        for number in range(300, 4200):
            if number % 700:
                channel.delete(number)
        since = time_of(channel.newest) - timedelta(days=days)
        with serving(channel) as address:
            found = await steps(collector_of(channel, sandbox, address, since=since), most=30)

        wanted = [number for number in sorted(channel.posts) if time_of(number) >= since]
        assert wanted[: len(numbers(found))] == numbers(found)
        assert len(channel.asked) < 25

    async def test_no_posts_on_the_way_back(self, collector, channel):
        """Where t.me denies posts it has, as it does to who asks too often, the look is taken again."""
        for _ in range(500):
            channel.publish()
        for request in range(3, 12):
            channel.instead[request] = page("no_posts")
        with pytest.raises(SourceUnavailable, match="too much was asked"):
            await steps(collector)

    async def test_tells_the_place(self, collector, channel):
        """The number of the channel is told at first sight, once; a channel without one is known by its name."""
        found = await steps(collector)
        again = await steps(collector, found[-1][1])
        channel.token = ""
        nameless = await steps(collector)

        assert PlaceKnown(name=f"telegram:@{NAME}", place=PLACE) == found[0][0]
        assert {PLACE} == {taken.place for taken, _ in found if isinstance(taken, Post)}
        assert [None] == [taken for taken, _ in again]
        assert {f"telegram:@{NAME}"} == {taken.place for taken, _ in nameless if isinstance(taken, Post)}


class TestLaterLooks:
    async def test_only_what_is_new(self, collector, channel):
        """A later look gives what is new since, nothing twice."""
        bookmark = (await steps(collector))[-1][1]
        channel.publish()

        assert [51] == numbers(await steps(collector, bookmark))

    async def test_a_long_absence(self, collector, channel):
        """After a long absence every page in between is read."""
        bookmark = (await steps(collector))[-1][1]
        for _ in range(130):
            channel.publish()

        assert list(range(51, 181)) == numbers(await steps(collector, bookmark))

    async def test_nothing_new(self, collector, channel):
        """Without news, one request and no post; an unmodified page is not even sent."""
        bookmark = (await steps(collector))[-1][1]
        asked = len(channel.asked)

        assert [(None, bookmark)] == await steps(collector, bookmark)
        assert [(None, {**bookmark, "validators": {}})] == [
            (taken, {**behind, "validators": {}})
            for taken, behind in await steps(collector, {**bookmark, "validators": {}})
        ]
        assert asked + 2 == len(channel.asked)

    async def test_no_validators_before_the_end(self, collector):
        """A look broken off never makes the next one take the page for unchanged."""
        assert [{}] * 50 == [bookmark["validators"] for _, bookmark in await steps(collector, most=50)]

    async def test_an_edit(self, collector, channel):
        """A post edited on the newest page comes again; one whose views changed does not."""
        bookmark = (await steps(collector))[-1][1]
        channel.edit(40, "Annonce modifiée")
        [(post, _), (_, bookmark)] = await steps(collector, bookmark)

        assert ("40", "Annonce modifiée") == (post.ref, post.text)
        assert [] == numbers(await steps(collector, bookmark))

    async def test_bookmark_is_small(self, collector, channel):
        """The bookmark remembers the newest posts by two bytes each, and no word of them."""
        for _ in range(50):
            channel.publish()
        bookmark = (await steps(collector))[-1][1]

        assert REMEMBERED == len(bookmark["marks"])
        assert {4} == {len(mark) for mark in bookmark["marks"].values()}
        assert "Annonce" not in json.dumps(bookmark)

    async def test_a_deletion(self, collector, channel):
        """A deletion is said once, of alerted posts only, after asking for the post itself."""
        collector = collector_of(channel, collector.sandbox, collector.base_url, alerted=lambda _: {"45", "50"})
        bookmark = (await steps(collector))[-1][1]
        for number in (44, 45, 50):
            channel.delete(number)
        found = await steps(collector, bookmark)

        assert ["45", "50"] == [taken.ref for taken, _ in found if isinstance(taken, Deletion)]
        assert PLACE == found[0][0].place
        assert [] == [taken for taken, _ in await steps(collector, found[-1][1]) if taken]

    async def test_recent_posts_are_looked_at_again(self, collector, channel):
        """An hour later edits and deletions behind the newest page are seen as well, as far back as is remembered."""
        for _ in range(50):
            channel.publish()
        collector = collector_of(channel, collector.sandbox, collector.base_url, alerted=lambda _: {"47"})
        bookmark = (await steps(collector))[-1][1]
        channel.edit(45, "Annonce modifiée")
        channel.delete(47)
        soon = await steps(collector, {**bookmark, "validators": {}})
        later = collector_of(
            channel,
            collector.sandbox,
            collector.base_url,
            alerted=lambda _: {"47"},
            clock=lambda: time_of(channel.newest) + timedelta(hours=2),
        )
        found = await steps(later, bookmark)

        assert [] == [taken for taken, _ in soon if taken]
        assert ["45", "47"] == [taken.ref for taken, _ in found if taken]
        assert [] == [taken for taken, _ in await steps(later, found[-1][1]) if taken]

    async def test_an_old_copy_of_the_page(self, collector, channel):
        """A page that lags behind makes no deletion."""
        collector = collector_of(channel, collector.sandbox, collector.base_url, alerted=lambda _: {"50"})
        old = channel.page(before=45)
        bookmark = (await steps(collector))[-1][1]
        channel.instead[len(channel.asked) + 1] = old
        found = await steps(collector, {**bookmark, "validators": {}})

        assert [None] == [taken for taken, _ in found]
        assert "50" in found[-1][1]["marks"]


class TestOnePost:
    async def test_is_read(self, collector):
        """A link to a post gives that post."""
        found = [taken async for taken, _ in TelegramPostCollector(preview=collector, number=17).collect({})]

        assert [("17", "Annonce inventée 17")] == [(post.ref, post.text) for post in found]

    async def test_is_gone(self, collector, channel):
        """One that is not shown is said to be gone, and no other is given for it."""
        channel.delete(17)
        with pytest.raises(SourceGone, match="17"):
            _ = [taken async for taken, _ in TelegramPostCollector(preview=collector, number=17).collect({})]


class TestFaults:
    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("landing_channel", SourceUnavailable),
            ("landing_hidden", AccessDenied),
            ("landing_group", AccessDenied),
            ("landing_invitation", AccessDenied),
            ("landing_bot", SourceChanged),
            ("landing_person", SourceChanged),
            ("landing_unknown", SourceGone),
            ("no_posts", SourceUnavailable),
            ("post_gone", SourceChanged),
        ],
    )
    async def test_pages_in_its_place(self, collector, channel, name, error):
        """What is shown in place of posts is an error that says what to do, never an empty channel."""
        channel.instead[1] = page(name)
        with pytest.raises(error, match=f"@{NAME}: "):
            await steps(collector)

    async def test_no_posts_where_there_were(self, collector, channel):
        """What Telegram tells those who ask too often is not taken for the end of the channel."""
        bookmark = (await steps(collector))[-1][1]
        for _ in range(60):
            channel.publish()
        channel.instead[len(channel.asked) + 2] = page("no_posts")
        with pytest.raises(SourceUnavailable):
            await steps(collector, bookmark)

    async def test_cut_anywhere(self, collector, channel):
        """A page cut off gives the posts it holds whole and is reported; the next look goes on behind them."""
        bookmark = (await steps(collector, most=31))[-1][1]
        whole = channel.page()
        for end in range(0, whole.index("</html>"), len(whole) // 25):
            channel.instead[len(channel.asked) + 1] = whole[:end]
            found, failure = await until_it_fails(collector, bookmark)
            assert isinstance(failure, SourceChanged), end
            again = await steps(collector, found[-1][1] if found else bookmark)
            assert list(range(31, 51)) == numbers(found) + numbers(again), end

    async def test_another_channel_takes_the_name(self, collector, channel):
        """A name that passed to another channel is not read on under the same place."""
        bookmark = (await steps(collector))[-1][1]
        channel.token = "eyJjIjotMTkwMDAwMDAwOX0"
        channel.publish()
        with pytest.raises(SourceTaken, match="another channel"):
            await steps(collector, bookmark)

    async def test_a_page_the_parser_refuses(self, collector, channel):
        """A bomb among the posts loses none of them: they come as stripped text, and once they can be read, as read."""
        bookmark = (await steps(collector))[-1][1]
        channel.publish("Vends <b>base</b> & accès")
        bomb = "<div>" * 400_000
        channel.instead[len(channel.asked) + 1] = channel.page().replace("</section>", f"</section>{bomb}")
        found = await steps(collector, bookmark)
        [(first, _), (skipped, _), (_, bookmark)] = found
        again = await steps(collector, {**bookmark, "validators": {}})

        assert ("51", "Vends <b>base</b> & accès") == (first.ref, first.text)
        assert "post 51" == skipped.where
        assert time_of(51) == first.posted_at
        assert [51] == numbers(again)

    async def test_paging_in_circles(self, collector, channel):
        """Older posts that are not older, newer ones that are not newer: the markup changed, no loop."""
        channel.instead[2] = channel.page()
        with pytest.raises(SourceChanged):
            await steps(collector)
        bookmark = (await steps(collector, most=5))[-1][1]
        channel.instead[len(channel.asked) + 2] = channel.page(before=4)
        with pytest.raises(SourceChanged):
            await steps(collector, bookmark)

    @pytest.mark.parametrize("bookmark", [{"ref": "x"}, {"marks": [1]}, {"marks": {"a": 1}, "validators": 3}])
    async def test_a_bookmark_that_is_none(self, collector, bookmark):
        """What is no bookmark of ours is a first look."""
        assert 50 == len(numbers(await steps(collector, bookmark)))

    def test_names(self):
        """What is no name of a channel never gets into an address."""
        for name in ("", "abc", "a/../b", "durov?x=1", "é" * 5, "@canal"):
            with pytest.raises(ValueError, match="name"):
                TelegramPreviewCollector(channel=name, client=None, sandbox=None, since=None)


class TestEveryPost:
    async def test_a_channel_that_moves(self, sandbox: Sandbox):
        """Of 5,000 posts, some added, edited and deleted while read, by a look killed 20 times: each once, in order."""
        channel = InventedChannel.of(5000, holes=11)
        dice = random.Random(7)  # noqa: S311 (the same world each time)
        texts: dict[int, list[str]] = {}
        deleted: set[int] = set()

        def move(count: int) -> None:
            if count % 3 == 0:
                channel.publish()
                # Ahead of the reader, where it is then missing, or behind, or under its eyes.
                for gone in (dice.randrange(1, channel.newest), channel.newest - 5):
                    channel.delete(gone)
                    deleted.add(gone)
                if channel.newest - 3 in channel.posts:
                    channel.edit(channel.newest - 3, f"Annonce modifiée {count}")

        def take(found: list[Step]) -> None:
            for taken, _ in found:
                if isinstance(taken, Post):
                    texts.setdefault(int(taken.ref), []).append(taken.text)

        bookmark: dict = {}
        with serving(channel) as address:
            collector = collector_of(channel, sandbox, address, since=None)
            for moment in [*sorted(dice.sample(range(1, 5000), 20)), None]:
                found = await cancelled_after(collector, bookmark, moment and max(1, moment - len(texts)))
                take(found)
                bookmark = found[-1][1]
                channel.on_request = move
            channel.on_request = lambda _: None
            take(await steps(collector, bookmark))

        newest = sorted(channel.posts)[-20:]
        assert sorted(texts) == list(texts)
        assert set(channel.posts) <= set(texts) <= set(channel.posts) | deleted
        assert {number for number, read in texts.items() if len(read) > 1} <= channel.edited
        assert [channel.posts[number] for number in newest] == [texts[number][-1] for number in newest]

    async def test_becomes_an_alert(self, collector, channel, store, watchlist, capturing):
        """What a channel offers reaches the store; a second look finds nothing new."""
        channel.publish("Vends base patients Quorvane, 491 840 lignes")
        this = Pass(source="src", watchlist=watchlist, store=store, capturing=capturing)
        outcomes = [await crawl(collector, sources.bookmark_of(store, "src"), this) for _ in range(2)]

        assert [(51, 1, None), (0, 0, None)] == [(found.posts, found.alerts, found.failure) for found in outcomes]
        assert {"51"} == alerts.alerted_refs(store, PLACE)


async def cancelled_after(collector: TelegramPreviewCollector, bookmark: dict, count: int | None) -> list[Step]:
    """What a look gives until it is cancelled in the middle of whatever it does after so many posts."""
    found: list[Step] = []

    async def look() -> None:
        async with aclosing(collector.collect(bookmark)) as items:
            async for taken, behind in items:
                found.append((taken, json.loads(json.dumps(behind))))
                if count is not None and len(found) == count:
                    reached.set()

    reached = asyncio.Event()
    task = asyncio.create_task(look())
    waiting = asyncio.create_task(reached.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    for ended in (task, waiting):
        ended.cancel()
    await asyncio.gather(task, waiting, return_exceptions=True)
    if count is None:
        task.result()
    return found
