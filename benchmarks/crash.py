"""Kills the program with -9 at random moments and checks that nothing is lost, doubled or left in clear.

    python -m benchmarks.crash --kills 200

Each trial starts from a new store. A forked child takes the example channel in, as an on-demand sweep or as the
scheduled job of a source; it is killed at a random moment, the bytes on the disk are searched for every personal
value of the example, and a second child is let finish. Prints one JSON object; exit code 1 if anything was wrong.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from commands.front import Front
from commands.world import World, open_world
from crawler.collectors import collector_of
from crawler.job import look
from crawler.pipeline import Pass, crawl
from crawler.source import Source
from detectors.language import language_of
from detectors.normalisation import fold
from detectors.watchlist import Watchlist
from storage import alerts, evidence
from storage.filters import AlertFilter
from storage.seal import make_keys

ROOT = Path(__file__).resolve().parent.parent
LEAKS = frozenset(map(str, json.loads((ROOT / "tests/data/example_leaks.json").read_text("utf-8"))["leaks"]))
SECRETS = tuple(
    value.encode()
    for values in json.loads((ROOT / "tests/data/example_personal_values.json").read_text("utf-8")).values()
    for value in values
)


def main() -> int:
    """Run the trials asked for."""
    parser = argparse.ArgumentParser(description="kill the program at random moments")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chosen = random.Random(asked.seed)
    faults: list[str] = []
    interrupted = kills = 0
    while kills < asked.kills:
        way = (_sweep, _look)[kills % 2]
        with tempfile.TemporaryDirectory() as folder:
            found, midway = _trial(Path(folder), way, chosen)
        faults += [f"trial {kills}: {fault}" for fault in found]
        interrupted += midway
        kills += 1
    print(json.dumps({"kills": kills, "in_the_middle_of_the_alerts": interrupted, "faults": faults}))
    return 1 if faults else 0


def _trial(folder: Path, way: Callable[[World, Watchlist], None], chosen: random.Random) -> tuple[list[str], bool]:
    """One kill and one run to the end; what was wrong, and whether some but not all alerts were kept at the kill."""
    world = _new_world(folder)
    watchlist = world.watchlist()
    language_of(fold("a text long enough to load the model before the clock starts"))
    # The first trial learns how long an undisturbed run takes; kills then fall anywhere within it.
    seconds = _whole_run_seconds(watchlist, way)
    pid = _forked(world, watchlist, way)
    time.sleep(chosen.uniform(0, seconds))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    faults = list(_clear_text(folder))
    with world.store.reading() as session:
        kept = evidence.verify(session, world.store.captures).lines
    _, status = os.waitpid(_forked(world, watchlist, way), 0)
    if status != 0:
        faults.append(f"the second run ended with {status}")
    faults += [*_wrong_alerts(world), *_clear_text(folder)]
    world.store.close()
    return faults, 0 < kept < len(LEAKS)


_seconds: dict[str, float] = {}


def _whole_run_seconds(watchlist: Watchlist, way: Callable[[World, Watchlist], None]) -> float:
    if way.__name__ not in _seconds:
        with tempfile.TemporaryDirectory() as folder:
            world = _new_world(Path(folder))
            started = time.monotonic()
            os.waitpid(_forked(world, watchlist, way), 0)
            _seconds[way.__name__] = time.monotonic() - started
            world.store.close()
    return _seconds[way.__name__]


def _new_world(folder: Path) -> World:
    config = folder / "config.toml"
    config.write_text(
        f'[[crawler.sources]]\nname = "example"\nkind = "export"\ntarget = "{ROOT}/examples"\ninterval = "5m"\n'
        f'[detectors]\nwatchlists = ["{ROOT}/examples/watchlist.csv"]\n[storage]\nfolder = "store"\n',
        encoding="utf-8",
    )
    world = open_world(Front(config, json=False), create=True)
    make_keys(world.store.public_keys.parent)
    return world


def _forked(world: World, watchlist: Watchlist, way: Callable[[World, Watchlist], None]) -> int:
    """A child that does the work and leaves at once; the store is opened anew in it."""
    world.store.close()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    with contextlib.suppress(BaseException):
        sys.stderr = sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (the child ends with it)
        way(world, watchlist)
        status = 0
    os._exit(status)


def _sweep(world: World, watchlist: Watchlist) -> None:
    this = _pass(world, watchlist, moves_bookmark=False)
    outcome = asyncio.run(crawl(collector_of(_source(world), world.reach()), {}, this))
    if outcome.failure or outcome.skipped:
        raise RuntimeError("the sweep did not end well")


def _look(world: World, watchlist: Watchlist) -> None:
    if asyncio.run(look(_source(world), world.reach(), _pass(world, watchlist, moves_bookmark=True))) is None:
        raise RuntimeError("the look did not end well")


def _pass(world: World, watchlist: Watchlist, *, moves_bookmark: bool) -> Pass:
    return Pass(
        source="example",
        watchlist=watchlist,
        store=world.store,
        capturing=world.capturing(),
        moves_bookmark=moves_bookmark,
    )


def _source(world: World) -> Source:
    return world.sources()[0]


def _wrong_alerts(world: World) -> Iterator[str]:
    refs = sorted(alert.ref for alert in alerts.list_alerts(world.store, AlertFilter()))
    if set(refs) != LEAKS:
        yield f"lost {sorted(LEAKS - set(refs))}, too many {sorted(set(refs) - LEAKS)}"
    if len(refs) != len(set(refs)):
        yield "an alert stands twice"
    with world.store.reading() as session:
        found = evidence.verify(session, world.store.captures)
    yield from (f"log line {fault.line}: {fault.what}" for fault in found.faults)
    if found.lines != len(LEAKS):
        yield f"{found.lines} log lines for {len(LEAKS)} alerts"


def _clear_text(folder: Path) -> Iterator[str]:
    """Files in which a personal value of the example can be read."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if any(secret in content for secret in SECRETS):
                yield f"{path.name} holds personal data in clear"


if __name__ == "__main__":
    sys.exit(main())
