"""What happens to alerts, noted in their own transaction, so that no mail can miss what was kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from storage.schema import AlertRow, ChangeRow


class ChangeKind(StrEnum):
    """What happened to an alert."""

    NEW = "new"
    WORSE = "worse"  # a revision raised its severity
    REVISED = "revised"
    DELETED = "deleted"  # the post was found gone


def note_change(session: Session, alert: AlertRow, kind: ChangeKind, at: datetime) -> None:
    """Note it in the caller's transaction."""
    session.flush()  # the alert has its id from here on
    session.add(ChangeRow(alert_id=alert.id, at=at, kind=kind.value, severity=alert.severity))
