"""Two contents of a post side by side: what went, what came. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST = 4_000  # characters of each that are compared
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one of the two, and whether the other has it too."""

    text: str
    changed: bool


def side_by_side(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """The two texts cut where they differ; each list joined is its text, as far as it is compared.

    >>> side_by_side("500 euros", "400 euros")[1]
    [Part(text='400', changed=True), Part(text=' euros', changed=False)]
    """
    old, new = _TOKEN.findall(before[:MOST]), _TOKEN.findall(after[:MOST])
    steps = SequenceMatcher(None, old, new, autojunk=True).get_opcodes()
    left = [Part("".join(old[a:b]), step != "equal") for step, a, b, _c, _d in steps if b > a]
    right = [Part("".join(new[c:d]), step != "equal") for step, _a, _b, c, d in steps if d > c]
    return left, right
