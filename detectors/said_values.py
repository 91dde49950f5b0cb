"""What a label says of the value behind it: which of them are personal data."""

import re
from collections.abc import Callable, Iterator, Sequence

from detectors.data_patterns import IN_SHAPE_ONLY, Datum
from detectors.labelled_values import Labelled
from detectors.person_words import NO_NAMES, PARTICLES
from detectors.persons import Surroundings
from detectors.records import SELLERS_WORDS

# Also what a product, a file or an organisation has; they count beside other data.
_COMMON_LABELS = frozenset("nom name contact_urgence titulaire client full_name nombre ad adi имя".split())
_NAME = re.compile(r"[^\W\d_](?:[\w'.]|[ \-]{1,2}(?=[^\W\d_])|, (?=[^\W\d_])){1,60}")
_WORD = re.compile(r"[^\W\d_]+")
_DATE_LIKE = re.compile(r"[0-9](?:[0-9 ./\-_]{4,18}|[0-9]?(?:er)?\s[^\W\d_]{3,9}\.?,?\s[0-9])[0-9]{1,3}")
_BLOOD = re.compile(r"(?:ab|a|b|o|0)\s?(?:rh\w{0,5}\s?)?(?:[+\-]|pos\w{0,5}|neg\w{0,5})")
_PASSWORD = re.compile(r"(?!https?:|www\.|@\w{4})[^\s\u2588]{4,64}")
_POSTCODE = re.compile(r",?\s?(?<![0-9])[0-9]{5}(?![0-9])")
_MOST_ADDRESS = 100
_FILE = 500  # characters that what is noted of one person may take


def said_values(
    folded: str,
    labelled: Sequence[Labelled],
    is_capital: Callable[[int], bool],
    organisations: frozenset[int],
    *,
    alone: bool,
) -> Iterator[Datum]:
    """The labelled values that are personal data; `alone`: nothing else in the text is."""
    alone = alone and len({value.label for value in labelled}) < 2
    for value in labelled:
        match value.meaning:
            case "name":
                yield from _name(folded, value, is_capital, organisations, alone=alone)
            case "birth_date":
                if date := _DATE_LIKE.match(folded, value.start, value.end):
                    yield Datum("birth_date", *date.span(), 0.9)
            case "address":
                yield from _address(folded, value)
            case "password":
                if secret := _PASSWORD.match(folded, value.start, value.end):
                    yield Datum("password", *secret.span(), IN_SHAPE_ONLY if secret[0].isalpha() else 0.7)
            case "blood_group":
                if group := _BLOOD.match(folded, value.start, value.end):
                    yield Datum("blood_group", *group.span(), 0.8)


def _name(
    folded: str,
    value: Labelled,
    is_capital: Callable[[int], bool],
    organisations: frozenset[int],
    *,
    alone: bool,
) -> Iterator[Datum]:
    name = _NAME.match(folded, value.start, value.end)
    if name is None or name.start() in organisations or (alone and value.label in _COMMON_LABELS):
        return
    first = next((word for word in _WORD.finditer(name[0]) if word[0] not in PARTICLES), None)
    if first is None or first[0] in NO_NAMES or (alone and not is_capital(name.start() + first.start())):
        return
    yield Datum("name", name.start(), name.start() + len(name[0].rstrip(" '-.")), 0.7)


def _address(folded: str, value: Labelled) -> Iterator[Datum]:
    end = min(value.end, value.start + _MOST_ADDRESS)
    postcode = _POSTCODE.search(folded, value.start, end)
    end = postcode.start() if postcode else end
    written = folded[value.start : end]
    # A place on the web and a wallet have no blanks; a mailbox has its own pattern.
    if " " in written.strip() and "@" not in written and "://" not in written:
        yield Datum("address", value.start, value.start + len(written.rstrip()), 0.6 if written[0].isdigit() else 0.3)


def remarks(
    folded: str, labelled: Sequence[Labelled], around: Surroundings, persons: frozenset[str]
) -> Iterator[Datum]:
    """The labelled remarks upon a person: near a datum that stands for one, further away without a seller's words."""
    for value in labelled:
        if value.meaning != "comment":
            continue
        is_near = any(datum.label in persons for datum, _ in around.near(value.label_start, value.end))
        if is_near or (
            around.holds(persons, value.label_start - _FILE, value.end + _FILE)
            and not SELLERS_WORDS.search(folded, value.start, value.end)
        ):
            yield Datum("comment", value.start, value.end, 0.6)
