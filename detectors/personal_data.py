"""Personal data in a text: numbers and addresses by their shape, then whose they are and what is said of them.

    numbers, addresses ──> labelled values, birth dates, streets ──> names ──> health data ──> the rest of the record

Each stage looks beside what the stages before it found: a name alone, or a blood group alone, is nobody's.
A finding of confidence under `COUNTED` is redacted, not counted.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from detectors.civil_status import ADDRESS_HINT, OLD_DATE, addresses, said_birth_dates, speaks_of_birth
from detectors.contact_data import EMAIL, FOREIGN_PHONE, FRENCH_PHONE, PASSWORD, SITE_PASSWORD
from detectors.data_patterns import COUNTED, IN_SHAPE_ONLY, Datum, Pattern
from detectors.health_data import health_data
from detectors.identifiers import ADELI, IBAN, NIR, NIR_WITHOUT_KEY, PATIENT_ID, RPPS
from detectors.labelled_values import labelled_values
from detectors.model import Finding, FindingKind
from detectors.normalisation import Text, fold, with_gaps_shown
from detectors.person_words import TITLES
from detectors.persons import birth_dates_beside, names, organisation_words, repeated, surroundings
from detectors.records import rest_of_records
from detectors.said_values import remarks, said_values
from detectors.words_of_text import Spelling, TextWord

Spans = Sequence[tuple[int, int]]
"""Raw positions, in order."""

# Of what overlaps, the first counts.
PATTERNS = (
    NIR,
    IBAN,
    NIR_WITHOUT_KEY,
    EMAIL,
    FRENCH_PHONE,
    FOREIGN_PHONE,
    RPPS,
    ADELI,
    PATIENT_ID,
    PASSWORD,
    SITE_PASSWORD,
)
_NAMES_OF_KINDS = {
    **{pattern.label: pattern.name for pattern in PATTERNS},
    "name": "name of a person",
    "birth_date": "birth date",
    "address": "postal address",
    "blood_group": "blood group",
    "diagnosis": "coded diagnosis",
    "drug": "drug taken",
    "comment": "remark about a person",
}
_RANKS = {label: rank for rank, label in enumerate(_NAMES_OF_KINDS)}
LABELS = tuple(_NAMES_OF_KINDS)

_MIXED_WITH_LETTERS = re.compile(r"(?<![^\W_])[0-9oiоοіl]*[0-9][0-9oiоοіl]*(?![^\W_])")
_LETTERS_AS_DIGITS = str.maketrans("oоοilі", "000111")
_DIGIT_BY_LETTER = re.compile(r"[0-9](?:[oiоοіl]|(?<=[oiоοіl][0-9]))")
_TITLES = TITLES | {"patient", "patiente", "пациент", "пациентка", "hasta"}
_AROUND_WORDS = ",;:!?()[]{}<>\"'«»|/\\*=+~#-"
_DIGIT = re.compile("[0-9]")
# What folding may leave out, or not: signs, and a few letters and blanks.
_ODD = re.compile("[^\\w\\s!-~]|[\x1c-\x1f\u115f\u1160\u2800\u3164\uff9e\uff9f\uffa0]")
_SEEN = frozenset("’‘“”„«»–—…•·€£°✅🔥")  # the odd ones of most texts
# Between what can be seen something of these.
_HIDDEN_BETWEEN = re.compile("[\\w!-~][^\\w\\s!-~]+[\\w!-~]|[\x1c-\x1f\u115f\u1160\u2800\u3164\uff9e\uff9f\uffa0]")
_FOUR_DIGITS = re.compile("[0-9](?:[^0-9]*[0-9]){3}")  # the fewest of any number that is looked for
_WORD = re.compile(r"[^\W\d_]+")
_STANDS_FOR_A_PERSON = frozenset({"nir", "name", "birth_date", "patient_id"})

Match = tuple[bool, int, int, int, float]  # not proven, rank of its kind, raw start, minus the raw end, confidence


def find_personal_data(text: Text, part: str = "text", *, kept: Spans = ()) -> tuple[Finding, ...]:
    """Every piece of personal data in a text, sure or not, without overlaps, in order.

    What lies in `kept`, the raw spans of watched names, is no person's name; a name of one word does not shield, for
    it may be a patient's (`Julie` is a product too). Numbers in it count all the same.
    """
    found = _found(text, tuple(kept))
    return found if part == "text" else tuple(replace(finding, part=part) for finding in found)


# What an alert shows is counted, then covered.
@lru_cache(maxsize=8)
def _found(text: Text, kept: Spans) -> tuple[Finding, ...]:
    return _findings(text, "text", {match for view in _views(text) for match in _all_matches(view, kept)})


def find_identifiers(text: Text, part: str = "text") -> tuple[Finding, ...]:
    """Only what shows itself: numbers, e-mail addresses, passwords."""
    return _findings(text, part, {match for view in _views(text) for match in _matches(view)})


def _views(text: Text) -> Iterator[Text]:
    """The text, and where that may tell something else, the text with what nobody sees as blanks."""
    yield text
    # The positions last: they cost more than all the rest, and many texts have none but of dots (`…`).
    if _may_hide_something(text.raw) and text.positions is not None and (shown := with_gaps_shown(text)) is not None:
        yield shown


def _may_hide_something(raw: str) -> bool:
    """Whether something nobody sees stands between what can be seen."""
    odd = set(_ODD.findall(raw))
    return not odd <= _SEEN and any(map(_is_hidden, odd)) and _HIDDEN_BETWEEN.search(raw) is not None


@lru_cache(maxsize=4096)
def _is_hidden(character: str) -> bool:
    return not fold(character).folded


def _findings(text: Text, part: str, matches: set[Match]) -> tuple[Finding, ...]:
    if not matches:
        return ()
    covered = bytearray(len(text.raw))
    findings: list[Finding] = []
    # The proven first; of what overlaps them only the rest is covered too, and not counted again.
    for unproven, rank, start, minus_end, confidence in sorted(matches):
        label, end = LABELS[rank], -minus_end
        for first, last in _uncovered(covered, start, end):
            whole = (first, last) == (start, end)
            if not whole and not any(map(str.isalnum, text.raw[first:last])):
                continue
            findings.append(
                Finding(
                    kind=FindingKind.PERSONAL_DATA,
                    label=label,
                    start=first,
                    end=last,
                    confidence=confidence if whole else min(confidence, IN_SHAPE_ONLY),
                    reason=f"{_NAMES_OF_KINDS[label]}{' in shape only' if unproven or not whole else ''}",
                    part=part,
                )
            )
            covered[first:last] = b"\1" * (last - first)
    return tuple(sorted(findings, key=lambda finding: finding.start))


# ---------------------------------------------------------------- by shape


def _matches(text: Text) -> Iterator[Match]:
    """What the patterns find."""
    folded = text.folded
    numbers = _numbers_seen(folded)
    has_digits = _FOUR_DIGITS.search(numbers) is not None
    hinted: dict[Callable[[str], object], bool] = {}  # several patterns share a hint
    for pattern in PATTERNS:
        if pattern.of_digits and not has_digits:
            continue
        seen = numbers if pattern.of_digits else folded
        if pattern.hint not in hinted:
            hinted[pattern.hint] = bool(pattern.hint(seen))
        if hinted[pattern.hint]:
            rank = _RANKS[pattern.label]
            for start, end, confidence in _stretches(pattern, seen):
                first, last = text.raw_span(start, end)
                yield confidence < COUNTED, rank, first, -last, confidence


def _numbers_seen(folded: str) -> str:
    """The text with what passes for a digit as that digit, and blanks of addresses as blanks; as long as before."""
    seen = folded.replace("%20", "   ")
    if _DIGIT_BY_LETTER.search(seen):
        seen = _MIXED_WITH_LETTERS.sub(lambda match: match[0].translate(_LETTERS_AS_DIGITS), seen)
    return seen


def _stretches(pattern: Pattern, seen: str) -> Iterator[tuple[int, int, float]]:
    """The matches of a pattern; unproven ones that overlap are one, or a row of digits would give thousands."""
    open_start = open_end = 0
    for match in pattern.regex.finditer(seen):
        confidence = pattern.confidence(match)
        start, end = match.span("secret")
        if confidence >= COUNTED:
            yield start, end, confidence
        elif confidence > 0:
            if start >= open_end:
                if open_end:
                    yield open_start, open_end, IN_SHAPE_ONLY
                open_start = start
            open_end = max(end, open_end)
    if open_end:
        yield open_start, open_end, IN_SHAPE_ONLY


def _uncovered(covered: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a span that nothing covers yet."""
    while (first := covered.find(0, start, end)) != -1:
        start = covered.find(1, first, end)
        start = end if start == -1 else start
        yield first, start


