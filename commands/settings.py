"""The configuration: typed, unknown keys refused, read once and passed down as arguments."""

import ipaddress
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from commands.durations import pause, seconds
from commands.mail_settings import HeartbeatSettings, MailSettings, Section, checked_public_url, checked_zone
from commands.output import UnusableError
from crawler import account_settings
from crawler.collectors import CHANNELS, FILES
from crawler.source import Manners, Source
from crawler.targets import read_address, read_channel

DEFAULT = Manners()


def checked_proxy(value: str) -> str:
    """The address of a SOCKS5 proxy. Raises ValueError, without repeating what may hold a password."""
    if not re.fullmatch(r"socks5h?://(?:[^\s:@/]{1,255}:[^\s@/]{1,255}@)?[\w.\-\[\]:]{1,255}:\d{1,5}", value):
        raise ValueError("must be socks5://host:port, or socks5://user:password@host:port")
    return value


def checked_account_proxy(value: str) -> str:
    """The address of a SOCKS5 or MTProto proxy. Raises ValueError, without repeating what may hold a secret."""
    if not value.startswith("mtproxy://"):
        return checked_proxy(value)
    if re.fullmatch(r"mtproxy://[\w.\-]{1,255}:\d{1,5}/(?i:ee)[0-9a-fA-F]+", value):
        raise ValueError("an MTProxy secret that begins with ee needs fake TLS, which is not supported")
    if not re.fullmatch(r"mtproxy://[\w.\-]{1,255}:\d{1,5}/(?:[dD][dD])?[0-9a-fA-F]{32}", value):
        raise ValueError("must be socks5://host:port, or mtproxy://host:port/secret with 32 hexadecimal digits")
    return value


def host_and_port(value: object) -> object:
    """`host:port` of a server."""
    match = re.fullmatch(r"([\w.\-]{1,255}):(\d{1,5})", value) if isinstance(value, str) else None
    if not match:
        raise ValueError("must be host:port")
    return match[1], int(match[2])


def checked_network(value: str) -> str:
    """An address or network, as CIDR. Raises ValueError."""
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise ValueError(f"{value} is no network: give 192.168.7.0/24, or one address") from None


_Path = Annotated[Path, Field(strict=False)]


class SourceSettings(Section):
    """A declared source."""

    name: Annotated[str, Field(pattern=r"^[\w.\-]{1,64}$")]
    kind: Literal["export", "jsonl", "telegram", "telegram-account", "paste"]
    target: Annotated[str, Field(min_length=1)]
    interval: Annotated[int, BeforeValidator(seconds)]
    enabled: bool = True
    proxy: Annotated[str, AfterValidator(checked_proxy)] | None = None
    allow: tuple[Annotated[str, AfterValidator(checked_network)], ...] = ()
    account: str | None = None
    comments: bool = False

    @model_validator(mode="after")
    def _target_is_of_its_kind(self) -> Self:
        if self.kind in CHANNELS and read_channel(self.target).post is not None:
            raise ValueError(f"{self.target} is one post: name the channel")
        if self.kind == "paste":
            read_address(self.target)
        if self.kind != "telegram-account" and (self.account or self.comments):
            raise ValueError(f"{self.name}: only a source of kind telegram-account has an account or comments")
        if self.kind == "telegram-account" and (self.proxy or self.allow):
            raise ValueError(f"{self.name}: the proxy of a source read through an account is its account's")
        return self


class AccountSettings(Section):
    """A Telegram account that reads channels."""

    name: Annotated[str, Field(pattern=r"^[\w\-]{1,32}$")]
    enabled: bool = True
    secrets: _Path | None = None
    sources: tuple[str, ...] = ("*",)
    proxy: Annotated[str, AfterValidator(checked_account_proxy)] | None = None
    server: Annotated[tuple[str, int], BeforeValidator(host_and_port)] | None = None
    server_key: _Path | None = None


