"""The bomb corpus, through client, sandbox and collector in a process of its own."""

import asyncio
import gzip
import json
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from tests.crawler.hostile_server import (
    Talk,
    drips,
    gzip_bomb,
    head,
    keeps_silent,
    page,
    redirects,
    repeats,
    says,
    serving,
)
from tests.crawler.preview_server import InventedChannel
from tests.crawler.test_sandbox import BOMBS

ROOT = Path(__file__).parents[2]
HERE = "127.0.0.2"  # may be reached; 127.0.0.1 is the inner network
MOST_MEMORY = 300 * 2**20  # bytes
LONGEST = 40.0  # seconds: the deadline of four, two of processor time for the parser, a new child, a busy machine
LOOPBACK = "127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 [::1] [::ffff:127.0.0.1] 0x7f.1".split()
POSTS = [(len(f"Annonce inventée {number}"), f"Annonce inventée {number}") for number in range(1, 6)]


def with_bomb(bomb: str) -> bytes:
    """A page of five posts and a bomb behind them."""
    return page(InventedChannel.of(5).page().replace("</section>", f"</section>{bomb}"))


def pages() -> dict[str, Talk]:
    """Hostile answers in place of a channel's page."""
    endless = b"a" * 65536
    return {
        **{f"page: {name}": says(with_bomb(bomb)) for name, bomb in BOMBS.items() if "encoding" not in name},
        "gzip bomb": says(page(gzip_bomb(1024), "Content-Encoding: gzip")),
        "stacked encodings": says(page(gzip.compress(gzip_bomb(64)), "Content-Encoding: gzip, gzip")),
        "announced giant": says(head("Content-Length: 104857600"), endless * 16),
        "giant": repeats(head(), endless, 1600),
        "slow drip": drips([head(), *[b"<p>"] * 1000], gap=0.2),
        "silence": keeps_silent,
        "endless headers": repeats(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 1000 + b"\r\n"),
        "redirects": redirects("/s/again?and=again"),
    }


def pastes() -> dict[str, Talk]:
    """Texts that are long, or written in no encoding, of which all that can be read must be kept."""
    return {
        "one line": says(page("a" * 2**20)),
        "too long": says(page("é\n" * 4_000_000)),
        "malformed": says(page(b"nom;\xff\xfe\xc3\x28\xed\xa0\x80;fin" * 1000)),
        "cut utf-16": says(page("nom;ville\n".encode("utf-16")[:-1])),
    }


class TestBombCorpus:
    async def test_nothing_hangs_and_nothing_is_lost(self):
        """Every bomb ends in time and memory, the posts beside it and the texts that can be read are kept."""
        async with AsyncExitStack() as stack:
            orders = []
            for form, talks in (("preview", pages()), ("paste", pastes())):
                for name, talk in talks.items():
                    server = await stack.enter_async_context(serving(talk, host=HERE))
                    orders.append({"name": name, "url": f"http://{HERE}:{server.port}", "as": form})
            said, (ours, childs) = await told(orders)

        assert [order["name"] for order in orders] == list(said)
        assert [] == [name for name, what in said.items() if what["seconds"] > LONGEST]
        assert [] == [name for name, what in said.items() if name.startswith("page: ") and kept(what) != POSTS]
        assert [] == [name for name in pages() if not name.startswith("page: ") and not said[name]["error"]]
        assert {"one line": (2**20, "a" * 40), "malformed": True} == {
            "one line": kept(said["one line"])[0],
            "malformed": kept(said["malformed"])[0][0] >= 8000 and kept(said["malformed"])[0][1].startswith("nom;"),
        }
        assert 2_600_000 < kept(said["too long"])[0][0] * 3 / 2
        assert kept(said["cut utf-16"])[0][1].startswith("nom;ville")
        assert ours < MOST_MEMORY
        assert childs < MOST_MEMORY

    async def test_no_inner_address_is_touched(self):
        """Wherever a page leads, and however that is spelled: the listener inside hears nobody."""
        async with AsyncExitStack() as stack:
            inner = await stack.enter_async_context(serving(says(page("inside")), host="127.0.0.1"))
            orders = []
            for host in LOOPBACK:
                talk = redirects(f"http://{host}:{inner.port}/")
                server = await stack.enter_async_context(serving(talk, host=HERE))
                orders.append({"name": host, "url": f"http://{HERE}:{server.port}", "as": "preview"})
                orders.append({"name": f"straight {host}", "url": f"http://{host}:{inner.port}", "as": "paste"})
            # A name that may be reached when it is first asked for, and leads inside at its redirect.
            once = await stack.enter_async_context(serving(redirects("/again"), host=HERE, port=inner.port))
            orders.append({"name": "changing", "url": f"http://site.test:{once.port}/", "as": "paste"})
            said, _ = await told(orders)

        assert 0 == inner.calls
        assert 1 == once.calls
        assert len(orders) == sum(": refused" in str(what["error"]) for what in said.values())


async def told(orders: list[dict[str, str]]) -> tuple[dict[str, dict], list[int]]:
    """What the reader says of each order, and its peaks of memory."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(__file__).with_name("bomb_reader.py"))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
    )
    lines = "".join(json.dumps(order) + "\n" for order in orders)
    out, _ = await process.communicate(lines.encode())
    *answers, peaks = map(json.loads, out.decode().splitlines())
    return {answer["name"]: answer for answer in answers}, peaks


def kept(what: dict) -> list[tuple[int, str]]:
    """The length and beginning of each text that was read."""
    return [(length, text) for length, text in what["texts"]]
