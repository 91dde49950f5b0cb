"""How much of what is watched was really looked at, in one sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storage.sources import READ_STATES, HealthState, SourceStatus

_RECENT = timedelta(hours=1)
_NO_FAULT = (*READ_STATES, HealthState.WAITING)


ALARM_AFTER = 2  # cycles missed
_SHORTEST_GRACE = 15.0  # seconds a look may take before its cycle counts as missed
_LONGEST_GRACE = 120.0


def missed_cycles(status: SourceStatus, interval: int, now: datetime) -> int:
    """How many looks in a row a source should have had, `interval` seconds apart, and did not have or did not end.

    A source that goes on giving posts is being read, however long it takes; a fault is a look that did not end.
    What nobody watches misses nothing: paused, or not yet begun.
    """
    if status.paused or status.watched_since is None:
        return 0
    moments = (status.watched_since, status.read_at, status.last_post_at)
    silence = (now - max(moment for moment in moments if moment)).total_seconds()
    grace = min(max(interval / 2, _SHORTEST_GRACE), _LONGEST_GRACE)
    return max(0, int((silence - grace) / interval))


class Watched(Protocol):
    """A configured source and where it stands."""

    @property
    def enabled(self) -> bool: ...

    @property
    def status(self) -> SourceStatus: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many sources are how: each is counted once."""

    watched: int
    read: int  # in the last hour
    failed: Mapping[HealthState, int]
    silent: int  # sound, but longer ago
    silent_for: timedelta  # the longest of them
    not_read: int
    paused: int
    not_enabled: int


def coverage(lines: Iterable[Watched], now: datetime) -> Coverage:
    """Count the sources.

    One that failed since it was last read counts as failed; a source that is paused or not enabled is nobody's gap, so
    it is only mentioned.
    """
    known = list(lines)
    watched = [line.status for line in known if line.enabled and not line.status.paused]
    failed = Counter(status.health.state for status in watched if status.health.state not in _NO_FAULT)
    sound = [status for status in watched if status.health.state in _NO_FAULT]
    ages = [now - status.read_at for status in sound if status.read_at]
    silent = [age for age in ages if age > _RECENT]
    return Coverage(
        watched=len(watched),
        read=len(ages) - len(silent),
        failed={state: failed[state] for state in HealthState if failed[state]},
        silent=len(silent),
        silent_for=max(silent, default=timedelta()),
        not_read=len(sound) - len(ages),
        paused=sum(line.enabled and line.status.paused for line in known),
        not_enabled=sum(not line.enabled for line in known),
    )


def coverage_sentence(lines: Iterable[Watched], now: datetime) -> str:
    """`12 of 14 read in the last hour; 1 refused; 1 silent for 3 days; 2 not enabled.`"""
    found = coverage(lines, now)
    up_to = "up to " if found.silent > 1 else ""
    source = " source" if found.watched == 1 else ""
    parts = [
        f"{found.read} of {found.watched}{source} read in the last hour"
        if found.watched
        else "No source is being read",
        *(f"{number} {state.value}" for state, number in found.failed.items()),
        *_counted(found.silent, f"silent for {up_to}{_in_words(found.silent_for)}"),
        *_counted(found.not_read, "not read yet"),
        *_counted(found.paused, "paused"),
        *_counted(found.not_enabled, "not enabled"),
    ]
    return "; ".join(parts) + "."


def _counted(number: int, what: str) -> Iterator[str]:
    if number:
        yield f"{number} {what}"


def _in_words(age: timedelta) -> str:
    """A duration of an hour or more, rounded down.

    >>> _in_words(timedelta(hours=1, minutes=50)), _in_words(timedelta(hours=75))
    ('1 hour', '3 days')
    """
    hours = int(age / timedelta(hours=1))
    number, unit = (hours, "hour") if hours < 48 else (hours // 24, "day")
    return f"{number} {unit}{'s' if number > 1 else ''}"
