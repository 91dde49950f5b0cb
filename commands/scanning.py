"""`scan`: detection alone. Posts JSONL in, findings out in the same order; no store, no network."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer

from commands.compiled import compiled_watchlist
from commands.front import Front
from commands.output import Exit, UnusableError, put_json, put_table, say
from crawler.collector import Skipped
from crawler.collectors.posts_jsonl import Lines, read_posts
from detectors.model import Post, Reading
from detectors.public_form import findings_json, nothing_found_json
from detectors.redaction import redact_string
from detectors.triage import Examination, examine_all, read
from detectors.watchlist import Watchlist

_BATCH = 256  # posts judged together, and handed to a worker at once
_MOST_INFERRED = 3  # on the line of a post
_BATCHES_AHEAD = 4  # for each worker: bounds memory however long the input is

Line = tuple[int, Post | Skipped]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What became of one line."""

    line: int
    ref: str
    reading: Reading | None = None  # none where nothing was found
    error: str | None = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(scan)


def scan(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Posts JSONL; - for standard input.")] = "-",
    watchlist: Annotated[list[Path] | None, typer.Option(help="A watchlist file, beside the shipped one.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes to share the work among.")] = 1,
) -> int:
    """Detection alone: posts in, findings out, same order."""
    front: Front = context.obj
    put = _put_json if front.json else _put_table
    place = "jsonl:standard input" if file == "-" else f"jsonl:{redact_string(Path(file).name)}"
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as lines:
            compiled = compiled_watchlist(watchlist or [])
            return put(_scan(read_posts(Lines(lines), place, lambda: datetime.now(UTC)), compiled, jobs))
    except OSError as error:
        raise UnusableError(f"cannot read {file}: {error.strerror}") from None


def _scan(lines: Iterable[Line], watchlist: Watchlist, jobs: int) -> Iterator[Scanned]:
    rest = iter(lines)
    if jobs == 1:
        while batch := list(islice(rest, _BATCH)):
            yield from _scanned(batch, watchlist)
        return
    # Forked, so that the workers share the compiled watchlist instead of each making its own.
    with ProcessPoolExecutor(jobs, get_context("fork"), _be_given, (watchlist,)) as pool:
        waiting: deque[Future[list[Scanned]]] = deque()
        while batch := list(islice(rest, _BATCH)):
            waiting.append(pool.submit(_scan_batch, batch))
            if len(waiting) >= jobs * _BATCHES_AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _be_given(watchlist: Watchlist) -> None:
    """A worker process has one watchlist for all its life."""
    global _watchlist
    _watchlist = watchlist


_watchlist: Watchlist


def _scan_batch(lines: Sequence[Line]) -> list[Scanned]:
    return _scanned(lines, _watchlist)


def _scanned(lines: Sequence[Line], watchlist: Watchlist) -> list[Scanned]:
    examined = iter(examine_all([post for _, post in lines if isinstance(post, Post)], watchlist))
    return [
        _scanned_post(number, post, next(examined)) if isinstance(post, Post) else Scanned(number, "", error=post.why)
        for number, post in lines
    ]


def _scanned_post(number: int, post: Post, examination: Examination) -> Scanned:
    return Scanned(number, post.ref, read(post, examination) if examination.found_something else None)


def _put_json(scanned: Iterable[Scanned]) -> int:
    code = Exit.DONE
    for each in scanned:
        if each.error:
            put_json({"id": None, "line": each.line, "error": each.error})
            code = Exit.FOUND_WRONG
        else:
            put_json(findings_json(each.reading) if each.reading else nothing_found_json(each.ref))
    return code


def _put_table(scanned: Iterable[Scanned]) -> int:
    """A row for each post something was found in; how many there were goes to stderr."""
    rows: list[tuple[object, ...]] = []
    posts = alerts = wrong = 0
    for each in scanned:
        posts += each.error is None
        wrong += each.error is not None
        if each.error:
            say(f"line {each.line}: {each.error}; skipped")
        elif each.reading and (each.reading.severity or each.reading.mentions or each.reading.personal_data):
            alerts += each.reading.severity is not None
            rows.append(_row(each.reading))
    put_table(("id", "severity", "who", "what", "personal data", "reasons"), rows, empty="nothing found")
    say(f"{posts} posts, {alerts} alerts, {wrong} lines skipped")
    return Exit.FOUND_WRONG if wrong else Exit.DONE


def _row(reading: Reading) -> tuple[object, ...]:
    return (
        reading.ref,
        reading.severity.label if reading.severity else "no alert",
        _who(reading),
        _what(reading),
        ", ".join(f"{number} {label}" for label, number in reading.personal_data.items()),
        "; ".join(reading.reasons),
    )


def _who(reading: Reading) -> str:
    """Who is named, then whom the rows point to."""
    named = list(dict.fromkeys(mention.name for mention in reading.mentions))
    inferred = [f"inferred: {each.name}" for each in reading.inferred[:_MOST_INFERRED]]
    return ", ".join([*named, *inferred])


def _what(reading: Reading) -> str:
    """The act and the first figure; the verdict on an extract shown."""
    told = []
    if claim := reading.claim:
        told.append(claim.act.value)
        told += [f"{each.value:,} {each.unit}" for each in claim.quantities[:1]]
    if reading.sample:
        told.append(f"extract {reading.sample.authenticity.verdict.value}")
    return ", ".join(told)
