"""How a connection is made: to an address that was checked, or through a SOCKS proxy, and in no third way."""

import asyncio
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote

import httpcore
import httpx

from crawler.addresses import Address, AddressGuard, literal_address
from crawler.collector import SourceChanged
from crawler.trouble import Trouble

_HEAD_BYTES = 256 * 1024  # all that comes before a body; an endless "100 Continue" is read in slow small steps
_CONNECT_SECONDS = 10.0  # per address, so that a dead one leaves time for the next
_MAX_ADDRESSES = 3  # tried of one name, each of them checked

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    host: str
    port: int
    user: bytes
    password: bytes

    @staticmethod
    def of(text: str) -> "Proxy":
        url = httpx.URL(text)
        # Never in the text of the error: the URL may hold a password.
        if url.scheme not in ("socks5", "socks5h") or not url.host:
            raise ValueError("the proxy must be socks5://host:port")
        user, _, password = url.userinfo.decode("ascii").partition(":")
        found = Proxy(
            host=url.raw_host.decode("ascii"),
            port=url.port or 1080,
            user=unquote(user).encode(),
            password=unquote(password).encode(),
        )
        if len(found.user) > 255 or len(found.password) > 255:
            raise ValueError("the proxy's user and password have at most 255 bytes")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(httpcore.AsyncNetworkBackend):
    """How a connection is made: to an address that was checked, or through the proxy, and in no third way."""

    guard: AddressGuard
    resolve: Resolve
    proxy: Proxy | None

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
            return Metered(await self._direct(host, port))
        return Metered(await self._proxied(self.proxy, host, port))

    async def _direct(self, host: str, port: int) -> httpcore.AsyncNetworkStream:
        reason = "cannot be connected to"
        for address in (await self._addresses(host, port))[:_MAX_ADDRESSES]:
            try:
                return await httpcore.AnyIOBackend().connect_tcp(str(address), port, timeout=_CONNECT_SECONDS)
            except httpcore.ConnectTimeout:
                reason = f"no connection within {_CONNECT_SECONDS:g} s"
            except httpcore.ConnectError:
                reason = "cannot be connected to"
        raise Trouble(reason, again=True)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        """The addresses of a host, asked for once and each of them checked."""
        literal = literal_address(host)
        try:
            found = [literal] if literal else [ip_address(text) for text in await self.resolve(host)]
        except socket.gaierror as error:
            raise Trouble("its name does not resolve", again=error.errno == socket.EAI_AGAIN) from None
        except (OSError, ValueError):
            raise Trouble("its name does not resolve") from None
        if not found:
            raise Trouble("its name has no address")
        for address in found:
            # One inner address among good ones is an attack, or a network that is not what it was.
            if why := self.guard.why_refused(address, port):
                raise Trouble(f"leads to {why}: refused", SourceChanged)
        return found

    async def _proxied(self, proxy: Proxy, host: str, port: int) -> httpcore.AsyncNetworkStream:
        try:
            stream = await httpcore.AnyIOBackend().connect_tcp(proxy.host, proxy.port, timeout=_CONNECT_SECONDS)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            raise Trouble("the proxy cannot be connected to", again=True) from None
        try:
            await _introduce(stream, proxy, host, port)
        except BaseException as error:
            await stream.aclose()
            if isinstance(error, httpcore.NetworkError):
                raise Trouble("the proxy broke off", again=True) from None
            raise
        return stream


class Metered(httpcore.AsyncNetworkStream):
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
            raise Trouble("sends more than a page may have", SourceChanged)
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
            return Metered(await self._stream.start_tls(ssl_context, server_hostname, timeout))
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


async def _introduce(stream: httpcore.AsyncNetworkStream, proxy: Proxy, host: str, port: int) -> None:
    """SOCKS5 up to the open connection (RFC 1928, 1929); a name goes to the proxy as it is.

    Ours because httpcore's reads without a time limit, takes each answer to come in one piece, and leaks the
    socket of a handshake that was called off.
    """
    method = 2 if proxy.user else 0
    await stream.write(bytes((5, 1, method)))
    if await _exactly(stream, 2) != bytes((5, method)):
        raise Trouble("the proxy refuses us")
    if method == 2:
        user, password = proxy.user, proxy.password
        await stream.write(bytes((1, len(user))) + user + bytes((len(password),)) + password)
        if (await _exactly(stream, 2))[1] != 0:
            raise Trouble("the proxy refuses our user or password")
    address = literal_address(host)
    if address is None:
        name = host.encode("ascii")
        goal = bytes((3, len(name))) + name
    else:
        goal = bytes((1 if address.version == 4 else 4,)) + address.packed
    await stream.write(b"\x05\x01\x00" + goal + port.to_bytes(2, "big"))
    version, reply, _, kind = await _exactly(stream, 4)
    if version != 5:
        raise Trouble("the proxy does not speak SOCKS5")
    if reply != 0:
        raise Trouble(f"the proxy gives up: {_SOCKS_REPLIES.get(reply, 'unknown reason')}", again=reply != 2)
    length = {1: 4, 4: 16}.get(kind) or (await _exactly(stream, 1))[0]
    await _exactly(stream, length + 2)


async def _exactly(stream: httpcore.AsyncNetworkStream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        # Never more than asked for: what follows belongs to the site.
        piece = await stream.read(count - len(data))
        if not piece:
            raise Trouble("the proxy broke off", again=True)
        data += piece
    return data


def trouble_of(error: Exception) -> Trouble:
    """The one short reason for what a connection ended with; the library's own text may quote the answer."""
    match error:
        case zlib.error():
            return Trouble("sends broken gzip")
        case httpcore.RemoteProtocolError():
            return Trouble("broke off, or does not speak HTTP")
        case httpcore.ProtocolError():
            return Trouble("cannot be asked in HTTP")
        case _:
            return Trouble("broke off", again=True)


def _tls_trouble(error: httpcore.ConnectError) -> Trouble:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Trouble(f"its certificate is refused: {cause.verify_message}")
    return Trouble("no TLS connection", again=not isinstance(cause, ssl.SSLError))


async def ask_the_system(host: str) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
