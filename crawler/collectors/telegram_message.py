"""One message of a Telegram Desktop export as a post."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.collector import JsonValue, Skipped, Taken
from detectors.model import Attachment, Forward, Post

Message = dict[str, JsonValue]

REF = re.compile(r"-?[0-9]{1,10}")  # negative: from before a group became a supergroup
REF_END = 10**10
CHAT_ID = re.compile(r"(?:-100(?=[0-9]{10}))?([0-9]{1,12})")  # what bots and libraries see has -100 before it
ORIGIN = re.compile(r"(user|chat|channel)([0-9]{1,12})")
LINKED = re.compile(r"(public|private)_(channel|supergroup)")  # the types of chat whose messages have links
EXTRAS = frozenset({"poll", "game_title", "inline_bot_buttons"})
FORWARDS = frozenset({"forwarded_from", "forwarded_from_id", "saved_from"})


class MalformedError(Exception):
    """A message that cannot be read; the text says why, without content."""


@dataclass(slots=True)
class Chat:
    """The chat being read: what the export says of it, and the topics seen so far."""

    head: Message = field(default_factory=dict)  # its id, name and type, as far as read
    topics: dict[str, str] = field(default_factory=dict)  # ref → title
    place: str = ""
    link: str | None = None  # what stands before a ref in a link

    def settle(self, head: Message) -> None:
        """Takes place and links from what the export says of the chat."""
        found = CHAT_ID.fullmatch(_identifier(head.get("id")) or "")
        name = _string(head.get("name")) or ""
        self.place = f"telegram:{found[1] if found else 'export/' + hashlib.sha256(name.encode()).hexdigest()[:12]}"
        linked = found and LINKED.fullmatch(_string(head.get("type")) or "")
        self.link = f"https://t.me/c/{found[1]}/" if found and linked else None


def take(chat: Chat, message: Message, number: int, seen_at: datetime) -> Taken:
    """The post a message is, if it is one; remembers the topics of the chat."""
    try:
        return _post(chat, message, seen_at)
    except MalformedError as why:
        # The place in the file: a broken id may be anything.
        return Skipped(where=f"message {number}", why=str(why))


def _post(chat: Chat, message: Message, seen_at: datetime) -> Post | None:
    ref = _ref(message.get("id"))
    if ref is None:
        raise MalformedError("no id" if message.get("id") is None else "its id is not a message number")
    text, links = _text(message.get("text"))
    who = "from"
    if message.get("type") != "message":
        if message.get("type") == "service":
            text, who = text or _title(chat, ref, message), "actor"
        if message.get("type") == "unsupported" or (who == "actor" and not text):
            return None
    if not EXTRAS.isdisjoint(message):
        text = "\n".join(
            part for part in (text, *_poll(message.get("poll")), _string(message.get("game_title"))) if part
        )
        links += _buttons(message.get("inline_bot_buttons"))
    answered = _ref(message.get("reply_to_message_id")) if "reply_to_peer_id" not in message else None
    topic = chat.topics.get(answered) if answered else None
    return Post(
        place=chat.place,
        ref=ref,
        url=chat.link + ref if chat.link and not ref.startswith("-") else None,
        text=text,
        seen_at=seen_at,
        posted_at=_time(message.get("date_unixtime")),
        edited_at=_time(message.get("edited_unixtime")),
        author=_string(message.get(who)),
        author_id=_identifier(message.get(f"{who}_id")),
        files=_files(message) if "file" in message or "file_name" in message else (),
        links=tuple(dict.fromkeys(links)) if links else (),
        forwarded_from=None if FORWARDS.isdisjoint(message) else _forward(message),
        reply_to=None if topic else answered,
        topic=topic,
    )


def _title(chat: Chat, ref: str, message: Message) -> str:
    """The title a service message gives: a channel renamed, a topic opened, may name a leak."""
    title = _string(message.get("title")) or _string(message.get("new_title")) or ""
    if title and message.get("action") == "topic_created":
        chat.topics[ref] = title
    return title


def _text(value: JsonValue) -> tuple[str, list[str]]:
    """A text as read, and the targets of its links."""
    if isinstance(value, str):
        return value, []
    links: list[str] = []
    words: list[str] = []
    for part in value if isinstance(value, list) else [] if value is None else [value]:
        word = part.get("text") if isinstance(part, dict) else part
        if not isinstance(word, str):
            raise MalformedError("its text is not text")
        words.append(word)
        if isinstance(part, dict) and part.get("type") in ("link", "text_link"):
            links.append(_string(part.get("href")) or word)
    return "".join(words), links


def _poll(value: JsonValue) -> list[str]:
    if not isinstance(value, dict):
        return []
    answers = [_string(answer.get("text")) for answer in _objects(value.get("answers"))]
    return [_string(value.get("question")) or "", *(f"- {answer}" for answer in answers if answer)]


def _buttons(value: JsonValue) -> list[str]:
    rows = value if isinstance(value, list) else []
    buttons = [button for row in rows for button in _objects(row) if button.get("type") == "url"]
    return [target for button in buttons if (target := _string(button.get("data")))]


def _files(message: Message) -> tuple[Attachment, ...]:
    path = _string(message.get("file")) or ""
    # "(File not included. Change data exporting settings to download.)" is no name.
    name = _string(message.get("file_name")) or ("" if "(File " in path else re.split(r"[/\\]", path)[-1])
    if not name:
        return ()
    size = message.get("file_size")
    size = size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None
    return (Attachment(name=name, size=size, mime=_string(message.get("mime_type"))),)


def _forward(message: Message) -> Forward:
    origin = ORIGIN.fullmatch(_string(message.get("forwarded_from_id")) or "")
    place = None
    if origin:
        place = f"telegram:user/{origin[2]}" if origin[1] == "user" else f"telegram:{origin[2]}"
    return Forward(name=_string(message.get("forwarded_from")) or _string(message.get("saved_from")), place=place)


def _time(value: JsonValue) -> datetime | None:
    """A moment from Unix seconds; 0 is how old exports say never."""
    try:
        seconds = int(value) if isinstance(value, (str, int)) else 0
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _ref(value: JsonValue) -> str | None:
    if isinstance(value, str) and REF.fullmatch(value):
        value = int(value)
    known = isinstance(value, int) and not isinstance(value, bool) and abs(value) < REF_END
    return str(value) if known else None


def _identifier(value: JsonValue) -> str | None:
    """An id, which some exports write as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _string(value)


def _string(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None


def _objects(value: JsonValue) -> list[Message]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
