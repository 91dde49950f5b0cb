"""`make soak`: the long runs. Two hundred kills at random moments, thousands of mutated exports, a Telegram storm.

    python -m benchmarks.soak [--kills 200] [--mutants 3000] [--telegram-posts 2000] [--seed N]

Prints what was run with its figures; exit code 1 if anything was wrong.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.crash import LEAKS, SECRETS
from commands.watchlist_files import read_watchlist_file
from crawler.collector import CollectorError
from crawler.collectors.telegram_export import TelegramExportCollector
from detectors.model import Post
from detectors.public_form import findings_json
from detectors.triage import examine, read
from detectors.watchlist import Watchlist, compile_watchlist

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run both; the seed is printed, so that a failure can be seen again."""
    parser = argparse.ArgumentParser(description="the long crash and fuzz runs")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--mutants", type=int, default=3_000)
    parser.add_argument("--telegram-posts", type=int, default=2_000, help="in each of fifty channels")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    crash = [sys.executable, "-m", "benchmarks.crash", "--kills", str(asked.kills), "--seed", str(asked.seed)]
    wrong = subprocess.run(crash, cwd=ROOT, check=False).returncode != 0
    storm = [sys.executable, "-m", "benchmarks.telegram_storm", "--posts", str(asked.telegram_posts)]
    wrong |= subprocess.run([*storm, "--seed", str(asked.seed)], cwd=ROOT, check=False).returncode != 0
    faults, posts = asyncio.run(_mutants(asked.mutants, random.Random(asked.seed)))
    print(f"{asked.mutants} mutated exports, {posts:,} posts read from them, faults: {faults or 'none'}")
    return 1 if wrong or faults else 0


async def _mutants(count: int, chosen: random.Random) -> tuple[list[str], int]:
    """Damage the example export in every way; only `CollectorError` may come of it, and no secret may survive."""
    whole = (ROOT / "examples" / "result.json").read_bytes()
    watchlist = compile_watchlist(read_watchlist_file(ROOT / "examples" / "watchlist.csv"))
    faults, posts = [], 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        for number in range(count):
            path.write_bytes(_mutated(whole, chosen))
            try:
                posts += await _read(path, watchlist)
            except CollectorError:
                continue
            except Exception as error:
                faults.append(f"mutant {number}: {type(error).__name__}")
    return faults, posts


async def _read(path: Path, watchlist: Watchlist) -> int:
    posts = 0
    async for taken, _ in TelegramExportCollector(path).collect({}):
        if isinstance(taken, Post):
            posts += 1
            if taken.ref in LEAKS:
                _check(taken, watchlist)
    return posts


def _check(post: Post, watchlist: Watchlist) -> None:
    """A reading of a damaged post still shows none of the example's personal values."""
    reading = read(post, examine(post, watchlist))
    shown = f"{findings_json(reading)} {reading}".encode(errors="replace")
    if any(secret in shown for secret in SECRETS):
        raise AssertionError("a personal value survived")


def _mutated(whole: bytes, chosen: random.Random) -> bytes:
    """Cut, doubled, swapped, overwritten: the damages a file meets, and some that only an enemy makes."""
    start = chosen.randrange(len(whole))
    piece = whole[start : start + chosen.randrange(1, 400)]
    match chosen.randrange(5):
        case 0:
            return whole[:start]
        case 1:
            return whole[:start] + piece + whole[start:]
        case 2:
            return whole[:start] + whole[start + len(piece) :]
        case 3:
            return whole[:start] + chosen.randbytes(len(piece)) + whole[start + len(piece) :]
    hostile = chosen.choice([b'"\\ud800"', b"[" * 3_000, b'{"a":' * 3_000, b"1e999", b"-" + b"9" * 5_000, b"\x00"])
    return whole[:start] + hostile + whole[start:]


if __name__ == "__main__":
    sys.exit(main())
