"""Words written by ear, unknown ones and known ones beside them."""

import pytest

from detectors.compiling import compile_index
from detectors.hearing import Ear, is_by_ear
from detectors.model import Entity, EntityKind
from detectors.normalisation import fold
from detectors.watchlist import Watchlist

NAMES = (
    "Centre hospitalier de Kerquelan",
    "Pharmacie du Roussey",
    "EHPAD Residence les Oliviers",
    "Foyer d'accueil de Morvenec",
    "Clinique Cabrezol",
    "Residence Coteau Tibaudan",
    "Quorvaisy",
)
INDEX = compile_index(
    Entity(
        id=f"test:{number}",
        kind=EntityKind.VENDOR if name == "Quorvaisy" else EntityKind.ESTABLISHMENT,
        name=name,
        city="Morvenec",
    )
    for number, name in enumerate(NAMES)
)
EAR = Ear(INDEX)
WATCHLIST = Watchlist(INDEX)


def meant(word: str) -> list[str]:
    return [INDEX.words[meaning.code] for meaning in EAR.heard([word]).get(word, ())]


class TestHeard:
    @pytest.mark.parametrize(
        ("written", "word"),
        [
            ("ospitalie", "hospitalier"),
            ("kantre", "centre"),
            ("kerkelan", "kerquelan"),
            ("farmasi", "pharmacie"),
            ("rousei", "roussey"),
            ("rezidans", "residence"),
            ("olivie", "oliviers"),
            ("foie", "foyer"),
            ("kliniqu", "clinique"),
        ],
    )
    def test_means(self, written: str, word: str):
        """What is written as a word sounds means the word."""
        assert word in meant(written)

    @pytest.mark.parametrize("written", ["kln", "txt", "bonjour", "zebulon"])
    def test_means_nothing(self, written: str):
        """What sounds like no word of the list means none; nor do letters without a vowel."""
        assert [] == meant(written)

    def test_says_how_surely(self):
        """A word of all the sounds is surer than one with others that may be silent."""
        found = EAR.heard(["kabrezol", "kabrezo"])

        assert is_by_ear(found["kabrezol"])
        assert not is_by_ear(found.get("kabrezo", ()))

    def test_whole_name_of_a_vendor(self):
        """A word that is all of a vendor's name must look like it, not only sound like it."""
        assert ["quorvaisy"] == meant("korvaisy")
        assert [] == meant("korvezi")

    def test_none(self):
        """Nothing heard of nothing, nor of letters that are not ours."""
        assert {} == EAR.heard([])
        assert {} == EAR.heard(["центр", "œil", "ſtraße", "h0pital", "l'opital"], standing=True)

    def test_other_letters_beside(self):
        """Words of other letters beside words written by ear hold up nobody."""
        assert WATCHLIST.mentions(fold("ἄκρα Ωmega ſtein öşü kantre ospitalie de kerkelan ½cup, patients"))


class TestKindsAmong:
    def test_kinds(self):
        """Words for kinds of places are known by their sound alone."""
        assert {"farmassie", "klinique"} == EAR.kinds_among(["farmassie", "klinique", "kabrezol"])


class TestBesideWordsWrittenByEar:
    def test_known_word(self):
        """An everyday word beside one written by ear may be another one."""
        (mention,) = WATCHLIST.mentions(fold("base de la rezidans coto Tibodan, 5000 patients"))

        assert ("test:5", "rezidans coto Tibodan") == (mention.entity_id, mention.surface)

    def test_all_by_ear(self):
        """A name of which nothing is written as it is."""
        (mention,) = WATCHLIST.mentions(fold("on a tout du kantre ospitalié de kerkelan, des milliers de lignes"))

        assert "test:0" == mention.entity_id

    def test_stands_as_it_is(self):
        """The same everyday word is no other one where nothing else is written by ear."""
        assert () == WATCHLIST.mentions(fold("la residence de mon ami, un coto de patients"))
