"""The kinds of source, and the collector each is read with."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.collector import AccessDenied, Collector
from crawler.collectors.paste import PasteCollector
from crawler.collectors.posts_jsonl import PostsJsonlCollector
from crawler.collectors.telegram_export import TelegramExportCollector
from crawler.collectors.telegram_preview import TelegramPostCollector, TelegramPreviewCollector
from crawler.source import Reach, Source
from crawler.targets import read_address, read_channel

if TYPE_CHECKING:
    from crawler.accounts import Accounts

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


def _telegram_account(source: Source, reach: Reach, since: datetime) -> Collector:
    # Here, because most commands need no Telethon, which takes a third of a second to load.
    from crawler.collectors.telegram_account import TelegramAccountCollector
    from crawler.collectors.telegram_account_sweep import TelegramAccountPostCollector

    channel, accounts = read_channel(source.target), _accounts(source, reach)
    if channel.post:
        return TelegramAccountPostCollector(source=source, name=channel.name, number=channel.post, accounts=accounts)
    return TelegramAccountCollector(
        source=source, name=channel.name, accounts=accounts, since=since, alerted=reach.alerted
    )


def _accounts(source: Source, reach: Reach) -> "Accounts":
    if reach.accounts is None:
        raise AccessDenied(f"{source.name}: no Telegram account is configured: see [[crawler.accounts]]")
    return reach.accounts


def _paste(source: Source, reach: Reach, since: datetime) -> Collector:
    address = read_address(source.target)
    return PasteCollector(url=address.url, client=reach.client(source, address.url), sandbox=reach.sandbox, since=since)


COLLECTORS: Mapping[str, Make] = {
    "export": _export,
    "jsonl": _jsonl,
    "telegram": _telegram,
    "telegram-account": _telegram_account,
    "paste": _paste,
}
CHANNELS = frozenset({"telegram", "telegram-account"})  # kinds whose target is a channel
FILES = frozenset({"export", "jsonl"})  # kinds whose target is a file or folder of this machine


def collector_of(source: Source, reach: Reach, since: datetime | None = None) -> Collector:
    """The collector a source is read with, made for one look; at first sight it begins at a moment, or as set."""
    return COLLECTORS[source.kind](source, reach, since or datetime.now(UTC) - reach.manners.first_look)


def is_swept_apart(source: Source) -> bool:
    """Whether an operator's sweep of it is another reading than a look: one that can be gone on with."""
    return source.kind == "telegram-account" and read_channel(source.target).post is None


def sweeper_of(source: Source, reach: Reach, since: datetime | None, until: datetime | None, search: str) -> Collector:
    """The collector of a sweep that can be gone on with; the server looks for the words."""
    from crawler.collectors.telegram_account_sweep import TelegramSweepCollector

    return TelegramSweepCollector(
        source=source,
        name=read_channel(source.target).name,
        accounts=_accounts(source, reach),
        since=since or datetime.now(UTC) - reach.manners.first_look,
        until=until,
        search=search,
    )
