"""The one way out towards sources: paced, capped, guarded, and failing only with our own errors.

    get ──> wait for the host's turn ──> one connection, one answer ──> Page
                     ^                              │
                     └── a redirect, or try again ──┘    all of it under one deadline

Everything an answer holds is taken for an attack. No text of an error repeats any of it: only host and cause.
"""

import asyncio
import codecs
import re
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, ip_address
from random import SystemRandom
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

import httpcore
import httpx

from crawler.addresses import Address, AddressGuard, Network, literal_address
from crawler.collector import AccessDenied, CollectorError, SourceChanged, SourceUnavailable

__all__ = ["Client", "Page", "Resolve"]

MIB = 1024 * 1024
MAX_REDIRECTS = 5
_MAX_URL = 8000
_MAX_VALIDATOR = 500
_HEAD_BYTES = 256 * 1024  # all that comes before a body; an endless "100 Continue" is read in slow small steps
_CONNECT_SECONDS = 10.0  # per address, so that a dead one leaves time for the next
_MAX_ADDRESSES = 3  # tried of one name, each of them checked
_LONGEST_PAUSE = 24 * 3600.0  # of a Retry-After: no host can silence itself for good
_MAX_LANES = 4096
_MAX_MEMBERS = 100  # gzip members of one body
_GZIP = 31  # zlib's word for the gzip container

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DENIED = frozenset({401, 403, 407, 451})
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_TAKEN = frozenset({304, 404, 410})  # beside 2xx: for the collector to judge

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)

# Python's names of the charsets a browser reads. utf-7, punycode, unicode_escape and the like let a page say
# one thing to a browser and another to us.
_CHARSETS = frozenset(
    "ascii utf-8 utf-16 utf-16-le utf-16-be iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 "
    "iso8859-8 iso8859-9 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp866 cp874 cp1250 cp1251 cp1252 "
    "cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u mac-roman mac-cyrillic gbk gb2312 gb18030 big5 "
    "euc_jp shift_jis euc_kr".split()
)

