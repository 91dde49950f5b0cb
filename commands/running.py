"""`run`: scheduler, collectors and desk in one process, until it is told to stop."""

import asyncio
import gc
import signal
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import structlog
import typer
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from commands.desk import Sweeper, services
from commands.front import Front
from commands.output import UnusableError, say
from commands.users import address, first_link
from commands.world import World, open_world
from crawler.job import look
from crawler.pipeline import Pass
from crawler.source import Source
from desk.web import LOOPBACK_HOSTS, DeskError, make_app, serve
from detectors.model import Reading
from detectors.watchlist import Watchlist
from storage import alerts, sources, sweeps, watchlists
from storage.alerts import Kept
from storage.coverage import ALARM_AFTER, missed_cycles
from storage.errors import StoreError

log = structlog.get_logger()

_PLAN_SECONDS = 10  # how soon a source or watchlist changed by another command takes effect
_JITTER_SECONDS = 5
_APART_SECONDS = 0.3  # between the first looks at two sources


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(context: typer.Context) -> None:
    """Watch: scheduler, collectors and desk in one process, until SIGINT or SIGTERM."""
    front: Front = context.obj
    world = open_world(front)
    try:
        with world.store.holding("the lookout"):
            asyncio.run(_watch(world))
    finally:
        world.store.close()


async def _watch(world: World) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    removed = await asyncio.to_thread(alerts.remove_orphans, world.store, datetime.now(UTC))
    if removed:
        log.info("removed_orphaned_captures", count=removed)
    lookout = Lookout(world, await asyncio.to_thread(world.watchlist))
    # What stands now stays: the garbage collector would walk a whole watchlist, and everybody wait for it.
    gc.freeze()
    await asyncio.to_thread(sweeps.end_interrupted, world.store, datetime.now(UTC))
    sweeper = Sweeper(world, lookout.reach, lambda: lookout.watchlist, asyncio.get_running_loop())
    page = asyncio.create_task(_serve(world, sweeper))
    stopped = asyncio.create_task(stop.wait())
    lookout.start()
    try:
        await asyncio.wait({page, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        log.info("stopping")
        await sweeper.stop()
        await lookout.stop()
        page.cancel()
        stopped.cancel()
        results = await asyncio.gather(page, stopped, return_exceptions=True)
    if isinstance(results[0], DeskError):
        raise UnusableError(str(results[0]))


async def _serve(world: World, sweeper: Sweeper) -> None:
    desk = world.settings.desk
    app = make_app(
        world.store,
        services(world, sweeper, sweeper.watchlist),
        version("vigifuite"),
        (*LOOPBACK_HOSTS, desk.host),
        zone=desk.timezone,
        public_url=desk.public_url or None,
    )
    say(f"Vigifuite is watching. The desk: {address(world)}")
    if link := await asyncio.to_thread(first_link, world):
        say(f"Nobody has an account yet. Make the first with this link, which works once: {link}")
    await serve(app, desk.host, desk.port)


def _tell(_: Reading, kept: Kept | None) -> None:
    if kept:
        log.info("alert", number=kept.number, severity=kept.severity.label)


class Lookout:
    """The scheduled looks at the sources, kept in step with what the store and configuration say."""

    def __init__(self, world: World, watchlist: Watchlist) -> None:
        self._world = world
        self.watchlist = watchlist
        self._registers = watchlists.registers(world.store)
        self._capturing = world.capturing()
        self.reach = world.reach()
        self._planned: dict[str, Source] = {}
        self._alarmed: set[str] = set()  # sources whose missed looks were told
        self._looking: set[asyncio.Task[object]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Plan the sources now, and again every few seconds: other commands may change them meanwhile."""
        self._scheduler.add_job(
            self._plan, "interval", seconds=_PLAN_SECONDS, next_run_time=datetime.now(UTC), max_instances=1
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop looking; what was taken in is written down first."""
        self._scheduler.shutdown(wait=False)
        for task in self._looking:
            task.cancel()
        await asyncio.gather(*self._looking, return_exceptions=True)
        await self.reach.aclose()

    async def _plan(self) -> None:
        try:
            await self._renew_watchlist()
            wanted = await asyncio.to_thread(self._wanted)
            new = [source for name, source in wanted.items() if self._planned.get(name) != source]
            if new:
                names = [source.name for source in new]
                await asyncio.to_thread(sources.begin_watching, self._world.store, names, datetime.now(UTC))
        except (UnusableError, StoreError) as error:
            # A mistake made by another command meanwhile: what was planned goes on.
            log.error("not_planned_anew", reason=str(error))
            return
        for name in self._planned.keys() - wanted.keys():
            self._scheduler.remove_job(name)
        for number, source in enumerate(new):
            self._schedule(source, number, len(new))
            await asyncio.sleep(0)  # hundreds of them: others have their turn in between
        self._planned = wanted
        await self._raise_alarm()

    async def _raise_alarm(self) -> None:
        """Say once of each source that it misses its looks, and once that it is read again."""
        status = await asyncio.to_thread(sources.statuses, self._world.store)
        now = datetime.now(UTC)
        missed = {
            name: missed_cycles(status[name], source.interval, now)
            for name, source in self._planned.items()
            if name in status
        }
        late = {name for name, number in missed.items() if number >= ALARM_AFTER}
        for name in sorted(late - self._alarmed):
            health = status[name].health
            log.error("source_missed", source=name, looks=missed[name], state=health.state.value, reason=health.reason)
        for name in sorted(self._alarmed - late):
            log.info("source_no_longer_missed", source=name)
        self._alarmed = late

    def _wanted(self) -> dict[str, Source]:
        status = sources.statuses(self._world.store)
        return {
            source.name: source
            for source in self._world.sources()
            if source.enabled and not (source.name in status and status[source.name].paused)
        }

    def _schedule(self, source: Source, number: int, among: int) -> None:
        # Many sources begun together are spread over their interval, so that they do not all ask at one moment.
        apart = min(_APART_SECONDS, source.interval / among)
        self._scheduler.add_job(
            self._look,
            "interval",
            [source],
            id=source.name,
            seconds=source.interval,
            # Neighbours in the configuration do not all start at the same second.
            jitter=min(_JITTER_SECONDS, source.interval // 10) or None,
            next_run_time=datetime.now(UTC) + timedelta(seconds=number * apart),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            replace_existing=True,
        )

    async def _look(self, source: Source) -> None:
        until = await asyncio.to_thread(sources.until_of, self._world.store, source.name)
        if until and until > datetime.now(UTC):
            return  # the site asked us to stay away
        task = asyncio.current_task()
        if task:
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        outcome = await look(
            source,
            self.reach,
            Pass(
                source=source.name,
                watchlist=self.watchlist,
                store=self._world.store,
                capturing=self._capturing,
                on_alert=_tell,
            ),
        )
        if outcome:
            log.info("read", source=source.name, posts=outcome.posts, alerts=outcome.alerts)

    async def _renew_watchlist(self) -> None:
        registers = await asyncio.to_thread(watchlists.registers, self._world.store)
        if registers != self._registers:
            self.watchlist = await asyncio.to_thread(self._world.watchlist)
            self._registers = registers
            gc.freeze()
            log.info("watchlist_renewed", entities=len(self.watchlist.entities))
