import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.visible import pieces, visible

ANYTHING = st.text(st.characters(exclude_categories=()))


class TestPieces:
    @settings(deadline=None)
    @given(ANYTHING)
    def test_joined_are_the_text(self, text):
        """Nothing is lost or added by cutting."""
        assert text == "".join(piece.text for piece in pieces(text))

    @settings(deadline=None)
    @given(ANYTHING)
    def test_shows_nothing_unseen(self, text):
        """No control, format, half or private character is shown as it is, emoji sequences apart."""
        shown = visible(text).replace("\u200d", "")

        assert set() == {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")} - set("\t\r\n")

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("facture\u202efdp.exe", "facture[U+202E]fdp.exe"),
            ("a\x00b", "a[U+0000]b"),
            ("M\u200bé\u200dd", "M[U+200B]é[U+200D]d"),
            ("x\u200b\u200b\u200by", "x[U+200B ×3]y"),
            ("\u200b\u200c\u200d\u2060\u2061", "[U+200B U+200C U+200D … ×5]"),
            ("blank \u3164\u2800", "blank [U+3164 U+2800]"),
        ],
    )
    def test_labels_what_is_unseen(self, text, shown):
        """An unseen character is named by its code point, a run of them once."""
        assert shown == visible(text)

    @pytest.mark.parametrize("text", ["👨‍👩‍👧 ❤️ 1️⃣ 👍🏽", "a\tb\r\nc\n", "Hôpital e\u0301", "שלום عربي", "中文"])
    def test_leaves_writing_alone(self, text):
        """Line ends, emoji, accents and other scripts are no disguise."""
        assert text == visible(text)

    def test_clamps_piled_marks(self):
        """More than four marks upon one letter are counted instead of drawn."""
        assert "Z\u0335\u0321\u0334\u0322[+56 marks]algo" == visible("Z" + "\u0335\u0321\u0334\u0322" * 15 + "algo")

    def test_says_what_a_label_is(self):
        """A label carries the character's name."""
        assert ["right-to-left override"] == [piece.meaning for piece in pieces("\u202e")]

    def test_a_million_unseen_characters_are_one_label(self):
        """A flood of unseen characters cannot blow up a page."""
        assert 1 == len(list(pieces("\u200b\u200c" * 500_000)))
