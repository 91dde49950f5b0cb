"""Why a text names whom it names: what was read as what, which words led to which name, what counted and why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.accepting import Rule, accepted, rules
from detectors.batches import Batch, read_batch
from detectors.context import Surroundings
from detectors.index import GroupFlag, Index
from detectors.judging import Cases, judged
from detectors.model import RedactedText
from detectors.name_words import Family
from detectors.normalisation import Text
from detectors.redaction import cut, redact
from detectors.watchlist import CUTOFF, Case, Watchlist, backed, overlapping, standing, stretches

MOST_WEIGHED = 12  # names explained, the best first


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRead:
    """A stretch of the text and a word of the watchlist it was read as."""

    written: RedactedText
    word: str
    confidence: float  # 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWeighed:
    """A name the words led to, and what became of it."""

    entity_id: str  # of its first bearer
    name: str
    bearers: int
    found: tuple[WordRead, ...]
    missing: tuple[str, ...]  # words of the name that are not there
    coverage: float  # share of the name's weight that was found, 0 to 1
    evidence: float  # how much the words found say anywhere, about 0 to 11 each
    score: float  # what decides between names of one stretch
    confidence: float  # 0 to 1
    counts: bool
    verdict: str  # the rule it passed, or why it does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that happened to a text."""

    folded: str
    words: tuple[WordRead, ...]
    names: tuple[NameWeighed, ...]  # best first


def explain(watchlist: Watchlist, text: Text) -> Explanation:
    """What the watchlist makes of a text, and why."""
    index = watchlist.index
    batch = read_batch([text.raw], watchlist.table, index)
    cases = judged(batch, index)
    redacted = redact(text)
    every = list(standing(np.argsort(-cases.score), batch, cases, index)) if len(cases) else []
    return Explanation(
        folded=text.folded,
        words=tuple(_read(row, batch, redacted, index) for row in _plain_order(batch)),
        names=tuple(_weighed(watchlist, text, batch, cases, every, redacted)),
    )


def _plain_order(batch: Batch) -> list[int]:
    tokens = batch.tokens
    return sorted(
        range(len(tokens.code)), key=lambda row: (tokens.place[row], tokens.start[row], -tokens.confidence[row])
    )


def _read(row: int, batch: Batch, redacted: RedactedText, index: Index) -> WordRead:
    span = batch.tokens.span(row)
    starts = batch.raw_starts(0)
    return WordRead(
        written=cut(redacted, starts[span.first_chunk] + span.start, starts[span.last_chunk] + span.end),
        word=index.words[batch.tokens.code[row]],
        confidence=round(float(batch.tokens.confidence[row]), 2),
    )


def _weighed(
    watchlist: Watchlist, text: Text, batch: Batch, cases: Cases, every: Sequence[Case], redacted: RedactedText
) -> Iterator[NameWeighed]:
    index = watchlist.index
    said = Surroundings(text)
    passed = rules(cases, index)
    by_rule = accepted(cases, index)
    in_context = [case for case in every if by_rule[case.row] and watchlist.has_context(case, cases, batch, said)]
    decider = watchlist.decider
    chosen = stretches(backed(in_context, decider, decider.present(batch, 0, text)))
    for case in every[:MOST_WEIGHED]:
        if case in in_context:
            verdict = _among(case, chosen, index, passed)
        elif by_rule[case.row]:
            verdict = "needs words of health, its software or a leak around it"
        else:
            verdict = _why_not(case.row, cases, index)
        first = int(index.bearers[index.bearer_starts[case.group]])
        words = index.group_words[index.group_starts[case.group] : index.group_starts[case.group + 1]]
        there = set(batch.tokens.code[list(case.found)].tolist())
        yield NameWeighed(
            entity_id=index.entity_id(first),
            name=index.entity_name(first),
            bearers=int(index.bearer_starts[case.group + 1] - index.bearer_starts[case.group]),
            found=tuple(_read(row, batch, redacted, index) for row in case.found),
            missing=tuple(index.words[word] for word in words.tolist() if word not in there),
            coverage=round(float(cases.coverage[case.row]), 2),
            evidence=round(float(cases.evidence[case.row]), 1),
            score=round(case.score, 1),
            confidence=round(case.confidence, 2),
            counts=any(case.row == group[0].row for group in chosen),
            verdict=verdict,
        )


def _among(case: Case, chosen: Sequence[Sequence[Case]], index: Index, passed: Sequence[Rule]) -> str:
    """What became of a name that passed every test, beside the others that did."""
    for group in chosen:
        best = index.entity_name(int(index.bearers[index.bearer_starts[group[0].group]]))
        if case.row == group[0].row:
            return next(rule.name for rule in passed if rule.passes[case.row])
        if any(case.row == each.row for each in group):
            return f"a candidate beside {best}"
        if overlapping(case, group[0]):
            return f"{best} explains more of the same words"
    return "too unsure" if case.confidence < CUTOFF else "its town only says where the place named beside it is"


def _why_not(row: int, cases: Cases, index: Index) -> str:
    """The first thing that kept a name from counting."""
    flags = int(index.group_flags[cases.group[row]])
    kind = _kinds(int(index.group_families[cases.group[row]]))
    if not cases.telling[row]:
        return "only what kind of place it is was found"
    if flags & GroupFlag.IMPLIED:
        return f"its town stands for it only right beside a word for {kind}"
    if cases.mistyped[row]:
        return f"the word beside it says another kind of place than {kind}"
    if cases.holes[row] > 2:
        return "other words stand between its words"
    if cases.towns_only[row]:
        return "a town alone names nobody"
    if cases.common_only[row]:
        return "everyday words alone name nobody"
    if not cases.typed[row] and flags & GroupFlag.ESTABLISHMENT:
        return f"too little of it without a word for {kind} beside it"
    return "too little of it was found"


def _kinds(families: int) -> str:
    names = [str(each.name).lower().replace("_", " ") for each in Family(families)]
    return " or ".join(names) or "its kind of place"
