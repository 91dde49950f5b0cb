"""The compiled watchlist in the cache folder."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.compiled import compiled_watchlist, kept_watchlist, load_arrays, save_arrays
from detectors.model import Entity, EntityKind
from detectors.normalisation import fold

ENTITY = Entity(id="vendor:quorvane", kind=EntityKind.VENDOR, name="Quorvane")


def kept() -> list[Path]:
    return sorted((Path(os.environ["XDG_CACHE_HOME"]) / "vigifuite").glob("watchlist-*"))


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class TestKeptWatchlist:
    def test_compiled_once(self):
        """The second time nothing is read or compiled, and the same is found."""
        first = kept_watchlist(["a"], lambda: [ENTITY])
        second = kept_watchlist(["a"], lambda: pytest.fail("compiled again"))

        text = fold("base Quorvane")
        assert first.mentions(text) == second.mentions(text) != ()

    def test_compiled_anew_for_others(self):
        """Other parts make another watchlist."""
        kept_watchlist(["a"], lambda: [ENTITY])

        assert 0 == len(kept_watchlist(["b"], list).entities)

    @pytest.mark.parametrize("damage", [b"", b"vigifuite", b"x" * 5_000, None])
    def test_damaged(self, damage: bytes | None):
        """A file that is none, or is cut short, is made anew."""
        kept_watchlist(["a"], lambda: [ENTITY])
        (path,) = kept()
        path.write_bytes(path.read_bytes()[:-70_000] if damage is None else damage)

        assert [ENTITY] == list(kept_watchlist(["a"], lambda: [ENTITY]).entities)
        assert [ENTITY] == list(kept_watchlist(["a"], lambda: pytest.fail("not kept")).entities)

    def test_few_are_kept(self):
        """Of many the latest three stay."""
        for part in "abcde":
            kept_watchlist([part], list)

        assert 3 == len(kept())

    def test_nowhere_to_keep_it(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        """Without a folder to write to it is compiled each time, and that is said."""
        (tmp_path / "cache").write_text("no folder")

        assert [ENTITY] == list(kept_watchlist(["a"], lambda: [ENTITY]).entities)
        assert "could not be kept" in capsys.readouterr().err


class TestCompiledWatchlist:
    def test_follows_its_files(self, tmp_path: Path):
        """A changed file makes another watchlist; the shipped list is always there."""
        path = tmp_path / "mine.csv"
        path.write_text("id;name\nmine:1;Laboratoire Fontarèche\n", encoding="utf-8")
        shipped = len(compiled_watchlist([]).entities)
        one = len(compiled_watchlist([path]).entities)
        path.write_text("id;name\nmine:1;Laboratoire Fontarèche\nmine:2;Clinique Cabrezol\n", encoding="utf-8")

        assert (shipped + 1, shipped + 2) == (one, len(compiled_watchlist([path]).entities))


class TestArrays:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.dictionaries(st.text(min_size=1, max_size=5), st.lists(st.integers(0, 255)), max_size=4))
    def test_come_back(self, tmp_path: Path, lists: dict[str, list[int]]):
        """What is saved is loaded, not to be written to."""
        arrays = {name: np.array(values, kind) for name, values in lists.items() for kind in (np.uint8,)}
        save_arrays(arrays, tmp_path / "arrays")

        loaded = load_arrays(tmp_path / "arrays")

        assert {name: values.tolist() for name, values in arrays.items()} == {
            name: values.tolist() for name, values in loaded.items()
        }
        assert not any(values.flags.writeable for values in loaded.values())
