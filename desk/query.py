"""What a page was asked for, read from its address and written back into links."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from detectors.model import Severity, State
from storage.filters import AlertFilter
from storage.queue import Order

Choice = TypeVar("Choice", bound=Enum)

OPEN = (State.NEW, State.IN_REVIEW)
_NUMBER = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DEPARTMENT = re.compile(r"[0-9][0-9AB][0-9]?")
_LONGEST_WORDS = 200  # characters


class QueryError(Exception):
    """The address asks for something that does not exist. The text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which alerts of the queue, in which order, and which page of them."""

    severity: Severity | None = None
    states: str = "open"  # open, all, or one state
    source: str | None = None
    entity: str | None = None
    department: str | None = None
    since: str | None = None  # days: 2026-11-01
    until: str | None = None
    words: str | None = None
    mine: bool = False
    order: Order = Order.RISK
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether more is asked than all that is open."""
        return replace(self, page=1, order=Order.RISK) != Query()

    def wanted(self, zone: ZoneInfo, me: str | None) -> AlertFilter:
        """The same question, as the store takes it; organisations and départements are looked up by the page."""
        return AlertFilter(
            severities=(self.severity,) if self.severity else (),
            states=OPEN if self.states == "open" else () if self.states == "all" else (State(self.states),),
            source=self.source,
            since=_midnight(self.since, zone),
            until=_midnight(self.until, zone, days=1),
            words=self.words,
            assignee=me if self.mine else None,
        )

    @property
    def asked(self) -> str:
        """The question as an address carries it, its page left out."""
        return self._encoded(None)

    def link(self, path: str = "/", page: int | None = None, **changed: str | None) -> str:
        """A link that keeps the question, but for what is changed."""
        said = self._encoded(page if page is not None else self.page, **changed)
        return f"{path}?{said}" if said else path

    def _encoded(self, page: int | None, **changed: str | None) -> str:
        asked: dict[str, object] = {
            "severity": self.severity.label if self.severity else None,
            "state": self.states if self.states != "open" else None,
            "source": self.source,
            "entity": self.entity,
            "department": self.department,
            "since": self.since,
            "until": self.until,
            "words": self.words,
            "mine": "1" if self.mine else None,
            "order": self.order.value if self.order is not Order.RISK else None,
            "page": page if page != 1 else None,
            **changed,
        }
        return urlencode({key: value for key, value in asked.items() if value}, errors="replace")


def read_query(params: Mapping[str, str]) -> Query:
    """The question of an address; what is left empty is not asked. Raises `QueryError`."""
    department = params.get("department", "").strip().upper()
    if department and not _DEPARTMENT.fullmatch(department):
        raise QueryError("department is a code such as 56, 2A or 974")
    states = params.get("state") or "open"
    if states not in ("open", "all"):
        states = (_choice({state.value: state for state in State}, params, "state") or State.NEW).value
    return Query(
        severity=_choice({severity.label: severity for severity in Severity}, params, "severity"),
        states=states,
        source=params.get("source") or None,
        entity=params.get("entity", "").strip()[:_LONGEST_WORDS] or None,
        department=department or None,
        since=_day(params, "since"),
        until=_day(params, "until"),
        words=params.get("words", "").strip()[:_LONGEST_WORDS] or None,
        mine=bool(params.get("mine")),
        order=_choice({order.value: order for order in Order}, params, "order") or Order.RISK,
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


def _day(params: Mapping[str, str], key: str) -> str | None:
    value = params.get(key, "").strip()
    if not value:
        return None
    try:
        if not _DAY.fullmatch(value):
            raise ValueError
        datetime.fromisoformat(value)
    except ValueError:
        raise QueryError(f"{key} is a day such as 2026-11-01") from None
    return value


def _midnight(day: str | None, zone: ZoneInfo, days: int = 0) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(day).date() + timedelta(days=days), time(), zone)
    except OverflowError:
        return None


def _choice(choices: Mapping[str, Choice], params: Mapping[str, str], key: str) -> Choice | None:
    value = params.get(key)
    if not value:
        return None
    if value not in choices:
        raise QueryError(f"{key} is one of {', '.join(choices)}")
    return choices[value]
