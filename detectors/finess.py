"""The national register of establishments (FINESS), in the three layouts it is handed around in."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Literal

import ijson

from detectors.model import Entity, EntityKind
from detectors.register_lines import RegisterError, text_lines, tidy

Layout = Literal["headed", "official", "flow"]
Row = tuple[str, Entity]  # `line 12`, or `legal entity 12` of the flow

SOURCE = "FINESS register (Licence Ouverte)"

HEADED_COLUMNS = (
    "finess_et", "finess_ej", "raison_sociale", "code_postal", "acheminement", "departement",
    "categorie", "categorie_lib", "siret",
)  # fmt: skip

# Positions in a `structureet` row, counted from the marker.
OFFICIAL_LENGTHS = (31, 32)  # the last, empty, cell is sometimes cut
NUMBER, LEGAL_NUMBER, SHORT_NAME, LONG_NAME = 1, 2, 3, 4
DEPARTMENT, DEPARTMENT_NAME, POSTAL_LINE = 13, 14, 15
CATEGORY, CATEGORY_NAME, SIRET = 18, 19, 22

OVERSEAS_CODES = {
    "9A": "971", "9B": "972", "9C": "973", "9D": "974", "9E": "975", "9F": "976", "9G": "977", "9H": "978", "9J": "978",
}  # fmt: skip
OVERSEAS_NUMBERS = {"9701": "971", "9702": "972", "9703": "973", "9704": "974"}
ISLAND_POSTCODES = {"97133": "977", "97150": "978"}  # both carry numbers of Guadeloupe

CEDEX = re.compile(r"\s*\bCEDEX\b.*$", re.IGNORECASE)
POSTAL = re.compile(r"(\d{5})\s+(.*)")
FINESS_NUMBER = re.compile(r"[0-9A-Z]{9}")


def layout_of(head: bytes) -> Layout | None:
    """Which layout the first bytes of a file announce, if any.

    >>> layout_of(b"finess;etalab;91;2026-05-12")
    'official'
    """
    start = head.lstrip()
    if start.startswith(b"{"):
        return "flow"
    if start.startswith((b"finess;etalab", b"structureet;", b"geolocalisation;")):
        return "official"
    if b"finess_et" in start.partition(b"\n")[0]:
        return "headed"
    return None


def read_finess(file: IO[bytes], layout: Layout) -> Iterator[Row]:
    """The geographic establishments of the register, each with its place in the file."""
    readers: Mapping[Layout, Callable[[IO[bytes]], Iterator[Row]]] = {
        "headed": _read_headed,
        "official": _read_official,
        "flow": _read_flow,
    }
    rows = readers[layout](file)
    first = next(rows, None)
    if not first:
        raise RegisterError(
            "no establishment in this file; take the register, or the FINESS+ structures flow, as published"
        )
    yield first
    yield from rows


# ---------------------------------------------------------------- the headed layout


def _read_headed(file: IO[bytes]) -> Iterator[Row]:
    lines = text_lines(file, "utf-8")
    header = next(lines, "").strip()
    separator = ";" if ";" in header else ","
    columns = header.replace('"', "").split(separator)
    absent = [name for name in HEADED_COLUMNS if name not in columns]
    if absent:
        raise RegisterError(f"line 1: column {absent[0]} is missing; take the register as published")
    kept = [columns.index(name) for name in HEADED_COLUMNS]
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for cells in reader:
            if not cells:
                continue
            place = f"line {reader.line_num + 1}"
            if len(cells) != len(columns):
                raise RegisterError(_wrong_count(place, len(cells), len(columns)))
            number, legal, name, postcode, city, department, category, category_name, siret = (
                cells[column] for column in kept
            )
            yield (
                place,
                _establishment(
                    place,
                    number=number,
                    names=(_unquoted(name),),
                    postcode=postcode,
                    city=city,
                    department=department,
                    notes={"finess_ej": legal, "siret": siret, "categorie": category, "categorie_lib": category_name},
                ),
            )
    except csv.Error as error:
        raise RegisterError(f"line {reader.line_num + 1}: quotes do not match; mend the line") from error


def _unquoted(name: str) -> str:
    # Repackaged extracts kept the quoting of the file they were cut from inside the name.
    if len(name) > 1 and name[0] == name[-1] == '"' and '""' in name:
        return name[1:-1].replace('""', '"')
    return name


# ---------------------------------------------------------------- the official extract


def _read_official(file: IO[bytes]) -> Iterator[Row]:
    for line, text in enumerate(text_lines(file, "iso-8859-1"), start=1):
        if not text.startswith("structureet;"):
            if line > 1 and text.strip() and not text.startswith("geolocalisation;"):
                raise RegisterError(f"line {line}: neither structureet nor geolocalisation; take the file as published")
            continue
        place = f"line {line}"
        cells = _cells(text.rstrip("\r\n"))
        if len(cells) not in OFFICIAL_LENGTHS:
            raise RegisterError(_wrong_count(place, len(cells), OFFICIAL_LENGTHS[-1]))
        postal = POSTAL.match(tidy(cells[POSTAL_LINE]))
        yield (
            place,
            _establishment(
                place,
                number=cells[NUMBER],
                names=(cells[LONG_NAME], cells[SHORT_NAME]),
                postcode=postal[1] if postal else "",
                city=postal[2] if postal else cells[POSTAL_LINE],
                department=cells[DEPARTMENT],
                notes={
                    "finess_ej": cells[LEGAL_NUMBER],
                    "siret": cells[SIRET],
                    "categorie": cells[CATEGORY],
                    "categorie_lib": cells[CATEGORY_NAME],
                },
            ),
        )


def _cells(text: str) -> list[str]:
    plain = text.split(";")
    if '"' not in text:
        return plain
    # One row is one line here, so that a quote left open cannot swallow the rows after it.
    try:
        quoted = next(csv.reader([text], delimiter=";"))
    except csv.Error:
        return plain
    return quoted if len(quoted) in OFFICIAL_LENGTHS else plain


# ---------------------------------------------------------------- the FINESS+ flow


def _read_flow(file: IO[bytes]) -> Iterator[Row]:
    rank = 0
    try:
        for rank, legal_entity in enumerate(ijson.items(file, "pmej.item", use_float=True), start=1):
            yield from _active(legal_entity, f"legal entity {rank}")
    except ijson.JSONError as error:
        raise RegisterError(f"after legal entity {rank}: the JSON is damaged or cut short; fetch it again") from error


def _active(legal_entity: object, place: str) -> Iterator[Row]:
    # The published schema and the published files differ in capitals and in coded values: both are read.
    general = _child(legal_entity, "informationsGeneralesPMEJ", "informationsGeneralesPmej")
    establishments = _child(legal_entity, "ege")
    for each in establishments if isinstance(establishments, list) else ():
        details = _child(each, "informationsGeneralesEGE", "informationsGeneralesEge")
        state = _text(each, "etatObjet")
        if state != "A" and (state or _text(details, "dateFermeture")):
            continue
        addresses = _child(each, "adresse")
        address = addresses[0] if isinstance(addresses, list) and addresses else None
        yield (
            place,
            _establishment(
                place,
                number=_text(details, "numFinessEge"),
                names=(_text(details, "nomEgeLong"), _text(details, "nomEgeCourt")),
                postcode=_text(address, "codePostal"),
                city=_text(address, "ligneAcheminement"),
                department=_department_of_commune(_text(address, "cogCommune")),
                notes={
                    "finess_ej": _text(general, "numFinessPm"),
                    "siret": _text(each, "siret") or _text(details, "siret"),
                    "categorie": _text(
                        each, "categorieentiteGeographiqueExercice", "categorieEntiteGeographiqueExercice"
                    ),
                },
            ),
        )


def _child(node: object, *names: str) -> object:
    if isinstance(node, dict):
        for name in names:
            if name in node:
                return node[name]
    return None


def _text(node: object, *names: str) -> str:
    value = _child(node, *names)
    if isinstance(value, dict):
        value = value.get("code")
    return value if isinstance(value, str) else ""


def _department_of_commune(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


# ---------------------------------------------------------------- one establishment


def _establishment(
    place: str,
    *,
    number: str,
    names: tuple[str, ...],  # the best first
    postcode: str,
    city: str,
    department: str,
    notes: Mapping[str, str],
) -> Entity:
    number = number.strip()
    if not FINESS_NUMBER.fullmatch(number):
        raise RegisterError(f"{place}: the FINESS number is not nine characters; take the register as published")
    said = list(dict.fromkeys(name for name in map(tidy, names) if name))
    if not said:
        raise RegisterError(f"{place}: the establishment has no name; remove it or complete it")
    postcode = postcode.strip()
    # The flow writes the town alone, the extracts the postal line.
    postal = POSTAL.match(city)
    return Entity(
        id=f"finess:{number}",
        kind=EntityKind.ESTABLISHMENT,
        name=said[0],
        aliases=tuple(said[1:]),
        city=CEDEX.sub("", tidy(postal[2] if postal else city)) or None,
        postcode=postcode or None,
        department=_department(department.strip(), postcode, number) or None,
        source=SOURCE,
        notes={key: value for key, value in notes.items() if value},
    )


def _department(code: str, postcode: str, number: str) -> str:
    """The official department code: 971 where the register writes 9A, or derives 978 from a CEDEX.

    >>> _department("978", "97826", "970400000")
    '974'
    """
    mainland = not code.startswith("9") or (len(code) == 2 and code.isdigit())
    if code and mainland:
        return code
    return (
        ISLAND_POSTCODES.get(postcode)
        or OVERSEAS_NUMBERS.get(number[:4])
        or OVERSEAS_CODES.get(code, code)
        or number[:2]
    )


def _wrong_count(place: str, found: int, expected: int) -> str:
    return f"{place}: {found} columns where {expected} are expected; mend the separators or the quotes"
