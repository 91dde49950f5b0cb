"""A reading is the same after it was kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.model import (
    Act,
    Archive,
    Claim,
    EntityKind,
    Finding,
    FindingKind,
    Inferred,
    Mention,
    Quantity,
    Reading,
    RedactedFile,
    RedactedForward,
    RedactedText,
    Role,
    Severity,
)
from storage.readings import reading_of, row_of
from storage.schema import AlertRow, LogRow
from storage.store import Store

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
redacted = words.map(RedactedText)
numbers = st.integers(0, 2**63 - 1)
fractions = st.floats(0, 1)
# Fixed offsets: Python calls a time of a clock put back unequal to the same moment in any other zone (PEP 495).
offsets = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=offsets)  # noqa: DTZ001


def some(kind: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | kind


def few(kind: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(kind, max_size=3).map(tuple)


inferred = st.builds(
    Inferred,
    entity_id=words,
    name=words,
    kind=st.sampled_from(EntityKind),
    confidence=fractions,
    share=some(fractions),
    basis=few(words),
    candidates=few(words),
    role=st.just(Role.INFERRED),
)
mentions = st.builds(
    Mention,
    entity_id=words,
    name=words,
    kind=st.sampled_from(EntityKind),
    start=numbers,
    end=numbers,
    surface=redacted,
    confidence=fractions,
    candidates=few(words),
    disguise=some(redacted),
    roles=few(st.sampled_from(Role)),
    part=words,
)
findings = st.builds(
    Finding,
    kind=st.sampled_from(FindingKind),
    label=words,
    start=numbers,
    end=numbers,
    confidence=fractions,
    reason=words,
    part=words,
)
claims = st.builds(
    Claim,
    act=st.sampled_from(Act),
    quantities=few(st.builds(Quantity, value=numbers, unit=words)),
    contacts=few(redacted),
    links=few(redacted),
    archives=few(st.builds(Archive, name=redacted, size=some(numbers))),
    password_given=st.booleans(),
)
readings = st.builds(
    Reading,
    place=words,
    ref=words,
    text=redacted,
    seen_at=moments,
    posted_at=some(moments),
    edited_at=some(moments),
    url=some(redacted),
    title=some(redacted),
    author=some(redacted),
    author_id=some(redacted),
    files=few(st.builds(RedactedFile, name=redacted, size=some(numbers), mime=some(redacted), file_id=some(redacted))),
    links=few(redacted),
    forwarded_from=some(st.builds(RedactedForward, name=some(redacted), place=some(words), ref=some(words))),
    reply_to=some(words),
    topic=some(redacted),
    views=some(redacted),
    is_edited=st.booleans(),
    language=some(words),
    mentions=few(mentions),
    inferred=few(inferred),
    findings=few(findings),
    claim=some(claims),
    personal_data=st.dictionaries(words, numbers, max_size=3),
    score=fractions,
    severity=some(st.sampled_from(Severity)),
    reasons=few(words),
)


def through_the_database(store: Store, reading: Reading) -> Reading:
    """The reading as it comes back out of the tables; nothing is left there."""
    with store.writing() as session:
        session.add(LogRow(line=1, body="{}", sha256=""))
        alert = AlertRow(
            number="VF-2026-0001",
            place=reading.place,
            ref=reading.ref,
            source="s",
            state="new",
            tlp="TLP:AMBER",
            severity=1,
            score=0.5,
            seen_at=reading.seen_at,
        )
        alert.revisions.append(row_of(reading, ordinal=1, fingerprint="f", log_line=1, sealed_sha256="0"))
        session.add(alert)
        session.flush()
        session.expunge_all()
        kept = session.get_one(AlertRow, alert.id)
        found = reading_of(kept.revisions[0], kept)
        session.rollback()
        return found


class TestReadingOf:
    # The store is the same for all examples: each leaves nothing in it.
    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(reading=readings)
    def test_gives_back_any_reading(self, store: Store, reading: Reading):
        """Whatever a reading says, order and missing parts included, is the same when read back."""
        assert reading == through_the_database(store, reading)

    def test_gives_back_the_examples(self, store: Store, example_readings: tuple[Reading, ...]):
        """Every alert of the example channel comes back as it was."""
        assert 40 < len(example_readings)
        assert list(example_readings) == [through_the_database(store, reading) for reading in example_readings]

    def test_stays_redacted(self, store: Store, example_readings: tuple[Reading, ...]):
        """What was redacted text is redacted text again, not a plain string."""
        reading = through_the_database(store, next(each for each in example_readings if each.files))

        assert RedactedText is type(reading.text) is type(reading.files[0].name) is type(reading.author)

    @pytest.mark.parametrize("hours", [-12, 0, 14])
    def test_moments_not_clocks(self, store: Store, example_readings: tuple[Reading, ...], hours: int):
        """A time of another zone comes back as the same moment, in UTC."""

        here = datetime(2026, 11, 22, 7, tzinfo=timezone(timedelta(hours=hours)))
        found = through_the_database(store, replace(example_readings[0], posted_at=here))

        assert here == found.posted_at
        assert found.posted_at is not None
        assert UTC == found.posted_at.tzinfo
