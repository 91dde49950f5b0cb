"""Alerts: kept in one transaction with their findings, log line and bookmark; listed and shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyrage.x25519
from sqlalchemy import exists, select
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session, selectinload

from detectors.model import Bookmark, PlaceKnown, Post, Reading, Severity, State, Tlp
from detectors.sample_sketches import Sketch
from storage import evidence
from storage.annotations import Annotation, annotate, annotation_of
from storage.changes import ChangeKind, note_change
from storage.errors import StoreError, UnkeepableError
from storage.filters import AlertFilter, conditions, note_words
from storage.readings import reading_of, row_of
from storage.resemblances import Resemblance, note_resemblances, resemblances_of
from storage.schema import AlertRow, ClaimRow, RevisionRow, YearRow
from storage.seal import CaptureMode, fingerprint, seal, write_sealed
from storage.sketches import keep_sketches
from storage.sources import Tally, advance
from storage.store import Store

DECIDED = (State.CONFIRMED, State.FALSE_POSITIVE, State.DUPLICATE, State.CLOSED)
_OURSELVES = "vigifuite"
_ROWS_AT_ONCE = 200  # of a list
_ORPHAN_SECONDS = 3_600  # a sealed file younger than this may belong to a transaction still under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Capturing:
    """How captures are sealed."""

    mode: CaptureMode
    recipients: tuple[pyrage.x25519.Recipient, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a source has come; kept together with the alert found there."""

    source: str
    bookmark: Bookmark | None  # none for a sweep: it moves no bookmark
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a reading."""

    number: str
    is_new: bool  # a new alert, rather than another revision of a known one
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRevision:
    """One content of an alerted post and its evidence."""

    ordinal: int
    reading: Reading
    log_line: int
    sealed_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert as it stands."""

    number: str
    state: State
    tlp: Tlp
    source: str
    place: str
    ref: str
    severity: Severity
    score: float
    posted_at: datetime | None
    seen_at: datetime
    decided_at: datetime | None
    deleted_at: datetime | None
    version: int  # one more with each decision
    assignee: str | None
    revisions: tuple[StoredRevision, ...]
    annotations: tuple[Annotation, ...]
    resembles: tuple[Resemblance, ...]  # the first seen first

    @property
    def seen_before(self) -> tuple[Resemblance, ...]:
        """Those it resembles that were kept before it."""
        return tuple(each for each in self.resembles if each.is_earlier)

    @property
    def latest(self) -> StoredRevision:
        return self.revisions[-1]


def alerted_refs(store: Store, place: str) -> set[str]:
    """The refs of a place that are alerts: of these every later revision is kept."""
    with store.reading() as session:
        return set(session.scalars(select(AlertRow.ref).where(AlertRow.place == place)))


def keep(
    store: Store, post: Post, reading: Reading, capturing: Capturing, step: Step, sketches: Sequence[Sketch] = ()
) -> Kept | None:
    """Keep a reading: sealed capture first, then alert, findings, log line and bookmark in one transaction.

    `sketches` are those of the extract shown, under the store's key: it is known again by them.
    Nothing comes back where this content of the post was kept before; the bookmark then waits for its turn.
    Raises `UnkeepableError` where only this reading is at fault, and the source can go on.
    """
    try:
        return _keep(store, post, reading, capturing, step, sketches)
    except DBAPIError:
        raise  # the database's own: a full disk, a lock; the same reading may be kept later
    except (StatementError, OverflowError, TypeError, UnicodeError, ValueError) as error:
        raise UnkeepableError(type(error).__name__) from None


