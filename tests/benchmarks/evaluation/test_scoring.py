"""What an answer is worth."""

import doctest
from collections.abc import Sequence

import pytest

from benchmarks.evaluation import name_parts, written_names
from benchmarks.evaluation.generator import NEGATIVES, Case, Generator
from benchmarks.evaluation.quality import Plan, measured
from benchmarks.evaluation.scoring import Answer, Answers, Calibration, Score, judge
from detectors.model import EntityKind

CASE = Case(
    text="Vends base EHPAD Ste Valburge à Kervelan",
    level="plain",
    language="fr",
    kind=EntityKind.ESTABLISHMENT,
    acceptable=frozenset({"a", "b"}),
    within=frozenset({"part"}),
    spans=((11, 29), (11, 40)),
    town_given=True,
)


@pytest.mark.parametrize("module", [name_parts, written_names])
def test_examples_run(module: object):
    """The examples in the docstrings are true."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


class TestJudge:
    def test_first_right(self):
        """An acceptable first id at the name's place."""
        verdict = judge(CASE, [Answer("a", ("a", "x"), 11, 29, 0.9)])
        assert (True, True, 0, 2, True) == (
            verdict.found,
            verdict.first_right,
            verdict.wrong,
            verdict.candidates,
            verdict.surface_right,
        )

    def test_candidate_right(self):
        """An acceptable candidate behind a wrong first id is found, and not first."""
        verdict = judge(CASE, [Answer("x", ("x", "b"), 11, 29, 0.9)])
        assert verdict.found
        assert not verdict.first_right

    def test_wholly_wrong(self):
        """Nobody acceptable among the candidates."""
        verdict = judge(CASE, [Answer("x", ("x", "y"), 11, 29, 0.9)])
        assert not verdict.found
        assert verdict.wrong == 1
        assert verdict.surface_right is None

    def test_part_of_the_name_is_neither(self):
        """What lies within the name is not wrong, and not what was asked."""
        verdict = judge(CASE, [Answer("part", ("part",), 11, 29, 0.9)])
        assert not verdict.found
        assert not verdict.wrong

    def test_surest_finding_at_the_name_s_place_counts(self):
        """A surer finding elsewhere does not make the one at the name wrong."""
        elsewhere, here = Answer("x", ("x",), 0, 5, 0.99), Answer("a", ("a",), 11, 29, 0.8)
        verdict = judge(CASE, [elsewhere, here])
        assert verdict.first_right
        assert verdict.wrong == 1

    def test_span_too_wide(self):
        """A span that takes in the words before is not the name's."""
        assert judge(CASE, [Answer("a", ("a",), 0, 29, 0.9)]).surface_right is False

    def test_span_with_town(self):
        """With or without the town, both are the name's."""
        assert judge(CASE, [Answer("a", ("a",), 11, 40, 0.9)]).surface_right is True


class TestScore:
    def test_counts(self):
        """Shares are of the posts they speak of."""
        score = Score("plain")
        score.add(judge(CASE, [Answer("a", ("a",), 11, 29)]))
        score.add(judge(CASE, []))
        assert score.recall() == 0.5
        assert score.recall("establishment") == 0.5
        assert score.recall("shipped") is None
        assert score.with_town == 2
        assert score.first_right_with_town == 1
        assert score.median_candidates == 1

    def test_near_misses_are_counted_by_trap(self):
        """A finding where nobody is named goes to the trap that was set."""
        trap = Case(text="rue Valburge", level=NEGATIVES, language="fr", trap="street")
        score = Score(NEGATIVES)
        score.add(judge(trap, [Answer("a", ("a",))]))
        score.add(judge(trap, []))
        assert score.traps == {"street": 1}


class TestCalibration:
    def test_error(self):
        """Ten findings stated at 0.95 of which five are right err by 0.45."""
        calibration = Calibration()
        for number in range(10):
            calibration.add(
                judge(CASE, [Answer("a" if number % 2 else "x", ("a" if number % 2 else "x",), 11, 29, 0.95)])
            )
        assert calibration.error == pytest.approx(0.45)

    def test_right_statement(self):
        """Stated 1, always right: no error; nothing found: no error either."""
        calibration = Calibration()
        assert calibration.error == 0
        calibration.add(judge(CASE, [Answer("a", ("a",), 11, 29, 1.0)]))
        assert calibration.error == 0


class TestMeasured:
    def test_a_matcher_that_finds_all_is_perfect(self, generator: Generator):
        """Over every level: a matcher told the answers scores 1, one that says nothing 0."""
        plan = Plan(
            generator=generator,
            seed=1,
            per_level=20,
            levels=("plain", "leet", NEGATIVES),
            elsewhere=(),
            known_ids=frozenset(),
        )
        told = {case.text: case for level in plan.levels for case in plan.cases(level)}

        def knows(texts: Sequence[str]) -> list[Answers]:
            return [
                [Answer(min(told[text].acceptable), tuple(told[text].acceptable), *told[text].spans[0])]
                if told[text].acceptable
                else []
                for text in texts
            ]

        quality = measured(plan, knows)
        assert [score.recall() for score in quality.barred()] == [1.0, 1.0]
        assert quality.share("first_right") == 1.0
        assert quality.share("wrong_posts") == 0.0
        silent = measured(plan, lambda texts: [[] for _ in texts], shown=3)
        assert silent.share("found") == 0.0
        assert len(silent.misses) == 6
