"""The queue of the desk: what one line of it shows, read without the alerts' whole content."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UnaryExpression, func, select
from sqlalchemy.orm import Session

from detectors.model import Act, RedactedText, Severity, State
from storage.filters import AlertFilter, conditions
from storage.schema import (
    AlertRow,
    AnnotationRow,
    ClaimRow,
    FileRow,
    InferredRow,
    MentionRow,
    QuantityRow,
    ResemblanceRow,
    RevisionRow,
    SavedFilterRow,
)
from storage.store import Store

_MOST_NAMES = 40  # of one alert


class Order(StrEnum):
    """In which order alerts are listed."""

    RISK = "risk"  # worst first, then newest
    AGE = "age"  # longest waiting first
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """An alert as a line."""

    id: int
    number: str
    state: State
    severity: Severity
    score: float
    source: str
    assignee: str | None
    version: int
    posted_at: datetime | None
    seen_at: datetime
    deleted_at: datetime | None
    revisions: int
    headline: RedactedText | None  # title, text or a file's name: the beginning of the first there is
    names: tuple[str, ...]
    inferred: tuple[str, ...]  # names too, which nobody gave: the rows point to them
    act: Act | None
    quantities: tuple[tuple[int, str], ...]  # value and unit
    seen_before: int  # earlier alerts it resembles


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Some lines of a queue, and how many there are as far as that was counted."""

    lines: tuple[QueueLine, ...]
    start: int  # how many come before
    counted: int
    is_all: bool  # there are no more than were counted

    @property
    def end(self) -> int:
        return self.start + len(self.lines)

    @property
    def has_more(self) -> bool:
        return self.end < self.counted or not self.is_all


def queue_page(store: Store, wanted: AlertFilter, order: Order, start: int, size: int, most: int) -> QueuePage:
    """`size` lines from a place on; counted up to `most`, so that a page costs the same in a full store."""
    asked = tuple(conditions(wanted))
    with store.reading() as session:
        ids = session.scalars(
            select(AlertRow.id).where(*asked).order_by(*_order(order)).limit(size).offset(start)
        ).all()
        some = select(AlertRow.id).where(*asked).limit(most + 1).subquery()
        counted = session.scalar(select(func.count()).select_from(some)) or 0
        lines = _lines(session, ids)
    return QueuePage(lines=lines, start=start, counted=min(counted, most), is_all=counted <= most)


def beside(store: Store, number: str, wanted: AlertFilter, order: Order, most: int) -> tuple[str | None, str | None]:
    """The numbers before and after an alert in a list, as far as that list is counted."""
    query = select(AlertRow.number).where(*conditions(wanted)).order_by(*_order(order)).limit(most)
    with store.reading() as session:
        numbers = session.scalars(query).all()
    if number not in numbers:
        return None, None
    at = numbers.index(number)
    return numbers[at - 1] if at else None, numbers[at + 1] if at + 1 < len(numbers) else None


def counts_by_state(store: Store) -> dict[State, int]:
    """How many alerts stand where."""
    with store.reading() as session:
        counted = session.execute(select(AlertRow.state, func.count()).group_by(AlertRow.state))
        return {State(state): number for state, number in counted}


def latest_change(store: Store) -> tuple[int, int]:
    """Something that differs once an alert came or anything was said of one."""
    with store.reading() as session:
        alert, said = select(func.max(AlertRow.id)), select(func.max(AnnotationRow.id))
        return session.scalar(alert) or 0, session.scalar(said) or 0


def newest(store: Store) -> int:
    """A number that grows with each new alert."""
    with store.reading() as session:
        return session.scalar(select(func.max(AlertRow.id))) or 0


def sources_of_alerts(store: Store) -> tuple[str, ...]:
    """The names of sources that gave an alert."""
    with store.reading() as session:
        return tuple(session.scalars(select(AlertRow.source).distinct().order_by(AlertRow.source)))


# ---------------------------------------------------------------- saved filters


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A question somebody asks often."""

    id: int
    name: RedactedText
    query: RedactedText  # as in the page's address


def saved_filters(store: Store, user_id: int) -> tuple[SavedFilter, ...]:
    """Somebody's own, by name."""
    query = select(SavedFilterRow).where(SavedFilterRow.user_id == user_id).order_by(SavedFilterRow.name)
    with store.reading() as session:
        return tuple(SavedFilter(id=row.id, name=row.name, query=row.query) for row in session.scalars(query))


