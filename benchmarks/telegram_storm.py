"""Many channels read through one account while it is killed, cut off and told too little; every post is an offer.

    python -m benchmarks.telegram_storm --channels 50 --posts 2000 --kills 100 --drops 100 --too-long 30

Prints one JSON object; exit code 1 if what the store holds differs from what the server has.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from storage.evidence import verify
from storage.seal import make_keys
from storage.store import open_store
from tests.crawler.telegram_storm import kept, looker, make_storm, prepare, rage, seen
from tests.telegram_server.serving import serving
from tests.telegram_server.world import Telegram


def main() -> int:
    """Run the storm asked for."""
    parser = argparse.ArgumentParser(description="a Telegram account through kills, lost connections and lost logs")
    for name, usual in (("channels", 50), ("posts", 2000), ("kills", 100), ("drops", 100), ("too-long", 30)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--every", type=int, default=1, help="one post in so many is an offer")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(folder / "store", create=True)
        make_keys(store.public_keys.parent)
        storm = make_storm(Telegram(), asked.channels, asked.posts, asked.every, asked.seed)
        with serving(storm.telegram) as served:
            prepare(folder, store, served, storm)
            with looker(folder) as looking:
                ended = rage(folder, looking, storm, asked.kills, asked.drops, asked.too_long)
        found, offers = kept(store), {post for post in storm.now() if int(post[1]) % asked.every == 0}
        with store.reading() as session:
            faults = len(verify(session, store.captures).faults)
        store.close()
        result = {
            "posts": len(storm.now()),
            "alerts": len(found),
            "killed": ended.count(-9),
            "connections_lost": storm.dropped,
            "logs_too_long": storm.too_long,
            "lost": len(offers - set(found)) + len(storm.now() - seen(folder)),
            "invented": len(set(found) - offers) + len(seen(folder) - storm.ever),
            "doubled": len(found) - len(set(found)),
            "evidence_faults": faults,
            "seconds": round(time.monotonic() - begun),
        }
    print(json.dumps(result), flush=True)
    return 1 if result["lost"] or result["invented"] or result["doubled"] or faults else 0


if __name__ == "__main__":
    sys.exit(main())
