"""Personal data in a text: French social-security numbers, e-mail addresses, telephone numbers.

Every pattern works on folded text, so full-width digits, invisible characters and other scripts' digits are
seen through, and carries its own proof: examples and counter-examples, all invented, run by one test.
A finding of confidence under `COUNTED` is shaped like the datum but not proven: it is redacted, not counted.
A pattern looks ahead, so that matches may overlap: where numbers stand in a row, none hides the next.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

import phonenumbers

from detectors.model import Finding, FindingKind
from detectors.normalisation import Text, fold, with_gaps_shown

COUNTED = 0.5
IN_SHAPE_ONLY = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A shape of personal data, how sure a match is, and which part of it is the secret."""

    label: str
    name: str  # in words, for reasons
    regex: re.Pattern[str]  # its group `secret` is what a redaction covers
    confidence: Callable[[re.Match[str]], float]  # 0 = not that datum at all
    hint: re.Pattern[str]  # a text without it holds no match: a cheap test before the pattern
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]  # none of these is counted


# ---------------------------------------------------------------- social-security numbers

# What people put between the digits of a number. No slash in a NIR: t.me/c/1390471562/17712 has as many digits.
_GAP = r"[ .\-_·+\ufffd]{0,3}"
_PHONE_GAP = r"[ .\-_·/+()\ufffd]{0,3}"
_FOREIGN_GAP = r"[ .\-_·/()\ufffd]{0,3}"
_GAPS = re.compile(r"[ .\-_·/+()\ufffd]+")
_LONG_NUMBER = re.compile(rf"[0-9](?:{_PHONE_GAP}[0-9]){{5}}")  # a letter may stand behind six digits: 2A


def _digits(*alternatives: str) -> str:
    """A pattern of single digits with gaps allowed between them."""
    return _GAP.join(alternatives)


def _groups(match: re.Match[str]) -> list[str]:
    """The digits of a number as they stand together."""
    return [group for group in _GAPS.split(match["secret"]) if group]


_NIR_BODY = _digits("[1-478]", *[r"\d"] * 4, r"(?:\d" + _GAP + r"\d|2" + _GAP + "[abавαβ])", *[r"\d"] * 6)
_LATIN_CORSICA = str.maketrans("abавαβ", "ABABAB")


