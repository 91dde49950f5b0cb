"""Posts that are what they say: disguised, answerable, the same for a seed."""

import re
from itertools import chain
from random import Random
from statistics import mean

import pytest

from benchmarks.evaluation.cost import HOSTILE, hostile_shapes, mixed_posts, unseen_share
from benchmarks.evaluation.directory import Directory
from benchmarks.evaluation.disguises import DISGUISES
from benchmarks.evaluation.generator import LEVELS, LONG, NEGATIVES, Generator, other_register_cases
from benchmarks.evaluation.name_parts import flat, spelled_words
from benchmarks.evaluation.negatives import FAMILIES
from benchmarks.evaluation.written_names import Pen

# Levels after which no word that tells the name is left as it was.
_CONTEXT = "patient sante soignant secu nir health medical hasta saglik пациент медицинск медкарт".split()
_NO_WORD_LEFT = ("dotted", "spaced", "translit")


def dice(seed: int) -> Random:
    """Thrown the same way each time."""
    return Random(seed)  # noqa: S311


class TestCases:
    @pytest.mark.parametrize("level", [*LEVELS, NEGATIVES])
    def test_same_seed_same_posts(self, generator: Generator, level: str):
        """A seed is a set of posts; another seed is another."""
        assert list(generator.cases(1, level, 30)) == list(generator.cases(1, level, 30))
        assert list(generator.cases(1, level, 30)) != list(generator.cases(2, level, 30))

    def test_fewer_posts_are_the_first_ones(self, generator: Generator):
        """A peer that is given forty posts is given the engine's first forty."""
        assert list(generator.cases(3, "leet", 40))[:10] == list(generator.cases(3, "leet", 10))

    @pytest.mark.parametrize("level", LEVELS)
    def test_answers_are_known(self, generator: Generator, directory: Directory, level: str):
        """Whoever is acceptable is in the register, and not a crowd."""
        known = {each.entity.id for each in directory.known}
        for case in generator.cases(5, level, 100):
            assert case.acceptable
            assert case.acceptable <= known
            assert case.level == level

    @pytest.mark.parametrize("level", LEVELS)
    def test_spans_hold_the_name(self, generator: Generator, level: str):
        """The first span is the name as written, the rest of the post stands outside."""
        for case in generator.cases(6, level, 100):
            start, end = case.spans[0]
            assert 0 <= start < end <= len(case.text)
            if level in ("plain", "wording"):
                assert case.written.startswith(case.text[start:end])

    @pytest.mark.parametrize("level", DISGUISES)
    def test_name_is_disguised(self, generator: Generator, level: str):
        """A search for the name that minds no case finds nothing where it stands."""
        for case in generator.cases(7, level, 150):
            assert not re.search(rf"(?<!\w){re.escape(case.written)}(?!\w)", case.text, re.IGNORECASE)

    @pytest.mark.parametrize(
        "level", ["typo1", "typo2", "leet", "translit", "starred", "mixed", "phonetic", "repeated"]
    )
    def test_words_are_disguised(self, generator: Generator, level: str):
        """At least one word of the name is not among the words written."""
        for case in generator.cases(8, level, 150):
            start, end = case.spans[0]
            seen = set(spelled_words(case.text[start:end]))
            assert not set(spelled_words(case.written)) <= seen

    @pytest.mark.parametrize("level", _NO_WORD_LEFT)
    def test_no_word_is_left(self, generator: Generator, level: str):
        """Nothing of four letters and more is left to search for."""
        for case in generator.cases(9, level, 100):
            start, end = case.spans[0]
            written = {word for word in spelled_words(case.written) if len(word) >= 4}
            assert written.isdisjoint(spelled_words(case.text[start:end]))

    def test_homonyms_are_all_acceptable_unless_the_town_is_given(self, generator: Generator):
        """`EHPAD Ste Valburge` is any of five; with its town it is one."""
        met = {True: 0, False: 0}
        for case in generator.cases(10, "plain", 600):
            if flat(case.written).startswith("ehpad ste valburge"):
                met[case.town_given] += 1
                assert len(case.acceptable) == (1 if case.town_given else 5)
        assert met[True]
        assert met[False]

    def test_generic_names_are_not_written(self, generator: Generator):
        """`Centre social` names nobody, with or without its town."""
        assert not any(flat(case.written).startswith("centre social") for case in generator.cases(11, "plain", 600))

    def test_a_word_that_is_also_a_name_comes_with_context(self, generator: Generator):
        """`Sereine` stands beside words of health or software, in its own capitals."""
        found = [case for case in generator.cases(12, "plain", 800) if case.written == "Sereine"]
        assert found
        for case in found:
            assert any(word in flat(case.text) for word in _CONTEXT)

    @pytest.mark.parametrize("level", LEVELS)
    def test_short_posts_are_short(self, generator: Generator, level: str):
        """About 93 characters."""
        assert 70 < mean(len(case.text) for case in generator.cases(13, level, 200)) < 140

    def test_long_posts_are_padded(self, generator: Generator):
        """About 420 characters, a third of the words never seen before, the spans still true."""
        posts = mixed_posts(generator, 14, 1500, long=True)
        assert 0.9 * LONG < mean(map(len, posts)) < 1.15 * LONG
        assert unseen_share(posts) >= 0.3
        for case in generator.cases(14, "plain", 50, long=True):
            start, end = case.spans[0]
            assert case.written.startswith(case.text[start:end])


