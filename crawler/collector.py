"""The contract between the pipeline and whatever reads a source, and what can go wrong there.

CollectorError
├── SourceUnavailable   no answer, no file: try later
├── SourceChanged       the content is not as we know it: a human must look
├── SourceGone          nobody is there any more
├── SourceTaken         somebody else is there now
├── SourcePrivate       only members are let in
├── AccessDenied        credentials refused or access limited
├── AccountBusy         another process reads through the account
├── AccountFrozen       the account that reads it is frozen or banned
└── SessionRevoked      the account that reads it is logged out, or never was logged in
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from detectors.model import Bookmark, Deletion, JsonValue, PlaceKnown, Post

__all__ = [
    "AccessDenied",
    "AccountBusy",
    "AccountFrozen",
    "Bookmark",
    "Collector",
    "CollectorError",
    "JsonValue",
    "Noticed",
]
__all__ += ["SessionRevoked", "Skipped", "SourceChanged", "SourceGone", "SourcePrivate", "SourceTaken"]
__all__ += ["SourceUnavailable", "Taken"]


class CollectorError(Exception):
    """A source could not be read. The text names the source and what to do, never content."""


class SourceUnavailable(CollectorError):
    """No answer, or no file: worth another try later, not before `until` where the source said when."""

    def __init__(self, text: str, *, until: datetime | None = None) -> None:
        super().__init__(text)
        self.until = until


class SourceChanged(CollectorError):
    """The content is not as we know it: a human must look."""


class SourceGone(CollectorError):
    """Nobody is there any more."""


class SourceTaken(CollectorError):
    """Somebody else is there now: what was watched has another name, or none."""


class SourcePrivate(CollectorError):
    """Only members are let in."""


class AccessDenied(CollectorError):
    """Credentials refused, or access limited."""


class AccountBusy(CollectorError):
    """Another process reads through the account: a session has one owner at a time."""


class AccountFrozen(CollectorError):
    """The account that reads it is frozen or banned: a human must decide who goes on."""


class SessionRevoked(CollectorError):
    """The account that reads it is logged out, or never was logged in: a human must log in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """One item that could not be read; the rest of the source goes on."""

    where: str  # `line 12`, `message 4711`
    why: str  # never holds content


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something an operator should see though the source is read: it moved, or posts are missing."""

    what: Literal["renamed", "taken", "gap", "waiting"]
    text: str  # never holds content


Taken = Post | Skipped | Noticed | Deletion | PlaceKnown | None
"""One step of a collector: a post, an item it had to skip, something to tell the operator, a post that is gone, a
place that is known better now, or only a move of the bookmark."""


class Collector(Protocol):
    """Reads one source.

    `collect` yields what it finds after the bookmark, oldest first, each with the bookmark that stands
    right behind it: a crash between two of them repeats, never skips. Raises `CollectorError` only.
    """

    def collect(self, bookmark: Bookmark) -> AsyncGenerator[tuple[Taken, Bookmark], None]: ...
