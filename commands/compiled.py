"""The compiled watchlist, kept in the user's cache folder until what it was made of changes.

A kept file is a header in JSON and the arrays behind it, mapped into memory: it loads at once, whatever processes read
it share it, and nothing in it can run.
"""

import hashlib
import json
import mmap
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from importlib.resources import files as resources
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commands.memory import collector_paused
from commands.output import say
from commands.watchlist_files import read_watchlist_file, watchlist_digest
from detectors.index import flattened, unflattened
from detectors.model import Entity
from detectors.registers import shipped
from detectors.watchlist import Watchlist, compile_watchlist

_MOST_KEPT = 3  # compiled watchlists, the latest
_MAGIC = b"vigifuite watchlist 1\n"
_ALIGNED = 64  # bytes; where each array begins
# What an index is made with: a change of any of these makes another one of the same entities.
_MAKERS = (
    "common_words.py",
    "compiling.py",
    "confusables.py",
    "foreign.py",
    "glued_pieces.py",
    "hearing.py",
    "index.py",
    "name_words.py",
    "normalisation.py",
    "sounds.py",
    "spelling.py",
    "transliteration.py",
    "vendors.csv",
    "watched_names.py",
)


def compiled_watchlist(files: Sequence[Path]) -> Watchlist:
    """The shipped list and these files, from the cache where they were compiled before."""

    def entities() -> Iterable[Entity]:
        return chain(shipped(), *(read_watchlist_file(path) for path in files))

    return kept_watchlist(map(watchlist_digest, files), entities)


def kept_watchlist(parts: Iterable[str], entities: Callable[[], Iterable[Entity]]) -> Watchlist:
    """The watchlist of these entities, from the cache if one was compiled from the same parts before.

    The parts say in a few words what the entities come from; where one differs, so may the entities.
    """
    kept = _cache_file(parts)
    with collector_paused():
        try:
            return Watchlist(unflattened(load_arrays(kept)))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError):
            with suppress(OSError):
                kept.unlink(missing_ok=True)  # of another shape or cut short: made anew below
        watchlist = compile_watchlist(entities())
        _keep(watchlist, kept)
        return watchlist


def _cache_file(parts: Iterable[str]) -> Path:
    digest = hashlib.sha256(f"{version('vigifuite')} {version('wordfreq')} {np.__version__}".encode())
    for maker in _MAKERS:
        digest.update(resources("detectors").joinpath(maker).read_bytes())
    for part in parts:
        digest.update(b"\0" + part.encode("utf-8", "surrogatepass"))
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vigifuite"
    return folder / f"watchlist-{digest.hexdigest()}.index"


def _keep(watchlist: Watchlist, path: Path) -> None:
    """Whole or not at all; a cache that cannot be written is only slower."""
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        save_arrays(flattened(watchlist.index), partial)
        partial.rename(path)
        for older in sorted(path.parent.glob("watchlist-*"), key=lambda each: each.stat().st_mtime)[:-_MOST_KEPT]:
            older.unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        say(f"the compiled watchlist could not be kept in {path.parent}: {error.strerror}")


def save_arrays(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write arrays to one file that `load_arrays` maps."""
    described: dict[str, tuple[str, int, int]] = {}
    at = 0
    for name, array in arrays.items():
        described[name] = (array.dtype.str, len(array), at)
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    header = json.dumps(described).encode()
    header += b" " * (-(len(_MAGIC) + 8 + len(header)) % _ALIGNED)
    with path.open("wb") as file:
        file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data)
            file.write(bytes(-array.nbytes % _ALIGNED))


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file, mapped and not to be written; ValueError where it is not such a file or cut short."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < len(_MAGIC) + 8:
            raise ValueError("too short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise ValueError("not a compiled watchlist")
    start = len(_MAGIC) + 8
    length = int.from_bytes(mapped[len(_MAGIC) : start], "little")
    described = json.loads(mapped[start : start + length])
    return {
        name: np.frombuffer(mapped, np.dtype(kind), count, start + length + at)
        for name, (kind, count, at) in described.items()
    }
