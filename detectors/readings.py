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
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from detectors.index import COMMON, SOFT, Index, WordFlag
from detectors.name_words import CANONICAL, TYPE_WORDS
from detectors.normalisation import Text, as_latin, as_seen, fold, folded_letters, leet_readings, raw_letters
from detectors.spelling import LONGEST, Near, letters_of, loose_sounds, nearest, sounds, splittable, unique_lists
from detectors.transliteration import letter_sounds, likeliest, spellings

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
_FOREIGN_WORD = re.compile(r"[\u0370-\u1dff]+")  # letters of one script other than Latin, more or less
# Letters no Russian, Greek or Arabic word is written with: they stand there for their shape.
_ODD = re.compile(r"[\u0400-\u040f\u0450-\u052f\u0531-\u058f\u0590-\u05ff\u10a0-\u1dff]")
# Scripts few posts are written in, and with letters that stand for several sounds each.
_SEVERAL = re.compile(r"[\u0370-\u03ff\u0600-\u06ff]")
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
_GLUED_SHORT = int(WordFlag.TYPE | WordFlag.FREQUENT)  # what a short piece of a glued word must be
_NO_SCRAP = 128  # marks a word that is no scrap of the list
_SHORTEST_PIECE = 4  # letters of a piece of a glued word that need not be frequent
_LEAST_PIECE = 3.8  # letters of the pieces of a glued word, on the average of its letters
_SCRAP = 10.4  # evidence of a word that stands in one or two names only
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
    unknown: bool  # it is nobody's word, or not as it stands
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
    near: dict[str, tuple[Meaning, ...]] = field(default_factory=dict)  # foreign words → all that may be meant
    splittable: set[str] = field(default_factory=set)


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


NOTHING = Reading(0, (), False, False)
SOFT_WORD = Reading(0, (), False, False, soft=True)
ONE_WORD = Reading(1, (), False, False)  # everyday, and of no name
UNKNOWN_WORD = Reading(1, (), False, True)
UNREAD = Reading(1, (), False, True)  # an unknown word that was not looked into


