"""`make bench`: speed, one table, each figure beside a peer measured in the same run.

These machines are noisy: read the ratios, not the seconds. A peer is what the work would cost at least — the
library's own parser, a bare interpreter — or what it replaces.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.desk import desk_rows
from benchmarks.evaluation.cost import HOSTILE, hostile, mixed_posts, seconds, speed
from benchmarks.evaluation.directory import directory_of
from benchmarks.evaluation.generator import LEVELS, NEGATIVES, generator_over
from benchmarks.evaluation.matchers import engine
from benchmarks.evaluation.surroundings import prose
from benchmarks.exports import write_export
from benchmarks.leaked_file import COLUMNS, ROWS, make_rows, make_world, write_file
from benchmarks.live import live_rows
from benchmarks.row import Row
from benchmarks.telegram import telegram_rows
from commands.compiled import compiled_watchlist
from detectors.model import Post
from detectors.registers import read_register, shipped
from detectors.triage import examine_all, read
from detectors.watchlist import Watchlist

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = str(Path(sys.executable).with_name("vigifuite"))
POSTS = 100_000
RUNS = 3
TRIAGED_POSTS, WARMING_POSTS, TRIAGED_TOGETHER = 3_000, 300, 128
TRIAGE_BAR = 3_000  # posts per second on one core
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    seconds: float
    processor: float  # seconds of processor time: other work on the machine costs less of it
    megabytes: float  # peak resident memory


def main() -> None:
    """Run everything and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            row
            for part in (
                sweep_rows,
                start_rows,
                register_rows,
                triage_rows,
                hostile_rows,
                extract_rows,
                live_rows,
                telegram_rows,
                desk_rows,
            )
            for row in part(Path(folder))
        ]
    table = Table("what", "figure", "peer, same run", "ratio", title=f"Python {sys.version.split()[0]}, one process")
    for row in rows:
        table.add_row(row.what, row.figure, row.peer, row.ratio)
    Console(width=150).print(table)


def sweep_rows(folder: Path) -> Iterator[Row]:
    """A large export swept, against merely parsing it with the standard library, all in memory."""
    export = folder / "result.json"
    leaks = write_export(export, POSTS)
    bare = "import json,sys; json.load(open(sys.argv[1], encoding='utf-8'))"
    _installed(folder)
    ours = cost([PROGRAM, "sweep", str(export), "--json"], folder)
    parsed = cost([sys.executable, "-c", bare, str(export)], folder)
    kept = subprocess.run([PROGRAM, "alerts", "list", "--json"], cwd=folder, capture_output=True, check=True).stdout
    found = len(kept.splitlines())
    size = export.stat().st_size / 1e6
    yield Row(
        f"sweep of {POSTS:,} posts ({size:.0f} MB), {found:,} of {leaks:,} leaks kept",
        f"{POSTS / ours.seconds:,.0f} posts/s",
        f"json.load alone {POSTS / parsed.seconds:,.0f} posts/s",
        f"{ours.seconds / parsed.seconds:.1f} × its time",
    )
    yield Row(
        "its peak memory",
        f"{ours.megabytes:.0f} MB",
        f"json.load alone {parsed.megabytes:.0f} MB",
        f"{ours.megabytes / parsed.megabytes:.2f} × its memory",
    )
    again = cost([PROGRAM, "sweep", str(export), "--json"], folder)
    yield Row(
        "the same sweep again, nothing new",
        f"{POSTS / again.seconds:,.0f} posts/s",
        "the first sweep",
        f"{again.seconds / ours.seconds:.2f} × its time",
    )


def start_rows(folder: Path) -> Iterator[Row]:
    """What one post costs from a cold start: the interpreter's own start is the peer."""
    post = folder / "one.jsonl"
    post.write_text(json.dumps({"id": "1", "text": "bonjour"}) + "\n", encoding="utf-8")
    ours = _median(lambda: cost([PROGRAM, "scan", str(post), "--json"], folder))
    bare = _median(lambda: cost([sys.executable, "-c", "pass"], folder))
    yield Row(
        "scan of one post, shipped watchlist",
        f"{ours.seconds * 1000:.0f} ms, {ours.megabytes:.0f} MB",
        f"bare interpreter {bare.seconds * 1000:.0f} ms",
        f"{ours.seconds / bare.seconds:.1f} × its time",
    )


def register_rows(folder: Path) -> Iterator[Row]:
    """The French register, where it is at hand."""
    register = _register()
    if not register.is_file():
        yield Row("the French register", "not measured", "set VIGIFUITE_DATA to a folder that holds it", "")
        return
    _installed(folder)
    bare = "import csv,gzip,sys; print(sum(1 for _ in csv.reader(gzip.open(sys.argv[1],'rt'), delimiter=';')))"
    read = cost([sys.executable, "-c", bare, str(register)], folder)
    ours = cost([PROGRAM, "watchlist", "import", str(register), "--json"], folder)
    yield Row(
        "import of the French register, 95,333 rows",
        f"{ours.seconds:.1f} s, {ours.megabytes:.0f} MB",
        f"gzip + csv alone {read.seconds:.2f} s",
        f"{ours.seconds / read.seconds:.1f} × its time",
    )
    post = folder / "one.jsonl"
    scan = [PROGRAM, "scan", str(post), "--json", "--watchlist", str(register)]
    first, then = cost(scan, folder), _median(lambda: cost(scan, folder))
    yield Row(
        "scan of one post with the register, compiled before",
        f"{then.seconds:.1f} s, {then.megabytes:.0f} MB",
        f"not compiled before {first.seconds:.1f} s",
        f"{then.seconds / first.seconds:.2f} × its time",
    )


