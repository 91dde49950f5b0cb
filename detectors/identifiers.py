"""Numbers that stand for one person: social-security, bank account, carer's and hospital patient's numbers."""

import re
from itertools import accumulate

from stdnum import iban

from detectors.data_patterns import GAP, IN_SHAPE_ONLY, Pattern, as_long_as, digits, groups, luhn_is_right

# ---------------------------------------------------------------- social-security numbers

_NIR_BODY = digits("[1-478]", *[r"\d"] * 4, r"(?:\d" + GAP + r"\d|2" + GAP + "[abавαβ])", *[r"\d"] * 6)
_MAY_HOLD_A_NIR = as_long_as(13, letters="abавαβ")
_LATIN_CORSICA = str.maketrans("abавαβ", "ABABAB")


def _nir_confidence(match: re.Match[str]) -> float:
    """Sure with a right key (97 minus the rest, 2A and 2B counted as 19 and 18: INSEE, décret 82-103)."""
    found = groups(match)
    number = "".join(found)
    number = number if number.isdecimal() else number.translate(_LATIN_CORSICA)
    month = int(number[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return 0.0
    if len(number) == 15 and _key_is_right(number):
        return 1.0
    # A gap after 9 or 14 digits is an establishment's number with another number behind it.
    is_two_numbers = 1 < len(found) < len(number) and not {9, 14}.isdisjoint(accumulate(map(len, found[:-1])))
    return 0.0 if is_two_numbers else IN_SHAPE_ONLY


def _key_is_right(number: str) -> bool:
    # Not by stdnum: a hostile post may ask a hundred thousand times, and it takes ten times as long.
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdecimal() and int(number[13:]) == 97 - int(body) % 97


NIR = Pattern(
    label="nir",
    name="social-security number",
    regex=re.compile(rf"(?<![0-9])(?=(?P<secret>{_NIR_BODY}{GAP}[0-9]{GAP}[0-9])(?![0-9]))"),
    confidence=_nir_confidence,
    hint=_MAY_HOLD_A_NIR,
    examples=(
        "NIR 2550699999999 34",
        "2 55 06 99 999 999 34",
        "2.55.06.99.999.999-34",
        "２５５０６９９９９９９９９３４",
        "2550\u200b69999999934",
        "1 85 03 2A 990 012 43",
        "1 85 03 2\u0410 990 012 43",  # a Cyrillic A
        "1 85 03 2B 990 012 70",
        "7 55 06 99 999 999 75",  # a temporary number
        "8 55 06 99 999 999 25",
        "2 55 O6 99 999 999 34",
        "255069999999934 0639980011",
        "2 55 06 99 999 999 34 12 rue des Essais",
    ),
    counter_examples=("NIR 2550699999999 35", "order 12345", "255139999999934", "2020 2021 2022", "26010004500012"),
)

NIR_WITHOUT_KEY = Pattern(
    label="nir",
    name="social-security number",
    regex=re.compile(rf"(?<![0-9])(?=(?P<secret>{_NIR_BODY})(?![0-9]))"),
    confidence=_nir_confidence,
    hint=_MAY_HOLD_A_NIR,
    examples=(),  # nothing proves it: it is redacted, never counted
    counter_examples=("2550699999999", "130100045 2020", "26010004500012"),
)

# ---------------------------------------------------------------- bank accounts

# Country → characters of its account numbers: France and who its patients bank with.
_IBAN_LENGTHS = {"fr": 27, "mc": 27, "be": 16, "lu": 20, "de": 22, "ch": 21, "es": 24, "it": 27, "pt": 25, "nl": 18}
_IBAN_SHAPES = "|".join(
    rf"{country}{GAP}[0-9]{GAP}[0-9](?:{GAP}[0-9a-z]){{{length - 4}}}" for country, length in _IBAN_LENGTHS.items()
)


def _iban_confidence(match: re.Match[str]) -> float:
    number = "".join(groups(match))
    if sum(map(str.isdigit, number)) < 8:
        return 0.0
    if iban.is_valid(number, check_country=False):
        return 1.0
    return IN_SHAPE_ONLY if sum(map(str.isdigit, number)) >= 14 else 0.0


_FEWEST_DIGITS = re.compile("[0-9](?:[^0-9]*[0-9]){7}")
_COUNTRY_AND_KEY = re.compile(rf"(?:{'|'.join(_IBAN_LENGTHS)}){GAP}[0-9]{GAP}[0-9]")


def _may_hold_an_account(seen: str) -> bool:
    return _FEWEST_DIGITS.search(seen) is not None and _COUNTRY_AND_KEY.search(seen) is not None


IBAN = Pattern(
    label="iban",
    name="bank account number",
    regex=re.compile(rf"(?<![^\W_])(?=(?P<secret>{_IBAN_SHAPES}))"),
    confidence=_iban_confidence,
    hint=_may_hold_an_account,
    examples=(
        "FR76 3000 6000 0112 3456 7890 189",
        "IBAN:FR7630006000011234567890189",
        "fr76-3000-6000-0112-3456-7890-189",
        "ＦＲ７６ 3000 6000 0112 3456 7890 189",
        "BE71 0961 2345 6769",
        "FR7630006000011234567890189;0639980011",
    ),
    counter_examples=("FR76 3000 6000 0112 3456 7890 188", "FR 75 Paris", "de 12 000 lignes", "es 2020 2021 2022"),
)

# ---------------------------------------------------------------- carers' numbers


def _rpps_confidence(match: re.Match[str]) -> float:
    number = "".join(groups(match))
    if luhn_is_right(number):
        return 0.9
    return IN_SHAPE_ONLY if match["said"] else 0.0


RPPS = Pattern(
    label="rpps",
    name="carer's number (RPPS)",
    # Eleven digits, by themselves only where they begin as the numbers given out do; said to be one, in any way.
    regex=re.compile(
        rf"(?:(?P<said>rpps[^0-9\n]{{0,14}})|(?<![0-9])(?=10[0-9]{{9}}))(?P<secret>[0-9](?:{GAP}[0-9]){{10}})(?![0-9])"
    ),
    confidence=_rpps_confidence,
    hint=as_long_as(11),
    examples=("RPPS 10000000017", "n° RPPS : 1 0000 0000 17", "prescripteur;10000000017"),
    counter_examples=("10000000018", "t.me/c/1000000001/8", "FINESS 010000024"),
)

_ADELI_SAID = r"adeli[^0-9\n]{0,14}"

ADELI = Pattern(
    label="adeli",
    name="carer's number (ADELI)",
    # Nine digits like a FINESS number: only where it is said to be one.
    regex=re.compile(rf"{_ADELI_SAID}(?P<secret>[0-9]{GAP}[0-9ab](?:{GAP}[0-9]){{7}})(?![0-9])"),
    confidence=lambda _: 0.8,
    hint=re.compile("adeli").search,
    examples=("ADELI 99 1 00001 2", "n° Adeli : 2A1000012"),
    counter_examples=("FINESS 010000024", "fidélité 991000012"),
)

# ---------------------------------------------------------------- a hospital's numbers

_PATIENT_NUMBER = (
    r"(?:ipp|nda|ndos|iep|mrn|nip|id[ _\-]?patient|patient[ _\-]?id|"
    r"(?:n[o°]|num(?:ero)?|number)?[ _\-]?(?:de |du )?(?:patient|dossier|sejour|venue)"
    r"[ _\-]?(?:n[o°]|num(?:ero)?|number|id)|"
    r"(?:n[o°]|num(?:ero)?)[ _\-]?(?:de |du )?(?:patient|dossier|sejour|venue))"
)
_SIGNS_OF_A_PATIENT = ("ipp", "nda", "ndos", "iep", "mrn", "nip", "patient", "dossier", "sejour", "venue")

PATIENT_ID = Pattern(
    label="patient_id",
    name="hospital patient number",
    regex=re.compile(
        rf"(?<![^\W_]){_PATIENT_NUMBER}[\"']?[ :=#°]{{1,4}}[\"']?(?P<secret>[a-z]{{0,4}}[0-9][0-9a-z\-]{{3,19}})"
    ),
    confidence=lambda _: 0.7,
    hint=lambda seen: any(map(seen.__contains__, _SIGNS_OF_A_PATIENT)),
    examples=(
        "IPP 8004410237",
        "IPP: 80044102",
        "n° de dossier : A204077",
        "patient_id=8004410",
        '"ndos": "H0044102"',
        "NDA 330044102",
    ),
    counter_examples=("dossiers 491840", "agenda 20201201", "patients : 491840", "IPP 10%", "le dossier 12"),
)
