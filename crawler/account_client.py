"""A client for one account: how it dials, and how it is asked without hanging on a connection that is gone."""

import asyncio
from pathlib import Path
from typing import Any

from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.network.connection import ConnectionTcpFull, ConnectionTcpMTProxyRandomizedIntermediate

from crawler.account_gate import READING, GatedClient
from crawler.account_session import SessionFile
from crawler.account_settings import AccountSettings, SecretsError, read_secrets
from crawler.connections import Proxy

ANSWER_SECONDS = 60.0


def session_path(folder: Path, account: str) -> Path:
    """Where an account's session lies."""
    return folder / "accounts" / f"{account}.session"


def lock_name(account: str) -> str:
    return f"account {account}"


def new_client(settings: AccountSettings, folder: Path, allowed: frozenset[type] = READING) -> GatedClient:
    """A client that is not connected yet. Raises `SecretsError` and `SessionFileError`."""
    secrets = read_secrets(settings)
    if settings.server_key:
        try:
            rsa.add_key(settings.server_key.read_text(encoding="ascii"), old=False)
        except (OSError, ValueError):
            raise SecretsError(f"{settings.server_key} holds no public key") from None
    return GatedClient(
        SessionFile(session_path(folder, settings.name), settings.server),
        secrets.api_id,
        secrets.api_hash,
        allowed=allowed,
        flood_sleep_threshold=0,  # waits belong to the queue, which knows whom else they hold up
        raise_last_call_error=True,
        request_retries=2,
        connection_retries=1,
        # Telethon's own dialling again has no rest between two tries, and asks for nothing that was missed.
        auto_reconnect=False,
        **_way(settings.proxy),
    )


def _way(proxy: str | None) -> dict[str, object]:
    """How Telegram is dialled. A proxy that fails is never gone around."""
    if proxy is None:
        return {"connection": ConnectionTcpFull}
    if proxy.startswith("mtproxy://"):
        address, _, secret = proxy.removeprefix("mtproxy://").partition("/")
        host, _, port = address.rpartition(":")
        return {"connection": ConnectionTcpMTProxyRandomizedIntermediate, "proxy": (host, int(port), secret)}
    way = Proxy.of(proxy)
    user, password = way.user.decode() or None, way.password.decode() or None
    return {"connection": ConnectionTcpFull, "proxy": ("socks5", way.host, way.port, True, user, password)}


async def introduced(client: TelegramClient) -> None:
    """Connect, and see that the session is good: Telethon itself takes every refusal for "not logged in"."""

    async def introduce() -> None:
        await client.connect()
        await client(functions.users.GetUsersRequest([types.InputUserSelf()]))

    # As a task of its own: what Telethon was waiting for when a connection breaks, it cancels.
    task = asyncio.ensure_future(introduce())
    try:
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        if not task.done() or task.cancelled():
            raise ConnectionError("the connection ended before the answer")
        task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def answered(client: TelegramClient, request: Any) -> Any:
    """The answer; a connection that ends meanwhile is told at once, which Telethon does not always do."""
    asked = asyncio.ensure_future(client(request))
    ended = asyncio.ensure_future(client.disconnected)
    ended.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        await asyncio.wait({asked, ended}, timeout=ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if asked.done() and not asked.cancelled():
            return asked.result()
        raise ConnectionError("the connection ended before the answer")
    finally:
        asked.cancel()
        ended.cancel()
        await asyncio.gather(asked, ended, return_exceptions=True)
