"""Which cues of the word tables a text holds, and where: one look-up a word, so that most posts cost little."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from detectors.claim_words import NOT_A_LEAK, WORDS, Cue
from detectors.normalisation import Text, fold, leet_readings

_WORD = re.compile(r"[^\W_]+")
_NOT_A_LEAK = re.compile(rf"(?<![^\W_])(?:{NOT_A_LEAK})(?![^\W_])")
_MAY_BE_OTHER = ("fuite", "leak", "утечк", "sizinti", "kacagi", "fuga", "leck")  # in every one of them
_SIGN, _NEVER_LAST = "0-9@$!|€£+", "0-9@$€£"  # at the end of a word the others are punctuation
# A letter and a sign side by side within a word: nothing else can be spelled out.
_MIXED = re.compile(rf"[{_SIGN}](?:(?=[^\W\d_])|(?<=[^\W\d_][{_NEVER_LAST}])|(?<=[^\W\d_].)(?=[!|+]*[{_NEVER_LAST}]))")
_WITH_A_SIGN = re.compile(rf"(?<![^\W_])(?<![{_SIGN}])[^\W\d_]*[{_SIGN}](?:[^\W_]|[{_SIGN}])*")
_LONGEST_WORD = 40  # letters of a word that is looked at
_IN_A_ROW = b"\1" * 4  # single letters that may spell a word
_MOST_KEPT = 100_000  # words remembered
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[^\w\n]{1,2}[^\W\d_]){3,}(?![^\W_])")  # v e n d s, v.e.n.d.s


Spans = list[tuple[int, int]]
Run = tuple[Cue, int, int]  # a cue, its first and last word
Phrase = tuple[int, tuple[str, ...], Cue]  # the place of its key, its words, a star at the end of a stem, the cue


class Found(NamedTuple):
    """A cue said at a place of the folded text."""

    cue: Cue
    start: int
    end: int


class _Entry(NamedTuple):
    """What a word may say: alone, and as the key of a phrase, which is its longest word: short ones are everywhere."""

    alone: tuple[Cue, ...]
    phrases: tuple[Phrase, ...]


def _phrases() -> Iterator[tuple[str, Phrase]]:
    """Every phrase of the tables under its key."""
    for cue, languages in WORDS.items():
        for said in dict.fromkeys(p.strip() for words in languages.values() for p in words.split(",")):
            words = tuple(fold(said).folded.split())
            at = max(range(len(words)), key=lambda place: len(words[place]))
            yield words[at], (at, words, cue)


_WHOLE: dict[str, list[Phrase]] = defaultdict(list)
_STEMS: dict[str, list[Phrase]] = defaultdict(list)
for _key, _phrase in _phrases():
    (_STEMS if _key.endswith("*") else _WHOLE)[_key.rstrip("*")].append(_phrase)
_STEM_LENGTHS = sorted({len(stem) for stem in _STEMS})
_HEAD = _STEM_LENGTHS[0]
_HEADS = frozenset(stem[:_HEAD] for stem in _STEMS)


class _Entries(dict[str, _Entry | None]):
    """Word → what it may say, found out at first sight."""

    def __missing__(self, word: str) -> _Entry | None:
        if len(word) > _LONGEST_WORD:
            return None
        if len(self) >= _MOST_KEPT:
            self.clear()
        keyed = list(_WHOLE.get(word, ()))
        for length in _STEM_LENGTHS:
            keyed += _STEMS.get(word[:length], ()) if length <= len(word) else ()
        alone = tuple(dict.fromkeys(cue for _, words, cue in keyed if len(words) == 1))
        found = _Entry(alone, tuple(each for each in keyed if len(each[1]) > 1)) if keyed else None
        self[word] = found
        return found


_ENTRIES = _Entries()
_TOPICS = frozenset((Cue.DATA, Cue.HEALTH, Cue.FRENCH))  # count wherever they stand


def said(text: Text) -> str:
    """The folded text with leetspeak spelled out and leaks of other things blanked out, character for character."""
    read = spelled_out(text.folded)
    if any(map(read.__contains__, _MAY_BE_OTHER)):
        return _NOT_A_LEAK.sub(lambda match: " " * len(match[0]), read)
    return read


def spelled_out(folded: str) -> str:
    """A folded text with its leetspeak spelled out, character for character, as `undisguised` gives it.

    >>> spelled_out("v3nds 500k p@tients!")
    'vends 500k patients!'
    """
    return _WITH_A_SIGN.sub(_spelled, folded) if _MIXED.search(folded) else folded


def _spelled(match: re.Match[str]) -> str:
    core = match[0].rstrip("!|+")  # at the end of a word they are punctuation
    readings = leet_readings(core)
    return readings[0] + match[0][len(core) :] if readings else match[0]


@dataclass(frozen=True, slots=True)
class Cues:
    """What a text says, by words; where, only once somebody asks."""

    said: str
    runs: list[Run]
    known_spans: Spans | None
    kinds: frozenset[Cue]

    def found(self) -> list[Found]:
        """Each cue with its place, in order."""
        spans = self.known_spans or _spans(self.said)
        return [Found(cue, spans[first][0], spans[last][1]) for cue, first, last in self.runs]


def cues_of(said: str) -> Cues:
    """The cues said; what stands within a longer phrase does not count: `en vente` in `mise en vente`."""
    words = _WORD.findall(said)
    spans: Spans | None = None
    if _IN_A_ROW in bytes([len(word) == 1 for word in words]):
        spaced = [match.span() for match in _SPACED.finditer(said)]
        words, spans = _rejoined(words, _spans(said), spaced)
    runs = _runs(words)
    return Cues(said, runs, spans, frozenset([cue for cue, _, _ in runs]))


def _spans(said: str) -> Spans:
    return [match.span() for match in _WORD.finditer(said)]


def _runs(words: list[str]) -> list[Run]:
    """Each cue with its first and last word, in order."""
    runs: list[Run] = []
    # Most words begin no cue: two look-ups tell, and nothing is remembered of them.
    known = [at for at, word in enumerate(words) if word in _WHOLE or word[:_HEAD] in _HEADS]
    for at in known:
        if entry := _ENTRIES[words[at]]:
            runs += [(cue, at, at) for cue in entry.alone]
            for place, phrase, cue in entry.phrases:
                first, last = at - place, at - place + len(phrase) - 1
                if first >= 0 and last < len(words) and _is_said(words, first, phrase):
                    runs.append((cue, first, last))
    return _outermost(runs) if len(runs) > 1 else runs


def _is_said(words: list[str], first: int, phrase: tuple[str, ...]) -> bool:
    for offset, pattern in enumerate(phrase):
        word = words[first + offset]
        if word != pattern and not (pattern[-1] == "*" and word.startswith(pattern[:-1])):
            return False
    return True


def _outermost(runs: list[Run]) -> list[Run]:
    """The runs that lie in no longer one, topics aside, and of each cue the longest at its place."""
    runs.sort(key=lambda run: (run[1], -run[2]))
    kept: list[Run] = []
    reached, start = -1, -1  # how far any phrase that is no topic goes, and where that one begins
    topics: dict[Cue, int] = {}
    for run in runs:
        cue, first, last = run
        if cue in _TOPICS:
            if last > topics.get(cue, -1):
                topics[cue] = last
                kept.append(run)
        elif last > reached or (first, last) == (start, reached):
            if last > reached:
                reached, start = last, first
            if run not in kept[-4:]:
                kept.append(run)
    return kept


def _rejoined(words: list[str], spans: Spans, spaced: Spans) -> tuple[list[str], Spans]:
    """The words with letters spaced out as one word."""
    joined: list[tuple[str, tuple[int, int]]] = []
    position = 0
    for word, span in zip(words, spans, strict=True):
        while position < len(spaced) and spaced[position][1] <= span[0]:
            position += 1
        if position == len(spaced) or span[0] < spaced[position][0]:
            joined.append((word, span))
        elif span[0] == spaced[position][0]:
            joined.append((word, spaced[position]))
        else:  # a further letter of the same word
            before, whole = joined[-1]
            joined[-1] = before + word, whole
    return [word for word, _ in joined], [span for _, span in joined]


def weights(found: Iterable[Found], said: str) -> Counter[Cue]:
    """How many different phrases speak for each cue; one phrase said often counts once."""
    return Counter(cue for cue, _ in {(cue, said[start:end]) for cue, start, end in found})
