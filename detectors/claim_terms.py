"""What is asked for, and what years are spoken of: prices and periods."""

import re
from collections.abc import Iterator

from detectors.model import Price

_MOST = 10.0**12
_CURRENCIES = {
    "EUR": r"€|eur|euros?|balles|євро|евро|avro|يورو",
    "USD": r"\$|usd|usdt|dollars?|dolar\w*|bucks|долл\w*|бакс\w*|دولار",
    "GBP": r"£|gbp",
    "BTC": r"btc|bitcoins?|биткоин\w*|₿",
    "XMR": r"xmr|monero|монеро",
    "ETH": r"eth|ether",
    "LTC": r"ltc|litecoins?",
    "RUB": r"₽|rub|руб\w*",
    "TRY": r"₺|tl|lira",
}
_CURRENCY_OF = {currency: re.compile(pattern) for currency, pattern in _CURRENCIES.items()}
_ANY = "|".join(_CURRENCIES.values())
_AMOUNT = r"\d{1,3}(?:[ .,']\d{3}){1,4}(?!\d)|\d{1,12}(?:[.,]\d{1,8})?"
_PRICE = re.compile(
    rf"(?<![\w.,])(?:(?P<sign>[€$£₽₺₿]) ?(?P<after>{_AMOUNT})(?P<thousands>k(?![^\W_]))?|"
    rf"(?P<before>{_AMOUNT}) ?(?P<kilo>k(?= ?(?:{_ANY})))? ?(?P<word>{_ANY})(?![^\W_]))"
)
_BEGINS_PRICE = re.compile(r"[€$£₽₺₿\d]")
_MAY_BE_AMOUNT = re.compile(rf"[0-9](?: ?(?:{_ANY})|(?<=[$€£₽₺₿].)|(?<=[$€£₽₺₿] .))")
_PRICE_NAMED = re.compile(r"(?<![^\W_])(?:prix|tarif|price|цена|прайс|fiyat|precio|preis|السعر) ?:")
_BEST_OFFER = re.compile(
    r"meilleure offre|plus offrant|faire offre|best offer|make (?:an )?offer|price negotiable|prix a debattre|"
    r"pazarlikli|цена договорная|договорная|mejor oferta|angebote"
)
_SIGNS_OF_AN_OFFER = ("offr", "offer", "negotiable", "debattre", "pazarlikli", "договорная", "oferta", "angebote")

_MONTHS = {
    1: "janvier january jan января январь ocak enero januar",
    2: "fevrier february feb fevr февраля февраль subat febrero februar",
    3: "mars march mar марта март mart marzo marz",
    4: "avril april apr avr апреля апрель nisan abril",
    5: "mai may мая май mayis mayo",
    6: "juin june jun июня июнь haziran junio juni",
    7: "juillet july jul июля июль temmuz julio juli",
    8: "aout august aug августа август agustos agosto",
    9: "septembre september sept sep сентября сентябрь eylul septiembre",
    10: "octobre october oct октября октябрь ekim octubre oktober",
    11: "novembre november nov ноября ноябрь kasim noviembre",
    12: "decembre december dec декабря декабрь aralik diciembre dezember",
}
_MONTH_OF = {word: month for month, words in _MONTHS.items() for word in words.split()}
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_YEAR = r"(?:19[89]|20[0-3])\d"
_MOMENT = rf"(?:(?:{_MONTH})\.? {_YEAR}|(?:0[1-9]|1[0-2])[/.]{_YEAR}|{_YEAR}-(?:0[1-9]|1[0-2])(?!\d)|{_YEAR})"
_RANGE = re.compile(
    rf"(?<![\w/.-])({_MOMENT}) ?(?:-{{1,2}}|/|→|a|au|et|to|until|till|through|and|jusqu'(?:en|a)|до|по|ile|bis|y) ?"
    rf"({_MOMENT})(?![\w/-])"
)
_NAMED = re.compile(
    rf"(?<![^\W_])(?:periode|period|dates?|date range|дата|период|tarih|donem|annees?|"
    rf"year) ?[:=]? ?({_MOMENT})(?![\w/-])"
)
_A_YEAR = re.compile(_YEAR)
_SIGNS_OF_A_PERIOD = ("period", "date", "дата", "период", "tarih", "donem", "annee", "year")


def prices(read: str) -> tuple[Price, ...]:
    """What a folded text asks for, each once, in order; `best offer` has neither value nor currency.

    >>> [(each.value, each.currency) for each in prices("600€ en xmr, $2k, 0,05 btc, meilleure offre")]
    [(600.0, 'EUR'), (2000.0, 'USD'), (0.05, 'BTC'), (None, None)]
    """
    found = [price for match in _priced(read) if (price := _price(match))]
    if any(map(read.__contains__, _SIGNS_OF_AN_OFFER)) and _BEST_OFFER.search(read):
        found.append(Price(value=None, currency=None))
    return tuple(dict.fromkeys(found))


def price_spans(read: str) -> Iterator[tuple[int, int]]:
    """Where amounts of money stand, or `price:` with whatever behind it."""
    if _MAY_BE_AMOUNT.search(read):
        yield from (match.span() for match in _priced(read))
    if ":" in read:
        yield from (match.span() for match in _PRICE_NAMED.finditer(read))


def _priced(read: str) -> Iterator[re.Match[str]]:
    """The prices in order; looked for where a digit or a sign stands, for they begin with nothing else."""
    reached = 0
    for place in _BEGINS_PRICE.finditer(read):
        start = place.start()
        if start >= reached and (match := _PRICE.match(read, start)):
            reached = match.end()
            yield match


def _price(match: re.Match[str]) -> Price | None:
    amount, unit = match["after"] or match["before"], match["sign"] or match["word"]
    grouped = re.sub(r"[ .,'](?=\d{3}(?!\d))", "", amount).replace(",", ".")
    value = float(grouped) * (1_000 if match["thousands"] or match["kilo"] else 1)
    currency = next(name for name, pattern in _CURRENCY_OF.items() if pattern.fullmatch(unit))
    return Price(value=value, currency=currency) if 0 < value <= _MOST else None


def period(read: str) -> tuple[str, str] | None:
    """The years or months a folded text says its data are of, the first of them said.

    >>> period("dossiers 2015 - octobre 2020"), period("date: 02/2021")
    (('2015', '2020-10'), ('2021-02', '2021-02'))
    """
    years = len(_A_YEAR.findall(read))
    if years >= 2 and (match := _RANGE.search(read)):
        first, last = _moment(match[1]), _moment(match[2])
        return (first, last) if first[:4] <= last[:4] else None
    if years and any(map(read.__contains__, _SIGNS_OF_A_PERIOD)) and (match := _NAMED.search(read)):
        only = _moment(match[1])
        return only, only
    return None


def _moment(written: str) -> str:
    if len(written) == 7 and written[4] == "-":
        return written
    year = written[-4:]
    month = written[:-4].strip(" ./")
    if not month:
        return year
    return f"{year}-{int(month) if month.isdecimal() else _MONTH_OF[month]:02}"
