"""How a stretch of text without blanks may be read: which words of the watchlist it holds, and where exactly.

Most stretches are one plain word, known or not, and cost a look into a dictionary. The others are read in every way
a seller may have written them — as look-alikes, as leetspeak, transliterated, glued, cut at capitals, with letters
spaced, starred or dotted out — and the reading that recognises most letters stands. Rarity plays no part: two rare
scraps would beat the real word. What is nobody's word is looked up among the misspelt and the alike to the ear, for
all stretches of a batch at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, islice, product
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from detectors.index import COMMON, SOFT, Index, WordFlag
from detectors.name_words import CANONICAL, TYPE_WORDS
from detectors.normalisation import Text, as_latin, fold, leet_readings, raw_letters
from detectors.spelling import LONGEST, Near, letters_of, loose_sounds, nearest, sounds, unique_lists
from detectors.transliteration import letter_sounds, spellings

LONGEST_WORD = 64  # letters of a run worth reading

_STRIPPED = ".,;:!?\"'()[]{}<>«»“”‘’„…-–—_*#•~/\\|=&"
_RUN = re.compile(r"[^\W_]+")
_SEGMENT = re.compile(r"(?:[^\W_]|[@$!|€£+])+")
_SIGN = re.compile(r"[@$!|€£+]")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FLAG = re.compile(r"[\U0001f1e6-\U0001f1ff]")
_LETTER = re.compile(r"[^\W\d_]")
_HELD = re.compile(r"(.)\1{2,}")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_STARS = re.compile(r"[^\W\d_]+(?:[*•·∙✱×#?_.…~^█░▒■●◯%&=+-]{1,4}[^\W\d_]+)+")
_JOINT = re.compile(r"[a-z0-9]+(?:[-_./+][a-z0-9]+)+")  # signs that join words
_STAR = re.compile(r"[^a-z]")
_CLOSING = "!|+"
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+){1,5}")
_DOT = re.compile(r"\.(?=.*\.)")

EXACT, DECODED, GLUED = 1.0, 0.97, 0.97
_ONE_EDIT, _TWO_EDITS, _HEARD, _HEARD_LOOSELY, _STARRED, _STARRED_MANY = 0.9, 0.78, 0.8, 0.75, 0.9, 0.86
_SHORT_EDIT, _NEAR_AND_HEARD = 0.85, 0.93
_FOREIGN, _FOREIGN_STEP = 0.97, 0.05  # confidence in a transliterated word, and what each letter amiss takes from it
_FEWEST_SHOWN = 2  # letters of a starred word
_SHORTEST_STARRED = 3  # letters shown of a starred word of several runs
_SHORTEST_GLUED = 6
_SOFT_SHARE, _COMMON_SHARE = 0.75, 0.7  # of a word of names, what an article, an everyday word is worth
_GLUED_SHORT = WordFlag.TYPE | WordFlag.FREQUENT  # what a short piece of a glued word must be
_LEAST_PIECE = 3.8  # letters of the pieces of a glued word, on the average of its letters
_SCRAP = 10.4  # evidence of a word that stands in one or two names only
_SHORTEST_RARE_GLUED = 5
_FEW_STARRED, _MOST_STARRED = 4, 12  # known words a starred one may be
_SHORTEST_HEARD = 4
_LONG_FOREIGN = 7  # letters from which the sound outweighs the letters
_SHORTEST_FOREIGN = 3  # letters of a word of another alphabet that may be a French one
_MOST_ALIKE = 4  # known words of one sound that an unknown one may be
_MOST_RUNS = 24  # of a chunk that are combined
_MOST_JOINED = 4
_MOST_UNKNOWN_SPELLINGS = 2  # of a foreign word that are looked for among the misspelt
_SHORTEST_ITSELF = 3  # letters of a run beside a hyphen that is a word rather than a scrap of one
_MOST_COMBINATIONS = 256
_LONGEST_NUMBER_WORD = 6
_SHORTEST_MEANT = 5


class Piece(NamedTuple):
    """A part of a chunk that may be a word: its folded span, and what it may spell."""

    start: int
    end: int
    text: str
    confidence: float = EXACT
    disguised: bool = False
    foreign: bool = False  # stood in another alphabet


class Token(NamedTuple):
    """A word of the watchlist in a chunk."""

    ordinal: int  # its place in the row of the chunk's words
    code: int
    start: int  # positions within the chunk as written
    end: int
    confidence: float
    disguised: bool


class Reading(NamedTuple):
    """How a chunk is read."""

    length: int  # words it counts for; articles and punctuation count nothing
    tokens: tuple[Token, ...]
    single_letter: bool
    unknown: str  # its letters, where it is nobody's word
    soft: bool = False  # an article or the like


class Meaning(NamedTuple):
    """A word something may mean."""

    code: int
    confidence: float


@dataclass(slots=True)
class _Asked:
    """What is not known as it stands, gathered to be looked up at once."""

    words: dict[str, None] = field(default_factory=dict)
    foreign: dict[str, None] = field(default_factory=dict)  # words that stood in another alphabet, in Latin letters
    starred: dict[str, None] = field(default_factory=dict)
    meanings: dict[str, tuple[Meaning, ...]] = field(default_factory=dict)


class Way(NamedTuple):
    """A way to read some runs of letters and digits of a chunk, from the first up to the last."""

    first: int
    last: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Options:
    """The ways to read one chunk; together they may be combined."""

    text: Text  # the chunk, folded
    runs: int
    ways: tuple[Way, ...]


NOTHING = Reading(0, (), False, "")
_SOFT_WORD = Reading(0, (), False, "", soft=True)
_ONE_WORD = Reading(1, (), False, "")


class Reader:
    """Reads chunks against an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._codes = index.codes
        self._gluable = _gluable(index)
        self._by_length: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def read(self, chunks: Iterable[str]) -> dict[str, Reading]:
        """The reading of each of these chunks."""
        readings: dict[str, Reading] = {}
        plain: list[tuple[str, int, str]] = []
        complicated: list[tuple[str, _Options]] = []
        asked = _Asked()
        codes = self._codes
        for chunk in chunks:
            lower = chunk.lower()
            if len(lower) != len(chunk):  # a letter whose lower case is two
                options = _options(chunk, codes)
                complicated.append((chunk, options))
                self._ask(options, asked)
                continue
            code = codes.get(lower)
            start = 0
            if code == COMMON and not lower.isascii():
                code = None  # an everyday word there may be a French one in its letters
            if code is None:
                core = lower.strip(_STRIPPED)
                code = codes.get(core) if core else SOFT
                if code == COMMON and not core.isascii():
                    code = None
                start = lower.find(core) if core else 0
                if code is None:
                    if core.isalpha() and (core.isascii() or core.translate(_ACCENTS).isascii()):
                        core = core.translate(_ACCENTS)
                        code = codes.get(core)
                        if code is None and self._is_plain(chunk, start, core):
                            plain.append((chunk, start, core))
                            asked.words[core] = None
                            continue
                    if code is None:
                        options = _options(chunk, codes)
                        complicated.append((chunk, options))
                        self._ask(options, asked)
                        continue
            else:
                core = lower
            readings[chunk] = _known(code, start, core)
        self._look_up(asked)
        for chunk, start, core in plain:
            readings[chunk] = self._plain(chunk, start, core, asked)
        for chunk, options in complicated:
            readings[chunk] = self._chosen(options, asked)
        return readings

    @staticmethod
    def _is_plain(chunk: str, start: int, core: str) -> bool:
        """Whether the chunk is one word of letters without capitals inside."""
        written = chunk[start : start + len(core)]
        return (
            len(core) == len(written)
            and 1 < len(core) <= LONGEST_WORD
            and (written[1:].islower() or written.isupper())
            and not _HELD.search(core)
        )

    # ------------------------------------------------------------ plain words

    def _plain(self, chunk: str, start: int, core: str, asked: _Asked) -> Reading:
        """An unknown word of plain letters: misspelt, alike to the ear, or glued."""
        meanings = asked.meanings.get(core, ())
        value = max((_value_of(meaning.confidence, len(core)) for meaning in meanings), default=0.0)
        if glued := self._glued(core, value):
            pieces = [Piece(start + first, start + last, word, GLUED, True) for first, last, word in glued]
            return self._as_reading(pieces, None, asked, core)
        unknown = core if len(core) == len(chunk.strip(_STRIPPED)) else ""
        if not meanings:
            return Reading(1, (), False, unknown)
        tokens = tuple(Token(0, code, start, start + len(core), sure, True) for code, sure in meanings)
        return Reading(1, tokens, False, unknown)

    def _glued(self, word: str, at_least: float) -> list[tuple[int, int, str]]:
        """The known words a word is made of, where together they explain more than `at_least`; else nothing."""
        length = len(word)
        if length < _SHORTEST_GLUED or length > LONGEST_WORD:
            return []
        codes, gluable, flags = self._codes, self._gluable, self._index.flags
        best: list[tuple[float, int]] = [(0.0, -1)] + [(-1.0, -1)] * length
        for end in range(2, length + 1):
            for start in range(max(0, end - 20), end - 1):
                if best[start][0] < 0 or (start == 1):
                    continue
                code = gluable.get(word[start:end])
                if code is None:
                    continue
                size = end - start
                if size < 4 and code != SOFT and (code < 0 or not flags[code] & _GLUED_SHORT):
                    continue
                value = best[start][0] + (size * size if size >= 3 or code >= 0 else 1.0)
                if value > best[end][0]:
                    best[end] = (value, start)
        if best[length][0] <= max(at_least, 0.0):
            return []
        pieces: list[tuple[int, int, str]] = []
        end = length
        while end > 0:
            start = best[end][1]
            pieces.append((start, end, word[start:end]))
            end = start
        pieces.reverse()
        telling = [last - first for first, last, text in pieces if codes[text] != SOFT]
        if len(telling) < 1 or len(pieces) < 2 or max(telling) < 4 or len(pieces) > 2 + length // 5:
            return []
        # Two short words side by side make up too many others.
        return pieces if best[length][0] >= _LEAST_PIECE * length else []

    # ------------------------------------------------------------ everything else

    def _ask(self, options: _Options, asked: _Asked) -> None:
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
                    asked.words[text] = None
                    if piece.foreign:
                        asked.foreign[text] = None

    def _look_up(self, asked: _Asked) -> None:
        """Find what the gathered words may mean."""
        index = self._index
        wanted = [word for word in asked.words if len(word) <= LONGEST]
        misspelt = nearest(wanted, index.remnants, index.fuzzy)
        long = [word for word in wanted if len(word) >= _SHORTEST_HEARD]
        heard = unique_lists(index.heard.find(sounds(long)), long) if long else {}
        foreign = [word for word in asked.foreign if len(word) <= LONGEST]
        loosely = unique_lists(index.heard_loosely.find(loose_sounds(foreign)), foreign) if foreign else {}
        for word in asked.words:
            near, alike = misspelt.get(word, ()), heard.get(word, ())
            if word in asked.foreign:
                found = self._foreign_meanings(word, near, (*alike, *loosely.get(word, ())))
            else:
                found = self._meanings(word, near, alike)
            if found:
                asked.meanings[word] = found
        for pattern in asked.starred:
            asked.meanings[pattern] = self._starred(pattern)

    def _meanings(self, word: str, misspelt: Sequence[Near], heard: Sequence[int]) -> tuple[Meaning, ...]:
        """What an unknown word may mean: what is nearest in letters, and what sounds alike."""
        found: dict[int, float] = {}
        for spelling, edits in misspelt:
            code = int(self._index.fuzzy_codes[spelling])
            # Two slips make too many other words of a word for a kind of place.
            if edits == 1 or not self._index.flags[code] & WordFlag.TYPE:
                found[code] = (_ONE_EDIT if edits == 1 else _TWO_EDITS) - (0.05 if len(word) <= 5 else 0.0)
        for code in self._alike(word, heard):
            found[code] = _NEAR_AND_HEARD if found.get(code, 0.0) >= _SHORT_EDIT else max(found.get(code, 0.0), _HEARD)
        return tuple(Meaning(code, sure) for code, sure in found.items())

    def _foreign_meanings(self, word: str, misspelt: Sequence[Near], alike: Iterable[int]) -> tuple[Meaning, ...]:
        """What a word of another alphabet may mean: of all that is near or sounds alike, what is written most alike."""
        distances = {int(self._index.fuzzy_codes[spelling]): edits for spelling, edits in misspelt}
        for code in alike:
            distances.setdefault(code, OSA.distance(word, self._index.words[code]))
        least = min(distances.values(), default=0)
        if least > (1 + len(word) // 3 if len(word) < _LONG_FOREIGN else len(word) // 2):
            return ()
        near = [code for code, distance in distances.items() if distance == least][:_MOST_ALIKE]
        return tuple(Meaning(code, max(_FOREIGN - _FOREIGN_STEP * least, _HEARD_LOOSELY)) for code in near)

    def _alike(self, word: str, codes: Sequence[int]) -> list[int]:
        """Those of the words of one sound that are written most alike."""
        if len(codes) <= 1:
            return list(codes)
        near = sorted((OSA.distance(word, self._index.words[code]), code) for code in codes)
        return [code for distance, code in near if distance <= near[0][0] + 1][:_MOST_ALIKE]

    def _starred(self, pattern: str) -> tuple[Meaning, ...]:
        """The known words a word with letters hidden may be."""
        length = len(pattern)
        shown = [at for at, letter in enumerate(pattern) if letter != "?"]
        if len(shown) < max(_FEWEST_SHOWN, length // 2) or length > LONGEST:
            return ()
        letters, codes = self._words_of_length(length)
        matching = np.ones(len(codes), bool)
        for at in shown:
            matching &= letters[:, at] == ord(pattern[at])
        found = codes[matching]
        types = [code for code in found.tolist() if self._index.flags[code] & WordFlag.TYPE]
        chosen = types or found.tolist()
        if len(chosen) > _MOST_STARRED:
            return ()
        return tuple(Meaning(code, _STARRED if len(chosen) <= _FEW_STARRED else _STARRED_MANY) for code in chosen)

    def _words_of_length(self, length: int) -> tuple[np.ndarray, np.ndarray]:
        if length not in self._by_length:
            words = [
                (word, code)
                for code, word in enumerate(self._index.words)
                if len(word) == length and word.isascii() and word.isalpha()
            ]
            letters = letters_of([word for word, _ in words], length) if words else np.empty((0, length), np.uint8)
            self._by_length[length] = letters, np.array([code for _, code in words], np.int64)
        return self._by_length[length]

    def _chosen(self, options: _Options, asked: _Asked) -> Reading:
        """The combination of ways that recognises most of a chunk."""
        if not options.runs:
            return NOTHING
        best: list[tuple[float, int, tuple[Piece, ...]]] = [(0.0, 0, ())] + [(-1.0, 0, ())] * options.runs
        for way in sorted(options.ways, key=_end_of):
            pieces, value = self._valued(way.pieces, asked)
            total = best[way.first][0] + value
            if total > best[way.last][0]:
                best[way.last] = total, way.first, pieces
        pieces_found: list[Piece] = []
        last = options.runs
        while last > 0:
            _, first, pieces = best[last]
            pieces_found[:0] = pieces
            last = first
        unknown = pieces_found[0].text if options.runs == 1 and pieces_found else ""
        return self._as_reading(pieces_found, options.text, asked, unknown)

    def _valued(self, way: Sequence[Piece], asked: _Asked) -> tuple[tuple[Piece, ...], float]:
        """A way with its glued words taken apart, and how much it recognises."""
        pieces: list[Piece] = []
        total = 0.0
        for piece in way:
            size = piece.end - piece.start if "|" in piece.text else len(piece.text)
            code = self._codes.get(piece.text)
            if code is not None:
                total += (1.0 if code >= 0 else _SOFT_SHARE if code == SOFT else _COMMON_SHARE) * size**2 * piece.confidence
                pieces.append(piece)
                continue
            meanings = asked.meanings.get(piece.text, ())
            value = max((_value_of(meaning.confidence, size) for meaning in meanings), default=0.0) * piece.confidence
            is_word = piece.text.isalpha() and piece.text.isascii() and size == piece.end - piece.start and not piece.foreign
            glued = self._glued(piece.text, value) if is_word else []
            if glued:
                total += sum((last - first) ** 2 for first, last, _ in glued) * GLUED * piece.confidence
                start, sure = piece.start, piece.confidence * GLUED
                pieces += (Piece(start + first, start + last, text, sure, True) for first, last, text in glued)
            else:
                total += value
                pieces.append(piece)
        return tuple(pieces), total

    def _as_reading(self, pieces: Sequence[Piece], text: Text | None, asked: _Asked, unknown: str) -> Reading:
        tokens: list[Token] = []
        ordinal = 0
        for piece in pieces:
            start, end = text.raw_span(piece.start, piece.end) if text else (piece.start, piece.end)
            code = self._codes.get(piece.text)
            if code == SOFT:
                continue
            if code is None:
                tokens += (
                    Token(ordinal, meaning.code, start, end, meaning.confidence * piece.confidence, True)
                    for meaning in asked.meanings.get(piece.text, ())
                )
            elif code >= 0:
                tokens.append(Token(ordinal, code, start, end, piece.confidence, piece.disguised))
            ordinal += 1
        single = len(pieces) == 1 and len(pieces[0].text) == 1
        return Reading(ordinal, tuple(tokens), single, unknown if not tokens else "")


def _gluable(index: Index) -> dict[str, int]:
    """The words others may be made of: the register's own scraps are none."""
    telling = index.evidence < _SCRAP
    return {
        word: code
        for word, code in index.codes.items()
        if code < 0 or telling[code] or len(word) >= _SHORTEST_RARE_GLUED
    }


def _known(code: int, start: int, core: str) -> Reading:
    if code >= 0:
        return Reading(1, (Token(0, code, start, start + len(core), EXACT, False),), len(core) == 1, "")
    if len(core) == 1:
        return Reading(0 if code == SOFT else 1, (), True, "")
    return _SOFT_WORD if code == SOFT and core else NOTHING if code == SOFT else _ONE_WORD


def _value_of(confidence: float, length: int) -> float:
    return length * length * confidence * confidence * (1.0 if confidence == EXACT else 0.9)


def _end_of(way: Way) -> int:
    return way.last


# ---------------------------------------------------------------- the ways to read a chunk


def _options(chunk: str, codes: Mapping[str, int]) -> _Options:
    """Every way worth trying to read the runs of letters and digits of a chunk."""
    # Flags between letters are no letters; without any others they are.
    text = fold(_FLAG.sub("•", chunk) if _FLAG.search(chunk) and _LETTER.search(chunk) else chunk)
    folded = text.folded
    runs = [Piece(match.start(), match.end(), match[0]) for match in _RUN.finditer(folded)]
    if len(chunk) > LONGEST_WORD or len(runs) > _MOST_RUNS:
        short = [(at, run) for at, run in enumerate(runs) if len(run.text) <= LONGEST_WORD]
        plain = {at: Way(at, at + 1, ()) for at in range(len(runs))}
        plain |= {at: Way(at, at + 1, (run,)) for at, run in short}
        parts = [Way(at, at + 1, tuple(_parts(run, text))) for at, run in enumerate(runs) if run.text.isascii()]
        return _Options(text, len(runs), (*plain.values(), *parts))
    dressed = not chunk.isascii() and any(letter > "\u024f" for letter in chunk)
    ways: dict[Way, None] = {}
    for at, run in enumerate(runs):
        for pieces in _run_ways(run, text, codes, dressed=dressed):
            ways[Way(at, at + 1, pieces)] = None
    for way in chain(_leet_ways(runs, folded, codes), _host_ways(runs, folded, codes), _spelled_ways(runs)):
        ways[way] = None
    for way in _joined_ways(runs, folded, codes):
        ways[way] = None
    return _Options(text, len(runs), tuple(ways))


def _run_ways(run: Piece, text: Text, codes: Mapping[str, int], *, dressed: bool) -> Iterator[tuple[Piece, ...]]:
    """The ways to read one run."""
    if dressed and run.text.isascii() and not _is_plain_in(run, text):
        run = run._replace(disguised=True)
    yield (run,)
    if codes.get(run.text) == COMMON and not run.text.isascii():
        # An everyday word there may be a French one in its letters.
        for spelled in _known_spellings(run.text, codes):
            yield (run._replace(text=spelled, confidence=DECODED, disguised=True, foreign=True),)
    if run.text in codes:
        return
    if run.text.isascii():
        yield tuple(_parts(run, text))
        if not run.text.isalpha():
            for spelled in _leet(run.text, codes):
                yield (run._replace(text=spelled, confidence=DECODED, disguised=True),)
        elif _HELD.search(run.text):
            for kept in (r"\1\1", r"\1"):
                yield (run._replace(text=_HELD.sub(kept, run.text), confidence=DECODED, disguised=True),)
    if not run.text.isascii() or dressed:
        for spelled in _in_latin(run, text, codes):
            yield (run._replace(text=spelled, confidence=DECODED, disguised=True, foreign=not run.text.isascii()),)


def _is_plain_in(run: Piece, text: Text) -> bool:
    start, end = text.raw_span(run.start, run.end)
    return end - start == len(run.text) and all(letter < "\u0250" for letter in text.raw[start:end])


def _parts(run: Piece, text: Text) -> Iterator[Piece]:
    """A run cut at its capitals, and where letters and digits meet."""
    written = "".join(
        folded.upper() if raw.isupper() else folded for raw, folded in raw_letters(text, run.start, run.end)
    )
    pattern = _PARTS if written.islower() or written.isupper() or len(written) != len(run.text) else _CAMEL
    for part in pattern.finditer(written):
        if part.end() - part.start() <= LONGEST_WORD:
            first, last = part.span()
            yield run._replace(start=run.start + first, end=run.start + last, text=run.text[first:last])


def _in_latin(run: Piece, text: Text, codes: Mapping[str, int]) -> Iterator[str]:
    """What a run with letters of other scripts may spell: by their sound, by their shape, or some of each."""
    if not run.text.isascii():
        yield from _known_spellings(run.text, codes)
        yield from islice(spellings(run.text), _MOST_UNKNOWN_SPELLINGS)
        seen = as_latin(text, run.start, run.end)
        if seen.isascii() and seen in codes:
            yield seen
    letters = [_letter_choices(*pair) for pair in raw_letters(text, run.start, run.end)]
    combinations = 1
    for choices in letters:
        combinations *= len(choices)
    if 1 < combinations <= _MOST_COMBINATIONS:
        # Only those that are words: with a dozen letters of two meanings any other choice is noise.
        words = [word for word in map("".join, product(*letters)) if codes.get(word, COMMON) >= SOFT]
        if words:
            yield "|".join(words[:_MOST_ALIKE])
    if 1 < combinations and any(written.isascii() for written, _ in raw_letters(text, run.start, run.end)):
        yield "".join(choices[-1] for choices in letters)


def _known_spellings(word: str, codes: Mapping[str, int]) -> Iterator[str]:
    """Those of a foreign word's spellings that are words: an article alone, or all others as one choice."""
    known = [spelled for spelled in spellings(word) if codes.get(spelled, COMMON) != COMMON]
    articles = [spelled for spelled in known if codes[spelled] == SOFT]
    if articles:
        yield articles[0]
    elif known and (len(word) >= _SHORTEST_FOREIGN or known[0] in TYPE_WORDS):
        yield "|".join(known[:_MOST_ALIKE])


def _letter_choices(written: str, folded: str) -> tuple[str, ...]:
    if written.isascii():
        return (folded,)
    return tuple(
        dict.fromkeys(each for each in (folded, letter_sounds(written.lower())) if each.isascii() and each)
    ) or (folded,)


def _leet(written: str, codes: Mapping[str, int]) -> Iterator[str]:
    """What digits and signs may spell; what may as well be a number and its unit only if that is a short known word."""
    if written.isdigit():
        return
    spelled = leet_readings(written.replace("2", "z")) or leet_readings(written)
    yield from spelled
    if not spelled and len(written) <= _LONGEST_NUMBER_WORD:
        # A letter before keeps the number from being seen as one.
        readings = (each[1:] for each in leet_readings(f"x{written.replace('2', 'z')}"))
        yield from (each for each in readings if _is_surely_meant(each, codes))


def _is_surely_meant(word: str, codes: Mapping[str, int]) -> bool:
    """Whether a word is likelier than the number and unit it is written as."""
    code = codes.get(word, COMMON)
    return code == SOFT or word in TYPE_WORDS or word in CANONICAL or (code >= 0 and len(word) >= _SHORTEST_MEANT)


def _leet_ways(runs: Sequence[Piece], folded: str, codes: Mapping[str, int]) -> Iterator[Way]:
    """Digits and signs for letters, also where a sign parts two runs: `$@int`."""
    if not _SIGN.search(folded):
        return
    for segment in _SEGMENT.finditer(folded):
        for core in dict.fromkeys((segment[0].rstrip(_CLOSING), segment[0])):
            start, end = segment.start(), segment.start() + len(core)
            covered = [at for at, run in enumerate(runs) if run.start < end and run.end > start]
            if covered:
                for spelled in _leet(core, codes):
                    yield Way(covered[0], covered[-1] + 1, (Piece(start, end, spelled, DECODED, True),))


def _host_ways(runs: Sequence[Piece], folded: str, codes: Mapping[str, int]) -> Iterator[Way]:
    """A watched internet domain, or a host below it."""
    for host in _HOST.finditer(folded):
        for start in (host.start(), *(host.start() + dot.end() for dot in _DOT.finditer(host[0]))):
            if folded[start : host.end()] in codes:
                covered = [at for at, run in enumerate(runs) if run.start < host.end() and run.end > start]
                yield Way(covered[0], covered[-1] + 1, (Piece(start, host.end(), folded[start : host.end()]),))


def _spelled_ways(runs: Sequence[Piece]) -> Iterator[Way]:
    """Single letters in a row are one word: `d.e.d.a.l.u.s`, `C.H.U`."""
    for single, group in groupby(enumerate(runs), key=lambda pair: len(pair[1].text) == 1):
        row = list(group)
        if single and len(row) > 1:
            (first, opening), (last, closing) = row[0], row[-1]
            joined = "".join(run.text for _, run in row)
            yield Way(first, last + 1, (Piece(opening.start, closing.end, joined, DECODED, len(row) > 4),))


def _is_word(run: Piece, codes: Mapping[str, int]) -> bool:
    """Whether a run stands for itself rather than for a scrap of a word."""
    code = codes.get(run.text)
    return code is not None and (code == SOFT or len(run.text) >= _SHORTEST_ITSELF)


def _joined_ways(runs: Sequence[Piece], folded: str, codes: Mapping[str, int]) -> Iterator[Way]:
    """Runs that signs part, as one word, with or without a letter hidden behind each sign."""
    for first in range(len(runs)):
        for last in range(first + 2, min(first + _MOST_JOINED, len(runs)) + 1):
            row = runs[first:last]
            start, end = row[0].start, row[-1].end
            joined = "".join(run.text for run in row)
            between = folded[start:end]
            if len(joined) > LONGEST_WORD or not joined.isascii() or "'" in between:
                break
            if _JOINT.fullmatch(between) and all(_is_word(run, codes) for run in row):
                continue
            if joined in codes or any(run.text not in codes for run in row):
                yield Way(first, last, (Piece(start, end, joined, DECODED, True),))
            if (
                joined.isalpha()
                and len(joined) >= _SHORTEST_STARRED
                and any(len(run.text) > 1 for run in row)
                and _STARS.fullmatch(between)
            ):
                yield Way(first, last, (Piece(start, end, _STAR.sub("?", between), DECODED, True),))


def _accents() -> dict[int, str]:
    folded = ((code, fold(chr(code)).folded) for code in range(0xC0, 0x250))
    return {code: letter for code, letter in folded if len(letter) == 1 and letter.isascii()}


_ACCENTS = _accents()
