"""The compiled watchlist of `scan`, kept in the user's cache folder until its files change."""

import gc
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from commands.output import UnusableError, say
from detectors.model import Entity, EntityKind
from detectors.register_lines import RegisterError
from detectors.registers import read_register, shipped
from detectors.watchlist import Name, Watchlist, compile_watchlist

_MOST_KEPT = 3  # compiled watchlists, the latest
_WORTH_KEEPING = 5_000  # entities; fewer compile faster than they load


def compiled_watchlist(files: Sequence[Path]) -> Watchlist:
    """The shipped list and these files, from the cache where they were compiled before."""
    kept = _cache_file(files)
    with collector_paused():
        if kept.is_file():
            try:
                return _load(kept)
            except (OSError, ValueError, KeyError, TypeError):
                kept.unlink(missing_ok=True)  # of another shape or cut short: made anew below
        watchlist = compile_watchlist(chain(shipped(), *(read_watchlist_file(path) for path in files)))
        if len(watchlist.entities) >= _WORTH_KEEPING:
            _save(watchlist, kept)
        return watchlist


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection while a million objects are made to stay: it would walk them all, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_watchlist_file(path: Path) -> list[Entity]:
    """The entities of a file; what is wrong with it is said with its name."""
    try:
        with path.open("rb") as file:
            return list(read_register(file))
    except RegisterError as error:
        raise UnusableError(f"watchlist {path}: {error}") from None
    except OSError as error:
        raise UnusableError(f"cannot read the watchlist {path}: {error.strerror}") from None


def _cache_file(files: Sequence[Path]) -> Path:
    digest = hashlib.sha256(version("vigifuite").encode())
    for path in files:
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise UnusableError(f"cannot read the watchlist {path}: {error.strerror}") from None
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vigifuite"
    return folder / f"watchlist-{digest.hexdigest()}.json"


def _save(watchlist: Watchlist, path: Path) -> None:
    """Whole or not at all; a cache that cannot be written is only slower."""
    tables = {
        "entities": [asdict(entity) for entity in watchlist.entities],
        "names": [(name.entity, name.words, name.weight) for name in watchlist.names],
        "postings": watchlist.postings,
        "weights": watchlist.weights,
        "misspellings": watchlist.misspellings,
    }
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.write_text(json.dumps(tables), encoding="utf-8")
        partial.rename(path)
        for older in sorted(path.parent.glob("watchlist-*.json"), key=lambda each: each.stat().st_mtime)[:-_MOST_KEPT]:
            older.unlink(missing_ok=True)
    except OSError as error:
        say(f"the compiled watchlist could not be kept in {path.parent}: {error.strerror}")


def _load(path: Path) -> Watchlist:
    # JSON rather than pickle: a file in a cache folder must not be able to run code.
    tables = json.loads(path.read_text(encoding="utf-8"))
    return Watchlist(
        entities=tuple(_entity(row) for row in tables["entities"]),
        names=tuple(Name(entity, tuple(words), weight) for entity, words, weight in tables["names"]),
        postings=tables["postings"],
        weights=tables["weights"],
        misspellings=tables["misspellings"],
    )


def _entity(row: dict[str, Any]) -> Entity:
    listed = {name: tuple(row[name]) for name in ("aliases", "domains", "uses")}
    return Entity(**{**row, **listed, "kind": EntityKind(row["kind"])})
