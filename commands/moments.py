"""Dates and times as people give them on a command line."""

from datetime import datetime, timedelta

from commands.durations import seconds
from commands.output import UnusableError


def moment(value: str | None, now: datetime) -> datetime | None:
    """`7d`, `12h` ago, or a date or time; without a zone it is the machine's own."""
    if value is None:
        return None
    try:
        return now - timedelta(seconds=seconds(value))
    except ValueError:
        pass  # then it is a date
    try:
        return datetime.fromisoformat(value).astimezone()
    except ValueError:
        raise UnusableError(
            f"{value!r} is no date: give 2021-02-01, 2021-02-01T08:00, or 7d for seven days ago"
        ) from None
