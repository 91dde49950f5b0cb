"""What the columns of an extract hold, from their names and from what stands in them.

What a content proves (a social-security number, an e-mail address) needs no name; what it does not (a site's code,
a comment) is believed from the name alone where the content does not contradict it.
"""

import re
from collections.abc import Sequence
from typing import Final

from anyascii import anyascii
from stdnum import iban

from detectors.sample_profile import Meaning

_MOST_LOOKED_AT: Final = 400  # cells of a column
_SURE: Final = 0.7  # share of the cells looked at
_LONGEST_NAME: Final = 60  # characters of a column's name

# Names of columns, tidied (`nom_naissance` → `nom naissance`); the first pattern that is found decides.
_NAMES: tuple[tuple[Meaning, str], ...] = (
    (Meaning.NAME, r"\bnom (de )?(naiss\w*|jeune fille|famille|usuel|marital|epouse|patronymique)"),
    (Meaning.NIR_KEY, r"\bcle\b|\bkey nir|\bnir key"),
    (
        Meaning.NIR,
        r"\b(nir|num(ero)? (ss|secu)|n(o|um)? ?secu|secu(rite)? sociale|ssn|nss|insee patient|matricule ins|immat\w*"
        r"|social security)",
    ),
    (Meaning.PASSWORD, r"\b(mdp|mot (de )?passe|motdepasse|password|passwd|pass|pwd)\b"),
    (Meaning.LOGIN, r"\b(login|identifiant( web)?|user ?name|utilisateur|pseudo)\b"),
    (Meaning.EMAIL, r"\b(e ?mail|mail|courriel|mel)"),
    (Meaning.BIRTH_PLACE, r"(dep\w*|commune|lieu|ville|cp|code postal|insee) (de )?nais|birth ?place"),
    (
        Meaning.BIRTH_DATE,
        r"(date|dat|dt|jour|d) ?(de )?nai|\bddn\b|\bdn\b|naissance$|birth ?(date|day)?|\bdob\b|\bne le\b",
    ),
    (Meaning.RPPS, r"\brpps\b"),
    (Meaning.FINESS, r"\bfiness\b"),
    (Meaning.IBAN, r"\b(iban|rib)\b"),
    (
        Meaning.PRESCRIBER,
        r"(code|num|no|id|numero|ref|adeli) ?(du |de )?(med\w*|prescri\w*|pres|corresp\w*)|\badeli\b"
        r"|prescripteur (code|id|num)|\bcodpresc?\b",
    ),
    (Meaning.DOCTOR, r"\b(medecin|prescripteur|doctor|docteur|praticien|physician|correspondant)"),
    (
        Meaning.SITE,
        r"\b(site|labo(ratoire)?|centre de prelevement|prelevement (site|lieu)|antenne|etablissement|structure|lab"
        r"|facility|hopital|uf|agence)\b|\bcode? ?(site|labo?|etab)",
    ),
    (Meaning.BLOOD_GROUP, r"\b(groupe? ?(sang\w*)?|grp|abo|rhesus|blood)\b"),
    (
        Meaning.INSURER,
        r"\b(mutuelle|amc|complementaire|assur\w*|caisse|regime|organisme|tiers payant|insur\w*|cpam)",
    ),
    (Meaning.PATHOLOGY, r"\b(patho\w*|diag\w*|cim ?10|icd|ald|maladie|antecedents?|allergies?|hiv|vih)\b"),
    (Meaning.TREATMENT, r"\b(traitement|medicaments?|drug|treatment|posologie|ordonnance|atc|cip)\b"),
    (
        Meaning.PATIENT_ID,
        r"\b(ipp|nip|iep|(id|num|no|numero|code|ref) ?(du |de )?(patient|dossier|pat)|patient id)\b|^dossier$|^ins$",
    ),
    (Meaning.FIRST_NAME, r"\b(prenoms?|first ?name|given ?name|pren)\b"),
    (Meaning.NAME, r"\b(nom|name|last ?name|surname|patronym\w*|nom\w{0,3})\b"),
    (Meaning.SEX, r"\b(sexe?|civ(ilite)?|titre|genre|gender)\b"),
    (Meaning.PHONE, r"\b(tel\w*|phone|mobile|portable|gsm|fax)\b"),
    (Meaning.POSTCODE, r"\b(cp|code postal|codepostal|postal|zip|cpost|codpost)\b"),
    (Meaning.CITY, r"\b(ville|commune|city|town|localite)\b"),
    (Meaning.ADDRESS, r"\b(adr\w*|address|rue|voie)\b"),
    (Meaning.COMMENT, r"\b(comm?ent\w*|remarques?|notes?|observations?|obs|memo|libre|comments?)\b"),
    (Meaning.DATE, r"\b(date|dat|dt|le|maj|creat\w*|modif\w*|timestamp)\b"),
)
_NAMED = tuple((meaning, re.compile(pattern)) for meaning, pattern in _NAMES)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")

