"""The engine and its peers behind one face: posts in, findings out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import ahocorasick_rs
from rapidfuzz import fuzz, process

from benchmarks.evaluation.scoring import Answer, Answers, Matcher
from detectors.model import Entity, Sighting
from detectors.normalisation import fold
from detectors.watchlist import Watchlist

MOST_CANDIDATES = 20
_SHORTEST_NAME = 4  # characters of a name worth searching for as it stands
_BATCH = 512


def engine(watchlist: Watchlist) -> Matcher:
    """Ours, in batches."""

    def match(texts: Sequence[str]) -> list[Answers]:
        folded = [fold(text) for text in texts]
        batches = (folded[at : at + _BATCH] for at in range(0, len(folded), _BATCH))
        return [list(map(_answer, sightings)) for batch in batches for sightings in watchlist.sightings_of(batch)]

    return match


def _answer(sighting: Sighting) -> Answer:
    return Answer(sighting.entity_id, sighting.candidates, sighting.start, sighting.end, sighting.confidence)


def _ids_by_name(entities: Iterable[Entity]) -> dict[str, list[str]]:
    """The folded names, each with whom it belongs to."""
    named: dict[str, list[str]] = defaultdict(list)
    for entity in entities:
        for name in (entity.name, *entity.aliases):
            folded = " ".join(fold(name).folded.split())
            if len(folded) >= _SHORTEST_NAME:
                named[folded].append(entity.id)
    return named


def aho_corasick(entities: Iterable[Entity]) -> Matcher:
    """Exact search for all names at once on folded text, whole words, the longest first."""
    named = _ids_by_name(entities)
    names = list(named)
    automaton = ahocorasick_rs.AhoCorasick(names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def match(texts: Sequence[str]) -> list[Answers]:
        return [_found(fold(text).folded) for text in texts]

    def _found(text: str) -> Answers:
        return [
            Answer(named[names[name]][0], tuple(named[names[name]][:MOST_CANDIDATES]), start, end)
            for name, start, end in automaton.find_matches_as_indexes(text)
            if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
        ]

    return match


def brute_force(entities: Iterable[Entity], scorer: str, cutoff: int) -> Matcher:
    """Every name scored against every post by a ratio of rapidfuzz."""
    named = _ids_by_name(entities)
    names = list(named)
    score = {"partial_ratio": fuzz.partial_ratio, "token_set_ratio": fuzz.token_set_ratio}[scorer]

    def match(texts: Sequence[str]) -> list[Answers]:
        return [_found(fold(text).folded) for text in texts]

    def _found(text: str) -> Answers:
        best = process.extract(text, names, scorer=score, score_cutoff=cutoff, limit=MOST_CANDIDATES)
        ids = [each for name, _, _ in best for each in named[name]][:MOST_CANDIDATES]
        return [Answer(ids[0], tuple(ids), 0, len(text))] if ids else []

    return match
