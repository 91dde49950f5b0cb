"""Immediate notices: which alerts are told at once, together with what resembles them, and never twice.

An alert is told when it is new or has become worse than it was told. What resembles something told within the window
waits until the window is over and is then told together. A flood is told together too: nobody reads a hundred mails.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from detectors.model import Severity
from storage.changes import ChangeKind
from storage.outbox import Kind, Sending
from storage.schema import AlertRow, ChangeRow, NoticeAlertRow, NoticeRow, OutboxRow, ResemblanceRow
from storage.standing import Line, lines, linked, worst_first
from storage.store import Store

_FORGOTTEN_AFTER = timedelta(days=1)  # what happened while nobody could tell it is the digest's
_MOST_APART = 3  # notices made at once; more groups than that are told in one
_MOST_IN_WINDOW = 6  # notices within a window; what comes after them waits until it is over
_AT_ONCE = 500
_TELLING = (ChangeKind.NEW.value, ChangeKind.WORSE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When an alert is told at once."""

    least: Severity
    window: timedelta
    repeat: timedelta | None  # how long after it was told it is told again, while nobody acknowledged it
    most_repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to be told at once."""

    id: int
    made_at: datetime
    told: int  # how often, this time included
    severity: Severity
    follows: int | None  # an earlier notice about the same
    alerts: Sequence[Line]  # worst first
    acknowledged_at: datetime | None
    acknowledged_by: str | None


def due_notices(session: Session, rules: Rules, now: datetime) -> list[Notice]:
    """Make the notices that are due, and those due again, in the caller's transaction."""
    return [*_new_notices(session, rules, now), *_repeated(session, rules, now)]


def is_any_due(session: Session, rules: Rules, now: datetime) -> bool:
    """Whether there is something to look at: alerts not told, or notices to be told again."""
    return bool(_pending(session, rules, now) or _to_repeat(session, rules, now))


def find_notice(session: Session, notice_id: int) -> Notice | None:
    """A notice as it stands."""
    row = session.get(NoticeRow, notice_id)
    return _notice(session, row) if row else None


def acknowledge(store: Store, notice_id: int, by: str, now: datetime) -> Notice | None:
    """Somebody looks after it: it is not told again, and what waits is not sent. Who was first counts."""
    with store.writing() as session:
        row = session.get(NoticeRow, notice_id)
        if row is None:
            return None
        if row.acknowledged_at is None:
            row.acknowledged_at, row.acknowledged_by = now, by
            waiting = (OutboxRow.notice_id == notice_id, OutboxRow.state == Sending.WAITING.value)
            values = {"state": Sending.NOT_NEEDED.value, "reason": "acknowledged", "settled_at": now}
            session.execute(update(OutboxRow).where(*waiting, OutboxRow.kind == Kind.NOTICE.value).values(values))
        session.flush()
        return _notice(session, row)


def _new_notices(session: Session, rules: Rules, now: datetime) -> list[Notice]:
    pending = _pending(session, rules, now)
    if not pending:
        return []
    recent = _recent(session, now - rules.window)
    ready: list[tuple[int | None, list[int]]] = []
    if len(recent) < _MOST_IN_WINDOW:
        for group in _alike(session, list(pending)):
            told = _told_before(session, group)
            if told not in recent:
                ready.append((told, group))
    if len(ready) > min(_MOST_APART, _MOST_IN_WINDOW - len(recent)):
        ready = [(None, [alert for _, group in ready for alert in group])]
    made = [_make(session, follows, {alert: pending[alert] for alert in group}, now) for follows, group in ready]
    taken = [alert for _, group in ready for alert in group]
    for start in range(0, len(taken), _AT_ONCE):
        of_them = ChangeRow.alert_id.in_(taken[start : start + _AT_ONCE])
        session.execute(update(ChangeRow).where(of_them, ChangeRow.noticed_at.is_(None)).values(noticed_at=now))
    return made


