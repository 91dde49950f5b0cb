"""Fifty channels read through an account that is killed, cut off and told too little: nothing is lost or doubled."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.account_gate import LOGGING_IN
from storage.alerts import list_alerts
from storage.evidence import verify
from storage.filters import AlertFilter
from storage.seal import make_keys
from storage.store import Store, open_store
from tests.crawler.telegram_storm import kept, looker, make_storm, offer, prepare, rage, seen
from tests.telegram_server.serving import serving
from tests.telegram_server.world import Telegram

CHANNELS, POSTS = 50, 400
EVERY = 80  # posts there is an offer; every post names the watched vendor
KILLS, DROPS, TOO_LONG = 10, 10, 5


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where that can be: a killed process loses nothing it wrote, however quick the disk."""
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as name:
        yield Path(name)


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    made = open_store(folder / "store", create=True)
    make_keys(made.public_keys.parent)
    yield made
    made.close()


class TestStorm:
    @pytest.mark.timeout(320)
    def test_nothing_is_lost_and_nothing_doubled(self, store: Store, folder: Path):
        """Ten kills, ten lost connections, five logs too long to tell: every post was read, every offer is kept."""
        storm = make_storm(Telegram(), CHANNELS, POSTS, EVERY, seed=20261122)
        with serving(storm.telegram) as served:
            prepare(folder, store, served, storm)
            with looker(folder) as looking:
                ended = rage(folder, looking, storm, KILLS, DROPS, TOO_LONG)

        assert {kind.__name__ for kind in LOGGING_IN} >= set(storm.telegram.requests)
        assert [-signal.SIGKILL] * KILLS == ended[:KILLS]
        assert {0} == set(ended[KILLS:])
        assert (DROPS, TOO_LONG) == (storm.dropped, storm.too_long)
        assert storm.now() <= seen(folder) <= storm.ever
        found = kept(store)
        offers = {content for content in storm.now() if int(content[1]) % EVERY == 0}
        assert len(found) == len(set(found))
        assert sorted(offers) == sorted(found)
        revisions = [
            (alert.place, alert.ref, str(revision.reading.text))
            for alert in list_alerts(store, AlertFilter())
            for revision in alert.revisions
        ]
        assert len(revisions) == len(set(revisions))
        assert set(revisions) <= storm.ever
        assert all(text.startswith(offer(int(ref))) for _, ref, text in revisions)
        with store.reading() as session:
            checked = verify(session, store.captures)
        assert ((), len(revisions)) == (checked.faults, checked.lines)
