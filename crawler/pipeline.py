"""The main path: what a collector reads → triage → the store.

    collector.collect(bookmark) ──> batches ──> a worker thread: triage each post, keep each alert at once
                                                                 move the bookmark once a second

An alert and the bookmark right behind its post are one transaction, so a crash repeats at most a second's
worth of posts, harmlessly: a content that was kept is known again.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from crawler.collector import Bookmark, Collector, CollectorError, Noticed, Skipped, Taken
from crawler.discovery import pointers
from detectors.model import Deletion, PlaceKnown, Post, Reading
from detectors.sample_sketches import NO_SAMPLES, KnownSamples
from detectors.shown_sample import ShownSample
from detectors.suppression import Rule, in_force
from detectors.triage import Examination, examine, examine_all, read
from detectors.watchlist import Watchlist
from storage import alerts, sketches, sources, suggestions, suppressions
from storage.alerts import Capturing, Kept, Step
from storage.errors import StoreError, UnkeepableError
from storage.sources import Tally
from storage.store import Store

_BATCH = 128  # posts triaged between two looks at the event loop
_READ_AHEAD = 2 * _BATCH
_BOOKMARK_SECONDS = 1.0

Item = tuple[Taken, Bookmark]


def every_post(_: Post) -> bool:
    """Leaves nothing out."""
    return True


def say_nothing(*_: object) -> None:
    """Tells nobody."""


@dataclass(slots=True)
class Outcome:
    """What one pass over a source came to."""

    posts: int = 0
    alerts: int = 0  # new ones
    revisions: int = 0  # new contents of known ones
    known: int = 0  # alerts that were there already
    skipped: list[Skipped] = field(default_factory=list)
    noticed: list[Noticed] = field(default_factory=list)
    failure: CollectorError | None = None  # why the source could not be read to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass over one source: where its posts go and who hears of them."""

    source: str
    watchlist: Watchlist
    store: Store
    capturing: Capturing
    moves_bookmark: bool = True  # a sweep does not
    dry_run: bool = False  # judge, keep nothing
    wanted: Callable[[Post], bool] = every_post
    limit: int | None = None  # posts at most
    on_alert: Callable[[Reading, Kept | None], None] = say_nothing
    on_progress: Callable[[Outcome], None] = say_nothing
    on_reached: Callable[[Bookmark], None] = say_nothing  # told about once a second how far it came; in a thread


async def crawl(collector: Collector, bookmark: Bookmark, this: Pass) -> Outcome:
    """Read a source from a bookmark and keep what concerns someone we watch."""
    intake = _Intake(this)
    try:
        async with aclosing(_batches(collector.collect(bookmark))) as batches:
            async for batch in batches:
                # Off the event loop: folding, matching, sealing and fsync would hold everything else up.
                await _finished(asyncio.to_thread(intake.take_in, batch))
                this.on_progress(intake.outcome)
                if intake.is_full:
                    break
    except CollectorError as failure:
        intake.outcome.failure = failure
    finally:
        await _finished(asyncio.to_thread(intake.move_bookmark))
    return intake.outcome


