"""What is said about an alert, by an analyst or by the program itself: one row each, never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from detectors.model import RedactedText, State
from detectors.redaction import redact_string
from storage.schema import AlertRow, AnnotationRow

# What changes where an alert stands: who decides must have seen the last of these.
DECIDING = ("state", "assign", "tlp", "undo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What an analyst, or the program itself, said about an alert."""

    at: datetime
    author: str
    kind: str  # state, confirm, comment, assign, tlp, undo
    from_state: State | None
    to_state: State | None
    entity_id: str | None
    comment: RedactedText | None
    reason: str | None = None  # a word of `storage.decisions.Reason`
    from_value: str | None = None  # a sharing label or an account's name, before
    to_value: str | None = None  # and after
    batch: str | None = None


def annotate(
    alert: AlertRow,
    author: str,
    kind: str,
    *,
    to_state: State | None = None,
    entity_id: str | None = None,
    comment: str | None = None,
    reason: str | None = None,
    values: tuple[str | None, str | None] = (None, None),
    batch: str | None = None,
) -> None:
    """Add to an alert's history; what decides also moves its version on."""
    alert.annotations.append(
        AnnotationRow(
            at=datetime.now(UTC),
            author=author,
            kind=kind,
            from_state=alert.state if to_state else None,
            to_state=to_state.value if to_state else None,
            entity_id=entity_id,
            comment=redact_string(comment) if comment else None,
            reason=reason,
            from_value=values[0],
            to_value=values[1],
            batch=batch,
        )
    )
    if kind in DECIDING:
        alert.version += 1


def annotation_of(row: AnnotationRow) -> Annotation:
    """A row as the other rooms know it."""
    return Annotation(
        at=row.at,
        author=row.author,
        kind=row.kind,
        from_state=State(row.from_state) if row.from_state else None,
        to_state=State(row.to_state) if row.to_state else None,
        entity_id=row.entity_id,
        comment=row.comment,
        reason=row.reason,
        from_value=row.from_value,
        to_value=row.to_value,
        batch=row.batch,
    )
