"""An extract: its columns, counts and checks, and whether it is genuine. Nothing of a row is kept.

Rows go by in batches; what stays is counts. Names and codes are counted in memory while the
extract is read, because checks and attribution need them, and leave only as shares and as codes many rows carry.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import Final

import numpy as np

from detectors.redaction import redact_string
from detectors.sample_authenticity import Facts, judge
from detectors.sample_checks import (
    Agreement,
    NamesInMail,
    Numbers,
    Telling,
    department_of,
    kind_of_passwords,
    layout_of,
    read_dates,
    read_departments,
    read_nirs,
    read_sexes,
    spread_evenly,
)
from detectors.sample_columns import is_header, meaning_of, tidy_name, unnamed_people
from detectors.sample_formats import Row, Table, read_table
from detectors.sample_profile import Check, ColumnProfile, Counted, Meaning, SampleProfile
from detectors.sample_sketches import (
    DistinctCounter,
    Hashes,
    KnownSample,
    SeenBefore,
    Sketch,
    Smallest,
    different,
    keyed_hashes,
)

BATCH: Final = 4_096  # rows taken at once
_LOOKED_AT: Final = 1_000  # first rows, to infer what the columns hold
_SAMPLED: Final = 512  # rows of each batch for what needs no more
_ROWS_OF_A_CODE: Final = 5  # a code or domain fewer rows carry is not shown
_MOST_SHOWN: Final = 60
_MOST_PAIRS: Final = 500_000  # of codes and postcodes counted
_MOST_ROWS_COMPARED: Final = 4_000_000  # 32 MB of row hashes
_SHARE_OF_A_DEPARTMENT: Final = 0.02  # of rows, to be one the extract is about
_MOST_SITES: Final = 2_000

# What is looked at in every row.
_WHOLE: Final = (
    Meaning.NIR, Meaning.NIR_KEY, Meaning.NAME, Meaning.FIRST_NAME, Meaning.BIRTH_DATE, Meaning.BIRTH_PLACE,
    Meaning.POSTCODE, Meaning.SITE, Meaning.PRESCRIBER, Meaning.FINESS, Meaning.EMAIL,
)  # fmt: skip

Column = Sequence[str]
Dates = tuple[Numbers, Numbers, Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Codes of places with the postcodes of their rows: what attribution works on. In memory only."""

    rows: int
    sites: Mapping[
        tuple[str, str], int
    ]  # (site code, postcode) → rows; the site is empty where there is no such column
    prescribers: Mapping[tuple[str, str], int]  # (prescriber's code, postcode) → rows
    finess: Mapping[str, int]
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """A profile, and what further work needs of the extract."""

    profile: SampleProfile
    traces: Traces
    sketches: tuple[Sketch, ...]
    header_is_a_row: bool  # the first row names the columns


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
    head = list(islice(table.rows, _LOOKED_AT))
    names = table.names
    if names is None and head and is_header(head[0], head[1:]):
        names, head = tuple(head[0]), head[1:]
    if not head:
        raise SampleError("it has no rows")
    width = len(names) if names else Counter(map(len, head)).most_common(1)[0][0]
    columns = _transposed([_fitted(row, width) for row in head], width)
    meanings = [meaning_of(names[i] if names else None, columns[i]) for i in range(width)]
    if names is None:
        meanings = unnamed_people(meanings, columns)
    profiler = _Profiler(meanings, names, columns, key, known)
    for batch in _batches(chain(head, table.rows)):
        profiler.add(batch)
    return profiler.finish(table, names, encoding)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _fitted(row: Row, width: int) -> Row:
    return row if len(row) == width else [*row[:width], *[""] * (width - len(row))]


def _transposed(rows: Sequence[Row], width: int) -> list[Column]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


