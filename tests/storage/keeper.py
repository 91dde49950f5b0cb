"""A process that keeps invented alerts.

`keeper.py FOLDER NAME COUNT` waits for a line on stdin, then keeps so many; it prints each alert's number and the
bookmark behind it once it is kept.

`keeper.py FOLDER` keeps in children that it kills. Each line on stdin is the name of a source, the seconds its child
has to live, and since when: its `start` or its `first` alert. The answer is one line of JSON: what the child said it
had kept before it was killed with -9.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from detectors.model import Entity, EntityKind, Post, Reading
from detectors.triage import triage
from detectors.watchlist import compile_watchlist
from storage.alerts import Capturing, Step, keep
from storage.seal import read_recipients
from storage.sources import Tally
from storage.store import open_store

POST = Post(
    place="forum.test/leaks",
    ref="",
    text="Vends base patients Quorvane, 491 840 lignes, jeanne.exemple@courriel.test 255069999999934",
    seen_at=datetime(2026, 11, 22, 7, tzinfo=UTC),
)


def a_reading() -> Reading:
    """The reading of the one post, made before the clock starts."""
    reading = triage(POST, compile_watchlist((Entity(id="v:q", kind=EntityKind.VENDOR, name="Quorvane"),)))
    if reading is None:
        raise RuntimeError("the invented post is no alert")
    return reading


def keep_on(folder: Path, name: str, reading: Reading) -> Iterator[tuple[str, int]]:
    """Keep one alert after the other, each moving the bookmark of the source; tells number and bookmark."""
    store = open_store(folder)
    capturing = Capturing(mode="extract", recipients=read_recipients(store.public_keys))
    for at in count(1):
        step = Step(source=name, bookmark={"at": at}, tally=Tally(posts=1))
        ref = f"{name}-{at}"
        kept = keep(store, replace(POST, ref=ref), replace(reading, ref=ref), capturing, step)
        if kept is None:
            raise RuntimeError("a new post was taken for a known one")
        yield kept.number, at


def killed(folder: Path, name: str, seconds: float, since: str, reading: Reading) -> list[tuple[str, int]]:
    """What a child says it kept in its short life."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        for number, at in keep_on(folder, name, reading):
            os.write(writer, f"{number} {at}\n".encode())
    os.close(writer)
    first = os.read(reader, 1) if since == "first" else b""
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("the child ended by itself")
    with os.fdopen(reader) as told:
        pairs = [line.split() for line in (first.decode() + told.read()).splitlines()]
    return [(number, int(at)) for number, at in pairs]


def main(folder: Path, *asked: str) -> None:
    """Do what the arguments ask for."""
    reading = a_reading()
    if not asked:
        for line in sys.stdin:
            name, seconds, since = line.split()
            print(json.dumps(killed(folder, name, float(seconds), since, reading)), flush=True)  # noqa: T201
        return
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    for told in islice(keep_on(folder, asked[0], reading), int(asked[1])):
        print(*told, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
