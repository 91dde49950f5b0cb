"""Which words a glued one may be made of, chosen when a watchlist is compiled."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from detectors.common_words import common_words
from detectors.index import COMMON, SOFT, Floats, WordFlag
from detectors.spelling import LONGEST, Hashes, HashIndex, hash_index, hashes_of

_SHORTEST_GLUED = 4  # letters of a piece of a glued word that need not be frequent
_GLUED_SHORT = int(WordFlag.TYPE | WordFlag.FREQUENT)
_SHORT_BUT_FREQUENT = 7.5  # weight up to which a word of three letters may be a piece of a glued one
_LONG_SCRAP = 8  # letters of a word of few names that may be several glued
_FEW_NAMES = 9.0  # weight from which a word stands in few names


@cache
def _everyday_pieces() -> tuple[Mapping[str, int], Mapping[str, int], Hashes]:
    """The everyday words a glued one may be made of: their codes, their rows, and their hashes in order."""
    words = [word for word in common_words() if len(word) >= _SHORTEST_GLUED and _is_piece(word)]
    hashes = hashes_of(words)
    order = np.argsort(hashes, kind="stable")
    rows = {words[place]: row for row, place in enumerate(order.tolist())}
    return dict.fromkeys(words, COMMON), rows, hashes[order]


def gluable_words(own: Mapping[str, int], weight: Floats, flags: NDArray[np.uint8]) -> HashIndex:
    """The words a glued one may be made of; short ones only where they are frequent or say what kind of place it is."""
    everyday, rows, hashes = _everyday_pieces()
    others = np.ones(len(hashes), bool)
    others[[rows[word] for word in own if word in rows]] = False
    ours = {word: code for word, code in own.items() if _is_piece(word) and _may_be_glued(word, code, weight, flags)}
    pieces = {**everyday, **ours}
    words = [word for word in ours if not _is_glued_scrap(word, pieces, weight, flags)]
    return hash_index(
        np.concatenate((hashes[others], hashes_of(words))),
        np.concatenate((np.full(np.count_nonzero(others), COMMON), [ours[word] for word in words])).astype(np.int32),
    )


def _is_piece(word: str) -> bool:
    return 2 <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def _may_be_glued(word: str, code: int, weight: Floats, flags: NDArray[np.uint8]) -> bool:
    if code == SOFT or len(word) >= _SHORTEST_GLUED:
        return True
    if code < 0:
        return False
    return bool(flags[code] & _GLUED_SHORT) or (len(word) > 2 and bool(weight[code] <= _SHORT_BUT_FREQUENT))


def _is_glued_scrap(word: str, pieces: Mapping[str, int], weight: Floats, flags: NDArray[np.uint8]) -> bool:
    """Whether the list itself glued this word of a kind of place and a frequent word: `hopitaldejour`."""
    code = pieces[word]
    if len(word) < _LONG_SCRAP or code < 0 or weight[code] < _FEW_NAMES:
        return False
    return any(
        (kind := pieces.get(word[:cut], SOFT)) >= 0
        and flags[kind] & WordFlag.TYPE
        and any(
            _is_frequent(word[cut + skipped :], pieces, weight)
            for skipped in range(4)
            if not skipped or pieces.get(word[cut : cut + skipped]) == SOFT
        )
        for cut in range(3, len(word) - 2)
    )


def _is_frequent(word: str, pieces: Mapping[str, int], weight: Floats) -> bool:
    code = pieces.get(word, SOFT)
    return len(word) > 2 and (code == COMMON or (code >= 0 and bool(weight[code] <= _SHORT_BUT_FREQUENT)))