# ---------------------------------------------------------------- by what stands beside


def _all_matches(text: Text, kept: Spans) -> Iterator[Match]:
    """What the patterns find, and what it tells about the words beside it."""
    shown = list(_matches(text))
    yield from shown
    folded = text.folded
    if not (shown or _speaks_of_a_person(folded)):
        return
    spelling = Spelling(text)
    data = [
        Datum(LABELS[rank], spelling.folded_at(start), spelling.folded_at(-minus_end), confidence)
        for _, rank, start, minus_end, confidence in shown
    ]
    for datum in _beside(folded, spelling, data, [(spelling.folded_at(a), spelling.folded_at(b)) for a, b in kept]):
        first, last = text.raw_span(datum.start, datum.end)
        yield datum.confidence < COUNTED, _RANKS[datum.label], first, -last, datum.confidence


def _speaks_of_a_person(folded: str) -> bool:
    """A cheap test: without a title, a label, a birth or a street no stage finds a thing where no pattern did."""
    words = folded.replace("_", " ").replace(".", " ").split()
    marked = [word for word in words if not word.isalpha()]
    return (
        not _TITLES.isdisjoint(words)
        or not _TITLES.isdisjoint([word.strip(_AROUND_WORDS) for word in marked])
        or speaks_of_birth(folded)
        or bool(ADDRESS_HINT.search(folded) or OLD_DATE.search(folded))
        or ((":" in folded or "=" in folded) and any(True for _ in labelled_values(folded)))
    )


