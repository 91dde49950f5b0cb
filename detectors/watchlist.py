"""Who is named: texts against the names and aliases of the watchlist.

A text's words, as written, decoded or corrected, vote for the names they stand in; the names with most votes are
judged word by word. What proves nothing by itself — a town, a surname, an everyday word — needs the word that says what
kind of place it is, or a health or software context. Between names of the same words the town, the postcode, the
department and the other names in the text decide; where nothing decides, all are candidates.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.accepting import BARE, accepted, confidences
from detectors.batches import Batch, raw_spans, read_batch
from detectors.compiling import compile_index
from detectors.context import Surroundings, speaks_of_health
from detectors.index import Entities, GroupFlag, Index
from detectors.judging import Cases, judged
from detectors.model import Decoding, Entity, Mention, Sighting
from detectors.namesakes import Decider, Present
from detectors.normalisation import Text, fold, visible
from detectors.reading_table import ReadingTable
from detectors.redaction import redact, shown
from detectors.spelling import expanded

__all__ = ["CUTOFF", "MOST_CANDIDATES", "Watchlist", "compile_watchlist", "speaks_of_health"]

CUTOFF = 0.5  # a mention below this confidence is none
MOST_CANDIDATES = 20
MOST_TEXTS = 512  # read together
_MOST_CHARACTERS = 200_000  # read together, but for a single longer text
_CANDIDATE_SHARE = 0.8  # of the best score, for another name of the same stretch to be a candidate
_AMBIGUOUS, _ESTABLISHMENT = int(GroupFlag.AMBIGUOUS), int(GroupFlag.ESTABLISHMENT)
_DOUBTFUL = int(GroupFlag.AMBIGUOUS | GroupFlag.SHORT)
_FAR = 0.8  # a single word below this confidence could be many others
_SAME_PLACE = 24  # characters between a name and the town it is in
_FAR_FROM_WRITTEN = 0.9  # confidence below which a word is told beside what was written
_SENTENCE = 5  # words
_EDITED = 0.955  # a word below this confidence was corrected rather than decoded


class Case(NamedTuple):
    """A judged name in a text, with where it stands."""

    row: int  # of the cases
    group: int
    place: bool  # the name of an establishment
    implied: bool  # a town that stands for the name
    text: int  # its number in the batch
    score: float
    confidence: float
    start: int  # raw positions
    end: int
    found: tuple[int, ...]  # rows of tokens
    edited: bool  # a word of it was corrected
    backing: float = 0.0  # what the text says, beside the name, for one that bears it

    @property
    def merit(self) -> float:
        """What decides between names of one stretch."""
        return self.score + self.backing


class Watchlist:
    """Entities with the index of their names. Made by `compile_watchlist`, or of an index compiled before."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.table = ReadingTable(index)
        self.decider = Decider(index)

    @property
    def entities(self) -> Entities:
        """The watched organisations."""
        return self.index.entities

    def mentions(self, text: Text) -> tuple[Mention, ...]:
        """The watched organisations named in a text, in order, without overlaps, as they may be shown."""
        seen = self.sightings_of([text])[0]
        if not seen:
            return ()
        redacted = redact(text, kept=[(each.start, each.end) for each in seen])
        return tuple(shown(each, redacted) for each in seen)

    def sightings_of(self, texts: Sequence[Text]) -> list[tuple[Sighting, ...]]:
        """Where each of many texts names watched organisations, in order, without overlaps."""
        return [seen for group in _batches(texts) for seen in self._sightings(group)]

    def _sightings(self, texts: Sequence[Text]) -> list[tuple[Sighting, ...]]:
        batch = read_batch([text.raw for text in texts], self.table, self.index)
        cases = judged(batch, self.index)
        rows = np.flatnonzero(accepted(cases, self.index))
        found: list[tuple[Sighting, ...]] = [()] * len(texts)
        if not len(rows):
            return found
        order = np.lexsort((-cases.score[rows], cases.text[rows]))
        for number, group in groupby(standing(rows[order], batch, cases, self.index), key=_text_of):
            found[number] = self._of_text(texts[number], list(group), batch, cases)
        return found

    def _of_text(self, text: Text, found: Sequence[Case], batch: Batch, cases: Cases) -> tuple[Sighting, ...]:
        said = Surroundings(text)
        counting = [case for case in found if self.has_context(case, cases, batch, said)]
        if not counting:
            return ()
        present = self.decider.present(batch, counting[0].text, text)
        groups = sorted(stretches(backed(counting, self.decider, present)), key=lambda group: group[0].start)
        return tuple(self._sighting(group, batch, present) for group in groups)

    def has_context(self, case: Case, cases: Cases, batch: Batch, said: Surroundings) -> bool:
        """Whether a name that proves nothing by itself stands in a text about health or its software, or about data."""
        flags = int(self.index.group_flags[case.group])
        edited = float(cases.surest[case.row]) < _EDITED
        single = int(cases.telling[case.row]) == 1
        raw = said.text.raw
        # `dedalus`, `alizé` are words too, where nobody speaks of health or data.
        in_passing = single and raw[case.start : case.end].islower() and len(raw.split()) >= _SENTENCE
        if flags & _ESTABLISHMENT:
            # A bare name is one only where data are spoken of: anybody writes `la pharmacie du marché`.
            if single and float(cases.evidence[case.row]) < BARE and bool(cases.common_only[case.row]):
                return said.data
            if single and edited and not said.patients_or_data:
                return False
            if in_passing and not cases.typed[case.row] and not (said.health or said.data):
                return False
            return not flags & _AMBIGUOUS or said.health
        if not flags & _DOUBTFUL:
            far = single and float(cases.surest[case.row]) < _FAR
            plain = not edited and not in_passing
            return plain or said.patients_or_data or (said.health and not far)
        # A name like `Medica` would itself speak of health.
        around = Surroundings(fold(f"{raw[: case.start]} {raw[case.end :]}"))
        if not single:
            return around.health if flags & _AMBIGUOUS else not edited or around.health or around.data
        spelled = self._is_spelled_as_a_name(case, said.text) or bool(cases.adjacent[case.row])
        if flags & _AMBIGUOUS:
            return spelled and around.health and (not cases.common_only[case.row] or around.data)
        decoded = not edited and bool(batch.tokens.disguised[case.found[0]])
        return (spelled or decoded) and (around.health or around.data)

    def _is_spelled_as_a_name(self, case: Case, text: Text) -> bool:
        """Whether an everyday word is written with the capitals of the name: `Easily`, not `easily`."""
        surface = visible(text.raw[case.start : case.end])
        entity = self.entities[int(self.index.bearers[self.index.bearer_starts[case.group]])]
        return not surface.islower() and any(surface in spelled for spelled in (entity.name, *entity.aliases))

    def _sighting(self, group: Sequence[Case], batch: Batch, present: Present) -> Sighting:
        best = group[0]
        ranked = self.decider.ranked([(case.group, case.score) for case in group], present)
        return Sighting(
            entity_id=self.index.entity_id(ranked[0]),
            name=self.index.entity_name(ranked[0]),
            kind=self.index.entity_kind(ranked[0]),
            start=best.start,
            end=best.end,
            confidence=round(best.confidence, 2),
            candidates=tuple(self.index.entity_id(each) for each in ranked[:MOST_CANDIDATES]),
            decoded=self._decoded(best, batch),
        )

    def _decoded(self, case: Case, batch: Batch) -> tuple[Decoding, ...]:
        """The words of a name that are not simply written as they are spelled, in order."""
        tokens = batch.tokens
        disguised = [row for row in case.found if tokens.disguised[row] or tokens.confidence[row] < _FAR_FROM_WRITTEN]
        if not disguised:
            return ()
        starts, base = batch.raw_starts(case.text), int(batch.chunk_starts[case.text])
        spans = (
            (tokens.span(row), row) for row in sorted(disguised, key=lambda row: (tokens.place[row], tokens.start[row]))
        )
        return tuple(
            Decoding(
                starts[span.first_chunk - base] + span.start,
                starts[span.last_chunk - base] + span.end,
                self.index.words[tokens.code[row]],
            )
            for span, row in spans
        )


