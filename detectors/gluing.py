"""Words written as one: `residencesocialepontdepernay`, `#CHUdeTours`.

Every stretch of two to 24 letters of a glued word is looked up among the known ones, for all words of a batch at once.
Of the ways to cut the word into known ones the likeliest stands: each piece costs something, a rare one more, a stretch
nobody knows most. What other ways nearly as likely hold counts too: `lamothe` is a name, and so is `la Mothe`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.index import COMMON, SOFT, Index, WordFlag
from detectors.spelling import LONGEST, windows_of

Rows = NDArray[np.int64]

LONGEST_GLUED = 128  # letters
SHORTEST_GLUED = 6
_SHORTEST_WITH_GAPS = 10  # letters of a glued word some of which may be unknown
_PIECE = 4.0  # what a piece costs, beside its rarity
_SOFT, _TYPE, _EVERYDAY, _ELIDED = 1.0, 0.5, 6.0, 1.5
_SHORT_EVERYDAY, _SHORT_RARE = 9.0, 4.0  # an everyday word of three letters or less makes up too many others
_GAP, _GAP_LETTER = 10.0, 2.5  # a stretch nobody knows
_ACROSS_CAPITAL = 7.0  # a piece with a capital inside
_MARGIN = 6.0  # how much less likely another way may be for its words to count
_SHORT = 4  # letters
_RARE = 9.0
_MOST_UNKNOWN = 0.35  # share of the letters
_LEAST_MEAN, _LEAST_BESIDE_SOFT = 3.8, 3.1  # letters of a piece, on the average of the letters
_FEWEST_TELLING = 4  # letters of the longest piece
SHARES = {SOFT: 0.75, COMMON: 0.7}  # of a word of names, what an article, an everyday word is worth
_ELISION = re.compile(r"[dl](?=[aeiouyh])")


class GluedPiece(NamedTuple):
    """A stretch of a glued word and the word it is."""

    ordinal: int  # its place in the row of the pieces; another way's word has that of the piece it begins in
    start: int
    end: int
    code: int  # `SOFT` and `COMMON` among them


class Split(NamedTuple):
    """How a glued word is cut."""

    pieces: tuple[GluedPiece, ...]  # in order; other ways' words behind
    length: int  # ordinals
    value: float  # how much of it is recognised: squares of lengths


class Gluer:
    """Cuts glued words."""

    def __init__(self, index: Index) -> None:
        self._gluable = index.gluable
        rarity = np.minimum(index.weight, np.maximum(index.evidence, 2.0)).astype(np.float64)
        rarity[(index.flags & WordFlag.TYPE) > 0] = _TYPE
        self._costs: list[float] = (_PIECE + rarity).tolist()

    def split(self, words: Mapping[str, Sequence[int]]) -> dict[str, Split]:
        """How these words, of ASCII letters, are made of others; those that are not are left out.

        With each word the places where a capital follows a small letter.
        """
        wanted = [word for word in words if SHORTEST_GLUED <= len(word) <= LONGEST_GLUED]
        found: dict[str, Split] = {}
        for row, known in self._known(wanted).items():
            word = wanted[row]
            split = self._cut(word, known, words[word])
            if split:
                found[word] = split
        return found

    def _known(self, words: Sequence[str]) -> dict[int, list[tuple[int, int, int]]]:
        """The stretches of each word that are known, in the order of their ends; only of words they may make up."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for rows, starts, ends, hashes in windows_of(words, LONGEST):
            at, codes = self._gluable.find(hashes)
            rows, starts, ends = rows[at], starts[at], ends[at]
            likely = _likely(words, rows, starts, ends)
            rows, starts, ends, codes = rows[likely], starts[likely], ends[likely], codes[likely]
            order = np.lexsort((starts, ends, rows))
            stretches = (each[order].tolist() for each in (rows, starts, ends, codes))
            for row, start, end, code in zip(*stretches, strict=True):
                found.setdefault(row, []).append((start, end, code))
        return found

    def _cost(self, size: int, code: int) -> float:
        if code >= 0:
            cost = self._costs[code]
            return cost + _SHORT_RARE if size <= _SHORT and cost >= _PIECE + _RARE else cost
        if code == SOFT:
            return _PIECE + _SOFT
        return _PIECE + (_EVERYDAY if size >= _SHORT else _SHORT_EVERYDAY)

    def _cut(self, word: str, known: Sequence[tuple[int, int, int]], capitals: Sequence[int]) -> Split | None:
        length = len(word)
        edges = [
            (
                start,
                end,
                code,
                self._cost(end - start, code) + _ACROSS_CAPITAL * _between(start, end, capitals),
            )
            for start, end, code in known
            if end - start < length
        ]
        edges += [(at, at + 1, SOFT, _PIECE + _ELIDED) for at in _elisions(word)]
        edges.sort(key=_end_of)
        forward, back = _cheapest(length, edges)
        path = _path(length, back)
        unknown = sum(end - start for start, end, code in path if code is None)
        pieces = [(start, end, code) for start, end, code in path if code is not None]
        telling = [end - start for start, end, code in pieces if code != SOFT]
        value = sum(SHARES.get(code, 1.0) * (end - start) ** 2 for start, end, code in pieces)
        if (
            len(pieces) < 2
            or max(telling, default=0) < _FEWEST_TELLING
            or unknown > (_MOST_UNKNOWN * length if length >= _SHORTEST_WITH_GAPS else 0)
            or value < (_LEAST_BESIDE_SOFT if len(telling) < len(pieces) else _LEAST_MEAN) * (length - unknown)
        ):
            return None
        return _as_split(path, value, _others(length, edges, forward, path))


