"""A sweep on its way: where it begins or goes on, how far it is, how long it will take."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from commands.output import local, say
from commands.world import World
from crawler.collector import Bookmark, Collector
from crawler.collectors import collector_of, is_swept_apart, sweeper_of
from crawler.pipeline import Outcome
from crawler.source import Reach, Source
from detectors.model import Post
from detectors.normalisation import fold
from storage import sweeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which posts of a target are asked for."""

    since: datetime | None
    until: datetime | None
    search: str
    words: list[str]
    restart: bool = False

    def __call__(self, post: Post) -> bool:
        """A post without a time is wanted whatever the dates: better one too many."""
        if post.posted_at and self.since and post.posted_at < self.since:
            return False
        if post.posted_at and self.until and post.posted_at >= self.until:
            return False
        return not self.words or all(word in fold(f"{post.title or ''} {post.text}").folded for word in self.words)


@dataclass(slots=True)
class Journey:
    """One sweep of one source."""

    source: Source
    world: World
    asked: Wanted
    name: str | None  # under which its progress is kept; None where it is not
    bookmark: Bookmark = field(default_factory=dict)
    said: str = ""  # how far it is, for a person
    _begun: tuple[float, float] | None = None  # when, and with which share of the way behind it

    @classmethod
    def of(cls, source: Source, asked: Wanted, world: World, *, is_kept: bool) -> "Journey":
        """A sweep from its beginning, or from where the same one was stopped."""
        name = sweep_name(source, asked) if is_kept and is_swept_apart(source) else None
        journey = cls(source, world, asked, name)
        left = sweeps.left_at(world.store, name) if name and not asked.restart else None
        if left:
            journey.bookmark = left
            at = left.get("moment")
            since = local(datetime.fromisoformat(at)) if isinstance(at, str) else "its beginning"
            say(f"{source.name}: going on at {since}, where it stopped; --restart begins anew")
        return journey

    @property
    def wanted(self) -> Callable[[Post], bool]:
        """Which posts count; where the server looked for the words, it knows better than we which fit."""
        return replace(self.asked, words=[]) if is_swept_apart(self.source) else self.asked

    def collector(self, reach: Reach) -> Collector:
        if is_swept_apart(self.source):
            return sweeper_of(self.source, reach, self.asked.since, self.asked.until, self.asked.search)
        return collector_of(self.source, reach, self.asked.since)

    def reach(self, bookmark: Bookmark) -> None:
        """Called about once a second with how far it came."""
        share = share_of(bookmark)
        if share is not None:
            now = time.monotonic()
            self._begun = self._begun or (now, share)
            self.said = progress(bookmark, share, share - self._begun[1], now - self._begun[0])
        if self.name and bookmark:
            sweeps.reach(self.world.store, self.name, bookmark)

    def end(self, outcome: Outcome) -> None:
        """What came to its end is not gone on with."""
        if self.name and outcome.failure is None:
            sweeps.finish(self.world.store, self.name)


def sweep_name(source: Source, asked: Wanted) -> str:
    """What tells this sweep from others: the target and what is asked of it; words only as a digest."""
    days = [moment.astimezone(UTC).date().isoformat() if moment else "" for moment in (asked.since, asked.until)]
    words = hashlib.sha256(asked.search.encode()).hexdigest()[:12] if asked.search else ""
    return " ".join(["sweep", source.target.lower(), *days, words]).rstrip()


def share_of(bookmark: Bookmark) -> float | None:
    """How much of the way lies behind, from 0 to 1; None where the bookmark does not tell."""
    first, ref, newest = (bookmark.get(key) for key in ("first", "ref", "newest"))
    if not (isinstance(first, int) and isinstance(ref, int) and isinstance(newest, int)):
        return None
    return min(1.0, (ref - first) / (newest - first)) if newest > first else 1.0


def progress(bookmark: Bookmark, share: float, walked: float, seconds: float) -> str:
    """The date reached, the share of the way, and the time left at the speed so far.

    >>> progress({"moment": "2024-05-01T00:00:00+00:00"}, 0.25, 0.2, 60)
    '2024-05-01, 25 %, 3 min 45 s left'
    """
    at = bookmark.get("moment")
    parts = [at[:10] if isinstance(at, str) else "", f"{share:.0%}".replace("%", " %")]
    if walked > 0:
        parts.append(f"{in_words(timedelta(seconds=(1 - share) * seconds / walked))} left")
    return ", ".join(filter(None, parts))


def in_words(duration: timedelta) -> str:
    """A duration in its two largest units.

    >>> in_words(timedelta(hours=2, minutes=5)), in_words(timedelta(seconds=7))
    ('2 h 5 min', '7 s')
    """
    seconds = round(duration.total_seconds())
    units = ((seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    shown = [f"{number} {unit}" for number, unit in units if number][:2]
    return " ".join(shown) or "0 s"
