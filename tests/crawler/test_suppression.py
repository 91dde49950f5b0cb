"""Rules on the main path: silenced, counted, and no more than that."""

import asyncio
from datetime import timedelta

import pytest

from crawler.pipeline import Outcome, Pass, crawl
from detectors.model import Post, RedactedText
from storage import alerts, suppressions
from storage.filters import AlertFilter
from storage.suppressions import NewRule
from tests.conftest import NOW
from tests.crawler.test_pipeline import LEAK, ListCollector


@pytest.fixture
def this(store, watchlist, capturing) -> Pass:
    return Pass(source="src", watchlist=watchlist, store=store, capturing=capturing)


def make_rule(this: Pass, **fields: object) -> int:
    given: dict[str, object] = {
        "entity_id": "vendor:quorvane",
        "source": None,
        "phrase": None,
        "reason": RedactedText("noise"),
        "author": "ana",
        "made_at": NOW - timedelta(days=1),
        "expires_at": None,
    }
    return suppressions.add(this.store, NewRule(**{**given, **fields}))  # type: ignore[arg-type]


def crawled(this: Pass, *posts: Post) -> Outcome:
    return asyncio.run(crawl(ListCollector(list(posts)), {}, this))


def kept(this: Pass) -> list[str]:
    return sorted(alert.ref for alert in alerts.list_alerts(this.store, AlertFilter()))


def hits(this: Pass) -> list[int]:
    return [each.hits for each in suppressions.counted(this.store)]


NAMED = "Vends base Quorvane, 491 840 lignes"


class TestSuppression:
    def test_a_silenced_post_is_no_alert_and_is_counted(self, this, make_post):
        """Two posts silenced, one about somebody else kept."""
        make_rule(this)
        outcome = crawled(
            this,
            make_post(NAMED, ref="1"),
            make_post(NAMED, ref="2"),
            make_post("Vends base Groupe Brumalis, 491 840 lignes", ref="3"),
        )
        assert (3, 1) == (outcome.posts, outcome.alerts)
        assert ["3"] == kept(this)
        assert [2] == hits(this)

    def test_a_post_that_names_it_twice_is_one_hit(self, this, make_post):
        """Hits are posts."""
        make_rule(this)
        crawled(this, make_post(f"{NAMED}\nQuorvane again", title="Quorvane"))
        assert [1] == hits(this)

    def test_an_alert_of_others_is_kept_without_the_silenced_name(self, this, make_post):
        """The alert stands on what counts, and the rule was hit all the same."""
        make_rule(this)
        crawled(this, make_post("Vends base Quorvane et Groupe Brumalis, 491 840 lignes"))
        (alert,) = alerts.list_alerts(this.store, AlertFilter())
        assert ["network:brumalis"] == [mention.entity_id for mention in alert.latest.reading.mentions]
        assert [1] == hits(this)

    def test_another_source_is_not_silenced(self, this, make_post):
        """A rule for one source leaves the others."""
        make_rule(this, source="elsewhere")
        crawled(this, make_post(NAMED))
        assert ["7"] == kept(this)
        assert [0] == hits(this)

    def test_an_expired_rule_does_nothing(self, this, make_post):
        """And counts nothing."""
        make_rule(this, expires_at=NOW)
        crawled(this, make_post(NAMED))
        assert ["7"] == kept(this)
        assert [0] == hits(this)

    def test_a_phrase(self, this, make_post):
        """Only where the words stand."""
        make_rule(this, entity_id=None, phrase=RedactedText("exercice de crise"))
        crawled(this, make_post(f"EXERCICE de cri\u200bse. {NAMED}", ref="1"), make_post(NAMED, ref="2"))
        assert ["2"] == kept(this)
        assert [1] == hits(this)

    def test_a_dry_run_counts_nothing(self, this, make_post):
        """It judges with the rules and leaves no trace."""
        make_rule(this)
        dry = Pass(source="src", watchlist=this.watchlist, store=this.store, capturing=this.capturing, dry_run=True)
        assert 0 == crawled(dry, make_post(NAMED)).alerts
        assert [0] == hits(this)

    def test_without_its_rule_it_is_an_alert_again(self, this, make_post):
        """A rule removed lets the next pass alert."""
        number = make_rule(this)
        crawled(this, make_post(LEAK.replace("patients", "clients")))
        before = kept(this)
        suppressions.remove(this.store, number)
        crawled(this, make_post(LEAK.replace("patients", "clients")))
        assert ([], ["7"]) == (before, kept(this))
