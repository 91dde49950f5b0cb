"""The job the scheduler runs for each source: take the lock, read on from the bookmark, write down the health."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog

from crawler.collector import (
    AccessDenied,
    AccountBusy,
    AccountFrozen,
    CollectorError,
    SessionRevoked,
    SourceChanged,
    SourceGone,
    SourcePrivate,
    SourceTaken,
    SourceUnavailable,
)
from crawler.collectors import collector_of
from crawler.pipeline import Outcome, Pass, crawl
from crawler.source import Reach, Source
from storage import sources
from storage.errors import SourceBusyError
from storage.sources import Health, HealthState

log = structlog.get_logger()


WHAT_TO_DO: Mapping[HealthState, str] = {
    HealthState.OK: "",
    HealthState.QUIET: "nothing new since the last look",
    HealthState.WAITING: "nothing to do: it is read at its next turn",
    HealthState.UNREACHABLE: "check that it exists and can be reached; it is tried again at its next turn",
    HealthState.CHANGED: "look at it by hand: its content is not as this version knows it",
    HealthState.REFUSED: "check the permissions, or read it another way; it is tried again at its next turn",
    HealthState.GONE: "remove it, or find where it went; it is tried again at its next turn",
    HealthState.RENAMED: "it is followed by its number; give the source its new name at your leisure",
    HealthState.TAKEN: "check the name: what was watched is no longer behind it",
    HealthState.PRIVATE: "only members are let in: remove it, or let an analyst's account that is one read it",
    HealthState.BUSY: "stop the other process, or use another account; it is tried again at its next turn",
    HealthState.FROZEN: "do not use this account further; `vigifuite telegram move` gives its channels to another",
    HealthState.REVOKED: "log in with `vigifuite telegram login`, or give its channels to another: `telegram move`",
    HealthState.GAP: "nothing to do: what is missing is asked for again at every look",
}

_STATE_OF_ERROR: Mapping[type[CollectorError], HealthState] = {
    SourceUnavailable: HealthState.UNREACHABLE,
    SourceChanged: HealthState.CHANGED,
    SourceGone: HealthState.GONE,
    SourceTaken: HealthState.TAKEN,
    SourcePrivate: HealthState.PRIVATE,
    AccessDenied: HealthState.REFUSED,
    AccountBusy: HealthState.BUSY,
    AccountFrozen: HealthState.FROZEN,
    SessionRevoked: HealthState.REVOKED,
}

_GRAVITY = ("taken", "gap", "waiting", "renamed")


async def look(source: Source, reach: Reach, this: Pass) -> Outcome | None:
    """Read a source on from its bookmark and record its health; nothing comes back if it was not read at all."""
    try:
        with this.store.holding(source.name):
            bookmark = await asyncio.to_thread(sources.bookmark_of, this.store, source.name)
            try:
                outcome = await crawl(collector_of(source, reach), bookmark, this)
            except CollectorError as failure:  # nobody can read it as things are configured
                outcome = Outcome(failure=failure)
    except SourceBusyError as busy:
        log.info("source_busy", source=source.name, holder=str(busy))
        return None
    except Exception as error:
        # The one broad net: the failure stands where the operator looks, and the other sources go on.
        await _record(source, this, Health(state=HealthState.CHANGED, reason=f"our own fault: {type(error).__name__}"))
        log.exception("source_failed", source=source.name)
        return None
    await _record(source, this, health_of(outcome))
    return outcome


def health_of(outcome: Outcome) -> Health:
    """The health of a source after a look."""
    if isinstance(outcome.failure, SourceUnavailable) and outcome.failure.until:
        return Health(state=HealthState.WAITING, reason=str(outcome.failure), until=outcome.failure.until)
    if outcome.failure:
        return Health(state=_STATE_OF_ERROR[type(outcome.failure)], reason=str(outcome.failure))
    if outcome.noticed:
        # One state is shown: a name that leads elsewhere before posts that are missing, these before a new name.
        worst = min(outcome.noticed, key=lambda noticed: _GRAVITY.index(noticed.what))
        reason = "; ".join(dict.fromkeys([worst.text, *(noticed.text for noticed in outcome.noticed)]))
        return Health(state=HealthState(worst.what), reason=reason, is_read=True)
    reason = f"{len(outcome.skipped)} items could not be read" if outcome.skipped else ""
    return Health(state=HealthState.OK if outcome.posts else HealthState.QUIET, reason=reason)


async def _record(source: Source, this: Pass, health: Health) -> None:
    # In a thread: the store waits for the disk, and for its other writers.
    await asyncio.to_thread(sources.record_health, this.store, source.name, health, datetime.now(UTC))
    log.info("source_looked_at", source=source.name, state=health.state.value, reason=health.reason)
