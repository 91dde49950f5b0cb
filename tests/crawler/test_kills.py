"""A lookout killed with -9 again and again while it reads a long channel that grows, is edited and loses posts.

Every leak is one alert, in the order of the posts; nothing is lost and nothing stands twice.
"""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage.alerts import StoredAlert, alerted_refs, list_alerts
from storage.evidence import verify
from storage.filters import AlertFilter
from storage.sources import HealthState, bookmark_of, statuses
from storage.store import Store
from tests.crawler.looker import CHANNEL
from tests.crawler.preview_server import InventedChannel, serving

ROOT = Path(__file__).parents[2]
PLACE = "telegram:1900000001"
POSTS = 5000
EVERY = 25  # posts there is a leak
KILLS = 20
LONGEST_REST = 0.1  # seconds from a request to the kill: a few pages


def offer(number: int, more: str = "") -> str:
    return f"Vends base patients Quorvane, {1000 + number} lignes{more}"


@dataclass
class MovingChannel:
    """A channel that never stands still while it is read: it grows, and its posts are edited and deleted."""

    channel: InventedChannel
    leaks: set[int] = field(default_factory=set)
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 (not for secrets)

    @classmethod
    def of(cls, count: int) -> "MovingChannel":
        """So many posts, with holes between them and leaks among them."""
        made = cls(InventedChannel.of(count, holes=11))
        for number in list(made.channel.posts)[EVERY - 1 :: EVERY]:
            made.channel.posts[number] = offer(number)
            made.leaks.add(number)
        return made

    def publish_leak(self) -> int:
        """One more leak, as the newest post."""
        number = self.channel.publish(offer(self.channel.newest + 1))
        self.leaks.add(number)
        return number

    def move(self, count: int) -> None:
        """What happens at a request."""
        with self.channel.lock:
            self.publish_leak() if count % EVERY == 0 else self.channel.publish()
            # Ahead of the reader, where it is then missing, or behind, or under its eyes.
            for gone in {self.dice.randrange(1, self.channel.newest), self.channel.newest - 5} - self.leaks:
                self.channel.delete(gone)
            chatter = self.dice.choice(sorted(self.channel.posts.keys() - self.leaks))
            self.channel.edit(chatter, f"Annonce modifiée {count}")
            leak = self.dice.choice(sorted(self.leaks))
            self.channel.edit(leak, offer(leak, f", prix baissé {count} fois"))


@dataclass
class Looker:
    """Looks at a channel in a process that may be killed."""

    process: "subprocess.Popen[str]"

    def begin(self) -> int:
        """Begins a look; its process number."""
        assert self.process.stdin is not None
        self.process.stdin.write("look\n")
        self.process.stdin.flush()
        return self._told()

    def ended(self) -> int:
        """How a look ended: 0, or -9 if it was killed."""
        return self._told()

    def _told(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@contextmanager
def looker(store: Store, address: str) -> Iterator[Looker]:
    """A process that is ready to look at the channel shown at an address."""
    command = [sys.executable, str(Path(__file__).with_name("looker.py")), str(store.folder), address]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, text=True, stdin=pipe, stdout=pipe)
    try:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
        yield Looker(process)
    finally:
        process.kill()
        process.communicate()


def killed(looking: Looker, world: MovingChannel, behind: int, rest: float) -> int:
    """How a look ended that is killed once it asks for what stands behind a post, amid whatever it does then."""
    reached = threading.Event()

    def on_request(count: int) -> None:
        world.move(count)
        asked = re.search(r"after=(\d+)", world.channel.asked[count - 1])
        if asked and int(asked[1]) >= behind:
            reached.set()

    world.channel.on_request = on_request
    process = looking.begin()
    assert reached.wait(60)
    time.sleep(rest)
    os.kill(process, signal.SIGKILL)
    return looking.ended()


def in_order(store: Store) -> list[StoredAlert]:
    """Every alert, by its number."""
    return sorted(list_alerts(store, AlertFilter()), key=lambda alert: alert.number)


class TestKills:
    def test_at_any_moment(self, store: Store):
        """Of 5,000 posts that move while they are read by a look killed 20 times, each leak is one alert, in order."""
        world = MovingChannel.of(POSTS)
        dice = random.Random(20261122)  # noqa: S311 (not for secrets)
        kept: list[int] = []
        with serving(world.channel) as address, looker(store, address) as looking:
            # The newest posts come without being asked for by number.
            moments = sorted(dice.sample(range(world.channel.newest - 100), KILLS))
            for behind in moments:
                assert -signal.SIGKILL == killed(looking, world, behind, dice.uniform(0, LONGEST_REST)), behind
                kept.append(len(alerted_refs(store, PLACE)))
            world.channel.on_request = lambda _: None
            looking.begin()
            assert 0 == looking.ended()
            edited = max(world.leaks)
            world.channel.edit(edited, offer(edited, ", vendu une fois"))
            looking.begin()
            assert 0 == looking.ended()

        # Not at the beginning, not at the end: while there were alerts to keep.
        assert 10 <= sum(0 < number < len(world.leaks) for number in kept)
        alerts = in_order(store)
        assert sorted(world.leaks) == [int(alert.ref) for alert in alerts]
        assert {PLACE} == {alert.place for alert in alerts}
        status = statuses(store)[CHANNEL.name]
        assert HealthState.OK == status.health.state
        assert world.channel.newest == bookmark_of(store, CHANNEL.name)["ref"]
        assert len(alerts) == status.alerts
        assert len(world.channel.posts) <= status.posts
        revised = {int(alert.ref) for alert in alerts if len(alert.revisions) > 1}
        assert {edited} <= revised <= world.channel.edited
        assert offer(edited, ", vendu une fois") == alerts[-1].latest.reading.text
        with store.reading() as session:
            found = verify(session, store.captures)
        assert () == found.faults
        assert sum(len(alert.revisions) for alert in alerts) == found.lines
