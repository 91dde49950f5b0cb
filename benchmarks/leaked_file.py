"""A file of the shape that leaked in 2021, every person, laboratory and vendor in it invented.

491,840 rows of 60 columns: thirty laboratories of five départements, told only by the codes of their sites and of their
prescribers and by their patients' postcodes; no laboratory's name, no FINESS number. The watchlist beside it holds
those thirty among many others, and two dozen vendors with incomplete lists of customers. Variants of the file are
what a re-post or a forgery would be: columns reordered, a tenth of the rows, numbers drawn at random, values
shuffled between rows.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from detectors.model import Entity, EntityKind

ROWS: Final = 491_840
LABORATORIES: Final = 30
LEAKED_DEPARTMENTS: Final = ("03", "12", "48", "53", "70")
OTHER_DEPARTMENTS: Final = ("08", "15", "32", "55", "61")
VENDORS: Final = 24
SHARED_VENDOR: Final = "vendor:v17"
_REPEATED: Final = 0.08  # rows of a person who stood there before
_CHUNK: Final = 4_096
_KNOWN_CUSTOMERS: Final = 0.6  # of establishments, those whose software the watchlist knows

COLUMNS: Final = (
    "num_dossier", "date_dossier", "heure_dossier", "code_site", "code_prescripteur", "titre", "nom_usuel",
    "nom_naissance", "prenom", "sexe", "date_naissance", "dep_naissance", "num_secu", "rang_gemellaire", "adresse1",
    "adresse2", "code_postal", "ville", "pays", "telephone", "portable", "email", "code_mutuelle", "num_adherent",
    "code_regime", "code_caisse", "code_centre", "date_droits", "exo", "ald", "groupe_sanguin", "rhesus", "grossesse",
    "date_grossesse", "hiv", "anticoagulant", "code_traitement", "pathologie", "commentaire", "login", "mot_de_passe",
    "envoi_medecin", "envoi_patient", "envoi_labo", "code_tournee", "code_preleveur", "domicile", "urgent", "nb_tubes",
    "montant", "regle", "code_facture", "date_facture", "code_lot", "statut", "code_edition", "utilisateur",
    "date_creation", "date_modif", "fin",
)  # fmt: skip

_MEN = (
    "Alain Bruno Cyril Denis Eric Fabien Gilles Hugo Ivan Joel Kevin Loic Marc Nils Olivier Paul Remi Simon Theo Yann"
).split()
_WOMEN = (
    "Alice Berthe Claire Diane Elise Flore Gaelle Helene Irene Julie Karine Lea Marie Nadia Odile Rose Sarah Tess Zoe"
).split()
_SYLLABLES = (
    "bar bel bos cal cor dan del far fon gal gor jar kel lan lor mar mel nor pal per quin ral ros sal ser tan tor val"
).split()
_ENDINGS = "aud ais eau ec el ert et ier in on ot ou oux ry sse ude val y".split()
_STREETS = "des Essais,du Moulin,de la Fontaine,des Lilas,du Puits,des Forges,de la Scierie,du Lavoir".split(",")
_DOMAINS = ("courriel.test", "poste.test", "boite.test", "mel.test", "fai.test")
_COMMENTS = (
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "a jeun",
    "patiente sourde",
    "rappeler le matin; avant midi",
    "veine fragile",
)
_WORDS = "soleil,chaton,bonheur,marine,etoile,jardin,vacances,doudou,football,dimanche".split(",")

Row = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """An invented town, by a postcode nobody has."""

    name: str
    postcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory:
    """A laboratory that leaks, with the towns its patients come from."""

    id: str
    site: str
    towns: tuple[Town, ...]  # its own first
    prescribers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakedWorld:
    """What is true, and what a watchlist would know of it."""

    laboratories: tuple[Laboratory, ...]
    entities: tuple[Entity, ...]


# ---------------------------------------------------------------- the world


def make_world(seed: int) -> LeakedWorld:
    """Thirty laboratories that share one vendor, in a watchlist of many more."""
    random = Random(seed)
    names = _names(random)
    entities = [
        Entity(id=f"vendor:v{number}", kind=EntityKind.VENDOR, name=f"{next(names)} Systemes")
        for number in range(VENDORS)
    ]
    entities += [
        Entity(id=f"product:p{number}", kind=EntityKind.PRODUCT, name=next(names), parent=f"vendor:v{number}")
        for number in range(VENDORS)
    ]
    # Some vendors have a quarter of the market, most a few per cent.
    market = [1 / (1 + rank) for rank in random.sample(range(VENDORS), VENDORS)]
    laboratories: list[Laboratory] = []
    numbers = iter(range(1, 10_000))
    for department in (*LEAKED_DEPARTMENTS, *OTHER_DEPARTMENTS):
        towns = [Town(name=next(names), postcode=f"{department}{900 + 3 * number}") for number in range(24)]
        leaking = LABORATORIES // len(LEAKED_DEPARTMENTS) if department in LEAKED_DEPARTMENTS else 0
        for number, town in enumerate(towns[:14]):
            name = next(names)
            own = Entity(
                id=f"lab:{next(numbers)}",
                kind=EntityKind.ESTABLISHMENT,
                name=random.choice(("Laboratoire {}", "LBM {}", "Bio {}", "Selas {} Analyses")).format(name),
                city=town.name,
                postcode=town.postcode,
            )
            if number < leaking:
                entities.append(replace(own, uses=_uses_when_leaked(random, market)))
                laboratories.append(
                    _laboratory(
                        random, own, name, towns[number], [*towns[:number], *towns[number + 1 :]], len(laboratories)
                    )
                )
                # A rival in the same town for every third, a hospital and a pharmacy in each.
                rivals = ("Laboratoire {}",) * (number % 3 == 0)
            else:
                entities.append(replace(own, uses=_uses(random, market)))
                rivals = ()
            for pattern in (*rivals, "Centre Hospitalier {}", "Pharmacie {}"):
                entities.append(
                    Entity(
                        id=f"other:{next(numbers)}",
                        kind=EntityKind.ESTABLISHMENT,
                        name=pattern.format(next(names)),
                        city=town.name,
                        postcode=town.postcode,
                        uses=_uses(random, market),
                    )
                )
    return LeakedWorld(laboratories=tuple(laboratories), entities=tuple(entities))


def _names(random: Random) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        name = (random.choice(_SYLLABLES) + random.choice(_SYLLABLES) + random.choice(_ENDINGS)).capitalize()
        if name not in seen:
            seen.add(name)
            yield name


def _uses(random: Random, market: Sequence[float]) -> tuple[str, ...]:
    if random.random() > _KNOWN_CUSTOMERS:
        return ()
    return (f"product:p{random.choices(range(VENDORS), market)[0]}",)


def _uses_when_leaked(random: Random, market: Sequence[float]) -> tuple[str, ...]:
    """Six in ten known as customers, one in ten believed to use something else, of the rest nothing is known."""
    luck = random.random()
    if luck < 0.6:
        return (SHARED_VENDOR.replace("vendor:v", "product:p"),)
    return (f"product:p{random.choices(range(VENDORS), market)[0]}",) if luck < 0.7 else ()


def _laboratory(
    random: Random, entity: Entity, name: str, town: Town, others: Sequence[Town], total: int
) -> Laboratory:
    return Laboratory(
        id=entity.id,
        # Two codes in three are made of the name, as people make them; the others are numbers.
        site=f"{name[:4].upper()}{random.randint(1, 3)}" if total % 3 else f"S{total:03d}",
        towns=(town, *random.sample(others, 5)),
        prescribers=tuple(f"{town.postcode[:2]}1{random.randrange(10**6):06d}" for _ in range(60)),
    )


# ---------------------------------------------------------------- the rows


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    first_name: str
    sex: str
    birth: tuple[int, int, int]  # year, month, day
    department: str
    nir: str
    town: Town
    street: str
    mobile: str
    email: str
    password: str


def make_rows(world: LeakedWorld, seed: int, rows: int = ROWS) -> Iterator[Row]:
    """The rows, without the header. Every person but the repeated ones is another."""
    random = Random(seed)
    # With an i between, no person bears an establishment's name.
    surnames = [
        f"{a}i{b}{c}".upper() for a in _SYLLABLES for b in _SYLLABLES for c in _ENDINGS if random.random() < 0.4
    ]
    lately: list[tuple[_Person, Laboratory]] = []
    weights = [random.uniform(0.4, 1.6) for _ in world.laboratories]
    for number in range(rows):
        if lately and random.random() < _REPEATED:
            person, laboratory = random.choice(lately)
        else:
            laboratory = random.choices(world.laboratories, weights)[0]
            person = _person(random, laboratory, surnames)
            if len(lately) < 2_000:
                lately.append((person, laboratory))
            else:
                lately[random.randrange(2_000)] = person, laboratory
        yield _row(random, number, person, laboratory)


def people_in(rows: Iterable[Row]) -> int:
    """How many different persons these rows are of, exactly."""
    at = [COLUMNS.index(name) for name in ("nom_usuel", "prenom", "date_naissance")]
    return len({hash(tuple(row[i] for i in at)) for row in rows})


def _person(random: Random, laboratory: Laboratory, surnames: Sequence[str]) -> _Person:
    sex = random.choice("1222") if random.random() < 0.3 else random.choice("12")
    year = min(2016, max(1922, int(random.gauss(1965, 22))))
    month, day = random.randint(1, 12), random.randint(1, 28)
    # Born here, in one of a few big places, or anywhere.
    own = laboratory.towns[0].postcode[:2]
    luck = random.random()
    department = (
        own
        if luck < 0.55
        else random.choice(("75", "59", "13", "69", "33"))
        if luck < 0.75
        else f"{random.randint(1, 95):02d}"
    )
    department = "75" if department == "20" else department
    body = f"{sex}{year % 100:02d}{month:02d}{department}{random.randint(990, 999)}{random.randint(1, 999):03d}"
    name, first_name = random.choice(surnames), random.choice(_MEN if sex == "1" else _WOMEN)
    town = laboratory.towns[0] if random.random() < 0.5 else random.choice(laboratory.towns[1:])
    return _Person(
        name,
        first_name,
        sex,
        (year, month, day),
        department,
        f"{body}{97 - int(body) % 97:02d}",
        town,
        f"{random.randint(1, 99)} rue {random.choice(_STREETS)}",
        f"063998{random.randint(0, 9_999):04d}",
        f"{first_name.lower()}.{name.lower()}@{random.choice(_DOMAINS)}" if random.random() < 0.6 else "",
        f"{random.choice(_WORDS)}{year}" if random.random() < 0.1 else "",
    )


def _row(random: Random, number: int, person: _Person, laboratory: Laboratory) -> Row:
    pick, bits = random.random, random.getrandbits(16)
    year, month, day = person.birth
    visited = f"{1 + bits % 28:02d}/{1 + bits % 12:02d}/{2015 + bits % 6}"
    woman = person.sex == "2"
    town = person.town
    return [
        f"{number:08d}", visited, f"{7 + bits % 9:02d}:{bits % 60:02d}", laboratory.site,
        laboratory.prescribers[bits % 60], "MME" if woman else "M", person.name, person.name if pick() < 0.8 else "",
        person.first_name, "F" if woman else "M", f"{day:02d}/{month:02d}/{year}", person.department, person.nir, "1",
        person.street, "", town.postcode, town.name.upper(), "FR", f"019900{bits % 10_000:04d}",
        person.mobile, person.email, f"{bits % 900:08d}", f"{bits:09d}", f"{bits % 9:02d}", f"{bits % 96:03d}",
        f"{bits % 7:04d}", "31/12/2020", "0", "1" if bits % 9 == 0 else "0", ("A", "B", "AB", "O")[bits % 4],
        "-" if bits % 7 == 0 else "+", "1" if woman and bits % 40 == 0 else "0", "", "1" if bits % 400 == 0 else "0",
        "1" if bits % 30 == 0 else "0", f"T{bits % 80:02d}" if bits % 5 == 0 else "",
        f"E{10 + bits % 5}.9" if bits % 11 == 0 else "", _COMMENTS[bits % len(_COMMENTS)],
        f"pat{number}" if person.password else "", person.password, "1", "0", "1", f"{bits % 30:02d}",
        f"P{bits % 200:03d}", "1" if bits % 6 == 0 else "0", "0", f"{1 + bits % 6}", f"{bits % 9000 / 100:.2f}", "1",
        f"F{number:07d}", visited, f"L{number // 500:05d}", "V", f"E{bits % 4}", f"usr{bits % 45:02d}",
        f"{visited} 08:00", f"{visited} 18:00", "",
    ]  # fmt: skip


# ---------------------------------------------------------------- what is made of it


def reordered(header: Sequence[str], rows: Iterable[Row], seed: int) -> tuple[list[str], Iterator[Row]]:
    """The same file, its columns in another order."""
    order = Random(seed).sample(range(len(header)), len(header))
    return [header[i] for i in order], ([row[i] for i in order] for row in rows)


def tenth(rows: Iterable[Row], seed: int) -> Iterator[Row]:
    """A tenth of the rows."""
    random = Random(seed)
    return (row for row in rows if random.random() < 0.1)


def with_random_nirs(rows: Iterable[Row], seed: int, *, right_keys: bool) -> Iterator[Row]:
    """Social-security numbers drawn by lot, as generators on the web do it, with or without right keys."""
    random = Random(seed)
    at = COLUMNS.index("num_secu")
    for row in rows:
        born = f"{random.randrange(100):02d}{random.randint(1, 12):02d}{random.randint(1, 95):02d}"
        body = f"{random.choice('12')}{born}{random.randint(990, 999)}{random.randint(1, 999):03d}"
        key = 97 - int(body) % 97 if right_keys else random.randint(1, 97)
        yield [*row[:at], f"{body}{key:02d}", *row[at + 1 :]]


def shuffled(rows: Iterable[Row], seed: int, names: Sequence[str]) -> Iterator[Row]:
    """The values of some columns shuffled between rows, each column by itself, some thousand rows at a time."""
    random = Random(seed)
    columns = [COLUMNS.index(name) for name in names]
    stream = iter(rows)
    while chunk := [list(row) for row in islice(stream, _CHUNK)]:
        for at in columns:
            values = [row[at] for row in chunk]
            random.shuffle(values)
            for row, value in zip(chunk, values, strict=True):
                row[at] = value
        yield from chunk


def write_file(path: Path, rows: Iterable[Row], header: Sequence[str] = COLUMNS) -> int:
    """Write a file as such programs export it: semicolons, Latin-1. The number of rows."""
    written = 0

    def counted() -> Iterator[Row]:
        nonlocal written
        for row in rows:
            written += 1
            yield row

    with path.open("w", encoding="iso-8859-1", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(counted())
    return written
