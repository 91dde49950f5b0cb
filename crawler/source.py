"""A source, and what all sources of a process share on their way to the web."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.client import Client, shipped_certificates
from crawler.lanes import Lanes
from crawler.sandbox import Sandbox

if TYPE_CHECKING:  # it speaks of sources, and brings Telethon with it, which most commands need not
    from crawler.accounts import Accounts

USUAL_PORTS = (80, 443)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One way of looking."""

    name: str
    kind: str  # a key of `COLLECTORS`
    target: str
    interval: int  # seconds between two looks
    enabled: bool = True
    declared: bool = True  # in the configuration, rather than added by command
    proxy: str | None = None  # socks5://[user:password@]host:port; then there is no other way to it
    allow: tuple[str, ...] = ()  # inner networks it may be read from
    account: str | None = None  # the Telegram account that must read it, whatever the rules say
    comments: bool = False  # those of a channel's linked group too


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the program behaves towards the sites it reads."""

    user_agent: str = "Vigifuite (watches for leaked health data; only reads)"
    pace: float = 2.0  # seconds between two requests to one host, at least
    first_look: timedelta = timedelta(days=7)  # how far back a source is read at first sight
    telegram_url: str = "https://t.me"
    account_pace: float = 3.0  # seconds between two pages of history asked for by one Telegram account, at length


class Reach:
    """What the sources of one process share: the pace towards each host, the children that parse pages."""

    def __init__(
        self, manners: Manners, alerted: Callable[[str], set[str]], accounts: "Accounts | None" = None
    ) -> None:
        self.manners = manners
        self.accounts = accounts
        self.alerted = alerted  # place → refs of its alerts; blocks, so it is called in a thread
        self.sandbox = Sandbox()
        self._lanes = Lanes(manners.pace)
        self._tls = shipped_certificates()  # now: reading them takes long enough to be felt by who waits meanwhile
        self._clients: dict[tuple[str | None, tuple[str, ...], int], Client] = {}

    def client(self, source: Source, url: str) -> Client:
        """The client for a source whose site lies at a URL. Raises ValueError for a proxy or network that is none."""
        port = port_of(url)
        way = (source.proxy, source.allow, port)
        if way not in self._clients:
            self._clients[way] = Client(
                user_agent=self.manners.user_agent,
                lanes=self._lanes,
                tls=self._tls,
                proxy=source.proxy,
                allowed=tuple(ip_network(network) for network in source.allow),
                # A site on a port of its own was named with it by a human.
                ports=(*USUAL_PORTS, port),
            )
        return self._clients[way]

    async def aclose(self) -> None:
        """End the children that parse pages, and disconnect the accounts."""
        if self.accounts:
            await self.accounts.aclose()
        await self.sandbox.aclose()


def port_of(url: str) -> int:
    """The port a URL names or implies. Raises ValueError where it names one that is none."""
    parts = urlsplit(url)
    return parts.port or (80 if parts.scheme == "http" else 443)
