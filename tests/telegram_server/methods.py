"""What the pretend Telegram answers, method by method, as the documentation of each says."""

import struct
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from telethon import types as T  # noqa: N812

from tests.telegram_server import password
from tests.telegram_server.world import CODE, Channel, RpcError, Telegram, in_order, made

MOST = 100  # messages in one answer
VECTOR = 0x1CB5C415


def vector(items: Iterable[Any]) -> bytes:
    """A bare list, which Telethon's classes do not write by themselves."""
    listed = list(items)
    return struct.pack("<Ii", VECTOR, len(listed)) + b"".join(bytes(item) for item in listed)


def answer(telegram: Telegram, name: str, request: Any, user: int | None, port: int) -> Any:
    """The answer to a request of a logged-in user, or of nobody yet."""
    if name == "GetConfigRequest":
        expires = datetime.now(UTC) + timedelta(days=1)
        here = [T.DcOption(2, "127.0.0.1", port)]
        return made(T.Config, this_dc=2, dc_options=here, date=datetime.now(UTC), expires=expires)
    if user is None:
        raise RpcError(401, "AUTH_KEY_UNREGISTERED")
    method = METHODS.get(name)
    if method is None:
        raise RpcError(500, f"NOT_IMPLEMENTED_{name}")
    return method(telegram, request, user)


# ---------------------------------------------------------------- accounts


def log_in(telegram: Telegram, name: str, request: Any, key: int) -> Any:
    """The methods of somebody who is nobody yet; None where it is no such method."""
    if name == "SendCodeRequest":
        return T.auth.SentCode(type=T.auth.SentCodeTypeApp(5), phone_code_hash=request.phone_number)
    if name == "SignInRequest":
        if request.phone_code != CODE:
            raise RpcError(400, "PHONE_CODE_INVALID")
        if request.phone_number in telegram.passwords:
            raise RpcError(401, "SESSION_PASSWORD_NEEDED")
        return _welcome(telegram, request.phone_number, key)
    if name == "GetPasswordRequest":
        return password.challenge(next(iter(telegram.passwords.values())))
    if name == "CheckPasswordRequest":
        phone, word = next(iter(telegram.passwords.items()))
        if not password.is_right(word, request.password):
            raise RpcError(400, "PASSWORD_HASH_INVALID")
        return _welcome(telegram, phone, key)
    if name == "ExportLoginTokenRequest":
        if b"token" in telegram.accepted_tokens:
            return T.auth.LoginTokenSuccess(_welcome(telegram, "33600000001", key))
        return T.auth.LoginToken(datetime.now(UTC) + timedelta(seconds=30), b"token")
    return None


def _welcome(telegram: Telegram, phone: str, key: int) -> Any:
    known = next((user for user, number in telegram.accounts.items() if number == phone), None)
    user = known or 500 + len(telegram.accounts)
    telegram.accounts[user] = phone
    telegram.logged_in[key] = user
    return made(T.auth.Authorization, user=_user(telegram, user))


def _user(telegram: Telegram, user: int) -> Any:
    return made(T.User, id=user, is_self=True, access_hash=user, first_name="x", phone=telegram.accounts[user])


def _me(telegram: Telegram, _: Any, user: int) -> bytes:
    return vector([_user(telegram, user)])


def _state(_telegram: Telegram, _request: Any, _user: int) -> Any:
    return T.updates.State(1, 0, datetime.now(UTC), 1, 0)


def _difference(_telegram: Telegram, _request: Any, _user: int) -> Any:
    return T.updates.DifferenceEmpty(datetime.now(UTC), 1)


# ---------------------------------------------------------------- channels


def _found(telegram: Telegram, asked: Any, user: int) -> Channel:
    channel = telegram.channels.get(getattr(asked, "channel_id", 0))
    if channel is None or asked.access_hash != channel.access_hash:
        raise RpcError(400, "CHANNEL_INVALID")
    if not channel.is_public and user not in channel.members:
        raise RpcError(400, "CHANNEL_PRIVATE")
    return channel


def _resolved(telegram: Telegram, request: Any, user: int) -> Any:
    channel = telegram.named(request.username)
    if channel is None or not channel.is_public:
        raise RpcError(400, "USERNAME_NOT_OCCUPIED")
    peer = T.PeerUser(channel.id) if channel.is_person else T.PeerChannel(channel.id)
    return T.contacts.ResolvedPeer(peer, [channel.seen_by(user)], [])


def _channels(telegram: Telegram, request: Any, user: int) -> Any:
    return T.messages.Chats([_found(telegram, each, user).seen_by(user) for each in request.id])


def _full(telegram: Telegram, request: Any, user: int) -> Any:
    channel = _found(telegram, request.channel, user)
    full = made(
        T.ChannelFull,
        id=channel.id,
        chat_photo=T.PhotoEmpty(0),
        notify_settings=T.PeerNotifySettings(),
        pts=channel.pts,
        linked_chat_id=channel.linked.id if channel.linked else None,
    )
    chats = [channel, *([channel.linked] if channel.linked else [])]
    return made(T.messages.ChatFull, full_chat=full, chats=[each.seen_by(user) for each in chats])


