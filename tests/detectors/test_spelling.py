"""Words near a word, looked up by hashes, and their hashes against the plain definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from detectors.spelling import (
    LONGEST,
    SHORTEST_FUZZY,
    edits_allowed,
    expanded,
    hash_index,
    hashes_of,
    nearest,
    remnant_index,
    windows_of,
)

KNOWN = ["clinique", "fontareche", "valdorges", "cabrezol", "quorvane", "laboratoire", "rouge", "trevaloux"]
WORDS = st.text("abcde", min_size=1, max_size=LONGEST)


def near(written: str, known: list[str] = KNOWN) -> list[str]:
    """The known words nearest to a written one."""
    index = remnant_index(known, np.arange(len(known), dtype=np.int32))
    return [known[each.code] for each in nearest([written], index, known).get(written, ())]


class TestNearest:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("cliniqe", "clinique"),
            ("clinnique", "clinique"),
            ("clinixue", "clinique"),
            ("cilnique", "clinique"),
            ("clnqiue", "clinique"),
            ("fontarech", "fontareche"),
            ("labratore", "laboratoire"),
            ("ruoge", "rouge"),
        ],
    )
    def test_finds(self, written: str, meant: str):
        """A letter dropped, doubled, changed or swapped, twice in long words."""
        assert [meant] == near(written)

    @pytest.mark.parametrize("written", ["rogu", "clique", "clnqe", "", "zzzzzzzz"])
    def test_finds_nothing(self, written: str):
        """What is further away is another word."""
        assert [] == near(written)

    @settings(deadline=None)
    @given(st.lists(WORDS, min_size=1, max_size=12, unique=True), WORDS)
    def test_as_every_pair_compared(self, known: list[str], written: str):
        """The same as comparing a word with every known one, by the fewest edits."""
        distances = {
            word: OSA.distance(word, written)
            for word in known
            if len(word) >= SHORTEST_FUZZY and len(written) >= SHORTEST_FUZZY
        }
        allowed = {
            word: each for word, each in distances.items() if each <= edits_allowed(min(len(word), len(written)))
        }
        expected = {word for word, each in allowed.items() if each == min(allowed.values())}

        found = near(written, known)

        # Of more than six that are equally near six are kept.
        assert set(found) <= expected
        assert min(len(expected), 6) == len(found)


class TestHashIndex:
    @settings(deadline=None)
    @given(st.lists(WORDS, max_size=20), st.lists(WORDS, max_size=20))
    def test_finds_what_is_there(self, known: list[str], asked: list[str]):
        """Every code of every hash that is there, and nothing else."""
        index = hash_index(hashes_of(known), np.arange(len(known), dtype=np.int32))

        rows, codes = index.find(hashes_of(asked))

        expected = {(at, code) for at, word in enumerate(asked) for code, other in enumerate(known) if word == other}
        assert expected == set(zip(rows.tolist(), codes.tolist(), strict=True))
        assert [word in known for word in asked] == index.holds(hashes_of(asked)).tolist()

    @given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=10))
    def test_expanded(self, ranges: list[tuple[int, int]]):
        """Ranges one after the other."""
        starts, counts = (np.array(side, np.int64) for side in (zip(*ranges, strict=True) if ranges else ((), ())))

        assert [at for start, count in ranges for at in range(start, start + count)] == expanded(
            starts, counts
        ).tolist()


class TestWindows:
    @given(st.lists(st.text("abcdez", min_size=1, max_size=128), max_size=6), st.integers(2, LONGEST))
    def test_every_stretch_with_its_hash(self, words: list[str], longest: int):
        """Each stretch of two letters to the longest is there once, with the hash it has as a word."""
        there = [
            (row, start, end, number)
            for windows in windows_of(words, longest)
            for row, start, end, number in zip(*(each.tolist() for each in windows), strict=True)
        ]

        expected = [
            (row, start, end, int(hashes_of([word[start:end]])[0]))
            for row, word in enumerate(words)
            for start in range(len(word))
            for end in range(start + 2, min(start + longest, len(word)) + 1)
        ]
        assert sorted(expected) == sorted(there)
