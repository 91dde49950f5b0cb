"""Rows out of an extract, whatever it is written as: CSV, SQL INSERTs, JSON, key: value blocks, fixed width, HTML.

Streamed: what is held at once is a head of some hundred lines, and the longest single row up to a cap.
"""

import csv
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

Row = Sequence[str]

HEAD_LINES: Final = 200
_HEAD_CHARACTERS: Final = 262_144
_LONGEST_ROW: Final = 1_048_576  # characters of a row of SQL, JSON or HTML
_SEPARATORS: Final = (";", "\t", "|", ",", ":", "^", "~", "\x1f", "\x01", "§")
_MOST_KEYS: Final = 500
_MOST_NUL: Final = 100  # characters to a NUL: more of them are no text
_SURE_SHARE: Final = 0.8  # of the head's lines alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows and what they are written as."""

    format: str
    separator: str | None
    names: tuple[str, ...] | None  # of the columns, where the format itself tells them
    rows: Iterator[Row]


def read_table(lines: Iterable[str]) -> Table | None:
    """The rows of an extract; None where it has no structure known here."""
    stream = iter(lines)
    head: list[str] = []
    size = 0
    for line in stream:
        head.append(line)
        size += len(line)
        if len(head) >= HEAD_LINES or size >= _HEAD_CHARACTERS:
            break
    head_text = "".join(head[:HEAD_LINES])
    if head_text.count("\0") * _MOST_NUL > len(head_text):
        return None
    everything = chain(head, stream)
    if _INSERT.search(head_text):
        return _sql_table(everything, head_text)
    if re.search(r"<t[rd]\b", head_text, re.IGNORECASE):
        return Table(format="html", separator=None, names=None, rows=_html_rows(everything))
    if re.match(r"\ufeff?\s*(?:\[\s*)?\{\s*\"", head_text):
        return _json_table(everything)
    filled = [line for line in head if line.strip()]
    separator = separator_of(filled)
    if separator:
        return _separated(filled, everything, separator)
    return _key_value_table(filled, everything) or _fixed_width(filled, everything) or _spaced(filled, everything)


# ---------------------------------------------------------------- separated values


def _separated(head: Sequence[str], everything: Iterable[str], separator: str) -> Table:
    framed = separator == "|" and all(line.lstrip().startswith("|") for line in head if not _is_rule(line))
    ruled = separator == "|" and any(map(_is_rule, head))
    lines = (line for line in everything if not _is_rule(line)) if ruled else everything
    rows = _csv_rows(lines, separator)
    if framed or ruled:
        rows = ([cell.strip() for cell in (row[1:-1] if framed else row)] for row in rows)
    return Table(format="csv", separator=separator, names=None, rows=rows)


def separator_of(lines: Sequence[str]) -> str | None:
    """What stands between the cells of most lines, if anything does."""
    best: tuple[float, str] | None = None
    sample = [line for line in lines[:HEAD_LINES] if not _is_rule(line)]
    for separator in _SEPARATORS:
        # A cell in quotes may go on over lines that hold none.
        if 2 * sum(separator in line for line in sample) < len(sample):
            continue
        counts = Counter(len(row) for row in _csv_rows(sample, separator))
        cells, lines_alike = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        alike = lines_alike / max(1, counts.total())
        # A colon within each line says little: hours, addresses and keys have one.
        if cells < 2 or alike < _SURE_SHARE or (separator == ":" and any(": " in line for line in sample)):
            continue
        score = alike * cells
        if best is None or score > best[0]:
            best = score, separator
    return best[1] if best else None


def _csv_rows(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    reader = csv.reader(_without_nul(lines) if separator == "\x01" else lines, delimiter=separator)
    while True:
        try:
            yield from reader
            return
        except csv.Error:  # a cell longer than the cap, or a quote never closed: the next line is another row
            continue


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)


def _is_rule(line: str) -> bool:
    """A line that only draws: +-----+-----+."""
    return line.lstrip()[:2] in ("+-", "|-", "--", "==", "+=") and not re.search(r"[^\W_]", line)


# ---------------------------------------------------------------- SQL

