"""The pretend Telegram while it is served: in a thread of its own, on loopback, for any number of clients."""

import asyncio
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telethon import types as T  # noqa: N812

from tests.telegram_server.methods import answer, log_in
from tests.telegram_server.transport import Connection, DropError, Keys
from tests.telegram_server.world import Drop, RpcError, Telegram

WRAPPERS = frozenset(
    {"InvokeWithLayerRequest", "InitConnectionRequest", "InvokeWithoutUpdatesRequest", "InvokeAfterMsgRequest"}
)


@dataclass
class Served:
    """Where it is served, and what can be done to those connected."""

    telegram: Telegram
    port: int
    keys: Keys
    loop: asyncio.AbstractEventLoop
    connections: set[Connection] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def write_key(self, folder: Path) -> Path:
        """The file with the public key by which clients know the server."""
        path = folder / "server.pem"
        path.write_text(self.keys.pem)
        return path

    def hang_up(self) -> None:
        """End every connection."""
        for connection in list(self.connections):
            self.loop.call_soon_threadsafe(connection.close)

    def answer(self, request: Any, connection: Connection) -> bytes | None:
        """The answer to a request, or its refusal: never a silence that would make the client dial again at once."""
        while type(request).__name__ in WRAPPERS:
            request = request.query
        name = type(request).__name__
        fault = self.telegram.take_fault(name, request, connection.user)
        if isinstance(fault, Drop):
            raise DropError
        try:
            if fault is not None:
                raise fault
            said = self._said(name, request, connection)
        except RpcError as refused:
            said = T.RpcError(refused.code, refused.message)
        return said if isinstance(said, bytes) else bytes(said)

    def _said(self, name: str, request: Any, connection: Connection) -> Any:
        with self.telegram.lock:
            key = connection.key_id or 0
            welcome = log_in(self.telegram, name, request, key)
            if welcome is not None:
                return welcome
            return answer(self.telegram, name, request, self.telegram.logged_in.get(key), self.port)

    def tell_everybody(self, update: Any) -> None:
        """Push something to every connection, logged in or not."""
        said = T.UpdateShort(update, datetime.now(UTC))
        for connection in list(self.connections):
            self.loop.call_soon_threadsafe(connection.push, said)

    def push(self, user: int, update: Any) -> None:
        """Called from any thread."""
        self.loop.call_soon_threadsafe(self._push, user, update)

    def _push(self, user: int, update: Any) -> None:
        for connection in list(self.connections):
            if connection.user == user:
                connection.push(update)


@contextmanager
def serving(telegram: Telegram) -> Iterator[Served]:
    """Serve it until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pretend Telegram")
    thread.start()
    served = Served(telegram, 0, Keys(), loop)
    telegram.push = served.push

    async def start() -> asyncio.Server:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = Connection(served.keys, served.answer, reader, writer)
            served.connections.add(connection)
            try:
                await connection.run(telegram.logged_in.get)
            except (struct.error, asyncio.CancelledError):
                pass
            finally:
                served.connections.discard(connection)

        return await asyncio.start_server(talk, "127.0.0.1", 0)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        for connection in list(served.connections):
            connection.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        telegram.push = lambda _user, _update: None
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
