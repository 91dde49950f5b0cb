"""`init`: a new installation, or the upgrade of one."""

from pathlib import Path

import typer

from commands.front import Front
from commands.output import UnusableError, put_json, put_line
from commands.users import first_link
from commands.world import World, open_world
from storage.seal import make_keys

EXAMPLE = Path(__file__).resolve().parent.parent / "config.example.toml"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(context: typer.Context) -> None:
    """Write config.toml, create or upgrade the store, create the evidence key pair."""
    front: Front = context.obj
    told = [*_write_config(front.config)]
    world = open_world(front, create=True)
    told.append(f"the store is ready: {world.store.folder}")
    told += _make_keys(world)
    if link := first_link(world):
        told.append(
            f"make the desk's first account with this link, which works once, while `vigifuite run` is up: {link}"
        )
    told.append("next: `vigifuite run`, then open the address it prints")
    if front.json:
        put_json({"config": str(front.config), "store": str(world.store.folder), "told": told})
    for line in () if front.json else told:
        put_line(line)


def _write_config(path: Path) -> list[str]:
    if path.exists():
        return [f"{path} stands already: left as it is"]
    try:
        text = EXAMPLE.read_text(encoding="utf-8")
        folder = path.resolve().parent
        if folder != EXAMPLE.parent:  # the example's files lie beside the program, not beside this configuration
            text = text.replace('"examples', f'"{EXAMPLE.parent}/examples')
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnusableError(f"cannot write {path}: {error.strerror}") from None
    return [f"wrote {path}: it explains every setting"]


def _make_keys(world: World) -> list[str]:
    store = world.store
    if store.public_keys.exists():
        return [f"the evidence keys stand already: {store.public_keys}"]
    _, private = make_keys(store.public_keys.parent)
    return [
        f"made the evidence key pair: captures are sealed to {store.public_keys}",
        f"MOVE THE PRIVATE KEY {private} off this machine: it alone opens captures, and the lookout never needs it",
    ]
