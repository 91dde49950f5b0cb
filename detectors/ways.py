"""The ways a chunk may be written: look-alikes, leetspeak, other alphabets, letters spaced, starred or held down.

Each way covers some of the chunk's runs of letters and digits and says what they may spell; which combination of ways
stands is decided by the reader, who knows the words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice, product
from typing import NamedTuple

from detectors.index import COMMON, SOFT
from detectors.name_words import CANONICAL, TYPE_WORDS
from detectors.normalisation import Text, as_latin, fold, leet_readings, raw_letters
from detectors.transliteration import letter_sounds, spellings

LONGEST_WORD = 128  # letters of a run worth reading
_RUN = re.compile(r"[^\W_]+")
_SEGMENT = re.compile(r"(?:[^\W_]|[@$!|€£+])+")
SIGN = re.compile(r"[@$!|€£+]")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FLAG = re.compile(r"[\U0001f1e6-\U0001f1ff]")
LETTER = re.compile(r"[^\W\d_]")
HELD = re.compile(r"(.)\1{2,}")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_STARS = re.compile(r"[^\W\d_]+(?:[*•·∙✱×#?_.…~^█░▒■●◯%&=+-]{1,4}[^\W\d_]+)+")
_JOINT = re.compile(r"[a-z0-9]+(?:[-_./+][a-z0-9]+)+")  # signs that join words
# Letters no Russian, Greek or Arabic word is written with: they stand there for their shape.
ODD = re.compile(r"[\u0400-\u040f\u0450-\u052f\u0531-\u058f\u0590-\u05ff\u10a0-\u1dff]")
_STAR = re.compile(r"[^a-z]")
_CLOSING = "!|+"
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+){1,5}")
_DOT = re.compile(r"\.(?=.*\.)")
EXACT, DECODED = 1.0, 0.97  # confidence in a word as it stands, and as it was decoded
_SHORTEST_STARRED = 3  # letters shown of a starred word of several runs
SHORTEST_FOREIGN = 3  # letters of a word of another alphabet that may be a French one
MOST_ALIKE = 4  # known words of one sound that an unknown one may be
_MOST_RUNS = 24  # of a chunk that are combined
_MOST_JOINED = 4
_MOST_UNKNOWN_SPELLINGS = 2  # of a foreign word that are looked for among the misspelt
_SHORTEST_ITSELF = 3  # letters of a run beside a hyphen that is a word rather than a scrap of one
_MOST_COMBINATIONS = 256
_LONGEST_NUMBER_WORD = 6
_SHORTEST_MEANT = 4


class Piece(NamedTuple):
    """A part of a chunk that may be a word: its folded span, and what it may spell."""

    start: int
    end: int
    text: str
    confidence: float = EXACT
    disguised: bool = False
    foreign: bool = False  # stood in another alphabet
    capitals: tuple[int, ...] = ()  # where in it a capital follows a small letter


class Way(NamedTuple):
    """A way to read some runs of letters and digits of a chunk, from the first up to the last."""

    first: int
    last: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """The ways to read one chunk; together they may be combined."""

    text: Text  # the chunk, folded
    runs: int
    ways: tuple[Way, ...]


def options_for(chunk: str, codes: Mapping[str, int]) -> Options:
    """Every way worth trying to read the runs of letters and digits of a chunk."""
    # Flags between letters are no letters; without any others they are.
    text = fold(_FLAG.sub("•", chunk) if _FLAG.search(chunk) and LETTER.search(chunk) else chunk)
    folded = text.folded
    runs = [Piece(match.start(), match.end(), match[0]) for match in _RUN.finditer(folded)]
    if len(chunk) > LONGEST_WORD or len(runs) > _MOST_RUNS:
        short = [(at, run) for at, run in enumerate(runs) if len(run.text) <= LONGEST_WORD]
        plain = {at: Way(at, at + 1, ()) for at in range(len(runs))}
        plain |= {at: Way(at, at + 1, (run,)) for at, run in short}
        parts = [Way(at, at + 1, tuple(_parts(run, text))) for at, run in enumerate(runs) if run.text.isascii()]
        return Options(text, len(runs), (*plain.values(), *parts))
    dressed = not chunk.isascii() and any(letter > "\u024f" for letter in chunk)
    ways: dict[Way, None] = {}
    for at, run in enumerate(runs):
        for pieces in _run_ways(run, text, codes, dressed=dressed):
            ways[Way(at, at + 1, pieces)] = None
    for way in chain(_leet_ways(runs, folded, codes), _host_ways(runs, folded, codes), _spelled_ways(runs)):
        ways[way] = None
    for way in _joined_ways(runs, folded, codes):
        ways[way] = None
    return Options(text, len(runs), tuple(ways))


def _run_ways(run: Piece, text: Text, codes: Mapping[str, int], *, dressed: bool) -> Iterator[tuple[Piece, ...]]:
    """The ways to read one run."""
    if dressed and run.text.isascii() and not _is_plain_in(run, text):
        run = run._replace(disguised=True)
    if run.text not in codes and run.text.isascii() and run.text.isalpha():
        run = run._replace(capitals=_capitals(run, text))
    yield (run,)
    if codes.get(run.text) == COMMON and not run.text.isascii():
        # An everyday word there may be a French one in its letters.
        for spelled in _known_spellings(run.text, codes):
            yield (run._replace(text=spelled, confidence=DECODED, disguised=True, foreign=True),)
    if run.text in codes and not (dressed and codes[run.text] == COMMON):
        return
    if run.text.isascii():
        yield tuple(_parts(run, text))
        for spelled in _leet(run.text, codes) if not run.text.isalpha() else _let_go(run.text):
            yield (run._replace(text=spelled, confidence=DECODED, disguised=True),)
    if not run.text.isascii() or dressed:
        for spelled in _in_latin(run, text, codes):
            yield (run._replace(text=spelled, confidence=DECODED, disguised=True, foreign=not run.text.isascii()),)


def _let_go(word: str) -> Iterator[str]:
    """A word with letters held down as it is without: twice or once."""
    if HELD.search(word):
        yield from (HELD.sub(kept, word) for kept in (r"\1\1", r"\1"))


def _is_plain_in(run: Piece, text: Text) -> bool:
    start, end = text.raw_span(run.start, run.end)
    return end - start == len(run.text) and all(letter < "\u0250" for letter in text.raw[start:end])


def _capitals(run: Piece, text: Text) -> tuple[int, ...]:
    """Where in a run a capital follows a small letter."""
    start, end = text.raw_span(run.start, run.end)
    written = text.raw[start:end]
    if written.islower() or written.isupper() or written[1:].islower():
        return ()
    letters = "".join(raw for raw, _ in raw_letters(text, run.start, run.end))
    return tuple(at for at in range(1, len(letters)) if letters[at].isupper() and letters[at - 1].islower())


def _parts(run: Piece, text: Text) -> Iterator[Piece]:
    """A run cut at its capitals, and where letters and digits meet."""
    written = "".join(
        folded.upper() if raw.isupper() else folded for raw, folded in raw_letters(text, run.start, run.end)
    )
    plain = written.islower() or written.isupper() or len(written) != len(run.text)
    for part in (_PARTS if plain else _CAMEL).finditer(written):
        if part.end() - part.start() <= LONGEST_WORD:
            first, last = part.span()
            yield run._replace(start=run.start + first, end=run.start + last, text=run.text[first:last])


def _in_latin(run: Piece, text: Text, codes: Mapping[str, int]) -> Iterator[str]:
    """What a run with letters of other scripts may spell: by their sound, by their shape, or some of each."""
    if not run.text.isascii():
        seen = as_latin(text, run.start, run.end)
        if seen.isascii() and ODD.search(run.text):
            # No word of any language is written so: its letters stand there for their shape.
            yield seen
            return
        yield from _known_spellings(run.text, codes)
        yield from islice(spellings(run.text), _MOST_UNKNOWN_SPELLINGS)
        if seen in codes:
            yield seen
    letters = [_letter_choices(*pair) for pair in raw_letters(text, run.start, run.end)]
    combinations = 1
    for choices in letters:
        combinations *= len(choices)
    if 1 < combinations <= _MOST_COMBINATIONS:
        # Only those that are words: with a dozen letters of two meanings any other choice is noise.
        words = [word for word in map("".join, product(*letters)) if codes.get(word, COMMON) >= SOFT]
        if words:
            yield "|".join(words[:MOST_ALIKE])
    if combinations > 1 and any(written.isascii() for written, _ in raw_letters(text, run.start, run.end)):
        yield "".join(choices[-1] for choices in letters)


def _known_spellings(word: str, codes: Mapping[str, int]) -> Iterator[str]:
    """Those of a foreign word's spellings that are words: an article alone, or all others as one choice."""
    known = [spelled for spelled in spellings(word) if codes.get(spelled, COMMON) != COMMON]
    articles = [spelled for spelled in known if codes[spelled] == SOFT]
    if articles:
        yield articles[0]
    elif known and (len(word) >= SHORTEST_FOREIGN or known[0] in TYPE_WORDS):
        yield "|".join(known[:MOST_ALIKE])


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
    if not SIGN.search(folded):
        return
    for segment in _SEGMENT.finditer(folded):
        for core in dict.fromkeys((segment[0].rstrip(_CLOSING), segment[0])):
            start, end = segment.start(), segment.start() + len(core)
            covered = [at for at, run in enumerate(runs) if run.start < end and run.end > start]
            # A plus between words joins them.
            words = [runs[at].text for at in covered]
            joins = "+" in core.rstrip("+") and len(words) > 1 and all(word in codes for word in words)
            if covered and not joins:
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
    short_word = code == SOFT or run.text in CANONICAL or run.text in TYPE_WORDS
    return code is not None and (short_word or len(run.text) >= _SHORTEST_ITSELF)


def _says_its_kind(run: Piece) -> bool:
    return len(run.text) > _SHORTEST_ITSELF and run.text in TYPE_WORDS


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
            if _JOINT.fullmatch(between) and any(_says_its_kind(run) for run in row):
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
