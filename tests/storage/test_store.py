"""Opening a store, its promises to SQLite, and its locks."""

import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.errors import SourceBusyError, StoreError
from storage.schema import SourceRow, YearRow
from storage.store import NEWEST_REVISION, OLDEST_SQLITE, Store, fit_library, open_store, sqlite_library

Start = Callable[..., "subprocess.Popen[str]"]


def set_version(store: Store, version: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    store.close()


def refusal(folder: Path, *, create: bool = False) -> str:
    """Why a store is not opened."""
    with pytest.raises(StoreError) as refused:
        open_store(folder, create=create)
    return str(refused.value)


def a_library(version: str) -> ModuleType:
    """An SQLite of some version."""
    made = ModuleType("sqlite")
    vars(made).update(sqlite_version=version, sqlite_version_info=tuple(map(int, version.split("."))))
    return made


class TestOpenStore:
    def test_nothing_there(self, tmp_path: Path):
        """Without `create` nothing is made; the text says which command does."""
        assert f"no store at {tmp_path / 'none'}: run `vigifuite init`" == refusal(tmp_path / "none")
        assert [] == list(tmp_path.iterdir())

    def test_opens_again(self, store: Store):
        """What was made can be opened without `create`, with the same key."""
        again = open_store(store.folder)

        assert store.fingerprint_key == again.fingerprint_key
        again.close()

    def test_create_twice(self, store: Store):
        """`create` on a store that stands leaves what is in it."""
        with store.writing() as session:
            session.add(YearRow(year=2026, last=7))
        again = open_store(store.folder, create=True)

        with again.reading() as session:
            assert 7 == session.scalar(text("SELECT last FROM alert_year"))
        again.close()

    def test_without_version(self, store: Store):
        """A database whose version is gone is refused in one line naming the command."""
        with store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        store.close()

        expected = f"the store at {store.folder} is of version none: run `vigifuite init` to upgrade it"
        assert expected == refusal(store.folder)

    def test_older(self, store: Store):
        """An older store is refused in one line naming the command."""
        set_version(store, "0000")

        expected = f"the store at {store.folder} is of version 0000: run `vigifuite init` to upgrade it"
        assert expected == refusal(store.folder)

    def test_no_way_up(self, store: Store):
        """`create` on a version nobody made is refused in one line, and changes nothing."""
        set_version(store, "0000")

        told = refusal(store.folder, create=True)

        assert told.startswith("the store cannot be upgraded, restore it from a backup: ")
        assert "0000" in told
        assert 1 == len(told.splitlines())

    @pytest.mark.parametrize("create", [False, True])
    def test_newer(self, store: Store, create: bool):
        """A store a newer program made is refused, by `init` too: to upgrade it would be to break it."""
        set_version(store, "9999")

        expected = f"the store at {store.folder} is of version 9999: use the newer Vigifuite that made it"
        assert expected == refusal(store.folder, create=create)

    @pytest.mark.parametrize("create", [False, True])
    def test_no_database(self, tmp_path: Path, create: bool):
        """A file that is no database is refused in one line, and left as it is."""
        path = tmp_path / "vigifuite.db"
        path.write_text("Chère Jeanne, " * 500, encoding="utf-8")

        told = refusal(tmp_path, create=create)

        assert f"{path} cannot be used as a store: file is not a database" == told
        assert "Chère Jeanne, " * 500 == path.read_text(encoding="utf-8")

    def test_damaged(self, store: Store):
        """A database whose beginning is overwritten is refused in one line."""
        store.close()
        with (store.folder / "vigifuite.db").open("r+b") as file:
            file.write(bytes(100))

        assert 1 == len(refusal(store.folder).splitlines())

    def test_folder_is_a_file(self, tmp_path: Path):
        """A folder that is a file is refused in one line."""
        (tmp_path / "store").write_text("")

        expected = f"cannot use the store folder {tmp_path / 'store'}: File exists"
        assert expected == refusal(tmp_path / "store", create=True)

    def test_closed_to_others(self, store: Store):
        """The folder that `create` makes, and the secrets in it, are the owner's alone."""
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (store.folder, store.folder / "keys/fingerprint.key")]

        assert [0o700, 0o600] == modes

    def test_created_by_many_at_once(self, tmp_path: Path, start: Start):
        """Processes that create one store at the same moment end up with one store and one key."""
        processes = [start("opener", tmp_path / "store") for _ in range(3)]
        told = [process.communicate("go\n", timeout=60)[0] for process in processes]

        assert [0] * 3 == [process.returncode for process in processes]
        assert 1 == len(set(told))
        assert ["fingerprint.key"] == os.listdir(tmp_path / "store/keys")
        open_store(tmp_path / "store").close()


