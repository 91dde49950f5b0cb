"""The sweeps asked for on the desk: what was asked, how far each came, how it ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from detectors.model import RedactedText
from storage.schema import DeskSweepRow
from storage.store import Store

_MOST_LISTED = 100


class SweepState(StrEnum):
    """How a sweep is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # the program stopped meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSweep:
    """A sweep about to begin."""

    target: RedactedText
    words: RedactedText | None
    since: datetime | None
    until: datetime | None
    most: int | None  # posts
    asked_by: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How far a sweep came."""

    posts: int = 0
    alerts: int = 0
    revisions: int = 0
    known: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A sweep as it stands."""

    id: int
    asked: NewSweep
    state: SweepState
    reason: str | None
    count: Count
    ended_at: datetime | None


def add(store: Store, asked: NewSweep) -> int:
    """Keep what is asked; its number comes back."""
    with store.writing() as session:
        row = DeskSweepRow(
            target=asked.target, words=asked.words, since=asked.since, until=asked.until, most=asked.most,
            asked_by=asked.asked_by, state=SweepState.RUNNING.value, posts=0, alerts=0, revisions=0, known=0,
            skipped=0, started_at=asked.started_at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def note_count(store: Store, number: int, count: Count) -> None:
    """Write down how far a sweep came."""
    with store.writing() as session:
        _put(session.get_one(DeskSweepRow, number), count)


def end(store: Store, number: int, state: SweepState, count: Count, at: datetime, reason: str | None = None) -> None:
    """Write down how a sweep ended."""
    with store.writing() as session:
        row = session.get_one(DeskSweepRow, number)
        _put(row, count)
        row.state, row.ended_at, row.reason = state.value, at, reason


def end_interrupted(store: Store, at: datetime) -> None:
    """Those that say they run when nothing does: the program was stopped meanwhile."""
    running = update(DeskSweepRow).where(DeskSweepRow.state == SweepState.RUNNING.value)
    with store.writing() as session:
        session.execute(running.values(state=SweepState.INTERRUPTED.value, ended_at=at))


def find(store: Store, number: int) -> Sweep | None:
    """One sweep."""
    with store.reading() as session:
        row = session.get(DeskSweepRow, number)
        return _sweep(row) if row else None


def latest(store: Store) -> tuple[Sweep, ...]:
    """The latest first."""
    with store.reading() as session:
        rows = session.scalars(select(DeskSweepRow).order_by(DeskSweepRow.id.desc()).limit(_MOST_LISTED))
        return tuple(map(_sweep, rows))


def _put(row: DeskSweepRow, count: Count) -> None:
    row.posts, row.alerts, row.revisions = count.posts, count.alerts, count.revisions
    row.known, row.skipped = count.known, count.skipped


def _sweep(row: DeskSweepRow) -> Sweep:
    asked = NewSweep(
        target=row.target, words=row.words, since=row.since, until=row.until, most=row.most, asked_by=row.asked_by,
        started_at=row.started_at,
    )  # fmt: skip
    count = Count(posts=row.posts, alerts=row.alerts, revisions=row.revisions, known=row.known, skipped=row.skipped)
    return Sweep(
        id=row.id, asked=asked, state=SweepState(row.state), reason=row.reason, count=count, ended_at=row.ended_at
    )
