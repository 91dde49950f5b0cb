"""Who is named: texts against the names and aliases of the watchlist.

A text's words, as written, decoded or corrected, vote for the names they stand in; the names with most votes are
judged word by word. What proves nothing by itself — a town, a surname, an everyday word — needs the word that says what
kind of place it is, or a health or software context. Between names of the same words the town, the postcode, the
department and the other names in the text decide; where nothing decides, all are candidates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.accepting import accepted, confidences
from detectors.batches import Batch, ReadingTable, read_batch
from detectors.context import speaks_of_data, speaks_of_health
from detectors.index import Entities, GroupFlag, Index, compile_index
from detectors.judging import Cases, judged
from detectors.model import Entity, Mention, RedactedText
from detectors.namesakes import Decider, Present
from detectors.normalisation import Text, fold, shown
from detectors.redaction import cut, redact, redact_string

__all__ = ["CUTOFF", "MOST_CANDIDATES", "Watchlist", "compile_watchlist", "speaks_of_health"]

CUTOFF = 0.5  # a mention below this confidence is none
MOST_CANDIDATES = 20
MOST_TEXTS = 512  # read together
_MOST_CHARACTERS = 200_000  # read together, but for a single longer text
_CANDIDATE_SHARE = 0.8  # of the best score, for another name of the same stretch to be a candidate
_DOUBTFUL = GroupFlag.AMBIGUOUS | GroupFlag.SHORT
_EDITED = 0.955  # a word below this confidence was corrected rather than decoded


@dataclass(frozen=True, slots=True)
class Case:
    """A judged name in a text, with where it stands."""

    row: int  # of the cases
    group: int
    score: float
    confidence: float
    start: int  # raw positions
    end: int
    found: tuple[int, ...]  # rows of tokens


class Watchlist:
    """Entities with the index of their names. Made by `compile_watchlist`, or of an index compiled before."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._table = ReadingTable(index)
        self._decider = Decider(index)

    @property
    def entities(self) -> Entities:
        """The watched organisations."""
        return self.index.entities

    def mentions(self, text: Text, part: str = "text") -> tuple[Mention, ...]:
        """The watched organisations named in a text, in order, without overlaps."""
        return self._mentions([text], part)[0]

    def mentions_of(self, texts: Sequence[Text], part: str = "text") -> list[tuple[Mention, ...]]:
        """The same for many texts, much faster together."""
        return [mentions for group in _batches(texts) for mentions in self._mentions(group, part)]

    def _mentions(self, texts: Sequence[Text], part: str) -> list[tuple[Mention, ...]]:
        batch = read_batch([text.raw for text in texts], self._table, self.index)
        cases = judged(batch, self.index)
        rows = np.flatnonzero(accepted(cases, self.index))
        found: list[tuple[Mention, ...]] = [()] * len(texts)
        if not len(rows):
            return found
        sure = confidences(cases)
        by_text = cases.text[rows]
        order = np.lexsort((-cases.score[rows], by_text))
        rows, by_text = rows[order], by_text[order]
        begins = np.flatnonzero(np.concatenate(([True], by_text[1:] != by_text[:-1])))
        for first, last in zip(begins.tolist(), [*begins[1:].tolist(), len(rows)], strict=True):
            number = int(by_text[first])
            found[number] = self._of_text(texts[number], number, batch, cases, rows[first:last].tolist(), sure, part)
        return found

    def _of_text(
        self,
        text: Text,
        number: int,
        batch: Batch,
        cases: Cases,
        rows: Sequence[int],
        sure: np.ndarray,
        part: str,
    ) -> tuple[Mention, ...]:
        starts = batch.raw_starts(number)
        base = int(batch.chunk_starts[number])
        standing = [_case(row, batch, cases, starts, base, float(sure[row])) for row in rows]
        counting = [case for case in standing if self._has_context(case, cases, batch, text)]
        if not counting:
            return ()
        # A name may be the better part of an e-mail address: what is shown of it comes from the redacted text.
        redacted = redact(text)
        present = self._decider.present(batch, number, text)
        groups = _stretches(counting)
        return tuple(
            self._as_mention(group, batch, present, text, redacted, part, starts, base)
            for group in sorted(groups, key=lambda group: group[0].start)
        )

    def _has_context(self, case: Case, cases: Cases, batch: Batch, text: Text) -> bool:
        """Whether a name that proves nothing by itself stands in a text about health or its software."""
        flags = int(self.index.group_flags[case.group])
        edited = float(cases.surest[case.row]) < _EDITED
        single = int(cases.telling[case.row]) == 1
        if flags & GroupFlag.ESTABLISHMENT:
            if single and edited and not speaks_of_data(text):
                return False
            return not flags & GroupFlag.AMBIGUOUS or speaks_of_health(text)
        # A name like `Medica` would itself speak of health.
        around = fold(f"{text.raw[: case.start]} {text.raw[case.end :]}") if flags & _DOUBTFUL else text
        if single and flags & _DOUBTFUL:
            everyday = bool(cases.common_only[case.row]) and bool(flags & GroupFlag.AMBIGUOUS)
            about = speaks_of_health(around) if flags & GroupFlag.AMBIGUOUS else _speaks_of_either(around)
            about = about and (not everyday or speaks_of_data(around))
            spelled = self._is_spelled_as_a_name(case, text) or (
                not flags & GroupFlag.AMBIGUOUS and not edited and bool(batch.tokens.disguised[case.found[0]])
            )
            return about and (spelled or bool(cases.adjacent[case.row]))
        if flags & GroupFlag.AMBIGUOUS:
            return speaks_of_health(around)
        return not edited or _speaks_of_either(text)

    def _is_spelled_as_a_name(self, case: Case, text: Text) -> bool:
        """Whether an everyday word is written with the capitals of the name: `Easily`, not `easily`."""
        surface = shown(text.raw[case.start : case.end])
        entity = self.entities[int(self.index.bearers[self.index.bearer_starts[case.group]])]
        return not surface.islower() and any(surface in spelled for spelled in (entity.name, *entity.aliases))

    def _as_mention(
        self,
        group: Sequence[Case],
        batch: Batch,
        present: Present,
        text: Text,
        redacted: RedactedText,
        part: str,
        starts: Sequence[int],
        base: int,
    ) -> Mention:
        best = group[0]
        ranked = self._decider.ranked([(case.group, case.score) for case in group], present)
        entity = self.entities[ranked[0]]
        return Mention(
            entity_id=entity.id,
            name=entity.name,
            kind=entity.kind,
            part=part,
            start=best.start,
            end=best.end,
            surface=cut(redacted, best.start, best.end),
            confidence=round(best.confidence, 2),
            candidates=tuple(self.index.entity_id(each) for each in ranked[:MOST_CANDIDATES]),
            disguise=self._disguise(best, batch, redacted, starts, base),
        )

    def _disguise(
        self, case: Case, batch: Batch, redacted: RedactedText, starts: Sequence[int], base: int
    ) -> RedactedText | None:
        """How the name was written where that is not simply how it is spelled: `h0pit4l → hopital`."""
        tokens = batch.tokens
        told: dict[str, None] = {}
        for row in sorted(case.found, key=lambda row: (tokens.place[row], tokens.start[row])):
            if tokens.disguised[row]:
                span = tokens.span(row)
                written = cut(
                    redacted, starts[span.first_chunk - base] + span.start, starts[span.last_chunk - base] + span.end
                )
                told[f"{written} → {self.index.words[tokens.code[row]]}"] = None
        return redact_string(", ".join(told)) if told else None


def _speaks_of_either(text: Text) -> bool:
    return speaks_of_health(text) or speaks_of_data(text)


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


def _case(row: int, batch: Batch, cases: Cases, starts: Sequence[int], base: int, confidence: float) -> Case:
    found = cases.found[cases.found_starts[row] : cases.found_starts[row + 1]]
    there = tuple(found[found >= 0].tolist())
    spans = [batch.tokens.span(each) for each in there]
    return Case(
        row=row,
        group=int(cases.group[row]),
        score=float(cases.score[row]),
        confidence=confidence,
        start=min(starts[span.first_chunk - base] + span.start for span in spans),
        end=max(starts[span.last_chunk - base] + span.end for span in spans),
        found=there,
    )


def _stretches(cases: Sequence[Case]) -> list[list[Case]]:
    """Cases of one stretch of text together, best first."""
    groups: list[list[Case]] = []
    for case in cases:
        overlapping = [group for group in groups if case.start < group[0].end and group[0].start < case.end]
        if not overlapping:
            groups.append([case])
        elif case.score >= _CANDIDATE_SHARE * overlapping[0][0].score:
            overlapping[0].append(case)
    return [group for group in groups if group[0].confidence >= CUTOFF]