class TestFingerprintKey:
    @pytest.mark.parametrize("content", ["", "\n", "ab" * 31, "ab" * 33, "zz" * 32, "é" * 64])
    def test_damaged(self, store: Store, content: str):
        """A key that is cut, empty or no key is refused: with it, short texts could be guessed."""
        path = store.folder / "keys" / "fingerprint.key"
        path.write_text(content, encoding="utf-8")

        expected = f"{path} is damaged: restore it from a backup, it holds 64 hexadecimal digits"
        assert expected == refusal(store.folder)

    def test_of_its_own(self, tmp_path: Path):
        """Two stores have two keys of 32 bytes."""
        made = [open_store(tmp_path / name, create=True) for name in "ab"]
        keys = [store.fingerprint_key for store in made]

        assert [32, 32] == [len(key) for key in keys]
        assert keys[0] != keys[1]
        for store in made:
            store.close()


class TestFitLibrary:
    def test_system_first(self):
        """The first that is recent enough is taken."""
        system, package = a_library("3.51.3"), a_library("3.53.4")

        assert system is fit_library([system, package])

    def test_package_where_the_system_is_old(self):
        """An old system library is passed over."""
        package = a_library("3.51.3")

        assert package is fit_library([a_library("3.40.1"), package])

    @pytest.mark.parametrize("version", ["3.51.2", "3.9.99", "2.99.99"])
    def test_too_old(self, version: str):
        """Where all are too old the store is refused: they may corrupt it."""
        expected = f"SQLite {version} may corrupt the store: install the pysqlite3 package, 3.51.3 or newer"

        with pytest.raises(StoreError, match=f"^{expected}$"):
            fit_library([a_library(version)])

    def test_used(self, store: Store):
        """The library the store really runs on is recent enough."""
        with store.engine.connect() as connection:
            running = str(connection.scalar(text("SELECT sqlite_version()")))

        assert sqlite_library().sqlite_version == running
        assert tuple(map(int, running.split("."))) >= OLDEST_SQLITE >= (3, 51, 3)


class TestConnections:
    def test_every_one_is_prepared(self, store: Store):
        """Each connection of the pool, not only the first, waits, syncs, checks references and wipes."""
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 10000}
        connections = [store.engine.connect() for _ in range(8)]

        found = [
            {name: connection.scalar(text(f"PRAGMA {name}")) for name in wanted}
            for connection in (*connections, store.engine.execution_options(writes=True).connect())
        ]

        assert [wanted] * 9 == found
        assert 8 == len({id(connection.connection.dbapi_connection) for connection in connections})
        for connection in connections:
            connection.close()

    def test_writer_keeps_writers_out(self, store: Store):
        """A writer has the store to itself from its first word, not only from its first change."""
        with store.writing() as session, store.engine.connect() as other:
            session.scalar(text("SELECT 1"))
            other.exec_driver_sql("PRAGMA busy_timeout=0")
            with pytest.raises(OperationalError, match="database is locked"):
                other.exec_driver_sql("DELETE FROM source")
            other.exec_driver_sql("PRAGMA busy_timeout=10000")  # it goes back to the pool

    def test_reader_sees_one_moment(self, store: Store):
        """A reader goes on while others write, and sees the store as it was when he began."""
        with store.reading() as reader:
            before = reader.scalar(text("SELECT count(*) FROM alert_year"))
            with store.writing() as session:
                session.add(YearRow(year=2026, last=1))
            after = reader.scalar(text("SELECT count(*) FROM alert_year"))

        assert (0, 0) == (before, after)

    def test_references_hold(self, store: Store):
        """A row that hangs on nothing is refused."""
        with pytest.raises(IntegrityError, match="FOREIGN KEY"), store.writing() as session:
            session.execute(text("INSERT INTO quantity (claim_id, value, unit) VALUES (1, 2, 'rows')"))

    def test_wrong_type(self, store: Store):
        """A value of another type is refused, not kept as it came."""
        with pytest.raises(IntegrityError, match="cannot store TEXT value"), store.writing() as session:
            session.execute(text("INSERT INTO alert_year (year, last) VALUES (2026, 'seven')"))


