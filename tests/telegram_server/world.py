"""The pretend Telegram's channels and accounts: what a test publishes, edits, deletes and breaks.

Whatever a test does here may happen from any thread while clients read.
"""

import inspect
import os
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from telethon import types as T  # noqa: N812

BEGINNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FIRST_ID = 1_900_000_001
CODE = "22222"


class RpcError(Exception):
    """The server's refusal."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Drop:
    """In place of an answer: the connection ends."""


def flood(seconds: int) -> RpcError:
    return RpcError(420, f"FLOOD_WAIT_{seconds}")


def made(kind: Any, **given: Any) -> Any:
    """A TL object; what is required and was not given is empty."""
    return kind(**{**{name: _empty(annotation) for name, annotation in _required(kind)}, **given})


@cache
def _required(kind: Any) -> tuple[tuple[str, str], ...]:
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return tuple((each.name, str(each.annotation)) for each in parameters if each.default is inspect.Parameter.empty)


def _empty(annotation: str) -> Any:
    for word, value in (("List", []), ("bool", False), ("int", 0), ("str", ""), ("bytes", b"")):
        if word in annotation:
            return value
    return None


@dataclass
class Channel:
    """A channel or group, its posts and the log of what happened to them."""

    id: int
    username: str | None
    title: str
    is_group: bool = False
    linked: "Channel | None" = None  # where its comments are
    access_hash: int = field(default_factory=lambda: int.from_bytes(os.urandom(7), "little"))
    posts: dict[int, Any] = field(default_factory=dict)
    log: list[Any] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    is_public: bool = True
    is_person: bool = False  # behind the name is no channel
    newest: int = 0
    pts: int = 1  # 0 means "no state" to Telethon
    withheld: dict[int, int] = field(default_factory=dict)  # post → how often history still leaves it out
    unanswered: set[int] = field(default_factory=set)  # posts that are left out even where asked for by number
    longest_difference: int = 100

    def seen_by(self, user: int | None) -> Any:
        return made(
            T.Channel,
            id=self.id,
            title=self.title,
            photo=T.ChatPhotoEmpty(),
            date=BEGINNING,
            broadcast=not self.is_group,
            megagroup=self.is_group,
            access_hash=self.access_hash,
            username=self.username,
            left=user not in self.members,
        )


@dataclass
class Telegram:
    """Everything a client can ask about."""

    channels: dict[int, Channel] = field(default_factory=dict)
    accounts: dict[int, str] = field(default_factory=dict)  # user → telephone number
    logged_in: dict[int, int] = field(default_factory=dict)  # key → user
    passwords: dict[str, str] = field(default_factory=dict)  # telephone number → password
    lost: dict[int, RpcError] = field(default_factory=dict)  # user → what every request of his is answered
    faults: dict[str, deque[RpcError | Drop]] = field(default_factory=lambda: defaultdict(deque))
    requests: list[str] = field(default_factory=list)  # names of what was asked
    on_request: Callable[[str, Any], RpcError | Drop | None] = lambda _name, _request: None
    accepted_tokens: set[bytes] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)
    push: Callable[[int, Any], None] = lambda _user, _update: None  # set by who serves it

    def channel(self, username: str | None, title: str = "Annonces", **more: Any) -> Channel:
        with self.lock:
            channel = Channel(FIRST_ID + len(self.channels), username, title, **more)
            self.channels[channel.id] = channel
            return channel

    def named(self, username: str) -> Channel | None:
        return next((c for c in self.channels.values() if (c.username or "").lower() == username.lower()), None)

    # ---------------------------------------------------------------- what happens in a channel

    def post(self, channel: Channel, text: str = "", *, number: int | None = None, **more: Any) -> int:
        """Publish; the number of the post. One may be left out by giving a higher one."""
        with self.lock:
            channel.newest = number or channel.newest + 1
            message = made(
                T.Message,
                id=channel.newest,
                peer_id=T.PeerChannel(channel.id),
                message=text,
                post=not channel.is_group,
                **{"date": time_of(channel.newest), "views": 1, "forwards": 0, **more},
            )
            channel.posts[message.id] = message
            channel.pts += 1
            self._tell(channel, T.UpdateNewChannelMessage(message, channel.pts, 1))
            return int(message.id)

    def service(self, channel: Channel, action: Any) -> int:
        """A service message: a topic opened, a title changed."""
        with self.lock:
            channel.newest += 1
            peer = T.PeerChannel(channel.id)
            date = time_of(channel.newest)
            message = made(T.MessageService, id=channel.newest, peer_id=peer, date=date, action=action)
            channel.posts[message.id] = message
            channel.pts += 1
            self._tell(channel, T.UpdateNewChannelMessage(message, channel.pts, 1))
            return int(message.id)

    def edit(self, channel: Channel, number: int, text: str, **more: Any) -> None:
        with self.lock:
            old = channel.posts[number]
            new = made(T.Message, **{**_fields(old), "message": text, "edit_date": _now(), "edit_hide": None, **more})
            channel.posts[number] = new
            channel.pts += 1
            self._tell(channel, T.UpdateEditChannelMessage(new, channel.pts, 1))

    def count(self, channel: Channel, number: int, views: int) -> None:
        """Counters change: Telegram calls that an edit too."""
        message = channel.posts[number].message
        self.edit(channel, number, message, views=views, forwards=views // 10, edit_hide=True)

    def delete(self, channel: Channel, *numbers: int) -> None:
        with self.lock:
            for number in numbers:
                channel.posts.pop(number, None)
            channel.pts += len(numbers)
            update = T.UpdateDeleteChannelMessages(channel.id, list(numbers), channel.pts, len(numbers))
            self._tell(channel, update)

    def _tell(self, channel: Channel, update: Any) -> None:
        channel.log.append(update)
        for user in channel.members:
            chats = [channel.seen_by(user)]
            self.push(user, T.Updates([update], [], chats, _now(), 0))

    def take_fault(self, name: str, request: Any, user: int | None) -> RpcError | Drop | None:
        """What is answered in place of the answer."""
        with self.lock:
            self.requests.append(name)
            fault = self.on_request(name, request)
            if fault is None and self.faults[name]:
                fault = self.faults[name].popleft()
            return fault or (self.lost.get(user) if user else None)


_NAMES = tuple(inspect.signature(T.Message.__init__).parameters)


def _fields(message: Any) -> dict[str, Any]:
    names = _NAMES
    return {name: getattr(message, name) for name in names if name != "self" and hasattr(message, name)}


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def time_of(number: int) -> datetime:
    """When a post was published, unless a test says otherwise."""
    return BEGINNING + timedelta(seconds=number)


def document(name: str, size: int, mime: str = "application/zip", number: int = 1) -> Any:
    """A file beside a post."""
    attributes = [T.DocumentAttributeFilename(name)]
    made_of = {"id": number, "access_hash": 7, "file_reference": b"ref", "date": BEGINNING, "dc_id": 2}
    inner = made(T.Document, mime_type=mime, size=size, attributes=attributes, **made_of)
    return T.MessageMediaDocument(document=inner)


def forwarded(origin: int | None, post: int | None = None, name: str | None = None) -> Any:
    """The head of a forwarded post."""
    peer = T.PeerChannel(origin) if origin else None
    return made(T.MessageFwdHeader, date=BEGINNING, from_id=peer, channel_post=post, from_name=name)


def words(text: str) -> Any:
    return T.TextWithEntities(text, [])


def poll(question: str, *answers: str) -> Any:
    options = [T.PollAnswer(words(answer), bytes([number])) for number, answer in enumerate(answers)]
    return T.MessageMediaPoll(made(T.Poll, id=1, question=words(question), answers=options), made(T.PollResults))


def in_order(channel: Channel) -> Iterator[Any]:
    return iter(sorted(channel.posts.values(), key=lambda message: -message.id))
