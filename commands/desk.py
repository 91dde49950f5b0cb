"""What `run` does for the desk: the jobs that need the configuration, the crawler or the compiled watchlist."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import structlog

from commands.journeys import Journey, Wanted
from commands.output import UnusableError
from commands.sources import add_source, look_at, source_lines
from commands.sweeping import Way, recognised
from commands.world import World
from crawler.collector import CollectorError, SourceUnavailable
from crawler.pipeline import Outcome, Pass, crawl
from crawler.source import Reach, Source
from crawler.targets import File, TargetError, read_target
from desk.services import Look, ServiceError, Services
from detectors.normalisation import fold
from detectors.redaction import redact_string
from detectors.watchlist import Watchlist
from storage import desk_sweeps, sources
from storage.desk_sweeps import Count, NewSweep, SweepState
from storage.errors import SourceBusyError
from storage.sources import HealthState

log = structlog.get_logger()

_NOTED_EVERY = 1.0  # seconds between two counts written down
_MOST_AT_ONCE = 4


def services(world: World, sweeper: "Sweeper", watchlist: Callable[[], Watchlist]) -> Services:
    """The front door's jobs as the desk takes them."""
    return Services(
        sources=partial(source_lines, world),
        watchlist=watchlist,
        look_at=partial(_look_at, world),
        add_source=partial(_add_source, world),
        remove_source=partial(_remove_source, world),
        start_sweep=sweeper.start,
        cancel_sweep=sweeper.cancel,
    )


def _expect_no_file(world: World, target: str) -> None:
    """A browser names configured sources and places of the web; this machine's files are for its own users."""
    if any(source.name == target for source in world.sources()):
        return
    try:
        is_file = isinstance(read_target(target), File)
    except TargetError:
        return  # said where it is read
    if is_file:
        raise UnusableError("a file of this machine is read from its command line: `vigifuite sweep FILE`")


def _look_at(world: World, target: str) -> Look:
    try:
        _expect_no_file(world, target)
        source, report = look_at(world, target)
    except UnusableError as error:
        raise ServiceError(str(error)) from None
    return Look(
        kind=source.kind if source else "?",
        target=redact_string(source.target if source else target),
        posts=report.posts,
        skipped=len(report.skipped),
        newest=report.newest,
        state=report.health.state if source else HealthState.UNREACHABLE,
        error=redact_string(report.error) if report.error else None,
    )


def _add_source(world: World, target: str, name: str, interval: str) -> str:
    try:
        _expect_no_file(world, target)
        return add_source(world, target, name or None, interval).name
    except UnusableError as error:
        raise ServiceError(str(error)) from None


def _remove_source(world: World, name: str) -> None:
    if any(source.name == name and source.declared for source in world.sources()):
        raise ServiceError(f"source {name} is declared in the configuration: remove or disable it there")
    if not sources.remove(world.store, name):
        raise ServiceError(f"no source named {name}")


@dataclass
class Sweeper:
    """The sweeps begun on the desk: tasks of the lookout's own event loop, so that they share its pace."""

    world: World
    reach: Reach
    watchlist: Callable[[], Watchlist]
    loop: asyncio.AbstractEventLoop
    _running: dict[int, "Future[None]"] = field(default_factory=dict)

    def start(self, asked: NewSweep) -> int:
        """Begin; called from a worker thread."""
        if len(self._running) >= _MOST_AT_ONCE:
            raise ServiceError(f"{_MOST_AT_ONCE} sweeps are running: wait for one to end, or cancel it")
        number = desk_sweeps.add(self.world.store, asked)
        task = asyncio.run_coroutine_threadsafe(self._sweep(number, asked), self.loop)
        self._running[number] = task
        task.add_done_callback(lambda _: self._running.pop(number, None))
        return number

    def cancel(self, number: int) -> None:
        """Stop one; what was taken in is kept."""
        task = self._running.get(number)
        if task:
            task.cancel()

    async def stop(self) -> None:
        """Stop all, and wait until what they took in is written down."""
        running = [asyncio.wrap_future(task) for task in self._running.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _sweep(self, number: int, asked: NewSweep) -> None:
        progress = _Progress(number, self)
        state, reason = SweepState.DONE, None
        try:
            outcome = await self._crawl(asked, progress)
            progress.latest = count_of(outcome)
            if outcome.failure:
                state, reason = SweepState.FAILED, str(redact_string(str(outcome.failure)))
        except asyncio.CancelledError:
            state = SweepState.CANCELLED
        except (CollectorError, UnusableError) as error:
            state, reason = SweepState.FAILED, str(redact_string(str(error)))
        except Exception as error:
            # The one broad net: the failure stands where the analyst looks.
            log.error("sweep_failed", sweep=number, error=type(error).__name__)
            state, reason = SweepState.FAILED, f"our own fault: {type(error).__name__}"
        await progress.written()  # or an older count would stand after the last
        await asyncio.shield(
            asyncio.to_thread(
                desk_sweeps.end, self.world.store, number, state, progress.latest, datetime.now(UTC), reason
            )
        )

    async def _crawl(self, asked: NewSweep, progress: "_Progress") -> Outcome:
        known = await asyncio.to_thread(self.world.sources)
        source = next((each for each in known if each.name == asked.target), None)
        if source is None:
            _expect_no_file(self.world, asked.target)
            source = await recognised(self.world, asked.target, Way(), self.reach)
        words = asked.words or ""
        wanted = Wanted(since=asked.since, until=asked.until, search=words, words=fold(words).folded.split())
        journey = await asyncio.to_thread(Journey.of, source, wanted, self.world, is_kept=asked.most is None)
        this = Pass(
            source=source.name,
            watchlist=self.watchlist(),
            store=self.world.store,
            capturing=self.world.capturing(),
            moves_bookmark=False,
            wanted=journey.wanted,
            limit=asked.most,
            on_progress=progress,
            on_reached=journey.reach,
        )
        outcome = await self._held(source, journey, this)
        await asyncio.to_thread(journey.end, outcome)
        return outcome

    async def _held(self, source: Source, journey: Journey, this: Pass) -> Outcome:
        try:
            with self.world.store.holding(source.name):
                return await crawl(journey.collector(self.reach), journey.bookmark, this)
        except SourceBusyError as busy:
            return Outcome(failure=SourceUnavailable(f"{busy}: try again when it is done"))


class _Progress:
    """Writes down how far a sweep came, once a second."""

    def __init__(self, number: int, sweeper: Sweeper) -> None:
        self.latest = Count()
        self._number = number
        self._sweeper = sweeper
        self._noted_at = 0.0
        self._noting: asyncio.Future[None] | None = None

    def __call__(self, outcome: Outcome) -> None:
        self.latest = count_of(outcome)
        now = self._sweeper.loop.time()
        if now - self._noted_at < _NOTED_EVERY or (self._noting and not self._noting.done()):
            return
        self._noted_at = now
        # In a thread: the store waits for the disk, and for its other writers.
        self._noting = self._sweeper.loop.run_in_executor(
            None, desk_sweeps.note_count, self._sweeper.world.store, self._number, self.latest
        )

    async def written(self) -> None:
        """Wait until nothing is being written down."""
        if self._noting:
            await asyncio.wait([self._noting])


def count_of(outcome: Outcome) -> Count:
    """What a pass came to, as the desk counts."""
    return Count(
        posts=outcome.posts,
        alerts=outcome.alerts,
        revisions=outcome.revisions,
        known=outcome.known,
        skipped=len(outcome.skipped),
    )
