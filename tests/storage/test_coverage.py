"""One sentence on how much of what is watched was looked at."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.coverage import coverage_sentence
from storage.sources import Health, HealthState, SourceStatus, unknown_status

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A source of a configuration."""

    status: SourceStatus
    enabled: bool = True


def a_source(
    state: HealthState = HealthState.OK, ago: timedelta | None = MINUTE, *, paused: bool = False, enabled: bool = True
) -> Line:
    """A source in a state, last read so long ago."""
    read_at = None if ago is None else NOW - ago
    status = replace(unknown_status("s"), health=Health(state=state), read_at=read_at, paused=paused)
    return Line(status, enabled)


def said(*lines: Line) -> str:
    return coverage_sentence(lines, NOW)


class TestCoverageSentence:
    def test_all_read(self):
        """Where all is well the sentence is short."""
        assert "2 of 2 read in the last hour." == said(a_source(), a_source(HealthState.QUIET))

    def test_of_the_contract(self):
        """The example of the contract comes out as it stands there."""
        lines = [*[a_source()] * 12, a_source(HealthState.REFUSED), a_source(ago=3 * DAY)]

        assert "12 of 14 read in the last hour; 1 refused; 1 silent for 3 days." == said(*lines)

    def test_no_source(self):
        """Nothing watched is said in words."""
        assert "No source is being read." == said()

    def test_one(self):
        """One source is named as one."""
        assert "1 of 1 source read in the last hour." == said(a_source())

    @pytest.mark.parametrize(
        ("ago", "rest"),
        [
            (timedelta(0), "1 of 1 source read in the last hour."),
            (HOUR, "1 of 1 source read in the last hour."),
            (HOUR + MINUTE, "0 of 1 source read in the last hour; 1 silent for 1 hour."),
            (2 * HOUR, "0 of 1 source read in the last hour; 1 silent for 2 hours."),
            (47 * HOUR, "0 of 1 source read in the last hour; 1 silent for 47 hours."),
            (48 * HOUR, "0 of 1 source read in the last hour; 1 silent for 2 days."),
            (400 * DAY, "0 of 1 source read in the last hour; 1 silent for 400 days."),
        ],
    )
    def test_silence(self, ago: timedelta, rest: str):
        """Silence begins after an hour, and is told in hours up to two days, rounded down."""
        assert rest == said(a_source(ago=ago))

    def test_longest_silence(self):
        """Of several silent ones the longest silence is told."""
        lines = [a_source(ago=5 * DAY), a_source(ago=2 * HOUR)]

        assert "0 of 2 read in the last hour; 2 silent for up to 5 days." == said(*lines)

    @pytest.mark.parametrize("state", [s for s in HealthState if s not in ("ok", "quiet", "waiting", "renamed", "gap")])
    def test_failed(self, state: HealthState):
        """A source that failed counts as failed, however lately it was read before."""
        assert f"0 of 1 source read in the last hour; 1 {state.value}." == said(a_source(state))
        assert f"0 of 1 source read in the last hour; 1 {state.value}." == said(a_source(state, ago=9 * DAY))

    def test_not_read_yet(self):
        """A source nobody has read is neither silent nor failed."""
        lines = [a_source(HealthState.WAITING, ago=None), a_source()]

        assert "1 of 2 read in the last hour; 1 not read yet." == said(*lines)

    def test_nobodys_gap(self):
        """Paused and not enabled sources are mentioned, not counted; one that is both is told once."""
        lines = [
            a_source(),
            a_source(HealthState.GONE, paused=True),
            a_source(enabled=False),
            a_source(paused=True, enabled=False),
        ]

        assert "1 of 1 source read in the last hour; 1 paused; 2 not enabled." == said(*lines)

    def test_only_paused(self):
        """Where all are paused nothing is being read."""
        assert "No source is being read; 2 paused." == said(a_source(paused=True), a_source(paused=True))

    def test_each_counted_once(self):
        """The parts add up to the sources there are."""
        states = [(state, ago) for state in HealthState for ago in (None, MINUTE, 2 * DAY)]
        lines = [a_source(state, ago) for state, ago in states]
        first, *parts = said(*lines).removesuffix(".").split("; ")
        read, _, watched, *_ = first.split()

        assert len(states) == int(watched) == int(read) + sum(int(part.split()[0]) for part in parts)
