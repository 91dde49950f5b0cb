"""The evidence log: what it says, what it never says, and that nobody changes it unseen."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from detectors.model import Post
from storage.alerts import Kept, find_alert
from storage.evidence import Fault, Verification, append, matches_line, verify
from storage.schema import LogRow
from storage.seal import Opened, open_sealed, sealed_path
from storage.store import Store

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)

Sql = Callable[..., list[tuple[Any, ...]]]
Keeping = Callable[..., Kept | None]


def verified(store: Store, number: str | None = None) -> Verification:
    with store.reading() as session:
        return verify(session, store.captures, number)


def faults(store: Store) -> set[tuple[int, str]]:
    return {(fault.line, fault.what) for fault in verified(store).faults}


def bodies(sql: Sql) -> list[dict[str, Any]]:
    return [json.loads(body) for (body,) in sql("SELECT body FROM log ORDER BY line")]


def sealed_file(store: Store, number: str) -> Path:
    alert = find_alert(store, number)
    assert alert is not None
    return sealed_path(store.captures, alert.latest.sealed_sha256)


@pytest.fixture
def five(keep_post: Keeping, make_post: Callable[..., Post]) -> None:
    """Five alerts: five lines, five sealed files."""
    for ref in range(1, 6):
        keep_post(make_post(ref=str(ref)))


class TestLine:
    def test_keys(self, keep_post: Keeping, leak: Post, sql: Sql):
        """A line has these keys and no other."""
        keep_post(leak)

        expected = {
            "v", "line", "kind", "seen", "previous", "commitment", "full_commitment", "sealed_sha256", "length"
        }  # fmt: skip
        assert [expected] == [line.keys() for line in bodies(sql)]

    def test_values(self, store: Store, keep_post: Keeping, leak: Post, sql: Sql):
        """A line says its number, its kind, the second it was seen, and the hash of the file as it lies there."""
        keep_post(leak)
        (line,) = bodies(sql)
        file = sealed_file(store, "VF-2026-0001").read_bytes()

        assert (1, 1, "evidence", "2026-11-22T07:00:00Z", "0" * 64, hashlib.sha256(file).hexdigest()) == (
            line["v"], line["line"], line["kind"], line["seen"], line["previous"], line["sealed_sha256"]
        )  # fmt: skip

    def test_opens(self, store: Store, keep_post: Keeping, leak: Post, sql: Sql):
        """The salt in the sealed file, and it alone, opens the line's commitment; hashlib and hmac are enough."""
        keep_post(leak)
        opened = open_sealed(sealed_file(store, "VF-2026-0001").read_bytes(), store.private_key)
        expected = hmac.new(opened.salt, hashlib.sha256(opened.capture).digest(), "sha256").hexdigest()

        assert expected == bodies(sql)[0]["commitment"]
        assert len(opened.capture) == bodies(sql)[0]["length"]

    def test_nothing_to_guess(self, store: Store, keep_post: Keeping, leak: Post, secrets: tuple[str, ...]):
        """No plain hash of capture, text or secret, no key and no salt stands anywhere in the database."""
        keep_post(leak)
        opened = open_sealed(sealed_file(store, "VF-2026-0001").read_bytes(), store.private_key)
        guessable = [opened.capture, leak.text.encode(), *(secret.encode() for secret in secrets)]
        forbidden = [hashlib.new(name, value) for value in guessable for name in ("sha256", "sha1", "md5")]
        wanted = [opened.salt, store.fingerprint_key, *(found.digest() for found in forbidden)]
        store.close()
        database = (store.folder / "vigifuite.db").read_bytes()

        assert b'"commitment":"' in database
        assert [] == [value for value in wanted if value in database or value.hex().encode() in database.lower()]

    @pytest.mark.usefixtures("five")
    def test_chain(self, sql: Sql):
        """Each line holds the sha256 of the line before it, over its bytes as kept."""
        rows = sql("SELECT line, body, sha256 FROM log ORDER BY line")
        hashes = [hashlib.sha256(body.encode()).hexdigest() for _, body, _ in rows]

        assert [1, 2, 3, 4, 5] == [line for line, _, _ in rows]
        assert hashes == [sha256 for _, _, sha256 in rows]
        assert ["0" * 64, *hashes[:-1]] == [json.loads(body)["previous"] for _, body, _ in rows]

    def test_revision_has_its_own(self, keep_post: Keeping, make_post: Callable[..., Post], sql: Sql):
        """Each content of a post has a line."""
        keep_post(make_post())
        keep_post(make_post("Vends base patients Quorvane, encore"))

        assert [1, 2] == [line["line"] for line in bodies(sql)]


