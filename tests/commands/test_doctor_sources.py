"""What `doctor` says of the sources: those that miss their looks, and those that ask too much of a host."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import vigifuite
from storage.sources import Health, HealthState, begin_watching, record_health, set_paused
from storage.store import Store

Doctor = Callable[[], tuple[int, dict[str, tuple[str, str]]]]

CONFIG = '[crawler]\npace = "{pace}"\n{sources}[storage]\nfolder = "store"\n'


@pytest.fixture
def doctor(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Doctor:
    """The command as a user meets it: its exit code, and grade and detail of each thing looked at."""
    assert tmp_path == store.folder.parent
    monkeypatch.chdir(tmp_path)

    def look() -> tuple[int, dict[str, tuple[str, str]]]:
        capfd.readouterr()
        code = vigifuite.run_command(["doctor", "--json"])
        checks = map(json.loads, capfd.readouterr().out.splitlines())
        return code, {check["what"]: (check["grade"], check["detail"]) for check in checks}

    return look


def declared(name: str, kind: str = "telegram", target: str = "", interval: str = "1m", more: str = "") -> str:
    where = target or f"@fuites_{name}"
    return (
        f'[[crawler.sources]]\nname = "{name}"\nkind = "{kind}"\ntarget = "{where}"\ninterval = "{interval}"\n{more}\n'
    )


def configure(*sources: str, pace: str = "2s") -> None:
    Path("config.toml").write_text(CONFIG.format(pace=pace, sources="".join(sources)))


def ago(**passed: float) -> datetime:
    return datetime.now(UTC) - timedelta(**passed)


def read(store: Store, name: str, at: datetime, state: HealthState = HealthState.QUIET, reason: str = "") -> None:
    """Write down that a source was looked at, and watched since long before."""
    begin_watching(store, [name], ago(days=30))
    record_health(store, name, Health(state=state, reason=reason), at)


class TestMissedLooks:
    def test_a_source_that_is_read(self, doctor: Doctor, store: Store):
        """Is good."""
        configure(declared("a"))
        read(store, "a", ago(seconds=5))
        code, checks = doctor()

        assert (0, ("good", "quiet")) == (code, checks["source a"])

    def test_a_source_that_was_not_read(self, doctor: Doctor, store: Store):
        """Is bad, also when its last look went well: nobody looks, and it says for how many looks and what to see."""
        configure(declared("a"))
        read(store, "a", ago(minutes=10))
        code, checks = doctor()
        grade, detail = checks["source a"]

        assert (1, "bad") == (code, grade)
        assert detail.startswith("quiet; 9 looks missed in a row; see that the program runs")

    def test_a_source_that_fails(self, doctor: Doctor, store: Store):
        """Is bad with its reason, the looks missed, and what to do."""
        configure(declared("a"))
        begin_watching(store, ["a"], ago(minutes=10))
        health = Health(state=HealthState.UNREACHABLE, reason="t.me: cannot be connected to")
        record_health(store, "a", health, ago(seconds=1))
        code, checks = doctor()

        assert 1 == code
        assert (
            "bad",
            "unreachable; t.me: cannot be connected to; 9 looks missed in a row; "
            "check that it exists and can be reached; it is tried again at its next turn",
        ) == checks["source a"]

    def test_a_site_that_asks_to_be_left_alone(self, doctor: Doctor, store: Store):
        """Is good for a moment; for longer it is a gap, and the pace or interval is to be changed."""
        configure(declared("a"), declared("b"))
        until = datetime.now(UTC) + timedelta(hours=1)
        health = Health(state=HealthState.WAITING, reason="t.me: answered 429", until=until)
        for name, since in (("a", ago(seconds=20)), ("b", ago(minutes=10))):
            begin_watching(store, [name], since)
            record_health(store, name, health, ago(seconds=1))
        code, checks = doctor()

        assert 1 == code
        assert ("good", "waiting; t.me: answered 429") == checks["source a"]
        assert "bad" == checks["source b"][0]
        assert "9 looks missed in a row" in checks["source b"][1]
        assert "raise the interval" in checks["source b"][1]

    def test_what_nobody_watches(self, doctor: Doctor, store: Store):
        """A source that is paused or not enabled is not spoken of."""
        configure(declared("a"), declared("b", more="enabled = false"))
        for name in "ab":
            read(store, name, ago(days=3))
        set_paused(store, "a", paused=True)
        code, checks = doctor()

        assert 0 == code
        assert not [what for what in checks if what.startswith("source ")]

    def test_not_yet_begun(self, doctor: Doctor):
        """A new installation is sound."""
        configure(declared("a"))
        code, checks = doctor()

        assert (0, ("good", "waiting; not read yet")) == (code, checks["source a"])


class TestPace:
    @pytest.mark.parametrize(("count", "is_warned"), [(3, False), (4, True)])
    def test_too_many_for_a_host(self, doctor: Doctor, count: int, is_warned: bool):
        """A request takes up to 3 s with jitter: three sources have their turn in 10 s, four have not; a warning."""
        configure(*(declared(f"c{number}", interval="10s") for number in range(count)))
        code, checks = doctor()
        detail = "4 sources at one request in 2 s take 12 s, and one is to be read every 10 s: raise its interval"

        assert 0 == code
        assert ({"pace towards t.me": ("warning", detail)} if is_warned else {}) == {
            what: said for what, said in checks.items() if what.startswith("pace")
        }

    def test_the_shortest_interval_counts(self, doctor: Doctor):
        """One that is to be read more often than the others leave room for is enough."""
        configure(*(declared(f"c{number}", interval="5m") for number in range(3)), declared("d", interval="10s"))

        assert "pace towards t.me" in doctor()[1]

    def test_each_host_by_itself(self, doctor: Doctor):
        """Sites do not take turns with each other; of one host all sources count, whatever their port or path."""
        hosts = [f"https://paste{number}.test/" for number in range(9)]
        shared = ["https://many.test/a/", "https://many.test:8443/b/", "http://MANY.test/c/", "https://many.test/"]
        configure(
            *(declared(f"p{number}", "paste", url, "10s") for number, url in enumerate([*hosts, *shared])),
            declared("f", "jsonl", "posts.jsonl", "1s"),
        )

        assert ["pace towards many.test"] == [what for what in doctor()[1] if what.startswith("pace")]

    def test_not_enabled(self, doctor: Doctor):
        """What is not read needs no turn."""
        configure(*(declared(f"c{number}", interval="10s", more="enabled = false") for number in range(9)))

        assert not [what for what in doctor()[1] if what.startswith("pace")]

    def test_follows_the_pace(self, doctor: Doctor):
        """A faster pace leaves room for more."""
        sources = [declared(f"c{number}", interval="10s") for number in range(9)]
        configure(*sources, pace="2s")
        slow = doctor()[1]
        configure(*sources, pace="0.5s")
        fast = doctor()[1]

        assert (True, False) == ("pace towards t.me" in slow, "pace towards t.me" in fast)
