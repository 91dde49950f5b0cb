"""Around every answer: the headers that keep a page in its place, reading only, and errors that tell nothing."""

from collections.abc import Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, failed: Callable[[], Response]) -> None:
        self._app = app
        self._failed = failed  # makes the answer when something broke

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong within stays within."""
        if scope["type"] != "http":
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in ("GET", "HEAD"):
            answer = PlainTextResponse("This desk is for reading only.\n", 405, {"Allow": "GET, HEAD"})
            await answer(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            # Its text may quote a post, and its frames' values may be one: neither goes to a page or a log.
            endpoint = scope.get("endpoint")
            log.error("page_failed", page=getattr(endpoint, "__name__", None), error=type(error).__name__)
            if not started:
                await self._failed()(scope, receive, send_guarded)
