"""What digests and notices are made from: changes, the standing, notices, the outbox."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from detectors.model import Post, Severity, State
from storage import notices, outbox
from storage.alerts import record_deletion
from storage.changes import ChangeKind
from storage.decisions import decide
from storage.notices import Rules, due_notices
from storage.outbox import Draft, Kind, Sending
from storage.standing import Marks, Standing, marks_at, standing
from storage.store import Store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
RULES = Rules(least=Severity.CRITICAL, window=timedelta(hours=1), repeat=timedelta(minutes=30), most_repeats=2)
SALE = "Vends base patients Quorvane, 491 840 lignes, prix 500 euros, contact en privé, paiement accepté"
OTHER = "Fuite chez Brumalis annoncée hier par un revendeur, dossiers de patients avec résultats, rien de gratuit ici"


@pytest.fixture
def publish(make_post: Callable[..., Post], keep_post: Callable[..., object]) -> Callable[..., None]:
    """Keep an alert of a severity, seen at a moment."""

    def put(ref: str, text: str = SALE, severity: Severity = Severity.CRITICAL, at: datetime = NOW) -> None:
        keep_post(make_post(text, ref=ref, seen_at=at), severity=severity, seen_at=at)

    return put


def now_standing(store: Store, since: Marks = Marks(), now: datetime = NOW) -> Standing:  # noqa: B008 (frozen)
    with store.reading() as session:
        return standing(session, since, now)


def told(store: Store, now: datetime) -> list[list[str]]:
    """The numbers of each notice made now."""
    with store.writing() as session:
        return [[line.number for line in notice.alerts] for notice in due_notices(session, RULES, now)]


class TestStanding:
    def test_new_is_told_once(self, store, publish):
        """What one digest told is not new in the next; it waits for a decision."""
        publish("1")
        first = now_standing(store)
        second = now_standing(store, first.marks)

        assert [["VF-2026-0001"]] == [[line.number for line in group] for group in first.new]
        assert [] == list(second.new)
        assert ["VF-2026-0001"] == [line.number for line in second.waiting]

    def test_kept_late_is_not_missed(self, store, publish):
        """An alert seen before a digest and kept after it is in the next, whatever the clocks say."""
        publish("1")
        first = now_standing(store)
        publish("2", OTHER, at=NOW - timedelta(days=2))

        assert [["VF-2026-0002"]] == [[each.number for each in group] for group in now_standing(store, first.marks).new]

    def test_alike_are_a_group(self, store, publish):
        """Worst first; what they resemble and was told before is named."""
        publish("1")
        first = now_standing(store)
        publish("2", severity=Severity.HIGH)
        publish("3")
        publish("4", OTHER)
        found = now_standing(store, first.marks)

        assert [["VF-2026-0003", "VF-2026-0002"], ["VF-2026-0004"]] == [[e.number for e in g] for g in found.new]
        assert "VF-2026-0001" == found.new[0][0].known_before

    def test_changed(self, store, publish):
        """Revised, worse, deleted: each is told, and only since the last digest."""
        publish("1", severity=Severity.HIGH)
        first = now_standing(store)
        publish("1", SALE + " et plus", Severity.CRITICAL)
        record_deletion(store, "telegram:1", "1", NOW)
        found = now_standing(store, first.marks)

        assert [(ChangeKind.WORSE, ChangeKind.DELETED)] == [line.changes for line in found.changed]
        assert [] == list(found.waiting)
        assert [] == list(now_standing(store, found.marks).changed)

    def test_decided(self, store, publish):
        """What was decided since, and nothing that is open again."""
        publish("1")
        publish("2", OTHER)
        first = now_standing(store)
        decide(store, "VF-2026-0001", State.FALSE_POSITIVE, "anne")
        decide(store, "VF-2026-0002", State.CLOSED, "anne")
        decide(store, "VF-2026-0002", State.IN_REVIEW, "anne")
        found = now_standing(store, first.marks)

        assert [("VF-2026-0001", State.FALSE_POSITIVE)] == [(line.number, line.state) for line in found.decided]
        assert ["VF-2026-0002"] == [line.number for line in found.waiting]
        assert [] == list(now_standing(store, found.marks).decided)

    def test_figures(self, store, publish):
        """Today, the day before, and the mean of the seven days before today."""
        for ref, hours in (("1", 1), ("2", 20), ("3", 30), ("4", 150)):
            publish(ref, at=NOW - timedelta(hours=hours))
        figures = now_standing(store).figures

        assert (2, 1, 2 / 7) == (figures.new, figures.new_before, figures.new_mean)
        assert {Severity.CRITICAL: 4} == figures.waiting

    def test_marks_of_a_moment(self, store, publish):
        """A first digest looks back a day, no further."""
        publish("1", at=NOW - timedelta(hours=30))
        publish("2", OTHER, at=NOW - timedelta(hours=3))
        with store.reading() as session:
            since = marks_at(session, NOW - timedelta(days=1))

        assert [["VF-2026-0002"]] == [[line.number for line in group] for group in now_standing(store, since).new]


class TestNotices:
    def test_told_once(self, store, publish):
        """An alert is told at once, and never again by itself."""
        publish("1")

        assert [["VF-2026-0001"]] == told(store, NOW)
        assert [] == told(store, NOW + timedelta(minutes=1))

    def test_only_what_is_bad_enough(self, store, publish):
        """The rest is the digest's; it is told when it becomes worse."""
        publish("1", severity=Severity.HIGH)
        assert [] == told(store, NOW)
        publish("1", SALE + " gratuit", Severity.CRITICAL)

        assert [["VF-2026-0001"]] == told(store, NOW)

    def test_alike_wait_for_the_window(self, store, publish):
        """Three more copies within the hour are one notice when it is over."""
        publish("1")
        assert [["VF-2026-0001"]] == told(store, NOW)
        for ref in "234":
            publish(ref)
        assert [] == told(store, NOW + timedelta(minutes=20))

        assert [["VF-2026-0004", "VF-2026-0003", "VF-2026-0002"]] == [
            numbers for numbers in told(store, NOW + timedelta(minutes=61)) if len(numbers) > 1
        ]

    def test_others_do_not_wait(self, store, publish):
        """Something else is told at once all the same."""
        publish("1")
        told(store, NOW)
        publish("2", OTHER)

        assert [["VF-2026-0002"]] == told(store, NOW + timedelta(minutes=1))

    def test_flood_is_one_notice(self, store, publish):
        """Nobody reads a hundred mails."""
        for number in range(12):
            words = " ".join(f"mot{number}{letter}" for letter in "abcdefghijkl")
            publish(str(number), f"Vends base patients Quorvane {words}")

        assert [12] == [len(numbers) for numbers in told(store, NOW)]

    def test_repeated_until_acknowledged(self, store, publish):
        """Twice here, then no more; after somebody acknowledged it, not at all."""
        publish("1")
        told(store, NOW)
        again = [told(store, NOW + timedelta(minutes=31 * n)) for n in (1, 2, 3)]
        assert [[["VF-2026-0001"]], [["VF-2026-0001"]], []] == again
        publish("2", OTHER)
        told(store, NOW + timedelta(hours=3))
        notices.acknowledge(store, 2, "anne@cert.test", NOW + timedelta(hours=3))

        assert [] == told(store, NOW + timedelta(hours=4))

    def test_acknowledged_once(self, store, publish):
        """The first one counts."""
        publish("1")
        told(store, NOW)
        notices.acknowledge(store, 1, "anne@cert.test", NOW)
        second = notices.acknowledge(store, 1, "paul@cert.test", NOW + timedelta(hours=1))

        assert second is not None
        assert ("anne@cert.test", NOW) == (second.acknowledged_by, second.acknowledged_at)

    def test_old_news_is_the_digests(self, store, publish):
        """What happened while nothing ran for more than a day wakes nobody."""
        publish("1", at=NOW - timedelta(hours=25))

        assert [] == told(store, NOW)


