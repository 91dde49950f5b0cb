"""The live sources' part of `make bench`: pages parsed in the sandbox, and two hundred sources on one core.

python -m benchmarks.live               # both, as two tables' rows would have them
python -m benchmarks.live --watch FOLDER --seconds 130     # the lookout alone, its loop measured
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

from benchmarks.row import Row
from commands.front import Front
from commands.running import Lookout
from commands.world import World, open_world
from crawler.pages.telegram_preview import parse_channel
from crawler.sandbox import Sandbox
from storage import sources
from storage.coverage import missed_cycles
from tests.crawler.preview_server import NAME, InventedChannel

PAGES = 400
RUNS = 5
SOURCES = 200  # half of them channels, half paste sites
INTERVAL = 60  # seconds
SECONDS = 200  # three cycles and their jitter
TICK = 0.01  # seconds


def live_rows(folder: Path) -> Iterator[Row]:
    """The rows of the table."""
    yield asyncio.run(_sandbox_row())
    yield from _watch_rows(folder)


# ---------------------------------------------------------------- pages in the sandbox


async def _sandbox_row() -> Row:
    """A page of twenty posts, parsed by a warm child, against the same function in this process."""
    page = InventedChannel.of(100).page()
    sandbox = Sandbox()
    try:
        await sandbox.run(parse_channel, page)
        pairs = [(await _in_sandbox(sandbox, page), _in_process(page)) for _ in range(RUNS)]
    finally:
        await sandbox.aclose()
    ours, bare = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    ratio = median(pair[0] / pair[1] for pair in pairs)
    return Row(
        f"pages of 20 posts ({len(page) / 1000:.0f} KB) parsed in the sandbox",
        f"{PAGES / ours:,.0f} pages/s",
        f"the same parser in-process {PAGES / bare:,.0f} pages/s",
        f"{ratio:.2f} × its time",
    )


async def _in_sandbox(sandbox: Sandbox, page: str) -> float:
    started = time.perf_counter()
    for _ in range(PAGES):
        await sandbox.run(parse_channel, page)
    return time.perf_counter() - started


def _in_process(page: str) -> float:
    started = time.perf_counter()
    for _ in range(PAGES):
        parse_channel(page)
    return time.perf_counter() - started


# ---------------------------------------------------------------- two hundred sources


def _watch_rows(folder: Path) -> Iterator[Row]:
    """The lookout on one core, its sources on the other, each source on a host of its own but for the channels."""
    with Sites() as port:
        home = Path(tempfile.mkdtemp(dir=folder))
        (home / "config.toml").write_text(_configuration(port), encoding="utf-8")
        program = str(Path(sys.executable).with_name("vigifuite"))
        subprocess.run([program, "init"], cwd=home, check=True, capture_output=True)
        command = [sys.executable, "-m", "benchmarks.live", "--watch", str(home), "--seconds", str(SECONDS)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    yield Row(
        f"{SOURCES} sources every {INTERVAL} s on one core, {SECONDS} s: cycles missed",
        f"{said['missed']} (of {said['due']} looks due, {said['looks']} ended)",
        f"processor {said['processor'] / SECONDS:.0%} of the core",
        "",
    )
    yield Row(
        "its event loop: longest time held by our own work",
        f"{said['held'] * 1000:.0f} ms (median of a tick {said['median'] * 1000:.1f} ms)",
        f"longest wait by the clock, other programs included: {said['late'] * 1000:.0f} ms",
        "",
    )


class Sites:
    """The sites' process, which tells its port once it listens."""

    def __enter__(self) -> int:
        command = [sys.executable, "-m", "benchmarks.live", "--sites"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        return int((self._process.stdout or sys.stdin).readline())

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def _configuration(port: int) -> str:
    channels, pastes = SOURCES // 2, SOURCES - SOURCES // 2
    parts = [
        # All channels lie on one host, which then is asked about twice a second.
        f'[crawler]\npace = "0.3s"\nfirst_look = "3650d"\ntelegram_url = "http://127.0.0.1:{port}"\n'
    ]
    parts += [_source(f"channel-{number}", "telegram", f"@canal_{number}") for number in range(channels)]
    parts += [_source(f"pastes-{n}", "paste", f"http://127.0.1.{n + 1}:{port}/") for n in range(pastes)]
    return "".join([*parts, '[storage]\nfolder = "store"\n'])


def _source(name: str, kind: str, target: str) -> str:
    return (
        f'[[crawler.sources]]\nname = "{name}"\nkind = "{kind}"\ntarget = "{target}"\n'
        f'interval = "{INTERVAL}s"\nallow = ["127.0.0.0/8"]\n'
    )


@dataclass(slots=True)
class _Loop:
    """How punctually an event loop turns."""

    late: list[float] = field(default_factory=list)  # seconds a tick came late, by the clock
    held: list[float] = field(default_factory=list)  # seconds of processor time the loop's thread used between two

    async def measure(self) -> None:
        while True:
            clock, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK)
            self.late.append(time.perf_counter() - clock - TICK)
            self.held.append(time.thread_time() - used)


