"""What is to be sent: written once, tried until it is sent or refused, and kept for a while as it was sent.

A row is unique by kind, recipient and key, so whatever restarts, clock changes or second schedulers do, there is one
digest a day and recipient. Whoever sends takes a row for `LEASE` first; if he dies, it is tried again after that, with
the same Message-ID.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from storage.schema import OutboxRow
from storage.standing import Marks
from storage.store import Store

LEASE = timedelta(minutes=5)  # longer than any attempt may take
KEPT = timedelta(days=30)  # how long the mail as sent is kept
GIVEN_UP_AFTER = timedelta(days=5)  # as mail servers do (RFC 5321, 4.5.4.1)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_ROWS_SHOWN = 100


class Kind(StrEnum):
    """What is sent."""

    DIGEST = "digest"
    NOTICE = "notice"
    WEBHOOK = "webhook"


class Sending(StrEnum):
    """How far it came."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # for good, by the other side
    GIVEN_UP = "given up"
    NOT_NEEDED = "not needed"  # somebody acknowledged what it tells before it was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Something to be written into it."""

    kind: Kind
    recipient: str
    key: str
    message_id: str
    body: str
    due_at: datetime | None = None  # not before
    notice_id: int | None = None
    marks: Marks | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something in the outbox."""

    id: int
    kind: Kind
    recipient: str
    key: str
    message_id: str
    body: str | None
    made_at: datetime
    due_at: datetime
    attempts: int
    state: Sending
    reason: str | None
    settled_at: datetime | None


def put(session: Session, draft: Draft, now: datetime) -> bool:
    """Write it in the caller's transaction; tells whether it is the first of its kind, recipient and key."""
    made = session.execute(
        insert(OutboxRow)
        .values(
            kind=draft.kind.value,
            recipient=draft.recipient,
            key=draft.key,
            message_id=draft.message_id,
            body=draft.body,
            made_at=now,
            due_at=draft.due_at or now,
            attempts=0,
            state=Sending.WAITING.value,
            notice_id=draft.notice_id,
            upto_change=draft.marks.change if draft.marks else None,
            upto_annotation=draft.marks.annotation if draft.marks else None,
        )
        .on_conflict_do_nothing(index_elements=["kind", "recipient", "key"])
        .returning(OutboxRow.id)
    )
    return made.first() is not None


def is_written(session: Session, kind: Kind, recipient: str, key: str) -> bool:
    """Whether it was written before."""
    return session.scalar(select(OutboxRow.id).where(*_named(kind, recipient, key))) is not None


def is_waiting(session: Session, draft: Draft) -> bool:
    """Whether the same notice still waits for the same recipient."""
    query = select(OutboxRow.id).where(
        OutboxRow.kind == draft.kind.value,
        OutboxRow.recipient == draft.recipient,
        OutboxRow.notice_id == draft.notice_id,
        OutboxRow.state == Sending.WAITING.value,
    )
    return session.scalar(query.limit(1)) is not None


def last_reached(session: Session, recipient: str) -> tuple[Marks, datetime] | None:
    """How far the last digest went that reached the recipient, and when it was made.

    One that was refused does not count: what it told is told again.
    """
    row = session.scalar(
        select(OutboxRow)
        .where(
            OutboxRow.kind == Kind.DIGEST.value,
            OutboxRow.recipient == recipient,
            OutboxRow.state == Sending.SENT.value,
        )
        .order_by(OutboxRow.upto_change.desc(), OutboxRow.id.desc())
        .limit(1)
    )
    return (Marks(change=row.upto_change or 0, annotation=row.upto_annotation or 0), row.made_at) if row else None


def take(store: Store, now: datetime) -> Item | None:
    """The next thing due, taken for as long as `LEASE`."""
    # A row due later than any pause can last was taken before the clock was set back.
    due = or_(OutboxRow.due_at <= now, (OutboxRow.attempts > 0) & (OutboxRow.due_at > now + 2 * _LONGEST_PAUSE))
    query = select(OutboxRow).where(OutboxRow.state == Sending.WAITING.value, due)
    query = query.order_by(OutboxRow.kind.desc(), OutboxRow.id).limit(1)  # notices before digests
    with store.reading() as session:
        if session.scalar(query) is None:
            return None  # nobody else has to wait for us
    with store.writing() as session:
        row = session.scalar(query)
        if row is None:
            return None
        row.attempts += 1
        row.due_at = now + LEASE
        session.flush()
        return _item(row)


