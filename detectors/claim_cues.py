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
_MAY_BE_OTHER = re.compile(r"fuite|leak|утечк|sizinti|kacagi|fuga|leck")
_SIGN = "0-9@$!|€£+"
_MIXED = re.compile(rf"[{_SIGN}](?:(?=[^\W\d_])|(?<=[^\W\d_].))")
_WITH_A_SIGN = re.compile(rf"(?<![^\W_])(?<![{_SIGN}])[^\W\d_]*[{_SIGN}](?:[^\W_]|[{_SIGN}])*")
_LONGEST_WORD = 40  # letters of a word that is looked at
_FEWEST_SPACED = 4  # single letters in a row that spell a word
_MOST_KEPT = 100_000  # words remembered
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_][^\w\n]{1,2}[^\W\d_][^\w\n]{1,2}[^\W\d_](?![^\W_])")
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[^\w\n]{1,2}[^\W\d_]){3,}(?![^\W_])")  # v e n d s, v.e.n.d.s


Spans = list[tuple[int, int]]
Run = tuple[Cue, int, int]  # a cue, its first and last word
Rest = tuple[tuple[str, ...], Cue]  # the words to follow, a star at the end of a stem; what the phrase speaks for


class Found(NamedTuple):
    """A cue said at a place of the folded text."""

    cue: Cue
    start: int
    end: int


class _Entry(NamedTuple):
    """What a word may say: alone, and as the first of a phrase."""

    alone: tuple[Cue, ...]
    by_second: dict[str, list[Rest]]  # the phrases it begins, by the word to follow
    by_stem: list[Rest]  # those whose second word is a stem


def _phrases() -> Iterator[tuple[Cue, tuple[str, ...]]]:
    for cue, languages in WORDS.items():
        for phrase in dict.fromkeys(p.strip() for words in languages.values() for p in words.split(",")):
            yield cue, tuple(fold(phrase).folded.split())


_WHOLE: dict[str, list[tuple[Cue, tuple[str, ...]]]] = defaultdict(list)  # first word → what it begins
_STEMS: dict[str, list[tuple[Cue, tuple[str, ...]]]] = defaultdict(list)
for _cue, _words in _phrases():
    _table = _STEMS if _words[0].endswith("*") else _WHOLE
    _table[_words[0].rstrip("*")].append((_cue, _words[1:]))
_STEM_LENGTHS = sorted({len(stem) for stem in _STEMS})


class _Entries(dict[str, _Entry | None]):
    """Word → what it may say, found out at first sight; nothing for most words."""

    def __missing__(self, word: str) -> _Entry | None:
        if len(word) > _LONGEST_WORD:
            return None
        if len(self) >= _MOST_KEPT:
            self.clear()
        begun = list(_WHOLE.get(word, ()))
        for length in _STEM_LENGTHS:
            begun += _STEMS.get(word[:length], ()) if length <= len(word) else ()
        by_second: dict[str, list[Rest]] = defaultdict(list)
        by_stem: list[Rest] = []
        for cue, words in begun:
            if words:
                (by_stem if words[0].endswith("*") else by_second[words[0]]).append((words, cue))
        alone = tuple(dict.fromkeys(cue for cue, words in begun if not words))
        self[word] = found = _Entry(alone, dict(by_second), by_stem) if begun else None
        return found


_ENTRIES = _Entries()
_TOPICS = frozenset((Cue.DATA, Cue.HEALTH, Cue.FRENCH))  # count wherever they stand


def said(text: Text) -> str:
    """The folded text with leetspeak spelled out and leaks of other things blanked out, character for character."""
    read = text.folded
    if _MIXED.search(read):
        read = _WITH_A_SIGN.sub(_spelled, read)
    return _NOT_A_LEAK.sub(lambda match: " " * len(match[0]), read) if _MAY_BE_OTHER.search(read) else read


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
    if [*map(len, words)].count(1) >= _FEWEST_SPACED and (spaced := [match.span() for match in _SPACED.finditer(said)]):
        words, spans = _rejoined(words, _spans(said), spaced)
    runs = _runs(words)
    return Cues(said, runs, spans, frozenset([cue for cue, _, _ in runs]))


def _spans(said: str) -> Spans:
    return [match.span() for match in _WORD.finditer(said)]


def _runs(words: list[str]) -> list[Run]:
    """Each cue with its first and last word."""
    runs: list[Run] = []
    reached = -1  # the last word of any phrase that is no topic
    for at, entry in enumerate(map(_ENTRIES.__getitem__, words)):
        if entry is None:
            continue
        alone, by_second, by_stem = entry
        follower = words[at + 1] if at + 1 < len(words) else ""
        if by_stem or follower in by_second:
            here = dict.fromkeys(alone, at)
            for rest, cue in (*by_second.get(follower, ()), *by_stem):
                last = at + len(rest)
                if last > here.get(cue, -1) and last < len(words) and _follow(words, at + 1, rest):
                    here[cue] = last
            furthest = max([last for cue, last in here.items() if cue not in _TOPICS], default=-1)
            runs += [(cue, at, last) for cue, last in here.items() if cue in _TOPICS or last == furthest > reached]
            reached = max(reached, furthest)
        else:
            runs += [(cue, at, at) for cue in alone if at > reached or cue in _TOPICS]
    return runs


def _follow(words: list[str], at: int, wanted: tuple[str, ...]) -> bool:
    for offset, pattern in enumerate(wanted):
        word = words[at + offset]
        if word != pattern and not (pattern[-1] == "*" and word.startswith(pattern[:-1])):
            return False
    return True


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