def _nir_confidence(match: re.Match[str]) -> float:
    """Sure with a right key (97 minus the rest, 2A and 2B counted as 19 and 18: INSEE, décret 82-103)."""
    groups = _groups(match)
    number = "".join(groups)
    number = number if number.isdecimal() else number.translate(_LATIN_CORSICA)
    month = int(number[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return 0.0
    if len(number) == 15 and _key_is_right(number):
        return 1.0
    # A gap after 9 or 14 digits is an establishment's number with another number behind it.
    is_two_numbers = 1 < len(groups) < len(number) and not {9, 14}.isdisjoint(accumulate(map(len, groups[:-1])))
    return 0.0 if is_two_numbers else IN_SHAPE_ONLY


def _key_is_right(number: str) -> bool:
    # Not by stdnum: a hostile post may ask a hundred thousand times, and it takes ten times as long.
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdecimal() and int(number[13:]) == 97 - int(body) % 97


NIR = Pattern(
    label="nir",
    name="social-security number",
    regex=re.compile(rf"(?<![0-9])(?=(?P<secret>{_NIR_BODY}{_GAP}[0-9]{_GAP}[0-9])(?![0-9]))"),
    confidence=_nir_confidence,
    hint=_LONG_NUMBER,
    examples=(
        "NIR 2550699999999 34",
        "2 55 06 99 999 999 34",
        "2.55.06.99.999.999-34",
        "２５５０６９９９９９９９９３４",
        "2550\u200b69999999934",
        "1 85 03 2A 990 012 43",
        "1 85 03 2\u0410 990 012 43",  # a Cyrillic A
        "2 55 O6 99 999 999 34",
        "255069999999934 0639980011",
        "2 55 06 99 999 999 34 12 rue des Essais",
    ),
    counter_examples=("NIR 2550699999999 35", "order 12345", "255139999999934", "2020 2021 2022", "26010004500012"),
)

NIR_WITHOUT_KEY = Pattern(
    label="nir",
    name="social-security number",
    regex=re.compile(rf"(?<![0-9])(?=(?P<secret>{_NIR_BODY})(?![0-9]))"),
    confidence=_nir_confidence,
    hint=_LONG_NUMBER,
    examples=(),  # nothing proves it: it is redacted, never counted
    counter_examples=("2550699999999", "130100045 2020", "26010004500012"),
)

# ---------------------------------------------------------------- e-mail addresses

# Before a bare `at` these are prose, not an obfuscated address.
_PROSE = frozenset(
    "available hosted here look looking found posted download live sold site link is are now it us me".split()
)
_LOCAL = r"[\w.%+\-]+(?:['#&!$*~^][\w.%+\-]+)*"
_OPEN, _CLOSED = r"\s{0,2}[\[({<|*«]\s?", r"\s?[\])}>|*»]\s{0,2}"
_AT_WORD = r"(?:at|arr?obase?|собака)"
_DOT_WORD = r"(?:dot|point|точка|nokta)"
_AT = r"(?:[\"”»]?\s{0,2}@\s{0,2}|%(?:25)?40|&#(?:64|x40);|&commat;|" + rf"{_OPEN}(?:@|a|chez|{_AT_WORD}){_CLOSED})"
_DOT = rf"(?:\.|\s\.\s|{_OPEN}(?:\.|{_DOT_WORD}){_CLOSED})"
_SPACED_AT, _SPACED_DOT = rf"\s{{1,2}}{_AT_WORD}\s{{1,2}}", rf"\s{{1,2}}{_DOT_WORD}\s{{1,2}}"
_HOST = rf"(?:[\w\-]{{1,63}}(?:{_DOT}|{_SPACED_DOT})){{1,6}}[^\W\d_]{{2}}"


# What stands for an @: without one behind it a word is no part of an address.
STANDS_FOR_AT = re.compile(rf"{_AT}|[\s_\-]{_AT_WORD}[\s_\-]")


def _email_confidence(match: re.Match[str]) -> float:
    if match["sign"]:
        return 0.9
    if match["spelled"]:
        return 0.6
    return 0.0 if match["secret"] in _PROSE else IN_SHAPE_ONLY


EMAIL = Pattern(
    label="email",
    name="e-mail address",
    regex=re.compile(
        # Starts only where a run of such characters starts: a long run without @ costs its length, not its square.
        rf"(?<![\w.%+\-])(?<![\w.%+\-]['#&!$*~^])(?P<secret>{_LOCAL})(?="
        # Telegram names its own photographs photo_1@01-10-2020_12-30-45.jpg
        rf"(?P<sign>{_AT})(?!\d\d-\d\d-\d{{4}}_){_HOST}|"
        rf"(?P<spelled>{_SPACED_AT}(?:[\w\-]{{1,63}}{_SPACED_DOT}){{1,6}}[^\W\d_]{{2}}|"
        rf"[_\-]{_AT_WORD}[_\-](?:[^\W_]{{1,63}}[_\-]{_DOT_WORD}[_\-]){{1,6}}[^\W\d_]{{2}})|"
        rf"{_SPACED_AT}{_HOST})"
    ),
    confidence=_email_confidence,
    hint=re.compile(r"[@\[({<|*«]|%(?:25)?40|&#|&commat|[\s_\-](?:at|arr?obas|собака)"),
    examples=(
        "ecrire à jeanne.exemple@courriel.test",
        "jeanne＠courriel.test",
        "jeanne [at] courriel [dot] test",
        "jeanne (arobase) courriel (point) test",
        "jeanne@\u200bcourriel.test;ok",
        "jeanne at courriel dot test",
        "jeanne_at_courriel_dot_test",
        "jeanne[@]courriel[.]test",
        "jeanne%40courriel.test",
        "jeanne&#64;courriel.test",
        "jeanne @ courriel . test",
        "jeanne@courriel.test0639980011",
    ),
    counter_examples=(
        "contact @un_vendeur",
        "contact @un_vendeur. Prix bas",
        "look at this",
        "prix @ 500",
        "meet at noon",
        "a point b",
        "jeanne at courriel.test",
        "photo_1@01-10-2020_12-30-45.jpg",
    ),
)

# ---------------------------------------------------------------- telephone numbers

_EIGHT_MORE = rf"(?:{_PHONE_GAP}\d){{8}}"


def _french_phone_confidence(match: re.Match[str]) -> float:
    groups = _groups(match)
    before = match.string[max(0, match.start() - 5) : match.start()]
    # A register number of nine digits with a single digit behind it.
    return 0.0 if _looks_like_a_date(groups, before) or [len(group) for group in groups] == [9, 1] else 0.9


def _looks_like_a_date(groups: list[str], before: str) -> bool:
    """01 12 2020 10 30, 01-2020 1230, or 01-02_123456 after a year: day, month, year rather than a number."""
    if len(groups) < 3 or len(groups[0]) != 2:
        return False
    if int(groups[0]) <= 12 and _is_year(groups[1]):
        return True
    if len(groups[1]) != 2:
        return False
    if int(groups[0]) <= 31 and int(groups[1]) <= 12 and _is_year(groups[2]):
        return True
    in_pairs = all(len(group) == 2 for group in groups)
    return _is_year(before[:4]) and len(before) == 5 and int(groups[1]) <= 31 and not in_pairs


def _is_year(group: str) -> bool:
    return re.fullmatch(r"(?:19|20)[0-9]{2}", group) is not None


def _foreign_phone_confidence(match: re.Match[str]) -> float:
    written = match["secret"]
    number = re.sub(r"\(0\)|[^0-9]", "", written)
    try:
        parsed = phonenumbers.parse("+" + number.removeprefix("00"))
    except phonenumbers.NumberParseException:
        return 0.0 if not written.startswith("+") or _is_grouped_by_thousands(written) else IN_SHAPE_ONLY
    if phonenumbers.is_valid_number(parsed):
        return 0.9
    # Numbers the plan has not allotted (those reserved for fiction among them) still have the shape of one.
    if phonenumbers.is_possible_number(parsed):
        return 0.7
    return 0.0 if not written.startswith("+") or _is_grouped_by_thousands(written) else IN_SHAPE_ONLY


def _is_grouped_by_thousands(written: str) -> bool:
    return re.fullmatch(r"\+\d{1,3}(?:[ .]\d{3})+", written) is not None


FRENCH_PHONE = Pattern(
    label="phone",
    name="telephone number",
    regex=re.compile(
        r"(?<![0-9])(?=(?P<secret>(?:"
        rf"(?:\+|00){_PHONE_GAP}33{_PHONE_GAP}(?:0{_PHONE_GAP})?[1-9]|33{_PHONE_GAP}[1-9]|0{_PHONE_GAP}[1-9]"
        rf"){_EIGHT_MORE})(?![0-9]))"
    ),
    confidence=_french_phone_confidence,
    hint=_LONG_NUMBER,
    examples=(
        "06 39 98 00 11",
        "tél:0639980011",
        "tel0639980011",
        "+33 6 39 98 00 11",
        "+33 (0)6 39 98 00 11",
        "(+33) 6 39 98 00 11",
        "0033639980011",
        "33639980011",
        "0 6 3 9 9 8 0 0 1 1",
        "(06) 39 98 00 11",
        "06/39/98/00/11",
        "06 - 39 - 98 - 00 - 11",
        "06%2039%2098%2000%2011",
        "０６３９９８００１１",
        "O6 39 98 0O 11",
        "né le 01 12 1955 06 39 98 00 11",
        "12\u200b0639980011",
    ),
    counter_examples=(
        "le 01 12 2020 10 30",
        "491 840 patients",
        "FINESS 010000024",
        "FINESS 010000024 5 lits",
        "26010004500012",
        "06:39:98",
        "sauvegarde_2020-01-02_123456.zip",
        "IMG_14-01-2020_1230.jpg",
    ),
)

FOREIGN_PHONE = Pattern(
    label="phone",
    name="telephone number",
    regex=re.compile(
        rf"(?<![0-9])(?=(?P<secret>\+{_FOREIGN_GAP}[1-9](?:{_FOREIGN_GAP}\d){{6,14}}|"
        rf"00{_FOREIGN_GAP}[1-9](?:{_FOREIGN_GAP}\d){{7,13}})(?![0-9]))"
    ),
    confidence=_foreign_phone_confidence,
    hint=_LONG_NUMBER,
    examples=("+44 20 7946 0958", "+44 (0)20 7946 0958", "0044 20 7946 0958"),
    counter_examples=("+1 200 000 patients", "+33 %", "001 002 003"),
)

PATTERNS = (NIR, NIR_WITHOUT_KEY, EMAIL, FRENCH_PHONE, FOREIGN_PHONE)

# ---------------------------------------------------------------- finding

_MIXED_WITH_LETTERS = re.compile(r"(?<![^\W_])[0-9oiоοіl]*[0-9][0-9oiоοіl]*(?![^\W_])")
_LETTERS_AS_DIGITS = str.maketrans("oоοilі", "000111")
_DIGIT_BY_LETTER = re.compile(r"[0-9][oiоοіl]|[oiоοіl][0-9]")


def find_personal_data(text: Text, part: str = "text") -> tuple[Finding, ...]:
    """Every piece of personal data in a text, sure or not, without overlaps, in order."""
    matches = {match for view in (text, with_gaps_shown(text)) if view for match in _matches(view)}
    if not matches:
        return ()
    covered = bytearray(len(text.raw))
    findings: list[Finding] = []
    # The proven first; of what overlaps them only the rest is covered too, and not counted again.
    for unproven, rank, start, minus_end, confidence in sorted(matches):
        pattern, end = PATTERNS[rank], -minus_end
        for first, last in _uncovered(covered, start, end):
            whole = (first, last) == (start, end)
            if not whole and not any(map(str.isalnum, text.raw[first:last])):
                continue
            findings.append(
                Finding(
                    kind=FindingKind.PERSONAL_DATA,
                    label=pattern.label,
                    start=first,
                    end=last,
                    confidence=confidence if whole else min(confidence, IN_SHAPE_ONLY),
                    reason=f"{pattern.name}{' in shape only' if unproven or not whole else ''}",
                    part=part,
                )
            )
            covered[first:last] = b"\1" * (last - first)
    return tuple(sorted(findings, key=lambda finding: finding.start))


def _matches(text: Text) -> Iterator[tuple[bool, int, int, int, float]]:
    """Not proven, which pattern, the raw start, minus the raw end, confidence: in this order, best first."""
    numbers = _numbers_seen(text.folded)
    for rank, pattern in enumerate(PATTERNS):
        seen = text.folded if pattern is EMAIL else numbers
        if pattern.hint.search(seen):
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
