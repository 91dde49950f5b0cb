"""The sentence about sources, which the desk and `sources list` share."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.coverage import coverage_sentence
from storage.sources import HealthState
from tests.desk.house import line

HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


def sentence(*lines):
    return coverage_sentence(lines, datetime.now(UTC))


class TestCoverageSentence:
    def test_is_the_one_of_the_contract(self):
        """What was read, refused and silent add up to what is watched."""
        lines = [line() for _ in range(12)]
        lines += [line(state=HealthState.REFUSED), line(read=3 * DAYS + HOURS)]

        assert "12 of 14 read in the last hour; 1 refused; 1 silent for 3 days." == sentence(*lines)

    def test_names_a_single_source(self):
        """One source is a source."""
        assert "1 of 1 source read in the last hour." == sentence(line())

    def test_counts_nothing_new_as_read(self):
        """A quiet source was looked at."""
        assert "1 of 1 source read in the last hour." == sentence(line(state=HealthState.QUIET))

    def test_does_not_count_what_failed_since(self):
        """A source that fails now is not read, however recently it was."""
        assert "0 of 1 source read in the last hour; 1 gone." == sentence(line(state=HealthState.GONE))

    def test_only_mentions_what_nobody_asked_for(self):
        """Paused and disabled sources are no gap."""
        lines = [line(), line(enabled=False), line(enabled=False), line(paused=True, state=HealthState.GONE)]

        assert "1 of 1 source read in the last hour; 1 paused; 2 not enabled." == sentence(*lines)

    @pytest.mark.parametrize(
        ("ages", "said"),
        [
            ([HOURS + timedelta(minutes=1)], "1 silent for 1 hour"),
            ([47 * HOURS], "1 silent for 47 hours"),
            ([2 * HOURS, 9 * DAYS], "2 silent for up to 9 days"),
            ([None], "1 not read yet"),
        ],
    )
    def test_says_how_long_it_was_silent(self, ages, said):
        """A silence is as long as the longest."""
        assert said in sentence(*(line(state=HealthState.WAITING, read=age) for age in ages))

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ([], "No source is being read."),
            ([line(enabled=False)], "No source is being read; 1 not enabled."),
        ],
    )
    def test_says_that_nothing_is_read(self, lines, said):
        """No source at all is not zero of zero."""
        assert said == sentence(*lines)
