"""What is known of Telegram accounts: which reads what, the channels each knows, and how each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.errors import StoreError
from storage.schema import TelegramAccountRow, TelegramChannelRow, TelegramNameRow, TelegramSourceRow
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChannel:
    """A channel as one account knows it."""

    channel_id: int
    access_hash: int  # counts for this account alone
    resolved_as: str  # the name it was asked for by, in lower case
    username: str | None  # the name it has now


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    """How an account is, as it was last heard of."""

    name: str
    state: str
    reason: str
    at: datetime
    parked: Mapping[str, datetime]  # method → until when it must not be called


def account_of(store: Store, source: str) -> str | None:
    """The account a source was given to, at its first look or by command."""
    with store.reading() as session:
        row = session.get(TelegramSourceRow, source)
        return row.account if row else None


def give_to(store: Store, source: str, account: str) -> None:
    """Let an account read a source from now on."""
    with store.writing() as session:
        session.merge(TelegramSourceRow(source=source, account=account))


def sources_of(store: Store, account: str) -> list[str]:
    """The sources an account was given, by name."""
    with store.reading() as session:
        query = select(TelegramSourceRow.source).where(TelegramSourceRow.account == account)
        return list(session.scalars(query.order_by(TelegramSourceRow.source)))


def channel_named(store: Store, account: str, name: str) -> KnownChannel | None:
    """The channel that has a name, as far as an account was told."""
    with store.reading() as session:
        query = select(TelegramChannelRow).where(
            TelegramChannelRow.account == account, TelegramChannelRow.username == name.lower()
        )
        row = session.scalars(query.order_by(TelegramChannelRow.seen_at.desc())).first()
        return _known(row) if row else None


def channel_numbered(store: Store, account: str, channel_id: int) -> KnownChannel | None:
    """The channel of a number, if the account knows it."""
    with store.reading() as session:
        row = session.get(TelegramChannelRow, (account, channel_id))
        return _known(row) if row else None


def remember_channel(store: Store, account: str, channel: KnownChannel) -> None:
    """Keep what an account learned of a channel, and the name it has."""
    now = datetime.now(UTC)
    with store.writing() as session:
        session.merge(
            TelegramChannelRow(
                account=account,
                channel_id=channel.channel_id,
                access_hash=channel.access_hash,
                resolved_as=channel.resolved_as,
                username=channel.username,
                seen_at=now,
            )
        )
        if channel.username:
            note_name(session, channel.channel_id, channel.username, now)


def note_name(session: Session, channel_id: int, name: str, at: datetime) -> None:
    """Note that a channel has a name, in the caller's transaction."""
    row = session.get(TelegramNameRow, (channel_id, name))
    if row is None:
        row = TelegramNameRow(channel_id=channel_id, name=name, first_seen=at)
        session.add(row)
    row.last_seen = at


def names_of(store: Store, channel_id: int) -> list[str]:
    """Every name a channel was seen under, the newest first."""
    with store.reading() as session:
        query = select(TelegramNameRow.name).where(TelegramNameRow.channel_id == channel_id)
        return list(session.scalars(query.order_by(TelegramNameRow.last_seen.desc())))


def record_account(store: Store, status: AccountStatus) -> None:
    """Write down how an account is."""
    parked = {method: until.isoformat() for method, until in status.parked.items()}
    with store.writing() as session:
        session.merge(
            TelegramAccountRow(
                name=status.name, state=status.state, reason=status.reason, at=status.at, parked=dict(parked)
            )
        )


def account_status(store: Store, name: str) -> AccountStatus | None:
    """How an account was when it was last heard of."""
    with store.reading() as session:
        row = session.get(TelegramAccountRow, name)
        if row is None:
            return None
        parked = {method: datetime.fromisoformat(str(until)) for method, until in row.parked.items()}
        return AccountStatus(name=row.name, state=row.state, reason=row.reason, at=row.at, parked=parked)


def move_sources(store: Store, from_account: str, to_account: str, names: list[str]) -> list[str]:
    """Give sources of one account to another, all of them where none is named; their names."""
    with store.writing() as session:
        rows = session.scalars(select(TelegramSourceRow).where(TelegramSourceRow.account == from_account)).all()
        strangers = set(names) - {row.source for row in rows}
        if strangers:
            raise StoreError(f"account {from_account} does not read {min(strangers)}: see `vigifuite telegram status`")
        moved = [row for row in rows if not names or row.source in names]
        for row in moved:
            row.account = to_account
        return sorted(row.source for row in moved)


def _known(row: TelegramChannelRow) -> KnownChannel:
    return KnownChannel(
        channel_id=row.channel_id, access_hash=row.access_hash, resolved_as=row.resolved_as, username=row.username
    )
