"""Opens the rooms from the configuration and hands them to each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from commands.front import Front
from commands.output import UnusableError
from commands.settings import Settings, read_settings
from commands.watchlist_files import read_watchlist_file, watchlist_digest
from crawler.collectors import FILES
from crawler.source import Reach, Source
from crawler.targets import Address, Channel, File, read_target
from detectors.model import Entity
from detectors.registers import shipped
from storage import alerts, sources, telegram, watchlists
from storage.alerts import Capturing
from storage.seal import read_recipients
from storage.store import Store, open_store

if TYPE_CHECKING:
    from crawler.accounts import Accounts
    from detectors.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class World:
    """The open rooms."""

    settings: Settings
    store: Store

    def watchlist(self) -> "Watchlist":
        """The shipped list, the configured files and the imported registers, compiled."""
        # Imported here: a fifth of a command's start, and most commands match nothing.
        from commands.compiled import kept_watchlist

        parts = [*map(watchlist_digest, self.settings.detectors.watchlists)]
        # Without imported registers the store has no part in it, and installations of the same files share one.
        if registers := watchlists.registers(self.store):
            parts.append(f"{self.store.folder}")
        parts += [f"{each.name} {each.imported_at.isoformat()} {each.entities}" for each in registers]
        return kept_watchlist(parts, self.entities)

    def entities(self) -> Iterator[Entity]:
        """Every watched organisation."""
        yield from shipped()
        for path in self.settings.detectors.watchlists:
            yield from read_watchlist_file(path)
        yield from watchlists.imported(self.store)

    def capturing(self) -> Capturing:
        """How captures are sealed."""
        return Capturing(mode=self.settings.storage.capture, recipients=read_recipients(self.store.public_keys))

    def reach(self) -> Reach:
        """What the sources share on their way to the web, for one event loop."""
        manners = self.settings.crawler.manners()
        return Reach(manners, partial(alerts.alerted_refs, self.store), self._accounts(manners.account_pace))

    def _accounts(self, pace: float) -> "Accounts | None":
        if not self.settings.accounts():
            return None
        # Here, because it brings Telethon with it, which an installation without accounts need not load.
        from crawler.accounts import Accounts

        return Accounts(self.settings.accounts(), self.store, pace)

    def account_of(self, source: Source) -> str | None:
        """The account that reads a source: the one it names, was given to, or that the rules say, in this order."""
        rule = next((each.name for each in self.settings.accounts() if each.reads(source.name)), None)
        return source.account or telegram.account_of(self.store, source.name) or rule

    def host_of(self, source: Source) -> str | None:
        """The host a source is asked at; none for a file, and for what an account reads."""
        if source.kind in FILES or source.kind == "telegram-account":  # which goes its account's way
            return None
        return urlsplit(self.settings.crawler.telegram_url if source.kind == "telegram" else source.target).hostname

    def way_to(self, target: str) -> Source:
        """A configured source of the target's host: what is read through a proxy is never asked for directly.

        One without name, proxy and networks where there is none. Raises `TargetError`.
        """
        match read_target(target):
            case Channel():
                host = urlsplit(self.settings.crawler.telegram_url).hostname
            case Address() as address:
                host = address.host
            case File():
                host = None
        ways = [source for source in self.sources() if host and self.host_of(source) == host]
        nothing_special = Source(name="", kind="", target="", interval=0, declared=False)
        return max(ways, key=lambda source: source.proxy is not None, default=nothing_special)

    def sources(self) -> list[Source]:
        """Declared and added sources; a name in both places is refused."""
        declared = self.settings.declared_sources()
        added = [
            Source(
                name=each.name,
                kind=each.kind,
                target=each.target,
                interval=each.interval,
                declared=False,
                proxy=each.proxy,
                allow=each.allow,
                comments=each.comments,
            )
            for each in sources.added(self.store)
        ]
        clash = {source.name for source in declared} & {source.name for source in added}
        if clash:
            name = min(clash)
            raise UnusableError(
                f"source {name} is declared in the configuration and was added by command: "
                f"rename it there, or run `vigifuite sources remove {name}`"
            )
        return [*declared, *added]


def open_world(front: Front, *, create: bool = False) -> World:
    """Read the configuration and open the store."""
    settings = read_settings(front.config)
    return World(settings, open_store(settings.storage.folder, create=create))