def _keep(
    store: Store, post: Post, reading: Reading, capturing: Capturing, step: Step, sketches: Sequence[Sketch]
) -> Kept | None:
    print_of_post = fingerprint(post, store.fingerprint_key)
    with store.reading() as session:
        if _is_known(session, post, print_of_post):
            return None
    sealed = seal(post, capturing.mode, capturing.recipients)
    write_sealed(store.captures, sealed)
    with store.writing() as session:
        if _is_known(session, post, print_of_post):  # another process was quicker
            return None
        line = evidence.append_capture(session, post.seen_at, sealed)
        alert = _alert_row(session, reading)
        is_new = alert is None
        if alert is None:
            alert = _new_alert(session, reading, step.source)
        ordinal = 1 if is_new else 1 + max(revision.ordinal for revision in alert.revisions)
        revision = row_of(
            reading, ordinal=ordinal, fingerprint=print_of_post, log_line=line, sealed_sha256=sealed.sha256
        )
        alert.revisions.append(revision)
        note_words(session, revision)
        before = alert.severity
        _raise_severity(alert, reading)
        note_resemblances(session, alert, reading)
        if reading.sample:
            keep_sketches(session, alert, reading.sample, sketches, post.seen_at)
        worse = ChangeKind.WORSE if alert.severity > before else ChangeKind.REVISED
        note_change(session, alert, ChangeKind.NEW if is_new else worse, reading.seen_at)
        if step.bookmark is not None:
            # A copy: if this transaction fails, nothing was raised and the caller's count must not say so.
            tally = replace(step.tally, alerts=step.tally.alerts + is_new)
            advance(session, step.source, step.bookmark, tally, post.seen_at)
        return Kept(number=alert.number, is_new=is_new, severity=Severity(alert.severity))


def record_deletion(store: Store, place: str, ref: str, at: datetime) -> None:
    """Note that an alerted post was found gone; the first time counts. What was kept of it stays."""
    with store.writing() as session:
        row = session.scalar(select(AlertRow).where(AlertRow.place == place, AlertRow.ref == ref))
        if row is not None and row.deleted_at is None:
            row.deleted_at = at
            note_change(session, row, ChangeKind.DELETED, at)


def join_places(store: Store, known: PlaceKnown) -> None:
    """Move the alerts of a place known by its name to its lasting id.

    Where both hold an alert on the same post, the one under the name becomes a duplicate of the other.
    """
    with store.writing() as session:
        for row in session.scalars(select(AlertRow).where(AlertRow.place == known.name)).all():
            same = session.scalar(select(AlertRow).where(AlertRow.place == known.place, AlertRow.ref == row.ref))
            if same is None:
                row.place = known.place
            elif row.state != State.DUPLICATE.value:
                comment = f"the same post as {same.number}: {known.name} is {known.place}"
                annotate(row, _OURSELVES, "state", to_state=State.DUPLICATE, comment=comment)
                row.state, row.decided_at = State.DUPLICATE.value, datetime.now(UTC)


def list_alerts(store: Store, wanted: AlertFilter) -> Iterator[StoredAlert]:
    """The alerts asked for: worst first, then newest."""
    with store.reading() as session:
        query = select(AlertRow).where(*conditions(wanted)).options(*_WHOLE)
        query = query.order_by(AlertRow.severity.desc(), AlertRow.id.desc())
        if wanted.limit is not None:
            query = query.limit(wanted.limit)
        for rows in session.scalars(query.execution_options(yield_per=_ROWS_AT_ONCE)).partitions():
            alike = resemblances_of(session, [row.id for row in rows])
            for row in rows:
                yield _stored(row, alike.get(row.id, ()))


def find_alert(store: Store, number: str) -> StoredAlert | None:
    """One alert by its number (`VF-2026-0042`)."""
    with store.reading() as session:
        row = session.scalar(select(AlertRow).where(AlertRow.number == number.upper()).options(*_WHOLE))
        return stored_one(session, row) if row else None


def remove_orphans(store: Store, now: datetime) -> int:
    """Remove sealed files whose transaction never came (a crash between the two): they concern no alert."""
    old = [path for path in store.captures.glob("*/*") if _is_old(path, now)]
    with store.reading() as session:
        orphans = [path for path in old if not _is_kept(session, path)]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


_WHOLE = (
    selectinload(AlertRow.annotations),
    selectinload(AlertRow.revisions).options(
        selectinload(RevisionRow.mentions),
        selectinload(RevisionRow.inferred),
        selectinload(RevisionRow.findings),
        selectinload(RevisionRow.files),
        selectinload(RevisionRow.links),
        selectinload(RevisionRow.claim).options(
            selectinload(ClaimRow.quantities), selectinload(ClaimRow.prices), selectinload(ClaimRow.details)
        ),
    ),
)


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > _ORPHAN_SECONDS
    except FileNotFoundError:  # half written a moment ago, it has its name by now
        return False


