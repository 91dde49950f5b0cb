"""A process that looks at invented channels through an account, as the lookout would, in a child that may be killed.

`account_looker.py FOLDER`, which holds `store` and `looker.json` (where the pretend Telegram is, which channels there
are). Each line on stdin starts a child that looks at every channel once, all at the same time, and writes each post it
takes in to the file `seen`. Told on stdout, a line each: `ready`; then of each child its process number, and once it
has ended its exit code.
"""

import asyncio
import json
import os
import sys
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from pathlib import Path

from crawler.account_settings import AccountSettings
from crawler.accounts import Accounts
from crawler.job import look
from crawler.pipeline import Pass
from crawler.source import Manners, Reach, Source
from detectors.model import Entity, EntityKind, Post
from detectors.triage import triage
from detectors.watchlist import Watchlist, compile_watchlist
from storage.alerts import Capturing, alerted_refs
from storage.seal import read_recipients
from storage.store import open_store

VENDOR = Entity(id="vendor:quorvane", kind=EntityKind.VENDOR, name="Quorvane")
LONG = timedelta(days=3650)


def source(name: str) -> Source:
    return Source(name=name, kind="telegram-account", target=f"@{name}", interval=60)


async def look_at_all(folder: Path, watchlist: Watchlist) -> None:
    """The job of the scheduler for every channel, once."""
    told = json.loads((folder / "looker.json").read_text())
    settings = AccountSettings(
        name="first",
        secrets=folder / "first.toml",
        server=("127.0.0.1", told["port"]),
        server_key=folder / "server.pem",
    )
    store = open_store(folder / "store")
    capturing = Capturing(mode="extract", recipients=read_recipients(store.public_keys))
    seen = os.open(folder / "seen", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(post: Post) -> bool:
        os.write(seen, (json.dumps([post.place, post.ref, post.text]) + "\n").encode())
        return True

    manners = Manners(first_look=LONG)
    accounts = Accounts([settings], store, pace=0)
    async with aclosing(Reach(manners, partial(alerted_refs, store), accounts)) as reach:
        await asyncio.gather(
            *(
                look(
                    source(name),
                    reach,
                    Pass(source=name, watchlist=watchlist, store=store, capturing=capturing, wanted=note),
                )
                for name in told["channels"]
            )
        )


def tell(what: object) -> None:
    print(what, flush=True)  # noqa: T201


def main(folder: Path) -> None:
    """A look at everything for each line on stdin."""
    watchlist = compile_watchlist((VENDOR,))
    # What is loaded at the first post is loaded before the clock starts.
    import crawler.collectors.telegram_account  # noqa: F401
    from tests.conftest import NOW

    triage(Post(place="x", ref="1", text="Vends base patients Quorvane", seen_at=NOW), watchlist)
    tell("ready")
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            sys.stdout = sys.stderr  # our answers are not to be mixed with what the look logs
            asyncio.run(look_at_all(folder, watchlist))
            os._exit(0)
        tell(child)
        tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
