import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from crawler.collector import Bookmark, Skipped, SourceChanged, Taken
from crawler.pipeline import Outcome, Pass, crawl
from detectors.model import Deletion, Post
from storage import alerts, sources
from storage.filters import AlertFilter
from tests.conftest import NOW

LEAK = "Vends base patients Quorvane, 491 840 lignes"


@dataclass
class ListCollector:
    """A source whose content is a list; it may fail at its end, or wait between two posts."""

    items: list[Taken]
    failure: Exception | None = None
    pause: float = 0
    closed: list[bool] = field(default_factory=list)

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        try:
            for number in range(int(str(bookmark.get("read", 0))), len(self.items)):
                await asyncio.sleep(self.pause)
                yield self.items[number], {"read": number + 1}
            if self.failure:
                raise self.failure
        finally:
            self.closed.append(True)


@pytest.fixture
def this(store, watchlist, capturing) -> Pass:
    return Pass(source="src", watchlist=watchlist, store=store, capturing=capturing)


def crawled(collector: ListCollector, this: Pass) -> Outcome:
    return asyncio.run(crawl(collector, sources.bookmark_of(this.store, this.source), this))


def kept(this: Pass) -> list[str]:
    return sorted(alert.ref for alert in alerts.list_alerts(this.store, AlertFilter()))


