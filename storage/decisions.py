"""What analysts decide: states, assignees, sharing labels, entities confirmed; nothing is overwritten unseen.

Who decides says which version of the alert he looked at. Where somebody else has decided since, nothing changes and
`ConflictError` tells how the alert stands. Every decision is a row of the alert's history and can be taken back as
long as nobody has built on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from detectors.model import State, Tlp
from storage.alerts import DECIDED, StoredAlert, by_number, stored_one
from storage.annotations import DECIDING, annotate
from storage.errors import StoreError
from storage.schema import AlertRow, AnnotationRow
from storage.store import Store


class Reason(StrEnum):
    """Why an alert was decided as it was, in the words of the desk's list."""

    HOMONYM = "homonym"
    JOB_OFFER = "job offer"
    PRESS = "press or research"
    NO_LEAK = "no leak is spoken of"
    NOT_HEALTH = "no health data"
    FABRICATED = "fabricated"
    OLD_LEAK = "known leak, nothing new"
    SAME_POST = "same post"
    SAME_LEAK = "same leak"
    VERIFIED = "verified with the establishment"
    CONVINCING = "extract is convincing"
    HANDED_OVER = "handed over"
    NOTIFIED = "establishment notified"
    OTHER = "other"


# Which reasons go with which state; any may be left out.
REASONS: Mapping[State, Sequence[Reason]] = {
    State.CONFIRMED: (Reason.VERIFIED, Reason.CONVINCING, Reason.OTHER),
    State.FALSE_POSITIVE: (
        Reason.HOMONYM,
        Reason.JOB_OFFER,
        Reason.PRESS,
        Reason.NO_LEAK,
        Reason.NOT_HEALTH,
        Reason.FABRICATED,
        Reason.OTHER,
    ),
    State.DUPLICATE: (Reason.SAME_POST, Reason.SAME_LEAK, Reason.OLD_LEAK, Reason.OTHER),
    State.CLOSED: (Reason.NOTIFIED, Reason.HANDED_OVER, Reason.OLD_LEAK, Reason.OTHER),
}


class ConflictError(StoreError):
    """Somebody else decided meanwhile; `alert` is how it stands now."""

    def __init__(self, alert: StoredAlert) -> None:
        super().__init__(f"{alert.number} was decided by somebody else meanwhile: look at it again")
        self.alert = alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a decision about several alerts, by number."""

    done: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()  # left as they are: somebody else decided since


def decide(
    store: Store,
    number: str,
    state: State,
    author: str,
    comment: str | None = None,
    *,
    reason: Reason | None = None,
    version: int | None = None,  # the one the analyst saw; none: whatever it is
    batch: str | None = None,
) -> StoredAlert:
    """Change an alert's state; the history keeps who, when and why."""
    with store.writing() as session:
        row = _seen(session, number, version)
        _set_state(row, state, author, comment=comment, reason=reason, batch=batch)
        session.flush()
        return stored_one(session, row)


def decide_many(
    store: Store,
    seen: Mapping[str, int],
    state: State,
    author: str,
    *,
    comment: str | None = None,
    reason: Reason | None = None,
    batch: str | None = None,
) -> Done:
    """Change the state of several alerts, given with the version seen of each, in one transaction."""
    done, conflicts = [], []
    with store.writing() as session:
        for number, version in seen.items():
            row = by_number(session, number)
            if row.version != version:
                conflicts.append(row.number)
            elif row.state != state.value:
                _set_state(row, state, author, comment=comment, reason=reason, batch=batch)
                done.append(row.number)
    return Done(done=tuple(done), conflicts=tuple(conflicts))


def assign(
    store: Store,
    number: str,
    assignee: str | None,
    author: str,
    *,
    version: int | None = None,
    batch: str | None = None,
) -> StoredAlert:
    """Say who looks at an alert; a new one is then in review."""
    with store.writing() as session:
        row = _seen(session, number, version)
        annotate(row, author, "assign", values=(row.assignee, assignee), batch=batch)
        row.assignee = assignee
        if assignee and row.state == State.NEW.value:
            _set_state(row, State.IN_REVIEW, author, batch=batch)
        session.flush()
        return stored_one(session, row)


