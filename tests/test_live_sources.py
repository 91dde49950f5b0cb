"""The whole program as installed, before sites on this machine: what is published there stands on the desk."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from storage.alerts import list_alerts
from storage.filters import AlertFilter
from storage.sources import Tally, added, advance, bookmark_of, statuses
from storage.store import Store
from tests.conftest import NOW
from tests.crawler import hostile_server
from tests.crawler.paste_servers import FakeSite
from tests.crawler.preview_server import NAME, InventedChannel, serving, time_of
from tests.test_house import a_session, free_port, numbers_on, page

Seen = TypeVar("Seen")

VIGIFUITE = str(Path(sys.executable).with_name("vigifuite"))
PAGES = Path(__file__).parent / "data" / "telegram_preview"
LEAK = "Vends base patients Quorvane, 491 840 lignes"
HERE = ("--allow", "127.0.0.0/8")
NOWHERE = "http://127.0.0.1:9"
PATIENCE = 60  # seconds

CONFIG = """
[crawler]
pace = "0s"
first_look = "9999d"
telegram_url = "{telegram}"
{sources}
[detectors]
watchlists = ["watchlist.csv"]
[storage]
folder = "store"
[desk]
port = {port}
"""


def source(name: str, kind: str, target: str, more: str = 'allow = ["127.0.0.0/8"]') -> str:
    """A source looked at every second."""
    return f'[[crawler.sources]]\nname = "{name}"\nkind = "{kind}"\ntarget = "{target}"\ninterval = "1s"\n{more}\n'


CHANNEL = source("channel", "telegram", f"@{NAME}")


def waited(look: Callable[[], Seen], is_there: Callable[[Seen], object] = bool) -> Seen:
    """What there is to see once it is there, or after a long wait."""
    ends = time.monotonic() + PATIENCE
    while not is_there(seen := look()) and time.monotonic() < ends:
        time.sleep(0.2)
    return seen


@dataclass(frozen=True)
class House:
    """One installation, watching the invented vendor."""

    folder: Path
    store: Store
    port: int

    @property
    def desk(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configure(self, *sources: str, telegram: str = NOWHERE) -> None:
        text = CONFIG.format(telegram=telegram, sources="".join(sources), port=self.port)
        (self.folder / "config.toml").write_text(text)
        (self.folder / "watchlist.csv").write_text("id;kind;name\nvendor:quorvane;vendor;Quorvane\n")

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command run to its end."""
        command = [VIGIFUITE, *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=100, check=False)

    @contextmanager
    def running(self, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A command while it runs; `run` unless another is named."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([VIGIFUITE, *(arguments or ["run"])], cwd=self.folder, stdout=log, stderr=log)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def told(self, event: str, **about: str) -> list[dict[str, Any]]:
        """What the log says of an event."""
        lines = (self.folder / "log").read_text().splitlines(keepends=True)
        entries = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [entry for entry in entries if entry["event"] == event and about.items() <= entry.items()]

    def alerts(self) -> list[str]:
        """The refs that are alerts, in the order they were kept."""
        found = sorted(list_alerts(self.store, AlertFilter()), key=lambda alert: alert.number)
        return [alert.ref for alert in found]

    def cookie(self) -> str:
        """Somebody's who is signed in."""
        return a_session(self.store)

    def alerts_on_the_desk(self) -> set[str]:
        try:
            return numbers_on(self.desk, self.cookie())
        except OSError:
            return set()  # not up yet


@pytest.fixture
def house(tmp_path: Path, store: Store) -> House:
    return House(tmp_path, store, free_port())


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """What a script starts in its background is deaf to Ctrl-C, and so would be the programs a test starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def channel() -> InventedChannel:
    """A channel of fifty posts."""
    return InventedChannel.of(50)


@pytest.fixture
def telegram(channel: InventedChannel) -> Iterator[str]:
    """Where the channel is shown."""
    with serving(channel) as address:
        yield address


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with FakeSite() as made:
        yield made


def put(site: FakeSite, *texts: str) -> None:
    """Publish pastes at a site of the family bepasty: one a minute, the first the oldest."""
    rows = {}
    for number, text in enumerate(texts):
        ref = f"paste{number:03}"
        uploaded = int(NOW.timestamp()) + 60 * number
        rows[ref] = {"file-meta": {"filename": "p.txt", "timestamp-upload": uploaded}, "uri": "/"}
        site.answers[f"/{ref}/+inline"] = (200, text)
    site.answers["/apis/rest/items"] = (200, json.dumps(rows))


def stopped(process: "subprocess.Popen[bytes]") -> int:
    """How the program ends when it is told to."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=PATIENCE)


def listed(ended: "subprocess.CompletedProcess[str]") -> dict[str, dict[str, Any]]:
    """What `sources list --json` says of each source."""
    return {entry["name"]: entry for entry in map(json.loads, ended.stdout.splitlines())}


def is_one_line(text: str) -> bool:
    return bool(re.fullmatch(r"[^\n]+\n", text))


class TestRun:
    def test_a_leak_at_each_source_stands_on_the_desk(self, house, channel, telegram, site):
        """Published in a channel and at a paste site; both are well, and the program stops cleanly."""
        channel.publish(LEAK)
        put(site, "bonjour", LEAK)
        house.configure(CHANNEL, source("pastes", "paste", site.url), telegram=telegram)
        with house.running() as process:
            found = waited(house.alerts_on_the_desk, lambda seen: len(seen) == 2)
            waited(lambda: min(len(house.told("read", source=name)) for name in ("channel", "pastes")))
            as_json, as_table = house("sources", "list", "--json"), house("sources", "list")
            code = stopped(process)

        assert 2 == len(found)
        assert {"51", "paste001"} == set(house.alerts())
        assert {("channel", True), ("pastes", True)} == {
            (name, entry["state"] in ("ok", "quiet")) for name, entry in listed(as_json).items()
        }
        assert "2 of 2 read in the last hour." == as_table.stdout.splitlines()[-1]
        assert (0, 0, 0) == (as_json.returncode, as_table.returncode, code)

    def test_an_edit_and_a_deletion_stand_on_the_desk(self, house, channel, telegram):
        """The alert of a post shows what was made of it, and when it was found gone."""
        leak = channel.publish(LEAK)
        house.configure(CHANNEL, telegram=telegram)
        with house.running():
            [number] = waited(house.alerts_on_the_desk)
            shown = f"{house.desk}/alerts/{number}"
            channel.edit(leak, "vendu, merci")
            edited = waited(lambda: page(shown), lambda seen: "vendu, merci" in seen)
            channel.delete(leak)
            deleted = waited(lambda: page(shown), lambda seen: "found deleted" in seen)
        [alert] = list_alerts(house.store, AlertFilter())

        assert "vendu, merci" in edited
        assert "found deleted" not in edited
        assert "found deleted" in deleted
        assert [LEAK, "vendu, merci"] == [revision.reading.text for revision in alert.revisions]
        assert alert.deleted_at is not None

    @pytest.mark.parametrize(
        "talk",
        [
            pytest.param(hostile_server.keeps_silent, id="never answers"),
            pytest.param(hostile_server.drips((hostile_server.head(), *[b" "] * 10_000), 0.5), id="drips"),
        ],
    )
    async def test_a_slow_source_delays_no_other(self, house, channel, telegram, talk):
        """While one site has not ended its first answer, another is read again and again."""

        def watched(slow: hostile_server.Server) -> tuple[int, int, list[str], int]:
            house.configure(source("slow", "paste", slow.url(host="127.0.0.1")), CHANNEL, telegram=telegram)
            with house.running() as process:
                waited(lambda: slow.calls)
                before = len(channel.asked)
                channel.publish(LEAK)
                waited(lambda: len(channel.asked), lambda count: count >= before + 8)
                waited(house.alerts)
                return slow.calls, len(channel.asked) - before, house.alerts(), stopped(process)

        async with hostile_server.serving(talk) as slow:
            calls, looks, alerts, code = await asyncio.to_thread(watched, slow)

        assert (1, ["51"], 0) == (calls, alerts, code)
        assert looks >= 8

    def test_a_site_that_asks_to_be_left_alone_is(self, house, site):
        """Also by the next start of the program: its wish stands in the store."""
        site.otherwise = (429, "", {"Retry-After": "3600"})
        (house.folder / "posts.jsonl").write_text(json.dumps({"id": "1", "text": "bonjour"}) + "\n")
        house.configure(source("pastes", "paste", site.url), source("file", "jsonl", "posts.jsonl"))
        looks, listings, codes = 0, [], []
        for _ in range(2):
            with house.running() as process:
                looks += 5
                waited(lambda: len(house.told("read", source="file")), lambda count, looks=looks: count >= looks)
                listings.append(listed(house("sources", "list", "--json"))["pastes"])
                codes.append(stopped(process))
        until = [datetime.fromisoformat(each["until"]) for each in listings]

        assert 10 <= len(house.told("read", source="file"))
        assert 1 == len(site.asked)
        assert ["waiting", "waiting"] == [each["state"] for each in listings]
        assert until[0] == until[1]
        assert timedelta(minutes=55) < until[0] - datetime.now(UTC) <= timedelta(hours=1)
        assert [0, 0] == codes

    @pytest.mark.timeout(320)
    def test_a_dead_source_is_told_of_once_and_once_more_when_it_is_back(self, house, channel):
        """In the log, in the list and on the desk: looks missed; once it answers again, all is well."""
        port = free_port()
        channel.publish(LEAK)
        house.configure(CHANNEL, telegram=f"http://127.0.0.1:{port}")
        with house.running():
            waited(lambda: house.told("source_missed"))
            looks = len(house.told("source_looked_at"))
            waited(lambda: len(house.told("source_looked_at")), lambda count: count >= looks + 5)
            dead, shown = house("sources", "list", "--json"), page(house.desk)
            with serving(channel, port):
                waited(lambda: house.told("source_no_longer_missed"))
                looks = len(house.told("source_looked_at"))
                waited(lambda: len(house.told("source_looked_at")), lambda count: count >= looks + 11)
                alive = house("sources", "list", "--json")

        assert 1 == len(house.told("source_missed", source="channel", state="unreachable"))
        assert 1 == len(house.told("source_no_longer_missed", source="channel"))
        assert (1, "unreachable") == (dead.returncode, listed(dead)["channel"]["state"])
        assert 2 <= listed(dead)["channel"]["missed_cycles"]
        assert re.search(r"\d+ looks missed in a row", shown)
        assert (0, 0) == (alive.returncode, listed(alive)["channel"]["missed_cycles"])
        assert ["51"] == house.alerts()


class TestAdd:
    def test_a_paste_site_and_a_channel(self, house, telegram, site):
        """What they are is recognised; a name is given once, another can be chosen."""
        put(site, "bonjour")
        house.configure(telegram=telegram)
        ended = [
            house("sources", "add", site.url, *HERE),
            house("sources", "add", f"@{NAME}", "--interval", "2m", *HERE),
            house("sources", "add", f"https://t.me/{NAME}", *HERE),
            house("sources", "add", f"https://t.me/{NAME}", *HERE, "--name", "again"),
        ]

        assert [0, 0, 2, 0] == [each.returncode for each in ended]
        assert is_one_line(ended[2].stderr)
        assert f"a source named {NAME} exists already" in ended[2].stderr
        assert [
            ("127.0.0.1", "paste", site.url, 300),
            ("again", "telegram", f"@{NAME}", 300),
            (NAME, "telegram", f"@{NAME}", 120),
        ] == [(each.name, each.kind, each.target, each.interval) for each in added(house.store)]
        assert {("127.0.0.0/8",)} == {each.allow for each in added(house.store)}

    def test_a_declared_name_is_taken(self, house, telegram):
        """A name stands in one place only, the configuration or the store."""
        house.configure(source(NAME, "telegram", f"@{NAME}"), telegram=telegram)
        ended = house("sources", "add", f"@{NAME}", *HERE)

        assert 2 == ended.returncode
        assert is_one_line(ended.stderr)
        assert [] == added(house.store)

    def test_what_is_no_channel_to_be_read_is_refused(self, house, channel, telegram):
        """A bot, a group, nobody: one line says what it is, and nothing is added."""
        house.configure(telegram=telegram)
        names = ("landing_bot", "landing_group", "landing_unknown")
        for request, name in enumerate(names, 1):
            channel.instead[request] = (PAGES / f"{name}.html").read_text(encoding="utf-8")
        ended = [house("sources", "add", f"@{NAME}", *HERE) for _ in names]

        assert [2, 2, 2] == [each.returncode for each in ended]
        for each, what in zip(ended, ("a bot", "a group", "nobody has this name"), strict=True):
            assert is_one_line(each.stderr)
            assert what in each.stderr
            assert each.stderr.endswith("nothing was added\n")
        assert [] == added(house.store)

    def test_an_inner_address_is_refused_unless_allowed(self, house):
        """Not even a connection is made."""
        house.configure()
        with socket.create_server(("127.0.0.1", 0)) as nobody_calls:
            nobody_calls.setblocking(False)
            ended = house("sources", "add", f"http://127.0.0.1:{nobody_calls.getsockname()[1]}/")
            with pytest.raises(BlockingIOError):
                nobody_calls.accept()

        assert 2 == ended.returncode
        assert is_one_line(ended.stderr)
        assert "loopback" in ended.stderr
        assert [] == added(house.store)


class TestTest:
    def test_says_how_a_target_is_and_keeps_nothing(self, house, channel, telegram, site):
        """State, posts and what to do; exit code 1 where a hand is needed."""
        channel.publish(LEAK)
        put(site, LEAK)
        house.configure(telegram=telegram)
        pastes, sound = house("sources", "test", site.url, *HERE, "--json"), house("sources", "test", f"@{NAME}", *HERE)
        site.answers, site.otherwise = {}, (429, "", {"Retry-After": "3600"})
        busy = house("sources", "test", site.url, *HERE, "--json")
        channel.instead[len(channel.asked) + 1] = (PAGES / "landing_bot.html").read_text(encoding="utf-8")
        bot = house("sources", "test", f"@{NAME}", *HERE)

        assert (0, "paste", "ok", 1) == (pastes.returncode, *_of(pastes, "kind", "state", "posts"))
        assert 0 == sound.returncode
        assert {"kind: telegram", "state: ok", "posts: 51"} <= set(sound.stdout.splitlines())
        assert (1, "waiting", 0) == (busy.returncode, *_of(busy, "state", "posts"))
        assert datetime.fromisoformat(*_of(busy, "until")) > datetime.now(UTC)
        assert 1 == bot.returncode
        assert {"state: changed", "posts: 0"} <= set(bot.stdout.splitlines())
        assert "what to do: look at it by hand" in bot.stdout
        assert ([], [], {}) == (house.alerts(), added(house.store), statuses(house.store))


def _of(ended: "subprocess.CompletedProcess[str]", *keys: str) -> list[Any]:
    value = json.loads(ended.stdout)
    return [value[key] for key in keys]


class TestSweep:
    def test_a_channel_since_a_moment(self, house, channel, telegram):
        """Only what was posted since; swept again nothing is new; the source of the channel stays where it stood."""
        for number in (10, 40):
            channel.edit(number, LEAK)
        house.configure(CHANNEL, telegram=telegram)
        stood = {"ref": 5}
        with house.store.writing() as session:
            advance(session, "channel", stood, Tally(), NOW)
        ended = [
            house("sweep", f"@{NAME}", "--since", time_of(30).isoformat(), "--json"),
            house("sweep", f"https://t.me/s/{NAME}", "--json"),
            house("sweep", f"https://t.me/s/{NAME}", "--json"),
        ]
        summaries = [json.loads(each.stdout.splitlines()[-1]) for each in ended]

        assert [0, 0, 0] == [each.returncode for each in ended]
        assert [(21, 1, 0), (50, 1, 1), (50, 0, 2)] == [
            (each["posts"], each["new_alerts"], each["known"]) for each in summaries
        ]
        assert ["40", "10"] == house.alerts()
        assert stood == bookmark_of(house.store, "channel")

    def test_one_post(self, house, channel, telegram):
        """A link to a post takes in that post alone."""
        for number in (16, 17):
            channel.edit(number, LEAK)
        house.configure(CHANNEL, telegram=telegram)
        ended = house("sweep", f"https://t.me/{NAME}/17", "--json")

        assert 0 == ended.returncode
        assert 1 == json.loads(ended.stdout.splitlines()[-1])["posts"]
        assert ["17"] == house.alerts()

    def test_a_paste_site_of_the_configuration_by_its_address(self, house, site):
        """It is reached as its source is; without such a source an inner address is refused in one line."""
        put(site, "bonjour", LEAK)
        house.configure()
        refused, asked = house("sweep", site.url), len(site.asked)
        house.configure(source("pastes", "paste", site.url))
        ended = house("sweep", site.url, "--json")

        assert (1, 0) == (refused.returncode, asked)
        assert is_one_line(refused.stderr)
        assert "loopback" in refused.stderr
        assert 0 == ended.returncode
        assert ["paste001"] == house.alerts()
        assert {} == bookmark_of(house.store, "pastes")

    async def test_what_is_read_through_a_proxy_is_swept_through_it(self, house, channel, telegram):
        """A target on the host of a proxied source is never asked for directly."""
        channel.publish(LEAK)
        async with hostile_server.socks(int(telegram.rpartition(":")[2])) as proxy:
            proxied = source("channel", "telegram", f"@{NAME}", f'proxy = "{proxy.url}"')
            house.configure(proxied, telegram="http://telegram.test")
            ended = await asyncio.to_thread(house, "sweep", f"@{NAME}")

        assert 0 == ended.returncode
        assert {(3, "telegram.test", 80)} == set(proxy.goals)
        assert len(channel.asked) == len(proxy.goals)
        assert ["51"] == house.alerts()

    @pytest.mark.usefixtures("hears_ctrl_c")
    def test_interrupted(self, house):
        """Ctrl-C ends it with 130; what was taken in is kept, and another sweep brings the rest without doubles."""
        channel = InventedChannel.of(2000)
        leaks = range(10, 2001, 10)
        for number in leaks:
            channel.edit(number, LEAK)
        # Slow behind its first pages, so that the sweep is still under way when it is interrupted.
        channel.on_request = lambda count: time.sleep(0.5 if count > 40 else 0)
        with serving(channel) as telegram:
            house.configure(CHANNEL, telegram=telegram)
            with house.running("sweep", f"@{NAME}") as process:
                waited(house.alerts, lambda refs: len(refs) >= 3)
                process.send_signal(signal.SIGINT)
                code = process.wait(timeout=PATIENCE)
            channel.on_request = lambda _: None
            kept = house.alerts()
            again = house("sweep", f"@{NAME}", "--json")
        summary = json.loads(again.stdout.splitlines()[-1])

        assert 130 == code
        assert 3 <= len(kept) < len(leaks)
        assert (0, len(kept), len(leaks) - len(kept)) == (again.returncode, summary["known"], summary["new_alerts"])
        assert [str(number) for number in leaks] == house.alerts()
