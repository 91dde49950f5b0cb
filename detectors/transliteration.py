"""Words of other scripts in Latin letters, as a French ear would write them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product

from anyascii import anyascii

# Where the usual romanisation follows English or scholars, and names would not be known again. The likeliest spelling
# first; a writer spells a letter of his the same way all through a word.
_CYRILLIC = dict(zip("абвгдеёжзлмнопрхэўієґ", "abvgdeejzlmnoprheuieg", strict=True)) | {
    "и": "i y", "й": "i j y", "к": "k c", "с": "s c", "т": "t th", "у": "u ou", "ф": "f ph", "ц": "c ts", "ч": "ch",
    "ш": "ch", "щ": "ch", "ъ": "", "ы": "y i", "ь": "", "ю": "u iu", "я": "ya ia", "ї": "i",
}  # fmt: skip
_GREEK = dict(zip("αγδεηθικλμνοπρτφω", "agdeitiklmnoprtfo", strict=True)) | {
    "β": "v b", "ζ": "z j", "κ": "k c", "ξ": "x", "σ": "s c", "ς": "s", "υ": "u y", "φ": "f ph", "χ": "h ch", "ψ": "ps",
    "ϲ": "s",
}  # fmt: skip
_ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ب": "b p", "ت": "t th", "ث": "t", "ج": "g j", "ح": "h", "خ": "k", "د": "d",
    "ذ": "z", "ر": "r", "ز": "z", "س": "s c", "ش": "ch", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "g",
    "ف": "f v ph", "ق": "q k", "ك": "k c", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "e", "و": "o u ou",
    "ي": "i e y", "ى": "a", "پ": "p", "ڤ": "v", "چ": "ch", "گ": "g", "ژ": "j", "ک": "k c", "ی": "i e", "ء": "",
    "ئ": "i", "ؤ": "o",
}  # fmt: skip
_SPELLINGS = {letter: tuple(spelled.split(" ")) for letter, spelled in (_CYRILLIC | _GREEK | _ARABIC).items()}
_LIKELIEST = str.maketrans({letter: spelled[0] for letter, spelled in _SPELLINGS.items()})
# Groups of letters that are one sound, before single ones.
_GROUPS = (("дж", "j"), ("кс", "x"), ("нь", "gn"), ("ου", "ou"), ("μπ", "b"), ("ντ", "d"), ("كس", "x"))
_SOFTENED = re.compile(r"k(?=[eiy])")
_LONGEST = 40
_MOST = 16  # spellings of one word


def spellings(word: str) -> Iterator[str]:
    """What a folded word of another script may be in Latin letters, likeliest first; nothing for too long a word.

    >>> next(spellings("клиника")), next(spellings("руан"))
    ('klinika', 'ruan')
    """
    if len(word) > _LONGEST:
        return
    grouped = word
    for group, letters in _GROUPS:
        grouped = grouped.replace(group, letters)
    several = [letter for letter in dict.fromkeys(grouped) if len(_SPELLINGS.get(letter, ())) > 1]
    seen = set()
    for chosen in islice(product(*(_SPELLINGS[letter] for letter in several)), _MOST):
        table = {ord(letter): spelled for letter, spelled in zip(several, chosen, strict=True)}
        for form in (grouped, word) if grouped != word else (word,):
            spelled = form.translate(table).translate(_LIKELIEST)
            plain = spelled if spelled.isascii() and spelled.isalpha() else _plain(spelled)
            if plain and plain not in seen:
                seen.add(plain)
                yield plain


@lru_cache(maxsize=65536)
def likeliest(word: str) -> tuple[str, ...]:
    """The likeliest spellings of a folded word of another script: one, seldom more; nothing for too long a word.

    >>> likeliest("руан"), likeliest("клиника")
    (('ruan',), ('klinika', 'clinica'))
    """
    if len(word) > _LONGEST:
        return ()
    grouped = word
    for group, letters in _GROUPS:
        grouped = grouped.replace(group, letters)
    forms = [_plain_once(grouped)]
    if grouped != word:
        forms.append(_plain_once(word))
    # A k before such a vowel may be a soft c spelled letter for letter.
    forms += [_SOFTENED.sub("s", form) for form in forms[:1] if _SOFTENED.search(form)]
    forms += [form.replace("k", "c") for form in forms if "k" in form]
    return tuple(dict.fromkeys(form for form in forms if form))


def _plain_once(word: str) -> str:
    spelled = word.translate(_LIKELIEST)
    return spelled if spelled.isascii() and spelled.isalpha() else _plain(spelled)


def letter_sounds(letter: str) -> str:
    """A single letter of another script in Latin letters; nothing if it has none."""
    return _plain(letter.translate(_LIKELIEST))


def _plain(word: str) -> str:
    return "".join(letter for letter in anyascii(word).lower() if "a" <= letter <= "z")
