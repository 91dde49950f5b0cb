"""How a person is reached: e-mail addresses, telephone numbers, and the passwords shown beside addresses."""

import re

import phonenumbers

from detectors.data_patterns import IN_SHAPE_ONLY, PHONE_GAP, Pattern, as_long_as, groups

# ---------------------------------------------------------------- e-mail addresses

# Before a bare `at` these are prose, not an obfuscated address.
_PROSE = frozenset(
    "available hosted here look looking found posted download live sold site link is are now it us me".split()
)
_LOCAL = r"[\w.%+\-]+(?:['#&!$*~^][\w.%+\-]+)*"
_OPEN, _CLOSED = r"\s{0,2}[\[({<|*«]\s?", r"\s?[\])}>|*»]\s{0,2}"
_AT_WORD = r"(?:at|arr?obase?|собака)"
_DOT_WORD = r"(?:dot|point|точка|nokta)"
_AT = r"(?:[\"”»]?\s{0,2}@\s{0,2}|%(?:25)?40|&#(?:64|x40);|&commat;|" + rf"{_OPEN}(?:@|a|chez|{_AT_WORD}){_CLOSED})"
_DOT = rf"(?:\.|\s\.\s|{_OPEN}(?:\.|{_DOT_WORD}){_CLOSED})"
_SPACED_AT, _SPACED_DOT = rf"\s{{1,2}}{_AT_WORD}\s{{1,2}}", rf"\s{{1,2}}{_DOT_WORD}\s{{1,2}}"
_HOST = rf"(?:[\w\-]{{1,63}}(?:{_DOT}|{_SPACED_DOT})){{1,6}}[^\W\d_]{{2}}"

# Said before all else, for most words are followed by nothing of the kind, nor hold what such a sign begins with.
_WHOLE_LOCAL = r"[\w.%+\-]++(?:['#&!$*~^][\w.%+\-]++)*+"
_MAY_GO_ON = (
    rf"(?={_WHOLE_LOCAL}(?:[\"”»]?\s{{0,2}}@|&|{_OPEN}|\s{{1,2}}{_AT_WORD})|"
    r"(?:[^\W_]|[.+]|['#!$~^](?=[\w.%+\-]))*+[%&*_\-])"
)

_BRACKETED_AT = re.compile(rf"[\[({{<|*«]\s?(?:a|chez|{_AT_WORD})\s?[\])}}>|*»]")
_SIGNS_OF_AT = ("@", "%40", "%2540", "&#", "&commat", "_at_", "-at-", "arobas", "arrobas", "собака")


def _may_hold_an_address(folded: str) -> bool:
    return (
        any(map(folded.__contains__, _SIGNS_OF_AT))
        or ("at" in folded and "at" in folded.split())
        or _BRACKETED_AT.search(folded) is not None
    )


def _email_confidence(match: re.Match[str]) -> float:
    if match["sign"]:
        return 0.9
    if match["spelled"]:
        return 0.6
    return 0.0 if match["secret"] in _PROSE else IN_SHAPE_ONLY


