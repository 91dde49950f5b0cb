"""Raw text → folded text, with every position mapped back to the raw one.

Folded text is lower case, without accents, invisible characters, widths and typographic variants; a word
that mixes scripts has its look-alikes resolved (Unicode UTS 39 calls it a mixed-script confusable). A word
wholly in another script stays itself: Russian claims are read as Russian. Leetspeak is not undone here but
offered per word by `leet_readings`, because only a vocabulary can tell `h0pit4l` from `covid19`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Literal

from detectors.confusables import CONFUSABLES

# Letters that pass for Latin ones, each followed by what it passes for. Capitals are listed apart because
# their lower case may look different (Н is an H, н is an n). One to one, so that positions hold.
_CYRILLIC = (
    "Аa Вb Ѕs Еe Іi Јj Кk Мm Нh Оo Рp Сc Тt Уy Үy Хx Ԛq Ԝw Һh Ӏl Зe Ьb Гr Пn Иn Лn Яr "
    "аa вb ѕs еe іi јj кk мm нn оo рp сc тt уy үy хx ԛq ԝw һh ӏl зe ьb гr пn иu лn яr ԁd ӧo ғf"
)
_GREEK = (
    "Αa Βb Εe Ζz Ηh Ιi Κk Μm Νn Οo Ρp Τt Υy Χx Σe Λa Ϲc αa βb γy εe ζz ηn ιi κk νv οo ρp τt υu χx ωw σo ςs ϲc ϳj λa"
)
_OTHER = "Օo օo ոn սu հh Ꭺa Ᏼb Ꮯc Ꭰd Ꭼe Ꮋh Ꭻj Ꮶk Ꮮl Ꮇm Ꮲp Ꮪs Ꭲt Ꮩv Ꮃw Ꮓz"
_LISTED = CONFUSABLES | {pair[0]: pair[1] for pair in f"{_CYRILLIC} {_GREEK} {_OTHER}".split()}
# A capital that is listed nowhere passes for what its small letter does.
LOOKALIKES = {each.upper(): latin for each, latin in _LISTED.items() if len(each.upper()) == 1} | _LISTED

# Latin letters that no decomposition turns into their plain form.
_PLAIN_LATIN = {
    "ƀ": "b", "ŧ": "t", "ɋ": "q", "ɨ": "i", "ɇ": "e", "ⱥ": "a", "ƶ": "z", "ɉ": "j", "ɍ": "r", "ɏ": "y", "ƈ": "c",
    "ɗ": "d", "ƙ": "k", "ƥ": "p", "ƭ": "t", "ʋ": "v", "ɓ": "b",
    "ß": "ss", "ẞ": "ss", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d",
    "ł": "l", "Ł": "l", "ħ": "h", "Ħ": "h", "ı": "i", "ŋ": "n", "þ": "th", "ð": "d", "ɑ": "a", "ɡ": "g", "ɩ": "i",
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
}  # fmt: skip
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_REGIONAL = {chr(0x1F1E6 + i): chr(97 + i) for i in range(26)}
_ENCLOSED = {chr(base + i): chr(97 + i) for base in (0x1F150, 0x1F170) for i in range(26)}
# Blanks that are letters to Unicode, and one that is a sign.
_FILLERS = {"\u115f": "", "\u1160": "", "\u3164": "", "\u2800": " "}
# A letter of its own to who reads it, though Unicode takes it apart.
_OWN_LETTERS = {"й": "й", "Й": "й"}
_SPECIAL = _OWN_LETTERS | _PLAIN_LATIN | _SMALL_CAPITALS | _REGIONAL | _ENCLOSED | _FILLERS
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

# A digit or sign → the letters it stands for in leetspeak, likeliest first.
_LEET = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "|": "il", "€": "e", "£": "l", "+": "t",
}  # fmt: skip
_LEET_SIGN = re.compile(r"[0-9@$!|€£+]")
_LONGEST_LIGATURE = 4  # one Arabic ligature is a phrase of 18 letters: a post of them would be 18 times as long
_LONGEST_WORD = 64  # letters of a word worth reading in another way, or remembering
_MOST_READINGS = 8  # of one word: three characters of two meanings
_CHUNK = re.compile(r"(?:[^\W_]|[@$!|€£+])+")
_CLOSING_SIGNS = "!|+"  # at the end of a word they are punctuation rather than letters
_NUMBER_AND_UNIT = re.compile(r"[$€£+@]*\d[\d_]*[^\W\d_]{0,3}[$€£+!]*")
_PLAIN_WORD = re.compile(r"[^\W_]+")
_MIXED = re.compile(r"[a-z][^\W\d_a-z]|[^\W\d_a-z][a-z]|[a-z]\d[^\W\d_a-z]|[^\W\d_a-z]\d[a-z]")


class Text:
    """A raw text, its folded form and the way back; each is worked out when first asked for."""

    __slots__ = ("_folded", "_positions", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._folded: str | None = None
        self._positions: Sequence[int] | Literal[False] | None = False

    def __eq__(self, other: object) -> bool:
        return self.raw == other.raw if isinstance(other, Text) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Text of {len(self.raw)} characters"

    @property
    def folded(self) -> str:
        """The text in lower case, without accents, disguises of single letters, and what nobody sees."""
        if self._folded is None:
            self._folded = _folded(self)
        return self._folded

    @property
    def positions(self) -> Sequence[int] | None:
        """Folded index → raw index; None where they are the same."""
        if self._positions is False:
            self._positions = _positions(self.raw)
        return self._positions

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw positions of a folded span."""
        positions = self.positions
        if positions is None or start >= end:
            return start, end
        return positions[start], positions[end - 1] + 1


