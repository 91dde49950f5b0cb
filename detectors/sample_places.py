"""Where an extract's rows come from: codes of places and their postcodes, counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from detectors.redaction import redact_string
from detectors.sample_checks import department_of
from detectors.sample_profile import Counted, Meaning

_MOST_PAIRS: Final = 500_000  # of codes and postcodes counted
_ROWS_OF_A_CODE: Final = 5  # a code or domain fewer rows carry is not shown
_MOST_SHOWN: Final = 60
_MOST_SITES: Final = 2_000
_SHARE_OF_A_DEPARTMENT: Final = 0.02  # of rows, to be one the extract is about

Column = Sequence[str]


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


class PlacesTally:
    """Takes columns of codes and postcodes in, gives counts out."""

    def __init__(self) -> None:
        self._sites: Counter[tuple[str, str]] = Counter()
        self._prescribers: Counter[tuple[str, str]] = Counter()
        self._prescriber_codes: set[str] = set()
        self._finess: Counter[str] = Counter()

    def add(self, columns: Mapping[Meaning, Column], rows: int) -> None:
        """Count the places of so many rows."""
        nowhere: Column = ("",) * rows
        postcodes = columns.get(Meaning.POSTCODE, nowhere)
        sites = columns.get(Meaning.SITE, nowhere)
        if len(self._sites) < _MOST_PAIRS:
            self._sites.update(zip(sites, postcodes, strict=True))
        if (prescribers := columns.get(Meaning.PRESCRIBER)) is not None and len(self._prescriber_codes) < _MOST_PAIRS:
            self._prescriber_codes.update(prescribers)
            # Where sites are told, nobody asks where a prescriber's patients live.
            if not any(sites):
                self._prescribers.update(zip(prescribers, postcodes, strict=True))
        if (finess := columns.get(Meaning.FINESS)) is not None and len(self._finess) < _MOST_PAIRS:
            self._finess.update(finess)

    def departments(self) -> tuple[Counted, ...]:
        """The départements the rows are about."""
        counts: Counter[str] = Counter()
        for (_, postcode), rows in self._sites.items():
            if department := department_of(postcode):
                counts[department] += rows
        least = max(2, _SHARE_OF_A_DEPARTMENT * counts.total())
        return tuple(Counted(what=what, rows=rows) for what, rows in counts.most_common(20) if rows >= least)

    def sites(self, rows: int) -> tuple[Counted, ...]:
        """The codes of sites, where there are so few that they are codes."""
        counts: Counter[str] = Counter()
        for (site, _), its in self._sites.items():
            counts[site] += its
        del counts[""]
        return shown(counts, _MOST_SHOWN) if len(counts) <= min(_MOST_SITES, rows / _ROWS_OF_A_CODE) else ()

    def prescribers(self) -> int:
        """How many different ones."""
        return len(self._prescriber_codes - {""})

    def traces(self, rows: int, names: Sequence[str] | None) -> Traces:
        """What attribution works on."""
        return Traces(
            rows=rows,
            sites=self._sites,
            prescribers=self._prescribers,
            finess=self._finess,
            headers=tuple(names or ()),
        )


def shown(counts: Counter[str], most: int) -> tuple[Counted, ...]:
    """What many rows share, the most common first."""
    return tuple(
        Counted(what=redact_string(what), rows=rows)
        for what, rows in counts.most_common(most)
        if rows >= _ROWS_OF_A_CODE
    )
