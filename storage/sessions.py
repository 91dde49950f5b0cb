"""Who is signed in, and how often signing in failed: both in the store, so that a restart forgets neither."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storage.accounts import Role, User, new_token, token_sha256
from storage.schema import LoginFailureRow, SessionRow, UserRow
from storage.store import Store

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
_NOTED_EVERY = timedelta(seconds=30)  # how finely it is written down when somebody was last seen

FAILURES_COUNT_FOR = timedelta(minutes=15)
FREE_FAILURES = {"account": 5, "address": 20}
_FIRST_DELAY = timedelta(seconds=15)  # doubled with each failure more
_LONGEST_DELAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody signed in."""

    user_id: int
    name: str
    role: Role
    language: str | None
    session: str  # sha256 of its token


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its owner and the administrators see it."""

    sha256: str
    name: str  # of the account
    made_at: datetime
    seen_at: datetime
    address: str


def begin(store: Store, user: User, address: str, at: datetime) -> str:
    """Sign somebody in; the token for the cookie comes back, and is kept nowhere."""
    token = new_token()
    with store.writing() as session:
        _remove_ended(session, at)
        session.add(
            SessionRow(sha256=token_sha256(token), user_id=user.id, made_at=at, seen_at=at, address=address[:64])
        )
        account = _account_digest(store, user.name)
        session.execute(delete(LoginFailureRow).where(LoginFailureRow.account == account))
    return token


def visitor_of(store: Store, token: str, at: datetime, *, is_seen: bool = True) -> Visitor | None:
    """Who a token belongs to, if the session goes on; being seen keeps it from idling out."""
    sha256 = token_sha256(token)
    with store.reading() as session:
        row = session.execute(
            select(SessionRow.seen_at, SessionRow.made_at, UserRow.id, UserRow.name, UserRow.role, UserRow.language)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(SessionRow.sha256 == sha256, UserRow.disabled_at.is_(None))
        ).first()
    if row is None or at - row.seen_at >= IDLE or at - row.made_at >= LONGEST:
        return None
    if is_seen and at - row.seen_at >= _NOTED_EVERY:
        with store.writing() as session:
            session.execute(update(SessionRow).where(SessionRow.sha256 == sha256).values(seen_at=at))
    return Visitor(user_id=row.id, name=row.name, role=Role[row.role.upper()], language=row.language, session=sha256)


def open_sessions(store: Store, at: datetime, user_id: int | None = None) -> tuple[OpenSession, ...]:
    """The sessions that go on, of one account or of all, the latest seen first."""
    query = (
        select(SessionRow, UserRow.name)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(SessionRow.seen_at > at - IDLE, SessionRow.made_at > at - LONGEST)
        .order_by(SessionRow.seen_at.desc())
    )
    if user_id is not None:
        query = query.where(SessionRow.user_id == user_id)
    with store.reading() as session:
        return tuple(
            OpenSession(sha256=row.sha256, name=name, made_at=row.made_at, seen_at=row.seen_at, address=row.address)
            for row, name in session.execute(query)
        )


def end(store: Store, sha256: str, user_id: int | None = None) -> None:
    """Sign a session out; only if it is this account's, where one is named."""
    query = delete(SessionRow).where(SessionRow.sha256 == sha256)
    with store.writing() as session:
        session.execute(query if user_id is None else query.where(SessionRow.user_id == user_id))


def end_others(store: Store, user_id: int, but: str) -> None:
    """Sign an account out everywhere but here."""
    with store.writing() as session:
        session.execute(delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.sha256 != but))


def note_failure(store: Store, name: str, address: str, at: datetime) -> None:
    """Remember that signing in failed."""
    with store.writing() as session:
        session.execute(delete(LoginFailureRow).where(LoginFailureRow.at <= at - FAILURES_COUNT_FOR))
        session.add(LoginFailureRow(at=at, account=_account_digest(store, name), address=address[:64]))


def wait_before(store: Store, name: str, address: str, at: datetime) -> timedelta:
    """How long the next try must wait: nothing at first, then twice as long each time, at most a quarter hour."""
    asked = {LoginFailureRow.account: _account_digest(store, name), LoginFailureRow.address: address[:64]}
    longest = timedelta()
    with store.reading() as session:
        for column, value in asked.items():
            query = select(func.count(), func.max(LoginFailureRow.at)).where(
                column == value, LoginFailureRow.at > at - FAILURES_COUNT_FOR
            )
            failures, last = session.execute(query).one()
            over = failures - FREE_FAILURES[column.key]
            if over >= 0:
                delay = min(_FIRST_DELAY * 2 ** min(over, 10), _LONGEST_DELAY)
                longest = max(longest, last + delay - at)
    return longest


def _account_digest(store: Store, name: str) -> str:
    """A name as failures remember it: it may be a password typed into the wrong field."""
    return hmac.digest(store.fingerprint_key, name.encode("utf-8", "replace"), "sha256").hex()


def _remove_ended(session: Session, at: datetime) -> None:
    ended = (SessionRow.seen_at <= at - IDLE) | (SessionRow.made_at <= at - LONGEST)
    session.execute(delete(SessionRow).where(ended))
