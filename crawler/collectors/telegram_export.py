"""Telegram Desktop exports (`result.json`): one chat, or a whole account."""

from collections.abc import AsyncGenerator, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.collector import Bookmark, CollectorError, JsonValue, SourceChanged, SourceUnavailable, Taken
from crawler.collectors.reading import (
    Clock,
    Event,
    ValueReader,
    in_thread,
    json_events,
    mark_of,
    now,
    opened,
    skip,
    value_of,
)
from crawler.collectors.telegram_message import Chat, Message, take

NAME = "result.json"
SECTIONS = frozenset({"chats", "left_chats"})  # of an account export
HEAD = frozenset({"id", "name", "type"})  # of a chat
OFTEN = 1000  # messages without a post between two moves of the bookmark

Mark = dict[str, JsonValue]
Marked = tuple[Taken, Mark]
Step = tuple[Chat, Message | None]  # None announces the chat, before its first message


@dataclass(frozen=True, slots=True)
class TelegramExportCollector:
    """Reads a `result.json`, or every one below a folder."""

    path: Path
    clock: Clock = now

    def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        return in_thread(self._read(bookmark))

    def _read(self, bookmark: Bookmark) -> Generator[tuple[Taken, Bookmark], None, None]:
        files = exports_at(self.path)
        marks: dict[str, JsonValue] = {name: bookmark[name] for name in files if name in bookmark}
        failures: list[CollectorError] = []
        for name, path in files.items():
            try:
                for taken, mark in _read_export(path, mark_of(bookmark, name), self.clock):
                    marks = {**marks, name: mark}
                    yield taken, marks
            except CollectorError as failure:
                # One broken export does not hide the others.
                failures.append(failure)
        if failures:
            raise failures[0]


def exports_at(path: Path) -> dict[str, Path]:
    """The exports at a path by their name below it, sorted."""
    try:
        if not path.is_dir():
            return {path.name: path}
        files = {found.relative_to(path).as_posix(): found for found in sorted(path.rglob(NAME)) if found.is_file()}
    except OSError as error:
        raise SourceUnavailable(f"{path}: cannot be opened: {error.strerror}") from None
    if not files:
        raise SourceUnavailable(f"{path}: no {NAME} in this folder; export from Telegram Desktop with format JSON")
    return files


def _read_export(path: Path, known: dict[str, int], clock: Clock) -> Generator[Marked, None, None]:
    """The posts of one file with the mark behind each; nothing when the file is as it was when read to its end."""
    with opened(path) as (file, stat):
        if (known.get("size"), known.get("mtime_ns")) != (stat.st_size, stat.st_mtime_ns):
            known = {}
        if known.get("done"):
            return
        number, passed, chats = 0, known.get("read", 0), 0
        mark: Mark = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "read": passed}
        heads: list[Message] | None = None
        for chat, message in _messages(json_events(file, str(path)), value_of):
            if message is None:
                chats += 1
                if heads is None and not {"id", "type"} <= chat.head.keys():
                    heads = yield from _heads(path, mark)
                chat.settle(heads[chats - 1] if heads and chats <= len(heads) else chat.head)
                continue
            number += 1
            taken = take(chat, message, number, clock())
            mark = {**mark, "read": max(number, passed)}
            if number > passed and taken is not None:
                yield taken, mark
            elif number % OFTEN == 0:
                yield None, mark
        if not chats:
            raise SourceChanged(f"{path}: not a Telegram Desktop export: no messages found; export with format JSON")
        yield None, {**mark, "done": True}


def _messages(events: Iterator[Event], read: ValueReader, whole: bool = True) -> Iterator[Step]:
    """The messages of an export (of one of its chats, when not whole), as they stand in the file."""
    chat = Chat()
    if whole and next(events)[0] != "start_map":
        return
    for _, key in events:
        if key is None:  # the end of this object
            return
        event, value = next(events)
        if key == "messages" and event == "start_array":
            yield chat, None
            for event, value in events:
                if event == "end_array":
                    break
                message = read(events, event, value)
                yield chat, message if isinstance(message, dict) else {}
        elif whole and key in SECTIONS and event == "start_map":
            yield from _listed(events, read)
        elif key in HEAD:
            chat.head[str(key)] = value_of(events, event, value)
        else:
            skip(events, event, value)


def _listed(events: Iterator[Event], read: ValueReader) -> Iterator[Step]:
    """The messages of every chat in the `list` of a section of an account export."""
    for _, key in events:
        if key is None:
            return
        event, value = next(events)
        if key != "list" or event != "start_array":
            skip(events, event, value)
            continue
        for event, value in events:
            if event == "end_array":
                break
            if event == "start_map":
                yield from _messages(events, read, whole=False)
            else:
                skip(events, event, value)


def _heads(path: Path, mark: Mark) -> Generator[Marked, None, list[Message]]:
    """The chats of a file that says what they are behind their messages: a pass that builds no message."""
    heads: list[Message] = []
    with opened(path) as (file, _):
        try:
            for number, (chat, message) in enumerate(_messages(json_events(file, str(path)), skip)):
                if message is None:
                    heads.append(chat.head)
                if number % OFTEN == 0:
                    # A breath, so that the reading can be stopped here too.
                    yield None, mark
        except SourceChanged:
            # Truncated: the reading that follows says so, behind the posts before the cut.
            pass
    return heads
