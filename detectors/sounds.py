"""How words sound to a French ear, as hashes, for thousands of words at once.

A letter's sound depends on the letters beside it, so that a table tells it: once for the letters, and once more for
what is left when the silent ones are gone. Words spelled by ear and the words they mean come out alike.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.spelling import LONGEST, POWERS, Hashes, letters_of

_FEWEST_LOOSE = 4  # sounds of a word that is looked for by its loose sound
# Sounds are numbered as letters, and two more.
_SH, _OPEN = 27, 28  # `ch`; `ai` or `ei`, until the next letter is known
_SYMBOLS = 29
_END = 0
_SILENT_AT_END = frozenset("estxdpz")
_VOWELS = frozenset("aeiouy")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(ord(letter) - 96 for letter in text)


def _first_hearing(before: str, letter: str, after: str) -> str | int:
    """What is heard of a letter between two others; nothing where it is silent."""
    if letter in ("h", before) or (letter in "ck" and after in ("k", "q")):
        return ""
    if letter in "cks" and after == "h":
        return _SH
    if letter in _CONSONANT_HEARINGS:
        return _CONSONANT_HEARINGS[letter](before, after)
    if letter in _VOWELS:
        return _vowel_heard(before, letter, after)
    return {"z": "s", "w": "v"}.get(letter, letter)


_SOFTENING = tuple("eiy")
_CONSONANT_HEARINGS: dict[str, Callable[[str, str], str]] = {
    "p": lambda _, after: "f" if after == "h" else "p",
    "q": lambda *_: "k",
    # A final c after an n is silent, or was followed by a silent e: `blanc`, `rezidenc`.
    "c": lambda before, after: (
        "x" if after == "s" else "s" if after in _SOFTENING or (after == "" and before == "n") else "k"
    ),
    "k": lambda _, after: "x" if after == "s" else "k",
    "s": lambda before, _: "" if before in ("k", "c") else "s",
    "g": lambda _, after: "j" if after in _SOFTENING else "g",
}


def _vowel_heard(before: str, letter: str, after: str) -> str | int:
    if letter == "u":
        silent = before in ("o", "q", "a") or (before == "g" and after in _SOFTENING)
        return "" if silent else "u"
    if letter in "iy":
        return "" if before in ("a", "e") else "i"
    if letter == "o":
        return "u" if after == "u" else "" if after == "e" else "o"
    if letter == "a":
        return "o" if after == "u" else _OPEN if after in ("i", "y") else "a"
    if after in ("i", "y"):
        return _OPEN
    return "" if after == "a" or (before == "g" and after in ("a", "o")) else "e"


_A, _E, _G, _I, _J, _K, _U = _numbers("aegijku")
_NASALS, _LIQUIDS = _numbers("nm"), _numbers("rl")


def _second_hearing(before: int, sound: int, after: int) -> int:
    """What is heard once silent letters are gone."""
    if sound == before:
        return 0
    if sound == _OPEN:
        return _I if after in _NASALS else _E
    if sound == _U and after in _NASALS:
        return _I
    if sound == _E and after in _NASALS:
        return _A
    if sound == _SH and after in _LIQUIDS:
        return _K
    if sound == _G and after in (_E, _I, _OPEN):
        return _J
    return sound


def _first_table() -> NDArray[np.uint8]:
    letters = ["", *map(chr, range(97, 123))]
    table = np.zeros((_SYMBOLS, _SYMBOLS, _SYMBOLS), np.uint8)
    for before_at, before in enumerate(letters):
        for at, letter in enumerate(letters[1:], 1):
            for after_at, after in enumerate(letters):
                heard = _first_hearing(before, letter, after)
                table[before_at, at, after_at] = heard if isinstance(heard, int) else ord(heard) - 96 if heard else 0
    return table.ravel()


def _second_table() -> NDArray[np.uint8]:
    table = np.zeros((_SYMBOLS, _SYMBOLS, _SYMBOLS), np.uint8)
    for before in range(_SYMBOLS):
        for sound in range(1, _SYMBOLS):
            for after in range(_SYMBOLS):
                table[before, sound, after] = _second_hearing(before, sound, after)
    return table.ravel()


_FIRST, _SECOND = _first_table(), _second_table()
_SILENT = np.isin(np.arange(_SYMBOLS), _numbers("".join(_SILENT_AT_END)))
# Sounds that other alphabets do not tell apart, and all vowels as one.
_LOOSE = np.arange(_SYMBOLS, dtype=np.uint8)
for _group in ("aeiouy", "bpvf", "gjz", "kq", "dt"):
    _LOOSE[list(_numbers(_group))] = _numbers(_group)[0]
_LOOSE[_SH] = _numbers("k")[0]


def sounds(words: Sequence[str]) -> Hashes:
    """A hash of how each word sounds; words are of ASCII letters, cut at 24."""
    return _hashed(_heard(words))


def loose_sounds(words: Sequence[str]) -> Hashes:
    """The same for words that were written in another alphabet: vowels and kindred consonants are one.

    Short words sound like too many others so: theirs is a hash of nothing, 0.
    """
    heard = _LOOSE[_heard(words)]
    same = np.zeros(heard.shape, bool)
    same[:, 1:] = heard[:, 1:] == heard[:, :-1]
    closed = _closed_up(np.where(same, 0, heard))
    # A vowel at the end may have been silent.
    last = np.maximum(np.count_nonzero(closed, axis=1) - 1, 0)
    rows = np.arange(len(closed))
    silent = closed[rows, last] == _LOOSE[_numbers("a")[0]]
    closed[rows[silent], last[silent]] = 0
    return np.where(closed[:, _FEWEST_LOOSE - 1] > 0, _hashed(closed), np.uint64(0))


def _heard(words: Sequence[str]) -> NDArray[np.uint8]:
    letters = letters_of(words, LONGEST)
    numbers = np.where(letters > 0, letters - 96, 0).astype(np.uint8)
    once = _closed_up(_looked_up(_FIRST, numbers))
    twice = _closed_up(_looked_up(_SECOND, once))
    rows = np.arange(len(twice))
    r, e = _numbers("re")
    for _ in range(3):
        length = np.count_nonzero(twice, axis=1)
        last = np.maximum(length - 1, 0)
        ends_er = (twice[rows, last] == r) & (twice[rows, np.maximum(last - 1, 0)] == e)
        silent = (_SILENT[twice[rows, last]] | ends_er) & (length > 2)
        twice[rows[silent], last[silent]] = 0
    return twice


def _looked_up(table: NDArray[np.uint8], numbers: NDArray[np.uint8]) -> NDArray[np.uint8]:
    wide = np.pad(numbers, ((0, 0), (1, 1))).astype(np.int32)
    found: NDArray[np.uint8] = table[wide[:, :-2] * _SYMBOLS**2 + wide[:, 1:-1] * _SYMBOLS + wide[:, 2:]]
    return found


def _closed_up(sounds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each row without its zeros, which come behind."""
    kept = sounds > 0
    closed = np.zeros_like(sounds)
    rows, columns = np.nonzero(kept)
    closed[rows, (np.cumsum(kept, axis=1) - 1)[rows, columns]] = sounds[rows, columns]
    return closed


def _hashed(sounds: NDArray[np.uint8]) -> Hashes:
    hashed: Hashes = (sounds.astype(np.uint64) * POWERS[1 : LONGEST + 1]).sum(axis=1, dtype=np.uint64)
    return hashed
