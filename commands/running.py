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
from commands.mailing import postman
from commands.output import UnusableError, say
from commands.users import address, first_link
from commands.world import World, open_world
from crawler.collector import SourceUnavailable
from crawler.job import look
from crawler.pipeline import Pass
from crawler.source import Source
from desk.outgoing import beat
from desk.postman import Postman
from desk.web import LOOPBACK_HOSTS, DeskError, make_app, serve
from detectors.model import Reading
from detectors.watchlist import Watchlist
from storage import alerts, desk_sweeps, sources, watchlists
from storage.alerts import Kept
from storage.coverage import ALARM_AFTER, missed_cycles
from storage.errors import StoreError
from storage.sources import SourceStatus

log = structlog.get_logger()

_PLAN_SECONDS = 10  # how soon a source or watchlist changed by another command takes effect
_JITTER_SECONDS = 5
_APART_SECONDS = 0.3  # between the first looks at two sources
_MAIL_SECONDS = 15  # how soon something that is due is sent


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
    sender = postman(world) if world.settings.desk.mail.enabled else None
    lookout = Lookout(world, await asyncio.to_thread(world.watchlist), sender)
    # What stands now stays: the garbage collector would walk a whole watchlist, and everybody wait for it.
    gc.freeze()
    await asyncio.to_thread(desk_sweeps.end_interrupted, world.store, datetime.now(UTC))
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

    def __init__(self, world: World, watchlist: Watchlist, postman: Postman | None = None) -> None:
        self._world = world
        self._postman = postman
        self._cycle_began = datetime.now(UTC)
        self.watchlist = watchlist
        self._registers = watchlists.registers(world.store)
        self._capturing = world.capturing()
        self.reach = world.reach()
        self._planned: dict[str, Source] = {}
        self._hints: set[str] = set()  # sources with something new
        self._at_work: set[str] = set()  # sources being looked at
        self._alarmed: set[str] = set()  # sources whose missed looks were told
        self._looking: set[asyncio.Task[object]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Plan the sources now, and again every few seconds: other commands may change them meanwhile."""
        if self.reach.accounts:
            self.reach.accounts.is_live = True
            self.reach.accounts.on_hint = self._take_hint
        self._scheduler.add_job(
            self._plan, "interval", seconds=_PLAN_SECONDS, next_run_time=datetime.now(UTC), max_instances=1
        )
        if self._postman:
            self._scheduler.add_job(
                self._send_mail, "interval", seconds=_MAIL_SECONDS, next_run_time=datetime.now(UTC), max_instances=1
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
        await self._tell_cycle()

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

    async def _tell_cycle(self) -> None:
        """Touch the heartbeat once every planned source was looked at, however that went."""
        target = self._world.settings.desk.heartbeat.after_cycle
        if not target or not self._planned:
            return
        status = await asyncio.to_thread(sources.statuses, self._world.store)
        now = datetime.now(UTC)
        if not all(name in status and self._was_looked_at(status[name], now) for name in self._planned):
            return
        self._cycle_began = now
        if trouble := await beat(target):
            log.warning("no_heartbeat", after="cycle", reason=trouble)

    def _was_looked_at(self, status: SourceStatus, now: datetime) -> bool:
        """Since the cycle began; one whose site asked to be left alone is not waited for."""
        if status.health.until and status.health.until > now:
            return True
        return status.attempted_at is not None and status.attempted_at >= self._cycle_began

    async def _send_mail(self) -> None:
        """One round of the postman; what fails is told, and tried again."""
        task = asyncio.current_task()
        if task:
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        try:
            if self._postman:
                await self._postman.round()
        except Exception as error:
            # Its text may hold an address; a mail that is not sent must not stop the looks at sources.
            log.error("mail_failed", error=type(error).__name__)

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

    def _take_hint(self, name: str) -> None:
        """Somebody says that a source has something new: it is looked at now, or once more if that goes on already."""
        self._hints.add(name)
        if name not in self._at_work:
            self._look_at(name, datetime.now(UTC))

    def _look_at(self, name: str, moment: datetime) -> None:
        """Bring the next look at a source forward."""
        job = self._scheduler.get_job(name)
        if job and (job.next_run_time is None or job.next_run_time > moment):
            job.modify(next_run_time=moment)

    async def _look(self, source: Source) -> None:
        self._at_work.add(source.name)
        try:
            self._hints.add(source.name)
            while source.name in self._hints:
                self._hints.discard(source.name)
                await self._look_once(source)
        finally:
            self._at_work.discard(source.name)

    async def _look_once(self, source: Source) -> None:
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
            if isinstance(outcome.failure, SourceUnavailable) and outcome.failure.until:
                self._look_at(source.name, outcome.failure.until)  # a short rest should not cost a whole interval

    async def _renew_watchlist(self) -> None:
        registers = await asyncio.to_thread(watchlists.registers, self._world.store)
        if registers != self._registers:
            self.watchlist = await asyncio.to_thread(self._world.watchlist)
            self._registers = registers
            gc.freeze()
            log.info("watchlist_renewed", entities=len(self.watchlist.entities))