class _Intake:
    """The state of a pass: what was counted, what is still to be written down."""

    def __init__(self, this: Pass) -> None:
        self.this = this
        self.outcome = Outcome()
        self._tally = Tally()
        self._bookmark: Bookmark | None = None  # reached, not yet written down
        self._written = time.monotonic()
        self._rules: tuple[Rule, ...] | None = None  # in force for this source, once read
        self._hits: Counter[int] = Counter()  # posts a rule took a mention out of, not yet written down
        self._known: KnownSamples | None = None  # extracts seen before, once read
        self._known_at_examination: KnownSamples | None = None  # of the batch under way
        self._pointed: Counter[tuple[str, str]] = Counter()  # channels posts point to, not yet written down
        self._matched: Counter[tuple[str, str]] = Counter()  # by posts that are alerts
        self._alerted: dict[str, set[str]] = {}  # place → refs of which every revision is kept

    @property
    def is_full(self) -> bool:
        return self.this.limit is not None and self.outcome.posts >= self.this.limit

    def take_in(self, batch: Sequence[Item]) -> None:
        """Judge a batch in order and keep its alerts; then the bookmark, if a second has passed."""
        room = None if self.this.limit is None else self.this.limit - self.outcome.posts
        asked_for = (taken for taken, _ in batch if isinstance(taken, Post) and self.this.wanted(taken))
        wanted = list(islice(asked_for, room))
        examined = iter(self._examined(wanted))
        passed = {id(post) for post in wanted}
        for taken, bookmark in batch:
            if self.is_full:
                break
            match taken:
                case Post() if id(taken) in passed:
                    self._take_in_post(taken, next(examined), bookmark)
                case Skipped():
                    self._skip(taken)
                case Noticed():
                    self.outcome.noticed.append(taken)
                case PlaceKnown() if not self.this.dry_run:
                    alerts.join_places(self.this.store, taken)
                    suggestions.join_names(self.this.store, taken)
                    self._alerted.pop(taken.place, None)
                case Deletion() if taken.ref in self._alerted_refs(taken.place) and not self.this.dry_run:
                    alerts.record_deletion(self.this.store, taken.place, taken.ref, taken.seen_at)
            # Only now: had the store failed (a full disk), the bookmark must not stand behind a lost alert.
            self._bookmark = bookmark
        if time.monotonic() - self._written >= _BOOKMARK_SECONDS:
            self.move_bookmark()

    def _examined(self, posts: Sequence[Post]) -> Sequence[Examination | None]:
        """All of them together; nothing for each where one of them is too much for a detector."""
        if not posts:
            return ()
        rules = self._rules_in_force()
        self._known_at_examination = known = self._known_samples()
        try:
            return examine_all(posts, self.this.watchlist, rules, self.this.store.fingerprint_key, known)
        except Exception:
            return [None] * len(posts)  # each is tried by itself then

    def _take_in_post(self, post: Post, examined: Examination | None, bookmark: Bookmark) -> None:
        self.outcome.posts += 1
        self._tally.posts += 1
        is_alerted = post.ref in self._alerted_refs(post.place)
        watchlist, rules, key = self.this.watchlist, self._rules_in_force(), self.this.store.fingerprint_key
        try:
            examination = examined or examine(post, watchlist, rules, key, self._known_samples())
            if examined and examined.sample and self._known is not self._known_at_examination:
                # A post of the same batch was kept meanwhile that shows rows too: perhaps these.
                examination = examine(post, watchlist, rules, key, self._known_samples())
            counts = examination.weighing.severity or is_alerted  # a revision counts whatever it says
            reading = read(post, examination) if counts else None
        except Exception as error:
            # A post no detector was ready for must not stop its source.
            self._skip(Skipped(where=f"post {post.ref}", why=f"could not be judged ({type(error).__name__})"))
            return
        self._count_hits(examination)
        self._pointed.update(found := list(pointers(post)))
        if reading:
            self._matched.update(found)
            self._keep(post, reading, examination.sample, bookmark)

    def _rules_in_force(self) -> tuple[Rule, ...]:
        """Read once, at the first post: a rule made meanwhile counts from the next pass on."""
        if self._rules is None:
            every = suppressions.rules(self.this.store)
            self._rules = in_force(every, self.this.source, datetime.now(UTC))
        return self._rules

    def _known_samples(self) -> KnownSamples:
        """Read once, at the first post; what this pass keeps is known from then on."""
        if self._known is None:
            try:
                self._known = sketches.known_samples(self.this.store, datetime.now(UTC))
            except StoreError as error:
                # No reason not to look: only what was seen before is then not known again.
                self._known = NO_SAMPLES
                self._skip(Skipped(where="extracts seen before", why=str(error)))
        return self._known

    def _count_hits(self, examination: Examination) -> None:
        if examination.suppressed and not self.this.dry_run:
            self._hits.update({rule for each in examination.suppressed for rule in each.rules})

    def _keep(self, post: Post, reading: Reading, sample: ShownSample | None, reached: Bookmark) -> None:
        if self.this.dry_run:
            self.outcome.alerts += 1
            self.this.on_alert(reading, None)
            return
        bookmark = reached if self.this.moves_bookmark else None
        known = self._known_samples()
        # None without the store's key: nobody could compare them.
        marks = sample.sketches if sample and known.key else ()
        step = Step(source=self.this.source, bookmark=bookmark, tally=self._tally)
        try:
            kept = alerts.keep(self.this.store, post, reading, self.this.capturing, step, marks)
        except UnkeepableError as fault:
            self._skip(Skipped(where=f"post {post.ref}", why=f"could not be kept ({fault})"))
            return
        self._alerted_refs(post.place).add(post.ref)
        if kept is None:
            self.outcome.known += 1
            return
        self._tally = Tally()
        if self.this.moves_bookmark:  # it moved with the alert
            self._written = time.monotonic()
        if sample and marks:
            self._known = known.with_one_more(sample.known_as(kept.number, (post.place, post.ref)))
        self.outcome.alerts += kept.is_new
        self.outcome.revisions += not kept.is_new
        self.this.on_alert(reading, kept)

    def move_bookmark(self) -> None:
        """Write down how far the pass has come, with what was counted on the way."""
        if self._hits:
            with self.this.store.writing() as session:
                suppressions.count_hits(session, self._hits, datetime.now(UTC))
            self._hits = Counter()
        if self._pointed and not self.this.dry_run:
            with self.this.store.writing() as session:
                suggestions.count(session, self.this.source, self._pointed, self._matched)
            self._pointed, self._matched = Counter(), Counter()
        if self._bookmark is None or self.this.dry_run:
            return
        self.this.on_reached(self._bookmark)
        self._written = time.monotonic()
        if not self.this.moves_bookmark:
            return
        with self.this.store.writing() as session:
            sources.advance(session, self.this.source, self._bookmark, self._tally, datetime.now(UTC))
        self._bookmark, self._tally, self._written = None, Tally(), time.monotonic()

    def _skip(self, skipped: Skipped) -> None:
        self.outcome.skipped.append(skipped)
        self._tally.skipped += 1

    def _alerted_refs(self, place: str) -> set[str]:
        if place not in self._alerted:
            self._alerted[place] = alerts.alerted_refs(self.this.store, place)
        return self._alerted[place]


async def _batches(items: AsyncGenerator[Item, None]) -> AsyncGenerator[list[Item], None]:
    """What has been read by the time the last batch is done: a slow source gives its posts one by one."""
    queue: asyncio.Queue[Item | None] = asyncio.Queue(_READ_AHEAD)
    reader = asyncio.create_task(_read_all(items, queue))
    try:
        ended = False
        while not ended:
            batch = [await queue.get()]
            while len(batch) < _BATCH and not queue.empty():
                batch.append(queue.get_nowait())
            ended = batch[-1] is None
            found = [item for item in batch if item is not None]
            if found:
                yield found
        await reader  # raises what the collector raised, after all it gave was taken in
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def _read_all(items: AsyncGenerator[Item, None], queue: asyncio.Queue[Item | None]) -> None:
    """Everything a collector gives, then `None`: also when it fails, but not when nobody listens any more."""
    async with aclosing(items):
        try:
            async for item in items:
                await queue.put(item)
        except Exception:
            await queue.put(None)
            raise
        await queue.put(None)


async def _finished(work: Awaitable[None]) -> None:
    """Wait for a thread's work to its end, also when cancelled meanwhile: no batch is left half kept."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
