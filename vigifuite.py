"""The front door: the command line. It finds the command, and turns every error into one line and an exit code."""

import gc
import importlib
import resource
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from commands import logs
from commands.front import Front
from commands.output import Exit, UnusableError, say
from storage.errors import StoreError

# Which module holds a command. Only the one asked for is imported: `scan` starts without the database.
COMMANDS = {
    "init": "commands.installing",
    "run": "commands.running",
    "sweep": "commands.sweeping",
    "scan": "commands.scanning",
    "profile": "commands.profiling",
    "sketches": "commands.sketches",
    "watchlist": "commands.watchlists",
    "sources": "commands.sources",
    "telegram": "commands.telegram",
    "alerts": "commands.alerts",
    "digest": "commands.digest",
    "evidence": "commands.evidence",
    "user": "commands.users",
    "doctor": "commands.doctor",
}


def main() -> None:
    """Run the command of the command line and leave with its exit code."""
    # A core dump would hold raw posts.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logs.set_up()
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run one command line; the exit code is the contract's."""
    try:
        app = command_line(arguments)
        code = app(args=global_options_first(arguments), standalone_mode=False, prog_name="vigifuite")
        return int(code or Exit.DONE)
    except KeyboardInterrupt:
        say("interrupted: what was taken in is kept")
        return Exit.INTERRUPTED
    except (UnusableError, StoreError) as error:
        say(f"vigifuite: {error}")
    except TyperException as error:
        say(f"vigifuite: {error.format_message()}; see `vigifuite --help`")
    except BrokenPipeError:
        # The reader of our output has gone (`… | head`): nothing is wrong, and nothing more to say.
        sys.stdout = None
        return Exit.DONE
    except Exception as error:  # the text of an unforeseen error may quote a post: only its kind and place are told
        at = logs.frames(error.__traceback__)
        say(f"vigifuite: a fault of the program: {type(error).__name__} at {' '.join(at[-3:])}; please report it")
    return Exit.UNUSABLE


def command_line(arguments: list[str]) -> typer.Typer:
    """The commands, with only the modules imported that these arguments need."""
    app = typer.Typer(
        help="Sees leaked French health data offered or released in public channels.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # they can show local variables: raw posts among them
        rich_markup_mode=None,
    )
    app.callback()(_options)
    asked = next((argument for argument in arguments if argument in COMMANDS), None)
    was_enabled = gc.isenabled()
    gc.disable()  # what is imported stays: the collector would walk it again and again
    try:
        for module in dict.fromkeys([COMMANDS[asked]] if asked else COMMANDS.values()):
            importlib.import_module(module).register(app)
    finally:
        if was_enabled:
            gc.enable()
    return app


def _options(
    context: typer.Context,
    config: Annotated[Path, typer.Option(help="The configuration file.")] = Path("config.toml"),
    as_json: Annotated[bool, typer.Option("--json", help="Machine output on stdout.")] = False,
) -> None:
    """Sees leaked French health data offered or released in public channels."""
    context.obj = Front(config, as_json)


def global_options_first(arguments: list[str]) -> list[str]:
    """Move --config and --json to the front, from wherever they stand.

    >>> global_options_first(["alerts", "list", "--json", "--config", "here.toml"])
    ['--json', '--config', 'here.toml', 'alerts', 'list']
    """
    ours: list[str] = []
    others: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            others += [argument, *rest]
        elif argument == "--json" or argument.startswith("--config="):
            ours.append(argument)
        elif argument == "--config":
            ours += [argument, *([value] if (value := next(rest, None)) is not None else [])]
        else:
            others.append(argument)
    return ours + others


if __name__ == "__main__":
    main()
