"""`sketches`: which extracts will be known again, and forgetting one."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from commands.front import Front
from commands.output import UnusableError, local, put_json, put_line, put_table
from commands.world import open_world
from storage.sketches import KEPT_FOR, KeptSketch, forget, sketches_kept

group = typer.Typer(help="Extracts that will be known again.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="sketches")


@group.command("list")
def list_sketches(context: typer.Context) -> None:
    """Files remembered by `profile --remember`, and the rows that alerts show."""
    front: Front = context.obj
    kept = sketches_kept(open_world(front).store, datetime.now(UTC))
    if front.json:
        for each in kept:
            put_json(_json(each))
        return
    rows = [
        (each.sample.name, _of(each), f"{each.sample.rows:,}", local(each.kept_at), local(each.kept_at + KEPT_FOR))
        for each in kept
    ]
    put_table(("name", "of", "rows", "kept", "until"), rows, empty="no extract is remembered")


@group.command("forget")
def forget_sketches(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="As `sketches list` gives it.")],
) -> None:
    """Forget extracts: they are met again as new ones. Alerts stay."""
    front: Front = context.obj
    store = open_world(front).store
    for name in names:
        if not forget(store, name):
            raise UnusableError(f"no sketch of {name}: see `vigifuite sketches list`")
        put_json({"forgotten": name}) if front.json else put_line(f"{name} is forgotten")


def _of(kept: KeptSketch) -> str:
    return "alert" if kept.of_alert else "file"


def _json(kept: KeptSketch) -> dict[str, object]:
    sample = kept.sample
    return {
        "name": sample.name,
        "of": _of(kept),
        "rows": sample.rows,
        "people": sample.people,
        "made_of": [sketch.made_of for sketch in sample.sketches],
        "kept_at": kept.kept_at.isoformat(),
        "until": (kept.kept_at + KEPT_FOR).isoformat(),
    }
