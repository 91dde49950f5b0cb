"""All alerts of a time together: how many, how fast, where, about whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from desk.asking import Ask
from desk.desk import Desk
from desk.query import QueryError
from desk.tiles import TILES, extra_tiles
from detectors.model import Severity, State
from storage.coverage import coverage

PERIODS = (7, 30, 90, 365)  # days
_BUSIEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day, or a week, of alerts."""

    day: str  # its first
    counts: dict[Severity, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def overview_page(desk: Desk, ask: Ask) -> Response:
    """The page."""
    days = PERIODS[1]
    if asked := ask.query.get("days"):
        if asked not in map(str, PERIODS):
            raise QueryError(f"days is one of {', '.join(map(str, PERIODS))}")
        days = int(asked)
    found = desk.overview(days)
    lines = desk.services.sources()
    directory = desk.directory()
    by_department: Counter[str] = Counter()
    for each in found.named:
        if code := directory.department(each.entity_id):
            by_department[code] += each.alerts
    bars = _bars(found.by_day, found.since.date().isoformat(), desk.clock().date().isoformat(), days)
    return desk.page(
        ask,
        "overview.html",
        found=found,
        days=days,
        periods=PERIODS,
        bars=bars,
        highest=max((bar.total for bar in bars), default=0),
        severities=sorted(Severity, reverse=True),
        states=[state for state in State if state in found.by_state],
        tiles=(*TILES, *extra_tiles(by_department)),
        by_department=by_department,
        most=max(by_department.values(), default=0),
        level=_level,
        busiest=found.named[:_BUSIEST],
        coverage=coverage(lines, desk.clock()),
        lines=sorted(lines, key=lambda line: (line.is_well, line.name)),
    )


def _bars(by_day: dict[str, dict[Severity, int]], first: str, last: str, days: int) -> list[Bar]:
    """Every day of the time, those without alerts too; weeks where days would be too thin to see."""
    width = 7 if days > 90 else 1
    day, end, bars = date.fromisoformat(first), date.fromisoformat(last), []
    while day <= end:
        counts: Counter[Severity] = Counter()
        for each in range(width):
            counts.update(by_day.get((day + timedelta(days=each)).isoformat(), {}))
        bars.append(Bar(day=day.isoformat(), counts=dict(counts)))
        day += timedelta(days=width)
    return bars


def _level(number: int, most: int) -> int:
    """How dark a tile is, 0 to 4."""
    if not number or not most:
        return 0
    return 1 + min(3, (4 * number - 1) // most)
