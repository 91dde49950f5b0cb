"""Names of persons, beside other personal data, a title or a birth date.

A capital alone proves nothing: the name of a hospital, a vendor or a street must stay readable. So a run of
words is a name for a reason: a title before it, a first name among it with a datum near, a spelling such as
`EXEMPLE Jeanne` beside a patient's number, the words of an e-mail address near by, or its label.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detectors.civil_status import dates
from detectors.data_patterns import IN_SHAPE_ONLY, Datum
from detectors.person_words import (
    BORN,
    EVERYDAY_FIRST_NAMES,
    FIRST_NAMES,
    NO_NAMES,
    ORGANISATION_WORDS,
    PARTICLES,
    SHORT_ORGANISATION_WORDS,
    SURNAMES,
    TITLES,
    WEAK_TITLES,
)
from detectors.words_of_text import TextWord

PATIENT_DATA = frozenset({"nir", "birth_date", "patient_id", "address", "iban", "name"})
_NEAR, _NEAR_IN_OTHER_LINE, _TOUCHING = 120, 60, 6  # characters
_MOST_IN_RUN = 5
_JOINT = re.compile(r"[ \-_]{1,2}|\. ?| ?' ?")
_TURNED_JOINT = re.compile(r" ?[,;|\t] ?")
_LINK_JOINT = re.compile(r"[ \-_'./]{1,2}")
_NEVER_NAMES = NO_NAMES | TITLES | WEAK_TITLES
_ALL_TITLES = TITLES | WEAK_TITLES
_SAID_OF_MANY = EVERYDAY_FIRST_NAMES | NO_NAMES | PARTICLES
_TITLE_JOINT = re.compile(r"\.?[ _]{0,2}|\(e\) |\. ?")
_WORD_BEHIND = re.compile(r"[ ,(]{1,3}(\w+)")
_DIGIT_BEHIND = re.compile(r"[^0-9\n]{0,12}([0-9])")
_LINKING = PARTICLES | {"dr", "docteur", "pr", "professeur", "sur", "sous", "en", "lez", "of", "s"}
_AFTER_TYPE = 3  # words of a name behind the word that says what it is
_LOCAL_PART_WORD = re.compile(r"[^\W\d_]{3,}")
_NO_PERSONS_BOX = frozenset(
    "contact info infos accueil secretariat direction admin support jobs labo support mail".split()
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The other personal data of a text, in order, and where its lines end."""

    folded: str
    data: Sequence[Datum]
    starts: Sequence[int]
    line_ends: Sequence[int]

    def line_of(self, place: int) -> int:
        return bisect_left(self.line_ends, place)

    def holds(self, labels: frozenset[str], start: int, end: int) -> bool:
        """Whether a datum of such a label starts within a stretch."""
        return any(
            datum.label in labels
            for datum in self.data[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        )

    def near(self, start: int, end: int) -> Iterator[tuple[Datum, int]]:
        """The data near a span with their distance, at most three before and three behind it."""
        at = bisect_right(self.starts, start)
        line = self.line_of(start)
        for datum in self.data[max(0, at - 3) : at + 3]:
            distance = max(datum.start - end, start - datum.end, 0)
            if distance <= (_NEAR if self.line_of(datum.start) == line else _NEAR_IN_OTHER_LINE):
                yield datum, distance


def surroundings(folded: str, data: Iterable[Datum]) -> Surroundings:
    """Data put in order, to be looked up by place."""
    ordered = sorted(data, key=lambda datum: datum.start)
    ends = [match.start() for match in re.finditer("\n", folded)]
    return Surroundings(folded, ordered, [datum.start for datum in ordered], ends)


def organisation_words(folded: str, words: Sequence[TextWord]) -> frozenset[int]:
    """Which words are an organisation's name: one that says what it is, and the few with capitals behind it."""
    found: set[int] = set()
    left = 0
    for number, word in enumerate(words):
        if word.folded in ORGANISATION_WORDS and (word.capitals or word.folded not in SHORT_ORGANISATION_WORDS):
            found.add(number)
            left = _AFTER_TYPE
            continue
        if left:
            joint = folded[words[number - 1].end : word.start]
            linked = word.folded in _LINKING
            if _LINK_JOINT.fullmatch(joint) and (word.capital or linked):
                found.add(number)
                left -= not linked
                continue
        left = 0
    # `Claude Bernard Hospital`: the kind may come last.
    for number in range(len(words) - 1, 0, -1):
        if words[number].folded in ORGANISATION_WORDS and words[number].capital:
            for before in range(number - 1, max(-1, number - 3), -1):
                joint = folded[words[before].end : words[before + 1].start]
                if not (words[before].capital and joint in (" ", "-")) or words[before].folded in NO_NAMES:
                    break
                found.add(before)
    return frozenset(found)


def names(folded: str, words: Sequence[TextWord], around: Surroundings, taken: frozenset[int]) -> Iterator[Datum]:
    """The names of persons among the words that nothing has taken."""
    mailboxes = _mailbox_words(folded, around.data)
    first = 0
    while first < len(words):
        word = words[first]
        if not word.capital:
            if word.folded in FIRST_NAMES and first not in taken:
                small = _small_name(folded, words, first, around, taken)
                if small:
                    yield small
            first += 1
            continue
        last = _run_end(folded, words, first, taken)
        if last > first:
            run = words[first:last]
            confidence = _name_confidence(folded, words, first, run, around, mailboxes)
            if confidence:
                yield Datum("name", words[_with_particle(folded, words, first)].start, run[-1].end, confidence)
        first = max(last, first + 1)


def _with_particle(folded: str, words: Sequence[TextWord], first: int) -> int:
    """The word a name starts with, `DE SOUSA` with its particle."""
    for before in range(first - 1, max(-1, first - 3), -1):
        word = words[before]
        joint = folded[word.end : words[first].start]
        if not (word.capital and word.folded in PARTICLES and joint in (" ", "_", "-", "'")):
            break
        first = before
    return first


def _run_end(folded: str, words: Sequence[TextWord], first: int, taken: frozenset[int]) -> int:
    """Behind the last word of a run that may be a name: words with capitals, particles between them."""
    if not _may_be_name(words, first, taken):
        return first
    end = first + 1
    at = end
    while at < len(words) and at - first < _MOST_IN_RUN:
        joint = folded[words[at - 1].end : words[at].start]
        # `EXEMPLE, Jeanne` and `EXEMPLE;Jeanne` are one name, `Jeanne, Paul` two.
        is_turned = words[at - 1].capitals and not words[at].capitals
        if not (_JOINT.fullmatch(joint) or (is_turned and _TURNED_JOINT.fullmatch(joint))):
            break
        if _may_be_name(words, at, taken):
            at += 1
            end = at
        elif words[at].folded in PARTICLES and at not in taken:
            at += 1
        else:
            break
    return end


def _may_be_name(words: Sequence[TextWord], number: int, taken: frozenset[int]) -> bool:
    word = words[number]
    return word.capital and number not in taken and word.folded not in _NEVER_NAMES


def _name_confidence(
    folded: str,
    words: Sequence[TextWord],
    first: int,
    run: Sequence[TextWord],
    around: Surroundings,
    mailboxes: dict[str, list[int]],
) -> float:
    """How sure a run with capitals is a person's name; 0 if nothing speaks for it."""
    title = _title_before(folded, words, _with_particle(folded, words, first))
    start, end = run[0].start, run[-1].end
    if title and (title in TITLES or _is_known(run)) and len(run[0].folded) > 1:
        return 0.8
    if _born_behind(folded, end):
        return 0.7
    near = list(around.near(start, end)) if around.data else []
    if not near:
        return 0.0
    if any(abs(place - start) <= 2 * _NEAR for word in run for place in mailboxes.get(word.folded, ())):
        return 0.7
    patient = [distance for datum, distance in near if datum.label in PATIENT_DATA]
    if len(run) >= 2:
        if _is_known(run):
            return 0.7
        if patient and any(word.capitals for word in run) and any(not word.capitals for word in run):
            return 0.6
        if title or (patient and min(patient) <= _TOUCHING):
            return 0.5
        # Whoever is called or written to: a person, or a firm that nobody watches.
        return IN_SHAPE_ONLY if min(distance for _, distance in near) <= _TOUCHING else 0.0
    if title or (
        patient and min(patient) <= _TOUCHING and (_is_known(run) or (run[0].capitals and len(run[0].folded) > 2))
    ):
        return 0.5
    return 0.0


def _is_known(run: Sequence[TextWord]) -> bool:
    """Whether a first name is among the words, or a surname beside another word."""
    return any(word.folded in FIRST_NAMES for word in run) or (
        len(run) > 1 and any(word.folded in SURNAMES for word in run)
    )


def _title_before(folded: str, words: Sequence[TextWord], first: int) -> str | None:
    if first == 0:
        return None
    word = words[first - 1]
    joint = folded[word.end : words[first].start]
    if word.folded not in _ALL_TITLES or not _TITLE_JOINT.fullmatch(joint):
        return None
    # A lone m is a title with its capital only: `10 m Boulogne`.
    if word.folded in TITLES and (word.folded != "m" or word.capital):
        return word.folded
    return word.folded if word.folded in WEAK_TITLES else None


def _born_behind(folded: str, end: int) -> bool:
    behind = _WORD_BEHIND.match(folded, end)
    return behind is not None and behind[1] in BORN and "0" <= _first_digit(folded, behind.end()) <= "9"


def _first_digit(folded: str, start: int) -> str:
    """The first digit within a few characters, or a blank."""
    digit = _DIGIT_BEHIND.match(folded, start)
    return digit[1] if digit else " "


def _small_name(
    folded: str, words: Sequence[TextWord], number: int, around: Surroundings, taken: frozenset[int]
) -> Datum | None:
    """A first name in small letters with the word beside it, near a patient's datum or behind a title."""
    word = words[number]
    near = [distance for datum, distance in around.near(word.start, word.end) if datum.label in PATIENT_DATA]
    is_near = word.folded not in EVERYDAY_FIRST_NAMES and near and min(near) <= 2 * _TOUCHING + len(word.folded)
    if not (_title_before(folded, words, number) or is_near):
        return None
    start, end = word.start, word.end
    for beside in (number + 1, number - 1):
        if 0 <= beside < len(words) and beside not in taken and _is_small_surname(folded, words, number, beside):
            return Datum("name", min(start, words[beside].start), max(end, words[beside].end), 0.5)
    return Datum("name", start, end, IN_SHAPE_ONLY)


def _is_small_surname(folded: str, words: Sequence[TextWord], number: int, beside: int) -> bool:
    left, right = sorted((number, beside))
    word = words[beside].folded
    joint = folded[words[left].end : words[right].start]
    return len(word) > 2 and word not in _NEVER_NAMES and word not in PARTICLES and joint in (" ", "-", "_", ".", ";")


def _mailbox_words(folded: str, data: Sequence[Datum]) -> dict[str, list[int]]:
    """The words of the e-mail addresses' local parts, with their places: `jeanne.exemple` names somebody."""
    found: dict[str, list[int]] = {}
    for datum in data:
        if datum.label == "email":
            parts = _LOCAL_PART_WORD.findall(folded[datum.start : datum.end])
            if len(parts) >= 2 and _NO_PERSONS_BOX.isdisjoint(parts):
                for part in parts:
                    found.setdefault(part, []).append(datum.start)
    return {word: places[:8] for word, places in found.items()}


def repeated(words: Sequence[TextWord], found: Sequence[Datum], taken: frozenset[int]) -> Iterator[Datum]:
    """The same names again, alone, elsewhere in the text."""
    spans = [(datum.start, datum.end) for datum in found]
    starts = [start for start, _ in spans]
    known: set[str] = set()
    inside: set[int] = set()
    for number, word in enumerate(words):
        at = bisect_right(starts, word.start) - 1
        if at >= 0 and word.end <= spans[at][1]:
            inside.add(number)
            if len(word.folded) > 3 and word.folded not in _SAID_OF_MANY:
                known.add(word.folded)
    for number, word in enumerate(words):
        if number not in inside and number not in taken and word.folded in known and word.capital:
            yield Datum("name", word.start, word.end, IN_SHAPE_ONLY)


def birth_dates_beside(folded: str, words: Sequence[TextWord], around: Surroundings) -> Iterator[Datum]:
    """Dates nobody calls one of birth, but for what stands beside them: a patient's number, or a person's name."""
    starts = [word.start for word in words]
    for start, end, is_grown in dates(folded):
        line = around.line_of(start)
        beside = {datum.label for datum, _ in around.near(start, end) if around.line_of(datum.start) == line}
        if not beside.isdisjoint(PATIENT_DATA) or (is_grown and (beside or _names_touch(words, starts, start, end))):
            yield Datum("birth_date", start, end, 0.6)


def _names_touch(words: Sequence[TextWord], starts: Sequence[int], start: int, end: int) -> bool:
    """Whether a first name with a capital stands right before or behind a span, with another word of the kind."""
    at = bisect_left(starts, start)
    before, behind = words[max(0, at - 2) : at], words[at : at + 2]
    return (len(before) == 2 and start - before[1].end <= _TOUCHING and _looks_like_a_name(before)) or (
        len(behind) == 2 and 0 <= behind[0].start - end <= _TOUCHING and _looks_like_a_name(behind)
    )


def _looks_like_a_name(pair: Sequence[TextWord]) -> bool:
    return all(word.capital and word.folded not in NO_NAMES for word in pair) and any(
        word.folded in FIRST_NAMES for word in pair
    )
