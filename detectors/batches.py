"""The words of a batch of texts as rows of numbers: which word of the watchlist, where, how surely.

Places count words: articles and punctuation take none, so that `clinique de la Roche` is two words side by side. Texts
stand far apart on one line of places, so that nothing reaches from one into another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.index import Index
from detectors.name_words import LONGEST_PHRASE
from detectors.reading_table import SINGLE, UNKNOWN, ReadingTable
from detectors.spelling import expanded

REGION = 64  # places; texts begin at multiples of it, and as much lies between them

_FEWEST_SPACED = 3
_OTHER_NUMBER = 0.94  # confidence kept by a plural for a singular, or the other way round
_AS_WRITTEN, _SLIP = 0.96, 0.87  # a rare word written so, and confidence kept by what it may be a slip of
_SPACED = 0.97  # confidence kept by a word of spaced letters
_SHORTEST_REJOINED = 6
_CHUNK = re.compile(r"\S+")

Places = NDArray[np.int64]


class Span(NamedTuple):
    """A stretch of a text: from within one chunk to within the same or a later one."""

    first_chunk: int
    start: int
    last_chunk: int
    end: int


@dataclass(slots=True)
class Tokens:
    """Words found in a batch, in the order of their places; one row each."""

    code: NDArray[np.int32]
    place: Places
    confidence: NDArray[np.float32]
    disguised: NDArray[np.bool_]
    first_chunk: NDArray[np.int32]
    start: NDArray[np.int32]
    last_chunk: NDArray[np.int32]
    end: NDArray[np.int32]

    def span(self, row: int) -> Span:
        """Where a word stands."""
        return Span(int(self.first_chunk[row]), int(self.start[row]), int(self.last_chunk[row]), int(self.end[row]))


@dataclass(frozen=True, slots=True)
class Batch:
    """Some texts as read."""

    raws: Sequence[str]
    chunks: Sequence[str]
    chunk_starts: NDArray[np.int64]  # text → its first chunk
    bases: Places  # text → its first place
    tokens: Tokens

    def text_at(self, place: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which text each of these places belongs to."""
        return np.searchsorted(self.bases, place, "right") - 1

    def raw_starts(self, text: int) -> list[int]:
        """Where each chunk of a text begins in it."""
        return [match.start() for match in _CHUNK.finditer(self.raws[text])]


