"""Reading files: JSON as a stream of events, whatever the bytes, and generators run in a thread."""

import asyncio
import codecs
import os
import re
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TypeVar

import ijson

from crawler.collector import Bookmark, JsonValue, SourceChanged, SourceUnavailable

T = TypeVar("T")

Clock = Callable[[], datetime]
Event = tuple[str, JsonValue]
ValueReader = Callable[[Iterator[Event], str, JsonValue], JsonValue]

CHUNK = 16 * 1024  # bytes
BLOCK = 256  # items
PATIENCE = 0.25  # seconds a thread may work on one block: a stop never waits longer
DEEPEST = 32  # nesting; nothing we read is deeper
STARTS = frozenset({"start_map", "start_array"})
ENDS = frozenset({"end_map", "end_array"})
UNREAD = frozenset({"text_entities", "reactions"})  # the text a second time, and thumbs: half the events of an export

SURROGATE = re.compile("[\ud800-\udfff]")
# Taken in order: an escaped backslash, a true pair, and only then an escape that is half a character.
ESCAPES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
HIGH_HALF = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}")
LONGEST_ESCAPE = 12  # characters of a surrogate pair


def now() -> datetime:
    return datetime.now(UTC)


async def in_thread(items: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """What the generator yields, worked out in a thread block by block; closes it however the reading ends."""
    # A thread of its own: `asyncio.to_thread` hands the work from thread to thread, at a quarter of the speed.
    with _worker() as worker:
        try:
            while True:
                block: list[T] = []
                ended = await asyncio.wrap_future(worker.submit(_fill, block, items))
                for item in block:
                    yield item
                if isinstance(ended, StopIteration):
                    return
                if ended is not None:
                    raise ended
        finally:
            # In the same thread, hence behind a block still being read when the wait for it was cancelled.
            await asyncio.wrap_future(worker.submit(items.close))


@contextmanager
def _worker() -> Iterator[ThreadPoolExecutor]:
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
    try:
        yield worker
    finally:
        worker.shutdown(wait=False)


def _fill(block: list[T], items: Generator[T, None, None]) -> Exception | None:
    """Fills the block; an exception is handed back, so that what was read before it is not lost."""
    until = time.monotonic() + PATIENCE
    try:
        while len(block) < BLOCK and time.monotonic() < until:
            block.append(next(items))
    except Exception as ended:
        return ended
    return None


def json_events(file: BinaryIO, name: str) -> Iterator[Event]:
    """The events of a JSON file as they are read; raises SourceChanged where it stops being JSON."""
    return chain.from_iterable(_batches(file, name))


def _batches(file: BinaryIO, name: str) -> Iterator[list[Event]]:
    events: list[Event] = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events)
    position = 0
    for text, position in _mended(file, name):
        broken = not _feed(parser.send, events, text.encode())
        yield events
        # Emptied, not replaced: the parser writes to this one.
        events.clear()
        if broken:
            raise SourceChanged(
                f"{name}: not JSON in the {CHUNK // 1024} KiB before byte {position}; export it again, format JSON"
            )
    if not _feed(parser.close, events):
        what = "ends in the middle" if position else "is empty"
        raise SourceChanged(f"{name}: {what}, at byte {position}; export it again, format JSON")
    yield events


def _feed(step: Callable[..., object], events: list[Event], *data: bytes) -> bool:
    """Whether the parser took it. Its own words are dropped: they quote the content."""
    try:
        step(*data)
    except SystemError:
        # A number of thousands of digits makes ijson leave a hole in the list, which must not be looked at.
        events.clear()
        return False
    except (ijson.JSONError, ValueError, ArithmeticError):
        return False
    return True


