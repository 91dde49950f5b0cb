"""Watchlists from files: the CSV of the contract, the FINESS register, the list that ships with the program."""

import csv
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from gzip import BadGzipFile
from importlib.resources import files
from itertools import chain
from typing import IO, Literal

from stdnum import iban

from detectors.finess import Layout, Row, layout_of, read_finess
from detectors.model import Entity, EntityKind
from detectors.normalisation import fold
from detectors.personal_data import find_identifiers
from detectors.register_lines import RegisterError, beginning, text_lines, tidy, unpacked

__all__ = [
    "Diff",
    "Format",
    "RegisterError",
    "looks_personal",
    "read_register",
    "refuse_personal_terms",
    "shipped",
    "watchlist_diff",
]

Format = Literal["auto", "csv", "finess"]

LISTS = ("aliases", "domains", "uses")
TEXTS = ("city", "postcode", "department", "parent", "contact", "source", "ambiguous")
KNOWN = frozenset(("id", "kind", "name", *LISTS, *TEXTS))


def read_register(
    file: IO[bytes],
    format: Format = "auto",  # noqa: A002 the word of the command line
    left_out: Callable[[RegisterError], None] = lambda _: None,
) -> Iterator[Entity]:
    """The entities of a seekable binary file, plain or gzip, as they are asked for; RegisterError at the first bad row.

    A term of the official register that looks personal is told to `left_out` and dropped: nobody can mend that file.
    """
    try:
        yield from _once(_read(unpacked(file), format, left_out))
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise RegisterError("the compressed file is damaged or cut short; fetch it again") from error


def _read(file: IO[bytes], asked: Format, left_out: Callable[[RegisterError], None]) -> Iterator[Row]:
    layout: Layout | None = None if asked == "csv" else layout_of(beginning(file))
    if layout:
        return _without_personal_terms(read_finess(file, layout), left_out)
    if asked == "finess":
        raise RegisterError("line 1: not a FINESS layout; use the register as published, or format csv")
    return _read_csv(file)


def _once(rows: Iterator[Row]) -> Iterator[Entity]:
    seen: set[str] = set()
    for place, entity in rows:
        if entity.id in seen:
            raise RegisterError(f"{place}: this id stands above already; give each row its own id")
        seen.add(entity.id)
        yield entity


# ---------------------------------------------------------------- the CSV of the contract


def _read_csv(file: IO[bytes]) -> Iterator[Row]:
    lines = text_lines(file, "utf-8")
    header = next(lines, "")
    separator, columns = _columns(header)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 2
    try:
        for cells in reader:
            if any(cells):
                entity = _entity(columns, cells, line)
                refuse_personal_terms(entity, line)
                yield f"line {line}", entity
            line = reader.line_num + 2
    except csv.Error as error:
        raise RegisterError(f"line {line}: quotes do not match or a cell is too long; mend the row") from error


def _columns(header: str) -> tuple[str, list[str]]:
    """The separator and the column names of the header line."""
    for separator in (";", ","):
        columns = [tidy(cell.strip('" ')).casefold() for cell in header.strip().split(separator)]
        if "id" in columns and "name" in columns:
            named = [column for column in columns if column]
            if len(set(named)) != len(named):
                raise RegisterError("line 1: a column stands twice; give each column its own name")
            return separator, columns
    raise RegisterError("line 1: columns id and name are required; write a header line, separated by ; or ,")


def _entity(columns: list[str], cells: list[str], line: int) -> Entity:
    if len(cells) != len(columns):
        raise RegisterError(
            f"line {line}: {len(cells)} columns where the header has {len(columns)}; mend the separators or the quotes"
        )
    row: dict[str, str] = {}
    for column, cell in zip(columns, map(tidy, cells), strict=True):
        if cell and not column:
            raise RegisterError(f"line {line}: a cell stands under no header; name its column")
        row[column] = cell
    for column in ("id", "name"):
        if not row[column]:
            raise RegisterError(f"line {line}: {column} is empty; each row needs one")
    texts = {column: row.get(column) or None for column in TEXTS}
    lists = {column: _listed(row.get(column, "")) for column in LISTS}
    return Entity(
        id=row["id"],
        kind=_kind(row.get("kind", ""), line),
        name=row["name"],
        aliases=lists["aliases"],
        city=texts["city"],
        postcode=texts["postcode"],
        department=texts["department"],
        domains=tuple(domain.lower() for domain in lists["domains"]),
        uses=lists["uses"],
        parent=texts["parent"],
        contact=texts["contact"],
        source=texts["source"],
        ambiguous=texts["ambiguous"],
        notes={column: cell for column, cell in row.items() if cell and column not in KNOWN},
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in map(str.strip, cell.split("|")) if part))


