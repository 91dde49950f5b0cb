"""Sketches of extracts seen before: of files an analyst asked to remember, and of the rows that alerts show.

A file's is a file of its own, readable by the store's owner alone; an alert's is kept with the alert, in one
transaction, and goes with it. Both hold keyed hashes and counts, no value of a row. The key is the store's own and
stays beside them: who takes both could test guesses, so a sketch is personal data still, and is forgotten after a year.
"""

import contextlib
import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from detectors.sample_profile import SampleProfile
from detectors.sample_sketches import FEWEST_MET, KEPT, KnownSample, KnownSamples, Sketch
from storage.errors import StoreError
from storage.schema import AlertRow, SketchRow
from storage.seal import write_private
from storage.store import Store

_KEY_BYTES = 32
_MAGIC = b"vigifuite sketch 1\n"
_LONGEST_HEADER = 65_536
KEPT_FOR = timedelta(days=365)  # the file of 2021 was still passed on a year later


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSketch:
    """An extract that will be known again."""

    sample: KnownSample
    kept_at: datetime
    of_alert: bool  # else of a file an analyst asked to remember


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
    """The sketches of files kept, by name; those kept for too long are removed."""
    return [each.sample for each in _files(folder, at)]


def _files(folder: Path, at: datetime) -> list[KeptSketch]:
    read = ((path, *_read(path)) for path in sorted(_folder(folder).glob("*.sketch")))
    kept = []
    for path, kept_at, sample in read:
        if at - kept_at > KEPT_FOR:
            path.unlink(missing_ok=True)
        else:
            kept.append(KeptSketch(sample=sample, kept_at=kept_at, of_alert=False))
    return kept


def forget(store: Store, name: str) -> bool:
    """Forget the sketches of a file or of an alert; whether there were any."""
    with store.writing() as session:
        alert_id = session.scalar(select(AlertRow.id).where(AlertRow.number == name.upper()))
        rows = session.scalars(select(SketchRow).where(SketchRow.alert_id == alert_id)).all()
        for row in rows:
            session.delete(row)
    path = _folder(store.folder) / f"{_file_name(name)}.sketch"
    of_file = path.exists()
    path.unlink(missing_ok=True)
    return bool(rows) or of_file


# ---------------------------------------------------------------- of alerts


def keep_sketches(
    session: Session, alert: AlertRow, profile: SampleProfile, sketches: Iterable[Sketch], at: datetime
) -> None:
    """Keep what the rows of an alert are known again by, in the alert's transaction; those too old go."""
    session.execute(delete(SketchRow).where(SketchRow.kept_at < at - KEPT_FOR))
    session.add_all(
        SketchRow(
            alert_id=alert.id,
            kept_at=at,
            rows=profile.rows,
            people=profile.people,
            made_of=sketch.made_of,
            complete=sketch.complete,
            hashes=sketch.hashes.astype("<u8").tobytes(),
        )
        for sketch in sketches
        if sketch.hashes.size >= FEWEST_MET
    )


def sketches_kept(store: Store, at: datetime) -> list[KeptSketch]:
    """All that is kept: of files by name, then of alerts by number."""
    return [*_files(store.folder, at), *_of_alerts(store, at)]


def known_samples(store: Store, at: datetime) -> KnownSamples:
    """The extracts seen before, with the key: what a new one is compared with. StoreError where they cannot be read."""
    try:
        key = sketch_key(store.folder)
        return KnownSamples(key=key, samples=tuple(each.sample for each in sketches_kept(store, at)))
    except OSError as error:
        raise StoreError(f"cannot read the sketches in {store.folder}: {error.strerror}") from None


def _of_alerts(store: Store, at: datetime) -> list[KeptSketch]:
    """One for each extract: a later revision of an alert may show another."""
    query = (
        select(SketchRow)
        .options(joinedload(SketchRow.alert))
        .where(SketchRow.kept_at >= at - KEPT_FOR)
        .order_by(SketchRow.alert_id, SketchRow.id)
    )
    kept = []
    with store.reading() as session:
        for (_, kept_at), group in groupby(session.scalars(query), key=lambda row: (row.alert_id, row.kept_at)):
            rows = list(group)
            alert = rows[0].alert
            sample = KnownSample(
                name=alert.number,
                rows=rows[0].rows,
                people=rows[0].people,
                sketches=tuple(map(_read_row, rows)),
                post=(alert.place, alert.ref),
            )
            kept.append(KeptSketch(sample=sample, kept_at=kept_at, of_alert=True))
    return kept


def _read_row(row: SketchRow) -> Sketch:
    hashes = np.frombuffer(row.hashes, dtype="<u8").astype(np.uint64)
    return Sketch(made_of=row.made_of, hashes=hashes, complete=row.complete)


# ---------------------------------------------------------------- files


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
