"""`watchlist`: whom posts are matched against."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from commands import suppressions
from commands.front import Front
from commands.memory import collector_paused
from commands.output import Exit, UnusableError, put_json, put_line, put_table, say
from commands.world import World, open_world
from detectors.claims import find_claim
from detectors.explaining import Explanation, explain
from detectors.model import Entity
from detectors.normalisation import fold
from detectors.redaction import redact_string
from detectors.registers import Diff, RegisterError, read_register
from detectors.watchlist import compile_watchlist
from storage import watchlists

group = typer.Typer(help="Whom posts are matched against.", no_args_is_help=True)
group.add_typer(suppressions.group, name="suppress")

_MOST_SHOWN = 10  # ids of each kind of change, for a person
_FINESS = "finess:"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="watchlist")


@group.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A watchlist CSV, or the FINESS register in any official layout.")],
    format: Annotated[Literal["auto", "csv", "finess"], typer.Option(help="Recognised by default.")] = "auto",  # noqa: A002
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, change nothing.")] = False,
) -> int:
    """Replace what this file gave before by what it gives now; all of it or nothing."""
    front: Front = context.obj
    world = open_world(front)
    left_out: list[RegisterError] = []
    started = time.monotonic()
    with collector_paused():
        entities = _read(file, format, left_out)
        name = "finess" if all(entity.id.startswith(_FINESS) for entity in entities) else str(redact_string(file.stem))
        diff = watchlists.difference(world.store, name, entities)
        if not dry_run and (diff.added or diff.changed or diff.removed):
            watchlists.replace(world.store, name, entities)
    for error in left_out[:_MOST_SHOWN]:
        say(f"{file}: {error}; left out")
    _report(front, name, entities, diff, dry_run)
    say(f"{len(entities):,} entities in {time.monotonic() - started:.1f} s")
    return Exit.FOUND_WRONG if left_out else Exit.DONE


def _read(file: Path, file_format: Literal["auto", "csv", "finess"], left_out: list[RegisterError]) -> list[Entity]:
    try:
        with file.open("rb") as opened:
            entities = list(read_register(opened, file_format, left_out.append))
    except RegisterError as error:
        raise UnusableError(f"{file}: {error}; nothing was changed") from None
    except OSError as error:
        raise UnusableError(f"cannot read {file}: {error.strerror}") from None
    if not entities:
        raise UnusableError(f"{file} holds no entity; nothing was changed")
    return entities


def _report(front: Front, name: str, entities: Sequence[Entity], diff: Diff, dry_run: bool) -> None:
    counts = {"added": len(diff.added), "changed": len(diff.changed), "removed": len(diff.removed)}
    if front.json:
        ids = {"added": list(diff.added), "changed": {k: list(v) for k, v in diff.changed.items()}}
        put_json({"register": name, "dry_run": dry_run, **ids, "removed": list(diff.removed), "counts": counts})
        return
    names = {entity.id: entity.name for entity in entities}
    _put_ids("+", (f"{each} {names[each]}" for each in diff.added), counts["added"])
    _put_ids("~", (f"{each} {names[each]}: {', '.join(f)}" for each, f in diff.changed.items()), counts["changed"])
    _put_ids("-", diff.removed, counts["removed"])
    verb = "would be" if dry_run else "were"
    put_line(
        f"register {name}: {counts['added']:,} {verb} added, {counts['changed']:,} changed, "
        f"{counts['removed']:,} removed; it has {len(entities):,} entities"
    )


def _put_ids(sign: str, lines: Iterable[str], count: int) -> None:
    for _, line in zip(range(_MOST_SHOWN), lines, strict=False):
        put_line(f"{sign} {line}")
    if count > _MOST_SHOWN:
        put_line(f"{sign} … and {count - _MOST_SHOWN:,} more")


@group.command("list")
def list_entities(
    context: typer.Context, words: Annotated[str, typer.Argument(help="Part of a name or id.")] = ""
) -> None:
    """The watched organisations."""
    front: Front = context.obj
    asked = fold(words).folded
    chosen = [entity for entity in open_world(front).entities() if asked in fold(f"{entity.name} {entity.id}").folded]
    if front.json:
        for entity in chosen:
            put_json(asdict(entity))
        return
    rows = ((entity.id, entity.kind.value, entity.name, entity.city) for entity in chosen)
    put_table(("id", "kind", "name", "city"), rows, empty="no such entity")
    say(f"{len(chosen):,} entities")


@group.command("show")
def show(context: typer.Context, entity_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Everything known of one organisation."""
    front: Front = context.obj
    entity = _find(open_world(front), entity_id)
    if front.json:
        put_json(asdict(entity))
        return
    for key, value in asdict(entity).items():
        if value:
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            put_line(f"{key}: {shown}")


def _find(world: World, entity_id: str) -> Entity:
    # Compiled rather than listed: an entity of several registers is one.
    for entity in compile_watchlist(each for each in world.entities() if each.id == entity_id).entities:
        return entity
    raise UnusableError(f"no entity {entity_id}: see `vigifuite watchlist list`")


@group.command("test")
def test(context: typer.Context, text: Annotated[str, typer.Argument(help="What a post might say.")]) -> int:
    """What would match in a text, and why."""
    front: Front = context.obj
    folded = fold(text)
    world = open_world(front)
    watchlist = world.watchlist()
    mentions = watchlist.mentions(folded)
    why = explain(watchlist, folded)
    rules = suppressions.silenced(world, folded, watchlist.sightings_of([folded])[0])
    claim = find_claim(folded).claim
    if front.json:
        put_json(
            {
                "folded": folded.folded,
                "mentions": [asdict(mention) for mention in mentions],
                "suppressed": rules,
                "words": [asdict(word) for word in why.words],
                "names": [asdict(name) for name in why.names],
            }
        )
    else:
        put_line(f"read as: {folded.folded}")
        rows = (
            (each.name, each.entity_id, each.surface, f"{each.confidence:.2f}", each.disguise, len(each.candidates))
            for each in mentions
        )
        columns = ("name", "id", "written", "confidence", "disguise", "candidates")
        put_table(columns, rows, empty="no watched organisation is named")
        for each in rules:
            put_line(suppressions.silenced_line(each))
        _put_why(why)
        put_line(f"claim: {claim.act.value if claim else 'none'}")
    return Exit.DONE


def _put_why(why: Explanation) -> None:
    """Which words were read, which names they led to, and what became of each."""
    words = ((each.written, each.word, f"{each.confidence:.2f}") for each in why.words)
    put_table(("written", "read as", "confidence"), words, empty="no word of any watched name was read")
    names = (
        (
            "counts" if each.counts else "does not",
            each.name,
            f"{each.bearers:,}",
            ", ".join(f"{word.written} = {word.word}" for word in each.found),
            ", ".join(each.missing),
            f"{each.coverage:.2f}",
            f"{each.score:.1f}",
            f"{each.confidence:.2f}",
            each.verdict,
        )
        for each in why.names
    )
    columns = ("", "name", "bearers", "found", "missing", "coverage", "score", "confidence", "why")
    put_table(columns, names, empty="no name was worth judging")
