"""What is configured of a Telegram account, and its secrets: from the environment, or a file only we can read."""

import os
import re
import stat
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

VARIABLE = "VIGIFUITE_TELEGRAM_"


class SecretsError(Exception):
    """The secrets of an account are missing or not usable. The text says how to mend it, and shows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """One account."""

    name: str
    sources: tuple[str, ...] = ("*",)  # patterns of the names of sources it reads
    secrets: Path | None = None
    proxy: str | None = None  # socks5://[user:password@]host:port or mtproxy://host:port/secret
    server: tuple[str, int] | None = None  # another server than Telegram's own, for trials
    server_key: Path | None = None

    def reads(self, source: str) -> bool:
        return any(fnmatchcase(source, pattern) for pattern in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What Telegram gave the operator, and his number."""

    api_id: int = field(repr=False)
    api_hash: str = field(repr=False)
    phone: str | None = field(repr=False)


def read_secrets(account: AccountSettings) -> Secrets:
    """The secrets of an account; a variable goes before the file. Raises `SecretsError`."""
    said = _from_file(account.secrets) if account.secrets else {}
    for key in ("api_id", "api_hash", "phone"):
        for variable in (f"{VARIABLE}{key.upper()}", f"{VARIABLE}{_as_variable(account.name)}_{key.upper()}"):
            if os.environ.get(variable):
                said[key] = os.environ[variable]
    api_id, api_hash, phone = str(said.get("api_id", "")), str(said.get("api_hash", "")), said.get("phone")
    if not re.fullmatch(r"[1-9][0-9]{0,9}", api_id) or not re.fullmatch(r"[0-9a-f]{32}", api_hash):
        where = f"{account.secrets} or in " if account.secrets else ""
        raise SecretsError(
            f"account {account.name} has no usable api_id and api_hash: put those of my.telegram.org into "
            f"{where}{VARIABLE}API_ID and {VARIABLE}API_HASH"
        )
    if phone is not None and not re.fullmatch(r"\+?[0-9 ]{5,20}", str(phone)):
        raise SecretsError(f"account {account.name}: its phone must be written like +33 6 …")
    return Secrets(api_id=int(api_id), api_hash=api_hash, phone=re.sub(r"[ +]", "", str(phone)) if phone else None)


def _as_variable(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _from_file(path: Path) -> dict[str, object]:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SecretsError(f"{path} can be read by others: chmod 600 {path}")
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SecretsError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SecretsError(f"{path} is no TOML file with api_id, api_hash and phone") from None
