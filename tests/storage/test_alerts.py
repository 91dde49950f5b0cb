"""Alerts: kept whole or not at all, numbered, revised, listed and decided."""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from detectors.model import (
    Act,
    Archive,
    Claim,
    Entity,
    EntityKind,
    Post,
    Quantity,
    Reading,
    RedactedText,
    Severity,
    State,
    Tlp,
)
from detectors.triage import examine, read
from detectors.watchlist import Watchlist
from storage import evidence, sources
from storage.alerts import (
    Capturing,
    Kept,
    Step,
    StoredAlert,
    alerted_refs,
    find_alert,
    keep,
    list_alerts,
    remove_orphans,
)
from storage.decisions import confirm, decide
from storage.errors import StoreError, UnkeepableError
from storage.filters import AlertFilter
from storage.readings import row_of
from storage.schema import AlertRow, Table
from storage.seal import make_keys, read_recipients
from storage.sources import Tally
from storage.store import Store, open_store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBER = "VF-2026-0001"
REFUSED = (UnkeepableError, IntegrityError)

Keeping = Callable[..., Kept | None]
MakePost = Callable[..., Post]


def counts(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.reading() as session:
        tables = Table.metadata.tables.items()
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables}


def sealed_files(store: Store) -> list[Path]:
    return sorted(path for path in store.captures.rglob("*") if path.is_file())


def numbers(store: Store, **wanted: Any) -> list[str]:
    """The last figure of each alert listed."""
    return [alert.number[-1] for alert in list_alerts(store, AlertFilter(**wanted))]


def the_alert(store: Store, number: str = NUMBER) -> StoredAlert:
    found = find_alert(store, number)
    assert found is not None
    return found


