"""Says things in a reader's language where no template does: titles of marks, messages of errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from desk.said import said

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Teller:
    """A language, as code speaks it."""

    language: str
    translate: Callable[[str], str]
    number: Callable[[int], str]

    def say(self, message: str, **values: object) -> str:
        """A message of the code."""
        return self.translate(message) % values

    def word(self, value: Value, of: Mapping[Value, str]) -> str:
        """A value of another room."""
        return self.translate(of[value]) if value in of else str(value)

    def sentence(self, text: str) -> str | None:
        """A sentence the detectors made; nothing where there is no translation."""
        return text if self.language == "en" else said(text, self.translate, self.number)


def _as_it_is(message: str) -> str:
    return message


ENGLISH = Teller("en", _as_it_is, "{:,}".format)