def label(
    store: Store, number: str, tlp: Tlp, author: str, *, version: int | None = None, batch: str | None = None
) -> StoredAlert:
    """Set an alert's sharing label."""
    with store.writing() as session:
        row = _seen(session, number, version)
        annotate(row, author, "tlp", values=(row.tlp, tlp.value), batch=batch)
        row.tlp = tlp.value
        session.flush()
        return stored_one(session, row)


def comment_on(store: Store, number: str, author: str, comment: str) -> StoredAlert:
    """Add a remark; it decides nothing."""
    with store.writing() as session:
        row = by_number(session, number)
        annotate(row, author, "comment", comment=comment)
        session.flush()
        return stored_one(session, row)


def confirm(store: Store, number: str, entity_id: str, author: str, comment: str | None = None) -> StoredAlert:
    """An analyst confirms that an entity is concerned: a fact apart from who is named."""
    with store.writing() as session:
        row = by_number(session, number)
        annotate(row, author, "confirm", entity_id=entity_id, comment=comment)
        session.flush()
        return stored_one(session, row)


def undo(store: Store, batch: str, author: str) -> Done:
    """Take back what one analyst decided in one go, where nobody has decided since."""
    done: dict[str, None] = {}
    conflicts: dict[str, None] = {}
    with store.writing() as session:
        query = select(AnnotationRow).where(AnnotationRow.batch == batch, AnnotationRow.author == author)
        taken_back = [row for row in session.scalars(query.order_by(AnnotationRow.id)) if row.kind != "undo"]
        by_alert: dict[int, list[AnnotationRow]] = {}
        for said in taken_back:
            by_alert.setdefault(said.alert_id, []).append(said)
        for alert_id, said_of_it in by_alert.items():
            alert = session.get_one(AlertRow, alert_id)
            if _standing(alert) != batch:
                conflicts[alert.number] = None
                continue
            _restore(alert, said_of_it, author, batch)
            done[alert.number] = None
    return Done(done=tuple(done), conflicts=tuple(conflicts))


def _standing(alert: AlertRow) -> str | None:
    """The batch of the latest decision that was not taken back."""
    stack: list[AnnotationRow] = []
    for each in alert.annotations:
        if each.kind == "undo":
            stack = [other for other in stack if other.batch != each.batch]
        elif each.kind in DECIDING:
            stack.append(each)
    return stack[-1].batch if stack else None


def _restore(alert: AlertRow, said: Sequence[AnnotationRow], author: str, batch: str) -> None:
    """Put back what stood before the first of these rows."""
    for each in reversed(said):
        if each.kind == "state" and each.from_state:
            before = State(each.from_state)
            annotate(alert, author, "undo", to_state=before, batch=batch)
            alert.state = before.value
            alert.decided_at = _decided_before(alert, each) if before in DECIDED else None
        elif each.kind == "assign":
            annotate(alert, author, "undo", values=(each.to_value, each.from_value), batch=batch)
            alert.assignee = each.from_value
        elif each.kind == "tlp":
            annotate(alert, author, "undo", values=(each.to_value, each.from_value), batch=batch)
            alert.tlp = each.from_value or alert.tlp


def _decided_before(alert: AlertRow, said: AnnotationRow) -> datetime | None:
    """When the state that comes back was decided."""
    earlier = [
        each.at for each in alert.annotations if each.id and each.id < said.id and each.to_state == said.from_state
    ]
    return earlier[-1] if earlier else alert.decided_at


def _seen(session: Session, number: str, version: int | None) -> AlertRow:
    """The alert, if it still is as the analyst saw it."""
    row = by_number(session, number)
    if version is not None and row.version != version:
        raise ConflictError(stored_one(session, row))
    return row


def _set_state(
    row: AlertRow,
    state: State,
    author: str,
    *,
    comment: str | None = None,
    reason: Reason | None = None,
    batch: str | None = None,
) -> None:
    annotate(
        row, author, "state", to_state=state, comment=comment, reason=reason.value if reason else None, batch=batch
    )
    row.state = state.value
    row.decided_at = datetime.now(UTC) if state in DECIDED else None
