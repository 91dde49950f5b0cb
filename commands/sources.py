"""`sources`: the watched places and their health."""

import asyncio
import os
import sys
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from commands import discovering
from commands.durations import seconds
from commands.front import Front
from commands.output import Exit, UnusableError, local, put_json, put_line, put_table, say
from commands.settings import checked_network, checked_proxy
from commands.world import World, open_world
from crawler.collector import AccountBusy, CollectorError, Noticed, Skipped, Taken
from crawler.collectors import FILES, collector_of
from crawler.collectors.telegram_preview import nothing_alerted
from crawler.job import WHAT_TO_DO, health_of
from crawler.pipeline import Outcome
from crawler.recognition import recognise
from crawler.source import Manners, Reach, Source
from crawler.targets import TargetError
from desk.services import SourceLine
from detectors.model import Post
from storage import sources, telegram
from storage.coverage import ALARM_AFTER, coverage_sentence, missed_cycles
from storage.sources import AddedSource, Health, HealthState

group = typer.Typer(help="The watched places and their health.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    discovering.add_to(group)
    app.add_typer(group, name="sources")


def source_lines(world: World) -> list[SourceLine]:
    """Every source with where it stands and what to do about it."""
    known = sources.statuses(world.store)
    return [_line(source, known.get(source.name) or sources.unknown_status(source.name)) for source in world.sources()]


def _line(source: Source, status: sources.SourceStatus) -> SourceLine:
    missed = missed_cycles(status, source.interval, datetime.now(UTC)) if source.enabled else 0
    return SourceLine(
        name=source.name,
        kind=source.kind,
        enabled=source.enabled,
        what_to_do=_what_to_do(source, status, missed),
        missed=missed,
        status=status,
        target=source.target,
        interval=source.interval,
        is_declared=source.declared,
    )


def _what_to_do(source: Source, status: sources.SourceStatus, missed: int) -> str:
    if not source.enabled:
        return "set enabled = true to watch it"
    if status.health.until and status.health.until > datetime.now(UTC):
        return "its site asked to be left alone until then: where that comes often, raise the interval of its sources"
    if missed >= ALARM_AFTER and status.health.state in (*sources.READ_STATES, HealthState.WAITING):
        return "see that the program runs, and that the pace leaves every source of its host a turn in time"
    return WHAT_TO_DO[status.health.state]


@group.command("list")
def list_sources(context: typer.Context) -> int:
    """Each source's health, and one sentence on all of them."""
    front: Front = context.obj
    world = open_world(front)
    lines = source_lines(world)
    if front.json:
        for line in lines:
            put_json(_as_json(line))
    else:
        columns = ("source", "kind", "state", "reason", "what to do", "last read", "missed", "posts", "alerts")
        put_table(columns, [_as_row(line) for line in lines], empty="no sources: see `vigifuite sources add --help`")
        put_line(coverage_sentence(lines, datetime.now(UTC)))
    return Exit.FOUND_WRONG if any(line.needs_a_hand for line in lines) else Exit.DONE


def _as_row(line: SourceLine) -> tuple[object, ...]:
    status = line.status
    until = f" until {local(status.health.until)}" if status.health.until else ""
    return (
        line.name,
        line.kind,
        line.state + until,
        status.health.reason,
        line.what_to_do,
        status.read_at or "never",
        line.missed or "",
        status.posts,
        status.alerts,
    )


def _as_json(line: SourceLine) -> dict[str, object]:
    status = line.status
    return {
        "name": line.name,
        "kind": line.kind,
        "enabled": line.enabled,
        "paused": status.paused,
        "state": status.health.state.value,
        "reason": status.health.reason,
        "until": status.health.until,
        "what_to_do": line.what_to_do,
        "attempted_at": status.attempted_at,
        "read_at": status.read_at,
        "missed_cycles": line.missed,
        "last_post_at": status.last_post_at,
        "posts": status.posts,
        "alerts": status.alerts,
        "skipped": status.skipped,
    }


Proxy = Annotated[str | None, typer.Option(help="The only way to it: socks5://host:port, for instance Tor.")]
Allow = Annotated[list[str] | None, typer.Option(help="An inner network it may be read from: 192.168.7.0/24.")]


@group.command("add")
def add(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="@channel, a t.me link, the address of a paste site, or a file.")],
    name: Annotated[str | None, typer.Option(help="What to call it; its own name otherwise.")] = None,
    interval: Annotated[str, typer.Option(help="How often to look: 90s, 5m, 2h, 1d.")] = "5m",
    proxy: Proxy = None,
    allow: Allow = None,
    account: Annotated[str | None, typer.Option(help="The Telegram account that reads it; as configured.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="A channel through its web preview.")] = False,
    comments: Annotated[bool, typer.Option("--comments", help="A channel's comments too.")] = False,
) -> int:
    """Watch another place; what kind it is, is recognised, and it is looked at once before it is added."""
    front: Front = context.obj
    added = add_source(
        open_world(front), target, name, interval, proxy, allow, account=account, preview=preview, comments=comments
    )
    if front.json:
        put_json({"name": added.name, "kind": added.kind, "target": added.target})
    else:
        put_line(f"added {added.name} ({added.kind}, {added.target}), every {interval}")
    return Exit.DONE


def add_source(
    world: World,
    target: str,
    name: str | None,
    interval: str,
    proxy: str | None = None,
    allow: list[str] | None = None,
    *,
    account: str | None = None,
    preview: bool = False,
    comments: bool = False,
) -> AddedSource:
    """Recognise a target, look at it once, and keep it as a source; UnusableError where it cannot be read."""
    try:
        every = seconds(interval)
    except ValueError as error:
        raise UnusableError(f"--interval {interval}: {error}") from None
    way = replace(_way(proxy, allow, every), account=account, comments=comments)
    way = replace(way, kind="telegram") if preview else way
    _expect_free(world, name)
    _expect_account(world, account)
    if preview or not world.settings.accounts():
        _expect_proxy(world, target, proxy)
    source, report = asyncio.run(_looked_at(target, way, world.reach(), most=1))
    if source is not None and report.is_busy:
        say(f"{report.error}: added without a look; the lookout that runs begins within seconds")
    elif source is None or report.error:
        hint = "; if that network is yours, give --allow" if "address: refused" in str(report.error) else ""
        raise UnusableError(f"{report.error}: nothing was added{hint}")
    chosen = name or source.name
    _expect_free(world, chosen)
    if (account or comments) and source.kind != "telegram-account":
        raise UnusableError(f"{target} is no channel read through an account: leave out --account and --comments")
    added = AddedSource(
        name=chosen,
        kind=source.kind,
        target=source.target,
        interval=every,
        proxy=proxy,
        allow=way.allow,
        comments=comments,
    )
    sources.add(world.store, added)
    if account:
        telegram.give_to(world.store, chosen, account)
    return added


def look_at(world: World, target: str) -> "tuple[Source | None, Report]":
    """A look at a source or target without keeping anything."""
    known = next((source for source in world.sources() if source.name == target), None)
    way = known or replace(_known_way(world, target), kind="")
    return asyncio.run(_looked_at(target, way, world.reach(), known=known))


def _expect_free(world: World, name: str | None) -> None:
    if any(known.name == name for known in world.sources()):
        raise UnusableError(f"a source named {name} exists already: choose another with --name")


def _expect_account(world: World, account: str | None) -> None:
    if account and account not in [each.name for each in world.settings.accounts()]:
        raise UnusableError(f"no account named {account}: declare it as [[crawler.accounts]] in the configuration")


def _known_way(world: World, target: str) -> Source:
    """The way of a configured source of the same host."""
    try:
        return world.way_to(target)
    except TargetError as error:
        raise UnusableError(f"{error}, or a source's name: see `vigifuite sources list`") from None


def _expect_proxy(world: World, target: str, proxy: str | None) -> None:
    known = _known_way(world, target)
    if known.proxy and not proxy:
        raise UnusableError(f"source {known.name} of the same host is read through a proxy: give --proxy for this one")


def _way(proxy: str | None, allow: list[str] | None, interval: int = 0) -> Source:
    """A source that says only how to get there."""
    try:
        networks = tuple(checked_network(network) for network in allow or ())
        if proxy is not None and "@" in checked_proxy(proxy):
            raise ValueError("a proxy with a password belongs into the configuration, where the file is yours alone")
    except ValueError as error:
        raise UnusableError(str(error)) from None
    # Whoever gives a way through the web wants to go it.
    kind = "telegram" if proxy or networks else ""
    return Source(name="", kind=kind, target="", interval=interval, declared=False, proxy=proxy, allow=networks)


@group.command("pause")
def pause(context: typer.Context, name: str) -> None:
    """Stop looking at a source for now."""
    _set_paused(context, name, paused=True)


@group.command("resume")
def resume(context: typer.Context, name: str) -> None:
    """Look at a paused source again."""
    _set_paused(context, name, paused=False)


def _set_paused(context: typer.Context, name: str, *, paused: bool) -> None:
    front: Front = context.obj
    world = open_world(front)
    _known(world, name)
    sources.set_paused(world.store, name, paused)
    word = "paused" if paused else "resumed"
    put_json({"name": name, "paused": paused}) if front.json else put_line(f"{word} {name}")


@group.command("remove")
def remove(context: typer.Context, name: str) -> None:
    """Forget a source added by command; its alerts stay."""
    front: Front = context.obj
    world = open_world(front)
    if any(source.name == name and source.declared for source in world.settings.declared_sources()):
        raise UnusableError(f"source {name} is declared in {front.config}: remove or disable it there")
    if not sources.remove(world.store, name):
        raise UnusableError(f"no source named {name}: see `vigifuite sources list`")
    put_json({"name": name, "removed": True}) if front.json else put_line(f"removed {name}")


@group.command("test")
def try_source(context: typer.Context, target: str, proxy: Proxy = None, allow: Allow = None) -> int:
    """Look at a source or target without keeping anything: what it is, how it is, what would be taken in."""
    front: Front = context.obj
    way = _way(proxy, allow)
    if os.path.exists(target):
        # A file needs no configuration.
        source, report = asyncio.run(_looked_at(target, way, Reach(Manners(), nothing_alerted)))
    else:
        world = open_world(front)
        known = next((source for source in world.sources() if source.name == target), None)
        if not known and not (proxy or allow):
            way = replace(_known_way(world, target), kind="")
        source, report = asyncio.run(_looked_at(target, way, world.reach(), known=known))
    _put_report(front, source, report)
    return Exit.FOUND_WRONG if report.skipped or report.error else Exit.DONE


MOST_TRIED = 60  # posts of a live source; a file is read to its end


@dataclass(slots=True)
class Report:
    """What a look at a target came to."""

    posts: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    newest: datetime | None = None
    error: str | None = None
    is_busy: bool = False  # another process reads through its account
    health: Health = field(default_factory=lambda: Health(state=HealthState.UNREACHABLE))


async def _looked_at(
    target: str, way: Source, reach: Reach, *, known: Source | None = None, most: int | None = None
) -> tuple[Source | None, Report]:
    """What a target is, unless that is known, and what a look at so many of its posts gives; nothing is kept."""
    outcome, report = Outcome(), Report()
    source = known
    async with aclosing(reach):
        try:
            source = source or await recognise(target, way, reach)
            most = most or (MOST_TRIED if source.kind not in FILES else sys.maxsize)
            async with aclosing(collector_of(source, reach).collect({})) as items:
                async for taken, _ in items:
                    if isinstance(taken, Noticed):
                        outcome.noticed.append(taken)
                    _count(report, taken)
                    if report.posts >= most:
                        break
        except TargetError as error:
            raise UnusableError(f"{error}, or a source's name: see `vigifuite sources list`") from None
        except CollectorError as failure:
            outcome.failure, report.error = failure, str(failure)
            report.is_busy = isinstance(failure, AccountBusy)
    outcome.posts, outcome.skipped = report.posts, report.skipped
    report.health = health_of(outcome)
    return source, report


def _count(report: Report, taken: Taken) -> None:
    if isinstance(taken, Post):
        report.posts += 1
        report.places.add(taken.place)
        report.newest = max(filter(None, (report.newest, taken.posted_at)), default=None)
    elif isinstance(taken, Skipped):
        report.skipped.append(taken)


def _put_report(front: Front, source: Source | None, report: Report) -> None:
    for skipped in report.skipped:
        say(f"{skipped.where}: {skipped.why}")
    form: dict[str, object] = {
        "kind": source.kind if source else None,
        "target": source.target if source else None,
        "state": report.health.state.value,
        "posts": report.posts,
        "skipped": len(report.skipped),
        "places": sorted(report.places)[:20],
        "newest": report.newest,
        "error": report.error,
        "until": report.health.until,
        "what_to_do": WHAT_TO_DO[report.health.state],
    }
    if front.json:
        put_json(form)
        return
    for key, value in form.items():
        if value not in (None, "", []):
            shown = (
                ", ".join(value) if isinstance(value, list) else local(value) if isinstance(value, datetime) else value
            )
            put_line(f"{key.replace('_', ' ')}: {shown}")


def _known(world: World, name: str) -> Source:
    for source in world.sources():
        if source.name == name:
            return source
    raise UnusableError(f"no source named {name}: see `vigifuite sources list`")
