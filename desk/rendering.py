"""Templates and the few ways values are written on a page. Everything is escaped; nothing is marked safe."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk import words
from desk.asking import Ask
from desk.languages import LANGUAGES, NAMES, catalogue, marked
from desk.telling import Teller
from desk.visible import pieces, visible
from detectors.model import Price, Severity

Item = TypeVar("Item")

_UNITS = ("kB", "MB", "GB", "TB")
_FRENCH_UNITS = {"byte": "octet", "kB": "ko", "MB": "Mo", "GB": "Go", "TB": "To"}
_UNITS_OF_TIME = ((86_400, marked("%(n)s d")), (3_600, marked("%(n)s h")), (60, marked("%(n)s min")))
_HEADLINE = 160  # characters
_SYMBOLS = {Severity.LOW: "○", Severity.MEDIUM: "◐", Severity.HIGH: "▲", Severity.CRITICAL: "◆"}
_SPACE = "\u202f"  # between thousands, in French


class Renderer:
    """Makes pages, in each language, with times of one zone."""

    def __init__(self, zone: ZoneInfo, version: str) -> None:
        self._version = version
        self.zone = zone
        self._environments = {language: _environment(language, zone) for language in LANGUAGES}

    def page(self, template_name: str, ask: Ask | None, /, **values: object) -> str:
        """A page, for whoever asks. Characters that no encoding can hold are replaced."""
        language = ask.language if ask else LANGUAGES[0]
        template = self._environments[language].get_template(template_name)
        page = template.render(ask=ask, language=language, version=self._version, zone=self.zone.key, **values)
        return page.encode("utf-8", "replace").decode("utf-8")

    def teller(self, language: str) -> Teller:
        """What says a message of the code in a language."""
        found: Teller = self._environments[language].globals["teller"]  # type: ignore[assignment]
        return found


def utc_time(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def machine_time(moment: datetime) -> str:
    """RFC 3339, as `<time datetime>` takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_time(moment: datetime, zone: ZoneInfo, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment on the desk's clock."""
    return moment.astimezone(zone).strftime(form)


def file_size(size: int, language: str = "en") -> str:
    """A size in decimal units.

    >>> file_size(999), file_size(86_400_000), file_size(86_400_000, "fr")
    ('999 bytes', '86.4 MB', '86,4 Mo')
    """
    amount, name = float(size), "byte"
    for unit in _UNITS:
        if amount < 999.95:
            break
        amount, name = amount / 1_000, unit
    digits = f"{amount:,.0f}" if name == "byte" else f"{amount:,.1f}"
    if language == "fr":
        digits = digits.replace(",", _SPACE).replace(".", ",")
        name = _FRENCH_UNITS[name]
    return f"{digits} {name}{'s' if name in ('byte', 'octet') and size != 1 else ''}"


def thousands(number: int, language: str = "en") -> str:
    """A number with its thousands apart."""
    return f"{number:,}".replace(",", _SPACE) if language == "fr" else f"{number:,}"


def percent(share: float, language: str = "en") -> str:
    """A share as a percentage."""
    return f"{share:.0%}".replace("%", f"{_SPACE}%") if language == "fr" else f"{share:.0%}"


def headline(text: str | None) -> str:
    """The first line of a text that says something, cut.

    >>> headline(chr(10) + " Base of patients " + chr(10) + "second line")
    'Base of patients'
    """
    line = next(filter(None, map(str.strip, (text or "").splitlines())), "")
    return line if len(line) <= _HEADLINE else line[: _HEADLINE - 1].rstrip() + "…"


def at_most(items: Sequence[Item], most: int) -> Sequence[Item]:
    """No more items than a page should hold."""
    return items[:most]


def symbol(severity: Severity) -> str:
    """A sign for a severity, so that colour is never alone."""
    return _SYMBOLS[severity]


def _price(asked: Price, say: Callable[[str], str], language: str) -> str:
    """What is asked, with its currency; at most eight digits behind the point."""
    if asked.value is None:
        return say(marked("best offer"))
    digits = f"{asked.value:,.8f}".rstrip("0").rstrip(".")
    if language == "fr":
        digits = digits.replace(",", _SPACE).replace(".", ",")
    return f"{digits} {asked.currency}"


def _duration(taken: timedelta | None, say: Callable[..., str]) -> str:
    """About how long, in one unit."""
    if taken is None:
        return "—"
    seconds = max(0, int(taken.total_seconds()))
    for size, form in _UNITS_OF_TIME:
        if seconds >= 2 * size:
            return say(form) % {"n": seconds // size}
    return say(marked("%(n)s s")) % {"n": seconds}


def _environment(language: str, zone: ZoneInfo) -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    known = catalogue(language)
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(known.gettext, known.ngettext, newstyle=True)  # type: ignore[attr-defined]
    count = partial(thousands, language=language)

    teller = Teller(language, known.gettext, count)
    made.filters.update(
        pieces=pieces,
        visible=visible,
        local_time=partial(local_time, zone=zone),
        local_day=partial(local_time, zone=zone, form="%Y-%m-%d"),
        utc_time=utc_time,
        machine_time=machine_time,
        file_size=partial(file_size, language=language),
        thousands=count,
        percent=partial(percent, language=language),
        headline=headline,
        at_most=at_most,
        symbol=symbol,
        price=lambda asked: _price(asked, known.gettext, language),
        duration=lambda taken: _duration(taken, known.gettext),
        word=teller.word,
        sentence=teller.sentence,
        seconds=lambda number: timedelta(seconds=number),
    )
    made.globals.update(teller=teller, words=words, languages=NAMES, zip=zip)
    return made