class Reader:
    """Reads chunks against an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._codes = index.codes
        no_scrap = (index.evidence < _SCRAP).astype(np.uint8) * np.uint8(_NO_SCRAP)
        self._glue_flags = ((index.flags & np.uint8(_GLUED_SHORT)) | no_scrap).tobytes()

    def read(self, chunks: Iterable[str], *, known_only: bool = False) -> dict[str, Reading]:
        """The reading of each of these chunks; of words nobody knows only that they are, if just the known are wanted."""
        readings: dict[str, Reading] = {}
        plain: list[tuple[str, int, str]] = []
        foreign: list[tuple[str, int, str, tuple[str, ...]]] = []
        complicated: list[tuple[str, _Options]] = []
        asked = _Asked()
        codes = self._codes
        for chunk in chunks:
            lower = chunk.lower()
            code = codes.get(lower)
            if code is not None and (code >= SOFT or lower.isascii()):
                readings[chunk] = _known(code, 0, lower)
                continue
            if lower == chunk and lower.isascii() and lower.isalpha() and 1 < len(lower) <= LONGEST_WORD:
                plain.append((chunk, 0, lower))
                continue
            core = lower.strip(_STRIPPED)
            if not core:
                if len(lower) == len(chunk) and not _SIGN.search(lower):
                    readings[chunk] = NOTHING
                    continue
            elif core.isalpha() and len(lower) == len(chunk):
                start = lower.find(core)
                if not core.isascii():
                    core = core.translate(_ACCENTS)
                code = codes.get(core)
                if core.isascii():
                    if code is not None:
                        readings[chunk] = _known(code, start, core)
                        continue
                    if _is_plain(chunk, start, core):
                        plain.append((chunk, start, core))
                        continue
                elif _FOREIGN_WORD.fullmatch(core):
                    written = chunk[start : start + len(core)]
                    core = folded_letters(core)
                    seen = as_seen(written)
                    is_odd = seen.isascii() and _ODD.search(core) is not None
                    spelled = likeliest(core) if not _SEVERAL.search(core) else tuple(spellings(core))
                    reading = None if is_odd else self._known_foreign(core, written, start, spelled)
                    if reading:
                        readings[chunk] = reading
                        continue
                    if not is_odd and len(core) <= LONGEST_WORD and core.isalpha():
                        foreign.append((chunk, start, core, spelled))
                        asked.foreign.update(dict.fromkeys(spelled[:2]))
                        continue
            if core and len(lower) == len(chunk) and not _LETTER.search(folded_letters(core)):
                readings[chunk] = _number(core, lower.find(core), codes)
                continue
            options = _options(chunk, codes)
            complicated.append((chunk, options))
            if not known_only:
                self._ask(options, asked)
        if known_only:
            readings.update(dict.fromkeys((chunk for chunk, *_ in chain(plain, foreign)), UNREAD))
            plain, foreign, asked.foreign = [], [], {}
            for _, options in complicated:
                self._ask(options, asked)
        plain = self._without_held(plain, complicated, asked)
        asked.words.update(dict.fromkeys(core for _, _, core in plain))
        self._look_up(asked)
        for chunk, start, core in plain:
            if core in asked.meanings or core in asked.splittable:
                readings[chunk] = self._plain(chunk, start, core, asked)
            else:
                readings[chunk] = UNKNOWN_WORD
        for chunk, start, core, spelled in foreign:
            readings[chunk] = self._foreign(start, core, spelled, asked)
        for chunk, options in complicated:
            readings[chunk] = self._chosen(options, asked)
        return readings

    def _known_foreign(self, core: str, written: str, start: int, spelled: Sequence[str]) -> Reading | None:
        """A word of another alphabet that is one of ours in its letters, or an everyday word there."""
        code = self._codes.get(core)
        if code is not None and code >= SOFT:
            return _known(code, start, core)
        known = [self._codes.get(latin, COMMON) for latin in spelled]
        if SOFT in known:
            return SOFT_WORD
        if len(core) < _SHORTEST_FOREIGN:
            known = [each for each in known if each >= 0 and self._index.flags[each] & WordFlag.TYPE]
        found = dict.fromkeys(each for each in known if each >= 0)
        if not found and code is None:
            # By its shape, if by its sound it is nobody's word.
            seen = self._codes.get(as_seen(written), COMMON)
            found = {seen: None} if seen >= 0 else {}
        if found:
            tokens = tuple(Token(0, each, start, start + len(core), DECODED, True) for each in found)
            return Reading(1, tokens, False, False)
        return ONE_WORD if code == COMMON else None

    def _foreign(self, start: int, core: str, spelled: Sequence[str], asked: _Asked) -> Reading:
        """An unknown word of another alphabet: what it sounds like."""
        meanings = {meaning.code: meaning for latin in spelled[:2] for meaning in asked.near.get(latin, ())}
        end = start + len(core)
        if not meanings:
            return ONE_WORD
        found = self._most_alike(list(spellings(core)), meanings)
        return Reading(1, tuple(Token(0, code, start, end, sure, True) for code, sure in found), False, False)

    def _most_alike(self, written: Sequence[str], codes: Iterable[int]) -> tuple[Meaning, ...]:
        """Of words that sound or look much like a foreign one, those that one of its spellings comes nearest to."""
        words = self._index.words
        distances = {code: min(OSA.distance(each, words[code]) for each in written) for code in codes}
        least = min(distances.values(), default=0)
        length = len(written[0]) if written else 0
        if least > (1 + length // 3 if length < _LONG_FOREIGN else length // 2):
            return ()
        near = [code for code, distance in distances.items() if distance == least][:_MOST_ALIKE]
        return tuple(Meaning(code, max(_FOREIGN - _FOREIGN_STEP * least, _HEARD_LOOSELY)) for code in near)

    def _without_held(
        self, plain: list[tuple[str, int, str]], complicated: list[tuple[str, _Options]], asked: _Asked
    ) -> list[tuple[str, int, str]]:
        """The plain words but those with a letter held down, which may be read in several ways."""
        if not _HELD.search(" ".join(core for _, _, core in plain)):
            return plain
        for chunk, _, core in plain:
            if _HELD.search(core):
                options = _options(chunk, self._codes)
                complicated.append((chunk, options))
                self._ask(options, asked)
        return [each for each in plain if not _HELD.search(each[2])]

    # ------------------------------------------------------------ plain words

    def _plain(self, chunk: str, start: int, core: str, asked: _Asked) -> Reading:
        """An unknown word of plain letters: misspelt, alike to the ear, or glued."""
        meanings = asked.meanings.get(core, ())
        value = max((_value_of(meaning.confidence, len(core)) for meaning in meanings), default=0.0)
        if core in asked.splittable and (glued := self._glued(core, value)):
            pieces = [Piece(start + first, start + last, word, GLUED, True) for first, last, word in glued]
            return self._as_reading(pieces, None, asked, unknown=True)
        if not meanings:
            return UNKNOWN_WORD
        tokens = tuple(Token(0, code, start, start + len(core), sure, True) for code, sure in meanings)
        return Reading(1, tokens, False, unknown=True)

    def _glued(self, word: str, at_least: float) -> list[tuple[int, int, str]]:
        """The known words a word is made of, where together they explain more than `at_least`; else nothing."""
        length = len(word)
        if length < _SHORTEST_GLUED or length > LONGEST_WORD:
            return []
        codes = self._codes
        best: list[tuple[float, int]] = [(0.0, -1)] + [(-1.0, -1)] * length
        for end in range(2, length + 1):
            for start in range(max(0, end - 20), end - 1):
                if best[start][0] < 0 or (start == 1):
                    continue
                size = end - start
                code = codes.get(word[start:end])
                if code is None or not (code == SOFT or self._may_be_glued(code, size)):
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

    def _may_be_glued(self, code: int, size: int) -> bool:
        if size < _SHORTEST_PIECE:
            return code >= 0 and bool(self._glue_flags[code] & _GLUED_SHORT)
        return code < 0 or size > _SHORTEST_PIECE or bool(self._glue_flags[code] & _NO_SCRAP)

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
                    (asked.foreign if piece.foreign else asked.words)[text] = None

    def _look_up(self, asked: _Asked) -> None:
        """Find what the gathered words may mean."""
        index = self._index
        wanted = [word for word in chain(asked.words, asked.foreign) if len(word) <= LONGEST]
        misspelt = nearest(wanted, index.remnants, index.fuzzy)
        long = [word for word in wanted if len(word) >= _SHORTEST_HEARD]
        heard = unique_lists(index.heard.find(sounds(long)), long) if long else {}
        foreign = [word for word in asked.foreign if len(word) <= LONGEST]
        loosely = unique_lists(index.heard_loosely.find(loose_sounds(foreign)), foreign) if foreign else {}
        for word in misspelt.keys() | heard.keys() if asked.words else ():
            if word in asked.words:
                asked.meanings[word] = self._meanings(word, misspelt.get(word, ()), heard.get(word, ()))
        for word in foreign:
            codes = (int(index.fuzzy_codes[spelling]) for spelling, _ in misspelt.get(word, ()))
            every = dict.fromkeys((*codes, *heard.get(word, ()), *loosely.get(word, ())))
            if every:
                asked.near[word] = tuple(Meaning(code, _FOREIGN) for code in every)
                asked.meanings.setdefault(word, self._most_alike([word], every))
        asked.splittable = splittable(list(asked.words), index.gluable)
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
        return self._as_reading(pieces_found, options.text, asked, unknown=options.runs == 1)

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
            glued = self._glued(piece.text, value) if is_word and piece.text in asked.splittable else []
            if glued:
                total += sum((last - first) ** 2 for first, last, _ in glued) * GLUED * piece.confidence
                start, sure = piece.start, piece.confidence * GLUED
                pieces += (Piece(start + first, start + last, text, sure, True) for first, last, text in glued)
            else:
                total += value
                pieces.append(piece)
        return tuple(pieces), total

    def _as_reading(self, pieces: Sequence[Piece], text: Text | None, asked: _Asked, *, unknown: bool) -> Reading:
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
        return Reading(ordinal, tuple(tokens), single, unknown and not tokens)


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
    if run.text in codes and not (dressed and codes[run.text] == COMMON):
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
        if seen.isascii() and (seen in codes or _ODD.search(run.text)):
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
            has_article = any(codes.get(run.text) == SOFT for run in row) and _JOINT.fullmatch(between)
            if not has_article and (joined in codes or any(run.text not in codes for run in row)):
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