NIR_SHAPE = re.compile(r"[1-478]\d{4}(?:\d\d|2[ABab])\d{6}(?:\d\d)?")
_NIR_GAPS = re.compile(r"[ .\-]")
_EMAIL = re.compile(r"[^\s@,;]{1,64}@[\w\-]+(?:\.[\w\-]+)*\.[a-zA-Z]{2,24}")
_PHONE = re.compile(r"(?:(?:\+|00)33\s?(?:\(0\))?\s?|0)[1-9](?:[ .\-/]?\d\d){4}|(?:\+|00)\d{8,14}")
_POSTCODE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|97|98)\d{3}|2[ABab]\d{3}")
_SEX = re.compile(
    r"(?:[MFHW12]|masculin|f[ée]minin|homme|femme|male|female|mr|m\.|mme|mlle|monsieur|madame)", re.IGNORECASE
)
_BLOOD_GROUP = re.compile(
    r"(?:A|B|AB|O)\s?(?:[+\-]|pos\w*|neg\w*|rh\w*|D\w*)?|[+\-]|(?:pos|neg)\w*|rh\w*", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)?\d\d|(?:18|19|20)\d\d[/.\-]?\d\d[/.\-]?\d\d|[0-3]\d[01]\d(?:19|20)\d\d)"
    r"(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?"
)
_NUMBER = re.compile(r"[+\-]?\d{1,18}(?:[.,]\d+)?")
_NINE_DIGITS = re.compile(r"(?:\d\d|2[ABab])\d{7}")
_ELEVEN_DIGITS = re.compile(r"[18]\d{10}")
_WORDS = re.compile(r"[^\W\d_]+(?:[ '’\-][^\W\d_]+){0,3}")
_STREET = re.compile(
    r"\d{0,4}\s?(?:bis|ter)?,?\s?(?:rue|av(?:enue|\.)?|bd|boulevard|chemin|ch|route|rte|impasse|imp|place|pl|all[ée]e|lotissement|lot|quai|cours|lieu.?dit|r[ée]s(?:idence)?)\b",
    re.IGNORECASE,
)
_ICD = re.compile(r"[A-TV-Z]\d\d(?:\.?\d{1,3})?")

# What content alone proves, and the names that may say it more exactly.
_PROVEN: tuple[tuple[Meaning, re.Pattern[str]], ...] = (
    (Meaning.EMAIL, _EMAIL),
    (Meaning.PHONE, _PHONE),
    (Meaning.DATE, _DATE),
)
# A name is believed where the content has this shape.
_NEEDED: dict[Meaning, re.Pattern[str]] = {
    Meaning.EMAIL: _EMAIL,
    Meaning.BIRTH_DATE: _DATE,
    Meaning.DATE: _DATE,
    Meaning.FINESS: _NINE_DIGITS,
    Meaning.RPPS: _ELEVEN_DIGITS,
    Meaning.SEX: _SEX,
    Meaning.BLOOD_GROUP: _BLOOD_GROUP,
    Meaning.POSTCODE: re.compile(r"\d{4,5}|2[ABab]\d{3}"),
    Meaning.PHONE: re.compile(r"[\d +().\-/]{6,20}"),
    Meaning.NAME: re.compile(r"[^\d@]{1,60}"),
    Meaning.FIRST_NAME: re.compile(r"[^\d@]{1,60}"),
    Meaning.NIR_KEY: re.compile(r"\d{1,2}"),
    Meaning.BIRTH_PLACE: re.compile(r"(?:\d|2[ABab])?\w?\d{1,4}|[^\d]{1,60}"),
}
_FLAGS = frozenset("0 1 o n y oui non true false vrai faux yes no x".split())


def tidy_name(name: str) -> str:
    """A column's name in plain words.

    >>> tidy_name("NomNaissance"), tidy_name("CODE_PRÉSCRIPTEUR")
    ('nom naissance', 'code prescripteur')
    """
    return _NOT_A_LETTER.sub(" ", anyascii(_CAMEL.sub(" ", name[:_LONGEST_NAME])).lower()).strip()


def named_meaning(name: str) -> Meaning | None:
    """What a column's name says it holds."""
    tidied = tidy_name(name)
    return next((meaning for meaning, pattern in _NAMED if pattern.search(tidied)), None)