class TestAppend:
    def test_in_the_callers_transaction(self, store: Store):
        """A line of a transaction that fails was never there, and its number is given again."""
        with pytest.raises(KeyError), store.writing() as session:
            raise KeyError(append(session, "evidence", NOW, {}))
        with store.writing() as session:
            again = append(session, "evidence", NOW, {})

        assert 1 == again == verified(store).lines

    def test_several_in_one(self, store: Store):
        """Lines of one transaction follow each other."""
        with store.writing() as session:
            lines = [append(session, "evidence", NOW, {"n": n}) for n in range(3)]

        assert [1, 2, 3] == lines
        assert () == verified(store).faults

    def test_seen_in_utc(self, store: Store, sql: Sql):
        """The moment is written in UTC wherever the clock stands."""
        with store.writing() as session:
            append(session, "evidence", NOW.astimezone(timezone(timedelta(hours=9))), {})

        assert "2026-11-22T07:00:00Z" == bodies(sql)[0]["seen"]


class TestVerify:
    def test_empty(self, store: Store):
        """A new log is sound."""
        assert Verification(lines=0, sealed_files=0, head="0" * 64, faults=()) == verified(store)

    @pytest.mark.usefixtures("five")
    def test_sound(self, store: Store, sql: Sql):
        """A log as it was written has no fault; its head is the last line's sha256."""
        head = sql("SELECT sha256 FROM log WHERE line = 5")[0][0]

        assert Verification(lines=5, sealed_files=5, head=head, faults=()) == verified(store)

    @pytest.mark.parametrize("number", ["VF-2026-0003", "vf-2026-0003"])
    @pytest.mark.usefixtures("five")
    def test_one_alert(self, store: Store, number: str):
        """Of one alert its own sealed files are read; the chain is read all the same."""
        sealed_file(store, "VF-2026-0001").unlink()
        assert (5, 1, ()) == ((found := verified(store, number)).lines, found.sealed_files, found.faults)

        sealed_file(store, "VF-2026-0003").unlink()
        assert [3] == [fault.line for fault in verified(store, number).faults]

    @pytest.mark.usefixtures("five")
    def test_altered_line(self, store: Store, sql: Sql):
        """A changed figure in a line is told with its number."""
        sql("""UPDATE log SET body = replace(body, '"length":', '"length":1') WHERE line = 3""")

        assert {(3, "altered: it does not have its sha256")} == faults(store)

    @pytest.mark.usefixtures("five")
    def test_altered_line_with_its_hash(self, store: Store, sql: Sql):
        """Who changes a line and its sha256 breaks the next one."""
        body = sql("SELECT body FROM log WHERE line = 3")[0][0].replace("2026-11-22", "2026-11-21")
        sql("UPDATE log SET body = ?, sha256 = ? WHERE line = 3", body, hashlib.sha256(body.encode()).hexdigest())

        assert {(4, "does not follow the line before it")} == faults(store)

    @pytest.mark.usefixtures("five")
    def test_altered_hash(self, store: Store, sql: Sql):
        """A changed sha256 is told, with the line that does not follow any more."""
        sql("UPDATE log SET sha256 = ? WHERE line = 2", "f" * 64)

        assert {
            (2, "altered: it does not have its sha256"),
            (3, "does not follow the line before it"),
        } == faults(store)

    @pytest.mark.parametrize(("line", "lines_after"), [(1, 2), (3, 4), (4, 5)])
    @pytest.mark.usefixtures("five")
    def test_deleted_line(self, store: Store, sql: Sql, line: int, lines_after: int):
        """A missing line is told with its number, not those that stand."""
        sql("DELETE FROM log WHERE line = ?", line)

        assert {
            (line, f"missing: the next line is {lines_after}"),
            (lines_after, "does not follow the line before it"),
            (line, "an alert names this line for another capture"),
        } == faults(store)

    @pytest.mark.usefixtures("five")
    def test_deleted_last_line(self, store: Store, sql: Sql):
        """The last line is missed by its alert."""
        sql("DELETE FROM log WHERE line = 5")

        assert {(5, "an alert names this line for another capture")} == faults(store)

    @pytest.mark.usefixtures("five")
    def test_gap(self, store: Store, sql: Sql):
        """Of several missing lines the first is named, and the next that stands."""
        sql("DELETE FROM log WHERE line IN (2, 3)")

        assert (2, "missing: the next line is 4") in faults(store)
        assert {2, 3, 4} == {line for line, _ in faults(store)}

    @pytest.mark.usefixtures("five")
    def test_swapped_lines(self, store: Store, sql: Sql):
        """Two lines in each other's place are both told."""
        for before, after in ((2, 20), (3, 2), (20, 3)):
            sql("UPDATE log SET line = ? WHERE line = ?", after, before)

        assert {2, 3} <= {line for line, what in faults(store) if what == "does not follow the line before it"}
        assert {2, 3} <= {
            line for line, what in faults(store) if what == "an alert names this line for another capture"
        }

    @pytest.mark.usefixtures("five")
    def test_added_line(self, store: Store, sql: Sql):
        """A line put behind the last without following it is told."""
        sql("INSERT INTO log SELECT 6, body, sha256 FROM log WHERE line = 5")

        assert (6, "does not follow the line before it") in faults(store)

    @pytest.mark.parametrize("body", ["", "no JSON", "[]", "7", "null", '"text"', "{}", "[" * 100_000])
    @pytest.mark.usefixtures("five")
    def test_unreadable_line(self, store: Store, sql: Sql, body: str):
        """Whatever stands where a line was, its hash included, is told with its number; the rest is still read."""
        sql("UPDATE log SET body = ?, sha256 = ? WHERE line = 2", body, hashlib.sha256(body.encode()).hexdigest())

        assert {
            (2, "not readable"),
            (3, "does not follow the line before it"),
            (2, "an alert names this line for another capture"),
        } == faults(store)

    @pytest.mark.usefixtures("five")
    def test_one_bit_of_a_file(self, store: Store):
        """One changed bit of a sealed file is told with its line."""
        path = sealed_file(store, "VF-2026-0004")
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)

        assert {(4, f"its sealed file {path.name} was altered")} == faults(store)

    @pytest.mark.usefixtures("five")
    def test_missing_file(self, store: Store):
        """A sealed file that is gone is told with its line."""
        path = sealed_file(store, "VF-2026-0002")
        path.unlink()

        assert {(2, f"its sealed file {path.name} is missing")} == faults(store)

    @pytest.mark.usefixtures("five")
    def test_swapped_files(self, store: Store):
        """Two sealed files under each other's name are both told."""
        one, other = sealed_file(store, "VF-2026-0001"), sealed_file(store, "VF-2026-0002")
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)

        assert {1, 2} == {line for line, what in faults(store) if "was altered" in what}

    @pytest.mark.parametrize(
        ("changed", "line"),
        [("sealed_sha256 = '0'", 3), ("log_line = 99", 99), ("log_line = 4", 4)],
    )
    @pytest.mark.usefixtures("five")
    def test_revision_points_elsewhere(self, store: Store, sql: Sql, changed: str, line: int):
        """An alert that names another file or another line is told."""
        sql(f"UPDATE revision SET {changed} WHERE log_line = 3")  # noqa: S608 (no foreign text)

        assert {(line, "an alert names this line for another capture")} == faults(store)

    @pytest.mark.usefixtures("five")
    def test_reads_on(self, store: Store, sql: Sql):
        """Every fault is told, not only the first."""
        sql("UPDATE log SET sha256 = ? WHERE line = 1", "f" * 64)
        sealed_file(store, "VF-2026-0005").unlink()

        assert {1, 2, 5} == {line for line, _ in faults(store)}

    def test_fault_says_no_content(
        self, store: Store, keep_post: Keeping, leak: Post, sql: Sql, secrets: tuple[str, ...]
    ):
        """A fault names lines and files only."""
        keep_post(leak)
        sql("UPDATE log SET sha256 = '' WHERE line = 1")
        (fault,) = verified(store).faults

        assert Fault(line=1, what="altered: it does not have its sha256") == fault
        assert [] == [secret for secret in secrets if secret in repr(fault)]


