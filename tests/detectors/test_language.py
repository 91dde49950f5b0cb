"""Languages, as far as severity and reading need them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.language import language_of
from detectors.normalisation import fold


class TestLanguageOf:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Je vends la base de données des patients de ce laboratoire, contactez-moi", "fr"),
            ("I am selling the database of the patients of this laboratory, contact me", "en"),
            ("Продаю базу данных пациентов этой лаборатории, пишите в личку", "ru"),
            ("Bu laboratuvarın hasta veritabanını satıyorum, bana yazın", "tr"),
        ],
    )
    def test_knows(self, text: str, language: str):
        """The four languages claims are read in are told apart."""
        assert language == language_of(fold(text))

    @pytest.mark.parametrize("text", ["", "ok", "12345678901234567890", "😀😀😀😀😀😀😀😀😀😀😀😀"])
    def test_too_short(self, text: str):
        """A few letters are anyone's guess."""
        assert language_of(fold(text)) is None

    def test_reads_the_beginning(self):
        """Of a long text the beginning decides."""
        french = "Je vends la base de données des patients de ce laboratoire. " * 40

        assert "fr" == language_of(fold(french + "Продаю базу данных " * 10_000))

    @settings(deadline=None)
    @given(st.text(st.characters()))
    def test_never_raises(self, raw: str):
        """Any text, lone surrogates too, has a language of two letters or none."""
        assert len(language_of(fold(raw)) or "xx") == 2