def _pending(session: Session, rules: Rules, now: datetime) -> dict[int, int]:
    """Alerts bad enough that were not told, or not as bad as they are; with their severity."""
    told = (
        select(NoticeAlertRow.alert_id, func.max(NoticeAlertRow.severity).label("severity"))
        .group_by(NoticeAlertRow.alert_id)
        .subquery()
    )
    query = (
        select(AlertRow.id, AlertRow.severity)
        .join(ChangeRow, ChangeRow.alert_id == AlertRow.id)
        .outerjoin(told, told.c.alert_id == AlertRow.id)
        .where(ChangeRow.noticed_at.is_(None), ChangeRow.kind.in_(_TELLING))
        .where(ChangeRow.at > now - _FORGOTTEN_AFTER, ChangeRow.severity >= rules.least)
        .where(or_(told.c.severity.is_(None), told.c.severity < AlertRow.severity))
        .order_by(AlertRow.id)
    )
    return {row.id: row.severity for row in session.execute(query)}


def _recent(session: Session, since: datetime) -> set[int]:
    return set(session.scalars(select(NoticeRow.id).where(NoticeRow.made_at > since)))


def _alike(session: Session, ids: list[int]) -> list[list[int]]:
    """The alerts that resemble each other together, also where what links them was told before."""
    neighbours = _neighbours(session, ids)
    return linked(ids, ((alert, other) for alert in ids for other in neighbours[alert]))


def _neighbours(session: Session, ids: list[int]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        either = or_(ResemblanceRow.alert_id.in_(some), ResemblanceRow.other_id.in_(some))
        for one, other in session.execute(select(ResemblanceRow.alert_id, ResemblanceRow.other_id).where(either)):
            found[one].add(other)
            found[other].add(one)
    return found


def _told_before(session: Session, group: list[int]) -> int | None:
    """The last notice about any of these, or about what they resemble."""
    around = sorted({*group, *(other for its in _neighbours(session, group).values() for other in its)})
    last: int | None = None
    for start in range(0, len(around), _AT_ONCE):
        some = around[start : start + _AT_ONCE]
        found = session.scalar(select(func.max(NoticeAlertRow.notice_id)).where(NoticeAlertRow.alert_id.in_(some)))
        last = max(last or 0, found) if found else last
    return last


def _make(session: Session, follows: int | None, alerts: dict[int, int], now: datetime) -> Notice:
    row = NoticeRow(made_at=now, severity=max(alerts.values()), follows_id=follows, told=1, told_at=now)
    session.add(row)
    session.flush()
    session.add_all(NoticeAlertRow(notice_id=row.id, alert_id=alert, severity=level) for alert, level in alerts.items())
    session.flush()
    return _notice(session, row)


def _repeated(session: Session, rules: Rules, now: datetime) -> list[Notice]:
    found = []
    for row in _to_repeat(session, rules, now):
        row.told, row.told_at = row.told + 1, now
        session.flush()
        found.append(_notice(session, row))
    return found


def _to_repeat(session: Session, rules: Rules, now: datetime) -> Sequence[NoticeRow]:
    if rules.repeat is None:
        return ()
    query = select(NoticeRow).where(
        NoticeRow.acknowledged_at.is_(None),
        NoticeRow.told <= rules.most_repeats,
        NoticeRow.told_at <= now - rules.repeat,
        NoticeRow.made_at > now - _FORGOTTEN_AFTER,
    )
    return session.scalars(query).all()


def _notice(session: Session, row: NoticeRow) -> Notice:
    ids: Iterable[int] = session.scalars(select(NoticeAlertRow.alert_id).where(NoticeAlertRow.notice_id == row.id))
    return Notice(
        id=row.id,
        made_at=row.made_at,
        told=row.told,
        severity=Severity(row.severity),
        follows=row.follows_id,
        alerts=worst_first(lines(session, list(ids), {})),
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
    )
