"""Words spelled by ear and the words they mean sound alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sounds import loose_sounds, sounds


class TestSounds:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("klinik", "clinique"),
            ("opital", "hopital"),
            ("farmasi", "pharmacie"),
            ("rezidans", "residence"),
            ("laboratoir", "laboratoire"),
            ("shateau", "chateau"),
            ("bordo", "bordeaux"),
            ("sint", "saint"),
            ("fontaresh", "fontareche"),
            ("trevalou", "trevaloux"),
            ("vileneuv", "villeneuve"),
            ("mezon", "maison"),
        ],
    )
    def test_alike(self, written: str, meant: str):
        """What a French ear writes alike has one sound."""
        heard = sounds([written, meant])

        assert heard[0] == heard[1]

    @pytest.mark.parametrize(("one", "other"), [("clinique", "chronique"), ("hopital", "capital"), ("lac", "las")])
    def test_not_alike(self, one: str, other: str):
        """Other words sound otherwise."""
        heard = sounds([one, other])

        assert heard[0] != heard[1]

    @given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=24), max_size=12))
    def test_each_for_itself(self, words: list[str]):
        """A word sounds as it does alone, whatever stands beside it."""
        assert [int(sounds([word])[0]) for word in words] == sounds(words).tolist()


class TestLooseSounds:
    @pytest.mark.parametrize(
        ("written", "meant"), [("hibirmid", "hypermed"), ("fontarisha", "fontareche"), ("quobrezol", "cabrezol")]
    )
    def test_alike(self, written: str, meant: str):
        """Vowels and kindred consonants are one."""
        heard = loose_sounds([written, meant])

        assert heard[0] == heard[1] > 0

    def test_short_words(self):
        """Short words have none."""
        assert [0, 0] == loose_sounds(["lac", "aix"]).tolist()
