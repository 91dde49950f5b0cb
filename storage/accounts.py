"""Who may use the desk: accounts, and the links by which they are made. Passwords are hashed before they come here."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

import pyrage
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storage.errors import StoreError
from storage.schema import InvitationRow, SessionRow, UserRow
from storage.seal import write_private
from storage.store import Store

INVITATION_HOURS = 48
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_TOKEN_BYTES = 32
_TOTP_BYTES = 20  # as RFC 4226 asks of a shared secret


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    READER = 1
    ANALYST = 2
    LEAD = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account."""

    id: int
    name: str
    role: Role
    language: str | None
    password_hash: str
    totp_step: int  # the last step whose code was used
    made_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that still holds."""

    role: Role
    name: str | None  # of the account whose password and second factor it sets anew; none: somebody new
    made_by: str
    expires_at: datetime


def is_name(name: str) -> bool:
    """Whether an account may be called so: what is typed at every sign-in and stands in every history."""
    return bool(_NAME.fullmatch(name))


def token_sha256(token: str) -> str:
    """What the store keeps of a token: the token itself is only in a link or a cookie."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_token() -> str:
    """256 bits nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def has_users(store: Store) -> bool:
    """Whether anybody can sign in yet."""
    with store.reading() as session:
        return bool(session.scalar(select(func.count(UserRow.id))))


def users(store: Store) -> tuple[User, ...]:
    """Every account, by name."""
    with store.reading() as session:
        return tuple(_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.name)))


def find_user(store: Store, name: str) -> User | None:
    """An account by its name."""
    with store.reading() as session:
        row = session.scalar(select(UserRow).where(UserRow.name == name))
        return _user(row) if row else None


def invite(store: Store, role: Role, made_by: str, at: datetime, user: str | None = None) -> str:
    """A token for a link that makes one account, or sets one anew; it holds for two days."""
    token = new_token()
    with store.writing() as session:
        session.execute(delete(InvitationRow).where(InvitationRow.expires_at <= at))
        user_id = _by_name(session, user).id if user else None
        expires = at + timedelta(hours=INVITATION_HOURS)
        row = InvitationRow(
            sha256=token_sha256(token), role=role.label, user_id=user_id, made_by=made_by, expires_at=expires
        )
        session.add(row)
    return token


def invite_first(store: Store, at: datetime) -> str | None:
    """A token for the first account, an administrator's; none where there is an account."""
    return None if has_users(store) else invite(store, Role.ADMIN, "vigifuite", at)


def invitation(store: Store, token: str, at: datetime) -> Invitation | None:
    """What a link is for, if it still holds."""
    with store.reading() as session:
        row = session.get(InvitationRow, token_sha256(token))
        if row is None or row.expires_at <= at:
            return None
        user = session.get(UserRow, row.user_id) if row.user_id else None
        return Invitation(
            role=_role(row.role), name=user.name if user else None, made_by=row.made_by, expires_at=row.expires_at
        )


def totp_secret_of(store: Store, token: str) -> str:
    """The second factor's key that belongs to a link: the same each time its page is shown, and kept nowhere."""
    key = hashlib.blake2b(f"totp {token}".encode(), key=store.fingerprint_key, digest_size=_TOTP_BYTES).digest()
    return base64.b32encode(key).decode()


def accept(store: Store, token: str, name: str, password_hash: str, step: int, at: datetime) -> User:
    """Make the account of a link, or set its password and second factor anew; the link is then used up."""
    with store.writing() as session:
        row = session.get(InvitationRow, token_sha256(token))
        if row is None or row.expires_at <= at:
            raise StoreError("this link does not hold any more: ask for another")
        sealed = _sealed(store, totp_secret_of(store, token))
        if row.user_id:
            user = session.get_one(UserRow, row.user_id)
            user.password_hash, user.totp_sealed, user.totp_step = password_hash, sealed, step
            session.execute(delete(SessionRow).where(SessionRow.user_id == user.id))
        else:
            if session.scalar(select(UserRow.id).where(UserRow.name == name)):
                raise StoreError(f"an account named {name} exists: choose another name")
            user = UserRow(
                name=name,
                role=row.role,
                password_hash=password_hash,
                totp_sealed=sealed,
                totp_step=step,
                made_at=at,
            )
            session.add(user)
        session.delete(row)
        # Every link that was printed for the first account is void once there is one.
        session.execute(delete(InvitationRow).where(InvitationRow.made_by == "vigifuite"))
        session.flush()
        return _user(user)


def totp_secret(store: Store, user: User) -> str:
    """The key of an account's second factor."""
    with store.reading() as session:
        sealed = session.scalar(select(UserRow.totp_sealed).where(UserRow.id == user.id))
    opened: bytes = pyrage.decrypt(base64.b64decode(sealed or ""), [_identity(store)])
    return opened.decode()


def use_step(store: Store, user: User, step: int) -> bool:
    """Note that a code was used; False if it, or a later one, was used before."""
    with store.writing() as session:
        newer = update(UserRow).where(UserRow.id == user.id, UserRow.totp_step < step).values(totp_step=step)
        return session.execute(newer.returning(UserRow.id)).first() is not None


def set_password(store: Store, user_id: int, password_hash: str) -> None:
    """Change a password."""
    with store.writing() as session:
        session.get_one(UserRow, user_id).password_hash = password_hash


def set_language(store: Store, user_id: int, language: str | None) -> None:
    """Change the language somebody reads the desk in."""
    with store.writing() as session:
        session.get_one(UserRow, user_id).language = language


def set_role(store: Store, name: str, role: Role) -> None:
    """Change what somebody may do; the last administrator stays one."""
    with store.writing() as session:
        row = _by_name(session, name)
        if role is not Role.ADMIN:
            _expect_another_admin(session, row)
        row.role = role.label


def disable(store: Store, name: str, at: datetime) -> None:
    """Let somebody in no more, and end his sessions; what he said stays."""
    with store.writing() as session:
        row = _by_name(session, name)
        _expect_another_admin(session, row)
        row.disabled_at = at
        session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))


def enable(store: Store, name: str) -> None:
    """Let somebody in again."""
    with store.writing() as session:
        _by_name(session, name).disabled_at = None


def _expect_another_admin(session: Session, row: UserRow) -> None:
    others = select(UserRow.id).where(
        UserRow.role == Role.ADMIN.label, UserRow.disabled_at.is_(None), UserRow.id != row.id
    )
    if row.role == Role.ADMIN.label and session.scalar(others) is None:
        raise StoreError(f"{row.name} is the last administrator: make another one first")


def _by_name(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.name == name))
    if row is None:
        raise StoreError(f"no account named {name}")
    return row


def _identity(store: Store) -> pyrage.x25519.Identity:
    """The key beside the database that opens second factors: a stolen copy of the database alone does not."""
    path = store.folder / "keys" / "desk.key"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            write_private(path, str(pyrage.x25519.Identity.generate()))
        except FileExistsError:  # another thread was quicker: its key counts
            return pyrage.x25519.Identity.from_str(path.read_text(encoding="ascii").strip())
    return pyrage.x25519.Identity.from_str(path.read_text(encoding="ascii").strip())


def _sealed(store: Store, secret: str) -> str:
    return base64.b64encode(pyrage.encrypt(secret.encode(), [_identity(store).to_public()])).decode()


def _user(row: UserRow) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=_role(row.role),
        language=row.language,
        password_hash=row.password_hash,
        totp_step=row.totp_step,
        made_at=row.made_at,
        disabled_at=row.disabled_at,
    )


def _role(label: str) -> Role:
    return Role[label.upper()]
