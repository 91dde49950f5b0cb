"""Words of other scripts in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.normalisation import fold
from detectors.transliteration import letter_sounds, likeliest, spellings


class TestSpellings:
    @pytest.mark.parametrize(
        ("written", "spelled"),
        [
            ("кабрезол", "cabrezol"),
            ("фонтареш", "fontarech"),
            ("тревалу", "trevalou"),
            ("клиника", "klinika"),
            ("μορβενεκ", "morvenec"),
            ("κεντρε", "centre"),
            ("فونتاريش", "fontarich"),
            ("кубик", "cubic"),
        ],
    )
    def test_one_of_them(self, written: str, spelled: str):
        """The French spelling is among them."""
        assert spelled in set(spellings(fold(written).folded))

    @given(st.text(st.characters(min_codepoint=0x370, max_codepoint=0x6FF), max_size=60))
    def test_any_word(self, word: str):
        """Few, each once, in plain letters; the likeliest are plain letters too."""
        found = list(spellings(word))

        assert len(found) == len(set(found)) <= 32
        assert all(each.isascii() and each.isalpha() for each in (*found, *likeliest(word)))


def test_letter():
    """A single letter by its sound."""
    assert ("l", "d", "") == (letter_sounds("л"), letter_sounds("δ"), letter_sounds("ь"))
