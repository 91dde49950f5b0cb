"""How much a text speaks of: `491 840 patients`, `500k records`, `half a million rows`, `750к строк`, `40 Go`."""

import re

from detectors.model import Quantity

_MOST = 10**12  # of anything; beyond it somebody jokes, or the number counts nothing
_WORDS_TO_UNIT = 4  # words that may stand between a number and what it counts
_WINDOW = 80  # characters behind a number that are looked at

_UNITS = {
    "patients": r"patient(?:e?s)?|hasta(?!ne)\w*|пациент\w*|pacientes?|patienten|مريض|المرضى|مرضى",
    "people": r"personnes?|people|persons?|individuals|kisi\w*|человек|assures?|personas|personen|citizens",
    "rows": r"lignes?|rows?|lines?|satir\w*|строк\w*|filas|zeilen|سطر",
    "records": r"enregistrements?|records?|entries|entrees|fiches?|dossiers?|kayit\w*|kaydi\w*|запис\w*|карт\w*|"
    r"registros|expedientes|datensatze|سجل",
    "files": r"fichiers?|files?|dosya\w*|файл\w*|documents?|archivos|dateien|документ\w*",
    "accounts": r"comptes?|accounts?|аккаунт\w*|hesap\w*|cuentas|konten",
}
_UNIT_OF = {unit: re.compile(pattern) for unit, pattern in _UNITS.items()}
_SIZES = {
    r"go|gb|gib|gigaoctets?|gigabytes?|гб|гигабайт\w*": 1,
    r"to|tb|tib|teraoctets?|terabytes?|тб|терабайт\w*": 1_000,
    r"mo|mb|mib|megaoctets?|megabytes?|мб|мегабайт\w*": None,
}
_SIZE_OF = {re.compile(pattern): times for pattern, times in _SIZES.items()}
_SIZE = "|".join(_SIZES)
_SCALES = {
    r"k|к|mille|mil|milliers?|thousand|тыс\w*|bin|tausend|الف": 1_000,
    r"m|м|mio|millions?|million|millones|milyon|млн|миллион\w*|millionen|مليون": 1_000_000,
}
_SCALE_OF = {re.compile(pattern): times for pattern, times in _SCALES.items()}
_SCALE = "|".join(_SCALES)
_NUMBER = re.compile(
    # The digit first, then what may not stand before it: only places with a digit are tried.
    r"(?P<digits>\d(?<![\w.,@/^-]\d)(?:\d{0,2}(?:[ .,']\d{3})+|\d*(?:[.,]\d{1,2})?))"
    rf" ?(?P<scale>{_SCALE})?"
    rf"(?: ?(?P<size>{_SIZE}))?(?![^\W_]|\^)"
)
_NUMBER_WORDS = {
    "half a": 0.5, "un demi": 0.5, "demi": 0.5, "yarim": 0.5, "a": 1, "un": 1, "one": 1, "bir": 1, "ein": 1, "eine": 1,
    "deux": 2, "two": 2, "iki": 2, "два": 2, "две": 2, "trois": 3, "three": 3, "uc": 3, "три": 3, "quatre": 4,
    "four": 4, "четыре": 4, "cinq": 5, "five": 5, "bes": 5, "пять": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8,
    "eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "on": 10, "десять": 10, "douze": 12, "twelve": 12,
    "quinze": 15, "fifteen": 15, "пятнадцать": 15, "vingt": 20, "twenty": 20, "двадцать": 20, "yirmi": 20,
    "trente": 30, "thirty": 30, "тридцать": 30, "quarante": 40, "forty": 40, "сорок": 40, "cinquante": 50,
    "fifty": 50, "elli": 50, "пятьдесят": 50, "soixante": 60, "cent": 100, "a hundred": 100, "one hundred": 100,
    "yuz": 100, "сто": 100, "deux cent": 200, "two hundred": 200, "двести": 200, "trois cent": 300,
    "three hundred": 300, "триста": 300, "cinq cent": 500, "five hundred": 500, "пятьсот": 500, "bes yuz": 500,
}  # fmt: skip
_SPELLED = re.compile(
    rf"(?<![^\W_])(?:(?P<number>{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})[ -]"
    r"(?P<scale>mille|millions?|thousand|million|тысяч\w*|миллион\w*|bin|milyon|millionen)|(?P<half>полмиллиона))(?![^\W_])"
)
_SIGNS_OF_SPELLED = ("mil", "thousand", "тысяч", "bin", "полмиллиона")  # one of them is in every spelled number
_BEFORE = re.compile(r"([^\W\d_]+)(?: \([^()\n]{0,12}\))? ?[:=] ?\+?$")
_CURRENCY = re.compile(r"[€$£₽₺]\w*|eur|euros?|usd|usdt|btc|xmr|eth|ltc|tl|руб\w*|долл\w*|бакс\w*|dolar|balles|bucks")
_SENTENCE_END = re.compile(r"[;:!?\n|•]|\.(?!\d)")
_YEAR = re.compile(r"(?:19[5-9]|20[0-3])\d")


