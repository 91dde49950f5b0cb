"""When and where a person was born and lives: birth dates and postal addresses in a folded text."""

import re
from collections.abc import Callable, Iterator

from detectors.data_patterns import IN_SHAPE_ONLY, Datum
from detectors.person_words import PARTICLES

_MONTHS = (
    "janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|"
    "dec(?:embre)?|january|february|march|april|may|june|july|august|september|october|november|december|"
    "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?P<{}>(?:18|19|20)[0-9]{{2}})"
_BETWEEN = r"\s?[./\-_ ]\s?"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_DAY}(?P<gap>{_BETWEEN}){_MONTH}{_BETWEEN}{_YEAR.format('last')}|"
    rf"{_YEAR.format('first')}[./\-]{_MONTH}[./\-]{_DAY}|"
    rf"{_DAY}(?:er)?\s(?:{_MONTHS})\.?,?\s{_YEAR.format('named')})(?![0-9])"
)
# After its label any digits in such a shape are a birth date: two of the year, none between, spaced out.
_SAID_DATE = re.compile(
    rf"(?:{_DAY}(?:er)?\s(?:{_MONTHS})\.?,?\s[0-9]{{2,4}}|[0-9](?:\s?[./\-_ ]?\s?[0-9]){{5,7}})(?![0-9])"
)
_ANY_YEAR = re.compile("(?:18|19|20)[0-9]{2}")
_SAID = re.compile(
    r"(?<![^\W_])(?:ne(?:\(?e\)?)?\s?(?:le)?|ddn|dn|d\.?o\.?b\.?|(?:date\s(?:de\s)?)?naiss(?:ance)?|born(?:\son)?|"
    r"birth\s?(?:date|day)?|date of birth|рожд\w*|родил\w+|д\.?\s?р\.?|dogum\w*(?:\starihi)?)"
    r"\s{0,2}[:=(]?\s{0,2}(?=[0-9])"
)
_SIGNS_OF_BIRTH = ("naiss", "ddn", "birth", "born", "dob", "d.o.b", " dn", "рожд", "родил", "д.р", "д. р", "dogum")
_BORN_IN_FRENCH = re.compile(r"(?<![^\W_])ne(?:e| ?\(e\))? ?(?:le|[0-9])")
# 12/05/1961 by the last digit of its day, 1961-05 by the first one of its year: only places with a digit are tried.
OLD_DATE = re.compile(
    r"[0-9](?:[./\-][01]?[0-9][./\-](?:19[2-9]|20[01])[0-9]|"
    r"(?:(?<=1)9[2-9]|(?<=2)0[01])[0-9][./\-][01][0-9][./\-])"
)
_YOUNGEST = 2015  # beside a mere address a later date is rather when something was posted


def said_birth_dates(folded: str) -> Iterator[Datum]:
    """The dates said to be of a birth."""
    if speaks_of_birth(folded):
        for said in _SAID.finditer(folded):
            date = _DATE.match(folded, said.end()) or _SAID_DATE.match(folded, said.end())
            if date:
                yield Datum("birth_date", date.start(), date.end(), 0.9)


def speaks_of_birth(folded: str) -> bool:
    """Whether a text may say when somebody was born: a cheap test."""
    return any(map(folded.__contains__, _SIGNS_OF_BIRTH)) or (
        ("ne " in folded or "nee " in folded or "(e)" in folded) and _BORN_IN_FRENCH.search(folded) is not None
    )


def dates(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Every full date: its span, and whether a grown person may be born then."""
    if not _ANY_YEAR.search(folded):
        return
    for match in _DATE.finditer(folded):
        year = int(match["last"] or match["first"] or match["named"])
        yield match.start(), match.end(), 1900 <= year <= _YOUNGEST


# ---------------------------------------------------------------- postal addresses

_STREETS = (
    "rue|r|avenue|av|ave|bd|bld|blvd|boulevard|allees?|all|chemin|che|chem|impasse|imp|place|pl|route|rte|quai|cours|"
    "square|sq|passage|faubourg|fbg|fg|esplanade|sentier|sente|villa|cite|clos|lotissement|lot|hameau|lieu[ -]dit|"
    "residence|res|montee|venelle|traverse|promenade|mail|rond[ -]point|domaine|cour|ruelle|chaussee|parvis|voie"
)
_HEAD = re.compile(rf"(?<![^\W_])[0-9]{{1,4}}[ ]?(?:bis|ter|quater|[a-d])?[ ]?,?[ ](?P<kind>{_STREETS})\b\.?\s{{0,2}}")
ADDRESS_HINT = re.compile(rf"[0-9]\s?(?:bis|ter|quater|[a-d])?[ ]?,?[ ](?:{_STREETS})\b")
_NEXT = re.compile(r"(?P<gap>[ \-]{1,2}| ?' ?|\.? ?)(?P<word>[^\W_]+)")
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 8
# Also words: `3 r`, `2 all`, `1 mail`, `2 lot`. A capital or a particle must follow them.
_DOUBTFUL_STREETS = frozenset("r all lot mail cours voie av cour pl res place villa cite che imp sq domaine".split())


def addresses(folded: str, is_capital: Callable[[int], bool]) -> Iterator[Datum]:
    """Street and number; the postcode and the town stay, they tell where a leak comes from."""
    reached = 0
    for head in _HEAD.finditer(folded):
        if head.start() < reached:
            continue
        end, names = _street_name(folded, head.end(), is_capital)
        if names and (
            head["kind"] not in _DOUBTFUL_STREETS or is_capital(head.end()) or _is_linked(folded, head.end())
        ):
            reached = end
            yield Datum("address", head.start(), end, 0.7)
        elif names:
            yield Datum("address", head.start(), end, IN_SHAPE_ONLY)


def _is_linked(folded: str, start: int) -> bool:
    word = _WORD.match(folded, start)
    return word is not None and word[0] in PARTICLES


def _street_name(folded: str, start: int, is_capital: Callable[[int], bool]) -> tuple[int, int]:
    """Where a street's name ends, and how many words it has: its first, then what is spelled as a name."""
    end = reached = start  # reached: also behind particles that no name follows yet
    names, gap_may_be_stop = 0, True
    for _ in range(_MOST_WORDS):
        following = _NEXT.match(folded, reached)
        if following is None:
            break
        gap, word = following["gap"], following["word"]
        if (
            (reached > start and not gap)
            or ("." in gap and not gap_may_be_stop)
            or (word.isdecimal() and len(word) == 5)
        ):
            break
        reached, gap_may_be_stop = following.end(), len(word) <= 3
        if word in PARTICLES and gap != "-":
            continue
        if names and gap != "-" and not is_capital(following.start("word")):
            break
        names, end = names + 1, reached
    return end, names
