"""Words near a word: how they may be misspelt, for thousands of words at once.

A word is a row of numbers, and its hash is their sum weighted by the powers of a constant; so the hash of the word
less one or two of its letters is a sum of sums already there, and all of them for all words of one length are a few
operations on matrices. Two words within two edits of each other share what is left when two letters at most are
taken from each: the known words' remnants are looked up, and what is found is verified letter by letter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int32]

LONGEST = 24  # letters of a word that may be misspelt; longer ones are not one word
SHORTEST_FUZZY = 5
_SHORTEST_TWO_EDITS = 7  # letters of a word from which two edits are looked for
_MOST_NEAR = 6  # known words kept for one written word

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX, _OTHER_MIX = np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F)
POWERS: Hashes = np.cumprod(np.concatenate(([np.uint64(1)], np.full(LONGEST + 2, _BASE))), dtype=np.uint64)
_FILTER_BITS = 24


class Near(NamedTuple):
    """A known word near a written one."""

    code: int
    distance: int  # edits: a letter dropped, added, changed, or two swapped


@dataclass(frozen=True, slots=True)
class HashIndex:
    """Hash → codes, for many hashes at once: a table of bits says which may be there, a sorted list which are."""

    keys: Hashes
    codes: Numbers
    bits: NDArray[np.uint8]
    more_bits: NDArray[np.uint8]

    def find(self, hashes: Hashes) -> tuple[NDArray[np.int64], Numbers]:
        """The indices of the hashes that are there, each repeated for each of its codes; and those codes."""
        maybe = self._maybe(hashes)
        if not len(maybe) or not len(self.keys):
            return np.empty(0, np.int64), np.empty(0, np.int32)
        wanted = hashes[maybe]
        first = np.searchsorted(self.keys, wanted, "left")
        there = self.keys[np.minimum(first, len(self.keys) - 1)] == wanted
        maybe, wanted, first = maybe[there], wanted[there], first[there]
        counts = np.searchsorted(self.keys, wanted, "right") - first
        return np.repeat(maybe, counts), self.codes[expanded(first, counts)]

    def holds(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Which of the hashes are there."""
        there = np.zeros(hashes.shape, bool)
        maybe = self._maybe(hashes.ravel())
        if len(maybe) and len(self.keys):
            wanted = hashes.ravel()[maybe]
            at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            there.ravel()[maybe[self.keys[at] == wanted]] = True
        return there

    def _maybe(self, hashes: Hashes) -> NDArray[np.int64]:
        """Where both tables of bits have something: all hashes that are there and one in two hundred others."""
        first = _places(hashes)
        maybe = np.flatnonzero(self.bits[first >> np.uint64(3)] >> (first & np.uint64(7)).astype(np.uint8) & 1)
        second = _other_places(hashes[maybe])
        kept: NDArray[np.int64] = maybe[
            (self.more_bits[second >> np.uint64(3)] >> (second & np.uint64(7)).astype(np.uint8) & 1) > 0
        ]
        return kept


def hash_index(hashes: Hashes, codes: Numbers) -> HashIndex:
    """An index of these hashes; one hash may lead to several codes."""
    order = np.argsort(hashes, kind="stable")
    return HashIndex(hashes[order], codes[order], _table(_places(hashes)), _table(_other_places(hashes)))


def _table(places: Hashes) -> NDArray[np.uint8]:
    bits = np.zeros(1 << (_FILTER_BITS - 3), np.uint8)
    np.bitwise_or.at(bits, places >> np.uint64(3), np.uint8(1) << (places & np.uint64(7)).astype(np.uint8))
    return bits


