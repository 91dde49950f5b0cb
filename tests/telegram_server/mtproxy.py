"""An MTProto proxy before the pretend Telegram: obfuscated towards the client, plain towards the server."""

import asyncio
import hashlib
import os
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from telethon.crypto import AESModeCTR

SECRET = "00112233445566778899aabbccddeeff"
HEADER = 64
PADDED_INTERMEDIATE = b"\xdd\xdd\xdd\xdd"


@dataclass
class MtProxy:
    """Where it is, and how many came through."""

    port: int = 0
    clients: int = 0
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"mtproxy://127.0.0.1:{self.port}/dd{SECRET}"


@asynccontextmanager
async def mtproxy(server_port: int) -> AsyncIterator[MtProxy]:
    """It, until the block ends."""
    proxy = MtProxy()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        proxy.tasks.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            await _relay(reader, writer, server_port, proxy)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in proxy.tasks:
            task.cancel()
        await asyncio.gather(*proxy.tasks, return_exceptions=True)


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, proxy: MtProxy) -> None:
    """Keys from the client's first bytes and the secret; then packet after packet, both ways."""
    header = await reader.readexactly(HEADER)
    backwards = header[55:7:-1]
    secret = bytes.fromhex(SECRET)
    theirs = AESModeCTR(hashlib.sha256(header[8:40] + secret).digest(), header[40:56])
    ours = AESModeCTR(hashlib.sha256(backwards[:32] + secret).digest(), backwards[32:48])
    if theirs.encrypt(header)[56:60] != PADDED_INTERMEDIATE:
        return  # another secret
    proxy.clients += 1
    inner, outer = await asyncio.open_connection("127.0.0.1", port)

    async def up() -> None:
        number = 0
        while True:
            length = struct.unpack("<I", theirs.encrypt(await reader.readexactly(4)))[0]
            packet = theirs.encrypt(await reader.readexactly(length))
            packet = packet[: length - length % 4]
            framed = struct.pack("<ii", len(packet) + 12, number) + packet
            outer.write(framed + struct.pack("<I", zlib.crc32(framed)))
            number += 1

    async def down() -> None:
        while True:
            length, _ = struct.unpack("<ii", await inner.readexactly(8))
            packet = (await inner.readexactly(length - 8))[:-4]
            padded = packet + os.urandom(len(packet) // 4 % 4)
            writer.write(ours.encrypt(struct.pack("<I", len(padded)) + padded))

    try:
        await asyncio.gather(up(), down())
    finally:
        outer.close()
