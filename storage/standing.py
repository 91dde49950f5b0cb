"""What a digest tells: what is new, changed, waiting and decided since the last one, in few words on each alert.

What was told is known by numbers, not by times: a change or a decision has the next number when it is kept, so that
nothing falls between two digests, however late it was kept or wherever the clock was set meanwhile.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from detectors.model import Act, EntityKind, Severity, State, Tlp
from storage.changes import ChangeKind
from storage.schema import (
    AlertRow,
    AnnotationRow,
    ChangeRow,
    ClaimRow,
    InferredRow,
    LogRow,
    MentionRow,
    ResemblanceRow,
    RevisionRow,
    TallyRow,
)

UNDECIDED = (State.NEW, State.IN_REVIEW)
MOST_WAITING = 200  # alerts waiting that are told one by one, at most: the rest is counted
_AT_ONCE = 500  # rows asked for by their ids
_DAY = timedelta(days=1)
_WEEK = 7  # days
_SIZES = ("MB", "GB")
_STATES = ("state", "undo")  # annotations that change a state
# Whose data it is comes before what they used.
_KINDS = (EntityKind.ESTABLISHMENT, EntityKind.NETWORK, EntityKind.VENDOR, EntityKind.PRODUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How far a digest went."""

    change: int = 0
    annotation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An alert in a line: the names are the watchlist's, nothing is the post's own text."""

    id: int
    number: str
    severity: Severity
    score: float
    state: State
    tlp: Tlp
    source: str
    seen_at: datetime
    decided_at: datetime | None
    is_deleted: bool
    act: Act | None  # none: data was shown, nothing claimed
    amount: tuple[int, str] | None  # the biggest number claimed, with its unit
    entities: tuple[str, ...]  # names, the one most concerned first
    inferred: tuple[str, ...] = ()  # where nobody is named: whom the rows shown point to
    changes: tuple[ChangeKind, ...] = ()
    known_before: str | None = None  # the first alert it resembles that is not told here


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Numbers of the last 24 hours, of the 24 before, and the mean of the seven days before."""

    new: int
    new_before: int
    new_mean: float
    posts: int  # read, by days of UTC: yesterday's, the day before's, and the mean of the week before
    posts_before: int
    posts_mean: float
    waiting: Mapping[Severity, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is to tell. The groups are alerts that resemble each other."""

    marks: Marks
    new: Sequence[Sequence[Line]]
    changed: Sequence[Line]
    waiting: Sequence[Line]  # the worst and oldest, at most `MOST_WAITING`; how many there are is in the figures
    decided: Sequence[Line]
    figures: Figures
    log_lines: int
    log_head: str  # sha256 of the last line of the evidence log


def standing(session: Session, since: Marks, now: datetime) -> Standing:
    """What happened since, and how it stands now."""
    marks = Marks(
        change=session.scalar(select(func.max(ChangeRow.id))) or 0,
        annotation=session.scalar(select(func.max(AnnotationRow.id))) or 0,
    )
    decided = _decided_since(session, since)
    changes = _changes_since(session, since)
    told = {alert: kinds for alert, kinds in changes.items() if alert not in decided}
    new = [alert for alert, kinds in told.items() if ChangeKind.NEW in kinds]
    changed = [alert for alert, kinds in told.items() if ChangeKind.NEW not in kinds]
    last = session.execute(select(LogRow.line, LogRow.sha256).order_by(LogRow.line.desc()).limit(1)).first()
    return Standing(
        marks=marks,
        new=groups(session, lines(session, new, changes)),
        changed=worst_first(lines(session, changed, changes)),
        waiting=lines(session, _waiting(session, set(told)), changes),
        decided=worst_first(lines(session, sorted(decided), changes)),
        figures=_figures(session, now),
        log_lines=last.line if last else 0,
        log_head=last.sha256 if last else "",
    )


def marks_at(session: Session, moment: datetime) -> Marks:
    """How far a digest of that moment would have gone."""
    return Marks(
        change=session.scalar(select(func.max(ChangeRow.id)).where(ChangeRow.at < moment)) or 0,
        annotation=session.scalar(select(func.max(AnnotationRow.id)).where(AnnotationRow.at < moment)) or 0,
    )


def lines(session: Session, ids: Iterable[int], changes: Mapping[int, tuple[ChangeKind, ...]]) -> list[Line]:
    """These alerts, in this order, each in a line."""
    wanted = list(ids)
    found: dict[int, Line] = {}
    for some in _slices(wanted):
        latest = _latest_revisions(session, some)
        acts = _acts(session, list(latest.values()))
        names = _names(session, some, latest)
        inferred = _inferred(session, latest)
        for row in session.scalars(select(AlertRow).where(AlertRow.id.in_(some))):
            act, amount = acts.get(latest.get(row.id, 0), (None, None))
            found[row.id] = Line(
                id=row.id,
                number=row.number,
                severity=Severity(row.severity),
                score=row.score,
                state=State(row.state),
                tlp=Tlp(row.tlp),
                source=row.source,
                seen_at=row.seen_at,
                decided_at=row.decided_at,
                is_deleted=row.deleted_at is not None,
                act=act,
                amount=amount,
                entities=names.get(row.id, ()),
                inferred=() if row.id in names else inferred.get(row.id, ()),
                changes=changes.get(row.id, ()),
            )
    return [found[alert] for alert in wanted if alert in found]


def worst_first(found: Iterable[Line]) -> list[Line]:
    """The worst, then the newest."""
    return sorted(found, key=lambda line: (-line.severity, -line.id))


def groups(session: Session, found: Sequence[Line]) -> list[list[Line]]:
    """Those that resemble each other together: each group worst first, the groups by their worst."""
    by_id = {line.id: line for line in found}
    before: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    for some in _slices(list(by_id)):
        query = select(ResemblanceRow.alert_id, ResemblanceRow.other_id).where(ResemblanceRow.alert_id.in_(some))
        for alert, other in session.execute(query):
            if other in by_id:
                pairs.append((alert, other))
            else:
                before[alert] = min(other, before.get(alert, other))
    numbers = _numbers(session, before.values())
    known = {line.id: _with_known(line, numbers.get(before.get(line.id, 0))) for line in found}
    return sorted(
        (worst_first(known[alert] for alert in its) for its in linked(by_id, pairs)),
        key=lambda its: (-its[0].severity, -len(its), -its[0].id),
    )


def linked(alerts: Iterable[int], pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The alerts in groups: together are those that pairs link, directly or over others.

    >>> linked([1, 2, 3, 4], [(1, 9), (9, 3)])
    [[1, 3], [2], [4]]
    """
    parents: dict[int, int] = {}

    def root(alert: int) -> int:
        parents.setdefault(alert, alert)
        while parents[alert] != alert:
            parents[alert] = parents[parents[alert]]
            alert = parents[alert]
        return alert

    for alert, other in pairs:
        parents[root(alert)] = root(other)
    together: defaultdict[int, list[int]] = defaultdict(list)
    for alert in alerts:
        together[root(alert)].append(alert)
    return list(together.values())


def _with_known(line: Line, number: str | None) -> Line:
    return replace(line, known_before=number) if number else line


def _numbers(session: Session, ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in _slices(sorted(set(ids))):
        query = select(AlertRow.id, AlertRow.number).where(AlertRow.id.in_(some))
        found |= {row.id: row.number for row in session.execute(query)}
    return found


def _slices(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _changes_since(session: Session, since: Marks) -> dict[int, tuple[ChangeKind, ...]]:
    """Alerts and what happened to them, each kind once, in the order it happened."""
    query = select(ChangeRow.alert_id, ChangeRow.kind).where(ChangeRow.id > since.change)
    found: defaultdict[int, dict[ChangeKind, None]] = defaultdict(dict)
    for alert, kind in session.execute(query.order_by(ChangeRow.id)):
        if alert is not None:
            found[alert][ChangeKind(kind)] = None
    return {alert: tuple(kinds) for alert, kinds in found.items()}


def _decided_since(session: Session, since: Marks) -> set[int]:
    """Alerts whose state was changed since, and that are decided now."""
    query = (
        select(AlertRow.id)
        .join(AnnotationRow, AnnotationRow.alert_id == AlertRow.id)
        .where(AnnotationRow.id > since.annotation, AnnotationRow.kind.in_(_STATES))
        .where(AlertRow.state.not_in([state.value for state in UNDECIDED]))
    )
    return set(session.scalars(query))


def _waiting(session: Session, told: set[int]) -> list[int]:
    """Undecided alerts not told elsewhere: the worst, then those that wait longest."""
    query = (
        select(AlertRow.id)
        .where(AlertRow.state.in_([state.value for state in UNDECIDED]))
        .order_by(AlertRow.severity.desc(), AlertRow.id)
    )
    return list(islice((alert for alert in session.scalars(query) if alert not in told), MOST_WAITING))


def _figures(session: Session, now: datetime) -> Figures:
    def new(first: int, last: int) -> int:
        """New alerts from so many days ago to so many."""
        of_them = (ChangeRow.kind == ChangeKind.NEW.value, ChangeRow.at >= now - first * _DAY)
        return session.scalar(select(func.count()).where(*of_them, ChangeRow.at < now - last * _DAY)) or 0

    def posts(first: int, last: int) -> int:
        days = (TallyRow.day >= _day(now, first), TallyRow.day <= _day(now, last))
        return session.scalar(select(func.coalesce(func.sum(TallyRow.posts), 0)).where(*days)) or 0

    undecided = [state.value for state in UNDECIDED]
    waiting = select(AlertRow.severity, func.count()).where(AlertRow.state.in_(undecided)).group_by(AlertRow.severity)
    return Figures(
        new=new(1, 0),
        new_before=new(2, 1),
        new_mean=new(_WEEK + 1, 1) / _WEEK,
        posts=posts(1, 1),
        posts_before=posts(2, 2),
        posts_mean=posts(_WEEK + 1, 2) / _WEEK,
        waiting={Severity(severity): count for severity, count in session.execute(waiting)},
    )


def _day(now: datetime, ago: int) -> str:
    return (now - ago * _DAY).date().isoformat()


def _latest_revisions(session: Session, ids: list[int]) -> dict[int, int]:
    """The id of each alert's last revision."""
    query = select(RevisionRow.alert_id, RevisionRow.id).where(RevisionRow.alert_id.in_(ids))
    return {row.alert_id: row.id for row in session.execute(query.order_by(RevisionRow.ordinal))}


def _acts(session: Session, revisions: list[int]) -> dict[int, tuple[Act, tuple[int, str] | None]]:
    """What each revision claims, with its biggest number: of people or rows rather than of bytes."""
    query = select(ClaimRow).where(ClaimRow.revision_id.in_(revisions)).options(selectinload(ClaimRow.quantities))
    found: dict[int, tuple[Act, tuple[int, str] | None]] = {}
    for claim in session.scalars(query):
        biggest = max(claim.quantities, key=lambda each: (each.unit not in _SIZES, each.value), default=None)
        found[claim.revision_id] = Act(claim.act), (biggest.value, biggest.unit) if biggest is not None else None
    return found


def _names(session: Session, ids: list[int], latest: Mapping[int, int]) -> dict[int, tuple[str, ...]]:
    """Who is named in each alert's last revision: confirmed ones first, then whose data it is, then the surest."""
    query = select(AnnotationRow.alert_id, AnnotationRow.entity_id).where(
        AnnotationRow.alert_id.in_(ids), AnnotationRow.kind == "confirm"
    )
    confirmed = {(alert, entity) for alert, entity in session.execute(query)}
    of_revision = {revision: alert for alert, revision in latest.items()}
    mentions = select(MentionRow).where(MentionRow.revision_id.in_(list(of_revision)))
    found: defaultdict[int, list[tuple[bool, int, float, str]]] = defaultdict(list)
    for row in session.scalars(mentions):
        alert = of_revision[row.revision_id]
        rank = _KINDS.index(EntityKind(row.kind))
        found[alert].append(((alert, row.entity_id) not in confirmed, rank, -row.confidence, row.name))
    return {alert: tuple(dict.fromkeys(name for *_, name in sorted(its))) for alert, its in found.items()}


def _inferred(session: Session, latest: Mapping[int, int]) -> dict[int, tuple[str, ...]]:
    """Whom the rows shown in each alert's last revision point to, the likeliest first."""
    of_revision = {revision: alert for alert, revision in latest.items()}
    rows = select(InferredRow).where(InferredRow.revision_id.in_(list(of_revision))).order_by(InferredRow.id)
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for row in session.scalars(rows):
        found[of_revision[row.revision_id]][row.name] = None
    return {alert: tuple(its) for alert, its in found.items()}


def by_severity(found: Iterable[Line]) -> Mapping[Severity, int]:
    """How many there are of each."""
    return Counter(line.severity for line in found)
