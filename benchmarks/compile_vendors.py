"""Makes the watchlist that ships with the program.

    python benchmarks/compile_vendors.py DATA_FOLDER > detectors/vendors.csv

Two lists compiled from public pages become one file in the layout of the contract. What no recorded page
says is not shipped as a fact: such a row keeps its name and its source, and loses domains, parent and uses.
"""

import csv
import gzip
import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

COLUMNS = (
    "id", "kind", "name", "aliases", "city", "postcode", "department", "domains", "uses", "parent", "contact",
    "source", "ambiguous", "segment", "note",
)  # fmt: skip
UNRECORDED = "path not recorded"
STATEMENT = "customer statement, may be ten years old"

# Names that turned out to be common words beside those marked in the list.
ALSO_AMBIGUOUS = {
    "vendor:carestream": "alias: Trophy is an English word",
    "vendor:evolucare": "alias: Corwin is a given name",
    "product:galaxie": "alias: Galaxie is a common word",
    "network:ramsay-sante": "alias: Ramsay is a surname",
    "finess-ej:490000163": "acronym of several organisations",
}
# Customers written otherwise than the network they are.
SAME_AS = {
    "GHT Eure-et-Loir (Hope)": "network:ght-cvl-06",
    "GHT Haute-Corse": "network:ght-cor-01",
    "Groupe hospitalier Artois-Ternois (GHAT)": "network:ght-hf-04",
}
# What a statement says only of a part of the group, or of the past.
LIMITS = frozenset(("one establishment of the group", "Cerballiance Eure", "CHU d'Angers", "until end 2012"))

Row = dict[str, str]
Towns = dict[tuple[str, str], str]  # by department and plain name


def main(folder: Path) -> None:
    """Writes the list to standard output."""
    reference = folder / "reference"
    rows = {row["id"]: organisation(row) for row in table(reference / "vendors.csv")}
    communes = table(reference / "communes.csv.gz")
    towns = {(row["departement"], plain(row["commune"])): row["commune"] for row in communes}
    add_customers(rows, table(reference / "vendor_customers.csv"), towns)
    for key, why in ALSO_AMBIGUOUS.items():
        rows[key]["ambiguous"] = rows[key]["ambiguous"] or why
    check(rows.values())
    writer = csv.DictWriter(sys.stdout, COLUMNS, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())


def table(path: Path) -> Iterator[Row]:
    """The rows of one CSV file, plain or gzip, cells tidied."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for row in csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=";"):
        yield {column: " ".join(cell.split()) for column, cell in row.items()}


def plain(name: str) -> str:
    """The words of a name without case, accents, signs and articles, to compare names by."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe"))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in letters if not unicodedata.combining(letter)))
    return " ".join(word for word in words if word not in {"d", "de", "du", "des", "l", "la", "le", "les"})


# ---------------------------------------------------------------- vendors, products, networks


def organisation(given: Row) -> Row:
    """One row of the first list in the shipped layout."""
    row = dict.fromkeys(COLUMNS, "") | {column: given[column] for column in COLUMNS if column in given}
    row["note"], row["ambiguous"] = split_note(given["note"])
    # To bear one's publisher's name is not to be an everyday word.
    if row["ambiguous"].startswith(("same name as its publisher", "company and product share")):
        row["ambiguous"] = ""
    if given["id"].startswith("network:ght-"):
        name_group(row)
    row["aliases"] = "|".join(other_names(row["name"], row["aliases"].split("|")))
    sources = given["source"].split("|")
    # Which of several pages vouches for a domain is not written down: all must be recorded.
    if any(UNRECORDED in source for source in sources):
        row["domains"] = ""
    if all(UNRECORDED in source for source in sources) or "parent inferred" in given["note"]:
        row["parent"] = ""
    return row


def split_note(note: str) -> tuple[str, str]:
    """The note proper, and why the name alone proves nothing."""
    note, marker, why = note.partition("ambiguous")
    return note.strip(" /."), why.removeprefix(":").strip() if marker else ""


