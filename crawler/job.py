"""The job the scheduler runs for each source: take the lock, read on from the bookmark, write down the health."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from crawler.collector import AccessDenied, Collector, CollectorError, SourceChanged, SourceUnavailable
from crawler.collectors import COLLECTORS
from crawler.pipeline import Outcome, Pass, crawl
from storage import sources
from storage.errors import SourceBusyError
from storage.sources import Health, HealthState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One way of looking."""

    name: str
    kind: str  # a key of `COLLECTORS`
    target: str
    interval: int  # seconds between two looks
    enabled: bool = True
    declared: bool = True  # in the configuration, rather than added by command

    def collector(self) -> Collector:
        return COLLECTORS[self.kind](Path(self.target))


WHAT_TO_DO: Mapping[HealthState, str] = {
    HealthState.OK: "",
    HealthState.QUIET: "nothing new since the last look",
    HealthState.WAITING: "nothing to do: it is read at its next turn",
    HealthState.UNREACHABLE: "check that it exists and can be read; it is tried again at its next turn",
    HealthState.CHANGED: "look at it by hand: its content is not as this version knows it",
    HealthState.REFUSED: "check the permissions or credentials; it is tried again at its next turn",
    HealthState.GONE: "remove it, or find where it went",
    HealthState.RENAMED: "check the new name",
}

_STATE_OF_ERROR: Mapping[type[CollectorError], HealthState] = {
    SourceUnavailable: HealthState.UNREACHABLE,
    SourceChanged: HealthState.CHANGED,
    AccessDenied: HealthState.REFUSED,
}


async def look(source: Source, this: Pass) -> Outcome | None:
    """Read a source on from its bookmark and record its health; nothing comes back if it was not read at all."""
    try:
        with this.store.holding(source.name):
            bookmark = sources.bookmark_of(this.store, source.name)
            outcome = await crawl(source.collector(), bookmark, this)
    except SourceBusyError as busy:
        log.info("source_busy", source=source.name, holder=str(busy))
        return None
    except Exception as error:
        # The one broad net: the failure stands where the operator looks, and the other sources go on.
        _record(source, this, Health(state=HealthState.CHANGED, reason=f"our own fault: {type(error).__name__}"))
        log.exception("source_failed", source=source.name)
        return None
    _record(source, this, _health(outcome))
    return outcome


def _health(outcome: Outcome) -> Health:
    if outcome.failure:
        return Health(state=_STATE_OF_ERROR[type(outcome.failure)], reason=str(outcome.failure))
    reason = f"{len(outcome.skipped)} items could not be read" if outcome.skipped else ""
    return Health(state=HealthState.OK if outcome.posts else HealthState.QUIET, reason=reason)


def _record(source: Source, this: Pass, health: Health) -> None:
    sources.record_health(this.store, source.name, health, datetime.now(UTC))
    log.info("source_looked_at", source=source.name, state=health.state.value, reason=health.reason)
