"""The configuration: typed, unknown keys refused, read once and passed down as arguments."""

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from commands.output import UnusableError
from crawler.collectors import COLLECTORS
from crawler.job import Source

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(value: object) -> int:
    """`90s`, `5m`, `2h`, `1d` as seconds."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if not match or int(match[1]) == 0:
        raise ValueError("must be a number with s, m, h or d, for instance 5m")
    return int(match[1]) * _UNITS[match[2]]


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

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if self.enabled and self.kind not in COLLECTORS:
            raise ValueError(f"this version cannot read sources of kind {self.kind} yet: set enabled = false")
        return self


class CrawlerSettings(_Section):
    """What is watched."""

    sources: tuple[SourceSettings, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two sources are named {name}: give each its own name")
        return self


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
    """Where the page is served."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8737

    @model_validator(mode="after")
    def _only_loopback(self) -> Self:
        try:
            loopback = ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            loopback = self.host == "localhost"
        if not loopback:
            raise ValueError("the desk has no login yet: host must be a loopback address such as 127.0.0.1")
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
        source.model_copy(update={"target": str(folder / source.target)}) if source.kind in COLLECTORS else source
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