def put(store: Store, key: str = "2026-11-22", **fields: object) -> bool:
    known: dict[str, object] = {"kind": Kind.DIGEST, "recipient": "a@cert.test", "message_id": f"<{key}>", "body": "x"}
    with store.writing() as session:
        return outbox.put(session, Draft(key=key, **(known | fields)), NOW)  # type: ignore[arg-type]


class TestOutbox:
    def test_one_of_a_key(self, store):
        """A second digest of a day is not written."""
        assert put(store)
        assert not put(store, message_id="<another>")
        assert put(store, recipient="b@cert.test", message_id="<b>")

    def test_taken_by_one(self, store):
        """Until the lease is over; a dead sender's is then tried again under the same id."""
        put(store)
        first = outbox.take(store, NOW)
        assert first is not None
        assert outbox.take(store, NOW + timedelta(minutes=4)) is None
        second = outbox.take(store, NOW + outbox.LEASE)

        assert second is not None
        assert (first.message_id, 2) == (second.message_id, second.attempts)

    def test_pauses_grow(self, store):
        """One minute, two, four … an hour; after five days it is given up."""
        put(store)
        pauses, now = [], NOW
        for _ in range(8):
            item = outbox.take(store, now)
            assert item is not None
            outbox.settle(store, item, Sending.WAITING, "421", now)
            again = outbox.find(store, item.id)
            assert again is not None
            pauses.append(int((again.due_at - now).total_seconds() // 60))
            now = again.due_at
        late = NOW + timedelta(days=5, minutes=1)
        item = outbox.take(store, late)
        assert item is not None

        assert [1, 2, 4, 8, 16, 32, 60, 60] == pauses
        assert Sending.GIVEN_UP is outbox.settle(
            store, item, Sending.WAITING, "421", NOW + timedelta(days=5, minutes=1)
        )

    def test_clock_set_back(self, store):
        """What was taken under a clock that ran ahead is not left lying for days."""
        put(store)
        outbox.take(store, NOW + timedelta(days=3))

        assert outbox.take(store, NOW) is not None

    def test_text_is_kept_thirty_days(self, store):
        """That it was sent stays known: no second one can be written."""
        put(store)
        item = outbox.take(store, NOW)
        assert item is not None
        outbox.settle(store, item, Sending.SENT, None, NOW)

        assert 0 == outbox.forget_old(store, NOW + timedelta(days=30))
        assert 1 == outbox.forget_old(store, NOW + timedelta(days=30, seconds=1))
        assert not put(store, message_id="<another>")

    def test_marks_of_what_arrived(self, store):
        """A refused digest does not count: what it told is told again."""
        for key, state in (("1", Sending.SENT), ("2", Sending.REFUSED)):
            put(store, key, marks=Marks(change=int(key), annotation=0))
            item = outbox.take(store, NOW)
            assert item is not None
            outbox.settle(store, item, state, None, NOW)
        with store.reading() as session:
            reached = outbox.last_reached(session, "a@cert.test")

        assert reached is not None
        assert 1 == reached[0].change

    def test_troubles(self, store):
        """Refused, and waiting after an attempt; not what was sent or was not tried yet."""
        for key, state in (("1", Sending.SENT), ("2", Sending.REFUSED), ("3", Sending.WAITING)):
            put(store, key)
            item = outbox.take(store, NOW)
            assert item is not None
            outbox.settle(store, item, state, "550 5.1.1", NOW)
        put(store, "4")

        assert ["3", "2"] == [item.key for item in outbox.troubles(store, NOW - timedelta(days=1))]

    def test_acknowledged_is_not_sent(self, store, publish):
        """What waits for the end of somebody's quiet hours is not needed any more."""
        publish("1")
        told(store, NOW)
        put(store, "1.1", kind=Kind.NOTICE, notice_id=1, due_at=NOW + timedelta(hours=8))
        notices.acknowledge(store, 1, "b@cert.test", NOW)

        assert outbox.take(store, NOW + timedelta(hours=9)) is None
        assert [Sending.NOT_NEEDED] == [item.state for item in outbox.listed(store)]

    def test_acknowledged_while_it_is_tried(self, store, publish):
        """An attempt that fails does not bring it back."""
        publish("1")
        told(store, NOW)
        put(store, "1.1", kind=Kind.NOTICE, notice_id=1)
        item = outbox.take(store, NOW)
        assert item is not None
        notices.acknowledge(store, 1, "b@cert.test", NOW)

        assert Sending.NOT_NEEDED is outbox.settle(store, item, Sending.WAITING, "421", NOW)
        assert outbox.take(store, NOW + timedelta(days=1)) is None
