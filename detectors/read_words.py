"""What a stretch of text without blanks is read as: the words of the watchlist in it, and where they stand."""

from typing import NamedTuple


class Token(NamedTuple):
    """A word of the watchlist in a chunk."""

    ordinal: int  # its place in the row of the chunk's words
    code: int
    start: int  # positions within the chunk as written
    end: int
    confidence: float
    disguised: bool


class Reading(NamedTuple):
    """How a chunk is read."""

    length: int  # words it counts for; articles and punctuation count nothing
    tokens: tuple[Token, ...]
    single_letter: bool
    unknown: bool  # it is nobody's word, or not as it stands
    soft: bool = False  # an article or the like
    by_ear: bool = False  # written as a known word sounds


class Unknown(NamedTuple):
    """A word that is not known as it stands."""

    chunk: str
    start: int  # within the chunk
    text: str  # as folded

    @property
    def end(self) -> int:
        return self.start + len(self.text)


NOTHING = Reading(0, (), False, False)
SOFT_WORD = Reading(0, (), False, False, soft=True)
ONE_WORD = Reading(1, (), False, False)  # everyday, and of no name
UNKNOWN_WORD = Reading(1, (), False, True)
UNREAD = Reading(1, (), False, True)  # an unknown word that was not looked into
UNREAD_KIND = Reading(1, (), False, True)  # the same, and it sounds like a word for a kind of place
