"""The Telegram account's part of `make bench`: how soon a post is an alert, and how fast a channel is swept.

python -m benchmarks.telegram           # both, as the table's rows would have them
"""

import asyncio
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median, quantiles

import structlog

from benchmarks.row import Row
from commands.front import Front
from commands.running import Lookout
from commands.world import World, open_world
from crawler.account_login import Human, log_in
from crawler.accounts import Accounts
from crawler.collectors.telegram_account_sweep import TelegramSweepCollector
from crawler.source import Source
from storage.alerts import alerted_refs
from storage.seal import make_keys
from storage.sources import statuses
from storage.store import Store
from tests.telegram_server.serving import Served, serving
from tests.telegram_server.world import CODE, Channel, Telegram

CHANNELS = 20
LEAKS = 25
APART = 4.0  # seconds between two leaks, on average
SWEPT = 50_000  # posts
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PATIENCE = 30.0  # seconds for a leak to become an alert
LOOK = 0.02  # seconds between two looks whether it has


def telegram_rows(folder: Path) -> Iterator[Row]:
    """The rows of the table."""
    yield from _alert_rows(Path(tempfile.mkdtemp(dir=folder)))
    yield from _sweep_rows(Path(tempfile.mkdtemp(dir=folder)))


def house(folder: Path, served: Served, sources: str = "", pace: str = "3s") -> World:
    """An installation whose account is logged in at the pretend Telegram."""
    served.write_key(folder)
    secrets = folder / "secrets.toml"
    secrets.touch(0o600)
    secrets.write_text(f'api_id = 1\napi_hash = "{"a" * 32}"\nphone = "33600000001"\n')
    (folder / "watchlist.csv").write_text("id;kind;name\nvendor:quorvane;vendor;Quorvane\n")
    (folder / "config.toml").write_text(
        f'[crawler]\naccount_pace = "{pace}"\nfirst_look = "9999d"\n[[crawler.accounts]]\nname = "first"\n'
        f'secrets = "secrets.toml"\nserver = "{served.address}"\nserver_key = "server.pem"\n{sources}'
        '[detectors]\nwatchlists = ["watchlist.csv"]\n[storage]\nfolder = "store"\n'
    )
    world = open_world(Front(folder / "config.toml", json=False), create=True)
    if not world.store.public_keys.exists():
        make_keys(world.store.public_keys.parent)
    human = Human(phone=lambda: "", code=lambda: CODE, password=lambda: "", show=lambda _: None)
    asyncio.run(log_in(world.settings.accounts()[0], world.store, human, by_qr=False))
    return world


# ---------------------------------------------------------------- how soon


def _alert_rows(folder: Path) -> Iterator[Row]:
    """Leaks published here and there, the account a member everywhere, each source looked at once an hour."""
    # The lookout runs in this process, and its log is none of the table's.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    telegram = Telegram()
    channels = [telegram.channel(f"annonces_{number}") for number in range(CHANNELS)]
    for channel in channels:
        telegram.post(channel, "bonjour")
        channel.members.add(500)
    sources = "".join(
        f'[[crawler.sources]]\nname = "{channel.username}"\nkind = "telegram-account"\n'
        f'target = "@{channel.username}"\ninterval = "1h"\n'
        for channel in channels
    )
    with serving(telegram) as served:
        # The first looks are not what is measured: names are asked for one in half a minute at the usual pace.
        asyncio.run(_first_looks(house(folder, served, sources, pace="0s")))
        world = house(folder, served, sources)
        took = asyncio.run(_watched(world, telegram, channels))
        world.store.close()
    yield Row(
        f"new post → alert, the account a member, {len(took)} leaks in {CHANNELS} channels",
        f"p95 {quantiles(took, n=20)[-1]:.2f} s, median {median(took):.2f} s",
        "looked at once an hour otherwise, default pace",
        "",
    )


async def _first_looks(world: World) -> None:
    lookout = Lookout(world, world.watchlist())
    lookout.start()
    while len(await asyncio.to_thread(statuses, world.store)) < CHANNELS:  # noqa: ASYNC110
        await asyncio.sleep(1)
    await asyncio.sleep(5)
    await lookout.stop()
    world.store.close()


async def _watched(world: World, telegram: Telegram, channels: list[Channel]) -> list[float]:
    """Seconds from each leak to its alert, while the lookout watches."""
    dice, lookout = Random(1), Lookout(world, world.watchlist())
    lookout.start()
    try:
        await asyncio.sleep(CHANNELS * 3.0)  # the look at every channel, at the account's pace
        took = []
        for _ in range(LEAKS):
            await asyncio.sleep(dice.expovariate(1 / APART))
            channel = dice.choice(channels)
            number = await asyncio.to_thread(telegram.post, channel, "Vends base patients Quorvane, 491 840 lignes")
            took.append(await _until_alerted(world.store, f"telegram:{channel.id}", str(number)))
        return took
    finally:
        await lookout.stop()


async def _until_alerted(store: Store, place: str, ref: str) -> float:
    begun = time.perf_counter()
    while time.perf_counter() - begun < PATIENCE:
        if ref in await asyncio.to_thread(alerted_refs, store, place):
            break
        await asyncio.sleep(LOOK)
    return time.perf_counter() - begun


# ---------------------------------------------------------------- how fast


def _sweep_rows(folder: Path) -> Iterator[Row]:
    """A channel whose every post names the watched vendor, swept by the program, and by the collector alone."""
    telegram = Telegram()
    channel = telegram.channel("annonces")
    for number in range(SWEPT):
        telegram.post(channel, f"Quorvane, annonce inventée {number} pour les curieux")
    with serving(telegram) as served:
        world = house(folder, served, pace="0s")
        bare = asyncio.run(_collected(world))  # this process serves as well: its thread's own time counts
        world.store.close()
        program = str(Path(sys.executable).with_name("vigifuite"))
        sweep = [program, "sweep", "@annonces", "--since", "2020-01-01", "--json"]
        subprocess.run([*sweep, "--limit", "1"], cwd=folder, check=True, capture_output=True)  # compiles the watchlist
        wall, whole = _cost(sweep, folder)
    yield Row(
        f"sweep of {SWEPT:,} posts through an account that is not paced",
        f"{SWEPT / whole:,.0f} posts a second of processor ({SWEPT / wall:,.0f} by the clock, the server beside it)",
        f"its collector alone {SWEPT / bare:,.0f}",
        f"{whole / bare:.1f} × its time",
    )


def _cost(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds by the clock, and of processor."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"the sweep ended with {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime


async def _collected(world: World) -> float:
    """Seconds of processor the collector alone takes, judging nothing."""
    source = Source(name="sweep:annonces", kind="telegram-account", target="@annonces", interval=0)
    accounts = Accounts(world.settings.accounts(), world.store, 0.0)
    begun = time.thread_time()
    try:
        collector = TelegramSweepCollector(source=source, name="annonces", accounts=accounts, since=LONG_AGO)
        async for _ in collector.collect({}):
            pass
    finally:
        await accounts.aclose()
    return time.thread_time() - begun


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as folder:
        for row in telegram_rows(Path(folder)):
            print(row.what, row.figure, row.peer, row.ratio, sep=" | ", flush=True)


if __name__ == "__main__":
    main()
