"""Which words of the watchlist a word of another alphabet may be, for all such words of a batch at once.

Both are brought to what they say, `said` and `said_in_latin`. Words that say the same are found by that alone; where
there is none, those that say much the same are looked up and those that come nearest stand.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from detectors.hearing import Meaning
from detectors.index import COMMON, Index, WordFlag
from detectors.spelling import Hashes, HashIndex, hash_index, hashes_of
from detectors.transliteration import SCRIPTS, in_script, likeliest, loosely, said, said_in_latin, script_of

MOST_MEANT = 6  # words a foreign one may mean, those for kinds of places aside
_AS_SAID, _STEP = 0.97, 0.05  # confidence in a word that says the same; what each letter amiss takes
_MOST_COMPARED = 48  # words that say much the same, the most frequent first
_FREQUENT = 6.3  # weight of a word of names that an everyday word there may be
_MARKS = np.array([0, 0x2545F4914F6CDD1D, 0x5851F42D4C957F2D, 0x9FB21C651E98DF25], np.uint64)
_SHORTEST_STEM = 4
_SHORTEST_USUAL = 3  # the same for one that is written as it usually would be
_SHORTEST_RARE = 4  # letters of an everyday word there that may be a rare one of ours in company


class Foreign:
    """Finds what words of other alphabets mean among the words of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._codes = index.fuzzy_codes
        self._kind = (index.flags[index.fuzzy_codes] & WordFlag.TYPE) > 0
        self._weight = index.weight[index.fuzzy_codes]
        self._forms: dict[int, tuple[str, ...]] = {}
        everyday = (word for word, code in index.codes.items() if code == COMMON and not word.isascii())
        self._stems = {stem for word in everyday for stem in _stems(word)}

    def meant(self, words: Sequence[str], *, in_company: bool = False) -> dict[str, tuple[Meaning, ...]]:
        """What folded words of other alphabets may mean; those that say no word of ours are left out.

        An everyday word of its language means one of ours only if that is frequent, or written as it usually would
        be; in company of words in disguise any that says the same.
        """
        found: dict[str, tuple[Meaning, ...]] = {}
        rest: list[str] = []
        saying = self._saying(words, exactly=True)
        for word in words:
            spellings = saying.get(word, [])
            may_be_rare = in_company and len(word) >= _SHORTEST_RARE
            if spellings and not may_be_rare and self._index.codes.get(word) == COMMON:
                spellings = self._usual(word, spellings)
            if spellings:
                found[word] = self._meanings(spellings, _AS_SAID)
            elif not any(stem in self._stems for stem in _stems(word)):
                rest.append(word)
        for word, near in self._saying(rest, exactly=False).items():
            if meanings := self._nearest(word, near):
                found[word] = meanings
        return found

    def _usual(self, word: str, spellings: Sequence[int]) -> list[int]:
        usual = likeliest(word)
        return [
            each
            for each in spellings
            if self._kind[each]
            or self._weight[each] <= _FREQUENT
            or (len(word) >= _SHORTEST_USUAL and self._index.fuzzy[each] in usual)
        ]

    def _saying(self, words: Iterable[str], *, exactly: bool) -> dict[str, list[int]]:
        """The spellings that say the same as words, or much the same, the most frequent first."""
        flat = [(way, word) for word in words for way in said(word)]
        if not flat:
            return {}
        scripts = np.fromiter((script_of(word) for _, word in flat), np.int64, len(flat))
        if exactly:
            hashes = hashes_of([in_script(way, script_of(word)) for way, word in flat]) ^ _MARKS[scripts]
        else:
            loose = loosely([way for way, _ in flat])
            flat = [pair for pair, form in zip(flat, loose, strict=True) if form]
            hashes = hashes_of([form for form in loose if form]) ^ _MARKS[SCRIPTS]
        at, spellings = self._index.said.find(hashes)
        found: dict[str, dict[int, None]] = {}
        order = np.argsort(self._weight[spellings], kind="stable")
        for row, spelling in zip(at[order].tolist(), spellings[order].tolist(), strict=True):
            found.setdefault(flat[row][1], {})[spelling] = None
        return {word: list(each) for word, each in found.items()}

    def _nearest(self, word: str, spellings: Sequence[int]) -> tuple[Meaning, ...]:
        """Those of the spellings that say most nearly what a word says."""
        script = script_of(word)
        near = spellings[:_MOST_COMPARED]
        forms = [in_script(form, script) for spelling in near for form in self._forms_of(spelling)]
        ways = [in_script(way, script) for way in said(word)]
        amiss = cdist(ways, forms, scorer=OSA.distance, dtype=np.uint8).min(axis=0).reshape(len(near), -1).min(axis=1)
        least = int(amiss.min())
        if least > _most_amiss(len(ways[0])):
            return ()
        nearest = [near[at] for at in np.flatnonzero(amiss == least).tolist()]
        return self._meanings(nearest, _AS_SAID - _STEP * least)

    def _forms_of(self, spelling: int) -> tuple[str, ...]:
        """What a spelling may say, remembered: there are only so many."""
        if spelling not in self._forms:
            self._forms[spelling] = tuple(each[0] for each in said_in_latin([self._index.fuzzy[spelling]]))
        return self._forms[spelling]

    def _meanings(self, spellings: Iterable[int], confidence: float) -> tuple[Meaning, ...]:
        kept: dict[int, None] = {}
        for spelling in spellings:
            if len(kept) < MOST_MEANT or self._kind[spelling]:
                kept[int(self._codes[spelling])] = None
        return tuple(Meaning(code, confidence) for code in kept)


def _stems(word: str) -> Iterable[str]:
    """A word of another alphabet without the endings it may have in a sentence."""
    return (word[:-cut] if cut else word for cut in range(3) if len(word) - cut >= _SHORTEST_STEM)


def _most_amiss(length: int) -> int:
    """How many letters of a word that says so many may differ from what it means."""
    return 0 if length <= 3 else 1 if length <= 5 else 2 if length <= 8 else 3


def said_index(spellings: Sequence[str]) -> HashIndex:
    """Spellings, of ASCII letters, by what they say to who writes them in another alphabet."""
    forms = list(said_in_latin(spellings))
    rows = np.arange(len(spellings), dtype=np.uint64)
    keys: list[Hashes] = []
    owners: list[Hashes] = []
    for form in forms:
        text = "\n".join((*form, ""))
        for script in range(SCRIPTS):
            keys.append(hashes_of(in_script(text, script).split("\n")[:-1]) ^ _MARKS[script])
            owners.append(rows)
        loose = loosely(form)
        long = np.flatnonzero(np.fromiter(map(bool, loose), bool, len(loose)))
        keys.append(hashes_of([loose[each] for each in long.tolist()]) ^ _MARKS[SCRIPTS])
        owners.append(rows[long])
    key, owner = np.concatenate(keys), np.concatenate(owners)
    order = np.lexsort((owner, key))
    key, owner = key[order], owner[order]
    first = (
        np.concatenate(([True], (key[1:] != key[:-1]) | (owner[1:] != owner[:-1]))) if len(key) else np.empty(0, bool)
    )
    return hash_index(key[first], owner[first].astype(np.int32))
