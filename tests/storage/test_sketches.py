import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from detectors.sample_sketches import KnownSample, Smallest, keyed_hashes
from storage.errors import StoreError
from storage.sketches import remember, remembered, sketch_key

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
