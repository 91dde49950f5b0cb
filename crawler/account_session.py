"""A session on the disk: who holds this file is the account. Mode 0600, replaced whole or not at all."""

import json
import os
import stat
from pathlib import Path
from typing import Any

from telethon.crypto import AuthKey
from telethon.sessions import MemorySession

DATA_CENTRE = 2  # of a server named in the configuration


class SessionFileError(Exception):
    """A session file that cannot be used. The text says how to mend it."""


class SessionFile(MemorySession):  # type: ignore[misc]  # Telethon has no types
    """Keeps the key and the data centre it belongs to, and nothing of people or channels met.

    Telethon's own file is made readable for everybody and fills with names and telephone numbers. Where each
    channel stands is in its source's bookmark, so no state of updates need be kept either.
    """

    auth_key: Any  # AuthKey, or None

    def __init__(self, path: Path, server: tuple[str, int] | None = None) -> None:
        super().__init__()
        self._path = path
        self._written = ""
        self._read()
        if server and (self._server_address, self._port) != server:
            self.set_dc(DATA_CENTRE, *server)
            self.auth_key = None

    @property
    def has_key(self) -> bool:
        """Whether somebody logged in with it once."""
        return bool(self.auth_key and self.auth_key.key)

    def _read(self) -> None:
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
            said = json.loads(self._path.read_text(encoding="ascii"))
            if mode & 0o077:
                raise SessionFileError(f"{self._path} can be read by others: chmod 600 {self._path}")
            self.set_dc(said["data_centre"], said["address"], said["port"])
            self.auth_key = AuthKey(bytes.fromhex(said["key"]))
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError):
            raise SessionFileError(f"{self._path} is damaged: remove it and log in again") from None

    def save(self) -> None:
        """Write it down if it holds anything new."""
        if not self.has_key:
            return
        said = {"data_centre": self.dc_id, "address": self.server_address, "port": self.port}
        text = json.dumps({**said, "key": self.auth_key.key.hex()})
        if text == self._written:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self._path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._path)
        self._written = text

    def delete(self) -> None:
        self._path.unlink(missing_ok=True)

    def process_entities(self, _: object) -> None:
        """Nothing is remembered of whom an answer names."""