EMAIL = Pattern(
    label="email",
    name="e-mail address",
    regex=re.compile(
        # Starts only where a run of such characters starts: a long run without @ costs its length, not its square.
        rf"(?<![\w.%+\-])(?<![\w.%+\-]['#&!$*~^]){_MAY_GO_ON}(?P<secret>{_LOCAL})(?="
        # Telegram names its own photographs photo_1@01-10-2020_12-30-45.jpg
        rf"(?P<sign>{_AT})(?!\d\d-\d\d-\d{{4}}_){_HOST}|"
        rf"(?P<spelled>{_SPACED_AT}(?:[\w\-]{{1,63}}{_SPACED_DOT}){{1,6}}[^\W\d_]{{2}}|"
        rf"[_\-]{_AT_WORD}[_\-](?:[^\W_]{{1,63}}[_\-]{_DOT_WORD}[_\-]){{1,6}}[^\W\d_]{{2}})|"
        rf"{_SPACED_AT}{_HOST})"
    ),
    confidence=_email_confidence,
    of_digits=False,
    hint=_may_hold_an_address,
    examples=(
        "ecrire à jeanne.exemple@courriel.test",
        "jeanne＠courriel.test",
        "jeanne [at] courriel [dot] test",
        "jeanne (arobase) courriel (point) test",
        "jeanne@\u200bcourriel.test;ok",
        "jeanne at courriel dot test",
        "jeanne_at_courriel_dot_test",
        "jeanne[@]courriel[.]test",
        "jeanne%40courriel.test",
        "jeanne&#64;courriel.test",
        "jeanne @ courriel . test",
        "jeanne@courriel.test0639980011",
    ),
    counter_examples=(
        "contact @un_vendeur",
        "contact @un_vendeur. Prix bas",
        "look at this",
        "prix @ 500",
        "meet at noon",
        "a point b",
        "jeanne at courriel.test",
        "photo_1@01-10-2020_12-30-45.jpg",
    ),
)

# ---------------------------------------------------------------- telephone numbers

_FOREIGN_GAP = r"[ .\-_·/()\ufffd]{0,3}"
_EIGHT_MORE = rf"(?:{PHONE_GAP}\d){{8}}"


def _french_phone_confidence(match: re.Match[str]) -> float:
    found = groups(match)
    before = match.string[max(0, match.start() - 5) : match.start()]
    # A register number of nine digits with a single digit behind it.
    return 0.0 if _looks_like_a_date(found, before) or [len(group) for group in found] == [9, 1] else 0.9


def _looks_like_a_date(groups: list[str], before: str) -> bool:
    """01 12 2020 10 30, 01-2020 1230, or 01-02_123456 after a year: day, month, year rather than a number."""
    if len(groups) < 3 or len(groups[0]) != 2:
        return False
    if int(groups[0]) <= 12 and _is_year(groups[1]):
        return True
    if len(groups[1]) != 2:
        return False
    if int(groups[0]) <= 31 and int(groups[1]) <= 12 and _is_year(groups[2]):
        return True
    in_pairs = all(len(group) == 2 for group in groups)
    return _is_year(before[:4]) and len(before) == 5 and int(groups[1]) <= 31 and not in_pairs


def _is_year(group: str) -> bool:
    return re.fullmatch(r"(?:19|20)[0-9]{2}", group) is not None


def _foreign_phone_confidence(match: re.Match[str]) -> float:
    written = match["secret"]
    number = re.sub(r"\(0\)|[^0-9]", "", written)
    try:
        parsed = phonenumbers.parse("+" + number.removeprefix("00"))
    except phonenumbers.NumberParseException:
        return 0.0 if not written.startswith("+") or _is_grouped_by_thousands(written) else IN_SHAPE_ONLY
    if phonenumbers.is_valid_number(parsed):
        return 0.9
    # Numbers the plan has not allotted (those reserved for fiction among them) still have the shape of one.
    if phonenumbers.is_possible_number(parsed):
        return 0.7
    return 0.0 if not written.startswith("+") or _is_grouped_by_thousands(written) else IN_SHAPE_ONLY


def _is_grouped_by_thousands(written: str) -> bool:
    return re.fullmatch(r"\+\d{1,3}(?:[ .]\d{3})+", written) is not None


