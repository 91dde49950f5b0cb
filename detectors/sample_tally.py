"""What an extract amounts to: rows go by in handfuls, and what stays is counts.

Names and codes are counted in memory while the extract is read, because checks and attribution need them, and leave
only as shares and as codes many rows carry.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from detectors.redaction import redact_string
from detectors.sample_authenticity import Facts, judge
from detectors.sample_checks import (
    Agreement,
    NamesInMail,
    Numbers,
    Telling,
    kind_of_passwords,
    layout_of,
    read_dates,
    read_departments,
    read_nirs,
    read_sexes,
    spread_evenly,
)
from detectors.sample_columns import tidy_name
from detectors.sample_formats import Row, Table
from detectors.sample_places import Column, PlacesTally, Traces, shown
from detectors.sample_profile import Check, ColumnProfile, Meaning, SampleProfile
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

# Rows are taken in handfuls that stay in the processor's own memory, and judged by the thousand.
HANDFUL: Final = 128
_BATCH: Final = 4_096
# What a part of the rows tells well enough is asked of the first rows and of an eighth of the others.
_FIRST_SAMPLED: Final = 2_048
_SAMPLED: Final = 16  # of each handful
_MOST_PASSWORDS: Final = 10_000
_MOST_ROWS_COMPARED: Final = 4_000_000  # 32 MB of row hashes

# What is looked at in every row.
_WHOLE: Final = (
    Meaning.NIR, Meaning.NIR_KEY, Meaning.NAME, Meaning.FIRST_NAME, Meaning.BIRTH_DATE, Meaning.BIRTH_PLACE,
    Meaning.POSTCODE, Meaning.SITE, Meaning.PRESCRIBER, Meaning.FINESS, Meaning.EMAIL,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """A profile, and what further work needs of the extract."""

    profile: SampleProfile
    traces: Traces
    sketches: tuple[Sketch, ...]
    header_is_a_row: bool  # the first row names the columns


def fitted(row: Row, width: int) -> Row:
    """The row with as many cells as the others."""
    return row if len(row) == width else [*row[:width], *[""] * (width - len(row))]


def transposed(rows: Sequence[Row], width: int) -> list[Column]:
    """The columns of these rows."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


