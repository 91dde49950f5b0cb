"""What a target is: a Telegram channel, one of its posts, a web address, or a file; told from its words alone."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.collectors.telegram_preview import NAME

TELEGRAM_HOSTS = frozenset({"t.me", "www.t.me", "telegram.me", "telegram.dog"})
_PRIVATE = re.compile(r"/(?:c/|joinchat/|\+)")
_PATH = re.compile(rf"/(?:s/)?(?P<name>{NAME.pattern})(?:/(?P<post>[1-9][0-9]{{0,9}}))?/?")
_NOT_CHANNELS = frozenset({"joinchat", "share", "proxy", "socks", "addstickers", "addlist", "login", "confirmphone"})


class TargetError(ValueError):
    """A target nobody can read. The text says what is wrong and what to give instead."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A public Telegram channel, or one post of it."""

    name: str
    post: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A page or site on the web."""

    url: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class File:
    """A file or folder of this machine."""

    path: Path


Target = Channel | Address | File


def read_target(text: str) -> Target:
    """What a target is, told from its words alone. Raises `TargetError`.

    >>> read_target("@annonces_brumalis"), read_target("https://t.me/s/annonces_brumalis/12")
    (Channel(name='annonces_brumalis', post=None), Channel(name='annonces_brumalis', post=12))
    >>> read_target("https://annonces_brumalis.t.me/12")
    Channel(name='annonces_brumalis', post=12)
    >>> read_target("https://paste.test/recent")
    Address(url='https://paste.test/recent')
    """
    if text.startswith("@"):
        return read_channel(text)
    bare = text.partition("/")[0].lower()
    if bare in TELEGRAM_HOSTS:
        return read_channel(f"https://{text}")
    if not re.match(r"(?i)https?://", text):
        return File(Path(text))
    host = _host_in(text) or ""
    if host in TELEGRAM_HOSTS:
        return read_channel(text)
    if host.endswith(".t.me"):  # Telegram's other spelling of a channel's address
        return read_channel(f"@{host.removesuffix('.t.me')}{urlsplit(text).path.rstrip('/')}")
    return read_address(text)


def read_channel(text: str) -> Channel:
    """The channel `@name` or a t.me link names. Raises `TargetError`."""
    path = f"/{text[1:]}" if text.startswith("@") else urlsplit(text).path
    if _PRIVATE.match(path):
        raise TargetError(f"{text} leads to a private channel, which can only be read through an account")
    found = _PATH.fullmatch(path)
    if not found or found["name"].lower() in _NOT_CHANNELS:
        raise TargetError(f"{text} names no channel: give @name or https://t.me/name")
    return Channel(found["name"], int(found["post"]) if found["post"] else None)


def read_address(text: str) -> Address:
    """The web address a text is. Raises `TargetError`."""
    host = _host_in(text)
    parts = urlsplit(text) if host else None
    if parts is None or parts.scheme not in ("http", "https") or not text.isprintable() or " " in text:
        shown = "this" if "@" in text else repr(text)  # it may hold a password
        raise TargetError(f"{shown} is no address: give one that begins with http:// or https://, without blanks")
    if parts.username or parts.password:
        raise TargetError("an address must not hold a user or password: nothing logs in where no human enrolled it")
    return Address(text)


def _host_in(text: str) -> str | None:
    """The host of a URL in lower case; None where there is none, or a port that is none."""
    try:
        parts = urlsplit(text)
        return parts.hostname if parts.port != 0 else None
    except ValueError:
        return None
