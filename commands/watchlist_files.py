"""Watchlist files as the commands read them: what is wrong with one is said with its name."""

import hashlib
from pathlib import Path

from commands.output import UnusableError
from detectors.model import Entity
from detectors.register_lines import RegisterError
from detectors.registers import read_register


def read_watchlist_file(path: Path) -> list[Entity]:
    """The entities of a file; what is wrong with it is said with its name."""
    try:
        with path.open("rb") as file:
            return list(read_register(file))
    except RegisterError as error:
        raise UnusableError(f"watchlist {path}: {error}") from None
    except OSError as error:
        raise UnusableError(f"cannot read the watchlist {path}: {error.strerror}") from None


def watchlist_digest(path: Path) -> str:
    """What a watchlist file holds, in a few words."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnusableError(f"cannot read the watchlist {path}: {error.strerror}") from None
