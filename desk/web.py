"""The desk: read-only pages on loopback, and the server that serves them until it is cancelled."""

import asyncio
import contextlib
import errno
import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from desk.guard import Guard
from desk.pages.alert import alert_page
from desk.pages.alerts import SourceLine, Sources, alerts_page
from desk.pages.mail import MAIL_POLICY, mail_page, preview_page, sent_page
from desk.pages.notice import notice_page
from desk.query import QueryError, read_number, read_query
from desk.rendering import render
from storage.store import Store

__all__ = ["DeskError", "SourceLine", "make_app", "serve"]

log = structlog.get_logger()

# Any other name in a Host header is somebody's who made it resolve to this machine (DNS rebinding).
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")

_NUMBER = re.compile(r"VF-[0-9]{4}-[0-9]{4,9}", re.IGNORECASE)
_LAST_ANSWERS_SECONDS = 2  # what is left of the three a stop may take goes to closing
_STOP_SECONDS = 3


class DeskError(Exception):
    """The desk cannot be served. The text says what, where and how to mend it."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """The routes. Plain functions: Starlette runs them in threads, so the store never holds up the collectors."""

    store: Store
    sources: Sources
    version: str

    def alerts(self, request: Request) -> Response:
        return HTMLResponse(alerts_page(self.store, self.sources, read_query(request.query_params), self.version))

    def alert(self, request: Request) -> Response:
        number, asked = request.path_params["number"], request.query_params
        if not _NUMBER.fullmatch(number):
            raise HTTPException(404)
        ordinal, start = read_number(asked, "revision", 0), read_number(asked, "from", 0)
        page = alert_page(self.store, number, read_query(asked), ordinal, start, self.version)
        if page is None:
            raise HTTPException(404)
        return HTMLResponse(page)

    def notice(self, request: Request) -> Response:
        """Shown to whoever has the link, acknowledged by the button alone: scanners of mails follow links."""
        token, accepted = request.path_params["token"], request.headers.get("accept-language", "")
        by_button = request.method == "POST"
        page = notice_page(self.store, token, accepted, datetime.now(UTC), acknowledges=by_button)
        return HTMLResponse(page.html, page.status)

    def mail(self, _: Request) -> Response:
        return HTMLResponse(mail_page(self.store, self.version))

    def sent(self, request: Request) -> Response:
        """A mail as it was sent, in a page that can do nothing."""
        shown = sent_page(self.store, request.path_params["id"])
        if shown is None:
            raise HTTPException(404)
        return HTMLResponse(shown, headers={"Content-Security-Policy": MAIL_POLICY})

    def digest(self, request: Request) -> Response:
        """The digest as it would be sent now."""
        asked = request.query_params.get("lang")
        shown = preview_page(self.store, self.sources, self.version, asked, datetime.now(UTC))
        return HTMLResponse(shown, headers={"Content-Security-Policy": MAIL_POLICY})

    def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok", "version": self.version})

    def refused(self, _: Request, error: Exception) -> Response:
        """What was asked for does not exist."""
        if isinstance(error, QueryError):
            return self.page_of(
                400, "This address asks for something that does not exist", f"In its question, {error}."
            )
        return self.page_of(404, "There is no such page", "The alert may have been erased, or its number mistyped.")

    def failed(self) -> Response:
        """Something broke; what, the log says."""
        return self.page_of(
            500, "This page could not be made", "Nothing is lost. The program's log says which part failed."
        )

    def page_of(self, status: int, title: str, advice: str) -> Response:
        page = render("error.html", status=status, title=title, advice=advice, version=self.version)
        return HTMLResponse(page, status)


def make_app(store: Store, sources: Sources, version: str, hosts: Sequence[str] = LOOPBACK_HOSTS) -> Starlette:
    """The desk over a store; `sources` is asked for the configured sources each time the list is shown."""
    desk = _Desk(store, sources, version)
    style = (Path(__file__).parent / "static" / "style.css").read_bytes()

    def stylesheet(_: Request) -> Response:
        return Response(style, media_type="text/css", headers={"Cache-Control": "max-age=600"})

    return Starlette(
        routes=[
            Route("/", desk.alerts),
            Route("/alerts/{number}", desk.alert),
            Route("/notices/{token}", desk.notice, methods=["GET", "POST"]),
            Route("/mail", desk.mail),
            Route("/mail/{id:int}", desk.sent),
            Route("/digest", desk.digest),
            Route("/health", desk.health),
            Route("/style.css", stylesheet),
        ],
        middleware=[
            Middleware(Guard, failed=desk.failed),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        ],
        exception_handlers={HTTPException: desk.refused, QueryError: desk.refused},
    )


async def serve(app: Starlette, host: str, port: int) -> None:
    """Serve until cancelled, then close within three seconds. Raises `DeskError` if the port cannot be had."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[_listening(host, port)]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.wait([serving], timeout=_STOP_SECONDS)
        serving.cancel()


class _Server(uvicorn.Server):
    """Leaves signals to the front door."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise DeskError(f"no address {host}: change desk.host in the configuration ({error.strerror})") from None
    try:
        # A port whose last connections are still closing is free all the same.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise DeskError(_why_not(host, port, error)) from None
    return listening


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken: stop the other program or change desk.port in the configuration"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} needs more rights: change desk.port in the configuration to one above 1023"
    return f"cannot listen on {host}, port {port}: change desk.host in the configuration ({error.strerror})"