class CrawlerSettings(Section):
    """What is watched, and how the program behaves there."""

    user_agent: Annotated[str, Field(pattern=r"^[\x21-\x7e][\x20-\x7e]{0,199}$")] = DEFAULT.user_agent
    pace: Annotated[float, BeforeValidator(pause)] = DEFAULT.pace
    first_look: Annotated[int, BeforeValidator(seconds)] = int(DEFAULT.first_look.total_seconds())
    telegram_url: Annotated[str, AfterValidator(lambda url: read_address(url).url)] = DEFAULT.telegram_url
    account_pace: Annotated[float, BeforeValidator(pause)] = DEFAULT.account_pace
    accounts: tuple[AccountSettings, ...] = ()
    sources: tuple[SourceSettings, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two sources are named {name}: give each its own name")
        accounts = [account.name for account in self.accounts]
        for account in accounts:
            if accounts.count(account) > 1:
                raise ValueError(f"two accounts are named {account}: give each its own name")
        for source in self.sources:
            if source.account and source.account not in accounts:
                raise ValueError(f"source {source.name}: there is no account named {source.account}")
        return self

    def manners(self) -> Manners:
        """How the crawler behaves towards sites."""
        return Manners(
            user_agent=self.user_agent,
            pace=self.pace,
            first_look=timedelta(seconds=self.first_look),
            telegram_url=self.telegram_url,
            account_pace=self.account_pace,
        )


class DetectorsSettings(Section):
    """Whom it is matched against."""

    watchlists: tuple[_Path, ...] = ()


class StorageSettings(Section):
    """What is kept, and where."""

    folder: _Path
    capture: Literal["extract", "full"] = "extract"
    legal_basis: str = ""

    @model_validator(mode="after")
    def _full_needs_a_basis(self) -> Self:
        if self.capture == "full" and not self.legal_basis.strip():
            raise ValueError('capture = "full" needs its legal_basis written down; or set capture = "extract"')
        return self


class DeskSettings(Section):
    """Where the page is served, under which name, by whose clock, and what is sent."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8737
    public_url: Annotated[str, AfterValidator(checked_public_url)] = ""
    timezone: Annotated[str, AfterValidator(checked_zone)] = "Europe/Paris"
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    mail: MailSettings = MailSettings()

    @model_validator(mode="after")
    def _is_well_placed(self) -> Self:
        try:
            loopback = ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            loopback = self.host == "localhost"
        if not loopback:
            raise ValueError(
                "the desk speaks no TLS: host must be a loopback address such as 127.0.0.1; "
                "for other machines put a web server with TLS before it and give its address as public_url"
            )
        return self


class Settings(Section):
    """The whole configuration, paths absolute."""

    crawler: CrawlerSettings = CrawlerSettings()
    detectors: DetectorsSettings = DetectorsSettings()
    storage: StorageSettings
    desk: DeskSettings = DeskSettings()

    def declared_sources(self) -> list[Source]:
        """The sources of the configuration, as the crawler knows them."""
        return [Source(**source.model_dump()) for source in self.crawler.sources]

    def accounts(self) -> tuple[account_settings.AccountSettings, ...]:
        """The Telegram accounts that are used, as the crawler knows them."""
        return tuple(
            account_settings.AccountSettings(**account.model_dump(exclude={"enabled"}))
            for account in self.crawler.accounts
            if account.enabled
        )


def read_settings(path: Path) -> Settings:
    """Read a configuration file; whatever is wrong is said in one line."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnusableError(f"no configuration at {path}: run `vigifuite init`, or name one with --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableError(f"cannot read {path}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise UnusableError(f"{path} is not valid TOML: {error}") from None
    try:
        return _absolute(Settings.model_validate(_as_tuples(document)), path.resolve().parent)
    except ValidationError as error:
        raise UnusableError(f"{path}: {_first_problem(error)}") from None


def _as_tuples(value: object) -> object:
    """TOML's lists as the strict, frozen settings take them."""
    if isinstance(value, dict):
        return {str(key): _as_tuples(inner) for key, inner in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


def _absolute(settings: Settings, folder: Path) -> Settings:
    """The same settings with paths that no longer depend on where the program was started."""
    sources = tuple(
        source.model_copy(update={"target": str(folder / source.target)}) if source.kind in FILES else source
        for source in settings.crawler.sources
    )
    watchlists = tuple(folder / path for path in settings.detectors.watchlists)
    accounts = tuple(
        account.model_copy(
            update={
                "secrets": account.secrets and folder / account.secrets,
                "server_key": account.server_key and folder / account.server_key,
            }
        )
        for account in settings.crawler.accounts
    )
    mail = settings.desk.mail.absolute(folder)
    heartbeat = settings.desk.heartbeat.absolute(folder)
    return settings.model_copy(
        update={
            "desk": settings.desk.model_copy(update={"mail": mail, "heartbeat": heartbeat}),
            "crawler": settings.crawler.model_copy(update={"sources": sources, "accounts": accounts}),
            "detectors": settings.detectors.model_copy(update={"watchlists": watchlists}),
            "storage": settings.storage.model_copy(update={"folder": folder / settings.storage.folder}),
        }
    )


def _first_problem(error: ValidationError) -> str:
    """What is wrong, where, and how to mend it; the first problem is enough to start with."""
    problem = error.errors()[0]
    where = ".".join(str(step) for step in problem["loc"]) or "the configuration"
    if problem["type"] == "extra_forbidden":
        return f"{where} is no known key: see config.example.toml for all of them"
    if problem["type"] == "missing":
        return f"{where} is missing: see config.example.toml"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"
