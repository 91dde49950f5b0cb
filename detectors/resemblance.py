"""What makes two posts speak of one thing: the same text, figure, file, archive, link, contact or origin.

A reading has traits, each a kind and a number of 63 bits; two readings that share one of a kind resemble each other
for that reason. Of a text 32 traits are kept, the smallest of its runs of three words under 32 orders (MinHash,
Broder 1997): the share of them that two texts have in common estimates the share of runs they have in common. All is
made from what is redacted, so a trait tells nothing that is not kept anyway.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from detectors.model import Claim, Reading
from detectors.normalisation import fold
from detectors.redaction import COVER

PERMUTATIONS = 32
SAME_TEXT = 29  # of 32 in common: 0.9 of the runs
NEAR_TEXT = 19  # 0.6 of the runs
_RUN = 3  # words
_FEWEST_RUNS = 6  # of a shorter text nothing can be said
_MOST_WORDS = 5_000
_MOST_OTHERS = 200  # traits beside those of the text: a post may hold links without end
_FEWEST_COUNTED = 1_000
_SHORTEST_ARCHIVE = 8  # characters of a name that is somebody's own: not `db.sql`
_PRIME = (1 << 61) - 1
_BITS = 63
_WORD = re.compile(r"[^\W_]+")


class Trait(StrEnum):
    """In what two posts may be alike."""

    TEXT = "text"
    FIGURE = "figure"
    FILE = "file"
    ARCHIVE = "archive"
    LINK = "link"
    CONTACT = "contact"
    FORWARD = "forward"


_WHY = {
    Trait.FIGURE: "same unusual figure",
    Trait.FILE: "same file name and size",
    Trait.ARCHIVE: "same archive name",
    Trait.LINK: "same link",
    Trait.CONTACT: "same contact",
    Trait.FORWARD: "forwarded from the same post",
}


class Marked(NamedTuple):
    """A trait of one reading."""

    trait: Trait
    value: int


def traits(reading: Reading) -> frozenset[Marked]:
    """What a reading can be recognised by."""
    return frozenset((*_text_traits(reading.text), *islice(_other_traits(reading), _MOST_OTHERS)))


def why(shared: Mapping[Trait, int]) -> tuple[str, ...]:
    """Why two readings that share so many traits of each kind resemble each other; empty where they do not.

    >>> why({Trait.TEXT: 30, Trait.CONTACT: 1}), why({Trait.TEXT: 5})
    (('same text', 'same contact'), ())
    """
    text = shared.get(Trait.TEXT, 0)
    reasons = ["same text"] if text >= SAME_TEXT else ["nearly the same text"] if text >= NEAR_TEXT else []
    return (*reasons, *(words for trait, words in _WHY.items() if shared.get(trait)))


def _other_traits(reading: Reading) -> Iterator[Marked]:
    for file in reading.files:
        if file.size is not None:
            yield _marked(Trait.FILE, f"{fold(file.name).folded}\0{file.size}")
    if (forward := reading.forwarded_from) and forward.place and forward.ref:
        yield _marked(Trait.FORWARD, f"{forward.place}\0{forward.ref}")
    if reading.claim:
        yield from _claim_traits(reading.claim)


def _claim_traits(claim: Claim) -> Iterator[Marked]:
    for quantity in claim.quantities:
        # A round figure is anybody's; one to the last digit belongs to one set of data.
        if quantity.value >= _FEWEST_COUNTED and quantity.value % 100:
            yield _marked(Trait.FIGURE, str(quantity.value))
    for archive in claim.archives:
        if len(archive.name) >= _SHORTEST_ARCHIVE and COVER not in archive.name:
            yield _marked(Trait.ARCHIVE, fold(archive.name).folded)
    for link in claim.links:
        if COVER not in link and "/" in link.partition("://")[2].rstrip("/"):  # a bare host is many people's
            yield _marked(Trait.LINK, link)
    for contact in claim.contacts:
        if COVER not in contact:
            yield _marked(Trait.CONTACT, contact.lower())


def _text_traits(text: str) -> Iterator[Marked]:
    words = _WORD.findall(fold(text).folded.replace(COVER, " "))[:_MOST_WORDS]
    runs = {_number(" ".join(words[at : at + _RUN])) for at in range(len(words) - _RUN + 1)}
    if len(runs) < _FEWEST_RUNS:
        return
    for order, (factor, shift) in enumerate(_ORDERS):
        smallest = min((factor * run + shift) % _PRIME for run in runs)
        yield _marked(Trait.TEXT, f"{order}\0{smallest}")


def _marked(trait: Trait, value: str) -> Marked:
    return Marked(trait, _number(f"{trait.value}\0{value}"))


def _number(value: str) -> int:
    digest = blake2b(value.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - _BITS)


_ORDERS = tuple(
    (1 + _number(f"factor {order}") % (_PRIME - 1), _number(f"shift {order}") % _PRIME) for order in range(PERMUTATIONS)
)
