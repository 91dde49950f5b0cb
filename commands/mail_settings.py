"""What the configuration says of mails: who gets them, through which server, and when."""

import ipaddress
import re
import zoneinfo
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from commands.durations import seconds
from detectors.model import Severity, Tlp

_ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$"
_Address = Annotated[str, Field(pattern=_ADDRESS)]
_LABELS = {label.value.removeprefix("TLP:"): label for label in Tlp if label is not Tlp.CLEAR}


class Section(BaseModel):
    """A table of the configuration: typed, frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def checked_public_url(value: str) -> str:
    """The address by which others reach the desk, without a path. Raises ValueError."""
    if value and not re.fullmatch(r"https?://[\w.\-\[\]:]{1,255}", value):
        raise ValueError("must be https://host or https://host:port, without a path")
    return value


def checked_zone(value: str) -> str:
    """The name of a time zone. Raises ValueError."""
    if value not in zoneinfo.available_timezones():
        raise ValueError(f"{value} is no time zone: give a name such as Europe/Paris")
    return value


def checked_url(value: str) -> str:
    """An address we send to. Raises ValueError, without repeating what may hold a secret."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        fits = bool(host) and parts.username is None and parts.port != 0
    except ValueError:
        fits, host = False, ""
    if not fits or not (value.startswith("https://") or (value.startswith("http://") and is_loopback(host))):
        raise ValueError("must be https://host/path, without a password; http:// only towards this machine")
    return value


def checked_beat(value: str) -> str:
    """An address or the path of a file. Raises ValueError."""
    return checked_url(value) if "://" in value else value


def clock(value: object) -> time:
    """`08:00` as a time of day."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if not match:
        raise ValueError("must be an hour of the day such as 08:00")
    return time(int(match[1]), int(match[2]))


def hours(value: object) -> tuple[time, time] | None:
    """`22:00-07:00` as two times of day; empty: none."""
    if value == "":
        return None
    first, dash, last = value.partition("-") if isinstance(value, str) else ("", "", "")
    if not dash or clock(first) == clock(last):
        raise ValueError("must be two different hours such as 22:00-07:00, or empty")
    return clock(first), clock(last)


def severity(value: object) -> Severity:
    """`critical` as a severity."""
    found = next((level for level in Severity if level.label == value), None)
    if found is None:
        raise ValueError(f"must be one of {', '.join(level.label for level in Severity)}")
    return found


def label(value: object) -> Tlp:
    """`AMBER` or `TLP:AMBER` as a sharing label."""
    name = value.upper().removeprefix("TLP:") if isinstance(value, str) else ""
    if name not in _LABELS:
        raise ValueError(f"must be one of {', '.join(_LABELS)}")
    return _LABELS[name]


_Label = Annotated[Tlp, BeforeValidator(label)]


class RecipientSettings(Section):
    """Somebody mails go to."""

    address: _Address
    language: Literal["fr", "en"] = "fr"
    timezone: str = ""  # empty: the desk's
    digest: bool = True
    digest_at: Annotated[time, BeforeValidator(clock)] = time(8)
    notices: bool = True
    quiet_hours: Annotated[tuple[time, time] | None, BeforeValidator(hours)] = None
    cleared_for: _Label = Tlp.AMBER

    @model_validator(mode="after")
    def _zone_is_known(self) -> Self:
        if self.timezone:
            checked_zone(self.timezone)
        return self


class WebhookSettings(Section):
    """Where notices go as signed JSON."""

    name: Annotated[str, Field(pattern=r"^[\w.\-]{1,64}$")]
    url: Annotated[str, AfterValidator(checked_url)]
    secret_file: Annotated[Path, Field(strict=False)]
    cleared_for: _Label = Tlp.AMBER


class HeartbeatSettings(Section):
    """What is touched while everything goes well: an address asked for, or a file written; empty: nothing."""

    after_digest: Annotated[str, AfterValidator(checked_beat)] = ""
    after_cycle: Annotated[str, AfterValidator(checked_beat)] = ""

    def absolute(self, folder: Path) -> Self:
        """The same with the paths of files starting at the folder."""
        files = {name: str(folder / value) for name, value in self if value and "://" not in value}
        return self.model_copy(update=files)


class MailSettings(Section):
    """The server that takes our mail, what is told at once, and to whom."""

    enabled: bool = False
    host: Annotated[str, Field(pattern=r"^[0-9A-Za-z_.\-:]+$")] = "localhost"
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_file: Annotated[Path, Field(strict=False)] | None = None
    ca_file: Annotated[Path, Field(strict=False)] | None = None
    sender: _Address = "vigifuite@localhost"
    notice_severity: Annotated[Severity, BeforeValidator(severity)] = Severity.CRITICAL
    notice_window: Annotated[int, BeforeValidator(seconds)] = 3_600
    notice_repeat: Annotated[int, BeforeValidator(seconds)] = 1_800
    notice_repeats: Annotated[int, Field(ge=0, le=20)] = 3
    recipients: tuple[RecipientSettings, ...] = ()
    webhooks: tuple[WebhookSettings, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError('security = "none" only towards this machine: choose "starttls" or "tls"')
        if bool(self.username) != (self.password_file is not None):
            raise ValueError("username and password_file go together: give both, or neither")
        for names in ([each.address for each in self.recipients], [each.name for each in self.webhooks]):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"{name} stands there twice: each recipient and webhook once")
        if self.enabled and not self.recipients:
            raise ValueError("mail is enabled and nobody gets any: add [[desk.mail.recipients]]")
        return self

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.notice_window)

    @property
    def repeat(self) -> timedelta:
        return timedelta(seconds=self.notice_repeat)

    def absolute(self, folder: Path) -> Self:
        """The same with paths that no longer depend on where the program was started."""
        update: dict[str, object] = {
            name: folder / path for name in ("password_file", "ca_file") if (path := getattr(self, name)) is not None
        }
        update["webhooks"] = tuple(
            hook.model_copy(update={"secret_file": folder / hook.secret_file}) for hook in self.webhooks
        )
        return self.model_copy(update=update)
