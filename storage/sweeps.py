"""How far unfinished sweeps came, so that they can go on where they stopped."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from detectors.model import Bookmark
from storage.schema import SweepRow
from storage.store import Store

_KEPT = timedelta(days=30)


def left_at(store: Store, name: str) -> Bookmark | None:
    """Where a sweep stopped; nothing where it never began, or came to its end."""
    with store.reading() as session:
        row = session.get(SweepRow, name)
        return row.bookmark if row else None


def reach(store: Store, name: str, bookmark: Bookmark) -> None:
    """Write down how far a sweep came."""
    with store.writing() as session:
        session.merge(SweepRow(name=name, bookmark=dict(bookmark), at=datetime.now(UTC)))


def finish(store: Store, name: str) -> None:
    """A sweep came to its end; sweeps nobody went on with for a month are forgotten too."""
    with store.writing() as session:
        old = SweepRow.at < datetime.now(UTC) - _KEPT
        session.execute(delete(SweepRow).where((SweepRow.name == name) | old))
