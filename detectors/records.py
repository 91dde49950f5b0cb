"""What stands between and behind the data of one person: the rest of a row, an unknown name, a comment.

No list knows every name and every remark. But where a line shows a patient's number or birth date among other
data, what fills the gaps speaks of the same person. A seller's own words, labels, handles, the numbers of
establishments and their names stay, so that the alert can be read.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from detectors.data_patterns import IN_SHAPE_ONLY, Datum, luhn_is_right
from detectors.labelled_values import is_label
from detectors.person_words import TITLES
from detectors.words_of_text import TextWord

_STRONG = frozenset({"nir", "birth_date", "patient_id", "iban"})
_OF_A_PERSON = _STRONG | {"name", "address", "comment", "blood_group", "diagnosis"}
_WIDEST_GAP = 60  # characters between two data of one person
_MOST_BEHIND = 120
_CELL = re.compile(r"[^;|\t,\n()\[\]{}\"«»/:=]+")
# Separator → how many cells a row has at least, and characters a cell on average. Clauses have commas too.
_ROWS = {";": (3, 60), "|": (3, 60), "\t": (3, 60), "','": (3, 60), "', '": (3, 60), '","': (3, 60), ",": (6, 20)}
_HANDLE_OR_LINK = re.compile(r"[@#]\w|https?|www\.|\bt\.me\b|\.(?:zip|rar|7z|csv|sql|xlsx?|json|txt|pdf)\b")
SELLERS_WORDS = re.compile(
    r"(?<![^\W_])(?:vend\w*|vente|prix|contact\w*|base|bdd|dump|leak\w*|samples?|dispo\w*|telegram|tg|mp|dm|pm|sell\w*|"
    r"price|download|lien|link|fichiers?|patients|lignes|rows|records|lines|echantillon\w*|extrait|preuve|proof|full|fresh|"
    r"gratuit\w*|free|btc|xmr|usdt|eur|euros?|usd|finess|siret|siren|etc|data|database|leaked|fuite|insert|into|values|"
    r"select|autres?|million\w*|mille|milliers?|продам|цена|база|слив|строк\w*|пациентов|satilik|fiyat|kisi\w*|ornek\w*|"
    r"veri(?:si|ler|leri|tabani)?|kayit\w*|satir\w*|iletisim)(?![^\W_])|[€$₽₺]"
)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|\n")
_DOMAIN = re.compile(r"\S*?@[\w.\-]+|[\w\-]+\.[a-z]{2,6}\b")
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{9}|[0-9]{14}|[0-9]{3} [0-9]{3} [0-9]{3}(?: [0-9]{5})?)(?![0-9])")
_POSTCODE = re.compile(r"\s*[0-9]{5}\s.{0,40}")
_READABLE = re.compile(r"[^\W_]")


def rest_of_records(
    folded: str, words: Sequence[TextWord], data: Iterable[Datum], taken: frozenset[int]
) -> Iterator[Datum]:
    """What belongs to a person's record beside the data found, line by line; never counted."""
    by_line: dict[tuple[int, int], list[Datum]] = {}
    ends = [match.start() for match in re.finditer("\n", folded)]
    ends.append(len(folded))
    line = start = 0
    for datum in sorted(data, key=lambda datum: datum.start):
        while datum.start >= ends[line] and line < len(ends) - 1:
            start = ends[line] + 1
            line += 1
        by_line.setdefault((start, ends[line]), []).append(datum)
    organisations = [(words[number].start, words[number].end) for number in sorted(taken)]
    for (first, last), shown in by_line.items():
        for gap in _gaps(folded, first, last, shown):
            yield from _unnamed(folded, *gap, organisations)


def _gaps(folded: str, first: int, last: int, data: Sequence[Datum]) -> Iterator[tuple[int, int]]:
    """The stretches of a line that belong to the record it shows."""
    labels = {datum.label for datum in data}
    if labels.isdisjoint(_OF_A_PERSON) or (len(labels) < 2 and labels.isdisjoint(_STRONG)):
        return
    is_row = _is_row(folded[first:last], data)
    if is_row:
        yield first, data[0].start
    reached = data[0].end
    for datum in data[1:]:
        if reached < datum.start and (is_row or datum.start - reached <= _WIDEST_GAP):
            yield reached, datum.start
        reached = max(reached, datum.end)
    if is_row:
        yield reached, last
    elif not labels.isdisjoint(_STRONG):
        ending = _SENTENCE_END.search(folded, reached, min(last, reached + _MOST_BEHIND))
        yield reached, ending.start() if ending else min(last, reached + _MOST_BEHIND)


def _is_row(line: str, data: Sequence[Datum]) -> bool:
    """Whether a line is made of cells rather than of clauses."""
    strong = any(datum.label in _STRONG for datum in data)
    for separator, (fewest, longest) in _ROWS.items():
        cells = line.count(separator) + 1
        if cells >= fewest and len(line) <= longest * cells:
            return strong or len({datum.label for datum in data}) >= 2
    return False


def _unnamed(folded: str, first: int, last: int, organisations: Sequence[tuple[int, int]]) -> Iterator[Datum]:
    """The cells of a stretch that are a person's, word by word."""
    for cell in _CELL.finditer(folded, first, last):
        start, end = cell.span()
        if (
            not _READABLE.search(folded, start, end)
            or SELLERS_WORDS.search(folded, start, end)
            or _HANDLE_OR_LINK.search(folded, max(first, start - 1), end)
            or is_label(cell[0])
            or cell[0].strip(" .") in TITLES
        ):
            continue
        yield from _without_kept(folded, start, end, organisations)


def _without_kept(folded: str, start: int, end: int, organisations: Sequence[tuple[int, int]]) -> Iterator[Datum]:
    kept = sorted(
        [match.span() for match in _DOMAIN.finditer(folded, max(0, start - 1), end)]
        + [match.span() for match in _NUMBER.finditer(folded, start, end) if _is_establishments(match[0])]
        + list(_overlapping(organisations, start, end))
    )
    for left, right in [*kept, (end, end)]:
        stretch = folded[start:left]
        if start < left and _READABLE.search(stretch) and not _POSTCODE.fullmatch(stretch):
            begin = start + len(stretch) - len(stretch.lstrip(" '-_."))
            yield Datum("comment", begin, start + len(stretch.rstrip(" '-_.")), IN_SHAPE_ONLY)
        start = max(start, right)


def _overlapping(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Those of spans in order, none overlapping another, that overlap one."""
    for number in range(max(0, bisect_right(spans, (start, start)) - 1), len(spans)):
        span = spans[number]
        if span[0] >= end:
            break
        if span[1] > start:
            yield span


def _is_establishments(number: str) -> bool:
    """A FINESS, SIREN or SIRET number has its own check digit."""
    return luhn_is_right(number.replace(" ", ""))
