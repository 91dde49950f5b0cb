"""Messages as an account reads them, as posts: alone, or several as one album."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telethon import types
from telethon.helpers import add_surrogate, del_surrogate

from detectors.model import Attachment, Forward, Post

Message = Any  # types.Message or types.MessageService: Telethon has no types


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an answer says of the channel and of those its messages name."""

    channel_id: int
    username: str | None
    titles: Mapping[int, str] = field(default_factory=dict)  # channels
    names: Mapping[int, str] = field(default_factory=dict)  # persons
    topics: Mapping[int, str] = field(default_factory=dict)
    hides_persons: bool = False  # comments: whoever writes them is no business of ours

    @property
    def place(self) -> str:
        return f"telegram:{self.channel_id}"

    def url(self, ref: int) -> str:
        return f"https://t.me/{self.username or f'c/{self.channel_id}'}/{ref}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One post as it is shown: a message, or the messages of an album, oldest first."""

    ref: int
    messages: tuple[Message, ...]

    @property
    def last(self) -> int:
        return int(self.messages[-1].id)

    @property
    def album(self) -> int | None:
        return self.messages[0].grouped_id if isinstance(self.messages[0], types.Message) else None


def shown_in(messages: Sequence[Message], albums: Mapping[int, int]) -> list[Shown]:
    """The posts that messages make, in the order they were complete; `albums` tells the refs of albums met before."""
    members: dict[tuple[str, int], list[Message]] = defaultdict(list)
    for message in sorted(messages, key=lambda message: message.id):
        album = getattr(message, "grouped_id", None)
        members[("album", album) if album else ("alone", message.id)].append(message)
    found = [
        Shown(albums.get(number, items[0].id) if kind == "album" else items[0].id, tuple(items))
        for (kind, number), items in members.items()
    ]
    # By their last: another post may stand between the items of an album, and the bookmark must not pass it over.
    return sorted(found, key=lambda shown: shown.last)


def post_of(shown: Shown, around: Surroundings, seen_at: datetime) -> Post | None:
    """The post; None for a service message that says nothing."""
    first = shown.messages[0]
    text = "\n".join(filter(None, (words for message in shown.messages for words in _words(message))))
    if isinstance(first, types.MessageService) and not text:
        return None
    edited = max((at for message in shown.messages if (at := edited_at(message))), default=None)
    answered, topic = _answered(first, around)
    author, author_id = _author(first, around)
    return Post(
        place=around.place,
        ref=str(shown.ref),
        url=around.url(shown.ref),
        text=text,
        seen_at=seen_at,
        posted_at=first.date,
        edited_at=edited,
        author=author,
        author_id=author_id,
        files=tuple(found for message in shown.messages if (found := _file(message))),
        links=tuple(dict.fromkeys(link for message in shown.messages for link in _links(message))),
        forwarded_from=_forward(first, around),
        reply_to=answered,
        topic=topic,
        views=str(first.views) if getattr(first, "views", None) is not None else None,
        is_edited=edited is not None,
    )


def edited_at(message: Message) -> datetime | None:
    """When somebody edited it; Telegram calls changed counters an edit too, and says that it hides them."""
    return None if getattr(message, "edit_hide", None) else getattr(message, "edit_date", None)


def mark_of(shown: Shown) -> str:
    """Four bytes: enough to notice that a post was edited, too little to show what it said."""
    content = repr([_content(message) for message in shown.messages])
    return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=4, key=str(shown.ref).encode()).hexdigest()


def _content(message: Message) -> tuple[object, ...]:
    return (list(_words(message)), edited_at(message), _media(message), list(_links(message)))


def _media(message: Message) -> object:
    media = getattr(message, "media", None)
    inner = getattr(media, "document", None) or getattr(media, "photo", None)
    return getattr(inner, "id", None), type(media).__name__


def _words(message: Message) -> Iterator[str]:
    """What a person reads: text, poll; of a service message the title it gives."""
    if isinstance(message, types.MessageService):
        yield getattr(message.action, "title", None) or ""
        return
    yield message.message or ""
    poll = getattr(message.media, "poll", None)
    if poll is not None:
        yield poll.question.text
        yield from (f"- {answer.text.text}" for answer in poll.answers)


def _file(message: Message) -> Attachment | None:
    document = getattr(getattr(message, "media", None), "document", None)
    if not isinstance(document, types.Document):
        return None
    names = [each.file_name for each in document.attributes if isinstance(each, types.DocumentAttributeFilename)]
    if not names:
        return None
    return Attachment(name=names[0], size=document.size, mime=document.mime_type or None, file_id=str(document.id))


def _links(message: Message) -> Iterator[str]:
    if isinstance(message, types.MessageService):
        return
    text = add_surrogate(message.message or "") if message.entities else ""  # positions count UTF-16 units
    for entity in message.entities or ():
        if isinstance(entity, types.MessageEntityTextUrl):
            yield entity.url
        elif isinstance(entity, types.MessageEntityUrl):
            yield del_surrogate(text[entity.offset : entity.offset + entity.length])
    for row in getattr(message.reply_markup, "rows", ()):
        for button in row.buttons:
            url = getattr(getattr(button, "type", None), "url", None)
            if isinstance(url, str):
                yield url
    url = getattr(getattr(message.media, "webpage", None), "url", None)
    if isinstance(url, str):
        yield url


def _forward(message: Message, around: Surroundings) -> Forward | None:
    head = getattr(message, "fwd_from", None)
    if head is None:
        return None
    origin, post, place, name = head.from_id, head.channel_post, None, head.from_name
    if isinstance(origin, types.PeerChannel):
        place, name = f"telegram:{origin.channel_id}", around.titles.get(origin.channel_id) or name
    elif isinstance(origin, types.PeerUser):
        place, name = f"telegram:user/{origin.user_id}", around.names.get(origin.user_id) or name
    named = " – ".join(dict.fromkeys(filter(None, [name, head.post_author])))
    return Forward(name=named or None, place=place, ref=str(post) if post else None)


def _answered(message: Message, around: Surroundings) -> tuple[str | None, str | None]:
    """The ref answered, and the topic it stands in."""
    head = getattr(message, "reply_to", None)
    if not isinstance(head, types.MessageReplyHeader) or head.reply_to_peer_id is not None:
        return None, None
    opened = head.reply_to_top_id or head.reply_to_msg_id if head.forum_topic else None
    topic = around.topics.get(opened) if opened else None
    answered = head.reply_to_msg_id
    return (None if answered is None or answered == opened else str(answered)), topic


def topic_of(message: Message) -> int | None:
    """The message that opened the topic a message stands in."""
    head = getattr(message, "reply_to", None)
    if not isinstance(head, types.MessageReplyHeader) or not head.forum_topic:
        return None
    opened: int | None = head.reply_to_top_id or head.reply_to_msg_id
    return opened


def _author(message: Message, around: Surroundings) -> tuple[str | None, str | None]:
    who = message.from_id
    if isinstance(who, types.PeerUser):
        return None if around.hides_persons else around.names.get(who.user_id), f"user{who.user_id}"
    channel_id = who.channel_id if isinstance(who, types.PeerChannel) else around.channel_id
    signed = getattr(message, "post_author", None)
    return signed or around.titles.get(channel_id), f"channel{channel_id}"
