"""Lists of Telegram channels as others publish them: CSV, and the Markdown tables of lists of threat intelligence."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.discovery import HANDLE, LINK, NO_CHANNELS

DEAD = re.compile(r"(?i)\b(?:expired|offline|dead|closed|banned|deleted|down|removed|inactive|fermé|supprimé)\b")
LONGEST = 5_000_000  # bytes


class ChannelListError(ValueError):
    """A file that is no list of channels. The text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A channel of a list."""

    name: str  # in lower case
    line: int
    is_dead: bool  # as the list says


def read_channel_list(path: Path) -> list[Listed]:
    """The channels a file lists, each once, in its order. Raises `ChannelListError`."""
    try:
        if path.stat().st_size > LONGEST:
            raise ChannelListError(f"{path} is longer than any list of channels")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ChannelListError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ChannelListError(f"{path} is not UTF-8 text") from None
    rows = _markdown(text) if any(line.lstrip().startswith("|") for line in text.splitlines()) else _csv(text)
    found: dict[str, Listed] = {}
    for number, cells in rows:
        for name in _names(cells):
            known = found.get(name)
            # One entry that lives outweighs another that is dead.
            if known is None or known.is_dead:
                found[name] = Listed(name, number, bool(DEAD.search(" | ".join(cells))))
    if not found:
        raise ChannelListError(f"{path} names no channel: give t.me links or @names, as CSV or a Markdown table")
    return sorted(found.values(), key=lambda listed: listed.line)


def _names(cells: list[str]) -> Iterator[str]:
    text = " | ".join(cells)
    for name in [*LINK.findall(text), *HANDLE.findall(text)]:
        if name.lower() not in NO_CHANNELS:
            yield name.lower()


def _markdown(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("|"):
            yield number, [cell.strip() for cell in line.strip().strip("|").split("|")]


def _csv(text: str) -> Iterator[tuple[int, list[str]]]:
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise ChannelListError(f"line {reader.line_num} is no CSV") from None
