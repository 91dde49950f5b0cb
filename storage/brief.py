"""An alert in five lines for a ticket: nothing to click, nobody's data."""

from collections.abc import Callable, Iterator
from datetime import datetime

from detectors.model import Price, Reading
from storage.alerts import StoredAlert

_MOST_INFERRED = 3  # on the line that says who


def brief_lines(alert: StoredAlert, clock: Callable[[datetime | None], str]) -> list[str]:
    """Who, what, when, where and the evidence; `clock` writes a moment."""
    reading = alert.latest.reading
    times = f"posted {clock(alert.posted_at)}, seen {clock(alert.seen_at)}"
    if alert.seen_before:
        first = alert.seen_before[0]
        times += f", seen before {len(alert.seen_before)} times, first {first.number} {clock(first.seen_at)}"
    return [
        f"[{alert.tlp.value}] {alert.number} {alert.severity.label.upper()} ({alert.state.value})",
        f"Who: {who(alert)}",
        f"What: {', '.join(_said(reading))} — {'; '.join(reading.reasons)}",
        f"Where: {alert.place} {alert.ref}{f' {reading.url}' if reading.url else ''}, {times}",
        f"Evidence: log line {alert.latest.log_line}, sealed sha256 {alert.latest.sealed_sha256}",
    ]


def who(alert: StoredAlert) -> str:
    """The organisations named, each once; then those inferred, which are never to be read as a name given."""
    reading = alert.latest.reading
    names = dict.fromkeys(mention.name for mention in reading.mentions)
    named = ", ".join(names) or "French patients, no watched name"
    if not reading.inferred:
        return named
    more = len(reading.inferred) - _MOST_INFERRED
    inferred = ", ".join(each.name for each in reading.inferred[:_MOST_INFERRED])
    return f"{named}; inferred: {inferred}{f' and {more} more' if more > 0 else ''}"


def price_in_words(price: Price) -> str:
    """An amount with its currency."""
    return "best offer" if price.value is None else f"{price.value:,.10g} {price.currency}"


def _said(reading: Reading) -> Iterator[str]:
    """The act, how much, for how much, of what years; and what the rows shown are worth."""
    claim = reading.claim
    yield claim.act.value if claim else "data shown"
    if claim:
        yield from (f"{each.value:,} {each.unit}" for each in claim.quantities)
        yield from (price_in_words(each) for each in claim.prices)
        if claim.period:
            yield "–".join(dict.fromkeys(claim.period))
    if reading.sample:
        yield f"extract of {reading.sample.rows:,} rows {reading.sample.authenticity.verdict.value}"
