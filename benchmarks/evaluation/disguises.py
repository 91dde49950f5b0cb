"""What a seller does to the letters of a name so that a search does not find it. One function a disguise.

Each takes the name as written and gives it disguised, or nothing where this name cannot wear the disguise: a word of
three letters with two slips in it is another word.
"""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from random import Random

from benchmarks.evaluation import alphabets
from benchmarks.evaluation.name_parts import ARTICLES, KIND_WORDS, flat, is_telling, is_type_word

Disguise = Callable[[Random, str], str | None]

_FEWEST_LETTERS = 4  # of a word that a disguise goes on
_LONG_WORD = 8


def telling_words(name: str, shortest: int = _FEWEST_LETTERS) -> list[tuple[int, int]]:
    """Spans of the words that name, long enough to be disguised."""
    return [match.span() for match in re.finditer(r"[^\W\d_]+", name) if len(match[0]) >= shortest and _names(match[0])]


def _names(word: str) -> bool:
    small = flat(word)
    return small.isascii() and is_telling(small) and small not in KIND_WORDS and not is_type_word(word)


def _replaced(name: str, changes: Mapping[int, str]) -> str:
    return "".join(changes.get(at, letter) for at, letter in enumerate(name))


# ---------------------------------------------------------------- slips of the hand


def one_slip(random: Random, name: str) -> str | None:
    """One slip in a telling word of at least five letters."""
    spans = telling_words(name, 5)
    return _with_slip(random, name, random.choice(spans)) if spans else None


def two_slips(random: Random, name: str) -> str | None:
    """Two slips: in two words, or in one of at least eight letters."""
    spans = telling_words(name, 6)
    if len(spans) > 1 and random.random() < 0.6:
        first, second = sorted(random.sample(spans, 2))
        # From the right, so that the other span stays true.
        return _with_slip(random, _with_slip(random, name, second), first)
    long = [span for span in spans if span[1] - span[0] >= 8]
    if not long:
        return None
    start, end = random.choice(long)
    middle = (start + end) // 2
    return _with_slip(random, _with_slip(random, name, (middle, end), inner=False), (start, middle))


def _with_slip(random: Random, name: str, span: tuple[int, int], *, inner: bool = True) -> str:
    """One letter dropped, doubled, swapped with the next, hit beside, or put in; rarely the first of the word."""
    start, end = span
    word = name[start:end]
    while True:
        at = random.randrange(1 if inner and random.random() < 0.9 else 0, len(word))
        letter = flat(word[at])
        kind = random.choice(("drop", "double", "swap", "beside", "other", "put in"))
        if kind == "drop":
            changed = word[:at] + word[at + 1 :]
        elif kind == "double":
            changed = word[: at + 1] + word[at:]
        elif kind == "swap":
            changed = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        elif kind == "beside":
            changed = word[:at] + random.choice(alphabets.NEIGHBOURS.get(letter) or "e") + word[at + 1 :]
        elif kind == "other":
            changed = word[:at] + random.choice(string.ascii_lowercase) + word[at + 1 :]
        else:
            changed = word[:at] + random.choice(string.ascii_lowercase) + word[at:]
        if flat(changed) != flat(word):
            return name[:start] + (changed.upper() if word.isupper() else changed) + name[end:]


# ---------------------------------------------------------------- letters that look like others