def _kind(cell: str, line: int) -> EntityKind:
    try:
        return EntityKind(cell.casefold() or EntityKind.ESTABLISHMENT)
    except ValueError as error:
        kinds = ", ".join(EntityKind)
        raise RegisterError(f"line {line}: kind is unknown; write one of {kinds}") from error


# ---------------------------------------------------------------- people are not watched

# Nothing personal goes without one of these: all other names cost one search.
SUSPICIOUS = re.compile(r"@|(?:\d\D*){6}|arobas|[\[({<]\s?at\b|\bn[ée]e?\s+le\s+\d", re.IGNORECASE)
BORN_ON = re.compile(r"\bn[ée]e?\s+le\s+\d", re.IGNORECASE)
DATE = re.compile(r"(?<!\d)(?:(\d{1,2})[/. -](\d{1,2})[/. -]((?:19|20)\d{2})|((?:19|20)\d{2})-(\d{2})-(\d{2}))(?!\d)")
IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}", re.IGNORECASE)
IBAN_LENGTHS = range(15, 35)
SAID = {
    "nir": "a social-security number",
    "email": "an e-mail address",
    "phone": "a phone number",
}


def refuse_personal_terms(entity: Entity, line: int) -> None:
    """RegisterError if the name or an alias looks like a person's identifier."""
    for column, term in chain((("name", entity.name),), (("alias", alias) for alias in entity.aliases)):
        if what := looks_personal(term):
            raise RegisterError(f"line {line}: {_refusal(column, what)}")


def _without_personal_terms(rows: Iterator[Row], left_out: Callable[[RegisterError], None]) -> Iterator[Row]:
    for place, entity in rows:
        terms = (entity.name, *entity.aliases)
        kept = []
        for term in terms:
            if what := looks_personal(term, official=True):
                left_out(RegisterError(f"{place}: {_refusal('name', what)}"))
            else:
                kept.append(term)
        if len(kept) == len(terms):
            yield place, entity
        elif kept:
            yield place, replace(entity, name=kept[0], aliases=tuple(kept[1:]))


def _refusal(column: str, what: str) -> str:
    return f"{column} looks like {what}; a watchlist holds organisations, not people: remove it"


def looks_personal(term: str, *, official: bool = False) -> str | None:
    """Which identifier of a person the term looks like, if any; the official register dates changes within names."""
    if not SUSPICIOUS.search(term):
        return None
    if any(map(_holds_iban, IBAN.findall(term))):
        return "a bank account"
    if BORN_ON.search(term) or (not official and any(map(_is_date, DATE.finditer(term)))):
        return "a birth date"
    found = find_identifiers(fold(term))
    return SAID.get(found[0].label, "personal data") if found else None


def _holds_iban(shape: str) -> bool:
    tight = re.sub(r"[ .-]", "", shape)
    return any(iban.is_valid(tight[:length]) for length in IBAN_LENGTHS if length <= len(tight))


def _is_date(match: re.Match[str]) -> bool:
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    try:
        date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------- what ships, what changes


@cache
def shipped() -> tuple[Entity, ...]:
    """The vendors, products and networks of French healthcare that are always watched."""
    with files("detectors").joinpath("vendors.csv").open("rb") as file:
        return tuple(read_register(file, "csv"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What an import would do, by id."""

    added: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]  # id → names of the fields that change
    removed: tuple[str, ...]


def watchlist_diff(before: Mapping[str, Entity], after: Mapping[str, Entity]) -> Diff:
    """What turns one watchlist into the other, in the order of the lists."""
    names = [each.name for each in fields(Entity)]
    return Diff(
        added=tuple(each for each in after if each not in before),
        changed={
            each: tuple(name for name in names if getattr(before[each], name) != getattr(new, name))
            for each, new in after.items()
            if each in before and before[each] != new
        },
        removed=tuple(each for each in before if each not in after),
    )
