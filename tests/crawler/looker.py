"""A process that looks at an invented channel, as the scheduler would, each time in a child that may be killed.

`looker.py FOLDER ADDRESS`: each line on stdin starts a child that opens the store of a folder and reads the channel
shown at an address on from where the store says it stands. Told on stdout, a line each: `ready`; then of each child
its process number, and once it has ended its exit code.
"""

import asyncio
import os
import sys
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from pathlib import Path

from crawler.job import look
from crawler.pipeline import Pass
from crawler.source import Manners, Reach, Source
from detectors.model import Entity, EntityKind, Post
from detectors.triage import triage
from detectors.watchlist import Watchlist, compile_watchlist
from storage.alerts import Capturing, alerted_refs
from storage.seal import read_recipients
from storage.store import open_store
from tests.conftest import NOW
from tests.crawler.preview_server import NAME

CHANNEL = Source(name="channel", kind="telegram", target=f"@{NAME}", interval=60, allow=("127.0.0.0/8",))
VENDOR = Entity(id="vendor:quorvane", kind=EntityKind.VENDOR, name="Quorvane")
FIRST_LOOK = timedelta(days=3650)  # the channel is read from its beginning, in whatever year this runs


async def look_once(folder: Path, address: str, watchlist: Watchlist) -> None:
    """The job of the scheduler, once."""
    store = open_store(folder)
    capturing = Capturing(mode="extract", recipients=read_recipients(store.public_keys))
    this = Pass(source=CHANNEL.name, watchlist=watchlist, store=store, capturing=capturing)
    manners = Manners(pace=0, telegram_url=address, first_look=FIRST_LOOK)
    async with aclosing(Reach(manners, partial(alerted_refs, store))) as reach:
        await look(CHANNEL, reach, this)


def tell(what: object) -> None:
    print(what, flush=True)  # noqa: T201


def main(folder: Path, address: str) -> None:
    """A look for each line on stdin."""
    watchlist = compile_watchlist((VENDOR,))
    # What is loaded at the first post is loaded before the clock starts.
    triage(Post(place="x", ref="1", text="Vends base patients Quorvane", seen_at=NOW), watchlist)
    tell("ready")
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            sys.stdout = sys.stderr  # our answers are not to be mixed with what the look logs
            asyncio.run(look_once(folder, address, watchlist))
            os._exit(0)
        tell(child)
        tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
