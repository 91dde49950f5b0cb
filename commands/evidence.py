"""`evidence`: prove that nothing was changed; open a sealed capture with the analysts' private key."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.front import Front
from commands.output import Exit, UnusableError, put_json, put_line, say
from commands.world import open_world
from storage import alerts, evidence
from storage.seal import open_sealed

group = typer.Typer(help="Sealed captures and the log that vouches for them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="evidence")


@group.command("verify")
def verify(
    context: typer.Context,
    number: Annotated[str | None, typer.Argument(metavar="[ID]", help="One alert's captures; all otherwise.")] = None,
) -> int:
    """Read the log from its first line and check every sealed file against it."""
    front: Front = context.obj
    store = open_world(front).store
    if number and alerts.find_alert(store, number) is None:
        raise UnusableError(f"no alert {number}: see `vigifuite alerts list`")
    with store.reading() as session:
        found = evidence.verify(session, store.captures, number.upper() if number else None)
    if front.json:
        faults = [{"line": fault.line, "what": fault.what} for fault in found.faults]
        put_json({"lines": found.lines, "sealed_files": found.sealed_files, "head": found.head, "faults": faults})
    else:
        for fault in found.faults:
            put_line(f"line {fault.line}: {fault.what}")
        word = f"{len(found.faults)} faults" if found.faults else "all good"
        put_line(f"{found.lines} log lines, {found.sealed_files} sealed files checked: {word}; head {found.head}")
    return Exit.FOUND_WRONG if found.faults else Exit.DONE


@group.command("open")
def open_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A sealed file (….age).")],
    identity: Annotated[Path, typer.Option(help="The analysts' private key.")],
) -> int:
    """Decrypt a sealed capture to stdout, and say whether it is the one the log vouches for."""
    front: Front = context.obj
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UnusableError(f"cannot read {file}: {error.strerror}") from None
    opened = open_sealed(data, identity)
    capture = json.loads(opened.capture)
    put_json(capture) if front.json else sys.stdout.write(json.dumps(capture, ensure_ascii=False, indent=2) + "\n")
    if not front.config.exists():
        # An analyst's own machine holds keys and captures, and need not hold the log.
        say("no configuration here, so the log was not asked about this capture")
        return Exit.DONE
    store = open_world(front).store
    with store.reading() as session:
        vouched = evidence.matches_line(session, file.stem, opened)
    say("the log vouches for this capture" if vouched else "the log does NOT vouch for this capture")
    return Exit.DONE if vouched else Exit.FOUND_WRONG
