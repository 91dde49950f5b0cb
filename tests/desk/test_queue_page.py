"""The queue, its filters, and the health of the sources above it."""

import re
from html import unescape

import pytest

from detectors.model import State
from storage import decisions
from storage.sources import HealthState
from tests.desk.house import SALE, line, words


class TestAlertList:
    def test_tells_a_newcomer_what_to_do(self, house):
        """An empty list is a first page, not an error."""
        page = house.page()

        assert "No alert yet" in page
        assert "import a watchlist" in page

    def test_shows_what_an_analyst_sorts_by(self, house):
        """Severity in a word, number, text, organisation, act, amount, state and source."""
        number = house.publish()
        said = words(house.page())

        for what in ("high", number, SALE[:40], "Clinique Hespérion", "sale", "12,000 patients", "new", "example"):
            assert what in said

    def test_shows_the_worst_first(self, house):
        """A newer, milder alert stands below."""
        worse = house.publish(f"{SALE} base.zip mot de passe: x", ref="1")
        milder = house.publish("Enquête sur la fuite de données de la Clinique Hespérion", ref="2")
        page = house.page()

        assert page.index(worse) < page.index(milder)

    def test_cuts_a_long_first_line(self, house):
        """One line of at most 160 characters speaks for a post."""
        house.publish("\n\n" + SALE + " x" * 500 + "\nsecond line")
        page = house.page()

        assert "second line" not in page
        (shown,) = re.findall(r'class="headline".*?<bdi>(.*?)</bdi>', page)
        assert shown.startswith(SALE)
        assert shown.endswith("x…")
        assert 150 < len(unescape(shown)) <= 160

    def test_gives_moments_to_people_and_machines(self, house):
        """Local time to read, UTC in the title, RFC 3339 in the attribute."""
        house.publish()
        local = "2026-03-03 21:00"  # Paris

        assert f'<time datetime="2026-03-03T20:00:00Z" title="2026-03-03 20:00:00 UTC">{local}</time>' in house.page()

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"2"}),
            ("?state=all", {"1", "2"}),
            ("?severity=low", {"2"}),
            ("?severity=critical", set()),
            ("?state=confirmed", {"1"}),
            ("?state=in+review", set()),
            ("?source=other", {"2"}),
            ("?entity=HESPéRION&state=all", {"1"}),
            ("?entity=example:vendor-01", {"2"}),
            ("?entity=%25", set()),
            ("?severity=low&source=example", set()),
            ("?words=contact+12&state=all", {"1"}),
            ("?words=vends+news", set()),
            ("?since=2026-03-05", set()),
            ("?until=2026-03-04", {"2"}),
            ("?department=56", set()),
        ],
    )
    def test_narrows(self, house, query, found):
        """The filters are those of the store."""
        numbers = {house.publish(ref="1"): "1"}
        decisions.decide(house.store, next(iter(numbers)), State.CONFIRMED, "ana")
        numbers[house.publish("News: the Médivelle data leak", ref="2", source="other")] = "2"

        assert found == {ref for number, ref in numbers.items() if number in house.page(f"/{query}")}

    def test_says_that_no_alert_fits(self, house):
        """An empty answer to a filter is not a new installation."""
        house.publish()
        page = house.page("/?severity=low")

        assert "No alert fits" in page
        assert "No alert yet" not in page

    def test_keeps_the_question_on_the_way(self, house):
        """A link to an alert remembers the list it was in."""
        house.publish()

        assert "?severity=high&amp;source=example" in house.page("/?severity=high&source=example&state=")

    def test_gives_fifty_a_page(self, house):
        """The rest is on the next page, and the count says so."""
        for ref in range(51):
            house.publish(ref=str(ref))
        first, second = house.page(), house.page("/?page=2")

        assert "1–50 of 51" in first
        assert 'rel="next" href="/?page=2"' in first
        assert "51–51 of 51" in second
        assert 'rel="prev" href="/"' in second
        assert 'rel="next"' not in second

    def test_refuses_a_filter_that_does_not_exist(self, house):
        """A mistyped severity is answered with those there are."""
        answer = house.client().get("/?severity=worst")

        assert 400 == answer.status_code
        assert "low, medium, high, critical" in answer.text


class TestSources:
    def test_says_how_well_we_look(self, house):
        """The sentence stands above the alerts, the sources below it."""
        house.lines = [line(), line("forum", HealthState.REFUSED, reason="account limited", what_to_do="log in again")]
        said = words(house.page("/sources"))

        assert "1 of 2 sources read in the last hour; 1 refused." in said
        assert "forum export refused" in said
        assert "account limited" in said
        assert "log in again" in said

    @pytest.mark.parametrize(
        ("lines", "named"),
        [
            ([line()], False),
            ([line(), line("gone", state=HealthState.GONE)], True),
            (
                [line(), line("gone", HealthState.GONE, enabled=False), line("gone", HealthState.GONE, paused=True)],
                False,
            ),
        ],
    )
    def test_names_what_needs_a_hand(self, house, lines, named):
        """Above the alerts, only where somebody should look."""
        house.lines = lines

        assert named == ("Needs a hand: gone" in words(house.page()))

    def test_asks_nothing_about_a_source_that_is_paused(self, house):
        """It shows why nobody looks, not what to do."""
        house.lines = [line(paused=True, what_to_do="log in again")]
        said = words(house.page("/sources"))

        assert "paused" in said
        assert "log in again" not in said
