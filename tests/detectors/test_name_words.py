"""The words of establishments' names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.name_words import CANONICAL, IGNORED, PHRASE_WORDS, TYPE_WORDS, canonical, name_words, phrase_at
from detectors.normalisation import fold


class TestCanonical:
    @pytest.mark.parametrize(
        ("written", "word"),
        [
            ("labo", "laboratoire"),
            ("laboratory", "laboratoire"),
            ("laboratuvari", "laboratoire"),
            ("лаборатория", "laboratoire"),
            ("hospital", "hopital"),
            ("hastanesi", "hopital"),
            ("больница", "hopital"),
            ("st", "saint"),
            ("ste", "sainte"),
            ("chru", "chu"),
            ("fontareche", "fontareche"),
        ],
    )
    def test_one_spelling(self, written: str, word: str):
        """Spellings, abbreviations and translations of a word become one; other words stay."""
        assert word == canonical(written)

    @pytest.mark.parametrize("spelling", sorted(CANONICAL))
    def test_is_folded(self, spelling: str):
        """Every spelling is as posts are folded, or it would never be met."""
        assert spelling == fold(spelling).folded

    def test_goes_one_step(self):
        """What a spelling becomes is not itself a spelling of something else."""
        assert set() == set(CANONICAL) & set(CANONICAL.values())


class TestPhraseAt:
    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("centre hospitalier universitaire fontareche", ("chu", 3)),
            ("centre hospitalier fontareche", ("ch", 2)),
            ("centre hospitalier", ("ch", 2)),
            ("groupe hospitalier territoire", ("ght", 3)),
            ("groupe hospitalier", ("gh", 2)),
            ("centre fontareche", None),
            ("hospitalier centre", None),
            ("centre", None),
        ],
    )
    def test_longest(self, words: str, found: tuple[str, int] | None):
        """The longest phrase that begins here, and how many words it takes."""
        assert found == phrase_at(words.split(), 0)

    def test_words_of_phrases_are_canonical(self):
        """A phrase is met in canonical words, so it is written in them."""
        assert {*PHRASE_WORDS} == {canonical(word) for word in PHRASE_WORDS}


class TestNameWords:
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("centre hospitalier de valdorges", ("ch", "valdorges")),
            ("groupement hospitalier de territoire du lac", ("ght", "lac")),
            ("sas labo de la fontareche", ("laboratoire", "fontareche")),
            ("ste marie et st jean", ("sainte", "marie", "saint", "jean")),
            ("lac lac lac", ("lac",)),
            ("de la", ()),
            ("", ()),
        ],
    )
    def test_identifying(self, name: str, words: tuple[str, ...]):
        """Canonical words, phrases joined, articles and legal forms dropped, each once."""
        assert words == name_words(name.split())

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(sorted(IGNORED | TYPE_WORDS | PHRASE_WORDS | {"lac", "fontareche"}))))
    def test_settles(self, words: list[str]):
        """The words of a name hold no ignored word and no word twice."""
        found = name_words(words)

        assert (len(set(found)), set()) == (len(found), IGNORED & set(found))
