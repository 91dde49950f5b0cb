"""An extract: its columns, counts and checks, and whether it is genuine. Nothing of a row is kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Final

from detectors.sample_columns import is_header, meaning_of, unnamed_people
from detectors.sample_formats import read_table
from detectors.sample_sketches import KnownSample
from detectors.sample_tally import HANDFUL, Profiled, Tally, fitted, transposed

_LOOKED_AT: Final = 1_000  # first rows, to infer what the columns hold


class SampleError(Exception):
    """The extract has no rows that can be read. The text never quotes it."""


def profile_sample(
    lines: Iterable[str], *, key: bytes = b"", known: Sequence[KnownSample] = (), encoding: str | None = None
) -> Profiled:
    """Profile an extract given as lines, in constant memory. SampleError where it has no rows.

    Sketches are made under `key`, at most 64 bytes, and compared with the known ones of the same key.
    """
    table = read_table(lines)
    if table is None:
        raise SampleError("no table is recognised in it: neither CSV, SQL, JSON, key: value, fixed width nor HTML")
    rows = filter(None, table.rows)  # a blank line is none
    head = list(islice(rows, _LOOKED_AT))
    names = table.names
    if names is None and head and is_header(head[0], head[1:]):
        names, head = tuple(head[0]), head[1:]
    if not head:
        raise SampleError("it has no rows")
    width = len(names) if names else Counter(map(len, head)).most_common(1)[0][0]
    columns = transposed([fitted(row, width) for row in head], width)
    meanings = [meaning_of(names[i] if names else None, columns[i]) for i in range(width)]
    if names is None:
        meanings = unnamed_people(meanings, columns)
    tally = Tally(meanings, names, columns, key, known)
    everything = chain(head, rows)
    while handful := list(islice(everything, HANDFUL)):
        tally.add(handful)
    return tally.finish(table, names, encoding)