class _FoldTable(dict[int, str]):
    """Code point → its folded form, filled as characters are met. Bounded by the size of Unicode."""

    def __init__(self) -> None:
        self.resized: set[str] = set()  # characters whose folded form is not one character long

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        if len(folded) != 1:
            self.resized.add(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me"):  # invisible characters, combining marks, enclosing marks
        return ""
    if category == "Cc":
        return character if character.isspace() and not _CONTROLS.match(character) else ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if category == "Cs":  # a lone surrogate cannot be written anywhere
        return "\ufffd"
    # One character at a time: marks are dropped before anything can be normalised together, so a thousand
    # of them on one letter cost no more than a thousand letters (NFKC over the whole is quadratic there).
    decomposed = unicodedata.normalize("NFKD", character)
    if len(decomposed) > _LONGEST_LIGATURE:
        return character
    kept = (c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return "".join(_SPECIAL.get(c, c) for c in kept).lower()


_FOLD = _FoldTable()
_SEEN = str.maketrans(LOOKALIKES)


def fold(raw: str) -> Text:
    """Fold a raw text.

    >>> fold("Hôpital").folded
    'hopital'
    >>> fold("Ｈ\u200bó\u0301ｐital").raw_span(0, 3)
    (0, 5)
    """
    return Text(raw)


def _is_plain(raw: str) -> bool:
    return raw.isascii() and not _CONTROLS.search(raw)


def _folded(text: Text) -> str:
    if _is_plain(text.raw):
        return text.raw.lower()
    folded = text.raw.translate(_FOLD)
    return folded if folded.isascii() or not _MIXED.search(folded) else _resolve_mixed_scripts(text, folded)


def _positions(raw: str) -> Sequence[int] | None:
    if _is_plain(raw):
        return None
    raw.translate(_FOLD)  # so that every character of it is in the table
    resized = _FOLD.resized.intersection(raw)
    if not resized:
        return None
    positions: list[int] = []
    reached = 0
    for at in sorted(at for character in resized for at in _places_of(character, raw)):
        positions += range(reached, at)
        positions += (at,) * len(_FOLD[ord(raw[at])])
        reached = at + 1
    positions += range(reached, len(raw))
    return positions


def _places_of(character: str, raw: str) -> Iterator[int]:
    at = raw.find(character)
    while at >= 0:
        yield at
        at = raw.find(character, at + 1)


def with_gaps_shown(text: Text) -> Text | None:
    """The same with a blank for each invisible character, raw positions alike; nothing where there is none.

    What stands between two numbers may be seen by nobody, and yet part them.

    >>> with_gaps_shown(fold("75001\u200b0639980011")).folded
    '75001 0639980011'
    """
    if text.positions is None:
        return None
    hidden = {ord(character): " " for character in set(text.raw) if not _FOLD[ord(character)]}
    return fold(text.raw.translate(hidden)) if hidden else None


def _resolve_mixed_scripts(text: Text, folded: str) -> str:
    """Look-alikes become Latin within words that also hold a Latin letter."""

    def resolve(match: re.Match[str]) -> str:
        word = match[0]
        if word.isascii() or not any("a" <= c <= "z" for c in word):
            return word
        return _as_latin(text.raw, word, match.start(), text.positions)

    return _PLAIN_WORD.sub(resolve, folded)


def as_latin(text: Text, start: int, end: int) -> str:
    """A folded span with every look-alike replaced by the Latin letter it passes for; other characters stay."""
    return _as_latin(text.raw, text.folded[start:end], start, text.positions)


def folded_letters(word: str) -> str:
    """A word folded letter by letter, look-alikes left as they are."""
    return word.translate(_FOLD)


def as_seen(word: str) -> str:
    """A raw word with every look-alike replaced by the Latin letter it passes for."""
    return word.translate(_SEEN).lower()


def visible(raw: str) -> str:
    """A raw string without the characters nobody sees.

    >>> visible("C\u200bHU")
    'CHU'
    """
    return "".join(character for character in raw if _FOLD[ord(character)])


def raw_letters(text: Text, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Each character of a folded span with the raw one it came from first."""
    for at in range(start, end):
        yield text.raw[at if text.positions is None else text.positions[at]], text.folded[at]


def _as_latin(raw: str, word: str, start: int, positions: Sequence[int] | None) -> str:
    """The word with every look-alike replaced; other characters stay."""
    letters = []
    for offset, letter in enumerate(word):
        at = start + offset
        original = raw[at if positions is None else positions[at]]
        letters.append(letter if letter.isascii() else LOOKALIKES.get(original, letter))
    return "".join(letters)


def leet_readings(word: str) -> tuple[str, ...]:
    """What a word with digits or signs may spell, at most 8 readings; empty for numbers and amounts.

    >>> leet_readings("h0pit4l")
    ('hopital',)
    >>> leet_readings("500k"), leet_readings("2024")
    ((), ())
    """
    return _leet_readings(word) if len(word) <= _LONGEST_WORD else ()


@lru_cache(maxsize=65536)
def _leet_readings(word: str) -> tuple[str, ...]:
    if _NUMBER_AND_UNIT.fullmatch(word) or not any(c.isalpha() for c in word) or not _LEET_SIGN.search(word):
        return ()
    choices = [_LEET.get(character, character) for character in word]
    combinations = islice(product(*choices), _MOST_READINGS)
    return tuple("".join(letters) for letters in combinations)


def undisguised(text: Text) -> str:
    """The folded text with leetspeak words spelled out, character for character.

    >>> undisguised(fold("V3nds 500k p@tients"))
    'vends 500k patients'
    """

    def spell(match: re.Match[str]) -> str:
        core = match[0].rstrip(_CLOSING_SIGNS)
        readings = leet_readings(core)
        return readings[0] + match[0][len(core) :] if readings else match[0]

    if not _LEET_SIGN.search(text.folded):
        return text.folded
    return _CHUNK.sub(spell, text.folded)
