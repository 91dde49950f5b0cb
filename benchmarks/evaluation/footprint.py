"""What one fresh interpreter needs for a watchlist: run by `benchmarks.evaluation.cost`, posts as JSON on stdin."""

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from random import Random

from benchmarks.evaluation.matchers import engine
from benchmarks.evaluation.surroundings import invented_word
from commands.compiled import compiled_watchlist
from detectors.model import Entity
from detectors.registers import read_register, shipped
from detectors.watchlist import Watchlist, compile_watchlist


def main() -> None:
    """Make a watchlist ready, match the posts, print what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("register", type=Path)
    parser.add_argument("--grow", type=int)
    arguments = parser.parse_args()
    posts = json.load(sys.stdin)
    if arguments.grow:
        print(json.dumps(_grown(arguments.register, arguments.grow, posts)))
    else:
        print(json.dumps(_ready(arguments.register, posts)))


def _ready(register: Path, posts: list[str]) -> dict[str, float]:
    wall, started = time.perf_counter(), time.process_time()
    watchlist = compiled_watchlist([register])
    seconds, waited = time.process_time() - started, time.perf_counter() - wall
    ready = _resident()
    engine(watchlist)(posts)
    return {"seconds": seconds, "wall": waited, "ready": ready, "after": _resident(), "peak": _peak()}


def _grown(register: Path, size: int, posts: list[str]) -> dict[str, float]:
    with register.open("rb") as file:
        entities = list(read_register(file, "finess"))
    longer = list(chain(shipped(), multiplied(entities, size)))
    gc.freeze()  # the entities stay: the collector need not walk them again and again
    started = time.process_time()
    watchlist = compile_watchlist(longer)
    built = time.process_time()
    _match(watchlist, posts)
    done = time.process_time()
    return {
        "names": size,
        "build": built - started,
        "microseconds": (done - built) * 1e6 / len(posts),
        "peak": _peak(),
    }


def _match(watchlist: Watchlist, posts: list[str]) -> None:
    engine(watchlist)(posts)


def multiplied(entities: list[Entity], size: int) -> Iterator[Entity]:
    """So many entities: a sample of the register, or the register and copies of it in invented towns."""
    random = Random(size)
    if size <= len(entities):
        yield from random.sample(entities, size)
        return
    yield from islice(chain(entities, _copies(random, entities)), size)


def _copies(random: Random, entities: list[Entity]) -> Iterator[Entity]:
    round_number = 0
    while True:
        round_number += 1
        towns = [invented_word(random, "fr").upper() for _ in range(20_000)]
        for entity in entities:
            town = random.choice(towns)
            name = (
                entity.name.replace(entity.city, town)
                if entity.city and entity.city in entity.name
                else f"{entity.name} {town}"
            )
            yield replace(entity, id=f"{entity.id}-{round_number}", name=name, city=town)


def _resident() -> float:
    return _megabytes("VmRSS:")


def _peak() -> float:
    # Not getrusage: its maximum is inherited from the process that started this one.
    return _megabytes("VmHWM:")


def _megabytes(field: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise OSError(f"this system does not tell {field} memory")


if __name__ == "__main__":
    main()
