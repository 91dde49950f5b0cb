"""An extract shown within a post: where its rows stand, and their profile.

A block is three lines or more of one structure, an SQL INSERT, JSON objects or key: value pairs, and holds personal
data: a price list or a table of file sizes is none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from detectors.sample import SampleError, profile_sample
from detectors.sample_columns import named_meaning
from detectors.sample_formats import key_and_value
from detectors.sample_places import Traces
from detectors.sample_profile import PERSONAL, Meaning, SampleProfile
from detectors.sample_sketches import KnownSample, Sketch
from detectors.sample_tally import Profiled

_FEWEST_LINES: Final = 3
_MOST_BLOCKS: Final = 12  # looked at in a post, the longest first: a hostile one may be all little blocks
_PROVEN: Final = frozenset({"nir", "email", "phone", "birth_date", "iban"})
_SIX_DIGITS: Final = re.compile(r"\d(?:\D{0,2}\d){5}")
_INSERT: Final = re.compile(r"\b(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\b", re.IGNORECASE)
_INTO: Final = re.compile("[iIıİ][nN][tT][oO]")  # in every INSERT, and much faster looked for
_CREDENTIALS: Final = re.compile(r"\s*[^\s:;|,]{1,80}@[^\s:;|,]{1,80}[:;|,]\S")
_HTML_ROW: Final = re.compile(r"<t[rdh]\b", re.IGNORECASE)
_GAP: Final = re.compile(r"\S {2,}(?=\S)")
_PERSONAL_WORD: Final = re.compile(r"\d{5,}|\d\d[/.\-]\d\d[/.\-]\d\d|@\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSample:
    """Where the rows stand in the raw text (a header line stays outside), and what they hold in sum."""

    spans: tuple[tuple[int, int], ...]  # in order, disjoint
    profile: SampleProfile
    sketches: tuple[Sketch, ...] = field(compare=False)  # under the key given; arrays, which no `==` compares
    traces: Traces = field(compare=False)  # what attribution works on

    def known_as(self, name: str, post: tuple[str, str]) -> KnownSample:
        """What it is known again by."""
        rows, people = self.profile.rows, self.profile.people
        return KnownSample(name=name, rows=rows, people=people, sketches=self.sketches, post=post)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Block:
    first: int  # lines
    last: int
    is_record: bool  # one record may be enough: SQL, JSON, key: value


def find_sample(raw: str, *, key: bytes = b"", known: Sequence[KnownSample] = ()) -> ShownSample | None:
    """The extract shown in a text, if any. The profile is that of its longest block."""
    if raw.count("\n") < _FEWEST_LINES - 1 and '":' not in raw and not (_INTO.search(raw) and _INSERT.search(raw)):
        return None
    if not _shows_a_datum(raw):
        return None
    lines = list(_lines(raw))
    found: list[tuple[_Block, Profiled]] = []
    taken: set[int] = set()
    blocks = sorted(_blocks(raw, lines), key=lambda block: block.first - block.last)
    for block in blocks[:_MOST_BLOCKS]:
        numbers = range(block.first, block.last + 1)
        if taken.isdisjoint(numbers) and (
            profiled := _profiled(lines[block.first : block.last + 1], block, key, known)
        ):
            found.append((block, profiled))
            taken.update(numbers)
    if not found:
        return None
    spans = sorted(span for block, profiled in found for span in _spans(lines, block, profiled))
    best = max((profiled for _, profiled in found), key=lambda profiled: profiled.profile.rows)
    return ShownSample(spans=tuple(spans), profile=best.profile, sketches=best.sketches, traces=best.traces)


def _shows_a_datum(raw: str) -> bool:
    """A cheap test: without an address or a number no block shows personal data."""
    return "@" in raw or _SIX_DIGITS.search(raw) is not None


def _lines(raw: str) -> Iterator[_Line]:
    at = 0
    for text in raw.splitlines(keepends=True):
        yield _Line(text, at)
        at += len(text)


# ---------------------------------------------------------------- lines of one structure


@dataclass(frozen=True, slots=True)
class _Structure:
    """What a line of a structure counts (0 where it is none of it), and which signs a text of such lines must hold."""

    count: Callable[[str], int]
    signs: tuple[str, ...]  # any of them
    fewest_signs: int
    fewest_lines: int = _FEWEST_LINES
    is_record: bool = False


def _separated_by(separator: str, least: int) -> _Structure:
    return _Structure(
        lambda line: count if (count := line.count(separator)) >= least else 0, (separator,), _FEWEST_LINES * least
    )


def _gaps(line: str) -> int:
    return count if (count := len(_GAP.findall(line))) >= 2 else 0


def _personal_words(line: str) -> int:
    return len(line.split()) if len(_PERSONAL_WORD.findall(line)) >= 2 else 0


_STRUCTURES: tuple[_Structure, ...] = (
    _separated_by(";", 1),
    _separated_by("\t", 1),
    _separated_by("|", 1),
    _separated_by(",", 2),
    _Structure(lambda line: int(_CREDENTIALS.match(line) is not None), ("@",), 3),
    _Structure(_gaps, ("  ",), 6),
    _Structure(_personal_words, (" ",), 6),
    _Structure(lambda line: int(_HTML_ROW.search(line) is not None), ("<t", "<T"), 2, fewest_lines=1),
    _Structure(lambda line: int(key_and_value(line) is not None), (":", "="), 3, is_record=True),
    _Structure(
        lambda line: int(line.lstrip()[:1] in ("{", "}", "[", "]", '"')), ("{",), 1, fewest_lines=1, is_record=True
    ),
)


def _blocks(raw: str, lines: Sequence[_Line]) -> Iterator[_Block]:
    for structure in _STRUCTURES:
        if any(raw.count(sign) >= structure.fewest_signs for sign in structure.signs):
            yield from _runs(lines, structure)
    if "into" not in raw.lower():
        return
    for first, line in enumerate(lines):
        if _INSERT.search(line.text):
            last = first
            while (
                last + 1 < len(lines) and lines[last + 1].text.strip() and not lines[last].text.rstrip().endswith(";")
            ):
                last += 1
            yield _Block(first, last, is_record=True)


def _runs(lines: Sequence[_Line], structure: _Structure) -> Iterator[_Block]:
    """Stretches of lines that count alike; blank lines between them do not part them."""
    first, last, size, count = 0, -1, 0, 0
    for number, line in enumerate(lines):
        if not line.text.strip():
            continue
        here = structure.count(line.text)
        if size and here and abs(here - count) <= count // 5:
            last, size = number, size + 1
            continue
        if size >= structure.fewest_lines:
            yield _Block(first, last, structure.is_record)
        first, last, size, count = number, number, int(here > 0), here
    if size >= structure.fewest_lines:
        yield _Block(first, last, structure.is_record)


# ---------------------------------------------------------------- personal data or not


def _profiled(lines: Sequence[_Line], block: _Block, key: bytes, known: Sequence[KnownSample]) -> Profiled | None:
    """The profile of a block that shows persons; None of any other."""
    texts = [line.text for line in lines]
    if not _shows_a_datum("".join(texts)):
        return None
    pairs = [pair for pair in map(key_and_value, texts) if pair]
    if len(pairs) == len(texts) and sum(named_meaning(name) in PERSONAL for name, _ in pairs) < 3:
        return None
    try:
        profiled = profile_sample(texts, key=key, known=known)
    except SampleError:
        return None
    return profiled if _shows_persons(profiled, block) else None


def _shows_persons(profiled: Profiled, block: _Block) -> bool:
    profile = profiled.profile
    kinds = set(profile.kinds)
    meanings = {column.meaning for column in profile.columns}
    if profile.format in ("sql", "json", "key_value"):
        return block.is_record and len(kinds) >= 3 and bool(kinds & _PROVEN)
    enough = profile.rows >= _FEWEST_LINES or (bool(profiled.traces.headers) and profile.rows >= 2)
    telling = meanings - {Meaning.TEXT, Meaning.NUMBER, Meaning.EMPTY, Meaning.FLAG}
    is_credentials = Meaning.EMAIL in meanings and len(meanings) == 2 and profile.separator in (":", ";", "|", ",")
    return enough and bool(kinds & (_PROVEN | {"name"})) and (len(telling) >= 2 or is_credentials)


def _spans(lines: Sequence[_Line], block: _Block, profiled: Profiled) -> Iterator[tuple[int, int]]:
    """The rows' place: a line of columns' names is no personal data, and tells the analyst what leaked."""
    first = block.first
    if profiled.header_is_a_row:
        first += 1
    start = lines[first].start
    if profiled.profile.format == "sql" and (insert := _INSERT.search(lines[first].text)):
        start += insert.start()
    end = lines[block.last].start + len(lines[block.last].text.rstrip("\r\n"))
    if start < end:
        yield start, end
