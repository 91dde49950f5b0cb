"""What the front door does for the desk: whatever needs the configuration, the crawler or the compiled watchlist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from detectors.model import RedactedText
from detectors.watchlist import Watchlist
from storage.coverage import ALARM_AFTER
from storage.desk_sweeps import NewSweep
from storage.sources import READ_STATES, HealthState, SourceStatus


class ServiceError(Exception):
    """What was asked of the front door cannot be done. The text says what, where and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A configured source as the desk shows it."""

    name: str
    kind: str
    enabled: bool
    what_to_do: str
    missed: int  # looks in a row that did not happen, or did not end
    status: SourceStatus
    target: str = ""
    interval: int = 0  # seconds
    is_declared: bool = True  # in the configuration: it is changed there

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a target came to; nothing of it was kept."""

    kind: str
    target: RedactedText
    posts: int
    skipped: int
    newest: datetime | None
    state: HealthState
    error: RedactedText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The front door's jobs. They are called from worker threads; each may take seconds."""

    sources: Callable[[], Sequence[SourceLine]]
    watchlist: Callable[[], Watchlist]
    look_at: Callable[[str], Look]  # a source's name or a target
    add_source: Callable[[str, str, str], str]  # target, name or nothing, interval as 5m → the name it got
    remove_source: Callable[[str], None]
    start_sweep: Callable[[NewSweep], int]  # → its number
    cancel_sweep: Callable[[int], None]