def compile_watchlist(entities: Iterable[Entity]) -> Watchlist:
    """Index the names and aliases of entities; entities of one id are one, the first given names it."""
    return Watchlist(compile_index(entities))


def _batches(texts: Sequence[Text]) -> Iterator[list[Text]]:
    group: list[Text] = []
    characters = 0
    for text in texts:
        if group and (len(group) >= MOST_TEXTS or characters + len(text.raw) > _MOST_CHARACTERS):
            yield group
            group, characters = [], 0
        group.append(text)
        characters += len(text.raw)
    if group:
        yield group


def standing(rows: NDArray[np.int64], batch: Batch, cases: Cases, index: Index) -> Iterator[Case]:
    """The cases of these rows, with where they stand."""
    starts = cases.found_starts[rows]
    counts = cases.found_starts[rows + 1] - starts
    found = cases.found[expanded(starts, counts)]
    there = found >= 0
    owner = np.repeat(np.arange(len(rows)), counts)[there]
    found = found[there]
    segments = np.searchsorted(owner, np.arange(len(rows)))
    begins, ends = raw_spans(batch, cases.text[rows], found, segments)
    confidence = confidences(cases)[rows]
    words = np.split(found, segments[1:])
    groups = cases.group[rows]
    flags = index.group_flags[groups]
    kinds = zip(
        ((flags & GroupFlag.ESTABLISHMENT) > 0).tolist(), ((flags & GroupFlag.IMPLIED) > 0).tolist(), strict=True
    )
    numbers = zip(rows.tolist(), groups.tolist(), cases.text[rows].tolist(), strict=True)
    edited = (cases.least_sure[rows] < _EDITED).tolist()
    measures = zip(cases.score[rows].tolist(), confidence.tolist(), edited, strict=True)
    spans = zip(begins.tolist(), ends.tolist(), strict=True)
    parts = zip(numbers, kinds, measures, spans, words, strict=True)
    for (row, group, text), (place, town), (score, sure, slip), (start, end), tokens in parts:
        yield Case(row, group, place, town, text, score, sure, start, end, tuple(tokens.tolist()), slip)


