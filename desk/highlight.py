"""What the detectors said of a text, laid over it: text and marks → segments. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from desk import words
from desk.languages import marked as _
from desk.telling import ENGLISH, Teller
from detectors.model import Finding, FindingKind, Mention, Reading
from detectors.redaction import COVER

_COVERS = re.compile(f"{COVER}+")


class MarkKind(StrEnum):
    """Why a stretch of text is marked; the page's classes bear these names."""

    NAMED = "named"
    CLAIM = "claim"
    COVERED = "covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of a text something was said of."""

    start: int
    end: int
    kind: MarkKind
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a text that lies under the same marks from its first character to its last."""

    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def kinds(self) -> str:
        """The kinds of its marks, as a page's class."""
        return " ".join(dict.fromkeys(mark.kind.value for mark in self.marks))

    @property
    def note(self) -> str:
        return "; ".join(dict.fromkeys(mark.note for mark in self.marks))


def segments(text: str, marks: Sequence[Mark], start: int = 0, end: int | None = None) -> Iterator[Segment]:
    """A window of a text cut where marks begin and end; marks may overlap. Joined, they are the window.

    >>> marks = [Mark(start=0, end=4, kind=MarkKind.CLAIM, note=""), Mark(start=2, end=9, kind=MarkKind.NAMED, note="")]
    >>> [(segment.text, segment.kinds) for segment in segments("abcdef", marks)]
    [('ab', 'claim'), ('cd', 'claim named'), ('ef', 'named')]
    """
    end = len(text) if end is None else min(end, len(text))
    inside = sorted(
        (mark for mark in marks if max(mark.start, start) < min(mark.end, end)), key=lambda mark: mark.start
    )
    cuts = sorted({start, end, *(edge for mark in inside for edge in (mark.start, mark.end) if start < edge < end)})
    open_marks: list[Mark] = []
    reached = 0
    for first, last in pairwise(cuts):
        while reached < len(inside) and inside[reached].start <= first:
            open_marks.append(inside[reached])
            reached += 1
        open_marks = [mark for mark in open_marks if mark.end > first]
        yield Segment(text=text[first:last], marks=tuple(open_marks))


def marks_of(reading: Reading, part: str, teller: Teller = ENGLISH) -> list[Mark]:
    """The marks of one part of a reading; their positions hold because a redaction keeps lengths."""
    named = [_mark_of_mention(mention, teller) for mention in reading.mentions if mention.part == part]
    found = [_mark_of_finding(finding, teller) for finding in reading.findings if finding.part == part]
    return named + found + list(_covered(reading, part, teller))


def _covered(reading: Reading, part: str, teller: Teller) -> Iterator[Mark]:
    """What is covered without a finding of its own: the rows of an extract."""
    if part == "text":
        for run in _COVERS.finditer(reading.text):
            note = teller.say(_("personal data, covered"))
            yield Mark(start=run.start(), end=run.end(), kind=MarkKind.COVERED, note=note)


def _mark_of_mention(mention: Mention, teller: Teller) -> Mark:
    note = teller.say(
        _("%(name)s (%(kind)s), %(sure)s sure"),
        name=mention.name,
        kind=teller.word(mention.kind, words.KINDS),
        sure=f"{mention.confidence:.0%}",
    )
    if mention.disguise:
        note += ", " + teller.say(_("disguised: %(how)s"), how=mention.disguise)
    return Mark(start=mention.start, end=mention.end, kind=MarkKind.NAMED, note=note)


def _mark_of_finding(finding: Finding, teller: Teller) -> Mark:
    if finding.kind is FindingKind.CLAIM:
        note = teller.sentence(finding.reason) or finding.reason
        return Mark(start=finding.start, end=finding.end, kind=MarkKind.CLAIM, note=note)
    what = teller.word(finding.label, words.PERSONAL)
    note = teller.say(_("%(what)s, covered"), what=what)
    return Mark(start=finding.start, end=finding.end, kind=MarkKind.COVERED, note=note)
