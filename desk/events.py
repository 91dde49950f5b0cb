"""Alerts arrive while a page is open: one small event each time there are new ones, and nothing of what they say."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from desk.desk import Desk
from storage import queue, sessions

_LOOK_SECONDS = 2.0
_LONGEST_LOOKS = 450  # a quarter of an hour; the browser then connects anew, if the session still holds


def events(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """The stream; it keeps nobody signed in."""

    async def answer(request: Request) -> Response:
        token = request.cookies.get(desk.cookie) or ""
        if not await run_in_threadpool(_holds, desk, token):
            # Not a stream: the browser then stops asking.
            return PlainTextResponse("signed out\n", 401)
        return StreamingResponse(_stream(desk, token), media_type="text/event-stream")

    return answer


async def _stream(desk: Desk, token: str) -> AsyncIterator[str]:
    told = -1
    for look in range(_LONGEST_LOOKS):
        if look % 15 == 14 and not await run_in_threadpool(_holds, desk, token):
            yield "event: out\ndata: 0\n\n"
            return
        now = await run_in_threadpool(queue.newest, desk.store)
        # A comment where there is nothing: a closed connection is noticed by writing to it.
        yield f"data: {now}\n\n" if now != told else ":\n\n"
        told = now
        await asyncio.sleep(_LOOK_SECONDS)


def _holds(desk: Desk, token: str) -> bool:
    return sessions.visitor_of(desk.store, token, desk.clock(), is_seen=False) is not None