def name_group(row: Row) -> None:
    """A hospital group never goes by the bare name of its place."""
    place = re.sub(r"(?<=\w)-(?= )", " -", row["name"].removeprefix("GHT "))
    row["note"] = row["note"].partition(" / ")[0]
    if place.startswith("GROUPE HOSPITALIER "):
        row["name"], place = place, place.removeprefix("GROUPE HOSPITALIER ")
        row["aliases"] = f"GHT {place}|groupement hospitalier de territoire {place}"
    else:
        row["name"], row["aliases"] = f"GHT {place}", f"groupement hospitalier de territoire {place}"


def other_names(name: str, aliases: Iterable[str]) -> Iterator[str]:
    """The aliases that say something the name does not."""
    seen = {unaccented(name)}
    for alias in map(str.strip, aliases):
        if alias and unaccented(alias) not in seen:
            seen.add(unaccented(alias))
            yield alias


def unaccented(name: str) -> str:
    """The name without case and accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


# ---------------------------------------------------------------- who uses what


def add_customers(rows: dict[str, Row], customers: Iterable[Row], towns: Towns) -> None:
    """Writes what customers state on their own row, which an establishment gets where it has a register number."""
    networks = {
        plain(name): row
        for row in rows.values()
        if row["kind"] == "network"
        for name in (*row["aliases"].split("|"), row["name"])
        if name
    }
    for customer in customers:
        if UNRECORDED in customer["source"]:
            continue
        stated = customer["establishment_or_network_name"]
        name, _, qualifier = stated.rstrip(")").partition(" (")
        known = networks.get(plain(stated)) or networks.get(plain(name))
        if stated in SAME_AS:
            known = rows[SAME_AS[stated]]
        if not known and customer["finess"]:
            new = establishment(customer["finess"], name, qualifier, towns)
            known = rows.setdefault(new["id"], new)
        if known:
            state(known, customer, qualifier)


def establishment(number: str, name: str, qualifier: str, towns: Towns) -> Row:
    """The row of a legal entity of the register."""
    tail = re.split(r" (?:de |d')", name, maxsplit=1)[-1]
    department = number[:2]
    city = towns.get((department, plain(qualifier))) or towns.get((department, plain(tail))) or ""
    return dict.fromkeys(COLUMNS, "") | {
        "id": f"finess-ej:{number}",
        "kind": "establishment",
        "name": name,
        "city": city,
        "department": department,
    }


def state(row: Row, customer: Row, qualifier: str) -> None:
    """One customer statement: a product used, or words where it is a vendor, a past use or a part of the group."""
    used = customer["vendor_or_product_id"]
    add(row, "source", customer["source"].split("|"), "|")
    if used.startswith("product:") and "until" not in qualifier:
        add(row, "uses", [used], "|")
        add(row, "note", [STATEMENT], " / ")
    else:
        add(row, "note", [f"customer of {used}", STATEMENT], " / ")
    if qualifier in LIMITS:
        add(row, "note", [f"{used}: {qualifier}"], " / ")


def add(row: Row, column: str, values: Iterable[str], separator: str) -> None:
    """Writes values that do not stand in the cell yet."""
    present = [part for part in row[column].split(separator) if part]
    row[column] = separator.join(dict.fromkeys((*present, *values)))


def check(rows: Iterable[Row]) -> None:
    """Stops where a row names no source or points to a row that is not there."""
    rows = list(rows)
    ids = {row["id"] for row in rows}
    for row in rows:
        pointed = {row["parent"], *row["uses"].split("|")} - {""}
        if not row["source"] or not pointed <= ids:
            sys.exit(f"{row['id']}: no source, or a parent or product that is not in the list")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/compile_vendors.py DATA_FOLDER > detectors/vendors.csv")
    main(Path(sys.argv[1]))
