"""Which words a glued one may be made of, chosen when a watchlist is compiled."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

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


def gluable_words(spellings: Mapping[str, int], weight: Floats, flags: NDArray[np.uint8]) -> HashIndex:
    """The words a glued one may be made of; short ones only where they are frequent or say what kind of place it is."""
    everyday = _everyday_pieces()
    kept = [at for at, word in enumerate(everyday.words) if spellings[word] == COMMON]
    pieces = {
        word: code
        for word, code in spellings.items()
        if code != COMMON and _is_piece(word) and _may_be_glued(word, code, weight, flags)
    }
    words = [word for word in pieces if not _is_glued_scrap(word, pieces, spellings, weight, flags)]
    return hash_index(
        np.concatenate((everyday.hashes[kept], hashes_of(words))),
        np.array([COMMON] * len(kept) + [pieces[word] for word in words], np.int32),
    )


class _Hashed(NamedTuple):
    words: list[str]
    hashes: Hashes


@lru_cache(maxsize=1)
def _everyday_pieces() -> _Hashed:
    """The everyday words that may be pieces of a glued one: most of all there are, and always the same."""
    words = [word for word in common_words() if _is_piece(word) and len(word) >= _SHORTEST_GLUED]
    return _Hashed(words, hashes_of(words))


def _is_piece(word: str) -> bool:
    return 2 <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def _may_be_glued(word: str, code: int, weight: Floats, flags: NDArray[np.uint8]) -> bool:
    if code == SOFT or len(word) >= _SHORTEST_GLUED:
        return True
    return bool(flags[code] & _GLUED_SHORT) or (len(word) > 2 and bool(weight[code] <= _SHORT_BUT_FREQUENT))


def _is_glued_scrap(
    word: str, pieces: Mapping[str, int], spellings: Mapping[str, int], weight: Floats, flags: NDArray[np.uint8]
) -> bool:
    """Whether the list itself glued this word of a kind of place and a frequent word: `hopitaldejour`."""
    code = pieces[word]
    if len(word) < _LONG_SCRAP or code < 0 or weight[code] < _FEW_NAMES:
        return False
    return any(
        (kind := pieces.get(word[:cut], SOFT)) >= 0
        and flags[kind] & WordFlag.TYPE
        and any(
            _is_frequent(word[cut + skipped :], spellings, weight)
            for skipped in range(4)
            if not skipped or pieces.get(word[cut : cut + skipped]) == SOFT
        )
        for cut in range(3, len(word) - 2)
    )


def _is_frequent(word: str, spellings: Mapping[str, int], weight: Floats) -> bool:
    code = spellings.get(word, SOFT)
    return len(word) > 2 and (code == COMMON or (code >= 0 and bool(weight[code] <= _SHORT_BUT_FREQUENT)))
