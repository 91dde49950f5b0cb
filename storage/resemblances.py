"""Which kept alerts resemble each other, and why: found when an alert is kept, by the traits of those before it."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.orm import Session

from detectors.model import Reading
from detectors.resemblance import Trait, traits, why
from storage.schema import AlertRow, ResemblanceRow, TraitRow

MOST_SHOWN = 50  # alerts one alert is said to resemble: the earliest, where a post was copied without end
_EARLIEST = 2 * MOST_SHOWN  # looked at for each trait
_MOST_COMPARED = 1_000  # alerts one alert is compared with, the earliest


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """Another alert that may speak of the same thing."""

    number: str
    seen_at: datetime
    is_earlier: bool  # it was kept before this one
    why: tuple[str, ...]


def note_resemblances(session: Session, alert: AlertRow, reading: Reading) -> None:
    """Keep what a reading can be recognised by, and the earlier alerts it resembles."""
    session.flush()  # the alert has its id from here on
    marked = traits(reading)
    now = {(each.trait.value, each.value) for each in marked}
    kept = select(TraitRow.trait, TraitRow.value).where(TraitRow.alert_id == alert.id)
    fresh = now - {(trait, value) for trait, value in session.execute(kept)}
    if not fresh:
        return
    shared = _shared(session, now, _candidates(session, now) - {alert.id})
    rows = [{"alert_id": alert.id, "trait": trait, "value": value} for trait, value in sorted(fresh)]
    session.execute(insert(TraitRow), rows)
    _note(session, alert, {other: why(counts) for other, counts in shared.items()})


def _candidates(session: Session, marks: Collection[tuple[str, int]]) -> set[int]:
    """The earliest alerts with any of these traits: a post copied ten thousand times costs no more than one."""
    values = [part for trait, value in sorted(marks) for part in (trait, value, _EARLIEST)]
    found = session.connection().exec_driver_sql(_earliest_with_any(len(marks)), tuple(values))
    return set(sorted(found.scalars())[:_MOST_COMPARED])


@lru_cache(maxsize=256)
def _earliest_with_any(marks: int) -> str:
    """For each of so many traits the earliest alerts; some may be noted before, or be the alert itself."""
    one = "SELECT * FROM (SELECT alert_id FROM trait WHERE trait = ? AND value = ? ORDER BY alert_id LIMIT ?)"
    return " UNION ".join([one] * marks)


def _shared(session: Session, marks: Collection[tuple[str, int]], others: set[int]) -> dict[int, Counter[Trait]]:
    """How many of these traits each of these alerts has, by kind."""
    counts: defaultdict[int, Counter[Trait]] = defaultdict(Counter)
    query = (
        select(TraitRow.alert_id, TraitRow.trait, func.count())
        .where(tuple_(TraitRow.trait, TraitRow.value).in_(sorted(marks)), TraitRow.alert_id.in_(sorted(others)))
        .group_by(TraitRow.alert_id, TraitRow.trait)
    )
    for other, trait, count in session.execute(query):
        counts[other][Trait(trait)] = count
    return counts


def _note(session: Session, alert: AlertRow, reasons: dict[int, tuple[str, ...]]) -> None:
    noted = set(session.scalars(select(ResemblanceRow.other_id).where(ResemblanceRow.alert_id == alert.id)))
    noted_there = set(session.scalars(select(ResemblanceRow.alert_id).where(ResemblanceRow.other_id == alert.id)))
    alike = sorted({other for other, words in reasons.items() if words} - noted - noted_there)
    rows = [
        {"alert_id": alert.id, "other_id": other, "why": list(reasons[other])}
        for other in alike[: max(0, MOST_SHOWN - len(noted))]
    ]
    if rows:
        session.execute(insert(ResemblanceRow), rows)


def resemblances_of(session: Session, alert_ids: list[int]) -> dict[int, tuple[Resemblance, ...]]:
    """For each of these alerts those it resembles, the first seen first."""
    found: defaultdict[int, list[Resemblance]] = defaultdict(list)
    forth = (
        select(ResemblanceRow.alert_id, AlertRow.id, AlertRow.number, AlertRow.seen_at, ResemblanceRow.why)
        .join(AlertRow, AlertRow.id == ResemblanceRow.other_id)
        .where(ResemblanceRow.alert_id.in_(alert_ids))
    )
    back = (
        select(ResemblanceRow.other_id, AlertRow.id, AlertRow.number, AlertRow.seen_at, ResemblanceRow.why)
        .join(AlertRow, AlertRow.id == ResemblanceRow.alert_id)
        .where(ResemblanceRow.other_id.in_(alert_ids))
    )
    for query in (forth, back):
        for of, other, number, seen_at, reasons in session.execute(query):
            found[of].append(Resemblance(number=number, seen_at=seen_at, is_earlier=other < of, why=tuple(reasons)))
    return {of: tuple(sorted(its, key=lambda each: each.number)[:MOST_SHOWN]) for of, its in found.items()}