def _is_kept(session: Session, path: Path) -> bool:
    return bool(session.scalar(select(exists().where(RevisionRow.sealed_sha256 == path.stem))))


def _is_known(session: Session, post: Post, print_of_post: str) -> bool:
    """Whether this content of the post was kept. A post edited back to an old content is a new revision."""
    query = (
        select(RevisionRow.fingerprint, RevisionRow.edited_at)
        .join(AlertRow)
        .where(AlertRow.place == post.place, AlertRow.ref == post.ref)
        .order_by(RevisionRow.ordinal.desc())
    )
    known = session.execute(query).all()
    if not known or all(revision.fingerprint != print_of_post for revision in known):
        return False
    latest = known[0]
    edited_since = post.edited_at and (latest.edited_at is None or post.edited_at > latest.edited_at)
    return latest.fingerprint == print_of_post or not edited_since


def _alert_row(session: Session, reading: Reading) -> AlertRow | None:
    return session.scalar(select(AlertRow).where(AlertRow.place == reading.place, AlertRow.ref == reading.ref))


def _new_alert(session: Session, reading: Reading, source: str) -> AlertRow:
    if reading.severity is None:
        raise ValueError("a reading without severity makes no alert")
    alert = AlertRow(
        number=_next_number(session, reading.seen_at.astimezone(UTC).year),
        place=reading.place,
        ref=reading.ref,
        source=source,
        state=State.NEW.value,
        tlp=Tlp.AMBER.value,
        version=0,
        severity=reading.severity,
        score=reading.score,
        posted_at=reading.posted_at,
        seen_at=reading.seen_at,
    )
    session.add(alert)
    return alert


def _next_number(session: Session, year: int) -> str:
    row = session.get(YearRow, year)
    if row is None:
        row = YearRow(year=year, last=0)
        session.add(row)
    row.last += 1
    return f"VF-{year}-{row.last:04}"


def _raise_severity(alert: AlertRow, reading: Reading) -> None:
    """A revision that is worse than all before it reopens a decided alert; a milder one changes nothing."""
    if reading.severity is None or reading.severity <= alert.severity:
        return
    alert.severity, alert.score = reading.severity, reading.score
    if State(alert.state) in DECIDED:
        comment = f"severity rose to {reading.severity.label}"
        annotate(alert, _OURSELVES, "state", to_state=State.NEW, comment=comment)
        alert.state, alert.decided_at = State.NEW.value, None


def by_number(session: Session, number: str) -> AlertRow:
    """An alert's row; StoreError if there is none."""
    row = session.scalar(select(AlertRow).where(AlertRow.number == number.upper()))
    if row is None:
        raise StoreError(f"no alert {number}: see `vigifuite alerts list`")
    return row


def stored_one(session: Session, row: AlertRow) -> StoredAlert:
    """A row with all that belongs to it."""
    return _stored(row, resemblances_of(session, [row.id]).get(row.id, ()))


def _stored(row: AlertRow, resembles: tuple[Resemblance, ...]) -> StoredAlert:
    return StoredAlert(
        number=row.number,
        state=State(row.state),
        tlp=Tlp(row.tlp),
        source=row.source,
        place=row.place,
        ref=row.ref,
        severity=Severity(row.severity),
        score=row.score,
        posted_at=row.posted_at,
        seen_at=row.seen_at,
        decided_at=row.decided_at,
        deleted_at=row.deleted_at,
        version=row.version,
        assignee=row.assignee,
        revisions=tuple(
            StoredRevision(
                ordinal=revision.ordinal,
                reading=reading_of(revision, row),
                log_line=revision.log_line,
                sealed_sha256=revision.sealed_sha256,
            )
            for revision in row.revisions
        ),
        annotations=tuple(annotation_of(annotation) for annotation in row.annotations),
        resembles=resembles,
    )
