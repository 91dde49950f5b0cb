"""What is said of a person's health: blood group, coded diagnosis, drug, a free comment."""

import re
from collections.abc import Iterator

from detectors.data_patterns import Datum
from detectors.persons import Surroundings
from detectors.words_of_text import Spelling

_BLOOD = re.compile(
    r"(?<![\w+\-])(?P<said>(?:groupe sanguin|groupage|gs|blood(?: group| type)?|kan grubu|группа крови)\s?[:=]?\s?)?"
    r"(?P<group>(?:ab|a|b|o|0)\s?(?:rh(?:esus)?\s?)?(?:\+|-|pos(?:itif)?|neg(?:atif)?))(?![\w+\-])"
)
# Chapters A to Z of ICD-10 but U, a category of two digits, at most a decimal of three.
_DIAGNOSIS = re.compile(r"(?<![^\W_])[a-tv-z][0-9]{2}(?:\.?[0-9x]{1,3})?(?![^\W_])")
# Stems of international non-proprietary names (WHO), and drugs whose names have none.
_DRUG = re.compile(
    r"(?<![^\W_])(?:[a-z]{3,16}(?:pril|sartan|olol|statine?|prazole?|cilline?|mycine?|floxacine?|gliptine?|gliflozine?|zepam|"
    r"zolam|tidine|triptan|setron|azole|cycline|oxetine|azepine|pramine|apine|idone|vir|mab|tinib|xaban|parine|dipine|"
    r"thiazide|semide|glutide|nidazole|fibrate|dronate|caine|phylline|terol|sonide|metasone|solone|solol)|"
    r"metformine|doliprane|dafalgan|paracetamol|levothyrox|insuline|kardegic|plavix|tahor|lasilix|seresta|lexomil|xanax|"
    r"subutex|methadone|ritaline|depakine|tegretol|lyrica|tramadol|morphine|skenan|humira|tramal|previscan|coumadine|"
    r"ventoline|seretide|spasfon|imodium|augmentin|amoxicilline|zyprexa|risperdal|abilify|haldol|tercian|lithium|"
    r"mirena|truvada|biktarvy|genvoya|keytruda|herceptin|glivec|methotrexate|plaquenil|cortancyl|fentanyl|oxycontin)(?![^\W_])"
)
# What begins the word of a comment that a carer writes about a person.
_REMARK = re.compile(
    r"(?<![^\W_])(?:sourd|malentend|muet|aveugle|malvoyant|enceinte|grossesse|seropositi|vih|hiv|sida|diabet|alcool|toxico|"
    r"handicap|tutelle|curatelle|depressi|suicid|cancer|tumeur|metasta|chimio|allergi|hemipleg|parapleg|trisomi|autis|epilep|"
    r"dement|alzheimer|parkinson|hepatite|schizo|bipolai|obes|asthm|insuffisan|hypertend|infarctus|avc|ivg|fiv|pma|"
    r"fauteuil roulant|agressi|violent|impaye|mauvais payeur|ne parle pas|ne comprend pas|refuse|phobi|sous x|"
    r"deaf|blind|pregnant|diabet|alcoholic|addict|disabled|глух|беременн|инвалид|диабет|sagir|hamile|engelli)\w*"
)
_CLAUSE_END = re.compile(r"[\n.;|\t!?:()]|,(?= )| [-–—/] ")
_MOST_CLAUSE = 120
_UNTIL_BLANK = re.compile(r"\S*\s*")


def health_data(folded: str, spelling: Spelling, around: Surroundings, persons: frozenset[str]) -> Iterator[Datum]:
    """Health data near a datum that stands for a person (one of those labels)."""

    def is_near(start: int, end: int) -> bool:
        return any(datum.label in persons for datum, _ in around.near(start, end))

    for match in _BLOOD.finditer(folded):
        start, end = match.span("group")
        if match["said"] or (spelling.is_capital(start) and is_near(start, end)):
            yield Datum("blood_group", start, end, 0.8 if match["said"] else 0.6)
    for match in _DIAGNOSIS.finditer(folded):
        if spelling.is_capital(match.start()) and is_near(*match.span()):
            yield Datum("diagnosis", *match.span(), 0.6)
    for match in _DRUG.finditer(folded):
        if is_near(*match.span()):
            yield Datum("drug", *match.span(), 0.6)
    reached = 0
    for match in _REMARK.finditer(folded):
        if match.start() >= reached and is_near(*match.span()):
            start, reached = _clause(folded, *match.span(), around)
            yield Datum("comment", start, reached, 0.6)


def _clause(folded: str, start: int, end: int, around: Surroundings) -> tuple[int, int]:
    """The clause a span stands in, at most 120 characters to either side, up to the data beside it."""
    first = max(0, start - _MOST_CLAUSE)
    for match in _CLAUSE_END.finditer(folded, first, start):
        first = match.end()
    ending = _CLAUSE_END.search(folded, end, end + _MOST_CLAUSE)
    last = ending.start() if ending else min(len(folded), end + _MOST_CLAUSE)
    for datum, _ in around.near(start, end):
        if first < datum.end <= start:
            # Behind its domain, if it is an address: that stays.
            first = _behind_blanks(folded, datum.end) if datum.label == "email" else datum.end
        elif end <= datum.start < last:
            last = datum.start
    return min(start, max(first, _behind_blanks(folded, first) if folded[first : first + 1].isspace() else first)), last


def _behind_blanks(folded: str, place: int) -> int:
    """The first word's start behind the one at a place."""
    match = _UNTIL_BLANK.match(folded, place)
    return match.end() if match else place