class TestWriting:
    def test_all_or_nothing(self, store: Store):
        """A row that is refused takes back those written before it."""
        years = [YearRow(year=2026, last=1), YearRow(year=2027, last=None)]

        with pytest.raises(IntegrityError), store.writing() as session:
            session.add_all(years)

        with store.reading() as session:
            assert 0 == session.scalar(text("SELECT count(*) FROM alert_year"))

    def test_failed_statement_says_no_value(self, store: Store):
        """The error of a failed statement names the columns, never what was to be put in them."""
        values = {"name": "secret-name", "kind": "secret-kind", "target": "secret-target", "interval": 60}
        statement = text("INSERT INTO source (name, kind, target, interval) VALUES (:name, :kind, :target, :interval)")

        with pytest.raises(IntegrityError) as failed, store.writing() as session:
            session.execute(statement, values)

        told = f"{failed.value} {failed.value!r} {failed.value.orig!r} {failed.value.args}"
        assert "source.added_at" in told
        assert "secret" not in told

    def test_failed_row_says_no_value(self, store: Store):
        """Nor does the error of a row that could not be kept."""
        with pytest.raises(IntegrityError) as failed, store.writing() as session:
            session.add(SourceRow(name="secret-name", kind="secret-kind", target="secret-target", interval=60))

        assert "secret" not in f"{failed.value} {failed.value!r} {failed.value.__context__}"


class TestHolding:
    def test_keeps_another_process_out(self, store: Store, start: Start):
        """What a process holds nobody else gets; he is told who has it."""
        holder = start("holder", store.folder, "forum")
        assert holder.stdout is not None
        assert "held\n" == holder.stdout.readline()

        with pytest.raises(SourceBusyError) as refused, store.holding("forum"):
            pass

        assert str(refused.value).startswith(f"forum is held by process {holder.pid} on ")

    def test_killed_holder(self, store: Store, start: Start):
        """What a killed process held is free at once."""
        holder = start("holder", store.folder, "forum")
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        since = time.monotonic()

        with store.holding("forum"):
            taken_after = time.monotonic() - since

        assert taken_after < 1

    def test_same_process(self, store: Store):
        """Two threads of one process do not share a lock either."""
        with store.holding("forum"), pytest.raises(SourceBusyError, match=f"process {os.getpid()} "):  # noqa: SIM117
            with store.holding("forum"):
                pass

    def test_let_go(self, store: Store):
        """It is free again afterwards, also after an error."""
        with pytest.raises(KeyError), store.holding("forum"):
            raise KeyError

        with store.holding("forum"):
            names = os.listdir(store.folder / "locks")

        assert 1 == len(names)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("a/b", "a.b"),
            ("a b", "a_b"),
            ("é", "e\u0301"),
            ("Forum", "forum"),
            ("x" * 200 + "1", "x" * 200 + "2"),
            ("\ud800", "\ud801"),
            ("?", "\ud800"),
            ("../../up", "/../up"),
            ("", " "),
            ("𝐅𝐎𝐑𝐔𝐌" * 20, "𝐅𝐎𝐑𝐔𝐌" * 21),
            ("a\nb", "a\x00b"),
        ],
    )
    def test_names_do_not_collide(self, store: Store, one: str, other: str):
        """Two names are two locks, whatever is in them, and both lie in their folder."""
        with store.holding(one), store.holding(other):
            names = os.listdir(store.folder / "locks")

        assert 2 == len(names)
        assert all(name.endswith(".lock") and name.isascii() for name in names)


def test_newest_revision_is_in_the_store(store: Store):
    """A new store says the newest version."""
    with store.engine.connect() as connection:
        assert NEWEST_REVISION == connection.scalar(text("SELECT version_num FROM alembic_version"))