def _mended(file: BinaryIO, name: str) -> Iterator[tuple[str, int]]:
    """The text of a file chunk by chunk, each with the bytes read so far; what is no character becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    position, rest, more = 0, "", True
    while more:
        data = read_some(file, name)
        more, position = bool(data), position + len(data)
        text = rest + decoder.decode(data, final=not more)
        cut = _safe_cut(text) if more else len(text)
        text, rest = text[:cut], text[cut:]
        if text:
            yield mend_escapes(text) if "\\u" in text else text, position


def _safe_cut(text: str) -> int:
    """Where a text may be cut without parting an escape."""
    last = text.rfind("\\", -LONGEST_ESCAPE)
    if last == -1:
        return len(text)
    cut = len(text[: last + 1].rstrip("\\"))
    if HIGH_HALF.fullmatch(text, max(0, cut - LONGEST_ESCAPE // 2), cut):
        cut = len(text[: cut - LONGEST_ESCAPE // 2].rstrip("\\"))
    return cut


def mend_escapes(json: str) -> str:
    r"""JSON whose escapes of half a character are U+FFFD.

    >>> mend_escapes(r'"\ud83d\ude00 \ud83d \\ud83d"')
    '"\\ud83d\\ude00 \\ufffd \\\\ud83d"'
    """
    return ESCAPES.sub(lambda found: r"\ufffd" if found["half"] else found[0], json)


def mend(text: str) -> str:
    """A text whose lone surrogates are U+FFFD, so that it can be written as UTF-8."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def read_some(file: BinaryIO, name: str) -> bytes:
    """The next chunk; a disk that fails is a source that cannot be read."""
    try:
        return file.read(CHUNK)
    except OSError as error:
        raise SourceUnavailable(f"{name}: could not be read to its end: {error.strerror}") from None


def value_of(events: Iterator[Event], event: str, value: JsonValue, depth: int = 0) -> JsonValue:
    """The value that begins with this event; what is nested too deep, or never looked at, is null."""
    if event not in STARTS:
        return value
    if depth > DEEPEST:
        skip(events, event, value)
        return None
    if event == "start_array":
        items: list[JsonValue] = []
        for event, value in events:
            if event == "end_array":
                break
            items.append(value_of(events, event, value, depth + 1) if event in STARTS else value)
        return items
    members: dict[str, JsonValue] = {}
    for _, key in events:
        if not isinstance(key, str):  # the end
            break
        event, value = next(events)
        if event not in STARTS:
            members[key] = value
        elif key in UNREAD:
            skip(events, event, value)
        else:
            members[key] = value_of(events, event, value, depth + 1)
    return members


def skip(events: Iterator[Event], event: str, _value: JsonValue) -> None:
    """Passes over the value that begins with this event."""
    if event not in STARTS:
        return
    depth = 1
    for event, _ in events:
        if event in STARTS:
            depth += 1
        elif event in ENDS:
            depth -= 1
            if not depth:
                return


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """A file to read from its start, with its size and times at that moment."""
    try:
        if not path.is_file():
            raise SourceUnavailable(f"{path}: there is no such file")
        file = path.open("rb")
    except OSError as error:
        raise SourceUnavailable(f"{path}: cannot be opened: {error.strerror}") from None
    with file:
        yield file, os.fstat(file.fileno())


def mark_of(bookmark: Bookmark, name: str) -> dict[str, int]:
    """What the bookmark knows of a file; empty when it is no mark of ours."""
    mark = bookmark.get(name)
    if not isinstance(mark, dict):
        return {}
    return {key: int(number) for key, number in mark.items() if isinstance(number, int) and number >= 0}


def top_keys(beginning: bytes) -> set[str]:
    """The keys of the JSON object a file begins with, as far as they can be seen."""
    keys: set[str] = set()
    events = json_events(BytesIO(beginning), "")
    try:
        if next(events)[0] == "start_map":
            for _, key in events:
                if not isinstance(key, str):
                    break
                keys.add(key)
                skip(events, *next(events))
    except SourceChanged:
        # Cut off, or not JSON any more: what was seen stands.
        pass
    return keys
