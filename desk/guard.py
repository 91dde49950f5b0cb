"""Around every answer: the headers that keep a page in its place, what may be written, errors that tell nothing."""

from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
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


def _acknowledges(scope: Scope) -> bool:
    """Whether it is the one form there is, sent from its own page: whoever has the link signs with it."""
    if scope["method"] != "POST" or not scope["path"].startswith("/notices/"):
        return False
    headers = Headers(scope=scope)
    site, host = headers.get("sec-fetch-site"), headers.get("host", "")
    if site is not None:
        return site in ("same-origin", "none")
    return headers.get("origin") in (f"http://{host}", f"https://{host}")


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
                own_policy = headers.get("Content-Security-Policy")
                headers.update(HEADERS)
                if own_policy:
                    headers["Content-Security-Policy"] = own_policy
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in ("GET", "HEAD") and not _acknowledges(scope):
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
