"""What mails say, in French and English: one file a language, and how numbers and moments are written in it."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

_FOLDER = Path(__file__).parent / "locale"


class Words:
    """The words of one language."""

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self.language = language
        self._zone = zone
        self._texts = texts(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values in place; `n` chooses between .one and .many."""
        n = values.get("n")
        if key not in self._texts and isinstance(n, int):
            # In French nothing and one are singular, in English one alone is.
            key += ".one" if n == 1 or (n == 0 and self.language == "fr") else ".many"
        written = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self._texts[key].format(**written)

    def number(self, value: float, digits: int = 0) -> str:
        """491,840 or 491 840; 9.4 or 9,4."""
        whole, _, rest = f"{value:,.{digits}f}".partition(".")
        whole = whole.replace(",", self._texts["thousands"])
        return whole + (self._texts["decimal"] + rest if rest else "")

    def day(self, day: date) -> str:
        """Friday 27 November 2026."""
        months, weekdays = self._texts["months"].split(), self._texts["weekdays"].split()
        return self._texts["day"].format(
            weekday=weekdays[day.weekday()], number=day.day, month=months[day.month - 1], year=day.year
        )

    def short_day(self, day: date) -> str:
        """27 Nov."""
        month = self._texts["months_short"].split()[day.month - 1]
        return self._texts["short_day"].format(number=day.day, month_short=month)

    def moment(self, moment: datetime, today: date | None = None) -> str:
        """07:12, with the day where it is another one than today."""
        local = moment.astimezone(self._zone)
        clock = f"{local:%H:%M}"
        return clock if local.date() == today else f"{self.short_day(local.date())} {clock}"

    def today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()


@cache
def texts(language: Language) -> dict[str, str]:
    """Every key of a language, dotted."""
    document = tomllib.loads((_FOLDER / f"mail.{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat(document, ""))


def _flat(document: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)
