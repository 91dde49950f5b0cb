"""Rows seen before: the pipeline knows them again, in whatever post they come."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from itertools import islice

import pytest

from benchmarks.leaked_file import COLUMNS, make_rows, make_world
from crawler.collector import Bookmark, Taken
from crawler.pipeline import Outcome, Pass, crawl
from detectors.sample_profile import Verdict
from storage import alerts
from storage.sketches import sketch_key
from tests.conftest import NOW

COLUMNS_SHOWN = ("nom_usuel", "prenom", "sexe", "date_naissance", "num_secu", "code_postal", "email")
ROWS = list(islice(make_rows(make_world(7), 7, 400), 400))


@dataclass
class ListCollector:
    """A source whose content is a list."""

    items: list[Taken]

    async def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        for number in range(int(str(bookmark.get("read", 0))), len(self.items)):
            yield self.items[number], {"read": number + 1}


@pytest.fixture
def this(store, watchlist, capturing) -> Pass:
    return Pass(source="src", watchlist=watchlist, store=store, capturing=capturing, moves_bookmark=False)


def crawled(this: Pass, *posts: Taken) -> Outcome:
    return asyncio.run(crawl(ListCollector(list(posts)), {}, this))


def extract(start: int, end: int, before: str = "Vends base Quorvane, extrait :") -> str:
    places = [COLUMNS.index(column) for column in COLUMNS_SHOWN]
    shown = [";".join(row[place] for place in places) for row in ROWS[start:end]]
    return "\n".join([before, ";".join(COLUMNS_SHOWN), *shown])


def verdict(this: Pass, ref: str) -> tuple[Verdict, str]:
    alert = next(each for each in alerts.list_alerts(this.store, alerts.AlertFilter()) if each.ref == ref)
    sample = alert.latest.reading.sample
    assert sample is not None
    return sample.authenticity.verdict, sample.authenticity.reasons[0]


class TestKnownAgain:
    def test_in_a_later_pass(self, this, make_post):
        """The rows of an alert of another day, in another order and with other words around them, are recycled."""
        crawled(this, make_post(extract(0, 56), ref="1"))
        crawled(this, make_post(extract(6, 50, "Base Quorvane gratuite, preuve :"), ref="2"))

        assert Verdict.CONSISTENT is verdict(this, "1")[0]
        assert (Verdict.RECYCLED, "100% of it stands in VF-2026-0001, seen before") == verdict(this, "2")

    def test_in_the_same_batch(self, this, make_post):
        """Two posts read together: the second is known by the first."""
        crawled(this, make_post(extract(0, 56), ref="1"), make_post(extract(0, 40), ref="2"))

        assert Verdict.RECYCLED is verdict(this, "2")[0]

    def test_a_post_edited_is_no_copy_of_itself(self, this, make_post):
        """A revision that shows its rows again keeps its verdict."""
        crawled(this, make_post(extract(0, 56), ref="1"))
        crawled(this, make_post(extract(0, 57), ref="1", edited_at=NOW))

        assert Verdict.CONSISTENT is verdict(this, "1")[0]

    def test_other_people_are_not(self, this, make_post):
        """Rows of other people stand by themselves."""
        crawled(this, make_post(extract(0, 56), ref="1"), make_post(extract(200, 256), ref="2"))

        assert Verdict.CONSISTENT is verdict(this, "2")[0]

    def test_the_larger_release_names_the_alert(self, this, make_post):
        """Three hundred rows that hold the fifty-six seen before: news, and the first reason says so."""
        crawled(this, make_post(extract(0, 56), ref="1"), make_post(extract(0, 300), ref="2"))

        assert (
            Verdict.CONSISTENT,
            "it holds 100% of the 56 rows of VF-2026-0001, seen before",
        ) == verdict(this, "2")

    def test_a_dry_run_keeps_no_sketch(self, this, make_post, store, watchlist, capturing):
        """What is not kept is not known again."""
        dry = Pass(source="src", watchlist=watchlist, store=store, capturing=capturing, dry_run=True)
        crawled(dry, make_post(extract(0, 56), ref="1"))
        crawled(this, make_post(extract(0, 56), ref="2"))

        assert Verdict.CONSISTENT is verdict(this, "2")[0]

    def test_a_damaged_sketch_stops_nobody(self, this, make_post):
        """Posts are read all the same, and what could not be compared is told."""
        sketch_key(this.store.folder)
        (this.store.folder / "sketches" / "old.sketch").write_bytes(b"damaged")
        outcome = crawled(this, make_post(extract(0, 56), ref="1"))

        assert 1 == outcome.alerts
        assert ["extracts seen before"] == [each.where for each in outcome.skipped]
        assert "old.sketch" in outcome.skipped[0].why
