"""A stored alert as the alert JSON of the contract."""

from datetime import datetime

from detectors.model import JsonValue, Reading
from detectors.public_form import findings_json
from storage.alerts import StoredAlert, StoredRevision
from storage.annotations import Annotation
from storage.resemblances import Resemblance


def alert_json(alert: StoredAlert) -> dict[str, JsonValue]:
    """An alert: its latest revision's findings, where it stands, and what analysts said."""
    latest = alert.latest
    return {
        **findings_json(latest.reading),
        "alert": True,
        "severity": alert.severity.label,
        "score": alert.score,
        "alert_id": alert.number,
        "state": alert.state.value,
        "assignee": alert.assignee,
        "place": alert.place,
        "ref": alert.ref,
        "source": alert.source,
        "posted_at": _time(alert.posted_at),
        "seen_at": _time(alert.seen_at),
        "decided_at": _time(alert.decided_at),
        "deleted_at": _time(alert.deleted_at),
        **_published(latest.reading),
        "revisions": [_revision_json(revision) for revision in alert.revisions],
        "resembles": [_resemblance_json(each) for each in alert.resembles],
        "evidence": {"sealed_sha256": latest.sealed_sha256, "line": latest.log_line},
        "tlp": alert.tlp.value,
        "annotations": [_annotation_json(annotation) for annotation in alert.annotations],
    }


def _published(reading: Reading) -> dict[str, JsonValue]:
    forward = reading.forwarded_from
    files: list[JsonValue] = [{"name": f.name, "size": f.size, "mime": f.mime, "id": f.file_id} for f in reading.files]
    return {
        "url": reading.url,
        "title": reading.title,
        "author": reading.author,
        "author_id": reading.author_id,
        "forwarded_from": {"name": forward.name, "place": forward.place, "ref": forward.ref} if forward else None,
        "reply_to": reading.reply_to,
        "topic": reading.topic,
        "views": reading.views,
        "edited": reading.is_edited,
        "files": files,
        "links": list(reading.links),
        "text": reading.text,
    }


def _revision_json(revision: StoredRevision) -> dict[str, JsonValue]:
    reading = revision.reading
    return {
        "revision": revision.ordinal,
        "seen_at": _time(reading.seen_at),
        "edited_at": _time(reading.edited_at),
        "text": reading.text,
        "severity": reading.severity.label if reading.severity else None,
        "claim": findings_json(reading)["claim"],
        "evidence": {"sealed_sha256": revision.sealed_sha256, "line": revision.log_line},
    }


def _resemblance_json(resemblance: Resemblance) -> dict[str, JsonValue]:
    return {
        "alert_id": resemblance.number,
        "why": list(resemblance.why),
        "seen_at": _time(resemblance.seen_at),
        "earlier": resemblance.is_earlier,
    }


def _annotation_json(annotation: Annotation) -> dict[str, JsonValue]:
    return {
        "at": _time(annotation.at),
        "author": annotation.author,
        "kind": annotation.kind,
        "from": annotation.from_state.value if annotation.from_state else None,
        "to": annotation.to_state.value if annotation.to_state else None,
        "entity": annotation.entity_id,
        "comment": annotation.comment,
        "reason": annotation.reason,
        "from_value": annotation.from_value,
        "to_value": annotation.to_value,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
