"""One channel as an account reads it: found by name once, read by number ever after, whatever it is called by then."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from telethon import functions, types

from crawler.account_turns import Urgency
from crawler.accounts import Account, Accounts
from crawler.collector import SourceChanged, SourceTaken
from crawler.collectors.telegram_account_post import Message, Surroundings, topic_of
from crawler.collectors.telegram_preview import NAME
from crawler.source import Source
from detectors.model import PlaceKnown
from storage import telegram
from storage.telegram import KnownChannel

MOST = 100  # messages in one answer
LONG_HOLE = 500  # missing posts; more are asked for as history rather than one by one
NOBODY = types.InputMessagesFilterEmpty()


@dataclass(frozen=True, slots=True)
class Page:
    """Messages of one answer, oldest first, and what the answer says beside them."""

    messages: list[Message]
    pts: int | None = None
    empty: frozenset[int] = frozenset()  # asked for by number, and no longer there

    @property
    def oldest(self) -> int:
        return int(self.messages[0].id) if self.messages else 0

    @property
    def newest(self) -> int:
        return int(self.messages[-1].id) if self.messages else 0

    @property
    def is_full(self) -> bool:
        return len(self.messages) >= MOST


@dataclass(slots=True)
class AccountChannel:
    """A channel and the account it is read through."""

    account: Account
    accounts: Accounts
    known: KnownChannel
    name: str  # as the source calls it
    urgency: Urgency = Urgency.LIVE
    patience: timedelta = timedelta()
    titles: dict[int, str] = field(default_factory=dict)
    persons: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    met: list[PlaceKnown] = field(default_factory=list)  # channels whose name became known, not yet told

    @property
    def id(self) -> int:
        return self.known.channel_id

    @property
    def place(self) -> str:
        return f"telegram:{self.id}"

    @property
    def is_renamed(self) -> bool:
        return (self.known.username or "") != self.name.lower()

    def around(self) -> Surroundings:
        return Surroundings(
            channel_id=self.id,
            username=self.known.username,
            titles=self.titles,
            names=self.persons,
            topics=self.topics,
        )

    # ---------------------------------------------------------------- asking

    async def newest(self) -> Page:
        """The newest messages."""
        return await self._history(offset_id=0, add_offset=0)

    async def after(self, ref: int) -> Page:
        """The messages right behind a number."""
        page = await self._history(offset_id=ref + 1, add_offset=-MOST)
        return replace(page, messages=[message for message in page.messages if message.id > ref])

    async def between(self, first: int, last: int) -> Page:
        """What history shows from one number to another, the newest of it."""
        return await self._history(offset_id=last + 1, add_offset=0, min_id=first - 1)

    async def newest_before(self, moment: datetime) -> int:
        """The number of the last message published before a moment; 0 where there is none."""
        page = await self._history(offset_id=0, add_offset=0, limit=1, offset_date=moment)
        return page.newest

    async def _history(
        self,
        *,
        offset_id: int,
        add_offset: int,
        limit: int = MOST,
        min_id: int = 0,
        offset_date: datetime | None = None,
    ) -> Page:
        request = functions.messages.GetHistoryRequest(
            peer=self.peer,
            offset_id=offset_id,
            offset_date=offset_date,
            add_offset=add_offset,
            limit=limit,
            max_id=0,
            min_id=min_id,
            hash=0,
        )
        return await self.page(await self.ask(request))

    async def by_number(self, numbers: Iterable[int]) -> Page:
        """The messages of these numbers; those that are no longer there are `empty`."""
        wanted, found, empty = sorted(numbers), [], set()
        for start in range(0, len(wanted), MOST):
            ids = [types.InputMessageID(number) for number in wanted[start : start + MOST]]
            answer = await self.ask(functions.channels.GetMessagesRequest(self.channel, ids))
            empty |= {message.id for message in answer.messages if isinstance(message, types.MessageEmpty)}
            found += (await self.page(answer)).messages
        return Page(found, empty=frozenset(empty))

    async def whole_album(self, message: Message) -> list[Message]:
        """A message with the others of its album, which stand right beside it."""
        if not getattr(message, "grouped_id", None):
            return [message]
        near = await self.by_number(range(max(1, message.id - 9), message.id + 10))
        return [each for each in near.messages if getattr(each, "grouped_id", None) == message.grouped_id]

    async def difference(self, pts: int) -> Any:
        """What happened in the channel since."""
        request = functions.updates.GetChannelDifferenceRequest(
            channel=self.channel, filter=types.ChannelMessagesFilterEmpty(), pts=pts, limit=MOST
        )
        answer = await self.ask(request)
        await self._hear(answer)
        return answer

    async def ask(self, request: Any) -> Any:
        return await self.account.ask(request, f"@{self.name}", urgency=self.urgency, patience=self.patience)

    @property
    def peer(self) -> types.InputPeerChannel:
        return types.InputPeerChannel(self.id, self.known.access_hash)

    @property
    def channel(self) -> types.InputChannel:
        return types.InputChannel(self.id, self.known.access_hash)

    # ---------------------------------------------------------------- what answers say

    async def page(self, answer: Any) -> Page:
        """The messages of an answer, oldest first."""
        await self._hear(answer)
        messages = [message for message in answer.messages if not isinstance(message, types.MessageEmpty)]
        await self._learn_topics(messages)
        return Page(sorted(messages, key=lambda message: message.id), pts=getattr(answer, "pts", None))

    async def _hear(self, answer: Any) -> None:
        """Names of those an answer speaks of; of channels met for the first time, that name and number are one."""
        for user in getattr(answer, "users", ()):
            name = " ".join(filter(None, [getattr(user, "first_name", None), getattr(user, "last_name", None)]))
            self.persons[user.id] = name
        for chat in getattr(answer, "chats", ()):
            self.titles[chat.id] = getattr(chat, "title", "")
            username = username_of(chat)
            if chat.id == self.id:
                if username != self.known.username:
                    self.known = replace(self.known, username=username)
                    store = self.accounts.store
                    await asyncio.to_thread(telegram.remember_channel, store, self.account.name, self.known)
            elif username and (chat.id, username) not in self.account.met:
                self.account.met.add((chat.id, username))
                self.met.append(PlaceKnown(name=f"telegram:@{username}", place=f"telegram:{chat.id}"))

    async def _learn_topics(self, messages: Iterable[Message]) -> None:
        """The titles of the topics messages stand in; asked for once."""
        self.topics.update(
            (message.id, message.action.title)
            for message in messages
            if isinstance(getattr(message, "action", None), types.MessageActionTopicCreate)
        )
        unknown = {topic for message in messages if (topic := topic_of(message))} - self.topics.keys()
        if unknown:
            self.topics.update(dict.fromkeys(unknown, ""))  # asked for once, whatever comes of it
            ids = [types.InputMessageID(number) for number in sorted(unknown)[:MOST]]
            answer = await self.ask(functions.channels.GetMessagesRequest(self.channel, ids))
            for message in answer.messages:
                self.topics[message.id] = getattr(getattr(message, "action", None), "title", None) or ""


async def open_channel(
    accounts: Accounts, source: Source, name: str, expected: int | None, urgency: Urgency, patience: timedelta
) -> AccountChannel:
    """The channel a source reads. A name is asked for at most once by each account: Telegram counts that closely.

    Raises `SourceTaken` where the name leads to another channel than the one expected.
    """
    account = await accounts.account_for(source)
    known = await asyncio.to_thread(_known, accounts, account.name, name, expected)
    if known is None:
        known = await _resolved(account, name, urgency, patience)
        if expected is not None and known.channel_id != expected:
            raise SourceTaken(f"@{name}: another channel has this name now; check where the first one went")
        await asyncio.to_thread(telegram.remember_channel, accounts.store, account.name, known)
    account.watched[known.channel_id] = source.name
    return AccountChannel(account, accounts, known, name, urgency, patience)


def _known(accounts: Accounts, account: str, name: str, expected: int | None) -> KnownChannel | None:
    known = telegram.channel_numbered(accounts.store, account, expected) if expected is not None else None
    return known or (telegram.channel_named(accounts.store, account, name) if expected is None else None)


async def _resolved(account: Account, name: str, urgency: Urgency, patience: timedelta) -> KnownChannel:
    chat = await channel_behind(account, name, urgency, patience)
    return KnownChannel(
        channel_id=chat.id,
        access_hash=chat.access_hash,
        resolved_as=name.lower(),
        username=username_of(chat),
    )


async def channel_behind(account: Account, name: str, urgency: Urgency, patience: timedelta) -> Any:
    """The channel a name leads to now."""
    request = functions.contacts.ResolveUsernameRequest(name)
    answer = await account.ask(request, f"@{name}", urgency=urgency, patience=patience)
    if not isinstance(answer.peer, types.PeerChannel):
        raise SourceChanged(f"@{name}: a person or a bot, no channel; check the name")
    return next(chat for chat in answer.chats if chat.id == answer.peer.channel_id)


def username_of(chat: Any) -> str | None:
    """The public name of a channel, in lower case; of several the first in use."""
    several = [each.username for each in getattr(chat, "usernames", None) or () if each.active]
    name = getattr(chat, "username", None) or next(iter(several), None)
    # It is kept, and shown: nothing but a name of the form Telegram gives may stand there.
    return name.lower() if name and NAME.fullmatch(name) else None
