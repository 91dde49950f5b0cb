"""The one way out towards sources: paced, capped, guarded, and failing only with our own errors.

    get ──> wait for the host's turn ──> one connection, one answer ──> Page
                     ^                              │
                     └── a redirect, or try again ──┘    all of it under one deadline

Everything an answer holds is taken for an attack. No text of an error repeats any of it: only host and cause.
"""

import asyncio
import re
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from ipaddress import IPv4Address
from random import SystemRandom
from types import MappingProxyType

import httpcore
import httpx

from crawler.addresses import AddressGuard, Network, literal_address
from crawler.answers import REDIRECTS, Body, Page, is_gzip, joined, refuse_status
from crawler.collector import CollectorError, SourceChanged
from crawler.connections import Proxy, Resolve, Way, ask_the_system, trouble_of
from crawler.lanes import Lanes
from crawler.trouble import Trouble

__all__ = ["Client", "Page", "Resolve"]

MIB = 1024 * 1024
MAX_REDIRECTS = 5
_MAX_URL = 8000
_MAX_VALIDATOR = 500

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")

_NOTHING: Mapping[str, str] = MappingProxyType({})
_random = SystemRandom()


class Client:
    """Fetches pages for every collector; raises `CollectorError` only.

    A refused address, size, encoding or redirect is `SourceChanged`: trying later does not help, a human must look.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        lanes: Lanes,  # shared by all clients of a process, so that no host is asked faster through two of them
        deadline: float = 60.0,  # seconds for one `get`, from its host's turn to the last byte
        cap: int = 5 * MIB,  # bytes of a body, on the wire and inflated
        proxy: str | None = None,  # socks5://[user:password@]host:port
        allowed: tuple[Network, ...] = (),  # inner networks that may be reached, on any port
        ports: tuple[int, ...] = (80, 443),
        retries: int = 2,
        backoff: float = 1.0,  # seconds before the first retry; doubles
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if not (user_agent.isascii() and user_agent.isprintable() and user_agent.strip()):
            raise ValueError("the user agent must be one line of printable ASCII")
        self._user_agent = user_agent
        self._deadline = deadline
        self._cap = cap
        self._retries = retries
        self._backoff = backoff
        self._guard = AddressGuard(allowed=allowed, ports=ports)
        self._proxied = proxy is not None
        self._lanes = lanes
        self._patience = max(deadline, 2 * lanes.pace)
        self._tls = tls or shipped_certificates()
        self._way = Way(
            guard=self._guard,
            resolve=resolve or ask_the_system,
            proxy=Proxy.of(proxy) if proxy is not None else None,
        )

    async def get(self, url: str, *, validators: Mapping[str, str] = _NOTHING, cut: bool = False) -> Page:
        """The page at a URL; with `cut`, as much of a longer one as the cap allows."""
        outcome = await self._outcome(url, validators, cut)
        # Raised here and not where it was found: an error that hangs on no other carries nothing of the content.
        if isinstance(outcome, CollectorError):
            raise outcome
        return outcome

    async def aclose(self) -> None:
        """Ends the use of this client; nothing stays open between two requests, so nothing is left to close."""

    async def _outcome(self, url: str, validators: Mapping[str, str], cut: bool) -> Page | CollectorError:
        trip: _Trip | None = None
        try:
            trip = _Trip(url=self._checked(url), validators=validators, cut=cut)
            # Waiting for our own turn is no fault of the site: the deadline starts behind it.
            await self._lanes.turn(trip.host, self._patience)
            async with asyncio.timeout(self._deadline) as limit:
                trip.ends = limit.when() or 0.0
                return await self._travel(trip)
        except Trouble as found:
            trouble = found.with_traceback(None)  # its frames hold what was read
        except TimeoutError:
            trouble = Trouble(f"no complete answer within {self._deadline:g} s")
        except Exception as error:
            trouble = Trouble(f"could not be read ({type(error).__name__})")
        return trouble.seen_from(trip.where if trip else _host_in(url))

    async def _travel(self, trip: "_Trip") -> Page:
        """Follows redirects to a page."""
        while True:
            page = await self._persist(trip)
            if page.status not in REDIRECTS:
                return page
            self._turn_off(trip, page)
            await self._lanes.turn(trip.host, trip.seconds_left())

    def _turn_off(self, trip: "_Trip", page: Page) -> None:
        """Points the trip to where a redirect leads, if it may go there."""
        if not (location := page.headers.get("location")):
            raise Trouble(f"answered {page.status} without saying where to", SourceChanged)
        trip.seen.append(str(trip.url))
        if len(trip.seen) > MAX_REDIRECTS:
            raise Trouble(f"more than {MAX_REDIRECTS} redirects", SourceChanged)
        try:
            url = self._checked(location, trip.url)
        except Trouble as trouble:
            raise Trouble(f"redirects to {trouble.reason}", SourceChanged) from None
        if trip.url.scheme == "https" and url.scheme != "https":
            raise Trouble("redirects from https to http: refused", SourceChanged)
        if str(url) in trip.seen:
            raise Trouble("redirects in a circle", SourceChanged)
        trip.url = url

    async def _persist(self, trip: "_Trip") -> Page:
        """Asks until there is an answer, or no sense in asking again."""
        while True:
            try:
                return await self._ask(trip)
            except Trouble as trouble:
                if trouble.pause is not None:
                    self._lanes.close(trip.host, trouble.pause)
                if not trouble.again or trip.tries >= self._retries:
                    raise
                pause = self._backoff * 2**trip.tries * _random.uniform(0.5, 1.5)
                if max(pause, trouble.pause or 0.0) >= trip.seconds_left():
                    raise
            trip.tries += 1
            await asyncio.sleep(pause)
            await self._lanes.turn(trip.host, trip.seconds_left())

    async def _ask(self, trip: "_Trip") -> Page:
        """One request on a connection of its own.

        A connection that serves twice can hand the rest of one answer out as the start of the next; at our
        pace it would save nothing.
        """
        url = trip.url
        port = _port_of(url)
        connection = httpcore.AsyncHTTPConnection(
            origin=httpcore.Origin(url.raw_scheme, url.raw_host, port),
            ssl_context=self._tls if url.scheme == "https" else None,
            network_backend=self._way,
        )
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=url.raw_path)
        try:
            async with connection, connection.stream("GET", target, headers=self._headers(trip)) as response:
                return await self._take(trip, response)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, zlib.error) as error:
            raise trouble_of(error) from None

    def _headers(self, trip: "_Trip") -> list[tuple[bytes, bytes]]:
        headers = [
            (b"Host", trip.url.netloc),
            (b"User-Agent", self._user_agent.encode("ascii")),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"gzip"),
            (b"Connection", b"close"),
        ]
        # Another host could read from them what we read elsewhere, and when.
        if trip.host == trip.first_host:
            for name, header in (("etag", b"If-None-Match"), ("last-modified", b"If-Modified-Since")):
                value = trip.validators.get(name, "")
                # They come from the site, through the bookmark: one that could end a header line is left out.
                if value and value.isascii() and value.isprintable() and len(value) <= _MAX_VALIDATOR:
                    headers.append((header, value.encode("ascii")))
        return headers

    async def _take(self, trip: "_Trip", response: httpcore.Response) -> Page:
        headers = joined(response.headers)
        refuse_status(response.status, headers)
        body, was_cut = b"", False
        if response.status not in REDIRECTS and response.status != 304:
            body, was_cut = await self._body(response, headers, trip.cut)
        return Page(
            url=str(trip.url),
            status=response.status,
            headers=headers,
            body=body,
            received_at=datetime.now(UTC),
            was_cut=was_cut,
        )

    async def _body(self, response: httpcore.Response, headers: Mapping[str, str], cut: bool) -> tuple[bytes, bool]:
        body = Body(cap=self._cap, gzip=is_gzip(headers))
        # The seams of chunks come on top.
        response.extensions["network_stream"].allow(self._cap + MIB)
        too_much = Trouble(f"sends more than {self._cap} bytes", SourceChanged)
        length = headers.get("content-length", "")
        if not cut and length.isdecimal() and int(length) > self._cap:
            raise too_much
        async for chunk in response.aiter_stream():
            if not body.take(chunk):
                if cut:
                    return bytes(body.kept[: self._cap]), True
                raise too_much
        if not body.is_complete():
            raise Trouble("broke off within its gzip")
        return bytes(body.kept), False

    def _checked(self, text: str, base: httpx.URL | None = None) -> httpx.URL:
        """A URL that may be asked for; what its name resolves to is checked where the connection is made."""
        if len(text) > _MAX_URL or not text.isprintable() or "\\" in text:
            raise Trouble("a URL with characters or a length no URL has: refused", SourceChanged)
        try:
            url = (base.join(text) if base else httpx.URL(text)).copy_with(fragment=None)
            port = _port_of(url)
            host = _host_of(url)
            if url.raw_host.endswith(b"."):
                # The dot of an absolute name is the resolver's business: no certificate has it.
                url = url.copy_with(host=host)
        except (httpx.InvalidURL, ValueError):
            raise Trouble("a URL nobody can read: refused", SourceChanged) from None
        if url.scheme not in ("http", "https"):
            raise Trouble("a URL that is neither http nor https: refused", SourceChanged)
        if url.userinfo:
            raise Trouble("a URL with credentials: refused", SourceChanged)
        try:
            address = literal_address(host)
        except ValueError:
            raise Trouble("an address in a spelling nobody reads alike: refused", SourceChanged) from None
        if address is None:
            self._check_name(host, port)
        elif why := self._guard.why_refused(address, port):
            raise Trouble(f"{why}: refused", SourceChanged)
        return url

    def _check_name(self, host: str, port: int) -> None:
        if not _HOST.match(host):
            raise Trouble("a URL without a proper host: refused", SourceChanged)
        if not self._proxied:
            if host.split(".")[-1] == "onion":
                raise Trouble("an .onion address, which needs a SOCKS proxy: refused", SourceChanged)
            return
        # The proxy resolves, out of our sight: what can be known from the name alone is checked here.
        if host.split(".")[-1] == "localhost":
            why = self._guard.why_refused(IPv4Address("127.0.0.1"), port)
        else:
            why = self._guard.why_port_refused(port)
        if why:
            raise Trouble(f"{why}: refused", SourceChanged)


@cache
def shipped_certificates() -> ssl.SSLContext:
    """Whom to believe: the certificates shipped with httpx. Like all of the client, blind to the environment."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(slots=True, kw_only=True)
class _Trip:
    """Where one `get` stands."""

    url: httpx.URL
    validators: Mapping[str, str]
    cut: bool
    first_host: str = ""
    ends: float = 0.0  # on the loop's clock
    tries: int = 0
    seen: list[str] = field(default_factory=list)  # URLs that redirected

    def __post_init__(self) -> None:
        self.first_host = self.host

    @property
    def host(self) -> str:
        return _host_of(self.url)

    @property
    def where(self) -> str:
        return self.host if self.host == self.first_host else f"{self.first_host} -> {self.host}"

    def seconds_left(self) -> float:
        return self.ends - asyncio.get_running_loop().time()


def _host_of(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").removesuffix(".")


def _host_in(text: str) -> str:
    """The host of a URL that was refused, if it is fit to be shown."""
    try:
        host = _host_of(httpx.URL(text))
    except (httpx.InvalidURL, ValueError):
        host = ""
    return host if re.fullmatch(r"[a-z0-9._:-]{1,253}", host) else "an unreadable host"


def _port_of(url: httpx.URL) -> int:
    port = url.port or (443 if url.scheme == "https" else 80)
    if url.port == 0 or not 0 < port < 65536:
        raise ValueError("no such port")
    return port
