"""Many channels read through one account while it is killed with -9, cut off, and told less than happened.

For a test, and at greater length for `make soak`.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.alerts import list_alerts
from storage.filters import AlertFilter
from storage.store import Store
from tests.crawler.telegram_accounts import account_settings, enrolled
from tests.telegram_server.serving import Served
from tests.telegram_server.world import Channel, Drop, Telegram

ROOT = Path(__file__).parents[2]
PATIENCE = 30  # seconds for a look to come to the post at which it is killed
Content = tuple[str, str, str]  # place, ref, text


def offer(number: int, more: str = "") -> str:
    return f"Vends base patients Quorvane, {1000 + number} lignes{more}"


def chatter(number: int, more: str = "") -> str:
    return f"Quorvane, annonce inventée {number}{more}"


@dataclass
class Storm:
    """The channels, and what befalls those who read them."""

    telegram: Telegram
    every: int  # one post in so many is an offer, which becomes an alert
    dice: random.Random
    channels: list[Channel] = field(default_factory=list)
    ever: set[Content] = field(default_factory=set)  # every content any post ever had
    pages: int = 0  # of history behind the newest, asked for
    drop_at: set[int] = field(default_factory=set)
    dropped: int = 0
    too_long: int = 0

    def publish(self, channel: Channel) -> None:
        number = channel.newest + 1
        text = offer(number) if number % self.every == 0 else chatter(number)
        self.telegram.post(channel, text)
        self._note(channel, number, text)

    def edit(self, channel: Channel) -> None:
        number = self.dice.choice(sorted(channel.posts))
        text = (offer if number % self.every == 0 else chatter)(number, f", modifiée {self.dice.random():.6f}")
        self.telegram.edit(channel, number, text)
        self._note(channel, number, text)

    def _note(self, channel: Channel, number: int, text: str) -> None:
        self.ever.add((f"telegram:{channel.id}", str(number), text))

    def now(self) -> set[Content]:
        """What the server shows."""
        return {
            (f"telegram:{channel.id}", str(message.id), message.message)
            for channel in self.channels
            for message in channel.posts.values()
        }

    def on_request(self, name: str, request: Any) -> Drop | None:
        """What happens at a request: the world moves on, and sometimes the line goes dead."""
        if name != "GetHistoryRequest" or not request.offset_id:
            return None
        self.pages += 1
        if self.pages in self.drop_at:
            self.dropped += 1
            return Drop()
        return None


@dataclass
class Looker:
    """Looks at every channel in a process that may be killed."""

    process: "subprocess.Popen[str]"

    def begin(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write("look\n")
        self.process.stdin.flush()
        return self.told()

    def told(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@contextmanager
def looker(folder: Path) -> Iterator[Looker]:
    """A process that is ready to look."""
    command = [sys.executable, str(Path(__file__).with_name("account_looker.py")), str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    pipe = subprocess.PIPE
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=log)
        try:
            assert process.stdout is not None
            assert "ready\n" == process.stdout.readline()
            yield Looker(process)
        finally:
            process.kill()
            process.communicate()


def make_storm(telegram: Telegram, channels: int, posts: int, every: int, seed: int) -> Storm:
    storm = Storm(telegram, every, random.Random(seed))  # noqa: S311 (not for secrets)
    for number in range(channels):
        channel = telegram.channel(f"annonces_{number:02}")
        storm.channels.append(channel)
        for _ in range(posts):
            storm.publish(channel)
    telegram.on_request = storm.on_request
    return storm


def prepare(folder: Path, store: Store, served: Served, storm: Storm) -> None:
    """What the looking process needs: an account that is logged in, and what to look at."""
    asyncio.run(enrolled(account_settings(served, folder), store))
    names = [channel.username for channel in storm.channels]
    (folder / "looker.json").write_text(json.dumps({"port": served.port, "channels": names}))


def rage(folder: Path, looking: Looker, storm: Storm, kills: int, drops: int, too_long: int) -> list[int]:
    """Every calamity in turn; how each look ended."""
    ended = []
    step = sum(len(channel.posts) for channel in storm.channels) // (kills + 1)
    for number in range(kills):
        if number % 2:
            storm.drop_at.add(storm.pages + storm.dice.randint(1, 20))
        process = looking.begin()
        # Amid whatever is done then with one of the posts that are new to us.
        _wait_for_posts(folder, taken_in(folder) + storm.dice.randint(1, 2 * step))
        os.kill(process, signal.SIGKILL)
        ended.append(looking.told())
        for channel in storm.dice.sample(storm.channels, k=len(storm.channels) // 5):
            storm.publish(channel)
            storm.edit(channel)
    while storm.dropped < drops:
        for channel in storm.dice.sample(storm.channels, k=max(1, len(storm.channels) // 5)):
            for _ in range(120):  # more than one page shows
                storm.publish(channel)
        moments = storm.dice.sample(range(1, 10), k=min(3, drops - storm.dropped))
        storm.drop_at |= {storm.pages + moment for moment in moments}
        looking.begin()
        ended.append(looking.told())
    for channel in storm.dice.sample(storm.channels, k=too_long):
        channel.longest_difference = 0
        storm.publish(channel)
        storm.edit(channel)
        storm.too_long += 1
    for _ in range(2):
        looking.begin()
        ended.append(looking.told())
    return ended


def taken_in(folder: Path) -> int:
    """How many posts were taken in so far, those read again included."""
    path = folder / "seen"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _wait_for_posts(folder: Path, count: int) -> None:
    ends = time.monotonic() + PATIENCE
    while taken_in(folder) < count and time.monotonic() < ends:
        time.sleep(0.01)


def seen(folder: Path) -> set[Content]:
    """Every content the looks took in, whether it became an alert or not."""
    lines = (folder / "seen").read_text().splitlines()
    return {(place, ref, text) for place, ref, text in map(json.loads, filter(_is_whole, lines))}


def _is_whole(line: str) -> bool:
    return line.startswith("[") and line.endswith("]")


def kept(store: Store) -> list[Content]:
    """What the store holds of each alert: its latest content."""
    return [(alert.place, alert.ref, str(alert.latest.reading.text)) for alert in list_alerts(store, AlertFilter())]