FRENCH_PHONE = Pattern(
    label="phone",
    name="telephone number",
    regex=re.compile(
        r"(?<![0-9])(?=(?P<secret>(?:"
        rf"(?:\+|00){PHONE_GAP}33{PHONE_GAP}(?:0{PHONE_GAP})?[1-9]|33{PHONE_GAP}[1-9]|0{PHONE_GAP}[1-9]"
        rf"){_EIGHT_MORE})(?![0-9]))"
    ),
    confidence=_french_phone_confidence,
    hint=as_long_as(10, PHONE_GAP),
    examples=(
        "06 39 98 00 11",
        "tél:0639980011",
        "tel0639980011",
        "+33 6 39 98 00 11",
        "+33 (0)6 39 98 00 11",
        "(+33) 6 39 98 00 11",
        "0033639980011",
        "33639980011",
        "0 6 3 9 9 8 0 0 1 1",
        "(06) 39 98 00 11",
        "06/39/98/00/11",
        "06 - 39 - 98 - 00 - 11",
        "06%2039%2098%2000%2011",
        "０６３９９８００１１",
        "O6 39 98 0O 11",
        "né le 01 12 1955 06 39 98 00 11",
        "12\u200b0639980011",
    ),
    counter_examples=(
        "le 01 12 2020 10 30",
        "491 840 patients",
        "FINESS 010000024",
        "FINESS 010000024 5 lits",
        "26010004500012",
        "06:39:98",
        "sauvegarde_2020-01-02_123456.zip",
        "IMG_14-01-2020_1230.jpg",
    ),
)

_SEVEN_DIGITS = as_long_as(7, _FOREIGN_GAP)


def _may_hold_a_foreign_phone(seen: str) -> bool:
    return ("+" in seen or "00" in seen) and bool(_SEVEN_DIGITS(seen))


FOREIGN_PHONE = Pattern(
    label="phone",
    name="telephone number",
    regex=re.compile(
        rf"(?<![0-9])(?=(?P<secret>\+{_FOREIGN_GAP}[1-9](?:{_FOREIGN_GAP}\d){{6,14}}|"
        rf"00{_FOREIGN_GAP}[1-9](?:{_FOREIGN_GAP}\d){{7,13}})(?![0-9]))"
    ),
    confidence=_foreign_phone_confidence,
    hint=_may_hold_a_foreign_phone,
    examples=("+44 20 7946 0958", "+44 (0)20 7946 0958", "0044 20 7946 0958"),
    counter_examples=("+1 200 000 patients", "+33 %", "001 002 003"),
)

# ---------------------------------------------------------------- passwords beside what they open


def _password_confidence(match: re.Match[str]) -> float:
    return IN_SHAPE_ONLY if match["secret"].isalpha() and len(match["secret"]) < 6 else 0.8


PASSWORD = Pattern(
    label="password",
    name="password",
    # jeanne@courriel.test:secret, as combination lists have it; a line of its own may part them otherwise.
    regex=re.compile(
        r"@[\w.\-]{3,80}(?::|(?=[;|][^\s;|]{4,64}$)[;|])(?P<secret>(?!//)[^\s;|,\u2588]{4,64})", re.MULTILINE
    ),
    confidence=_password_confidence,
    of_digits=False,
    hint=re.compile(r"@[\w.\-]{3,80}[:;|]").search,
    examples=("jeanne@courriel.test:Printemps2019!", "jeanne@courriel.test|Printemps2019"),
    counter_examples=(
        "jeanne@courriel.test: bonjour",
        "https://a@b.test://x",
        "jeanne@courriel.test;ok",
        "@canal: gratuit",
    ),
)

SITE_PASSWORD = Pattern(
    label="password",
    name="password",
    # https://host/login:jeanne:secret, as thieves' programs write what they found in a browser.
    regex=re.compile(
        r"https?://[^\s:|]{4,200}(?::[0-9]{2,5}(?![0-9]))?[^\s:|]{0,200}[:|]"
        r"(?P<secret>[^\s:|/\u2588]{3,64}[:|][^\s:|/\u2588]{4,64})"
    ),
    confidence=lambda _: 0.8,
    of_digits=False,
    hint=re.compile(r"https?://[^\s:|]{4,200}[:|]").search,
    examples=("https://portail.test/login:jeanne:Printemps2019", "https://portail.test:8443/x|jeanne|Printemps2019"),
    counter_examples=("https://portail.test:8443/x", "https://portail.test/a:b", "voir https://portail.test : 12:30"),
)
