"""Words written as one are cut into the words they are made of."""

import pytest

from detectors.compiling import compile_index
from detectors.gluing import LONGEST_GLUED, Gluer
from detectors.index import Index
from detectors.model import Entity, EntityKind

NAMES = (
    "Résidence Pont d'Orvelle",
    "EHPAD la Mothe",
    "Clinique Lamothe",
    "Laboratoire Fontarèche",
    "Centre Maternel le Charmezol",
    "Maison Maternelle Vaucresse",
    "UMQS SAAD",
)


@pytest.fixture(scope="module")
def index() -> Index:
    """The names' index."""
    return compile_index(
        Entity(id=f"test:{number}", kind=EntityKind.ESTABLISHMENT, name=name) for number, name in enumerate(NAMES)
    )


def pieces(index: Index, word: str, capitals: tuple[int, ...] = ()) -> set[str]:
    """The words of names a glued one is found to hold."""
    split = Gluer(index).split({word: capitals}).get(word)
    return {index.words[piece.code] for piece in split.pieces} if split else set()


class TestSplit:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("residencepontdorvelle", {"residence", "pont", "orvelle"}),
            ("laboratoirefontareche", {"laboratoire", "fontareche"}),
            ("labofontareche", {"laboratoire", "fontareche"}),
            ("umqssaad", {"umqs", "saad"}),
        ],
    )
    def test_into_known_words(self, index: Index, written: str, meant: set[str]):
        """Names' words are found, articles and elisions passed over."""
        assert meant <= pieces(index, written)

    def test_both_of_two_likely_ways(self, index: Index):
        """`lamothe` is a name, and so is `la Mothe`: both are there."""
        assert {"ehpad", "lamothe", "mothe"} <= pieces(index, "ehpadlamothe")

    def test_another_way_stands_where_the_first_does(self, index: Index):
        """Words of two ways that share letters have one ordinal."""
        split = Gluer(index).split({"ehpadlamothe": ()})["ehpadlamothe"]
        ordinals = {index.words[piece.code]: piece.ordinal for piece in split.pieces}

        assert ordinals["lamothe"] == ordinals["mothe"] > ordinals["ehpad"]

    def test_where_capitals_say_so(self, index: Index):
        """`MaternelLe` is not `maternelle`."""
        assert {"maternel", "charmezol"} <= pieces(index, "centrematernellecharmezol", capitals=(6, 14, 16))

    def test_around_what_nobody_knows(self, index: Index):
        """A stretch that is no word takes nothing from the others."""
        assert {"laboratoire", "fontareche"} <= pieces(index, "laboratoirexqzwfontareche")

    @pytest.mark.parametrize(
        "written", ["fontareche", "bonjour", "xqzwkjpv", "a", "", "de" * 20, "fontareche" * (LONGEST_GLUED // 10 + 1)]
    )
    def test_no_other_word(self, index: Index, written: str):
        """One word, scraps of words and what is too long are not cut."""
        assert set() == pieces(index, written)

    def test_spans(self, index: Index):
        """Each piece says where it stands."""
        split = Gluer(index).split({"labofontareche": ()})["labofontareche"]

        assert {"labo", "fontareche"} <= {"labofontareche"[piece.start : piece.end] for piece in split.pieces}
