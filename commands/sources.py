"""`sources`: the watched places and their health."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.front import Front
from commands.output import Exit, UnusableError, put_json, put_line, put_table, say
from commands.settings import seconds
from commands.world import World, open_world
from crawler.collector import CollectorError, Skipped
from crawler.collectors import COLLECTORS, recognise
from crawler.job import WHAT_TO_DO, Source
from desk.web import SourceLine
from detectors.model import JsonValue, Post
from storage import sources
from storage.coverage import coverage_sentence
from storage.sources import AddedSource

group = typer.Typer(help="The watched places and their health.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="sources")


def source_lines(world: World) -> list[SourceLine]:
    """Every source with where it stands and what to do about it."""
    known = sources.statuses(world.store)
    return [_line(source, known.get(source.name) or sources.unknown_status(source.name)) for source in world.sources()]


def _line(source: Source, status: sources.SourceStatus) -> SourceLine:
    return SourceLine(
        name=source.name,
        kind=source.kind,
        enabled=source.enabled,
        what_to_do=WHAT_TO_DO[status.health.state] if source.enabled else "set enabled = true to watch it",
        status=status,
    )


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
        columns = ("source", "kind", "state", "reason", "what to do", "last read", "posts", "alerts")
        put_table(columns, [_as_row(line) for line in lines], empty="no sources: see `vigifuite sources add --help`")
        put_line(coverage_sentence(lines, datetime.now(UTC)))
    unread = [line for line in lines if line.enabled and line.status.health.state in _TROUBLE]
    return Exit.FOUND_WRONG if unread else Exit.DONE


_TROUBLE = frozenset(sources.HealthState) - {*sources.READ_STATES, sources.HealthState.WAITING}


def _as_row(line: SourceLine) -> tuple[object, ...]:
    status = line.status
    state = "paused" if status.paused else status.health.state.value if line.enabled else "not enabled"
    return (
        line.name,
        line.kind,
        state,
        status.health.reason,
        line.what_to_do,
        status.read_at or "never",
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
        "last_post_at": status.last_post_at,
        "posts": status.posts,
        "alerts": status.alerts,
        "skipped": status.skipped,
    }


@group.command("add")
def add(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="A Telegram Desktop export, its folder, or a posts JSONL file.")],
    name: Annotated[str | None, typer.Option(help="What to call it; the file's name otherwise.")] = None,
    interval: Annotated[str, typer.Option(help="How often to look: 90s, 5m, 2h, 1d.")] = "5m",
) -> None:
    """Watch another place; what kind it is, is recognised."""
    front: Front = context.obj
    world = open_world(front)
    kind = _recognised(target)
    try:
        every = seconds(interval)
    except ValueError as error:
        raise UnusableError(f"--interval {interval}: {error}") from None
    chosen = name or target.resolve().stem or target.resolve().name
    if any(source.name == chosen for source in world.sources()):
        raise UnusableError(f"a source named {chosen} exists already: choose another with --name")
    sources.add(world.store, AddedSource(name=chosen, kind=kind, target=str(target.resolve()), interval=every))
    put_json({"name": chosen, "kind": kind}) if front.json else put_line(f"added {chosen} ({kind}), every {interval}")


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
def test(context: typer.Context, target: str) -> int:
    """Look at a source or file without keeping anything: what kind it is and what would be taken in."""
    front: Front = context.obj
    path = _path_of(front, target)
    kind = _recognised(path)
    report = asyncio.run(_try(kind, path))
    if front.json:
        put_json(report)
    else:
        for key, value in report.items():
            put_line(f"{key}: {value}")
    return Exit.FOUND_WRONG if report["skipped"] or report["error"] else Exit.DONE


async def _try(kind: str, path: Path) -> dict[str, JsonValue]:
    posts, skipped, places, error = 0, 0, set(), None
    newest: datetime | None = None
    try:
        async for taken, _ in COLLECTORS[kind](path).collect({}):
            if isinstance(taken, Post):
                posts += 1
                places.add(taken.place)
                newest = max(filter(None, (newest, taken.posted_at)), default=None)
            elif isinstance(taken, Skipped):
                skipped += 1
                say(f"{taken.where}: {taken.why}")
    except CollectorError as failure:
        error = str(failure)
    found: list[JsonValue] = list(sorted(places)[:20])
    return {
        "kind": kind,
        "posts": posts,
        "skipped": skipped,
        "places": found,
        "newest": newest.isoformat() if newest else None,
        "error": error,
    }


def _path_of(front: Front, target: str) -> Path:
    """The file a name or path stands for; a file needs no configuration."""
    if Path(target).exists():
        return Path(target)
    return Path(_known(open_world(front), target).target)


def _known(world: World, name: str) -> Source:
    for source in world.sources():
        if source.name == name:
            return source
    raise UnusableError(f"no source or file named {name}: see `vigifuite sources list`")


def _recognised(path: Path) -> str:
    kind = recognise(path) if path.exists() else None
    if kind is None:
        what = "is neither a Telegram Desktop export nor a posts JSONL file" if path.exists() else "does not exist"
        raise UnusableError(f"{path} {what}: give an export's result.json, its folder, or a JSONL file")
    return kind