def _text_of(case: Case) -> int:
    return case.text


def backed(found: Sequence[Case], decider: Decider, present: Present) -> list[Case]:
    """Cases of one text, best first, where its town and the like count too."""
    if len(found) < 2:
        return list(found)
    cases = (case._replace(backing=decider.backing(case.group, present)) for case in found)
    return sorted(cases, key=_merit, reverse=True)


def _merit(case: Case) -> float:
    return case.merit


def overlapping(one: Case, other: Case) -> bool:
    """Whether two names stand on some of the same letters."""
    return one.start < other.end and other.start < one.end


def stretches(cases: Sequence[Case]) -> list[list[Case]]:
    """Cases of one stretch of text together, best first."""
    groups: list[list[Case]] = []
    for case in cases:
        same = [group for group in groups if overlapping(case, group[0])]
        if not same:
            groups.append([case])
        elif case.merit >= _CANDIDATE_SHARE * same[0][0].merit:
            same[0].append(case)
    return _towns_settled([group for group in groups if group[0].confidence >= CUTOFF])


def _towns_settled(groups: Sequence[list[Case]]) -> list[list[Case]]:
    """The stretches less the towns that only say where a name beside them is, or the names that is not true of."""
    gone: set[int] = set()
    for at, group in enumerate(groups):
        if not group[0].implied:
            continue
        beside = [other for other, its in enumerate(groups) if _beside(group[0], its[0])]
        if not beside:
            continue
        # A misspelt name of another town, and a place of its kind in this one: who writes the town means this one.
        if all(groups[other][0].edited and not groups[other][0].backing for other in beside):
            gone.update(beside)
            for other in beside:
                group += groups[other]
        else:
            gone.add(at)
    return [group for at, group in enumerate(groups) if at not in gone]


def _beside(implied: Case, other: Case) -> bool:
    """Whether a town stands so close to a name in full that it only says where that is."""
    apart = max(implied.start - other.end, other.start - implied.end)
    return other.place and not other.implied and apart <= _SAME_PLACE
