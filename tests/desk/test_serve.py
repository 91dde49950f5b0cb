"""The server, on real ports."""

import asyncio
import signal
import socket
import time

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from desk.web import DeskError, serve
from tests.desk.house import free_port


async def slow(_: Request) -> PlainTextResponse:
    await asyncio.sleep(60)
    return PlainTextResponse("late")


def quick(_: Request) -> PlainTextResponse:
    return PlainTextResponse("now")


APP = Starlette(routes=[Route("/", quick), Route("/slow", slow)])


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to a server that is about to listen."""
    for _ in range(200):
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)
    raise AssertionError("nobody listens")


async def ask(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await connected(port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    await writer.drain()
    return reader, writer


class TestServe:
    async def test_answers_until_cancelled(self):
        """A cancelled server has let go of its port."""
        port = free_port()
        served = asyncio.create_task(serve(APP, "127.0.0.1", port))
        reader, writer = await ask(port, "/")
        assert b"HTTP/1.1 200 OK\r\n" == await reader.readline()
        writer.close()

        served.cancel()
        with pytest.raises(asyncio.CancelledError):
            await served
        with socket.socket() as again:
            again.bind(("127.0.0.1", port))

    @pytest.mark.parametrize("path", ["/", "/slow"])
    async def test_stops_within_three_seconds(self, path):
        """Neither a connection kept open nor an answer on its way holds the stop up."""
        port = free_port()
        served = asyncio.create_task(serve(APP, "127.0.0.1", port))
        _, writer = await ask(port, path)
        await asyncio.sleep(0.3)

        started = time.monotonic()
        served.cancel()
        with pytest.raises(asyncio.CancelledError):
            await served
        assert time.monotonic() - started < 3.5
        writer.close()

    async def test_leaves_signals_alone(self):
        """The front door decides what a signal means."""
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        port = free_port()
        served = asyncio.create_task(serve(APP, "127.0.0.1", port))
        _, writer = await ask(port, "/")
        during = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        writer.close()
        served.cancel()
        await asyncio.gather(served, return_exceptions=True)

        assert before == during

    async def test_says_that_the_port_is_taken(self):
        """One line, with what to do."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(DeskError) as caught:
                await serve(APP, "127.0.0.1", port)

        wanted = "is taken: stop the other program or change desk.port in the configuration"
        assert f"port {port} on 127.0.0.1 {wanted}" == str(caught.value)
