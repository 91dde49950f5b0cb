"""The readings of chunks met before, as flat arrays, and which unknown words are worth looking into."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.context import is_of_the_subject
from detectors.index import Index, WordFlag
from detectors.readings import NOTHING, ONE_WORD, SOFT_WORD, UNKNOWN_WORD, UNREAD, Reader, Reading
from detectors.ways import HELD, LONGEST_WORD

_MOST_KEPT = 200_000  # chunks remembered
_MOST_TOKENS_KEPT = 1_000_000
_LONGEST_KEPT = 48
SINGLE, UNKNOWN, SOFT = 1, 2, 4
# Marks of readings: company for unknown words, and unknown words that were looked into because they had some.
_COMPANY, _LATER = 8, 16
_SUBJECT, _SUBJECT_UNREAD = Reading(1, (), False, False), Reading(1, (), False, True)
# The readings most chunks have, which hold no word; with their marks.
_COMMONEST = (
    (NOTHING, 0),
    (SOFT_WORD, 0),
    (ONE_WORD, 0),
    (UNKNOWN_WORD, 0),
    (UNREAD, _LATER),
    (_SUBJECT, _COMPANY),
    (_SUBJECT_UNREAD, _COMPANY | _LATER),
)
_PLAIN = re.compile(rf"([a-z]{{2,{LONGEST_WORD}}})[.,;:?)]*")  # and what may follow it
_UNKNOWN_NUMBER, _UNREAD_NUMBER, _SUBJECT_NUMBER, _SUBJECT_UNREAD_NUMBER = 3, 4, 5, 6
_OF_THE_SUBJECT = {id(ONE_WORD): _SUBJECT_NUMBER, id(UNREAD): _SUBJECT_UNREAD_NUMBER}
_IN_COMPANY = 8  # chunks
_SHORT_TEXT = 12
_OPENING = "#([{<\"'«“•-*_~=|>"
_RARE = 5.0  # evidence of a word that is company


class ReadingTable:
    """The readings of chunks met before, as flat arrays."""

    def __init__(self, index: Index) -> None:
        self._reader = Reader(index)
        whole_or_kind = (index.flags & (WordFlag.WHOLE | WordFlag.TYPE)) > 0
        self._tells = (whole_or_kind | (index.evidence >= _RARE)).tobytes()
        self._forget()

    def _forget(self) -> None:
        self.known: dict[str, int] = {}
        self._numbers = {id(reading): number for number, (reading, _) in enumerate(_COMMONEST)}
        self.readings: list[Reading] = []
        self._token_count = 0
        self.lengths = np.empty(0, np.int64)
        self.kinds = np.empty(0, np.uint8)
        self.firsts = np.empty(0, np.int64)
        self.counts = np.empty(0, np.int64)
        self.tokens = np.empty((0, 6), np.float64)
        self._settle(_COMMONEST)

    def read(self, chunks: Sequence[str], text_of: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of the readings of the chunks of some texts.

        A word nobody knows is looked into only in company: near a word that says what kind of place it is, a rare one
        of some name, something in disguise, or one of health and leaks. What was read before makes no difference.
        """
        if len(self.known) > _MOST_KEPT or self._token_count > _MOST_TOKENS_KEPT:
            self._forget()
        known = self.known
        found = list(map(known.get, chunks))
        if None in found:
            new = dict.fromkeys(chunk for chunk, number in zip(chunks, found, strict=True) if number is None)
            self._learn(self._reader.read(self._without_plain(new), known_only=True), later=False)
            found = list(map(known.get, chunks))
            for chunk in new:
                if len(chunk) > _LONGEST_KEPT:
                    del known[chunk]
        numbers = np.array(found, np.int64)
        kinds = self.kinds[numbers]
        doubtful = np.flatnonzero(kinds & _LATER)
        if len(doubtful):
            near = _in_company(doubtful, kinds, text_of, sizes)
            numbers[doubtful[~near]] = _UNKNOWN_NUMBER
            self._look_into(doubtful[near], chunks, numbers)
        return numbers

    def _without_plain(self, chunks: Iterable[str]) -> list[str]:
        """The chunks less those that are a plain word nobody knows, which are most and need no more than that said."""
        codes, known = self._reader.codes, self.known
        others: list[str] = []
        for chunk in chunks:
            plain = _PLAIN.fullmatch(chunk)
            if plain is None or (word := plain[1]) in codes or HELD.search(word):
                others.append(chunk)
            else:
                known[chunk] = _SUBJECT_UNREAD_NUMBER if is_of_the_subject(word) else _UNREAD_NUMBER
        return others

    def _look_into(self, at: NDArray[np.int64], chunks: Sequence[str], numbers: NDArray[np.int64]) -> None:
        """Read the unknown words at these places and put their numbers there."""
        unread = at[(numbers[at] == _UNREAD_NUMBER) | (numbers[at] == _SUBJECT_UNREAD_NUMBER)]
        if len(unread):
            written = [chunks[each] for each in unread.tolist()]
            self._learn(self._reader.read(dict.fromkeys(written)), later=True)
            numbers[unread] = [self.known[chunk] for chunk in written]

    def _learn(self, readings: Mapping[str, Reading], *, later: bool) -> None:
        """Remember readings; those of words looked into later are marked."""
        numbers = self._numbers
        fresh: list[tuple[Reading, int]] = []
        count = len(self.readings)
        for chunk, reading in readings.items():
            # Most are one of a few that hold no word.
            number = numbers.get(id(reading))
            if number is not None and reading.length and is_of_the_subject(chunk.lower().lstrip(_OPENING)):
                number = (
                    _SUBJECT_NUMBER if reading is ONE_WORD else _SUBJECT_UNREAD_NUMBER if reading is UNREAD else None
                )
            if number is None:
                number = count + len(fresh)
                marks = self._company(chunk, reading, by_words=not later)
                fresh.append((reading, marks | _LATER if later else marks))
            self.known[chunk] = number
        self._settle(fresh)

    def _company(self, chunk: str, reading: Reading, *, by_words: bool) -> int:
        """Whether a chunk makes unknown words beside it worth looking into."""
        makes = by_words and any(token.disguised or self._tells[token.code] for token in reading.tokens)
        return _COMPANY if makes or is_of_the_subject(chunk.lower().lstrip(_OPENING)) else 0

    def read_apart(self, chunks: Iterable[str]) -> dict[str, Reading]:
        """The readings of some chunks, not remembered."""
        return self._reader.read(chunks)

    def _settle(self, new: Sequence[tuple[Reading, int]]) -> None:
        """Put readings, each with marks of its own, behind those in the arrays."""
        if not new:
            return
        counts = np.array([len(reading.tokens) for reading, _ in new], np.int64)
        rows = [token for reading, _ in new for token in reading.tokens]
        self.lengths = np.concatenate((self.lengths, np.array([reading.length for reading, _ in new], np.int64)))
        kinds = [_kind(reading) | marks for reading, marks in new]
        self.kinds = np.concatenate((self.kinds, np.array(kinds, np.uint8)))
        self.firsts = np.concatenate((self.firsts, self._token_count + np.cumsum(counts) - counts))
        self.counts = np.concatenate((self.counts, counts))
        if rows:
            self.tokens = np.concatenate((self.tokens, np.array(rows, np.float64)))
        self._token_count += len(rows)
        self.readings += (reading for reading, _ in new)


def _kind(reading: Reading) -> int:
    kind = SINGLE if reading.single_letter else 0
    if reading.unknown:
        kind |= UNKNOWN
    if reading.soft:
        kind |= SOFT
    return kind


def _in_company(
    at: NDArray[np.int64], kinds: NDArray[np.uint8], text_of: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which of these chunks stand near company in their text; in a short text all do."""
    in_short: NDArray[np.bool_] = sizes[text_of[at]] <= _SHORT_TEXT
    company = np.flatnonzero(kinds & _COMPANY)
    if not len(company):
        return in_short
    after = np.minimum(np.searchsorted(company, at), len(company) - 1)
    before = np.maximum(after - 1, 0)
    close = np.zeros(len(at), bool)
    for other in (company[after], company[before]):
        close |= (np.abs(other - at) <= _IN_COMPANY) & (text_of[other] == text_of[at])
    return in_short | close