def _history(telegram: Telegram, request: Any, user: int) -> Any:
    channel = _found(telegram, request.peer, user)
    shown = [message for message in in_order(channel) if not _is_withheld(channel, message.id)]
    return _page(telegram, channel, shown, request, user, request.offset_date)


def _is_withheld(channel: Channel, number: int) -> bool:
    left = channel.withheld.get(number, 0)
    if left:
        channel.withheld[number] = left - 1
    return left > 0


def _search(telegram: Telegram, request: Any, user: int) -> Any:
    channel = _found(telegram, request.peer, user)
    found = [message for message in in_order(channel) if request.q.lower() in (message.message or "").lower()]
    if request.max_date and request.max_date.timestamp() > 0:
        found = [message for message in found if message.date < request.max_date]
    if request.min_date and request.min_date.timestamp() > 0:
        found = [message for message in found if message.date >= request.min_date]
    return _page(telegram, channel, found, request, user, None)


def _replies(telegram: Telegram, request: Any, user: int) -> Any:
    group = _found(telegram, request.peer, user).linked
    if group is None:
        raise RpcError(400, "MSG_ID_INVALID")
    thread = [
        message
        for message in in_order(group)
        if message.reply_to and (message.reply_to.reply_to_top_id or message.reply_to.reply_to_msg_id) == request.msg_id
    ]
    return _page(telegram, group, thread, request, user, None)


def _page(
    telegram: Telegram, channel: Channel, messages: list[Any], request: Any, user: int, before: datetime | None
) -> Any:
    """Part of a list that begins with the newest, as offset, limits and bounds say (core.telegram.org/api/offsets)."""
    start = 0
    if request.offset_id:
        start = next((n for n, each in enumerate(messages) if each.id < request.offset_id), len(messages))
    elif before and before.timestamp() > 0:
        start = next((n for n, each in enumerate(messages) if each.date < before), len(messages))
    start += request.add_offset
    limit = min(request.limit, MOST)
    if start < 0:
        limit, start = limit + start, 0
    shown = [
        each
        for each in messages[start : start + max(limit, 0)]
        if (not request.max_id or each.id < request.max_id) and (not request.min_id or each.id > request.min_id)
    ]
    return _messages(telegram, channel, shown, user, len(messages))


def _messages(telegram: Telegram, channel: Channel, shown: list[Any], user: int, count: int) -> Any:
    origins = [telegram.channels[each] for each in _origins(shown) if each in telegram.channels]
    chats = {each.id: each for each in (channel, *origins)}.values()
    return made(
        T.messages.ChannelMessages,
        pts=channel.pts,
        count=count,
        messages=shown,
        chats=[each.seen_by(user) for each in chats],
    )


def _origins(messages: Iterable[Any]) -> set[int]:
    heads = [each.fwd_from for each in messages if getattr(each, "fwd_from", None)]
    return {head.from_id.channel_id for head in heads if isinstance(head.from_id, T.PeerChannel)}


def _by_number(telegram: Telegram, request: Any, user: int) -> Any:
    channel = _found(telegram, request.channel, user)
    numbers = [each.id for each in request.id if each.id not in channel.unanswered]
    nobody = T.PeerChannel(channel.id)
    found = [channel.posts.get(number) or T.MessageEmpty(id=number, peer_id=nobody) for number in numbers]
    return _messages(telegram, channel, found, user, len(found))


def _channel_difference(telegram: Telegram, request: Any, user: int) -> Any:
    channel = _found(telegram, request.channel, user)
    new = [update for update in channel.log if update.pts > request.pts]
    if not new:
        return T.updates.ChannelDifferenceEmpty(pts=channel.pts, final=True, timeout=30)
    if len(new) > channel.longest_difference:
        return too_long(channel, user)
    posts = [update for update in new if isinstance(update, T.UpdateNewChannelMessage)]
    return T.updates.ChannelDifference(
        pts=channel.pts,
        new_messages=[channel.posts[update.message.id] for update in posts if update.message.id in channel.posts],
        other_updates=[update for update in new if not isinstance(update, T.UpdateNewChannelMessage)],
        chats=[channel.seen_by(user)],
        users=[],
        final=True,
        timeout=30,
    )


def too_long(channel: Channel, user: int) -> Any:
    """More happened than the server will tell: only where the channel stands now."""
    newest = max(channel.posts, default=0)
    dialog = made(
        T.Dialog,
        peer=T.PeerChannel(channel.id),
        top_message=newest,
        notify_settings=T.PeerNotifySettings(),
        pts=channel.pts,
    )
    messages = [channel.posts[newest]] if newest else []
    chats = [channel.seen_by(user)]
    return T.updates.ChannelDifferenceTooLong(
        dialog=dialog, messages=messages, chats=chats, users=[], final=True, timeout=30
    )


METHODS: Mapping[str, Callable[[Telegram, Any, int], Any]] = {
    "GetUsersRequest": _me,
    "GetStateRequest": _state,
    "GetDifferenceRequest": _difference,
    "ResolveUsernameRequest": _resolved,
    "GetChannelsRequest": _channels,
    "GetFullChannelRequest": _full,
    "GetHistoryRequest": _history,
    "SearchRequest": _search,
    "GetRepliesRequest": _replies,
    "GetMessagesRequest": _by_number,
    "GetChannelDifferenceRequest": _channel_difference,
}
