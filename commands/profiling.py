"""`profile`: check a local sample file the analyst is entitled to hold. Aggregates only; nothing of a row leaves."""

import codecs
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from commands.front import Front
from commands.memory import collector_paused
from commands.output import Exit, UnusableError, put_json, put_line, put_table, say
from commands.world import open_world
from detectors.attribution import Attribution, attribute, attribution_json
from detectors.redaction import redact_string
from detectors.sample import SampleError, profile_sample
from detectors.sample_profile import sample_json, sample_lines
from detectors.sample_sketches import KnownSample
from detectors.sample_tally import Profiled
from storage.sketches import known_samples, remember

_HEAD = 262_144  # bytes, to tell the encoding by
_LONGEST_LINE = 1_048_576  # characters; a longer one is read in pieces
_MOST_SHOWN = 40
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What these begin is no text: archives, spreadsheets and documents.
_PACKED = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(profile)


def profile(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, SQL, JSON, key: value, fixed width or HTML.")],
    remember_it: Annotated[
        bool, typer.Option("--remember", help="Keep a keyed sketch, to know the file again. No value of a row is kept.")
    ] = False,
) -> int:
    """Check a sample file: columns, counts, authenticity, who it may come from. Aggregates only."""
    front: Front = context.obj
    world = open_world(front)
    name = str(redact_string(file.name))
    now = datetime.now(UTC)
    known = known_samples(world.store, now)
    others = [sample for sample in known.samples if not (remember_it and sample.name == name)]
    profiled = _profiled(file, known.key, others)
    attribution = attribute(profiled.traces, world.entities())
    if remember_it:
        kept = profiled.profile
        sample = KnownSample(name=name, rows=kept.rows, people=kept.people, sketches=profiled.sketches)
        remember(world.store.folder, sample, now)
    if front.json:
        put_json({"file": name, **sample_json(profiled.profile), "attribution": attribution_json(attribution)})
    else:
        _put(profiled, attribution)
        if remember_it:
            say(f"{name}: its sketch is kept, and will be met again")
    return Exit.DONE


def _profiled(file: Path, key: bytes, known: list[KnownSample]) -> Profiled:
    try:
        with file.open("rb") as opened, collector_paused():
            encoding = _encoding(opened)
            return profile_sample(_lines(file, encoding), key=key, known=known, encoding=encoding.removesuffix("-sig"))
    except OSError as error:
        raise UnusableError(f"cannot read {file}: {error.strerror}") from None
    except SampleError as error:
        raise UnusableError(f"{file}: {error}") from None


def _lines(file: Path, encoding: str) -> Iterator[str]:
    # Line ends within quotes are the reader's to judge; what cannot be decoded is no reason to stop.
    with file.open(encoding=encoding, errors="replace", newline="") as text:
        yield from iter(partial(text.readline, _LONGEST_LINE), "")


def _encoding(file: BinaryIO) -> str:
    """UTF-8 where the head is, Latin-1's successor otherwise: French exports know no third."""
    head = file.read(_HEAD)
    if head.startswith(_PACKED):
        raise UnusableError(f"{file.name} is an archive, a spreadsheet or a document: unpack it, or export it as CSV")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    try:
        # The head may end within a character.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _put(profiled: Profiled, attribution: Attribution) -> None:
    """For a person: sentences, then tables."""
    for line in sample_lines(profiled.profile):
        put_line(line)
    rows = [
        (each.name or "", each.meaning.value.replace("_", " "), f"{each.filled:.0%}")
        for each in profiled.profile.columns
    ]
    put_table(("column", "holds", "filled"), rows, empty="no column")
    places = [
        (place.entity_id, place.name, f"{place.share:.1%}", f"{place.confidence:.2f}", "; ".join(place.basis))
        for place in attribution.places[:_MOST_SHOWN]
    ]
    put_table(
        ("inferred", "name", "of the rows", "confidence", "because"),
        places,
        empty="no watched establishment explains it",
    )
    if attribution.places:
        put_line(f"{attribution.share_explained:.0%} of the rows explained; {attribution.completeness}")
    vendors = [
        (each.entity_id, each.name, f"10^{each.likelihood_ratio:+.1f}", f"{each.customers} of {each.known}")
        for each in attribution.vendors[:5]
    ]
    put_table(
        ("vendor", "name", "likelier than chance", "known customers"), vendors, empty="no software they share is known"
    )