class TestMatchesLine:
    @pytest.fixture
    def kept(self, store: Store, keep_post: Keeping, leak: Post) -> tuple[str, Opened]:
        """The hash of a kept capture, and what is in it."""
        keep_post(leak)
        path = sealed_file(store, "VF-2026-0001")
        return path.stem, open_sealed(path.read_bytes(), store.private_key)

    def matches(self, store: Store, sha256: str, opened: Opened) -> bool:
        with store.reading() as session:
            return matches_line(session, sha256, opened)

    def test_vouched_for(self, store: Store, kept: tuple[str, Opened]):
        """The log vouches for what was sealed."""
        assert self.matches(store, *kept)

    def test_other_capture_or_salt(self, store: Store, kept: tuple[str, Opened]):
        """It vouches for no other content, no other salt, no other file."""
        sha256, opened = kept
        others = [
            (sha256, Opened(capture=opened.capture + b" ", salt=opened.salt)),
            (sha256, Opened(capture=opened.capture, salt=bytes(32))),
            ("0" * 64, opened),
        ]

        assert [False] * 3 == [self.matches(store, *other) for other in others]

    @pytest.mark.parametrize("body", ["", "[]", "{}", '{"commitment":null}'])
    def test_altered_line(self, store: Store, kept: tuple[str, Opened], sql: Sql, body: str):
        """A line somebody emptied vouches for nothing."""
        sql("UPDATE log SET body = ?", body)

        assert not self.matches(store, *kept)


class TestErasure:
    def test_log_alone_is_not_enough(self, store: Store, keep_post: Keeping, leak: Post):
        """With the sealed file gone nothing left in the store can open its line: the salt was only there."""
        keep_post(leak)
        path = sealed_file(store, "VF-2026-0001")
        salt = open_sealed(path.read_bytes(), store.private_key).salt
        path.unlink()
        store.close()
        rest = [found.read_bytes() for found in store.folder.rglob("*") if found.is_file()]

        assert [] == [name for name in rest if salt in name or salt.hex().encode() in name.lower()]

    @pytest.mark.usefixtures("five")
    def test_log_row_is_needed(self, store: Store):
        """The database itself does not let a line go while an alert hangs on it."""
        with pytest.raises(Exception, match="FOREIGN KEY constraint failed"), store.writing() as session:
            session.execute(text("DELETE FROM log WHERE line = 3"))

        with store.reading() as session:
            assert session.get(LogRow, 3) is not None