class TestCrawl:
    def test_keeps_what_concerns_us_and_nothing_else(self, this, make_post):
        """An offer becomes an alert; chatter leaves only a counter."""
        outcome = crawled(ListCollector([make_post("bonjour", ref="1"), make_post(LEAK, ref="2")]), this)

        assert (2, 1) == (outcome.posts, outcome.alerts)
        assert ["2"] == kept(this)
        assert (2, 1) == (sources.statuses(this.store)["src"].posts, sources.statuses(this.store)["src"].alerts)

    def test_goes_on_from_the_bookmark(self, this, make_post):
        """A second pass reads only what is new."""
        items = [make_post(LEAK, ref=str(number)) for number in range(3)]
        crawled(ListCollector(items), this)

        outcome = crawled(ListCollector([*items, make_post(LEAK, ref="9")]), this)

        assert (1, 1, 0) == (outcome.posts, outcome.alerts, outcome.known)
        assert ["0", "1", "2", "9"] == kept(this)

    def test_reading_again_from_the_start_doubles_nothing(self, this, make_post):
        """The store knows what it has, whatever the bookmark says."""
        items = [make_post(LEAK, ref=str(number)) for number in range(3)]
        crawled(ListCollector(items), this)

        outcome = asyncio.run(crawl(ListCollector(items), {}, this))

        assert (3, 0, 3) == (outcome.posts, outcome.alerts, outcome.known)
        assert ["0", "1", "2"] == kept(this)

    def test_a_sweep_moves_no_bookmark(self, this, make_post):
        """An on-demand pass leaves the source where it stood."""
        sweep = Pass(
            source="src", watchlist=this.watchlist, store=this.store, capturing=this.capturing, moves_bookmark=False
        )
        crawled(ListCollector([make_post(LEAK)]), sweep)

        assert {} == sources.bookmark_of(this.store, "src")
        assert ["7"] == kept(this)

    def test_a_dry_run_keeps_nothing(self, this, make_post):
        """It tells what would be an alert."""
        heard = []
        dry = Pass(
            source="src",
            watchlist=this.watchlist,
            store=this.store,
            capturing=this.capturing,
            dry_run=True,
            on_alert=lambda reading, kept: heard.append((reading.ref, kept)),
        )
        outcome = crawled(ListCollector([make_post(LEAK)]), dry)

        assert 1 == outcome.alerts
        assert [("7", None)] == heard
        assert [] == kept(this)
        assert not any(this.store.captures.glob("**/*.age"))

    def test_an_edit_of_an_alerted_post_is_a_revision_whatever_it_says(self, this, make_post):
        """`sold` after an offer is kept; it concerns a post we know."""
        crawled(ListCollector([make_post(LEAK)]), this)
        edited = make_post("vendu, merci à tous", edited_at=NOW + timedelta(hours=1))

        outcome = asyncio.run(crawl(ListCollector([edited]), {}, this))
        alert = next(iter(alerts.list_alerts(this.store, AlertFilter())))

        assert (0, 1) == (outcome.alerts, outcome.revisions)
        assert ["Vends base patients Quorvane, 491 840 lignes", "vendu, merci à tous"] == [
            revision.reading.text for revision in alert.revisions
        ]
        assert alert.revisions[1].reading.severity is None

    def test_a_deletion_of_an_alerted_post_is_noted_once(self, this, make_post):
        """When it was first found gone; of other posts nothing is kept."""
        gone = [Deletion(place="telegram:1", ref="7", seen_at=NOW + timedelta(hours=hour)) for hour in (1, 2)]
        crawled(ListCollector([make_post(LEAK), *gone, Deletion(place="telegram:1", ref="8", seen_at=NOW)]), this)
        alert = next(iter(alerts.list_alerts(this.store, AlertFilter())))

        assert NOW + timedelta(hours=1) == alert.deleted_at
        assert ["7"] == kept(this)

    def test_an_edit_of_any_other_post_leaves_nothing(self, this, make_post):
        """Chatter edited to chatter is chatter."""
        crawled(ListCollector([make_post("bonjour"), make_post("bonsoir")]), this)

        assert [] == kept(this)

    def test_a_failing_source_keeps_what_it_gave(self, this, make_post):
        """The posts before the failure are taken in, and the failure is told."""
        outcome = crawled(ListCollector([make_post(LEAK)], SourceChanged("cut short")), this)

        assert "cut short" == str(outcome.failure)
        assert ["7"] == kept(this)
        assert {"read": 1} == sources.bookmark_of(this.store, "src")

    def test_a_fault_of_ours_is_raised_after_what_was_given_is_kept(self, this, make_post):
        """Anything but a `CollectorError` is a fault of the program."""
        with pytest.raises(ZeroDivisionError):
            crawled(ListCollector([make_post(LEAK)], ZeroDivisionError()), this)

        assert ["7"] == kept(this)

    def test_skipped_items_are_counted_and_told(self, this, make_post):
        """One broken item never loses the others."""
        outcome = crawled(ListCollector([Skipped(where="line 1", why="not JSON"), make_post(LEAK)]), this)

        assert ["line 1"] == [skipped.where for skipped in outcome.skipped]
        assert 1 == sources.statuses(this.store)["src"].skipped
        assert ["7"] == kept(this)

    def test_a_full_disk_never_moves_the_bookmark_past_an_alert(self, this, make_post):
        """What could not be kept is read again once there is room."""
        items = [make_post("bonjour", ref="1"), make_post(LEAK, ref="2")]
        this.store.captures.write_text("no folder: nothing can be sealed here")
        with pytest.raises(OSError, match="captures"):
            crawled(ListCollector(items), this)
        this.store.captures.unlink()

        outcome = crawled(ListCollector(items), this)

        assert 1 == outcome.alerts
        assert ["2"] == kept(this)

    def test_an_alert_does_not_wait_for_the_next_post(self, this, make_post):
        """A slow source's alert is in the store before its next post comes."""

        async def watched() -> list[str]:
            slow = ListCollector([make_post(LEAK, ref="1"), make_post(LEAK, ref="2")], pause=1.5)
            task = asyncio.create_task(crawl(slow, {}, this))
            await asyncio.sleep(2.2)
            seen = await asyncio.to_thread(kept, this)
            await task
            return seen

        assert ["1"] == asyncio.run(watched())

    def test_a_cancelled_pass_closes_its_source_and_writes_down_where_it_stood(self, this, make_post):
        """A clean stop loses nothing and reads nothing twice."""
        items = [make_post("bonjour", ref=str(number)) for number in range(100)]
        collector = ListCollector(items, pause=0.01)

        async def stopped() -> None:
            task = asyncio.create_task(crawl(collector, {}, this))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(stopped())
        read = int(str(sources.bookmark_of(this.store, "src")["read"]))

        assert [True] == collector.closed
        assert 0 < read < 100
        assert read == sources.statuses(this.store)["src"].posts

    def test_a_post_too_much_for_a_detector_is_skipped_alone(self, this, make_post):
        """Its neighbours, judged together with it, are kept; it is told by its ref."""
        broken = make_post(LEAK, ref="2", title=7)  # no collector would give such a title

        outcome = crawled(ListCollector([make_post(LEAK, ref="1"), broken, make_post(LEAK, ref="3")]), this)

        assert ["1", "3"] == kept(this)
        assert ["post 2"] == [skipped.where for skipped in outcome.skipped]
        assert 3 == outcome.posts

    def test_a_limit_stops_the_reading(self, this, make_post):
        """Not a post more than asked for is counted or kept."""
        limited = Pass(source="s", watchlist=this.watchlist, store=this.store, capturing=this.capturing, limit=2)
        collector = ListCollector([make_post(LEAK, ref=str(number)) for number in range(1000)])

        outcome = crawled(collector, limited)

        assert 2 == outcome.posts
        assert ["0", "1"] == kept(this)
        assert [True] == collector.closed

    def test_posts_not_asked_for_are_passed_over(self, this, make_post):
        """What `wanted` refuses is neither counted nor judged."""
        picky = Pass(
            source="s",
            watchlist=this.watchlist,
            store=this.store,
            capturing=this.capturing,
            wanted=lambda post: isinstance(post, Post) and post.ref == "2",
        )
        outcome = crawled(ListCollector([make_post(LEAK, ref="1"), make_post(LEAK, ref="2")]), picky)

        assert 1 == outcome.posts
        assert ["2"] == kept(this)
