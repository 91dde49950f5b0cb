import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from detectors.model import Post, Reading
from detectors.sample_sketches import KnownSample, Sketch, Smallest, keyed_hashes
from storage.alerts import Capturing, Kept, Step, keep
from storage.errors import StoreError
from storage.sketches import forget, known_samples, remember, remembered, sketch_key, sketches_kept
from storage.sources import Tally
from storage.store import Store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def sample(name: str = "release.csv", count: int = 300) -> KnownSample:
    smallest = Smallest()
    smallest.add(keyed_hashes([f"person {number}" for number in range(count)], b"key"))
    return KnownSample(name=name, rows=count, people=count, sketches=(smallest.sketch("identity"),))


class TestKey:
    def test_is_made_once(self, tmp_path: Path):
        """The same key at each use, another in another store."""
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()

        assert sketch_key(tmp_path / "a") == sketch_key(tmp_path / "a")
        assert sketch_key(tmp_path / "a") != sketch_key(tmp_path / "b")

    @pytest.mark.parametrize("content", ["", "00", "no hexadecimal"])
    def test_a_damaged_key_is_refused(self, tmp_path: Path, content: str):
        """A key cut short would make sketches that meet nothing: it is named instead."""
        sketch_key(tmp_path)
        (tmp_path / "sketches" / "key").write_text(content)

        with pytest.raises(StoreError, match="sketches/key"):
            sketch_key(tmp_path)


class TestSketches:
    def test_there_and_back(self, tmp_path: Path):
        """What was kept is what is read."""
        kept = sample()
        remember(tmp_path, kept, NOW)
        (again,) = remembered(tmp_path, NOW)

        assert (kept.name, kept.rows, kept.people) == (again.name, again.rows, again.people)
        assert np.array_equal(kept.sketches[0].hashes, again.sketches[0].hashes)
        assert ("identity", True) == (again.sketches[0].made_of, again.sketches[0].complete)

    def test_nobody_else_reads_them(self, tmp_path: Path):
        """Files of the owner alone, in a folder of the owner alone."""
        sketch_key(tmp_path)
        path = remember(tmp_path, sample(), NOW)

        assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)
        assert {0o600} == {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}

    def test_a_name_again_replaces(self, tmp_path: Path):
        """One sketch a name; names of any characters stay apart and inside the folder."""
        names = ("../a/b", "a/b", "a_b", "é" * 300, "é" * 299 + "e")
        for name in (*names, "a/b"):
            remember(tmp_path, sample(name), NOW)

        assert set(names) == {each.name for each in remembered(tmp_path, NOW)}
        assert [tmp_path / "sketches"] == list(tmp_path.iterdir())

    def test_forgotten_after_a_year(self, tmp_path: Path):
        """What is too old is no longer met, and no longer there."""
        path = remember(tmp_path, sample(), NOW)

        assert len(remembered(tmp_path, NOW + timedelta(days=365))) == 1
        assert remembered(tmp_path, NOW + timedelta(days=366)) == []
        assert not path.exists()

    @pytest.mark.parametrize("damage", [b"", b"vigifuite sketch 1\n{}\n", b"something else"])
    def test_a_damaged_file_is_named(self, tmp_path: Path, damage: bytes):
        """A sketch that cannot be read is never taken for an empty one."""
        remember(tmp_path, sample(), NOW).write_bytes(damage)

        with pytest.raises(StoreError, match=r"release\.csv"):
            remembered(tmp_path, NOW)

    def test_a_file_cut_short_is_named(self, tmp_path: Path):
        """Neither is one that lost its end."""
        path = remember(tmp_path, sample(), NOW)
        path.write_bytes(path.read_bytes()[:-8])

        with pytest.raises(StoreError, match=r"release\.csv"):
            remembered(tmp_path, NOW)


ROWS = [f"NOM{number};Jeanne;1{number % 10}/06/1955;2550699999999{34};0639980{number:03}" for number in range(20)]