def expanded(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """The indices of ranges given by their starts and lengths, one after the other.

    >>> expanded(np.array([5, 9]), np.array([2, 1])).tolist()
    [5, 6, 9]
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    indices: NDArray[np.int64] = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return indices


def _places(hashes: Hashes) -> Hashes:
    return (hashes * _MIX) >> np.uint64(64 - _FILTER_BITS)


def _other_places(hashes: Hashes) -> Hashes:
    return (hashes * _OTHER_MIX) >> np.uint64(64 - _FILTER_BITS)


def letters_of(words: Sequence[str], length: int) -> NDArray[np.uint8]:
    """The words, of ASCII letters, as rows of bytes, zeros behind the shorter ones."""
    if not words:
        return np.empty((0, length), np.uint8)
    return np.array(words, dtype=f"S{length}").view(np.uint8).reshape(len(words), length)


def hashes_of(words: Sequence[str]) -> Hashes:
    """The hash of each word of ASCII letters, at most 24."""
    if not words:
        return np.empty(0, np.uint64)
    hashed: Hashes = (letters_of(words, LONGEST).astype(np.uint64) * POWERS[:LONGEST]).sum(axis=1, dtype=np.uint64)
    return hashed


# ---------------------------------------------------------------- glued


_INVERSE_BASE = np.uint64(pow(int(_BASE), -1, 1 << 64))
_SHORTEST_WINDOW = 2
_LENGTHS = (12, 24, 64, 128)  # words up to each are looked at together
_MOST_POWERS = _LENGTHS[-1] + 1
_LONG_POWERS: Hashes = np.cumprod(np.concatenate(([np.uint64(1)], np.full(_MOST_POWERS, _BASE))), dtype=np.uint64)
_INVERSES: Hashes = np.cumprod(np.concatenate(([np.uint64(1)], np.full(_MOST_POWERS, _INVERSE_BASE))), dtype=np.uint64)


@lru_cache(maxsize=16)
def _spans(length: int, longest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the stretches of a word of so many letters begin and end."""
    spans = [
        (first, last)
        for first in range(length - 1)
        for last in range(first + _SHORTEST_WINDOW, min(first + longest, length) + 1)
    ]
    first, last = (np.array(side) for side in zip(*spans, strict=True))
    return first, last


class Windows(NamedTuple):
    """Stretches of words: one row each."""

    rows: NDArray[np.int64]  # which word
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    hashes: Hashes


def windows_of(words: Sequence[str], longest: int) -> Iterator[Windows]:
    """All stretches of two to `longest` letters of words of ASCII letters, at most 128."""
    sizes = np.fromiter(map(len, words), np.int64, len(words))
    least = 0
    for most in _LENGTHS:
        rows = np.flatnonzero((sizes > least) & (sizes <= most))
        least = most
        if not len(rows):
            continue
        letters = letters_of([words[row] for row in rows.tolist()], most).astype(np.uint64)
        sums = _sums(letters * _LONG_POWERS[:most])
        first, last = _spans(most, longest)
        hashes = (sums[:, last] - sums[:, first]) * _INVERSES[first]
        within = last[None, :] <= sizes[rows][:, None]
        row, span = np.nonzero(within)
        yield Windows(rows[row], first[span], last[span], hashes[within])


# ---------------------------------------------------------------- misspelt


def _remnants(letters: Hashes, edits: int) -> Hashes:
    """A row for each word of one length: the hashes of itself and of what is left without one, two letters."""
    count, length = letters.shape
    whole = _sums(letters * POWERS[:length])
    columns = [whole[:, -1:]]
    if edits >= 1:
        shifted = _sums(letters[:, 1:] * POWERS[: length - 1])  # each letter one place further left
        columns.append(whole[:, :length] + shifted[:, -1:] - shifted[:, :length])
    if edits >= 2:
        twice = _sums(letters[:, 2:] * POWERS[: length - 2])
        first, second = map(np.array, zip(*combinations(range(length), 2), strict=True))
        between = shifted[:, second - 1] - shifted[:, first]
        columns.append(whole[:, first] + between + twice[:, -1:] - twice[:, second - 1])
    return np.concatenate(columns, axis=1).reshape(count, -1)


def _sums(products: Hashes) -> Hashes:
    """Running sums of each row, a zero first."""
    return np.concatenate((np.zeros((len(products), 1), np.uint64), np.cumsum(products, axis=1)), axis=1)


def _by_length(words: Sequence[str]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    for length in np.unique(lengths).tolist():
        if SHORTEST_FUZZY <= length <= LONGEST:
            yield length, np.flatnonzero(lengths == length)


def edits_allowed(length: int) -> int:
    """How many edits a word of so many letters may be from what it means."""
    return 2 if length >= _SHORTEST_TWO_EDITS else 1 if length >= SHORTEST_FUZZY else 0


def remnant_index(words: Sequence[str], codes: Numbers) -> HashIndex:
    """The index `nearest` asks: every known word's remnants. The words are of ASCII letters."""
    hashes, owners = [], []
    for length, rows in _by_length(words):
        letters = letters_of([words[row] for row in rows], length).astype(np.uint64)
        found = _remnants(letters, edits_allowed(length))
        hashes.append(found.ravel())
        owners.append(np.repeat(codes[rows], found.shape[1]))
    if not hashes:
        return hash_index(np.empty(0, np.uint64), np.empty(0, np.int32))
    return hash_index(np.concatenate(hashes), np.concatenate(owners))


def nearest(
    written: Sequence[str], index: HashIndex, known: Sequence[str], *, itself: bool = True
) -> dict[str, list[Near]]:
    """For written words, of ASCII letters, the known words the fewest edits away; those without any are left out.

    A word that is known is no neighbour of its own unless `itself`.
    """
    writers: list[str] = []
    codes: list[int] = []
    for length, rows in _by_length(written):
        letters = letters_of([written[row] for row in rows], length).astype(np.uint64)
        found = _remnants(letters, edits_allowed(length))
        where, owners = index.find(found.ravel())
        numbers = np.unique(where // found.shape[1] * (1 << 32) + owners)
        writers += (written[rows[row]] for row in (numbers >> 32).tolist())
        codes += (numbers & 0xFFFFFFFF).tolist()
    if not itself:
        pairs = [(word, code) for word, code in zip(writers, codes, strict=True) if known[code] != word]
        writers, codes = [word for word, _ in pairs], [code for _, code in pairs]
    return dict(_verified(writers, codes, known))


def _verified(writers: Sequence[str], codes: Sequence[int], known: Sequence[str]) -> Iterator[tuple[str, list[Near]]]:
    """Pairs that are as near as their lengths allow, by written word; the pairs of one word stand together."""
    if not writers:
        return
    choices = [known[code] for code in codes]
    distances = cpdist(writers, choices, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8).tolist()
    found: dict[str, list[Near]] = {}
    for word, choice, code, distance in zip(writers, choices, codes, distances, strict=True):
        if distance <= edits_allowed(min(len(word), len(choice))):
            found.setdefault(word, []).append(Near(code, distance))
    for word, near in found.items():
        fewest = min(each.distance for each in near)
        yield word, [each for each in near if each.distance == fewest][:_MOST_NEAR]
