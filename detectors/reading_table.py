"""The readings of chunks met before, as flat arrays, and which unknown words are worth looking into."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.context import SELLERS_WORDS, is_of_the_subject
from detectors.index import Index, WordFlag
from detectors.normalisation import fold
from detectors.read_words import NOTHING, ONE_WORD, SOFT_WORD, UNKNOWN_WORD, UNREAD, UNREAD_KIND, Reading
from detectors.readings import Reader
from detectors.ways import HELD, LONGEST_WORD

_MOST_KEPT = 200_000  # chunks remembered
_MOST_TOKENS_KEPT = 1_000_000
_LONGEST_KEPT = 48
SINGLE, UNKNOWN, SOFT = 1, 2, 4
# Marks of readings: company for unknown words, and unknown words that were looked into because they had some.
_COMPANY, _LATER = 8, 16
# Marks of readings: written by ear, and a word of few names that may be another one written so.
_BY_EAR, _SELDOM = 32, 64
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
    (UNREAD_KIND, _COMPANY | _LATER),
)
_PLAIN = re.compile(rf"([a-z]{{2,{LONGEST_WORD}}})[.,;:?)]*")  # and what may follow it
_ONE_WORD_NUMBER, _UNKNOWN_NUMBER, _UNREAD_NUMBER, _SUBJECT_NUMBER, _SUBJECT_UNREAD_NUMBER = 2, 3, 4, 5, 6
_UNREAD_KIND_NUMBER = 7
_UNREAD_NUMBERS = (_UNREAD_NUMBER, _SUBJECT_UNREAD_NUMBER, _UNREAD_KIND_NUMBER)
_IN_COMPANY = 8  # chunks
_SHORT_TEXT = 12
_AROUND = ".,;:!?()[]{}<>«»\"'“”•-*_~=|>#"
_OPENING = "#([{<\"'«“•-*_~=|>"
_RARE = 5.0  # evidence of a word that is company
_IN_FEW_NAMES = 8.5  # evidence of a word that stands in twenty names at most
_IN_EARSHOT = 6  # chunks from a word written by ear


class ReadingTable:
    """The readings of chunks met before, as flat arrays."""

    def __init__(self, index: Index) -> None:
        self._reader = Reader(index)
        whole_or_kind = (index.flags & (WordFlag.WHOLE | WordFlag.TYPE)) > 0
        self._tells = (whole_or_kind | (index.evidence >= _RARE)).tobytes()
        self._is_kind = ((index.flags & WordFlag.TYPE) > 0).tobytes()
        self._is_seldom = (index.evidence >= _IN_FEW_NAMES).tobytes()
        self._is_echo = index.echoes.tobytes()
        self._forget()

    def _forget(self) -> None:
        self.known: dict[str, int] = {}
        self._known_by_ear: dict[str, int] = {}
        self._alone_by_ear: dict[str, int] = {}
        self._numbers = {id(reading): number for number, (reading, _) in enumerate(_COMMONEST)}
        self.readings: list[Reading] = []
        self._token_count = 0
        self.lengths = np.empty(0, np.int64)
        self.kinds = np.empty(0, np.uint8)
        self.of_kinds = np.empty(0, bool)
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
        self._listen(chunks, numbers, text_of)
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

    def _listen(self, chunks: Sequence[str], numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> None:
        """Read by ear the words beside those that are written so, and those of few names; put their numbers there."""
        kinds = self.kinds[numbers]
        by_ear = np.flatnonzero(kinds & _BY_EAR)
        beside = self._beside_kinds(numbers, text_of)
        if len(by_ear):
            beside |= _within(_IN_EARSHOT, by_ear, np.arange(len(numbers)), text_of)
        is_word = self.lengths[numbers] > 0
        for alone, chosen in enumerate((beside, ((kinds & _SELDOM) > 0) & ~beside)):
            at = np.flatnonzero(chosen & is_word)
            if len(at):
                numbers[at] = self._by_ear(
                    [chunks[each] for each in at.tolist()], numbers[at].tolist(), alone=alone > 0
                )

    def _by_ear(self, chunks: Sequence[str], numbers: Sequence[int], *, alone: bool) -> list[int]:
        """The numbers of the readings by ear of chunks, given those of their readings as they stand."""
        known = self._alone_by_ear if alone else self._known_by_ear
        new = {chunk: number for chunk, number in zip(chunks, numbers, strict=True) if chunk not in known}
        if new:
            # What is said of leaks is said as it is written, and what was decoded was not written by ear.
            told = {chunk: number for chunk, number in new.items() if _told(chunk) or self._is_decoded(number)}
            known.update(told)
            asked = [chunk for chunk in new if chunk not in told]
            self._learn(self._reader.read_by_ear(asked, alone=alone), later=True, into=known)
        found = [known[chunk] for chunk in chunks]
        for chunk in new:
            if len(chunk) > _LONGEST_KEPT:
                del known[chunk]
        return found

    def _is_decoded(self, number: int) -> bool:
        reading = self.readings[number]
        return not reading.by_ear and any(token.disguised for token in reading.tokens)

    def _look_into(self, at: NDArray[np.int64], chunks: Sequence[str], numbers: NDArray[np.int64]) -> None:
        """Read the unknown words at these places and put their numbers there."""
        unread = at[np.isin(numbers[at], _UNREAD_NUMBERS)]
        if len(unread):
            written = [chunks[each] for each in unread.tolist()]
            self._learn(self._reader.read(dict.fromkeys(written)), later=True)
            numbers[unread] = [self.known[chunk] for chunk in written]

    def _beside_kinds(self, numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which chunks are everyday words, of no name, right after a word for a kind of place, articles aside."""
        words = np.flatnonzero(self.lengths[numbers] > 0)
        chosen = np.zeros(len(numbers), bool)
        before, after = words[:-1], words[1:]
        follows = (
            self.of_kinds[numbers[before]] & (numbers[after] == _ONE_WORD_NUMBER) & (text_of[before] == text_of[after])
        )
        chosen[after[follows]] = True
        return chosen

    def _learn(self, readings: Mapping[str, Reading], *, later: bool, into: dict[str, int] | None = None) -> None:
        """Remember readings; those of words looked into later are marked."""
        known = self.known if into is None else into
        numbers = self._numbers
        fresh: list[tuple[Reading, int]] = []
        count = len(self.readings)
        for chunk, reading in readings.items():
            # Most are one of a few that hold no word.
            number = numbers.get(id(reading))
            if (
                number is not None
                and number != _UNREAD_KIND_NUMBER
                and reading.length
                and is_of_the_subject(chunk.lower().lstrip(_OPENING))
            ):
                number = (
                    _SUBJECT_NUMBER if reading is ONE_WORD else _SUBJECT_UNREAD_NUMBER if reading is UNREAD else None
                )
            if number is None:
                number = count + len(fresh)
                marks = self._company(chunk, reading, by_words=not later)
                fresh.append((reading, marks | _LATER if later else marks))
            known[chunk] = number
        self._settle(fresh)

    def _company(self, chunk: str, reading: Reading, *, by_words: bool) -> int:
        """Whether a chunk makes unknown words beside it worth looking into."""
        makes = by_words and any(token.disguised or self._tells[token.code] for token in reading.tokens)
        return _COMPANY if makes or is_of_the_subject(chunk.lower().lstrip(_OPENING)) else 0

    def read_apart(self, chunks: Iterable[str]) -> dict[str, Reading]:
        """The readings of some chunks, not remembered."""
        return self._reader.read(chunks)

    def _echo(self, reading: Reading) -> int:
        """Whether a chunk holds a word of few names, and one that sounds like a word of many more."""
        as_said = [token.code for token in reading.tokens if not token.disguised]
        seldom = _SELDOM if any(self._is_seldom[code] for code in as_said) else 0
        return seldom | (_BY_EAR if any(self._is_echo[code] for code in as_said) else 0)

    def _settle(self, new: Sequence[tuple[Reading, int]]) -> None:
        """Put readings, each with marks of its own, behind those in the arrays."""
        if not new:
            return
        counts = np.array([len(reading.tokens) for reading, _ in new], np.int64)
        rows = [token for reading, _ in new for token in reading.tokens]
        self.lengths = np.concatenate((self.lengths, np.array([reading.length for reading, _ in new], np.int64)))
        kinds = [_kind(reading) | marks | self._echo(reading) for reading, marks in new]
        self.kinds = np.concatenate((self.kinds, np.array(kinds, np.uint8)))
        of_kinds = [any(self._is_kind[token.code] for token in reading.tokens) for reading, _ in new]
        self.of_kinds = np.concatenate((self.of_kinds, np.array(of_kinds, bool)))
        self.firsts = np.concatenate((self.firsts, self._token_count + np.cumsum(counts) - counts))
        self.counts = np.concatenate((self.counts, counts))
        if rows:
            self.tokens = np.concatenate((self.tokens, np.array(rows, np.float64)))
        self._token_count += len(rows)
        self.readings += (reading for reading, _ in new)


def _told(chunk: str) -> bool:
    """Whether a chunk is what sellers say around names, and no name written by ear."""
    folded = fold(chunk).folded.strip(_AROUND)
    return folded in SELLERS_WORDS or is_of_the_subject(folded)


def _kind(reading: Reading) -> int:
    kind = SINGLE if reading.single_letter else 0
    if reading.by_ear:
        kind |= _BY_EAR
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
    return in_short | _within(_IN_COMPANY, company, at, text_of)


def _within(
    reach: int, others: NDArray[np.int64], at: NDArray[np.int64], text_of: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which of these chunks have one of the others, of which there are some, so near in their text."""
    after = np.minimum(np.searchsorted(others, at), len(others) - 1)
    before = np.maximum(after - 1, 0)
    close = np.zeros(len(at), bool)
    for other in (others[after], others[before]):
        close |= (np.abs(other - at) <= reach) & (text_of[other] == text_of[at])
    return close
