"""`sources suggest` and `sources import`: channels worth a look. Nothing is watched that nobody asked for."""

import asyncio
from contextlib import aclosing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from commands.durations import seconds
from commands.front import Front
from commands.output import Exit, UnusableError, put_json, put_line, put_table, say
from commands.world import World, open_world
from crawler.channel_lists import ChannelListError, Listed, read_channel_list
from crawler.collector import CollectorError, SourceChanged, SourceGone
from crawler.collectors import CHANNELS, collector_of
from crawler.recognition import recognise
from crawler.source import Reach, Source
from crawler.targets import read_channel
from storage import sources, suggestions
from storage.sources import AddedSource

_SHOWN = 50


def add_to(group: typer.Typer) -> None:
    """Add the commands to `sources`."""
    group.command("suggest")(suggest)
    group.command("import")(import_list)


def suggest(context: typer.Context) -> int:
    """Channels that watched ones forward from, link to or name as their successor; `sources add` watches one."""
    front: Front = context.obj
    world = open_world(front)
    found = suggestions.suggestions(world.store, _watched(world))
    if front.json:
        for each in found:
            put_json({**asdict(each), "add": f"@{each.name}" if each.name else None})
        return Exit.DONE
    rows = [
        (
            f"@{each.name}" if each.name else each.target,
            each.matched,
            each.posts,
            ", ".join(each.why),
            ", ".join(each.via[:3]),
        )
        for each in found[:_SHOWN]
    ]
    columns = ("channel", "matched", "posts", "why", "pointed to by")
    put_table(columns, rows, empty="no suggestions yet: they come from what watched channels forward and link to")
    if found:
        put_line("`vigifuite sources add @channel` watches one; one without a name can only be read by who knows it.")
    return Exit.DONE


def import_list(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or a Markdown table with t.me links or @names.")],
    interval: Annotated[str, typer.Option(help="How often to look: 90s, 5m, 2h, 1d.")] = "15m",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added, add nothing.")] = False,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Do not look whether each is there.")] = False,
) -> int:
    """Watch the channels of a list; dead entries are reported and not added."""
    front: Front = context.obj
    world = open_world(front)
    try:
        every, listed = seconds(interval), read_channel_list(file)
    except (ChannelListError, ValueError) as error:
        raise UnusableError(str(error)) from None
    watched = _watched(world)
    new = [each for each in listed if each.name not in watched]
    living = [each for each in new if not each.is_dead]
    dead = [(each, f"{file.name} says so") for each in new if each.is_dead]
    if not unchecked:
        gone = asyncio.run(_gone(world, living))
        dead += [(each, gone[each.name]) for each in living if each.name in gone]
        living = [each for each in living if each.name not in gone]
    taken = {source.name for source in world.sources()}
    for each in living:
        if not dry_run and each.name not in taken:
            kind = "telegram-account" if _is_for_account(world, each.name) else "telegram"
            sources.add(world.store, AddedSource(name=each.name, kind=kind, target=f"@{each.name}", interval=every))
    _report(front, [each for each in listed if each.name in watched], living, dead, dry_run)
    return Exit.FOUND_WRONG if dead else Exit.DONE


def _report(
    front: Front, known: list[Listed], added: list[Listed], dead: list[tuple[Listed, str]], dry_run: bool
) -> None:
    for each, why in dead:
        say(f"line {each.line}: @{each.name} is dead: {why}")
    if front.json:
        put_json(
            {
                "added": [each.name for each in added],
                "known": [each.name for each in known],
                "dead": [{"name": each.name, "line": each.line, "why": why} for each, why in dead],
                "dry_run": dry_run,
            }
        )
    else:
        verb = "would be added" if dry_run else "added"
        put_line(f"{len(added)} channels {verb}, {len(known)} watched already, {len(dead)} dead")


def _watched(world: World) -> set[str]:
    return {read_channel(source.target).name.lower() for source in world.sources() if source.kind in CHANNELS}


def _is_for_account(world: World, name: str) -> bool:
    return any(account.reads(name) for account in world.settings.accounts())


async def _gone(world: World, listed: list[Listed]) -> dict[str, str]:
    """Which of them nobody is behind, by Telegram's public pages: names are dear to ask for through an account."""
    gone: dict[str, str] = {}
    async with aclosing(world.reach()) as reach:
        for each in listed:
            if why := await _why_gone(world, reach, each):
                gone[each.name] = why
    return gone


async def _why_gone(world: World, reach: Reach, listed: Listed) -> str | None:
    way: Source = replace(world.way_to(f"@{listed.name}"), kind="telegram")
    source = await recognise(f"@{listed.name}", way, reach)
    try:
        async with aclosing(collector_of(source, reach).collect({})) as found:
            async for _ in found:
                return None
    except (SourceGone, SourceChanged) as error:
        return str(error)
    except CollectorError:
        return None  # there, but not to be seen here; or not to be told from here
    return None