_INSERT = re.compile(
    r"\b(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+[^\s(]{1,200}\s*(?:\(([^()]*)\)\s*)?VALUES\b", re.IGNORECASE
)
_SQL_VALUE = re.compile(
    r"\s*(?:(?:N?'((?:[^'\\]|''|\\.)*)'|\"((?:[^\"\\]|\"\"|\\.)*)\")\s*|([^\s,()'\"][^,()'\"]*))([,)])", re.DOTALL
)
_SQL_ESCAPED = re.compile(r"\\(.)|''", re.DOTALL)


def _sql_table(lines: Iterable[str], head: str) -> Table:
    match = _INSERT.search(head)
    names = None
    if match and match[1]:
        names = tuple(name.strip().strip("`\"'[] ") for name in match[1].split(","))
    return Table(format="sql", separator=None, names=names, rows=_sql_rows(lines))


def _sql_rows(lines: Iterable[str]) -> Iterator[Row]:
    buffer, at, inside, enough = "", 0, False, 0
    for line in chain(lines, [None]):
        if line is not None:
            buffer = buffer[at:] + line
            at = 0
            # A row over many lines is tried again when it has doubled: linear in the end.
            if len(buffer) < enough:
                continue
        enough = 0
        while True:
            if not inside:
                insert = _INSERT.search(buffer, at)
                if not insert:
                    # Only what may be the beginning of an INSERT is worth keeping.
                    at = max(at, len(buffer) - 2_000)
                    break
                inside, at = True, insert.end()
            opening = buffer.find("(", at)
            ending = buffer.find(";", at, opening if opening >= 0 else len(buffer))
            if ending >= 0:
                inside, at = False, ending + 1
                continue
            if opening < 0:
                at = len(buffer)
                break
            row, after = _sql_row(buffer, opening + 1)
            if row is None:
                unfinished = len(buffer) - opening
                at = opening if unfinished < _LONGEST_ROW else len(buffer)
                enough = 2 * unfinished if 4_096 < unfinished < _LONGEST_ROW else 0
                break
            yield row
            at = after


def _sql_row(buffer: str, at: int) -> tuple[list[str] | None, int]:
    """The values up to the closing bracket; None where the row goes on behind the buffer's end."""
    row: list[str] = []
    while match := _SQL_VALUE.match(buffer, at):
        single, double, bare, end = match.groups()
        if bare is not None:
            row.append("" if bare.strip().upper() == "NULL" else bare.strip())
        else:
            quoted = single if single is not None else double
            row.append(_SQL_ESCAPED.sub(lambda m: m[1] or "'", quoted) if "\\" in quoted or "''" in quoted else quoted)
        at = match.end()
        if end == ")":
            return row, at
    return None, at


# ---------------------------------------------------------------- JSON


def _json_table(lines: Iterable[str]) -> Table | None:
    objects = _json_objects(lines)
    head = list(islice(objects, HEAD_LINES))
    names = tuple(islice(dict.fromkeys(key for each in head for key in each), _MOST_KEYS))
    if not names:
        return None
    rows = ([each.get(name, "") for name in names] for each in chain(head, objects))
    return Table(format="json", separator=None, names=names, rows=rows)


