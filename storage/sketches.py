"""Sketches of extracts an analyst asked to remember: one file each, readable by the store's owner alone.

A file holds keyed hashes and counts, no value of a row. The key is the store's own and stays beside them: who takes
both could test guesses, so a sketch is personal data still, and is forgotten after a year.
"""

import contextlib
import json
import os
import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np

from detectors.sample_sketches import KEPT, KnownSample, Sketch
from storage.errors import StoreError
from storage.seal import write_private

_KEY_BYTES = 32
_MAGIC = b"vigifuite sketch 1\n"
_LONGEST_HEADER = 65_536
KEPT_FOR = timedelta(days=365)  # the file of 2021 was still passed on a year later


def sketch_key(folder: Path) -> bytes:
    """The key all sketches of a store are made under; made at the first use."""
    path = _folder(folder) / "key"
    if not path.exists():
        with contextlib.suppress(FileExistsError):  # another process was first
            write_private(path, secrets.token_hex(_KEY_BYTES))
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise StoreError(
            f"cannot read {path}: restore it from a backup, or remove the folder to forget all sketches"
        ) from None
    if len(key) != _KEY_BYTES:
        raise StoreError(f"{path} is cut short: restore it from a backup, or remove the folder to forget all sketches")
    return key


def remember(folder: Path, sample: KnownSample, at: datetime) -> Path:
    """Keep a sketch; one of the same name is replaced."""
    path = _folder(folder) / f"{_file_name(sample.name)}.sketch"
    header = {
        "name": sample.name,
        "rows": sample.rows,
        "people": sample.people,
        "kept_at": at.isoformat(),
        "sketches": [
            {"made_of": each.made_of, "complete": each.complete, "size": int(each.hashes.size)}
            for each in sample.sketches
        ],
    }
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_MAGIC + json.dumps(header).encode() + b"\n")
        for sketch in sample.sketches:
            file.write(sketch.hashes.astype("<u8").tobytes())
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    return path


def remembered(folder: Path, at: datetime) -> list[KnownSample]:
    """All sketches kept, by name; those kept for too long are removed."""
    read = ((path, *_read(path)) for path in sorted(_folder(folder).glob("*.sketch")))
    samples = []
    for path, kept_at, sample in read:
        if at - kept_at > KEPT_FOR:
            path.unlink(missing_ok=True)
        else:
            samples.append(sample)
    return samples


def _read(path: Path) -> tuple[datetime, KnownSample]:
    try:
        with path.open("rb") as file:
            if file.readline(len(_MAGIC)) != _MAGIC:
                raise ValueError
            header = json.loads(file.readline(_LONGEST_HEADER))
            sketches = tuple(_read_sketch(file.read(8 * each["size"]), each) for each in header["sketches"])
        sample = KnownSample(name=header["name"], rows=header["rows"], people=header["people"], sketches=sketches)
        return datetime.fromisoformat(header["kept_at"]), sample
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreError(f"{path} is no sketch of this version: remove it, then profile that file again") from None


def _read_sketch(content: bytes, entry: dict[str, object]) -> Sketch:
    hashes = np.frombuffer(content, dtype="<u8").astype(np.uint64)
    if hashes.size != entry["size"] or hashes.size > KEPT:
        raise ValueError
    return Sketch(made_of=str(entry["made_of"]), hashes=hashes, complete=bool(entry["complete"]))


def _folder(folder: Path) -> Path:
    sketches = folder / "sketches"
    sketches.mkdir(mode=0o700, exist_ok=True)
    return sketches


def _file_name(name: str) -> str:
    """A name no other sketch has, whatever characters the analyst's has."""
    plain = re.sub(r"[^A-Za-z0-9.\-]", lambda match: f"_{ord(match[0]):x}_", name)
    return plain if len(plain) <= 120 else f"{plain[:100]}-{sha256(name.encode()).hexdigest()[:16]}"