def triage_rows(_: Path) -> Iterator[Row]:
    """All detectors over posts of some 420 characters, with the French register watched; the peer is an empty loop.

    Nothing seen before: each post is new, and more than a third of the words of most stand in no other.
    """
    register = _register()
    if not register.is_file():
        return
    with register.open("rb") as file:
        generator = generator_over(directory_of(chain(shipped(), read_register(file, "finess"))))
    triaged = partial(triage_all, compiled_watchlist([register]))
    # What is loaded at the first alert, and what any post has: once, and not of these posts.
    triaged(mixed_posts(generator, seed=2, count=WARMING_POSTS, long=True))
    nobody = [case.text for case in generator.cases(3, NEGATIVES, TRIAGED_POSTS, long=True)]
    named = [
        case.text for level in LEVELS for case in generator.cases(3, level, TRIAGED_POSTS // len(LEVELS), long=True)
    ]
    for what, posts in (("naming nobody", nobody), ("naming somebody, most with a claim", named)):
        measured = [speed(what, triaged, posts, again=False) for _ in range(RUNS)]
        best = max(measured, key=lambda each: each.cold * each.loop)  # other work on the machine slows both
        yield Row(
            f"full triage, {best.characters:.0f} characters, nothing seen before, {what}",
            f"{best.cold:,.0f} posts/s (bar {TRIAGE_BAR:,})",
            f"a turn of an empty loop {best.loop:.0f} ns",
            f"{1e9 / best.cold / best.loop:,.0f} × its time a post",
        )


def triage_all(watchlist: Watchlist, texts: Sequence[str]) -> int:
    """As the pipeline goes through posts: a batch examined together, each alert read; how many there are."""
    alerts = 0
    for start in range(0, len(texts), TRIAGED_TOGETHER):
        batch = texts[start : start + TRIAGED_TOGETHER]
        posts = [Post(place="bench", ref=str(n), text=text, seen_at=MOMENT) for n, text in enumerate(batch, start)]
        for post, examination in zip(posts, examine_all(posts, watchlist), strict=True):
            if examination.weighing.severity:
                read(post, examination)
                alerts += 1
    return alerts


def hostile_rows(_: Path) -> Iterator[Row]:
    """The costliest post that could be thought of, against prose of the same length."""
    register = _register()
    if not register.is_file():
        return
    with register.open("rb") as file:
        generator = generator_over(directory_of(chain(shipped(), read_register(file, "finess"))))
    matcher = engine(compiled_watchlist([register]))
    worst = hostile(generator, matcher, seed=1)[0]
    text = prose(Random(1), "fr", HOSTILE)[:HOSTILE]
    plain = median(seconds(partial(matcher, [text])) for _ in range(RUNS))
    yield Row(
        f"matching of 64 KB, worst shape found: {worst.what}",
        f"{worst.seconds * 1000:.0f} ms",
        f"64 KB of prose about nothing {plain * 1000:.0f} ms",
        f"{worst.seconds / plain:.1f} × its time",
    )


def extract_rows(folder: Path) -> Iterator[Row]:
    """The invented leak in its real size, profiled and attributed, against merely reading it with csv."""
    leak = folder / "leak.csv"
    world = make_world(seed=1)
    write_file(leak, make_rows(world, seed=2))
    _installed(folder)
    bare = (
        "import csv,sys; sum(1 for _ in csv.reader(open(sys.argv[1], encoding='latin-1', newline=''), delimiter=';'))"
    )
    read = _median(lambda: cost([sys.executable, "-c", bare, str(leak)], folder))
    ours = _median(lambda: cost([PROGRAM, "profile", str(leak), "--json"], folder))
    yield Row(
        f"profile of {ROWS:,} rows × {len(COLUMNS)} columns ({leak.stat().st_size / 1e6:.0f} MB)",
        f"{ours.processor:.1f} s of processor, {ours.megabytes:.0f} MB",
        f"csv.reader alone {read.processor:.1f} s",
        f"{ours.processor / read.processor:.1f} × its time",
    )


def _register() -> Path:
    # Whole, because the commands run in a folder of their own.
    return Path(os.environ.get("VIGIFUITE_DATA", "")).resolve() / "finess" / "finess_etablissements_20210108.csv.gz"


def cost(command: list[str], folder: Path) -> Cost:
    """Wall seconds and peak memory of a command, by the operating system's own accounting."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} {command[1]} ended with {process.returncode}")
    return Cost(seconds, _processor_seconds(usage), _kilobytes(usage) / 1024)


def _kilobytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss


def _processor_seconds(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _median(measure: Callable[[], Cost]) -> Cost:
    costs = [measure() for _ in range(RUNS)]
    return Cost(
        median(each.seconds for each in costs),
        median(each.processor for each in costs),
        max(each.megabytes for each in costs),
    )


def _installed(folder: Path) -> None:
    subprocess.run([PROGRAM, "init"], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    main()