class TestKeep:
    def test_tells_what_it_made(self, keep_post: Keeping, make_post: MakePost):
        """A first alert has the first number of its year."""
        kept = keep_post(make_post())

        assert kept is not None
        assert (NUMBER, True) == (kept.number, kept.is_new)

    def test_everything(self, store: Store, keep_post: Keeping, leak: Post, read_post: Callable[[Post], Reading]):
        """All a reading says is there when read back, with the source, the sharing label and the clocks."""
        keep_post(leak, source="forum")
        alert = the_alert(store)

        assert read_post(leak) == alert.latest.reading
        assert ("forum", "telegram:1", "7", State.NEW, Tlp.AMBER) == (
            alert.source, alert.place, alert.ref, alert.state, alert.tlp
        )  # fmt: skip
        assert (NOW, NOW, None, None) == (alert.posted_at, alert.seen_at, alert.decided_at, alert.deleted_at)

    def test_every_table(self, store: Store, keep_post: Keeping, leak: Post):
        """Findings, mentions, claim, quantities, files, links, log line and bookmark are rows of their own."""
        keep_post(leak, bookmark={"at": 7})
        found = counts(store)

        filled = ("alert", "revision", "mention", "finding", "claim", "quantity", "claim_detail", "file", "link", "log")
        assert [] == [name for name in (*filled, "alert_year", "source_state", "tally") if not found[name]]

    def test_moves_the_bookmark(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """The bookmark and the counts are those behind the post."""
        keep_post(make_post(), bookmark={"at": 7})
        status = sources.statuses(store)["forum"]

        assert {"at": 7} == sources.bookmark_of(store, "forum")
        assert (1, 1, 0) == (status.posts, status.alerts, status.skipped)

    def test_revision_is_no_new_alert(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """A revision is not counted as another alert."""
        keep_post(make_post(), bookmark={"at": 7})
        keep_post(make_post("Vends base patients Quorvane, encore"), bookmark={"at": 8})

        assert 1 == sources.statuses(store)["forum"].alerts

    def test_sweep_moves_no_bookmark(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """A sweep leaves the bookmark and the counts of the source as they are."""
        keep_post(make_post(ref="1"), bookmark={"at": 1})
        before = sources.statuses(store)
        keep_post(make_post(ref="2"), bookmark=None)

        assert {"at": 1} == sources.bookmark_of(store, "forum")
        assert before == sources.statuses(store)
        assert 2 == counts(store)["alert"]

    def test_sealed_first(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """The sealed capture has the name its revision gives, and nothing half-written lies beside it."""
        keep_post(make_post())

        assert [f"{the_alert(store).latest.sealed_sha256}.age"] == [path.name for path in sealed_files(store)]

    def test_no_severity(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """What is no alert cannot become one."""
        with pytest.raises(UnkeepableError):
            keep_post(make_post(), severity=None)

        assert 0 == sum(counts(store).values())

    def test_numbers_beyond_reason(
        self, store: Store, keep_post: Keeping, leak: Post, read_post: Callable[[Post], Reading]
    ):
        """A claim or file of more than any database can count is kept all the same."""
        huge = 10**30
        reading = read_post(leak)
        files = (replace(reading.files[0], size=huge),)
        archives = (Archive(name=RedactedText("a.zip"), size=huge),)
        claim = Claim(act=Act.SALE, quantities=(Quantity(value=huge, unit="rows"),), archives=archives)
        keep_post(leak, files=files, claim=claim)

        kept = the_alert(store).latest.reading
        assert kept.claim is not None
        sizes = (kept.files[0].size, kept.claim.quantities[0].value, kept.claim.archives[0].size)
        assert (2**63 - 1,) * 3 == sizes

    def test_time_beyond_reason(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """A post of the year 1 does not stop the alerts from being listed."""
        keep_post(make_post(posted_at=datetime(1, 1, 1, tzinfo=UTC)))

        assert [datetime(1, 1, 1, tzinfo=UTC)] == [each.posted_at for each in list_alerts(store, AlertFilter())]

    def test_surrogates_and_nul(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """Half characters and NUL in what was published become U+FFFD; positions stay."""
        keep_post(make_post("\ud800 Vends base patients Quorvane\x00", title="\udfff", links=("http://a.test/\udc00",)))
        reading = the_alert(store).latest.reading

        assert "\ufffd Vends base patients Quorvane\ufffd" == reading.text
        assert ("\ufffd", "hxxp://a[.]test/\ufffd") == (reading.title, *reading.links)


class TestKeepIsOneTransaction:
    """Whatever fails in the middle, nothing of it is kept and the bookmark stands where it stood."""

    FAILURES: tuple[tuple[str, Callable[[Reading], Reading]], ...] = (
        ("raw text", lambda r: replace(r, mentions=(replace(r.mentions[0], surface="raw"),))),
        ("raw link", lambda r: replace(r, links=(RedactedText("a"), "raw"))),  # type: ignore[arg-type]
        ("wrong type", lambda r: replace(r, findings=(replace(r.findings[0], start="x"),))),
        ("no value", lambda r: replace(r, findings=(replace(r.findings[0], label=None),))),
        ("no JSON", lambda r: replace(r, personal_data={"nir": object()})),  # type: ignore[dict-item]
        ("no zone", lambda r: replace(r, posted_at=datetime(2026, 1, 1))),  # noqa: DTZ001
    )

    @pytest.fixture(params=FAILURES, ids=lambda failure: failure[0])
    def failing(self, request: pytest.FixtureRequest, leak: Post, read_post: Callable[[Post], Reading]) -> Reading:
        """A reading that cannot be kept."""
        spoilt: Reading = request.param[1](read_post(leak))
        return spoilt

    def test_nothing_kept(self, store: Store, capturing: Capturing, keep_post: Keeping, leak: Post, failing: Reading):
        """No alert, no log line, no number; bookmark, counts and the caller's own count are as before."""
        keep_post(replace(leak, ref="1"), bookmark={"at": 1})
        before, status = counts(store), sources.statuses(store)
        tally = Tally(posts=3)

        with pytest.raises(REFUSED) as failed:
            keep(store, leak, failing, capturing, Step(source="forum", bookmark={"at": 2}, tally=tally))

        assert before == counts(store)
        assert {"at": 1} == sources.bookmark_of(store, "forum")
        assert status == sources.statuses(store)
        assert Tally(posts=3) == tally
        assert "jeanne" not in str(failed.value)

    def test_number_is_not_lost(
        self, store: Store, capturing: Capturing, keep_post: Keeping, leak: Post, failing: Reading
    ):
        """The next alert has the number the failed one would have had, and the next line of the log."""
        with pytest.raises(REFUSED):
            keep(store, leak, failing, capturing, Step(source="forum", bookmark={"at": 2}, tally=Tally()))
        kept = keep_post(leak)

        assert kept is not None
        assert NUMBER == kept.number
        assert 1 == the_alert(store).latest.log_line

    def test_revision_that_fails(
        self, store: Store, capturing: Capturing, keep_post: Keeping, leak: Post, failing: Reading
    ):
        """A revision that cannot be kept leaves its alert as it was, severity included."""
        keep_post(replace(leak, text="Base patients Quorvane en vente"), severity=Severity.LOW)
        before = the_alert(store)

        with pytest.raises(REFUSED):
            keep(store, leak, failing, capturing, Step(source="forum", bookmark=None, tally=Tally()))

        assert before == the_alert(store)


class TestUnkeepable:
    @pytest.mark.parametrize(
        ("fields", "kind"),
        [
            ({"ref": "jeanne\ud800"}, "UnicodeEncodeError"),
            ({"text": "jeanne"}, "StatementError"),
            ({"severity": 99}, "ValueError"),
        ],
    )
    def test_names_the_kind(
        self,
        store: Store,
        capturing: Capturing,
        leak: Post,
        read_post: Callable[[Post], Reading],
        fields: dict[str, Any],
        kind: str,
    ):
        """A reading the tables cannot hold is told by the kind of its fault, never by content."""
        spoilt = replace(read_post(leak), **fields)

        with pytest.raises(UnkeepableError) as failed:
            keep(store, leak, spoilt, capturing, Step(source="forum", bookmark=None, tally=Tally()))

        assert kind == str(failed.value)
        assert failed.value.__suppress_context__  # the cause, which may hold content, is not shown

    def test_not_the_database(self, keep_post: Keeping, leak: Post, sql: Callable[..., Any]):
        """What the database itself refuses is not blamed on the reading: it may be kept later."""
        sql("CREATE TRIGGER full BEFORE INSERT ON alert BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        with pytest.raises(IntegrityError, match="disk is full"):
            keep_post(leak)
        sql("DROP TRIGGER full")

        assert keep_post(leak) is not None

    def test_not_the_disk(self, store: Store, keep_post: Keeping, leak: Post):
        """A capture that cannot be written leaves no alert, and is no fault of the reading either."""
        store.captures.write_text("in the way")
        with pytest.raises(OSError, match="Not a directory"):
            keep_post(leak, bookmark={"at": 1})

        assert 0 == sum(counts(store).values())
        store.captures.unlink()
        assert keep_post(leak) is not None


class TestNumbers:
    def test_by_year_of_sight(self, keep_post: Keeping, make_post: MakePost):
        """Each year, in UTC, begins at 1 again; a year seen later does not disturb another."""
        east = timezone(timedelta(hours=3))
        times = [
            datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
            datetime(2027, 1, 1, tzinfo=UTC),
            datetime(2027, 1, 1, 2, tzinfo=east),  # still 2026 in UTC
            datetime(2027, 1, 2, tzinfo=UTC),
        ]
        kept = [keep_post(make_post(ref=str(index), seen_at=at)) for index, at in enumerate(times)]

        expected = ["VF-2026-0001", "VF-2027-0001", "VF-2026-0002", "VF-2027-0002"]
        assert expected == [each.number for each in kept if each]

    def test_beyond_four_digits(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """The ten-thousandth alert of a year has five digits."""
        with store.writing() as session:
            session.execute(text("INSERT INTO alert_year VALUES (2026, 9999)"))
        kept = keep_post(make_post())

        assert kept is not None
        assert "VF-2026-10000" == kept.number

    def test_many_processes(self, store: Store, start: Callable[..., "subprocess.Popen[str]"]):
        """Four processes keeping at once give every number once, leave none out, and lose no alert or line."""
        keepers = [start("keeper", store.folder, f"source-{index}", 25) for index in range(4)]
        for keeper in keepers:
            assert keeper.stdout is not None
            assert "ready\n" == keeper.stdout.readline()
        for keeper in keepers:
            assert keeper.stdin is not None
            keeper.stdin.write("go\n")
            keeper.stdin.flush()
        told = [line.split()[0] for keeper in keepers for line in keeper.communicate(timeout=90)[0].splitlines()]

        assert [f"VF-2026-{number:04}" for number in range(1, 101)] == sorted(told)
        assert (100, 100, 100) == tuple(counts(store)[name] for name in ("alert", "revision", "log"))
        assert [{"at": 25}] * 4 == [sources.bookmark_of(store, f"source-{index}") for index in range(4)]
        assert 100 == len(sealed_files(store))


class TestRevisions:
    def test_same_content(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """The same content again is nothing new: no revision, no line, no file, no move of the bookmark."""
        keep_post(make_post(), bookmark={"at": 1})
        before, files = counts(store), sealed_files(store)
        again = keep_post(make_post(seen_at=NOW + HOUR), bookmark={"at": 2})

        assert again is None
        assert before == counts(store)
        assert files == sealed_files(store)
        assert {"at": 1} == sources.bookmark_of(store, "forum")

    @pytest.mark.parametrize("part", ["text", "title", "files"])
    def test_changed_content(self, store: Store, keep_post: Keeping, leak: Post, part: str):
        """Another text, title or file makes revision 2 of the same alert, with findings of its own."""
        others = {
            "text": {"text": "Vends base patients Quorvane, 500 000 lignes"},
            "title": {"title": "Base Quorvane, prix en baisse"},
            "files": {"files": (replace(leak.files[0], size=1),)},
        }
        keep_post(leak)
        kept = keep_post(replace(leak, **others[part]))
        alert = the_alert(store)

        assert kept is not None
        assert (NUMBER, False) == (kept.number, kept.is_new)
        assert [1, 2] == [revision.ordinal for revision in alert.revisions]
        assert 2 == len({revision.sealed_sha256 for revision in alert.revisions})
        assert all(revision.reading.mentions for revision in alert.revisions)

    def test_first_stays(
        self, store: Store, keep_post: Keeping, make_post: MakePost, read_post: Callable[[Post], Reading]
    ):
        """What was found first never changes."""
        first, second = make_post(), make_post("Vends base patients Quorvane et LabZéphyr, 500 lignes")
        keep_post(first)
        keep_post(second)

        assert [read_post(first), read_post(second)] == [each.reading for each in the_alert(store).revisions]

    def test_same_text_at_another_place(self, keep_post: Keeping, make_post: MakePost):
        """The same content under another ref or at another place is another alert."""
        posts = make_post(), make_post(ref="8"), make_post(place="telegram:2")
        kept = [keep_post(post) for post in posts]

        assert [True] * 3 == [each.is_new for each in kept if each]

    def test_back_again(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """A post edited to something else and back has three revisions; reading it again adds none."""
        a, b = "Vends base patients Quorvane, 1 000 lignes", "Vends base patients Quorvane, 2 000 lignes"
        history = [
            make_post(a),
            make_post(b, edited_at=NOW + HOUR),
            make_post(a, edited_at=NOW + 2 * HOUR),
        ]
        made = [keep_post(post) is not None for post in (*history, *history, *reversed(history))]

        assert [True] * 3 + [False] * 6 == made
        assert [a, b, a] == [each.reading.text for each in the_alert(store).revisions]

    def test_old_content_again(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """An old content found again, as in an export made before the edit, is nothing new."""
        keep_post(make_post())
        keep_post(make_post("Vends base patients Quorvane, deux fois", edited_at=NOW + HOUR))

        assert keep_post(make_post()) is None
        assert 2 == len(the_alert(store).revisions)

    def test_edit_without_change(self, keep_post: Keeping, make_post: MakePost):
        """An edit time alone is no new content."""
        keep_post(make_post())

        assert keep_post(make_post(edited_at=NOW + HOUR)) is None

    def test_harmless_revision(
        self, store: Store, capturing: Capturing, keep_post: Keeping, make_post: MakePost, watchlist: Watchlist
    ):
        """A later revision is kept whatever it says, and changes neither severity nor score."""
        keep_post(make_post())
        before = the_alert(store)
        emptied = make_post("bonjour")
        reading = read(emptied, examine(emptied, watchlist))
        keep(store, emptied, reading, capturing, Step(source="forum", bookmark=None, tally=Tally()))
        after = the_alert(store)

        assert None is reading.severity is after.latest.reading.severity
        assert ["bonjour"] == [each.reading.text for each in after.revisions[1:]]
        assert (before.severity, before.score, before.state) == (after.severity, after.score, after.state)


class TestSeverity:
    @pytest.fixture
    def revise(self, keep_post: Keeping, make_post: MakePost) -> Callable[[Severity | None, float], Kept | None]:
        """Keep another revision of the one alert, of a given severity."""
        made = iter(range(100))

        def keep_one(severity: Severity | None, score: float) -> Kept | None:
            post = make_post(f"Vends base patients Quorvane, lot {next(made)}")
            return keep_post(post, severity=severity, score=score)

        return keep_one

    def test_only_rises(self, store: Store, revise: Callable[..., Kept | None]):
        """The alert is as bad as the worst of its revisions."""
        steps = [
            (Severity.MEDIUM, 0.5), (Severity.LOW, 0.2), (Severity.HIGH, 0.8), (None, 0.0), (Severity.MEDIUM, 0.6)
        ]  # fmt: skip
        kept = [revise(*step) for step in steps]

        assert [2, 2, 3, 3, 3] == [each.severity for each in kept if each]
        assert (Severity.HIGH, 0.8) == (the_alert(store).severity, the_alert(store).score)

    @pytest.mark.parametrize("state", [State.CONFIRMED, State.FALSE_POSITIVE, State.DUPLICATE, State.CLOSED])
    def test_reopens(self, store: Store, revise: Callable[..., Kept | None], state: State):
        """A decided alert that gets worse is new again, and its history says why."""
        revise(Severity.LOW, 0.2)
        decide(store, NUMBER, state, "analyst")
        revise(Severity.CRITICAL, 0.9)
        alert = the_alert(store)

        assert (State.NEW, None) == (alert.state, alert.decided_at)
        last = alert.annotations[-1]
        assert ("vigifuite", state, State.NEW, "severity rose to critical") == (
            last.author, last.from_state, last.to_state, last.comment
        )  # fmt: skip

    def test_stays_decided(self, store: Store, revise: Callable[..., Kept | None]):
        """A revision as bad as before, or milder, leaves a decision alone."""
        revise(Severity.HIGH, 0.8)
        decide(store, NUMBER, State.FALSE_POSITIVE, "analyst")
        decided = the_alert(store)
        revise(Severity.HIGH, 0.9)
        revise(None, 0.0)
        alert = the_alert(store)

        assert (State.FALSE_POSITIVE, decided.decided_at, decided.annotations) == (
            alert.state, alert.decided_at, alert.annotations
        )  # fmt: skip

    def test_review_goes_on(self, store: Store, revise: Callable[..., Kept | None]):
        """An alert in review that gets worse stays in review."""
        revise(Severity.LOW, 0.2)
        decide(store, NUMBER, State.IN_REVIEW, "analyst")
        revise(Severity.HIGH, 0.9)

        assert (State.IN_REVIEW, Severity.HIGH) == (the_alert(store).state, the_alert(store).severity)


class TestAlertedRefs:
    def test_of_one_place(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """The refs of the place asked for, and no other's."""
        for place, ref in (("telegram:1", "7"), ("telegram:1", "8"), ("telegram:2", "9")):
            keep_post(make_post(place=place, ref=ref))

        assert [{"7", "8"}, {"9"}, set()] == [alerted_refs(store, f"telegram:{place}") for place in (1, 2, 3)]


ROWS = (  # severity, source, state, who is named; the n-th is seen on the n-th of the month
    (Severity.LOW, "forum", State.NEW, "Quorvane"),
    (Severity.CRITICAL, "forum", State.CONFIRMED, "LabZéphyr"),
    (Severity.HIGH, "channel", State.NEW, "CH Valdorges"),
    (Severity.HIGH, "channel", State.IN_REVIEW, "Laboratoire Fontarèche"),
    (Severity.LOW, "paste", State.FALSE_POSITIVE, "Quorvane"),
    (Severity.MEDIUM, "paste_1", State.NEW, "Quorvane"),
)


def keep_six(store: Store, make_post: MakePost, read_post: Callable[[Post], Reading]) -> None:
    """Keep the alerts of `ROWS`."""
    capturing = Capturing(mode="extract", recipients=read_recipients(store.public_keys))
    for day, (severity, source, state, name) in enumerate(ROWS, 1):
        post = make_post(f"Vends base patients {name}", ref=str(day), seen_at=NOW.replace(day=day))
        reading = replace(read_post(post), severity=severity)
        kept = keep(store, post, reading, capturing, Step(source=source, bookmark=None, tally=Tally()))
        if kept and state is not State.NEW:
            decide(store, kept.number, state, "analyst")


@pytest.fixture(scope="module")
def six(
    tmp_path_factory: pytest.TempPathFactory, make_post: MakePost, read_post: Callable[[Post], Reading]
) -> Iterator[Store]:
    """A store of six alerts that nobody changes."""
    made = open_store(tmp_path_factory.mktemp("six") / "store", create=True)
    make_keys(made.public_keys.parent)
    keep_six(made, make_post, read_post)
    yield made
    made.close()


class TestAskFor:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({}, "243651"),
            ({"since": NOW.replace(day=4)}, "465"),
            ({"since": NOW.replace(day=4) + timedelta(microseconds=1)}, "65"),
            ({"since": NOW.replace(day=7)}, ""),
            ({"states": [State.NEW]}, "361"),
            ({"states": [State.IN_REVIEW, State.CONFIRMED]}, "24"),
            ({"states": [State.CLOSED]}, ""),
            ({"severities": [Severity.LOW]}, "51"),
            ({"severities": [Severity.HIGH, Severity.CRITICAL]}, "243"),
            ({"source": "paste"}, "5"),
            ({"source": "past"}, ""),
            ({"entity": "vendor:quorvane"}, "651"),
            ({"entity": "test:ch-1"}, "3"),
            ({"entity": "quorv"}, "651"),
            ({"entity": "LABZ"}, "2"),
            ({"entity": "hospitalier de v"}, "3"),
            ({"entity": "Fontarèche"}, "4"),
            ({"entity": "%"}, ""),
            ({"entity": "_"}, ""),
            ({"entity": "' OR 1=1 --"}, ""),
            ({"limit": 2}, "24"),
            ({"limit": 0}, ""),
            ({"limit": 99, "states": [State.NEW], "severities": [Severity.LOW, Severity.MEDIUM]}, "61"),
            ({"since": NOW.replace(day=2), "source": "channel", "entity": "Valdorges"}, "3"),
        ],
    )
    def test_what_is_asked(self, six: Store, wanted: dict[str, Any], found: str):
        """What is asked for comes, all of it and nothing else: worst first, then newest."""
        assert list(found) == numbers(six, **wanted)

    def test_in_zones(self, six: Store):
        """A moment given in another zone is the same moment."""
        since = NOW.replace(day=4).astimezone(timezone(timedelta(hours=-11)))

        assert ["4", "6", "5"] == numbers(six, since=since)

    def test_whole(self, six: Store):
        """A listed alert is the same as the one shown by its number."""
        listed = list(list_alerts(six, AlertFilter()))

        assert listed == [find_alert(six, each.number) for each in listed]


class TestListAlerts:
    @pytest.fixture(autouse=True)
    def six_of_its_own(self, store: Store, make_post: MakePost, read_post: Callable[[Post], Reading]) -> None:
        """Six alerts a test may change."""
        keep_six(store, make_post, read_post)

    def test_named_earlier(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """An entity only an earlier revision named is still found, once."""
        keep_post(make_post("Vends base patients Quorvane, prix", ref="2", seen_at=NOW.replace(day=2)))

        assert ["2"] == numbers(store, entity="product:labzephyr")
        assert ["2", "6", "5", "1"] == numbers(store, entity="vendor:quorvane")

    def test_writers_go_on(self, store: Store):
        """A list half read does not keep an analyst from deciding."""
        listed = list_alerts(store, AlertFilter())
        next(listed)
        decide(store, "VF-2026-0006", State.CLOSED, "analyst")

        assert 5 == len(list(listed))


class TestListManyAlerts:
    def test_all_of_them_once(self, store: Store, make_post: MakePost, read_post: Callable[[Post], Reading]):
        """More alerts than are fetched at once come whole and once each."""
        reading = read_post(make_post())
        with store.writing() as session:
            for number in range(1, 211):
                line = evidence.append(session, "evidence", NOW, {"sealed_sha256": str(number)})
                alert = AlertRow(number=f"VF-2026-{number:04}", place="p", ref=str(number), source="s", state="new",
                                 tlp="TLP:AMBER", severity=2, score=0.5, seen_at=NOW)  # fmt: skip
                revision = row_of(reading, ordinal=1, fingerprint="f", log_line=line, sealed_sha256=str(number))
                alert.revisions.append(revision)
                session.add(alert)
        listed = list(list_alerts(store, AlertFilter()))

        assert [f"VF-2026-{number:04}" for number in range(210, 0, -1)] == [alert.number for alert in listed]
        assert [reading.mentions] * 210 == [alert.latest.reading.mentions for alert in listed]


class TestFindAlert:
    @pytest.mark.parametrize("number", ["VF-2026-0001", "vf-2026-0001"])
    def test_by_number(self, store: Store, keep_post: Keeping, make_post: MakePost, number: str):
        """Capitals do not matter: numbers are said on the phone."""
        keep_post(make_post())

        assert NUMBER == the_alert(store, number).number

    @pytest.mark.parametrize("number", ["VF-2026-0002", "", "1", "VF-2026-%"])
    def test_unknown(self, store: Store, keep_post: Keeping, make_post: MakePost, number: str):
        """Another number finds nothing."""
        keep_post(make_post())

        assert find_alert(store, number) is None


class TestDecide:
    def test_history(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """Who, from what, to what and why stay, in order; the answer is the alert as it then stands."""
        keep_post(make_post())
        before = datetime.now(UTC)
        decide(store, NUMBER, State.IN_REVIEW, "alice")
        decided = decide(store, "vf-2026-0001", State.CLOSED, "bob", "already known")
        first, second = decided.annotations

        assert (State.CLOSED, True) == (decided.state, before <= (decided.decided_at or NOW) <= datetime.now(UTC))
        assert ("alice", State.NEW, State.IN_REVIEW, None) == (
            first.author, first.from_state, first.to_state, first.comment
        )  # fmt: skip
        assert ("bob", State.IN_REVIEW, State.CLOSED, "already known") == (
            second.author, second.from_state, second.to_state, second.comment
        )  # fmt: skip
        assert ("state", None) == (second.kind, second.entity_id)
        assert decided == the_alert(store)

    @pytest.mark.parametrize("state", [State.NEW, State.IN_REVIEW])
    def test_undecided(self, store: Store, keep_post: Keeping, make_post: MakePost, state: State):
        """An alert put back to work is not decided any more."""
        keep_post(make_post())
        decide(store, NUMBER, State.CONFIRMED, "alice")

        assert decide(store, NUMBER, state, "alice").decided_at is None

    def test_comment_is_redacted(self, store: Store, keep_post: Keeping, make_post: MakePost, secrets: tuple[str, ...]):
        """Personal data an analyst writes are covered before they are kept."""
        keep_post(make_post())
        said = "la patiente jeanne.exemple@courriel.test, NIR 255069999999934, 06 39 98 12 34"
        comment = decide(store, NUMBER, State.CONFIRMED, "alice", said).annotations[0].comment

        assert comment is not None
        assert len(said) == len(comment)
        assert comment.startswith("la patiente ██████████████@courriel.test, NIR █")
        assert [] == [secret for secret in secrets if secret in comment]

    def test_findings_stay(self, store: Store, keep_post: Keeping, leak: Post):
        """A decision changes nothing of what was found."""
        keep_post(leak)
        before = the_alert(store)

        assert before.revisions == decide(store, NUMBER, State.FALSE_POSITIVE, "alice").revisions

    @pytest.mark.parametrize("number", ["VF-2026-0099", "nonsense"])
    def test_unknown(self, store: Store, number: str):
        """An unknown number is refused in one line naming the command."""
        with pytest.raises(StoreError, match=f"^no alert {number}: see `vigifuite alerts list`$"):
            decide(store, number, State.CLOSED, "alice")


class TestConfirm:
    def test_history(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """Who confirmed whom and why stays; state and mentions are as before."""
        keep_post(make_post())
        alert = confirm(store, NUMBER, "test:lab-1", "alice", "they rang: tel 06 39 98 12 34")
        said = alert.annotations[0]

        assert ("confirm", "alice", "test:lab-1", None, None) == (
            said.kind, said.author, said.entity_id, said.from_state, said.to_state
        )  # fmt: skip
        assert "they rang: tel ██████████████" == said.comment
        assert State.NEW is alert.state
        assert alert == the_alert(store)

    def test_unknown(self, store: Store):
        """An unknown number is refused in one line naming the command."""
        with pytest.raises(StoreError, match=r"^no alert VF-1: see `vigifuite alerts list`$"):
            confirm(store, "VF-1", "test:lab-1", "alice")


class TestRemoveOrphans:
    @pytest.fixture
    def orphan(self, store: Store, keep_post: Keeping, make_post: MakePost) -> Path:
        """The sealed file of a transaction that failed, beside one that is kept."""
        keep_post(make_post(ref="1"))
        kept = set(sealed_files(store))
        with pytest.raises(UnkeepableError):
            keep_post(make_post(ref="2"), severity=None)
        (left,) = set(sealed_files(store)) - kept
        return left

    def test_young_stays(self, store: Store, orphan: Path):
        """A young file may belong to a transaction still under way."""
        assert 0 == remove_orphans(store, datetime.now(UTC) + timedelta(minutes=59))
        assert orphan.exists()

    @pytest.mark.usefixtures("orphan")
    def test_old_goes(self, store: Store):
        """An old file no alert names is removed; an alert's never is, however old."""
        assert 1 == remove_orphans(store, datetime.now(UTC) + timedelta(minutes=61))
        assert [f"{the_alert(store).latest.sealed_sha256}.age"] == [path.name for path in sealed_files(store)]
        assert 0 == remove_orphans(store, datetime.now(UTC) + timedelta(days=9999))

    def test_half_written(self, store: Store, orphan: Path):
        """What a crash left half-written goes as well."""
        half = orphan.rename(orphan.with_suffix(".partial"))

        assert 1 == remove_orphans(store, datetime.now(UTC) + 2 * HOUR)
        assert not half.exists()

    def test_gone_meanwhile(self, store: Store, orphan: Path):
        """A file that gets its name while we look, and so is not there any more, disturbs nobody."""
        orphan.with_suffix(".partial").symlink_to(orphan.with_suffix(".gone"))

        assert 1 == remove_orphans(store, datetime.now(UTC) + 2 * HOUR)

    def test_nothing_there(self, store: Store):
        """A store without captures has no orphans."""
        assert 0 == remove_orphans(store, datetime.now(UTC))


class TestNothingInClear:
    """No byte of the store's folder holds a secret of a post, whatever SQLite and the kernel do with it."""

    @pytest.mark.parametrize("mode", ["extract", "full"])
    def test_anywhere(
        self,
        store: Store,
        capturing: Capturing,
        leak: Post,
        read_post: Callable[[Post], Reading],
        secrets: tuple[str, ...],
        mode: Any,
    ):
        """Neither database, write-ahead log, captures nor anything else holds one; opened or closed."""
        sealing = replace(capturing, mode=mode)
        keep(store, leak, read_post(leak), sealing, Step(source="s", bookmark={"at": 7}, tally=Tally()))
        decide(store, NUMBER, State.CONFIRMED, "alice", f"patient {secrets[0]}, {secrets[2]}")
        wal = store.folder / "vigifuite.db-wal"
        opened = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
        store.close()
        closed = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}

        assert b"Quorvane" in opened[wal]
        assert b"Quorvane" in closed[store.folder / "vigifuite.db"]
        assert [] == [
            (path.name, secret)
            for path, content in (*opened.items(), *closed.items())
            for secret in secrets
            for encoding in ("utf-8", "utf-16-le", "utf-16-be")
            if secret.encode(encoding) in content
        ]

    def test_secrets_are_in_the_post(self, leak: Post, secrets: tuple[str, ...]):
        """Each secret that is searched for really stands in the post."""
        assert [] == [secret for secret in secrets if secret not in repr(leak)]

    def test_wiped(self, store: Store, keep_post: Keeping, leak: Post):
        """What is deleted is overwritten, not only forgotten."""
        keep_post(leak)
        for table in reversed(Table.metadata.sorted_tables):
            with store.writing() as session:
                session.execute(delete(table))
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()

        content = (store.folder / "vigifuite.db").read_bytes()
        assert b"Quorvane" not in content
        assert os.path.getsize(store.folder / "vigifuite.db") == len(content) > 0


class TestManyEntities:
    def test_all_kinds(self, store: Store, keep_post: Keeping, entities: tuple[Entity, ...], make_post: MakePost):
        """Entities of every kind named in one post all come back."""
        names = [entity.name for entity in entities if not entity.ambiguous]
        keep_post(make_post("Vends base patients: " + "; ".join(names)))

        found = {mention.kind for mention in the_alert(store).latest.reading.mentions}
        assert set(EntityKind) == found
