"""Servers on this machine that misbehave on purpose, on bare sockets so that they can, and a recording SOCKS proxy."""

import asyncio
import gzip
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MARKER = "PATIENT-4711"
"""Stands in every hostile answer: no text of an error may repeat it."""


@dataclass(slots=True)
class Server:
    """What a server saw."""

    port: int = 0
    calls: int = 0  # connections
    heads: list[str] = field(default_factory=list)  # request line and headers, one entry per request
    times: list[float] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "site.test") -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def serving(
    *talks: Talk, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None, reads_head: bool = True
) -> AsyncIterator[Server]:
    """A server whose nth connection gets the nth talk, and the last one from then on."""
    seen = Server()
    running: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            running.add(task)
            task.add_done_callback(running.discard)
        seen.calls += 1
        talk = talks[min(seen.calls, len(talks)) - 1]
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if reads_head:
                seen.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
                seen.times.append(time.monotonic())
            await talk(reader, writer)
        writer.transport.abort() if writer.is_closing() else writer.close()

    server = await asyncio.start_server(meet, host, port, ssl=tls)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def page(body: bytes | str = b"", *headers: str, status: str = "200 OK") -> bytes:
    """One honest answer."""
    data = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(data)}", f"X-Note: {MARKER}"]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + data


def head(*headers: str, status: str = "200 OK") -> bytes:
    """The start of an answer that ends when the connection does."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, f"X-Note: {MARKER}"]).encode("latin-1") + b"\r\n\r\n"


def says(*pieces: bytes) -> Talk:
    """Sends the pieces and hangs up."""
    return drips(pieces, gap=0.0)


def drips(pieces: Iterable[bytes], gap: float) -> Talk:
    """Sends the pieces, each after a pause."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            if gap:
                await asyncio.sleep(gap)
            writer.write(piece)
            await writer.drain()

    return talk


def repeats(start: bytes, piece: bytes, times: int = 1_000_000_000) -> Talk:
    """Sends the start, then one piece over and over."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        for _number in range(times):
            writer.write(piece)
            await writer.drain()

    return talk


async def keeps_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Takes everything and never answers."""
    while await reader.read(65536):
        pass


def stalls(start: bytes) -> Talk:
    """Sends the start, then nothing."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await keeps_silent(reader, writer)

    return talk


def redirects(location: str, status: str = "302 Found") -> Talk:
    """Sends elsewhere."""
    return says(page(MARKER, f"Location: {location}", status=status))


def gzip_bomb(mebibytes: int) -> bytes:
    """A gzip stream of that many MiB of zeros, made without inflating it: about 1 KiB for each."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = deflate.compress(bytes(1024 * 1024)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + piece * mebibytes


@dataclass(slots=True)
class Proxy:
    """What a SOCKS proxy was asked."""

    port: int = 0
    greetings: list[bytes] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    goals: list[tuple[int, str, int]] = field(default_factory=list)  # address type, host, port

    @property
    def url(self) -> str:
        return f"socks5://127.0.0.1:{self.port}"


@asynccontextmanager
async def socks(
    to_port: int | None = None, *, reply: int = 0, silent_after: int = 99, login: bool = False, gap: float = 0.0
) -> AsyncIterator[Proxy]:
    """A SOCKS5 proxy that leads every request to one port of this machine.

    It goes silent after so many of its own answers, and with a gap it sends them byte by byte.
    """
    seen = Proxy()

    async def send(writer: asyncio.StreamWriter, data: bytes) -> None:
        for byte in data:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(gap)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if silent_after == 0:
            await keeps_silent(reader, writer)
        start = await reader.readexactly(2)
        seen.greetings.append(start + await reader.readexactly(start[1]))
        await send(writer, b"\x05\x02" if login else b"\x05\x00")
        if login:
            _, length = await reader.readexactly(2)
            user = await reader.readexactly(length)
            seen.logins.append(user + b":" + await reader.readexactly((await reader.readexactly(1))[0]))
            await send(writer, b"\x01\x00")
        seen.goals.append(await _goal(reader))
        if silent_after == 1:
            await keeps_silent(reader, writer)
        await send(writer, bytes((5, reply, 0, 1, 0, 0, 0, 0, 0, 0)))
        if reply == 0 and to_port is not None:
            await _join(reader, writer, to_port)

    async with serving(talk, reads_head=False) as server:
        seen.port = server.port
        yield seen


async def _goal(reader: asyncio.StreamReader) -> tuple[int, str, int]:
    _, _, _, kind = await reader.readexactly(4)
    length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
    raw = await reader.readexactly(length)
    port = int.from_bytes(await reader.readexactly(2), "big")
    return kind, raw.decode() if kind == 3 else raw.hex(), port


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)

    async def copy(source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                goal.write(data)
                await goal.drain()

    asking = asyncio.create_task(copy(reader, inner_writer))
    try:
        await copy(inner_reader, writer)
    finally:
        asking.cancel()
        inner_writer.close()