def _beside(folded: str, spelling: Spelling, data: list[Datum], kept: Spans) -> Iterator[Datum]:
    """Labelled values, birth dates, streets, names, health data and the rest of the record, in folded positions."""
    words = spelling.words()
    labelled = list(labelled_values(folded))
    found = [*said_birth_dates(folded), *addresses(folded, spelling.is_capital)]
    kept = [span for span in kept if not is_one_word(folded[slice(*span)])]
    taken = organisation_words(folded, words) | _within(words, len(folded), kept)
    organisations = frozenset(words[number].start for number in taken)
    found += said_values(folded, labelled, spelling.is_capital, organisations, alone=not (data or found))
    found += birth_dates_beside(folded, words, surroundings(folded, [*data, *found]))
    around = surroundings(folded, [*data, *found])
    inside = _within(words, len(folded), [(datum.start, datum.end) for datum in around.data])
    persons = list(names(folded, words, around, taken | inside))
    found += persons
    if persons:
        found += repeated(words, persons, taken)
    around = surroundings(folded, [*data, *found])
    if any(datum.label in _STANDS_FOR_A_PERSON for datum in around.data):
        found += health_data(folded, spelling, around, _STANDS_FOR_A_PERSON)
        found += remarks(folded, labelled, around, _STANDS_FOR_A_PERSON)
        found += rest_of_records(folded, words, [*data, *found], taken)
    yield from found


def is_one_word(surface: str) -> bool:
    """Whether a watched name is a single word: products are called like people, and people nearly like products.

    >>> is_one_word("Quorvane"), is_one_word("Labo Quorvane")
    (True, False)
    """
    return len(_WORD.findall(surface)) < 2


def _within(words: Sequence[TextWord], length: int, spans: Spans) -> frozenset[int]:
    covered = bytearray(length)
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)
    return frozenset(number for number, word in enumerate(words) if covered[word.start] or covered[word.end - 1])


def holds_personal_data(value: str) -> bool:
    """Whether a short string holds anything that would be redacted.

    >>> holds_personal_data("17"), holds_personal_data("jeanne@courriel.test")
    (False, True)
    """
    return bool(find_personal_data(fold(value)))


def count(findings: Iterable[Finding]) -> Mapping[str, int]:
    """How many pieces of personal data of each kind are shown, only those proven."""
    proven = (f for f in findings if f.kind is FindingKind.PERSONAL_DATA and f.confidence >= COUNTED)
    return Counter(finding.label for finding in proven)