async def _watch(world: World, seconds: float) -> dict[str, object]:
    """The lookout for so long; what it came to."""
    lookout, loop = Lookout(world, world.watchlist()), _Loop()
    measuring = asyncio.create_task(loop.measure())
    used, begun = time.process_time(), time.monotonic()
    lookout.start()
    worst: dict[str, int] = {}
    looks: set[tuple[str, datetime | None]] = set()
    while time.monotonic() - begun < seconds:
        await asyncio.sleep(5)
        now = datetime.now(UTC)
        for name, status in (await asyncio.to_thread(sources.statuses, world.store)).items():
            worst[name] = max(worst.get(name, 0), missed_cycles(status, INTERVAL, now))
            if status.attempted_at:
                looks.add((name, status.attempted_at))
    measuring.cancel()
    with suppress(asyncio.CancelledError):
        await measuring
    processor = time.process_time() - used
    await lookout.stop()
    return {
        "missed": sum(worst.values()),
        "due": SOURCES * int(seconds // INTERVAL),
        "looks": len(looks),
        "processor": processor,
        "late": max(loop.late),
        "held": max(loop.held),
        "median": median(loop.held),
    }


# ---------------------------------------------------------------- the sites


async def _serve() -> None:
    """Channels on one address, paste sites on a hundred others; each grows by a post or paste a minute."""
    begun = time.monotonic()
    channel = InventedChannel.of(20)
    first = channel.newest

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ", 2)[1]
            minutes = int((time.monotonic() - begun) / 60)
            while channel.newest < first + minutes:
                channel.publish()
            status, body = _answer(channel, path, minutes)
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
        writer.close()

    first_server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = first_server.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(answer, f"127.0.1.{number + 1}", port) for number in range(SOURCES)]
    print(port, flush=True)
    await asyncio.gather(*(server.serve_forever() for server in (first_server, *others)))


def _answer(channel: InventedChannel, path: str, minutes: int) -> tuple[str, bytes]:
    url = urlsplit(path)
    asked = {key: int(values[0]) for key, values in parse_qs(url.query).items() if values[0].isdecimal()}
    if url.path.startswith("/s/"):
        page = channel.page(before=asked.get("before"), after=asked.get("after"))
        return "200 OK", page.replace(NAME, url.path[3:]).encode()
    if url.path == "/apis/rest/items":
        listed = {
            f"note{number:04}": {"file-meta": {"filename": "n.txt", "timestamp-upload": 1_795_000_000 + number}}
            for number in range(20 + minutes)
        }
        return "200 OK", json.dumps(listed).encode()
    if url.path.endswith("/+inline"):
        return "200 OK", b"une note sans rien\n" * 50
    return "404 Not Found", b""


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description="speed of the live sources")
    parser.add_argument("--watch", type=Path)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--sites", action="store_true")
    asked = parser.parse_args()
    if asked.sites:
        asyncio.run(_serve())
    elif asked.watch:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core for all its threads and children
        world = open_world(Front(asked.watch / "config.toml", json=False))
        print(json.dumps(asyncio.run(_watch(world, asked.seconds))))
    else:
        with tempfile.TemporaryDirectory() as folder:
            for row in live_rows(Path(folder)):
                print(row.what, row.figure, row.peer, row.ratio, sep=" | ")


if __name__ == "__main__":
    main()
