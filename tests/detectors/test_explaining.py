"""Why a text names whom it names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.explaining import Explanation, explain
from detectors.normalisation import fold
from detectors.watchlist import Watchlist


@pytest.fixture
def why(watchlist: Watchlist):
    return lambda raw: explain(watchlist, fold(raw))


def verdicts(explanation: Explanation) -> set[tuple[str, str]]:
    return {(each.name, each.verdict) for each in explanation.names}


class TestExplain:
    def test_says_what_was_read_as_what(self, why):
        """Every stretch that was read as a word of the watchlist, as written and as read."""
        read = {(each.written, each.word) for each in why("base du l4b0 Fontareche").words}

        assert {("l4b0", "laboratoire"), ("Fontareche", "fontareche")} <= read

    def test_says_which_words_led_to_a_name(self, why):
        """What was found of a name and what is missing."""
        (name,) = [each for each in why("base patients Fontarèche").names if each.name == "Laboratoire Fontarèche"]

        assert (["fontareche"], ("laboratoire",)) == ([each.word for each in name.found], name.missing)

    @pytest.mark.parametrize(
        ("raw", "name", "verdict"),
        [
            ("labo Fontarèche", "Laboratoire Fontarèche", "its words beside its kind of place"),
            ("base Quorvane", "Quorvane", "the name of a vendor, product or network"),
            ("Quorvanne", "Quorvane", "needs words of health, its software or a leak around it"),
            ("la ville de Valdorges", "Centre Hospitalier de Valdorges", "a town alone names nobody"),
            (
                "Fontarèche seul",
                "Laboratoire Fontarèche",
                "too little of it without a word for laboratory beside it",
            ),
        ],
    )
    def test_says_why(self, why, raw: str, name: str, verdict: str):
        """The rule a name passed, or what kept it from counting."""
        assert (name, verdict) in verdicts(why(raw))

    @settings(deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                "Quorvane Qu0rvane labo Fontarèche CH Valdorges Sereine patients x jeanne@courriel.test".split()
            ),
            max_size=12,
        )
    )
    def test_agrees_with_the_mentions(self, watchlist: Watchlist, said: list[str]):
        """The names that count are those mentioned, and nothing personal is shown."""
        text = fold(" ".join(said))
        explanation = explain(watchlist, text)

        counted = {each.entity_id for each in explanation.names if each.counts}
        assert counted == {mention.entity_id for mention in watchlist.mentions(text)}
        assert not any("jeanne" in each.written for each in explanation.words)

    def test_nothing(self, why):
        """Of nothing there is nothing to explain."""
        assert ("", (), ()) == ((it := why("")).folded, it.words, it.names)
