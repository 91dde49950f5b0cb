"""What a pattern of personal data is: a shape, a check, and its own proof.

Patterns work on folded text, so full-width digits, invisible characters and other scripts' digits are seen
through. A match of confidence under `COUNTED` is shaped like the datum but not proven: redacted, not counted.
A pattern looks ahead, so that matches may overlap: where numbers stand in a row, none hides the next.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

COUNTED = 0.5
IN_SHAPE_ONLY = 0.3

# What people put between the digits of a number. No slash in a NIR: t.me/c/1390471562/17712 has as many digits.
GAP = r"[ .\-_·+\ufffd]{0,3}"
PHONE_GAP = r"[ .\-_·/+()\ufffd]{0,3}"
GAPS = re.compile(r"[ .\-_·/+()\ufffd]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A shape of personal data, how sure a match is, and which part of it is the secret."""

    label: str
    name: str  # in words, for reasons
    regex: re.Pattern[str]  # its group `secret` is what a redaction covers
    confidence: Callable[[re.Match[str]], float]  # 0 = not that datum at all
    hint: Callable[[str], object]  # a text without it holds no match: a cheap test before the pattern
    of_digits: bool = True  # read where letters that pass for digits are digits
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]  # none of these is counted


class Datum(NamedTuple):
    """A piece of personal data in a folded text."""

    label: str
    start: int
    end: int
    confidence: float


def as_long_as(length: int, gap: str = GAP, letters: str = "") -> Callable[[str], object]:
    """The hint of numbers of so many digits, or letters that stand among them: whether any stands in a text."""
    return re.compile(rf"[0-9](?:{gap}[0-9{letters}]){{{length - 1}}}").search


def digits(*alternatives: str) -> str:
    """A pattern of single digits with gaps allowed between them."""
    return GAP.join(alternatives)


def groups(match: re.Match[str]) -> list[str]:
    """The digits of a number as they stand together."""
    return [group for group in GAPS.split(match["secret"]) if group]


def luhn_is_right(number: str) -> bool:
    """Whether the last digit is the check digit of the others (Luhn), as in SIRET, FINESS and RPPS numbers.

    >>> luhn_is_right("10000000017"), luhn_is_right("10000000018")
    (True, False)
    """
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0