def raw_spans(
    batch: Batch, texts: NDArray[np.int64], rows: NDArray[np.int64], segments: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The raw start and end of each segment of rows of tokens, in texts that are given in order and may repeat."""
    starts = np.zeros(len(batch.chunks) + 1, np.int64)
    for text in np.unique(texts).tolist():
        first, last = batch.chunk_starts[text], batch.chunk_starts[text + 1]
        starts[first:last] = batch.raw_starts(text)
    tokens = batch.tokens
    first = starts[tokens.first_chunk[rows]] + tokens.start[rows]
    last = starts[tokens.last_chunk[rows]] + tokens.end[rows]
    return np.minimum.reduceat(first, segments), np.maximum.reduceat(last, segments)


def read_batch(raws: Sequence[str], table: ReadingTable, index: Index) -> Batch:
    """The words of some texts."""
    split = [raw.split() for raw in raws]
    chunks = list(chain.from_iterable(split))
    sizes = np.fromiter(map(len, split), np.int64, len(split))
    chunk_starts = np.concatenate(([0], np.cumsum(sizes)))
    text_of = np.repeat(np.arange(len(raws)), sizes)
    numbers = table.read(chunks, text_of, sizes)
    lengths, counts = table.lengths[numbers], table.counts[numbers]
    kinds = table.kinds[numbers]
    extra = _spaced_letters(raws, chunks, chunk_starts, text_of, kinds, lengths, counts, table)
    places, bases = _places(lengths, chunk_starts)
    extra += _halves(chunks, kinds, text_of, index)
    kept = table.tokens[expanded(table.firsts[numbers], counts)]
    chunk_of = np.repeat(np.arange(len(chunks)), counts)
    last_of, place_of = chunk_of, chunk_of
    if extra:
        kept = np.concatenate((kept, np.array([each.token for each in extra], np.float64)))
        last_of = np.append(chunk_of, [each.last_chunk for each in extra])
        place_of = np.append(chunk_of, [each.place_chunk for each in extra])
        chunk_of = np.append(chunk_of, [each.first_chunk for each in extra])
    order_places = places[place_of] + kept[:, 0].astype(np.int64)
    order = np.argsort(order_places, kind="stable")
    tokens = Tokens(
        code=kept[order, 1].astype(np.int32),
        place=order_places[order],
        confidence=kept[order, 4].astype(np.float32),
        disguised=kept[order, 5] > 0,
        first_chunk=chunk_of[order].astype(np.int32),
        start=kept[order, 2].astype(np.int32),
        last_chunk=last_of[order].astype(np.int32),
        end=kept[order, 3].astype(np.int32),
    )
    return Batch(raws, chunks, chunk_starts, bases, _with_siblings(_with_phrases(tokens, index), index))


def _places(lengths: NDArray[np.int64], chunk_starts: NDArray[np.int64]) -> tuple[Places, Places]:
    """The place of each chunk, and the first place of each text."""
    running = np.concatenate(([0], np.cumsum(lengths)))
    sizes = running[chunk_starts[1:]] - running[chunk_starts[:-1]]
    room = (sizes // REGION + 2) * REGION
    bases = np.cumsum(room) - room
    shift = bases - running[chunk_starts[:-1]]
    return running[:-1] + np.repeat(shift, np.diff(chunk_starts)), bases


class Extra(NamedTuple):
    """A word that several chunks make together."""

    token: tuple[float, ...]  # as in a reading
    first_chunk: int
    last_chunk: int
    place_chunk: int  # its ordinal counts from the place of this one


def _spaced_letters(
    raws: Sequence[str],
    chunks: Sequence[str],
    chunk_starts: NDArray[np.int64],
    text_of: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    lengths: NDArray[np.int64],
    counts: NDArray[np.int64],
    table: ReadingTable,
) -> list[Extra]:
    """Letters spaced out are words: `D E D A L U S`. The chunks that held them are emptied."""
    is_single = (kinds & SINGLE) > 0
    if np.count_nonzero(is_single) < _FEWEST_SPACED:
        return []
    # Signs that take no place may stand between: `D * E * D`.
    passed = ~is_single & (lengths == 0) & (kinds == 0) & (counts == 0)
    words: list[tuple[list[int], str]] = []  # chunks, and what their letters spell
    for first, last in _runs(is_single, passed, text_of):
        members = [at for at in range(first, last + 1) if is_single[at]]
        if len(members) >= _FEWEST_SPACED:
            text = int(text_of[first])
            parted = _parted(raws[text], members, int(chunk_starts[text]))
            words += ((word, "".join(_letter(chunks[at]) for at in word)) for word in parted)
    readings = table.read_apart({spelled for _, spelled in words})
    found: list[Extra] = []
    for word, spelled in words:
        reading = readings[spelled]
        lengths[word] = 0
        counts[word] = 0
        lengths[word[0]] = reading.length
        for token in reading.tokens:
            opening, closing = word[token.start], word[token.end - 1]
            start, end = _within(chunks[opening])[0], _within(chunks[closing])[1]
            row = (token.ordinal, token.code, start, end, token.confidence * _SPACED, 1.0)
            found.append(Extra(row, opening, closing, word[0]))
    return found


def _runs(single: NDArray[np.bool_], passed: NDArray[np.bool_], text_of: NDArray[np.int64]) -> list[tuple[int, int]]:
    """First and last chunk of each run of single letters within one text."""
    allowed = single | passed
    starts_text = np.concatenate(([True], text_of[1:] != text_of[:-1]))
    begins = allowed & (starts_text | ~np.concatenate(([False], allowed[:-1])))
    numbers = np.cumsum(begins) * allowed
    at = np.flatnonzero(single)
    run = numbers[at]
    _, first, count = np.unique(run, return_index=True, return_counts=True)
    return [
        (int(at[start]), int(at[start + size - 1]))
        for start, size in zip(first.tolist(), count.tolist(), strict=True)
        if size >= _FEWEST_SPACED
    ]


def _parted(raw: str, members: Sequence[int], first_chunk: int) -> list[list[int]]:
    """The letters of a run as words: a gap wider than the narrowest ends one."""
    spans = [match.span() for match in _CHUNK.finditer(raw)]
    gaps = [spans[b - first_chunk][0] - spans[a - first_chunk][1] for a, b in pairwise(members)]
    narrow = min(gaps)
    words = [[members[0]]]
    for gap, member in zip(gaps, members[1:], strict=True):
        if gap > narrow:
            words.append([])
        words[-1].append(member)
    return words


def _within(chunk: str) -> tuple[int, int]:
    """Where the letter of a chunk of one letter stands in it."""
    letters = [at for at, character in enumerate(chunk) if character.isalnum()]
    return (letters[0], letters[-1] + 1) if letters else (0, len(chunk))


def _letter(chunk: str) -> str:
    start, end = _within(chunk)
    return chunk[start:end][:1]


def _halves(chunks: Sequence[str], kinds: NDArray[np.uint8], text_of: NDArray[np.int64], index: Index) -> list[Extra]:
    """Two unknown chunks side by side that are one word: `clini que`."""
    unknown = (kinds & UNKNOWN) > 0
    pairs = np.flatnonzero(unknown[:-1] & unknown[1:] & (text_of[:-1] == text_of[1:]))
    found: list[Extra] = []
    for at in pairs.tolist():
        left, right = chunks[at], chunks[at + 1]
        joined = left.lower() + right.lower()
        code = index.codes.get(joined, -1)
        if code >= 0 and len(joined) >= _SHORTEST_REJOINED:
            found.append(Extra((0, code, 0, len(right), 0.95, 1.0), at, at + 1, at))
    return found


def _with_phrases(tokens: Tokens, index: Index) -> Tokens:
    """Each phrase such as `centre hospitalier` as the one word it stands for, at the place of each of its words."""
    at = np.flatnonzero(np.isin(tokens.code, list(index.phrases)))
    if not len(at):
        return tokens
    rows: list[tuple[Sequence[int], int, float]] = []
    taken: set[int] = set()
    for first in at.tolist():
        if first not in taken and (found := _phrase(first, tokens, index)):
            members, code = found
            # What else a word of the phrase may have meant goes with it.
            first_place, last_place = tokens.place[[members[0], members[-1]]]
            taken.update(range(*np.searchsorted(tokens.place, (first_place, last_place + 1)).tolist()))
            rows.append((members, code, min(float(tokens.confidence[each]) for each in members)))
    return _with_rows(tokens, rows, taken) if rows else tokens


def _phrase(first: int, tokens: Tokens, index: Index) -> tuple[list[int], int] | None:
    """The longest phrase that begins with a token: its tokens, and the code of the word it stands for."""
    at: list[dict[int, int]] = [{int(tokens.code[first]): first}]
    opening = int(tokens.place[first])
    for row in range(first + 1, len(tokens.code)):
        ahead = int(tokens.place[row]) - opening
        if ahead >= LONGEST_PHRASE or ahead > len(at):
            break
        if ahead == len(at):
            at.append({})
        if ahead:
            at[ahead][int(tokens.code[row])] = row
    for phrase, word in index.phrases.get(int(tokens.code[first]), ()):
        if len(phrase) <= len(at) and all(code in at[ahead] for ahead, code in enumerate(phrase)):
            return [at[ahead][code] for ahead, code in enumerate(phrase)], word
    return None


def _with_siblings(tokens: Tokens, index: Index) -> Tokens:
    """The tokens, and beside each word of names its plural or singular, and what a rare one may be a slip of."""
    siblings = index.siblings[tokens.code]
    at = np.flatnonzero(siblings >= 0)
    counts = (index.kin_starts[tokens.code + 1] - index.kin_starts[tokens.code]) * (tokens.confidence >= _AS_WRITTEN)
    slips = np.repeat(np.arange(len(tokens.code)), counts)
    if not len(at) and not len(slips):
        return tokens
    more = np.concatenate((at, slips))
    order = np.argsort(np.append(tokens.place, tokens.place[more]), kind="stable")
    joined = {
        name: np.append(values, values[more]) for name in Tokens.__slots__ if len(values := getattr(tokens, name))
    }
    first, middle = len(tokens.code), len(tokens.code) + len(at)
    joined["code"][first:middle] = siblings[at]
    joined["code"][middle:] = index.kin[expanded(index.kin_starts[tokens.code], counts)]
    joined["confidence"][first:middle] *= _OTHER_NUMBER
    joined["confidence"][middle:] *= _SLIP
    return Tokens(**{name: values[order] for name, values in joined.items()})


def _with_rows(tokens: Tokens, rows: Sequence[tuple[Sequence[int], int, float]], dropped: set[int]) -> Tokens:
    """The tokens less some, and for each phrase its word at the place of each member: (members, word, confidence)."""
    kept = np.ones(len(tokens.code), bool)
    kept[list(dropped)] = False
    first = np.array([members[0] for members, _, _ in rows for _ in members])
    last = np.array([members[-1] for members, _, _ in rows for _ in members])
    place_of = np.array([member for members, _, _ in rows for member in members])
    code = np.array([code for members, code, _ in rows for _ in members], np.int32)
    confidence = np.array([sure for members, _, sure in rows for _ in members], np.float32)
    joined = Tokens(
        code=np.append(tokens.code[kept], code),
        place=np.append(tokens.place[kept], tokens.place[place_of]),
        confidence=np.append(tokens.confidence[kept], confidence),
        disguised=np.append(tokens.disguised[kept], tokens.disguised[first] | tokens.disguised[last]),
        first_chunk=np.append(tokens.first_chunk[kept], tokens.first_chunk[first]),
        start=np.append(tokens.start[kept], tokens.start[first]),
        last_chunk=np.append(tokens.last_chunk[kept], tokens.last_chunk[last]),
        end=np.append(tokens.end[kept], tokens.end[last]),
    )
    order = np.argsort(joined.place, kind="stable")
    return Tokens(*(getattr(joined, name)[order] for name in Tokens.__slots__))