def _between(start: int, end: int, places: Sequence[int]) -> int:
    return sum(start < at < end for at in places) if places else 0


def _likely(words: Sequence[str], rows: Rows, starts: Rows, ends: Rows) -> NDArray[np.bool_]:
    """Which known stretches are of words that known stretches, the whole word left aside, cover well enough."""
    if not len(rows):
        return np.empty(0, bool)
    numbers, row = np.unique(rows, return_inverse=True)
    sizes = np.array([len(words[number]) for number in numbers.tolist()])
    parts = ends - starts < sizes[row]
    change = np.zeros((len(numbers), LONGEST_GLUED + 1), np.int32)
    np.add.at(change, (row[parts], starts[parts]), 1)
    np.add.at(change, (row[parts], ends[parts]), -1)
    covered = (np.cumsum(change, axis=1) > 0).sum(axis=1)
    allowed = np.where(sizes >= _SHORTEST_WITH_GAPS, _MOST_UNKNOWN * sizes, 0)
    longest = np.zeros(len(numbers), np.int64)
    np.maximum.at(longest, row[parts], (ends - starts)[parts])
    enough = (covered >= sizes - 1 - allowed) & (longest >= _FEWEST_TELLING)
    likely: NDArray[np.bool_] = enough[row]
    return likely


def _elisions(word: str) -> list[int]:
    """Where an article has lost its vowel: `pontdepernay`."""
    return [match.start() for match in _ELISION.finditer(word)]


def _end_of(edge: tuple[int, int, int, float]) -> int:
    return edge[1]


def _cheapest(
    length: int, edges: Sequence[tuple[int, int, int, float]]
) -> tuple[list[float], list[tuple[int, int | None]]]:
    """The least cost up to each letter; and for each the last piece's start and code, None for an unknown letter."""
    far = float("inf")
    cost = [0.0] + [far] * length
    back: list[tuple[int, int | None]] = [(0, None)] * (length + 1)
    in_gap = [False] * (length + 1)
    at_edge = 0
    for end in range(1, length + 1):
        # An unknown letter more, or a stretch of them begun.
        cost[end] = cost[end - 1] + (_GAP_LETTER if in_gap[end - 1] else _GAP + _GAP_LETTER)
        back[end], in_gap[end] = (end - 1, None), True
        while at_edge < len(edges) and edges[at_edge][1] == end:
            start, _, code, price = edges[at_edge]
            if cost[start] + price < cost[end]:
                cost[end], back[end], in_gap[end] = cost[start] + price, (start, code), False
            at_edge += 1
    return cost, back


def _path(length: int, back: Sequence[tuple[int, int | None]]) -> list[tuple[int, int, int | None]]:
    """The cheapest pieces in order; unknown letters side by side are one."""
    path: list[tuple[int, int, int | None]] = []
    end = length
    while end > 0:
        start, code = back[end]
        if code is None and path and path[-1][2] is None:
            path[-1] = (start, path[-1][1], None)
        else:
            path.append((start, end, code))
        end = start
    path.reverse()
    return path


def _others(
    length: int,
    edges: Sequence[tuple[int, int, int, float]],
    forward: Sequence[float],
    path: Sequence[tuple[int, int, int | None]],
) -> list[tuple[int, int, int]]:
    """The names' words of ways nearly as cheap."""
    far = float("inf")
    backward = [far] * length + [0.0]
    for start, end, _, price in sorted(edges, reverse=True):
        backward[start] = min(backward[start], price + backward[end])
    most = forward[length] + _MARGIN
    taken = {(start, end) for start, end, _ in path}
    return [
        (start, end, code)
        for start, end, code, price in edges
        if code >= 0 and (start, end) not in taken and forward[start] + price + backward[end] <= most
    ]


def _as_split(
    path: Sequence[tuple[int, int, int | None]], value: float, others: Sequence[tuple[int, int, int]]
) -> Split:
    pieces: list[GluedPiece] = []
    ordinals: list[tuple[int, int]] = []  # start of each piece, its ordinal
    ordinal = 0
    for start, end, code in path:
        ordinals.append((start, ordinal))
        if code is not None and code >= 0:
            pieces.append(GluedPiece(ordinal, start, end, code))
        ordinal += code != SOFT
    for start, end, code in others:
        beside = [number for begins, number in ordinals if begins <= start]
        pieces.append(GluedPiece(beside[-1], start, end, code))
    return Split(tuple(pieces), ordinal, value)
