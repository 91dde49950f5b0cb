"""Where each source stands: bookmark, health and clocks; and the sources added by command."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from detectors.model import Bookmark
from storage.errors import StoreError
from storage.schema import SourceRow, SourceStateRow, TallyRow
from storage.store import Store


class HealthState(StrEnum):
    """How a source is. "Nothing new" (`quiet`) is never "could not look"."""

    OK = "ok"
    QUIET = "quiet"
    WAITING = "waiting"
    UNREACHABLE = "unreachable"
    CHANGED = "changed"
    REFUSED = "refused"
    GONE = "gone"
    RENAMED = "renamed"  # followed by its number under its new name
    TAKEN = "taken"  # its name leads to another channel now
    PRIVATE = "private"
    BUSY = "busy"  # another process reads through the account
    FROZEN = "frozen"  # the account that reads it, or banned
    REVOKED = "revoked"  # the session of the account that reads it
    GAP = "gap"  # posts that should be there were not given yet


READ_STATES = (HealthState.OK, HealthState.QUIET, HealthState.RENAMED, HealthState.GAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A source's state, why, and until when."""

    state: HealthState
    reason: str = ""
    until: datetime | None = None
    is_read: bool = False  # read to its end, whatever its state says

    @property
    def was_read(self) -> bool:
        return self.is_read or self.state in READ_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSource:
    """A source added by command rather than declared in the configuration."""

    name: str
    kind: str
    target: str
    interval: int  # seconds
    proxy: str | None = None
    allow: tuple[str, ...] = ()  # inner networks it may be read from
    comments: bool = False  # those of a channel's linked group too


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """What the desk and `sources list` show of a source."""

    name: str
    health: Health
    attempted_at: datetime | None
    read_at: datetime | None
    last_post_at: datetime | None
    watched_since: datetime | None  # when the lookout last began to look at it
    paused: bool
    posts: int  # ever read
    alerts: int
    skipped: int


@dataclass(slots=True)
class Tally:
    """What was read since it was last written down."""

    posts: int = 0
    alerts: int = 0
    skipped: int = 0


def bookmark_of(store: Store, name: str) -> Bookmark:
    """Where a source was left; empty at first sight."""
    with store.reading() as session:
        row = session.get(SourceStateRow, name)
        return row.bookmark if row else {}


def until_of(store: Store, name: str) -> datetime | None:
    """Until when a source must not be asked again; the site said so."""
    with store.reading() as session:
        row = session.get(SourceStateRow, name)
        return row.until if row else None


def advance(session: Session, name: str, bookmark: Bookmark, tally: Tally, at: datetime) -> None:
    """Move a bookmark and write down what was read, in the caller's transaction."""
    row = _state(session, name)
    row.bookmark = dict(bookmark)
    if tally.posts:
        row.last_post_at = at
    day = at.astimezone(UTC).date().isoformat()
    counted = session.get(TallyRow, (name, day))
    if counted is None:
        counted = TallyRow(source=name, day=day, posts=0, alerts=0, skipped=0)
        session.add(counted)
    counted.posts += tally.posts
    counted.alerts += tally.alerts
    counted.skipped += tally.skipped


def record_health(store: Store, name: str, health: Health, at: datetime) -> None:
    """Write down how an attempt at a source went."""
    with store.writing() as session:
        row = _state(session, name)
        row.state, row.reason, row.until = health.state.value, health.reason, health.until
        row.attempted_at = at
        if health.was_read:
            row.read_at = at


def begin_watching(store: Store, names: Iterable[str], at: datetime) -> None:
    """Write down that the lookout looks at these sources from now on."""
    with store.writing() as session:
        for name in names:
            _state(session, name).watched_since = at


def set_paused(store: Store, name: str, paused: bool) -> None:
    """Stop or resume the collection of a source."""
    with store.writing() as session:
        _state(session, name).paused = paused


def statuses(store: Store) -> dict[str, SourceStatus]:
    """The status of every source ever attempted or paused."""
    totals = select(
        TallyRow.source, func.sum(TallyRow.posts), func.sum(TallyRow.alerts), func.sum(TallyRow.skipped)
    ).group_by(TallyRow.source)
    with store.reading() as session:
        counted = {name: (posts, alerts, skipped) for name, posts, alerts, skipped in session.execute(totals)}
        rows = session.scalars(select(SourceStateRow))
        return {row.name: _status(row, *counted.get(row.name, (0, 0, 0))) for row in rows}


def unknown_status(name: str) -> SourceStatus:
    """The status of a source nobody has looked at yet."""
    waiting = Health(state=HealthState.WAITING, reason="not read yet")
    return SourceStatus(
        name=name,
        health=waiting,
        attempted_at=None,
        read_at=None,
        last_post_at=None,
        watched_since=None,
        paused=False,
        posts=0,
        alerts=0,
        skipped=0,
    )


def add(store: Store, source: AddedSource) -> None:
    """Add a source; a name that is taken is refused."""
    with store.writing() as session:
        if session.get(SourceRow, source.name):
            raise StoreError(f"a source named {source.name} exists: choose another name or remove it first")
        session.add(
            SourceRow(
                name=source.name,
                kind=source.kind,
                target=source.target,
                interval=source.interval,
                proxy=source.proxy,
                allow=list(source.allow),
                comments=source.comments,
                added_at=datetime.now(UTC),
            )
        )


def remove(store: Store, name: str) -> bool:
    """Forget an added source and where it stood; its alerts stay. Tells whether there was one."""
    with store.writing() as session:
        gone = session.execute(delete(SourceRow).where(SourceRow.name == name).returning(SourceRow.name)).first()
        if gone:
            session.execute(delete(SourceStateRow).where(SourceStateRow.name == name))
        return gone is not None


def added(store: Store) -> list[AddedSource]:
    """The sources added by command, by name."""
    with store.reading() as session:
        rows = session.scalars(select(SourceRow).order_by(SourceRow.name))
        return [
            AddedSource(
                name=row.name,
                kind=row.kind,
                target=row.target,
                interval=row.interval,
                proxy=row.proxy,
                allow=tuple(row.allow),
                comments=row.comments,
            )
            for row in rows
        ]


def _state(session: Session, name: str) -> SourceStateRow:
    row = session.get(SourceStateRow, name)
    if row is None:
        waiting = unknown_status(name).health
        row = SourceStateRow(name=name, bookmark={}, state=waiting.state.value, reason=waiting.reason, paused=False)
        session.add(row)
    return row


def _status(row: SourceStateRow, posts: int, alerts: int, skipped: int) -> SourceStatus:
    return SourceStatus(
        name=row.name,
        health=Health(state=HealthState(row.state), reason=row.reason, until=row.until),
        attempted_at=row.attempted_at,
        read_at=row.read_at,
        last_post_at=row.last_post_at,
        watched_since=row.watched_since,
        paused=row.paused,
        posts=posts,
        alerts=alerts,
        skipped=skipped,
    )
