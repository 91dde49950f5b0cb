"""What the poster asserts: an act, said in French, English, Russian or Turkish, upon data.

A claim needs a word of an act and a word for data near each other. The text is read undisguised
(`v3nds` as `vends`); leaks of water, gas and memory are blanked out first.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detectors.model import Act, Archive, Attachment, Claim, Finding, FindingKind, Quantity, RedactedText
from detectors.normalisation import Text, fold, undisguised
from detectors.redaction import cut, defang, redact, redact_string

_REACH = 200  # characters between the word of the act and the word for data

# Words are written as in the language and folded like the posts, so accents and case do not matter.
_ACTS: dict[Act, str] = {
    Act.SALE: r"vends?|vendre|vendeurs?|en vente|vente de|prix|séquestre|sell|selling|sells|seller|for sale|sale|price|"
    r"buyer|escrow|прода(?:м|ю|ё[тм]|ется|жа|жу)|цена|гарант|satılık|satıyor\w*|satış\w*|satılır|fiyat\w*|"
    r"[$€] ?\d[\d .,]{0,20}|\d[\d .,]{0,20} ?(?:€|\$|eur|euros?|usd|usdt|btc|xmr|eth)",
    Act.FREE: r"gratuit\w*|gratos|en libre accès|téléchargement libre|libre téléchargement|cadeau|offert\w*|free|"
    r"giveaway|бесплатн\w*|раздаю|раздача|даром|ücretsiz\w*|bedava",
    Act.LEAK: r"fuit\w*|dumps?|hackée?s?|piratée?s?|volée?s?|exfiltr\w*|leak\w*|breach\w*|stolen|hacked|слив\w*|"
    r"слил[аи]?|слит\w*|утек\w*|утечк\w*|взлом\w*|дамп\w*|sızdır\w*|sızıntı\w*|çalın\w*|hacklen\w*|"
    r"(?:dispo|disponibles?|échantillon)s?",
    Act.MIRROR: r"re-?up\w*|mirrors?|miroirs?|repartag\w*|reposts?|re-?uploads?|зеркал\w*|перезалив\w*|ayna\w*",
    Act.REQUEST: r"still available|i want to buy|want to buy|wtb|looking for|who (?:is|sells)|toujours dispo\w* ?\?|"
    r"(?:je|on) cherche|je recherche|qui vend|кто прода\w+|ищу|куплю|arıyorum|satın almak|kim satıyor",
    Act.THREAT: r"dernier avertissement|ne paie\w* pas|ne payez pas|je publie tout|last warning|pay \d\S* \w+ or|"
    r"pay us|final warning|заплатите|не заплат\w+|последнее предупреждение|ödeme yap\w*|son uyarı",
    Act.DISPUTE: r"scammers?|scam|arnaqu\w+|rippers?|c'est ma base|il (?:vous )?revend|(?:he|they) stole|stole my|"
    r"only seller|кидал\w*|кинул\w*|перепрода[её]т чужое|dolandırıcı\w*|benim veritabanım",
    Act.REPORT: r"enquêtes?|articles?|communiqués?|journalistes?|presse|selon|d'après|parquet|tribunal|cnil|news|"
    r"revealed|reportedly|journalists?|investigat\w+|prosecutors?|court|research note|researchers?|we analy[sz]ed|"
    r"сми|новост\w+|прокурат\w*|расследован\w*|исследован\w*|haber\w*|soruşturma\w*|gazete\w*|savcılı\w*",
    Act.DENIAL: r"déme(?:nt|nti|ntir|ntent)|den(?:y|ies|ied)|опроверг\w*|отрица\w*|yalanla\w*",
}
# The first that is said wins: a quarrel quotes prices, a report quotes the sale it reports.
_PRECEDENCE = (
    Act.DISPUTE,
    Act.THREAT,
    Act.DENIAL,
    Act.REPORT,
    Act.REQUEST,
    Act.MIRROR,
    Act.FREE,
    Act.SALE,
    Act.LEAK,
)
_DATA = (
    r"bases?|bdd|fichiers?|données|dumps?|dossiers?|fiches?|enregistrements|lignes|résultats d'analyses?|data|"
    r"databases?|datasets?|db|records?|rows|files?|samples?|leaks?|баз[аыуе]|дамп\w*|данны[ехм]\w*|файл\w*|строк\w*|"
    r"запис\w*|слив\w*|veri\w*|kayıt\w*|kaydı\w*|kayd[ıi]|dosya\w*|döküm\w*|satır\w*|patients? de|patients"
)
_PATIENTS = (
    r"patients?|patientes?|dossiers médicaux|données (?:médicales|de santé)|medical (?:records?|data)|health data|"
    r"пациент\w*|медицинск\w*|hastalar\w*|hastan[ıi]n|hasta|sağlık veri\w*|labos?|laboratoires?"
)
_FRENCH = r"france|français\w*|french|nir|n[°o] de sécu|sécu|mutuelle|carte vitale|франц\w*|fransa\w*|fransız\w*"
_NOT_A_LEAK = (
    r"fuites? d(?:e |')(?:eau|gaz|mémoire|huile|cerveaux|carburant|toit)\w*|fuite (?:mémoire|urinaire)|"
    r"(?:memory|water|gas|oil) leaks?|leaks? (?:memory|water)|утечк\w* (?:памяти|воды|газа)|"
    r"(?:bellek|su|gaz) (?:sızıntı|kaçağı)\w*"
)


def _pattern(alternatives: str) -> re.Pattern[str]:
    r"""Whole words or phrases, folded as the posts are; escapes such as `\w` stay as they are."""
    pieces = re.split(r"(\\.)", alternatives)
    folded = "".join(piece if piece.startswith("\\") else fold(piece).folded for piece in pieces)
    return re.compile(rf"(?<![^\W_])(?:{folded})(?![^\W_])")


_ACT_PATTERNS = {act: _pattern(_ACTS[act]) for act in _PRECEDENCE}
_DATA_PATTERN = _pattern(_DATA)
_PATIENTS_PATTERN = _pattern(_PATIENTS)
_FRENCH_PATTERN = _pattern(_FRENCH)
_NOT_A_LEAK_PATTERN = _pattern(_NOT_A_LEAK)

_UNITS = {
    "patients": r"patients?|patientes?|hastan?\w*|пациент\w*",
    "people": r"personnes|people|persons|kişi\w*|человек|assurés",
    "rows": r"lignes|rows|lines|satır\w*|строк\w*",
    "records": r"enregistrements|records?|entries|fiches|dossiers|kayıt\w*|запис\w*|карт\w*",
    "files": r"fichiers|files|dosya\w*|файл\w*",
}
_UNIT_PATTERNS = {unit: _pattern(words) for unit, words in _UNITS.items()}
_NUMBER = re.compile(
    r"(?<![\w.,@/^-])(?P<digits>\d{1,3}(?:[ .,']\d{3})+|\d+(?:[.,]\d{1,2})?) ?"
    r"(?P<times>k|m|mio|mille|milliers?|thousand|тыс\w*|bin|millions?|milyon|млн|миллион\w*)?(?![^\W_]|\^)"
)
_TIMES = {"k": 1_000, "b": 1_000, "t": 1_000, "т": 1_000, "m": 1_000_000, "м": 1_000_000}
_CURRENCY = re.compile(r"[€$£₽₺]|eur|euros?|usd|usdt|btc|xmr|eth|gb|go|mb|mo|tl|руб\w*")
_WORDS_TO_UNIT = 4  # words that may stand between a number and what it counts
_MOST = 10**12  # of anything; beyond it somebody jokes, or the number counts nothing
_MOST_BYTES = 2**53  # beyond it JSON readers lose digits

_HANDLE = re.compile(r"(?<![\w.@/])@[a-z][a-z0-9_]{4,31}(?![\w@]|\.[a-z])", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|ftp)://[^\s<>\"']+", re.IGNORECASE)
_ARCHIVE = re.compile(
    r"(?<![\w.\-])[\w\-]+(?:\.[\w\-]+)*\.(?:zip|rar|7z|tar|gz|tgz|sql|csv|xlsx?|json|bak|dump|mdb|txt)(?![\w])",
    re.IGNORECASE,
)
_PASSWORD = _pattern(r"mots? de passe|mdp|password|pass|pwd|пароль|şifre\w*|parola")


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """What a text claims, and the words that say so."""

    claim: Claim | None
    findings: tuple[Finding, ...]
    french_patients: bool  # it speaks of the health data of people in France


def find_claim(text: Text, files: Sequence[Attachment] = (), links: Sequence[str] = ()) -> ClaimReading:
    """What the poster asserts about data, if anything.

    >>> find_claim(fold("V3nds base de 491 840 patients")).claim.act
    <Act.SALE: 'sale'>
    >>> find_claim(fold("Fuite d'eau dans la salle des dossiers")).claim is None
    True
    """
    said = _NOT_A_LEAK_PATTERN.sub(lambda match: " " * len(match[0]), undisguised(text))
    french = bool(_PATIENTS_PATTERN.search(said) and _FRENCH_PATTERN.search(said))
    data = [match.start() for match in _DATA_PATTERN.finditer(said)]
    if not data:
        return ClaimReading(None, (), french)
    for act in _PRECEDENCE:
        for match in _ACT_PATTERNS[act].finditer(said):
            if _is_near(match.start(), data):
                return ClaimReading(_claim(act, text, files, links), (_finding(act, text, match),), french)
    return ClaimReading(None, (), french)


def _is_near(place: int, others: Sequence[int]) -> bool:
    """Whether another of these places, which are in order, is within reach."""
    first = bisect_left(others, place - _REACH)
    return any(other != place for other in others[first : first + 2] if other <= place + _REACH)


def _finding(act: Act, text: Text, match: re.Match[str]) -> Finding:
    start, end = text.raw_span(*match.span())
    return Finding(
        kind=FindingKind.CLAIM, label=act.value, start=start, end=end, confidence=0.8, reason=f"a word of a {act.value}"
    )


def _claim(act: Act, text: Text, files: Sequence[Attachment], links: Sequence[str]) -> Claim:
    # Found in the raw text, taken from the redacted one: half a number cut out of a text is no longer seen as one.
    redacted = redact(text)
    given = (cut(redacted, *match.span()).rstrip(".,;:)") for match in _LINK.finditer(text.raw))
    contacts = (cut(redacted, *match.span()) for match in _HANDLE.finditer(text.raw))
    return Claim(
        act=act,
        quantities=tuple(_quantities(fold(redacted).folded)),
        contacts=tuple(dict.fromkeys(contacts)),
        links=tuple(dict.fromkeys(defang(link) for link in (*given, *links))),
        archives=tuple(_archives(text.raw, redacted, files)),
        password_given=bool(_PASSWORD.search(text.folded)),
    )


def _quantities(folded: str) -> Iterator[Quantity]:
    """Numbers that count something: `491 840 patients`, `500k French records`, `38 тыс карт`."""
    seen: set[Quantity] = set()
    for match in _NUMBER.finditer(folded):
        unit = _unit_after(folded[match.end() : match.end() + 80])
        if unit:
            quantity = Quantity(value=_value(match["digits"], match["times"]), unit=unit)
            if 1 < quantity.value <= _MOST and quantity not in seen:
                seen.add(quantity)
                yield quantity


def _value(digits: str, times: str | None) -> int:
    """`491.840` and `491 840` are thousands, `1,2` before a million is not."""
    number = re.sub(r"[ .,'](?=\d{3})", "", digits).replace(",", ".")
    if len(number) > len(str(_MOST)):
        return 0
    times_what = 1 if times is None else _TIMES[times[0]]
    if times and times.startswith("mill") and "on" not in times:
        times_what = 1_000
    return round(float(number) * times_what)


def _unit_after(following: str) -> str | None:
    """The unit among the next few words of the same sentence."""
    sentence = re.split(r"[.;:!?\n]", following)[0]
    words = sentence.split()[:_WORDS_TO_UNIT]
    for word in (word.strip(",()+") for word in words):
        if _CURRENCY.fullmatch(word):
            return None
        for unit, pattern in _UNIT_PATTERNS.items():
            if pattern.fullmatch(word):
                return unit
    return None


def _archives(raw: str, redacted: RedactedText, files: Iterable[Attachment]) -> Iterator[Archive]:
    seen: set[str] = set()
    for attachment in files:
        if _ARCHIVE.fullmatch(attachment.name):
            seen.add(attachment.name)
            yield Archive(name=redact_string(attachment.name), size=size_in_bytes(attachment))
    for match in _ARCHIVE.finditer(raw):
        if match[0] not in seen:
            seen.add(match[0])
            yield Archive(name=cut(redacted, *match.span()), size=None)


def size_in_bytes(attachment: Attachment) -> int | None:
    """The size a place gives for a file, where it can be one."""
    size = attachment.size
    return size if size is not None and 0 <= size <= _MOST_BYTES else None
