"""The kinds of source, and the collector each is read with."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from crawler.collector import Collector
from crawler.collectors.paste import PasteCollector
from crawler.collectors.posts_jsonl import PostsJsonlCollector
from crawler.collectors.telegram_export import TelegramExportCollector
from crawler.collectors.telegram_preview import TelegramPostCollector, TelegramPreviewCollector
from crawler.source import Reach, Source
from crawler.targets import read_address, read_channel

Make = Callable[[Source, Reach, datetime], Collector]
"""A collector for a source; what was published before the moment is not asked for at first sight."""


def _export(source: Source, _reach: Reach, _since: datetime) -> Collector:
    return TelegramExportCollector(Path(source.target))


def _jsonl(source: Source, _reach: Reach, _since: datetime) -> Collector:
    return PostsJsonlCollector(Path(source.target))


def _telegram(source: Source, reach: Reach, since: datetime) -> Collector:
    channel = read_channel(source.target)
    preview = TelegramPreviewCollector(
        channel=channel.name,
        client=reach.client(source, reach.manners.telegram_url),
        sandbox=reach.sandbox,
        since=since,
        base_url=reach.manners.telegram_url.rstrip("/"),
        alerted=reach.alerted,
    )
    return TelegramPostCollector(preview=preview, number=channel.post) if channel.post else preview


def _paste(source: Source, reach: Reach, since: datetime) -> Collector:
    address = read_address(source.target)
    return PasteCollector(url=address.url, client=reach.client(source, address.url), sandbox=reach.sandbox, since=since)


COLLECTORS: Mapping[str, Make] = {"export": _export, "jsonl": _jsonl, "telegram": _telegram, "paste": _paste}
FILES = frozenset({"export", "jsonl"})  # kinds whose target is a file or folder of this machine


def collector_of(source: Source, reach: Reach, since: datetime | None = None) -> Collector:
    """The collector a source is read with, made for one look; at first sight it begins at a moment, or as set."""
    return COLLECTORS[source.kind](source, reach, since or datetime.now(UTC) - reach.manners.first_look)