@pytest.fixture
def keep_rows(
    store: Store, capturing: Capturing, make_post: Callable[..., Post], read_post: Callable[[Post], Reading]
) -> Callable[..., Kept | None]:
    """Keep an alert that shows rows, with sketches of as many people as are told."""

    def keep_it(ref: str = "1", people: int = 20, at: datetime = NOW, **fields: object) -> Kept | None:
        lines = "\n".join(["Vends base Quorvane", "nom;prenom;ddn;nir;tel", *ROWS])
        post = make_post(lines, ref=ref, seen_at=at, **fields)
        step = Step(source="forum", bookmark=None, tally=Tally())
        return keep(store, post, read_post(post), capturing, step, sketches_of(people))

    return keep_it


def sketches_of(people: int) -> tuple[Sketch, ...]:
    return sample(count=people).sketches


class TestSketchesOfAlerts:
    def test_kept_with_the_alert(self, store: Store, keep_rows: Callable[..., Kept | None]):
        """What an alert shows is known by the alert's number, and by the post it stood in."""
        kept = keep_rows()
        assert kept is not None
        (known,) = known_samples(store, NOW).samples

        assert (kept.number, 20, ("telegram:1", "1")) == (known.name, known.rows, known.post)
        assert np.array_equal(sketches_of(20)[0].hashes, known.sketches[0].hashes)
        assert ("identity", True) == (known.sketches[0].made_of, known.sketches[0].complete)

    def test_the_key_is_the_store_s(self, store: Store):
        """Extracts are sketched under the key that files are remembered under."""
        assert sketch_key(store.folder) == known_samples(store, NOW).key

    def test_files_and_alerts(self, store: Store, keep_rows: Callable[..., Kept | None]):
        """Both are known again, and told apart."""
        remember(store.folder, sample(), NOW)
        keep_rows()

        assert [False, True] == [each.of_alert for each in sketches_kept(store, NOW)]
        assert ["release.csv"] == [each.sample.name for each in sketches_kept(store, NOW) if not each.of_alert]

    def test_too_few_people_are_not_kept(self, store: Store, keep_rows: Callable[..., Kept | None]):
        """What could only be met by chance is no sketch."""
        keep_rows(people=3)

        assert [] == sketches_kept(store, NOW)

    def test_a_transaction_that_fails_keeps_none(
        self,
        sql: Callable[..., list[tuple[object, ...]]],
        keep_rows: Callable[..., Kept | None],
    ):
        """Alert and sketch are kept together, or neither is."""
        sql("CREATE TRIGGER full BEFORE INSERT ON sketch BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(Exception, match="full"):
            keep_rows()

        assert [(0, 0)] == sql("SELECT (SELECT count(*) FROM alert), (SELECT count(*) FROM log)")

    def test_they_go_with_the_alert(self, store: Store, keep_rows: Callable[..., Kept | None]):
        """An alert removed takes its sketches along."""
        keep_rows()
        with store.writing() as session:
            session.execute(text("DELETE FROM alert"))

        assert [] == sketches_kept(store, NOW)

    def test_forgotten_after_a_year(
        self, store: Store, sql: Callable[..., list[tuple[object, ...]]], keep_rows: Callable[..., Kept | None]
    ):
        """What is too old is no longer met, and gone with the next one that is kept."""
        keep_rows()
        later = NOW + timedelta(days=366)

        assert [] == sketches_kept(store, later)
        keep_rows(ref="2", at=later)
        assert [(1,)] == sql("SELECT count(*) FROM sketch")

    def test_forgotten_when_asked(self, store: Store, keep_rows: Callable[..., Kept | None]):
        """By the alert's number or the file's name; what is not there is told."""
        remember(store.folder, sample(), NOW)
        kept = keep_rows()
        assert kept is not None

        assert (True, True, False) == (
            forget(store, kept.number),
            forget(store, "release.csv"),
            forget(store, "nobody.csv"),
        )
        assert [] == sketches_kept(store, NOW)