def _json_objects(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Objects standing on lines of their own, in an array, or over several lines."""
    decoder = json.JSONDecoder()
    buffer, tried = "", 0
    for line in lines:
        buffer += line
        # An object over many lines is tried at each closing brace, and each time it has doubled: linear in the end.
        if "}" not in line or len(buffer) < 2 * tried:
            if len(buffer) > _LONGEST_ROW:
                buffer, tried = "", 0
            continue
        at = 0
        while (start := buffer.find("{", at)) >= 0:
            try:
                value, at = decoder.raw_decode(buffer, start)
            except (ValueError, RecursionError):
                break
            if isinstance(value, dict):
                yield dict(_flat(value, ""))
        rest = buffer[start:] if start >= 0 else ""
        # A broken object on a line of its own must not swallow the next.
        buffer = "" if rest and rest.count("{") <= rest.count("}") else rest
        tried = len(buffer) if len(buffer) > 4_096 else 0


def _flat(value: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        if isinstance(item, dict) and not prefix:
            yield from _flat(item, f"{key}.")
        elif item is None:
            yield f"{prefix}{key}", ""
        else:
            yield f"{prefix}{key}", item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)


# ---------------------------------------------------------------- key: value blocks

_KEY_VALUE = re.compile(r"\s{0,8}[-*•]?\s{0,3}([^\W\d][\w '’./\-]{0,39}?)\s{0,20}[:=](.*)")


def key_and_value(line: str) -> tuple[str, str] | None:
    """The two halves of a line `key: value`."""
    match = _KEY_VALUE.match(line[:2_000])
    return (match[1].casefold(), match[2].strip()) if match and not match[2].startswith("//") else None


def _key_value_table(head: Sequence[str], everything: Iterable[str]) -> Table | None:
    pairs = [pair for pair in map(key_and_value, head) if pair]
    keys = Counter(key for key, _ in pairs)
    if len(pairs) < max(3, _SURE_SHARE * len(head) * 0.75) or not keys:
        return None
    names = tuple(key for key, _ in keys.most_common(_MOST_KEYS))
    # Keys in the order of the first record.
    order = list(dict.fromkeys(key for key, _ in pairs if key in names))
    return Table(format="key_value", separator=None, names=tuple(order), rows=_key_value_rows(everything, order))


def _key_value_rows(lines: Iterable[str], names: Sequence[str]) -> Iterator[Row]:
    """A record ends where a key comes again."""
    record: dict[str, str] = {}
    known = frozenset(names)
    for line in lines:
        pair = key_and_value(line)
        if pair is None or pair[0] not in known:
            continue
        if pair[0] in record:
            yield [record.get(name, "") for name in names]
            record = {}
        record[pair[0]] = pair[1]
    if record:
        yield [record.get(name, "") for name in names]


# ---------------------------------------------------------------- fixed width


def _fixed_width(head: Sequence[str], everything: Iterable[str]) -> Table | None:
    """Columns parted by places that are blank in every line of the head."""
    lines = [line.rstrip("\r\n").expandtabs() for line in head if not _is_rule(line)]
    if len(lines) < 3:
        return None
    width = Counter(map(len, lines)).most_common(1)[0][0]
    alike = [line for line in lines if abs(len(line) - width) <= width // 4]
    if len(alike) < _SURE_SHARE * len(lines) or width < 8 or width > _LONGEST_ROW // HEAD_LINES:
        return None
    longest = max(map(len, alike))
    blank = [all(line[i : i + 1] in ("", " ") for line in alike) for i in range(longest)]
    starts = [i for i in range(longest) if not blank[i] and (i == 0 or blank[i - 1])]
    if len(starts) < 3:
        return None
    slices = [slice(start, end) for start, end in zip(starts, [*starts[1:], None], strict=True)]
    rows = (
        [line[each].strip() for each in slices]
        for line in (raw.rstrip("\r\n").expandtabs() for raw in everything)
        if line.strip() and not _is_rule(line)
    )
    return Table(format="fixed_width", separator=None, names=None, rows=rows)


def _spaced(head: Sequence[str], everything: Iterable[str]) -> Table | None:
    """Words one space apart, as many in most lines, with a number in each."""
    counts = Counter(len(line.split()) for line in head)
    cells, alike = max(counts.items(), key=lambda item: item[1], default=(1, 0))
    if cells < 3 or alike < max(3, _SURE_SHARE * len(head)) or not all(re.search(r"\d{2}", line) for line in head[1:]):
        return None
    return Table(
        format="fixed_width", separator=" ", names=None, rows=(line.split() for line in everything if line.strip())
    )


# ---------------------------------------------------------------- HTML

_HTML_ROW_END = re.compile(r"</tr\s*>|<tr\b", re.IGNORECASE)
_HTML_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=</t[dh]|<t[dh]\b|\Z)", re.IGNORECASE | re.DOTALL)
_HTML_TAG = re.compile(r"<[^<>]*>")


def _html_rows(lines: Iterable[str]) -> Iterator[Row]:
    buffer = ""
    for line in chain(lines, ["<tr>"]):
        buffer += line
        if not _HTML_ROW_END.search(line):
            if len(buffer) > _LONGEST_ROW:
                buffer = ""
            continue
        *rows, buffer = _HTML_ROW_END.split(buffer)
        for row in rows:
            cells = [html.unescape(_HTML_TAG.sub("", cell)).strip() for cell in _HTML_CELL.findall(row)]
            if cells:
                yield cells