def meaning_of(name: str | None, cells: Sequence[str]) -> Meaning:
    """What a column holds, from its name and some of its cells."""
    filled = [cell.strip() for cell in cells if cell.strip()][:_MOST_LOOKED_AT]
    said = named_meaning(name) if name else None
    if not filled:
        return Meaning.EMPTY
    if (
        _share(NIR_SHAPE, [_NIR_GAPS.sub("", cell) for cell in filled]) >= _SURE
        and (said or Meaning.NIR) is Meaning.NIR
    ):
        return Meaning.NIR
    proven = next((meaning for meaning, shape in _PROVEN if _share(shape, filled) >= _SURE), None)
    if proven and said not in (None, Meaning.BIRTH_DATE, Meaning.LOGIN):
        return said if said in _NEEDED and _share(_NEEDED[said], filled) >= _SURE else proven
    if said and said is not Meaning.NIR and (said not in _NEEDED or _share(_NEEDED[said], filled) >= _SURE):
        return Meaning.FLAG if said is not Meaning.SEX and _is_flag(filled) else said
    if proven or not said:
        return proven or _unnamed(filled)
    # The content contradicts the name: neither is believed.
    return Meaning.FLAG if _is_flag(filled) else Meaning.NUMBER if _share(_NUMBER, filled) >= _SURE else Meaning.TEXT


def _unnamed(cells: Sequence[str]) -> Meaning:
    """What cells under no telling name look like."""
    different = len(set(cells))
    if _is_flag(cells):
        return Meaning.FLAG
    if different <= 4 and len(cells) > 2 * different and _share(_SEX, cells) > 0.95:
        return Meaning.SEX
    if sum(map(_is_iban, cells[:20])) >= _SURE * min(20, len(cells)):
        return Meaning.IBAN
    for meaning, shape in (
        (Meaning.POSTCODE, _POSTCODE),
        (Meaning.NUMBER, _NUMBER),
        (Meaning.ADDRESS, _STREET),
        (Meaning.PATHOLOGY, _ICD),
    ):
        matching = sum(bool((shape.match if shape is _STREET else shape.fullmatch)(cell)) for cell in cells)
        # Codes of one letter are some series; diseases are of several chapters.
        if shape is _ICD and len({cell[0] for cell in cells}) < 3:
            continue
        if matching >= _SURE * len(cells):
            return meaning
    return Meaning.TEXT


def is_header(first: Sequence[str], second: Sequence[Sequence[str]]) -> bool:
    """The first row names the columns: words, several of them known, and unlike the rows below."""
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    # Two known words in a row of names could be persons'; a digit or an @ is never part of most names.
    if len(filled) < max(1, len(cells) // 2) or len(set(filled)) < len(filled):
        return False
    if any(_looks_like_data(cell) for cell in filled):
        return False
    known = sum(named_meaning(cell) is not None for cell in filled)
    below = [cell for row in second[:5] for cell in row if cell.strip()]
    return (
        known >= 2
        or (known == 1 and len(filled) <= 3)
        or (bool(below) and any(map(_looks_like_data, below)) and known >= 1)
    )


def _looks_like_data(cell: str) -> bool:
    return (
        "@" in cell or len(cell) > _LONGEST_NAME or bool(re.search(r"\d{3}", cell)) or _DATE.fullmatch(cell) is not None
    )


def unnamed_people(meanings: Sequence[Meaning], samples: Sequence[Sequence[str]]) -> list[Meaning]:
    """Where no header tells: words beside personal data are a name and a first name, the oldest dates births."""
    result = list(meanings)
    personal = {Meaning.NIR, Meaning.EMAIL, Meaning.PHONE, Meaning.DATE, Meaning.SEX}
    if len(personal.intersection(result)) < 2:
        return result
    waiting = [Meaning.NAME, Meaning.FIRST_NAME]
    for number, cells in enumerate(samples):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if waiting and result[number] is Meaning.TEXT and filled and _share(_WORDS, filled) >= 0.9:
            result[number] = waiting.pop(0)
    dates = [number for number, meaning in enumerate(result) if meaning is Meaning.DATE]
    if dates and Meaning.BIRTH_DATE not in result:
        result[min(dates, key=lambda number: _median_year(samples[number]))] = Meaning.BIRTH_DATE
    return result


def _median_year(cells: Sequence[str]) -> int:
    years = sorted(int(found[0]) for cell in cells if (found := re.search(r"(?:18|19|20)\d\d", cell)))
    return years[len(years) // 2] if years else 9_999


def _share(shape: re.Pattern[str], cells: Sequence[str]) -> float:
    return sum(shape.fullmatch(cell) is not None for cell in cells) / len(cells)


def _is_flag(cells: Sequence[str]) -> bool:
    different = {cell.lower() for cell in cells}
    return different <= _FLAGS and (len(different) == 1 or len(cells) > 2)


def _is_iban(cell: str) -> bool:
    return 15 <= len(cell) <= 42 and cell[:2].isalpha() and bool(iban.is_valid(cell))
