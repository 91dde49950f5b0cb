"""What an answer to a post is worth, and what many answers come to."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.evaluation.generator import Case
from detectors.model import EntityKind

SURFACE_OVERLAP = 0.8  # intersection over union from which a span counts as the name's
BINS = 10  # of confidence


@dataclass(frozen=True, slots=True)
class Answer:
    """One finding of any matcher."""

    entity_id: str
    candidates: tuple[str, ...]  # best first
    start: int = 0
    end: int = 0
    confidence: float = 1.0


Answers = Sequence[Answer]
Matcher = Callable[[Sequence[str]], list[Answers]]  # posts → the findings of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the answers to one post were worth."""

    case: Case
    answers: Answers
    found: bool  # some finding, or one of its candidates, is acceptable
    first_right: bool  # the surest finding where the name stands has an acceptable first id
    wrong: int  # findings none of whose candidates is acceptable or within the name
    candidates: int  # of the finding that is right
    surface_right: bool | None  # its span is the name's; nothing where it was not found


def judge(case: Case, answers: Answers) -> Verdict:
    """Compare answers with what a reader would accept."""
    right = [answer for answer in answers if _is_acceptable(answer, case)]
    best = max(right, key=lambda answer: _overlap(answer, case), default=None)
    here = [answer for answer in answers if any(answer.start < end and answer.end > start for start, end in case.spans)]
    first = max(here or answers, key=lambda answer: answer.confidence, default=None)
    named = case.acceptable | case.within
    return Verdict(
        case=case,
        answers=answers,
        found=bool(right),
        first_right=first is not None and first.entity_id in case.acceptable,
        wrong=sum(not named.intersection(answer.candidates) for answer in answers),
        candidates=len(best.candidates) if best else 0,
        surface_right=_overlap(best, case) >= SURFACE_OVERLAP if best else None,
    )


def _is_acceptable(answer: Answer, case: Case) -> bool:
    return not case.acceptable.isdisjoint(answer.candidates)


def _overlap(answer: Answer, case: Case) -> float:
    """The best intersection over union with one of the spans a reader would mark."""
    return max((_of_spans((answer.start, answer.end), span) for span in case.spans), default=0.0)


def _of_spans(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    together = max(one[1], other[1]) - min(one[0], other[0])
    return max(0, shared) / together if together else 0.0


@dataclass(slots=True)
class Score:
    """Counts over the posts of one level."""

    level: str
    posts: int = 0
    found: int = 0
    first_right: int = 0
    with_town: int = 0
    first_right_with_town: int = 0
    wrong_posts: int = 0  # with a wholly wrong finding
    surfaces: int = 0
    surfaces_right: int = 0
    candidates: list[int] = field(default_factory=list)
    by_kind: Counter[tuple[str, bool]] = field(default_factory=Counter)  # (establishment or shipped, found)
    traps: Counter[str] = field(default_factory=Counter)  # near misses that fired, by kind of trap

    def add(self, verdict: Verdict) -> None:
        """Count one post."""
        case = verdict.case
        self.posts += 1
        self.found += verdict.found
        self.first_right += verdict.first_right
        self.wrong_posts += verdict.wrong > 0
        if case.town_given:
            self.with_town += 1
            self.first_right_with_town += verdict.first_right
        if verdict.surface_right is not None:
            self.surfaces += 1
            self.surfaces_right += verdict.surface_right
            self.candidates.append(verdict.candidates)
        if case.kind:
            group = "establishment" if case.kind is EntityKind.ESTABLISHMENT else "shipped"
            self.by_kind[group, verdict.found] += 1
        elif verdict.answers:
            self.traps[case.trap] += 1

    def recall(self, group: str | None = None) -> float | None:
        """The share found, of all or of one kind."""
        if group is None:
            return self.found / self.posts if self.posts else None
        total = self.by_kind[group, True] + self.by_kind[group, False]
        return self.by_kind[group, True] / total if total else None

    @property
    def median_candidates(self) -> float | None:
        return median(self.candidates) if self.candidates else None


@dataclass(slots=True)
class Calibration:
    """Whether a confidence of 0.9 is right nine times in ten."""

    counts: list[int] = field(default_factory=lambda: [0] * BINS)
    right: list[int] = field(default_factory=lambda: [0] * BINS)
    sums: list[float] = field(default_factory=lambda: [0.0] * BINS)

    def add(self, verdict: Verdict) -> None:
        """Count the findings of one post."""
        named = verdict.case.acceptable | verdict.case.within
        for answer in verdict.answers:
            at = min(int(answer.confidence * BINS), BINS - 1)
            self.counts[at] += 1
            self.sums[at] += answer.confidence
            self.right[at] += not named.isdisjoint(answer.candidates)

    @property
    def error(self) -> float:
        """The expected calibration error: bins weighed by their findings."""
        total = sum(self.counts)
        gaps = (abs(stated - right) for stated, right in zip(self.sums, self.right, strict=True))
        return sum(gaps) / total if total else 0.0


def judged(cases: Iterable[Case], matcher: Matcher, batch: int = 512) -> Iterable[Verdict]:
    """Hand posts to a matcher in batches and judge its answers."""
    waiting: list[Case] = []
    for case in cases:
        waiting.append(case)
        if len(waiting) == batch:
            yield from _judged_batch(waiting, matcher)
            waiting = []
    yield from _judged_batch(waiting, matcher)


def _judged_batch(cases: Sequence[Case], matcher: Matcher) -> Iterable[Verdict]:
    answers = matcher([case.text for case in cases])
    return [judge(case, answer) for case, answer in zip(cases, answers, strict=True)]
