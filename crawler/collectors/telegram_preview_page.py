"""What the sandbox says of a page of a channel's preview: checked, and made into posts.

The child that parsed the page may have been taken over by it, so nothing is taken as it comes.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.collector import JsonValue
from crawler.sandbox import PageRefusedError
from detectors.model import Attachment, Forward, Post

Values = Mapping[str, JsonValue]

MOST_POSTS = 500
MOST_ITEMS = 1000  # links, files, members of an album
LONGEST = 200_000  # characters
HIGHEST = 2**31
SIZE = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)\s?([KMGT]?)B", re.IGNORECASE)
PLACE = re.compile(r"telegram:(?:[0-9]{1,12}|@[a-z][a-z0-9_]{3,31})")
NUMBER = re.compile(r"[0-9]{1,12}")

PROBLEMS = {
    "content": "of a kind this version does not know: its words were taken as they stand",
    "plain": "its page was refused by the parser: its words were taken without their markup",
}
UNNUMBERED = "without a number of its own: not taken in"
HIDDEN = "the web preview does not show its media"
BROKEN = "not read to its end: its words were taken without their markup"


class Outcome(StrEnum):
    """What a page turned out to be."""

    POSTS = "posts"
    ODD = "odd"  # most of its posts are not as we know them
    CUT = "cut"  # it ends in the middle
    NONE = "none"  # it says there are no posts
    CHANGED = "changed"
    # Pages shown in place of a preview:
    CHANNEL = "channel"  # one with a preview
    HIDDEN = "hidden"  # a channel without
    GROUP = "group"
    BOT = "bot"
    PERSON = "person"
    INVITATION = "invitation"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One block of a page: a post, or an album shown as one."""

    number: int
    last: int  # the highest number it covers
    members: frozenset[int]
    post: Post
    mark: str  # tells another content; empty where the content was not read well enough to compare
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """A page of a channel's preview; its blocks oldest first."""

    outcome: Outcome
    channel_id: str | None
    has_older: bool
    has_newer: bool
    shown: tuple[Shown, ...]
    unnumbered: int  # blocks nobody can refer to

    @property
    def oldest(self) -> int:
        return self.shown[0].number if self.shown else 0

    @property
    def newest(self) -> int:
        return max((block.last for block in self.shown), default=0)

    def newest_before(self, moment: datetime | None) -> int | None:
        """The highest number on it of what was published before the moment; None where nothing was."""
        if moment is None:
            return None
        times = ((block.last, block.post.posted_at) for block in self.shown)
        return max((last for last, time in times if time and time < moment), default=None)


def place_of(channel: str, channel_id: str | None) -> str:
    """Where a channel's posts were published: its number, which never changes, or else its name."""
    return f"telegram:{channel_id}" if channel_id else f"telegram:@{channel.lower()}"


def page_of(said: JsonValue, channel: str, channel_id: str | None, seen_at: datetime) -> PreviewPage:
    """The page the values describe, of a channel whose number may be known already.

    Raises `PageRefusedError` where they are not what a parser says.
    """
    values = _object(said)
    try:
        outcome = Outcome(_string(values, "outcome") or "")
    except ValueError:
        raise PageRefusedError("its outcome is none") from None
    posts = [_object(item) for item in _list(values, "posts", MOST_POSTS)]
    numbered = {number: post for post in posts if (number := _number(post, "number")) is not None}
    told = _matching(values, "channel_id", NUMBER)
    place = place_of(channel, channel_id or told)
    return PreviewPage(
        outcome=outcome,
        channel_id=told,
        has_older=_number(values, "before") is not None,
        has_newer=_number(values, "after") is not None,
        shown=tuple(_shown(numbered[number], number, channel, place, seen_at) for number in sorted(numbered)),
        unnumbered=sum(_number(post, "number") is None for post in posts),
    )


def _shown(values: Values, number: int, channel: str, place: str, seen_at: datetime) -> Shown:
    post = Post(
        place=place,
        ref=str(number),
        url=f"https://t.me/{channel.lower()}/{number}",
        text=_string(values, "text") or "",
        seen_at=seen_at,
        posted_at=_time(values, "posted_at"),
        author=_string(values, "signature") or _string(values, "author"),
        files=tuple(_file(_object(item)) for item in _list(values, "files", MOST_ITEMS)),
        links=tuple(link for link in _list(values, "links", MOST_ITEMS) if isinstance(link, str)),
        forwarded_from=_forward(values),
        reply_to=_matching(values, "reply_to", NUMBER),
        views=_string(values, "views"),
        is_edited=_is(values, "is_edited"),
    )
    members = [item for item in _list(values, "album", MOST_ITEMS) if isinstance(item, int) and 0 < item < HIGHEST]
    odd = _string(values, "odd")
    problem = PROBLEMS.get(odd, BROKEN) if odd else None
    if _is(values, "is_hidden") and not (post.text or post.files):
        problem = problem or HIDDEN
    return Shown(
        number=number,
        last=max([number, *members]),
        members=frozenset([number, *members]),
        post=post,
        mark="" if odd else _mark(post),
        problem=problem,
    )


def _mark(post: Post) -> str:
    """Two bytes: enough to notice that a post was edited, too little to show what it said."""
    content = repr((post.text, post.files, post.links, post.forwarded_from, post.author))
    return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=2, key=post.ref.encode()).hexdigest()


def _file(values: Values) -> Attachment:
    return Attachment(name=_string(values, "name") or "", size=size_of(_string(values, "size") or ""))


def size_of(label: str) -> int | None:
    """About how many bytes a label speaks of; Telegram counts in steps of 1024 and rounds.

    >>> size_of("2.4 MB"), size_of("512 KB"), size_of("Orchestre")
    (2516582, 524288, None)
    """
    found = SIZE.fullmatch(label.replace(",", ""))
    return int(float(found[1]) * 1024 ** " KMGT".index(found[2].upper() or " ")) if found else None


def _forward(values: Values) -> Forward | None:
    if values.get("forward") is None:
        return None
    forward = _object(values["forward"])
    return Forward(
        name=_string(forward, "name"),
        place=_matching(forward, "place", PLACE),
        ref=_matching(forward, "ref", NUMBER),
    )


# ---------------------------------------------------------------- values of the right kind, or none


def _object(value: JsonValue) -> Values:
    if not isinstance(value, dict):
        raise PageRefusedError("a part of it is no object")
    return value


def _list(values: Values, key: str, most: int) -> list[JsonValue]:
    value = values.get(key, [])
    if not isinstance(value, list) or len(value) > most:
        raise PageRefusedError(f"{key}: no list, or too long a one")
    return value


def _string(values: Values, key: str) -> str | None:
    value = values.get(key)
    if not (value is None or isinstance(value, str)) or (value and len(value) > LONGEST):
        raise PageRefusedError(f"{key}: no text, or too long a one")
    return value or None


def _matching(values: Values, key: str, pattern: re.Pattern[str]) -> str | None:
    value = _string(values, key)
    return value if value and pattern.fullmatch(value) else None


def _number(values: Values, key: str) -> int | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < HIGHEST:
        raise PageRefusedError(f"{key}: no number of a post")
    return value


def _is(values: Values, key: str) -> bool:
    return values.get(key) is True


def _time(values: Values, key: str) -> datetime | None:
    """A moment, which must say in which time zone it is meant."""
    try:
        moment = datetime.fromisoformat(_string(values, key) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