def leet(random: Random, name: str) -> str | None:
    """Digits and signs for letters; a third of each word's letters stays."""
    changes: dict[int, str] = {}
    strength = random.uniform(0.4, 1.0)
    for match in re.finditer(r"[^\W\d_]{3,}", name):
        able = [at for at in range(*match.span()) if flat(name[at]) in alphabets.LEET]
        kept = -(-len(match[0]) // 3)
        able = random.sample(able, min(len(able), len(match[0]) - kept))
        chosen = able[: max(1, round(len(able) * strength))]
        changes |= {at: random.choice(alphabets.LEET[flat(name[at])]) for at in chosen}
    spans = telling_words(name)
    if not any(at in changes for span in spans for at in range(*span)):
        return None
    return _replaced(name, changes)


def homoglyphs(random: Random, name: str) -> str | None:
    """Letters of other scripts or styles that look alike, some or all."""
    draw = random.random()
    if draw < 0.15:
        style = random.randrange(alphabets.STYLES)
        return _changed(name, lambda letter: alphabets.styled_letter(letter, style), random, 1.0)
    if draw < 0.2:
        return _changed(name.lower(), lambda letter: alphabets.SMALL_CAPITALS.get(letter, letter), random, 1.0)
    tables: Sequence[Mapping[str, str]]
    if draw < 0.55:
        tables = (alphabets.CYRILLIC_SHAPES,)
    elif draw < 0.75:
        tables = (alphabets.GREEK_SHAPES,)
    elif draw < 0.85:
        tables = (alphabets.DECORATED,)
    else:
        tables = (alphabets.CYRILLIC_SHAPES, alphabets.GREEK_SHAPES, alphabets.OTHER_SHAPES)

    def look_alike(letter: str) -> str:
        table = random.choice(tables)
        return table.get(letter, letter)

    return _changed(name, look_alike, random, random.choice((0.35, 0.6, 1.0)))


def _changed(name: str, change: Callable[[str], str], random: Random, share: float) -> str | None:
    plain = "".join(flat(c).upper() if c.isupper() else flat(c) for c in name if len(flat(c)) <= 1)
    changes = {
        at: change(plain[at])
        for at in range(len(plain))
        if plain[at].isascii() and plain[at].isalpha() and random.random() < share
    }
    changed = _replaced(plain, changes)
    spans = telling_words(plain)
    return changed if any(changed[at] != plain[at] for span in spans for at in range(*span)) else None


def invisible(random: Random, name: str) -> str | None:
    """Characters nobody sees between the letters, strike-through, or marks heaped on them."""
    if not telling_words(name):
        return None
    draw = random.random()
    if draw < 0.15:
        strike = random.choice(alphabets.STRIKES)
        return "".join(letter + strike for letter in name)
    if draw < 0.25:
        return "".join(
            letter + ("".join(random.choices(alphabets.ZALGO, k=random.randint(1, 6))) if letter.isalpha() else "")
            for letter in name
        )
    share = random.choice((0.2, 0.5, 1.0))
    kinds = random.sample(alphabets.INVISIBLE, random.choice((1, 1, 3)))
    start, end = random.choice(telling_words(name))
    forced = random.randrange(start, end - 1)
    return "".join(
        letter + (random.choice(kinds) if letter.isalnum() and (at == forced or random.random() < share) else "")
        for at, letter in enumerate(name)
    )


# ---------------------------------------------------------------- words joined or torn


def separators(random: Random, name: str) -> str | None:
    """The words glued or joined by signs: a hashtag, a file's or a host's name, camel case, underscores."""
    words = [word for word in re.split(r"[^\w]+", name) if word]
    if len(words) < 2 or not telling_words(name):
        return None
    flat_words = [flat(word) for word in words]
    few = [word for word in flat_words if word not in ARTICLES] or flat_words
    kind = random.choice(("hashtag", "camel", "file", "host", "glued", "underscore", "dots", "plus", "slash", "lines"))
    if kind == "hashtag":
        return "#" + "".join(words)
    if kind == "camel":
        return "".join(word if word.isupper() else word[0].upper() + word[1:].lower() for word in words)
    if kind == "file":
        return random.choice("-_.").join(random.choice((few, flat_words, [word.upper() for word in few])))
    if kind == "host":
        return random.choice(("-", "-", "")).join(few)
    joint = {"glued": "", "underscore": "_", "dots": ".", "plus": "+", "slash": "/", "lines": "\n"}[kind]
    return joint.join(flat_words if random.random() < 0.5 else words)


def spaced(random: Random, name: str) -> str | None:
    """Every letter apart, the words further apart."""
    between, gap = random.choice(
        ((" ", "   "), (" ", "  "), (" ", " / "), ("-", " "), ("_", "  "), ("·", " "), ("*", " "))
    )
    return _taken_apart(name, between, gap)


def dotted(random: Random, name: str) -> str | None:
    """A dot after every letter, the words kept apart."""
    return _taken_apart(name, ".", random.choice((" ", " ", "  ", ". ")))


def _taken_apart(name: str, between: str, gap: str) -> str | None:
    if not telling_words(name) or len(name) > 40:
        return None
    return gap.join(between.join(word) for word in re.split(r"[^\w]+", name) if word)


def starred(random: Random, name: str) -> str | None:
    """One or two letters of the longer words hidden by a sign."""
    changes: dict[int, str] = {}
    sign = random.choice("***•·#_-.?")
    spans = telling_words(name, 5)
    if not spans:
        return None
    for start, end in spans if random.random() < 0.5 else [random.choice(spans)]:
        hidden = 2 if end - start >= 9 and random.random() < 0.4 else 1
        changes |= dict.fromkeys(random.sample(range(start + 1, end - 1), hidden), sign)
    for match in re.finditer(r"[^\W\d_]{6,}", name):
        if is_type_word(match[0]) and random.random() < 0.5:
            changes[random.randrange(match.start() + 1, match.end() - 1)] = sign
    return _replaced(name, changes)


def emoji(random: Random, name: str) -> str | None:
    """Emoji between letters."""
    spans = telling_words(name)
    if not spans:
        return None
    kinds = random.sample(alphabets.EMOJI, random.choice((1, 1, 3)))
    everywhere = random.random() < 0.25
    inside = {at for start, end in spans for at in random.sample(range(start, end - 1), random.choice((1, 1, 2)))}
    return "".join(
        letter
        + (
            random.choice(kinds)
            if at in inside or (everywhere and name[at : at + 2].isalpha() and at + 1 < len(name))
            else ""
        )
        for at, letter in enumerate(name)
    )


def repeated(random: Random, name: str) -> str | None:
    """A letter or two held down."""
    changes = {}
    spans = telling_words(name)
    if not spans:
        return None
    for start, end in spans if random.random() < 0.5 else [random.choice(spans)]:
        at = random.randrange(start, end)
        changes[at] = name[at] * random.randint(3, 6)
    return _replaced(name, changes)


# ---------------------------------------------------------------- letters that sound like others


def transliteration(random: Random, name: str) -> str | None:
    """The whole name in Cyrillic, Greek or Arabic letters, by sound."""
    if not telling_words(name):
        return None
    draw = random.random()
    table = (
        alphabets.CYRILLIC_SOUNDS if draw < 0.6 else alphabets.GREEK_SOUNDS if draw < 0.85 else alphabets.ARABIC_SOUNDS
    )
    joins = random.random() < 0.7  # `ou` as one sound, or letter for letter
    # A writer chooses once how he writes a sound.
    choices = {sound: random.choice(letters) for sound, letters in table.items()}
    spoken = re.sub(r"c(?=[eiy])", "ç", flat(name)) if joins else flat(name)
    written = "".join(_sounds(part, choices, joins) for part in re.split(r"(\W+)", spoken))
    if name[:1].isupper() and table is not alphabets.ARABIC_SOUNDS:
        written = written.title() if not name.isupper() else written.upper()
    # A final sigma is written as one.
    return re.sub(r"σ\b", "ς", written)


def _sounds(word: str, choices: Mapping[str, str], joins: bool) -> str:
    out, at = [], 0
    while at < len(word):
        for length in (3, 2, 1) if joins else (1,):
            sound = word[at : at + length]
            if len(sound) == length and sound in choices:
                out.append(choices[sound])
                at += length
                break
        else:
            out.append(word[at])
            at += 1
    return "".join(out)


def mixed_scripts(random: Random, name: str) -> str | None:
    """Letters of another script that sound alike within Latin words: `клinique`."""
    spans = telling_words(name)
    if not spans:
        return None
    changes: dict[int, str] = {}
    script = random.choice((0, 0, -1))
    for match in re.finditer(r"[^\W\d_]{4,}", name):
        able = [at for at in range(*match.span()) if flat(name[at]) in alphabets.SOUND_IN_WORD]
        for at in random.sample(able, min(len(able), random.randint(1, 3), len(match[0]) - 2)):
            sound = alphabets.SOUND_IN_WORD[flat(name[at])][script]
            changes[at] = sound.upper() if name[at].isupper() else sound
    return _replaced(name, changes) if any(at in changes for span in spans for at in range(*span)) else None


# What a French ear writes alike: pattern, replacement.
_EAR: tuple[tuple[str, str], ...] = (
    (r"ph", "f"), (r"qu", "k"), (r"^h(?=[aeiouy])", ""), (r"eaux?|aux?(?=$)|au", "o"), (r"c(?=[aourlt])", "k"),
    (r"c(?=[eiy])", "s"), (r"ss(?=[aeiouy])", "s"), (r"([bcdfglmnprt])\1", r"\1"), (r"(?<=[aeiou])s(?=[aeiou])", "z"),
    (r"y", "i"), (r"ai(?!n)|ei(?!n)", "e"), (r"(?:ain|ein)(?=$|[^aeiouyn])", "in"), (r"en(?=[tdcg])", "an"),
    (r"(?<=[^aeiouy])e?s$|(?<=[aeiouy])[xts]$", ""), (r"(?<=[^e])e$", ""), (r"x(?=[aeiou])", "ks"), (r"th", "t"),
    (r"oe", "e"), (r"gu(?=[ei])", "g"), (r"ge(?=[ao])", "j"), (r"g(?=[eiy])", "j"), (r"er$|ez$", "é"),
    (r"ch(?=[rl])", "k"),
)  # fmt: skip


def phonetic(random: Random, name: str) -> str | None:
    """As a French ear spells it: `klinik`, `opital`. One or two changes a word, three in a long one."""
    changed: list[str] = []
    telling_changed = False
    for part in re.split(r"([^\W\d_]+)", name):
        written = _by_ear(random, flat(part)) if len(part) >= _FEWEST_LETTERS else part
        telling_changed |= len(part) >= _FEWEST_LETTERS and _names(part) and written != flat(part)
        changed.append(written if written != flat(part) else part)
    return "".join(changed) if telling_changed else None


def _by_ear(random: Random, word: str) -> str:
    wanted = random.randint(1, 3 if len(word) >= _LONG_WORD else 2)
    for pattern, heard in random.sample(_EAR, len(_EAR)):
        again = re.sub(pattern, heard, word, count=1)
        if again != word and len(again) >= 3:
            word = again
            wanted -= 1
            if not wanted:
                break
    return word


def twice(random: Random, name: str) -> str | None:
    """Two disguises, one on the other: what nobody plans for."""
    first = random.choice((leet, homoglyphs, phonetic, one_slip, repeated))(random, name)
    if first is None:
        return None
    if random.random() < 0.5:
        words = re.split(r"\s+", first)
        return random.choice(("", "_", "-", ".")).join(words) if len(words) > 1 else None
    return "".join(
        letter + (random.choice(alphabets.INVISIBLE[:6]) if random.random() < 0.3 else "") for letter in first
    )


DISGUISES: Mapping[str, Disguise] = {
    "typo1": one_slip,
    "typo2": two_slips,
    "leet": leet,
    "homoglyph": homoglyphs,
    "invisible": invisible,
    "separators": separators,
    "translit": transliteration,
    "starred": starred,
    "dotted": dotted,
    "spaced": spaced,
    "emoji": emoji,
    "mixed": mixed_scripts,
    "phonetic": phonetic,
    "repeated": repeated,
    "twice": twice,
}


def is_disguised(before: str, after: str) -> bool:
    """Whether a search that minds no case would miss it."""
    return before.casefold() != after.casefold()
