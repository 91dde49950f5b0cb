import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.collectors.telegram_preview import nothing_alerted
from crawler.job import WHAT_TO_DO, look
from crawler.pipeline import Pass
from crawler.source import Manners, Reach, Source
from storage import sources
from storage.sources import HealthState

REACH = Reach(Manners(), nothing_alerted)
POST = {"id": "1", "text": "Vends base patients Quorvane, 491 840 lignes"}


@pytest.fixture
def this(store, watchlist, capturing) -> Pass:
    return Pass(source="src", watchlist=watchlist, store=store, capturing=capturing)


def source(target: Path) -> Source:
    return Source(name="src", kind="jsonl", target=str(target), interval=60)


def state(this: Pass) -> tuple[HealthState, str]:
    health = sources.statuses(this.store)["src"].health
    return health.state, health.reason


class TestLook:
    def test_a_source_with_posts_is_ok(self, this, tmp_path):
        """What was read is counted, and the source is well."""
        (tmp_path / "a.jsonl").write_text(json.dumps(POST) + "\n")

        outcome = asyncio.run(look(source(tmp_path / "a.jsonl"), REACH, this))

        assert 1 == outcome.alerts
        assert (HealthState.OK, "") == state(this)

    def test_nothing_new_is_quiet(self, this, tmp_path):
        """Looked, and nothing was there: not the same as could not look."""
        (tmp_path / "a.jsonl").write_text(json.dumps(POST) + "\n")
        asyncio.run(look(source(tmp_path / "a.jsonl"), REACH, this))
        asyncio.run(look(source(tmp_path / "a.jsonl"), REACH, this))

        assert (HealthState.QUIET, "") == state(this)

    def test_a_missing_file_is_unreachable(self, this, tmp_path):
        """The reason names the file; the last successful read stays what it was."""
        asyncio.run(look(source(tmp_path / "gone.jsonl"), REACH, this))
        found, reason = state(this)

        assert HealthState.UNREACHABLE == found
        assert "gone.jsonl" in reason
        assert sources.statuses(this.store)["src"].read_at is None

    def test_a_cut_export_is_changed(self, this, tmp_path):
        """A human must look at it."""
        (tmp_path / "result.json").write_text('{"name": "x", "id": 1, "messages": [')
        cut = Source(name="src", kind="export", target=str(tmp_path), interval=60)
        asyncio.run(look(cut, REACH, this))

        assert HealthState.CHANGED == state(this)[0]

    def test_a_source_held_elsewhere_is_left_alone(self, this, tmp_path):
        """Never two readers at once on one source."""
        script = (
            "import sys, pathlib; from storage.store import open_store; s = open_store(pathlib.Path(sys.argv[1]));\n"
            "with s.holding('src'): print('held', flush=True); sys.stdin.read()"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", script, str(this.store.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert "held\n" == holder.stdout.readline()
            assert asyncio.run(look(source(tmp_path / "a.jsonl"), REACH, this)) is None
            assert {} == sources.statuses(this.store)
        finally:
            holder.communicate("")

    def test_every_state_says_what_to_do(self):
        """An operator is never left with a word."""
        assert set(HealthState) == set(WHAT_TO_DO)