class _Profiler:
    """Takes batches of rows in, gives aggregates out."""

    def __init__(
        self,
        meanings: Sequence[Meaning],
        names: Sequence[str] | None,
        head: Sequence[Column],
        key: bytes,
        known: Sequence[KnownSample],
    ) -> None:
        self._meanings = meanings
        # Of several columns of a meaning the fullest, wherever it stands: a re-post may have them in another order.
        fullest = sorted(
            range(len(meanings)), key=lambda at: (head[at].count(""), tidy_name(names[at]) if names else "")
        )
        self._at = {meanings[at]: at for at in reversed(fullest)}
        self._width = len(meanings)
        self._key = key
        self._rows = self._sampled = self._irregular = self._nirs = self._keyed = self._valid = 0
        self._empty = [0] * self._width
        self._layouts = {
            i: layout
            for i, meaning in enumerate(meanings)
            if meaning in (Meaning.DATE, Meaning.BIRTH_DATE) and (layout := layout_of(head[i]))
        }
        # A header that says "site" over a column of free text names no sites.
        is_told = Meaning.SITE not in self._at or _is_code(head[self._at[Meaning.SITE]])
        self._whole = [each for each in _WHOLE if each in self._at and (is_told or each is not Meaning.SITE)]
        self._row_hashes: list[Numbers] = []
        self._people = DistinctCounter()
        self._smallest: dict[str, Smallest] = {}
        self._seen_before = SeenBefore(known)
        self._sites: Counter[tuple[str, str]] = Counter()
        self._prescribers: Counter[tuple[str, str]] = Counter()
        self._prescriber_codes: set[str] = set()
        self._finess: Counter[str] = Counter()
        self._domains: Counter[str] = Counter()
        self._passwords: list[str] = []
        self._months = np.zeros(12 * 400, dtype=np.int64)  # from 1800
        self._births = np.zeros(100, dtype=np.int64)
        self._agreements = {
            "year": Agreement("social-security number and year of birth", 100, 0.015),
            "month": Agreement("social-security number and month of birth", 13, 1 / 12),
            "place": Agreement("social-security number and place of birth", 100, 0.03),
            "home": Agreement("place of birth and département of residence", 100, 0.03, weak=True),
        }
        # A title (Mme, M.) tells the sex too: each such column is compared.
        self._sexes = {
            at: Agreement("social-security number and sex", 3, 0.5, mirrored=True)
            for at, meaning in enumerate(meanings)
            if meaning is Meaning.SEX
        }
        self._telling = {
            "city": Telling("postcode and town"),
            "first_name": Telling("first name and sex"),
        }
        self._names_in_mail = NamesInMail()

    def add(self, rows: list[Row]) -> None:
        """Take in a batch."""
        if set(map(len, rows)) != {self._width}:
            self._irregular += sum(len(row) != self._width for row in rows)
            rows = [_fitted(row, self._width) for row in rows]
        self._rows += len(rows)
        if self._rows <= _MOST_ROWS_COMPARED:
            self._row_hashes.append(np.fromiter(map(hash, map("\x1f".join, rows)), dtype=np.int64, count=len(rows)))
        self._add_whole(self._whole_columns(rows), rows)
        self._add_sampled(_transposed(rows[:_SAMPLED], self._width))

    def _whole_columns(self, rows: list[Row]) -> dict[Meaning, Column]:
        """The columns that are looked at in every row: to turn all of them would take longer than to read them."""
        return {meaning: [row[at] for row in rows] for meaning in self._whole for at in (self._at[meaning],)}

    def _add_whole(self, columns: dict[Meaning, Column], rows: list[Row]) -> None:
        if (nirs := columns.get(Meaning.NIR)) is not None:
            # Most are written without gaps: one look at all of them is a fraction of the work.
            columns[Meaning.NIR] = nirs if "".join(nirs).isalnum() else [cell.translate(_GAPS) for cell in nirs]
        births = columns.get(Meaning.BIRTH_DATE)
        layout = self._layouts.get(self._at.get(Meaning.BIRTH_DATE, -1))
        born = read_dates(births, layout) if births is not None and layout else None
        self._add_people(columns, born, rows)
        self._add_nirs(columns, born, rows)
        self._add_places(columns, len(rows))

    # ---------------------------------------------------------------- who

    def _add_people(self, columns: Mapping[Meaning, Column], born: Dates | None, rows: list[Row]) -> None:
        """Identity is name, first name and birth date; a child may have its parent's number."""
        name, first = columns.get(Meaning.NAME), columns.get(Meaning.FIRST_NAME)
        births, nir = columns.get(Meaning.BIRTH_DATE), columns.get(Meaning.NIR)
        counted: Hashes | None = None
        if name is not None and first is not None and births is not None:
            # As a number, whatever the layout: two files of the same people may differ in it.
            days: Iterable[object] = (born[0] * 10_000 + born[1] * 100 + born[2]).tolist() if born else births
            keys = [f"{n}|{f}|{d}" for n, f, d in zip(name, first, days, strict=True) if n or f]
            counted = self._add_hashes("identity", map(str.upper, keys))
        if nir is not None:
            hashes = self._add_hashes("nir", filter(None, nir))
            counted = hashes if counted is None else counted
        if counted is None and (emails := columns.get(Meaning.EMAIL)) is not None:
            counted = self._add_hashes("email", [cell.strip().lower() for cell in emails if cell])
        if counted is None:
            # Sorted: the same row whatever the order of its columns.
            counted = self._add_hashes("row", ["\x1f".join(sorted(filter(None, row))) for row in rows])
        self._people.add(counted)

    def _add_hashes(self, made_of: str, values: Iterable[str]) -> Hashes:
        hashes = keyed_hashes(values, self._key)
        self._seen_before.add(made_of, hashes)
        self._smallest.setdefault(made_of, Smallest()).add(hashes)
        return hashes

    # ---------------------------------------------------------------- what must agree

    def _add_nirs(self, columns: Mapping[Meaning, Column], born: Dates | None, rows: list[Row]) -> None:
        cells = columns.get(Meaning.NIR)
        if cells is None:
            return
        keys = columns.get(Meaning.NIR_KEY)
        if keys is not None:
            cells = [
                cell + key.zfill(2) if len(cell) == 13 and key else cell for cell, key in zip(cells, keys, strict=True)
            ]
        nirs = read_nirs(cells)
        self._nirs += int(nirs.shaped.sum())
        self._keyed += int(nirs.keyed.sum())
        self._valid += int(nirs.valid.sum())
        self._births += np.bincount(nirs.department[nirs.shaped], minlength=100)[:100]
        for at, agreement in self._sexes.items():
            agreement.add(nirs.sex, read_sexes([row[at] for row in rows]))
        if born:
            self._agreements["year"].add(nirs.year, np.where(born[0] >= 0, born[0] % 100, born[0]))
            self._agreements["month"].add(nirs.month, born[1])
        if (places := columns.get(Meaning.BIRTH_PLACE)) is not None:
            self._agreements["place"].add(nirs.department, read_departments(places))
        if (homes := columns.get(Meaning.POSTCODE)) is not None:
            self._agreements["home"].add(nirs.department, read_departments(homes))

    # ---------------------------------------------------------------- where

    def _add_places(self, columns: Mapping[Meaning, Column], rows: int) -> None:
        nowhere: Column = ("",) * rows
        postcodes = columns.get(Meaning.POSTCODE, nowhere)
        if len(self._sites) < _MOST_PAIRS:
            self._sites.update(zip(columns.get(Meaning.SITE, nowhere), postcodes, strict=True))
        if (prescribers := columns.get(Meaning.PRESCRIBER)) is not None and len(self._prescribers) < _MOST_PAIRS:
            self._prescriber_codes.update(prescribers)
            self._prescribers.update(zip(prescribers[:_SAMPLED], postcodes[:_SAMPLED], strict=True))
        if (finess := columns.get(Meaning.FINESS)) is not None and len(self._finess) < _MOST_PAIRS:
            self._finess.update(finess)

    # ---------------------------------------------------------------- what a part of the rows tells well enough

    def _column(self, columns: Sequence[Column], meaning: Meaning) -> Column | None:
        at = self._at.get(meaning)
        return None if at is None else columns[at]

    def _add_sampled(self, columns: Sequence[Column]) -> None:
        self._sampled += len(columns[0])
        for i, column in enumerate(columns):
            self._empty[i] += column.count("")
        for i, layout in self._layouts.items():
            if self._meanings[i] is Meaning.DATE and layout.year[1] - layout.year[0] == 4:
                year, month, _ = read_dates(columns[i], layout)
                good = (year >= 1800) & (year < 2200)
                self._months += np.bincount((year[good] - 1800) * 12 + month[good] - 1, minlength=self._months.size)
        city, postcode = self._column(columns, Meaning.CITY), self._column(columns, Meaning.POSTCODE)
        if city is not None and postcode is not None:
            self._telling["city"].add(postcode, city)
        first, sex = self._column(columns, Meaning.FIRST_NAME), self._column(columns, Meaning.SEX)
        if first is not None and sex is not None:
            self._telling["first_name"].add(first, sex)
        mails, name = self._column(columns, Meaning.EMAIL), self._column(columns, Meaning.NAME)
        if mails is not None:
            self._domains.update(cell.rpartition("@")[2].strip().lower() for cell in mails if "@" in cell)
            if name is not None:
                self._names_in_mail.add(name, mails)
        passwords = self._column(columns, Meaning.PASSWORD)
        if passwords is not None and len(self._passwords) < 20 * _SAMPLED:
            self._passwords += filter(None, passwords)

    # ---------------------------------------------------------------- what comes out

    def finish(self, table: Table, names: tuple[str, ...] | None, encoding: str | None) -> Profiled:
        """The profile of all that was taken in."""
        sketches = {made_of: smallest.sketch(made_of) for made_of, smallest in self._smallest.items()}
        checks = self._checks()
        duplicates = self._duplicates()
        facts = Facts(
            rows=self._rows,
            duplicate_rows=duplicates,
            keyed_nirs=self._keyed,
            valid_nirs=self._valid,
            departments_drawn=spread_evenly(self._births),
            checks=checks,
            overlaps=self._seen_before.overlaps(sketches),
        )
        shown_names = [redact_string(name.strip()[:60]) for name in names] if names else [None] * self._width
        profile = SampleProfile(
            format=table.format,
            separator=table.separator,
            encoding=encoding,
            fingerprint=self._fingerprint(table, names, encoding),
            rows=self._rows,
            irregular_rows=self._irregular,
            columns=tuple(
                ColumnProfile(name=name, meaning=meaning, filled=round(1 - empty / self._sampled, 4))
                for name, meaning, empty in zip(shown_names, self._meanings, self._empty, strict=True)
            ),
            people=self._people_seen(sketches),
            duplicate_rows=duplicates,
            nirs=self._nirs,
            valid_nirs=self._valid,
            checks=checks,
            period=self._period(),
            departments=self._departments(),
            mail_domains=_shown(self._domains, 10),
            sites=self._shown_sites(),
            prescribers=len(self._prescriber_codes - {""}),
            passwords=kind_of_passwords(self._passwords),
            authenticity=judge(facts),
        )
        traces = Traces(
            rows=self._rows,
            sites=self._sites,
            prescribers=self._prescribers,
            finess=self._finess,
            headers=names or (),
        )
        return Profiled(
            profile=profile,
            traces=traces,
            sketches=tuple(sketches.values()),
            header_is_a_row=bool(names) and table.names is None,
        )

    def _people_seen(self, sketches: Mapping[str, Sketch]) -> int:
        """Exact while a sketch holds all there were."""
        counted = next((sketches[each] for each in ("identity", "nir", "email", "row") if each in sketches), None)
        return counted.hashes.size if counted and counted.complete else min(self._people.count(), self._rows)

    def _checks(self) -> tuple[Check, ...]:
        agreements = [each.check() for each in (*self._sexes.values(), *self._agreements.values())]
        told = [each.check() for each in self._telling.values()]
        return tuple(check for check in (*agreements, *told, self._names_in_mail.check()) if check)

    def _duplicates(self) -> int:
        """Rows that stand there a second time, exactly; of the first four million."""
        hashes = np.concatenate(self._row_hashes)
        return int(hashes.size - different(hashes).size)

    def _period(self) -> tuple[str, str] | None:
        """The months that hold all dates but the first and the last half per cent: typing errors are outside."""
        total = int(self._months.sum())
        if not total:
            return None
        running = np.cumsum(self._months)
        first, last = (int(np.searchsorted(running, total * share, side="right")) for share in (0.005, 0.995))
        last = min(last, int(np.flatnonzero(self._months)[-1]))
        return _month(first), _month(last)

    def _departments(self) -> tuple[Counted, ...]:
        counts: Counter[str] = Counter()
        for (_, postcode), rows in self._sites.items():
            if department := department_of(postcode):
                counts[department] += rows
        least = max(2, _SHARE_OF_A_DEPARTMENT * counts.total())
        return tuple(Counted(what=what, rows=rows) for what, rows in counts.most_common(20) if rows >= least)

    def _shown_sites(self) -> tuple[Counted, ...]:
        counts: Counter[str] = Counter()
        for (site, _), rows in self._sites.items():
            counts[site] += rows
        del counts[""]
        return _shown(counts, _MOST_SHOWN) if len(counts) <= min(_MOST_SITES, self._rows / _ROWS_OF_A_CODE) else ()

    def _fingerprint(self, table: Table, names: tuple[str, ...] | None, encoding: str | None) -> str:
        layout = [table.format, table.separator or "", encoding or "", *map(tidy_name, names or ()), *self._meanings]
        return sha256("\x1f".join(layout).encode()).hexdigest()[:16]


_GAPS = str.maketrans("", "", " .-\u00a0")


def _is_code(cells: Column) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(len(cell) <= 24 for cell in filled) >= 0.9 * len(filled)


def _shown(counts: Counter[str], most: int) -> tuple[Counted, ...]:
    return tuple(
        Counted(what=redact_string(what), rows=rows)
        for what, rows in counts.most_common(most)
        if rows >= _ROWS_OF_A_CODE
    )


def _month(number: int) -> str:
    return f"{1800 + number // 12}-{number % 12 + 1:02d}"
