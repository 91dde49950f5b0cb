"""Around every answer: the headers that keep a page in its place, who may send a form, and errors that tell nothing."""

import secrets
from collections.abc import Callable, Sequence

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# No foreign thing of any kind: our sheet, our script by its nonce, our events, our own drawings.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_READS = ("GET", "HEAD")
_METHODS = (*_READS, "POST")


def may_write(headers: Headers, origins: Sequence[str]) -> bool:
    """Whether a form comes from one of our own pages: the browser says so, or else names the origin.

    A browser that says neither is refused (OWASP ASVS 5.0, 3.5.1 and 3.5.3).
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return headers.get("origin") in origins


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, failed: Callable[[], Response], public_url: str | None) -> None:
        self._app = app
        self._failed = failed  # makes the answer when something broke
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong within stays within."""
        if scope["type"] != "http":
            return
        started = False
        nonce = scope["nonce"] = secrets.token_urlsafe(16)

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                own_policy = headers.get("Content-Security-Policy")
                headers.update(HEADERS)
                headers["Content-Security-Policy"] = own_policy or _POLICY.format(nonce=nonce)
                headers.setdefault("Cache-Control", "no-store")
                if (self._public_url or "").startswith("https:"):
                    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await refusal(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            # Its text may quote a post, and its frames' values may be one: neither goes to a page or a log.
            log.error("page_failed", page=scope.get("page"), error=type(error).__name__)
            if not started:
                await self._failed()(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["method"] not in _METHODS:
            return PlainTextResponse("This desk knows GET, HEAD and POST.\n", 405, {"Allow": ", ".join(_METHODS)})
        if scope["method"] in _READS:
            return None
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        origins = [f"http://{host}", f"https://{host}", *([self._public_url] if self._public_url else [])]
        if may_write(headers, origins):
            return None
        return PlainTextResponse("This form was not sent from a page of this desk.\n", 403)
