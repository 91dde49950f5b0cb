"""How words sound to a French ear, for thousands of words at once.

Rules turn letters into sounds in one pass each over all the words, a line for each word: so that a hundred rules cost a
word less than a look at its letters one by one. Sounds are written as letters: `C` is *ch*, `w` is *ou*; a vowel before
an n is nasal or not, and `e` is every e there is, with *ai*, *ei* and *eu*, for writers by ear do not tell them apart.
"""

import re
from collections.abc import Iterator, Sequence

_DOUBLES = tuple((letter * 2, letter) for letter in "abdefgiklmnoprstuv")
_RULES: tuple[tuple[str, str], ...] = (
    # Letters that are one sound together.
    ("sch", "ch"), ("sh", "ch"), ("chr", "kr"), ("chl", "kl"), ("ph", "f"), ("th", "t"), ("tion", "sion"),
    ("eau", "o"), ("au", "o"), ("coe", "koe"), ("oeu", "e"), ("oe", "e"), ("eu", "e"), ("y", "i"),
    ("ch", "C"), ("ck", "k"), ("cq", "k"), ("qu", "k"), ("q", "k"), ("w", "v"), ("ez\n", "e\n"), ("z\n", "S\n"),
    ("z", "s"), ("h", ""),
    # Soft and hard letters. A final c after an n is silent, or was followed by a silent e: `blanc`, `rezidenc`.
    ("cce", "kse"), ("cci", "ksi"), ("sce", "se"), ("sci", "si"), ("xce", "kse"), ("xci", "ksi"), ("ce", "se"),
    ("ci", "si"), ("nc\n", "nS\n"), ("c", "k"), ("gue", "Ge"), ("gui", "Gi"), ("gu\n", "G\n"), ("ge", "je"),
    ("gi", "ji"), ("jea", "ja"), ("jeo", "jo"), ("gn", "ni"), ("g\n", "j\n"), ("G", "g"),
    # Vowels.
    ("ou", "w"), ("oi", "wa"), ("ain", "in"), ("ein", "in"), ("aim", "im"), ("ai", "E"), ("ei", "E"), ("mb", "nb"),
    ("mp", "np"), ("ean", "an"), ("en", "an"), ("un\n", "in\n"), ("uns\n", "ins\n"), ("unt", "int"), ("und", "ind"),
    ("x\n", "\n"), ("x", "ks"), ("ss\n", "S\n"),
    *_DOUBLES,
    # A final e is silent, and a final s with it or without.
    ("es\n", "\n"), ("s\n", "\n"), ("e\n", "\n"), ("E", "e"), ("S", "s"),
)  # fmt: skip
_SILENT_AT_END = re.compile(r"(?<=[^\n])[estdp]+(?=\n)")
_SOFT_C = re.compile(r"c(?=[eiy])")


def sounds(words: Sequence[str]) -> list[str]:
    """How each word of ASCII letters sounds.

    >>> sounds(["clinique", "klinik", "beaux"])
    ['klinik', 'klinik', 'bo']
    """
    if not words:
        return []
    text = "\n".join((*words, ""))
    for written, heard in _RULES:
        text = text.replace(written, heard)
    return text.split("\n")[:-1]


def bare_sounds(heard: Sequence[str]) -> list[str]:
    """Sounds without those that may be silent at the end: words of one bare sound may be heard as one another.

    >>> bare_sounds(sounds(["sant", "sang", "port", "portes"]))
    ['san', 'sanj', 'por', 'por']
    """
    return _SILENT_AT_END.sub("", "\n".join((*heard, ""))).split("\n")[:-1] if heard else []


_SILENT_R_OR_T = re.compile(r"(?:(?<=e)(?:rs?|ts?)|(?<=ie)res?|(?<=[a-z]{4}e)res?)$")


def respellings(word: str) -> Iterator[str]:
    """How else a word may be meant to sound: with a silent r or t at the end, with every c hard or soft, every g."""
    if _SILENT_R_OR_T.search(word):
        yield _SILENT_R_OR_T.sub("", word)
    if _SOFT_C.search(word):
        yield _SOFT_C.sub("k", word)
    if "gen" in word:
        hard = word.replace("gen", "gan")
        yield hard
        if _SOFT_C.search(hard):
            yield _SOFT_C.sub("k", hard)
    if "coe" in word:
        yield word.replace("coe", "se")
    if "gue" in word or "gui" in word:
        yield word.replace("gue", "ge").replace("gui", "gi")