class TestNegatives:
    def test_every_trap_is_set(self, generator: Generator):
        """Towns, surnames, streets, words, sectors, sentences, ambiguous names: all of them."""
        assert {case.trap for case in generator.cases(1, NEGATIVES, 400)} == set(FAMILIES)

    def test_nobody_is_named(self, generator: Generator):
        """No near miss holds a whole name."""
        names = {
            flat(f"{kind} {name}") for kind in ("ehpad", "pharmacie") for name in ("ste valburge", "questrembourg")
        }
        for case in generator.cases(2, NEGATIVES, 600):
            assert not case.acceptable
            assert not case.spans
            assert not any(name in flat(case.text) for name in names)

    def test_towns_and_surnames_are_the_register_s(self, generator: Generator):
        """A near miss is near: its towns and surnames are parts of names."""
        texts = [case.text for case in generator.cases(3, NEGATIVES, 400)]
        assert any("Kervelan" in text for text in texts)
        assert any("Questrembourg" in text for text in texts)


class TestWriting:
    def test_kinds_are_swapped_and_translated(self, directory: Directory):
        """A clinic becomes клиника, kliniği, clinic."""
        pen = Pen(directory)
        clinic = next(each for each in directory.known if "ESPERLUETTE" in each.entity.name)
        written = {
            found.name.lower()
            for seed in range(400)
            for language in ("ru", "tr", "en")
            if (found := pen.reworded(dice(seed), clinic, language))
        }
        assert any("клиника" in name for name in written)
        assert any("kliniği" in name or "klinik" in name for name in written)
        assert any("clinic" in name.split() for name in written)

    def test_abbreviations_go_both_ways(self, directory: Directory):
        """`CENTRE HOSPITALIER` becomes CH, `LBM` its long form, `MAS` is made of its words."""
        pen = Pen(directory)
        written = {
            flat(found.name)
            for each in directory.known
            for seed in range(30)
            if (found := pen.reworded(dice(seed), each, "fr"))
        }
        assert "ch de valdorges" in written
        assert "laboratoire de biologie medicale biozephyr kervelan capucins" in written
        assert "mas les trois cheneaux" in written

    def test_town_stands_for_the_name(self, directory: Directory):
        """`l'hôpital de …` may be any hospital of the town."""
        pen = Pen(directory)
        hospital = next(each for each in directory.known if "QUINTEREAU" in each.entity.name)
        found = [pen.reworded(dice(seed), hospital, "fr") for seed in range(300)]
        by_town = [
            each for each in found if each and "quintereau" not in flat(each.name) and "valdorges" in flat(each.name)
        ]
        assert by_town
        for each in by_town:
            assert each.acceptable == {hospital.entity.id, "test:0-0"}

    def test_a_brand_stands_for_its_sites(self, directory: Directory):
        """`Biozephyr` with a town is that town's sites, or the network."""
        pen = Pen(directory)
        site = next(each for each in directory.known if each.entity.name == "LBM BIOZEPHYR KERVELAN CAPUCINS")
        found = [pen.reworded(dice(seed), site, "fr") for seed in range(400)]
        brands = [each for each in found if each and each.core == "Biozephyr" and each.town]
        assert brands
        for each in brands:
            assert each.acceptable == {"network:biozephyr", *(f"test:{number}-2" for number in (7, 8, 9, 10))}


class TestElsewhere:
    def test_other_register_s_name(self):
        """The name comes from the other register, the answer is the one establishment; unknown ones are left out."""
        rows = [("test:1", "CENTRE DE SOINS QUELVAIN", "VALDORGES"), ("test:2", "INCONNU", "X")]
        cases = list(other_register_cases(1, 10, rows, frozenset({"test:1"})))
        assert [case.acceptable for case in cases] == [{"test:1"}]
        assert "CENTRE DE SOINS QUELVAIN" in cases[0].text


class TestHostileShapes:
    def test_each_is_64_kb(self, generator: Generator):
        """Every hostile post is as long as the next."""
        shapes = dict(hostile_shapes(generator, 1))
        assert len(shapes) > 15
        assert {HOSTILE} == {len(text) for text in shapes.values()}


def test_levels_differ(generator: Generator):
    """No two levels give the same post."""
    texts = [case.text for level in LEVELS for case in generator.cases(1, level, 20)]
    assert len(set(chain(texts))) == len(texts)
