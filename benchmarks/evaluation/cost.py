"""What matching costs: processor time, memory, growth with the register, the worst post.

Processor time of this process alone, beside a loop of plain Python measured in the same minute: the machines are
shared, so read the ratios.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.evaluation.generator import LEVELS, NEGATIVES, Generator
from benchmarks.evaluation.name_parts import spelled_words
from benchmarks.evaluation.scoring import Matcher

_LOOP = 1_000_000
_RUNS = 3
HOSTILE = 64 * 1024  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast one matcher went through posts."""

    what: str
    posts: int
    characters: float  # of a post, mean
    unseen: float  # share of words that stand in no earlier post
    cold: float  # posts per second of processor time, nothing seen before
    warm: float | None  # the same posts again
    loop: float  # nanoseconds of one turn of an empty loop, measured before and after


def loop_nanoseconds() -> float:
    """One turn of a plain loop, the median of three."""
    return median(_looped() for _ in range(_RUNS))


def _looped() -> float:
    started = time.process_time()
    total = 0
    for number in range(_LOOP):
        total += number
    return (time.process_time() - started) * 1e9 / _LOOP


def mixed_posts(generator: Generator, seed: int, count: int, *, long: bool) -> list[str]:
    """Posts of all levels, a third of them naming nobody, in random order."""
    third = count // 3
    each = -(-(count - third) // len(LEVELS))
    posts = [case.text for case in generator.cases(seed, NEGATIVES, third, long=long)]
    for level in LEVELS:
        posts += (case.text for case in generator.cases(seed, level, each, long=long))
    Random(seed).shuffle(posts)
    return posts[:count]


def unseen_share(posts: Sequence[str]) -> float:
    """The share of words that no earlier post had."""
    seen: set[str] = set()
    fresh = total = 0
    for post in posts:
        words = post.split()
        total += len(words)
        fresh += sum(word not in seen for word in words)
        seen.update(words)
    return fresh / total if total else 0.0


def speed(what: str, matcher: Callable[[Sequence[str]], object], posts: Sequence[str], *, again: bool = True) -> Speed:
    """Measure in a process of its own, forked, so that whatever the matcher remembers is forgotten after."""
    receiver, sender = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=_run, args=(sender, matcher, posts, again))
    process.start()
    cold, warm, loop = receiver.recv()
    process.join()
    characters = sum(map(len, posts)) / len(posts)
    return Speed(
        what=what,
        posts=len(posts),
        characters=characters,
        unseen=unseen_share(posts),
        cold=len(posts) / cold,
        warm=len(posts) / warm if warm else None,
        loop=loop,
    )


def _run(sender: Connection, matcher: Callable[[Sequence[str]], object], posts: Sequence[str], again: bool) -> None:
    before = loop_nanoseconds()
    cold = seconds(lambda: matcher(posts))
    warm = seconds(lambda: matcher(posts)) if again else None
    sender.send((cold, warm, (before + loop_nanoseconds()) / 2))


def seconds(work: Callable[[], object]) -> float:
    """The processor time of one piece of work."""
    started = time.process_time()
    work()
    return time.process_time() - started


# ---------------------------------------------------------------- memory, building, loading


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What a compiled watchlist costs before the first post, and after some."""

    seconds: float  # of processor time until it is ready
    wall: float  # seconds on the clock
    ready: float  # MB resident when ready
    after: float  # MB resident after the posts
    peak: float  # MB resident at most
    on_disk: float  # MB in the cache folder


def footprints(register: Path, posts: Sequence[str]) -> tuple[Footprint, Footprint]:
    """Building (an empty cache folder) and loading (the cache just filled), each in a fresh interpreter."""
    with tempfile.TemporaryDirectory() as cache:
        return _footprint(register, posts, cache), _footprint(register, posts, cache)


def _footprint(register: Path, posts: Sequence[str], cache: str) -> Footprint:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.evaluation.footprint", str(register)],
        input=json.dumps(list(posts)),
        env={**os.environ, "XDG_CACHE_HOME": cache},
        capture_output=True,
        text=True,
        check=True,
    )
    on_disk = sum(path.stat().st_size for path in Path(cache).rglob("*") if path.is_file()) / 1e6
    return Footprint(**json.loads(done.stdout), on_disk=on_disk)


# ---------------------------------------------------------------- growth


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """One size of the register."""

    names: int
    build: float  # seconds of processor time
    microseconds: float  # of processor time for one post, nothing seen before
    peak: float  # MB resident at most, entities included


def growth(register: Path, posts: Sequence[str], sizes: Sequence[int]) -> Iterator[Grown]:
    """The same posts against ever longer registers, each in a fresh interpreter."""
    for size in sizes:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.evaluation.footprint", str(register), "--grow", str(size)],
            input=json.dumps(list(posts)),
            capture_output=True,
            text=True,
            check=True,
        )
        yield Grown(**json.loads(done.stdout))


# ---------------------------------------------------------------- hostile shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One hostile post."""

    what: str
    seconds: float  # of processor time


def hostile_shapes(generator: Generator, seed: int) -> Iterator[tuple[str, str]]:
    """Posts of 64 KB, each made to be slow in its own way."""
    random = Random(seed)
    directory = generator.pen.directory
    names = [random.choice(directory.known).entity.name for _ in range(4000)]
    words = sorted({word for name in names for word in spelled_words(name) if len(word) > 6})
    slips = [word[:at] + random.choice("aeiou") + word[at:] for word in words for at in (2, 4)]
    random.shuffle(slips)
    frequent = [word for word, _ in directory.frequency.most_common(400)]
    shapes = {
        "one letter": "a",
        "one word": "hopital ",
        "the kind of place, again and again": "centre hospitalier saint ",
        "frequent words of names": " ".join(random.choices(frequent, k=9000)),
        "frequent words, glued": "".join(random.choices(frequent, k=9000)),
        "names": " ".join(names),
        "names in one word": "".join("".join(spelled_words(name)) for name in names),
        "slips of names' words": " ".join(slips * 4),
        "slips, camel case": "".join(slip.title() for slip in slips * 4),
        "letters apart": " ".join("".join(names)),
        "letters dotted": ".".join("".join(names)),
        "leet": " ".join(names).lower().translate(str.maketrans("aeiost", "431057")),
        "signs": "$@!|+€" * 4,
        "starred": " ".join(f"{word[:3]}*{word[4:]}" for word in slips * 4),
        "marks heaped on letters": "e" + "\u0301\u0336" * 500,
        "invisible": "\u200b".join(" ".join(names)),
        "mixed scripts": " ".join(names).translate(str.maketrans("AEOPCTX", "АЕОРСТХ")),
        "Cyrillic": " ".join("".join(random.choices("абвгдежзиклмнопрстуфх", k=9)) for _ in range(7000)),
        "emoji": "🏥".join(" ".join(names)),
        "fresh long words": " ".join("".join(random.choices("aeilnorst", k=12)) for _ in range(5400)),
        "fresh short words": " ".join("".join(random.choices("aeilnorst", k=5)) for _ in range(11000)),
        "ligatures": "\ufdfa",
    }
    for what, text in shapes.items():
        yield what, (text * (HOSTILE // len(text) + 1))[:HOSTILE]


def hostile(generator: Generator, matcher: Matcher, seed: int) -> list[Shape]:
    """Each shape's cost, the worst first."""
    found = [
        Shape(what=what, seconds=seconds(partial(matcher, [text]))) for what, text in hostile_shapes(generator, seed)
    ]
    return sorted(found, key=lambda shape: -shape.seconds)
