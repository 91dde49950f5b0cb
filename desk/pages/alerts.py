"""The alert list, with the health of the sources above it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from desk.query import Query
from desk.rendering import render
from detectors.model import Severity, State
from storage.alerts import StoredAlert, list_alerts
from storage.coverage import ALARM_AFTER, coverage_sentence
from storage.sources import READ_STATES, HealthState, SourceStatus
from storage.store import Store

Item = TypeVar("Item")

PAGE_SIZE = 50  # alerts
COUNTED = 500  # alerts: beyond these the list says "more than 500", so that a page costs the same in a full store


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A configured source as the desk shows it."""

    name: str
    kind: str
    enabled: bool
    what_to_do: str
    missed: int  # looks in a row that did not happen, or did not end
    status: SourceStatus

    @property
    def state(self) -> str:
        """Its health in a word, or why nobody looks."""
        if not self.enabled:
            return "not enabled"
        return "paused" if self.status.paused else self.status.health.state.value

    @property
    def is_watched(self) -> bool:
        return self.enabled and not self.status.paused

    @property
    def is_well(self) -> bool:
        """It is read in time, or nobody asked for it to be."""
        return not self.is_watched or (self.status.health.state in READ_STATES and self.missed < ALARM_AFTER)

    @property
    def needs_a_hand(self) -> bool:
        """It fails, or was not read for so long that somebody should look why."""
        waits = self.status.health.state is HealthState.WAITING and self.missed < ALARM_AFTER
        return not self.is_well and not waits


Sources = Callable[[], Sequence[SourceLine]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[Item]):
    """The items of one page, and where they stand among all."""

    items: Sequence[Item]
    start: int  # how many items come before these
    counted: int
    is_all: bool  # there are no more than were counted

    @property
    def end(self) -> int:
        return self.start + len(self.items)

    @property
    def has_more(self) -> bool:
        return self.end < self.counted or not self.is_all


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsPage:
    """One page of the list."""

    query: Query
    alerts: Slice[StoredAlert]
    lines: Sequence[SourceLine]
    coverage: str
    source_names: Sequence[str]

    @property
    def all_well(self) -> bool:
        return all(line.is_well for line in self.lines)


def alerts_page(store: Store, sources: Sources, query: Query, version: str) -> str:
    """The list: worst first, then newest."""
    lines = sorted(sources(), key=lambda line: line.is_well)  # what needs a hand first
    start = (query.page - 1) * PAGE_SIZE
    most = max(COUNTED, start + PAGE_SIZE)
    alerts = take_slice(list_alerts(store, query.wanted(most + 1)), start, most)
    names = {line.name for line in lines} | {alert.source for alert in alerts.items}
    page = AlertsPage(
        query=query,
        alerts=alerts,
        lines=lines,
        coverage=coverage_sentence(lines, datetime.now(UTC)),
        source_names=sorted(names),
    )
    return render("alerts.html", page=page, severities=sorted(Severity, reverse=True), states=State, version=version)


def take_slice(items: Iterable[Item], start: int, most: int) -> Slice[Item]:
    """A page of items from a place on, and a count of all up to `most`; only the page is held in memory."""
    taken, counted = [], 0
    for item in items:
        if start <= counted < start + PAGE_SIZE:
            taken.append(item)
        counted += 1
    return Slice(items=taken, start=start, counted=min(counted, most), is_all=counted <= most)