_NOTHING: Mapping[str, str] = MappingProxyType({})
_random = SystemRandom()

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: what came, from where and when."""

    url: str  # where the answer came from in the end
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes  # inflated, at most the cap
    received_at: datetime  # UTC
    was_cut: bool  # the cap was reached (only with cut=True)

    @property
    def text(self) -> str:
        """The body as text, whatever it is made of: UTF-8, else the declared charset, else with replacements."""
        # A cut may fall within a character: `final=False` leaves its first half out.
        reader = codecs.getincrementaldecoder("utf-8")("strict")
        try:
            return reader.decode(self.body, final=not self.was_cut)
        except UnicodeDecodeError:
            return self.body.decode(self._declared_charset(), errors="replace")

    @property
    def validators(self) -> dict[str, str]:
        """What to hand to a later `get`, so that the site may answer "not modified"."""
        return {name: value for name in ("etag", "last-modified") if (value := self.headers.get(name))}

    def _declared_charset(self) -> str:
        declared = _CHARSET.search(self.headers.get("content-type", "")[:500])
        meta = _META_CHARSET.search(self.body[:2048])
        name = declared[1] if declared else meta[1].decode("ascii") if meta else "utf-8"
        try:
            known = codecs.lookup(name).name
        except LookupError:
            return "utf-8"
        if known in ("iso8859-1", "ascii"):
            return "cp1252"  # what every browser reads there
        return known if known in _CHARSETS else "utf-8"


class Client:
    """Fetches pages for every collector; raises `CollectorError` only.

    A refused address, size, encoding or redirect is `SourceChanged`: trying later does not help, a human must look.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        pace: float = 2.0,  # seconds between two requests to one host, at least
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
        self._lanes = _Lanes(pace)
        self._patience = max(deadline, 2 * pace)
        # Like all of this client, blind to the environment: the certificates shipped with httpx.
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        self._way = _Way(
            guard=self._guard,
            resolve=resolve or _ask_the_system,
            proxy=_Proxy.of(proxy) if proxy is not None else None,
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
        except _Trouble as found:
            trouble = found.with_traceback(None)  # its frames hold what was read
        except TimeoutError:
            trouble = _Trouble(f"no complete answer within {self._deadline:g} s")
        except Exception as error:
            trouble = _Trouble(f"could not be read ({type(error).__name__})")
        return trouble.seen_from(trip.where if trip else _host_in(url))

    async def _travel(self, trip: "_Trip") -> Page:
        """Follows redirects to a page."""
        while True:
            page = await self._persist(trip)
            if page.status not in _REDIRECTS:
                return page
            self._turn_off(trip, page)
            await self._lanes.turn(trip.host, trip.seconds_left())

    def _turn_off(self, trip: "_Trip", page: Page) -> None:
        """Points the trip to where a redirect leads, if it may go there."""
        if not (location := page.headers.get("location")):
            raise _Trouble(f"answered {page.status} without saying where to", SourceChanged)
        trip.seen.append(str(trip.url))
        if len(trip.seen) > MAX_REDIRECTS:
            raise _Trouble(f"more than {MAX_REDIRECTS} redirects", SourceChanged)
        try:
            url = self._checked(location, trip.url)
        except _Trouble as trouble:
            raise _Trouble(f"redirects to {trouble.reason}", SourceChanged) from None
        if trip.url.scheme == "https" and url.scheme != "https":
            raise _Trouble("redirects from https to http: refused", SourceChanged)
        if str(url) in trip.seen:
            raise _Trouble("redirects in a circle", SourceChanged)
        trip.url = url

    async def _persist(self, trip: "_Trip") -> Page:
        """Asks until there is an answer, or no sense in asking again."""
        while True:
            try:
                return await self._ask(trip)
            except _Trouble as trouble:
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
            raise _trouble_of(error) from None

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
        headers = _joined(response.headers)
        _refuse_status(response.status, headers)
        body, was_cut = b"", False
        if response.status not in _REDIRECTS and response.status != 304:
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
        body = _Body(cap=self._cap, gzip=_is_gzip(headers))
        # The seams of chunks come on top.
        response.extensions["network_stream"].allow(self._cap + MIB)
        too_much = _Trouble(f"sends more than {self._cap} bytes", SourceChanged)
        length = headers.get("content-length", "")
        if not cut and length.isdecimal() and int(length) > self._cap:
            raise too_much
        async for chunk in response.aiter_stream():
            if not body.take(chunk):
                if cut:
                    return bytes(body.kept[: self._cap]), True
                raise too_much
        if not body.is_complete():
            raise _Trouble("broke off within its gzip")
        return bytes(body.kept), False

    def _checked(self, text: str, base: httpx.URL | None = None) -> httpx.URL:
        """A URL that may be asked for; what its name resolves to is checked where the connection is made."""
        if len(text) > _MAX_URL or not text.isprintable() or "\\" in text:
            raise _Trouble("a URL with characters or a length no URL has: refused", SourceChanged)
        try:
            url = (base.join(text) if base else httpx.URL(text)).copy_with(fragment=None)
            port = _port_of(url)
            host = _host_of(url)
            if url.raw_host.endswith(b"."):
                # The dot of an absolute name is the resolver's business: no certificate has it.
                url = url.copy_with(host=host)
        except (httpx.InvalidURL, ValueError):
            raise _Trouble("a URL nobody can read: refused", SourceChanged) from None
        if url.scheme not in ("http", "https"):
            raise _Trouble("a URL that is neither http nor https: refused", SourceChanged)
        if url.userinfo:
            raise _Trouble("a URL with credentials: refused", SourceChanged)
        try:
            address = literal_address(host)
        except ValueError:
            raise _Trouble("an address in a spelling nobody reads alike: refused", SourceChanged) from None
        if address is None:
            self._check_name(host, port)
        elif why := self._guard.why_refused(address, port):
            raise _Trouble(f"{why}: refused", SourceChanged)
        return url

    def _check_name(self, host: str, port: int) -> None:
        if not _HOST.match(host):
            raise _Trouble("a URL without a proper host: refused", SourceChanged)
        if not self._proxied:
            if host.split(".")[-1] == "onion":
                raise _Trouble("an .onion address, which needs a SOCKS proxy: refused", SourceChanged)
            return
        # The proxy resolves, out of our sight: what can be known from the name alone is checked here.
        if host.split(".")[-1] == "localhost":
            why = self._guard.why_refused(IPv4Address("127.0.0.1"), port)
        else:
            why = self._guard.why_port_refused(port)
        if why:
            raise _Trouble(f"{why}: refused", SourceChanged)


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


class _Trouble(Exception):
    """What went wrong, before it is known whose fault it is; never leaves this module."""

    def __init__(
        self,
        reason: str,
        kind: type[CollectorError] = SourceUnavailable,
        *,
        again: bool = False,  # worth another try within this `get`
        pause: float | None = None,  # seconds the site asked us to stay away
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.again = again
        self.pause = pause

    def seen_from(self, where: str) -> CollectorError:
        """The error a collector sees."""
        text = f"{where}: {self.reason}"
        if self.kind is SourceUnavailable and self.pause is not None:
            return SourceUnavailable(text, until=datetime.now(UTC) + timedelta(seconds=self.pause))
        return self.kind(text)


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0  # on the loop's clock


class _Lanes:
    """One lane per host: first come, first served, and a full lane holds up no other."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._lanes: dict[str, _Lane] = {}

    async def turn(self, host: str, patience: float) -> None:
        """Comes back when it is our turn; raises at once if that is further off than our patience."""
        clock = asyncio.get_running_loop().time
        lane = self._lane(host)
        async with lane.lock:
            while (wait := lane.free_at - clock()) > 0:
                if wait > patience:
                    raise _Trouble("must not be asked again yet", pause=wait)
                await asyncio.sleep(wait)
            lane.free_at = clock() + self._pace * _random.uniform(1.0, 1.5)

    def close(self, host: str, seconds: float) -> None:
        """Keeps everybody out of a lane for so long."""
        lane = self._lane(host)
        lane.free_at = max(lane.free_at, asyncio.get_running_loop().time() + seconds)

    def _lane(self, host: str) -> _Lane:
        if host not in self._lanes and len(self._lanes) >= _MAX_LANES:
            now = asyncio.get_running_loop().time()
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.free_at > now or lane.lock.locked()}
        return self._lanes.setdefault(host, _Lane())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proxy:
    host: str
    port: int
    user: bytes
    password: bytes

    @staticmethod
    def of(text: str) -> "_Proxy":
        url = httpx.URL(text)
        # Never in the text of the error: the URL may hold a password.
        if url.scheme not in ("socks5", "socks5h") or not url.host:
            raise ValueError("the proxy must be socks5://host:port")
        user, _, password = url.userinfo.decode("ascii").partition(":")
        found = _Proxy(
            host=url.raw_host.decode("ascii"),
            port=url.port or 1080,
            user=unquote(user).encode(),
            password=unquote(password).encode(),
        )
        if len(found.user) > 255 or len(found.password) > 255:
            raise ValueError("the proxy's user and password have at most 255 bytes")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way(httpcore.AsyncNetworkBackend):
    """How a connection is made: to an address that was checked, or through the proxy, and in no third way."""

    guard: AddressGuard
    resolve: Resolve
    proxy: _Proxy | None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109  (httpcore's signature; the deadline is around it all)
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the host; HTTP and TLS above it go on speaking of the host by its name."""
        if self.proxy is None:
            return _Metered(await self._direct(host, port))
        return _Metered(await self._proxied(self.proxy, host, port))

    async def _direct(self, host: str, port: int) -> httpcore.AsyncNetworkStream:
        reason = "cannot be connected to"
        for address in (await self._addresses(host, port))[:_MAX_ADDRESSES]:
            try:
                return await httpcore.AnyIOBackend().connect_tcp(str(address), port, timeout=_CONNECT_SECONDS)
            except httpcore.ConnectTimeout:
                reason = f"no connection within {_CONNECT_SECONDS:g} s"
            except httpcore.ConnectError:
                reason = "cannot be connected to"
        raise _Trouble(reason, again=True)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        """The addresses of a host, asked for once and each of them checked."""
        literal = literal_address(host)
        try:
            found = [literal] if literal else [ip_address(text) for text in await self.resolve(host)]
        except socket.gaierror as error:
            raise _Trouble("its name does not resolve", again=error.errno == socket.EAI_AGAIN) from None
        except (OSError, ValueError):
            raise _Trouble("its name does not resolve") from None
        if not found:
            raise _Trouble("its name has no address")
        for address in found:
            # One inner address among good ones is an attack, or a network that is not what it was.
            if why := self.guard.why_refused(address, port):
                raise _Trouble(f"leads to {why}: refused", SourceChanged)
        return found

    async def _proxied(self, proxy: _Proxy, host: str, port: int) -> httpcore.AsyncNetworkStream:
        try:
            stream = await httpcore.AnyIOBackend().connect_tcp(proxy.host, proxy.port, timeout=_CONNECT_SECONDS)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            raise _Trouble("the proxy cannot be connected to", again=True) from None
        try:
            await _introduce(stream, proxy, host, port)
        except BaseException as error:
            await stream.aclose()
            if isinstance(error, httpcore.NetworkError):
                raise _Trouble("the proxy broke off", again=True) from None
            raise
        return stream


class _Metered(httpcore.AsyncNetworkStream):
    """A stream that ends what brings more than a page may have, in headers, seams or body alike."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._left = _HEAD_BYTES

    def allow(self, count: int) -> None:
        """Lets so many bytes more through."""
        self._left += count

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """What came, while the budget lasts."""
        data = await self._stream.read(max_bytes, timeout)
        self._left -= len(data)
        if self._left < 0:
            raise _Trouble("sends more than a page may have", SourceChanged)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Passes on."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """The same stream, encrypted."""
        try:
            return _Metered(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except BaseException as error:
            # httpcore leaves the socket open when it is the deadline that ends a handshake.
            await self._stream.aclose()
            if isinstance(error, httpcore.ConnectError):
                raise _tls_trouble(error) from None
            raise

    def get_extra_info(self, info: str) -> Any:
        """Passes on."""
        return self._stream.get_extra_info(info)


_SOCKS_REPLIES = {
    1: "general failure",
    2: "not allowed",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "time to live expired",
}


async def _introduce(stream: httpcore.AsyncNetworkStream, proxy: _Proxy, host: str, port: int) -> None:
    """SOCKS5 up to the open connection (RFC 1928, 1929); a name goes to the proxy as it is.

    Ours because httpcore's reads without a time limit, takes each answer to come in one piece, and leaks the
    socket of a handshake that was called off.
    """
    method = 2 if proxy.user else 0
    await stream.write(bytes((5, 1, method)))
    if await _exactly(stream, 2) != bytes((5, method)):
        raise _Trouble("the proxy refuses us")
    if method == 2:
        user, password = proxy.user, proxy.password
        await stream.write(bytes((1, len(user))) + user + bytes((len(password),)) + password)
        if (await _exactly(stream, 2))[1] != 0:
            raise _Trouble("the proxy refuses our user or password")
    address = literal_address(host)
    if address is None:
        name = host.encode("ascii")
        goal = bytes((3, len(name))) + name
    else:
        goal = bytes((1 if address.version == 4 else 4,)) + address.packed
    await stream.write(b"\x05\x01\x00" + goal + port.to_bytes(2, "big"))
    version, reply, _, kind = await _exactly(stream, 4)
    if version != 5:
        raise _Trouble("the proxy does not speak SOCKS5")
    if reply != 0:
        raise _Trouble(f"the proxy gives up: {_SOCKS_REPLIES.get(reply, 'unknown reason')}", again=reply != 2)
    length = {1: 4, 4: 16}.get(kind) or (await _exactly(stream, 1))[0]
    await _exactly(stream, length + 2)


async def _exactly(stream: httpcore.AsyncNetworkStream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        # Never more than asked for: what follows belongs to the site.
        piece = await stream.read(count - len(data))
        if not piece:
            raise _Trouble("the proxy broke off", again=True)
        data += piece
    return data


@dataclass(slots=True)
class _Body:
    """Takes a body in, bounded whatever it unfolds to."""

    cap: int
    gzip: bool
    kept: bytearray = field(default_factory=bytearray)
    wire: int = 0
    members: int = 0
    inflater: "zlib._Decompress | None" = None

    def take(self, chunk: bytes) -> bool:
        """Adds a chunk; False once there is more than the cap."""
        self.wire += len(chunk)
        if self.gzip:
            self._inflate(chunk)
        else:
            self.kept += chunk
        return self.wire <= self.cap and len(self.kept) <= self.cap

    def is_complete(self) -> bool:
        """Whether the gzip came to its end."""
        return self.inflater is None or self.inflater.eof

    def _inflate(self, chunk: bytes) -> None:
        while chunk and len(self.kept) <= self.cap:
            if self.inflater is None or self.inflater.eof:
                # Some servers leave bytes behind the end; only another member is part of the body.
                if self.members and chunk[0] != 0x1F:
                    return
                self.members += 1
                if self.members > _MAX_MEMBERS:
                    raise _Trouble("sends gzip in too many pieces", SourceChanged)
                self.inflater = zlib.decompressobj(_GZIP)
            self.kept += self.inflater.decompress(chunk, self.cap + 1 - len(self.kept))
            chunk = self.inflater.unused_data if self.inflater.eof else self.inflater.unconsumed_tail


def _is_gzip(headers: Mapping[str, str]) -> bool:
    named = [name.strip() for name in headers.get("content-encoding", "").lower().split(",")]
    encodings = [name for name in named if name not in ("", "identity")]
    # One gzip in another turns 2 KB into 1 GB: nobody honest sends that.
    if encodings not in ([], ["gzip"], ["x-gzip"]):
        raise _Trouble("answers in an encoding we did not ask for", SourceChanged)
    return bool(encodings)


def _joined(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("ascii", errors="replace").lower()
        try:
            value = raw_value.decode("utf-8")
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _refuse_status(status: int, headers: Mapping[str, str]) -> None:
    if 200 <= status < 300 or status in _TAKEN or status in _REDIRECTS:
        return
    if status in _DENIED:
        raise _Trouble(f"answered {status}", AccessDenied)
    if status in _TRY_AGAIN:
        pause = _seconds_of(headers.get("retry-after", "")) if status in (429, 503) else None
        raise _Trouble(f"answered {status}", again=True, pause=pause)
    raise _Trouble(f"answered {status}", SourceChanged if 300 <= status < 500 else SourceUnavailable)


def _seconds_of(retry_after: str) -> float | None:
    """The seconds a Retry-After asks for, as a number or a date."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after):
        return min(float(retry_after), _LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(retry_after[:100])
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None  # the library's parser was not made for hostile dates
    return min(max(seconds, 0.0), _LONGEST_PAUSE)


def _trouble_of(error: Exception) -> _Trouble:
    """The one short reason for what a connection ended with; the library's own text may quote the answer."""
    match error:
        case zlib.error():
            return _Trouble("sends broken gzip")
        case httpcore.RemoteProtocolError():
            return _Trouble("broke off, or does not speak HTTP")
        case httpcore.ProtocolError():
            return _Trouble("cannot be asked in HTTP")
        case _:
            return _Trouble("broke off", again=True)


def _tls_trouble(error: httpcore.ConnectError) -> _Trouble:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _Trouble(f"its certificate is refused: {cause.verify_message}")
    return _Trouble("no TLS connection", again=not isinstance(cause, ssl.SSLError))


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


async def _ask_the_system(host: str) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
