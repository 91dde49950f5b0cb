"""What a page was asked for, read from its address and written back into links."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

from detectors.model import Severity, State
from storage.filters import AlertFilter

Choice = TypeVar("Choice", bound=Enum)

_NUMBER = re.compile(r"[0-9]{1,9}")
_LONGEST_WORDS = 200  # characters


class QueryError(Exception):
    """The address asks for something that does not exist. The text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which alerts of the list, and which page of them."""

    severity: Severity | None = None
    state: State | None = None
    source: str | None = None
    entity: str | None = None
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        return replace(self, page=1) != Query()

    def wanted(self, limit: int) -> AlertFilter:
        """The same question, as the store takes it."""
        return AlertFilter(
            severities=(self.severity,) if self.severity else (),
            states=(self.state,) if self.state else (),
            source=self.source,
            entity=self.entity,
            limit=limit,
        )

    def link(self, path: str = "/", page: int | None = None) -> str:
        """A link that keeps the question."""
        asked = {
            "severity": self.severity.label if self.severity else None,
            "state": self.state.value if self.state else None,
            "source": self.source,
            "entity": self.entity,
            "page": page if page is not None else self.page,
        }
        said = {key: value for key, value in asked.items() if value and (key, value) != ("page", 1)}
        return f"{path}?{urlencode(said, errors='replace')}" if said else path


def read_query(params: Mapping[str, str]) -> Query:
    """The question of an address; what is left empty is not asked. Raises `QueryError`."""
    return Query(
        severity=_choice({severity.label: severity for severity in Severity}, params, "severity"),
        state=_choice({state.value: state for state in State}, params, "state"),
        source=params.get("source") or None,
        entity=params.get("entity", "").strip()[:_LONGEST_WORDS] or None,
        page=max(1, read_number(params, "page", 1)),
    )


def read_number(params: Mapping[str, str], key: str, otherwise: int) -> int:
    """A number of an address. Raises `QueryError`."""
    value = params.get(key)
    if not value:
        return otherwise
    if not _NUMBER.fullmatch(value):
        raise QueryError(f"{key} is a number")
    return int(value)


def _choice(choices: Mapping[str, Choice], params: Mapping[str, str], key: str) -> Choice | None:
    value = params.get(key)
    if not value:
        return None
    if value not in choices:
        raise QueryError(f"{key} is one of {', '.join(choices)}")
    return choices[value]