def quantities(read: str) -> tuple[Quantity, ...]:
    """What is counted in a folded text, each once, in order. Sizes are whole gigabytes, or else megabytes.

    >>> [(each.value, each.unit) for each in quantities("491 840 patients, 1,2m lignes, half a million people, 2,5 go")]
    [(491840, 'patients'), (1200000, 'rows'), (500000, 'people'), (2500, 'MB')]
    """
    found = [(match.start(), quantity) for match in _NUMBER.finditer(read) if (quantity := _counted(read, match))]
    spelled = _SPELLED.finditer(read) if any(map(read.__contains__, _SIGNS_OF_SPELLED)) else ()
    for match in spelled:
        value = _spelled(match)
        if unit := _unit_after(read[match.end() : match.end() + _WINDOW]):
            found.append((match.start(), Quantity(value=value, unit=unit)))
    return tuple(dict.fromkeys(quantity for _, quantity in sorted(found, key=lambda each: each[0])))


def _counted(read: str, match: re.Match[str]) -> Quantity | None:
    value = _value(match["digits"], match["scale"])
    if match["size"]:
        return _size(value, match["size"])
    following = read[match.end() : match.end() + _WINDOW]
    unit = _unit_after(following)
    if unit and _YEAR.fullmatch(match[0].strip()) and _unit_of(following.split()[0]) is None:
        return None
    if unit is None and (before := _BEFORE.search(read[max(0, match.start() - 32) : match.start()])):
        unit = _unit_of(before[1])
    return Quantity(value=round(value), unit=unit) if unit and 1 < round(value) <= _MOST else None


def _size(value: float, written: str) -> Quantity | None:
    if not 0 < value <= _MOST:
        return None
    times = next(times for pattern, times in _SIZE_OF.items() if pattern.fullmatch(written))
    if times is None:
        return Quantity(value=max(1, round(value)), unit="MB")
    whole = value * times
    if whole % 1 == 0:
        return Quantity(value=round(whole), unit="GB")
    return Quantity(value=round(whole * 1_000), unit="MB")


def _value(digits: str, scale: str | None) -> float:
    """`491.840` and `491 840` are thousands, `1,2` before a million is not."""
    number = re.sub(r"[ .,'](?=\d{3})", "", digits).replace(",", ".")
    if len(number) > len(str(_MOST)):
        return 0
    return float(number) * (_times(scale) if scale else 1)


def _times(scale: str) -> int:
    return next(times for pattern, times in _SCALE_OF.items() if pattern.fullmatch(scale))


def _spelled(match: re.Match[str]) -> int:
    if match["half"]:
        return 500_000
    return round(_NUMBER_WORDS[match["number"]] * (1_000_000 if _is_million(match["scale"]) else 1_000))


def _is_million(scale: str) -> bool:
    return scale.startswith(("million", "milyon", "миллион"))


def _unit_after(following: str) -> str | None:
    """The unit among the next few words of the same sentence; another number or a currency comes in between."""
    words = _SENTENCE_END.split(following, maxsplit=1)[0].split()[:_WORDS_TO_UNIT]
    for word in (word.strip(",()+*\"'«»").removeprefix("d'").removeprefix("l'") for word in words):
        if _CURRENCY.fullmatch(word) or word[:1].isdigit():
            return None
        if unit := _unit_of(word):
            return unit
    return None


def _unit_of(word: str) -> str | None:
    word = word.strip(",()+*\"'")
    return next((unit for unit, pattern in _UNIT_OF.items() if pattern.fullmatch(word)), None)
