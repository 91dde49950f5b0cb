"""A text as words with their capitals: what tells a name from a sentence."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detectors.normalisation import Text

_WORD = re.compile(r"[^\W\d_]+")


class TextWord(NamedTuple):
    """A run of letters: its folded span, as folded, and whether it is written with a capital or wholly so."""

    start: int
    end: int
    folded: str
    capital: bool
    capitals: bool


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the letters of a folded text were written."""

    text: Text

    def raw_at(self, place: int) -> int:
        """The raw position of a folded one."""
        positions = self.text.positions
        return place if positions is None else positions[place]

    def folded_at(self, raw_place: int) -> int:
        """The first folded position at or behind a raw one."""
        positions = self.text.positions
        return raw_place if positions is None else bisect_left(positions, raw_place)

    def is_capital(self, place: int) -> bool:
        """Whether the letter at a folded position was written as a capital."""
        return place < len(self.text.folded) and self.text.raw[self.raw_at(place)].isupper()

    def words(self) -> Sequence[TextWord]:
        """Every word, in order."""
        raw, positions = self.text.raw, self.text.positions
        if positions is not None:
            raw = "".join(map(raw.__getitem__, positions))
        found = []
        for match in _WORD.finditer(self.text.folded):
            start, end = match.span()
            capital = raw[start].isupper()
            found.append(
                TextWord(start, end, match[0], capital, capital and end - start > 1 and raw[end - 1].isupper())
            )
        return found
