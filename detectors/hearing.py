"""Which words of the watchlist a word may be that is written by ear, for all unknown words of a batch at once.

Words of one bare sound are looked up together; those that sound and look most alike stand, since only the text tells
which of them is meant.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from detectors.index import COMMON, Index, WordFlag
from detectors.name_words import PHRASE_WORDS
from detectors.sounds import bare_sounds, sounds
from detectors.spelling import LONGEST, hashes_of

SHORTEST_HEARD, _SHORTEST_BESIDE = 4, 3  # letters of a word worth listening to; beside others written by ear
MOST_HEARD = 8  # words a sound may mean, those for kinds of places aside
_LETTERS_COUNT = 0.25  # what an edit of the letters counts, where an edit of the sounds counts one
_MOST_LETTERS = 3  # edits of the letters that count
_RARITY_COUNTS = 0.06  # the same for evidence, the more of which the rarer a word is
_MOST_WORSE, _MOST_WORSE_KIND = 1.1, 2.3  # a word may be than the best; one for a kind of place
_LESS_RARE = 1.6  # evidence by which what a word of names may be must be less
_SHORTEST_KIND = 4  # sounds of a kind of place that is known by them alone
_SHORT = 4  # letters of a word that is heard as it sounds, or not at all
# Weight, or else evidence, of a word of names that one often said may stand for: it is as frequent; weight of one that
# the most frequent may stand for.
_FREQUENT, _SAID = 7.5, 4.5
_VERY_FREQUENT = 6.3
_VOWEL = re.compile(r"[aeiouy]")
_AS_HEARD, _NEARLY_AS_HEARD = 0.88, 0.8  # confidence in a word of the same sounds, and of other silent ones


class Meaning(NamedTuple):
    """A word something may mean."""

    code: int
    confidence: float


class Ear:
    """Listens for the words of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rarity = _RARITY_COUNTS * index.evidence[index.fuzzy_codes]
        weight, evidence = index.weight[index.fuzzy_codes], index.evidence[index.fuzzy_codes]
        self._very_frequent, self._frequent = weight <= _VERY_FREQUENT, (weight <= _FREQUENT) | (evidence <= _SAID)
        self._kind = (index.flags[index.fuzzy_codes] & WordFlag.TYPE) > 0
        self._size = np.fromiter(map(len, index.fuzzy), np.int64, len(index.fuzzy))
        # Words for kinds of places, and those that are one together.
        self._of_kinds = self._kind | np.isin(
            index.fuzzy_codes, [index.codes[word] for word in PHRASE_WORDS if word in index.codes]
        )
        self._whole = (index.flags[index.fuzzy_codes] & WordFlag.WHOLE) > 0
        says_kind = self._kind | (index.fuzzy_codes == index.codes.get("hospitalier", COMMON))
        of_kinds = zip(index.heard_sounds, says_kind[index.heard_spellings].tolist(), strict=True)
        self._sounds_of_kinds = {sound for sound, is_kind in of_kinds if is_kind and len(sound) >= _SHORTEST_KIND}

    def kinds_among(self, words: Sequence[str]) -> set[str]:
        """Those of the words, of ASCII letters, that sound like one for a kind of place."""
        return {word for word, sound in zip(words, sounds(words), strict=True) if sound in self._sounds_of_kinds}

    def heard(
        self, words: Sequence[str], *, standing: bool = False, alone: bool = False
    ) -> dict[str, tuple[Meaning, ...]]:
        """What words may mean by their sound; those of other letters, and that sound like no other, are left out.

        Words that are known as they stand, if they are not said too often, may be others beside words written by ear;
        alone only such as are met more often.
        """
        index = self._index
        shortest = _SHORTEST_BESIDE if standing else SHORTEST_HEARD
        words = [word for word in words if shortest <= len(word) <= LONGEST and word.isascii() and word.isalpha()]
        spoken = sounds(words)
        at, rows = index.heard.find(heard_keys(spoken))
        spellings = index.heard_spellings[rows]
        writers, spelled = at.tolist(), spellings.tolist()
        known = [index.heard_sounds[each] for each in rows.tolist()]
        amiss = _distances([spoken[each] for each in writers], known)
        # A final s is that of a plural, or it is heard.
        hissing = [f"{sound}s" if word.endswith("s") else sound for word, sound in zip(words, spoken, strict=True)]
        amiss = np.minimum(amiss, _distances([hissing[each] for each in writers], known))
        letters = _distances([words[each] for each in writers], [index.fuzzy[each] for each in spelled])
        kind = self._kind[spellings]
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        fits = (letters > 0) & self._may_be(words, sizes, letters, at, spellings, amiss, standing=standing, alone=alone)
        merit = amiss + _LETTERS_COUNT * np.minimum(letters, _MOST_LETTERS) + self._rarity[spellings]
        order = np.flatnonzero(fits)
        order = order[np.lexsort((merit[order], at[order]))]
        if not len(order):
            return {}
        starts = np.flatnonzero(np.concatenate(([True], at[order[1:]] != at[order[:-1]])))
        best = np.repeat(merit[order[starts]], np.diff(np.append(starts, len(order))))
        kept = order[merit[order] - best <= np.where(self._of_kinds[spellings[order]], _MOST_WORSE_KIND, _MOST_WORSE)]
        # Half of the letters must be those of the word as well.
        sure = np.where(
            (amiss[kept] == 0) & (2 * letters[kept] <= sizes[at[kept]] + 1), _AS_HEARD, _NEARLY_AS_HEARD
        ).tolist()
        codes = index.fuzzy_codes[spellings[kept]].tolist()
        kind = self._of_kinds[spellings]
        found: dict[str, dict[int, float]] = {}
        for writer, code, confidence, is_kind in zip(at[kept].tolist(), codes, sure, kind[kept].tolist(), strict=True):
            meanings = found.setdefault(words[writer], {})
            if code not in meanings and (is_kind or len(meanings) < MOST_HEARD):
                meanings[code] = confidence
        return {word: tuple(map(Meaning, meanings, meanings.values())) for word, meanings in found.items()}

    def _may_be(
        self,
        words: Sequence[str],
        sizes: NDArray[np.int64],
        letters: NDArray[np.float32],
        at: NDArray[np.int64],
        spellings: NDArray[np.int32],
        amiss: NDArray[np.float32],
        *,
        standing: bool,
        alone: bool,
    ) -> NDArray[np.bool_]:
        """Which words may be which spellings at all."""
        as_heard = amiss == 0
        short = (sizes <= _SHORT)[at]
        fits: NDArray[np.bool_] = as_heard | ~short
        # What is silent at the end of a short word may be much of it.
        nearly = (amiss <= 1) & (letters <= 2)
        fits |= nearly & (self._size[spellings] > _SHORT) if standing else nearly
        mute = np.fromiter((not _VOWEL.search(each) for each in words), bool, len(words))[at]
        fits &= ~mute | (as_heard & self._kind[spellings])
        # One word that is all the name of a vendor, product or network must look like it as well: half its letters.
        fits &= ~self._whole[spellings] | (2 * letters <= sizes[at])
        if standing:
            if alone:
                fits &= self._less_rare(words, at, spellings)
            said = hashes_of(words)
            fits &= ~np.isin(said, self._index.often_said)[at] | self._frequent[spellings]
            fits &= ~np.isin(said, self._index.always_said)[at] | self._very_frequent[spellings]
        return fits

    def _less_rare(
        self, words: Sequence[str], at: NDArray[np.int64], spellings: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Which spellings are met more often than the words that are no everyday ones."""
        index = self._index
        own = np.fromiter((index.codes.get(word, COMMON) for word in words), np.int32, len(words))
        rare = (own >= 0) & ((index.flags[own] & WordFlag.COMMON) == 0)
        evidence = np.where(rare, index.evidence[own], np.float32(np.inf))
        fits: NDArray[np.bool_] = index.evidence[index.fuzzy_codes[spellings]] <= evidence[at] - _LESS_RARE
        return fits


def heard_keys(spoken: Sequence[str]) -> NDArray[np.uint64]:
    """The hash of each sound less what may be silent; too short ones have one that no other word has."""
    bare = bare_sounds(spoken)
    short = np.fromiter((not each for each in bare), bool, len(bare))
    return np.where(short, np.uint64(0), hashes_of(bare))


def _distances(one: Sequence[str], other: Sequence[str]) -> NDArray[np.float32]:
    return np.asarray(cpdist(one, other, scorer=OSA.distance, dtype=np.uint8), np.float32)


def is_by_ear(meanings: Sequence[Meaning]) -> bool:
    """Whether one of the meanings has all the sounds of what is written."""
    return any(meaning.confidence >= _AS_HEARD for meaning in meanings)
