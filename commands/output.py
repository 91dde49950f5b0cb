"""What commands print: results on stdout, words about them on stderr, errors in one line."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import IntEnum

from rich.console import Console
from rich.table import Table
from rich.text import Text

stdout = Console()
stderr = Console(stderr=True)


class Exit(IntEnum):
    """What the exit code says (contract)."""

    DONE = 0
    FOUND_WRONG = 1
    UNUSABLE = 2
    INTERRUPTED = 130


class UnusableError(Exception):
    """The command, configuration or input cannot be used: one line, what, where, how to mend it."""


def say(line: str) -> None:
    """A line about what is going on, for a person."""
    print(_visible(line), file=sys.stderr)  # noqa: T201


def put_json(value: object) -> None:
    """One JSON object on one line of stdout."""
    # Straight to the stream: rich would wrap it at the terminal's width.
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def put_line(line: str) -> None:
    """A line of the result."""
    print(_visible(line))  # noqa: T201


def put_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table on stdout; foreign text in it is shown, never interpreted."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_visible(_cell(value))) for value in row))
    if table.row_count:
        (stdout if stdout.is_terminal else Console(width=200)).print(table)
    else:
        put_line(empty)


def local(at: datetime | None) -> str:
    """A moment in the machine's own time, to the minute."""
    return "—" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def _cell(value: object) -> str:
    return local(value) if isinstance(value, datetime) else "" if value is None else str(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _visible(text: str) -> str:
    """Control and bidirectional characters made visible: a post must not write on the analyst's terminal."""
    return "".join(c if c == "\n" or c == " " or c.isprintable() else f"\\u{ord(c):04x}" for c in text)
