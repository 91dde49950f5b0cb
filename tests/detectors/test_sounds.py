"""Words spelled by ear and the words they mean sound alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sounds import bare_sounds, respellings, sounds

WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=24), max_size=12)


class TestSounds:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("klinik", "clinique"),
            ("opital", "hopital"),
            ("farmasi", "pharmacie"),
            ("rezidanse", "residence"),
            ("laboratoir", "laboratoire"),
            ("shateau", "chateau"),
            ("bordo", "bordeaux"),
            ("fontaresh", "fontareche"),
            ("trevalou", "trevaloux"),
            ("vileneuv", "villeneuve"),
            ("mezon", "maison"),
            ("fontin", "fontaine"),
            ("aktion", "action"),
        ],
    )
    def test_alike(self, written: str, meant: str):
        """What a French ear writes alike has one sound."""
        one, other = sounds([written, meant])

        assert one == other

    @pytest.mark.parametrize(("one", "other"), [("clinique", "chronique"), ("hopital", "capital"), ("lac", "las")])
    def test_not_alike(self, one: str, other: str):
        """Other words sound otherwise."""
        first, second = sounds([one, other])

        assert first != second

    @given(WORDS)
    def test_each_for_itself(self, words: list[str]):
        """A word sounds as it does alone, whatever stands beside it."""
        assert [sounds([word])[0] for word in words] == sounds(words)


class TestBareSounds:
    @pytest.mark.parametrize(("written", "meant"), [("sint", "saints"), ("por", "portes"), ("rezidan", "residences")])
    def test_alike(self, written: str, meant: str):
        """What is silent at the end may be heard, or not."""
        one, other = bare_sounds(sounds([written, meant]))

        assert one == other

    @given(WORDS)
    def test_each_for_itself(self, words: list[str]):
        """The same for each word alone; something is left of every sound."""
        heard = sounds(words)

        assert [bare_sounds([each])[0] for each in heard] == bare_sounds(heard)
        assert all(bare for bare, each in zip(bare_sounds(heard), heard, strict=True) if each)


class TestRespellings:
    @pytest.mark.parametrize(
        ("word", "meant"),
        [
            ("hospitalier", "ospitalie"),
            ("foyers", "foye"),
            ("rousselet", "roussele"),
            ("centre", "kentre"),
            ("gencay", "gankay"),
            ("guerande", "jerande"),
        ],
    )
    def test_sounds_like(self, word: str, meant: str):
        """A word may sound as it is read otherwise: a silent end, hard letters soft and soft ones hard."""
        assert sounds([meant])[0] in sounds(list(respellings(word)))
