"""How a stretch of text without blanks may be read: which words of the watchlist it holds, and where exactly.

Most stretches are one plain word, known or not, and cost a look into a dictionary. The others are read in every way
a seller may have written them — as look-alikes, as leetspeak, transliterated, glued, cut at capitals, with letters
spaced, starred or dotted out — and the reading that recognises most letters stands. Rarity plays no part: two rare
scraps would beat the real word. What is nobody's word is looked up among the misspelt and the alike to the ear, for
all stretches of a batch at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from rapidfuzz.distance import OSA

from detectors.foreign_reading import ForeignReader
from detectors.gluing import SHARES, Gluer, Split
from detectors.hearing import Ear, Meaning, is_by_ear
from detectors.index import COMMON, SOFT, Index, WordFlag
from detectors.normalisation import Text, as_seen, fold, folded_letters
from detectors.read_words import (
    NOTHING,
    ONE_WORD,
    SOFT_WORD,
    UNKNOWN_WORD,
    UNREAD,
    UNREAD_KIND,
    Reading,
    Token,
    Unknown,
)
from detectors.spelling import LONGEST, Near, nearest
from detectors.ways import (
    EXACT,
    HELD,
    LETTER,
    LONGEST_WORD,
    MOST_ALIKE,
    ODD,
    SIGN,
    Options,
    Piece,
    Way,
    options_for,
)

_STRIPPED = ".,;:!?\"'()[]{}<>«»“”‘’„…-–—_*#•~/\\|=&"
RUN = re.compile(r"[^\W_]+")
# Letters of one script other than Latin, more or less; and words of them that signs join.
_FOREIGN_WORD = re.compile(r"[\u0370-\u1dff]+")
_FOREIGN_ROW = re.compile(r"[\u0370-\u1dff]+(?:['’.,/()+–-]{1,2}[\u0370-\u1dff]+)*")

GLUED = 0.97
_ONE_EDIT, _TWO_EDITS, _HEARD_LOOSELY, _STARRED, _STARRED_MANY = 0.9, 0.78, 0.75, 0.9, 0.86
_SHORT_EDIT, _NEAR_AND_HEARD = 0.85, 0.93
_FOREIGN, _FOREIGN_STEP = 0.97, 0.05  # confidence in a transliterated word, and what each letter amiss takes from it
_FEWEST_SHOWN = 2  # letters of a starred word
_SHORT_STARRED, _SHORT_STARRED_SHARE = 4, 0.85  # letters of a starred word that may be several words, and its worth
_FEW_STARRED, _MOST_STARRED = 4, 12  # known words a starred one may be
_LONG_FOREIGN = 7  # letters from which the sound outweighs the letters


@dataclass(slots=True)
class _Asked:
    """What is not known as it stands, gathered to be looked up at once."""

    words: dict[str, tuple[int, ...]] = field(default_factory=dict)  # with the capitals inside
    foreign: dict[str, None] = field(default_factory=dict)  # words that stood in another alphabet, in Latin letters
    starred: dict[str, None] = field(default_factory=dict)
    meanings: dict[str, tuple[Meaning, ...]] = field(default_factory=dict)
    splits: dict[str, Split] = field(default_factory=dict)
    heard: dict[str, tuple[Meaning, ...]] = field(default_factory=dict)  # by their sound alone


@dataclass(slots=True)
class _Sorted:
    """Chunks read, and chunks that take more than a look into the dictionary, by what they take."""

    readings: dict[str, Reading] = field(default_factory=dict)
    plain: list[Unknown] = field(default_factory=list)
    foreign: dict[str, list[Unknown]] = field(default_factory=dict)  # chunk → its words, of other alphabets
    complicated: list[str] = field(default_factory=list)


_Pieces = tuple[tuple[Piece, Split | None], ...]


class Reader:
    """Reads chunks against an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.codes = self._codes = index.codes  # of every spelling
        self._gluer = Gluer(index)
        self._ear = Ear(index)
        self._foreign = ForeignReader(index, self._ear)

    def read(self, chunks: Iterable[str], *, known_only: bool = False, in_company: bool = False) -> dict[str, Reading]:
        """The reading of each of these chunks; of unknown words only that they are, if just the known are wanted.

        In company of words in disguise, everyday words of other alphabets may be words of ours.
        """
        sorted_out = _Sorted()
        for chunk in chunks:
            self._sort(chunk, sorted_out)
        readings, asked = sorted_out.readings, _Asked()
        if known_only:
            kinds = self._ear.kinds_among([word.text for word in sorted_out.plain])
            readings.update((word.chunk, UNREAD_KIND if word.text in kinds else UNREAD) for word in sorted_out.plain)
            sorted_out.plain = []
        complicated = [(chunk, options_for(chunk, self._codes)) for chunk in sorted_out.complicated]
        complicated += self._without_held(sorted_out)
        for _, options in complicated:
            self._ask(options, asked)
        asked.words.update((word.text, ()) for word in sorted_out.plain if word.text not in asked.words)
        self._look_up(asked)
        for word in sorted_out.plain:
            known = word.text in asked.meanings or word.text in asked.splits
            readings[word.chunk] = self._plain(word, asked) if known else UNKNOWN_WORD
        readings.update(self._foreign.read(sorted_out.foreign, known_only=known_only, in_company=in_company))
        for chunk, options in complicated:
            readings[chunk] = self._chosen(options, asked)
        return readings

    def read_by_ear(self, chunks: Iterable[str], *, alone: bool) -> dict[str, Reading]:
        """The readings of chunks beside words written by ear, or alone: a known word may be one that sounds alike."""
        readings = self.read(chunks, in_company=not alone)
        words = {chunk: self._words_by_ear(chunk, reading) for chunk, reading in readings.items()}
        texts = dict.fromkeys(text for found in words.values() for _, text, _, _ in found)
        heard = self._ear.heard(list(texts), standing=True, alone=alone)
        for chunk, found in words.items():
            reading = readings[chunk]
            if found and len(found) > reading.length:
                reading = self._apart(found)
            known = {(token.ordinal, token.code) for token in reading.tokens}
            more = tuple(
                Token(ordinal, code, start, end, sure, True)
                for ordinal, text, start, end in found
                for code, sure in heard.get(text, ())
                if (ordinal, code) not in known
            )
            if more:
                readings[chunk] = reading._replace(tokens=(*reading.tokens, *more), unknown=False)
        return readings

    def _words_by_ear(self, chunk: str, reading: Reading) -> list[tuple[int, str, int, int]]:
        """The words of a chunk that may be others by their sound: each one's ordinal, letters, and where it is written.

        All of them, if signs part them and they were read together as one word that was not known.
        """
        text = fold(chunk)
        runs = [run for run in RUN.finditer(text.folded) if self._codes.get(run[0]) != SOFT]
        together = reading.length == 1 and all(token.confidence < _ONE_EDIT for token in reading.tokens)
        if len(chunk) > LONGEST_WORD or (len(runs) != reading.length and not together):
            return []
        return [
            (ordinal, run[0], *text.raw_span(*run.span()))
            for ordinal, run in enumerate(runs)
            if len(runs) > reading.length or self._may_be_another(run[0])
        ]

    def _apart(self, words: Sequence[tuple[int, str, int, int]]) -> Reading:
        """Words that signs part, each as it stands."""
        known = [(ordinal, self._codes.get(text, COMMON), start, end) for ordinal, text, start, end in words]
        tokens = tuple(
            Token(ordinal, code, start, end, EXACT, False) for ordinal, code, start, end in known if code >= 0
        )
        return Reading(len(words), tokens, False, False)

    def _may_be_another(self, word: str) -> bool:
        code = self._codes.get(word)
        if not word.isascii() or not word.isalpha():
            return False
        return code is None or code == COMMON or not self._index.flags[code] & WordFlag.TYPE

    def _sort(self, chunk: str, into: _Sorted) -> None:
        """Read a chunk if it is known as it stands; else put it with those of its kind."""
        lower = chunk.lower()
        code = self._codes.get(lower)
        if code is not None and (code >= SOFT or lower.isascii()):
            into.readings[chunk] = _known(code, 0, lower)
        elif lower == chunk and lower.isascii() and lower.isalpha() and 1 < len(lower) <= LONGEST_WORD:
            into.plain.append(Unknown(chunk, 0, lower))
        elif len(lower) != len(chunk):  # a letter whose lower case is two
            into.complicated.append(chunk)
        else:
            self._sort_dressed(chunk, lower, into)

    def _sort_dressed(self, chunk: str, lower: str, into: _Sorted) -> None:
        """The same for a chunk with capitals, punctuation around it, accents or signs."""
        core = lower.strip(_STRIPPED)
        start = lower.find(core)
        if core.isalpha() and len(core) <= LONGEST_WORD:
            flat = core if core.isascii() else core.translate(_ACCENTS)
            if flat.isascii():
                code = self._codes.get(flat)
                if code is not None:
                    into.readings[chunk] = _known(code, start, flat)
                    return
                if _is_plain(chunk, start, flat):
                    into.plain.append(Unknown(chunk, start, flat))
                    return
        if not core.isascii() and _FOREIGN_ROW.fullmatch(core) and self._sort_foreign(chunk, start, core, into):
            return
        if not core and not SIGN.search(lower):
            into.readings[chunk] = NOTHING
        elif core and not LETTER.search(folded_letters(core)):
            into.readings[chunk] = _number(core, start, self._codes)
        else:
            into.complicated.append(chunk)

    def _sort_foreign(self, chunk: str, start: int, core: str, into: _Sorted) -> bool:
        """The same for words of another alphabet; not if they only look like ones."""
        words: list[Unknown] = []
        for match in _FOREIGN_WORD.finditer(core):
            first, last = start + match.start(), start + match.end()
            folded = folded_letters(match[0])
            odd = ODD.search(folded) and as_seen(chunk[first:last]).isascii()
            if odd or not folded.isalpha() or len(folded) != last - first or len(folded) > LONGEST_WORD:
                return False
            words.append(Unknown(chunk, first, folded))
        if len(words) > 1 and all(len(word.text) == 1 for word in words):
            return False  # letters spelled out
        into.foreign[chunk] = words
        return True

    def _most_alike(self, written: Sequence[str], codes: Iterable[int]) -> tuple[Meaning, ...]:
        """Of words that sound or look much like a foreign one, those that one of its spellings comes nearest to."""
        words = self._index.words
        distances = {code: min(OSA.distance(each, words[code]) for each in written) for code in codes}
        least = min(distances.values(), default=0)
        length = len(written[0]) if written else 0
        if least > (1 + length // 3 if length < _LONG_FOREIGN else length // 2):
            return ()
        near = [code for code, distance in distances.items() if distance == least][:MOST_ALIKE]
        return tuple(Meaning(code, max(_FOREIGN - _FOREIGN_STEP * least, _HEARD_LOOSELY)) for code in near)

    def _without_held(self, sorted_out: _Sorted) -> list[tuple[str, Options]]:
        """Takes out the plain words with a letter held down, which may be read in several ways."""
        if not HELD.search(" ".join(word.text for word in sorted_out.plain)):
            return []
        held = [word.chunk for word in sorted_out.plain if HELD.search(word.text)]
        sorted_out.plain = [word for word in sorted_out.plain if not HELD.search(word.text)]
        return [(chunk, options_for(chunk, self._codes)) for chunk in held]

    # ------------------------------------------------------------ plain words

    def _plain(self, word: Unknown, asked: _Asked) -> Reading:
        """An unknown word of plain letters: misspelt, alike to the ear, or glued."""
        meanings = asked.meanings.get(word.text, ())
        value = max((_value_of(meaning.confidence, len(word.text)) for meaning in meanings), default=0.0)
        split = asked.splits.get(word.text)
        if split and split.value > value:
            piece = Piece(word.start, word.end, word.text)
            return self._as_reading([(piece, split)], None, asked, unknown=True)
        if not meanings:
            return UNKNOWN_WORD
        tokens = tuple(Token(0, code, word.start, word.end, sure, True) for code, sure in meanings)
        return Reading(1, tokens, False, unknown=True, by_ear=is_by_ear(asked.heard.get(word.text, ())))

    # ------------------------------------------------------------ everything else

    def _ask(self, options: Options, asked: _Asked) -> None:
        for way in options.ways:
            for piece in way.pieces:
                text = piece.text
                if text in self._codes or text in asked.words or len(text) > LONGEST_WORD:
                    continue
                if "|" in text:
                    known = (self._codes[each] for each in text.split("|"))
                    asked.meanings[text] = tuple(Meaning(code, EXACT) for code in known if code >= 0)
                elif "?" in text:
                    asked.starred[text] = None
                elif text.isascii() and text.isalpha():
                    if piece.foreign:
                        asked.foreign[text] = None
                    else:
                        asked.words[text] = piece.capitals

    def _look_up(self, asked: _Asked) -> None:
        """Find what the gathered words may mean."""
        index = self._index
        wanted = [word for word in chain(asked.words, asked.foreign) if len(word) <= LONGEST]
        misspelt = nearest(wanted, index.remnants, index.fuzzy)
        heard = asked.heard = self._ear.heard(wanted)
        foreign = [word for word in asked.foreign if len(word) <= LONGEST]
        for word in misspelt.keys() | heard.keys() if asked.words else ():
            if word in asked.words:
                asked.meanings[word] = self._meanings(word, misspelt.get(word, ()), heard.get(word, ()))
        for word in foreign:
            codes = (int(index.fuzzy_codes[spelling]) for spelling, _ in misspelt.get(word, ()))
            every = dict.fromkeys((*codes, *(each.code for each in heard.get(word, ()))))
            if every:
                asked.meanings.setdefault(word, self._most_alike([word], every))
        asked.splits = self._gluer.split(asked.words)
        for pattern in asked.starred:
            asked.meanings[pattern] = self._starred(pattern)

    def _meanings(self, word: str, misspelt: Sequence[Near], heard: Sequence[Meaning]) -> tuple[Meaning, ...]:
        """What an unknown word may mean: what is nearest in letters, and what sounds alike."""
        found: dict[int, float] = {}
        for spelling, edits in misspelt:
            code = int(self._index.fuzzy_codes[spelling])
            # Two slips make too many other words of a word for a kind of place.
            if edits == 1 or not self._index.flags[code] & WordFlag.TYPE:
                found[code] = (_ONE_EDIT if edits == 1 else _TWO_EDITS) - (0.05 if len(word) <= 5 else 0.0)
        for code, sure in heard:
            found[code] = _NEAR_AND_HEARD if found.get(code, 0.0) >= _SHORT_EDIT else max(found.get(code, 0.0), sure)
        return tuple(Meaning(code, sure) for code, sure in found.items())

    def _starred(self, pattern: str) -> tuple[Meaning, ...]:
        """The known words a word with letters hidden may be."""
        length = len(pattern)
        shown = [at for at, letter in enumerate(pattern) if letter != "?"]
        if len(shown) < max(_FEWEST_SHOWN, length // 2) or length > LONGEST:
            return ()
        index = self._index
        rows = slice(int(index.spelled_starts[length]), int(index.spelled_starts[length + 1]))
        letters, codes = index.spelled.reshape(-1, LONGEST)[rows], index.spelled_codes[rows]
        matching = np.ones(len(codes), bool)
        for at in shown:
            matching &= letters[:, at] == ord(pattern[at])
        found = codes[matching]
        types = [code for code in found.tolist() if self._index.flags[code] & WordFlag.TYPE]
        chosen = types or found.tolist()
        if len(chosen) > _MOST_STARRED:
            return ()
        return tuple(Meaning(code, _STARRED if len(chosen) <= _FEW_STARRED else _STARRED_MANY) for code in chosen)

    def _chosen(self, options: Options, asked: _Asked) -> Reading:
        """The combination of ways that recognises most of a chunk."""
        if not options.runs:
            return NOTHING
        best: list[tuple[float, int, _Pieces]] = [(0.0, 0, ()), *[(-1.0, 0, ())] * options.runs]
        for way in sorted(options.ways, key=_end_of):
            pieces, value = self._valued(way.pieces, asked)
            total = best[way.first][0] + value
            if total > best[way.last][0]:
                best[way.last] = total, way.first, pieces
        pieces_found: list[tuple[Piece, Split | None]] = []
        last = options.runs
        while last > 0:
            _, first, pieces = best[last]
            pieces_found[:0] = pieces
            last = first
        return self._as_reading(pieces_found, options.text, asked, unknown=options.runs == 1)

    def _valued(self, way: Sequence[Piece], asked: _Asked) -> tuple[_Pieces, float]:
        """A way with how its glued words are cut, and how much it recognises."""
        pieces: list[tuple[Piece, Split | None]] = []
        total = 0.0
        for piece in way:
            size = piece.end - piece.start if "|" in piece.text else len(piece.text)
            code = self._codes.get(piece.text)
            split = None
            if code is not None:
                share = SHARES.get(code, 1.0)
                value = share * size**2 * piece.confidence
            else:
                meanings = asked.meanings.get(piece.text, ())
                value = max((_value_of(meaning.confidence, size) for meaning in meanings), default=0.0)
                if size <= _SHORT_STARRED and "?" in piece.text:
                    value *= _SHORT_STARRED_SHARE
                if size == piece.end - piece.start and not piece.foreign:
                    split = asked.splits.get(piece.text)
                if split and split.value > value:
                    value = split.value * GLUED
                else:
                    split = None
                value *= piece.confidence
            total += value
            pieces.append((piece, split))
        return tuple(pieces), total

    def _as_reading(
        self, pieces: Sequence[tuple[Piece, Split | None]], text: Text | None, asked: _Asked, *, unknown: bool
    ) -> Reading:
        tokens: list[Token] = []
        ordinal = 0
        for piece, split in pieces:
            if split:
                for cut in split.pieces:
                    start, end = piece.start + cut.start, piece.start + cut.end
                    span = text.raw_span(start, end) if text else (start, end)
                    tokens.append(Token(ordinal + cut.ordinal, cut.code, *span, piece.confidence * GLUED, True))
                ordinal += split.length
                continue
            code = self._codes.get(piece.text)
            if code == SOFT:
                continue
            start, end = text.raw_span(piece.start, piece.end) if text else (piece.start, piece.end)
            if code is None:
                tokens += (
                    Token(ordinal, meaning.code, start, end, meaning.confidence * piece.confidence, True)
                    for meaning in asked.meanings.get(piece.text, ())
                )
            elif code >= 0:
                tokens.append(Token(ordinal, code, start, end, piece.confidence, piece.disguised))
            ordinal += 1
        single = len(pieces) == 1 and len(pieces[0][0].text) == 1
        by_ear = any(is_by_ear(asked.heard.get(piece.text, ())) for piece, _ in pieces)
        return Reading(ordinal, tuple(tokens), single, unknown and not tokens, by_ear=by_ear)


def _is_plain(chunk: str, start: int, core: str) -> bool:
    """Whether the chunk is one word of letters without capitals inside."""
    written = chunk[start : start + len(core)]
    return len(core) == len(written) and 1 < len(core) <= LONGEST_WORD and (written[1:].islower() or written.isupper())


def _known(code: int, start: int, core: str) -> Reading:
    if code >= 0:
        return Reading(1, (Token(0, code, start, start + len(core), EXACT, False),), len(core) == 1, False)
    if len(core) == 1:
        return Reading(0 if code == SOFT else 1, (), True, False)
    return SOFT_WORD if code == SOFT and core else NOTHING if code == SOFT else ONE_WORD


def _number(core: str, start: int, codes: Mapping[str, int]) -> Reading:
    """A chunk without letters: a number may be part of a name, signs are nothing."""
    return _known(codes.get(core, COMMON) if core.isdigit() else COMMON, start, core)


def _value_of(confidence: float, length: int) -> float:
    return length * length * confidence * confidence * (1.0 if confidence == EXACT else 0.9)


def _end_of(way: Way) -> int:
    return way.last


def _accents() -> dict[int, str]:
    folded = ((code, fold(chr(code)).folded) for code in range(0xC0, 0x250))
    return {code: letter for code, letter in folded if len(letter) == 1 and letter.isascii()}


_ACCENTS = _accents()
