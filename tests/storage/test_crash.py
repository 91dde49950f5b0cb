"""A process killed with -9 while it keeps alerts: nothing acknowledged is lost, nothing is half there.

Ten kills; `make soak` makes hundreds.
"""

import json
import random
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.alerts import list_alerts, remove_orphans
from storage.evidence import verify
from storage.filters import AlertFilter
from storage.seal import sealed_path
from storage.sources import bookmark_of
from storage.store import Store, open_store

KILLS = 10
LONGEST_LIFE = 0.15  # seconds

Crash = Callable[[str, float, str], list[list[object]]]


@pytest.fixture
def crashed(store: Store, start: Callable[..., "subprocess.Popen[str]"]) -> Crash:
    """Let a child keep alerts for so long, kill it, and tell what it had acknowledged."""
    store.close()
    keeper = start("keeper", store.folder)

    def crash(name: str, seconds: float, since: str) -> list[list[object]]:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        keeper.stdin.write(f"{name} {seconds} {since}\n")
        keeper.stdin.flush()
        told: list[list[object]] = json.loads(keeper.stdout.readline())
        return told

    return crash


def in_clear(folder: Path, secrets: tuple[str, ...]) -> list[str]:
    """Files in which a secret of the posts can be read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(secret.encode() in path.read_bytes() for secret in secrets)]


class TestKill:
    def test_at_any_moment(self, store: Store, crashed: Crash, secrets: tuple[str, ...]):
        """After each kill the store is sound and holds all that was acknowledged, each alert whole and once."""
        lives = random.Random(20261122)  # noqa: S311 (not for secrets)
        acknowledged: dict[str, str] = {}
        for kill in range(KILLS):
            name = f"source{kill}"
            told = crashed(name, lives.uniform(0, LONGEST_LIFE), ("first", "start")[kill % 2])
            acknowledged |= {str(number): f"{name}-{at}" for number, at in told}
            clear = in_clear(store.folder, secrets)

            again = open_store(store.folder)
            alerts = list(list_alerts(again, AlertFilter()))
            with again.reading() as session:
                sound = session.scalar(text("PRAGMA integrity_check"))
                dangling = session.execute(text("PRAGMA foreign_key_check")).all()
                found = verify(session, again.captures)
            last = bookmark_of(again, name).get("at", 0)
            mine = [alert for alert in alerts if alert.source == name]
            again.close()

            assert ([], "ok", [], ()) == (clear, sound, dangling, found.faults)
            assert acknowledged.items() <= {(alert.number, alert.ref) for alert in alerts}
            files = [sealed_path(again.captures, alert.latest.sealed_sha256) for alert in alerts]
            assert [] == [path.name for path in files if not path.is_file()]
            # The alert, its line and the bookmark behind it: all of them or none.
            assert len(alerts) == found.lines == found.sealed_files
            assert len(mine) == last
            assert last in (len(told), len(told) + 1)  # at most one kept that could not be acknowledged any more
            assert {f"VF-2026-{number:04}" for number in range(1, len(alerts) + 1)} == {a.number for a in alerts}

        assert 0 < len(acknowledged)
        last_store = open_store(store.folder)
        left = {*last_store.captures.glob("*/*")} - {*files}
        removed = remove_orphans(last_store, datetime.now(UTC) + timedelta(hours=2))
        with last_store.reading() as session:
            assert () == verify(session, last_store.captures).faults
        last_store.close()
        assert len(left) == removed <= KILLS
