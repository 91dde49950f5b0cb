"""Words of other alphabets and what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.compiling import compile_index
from detectors.foreign import Foreign
from detectors.model import Entity, EntityKind
from detectors.normalisation import fold
from detectors.watchlist import Watchlist

NAMES = ("CH Saint-Vauquier de Tresmalo", "Pharmacie Quimbert", "Foyer Jouvelan", "EHPAD les Houx", "Clinique Cabrezol")
INDEX = compile_index(
    Entity(id=f"test:{number}", kind=EntityKind.ESTABLISHMENT, name=name, city="Morvenec")
    for number, name in enumerate(NAMES)
)
FOREIGN = Foreign(INDEX)
WATCHLIST = Watchlist(INDEX)


def meant(word: str) -> list[str]:
    folded = fold(word).folded
    return [INDEX.words[meaning.code] for meaning in FOREIGN.meant([folded]).get(folded, ())]


class TestMeant:
    @pytest.mark.parametrize(
        ("written", "word"),
        [
            ("Фармациэ", "pharmacie"),
            ("Пхармакие", "pharmacie"),
            ("Πχαρμακιε", "pharmacie"),
            ("بهارماكيي", "pharmacie"),
            ("πολικλινικουε", "clinique"),
            ("клиникуэ", "clinique"),
            ("Фоиэр", "foyer"),
            ("фойер", "foyer"),
            ("жувелан", "jouvelan"),
            ("ζουβελαν", "jouvelan"),
            ("جوفيلان", "jouvelan"),
            ("кимберт", "quimbert"),
            ("ваукюиэр", "vauquier"),
            ("ст", "saint"),
            ("στ", "saint"),
            ("тресмало", "tresmalo"),
            ("тресмалло", "tresmalo"),
        ],
    )
    def test_means(self, written: str, word: str):
        """By sound, letter for letter, by ear, or nearly so."""
        assert word in meant(written)

    @pytest.mark.parametrize("written", ["спасибо", "разговоры", "города", "ευχαριστω", "مرحبا"])
    def test_means_nothing(self, written: str):
        """Words of the language in any of its forms are no names."""
        assert [] == meant(written)

    @given(st.lists(st.text("абвгджйкуцшщαβγδζχψابتثجيو", min_size=1, max_size=40), max_size=6))
    def test_each_for_itself(self, words: list[str]):
        """A word means what it does alone, whatever stands beside it."""
        together = FOREIGN.meant(words)

        assert all(together.get(word) == FOREIGN.meant([word]).get(word) for word in words)


class TestRows:
    @pytest.mark.parametrize(
        ("text", "surface"),
        [
            ("dump Ш Ст-Ваукюиэр де Тресмало, csv, patients", "Ш Ст-Ваукюиэр де Тресмало"),
            ("база Фоиэр д'Жувелан, 5000 пациентов", "Фоиэр д'Жувелан"),
        ],
    )
    def test_joined_by_signs(self, text: str, surface: str):
        """Words of another alphabet that a hyphen or an apostrophe joins are words for themselves."""
        assert [surface] == [mention.surface for mention in WATCHLIST.mentions(fold(text))]
