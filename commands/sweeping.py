"""`sweep`: one pass over a target now, moving no bookmark, repeatable without doubles."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.front import Front
from commands.journeys import Journey, Wanted
from commands.moments import moment
from commands.output import Exit, UnusableError, put_json, put_table, say, stderr
from commands.world import World, open_world
from crawler.collector import CollectorError, SourceUnavailable
from crawler.pipeline import Outcome, Pass, crawl
from crawler.recognition import recognise
from crawler.source import Reach, Source
from crawler.targets import TargetError
from detectors.model import Reading
from detectors.normalisation import fold
from detectors.public_form import findings_json
from detectors.redaction import redact_string
from storage import alerts
from storage.alerts import Kept
from storage.errors import SourceBusyError

_MOST_TOLD = 20  # skipped items told one by one

Row = tuple[object, ...]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sweep)


def sweep(
    context: typer.Context,
    target: Annotated[
        str | None, typer.Argument(help="A source's name, @channel, a t.me link, a paste site or paste, or a file.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every enabled source.")] = False,
    since: Annotated[str | None, typer.Option(help="Only posts since: 2021-02-01, or 7d, 12h.")] = None,
    until: Annotated[str | None, typer.Option(help="Only posts before.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many posts.")] = None,
    search: Annotated[str | None, typer.Option(help="Only posts with these words.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge, keep nothing.")] = False,
    account: Annotated[str | None, typer.Option(help="The Telegram account to read a channel through.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="A channel through its web preview.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="From the beginning, not where it stopped.")] = False,
) -> int:
    """One pass over a target now."""
    front: Front = context.obj
    if every == (target is not None):
        raise UnusableError("name one target, or give --all")
    now = datetime.now(UTC)
    wanted = Wanted(
        since=moment(since, now),
        until=moment(until, now),
        search=search or "",
        words=fold(search or "").folded.split(),
        restart=restart,
    )
    world = open_world(front)
    way = Way(account=account, kind="telegram" if preview else "")
    if account and account not in [each.name for each in world.settings.accounts()]:
        raise UnusableError(f"no account named {account}: declare it as [[crawler.accounts]] in the configuration")
    try:
        enabled = [source for source in world.sources() if source.enabled]
        swept = enabled if every else [_target(world, str(target), way)]
        return _sweep_all(front, world, swept, wanted, limit, dry_run)
    except CollectorError as error:
        say(f"{error}; nothing was swept")
        return Exit.FOUND_WRONG
    finally:
        world.store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a channel is read, where the operator says."""

    account: str | None = None
    kind: str = ""  # telegram: through its web preview


def _sweep_all(
    front: Front, world: World, swept: list[Source], wanted: Wanted, limit: int | None, dry_run: bool
) -> int:
    watchlist, capturing = world.watchlist(), world.capturing()
    alerts.remove_orphans(world.store, datetime.now(UTC))
    code = Exit.DONE
    for source in swept:
        rows: list[Row] = []
        journey = Journey.of(source, wanted, world, is_kept=not (dry_run or limit))
        with _progress(source.name, journey) as on_progress:
            this = Pass(
                source=source.name,
                watchlist=watchlist,
                store=world.store,
                capturing=capturing,
                moves_bookmark=False,
                dry_run=dry_run,
                wanted=journey.wanted,
                limit=limit,
                on_alert=_put_json_now if front.json else _collect(rows),
                on_progress=on_progress,
                on_reached=journey.reach,
            )
            outcome = asyncio.run(_sweep(source, world, this, journey))
        journey.end(outcome)
        _report(front, source, outcome, rows)
        if outcome.failure or outcome.skipped:
            code = Exit.FOUND_WRONG
    return code


def _collect(rows: list[Row]) -> Callable[[Reading, Kept | None], None]:
    """Keeps a row of the table for each alert: readings would fill the memory."""
    return lambda reading, kept: rows.append(_row(reading, kept))


async def _sweep(source: Source, world: World, this: Pass, journey: "Journey") -> Outcome:
    try:
        with this.store.holding(source.name):
            async with aclosing(world.reach()) as reach:
                return await crawl(journey.collector(reach), journey.bookmark, this)
    except CollectorError as failure:  # nobody can read it as things are configured
        return Outcome(failure=failure)
    except SourceBusyError as busy:
        return Outcome(failure=SourceUnavailable(f"{busy}: try again when it is done"))


def _target(world: World, target: str, way: Way) -> Source:
    """A configured source by its name, else what the target itself is."""
    known = next((source for source in world.sources() if source.name == target), None)
    return known or asyncio.run(_recognised_alone(world, target, way))


async def _recognised_alone(world: World, target: str, way: Way) -> Source:
    async with aclosing(world.reach()) as reach:
        return await recognised(world, target, way, reach)


async def recognised(world: World, target: str, way: Way, reach: Reach) -> Source:
    """What a target is; UnusableError where it is nothing that can be read."""
    try:
        known = world.way_to(target)
        source = await recognise(target, replace(known, account=way.account, kind=way.kind), reach)
    except TargetError as error:
        raise UnusableError(f"{error}, or a source's name: see `vigifuite sources list`") from None
    return replace(source, name=f"sweep:{redact_string(source.name)}")


@contextmanager
def _progress(name: str, journey: Journey) -> Iterator[Callable[[Outcome], None]]:
    """A moving line on a terminal, nothing elsewhere."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as progress:
        task = progress.add_task(name, total=None)

        def show(outcome: Outcome) -> None:
            so_far = f"{outcome.posts:,} posts, {outcome.alerts} alerts"
            progress.update(task, description=f"{name}: {'; '.join(filter(None, [so_far, journey.said]))}")

        yield show


def _put_json_now(reading: Reading, kept: Kept | None) -> None:
    put_json({**findings_json(reading), "alert_id": kept.number if kept else None, "place": reading.place})


def _report(front: Front, source: Source, outcome: Outcome, rows: list[Row]) -> None:
    for skipped in outcome.skipped[:_MOST_TOLD]:
        say(f"{source.name}: {skipped.where}: {skipped.why}; skipped")
    if len(outcome.skipped) > _MOST_TOLD:
        say(f"{source.name}: {len(outcome.skipped) - _MOST_TOLD} more items skipped")
    if outcome.failure:
        say(f"{source.name}: {outcome.failure}")
    if front.json:
        put_json(_summary(source, outcome))
        return
    columns = ("alert", "severity", "posted", "who", "what", "reasons")
    put_table(columns, rows, empty="no new alerts")
    say(
        f"{source.name}: {outcome.posts:,} posts read, {outcome.alerts} new alerts, {outcome.revisions} revisions, "
        f"{outcome.known} known already, {len(outcome.skipped)} skipped"
    )


def _summary(source: Source, outcome: Outcome) -> dict[str, object]:
    return {
        "source": source.name,
        "posts": outcome.posts,
        "new_alerts": outcome.alerts,
        "revisions": outcome.revisions,
        "known": outcome.known,
        "skipped": [{"where": skipped.where, "why": skipped.why} for skipped in outcome.skipped],
        "failure": str(outcome.failure) if outcome.failure else None,
    }


def _row(reading: Reading, kept: Kept | None) -> Row:
    return (
        kept.number if kept else "(dry run)",
        reading.severity.label if reading.severity else "—",
        reading.posted_at,
        ", ".join(dict.fromkeys(mention.name for mention in reading.mentions)) or "French patients",
        reading.claim.act.value if reading.claim else "data shown",
        "; ".join(reading.reasons),
    )