def save_filter(store: Store, user_id: int, name: RedactedText, query: RedactedText) -> None:
    """Keep a question; one of the same name is replaced."""
    same = (SavedFilterRow.user_id == user_id, SavedFilterRow.name == name)
    with store.writing() as session:
        row = session.scalar(select(SavedFilterRow).where(*same))
        if row:
            row.query = query
        else:
            session.add(SavedFilterRow(user_id=user_id, name=name, query=query))


def forget_filter(store: Store, user_id: int, filter_id: int) -> None:
    """Remove a question of one's own."""
    with store.writing() as session:
        row = session.get(SavedFilterRow, filter_id)
        if row and row.user_id == user_id:
            session.delete(row)


# ---------------------------------------------------------------- reading the lines


def _order(order: Order) -> tuple[UnaryExpression[int], ...]:
    if order is Order.AGE:
        return (AlertRow.id.asc(),)
    if order is Order.NEWEST:
        return (AlertRow.id.desc(),)
    return (AlertRow.severity.desc(), AlertRow.id.desc())


def _lines(session: Session, ids: Sequence[int]) -> tuple[QueueLine, ...]:
    columns = (
        AlertRow.id, AlertRow.number, AlertRow.state, AlertRow.severity, AlertRow.score, AlertRow.source,
        AlertRow.assignee, AlertRow.version, AlertRow.posted_at, AlertRow.seen_at, AlertRow.deleted_at,
    )  # fmt: skip
    latest = {
        row.alert_id: row
        for row in session.execute(
            select(
                RevisionRow.alert_id,
                RevisionRow.id,
                RevisionRow.ordinal,
                RevisionRow.title,
                func.substr(RevisionRow.text, 1, 2_000, type_=RevisionRow.text.type).label("text"),
            )
            .where(RevisionRow.alert_id.in_(ids))
            .order_by(RevisionRow.ordinal)
        )
    }
    revision_ids = [row.id for row in latest.values()]
    names = _names(session, MentionRow, revision_ids)
    inferred = _names(session, InferredRow, revision_ids)
    files = _first_files(session, revision_ids)
    claims = _claims(session, revision_ids)
    earlier = Counter(session.scalars(select(ResemblanceRow.alert_id).where(ResemblanceRow.alert_id.in_(ids))))
    alerts = {row.id: row for row in session.execute(select(*columns).where(AlertRow.id.in_(ids)))}
    lines = []
    for alert_id in ids:
        row, revision = alerts[alert_id], latest[alert_id]
        act, quantities = claims.get(revision.id, (None, ()))
        lines.append(
            QueueLine(
                **{**row._mapping, "state": State(row.state), "severity": Severity(row.severity)},
                revisions=revision.ordinal,
                headline=next(filter(_says, (revision.title, revision.text, files.get(revision.id))), None),
                names=tuple(names.get(revision.id, ()))[:_MOST_NAMES],
                inferred=tuple(inferred.get(revision.id, ()))[:_MOST_NAMES],
                act=act,
                quantities=quantities,
                seen_before=earlier[alert_id],
            )
        )
    return tuple(lines)


def _says(text: RedactedText | None) -> bool:
    return bool(text and not text.isspace())


def _names(
    session: Session, row: type[MentionRow] | type[InferredRow], revision_ids: Sequence[int]
) -> dict[int, dict[str, None]]:
    """The names of the organisations mentioned or inferred, each once."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    query = select(row.revision_id, row.name).where(row.revision_id.in_(revision_ids))
    for revision_id, name in session.execute(query.order_by(row.id)):
        found[revision_id][name] = None
    return found


def _first_files(session: Session, revision_ids: Sequence[int]) -> dict[int, RedactedText]:
    query = select(FileRow.revision_id, FileRow.name).where(FileRow.revision_id.in_(revision_ids))
    return dict(reversed([(row.revision_id, row.name) for row in session.execute(query.order_by(FileRow.id))]))


def _claims(session: Session, revision_ids: Iterable[int]) -> dict[int, tuple[Act, tuple[tuple[int, str], ...]]]:
    query = (
        select(ClaimRow.revision_id, ClaimRow.act, QuantityRow.value, QuantityRow.unit)
        .outerjoin(QuantityRow, QuantityRow.claim_id == ClaimRow.id)
        .where(ClaimRow.revision_id.in_(revision_ids))
        .order_by(QuantityRow.id)
    )
    found: dict[int, tuple[Act, tuple[tuple[int, str], ...]]] = {}
    for revision_id, act, value, unit in session.execute(query):
        said = found.get(revision_id, (Act(act), ()))[1]
        found[revision_id] = (Act(act), (*said, (value, unit)) if unit else said)
    return found
