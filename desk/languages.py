"""The desk in French and English: catalogues read from their sources, and which one somebody is given.

`locale/fr.po` is the source and the only file: it is compiled in memory when the desk starts (a few milliseconds), so
that a fresh clone needs no build step and no compiled catalogue lies in the repository.
"""

import gettext
import io
import re
from collections.abc import Mapping
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("fr", "en")
OTHERWISE = "fr"  # for a browser that says nothing we know
NAMES = {"fr": "Français", "en": "English"}

_LOCALE = Path(__file__).parent / "locale"
_ASKED = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")


def catalogue(language: str) -> gettext.NullTranslations:
    """What words of the desk are in a language; English is what the code says."""
    if language == "en":
        return gettext.NullTranslations()
    with (_LOCALE / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def chosen_language(account: str | None, accepted: str) -> str:
    """The account's language, else the first of the browser's that there is.

    >>> chosen_language("en", "fr"), chosen_language(None, "de, en-GB;q=0.8, fr;q=0.9"), chosen_language(None, "")
    ('en', 'fr', 'fr')
    """
    if account in LANGUAGES:
        return str(account)
    asked: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        match = _ASKED.fullmatch(part)
        if match and match[1].lower() in LANGUAGES:
            asked.append((float(match[2] or 1), match[1].lower()))
    return max(asked, key=lambda each: each[0], default=(0.0, OTHERWISE))[1]


def marked(message: str) -> str:
    """A word to be translated where it is shown: it is only marked here, for the catalogue."""
    return message


Words = Mapping[str, str]
