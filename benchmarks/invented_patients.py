"""Posts that show invented patients in every way that could be thought of, with the place of each secret.

The generator shares no code and no list of words with the detectors: names are made of syllables, or come from the
folder of reference lists where there is one; numbers are computed here. Numbers belong to communes that do not
exist, telephone numbers to the ranges kept for fiction.
"""

import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

JsonTree = dict[str, object]

_HEADS = (
    "Bar Cor Del Fal Gar Lan Mer Nor Pel Quer Ros Sal Tal Val Vir Zan Ker Mon Lor Ver Bran Tré Hour Cas Gui".split()
)
_MIDDLES = "a an ar e el en i o or ou u al é".split()
_TAILS = (
    "bonnier dareau gnac guérin lande lière mart nec quin rand rieux rouelle ssandre tier varnec vigne zoul".split()
)
_FIRST_HEADS = "Al Bé Cla Do É Fa Gwé Her I Jo Ka Lu Ma Ni O Pri Ro So Té Y".split()
_FIRST_TAILS = "bane céline dric éliane fane gwen lis mance naël phine rianne rine sandre tille vane zéna".split()
_STREETS = ["rue", "avenue", "bd", "boulevard", "impasse", "chemin", "place", "allée", "quai", "route"]
_OF = ["des", "du", "de la", "de l'Ancien", "Saint", "du Vieux"]
_TOWNS = ["Valdorges", "Montgrelle", "Sauvebrune", "Plouvernec", "Castelmorne", "Ombrières"]
_REMARKS = [
    "patiente sourde, parler fort", "ne supporte pas les piqûres", "veuf depuis mars, très seul",
    "vit sous un faux nom",
    "enceinte de 5 mois", "séropositif depuis 2009", "ancien détenu, prévenir l'accueil", "refuse que son mari sache",
    "porte un pacemaker", "suivie pour addiction au jeu", "fils adoptif, ne pas le dire", "a mordu l'infirmière",
    "chimio arrêtée à sa demande", "sous curatelle renforcée", "ne lit pas le français", "mauvaise payeuse",
]  # fmt: skip
_SITES = ["courriel-patient.test", "boite-essai.test", "mel.test", "postelune.test"]
_SELLERS = [
    "Vends base {who}, 491 840 patients. Extrait :",
    "Base {who} gratuite pour tous, dump complet, preuve :",
    "Selling full database of {who}, 500k patients, sample:",
    "Fuite {who} : voici un échantillon des dossiers patients",
    "Продам базу {who}, 500 тыс пациентов, пример:",
    "{who} hasta verileri satılık, 12.000 kişi, örnek:",
    "Leak {who}, 38 000 dossiers patients, exemple",
]
_AFTER = ["Prix 900 €, contact @vendeur_essai", "DM @vendeur_essai", "https://depot-essai.test/lot.zip", "2 XMR", ""]
_OTHER_ZEROS = "0000０٠۰𝟎𝟘"
_INVISIBLE = "\u200b\u200c\u2060\ufeff\u00ad"


class Secret(NamedTuple):
    """A stretch of a part of a post that nobody may read afterwards."""

    part: str  # `text`, `title`, `author`, `url`, `forwarded_from`, `files[0]`
    start: int
    end: int
    kind: str


@dataclass(slots=True)
class Invented:
    """A post as a collector reads it, and what in it is secret."""

    tree: JsonTree
    layout: str
    secrets: list[Secret] = field(default_factory=list)
    values: set[str] = field(default_factory=set)  # what is searched for in bytes: as written, and as meant


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody who does not exist."""

    first: str
    last: str
    nir: str
    phone: str
    mail: str  # before the @
    site: str
    born: tuple[int, int, int]  # day, month, year
    iban: str
    rpps: str
    number: str
    street: str
    town: str
    password: str
    remark: str
    doctor: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text and where its secrets stand."""

    text: str
    secrets: tuple[tuple[int, int, str], ...] = ()

    def __add__(self, other: "Written | str") -> "Written":
        behind = other if isinstance(other, Written) else Written(other)
        moved = tuple((start + len(self.text), end + len(self.text), kind) for start, end, kind in behind.secrets)
        return Written(self.text + behind.text, self.secrets + moved)


