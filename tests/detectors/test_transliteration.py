"""Words of other scripts in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.normalisation import fold
from detectors.transliteration import letter_sounds, likeliest, said, said_in_latin, spellings


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
        assert all(each.isascii() and each.isalnum() for each in (*found, *likeliest(word)))


def test_letter():
    """A single letter by its sound."""
    assert ("l", "d", "") == (letter_sounds("л"), letter_sounds("δ"), letter_sounds("ь"))


class TestSaid:
    @pytest.mark.parametrize(
        ("written", "word"),
        [("хопитал", "hopital"), ("αουξερρε", "auxerre"), ("полйклиникэ", "polyclinique"), ("كليرمونت", "clermont")],
    )
    def test_as_in_latin(self, written: str, word: str):
        """A word says the same in both alphabets, in one way of writing it."""
        forms = {form[0] for form in said_in_latin([word])}
        alike = str.maketrans("eo", "iu") if written[0] > "\u0500" else {}

        assert {each.translate(alike) for each in said(written)} & {form.translate(alike) for form in forms}

    def test_digits(self):
        """Digits stay where they are."""
        assert "50g07" in set(spellings("50г07"))
