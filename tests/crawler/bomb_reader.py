"""A process that reads what it is told to, hostile or not, and says what came of it.

Each line on stdin is `{"name": …, "url": …, "as": "preview" | "paste"}`; the answer is a line of JSON: the texts read,
the error if there was one, seconds by the clock. After the last, one line with the peak memory of this process and of
the children that parsed, in bytes.
"""

import asyncio
import json
import re
import resource
import sys
import time
from ipaddress import ip_network
from pathlib import Path

from crawler.client import Client
from crawler.collector import CollectorError
from crawler.collectors.paste import text_of
from crawler.collectors.telegram_preview import TelegramPreviewCollector
from crawler.lanes import Lanes
from crawler.sandbox import Sandbox
from detectors.model import Post
from tests.crawler.preview_server import NAME

DEADLINE = 4.0  # seconds
ALLOWED = (ip_network("127.0.0.2/32"),)


def peak() -> int:
    """The peak memory of this process in bytes; `ru_maxrss` begins with that of the process it was started from."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


async def changing(host: str, asked: list[str]) -> list[str]:
    """A name that leads to where it may at first, and then inside."""
    asked.append(host)
    return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]


async def read(client: Client, sandbox: Sandbox, url: str, form: str) -> list[str]:
    if form == "paste":
        return [text_of(await client.get(url, cut=True)) or ""]
    collector = TelegramPreviewCollector(channel=NAME, client=client, sandbox=sandbox, since=None, base_url=url)
    found = []
    try:
        async for taken, _ in collector.collect({}):
            if isinstance(taken, Post):
                found.append(taken.text)
    except CollectorError:
        if not found:
            raise
    return found


async def main() -> None:
    sandbox, asked = Sandbox(), []
    client = Client(
        user_agent="Vigifuite test",
        lanes=Lanes(0),
        deadline=DEADLINE,
        retries=0,
        allowed=ALLOWED,
        resolve=lambda host: changing(host, asked),
    )
    for line in sys.stdin:
        order, started = json.loads(line), time.monotonic()
        said: dict[str, object] = {"name": order["name"], "texts": [], "error": None}
        try:
            texts = await read(client, sandbox, order["url"], order["as"])
            said["texts"] = [[len(text), text[:40]] for text in texts]
        except CollectorError as error:
            said["error"] = str(error)
        print(json.dumps({**said, "seconds": time.monotonic() - started}), flush=True)  # noqa: T201
    await sandbox.aclose()
    print(json.dumps([peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024]), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