def secret(text: str, kind: str) -> Written:
    """A text that is secret as a whole."""
    return Written(text, ((0, len(text), kind),))


@dataclass(frozen=True, slots=True)
class PatientGenerator:
    """Makes posts of one seed; the same seed, the same posts."""

    chosen: Random
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]

    def posts(self, count: int, named: list[str]) -> list[Invented]:
        """So many posts about the organisations named."""
        return [self._post(number, named) for number in range(count)]

    # ------------------------------------------------------------ people

    def patient(self) -> Patient:
        """One more."""
        pick = self.chosen
        day, month, year = pick.randint(1, 28), pick.randint(1, 12), pick.randint(1925, 2014)
        where = pick.choice(["99", "75", "2A", "2B", "13", "97"]) + str(pick.randint(990, 999))
        body = f"{pick.choice('1278')}{year % 100:02}{month:02}{where}{pick.randint(1, 999):03}"
        key = 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97
        account = f"{pick.randint(10000, 99999)}{pick.randint(10000, 99999)}{pick.randint(10**10, 10**11 - 1)}"
        account += f"{97 - int(account + '00') % 97:02}"
        first, last = self._first(), self._last()
        mail = pick.choice([f"{first}.{last}", f"{first[0]}.{last}", f"{last}{year}", f"{last}_{first}"])
        return Patient(
            first=first,
            last=last,
            nir=f"{body}{key:02}",
            phone=pick.choice(["63998", "19900", "26191", "35301", "46571", "53649"]) + f"{pick.randint(0, 9999):04}",
            mail=_plain(mail).lower().replace(" ", "-").replace("'", ""),
            site=pick.choice(_SITES),
            born=(day, month, year),
            iban=f"FR{98 - int(account + '152700') % 97:02}{account}",
            rpps=_with_luhn(f"10{pick.randint(10**7, 10**8 - 1)}"),
            number=f"{pick.randint(10**8, 10**10)}",
            street=f"{pick.randint(1, 199)}{pick.choice(['', '', ' bis'])} {pick.choice(_STREETS)} {pick.choice(_OF)} "
            f"{self._last()}",
            town=f"{pick.randint(96, 99)}{pick.randint(100, 999)} {pick.choice(_TOWNS)}",
            password=f"{self._first()}{pick.randint(10, 9999)}{pick.choice('!$*_')}",
            remark=pick.choice(_REMARKS),
            doctor=self._last(),
        )

    def _first(self) -> str:
        if self.first_names and self.chosen.random() < 0.5:
            return self.chosen.choice(self.first_names)
        return self.chosen.choice(_FIRST_HEADS) + self.chosen.choice(_FIRST_TAILS)

    def _last(self) -> str:
        if self.last_names and self.chosen.random() < 0.3:
            return self.chosen.choice(self.last_names)
        return self.chosen.choice(_HEADS) + self.chosen.choice(_MIDDLES) + self.chosen.choice(_TAILS)

    # ------------------------------------------------------------ ways to write

    def _number(self, digits: str, groups: tuple[int, ...], kind: str, *, disguise: bool = True) -> Written:
        """A number together, in groups, in another script, with invisible characters strewn in."""
        pick = self.chosen
        zero = ord(pick.choice(_OTHER_ZEROS)) if disguise and pick.random() < 0.3 else ord("0")
        written = [chr(zero + int(c)) if c.isdecimal() else c for c in digits]
        if disguise and pick.random() < 0.15:
            written[pick.randrange(len(written) - 1)] += pick.choice(_INVISIBLE)
        gap = pick.choice(["", "", " ", ".", "-", " "])
        if disguise and pick.random() < 0.05:
            groups, gap = (1,) * len(digits), " "
        pieces, at = [], 0
        for length in groups:
            pieces.append("".join(written[at : at + length]))
            at += length
        return secret(gap.join(pieces), kind)

    def nir(self, who: Patient, **how: bool) -> Written:
        return self._number(who.nir, (1, 2, 2, 2, 3, 3, 2), "nir", **how)

    def phone(self, who: Patient, **how: bool) -> Written:
        prefix = self.chosen.choice(["0", "0", "0", "+33", "0033", "+33 (0)"])
        if prefix == "0":
            return self._number("0" + who.phone, (2, 2, 2, 2, 2), "phone", **how)
        return Written(prefix, ((0, len(prefix), "phone"),)) + self._number(who.phone, (1, 2, 2, 2, 2), "phone", **how)

    def mail(self, who: Patient, *, disguise: bool = True) -> Written:
        sign = self.chosen.choice(["@", "@", "@", "@", " [at] ", "(at)", "＠", " @ "]) if disguise else "@"
        return secret(who.mail, "email") + f"{sign}{who.site}"

    def born(self, who: Patient) -> Written:
        day, month, year = who.born
        names = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
        ways = [f"{day:02}/{month:02}/{year}", f"{year}-{month:02}-{day:02}", f"{day:02}.{month:02}.{year}"]
        return secret(self.chosen.choice([*ways, f"{day} {names[month - 1]} {year}"]), "birth_date")

    def name(self, who: Patient) -> Written:
        ways = [f"{who.last.upper()} {who.first}", f"{who.first} {who.last}", f"{who.first} {who.last.upper()}"]
        return secret(self._veiled(self.chosen.choice(ways)), "name")

    def _veiled(self, letters: str) -> str:
        """Letters as they are, mostly; else full-width, or with invisible characters strewn in."""
        match self.chosen.randrange(12):
            case 0:
                return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in letters)
            case 1:
                place = self.chosen.randrange(1, len(letters))
                return letters[:place] + self.chosen.choice(_INVISIBLE) + letters[place:]
        return letters

    def iban(self, who: Patient) -> Written:
        return self._number(who.iban, (4, 4, 4, 4, 4, 4, 3), "iban", disguise=False)

    # ------------------------------------------------------------ layouts

    def prose(self, who: Patient) -> Written:
        """A person told of in a sentence or two."""
        told = Written(self.chosen.choice(["Mme ", "M. ", "patiente ", "Madame "])) + self.name(who)
        told += Written(", né le ") + self.born(who) + ", NIR " + self.nir(who)
        told += Written(", ") + secret(who.remark, "comment") + ", " + secret(who.street, "address") + f", {who.town}"
        return told + ", tél " + self.phone(who) + ", mail " + self.mail(who)

    def short(self, who: Patient) -> Written:
        """A proof of one line."""
        first = self.name(who) + self.chosen.choice([" ", ", ", " - ", " : "]) + self.nir(who)
        return first + self.chosen.choice([" ", ", "]) + self.phone(who)

    def row(self, who: Patient) -> Written:
        """A row of a table, its order as it comes."""
        cells = [
            secret(who.last.upper(), "name"),
            secret(who.first, "name"),
            self.born(who),
            self.nir(who),
            self.phone(who),
            self.mail(who, disguise=False),
            secret(who.street, "address"),
            Written(who.town),
            secret(who.remark.replace(",", ""), "comment"),
            Written("Dr ") + secret(who.doctor, "name"),
        ]
        separator = self.chosen.choice([";", "|", "\t", " ; ", " | "])
        written = cells[0]
        for cell in cells[1:]:
            written += Written(separator) + cell
        return written

    def table(self, who: Patient) -> Written:
        """Some rows, mostly with their header."""
        separator = self.chosen.choice([";", "|", "\t", ","])
        columns = self.chosen.sample(["nom", "prenom", "nir", "ddn", "tel", "mail", "remarque", "iban"], 6)
        columns = list(dict.fromkeys(["nom", "nir", *columns]))
        written = Written(separator.join(columns) + "\n") if self.chosen.random() < 0.7 else Written("")
        for number in range(self.chosen.randint(1, 6)):
            person = who if number == 0 else self.patient()
            cells = {
                "nom": secret(person.last.upper(), "name"),
                "prenom": secret(person.first, "name"),
                "nir": secret(person.nir, "nir"),
                "ddn": self.born(person),
                "tel": secret("0" + person.phone, "phone"),
                "mail": self.mail(person, disguise=False),
                "remarque": secret(person.remark.replace(",", ""), "comment"),
                "iban": secret(person.iban, "iban"),
            }
            line = cells[columns[0]]
            for column in columns[1:]:
                line += Written(separator) + cells[column]
            written += line + "\n"
        return written

    def sheet(self, who: Patient) -> Written:
        """Labels and values, a line each or in a row."""
        end = self.chosen.choice(["\n", "\n", " ; ", " | "])
        colon = self.chosen.choice([": ", " : ", "=", ":"])
        pairs = [
            ("Nom", secret(who.last, "name")),
            ("Prénom", secret(who.first, "name")),
            ("Date de naissance", self.born(who)),
            ("N° sécu", self.nir(who)),
            ("Adresse", secret(who.street, "address") + f" {who.town}"),
            ("Téléphone", self.phone(who)),
            ("Mail", self.mail(who)),
            ("IPP", secret(who.number, "patient_id")),
            ("IBAN", self.iban(who)),
            ("Groupe sanguin", secret(self.chosen.choice(["A+", "O-", "AB+", "B-"]), "blood_group")),
            ("Médecin traitant", Written("Dr ") + secret(who.doctor, "name")),
            ("RPPS", secret(who.rpps, "rpps")),
            ("Mot de passe", secret(who.password, "password")),
            ("Commentaire", secret(who.remark, "comment")),
        ]
        written = Written("")
        for label, value in pairs:
            written += Written(f"{label}{colon}") + value + end
        return written

    def sql(self, who: Patient) -> Written:
        """What a database writes of itself."""
        day, month, year = who.born
        written = Written("INSERT INTO patients (nom, prenom, naissance, nir, tel, mail, note) VALUES (")
        values = [
            secret(who.last.replace("'", "''"), "name"),
            secret(who.first, "name"),
            secret(f"{year}-{month:02}-{day:02}", "birth_date"),
            secret(who.nir, "nir"),
            secret("0" + who.phone, "phone"),
            self.mail(who, disguise=False),
            secret(who.remark.replace("'", "''"), "comment"),
        ]
        for number, value in enumerate(values):
            written += Written(", '" if number else "'") + value + "'"
        return written + ");"

    def json(self, who: Patient) -> Written:
        """An object of an interface."""
        pairs = [
            ("nom", secret(who.last, "name")),
            ("prenom", secret(who.first, "name")),
            ("date_naissance", self.born(who)),
            ("nir", secret(who.nir, "nir")),
            ("telephone", secret("0" + who.phone, "phone")),
            ("email", self.mail(who, disguise=False)),
            ("adresse", secret(who.street, "address") + f", {who.town}"),
            ("commentaire", secret(who.remark, "comment")),
        ]
        written = Written("{")
        for number, (key, value) in enumerate(pairs):
            written += Written(f'{", " if number else ""}"{key}": "') + value + '"'
        return written + "}"

    def logins(self, who: Patient) -> Written:
        """Addresses and passwords, as lists of stolen ones have them."""
        written = Written("")
        for number in range(self.chosen.randint(1, 5)):
            person = who if number == 0 else self.patient()
            written += self.mail(person, disguise=False) + ":" + secret(person.password, "password") + "\n"
        return written

    def letter(self, who: Patient) -> Written:
        """A doctor's letter."""
        told = Written("Cher confrère, je vous adresse ") + secret(f"{who.first} {who.last}", "name")
        told += Written(", née le ") + self.born(who) + ", demeurant " + secret(who.street, "address")
        told += Written(f" à {who.town}. Diagnostic : ") + secret(who.remark, "comment") + ". "
        return told + "Dr " + secret(self.chosen.choice([who.doctor, who.doctor.upper()]), "name")

    def contact(self, who: Patient) -> Written:
        """Somebody to call."""
        way = self.phone(who) if self.chosen.random() < 0.6 else self.mail(who)
        return Written("à joindre : ") + self.name(who) + self.chosen.choice([" ", " : ", ", ", " ("]) + way

    def abroad(self, who: Patient) -> Written:
        """The same in the words of those who sell."""
        words = self.chosen.choice([
            ("Patient: ", ", born ", ", national number ", ", phone ", ", diagnosis: "),
            ("Пациент: ", ", родился ", ", NIR ", ", телефон ", ", диагноз: "),
            ("Hasta: ", ", doğum tarihi ", ", NIR ", ", telefon ", ", not: "),
            ("full name = ", " / DOB ", " / NIR ", " / tel ", " / notes: "),
        ])  # fmt: skip
        pieces = [self.name(who), self.born(who), self.nir(who), self.phone(who), secret(who.remark, "comment")]
        written = Written("")
        for label, piece in zip(words, pieces, strict=True):
            written += Written(label) + piece
        return written

    def _post(self, number: int, named: list[str]) -> Invented:
        pick = self.chosen
        layouts: list[Callable[[Patient], Written]] = [
            *(self.prose, self.short, self.row, self.table, self.sheet, self.sql, self.json, self.logins),
            *(self.letter, self.contact, self.abroad),
        ]
        layout, who = layouts[number % len(layouts)], self.patient()
        text = Written(pick.choice(_SELLERS).format(who=pick.choice(named)) + pick.choice([" ", "\n", "\n\n"]))
        text = text + layout(who) + "\n" + pick.choice(_AFTER)
        parts: dict[str, Written] = {"text": text}
        tree: JsonTree = {"id": str(number + 1), "source": "invented", "posted_at": "2026-03-02T10:00:00Z"}
        other = self.patient()
        match number % 7:
            case 0:
                parts["title"] = Written("Dossier de Mme ") + self.name(other) + " NIR " + self.nir(other)
            case 1:
                parts["files[0]"] = (
                    Written("dossier_")
                    + secret(f"{other.last.upper()}_{other.first}", "name")
                    + "_"
                    + secret(other.nir, "nir")
                    + ".pdf"
                )
            case 2:
                parts["url"] = Written("https://depot-essai.test/p?mail=") + self.mail(other, disguise=False)
                parts["url"] += Written("&tel=") + secret(f"0{other.phone}", "phone") + "&page=2"
            case 3:
                parts["author"] = self.mail(other, disguise=False) + " " + self.phone(other, disguise=False)
            case 4:
                parts["forwarded_from"] = Written("Canal de M. ") + self.name(other) + " " + self.phone(other)
        post = Invented(tree, layout.__name__)
        for part, written in parts.items():
            if part == "files[0]":
                tree["files"] = [{"name": written.text, "size": 1_000 + number}]
            else:
                tree[part] = written.text
            for start, end, kind in written.secrets:
                post.secrets.append(Secret(part, start, end, kind))
                post.values.add(written.text[start:end])
        post.values |= {who.nir, f"0{who.phone}", who.mail, who.last, who.last.upper()}
        # A name of the lists alone is nobody's: watchlists, towns and streets have them too.
        post.values -= self._common
        return post

    @property
    def _common(self) -> set[str]:
        return {spelled for name in (*self.first_names, *self.last_names) for spelled in (name, name.upper())}


def generator(seed: int) -> PatientGenerator:
    """Over the names of the reference lists, where `VIGIFUITE_DATA` has them; else over syllables alone."""
    path = Path(os.environ.get("VIGIFUITE_DATA", "")) / "reference" / "noms_fr_faker.json"
    lists: dict[str, list[str]] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    first = (*lists.get("first_names_male", ()), *lists.get("first_names_female", ()))
    return PatientGenerator(Random(seed), first, tuple(lists.get("last_names", ())))


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _with_luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"
