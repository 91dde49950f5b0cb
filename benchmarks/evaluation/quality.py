"""Every matcher over the same posts, level by level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from benchmarks.evaluation.generator import NEGATIVES, OTHER_REGISTER, Case, Generator, other_register_cases
from benchmarks.evaluation.scoring import Calibration, Matcher, Score, Verdict, judged

# What the engine is asked for. Wholly wrong findings, rank and the rest are bars of all levels together.
RECALL_BARS: Mapping[str, float] = {
    "plain": 0.99, "wording": 0.97, "typo1": 0.95, "typo2": 0.92, "leet": 0.95, "homoglyph": 0.97, "invisible": 0.97,
    "separators": 0.97, "translit": 0.97, "starred": 0.90, "dotted": 0.90, "spaced": 0.90, "emoji": 0.90,
    "mixed": 0.90, "phonetic": 0.90,
}  # fmt: skip


@dataclass(slots=True)
class Quality:
    """What one matcher came to."""

    scores: dict[str, Score] = field(default_factory=dict)
    calibration: Calibration = field(default_factory=Calibration)
    misses: list[Verdict] = field(default_factory=list)
    wrongs: list[Verdict] = field(default_factory=list)

    def barred(self) -> list[Score]:
        """The levels that a bar is set on."""
        return [score for level, score in self.scores.items() if level in RECALL_BARS]

    def share(self, part: str, whole: str = "posts") -> float | None:
        """A count over all barred levels as a share of another."""
        total = sum(getattr(score, whole) for score in self.barred())
        return sum(getattr(score, part) for score in self.barred()) / total if total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure."""

    generator: Generator
    seed: int
    per_level: int
    levels: Sequence[str]
    elsewhere: Sequence[tuple[str, str, str]]  # id, name and town in another register
    known_ids: frozenset[str]

    def cases(self, level: str) -> Iterator[Case]:
        """The posts of one level."""
        if level == OTHER_REGISTER:
            return other_register_cases(self.seed, self.per_level, self.elsewhere, self.known_ids)
        return self.generator.cases(self.seed, level, self.per_level)


def measured(plan: Plan, matcher: Matcher, *, most: int | None = None, shown: int = 0) -> Quality:
    """One matcher over the plan's posts, or the first so many of each level; so many of its faults are kept."""
    quality = Quality()
    for level in plan.levels:
        score = quality.scores[level] = Score(level)
        misses = wrongs = 0
        for verdict in judged(islice(plan.cases(level), most), matcher):
            score.add(verdict)
            quality.calibration.add(verdict)
            if not verdict.found and level != NEGATIVES and misses < shown:
                misses += 1
                quality.misses.append(verdict)
            if verdict.wrong and wrongs < shown:
                wrongs += 1
                quality.wrongs.append(verdict)
    return quality
