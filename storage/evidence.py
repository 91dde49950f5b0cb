"""The evidence log: lines that cannot be changed, left out or reordered without being noticed.

A line is RFC 8785 JSON and holds nothing guessable: salted commitments and the sha256 of a sealed file. Each
holds the sha256 of the line before it. `append` writes within the caller's transaction, so a line and what it
speaks of are kept together or not at all.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from detectors.model import JsonValue
from storage.schema import AlertRow, LogRow, RevisionRow
from storage.seal import Opened, Sealed, canonical, commitment, sealed_path

_NO_LINE_BEFORE = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something the verification found wrong."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome of reading the log from its first line."""

    lines: int
    sealed_files: int
    head: str  # sha256 of the last line
    faults: tuple[Fault, ...]


def append(session: Session, kind: str, at: datetime, fields: dict[str, str | int]) -> int:
    """Add a line in the caller's transaction; its number comes back."""
    last = session.execute(select(LogRow.line, LogRow.sha256).order_by(LogRow.line.desc()).limit(1)).first()
    number, previous = (last.line + 1, last.sha256) if last else (1, _NO_LINE_BEFORE)
    seen = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = canonical({"v": 1, "line": number, "kind": kind, "seen": seen, "previous": previous, **fields})
    session.add(LogRow(line=number, body=body.decode(), sha256=hashlib.sha256(body).hexdigest()))
    session.flush()
    return number


def append_capture(session: Session, at: datetime, sealed: Sealed) -> int:
    """The line of a sealed capture."""
    return append(
        session,
        "evidence",
        at,
        {
            "commitment": sealed.commitment,
            "full_commitment": sealed.full_commitment,
            "sealed_sha256": sealed.sha256,
            "length": sealed.length,
        },
    )


def verify(session: Session, captures: Path, alert_number: str | None = None) -> Verification:
    """Read the whole chain; then the sealed files of one alert, or of all."""
    faults: list[Fault] = []
    head, last, lines, sealed = _NO_LINE_BEFORE, 0, 0, {}
    for row in session.scalars(select(LogRow).order_by(LogRow.line)):
        faults += _line_faults(row, last + 1, head)
        head, last, lines = row.sha256, row.line, lines + 1
        found = _sealed_sha256(row)
        if found:
            sealed[row.line] = found
    chosen = _lines_of(session, alert_number) if alert_number else None
    wanted = {line: sha256 for line, sha256 in sealed.items() if chosen is None or line in chosen}
    faults += _file_faults(captures, wanted)
    faults += _row_faults(session, sealed)
    return Verification(lines=lines, sealed_files=len(wanted), head=head, faults=tuple(faults))


def matches_line(session: Session, sealed_sha256: str, opened: Opened) -> bool:
    """Whether an opened capture is the one its log line committed to."""
    row = session.scalar(
        select(LogRow)
        .join(RevisionRow, RevisionRow.log_line == LogRow.line)
        .where(RevisionRow.sealed_sha256 == sealed_sha256)
    )
    return row is not None and _body(row).get("commitment") == commitment(opened.salt, opened.capture)


def _line_faults(row: LogRow, expected: int, previous: str) -> Iterator[Fault]:
    if row.line != expected:
        yield Fault(line=expected, what=f"missing: the next line is {row.line}")
    if hashlib.sha256(row.body.encode()).hexdigest() != row.sha256:
        yield Fault(line=row.line, what="altered: it does not have its sha256")
    body = _body(row)
    if not body:
        yield Fault(line=row.line, what="not readable")
    elif body.get("previous") != previous or body.get("line") != row.line:
        yield Fault(line=row.line, what="does not follow the line before it")


def _body(row: LogRow) -> dict[str, JsonValue]:
    """What a line says; nothing where somebody made it something else than a JSON object."""
    try:
        body = json.loads(row.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _sealed_sha256(row: LogRow) -> str | None:
    found = _body(row).get("sealed_sha256")
    return found if isinstance(found, str) else None


def _lines_of(session: Session, alert_number: str) -> set[int]:
    query = select(RevisionRow.log_line).join(AlertRow).where(AlertRow.number == alert_number.upper())
    return set(session.scalars(query))


def _file_faults(captures: Path, wanted: dict[int, str]) -> Iterator[Fault]:
    for line, sha256 in wanted.items():
        path = sealed_path(captures, sha256)
        if not path.is_file():
            yield Fault(line=line, what=f"its sealed file {path.name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield Fault(line=line, what=f"its sealed file {path.name} was altered")


def _row_faults(session: Session, sealed: dict[int, str]) -> Iterator[Fault]:
    """Revisions whose line is not the one that was written with them."""
    for line, sha256 in session.execute(select(RevisionRow.log_line, RevisionRow.sealed_sha256)):
        if sealed.get(line) != sha256:
            yield Fault(line=line, what="an alert names this line for another capture")
