"""What stands over all alerts: by day, by state, by organisation, and how long things took."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from detectors.model import Severity, State
from storage.schema import AlertRow, InferredRow, MentionRow, RevisionRow
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An organisation, and in how many alerts it is named."""

    entity_id: str
    name: str
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How long something took, over the alerts where it is known."""

    counted: int
    median: timedelta | None
    slowest_tenth: timedelta | None  # nine in ten took no longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The alerts seen in a time, together."""

    since: datetime
    by_day: dict[str, dict[Severity, int]]  # UTC day → severity → alerts
    by_state: dict[State, dict[Severity, int]]
    to_alert: Delays  # from the post to the alert
    to_decision: Delays  # from the alert to the decision
    named: Sequence[Named]  # the busiest first


def named_entities(store: Store, since: datetime | None = None) -> tuple[Named, ...]:
    """Every organisation named in an alert, the busiest first."""
    return _entities(store, MentionRow, since)


def inferred_entities(store: Store) -> tuple[Named, ...]:
    """Every organisation the rows of an alert point to, the busiest first."""
    return _entities(store, InferredRow, None)


def _entities(store: Store, row: type[MentionRow] | type[InferredRow], since: datetime | None) -> tuple[Named, ...]:
    alerts = func.count(RevisionRow.alert_id.distinct())
    query = (
        select(row.entity_id, func.min(row.name), alerts)
        .join(RevisionRow, RevisionRow.id == row.revision_id)
        .group_by(row.entity_id)
        .order_by(alerts.desc(), row.entity_id)
    )
    if since:
        query = query.join(AlertRow, AlertRow.id == RevisionRow.alert_id).where(AlertRow.seen_at >= since)
    with store.reading() as session:
        return tuple(Named(entity_id=found[0], name=found[1], alerts=found[2]) for found in session.execute(query))


def overview(store: Store, since: datetime) -> Overview:
    """The alerts seen since a moment, together."""
    by_day: dict[str, Counter[Severity]] = {}
    by_state: dict[State, Counter[Severity]] = {}
    to_alert, to_decision = [], []
    columns = (AlertRow.seen_at, AlertRow.posted_at, AlertRow.decided_at, AlertRow.severity, AlertRow.state)
    query = select(*columns).where(AlertRow.seen_at >= since).order_by(AlertRow.seen_at)
    with store.reading() as session:
        for seen_at, posted_at, decided_at, level, state in session.execute(query):
            severity = Severity(level)
            by_day.setdefault(seen_at.date().isoformat(), Counter())[severity] += 1
            by_state.setdefault(State(state), Counter())[severity] += 1
            if posted_at:
                to_alert.append(seen_at - posted_at)
            if decided_at:
                to_decision.append(decided_at - seen_at)
    return Overview(
        since=since,
        by_day={day: dict(counted) for day, counted in by_day.items()},
        by_state={state: dict(by_state[state]) for state in State if state in by_state},
        to_alert=_delays(to_alert),
        to_decision=_delays(to_decision),
        named=named_entities(store, since),
    )


def _delays(taken: list[timedelta]) -> Delays:
    if not taken:
        return Delays(counted=0, median=None, slowest_tenth=None)
    taken.sort()
    return Delays(counted=len(taken), median=taken[len(taken) // 2], slowest_tenth=taken[len(taken) * 9 // 10])
