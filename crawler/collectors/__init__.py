"""The kinds of source, and which kind a file is."""

from collections.abc import Callable
from pathlib import Path

from crawler.collector import Collector, CollectorError
from crawler.collectors.posts_jsonl import PostsJsonlCollector
from crawler.collectors.reading import opened, top_keys
from crawler.collectors.telegram_export import NAME, TelegramExportCollector, exports_at

COLLECTORS: dict[str, Callable[[Path], Collector]] = {
    "export": TelegramExportCollector,
    "jsonl": PostsJsonlCollector,
}

EXPORT_KEYS = frozenset({"messages", "chats", "left_chats", "about"})
LINE_KEYS = frozenset({"id", "text"})
BEGINNING = 64 * 1024  # bytes


def recognise(path: Path) -> str | None:
    """The kind of collector that reads a file or folder, told by how it begins; None when it is none we know."""
    try:
        if path.is_dir():
            return "export" if exports_at(path) else None
        with opened(path) as (file, _):
            keys = top_keys(file.read(BEGINNING))
    except (CollectorError, OSError):
        return None
    # An export first: written on one line, it is a JSON object with an id as well.
    if keys & EXPORT_KEYS:
        return "export"
    if keys >= LINE_KEYS:
        return "jsonl"
    # Nothing to tell by, as in an empty file: the collector says what is wrong with it.
    return "export" if path.name == NAME else "jsonl" if path.suffix in (".jsonl", ".ndjson") else None
