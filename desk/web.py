"""The desk: pages on loopback, and the server that serves them until it is cancelled."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from desk.asking import Ask, Form, RefusedError, Upload
from desk.clock import Clock, now
from desk.desk import Desk
from desk.events import events
from desk.guard import Guard
from desk.languages import chosen_language
from desk.query import QueryError
from desk.rendering import Renderer
from desk.routes import ROUTES, Page
from desk.services import ServiceError, Services, SourceLine
from storage import sessions
from storage.errors import StoreError
from storage.store import Store

__all__ = ["DeskError", "SourceLine", "make_app", "serve"]

log = structlog.get_logger()

# Any other name in a Host header is somebody's who made it resolve to this machine (DNS rebinding).
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")

_STATIC = Path(__file__).parent / "static"
_BIGGEST_FORM = 200_000  # bytes, files aside
_BIGGEST_FILE = 80_000_000  # bytes: the whole French register has 40 million
_MOST_FIELDS = 1_000
_LAST_ANSWERS_SECONDS = 2  # what is left of the three a stop may take goes to closing
_STOP_SECONDS = 3


class DeskError(Exception):
    """The desk cannot be served. The text says what, where and how to mend it."""


class _Answers:
    """Turns requests into asks, and what pages say into answers."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def endpoint(self, page: Page) -> Route:
        """A page as a route. Its function runs in a thread, so that the store never holds up the collectors."""

        async def answer(request: Request) -> Response:
            request.scope["page"] = page.name
            ask = await run_in_threadpool(self.ask, request)
            # Before anything of a form is read: a stranger's eighty megabytes are not even looked at.
            refusal = self._refusal(page, ask)
            if refusal:
                return refusal
            form = await self._form(request, page) if page.method == "POST" else Form()
            return await run_in_threadpool(self._answer, page, replace(ask, form=form))

        return Route(page.path, answer, methods=[page.method], name=page.name)

    async def _form(self, request: Request, page: Page) -> Form:
        limit = _BIGGEST_FILE if page.takes_files else _BIGGEST_FORM
        length = request.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > limit:
            raise HTTPException(413)
        async with request.form(
            max_files=1 if page.takes_files else 0, max_fields=_MOST_FIELDS, max_part_size=_BIGGEST_FORM
        ) as sent:
            fields: dict[str, list[str]] = {}
            files: dict[str, Upload] = {}
            for name, value in sent.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(name=value.filename or "", content=await value.read())
                else:
                    fields.setdefault(name, []).append(value)
        return Form(fields, files)

    def _answer(self, page: Page, ask: Ask) -> Response:
        try:
            return page.answer(self.desk, ask)
        except QueryError as error:
            return self.desk.message(ask, 400, "bad question", str(error))
        except RefusedError as error:
            return self.desk.message(ask, error.status, "refused", str(error))
        except (ServiceError, StoreError) as error:
            return self.desk.message(ask, 409, "refused", str(error))

    def ask(self, request: Request) -> Ask:
        """Who asks what."""
        token = request.cookies.get(self.desk.cookie)
        visitor = sessions.visitor_of(self.desk.store, token, self.desk.clock()) if token else None
        asked = request.query_params.get("lang") or (visitor.language if visitor else None)
        return Ask(
            path=request.url.path,
            query=request.query_params,
            params={name: str(value) for name, value in request.path_params.items()},
            form=Form(),
            visitor=visitor,
            language=chosen_language(asked, request.headers.get("accept-language", "")),
            nonce=request.scope.get("nonce", ""),
            address=self._address(request),
        )

    def _address(self, request: Request) -> str:
        """Where a request comes from; behind the proxy of the public address, as that proxy says."""
        forwarded = request.headers.get("x-forwarded-for", "")
        if self.desk.public_url and forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()[:64]
        return request.client.host if request.client else "unknown"

    def _refusal(self, page: Page, ask: Ask) -> Response | None:
        if page.least is None:
            return None
        if ask.visitor is None:
            if page.method == "GET":
                return RedirectResponse(self.desk.link_to_login(ask), 303)
            return self.desk.message(ask, 401, "signed out")
        if ask.visitor.role < page.least:
            return self.desk.message(ask, 403, "not allowed")
        return None

    def not_found(self, request: Request, error: Exception) -> Response:
        """What was asked for does not exist, or is asked in a way that does not."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        return self.desk.message(self.ask(request), status, "not found" if status == 404 else "refused")


def make_app(
    store: Store,
    services: Services,
    version: str,
    hosts: Sequence[str] = LOOPBACK_HOSTS,
    *,
    zone: str = "Europe/Paris",
    public_url: str | None = None,
    clock: Clock = now,
) -> Starlette:
    """The desk over a store."""
    desk = Desk(store, services, Renderer(ZoneInfo(zone), version), version, public_url, clock)
    answers = _Answers(desk)
    public_host = urlsplit(public_url).hostname if public_url else None
    return Starlette(
        routes=[
            *(answers.endpoint(page) for page in ROUTES),
            Route("/events", events(desk), methods=["GET"], name="events"),
            Route("/health", _health(version), methods=["GET"], name="health"),
            _file("style.css", "text/css"),
            _file("desk.js", "text/javascript"),
        ],
        middleware=[
            Middleware(Guard, failed=lambda: desk.message(None, 500, "failed"), public_url=public_url),
            # Safe to compress: a page holds no secret that another site could guess letter by letter.
            Middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4),
            Middleware(
                TrustedHostMiddleware,
                allowed_hosts=[*hosts, *([public_host] if public_host else [])],
                www_redirect=False,
            ),
        ],
        exception_handlers={HTTPException: answers.not_found},
    )


def _health(version: str) -> Callable[[Request], Response]:
    def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": version})

    return health


def _file(name: str, kind: str) -> Route:
    content = (_STATIC / name).read_bytes()

    def file(_: Request) -> Response:
        return Response(content, media_type=kind, headers={"Cache-Control": "max-age=600"})

    return Route(f"/{name}", file, methods=["GET"], name=name)


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
