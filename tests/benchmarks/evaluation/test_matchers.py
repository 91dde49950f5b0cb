"""The engine and its peers give answers of one shape."""

from itertools import islice

import pytest

from benchmarks.evaluation.footprint import multiplied
from benchmarks.evaluation.matchers import aho_corasick, brute_force, engine
from detectors.model import Entity, EntityKind
from detectors.watchlist import compile_watchlist
from tests.benchmarks.evaluation.conftest import SHIPPED, establishments

POST = "Vends base de la Clinique de l'Espérluette Blanche, 491 840 lignes"
NOBODY = "on se retrouve au parc à midi"
CLINICS = {f"test:2-{rank}" for rank in range(5)}


@pytest.fixture(scope="module")
def entities() -> list[Entity]:
    return [*SHIPPED, *establishments()]


class TestEngine:
    def test_answers_are_its_mentions(self, entities: list[Entity]):
        """Ids, candidates, positions and confidence as the watchlist gives them, one list a post."""
        watchlist = compile_watchlist(entities)
        found = engine(watchlist)([POST, NOBODY, "logiciel Lab-Zéphyrine"])
        assert [1, 0, 1] == [len(answers) for answers in found]
        assert CLINICS == set(found[0][0].candidates)
        assert "product:labzephyr" == found[2][0].entity_id
        assert "Lab-Zéphyrine" == "logiciel Lab-Zéphyrine"[found[2][0].start : found[2][0].end]


class TestAhoCorasick:
    def test_exact_names(self, entities: list[Entity]):
        """Case and accents aside, the name as the register has it, with all who bear it."""
        (answers, nobody) = aho_corasick(entities)([POST, NOBODY])
        assert [] == nobody
        assert CLINICS == set(answers[0].candidates)
        assert "Clinique de l'Espérluette Blanche" == POST[answers[0].start : answers[0].end]

    def test_part_of_a_word_is_none(self, entities: list[Entity]):
        """`Quorvanes` is not `Quorvane`."""
        assert [[]] == aho_corasick(entities)(["Quorvanes"])

    def test_a_slip_is_a_miss(self, entities: list[Entity]):
        """That is what makes it exact."""
        assert [[]] == aho_corasick(entities)([POST.replace("Blanche", "Blnache")])


class TestBruteForce:
    @pytest.mark.parametrize(("scorer", "cutoff"), [("partial_ratio", 88), ("token_set_ratio", 90)])
    def test_finds_near_names(self, entities: list[Entity], scorer: str, cutoff: int):
        """The name among the candidates of one answer over the whole post."""
        answers, nobody = brute_force(entities, scorer, cutoff)(["la clinique de l'esperluette blanche", NOBODY])
        assert CLINICS & set(answers[0].candidates)
        assert [] == nobody


class TestMultiplied:
    def test_smaller_is_a_sample(self):
        """Each entity at most once, and the same ones again."""
        register = establishments()
        sample = list(multiplied(register, 10))
        assert 10 == len({entity.id for entity in sample})
        assert sample == list(multiplied(register, 10))

    def test_larger_has_invented_towns(self):
        """The register, then copies of it that bear an invented town in their names, each with an id of its own."""
        register = establishments()
        longer = list(multiplied(register, 3 * len(register)))
        copies = list(islice(longer, len(register), None))
        assert register == longer[: len(register)]
        assert len({entity.id for entity in longer}) == len(longer)
        for entity in copies:
            assert entity.kind is EntityKind.ESTABLISHMENT
            assert entity.city
            assert entity.city in entity.name
            assert entity.city not in {each.city for each in register}
