"""Which kind of source a target is: told by its words, by how a file begins, or by what a site answers."""

import os
from dataclasses import replace
from pathlib import Path

from crawler.collector import CollectorError
from crawler.collectors.paste_site import find_site
from crawler.collectors.reading import opened, top_keys
from crawler.collectors.telegram_export import NAME, exports_at
from crawler.source import Reach, Source
from crawler.targets import Address, Channel, File, TargetError, read_target

EXPORT_KEYS = frozenset({"messages", "chats", "left_chats", "about"})
LINE_KEYS = frozenset({"id", "text"})
BEGINNING = 64 * 1024  # bytes


async def recognise(text: str, way: Source, reach: Reach) -> Source:
    """The source a target makes, which takes from another its interval and the way to it.

    Asks a web site what it is; a Telegram channel and a file are told from here. Raises `TargetError` where it is
    nothing that can be read, `CollectorError` where the site does not answer.
    """
    match read_target(text):
        case Channel(name, post):
            target = f"@{name}" if post is None else f"@{name}/{post}"
            is_for_account = reach.accounts is not None and (way.account or reach.accounts.reads(name.lower()))
            kind = "telegram-account" if is_for_account and way.kind != "telegram" else "telegram"
            return replace(way, name=name.lower(), kind=kind, target=target)
        case Address(url) as address:
            site = await find_site(url, reach.client(way, url), reach.sandbox)
            return replace(way, name=address.host, kind="paste", target=url if site.paste else site.root)
        case File(path):
            return _file(path, text, way)


def _file(path: Path, text: str, way: Source) -> Source:
    is_there = os.path.exists(path)  # false as well for what can be no path
    kind = file_kind(path) if is_there else None
    if kind is None:
        what = "is neither a Telegram Desktop export nor a posts JSONL file" if is_there else NOTHING
        raise TargetError(f"{text} {what}")
    return replace(way, name=path.resolve().stem or path.resolve().name, kind=kind, target=str(path.resolve()))


NOTHING = "does not exist: give a file, @channel, a t.me link or the address of a paste site"


def file_kind(path: Path) -> str | None:
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
