"""The configuration: typed, unknown keys refused, read once and passed down as arguments."""

import ipaddress
import re
import tomllib
import zoneinfo
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from commands.output import UnusableError
from crawler.collectors import FILES
from crawler.source import Manners, Source
from crawler.targets import read_address, read_channel

DEFAULT = Manners()

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(value: object) -> int:
    """`90s`, `5m`, `2h`, `1d` as seconds."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if not match or int(match[1]) == 0:
        raise ValueError("must be a number with s, m, h or d, for instance 5m")
    return int(match[1]) * _UNITS[match[2]]


def pause(value: object) -> float:
    """`2s`, `0.5s` as seconds."""
    match = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)s", value) if isinstance(value, str) else None
    if not match:
        raise ValueError("must be a number of seconds with s, for instance 2s or 0.5s")
    return float(match[1])


def checked_proxy(value: str) -> str:
    """The address of a SOCKS5 proxy. Raises ValueError, without repeating what may hold a password."""
    if not re.fullmatch(r"socks5h?://(?:[^\s:@/]{1,255}:[^\s@/]{1,255}@)?[\w.\-\[\]:]{1,255}:\d{1,5}", value):
        raise ValueError("must be socks5://host:port, or socks5://user:password@host:port")
    return value


def checked_network(value: str) -> str:
    """An address or network, as CIDR. Raises ValueError."""
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise ValueError(f"{value} is no network: give 192.168.7.0/24, or one address") from None


_Path = Annotated[Path, Field(strict=False)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceSettings(_Section):
    """A declared source."""

    name: Annotated[str, Field(pattern=r"^[\w.\-]{1,64}$")]
    kind: Literal["export", "jsonl", "telegram", "paste"]
    target: Annotated[str, Field(min_length=1)]
    interval: Annotated[int, BeforeValidator(seconds)]
    enabled: bool = True
    proxy: Annotated[str, AfterValidator(checked_proxy)] | None = None
    allow: tuple[Annotated[str, AfterValidator(checked_network)], ...] = ()

    @model_validator(mode="after")
    def _target_is_of_its_kind(self) -> Self:
        if self.kind == "telegram" and read_channel(self.target).post is not None:
            raise ValueError(f"{self.target} is one post: name the channel")
        if self.kind == "paste":
            read_address(self.target)
        return self


class CrawlerSettings(_Section):
    """What is watched, and how the program behaves there."""

    user_agent: Annotated[str, Field(pattern=r"^[\x21-\x7e][\x20-\x7e]{0,199}$")] = DEFAULT.user_agent
    pace: Annotated[float, BeforeValidator(pause)] = DEFAULT.pace
    first_look: Annotated[int, BeforeValidator(seconds)] = int(DEFAULT.first_look.total_seconds())
    telegram_url: Annotated[str, AfterValidator(lambda url: read_address(url).url)] = DEFAULT.telegram_url
    sources: tuple[SourceSettings, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two sources are named {name}: give each its own name")
        return self

    def manners(self) -> Manners:
        """How the crawler behaves towards sites."""
        return Manners(
            user_agent=self.user_agent,
            pace=self.pace,
            first_look=timedelta(seconds=self.first_look),
            telegram_url=self.telegram_url,
        )


class DetectorsSettings(_Section):
    """Whom it is matched against."""

    watchlists: tuple[_Path, ...] = ()


class StorageSettings(_Section):
    """What is kept, and where."""

    folder: _Path
    capture: Literal["extract", "full"] = "extract"
    legal_basis: str = ""

    @model_validator(mode="after")
    def _full_needs_a_basis(self) -> Self:
        if self.capture == "full" and not self.legal_basis.strip():
            raise ValueError('capture = "full" needs its legal_basis written down; or set capture = "extract"')
        return self


class DeskSettings(_Section):
    """Where the page is served, under which name, and by whose clock."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8737
    public_url: str = ""
    timezone: str = "Europe/Paris"

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
        if self.public_url and not re.fullmatch(r"https?://[\w.\-\[\]:]{1,255}", self.public_url):
            raise ValueError("public_url must be https://host or https://host:port, without a path")
        if self.timezone not in zoneinfo.available_timezones():
            raise ValueError("timezone must be a name such as Europe/Paris")
        return self


class Settings(_Section):
    """The whole configuration, paths absolute."""

    crawler: CrawlerSettings = CrawlerSettings()
    detectors: DetectorsSettings = DetectorsSettings()
    storage: StorageSettings
    desk: DeskSettings = DeskSettings()

    def declared_sources(self) -> list[Source]:
        """The sources of the configuration, as the crawler knows them."""
        return [Source(**source.model_dump()) for source in self.crawler.sources]


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
    return settings.model_copy(
        update={
            "crawler": settings.crawler.model_copy(update={"sources": sources}),
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
