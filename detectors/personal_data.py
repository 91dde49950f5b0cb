"""Personal data in a text: French social-security numbers, e-mail addresses, telephone numbers.

Every pattern works on folded text, so full-width digits, invisible characters and other scripts' digits are
seen through, and carries its own proof: examples and counter-examples, all invented, run by one test.
A finding of confidence under `COUNTED` is shaped like the datum but not proven: it is redacted, not counted.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import phonenumbers
from stdnum.fr import nir as nir_number

from detectors.model import Finding, FindingKind
from detectors.normalisation import Text, fold

COUNTED = 0.5

_GAP = r"[ .\-_·]{0,2}"  # what people put between the digits of a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A shape of personal data, how sure a match is, and which part of it is the secret."""

    label: str
    name: str  # in words, for reasons
    regex: re.Pattern[str]
    confidence: Callable[[str], float]  # of a matched string; 0 = not that datum at all
    hints: tuple[str, ...]  # a match holds one of these: a cheap test before the pattern
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


def _digits(*alternatives: str) -> str:
    """A pattern of single digits with gaps allowed between them."""
    return _GAP.join(alternatives)


def _nir_confidence(match: str) -> float:
    """Sure with a right key (97 minus the rest, 2A and 2B counted as 19 and 18: INSEE, décret 82-103)."""
    number = re.sub(r"[^0-9ab]", "", match).upper()
    month = int(number[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return 0.0
    if len(number) == 13:
        return 0.4
    return 1.0 if nir_number.is_valid(number) else 0.3


NIR = Pattern(
    label="nir",
    name="social-security number",
    regex=re.compile(
        r"(?<![0-9])"
        + _digits("[1-478]", *[r"\d"] * 4, r"(?:\d" + _GAP + r"\d|2" + _GAP + "[ab])", *[r"\d"] * 6)
        + f"(?:{_GAP}[0-9]{_GAP}[0-9])?"
        + rf"(?!{_GAP}[0-9])"
    ),
    confidence=_nir_confidence,
    hints=tuple("123478"),
    examples=(
        "NIR 2550699999999 34",
        "2 55 06 99 999 999 34",
        "2.55.06.99.999.999-34",
        "２５５０６９９９９９９９９３４",
        "2550\u200b69999999934",
        "1 85 03 2A 990 012 43",
    ),
    counter_examples=("NIR 2550699999999 35", "order 12345", "255139999999934", "2020 2021 2022", "26010004500012"),
)


def _email_confidence(match: str) -> float:
    return 0.9 if "@" in match and " " not in match else 0.6


_AT = r"(?:\s?@\s?|%40|\s?[\[({<]\s?(?:at|arobase?|a|собака)\s?[\])}>]\s?|\s(?:at|arobase|собака)\s)"
_DOT = r"(?:\.|\s?[\[({<]\s?(?:dot|point|\.|точка|nokta)\s?[\])}>]\s?|\s(?:dot|point|точка|nokta)\s)"

EMAIL = Pattern(
    label="email",
    name="e-mail address",
    regex=re.compile(
        # Starts only where a run of such characters starts: a long run without @ costs its length, not its square.
        rf"(?<![\w.%+\-])(?P<secret>[\w.%+\-]+){_AT}(?:[\w\-]{{1,63}}{_DOT}){{1,4}}[^\W\d_]{{2,24}}(?![^\W_])"
    ),
    confidence=_email_confidence,
    hints=("@", "%40", "(", "[", "{", "<", " at ", " arobas", " собака"),
    examples=(
        "ecrire à jeanne.exemple@courriel.test",
        "jeanne＠courriel.test",
        "jeanne [at] courriel [dot] test",
        "jeanne (arobase) courriel (point) test",
        "jeanne@\u200bcourriel.test;ok",
    ),
    counter_examples=("contact @un_vendeur", "look at this", "prix @ 500", "meet at noon", "a point b"),
)


def _phone_confidence(match: str) -> float:
    groups = re.findall(r"\d+", match)
    if len(groups) >= 3 and _looks_like_a_date(groups):
        return 0.0
    number = re.sub(r"\(0\)|[^\d+]", "", match)
    number = "+" + number[2:] if number.startswith("00") else number
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return 0.3 if number.startswith("+") else 0.0
    if phonenumbers.is_valid_number(parsed):
        return 0.9
    # Numbers the plan has not allotted (those reserved for fiction among them) still have the shape of one.
    return 0.7 if phonenumbers.is_possible_number(parsed) else 0.3


def _looks_like_a_date(groups: list[str]) -> bool:
    """01 12 2020 10 30, or 2020-12-01: day, month and year rather than a number."""
    day_first = int(groups[0]) <= 31 and int(groups[1]) <= 12 and re.fullmatch(r"(?:19|20)\d\d", groups[2])
    return bool(day_first and len(groups[0]) <= 2 and len(groups[1]) <= 2)


PHONE = Pattern(
    label="phone",
    name="telephone number",
    regex=re.compile(
        r"(?<![0-9a-z])(?:"
        r"(?:\+|00)" + _GAP + "33" + r"[ .\-]?(?:\(0\))?" + _digits("", *[r"\d"] * 9) + "|"
        r"\+"
        + _digits("", *[r"[\d]"] * 7)
        + r"(?:[ .\-()]{0,2}\d){0,8}|"
        + _digits("0", "[1-9]", *[r"\d"] * 8)
        + r")(?![0-9])"
    ),
    confidence=_phone_confidence,
    hints=("0", "+"),
    examples=(
        "06 39 98 00 11",
        "tél:0639980011",
        "+33 6 39 98 00 11",
        "+33 (0)6 39 98 00 11",
        "0033639980011",
        "0 6 3 9 9 8 0 0 1 1",
        "０６３９９８００１１",
        "+44 20 7946 0958",
    ),
    counter_examples=("le 01 12 2020 10 30", "491 840 patients", "FINESS 010000024", "26010004500012", "06:39:98"),
)

PATTERNS = (NIR, EMAIL, PHONE)


def find_personal_data(text: Text, part: str = "text") -> tuple[Finding, ...]:
    """Every piece of personal data in a text, sure or not, without overlaps, in order."""
    found = sorted(_matches(text.folded), key=lambda match: (match[1], -match[2]))
    findings: list[Finding] = []
    reached = 0
    for pattern, start, end, confidence in found:
        if start < reached:
            continue
        reached = end
        first, last = text.raw_span(start, end)
        findings.append(
            Finding(
                kind=FindingKind.PERSONAL_DATA,
                label=pattern.label,
                start=first,
                end=last,
                confidence=confidence,
                reason=f"{pattern.name}{'' if confidence >= COUNTED else ' in shape only'}",
                part=part,
            )
        )
    return tuple(findings)


def _matches(folded: str) -> Iterator[tuple[Pattern, int, int, float]]:
    for pattern in PATTERNS:
        if not any(hint in folded for hint in pattern.hints):
            continue
        for match in pattern.regex.finditer(folded):
            confidence = pattern.confidence(match[0])
            if confidence > 0:
                start, end = match.span("secret" if "secret" in pattern.regex.groupindex else 0)
                yield pattern, start, end, confidence


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