class Tally:
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
        self._waiting: dict[Meaning, list[str]] = {
            each: [] for each in _WHOLE if each in self._at and (is_told or each is not Meaning.SITE)
        }
        self._has_persons = bool({Meaning.NIR, Meaning.EMAIL} & self._waiting.keys()) or self._waiting.keys() >= {
            Meaning.NAME,
            Meaning.FIRST_NAME,
            Meaning.BIRTH_DATE,
        }
        self._rows_hashed: list[int] = []
        self._sorted_rows: list[str] = []
        self._sample: list[Row] = []
        self._rows_waiting = 0
        self._row_hashes: list[Numbers] = []
        self._people = DistinctCounter()
        self._smallest: dict[str, Smallest] = {}
        self._seen_before = SeenBefore(known)
        self._places = PlacesTally()
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
        """Take in a handful of rows."""
        if set(map(len, rows)) != {self._width}:
            self._irregular += sum(len(row) != self._width for row in rows)
            rows = [fitted(row, self._width) for row in rows]
        if self._rows < _MOST_ROWS_COMPARED:
            self._rows_hashed += map(hash, map("\x1f".join, rows))
        # Only the columns looked at in every row: to turn all of them would take longer than to read them.
        for meaning, column in self._waiting.items():
            at = self._at[meaning]
            column += [row[at] for row in rows]
        if not self._has_persons:
            # Sorted: the same row whatever the order of its columns.
            self._sorted_rows += ["\x1f".join(sorted(filter(None, row))) for row in rows]
        self._sample += rows if self._rows < _FIRST_SAMPLED else rows[:_SAMPLED]
        self._rows += len(rows)
        self._rows_waiting += len(rows)
        if self._rows_waiting >= _BATCH:
            self._settle()

    def _settle(self) -> None:
        """Judge what waits."""
        if not self._rows_waiting:
            return
        self._row_hashes.append(np.array(self._rows_hashed, dtype=np.int64))
        columns = {meaning: self._without_gaps(meaning, column) for meaning, column in self._waiting.items()}
        self._add_people(columns)
        if (nirs := columns.get(Meaning.NIR)) is not None:
            self._add_nirs(nirs, columns.get(Meaning.NIR_KEY))
        self._places.add(columns, self._rows_waiting)
        self._add_sampled(transposed(self._sample, self._width))
        self._rows_hashed, self._sorted_rows, self._sample, self._rows_waiting = [], [], [], 0
        self._waiting = {meaning: [] for meaning in self._waiting}

    def _without_gaps(self, meaning: Meaning, cells: list[str]) -> list[str]:
        # Most numbers are written without: one look at all of them is a fraction of the work.
        if meaning is not Meaning.NIR or "".join(cells).isalnum():
            return cells
        return [cell.translate(_GAPS) for cell in cells]

    # ---------------------------------------------------------------- who

    def _add_people(self, columns: Mapping[Meaning, Column]) -> None:
        """Identity is name, first name and birth date; a child may have its parent's number."""
        name, first = columns.get(Meaning.NAME), columns.get(Meaning.FIRST_NAME)
        births = columns.get(Meaning.BIRTH_DATE)
        hashes: list[Hashes] = []
        if name is not None and first is not None and births is not None:
            days = self._days(births)
            keys = [f"{n}|{f}|{d}" for n, f, d in zip(name, first, days, strict=True) if n or f]
            hashes.append(self._add_hashes("identity", map(str.upper, keys)))
        if (nirs := columns.get(Meaning.NIR)) is not None:
            hashes.append(self._add_hashes("nir", filter(None, nirs)))
        if not hashes and (emails := columns.get(Meaning.EMAIL)) is not None:
            hashes.append(self._add_hashes("email", [cell.strip().lower() for cell in emails if cell]))
        if not hashes:
            hashes.append(self._add_hashes("row", self._sorted_rows))
        self._people.add(hashes[0])

    def _days(self, births: Column) -> Iterable[object]:
        """As numbers, whatever the layout: two files of the same people may differ in it."""
        layout = self._layouts.get(self._at[Meaning.BIRTH_DATE])
        if layout is None:
            return births
        year, month, day = read_dates(births, layout)
        days: list[int] = (year * 10_000 + month * 100 + day).tolist()
        return days

    def _add_hashes(self, made_of: str, values: Iterable[str]) -> Hashes:
        hashes = keyed_hashes(values, self._key)
        self._seen_before.add(made_of, hashes)
        self._smallest.setdefault(made_of, Smallest()).add(hashes)
        return hashes

    # ---------------------------------------------------------------- what must agree

    def _add_nirs(self, cells: Column, keys: Column | None) -> None:
        nirs = read_nirs(_keyed(cells, keys))
        self._nirs += int(nirs.shaped.sum())
        self._keyed += int(nirs.keyed.sum())
        self._valid += int(nirs.valid.sum())
        self._births += np.bincount(nirs.department[nirs.shaped], minlength=100)[:100]

    def _add_agreements(self, columns: Sequence[Column]) -> None:
        if (cells := self._column(columns, Meaning.NIR)) is None:
            return
        nirs = read_nirs(_keyed([cell.translate(_GAPS) for cell in cells], self._column(columns, Meaning.NIR_KEY)))
        for at, agreement in self._sexes.items():
            agreement.add(nirs.sex, read_sexes(columns[at]))
        births = self._at.get(Meaning.BIRTH_DATE, -1)
        if births in self._layouts:
            year, month, _ = read_dates(columns[births], self._layouts[births])
            self._agreements["year"].add(nirs.year, np.where(year >= 0, year % 100, year))
            self._agreements["month"].add(nirs.month, month)
        if (places := self._column(columns, Meaning.BIRTH_PLACE)) is not None:
            self._agreements["place"].add(nirs.department, read_departments(places))
        if (homes := self._column(columns, Meaning.POSTCODE)) is not None:
            self._agreements["home"].add(nirs.department, read_departments(homes))

    # ---------------------------------------------------------------- what a part of the rows tells well enough

    def _column(self, columns: Sequence[Column], meaning: Meaning) -> Column | None:
        at = self._at.get(meaning)
        return None if at is None else columns[at]

    def _add_sampled(self, columns: Sequence[Column]) -> None:
        self._sampled += len(columns[0])
        for i, column in enumerate(columns):
            self._empty[i] += column.count("")
        self._add_agreements(columns)
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
        if passwords is not None and len(self._passwords) < _MOST_PASSWORDS:
            self._passwords += filter(None, passwords)

    # ---------------------------------------------------------------- what comes out

    def finish(self, table: Table, names: tuple[str, ...] | None, encoding: str | None) -> Profiled:
        """The profile of all that was taken in."""
        self._settle()
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
            departments=self._places.departments(),
            mail_domains=shown(self._domains, 10),
            sites=self._places.sites(self._rows),
            prescribers=self._places.prescribers(),
            passwords=kind_of_passwords(self._passwords),
            authenticity=judge(facts),
        )
        return Profiled(
            profile=profile,
            traces=self._places.traces(self._rows, names),
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

    def _fingerprint(self, table: Table, names: tuple[str, ...] | None, encoding: str | None) -> str:
        layout = [table.format, table.separator or "", encoding or "", *map(tidy_name, names or ()), *self._meanings]
        return sha256("\x1f".join(layout).encode()).hexdigest()[:16]


_GAPS = str.maketrans("", "", " .-\u00a0")


def _keyed(cells: Column, keys: Column | None) -> Column:
    """Numbers with their keys, where these stand in a column of their own."""
    if keys is None:
        return cells
    return [cell + key.zfill(2) if len(cell) == 13 and key else cell for cell, key in zip(cells, keys, strict=True)]


def _is_code(cells: Column) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(len(cell) <= 24 for cell in filled) >= 0.9 * len(filled)


def _month(number: int) -> str:
    return f"{1800 + number // 12}-{number % 12 + 1:02d}"
