"""Keeps a test process, and every Python process it starts, on this machine.

Python imports `sitecustomize` at start-up where it finds one; `conftest.py` puts this folder on the path of the
processes the tests start, and imports it itself. An audit hook cannot be taken out again.
"""

import ipaddress
import sys

_LOCAL_NAMES = frozenset({"localhost", "testserver", ""})


class OutsideLoopbackError(BaseException):
    """A test tried to reach outside. Not an Exception: nothing may swallow it."""


def _is_loopback(host: object) -> bool:
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return name in _LOCAL_NAMES


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        # A tuple is an internet address; a string or bytes is a path on this machine.
        if isinstance(address, tuple) and address and not _is_loopback(address[0]):
            raise OutsideLoopbackError(f"{event} to {address[0]!r}: tests stay on this machine")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not _is_loopback(arguments[0]):
        raise OutsideLoopbackError(f"{event} of {arguments[0]!r}: tests stay on this machine")


sys.addaudithook(_guard)