def settle(store: Store, item: Item, state: Sending, reason: str | None, now: datetime) -> Sending:
    """Write down how an attempt went. `WAITING` is tried again after a pause, until it was tried for days."""
    with store.writing() as session:
        row = session.get(OutboxRow, item.id)
        if row is None or row.state == Sending.SENT.value:
            return state
        if row.state == Sending.NOT_NEEDED.value and state is not Sending.SENT:
            return Sending.NOT_NEEDED  # acknowledged while it was tried
        if state is Sending.WAITING and now - row.made_at > GIVEN_UP_AFTER:
            state = Sending.GIVEN_UP
        row.state, row.reason = state.value, reason
        if state is Sending.WAITING:
            row.due_at = now + min(_FIRST_PAUSE * 2 ** min(row.attempts - 1, 10), _LONGEST_PAUSE)
        else:
            row.settled_at = now
        return state


def forget_old(store: Store, now: datetime) -> int:
    """Forget the text of what was settled long ago; that it was sent stays known. How many they were."""
    old = (OutboxRow.body.is_not(None), OutboxRow.settled_at < now - KEPT)
    with store.writing() as session:
        return len(session.execute(update(OutboxRow).where(*old).values(body=None).returning(OutboxRow.id)).all())


def find(store: Store, item_id: int) -> Item | None:
    """One thing of the outbox."""
    with store.reading() as session:
        row = session.get(OutboxRow, item_id)
        return _item(row) if row else None


def of_notice(store: Store, notice_id: int) -> list[Item]:
    """The mails that tell a notice, the first written first."""
    query = select(OutboxRow).where(OutboxRow.notice_id == notice_id, OutboxRow.kind == Kind.NOTICE.value)
    with store.reading() as session:
        return [_item(row) for row in session.scalars(query.order_by(OutboxRow.id))]


def listed(store: Store, *, kind: Kind | None = None, key: str | None = None) -> list[Item]:
    """What was written last, the newest first."""
    query = select(OutboxRow).order_by(OutboxRow.id.desc()).limit(_ROWS_SHOWN)
    if kind:
        query = query.where(OutboxRow.kind == kind.value)
    if key:
        query = query.where(OutboxRow.key == key)
    with store.reading() as session:
        return [_item(row) for row in session.scalars(query)]


def troubles(store: Store, since: datetime) -> list[Item]:
    """What did not arrive since then, or still waits after an attempt: the newest first."""
    failed = OutboxRow.state.in_([Sending.REFUSED.value, Sending.GIVEN_UP.value]) & (OutboxRow.made_at >= since)
    late = (OutboxRow.state == Sending.WAITING.value) & (OutboxRow.attempts > 0)
    query = select(OutboxRow).where(failed | late).order_by(OutboxRow.id.desc()).limit(_ROWS_SHOWN)
    with store.reading() as session:
        return [_item(row) for row in session.scalars(query)]


def last_sent(store: Store, kind: Kind, recipient: str) -> datetime | None:
    """When something of a kind last reached a recipient."""
    query = select(func.max(OutboxRow.settled_at)).where(
        OutboxRow.kind == kind.value, OutboxRow.recipient == recipient, OutboxRow.state == Sending.SENT.value
    )
    with store.reading() as session:
        return session.scalar(query)


def _named(kind: Kind, recipient: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return OutboxRow.kind == kind.value, OutboxRow.recipient == recipient, OutboxRow.key == key


def _item(row: OutboxRow) -> Item:
    return Item(
        id=row.id,
        kind=Kind(row.kind),
        recipient=row.recipient,
        key=row.key,
        message_id=row.message_id,
        body=row.body,
        made_at=row.made_at,
        due_at=row.due_at,
        attempts=row.attempts,
        state=Sending(row.state),
        reason=row.reason,
        settled_at=row.settled_at,
    )
