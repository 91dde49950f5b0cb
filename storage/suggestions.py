"""Which channels watched places point to, and how often what they said was an alert: counters, no content."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from detectors.model import PlaceKnown
from storage.schema import SuggestionRow, TelegramChannelRow, TelegramNameRow
from storage.store import Store
from storage.telegram import note_name

Pointing = tuple[str, str]  # target (`telegram:<channel id>`, `telegram:@name`), why


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A channel worth a look."""

    target: str  # telegram:<channel id>, or telegram:@name while no more is known
    name: str | None  # its public name, if one was ever seen
    posts: int
    matched: int  # of these, posts that were alerts
    why: tuple[str, ...]  # forward, link, successor
    via: tuple[str, ...]  # the sources that point to it
    last_seen: datetime


def count(session: Session, via: str, pointed: Mapping[Pointing, int], matched: Mapping[Pointing, int]) -> None:
    """Add what was counted in a source's posts, in the caller's transaction."""
    now = datetime.now(UTC)
    for (target, why), posts in pointed.items():
        row = session.get(SuggestionRow, (target, via, why))
        if row is None:
            row = SuggestionRow(target=target, via=via, why=why, posts=0, matched=0)
            session.add(row)
        row.posts += posts
        row.matched += matched.get((target, why), 0)
        row.last_seen = now


def join_names(store: Store, known: PlaceKnown) -> None:
    """What was counted under a channel's name belongs to its number once that is known; the name is kept with it."""
    name, number = known.name.partition("@")[2], known.place.removeprefix("telegram:")
    with store.writing() as session:
        note_name(session, int(number), name, datetime.now(UTC))
        for row in session.scalars(select(SuggestionRow).where(SuggestionRow.target == known.name)).all():
            same = session.get(SuggestionRow, (known.place, row.via, row.why))
            if same is None:
                row.target = known.place
            else:
                same.posts, same.matched = same.posts + row.posts, same.matched + row.matched
                same.last_seen = max(same.last_seen, row.last_seen)
                session.delete(row)


def suggestions(store: Store, watched: set[str]) -> list[Suggestion]:
    """Channels nobody watches yet: announced successors first, then by how often their content matched."""
    with store.reading() as session:
        names: dict[str, str] = {}
        for row in session.scalars(select(TelegramNameRow).order_by(TelegramNameRow.last_seen)):
            names[f"telegram:{row.channel_id}"] = row.name
        known = {f"telegram:{row.channel_id}" for row in session.scalars(select(TelegramChannelRow))}
        by_target: dict[str, list[SuggestionRow]] = defaultdict(list)
        for counted in session.scalars(select(SuggestionRow)):
            by_target[counted.target].append(counted)
        found = [
            _suggestion(target, rows, names.get(target) or target.partition("@")[2] or None)
            for target, rows in by_target.items()
            if target not in known
        ]
    unwatched = [each for each in found if (each.name or "").lower() not in watched]
    return sorted(unwatched, key=lambda each: ("successor" not in each.why, -each.matched, -each.posts, each.target))


def _suggestion(target: str, rows: list[SuggestionRow], name: str | None) -> Suggestion:
    via = Counter({row.via: row.posts for row in rows})
    return Suggestion(
        target=target,
        name=name,
        posts=sum(row.posts for row in rows),
        matched=sum(row.matched for row in rows),
        why=tuple(sorted({row.why for row in rows})),
        via=tuple(name for name, _ in via.most_common()),
        last_seen=max(row.last_seen for row in rows),
    )
