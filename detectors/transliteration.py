"""Words of other scripts in Latin letters, as a French ear would write them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

from anyascii import anyascii

from detectors.sounds import sounds

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
            plain = spelled if spelled.isascii() and spelled.isalnum() else _plain(spelled)
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
    return spelled if spelled.isascii() and spelled.isalnum() else _plain(spelled)


def letter_sounds(letter: str) -> str:
    """A single letter of another script in Latin letters; nothing if it has none."""
    return _plain(letter.translate(_LIKELIEST))


def _plain(word: str) -> str:
    return "".join(letter for letter in anyascii(word).lower() if "a" <= letter <= "z" or letter.isdigit())


# ---------------------------------------------------------------- both alphabets in one

# What letters say, written alike whichever alphabet they come from: no h, `C` for *ch*, u for *ou*, s for z, each
# letter once in a row. Several where a letter may say either.
_SAYS: dict[str, str] = {
    **dict(zip("абвгдеёжзиклмнопрстуфцчшщыэюіўєґ", "abvgdeejsiklmnoprstufsCCCieuiueg", strict=True)),
    "й": "i j", "х": "", "ъ": "", "ь": "", "я": "ia", "ї": "i",
    **dict(zip("αγδεηθικλμνοπρσςτφω", "agdeitiklmnoprsstfo", strict=True)),
    "β": "v b", "ζ": "s j", "ξ": "ks", "υ": "u i", "χ": "_ C", "ψ": "ps", "ϲ": "s",
    **dict(zip("اأإآبتثجخدذرزسشصضطظعغفقكلمنوىپڤچگژکئؤ", "aaaabttgkdsrssCsdtsagfkklmnuapvCgjkiu", strict=True)),
    "ح": "", "ه": "", "ة": "e", "ي": "i", "ی": "i", "ء": "",
}  # fmt: skip
_SAY_TOGETHER = {"дж": "j dj", "ου": "u", "μπ": "b mp", "ντ": "d nt"}
_SAYING = re.compile("|".join((*_SAY_TOGETHER, *_SAYS)))
_MOST_SAID = 8  # ways a word may be said
_SAID_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=65536)
def said(word: str) -> tuple[str, ...]:
    """What a folded word of another alphabet may say, in the letters of `said_in_latin`; nothing for too long a word.

    >>> said("клиника"), said("μπαρ")
    (('klinika',), ('bar', 'mpar'))
    """
    if len(word) > _LONGEST:
        return ()
    letters = [(_SAY_TOGETHER | _SAYS)[each].split() or [""] for each in _SAYING.findall(word)]
    several = islice(product(*letters), _MOST_SAID)
    joined = ("".join(each).replace("_", "").replace("ou", "u").replace("ts", "s") for each in several)
    return tuple(dict.fromkeys(each for each in (_SAID_TWICE.sub(r"\1", one) for one in joined) if each))


_TOGETHER = (
    ("sch", "C"), ("ch", "C"), ("ph", "f"), ("th", "t"), ("qu", "k"), ("gn", "n"), ("eau", "o"), ("ce", "se"),
    ("ci", "si"), ("cy", "si"), ("w", "v"),
)  # fmt: skip
_ONE_BY_ONE = (
    ("c", "k"),
    ("q", "k"),
    ("ou", "u"),
    ("z", "s"),
    ("ts", "s"),
    ("x", "ks"),
    ("y", "i"),
    ("w", "u"),
    ("h", ""),
)
_ONCE = tuple((letter * 2, letter) for letter in "abCdefgijklmnoprstuv")


def said_in_latin(words: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """What words of ASCII letters say to who writes them in another alphabet: sound by sound, letter by letter, by ear.

    >>> said_in_latin(["choux"])
    (['Cuks'], ['kuks'], ['Cu'])
    """
    text = "\n".join((*words, ""))
    heard = "\n".join((*sounds(words), ""))
    forms = (_replaced(_replaced(text, _TOGETHER), _ONE_BY_ONE), _replaced(text, _ONE_BY_ONE), heard.replace("w", "u"))
    together, one_by_one, by_ear = (_replaced(form, _ONCE).split("\n")[:-1] for form in forms)
    return together, one_by_one, by_ear


def _replaced(text: str, rules: Iterable[tuple[str, str]]) -> str:
    for written, spoken in rules:
        text = text.replace(written, spoken)
    return text


# Letters that an alphabet does not tell apart, by its first and last character; all others are told apart by all.
_ALIKE = (
    ("\u0370", "\u03ff", str.maketrans("v", "b")),
    ("\u0600", "\u06ff", str.maketrans("eopvj", "iubfg")),
)
_LOOSELY = str.maketrans("aeioubpvfgjkCdt", "aaaaabbbbggkkdd")
_FEWEST_LOOSE = 4
SCRIPTS = 3  # ways of telling letters apart


def script_of(word: str) -> int:
    """Which letters a word of another alphabet tells apart: a number below `SCRIPTS`."""
    return next((at for at, (first, last, _) in enumerate(_ALIKE, 1) if first <= word[0] <= last), 0)


def in_script(lines: str, script: int) -> str:
    """What is said, a line a word, with the letters as one that a script does not tell apart."""
    return _replaced(lines.translate(_ALIKE[script - 1][2]), _ONCE) if script else lines


def loosely(forms: Sequence[str]) -> list[str]:
    """What is said with all vowels as one, none at the end, and kindred consonants too; nothing of short words."""
    text = "\n".join((*forms, ""))
    lines = _replaced(_replaced(text.translate(_LOOSELY), _ONCE), (("a\n", "\n"),)).split("\n")[:-1]
    return [line if len(line) >= _FEWEST_LOOSE else "" for line in lines]
