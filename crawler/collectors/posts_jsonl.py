"""Posts as JSON lines: the format in which anybody may hand posts in (`docs`: Posts JSONL)."""

import json
import re
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NoReturn

from crawler.collector import Bookmark, JsonValue, Skipped, SourceUnavailable, Taken
from crawler.collectors.reading import Clock, in_thread, mark_of, mend, now, opened
from detectors.model import Attachment, Forward, Post
from detectors.personal_data import holds_personal_data

LONGEST = 8 * 1024 * 1024  # bytes of a line
DRAINED = 1024 * 1024  # bytes at a time
OFTEN = 1000  # lines without a post between two moves of the bookmark

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)

Object = dict[str, JsonValue]


class InvalidError(Exception):
    """A line that is no post; the text says why, without content."""


@dataclass(frozen=True, slots=True)
class PostsJsonlCollector:
    """Reads a file of posts, one JSON object a line; a file that grew is read on from where it ended."""

    path: Path
    clock: Clock = now

    def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]:
        return in_thread(self._read(bookmark))

    def _read(self, bookmark: Bookmark) -> Generator[tuple[Taken, Bookmark], None, None]:
        name = self.path.name
        with opened(self.path) as (file, stat):
            known = mark_of(bookmark, name)
            unchanged = (known.get("size"), known.get("mtime_ns")) == (stat.st_size, stat.st_mtime_ns)
            if unchanged and known.get("done"):
                return
            grew = known.get("inode") == stat.st_ino and known.get("size", 0) < stat.st_size
            known = known if unchanged or grew else {}
            mark: Object = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "inode": stat.st_ino}
            mark |= {"read": known.get("read", 0), "offset": known.get("offset", 0)}
            # What is appended while we read belongs to the next time.
            lines = Lines(file, end=stat.st_size, position=file.seek(known.get("offset", 0)))
            for number, taken in read_posts(lines, f"jsonl:{name}", self.clock, known.get("read", 0)):
                # A last line without its end may still be written to: it is read again when the file has grown.
                if lines.ended:
                    mark = {**mark, "read": number, "offset": lines.position}
                yield taken, {name: mark}
            yield None, {name: {**mark, "done": True}}


@dataclass(slots=True)
class Lines:
    """The lines of a stream, up to a position if one is given; of one too long, the beginning."""

    file: BinaryIO
    end: int | None = None  # bytes
    position: int = 0  # bytes: behind the last line
    ended: bool = True  # whether the last line had its line break

    def __iter__(self) -> Iterator[bytes]:
        while line := self._next(LONGEST + 2):
            while not self.ended and self._next(DRAINED):
                pass
            yield line

    def _next(self, limit: int) -> bytes:
        if self.end is not None:
            limit = min(limit, max(0, self.end - self.position))
        try:
            part = self.file.readline(limit)
        except OSError as error:
            raise SourceUnavailable(f"could not be read to its end: {error.strerror}") from None
        if part:
            self.position += len(part)
            self.ended = part.endswith(b"\n")
        return part


def read_posts(
    lines: Iterable[bytes], default_place: str, clock: Clock = now, before: int = 0
) -> Iterator[tuple[int, Post | Skipped]]:
    """Each line with its number as a post, or why it is none; blank lines count, and are passed over.

    >>> [(number, taken.why) for number, taken in read_posts([b"", b"[]"], "jsonl:-")]
    [(2, 'not a JSON object')]
    """
    for number, line in enumerate(lines, before + 1):
        raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not raw.strip():
            continue
        try:
            yield number, _post(_object(raw), number, default_place, clock())
        except InvalidError as why:
            yield number, Skipped(where=f"line {number}", why=str(why))


def _object(line: bytes) -> Object:
    if len(line) > LONGEST and len(line.rstrip(b"\r\n")) > LONGEST:
        raise InvalidError(f"longer than {LONGEST // 1024**2} MiB")
    try:
        value: JsonValue = json.loads(line.decode(), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise InvalidError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise InvalidError("not JSON") from None
    if not isinstance(value, dict):
        raise InvalidError("not a JSON object")
    return value


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(constant)


def _post(line: Object, number: int, default_place: str, seen_at: datetime) -> Post:
    ref, text = _string(line, "id"), _string(line, "text")
    if not ref:
        raise InvalidError("no id")
    if text is None:
        raise InvalidError("no text")
    source, place = _string(line, "source"), _string(line, "place")
    place = place or (f"jsonl:{source}" if source else default_place)
    forwarded_from = _string(line, "forwarded_from")
    return Post(
        # Places and refs are kept as they are: neither may be a person's.
        place=default_place if holds_personal_data(place) else place,
        ref=f"line-{number}" if holds_personal_data(ref) else ref,
        url=_string(line, "url"),
        title=_string(line, "title"),
        text=text,
        seen_at=seen_at,
        posted_at=_time(_string(line, "posted_at")),
        author=_string(line, "author"),
        files=_files(line.get("files")),
        forwarded_from=Forward(name=forwarded_from) if forwarded_from else None,
    )


def _string(line: Object, key: str) -> str | None:
    value = line.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidError(f"{key} is not a string")
    return mend(value)


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    value = value.upper().replace(" ", "T", 1)
    try:
        if not RFC_3339.fullmatch(value):
            raise ValueError
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidError("posted_at is not an RFC 3339 time with its zone") from None


def _files(value: JsonValue) -> tuple[Attachment, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidError("files is not a list")
    return tuple(_file(file) for file in value)


def _file(value: JsonValue) -> Attachment:
    if not isinstance(value, dict):
        raise InvalidError("files holds something that is not an object")
    name, size = _string(value, "name"), value.get("size")
    if name is None:
        raise InvalidError("a file has no name")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise InvalidError("the size of a file is not a number of bytes")
    return Attachment(name=name, size=size)
